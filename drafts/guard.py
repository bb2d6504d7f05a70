"""Holds a model's prose to the letter it was made from, sentence by sentence (design, "As prose, by a model").

Every sentence names the parts that it comes from. Numbers, links, names and quoted text must be in those parts, words
that claim something too, and no part may lose a number, a link, a kind of mail or a whole sentence. `compose_prose`
puts the letter's own text where a sentence fails, so that what a model invents is never what a person posts.
"""

import re
from collections.abc import Iterable, Iterator

from drafts import claims
from drafts.claims import content_stems, is_known_stem, links_of, numbers_of, stems_of
from drafts.letter import MOST_CHARACTERS
from drafts.wording import clean_text, join_sentences, load_table, mentions, split_sentences, text_key
from model.request import Prose, ProseSentence, Request, SourcePart, Violation, ViolationKind

MOST_SENTENCE = 700
"""Characters of one sentence."""
_QUOTED = re.compile(r"[“\"「]([^”\"」]{1,400})[”\"」]")
_KIND = re.compile(r"(?:\d\. )?(?P<name>[^.。\n]{1,110}?) ?[(（](?P<type>[^()（）]{4,20})[)）][.。:：]")
_COVERED_SHARE = 0.5
"""How much of a sentence's words must be found again in the prose."""


def parts_to_reword(request: Request) -> tuple[SourcePart, ...]:
    """Returns what a model may reword: every paragraph of the letter but the example, which stays as it is sent, and
    those that read like an instruction to a model, which it never sees."""
    instructions = load_table("guard")["instructions"]
    return tuple(part for part in _list_paragraphs(request) if not mentions(part.text, instructions))


def check(prose: Prose, parts: tuple[SourcePart, ...]) -> tuple[Violation, ...]:
    """Finds everything in the prose that its parts do not carry, and everything of the parts that the prose lost."""
    texts = {part.id: f"{part.head}\n{part.text}".strip() for part in parts}
    violations: list[Violation] = []
    for sentence in _all_sentences(prose):
        violations += _check_sentence(sentence, texts)
    for part in parts:
        sentences = [sentence for sentence in _all_sentences(prose) if part.id in sentence.parts]
        violations += _find_losses(part, " ".join(sentence.text[:MOST_SENTENCE] for sentence in sentences))
    return tuple(violations)


def compose_prose(prose: Prose, request: Request, violations: Iterable[Violation]) -> str:
    """Composes the prose, with the letter's own text for every part that a violation touches; the letter alone where
    the prose is too long.

    A sentence goes with the parts that it names: no part is worded half by the model and half by the letter.
    """
    parts = _list_paragraphs(request)
    order = [part.id for part in parts]
    unseen_parts = set(order) - {part.id for part in parts_to_reword(request)}
    bad_parts = _find_bad_parts(prose, violations, order, unseen_parts)
    good_parts = set(order) - bad_parts
    blocks = [(order.index(part.id), text) for part, text in _letter_blocks(parts, bad_parts)]
    for paragraph in prose.paragraphs:
        sentences = [sentence for sentence in paragraph if sentence.parts and set(sentence.parts) <= good_parts]
        if sentences:
            last = max(order.index(name) for sentence in sentences for name in sentence.parts)
            text = join_sentences(clean_text(sentence.text).replace("\n", " ") for sentence in sentences)
            blocks.append((last, text))
    body = [text for _, text in sorted(blocks, key=lambda block: block[0])]
    example = ["\n".join((part.head, *part.paragraphs)) for part in request.parts if part.head in _example_heads()]
    composed = "\n\n".join([*body, *example])
    return composed if len(composed) <= MOST_CHARACTERS else request.description


def _list_paragraphs(request: Request) -> tuple[SourcePart, ...]:
    """Returns every paragraph of the letter but the example, with its id."""
    parts = [part for part in request.parts if part.head not in _example_heads()]
    paragraphs = [(part.head, text) for part in parts for text in part.paragraphs]
    return tuple(SourcePart(f"p{number}", head, text) for number, (head, text) in enumerate(paragraphs, 1))


def _example_heads() -> set[str]:
    return {load_table("letter")[language]["head_example"] for language in ("en", "ja")}


def _letter_blocks(parts: tuple[SourcePart, ...], bad_parts: set[str]) -> Iterator[tuple[SourcePart, str]]:
    """Yields the letter's own text of some parts, with its head where it is the first under it."""
    head = ""
    for part in parts:
        if part.id in bad_parts:
            yield part, f"{part.head}\n{part.text}" if part.head and part.head != head else part.text
            head = part.head


def _all_sentences(prose: Prose) -> list[ProseSentence]:
    return [sentence for paragraph in prose.paragraphs for sentence in paragraph]


def _find_bad_parts(
    prose: Prose, violations: Iterable[Violation], order: list[str], unseen_parts: set[str]
) -> set[str]:
    """Returns the parts that stay as the letter has them: those of a violation, those that the prose leaves out, those
    that the model never got, and all that are worded together with one of them."""
    worded_parts = {name for sentence in _all_sentences(prose) for name in sentence.parts}
    bad = unseen_parts | (set(order) - worded_parts) | {name for violation in violations for name in violation.parts}
    is_growing = True
    while is_growing:
        touched = {name for sentence in _all_sentences(prose) if bad & set(sentence.parts) for name in sentence.parts}
        is_growing = bool(touched - bad)
        bad |= touched
    return bad


def _check_sentence(sentence: ProseSentence, texts: dict[str, str]) -> Iterator[Violation]:
    """Yields what one sentence says beyond its sources."""
    known_parts = tuple(name for name in sentence.parts if name in texts)
    source = "\n".join(texts[name] for name in known_parts)
    source_key = text_key(source)
    text = clean_text(sentence.text[: MOST_SENTENCE + 1])

    def violation(kind: ViolationKind, detail: str) -> Violation:
        return Violation(kind, text, known_parts, detail[:80])

    if not known_parts or len(known_parts) != len(sentence.parts) or not text or len(text) > MOST_SENTENCE:
        yield violation(ViolationKind.NO_SOURCE, ", ".join(sentence.parts) or text)
        return
    for kind, details in (
        (ViolationKind.LINK, links_of(text) - links_of(source)),
        (ViolationKind.NUMBER, claims.find_new_numbers(text, source)),
        (ViolationKind.QUOTE, {quote for quote in _QUOTED.findall(text) if text_key(quote) not in source_key}),
        (ViolationKind.NAME, claims.find_new_names(text, source)),
        (ViolationKind.CLAIM, claims.find_new_claims(text, source)),
        (ViolationKind.NEGATION, claims.find_reversals(text, source)),
        (ViolationKind.CLAIM, claims.find_swaps(text, source)),
        (ViolationKind.CLAIM, claims.find_new_pairs(text, source)),
        (ViolationKind.CLAIM, claims.find_taken_actions(text, source) | claims.find_other_subjects(text, source)),
        (ViolationKind.NEW_WORDS, claims.find_new_words(text, source)),
    ):
        for detail in sorted(details):
            yield violation(kind, detail)


def _find_losses(part: SourcePart, worded: str) -> Iterator[Violation]:
    """Yields what the sentences that name a part leave out of it."""
    numbers = numbers_of(re.sub(r"^\d\. ", "", part.text)) - numbers_of(worded)
    links, worded_links = links_of(part.text) - links_of(worded), claims.join_links(worded)
    missing = sorted(links | {number for number in numbers if number not in worded_links})
    worded_stems = stems_of(worded)
    if kind := _KIND.match(part.text):
        missing += [kind["name"]] if not content_stems(kind["name"]) <= worded_stems else []
        missing += [kind["type"]] if text_key(kind["type"]) not in text_key(worded) else []
    for sentence in split_sentences(part.text, claims.MOST_COMPARED):
        stems = content_stems(sentence)
        shared = sum(is_known_stem(stem, worded_stems) for stem in stems)
        if stems and shared < _COVERED_SHARE * len(stems):
            missing.append(sentence)
    for detail in missing:
        yield Violation(ViolationKind.LOST, "", (part.id,), detail[:80])
