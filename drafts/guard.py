"""Holds a model's prose to the letter it was made from, sentence by sentence (design, "As prose, by a model").

Every sentence names the parts that it comes from. Numbers, links, names and quoted text must be in those parts, words
that claim something too, and no part may lose a number, a link, a kind of mail or a whole sentence. `compose` puts the
letter's own text where a sentence fails, so that what a model invents is never what a person posts.
"""

import re
from collections.abc import Iterable, Iterator

from drafts.claims import (
    MOST_COMPARED,
    content_of,
    is_known,
    links_of,
    links_text,
    new_claims,
    new_names,
    new_numbers,
    new_words,
    numbers_of,
    of_another,
    paired,
    stems_of,
    swapped,
    taken_over,
    turned,
)
from drafts.letter import MOST_CHARACTERS
from drafts.wording import clean, join, key, load, mentions, sentences
from model.request import Prose, ProseSentence, Request, SourcePart, Violation, ViolationKind

MOST_SENTENCE = 700
"""Characters of one sentence."""
_QUOTED = re.compile(r"[“\"「]([^”\"」]{1,400})[”\"」]")
_KIND = re.compile(r"(?:\d\. )?(?P<name>[^.。\n]{1,110}?) ?[(（](?P<type>[^()（）]{4,20})[)）][.。:：]")
_COVERED = 0.5
"""How much of a sentence's words must be found again in the prose."""


def parts_of(request: Request) -> tuple[SourcePart, ...]:
    """Returns what a model may reword: every paragraph of the letter but the example, which stays as it is sent, and
    those that read like an instruction to a model, which it never sees."""
    instructions = load("guard")["instructions"]
    return tuple(part for part in _paragraphs(request) if not mentions(part.text, instructions))


def check(prose: Prose, parts: tuple[SourcePart, ...]) -> tuple[Violation, ...]:
    """Returns everything in the prose that its parts do not carry, and everything of the parts that the prose lost."""
    texts = {part.id: f"{part.head}\n{part.text}".strip() for part in parts}
    found: list[Violation] = []
    for sentence in _all(prose):
        found += _of_sentence(sentence, texts)
    for part in parts:
        said = " ".join(one.text[:MOST_SENTENCE] for one in _all(prose) if part.id in one.parts)
        found += _lost(part, said)
    return tuple(found)


def compose(prose: Prose, request: Request, violations: Iterable[Violation]) -> str:
    """Returns the prose with the letter's own text for every part that a violation touches; the letter where it is too
    long.

    A sentence goes with the parts that it names: no part is worded half by the model and half by the letter.
    """
    parts = _paragraphs(request)
    order = [part.id for part in parts]
    unseen = set(order) - {part.id for part in parts_of(request)}
    bad = _touched(prose, violations, order, unseen)
    blocks = [(order.index(part.id), text) for part, text in _as_written(parts, bad)]
    for paragraph in prose.paragraphs:
        kept = [one for one in paragraph if one.parts and not bad & set(one.parts) and set(one.parts) <= set(order)]
        if kept:
            last = max(order.index(name) for one in kept for name in one.parts)
            blocks.append((last, join(clean(one.text).replace("\n", " ") for one in kept)))
    body = [text for _, text in sorted(blocks, key=lambda block: block[0])]
    example = ["\n".join((part.head, *part.paragraphs)) for part in request.parts if part.head in _example_heads()]
    whole = "\n\n".join([*body, *example])
    return whole if len(whole) <= MOST_CHARACTERS else request.description


def _paragraphs(request: Request) -> tuple[SourcePart, ...]:
    """Returns every paragraph of the letter but the example, with its id."""
    kept = [part for part in request.parts if part.head not in _example_heads()]
    paragraphs = [(part.head, text) for part in kept for text in part.paragraphs]
    return tuple(SourcePart(f"p{at}", head, text) for at, (head, text) in enumerate(paragraphs, 1))


def _example_heads() -> set[str]:
    return {load("letter")[language]["head_example"] for language in ("en", "ja")}


def _as_written(parts: tuple[SourcePart, ...], bad: set[str]) -> Iterator[tuple[SourcePart, str]]:
    """Yields the letter's own text of some parts, with its head where it is the first under it."""
    head = ""
    for part in parts:
        if part.id in bad:
            yield part, f"{part.head}\n{part.text}" if part.head and part.head != head else part.text
            head = part.head


def _all(prose: Prose) -> list[ProseSentence]:
    return [sentence for paragraph in prose.paragraphs for sentence in paragraph]


def _touched(prose: Prose, violations: Iterable[Violation], order: list[str], unseen: set[str]) -> set[str]:
    """Returns the parts that stay as the letter has them: those of a violation, those that the prose leaves out, those
    that the model never got, and all that are worded together with one of them."""
    named = {name for sentence in _all(prose) for name in sentence.parts}
    bad = unseen | (set(order) - named) | {name for violation in violations for name in violation.parts}
    while more := {name for one in _all(prose) if bad & set(one.parts) for name in one.parts} - bad:
        bad |= more
    return bad


def _of_sentence(sentence: ProseSentence, texts: dict[str, str]) -> Iterator[Violation]:
    """Yields what one sentence says beyond its sources."""
    known = tuple(name for name in sentence.parts if name in texts)
    source = "\n".join(texts[name] for name in known)
    text = clean(sentence.text[: MOST_SENTENCE + 1])

    def violation(kind: ViolationKind, detail: str) -> Violation:
        return Violation(kind, text, known, detail[:80])

    if not known or len(known) != len(sentence.parts) or not text or len(text) > MOST_SENTENCE:
        yield violation(ViolationKind.NO_SOURCE, ", ".join(sentence.parts) or text)
        return
    for kind, details in (
        (ViolationKind.LINK, links_of(text) - links_of(source)),
        (ViolationKind.NUMBER, new_numbers(text, source)),
        (ViolationKind.QUOTE, {q for q in _QUOTED.findall(text) if key(q) not in key(source)}),
        (ViolationKind.NAME, new_names(text, source)),
        (ViolationKind.CLAIM, new_claims(text, source)),
        (ViolationKind.NEGATION, turned(text, source)),
        (ViolationKind.CLAIM, swapped(text, source)),
        (ViolationKind.CLAIM, paired(text, source)),
        (ViolationKind.CLAIM, taken_over(text, source) | of_another(text, source)),
        (ViolationKind.NEW_WORDS, new_words(text, source)),
    ):
        for detail in sorted(details):
            yield violation(kind, detail)


def _lost(part: SourcePart, said: str) -> Iterator[Violation]:
    """Yields what the sentences that name a part leave out of it."""
    numbers = numbers_of(re.sub(r"^\d\. ", "", part.text)) - numbers_of(said)
    missing = sorted((links_of(part.text) - links_of(said)) | {n for n in numbers if n not in links_text(said)})
    kind = _KIND.match(part.text)
    if kind:
        worded = stems_of(said)
        missing += [kind["name"]] if not content_of(kind["name"]) <= worded else []
        missing += [kind["type"]] if key(kind["type"]) not in key(said) else []
    for sentence in sentences(part.text, MOST_COMPARED):
        stems = content_of(sentence)
        shared = len([stem for stem in stems if is_known(stem, stems_of(said))])
        if stems and shared < _COVERED * len(stems):
            missing.append(sentence)
    for detail in missing:
        yield Violation(ViolationKind.LOST, "", (part.id,), detail[:80])
