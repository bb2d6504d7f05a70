"""Holds a model's prose to the letter it was made from, sentence by sentence (design, "As prose, by a model").

Every sentence names the parts that it comes from. Numbers, links, names and quoted text must be in those parts, words
that claim something too, and no part may lose a number, a link, a kind of mail or a whole sentence. `compose` puts the
letter's own text where a sentence fails, so that what a model invents is never what a person posts.
"""

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache

from drafts.letter import MOST_CHARACTERS
from drafts.phrases import fold, load, mentions
from drafts.wording import clean, key, sentences, wide
from model.request import Prose, ProseSentence, Request, SourcePart, Violation, ViolationKind

MOST_SENTENCE, _MOST = 700, 25
"""Characters of one sentence, and sentences of one part that are compared one by one."""
_LINK = re.compile(
    r"https?://[^\s<>()\"”“]+|[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}|(?<![\w.@-])[\w-]{1,63}(?:\.[\w-]{1,63}){0,8}\.[a-z]{2,24}(?![\w-])(?:/[^\s<>()\"”“]*)?",
    re.IGNORECASE,
)
_NUMBER = re.compile(r"\d++(?:[.,]\d++)*+")
_WORD = re.compile(
    r"[\u3400-\u9fff]+|[\u30a1-\u30ff]{2,}|[^\W\d_\u3040-\u30ff\u3400-\u9fff]+(?:['-][^\W\d_\u3040-\u30ff\u3400-\u9fff]+)*"
)
_QUOTED = re.compile(r"[“\"「]([^”\"」]{1,400})[”\"」]")
_KIND = re.compile(r"(?:\d\. )?(?P<name>[^.。\n]{1,110}?) ?[(（](?P<type>[^()（）]{4,20})[)）][.。]")
_COVERED = 0.5
"""How much of a sentence's words must be found again in the prose."""


def parts_of(request: Request) -> tuple[SourcePart, ...]:
    """What a model may reword: every paragraph of the letter but the example, which stays as it is sent, and those that
    read like an instruction to a model, which it never sees."""
    instructions = load("guard")["instructions"]
    return tuple(part for part in _paragraphs(request) if not mentions(part.text, instructions))


def check(prose: Prose, parts: tuple[SourcePart, ...]) -> tuple[Violation, ...]:
    """Everything in the prose that its parts do not carry, and everything of the parts that the prose lost."""
    texts = {part.id: f"{part.head}\n{part.text}".strip() for part in parts}
    found: list[Violation] = []
    for sentence in _all(prose):
        found += _of_sentence(sentence, texts)
    for part in parts:
        said = " ".join(one.text[:MOST_SENTENCE] for one in _all(prose) if part.id in one.parts)
        found += _lost(part, said)
    return tuple(found)


def compose(prose: Prose, request: Request, violations: Iterable[Violation]) -> str:
    """The prose with the letter's own text for every part that a violation touches; the letter where it is too long.

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
            blocks.append((last, _join(clean(one.text).replace("\n", " ") for one in kept)))
    body = [text for _, text in sorted(blocks, key=lambda block: block[0])]
    example = ["\n".join((part.head, *part.paragraphs)) for part in request.parts if part.head in _example_heads()]
    whole = "\n\n".join([*body, *example])
    return whole if len(whole) <= MOST_CHARACTERS else request.description


def _paragraphs(request: Request) -> tuple[SourcePart, ...]:
    """Every paragraph of the letter but the example, with its id."""
    kept = [part for part in request.parts if part.head not in _example_heads()]
    paragraphs = [(part.head, text) for part in kept for text in part.paragraphs]
    return tuple(SourcePart(f"p{at}", head, text) for at, (head, text) in enumerate(paragraphs, 1))


def _example_heads() -> set[str]:
    return {load("letter")[language]["head_example"] for language in ("en", "ja")}


def _as_written(parts: tuple[SourcePart, ...], bad: set[str]) -> Iterator[tuple[SourcePart, str]]:
    """The letter's own text of some parts, with its head where it is the first under it."""
    head = ""
    for part in parts:
        if part.id in bad:
            yield part, f"{part.head}\n{part.text}" if part.head and part.head != head else part.text
            head = part.head


def _all(prose: Prose) -> list[ProseSentence]:
    return [sentence for paragraph in prose.paragraphs for sentence in paragraph]


def _touched(prose: Prose, violations: Iterable[Violation], order: list[str], unseen: set[str]) -> set[str]:
    """The parts that stay as the letter has them: those of a violation, those that the prose leaves out, those that
    the model never got, and all that are worded together with one of them."""
    named = {name for sentence in _all(prose) for name in sentence.parts}
    bad = unseen | (set(order) - named) | {name for violation in violations for name in violation.parts}
    while more := {name for one in _all(prose) if bad & set(one.parts) for name in one.parts} - bad:
        bad |= more
    return bad


def _of_sentence(sentence: ProseSentence, texts: dict[str, str]) -> Iterator[Violation]:
    """What one sentence says beyond its sources."""
    known = tuple(name for name in sentence.parts if name in texts)
    source = "\n".join(texts[name] for name in known)
    text = clean(sentence.text[: MOST_SENTENCE + 1])

    def violation(kind: ViolationKind, detail: str) -> Violation:
        return Violation(kind, text, known, detail[:80])

    if not known or len(known) != len(sentence.parts) or not text or len(text) > MOST_SENTENCE:
        yield violation(ViolationKind.NO_SOURCE, ", ".join(sentence.parts) or text)
        return
    for kind, details in (
        (ViolationKind.LINK, _links(text) - _links(source)),
        (ViolationKind.NUMBER, _new_numbers(text, source)),
        (ViolationKind.QUOTE, {q for q in _QUOTED.findall(text) if key(q) not in key(source)}),
        (ViolationKind.NAME, _new_names(text, source)),
        (ViolationKind.CLAIM, _new_claims(text, source)),
        (ViolationKind.NEGATION, _turned(text, source)),
        (ViolationKind.CLAIM, _swapped(text, source)),
        (ViolationKind.NEW_WORDS, _new_words(text, source)),
    ):
        for detail in sorted(details):
            yield violation(kind, detail)


def _lost(part: SourcePart, said: str) -> Iterator[Violation]:
    """What the sentences that name a part leave out of it."""
    numbers = _numbers(re.sub(r"^\d\. ", "", part.text)) - _numbers(said)
    missing = sorted((_links(part.text) - _links(said)) | {n for n in numbers if n not in _links_text(said)})
    kind = _KIND.match(part.text)
    if kind:
        worded = _stems(said)
        missing += [kind["name"]] if not _content(kind["name"]) <= worded else []
        missing += [kind["type"]] if key(kind["type"]) not in key(said) else []
    for sentence in sentences(part.text, _MOST):
        stems = _content(sentence)
        shared = len([stem for stem in stems if _known(stem, _stems(said))])
        if stems and shared < _COVERED * len(stems):
            missing.append(sentence)
    for detail in missing:
        yield Violation(ViolationKind.LOST, "", (part.id,), detail[:80])


def _links(text: str) -> set[str]:
    found = (match[0].rstrip(".,;:!?。、/") for match in _LINK.finditer(clean(text)))
    return {link.removeprefix("https://").removeprefix("http://").removeprefix("www.").lower() for link in found}


def _links_text(text: str) -> str:
    return " ".join(_links(text))


def _bare(text: str) -> str:
    return _LINK.sub(" ", clean(text))


def _numbers(text: str) -> set[str]:
    return {found.replace(",", "") for found in _NUMBER.findall(_bare(text))}


def _new_numbers(text: str, source: str) -> set[str]:
    """Numbers, number words and units of the text that its sources do not have, or have for something else."""
    words = load("guard")["number_words"]
    known, spoken = _numbers(source), _words(source)
    found = {number for number in _numbers(text) if number not in known}
    found |= {
        w
        for w in _words(text)
        if w in words and w not in spoken and words[w] not in known and not _said_twice(w, source)
    }
    mine, theirs = _units(text), _units(source)
    units = load("guard")["units"]
    for number, unit in mine.items():
        allowed = theirs.get(number, set())
        swapped = {u for n, more in theirs.items() if n != number for u in more} & unit - allowed
        timed = {u for u in unit | allowed if any(u.startswith(one) for one in units)}
        if allowed and (swapped or (timed and not unit & allowed)):
            found.add(f"{number} {' '.join(sorted(unit))}")
    rates = _rates(source)
    found |= {
        f"{number} a {'/'.join(sorted(per))}" for number, per in _rates(text).items() if per - rates.get(number, set())
    }
    if ("%" in text or "percent" in fold(text)) and "%" not in source and "percent" not in fold(source):
        found.add("%")
    return found


def _said_twice(word: str, source: str) -> bool:
    return word == "two" and mentions(source, ("both", "twice"))


def _units(text: str) -> dict[str, set[str]]:
    """The word after each number, singular."""
    found: dict[str, set[str]] = {}
    for match in re.finditer(r"(\d++(?:[.,]\d++)*+)(?:\s(?:of|new|more))?\s([^\W\d_]{2,30})", _bare(text)):
        found.setdefault(match[1].replace(",", ""), set()).add(fold(match[2]).rstrip("s"))
    return found


def _rates(text: str) -> dict[str, set[str]]:
    """What each number is counted by: a day, a month."""
    found: dict[str, set[str]] = {}
    units = "second|minute|hour|day|week|month|year"
    for match in re.finditer(rf"(\d++(?:[.,]\d++)*+)[^\d.;:]{{1,60}}? (?:a|per|each|every) ({units})\b", _bare(text)):
        found.setdefault(match[1].replace(",", ""), set()).add(match[2])
    return found


def _new_names(text: str, source: str) -> set[str]:
    """Words with a capital that the sources do not have; at the start of the sentence only where they are not plain."""
    bare, known = _bare(text), set(_words(source))
    found = set()
    for match in _WORD.finditer(bare):
        word = match[0]
        first = not bare[: match.start()].strip(" “\"'(")
        named = word[:1].isupper() and not wide(word) and word != "I" and fold(word) not in known
        opens = first and (fold(word) in _plain() or _known(_stem(fold(word)), _stems(source)))
        if named and not opens:
            found.add(word)
    return found


def _new_claims(text: str, source: str) -> set[str]:
    """Words that claim something, of a group that the sources say nothing of."""
    found = set()
    for group in load("guard")["claims"]:
        if mentions(text, group) and not mentions(source, group):
            found.add(group[0].rstrip("*"))
    return found


def _turned(text: str, source: str) -> set[str]:
    """Clauses that deny what the sources say, or say what the sources deny."""
    stated = [(_content(clause), _negations(clause)) for one in sentences(source, _MOST) for clause in _clauses(one)]
    found = set()
    for clause in (clause for one in sentences(text, _MOST) for clause in _clauses(one)):
        stems, denials = _content(clause), _negations(clause)
        shares = [(len([s for s in stems if _known(s, theirs)]), denied) for theirs, denied in stated]
        best = max((share for share, _ in shares), default=0)
        nearest = [denied for share, denied in shares if share == best and (best or not stems)]
        same = [denied for theirs, denied in stated if _holds(stems, theirs) or (stems and stems == theirs)]
        added = denials and not any(denied and len(set(denials)) <= len(set(denied)) for denied in nearest)
        dropped = not denials and nearest and all(nearest) and best >= max(2, 0.5 * len(stems))
        turned = not denials and any(same)
        odd = same and all(len(denied) % 2 != len(denials) % 2 for denied in same if denied) and any(same)
        if added or dropped or turned or (odd and all(same)):
            found.add(clause)
    return found


def _swapped(text: str, source: str) -> set[str]:
    """Words of a clause whose nearest source says the other word of a pair: bounces in place of complaints."""
    orders = [order for pair in load("guard")["pairs"] for order in (pair, pair[::-1])]
    orders = [(one, other) for one, other in orders if mentions(text, [one]) and mentions(source, [other])]
    if not orders:
        return set()
    stated = [(clause, _content(clause)) for one in sentences(source, _MOST) for clause in _clauses(one)]
    found = set()
    for clause in (clause for one in sentences(text, _MOST) for clause in _clauses(one)):
        stems = _content(clause)
        shares = [len([s for s in stems if _known(s, theirs)]) for _, theirs in stated]
        nearest = [theirs for share, (theirs, _) in zip(shares, stated, strict=True) if share == max(shares, default=0)]
        for one, other in orders:
            says = mentions(clause, [one]) and not mentions(clause, [other])
            if says and nearest and all(mentions(near, [other]) and not mentions(near, [one]) for near in nearest):
                found.add(one.rstrip("*"))
    return found


def _holds(stems: set[str], theirs: set[str]) -> bool:
    """Whether a clause holds nearly all that another one speaks of."""
    return len(theirs) > 1 and len([s for s in theirs if _known(s, stems)]) >= 0.75 * len(theirs)


def _clauses(sentence: str) -> list[str]:
    """The sentence at the places where a new subject begins."""
    subjects = "|".join(load("guard")["subjects"])
    return [
        part
        for part in re.split(
            rf"(?:[,;:] (?:and |but |so )?| and | but | because | while | so )(?=(?:{subjects})\b)", sentence
        )
        if part.strip()
    ]


def _negations(text: str) -> list[str]:
    """The words by which a text denies something, each as often as it says it."""
    bare = re.sub(r"[^\w\s]", " ", fold(text).replace("'", ""))
    folded = f" {' '.join(bare.split())} "
    words = load("guard")["negations"]
    found = [w for w in words for _ in range(folded.count(f" {w} ") if w.isascii() else folded.count(w))]
    return found + re.findall(r"\bun(?:confirm|verif|tick|click|check|ask)", folded)


def _new_words(text: str, source: str) -> set[str]:
    """Words of a sentence that are neither in its sources nor plain: one is forgiven where it says much else."""
    known, content = _stems(source), _content(text)
    new = {stem for stem in content if not _known(stem, known)}
    return new if len(new) > (1 if len(content) >= 8 else 0) else set()


def _words(text: str) -> list[str]:
    return [fold(match[0]) for match in _WORD.finditer(_bare(text))]


@lru_cache(maxsize=256)
def _stems(text: str) -> frozenset[str]:
    return frozenset(_stem(word) for word in _words(text))


def _content(text: str) -> set[str]:
    """The stems of a text's words that are not plain ones."""
    return {_stem(word) for word in _words(text) if word not in _plain() and (len(word) > 1 or wide(word))}


def _known(stem: str, stems: Iterable[str]) -> bool:
    if stem in stems:
        return True
    if wide(stem):
        return any(stem in other or other in stem for other in stems)
    return len(stem) >= 4 and any(
        len(other) >= 4 and (other.startswith(stem) or stem.startswith(other)) for other in stems
    )


def _stem(word: str) -> str:
    word = re.sub(r"^un(?=confirm|verif|tick|click|check|ask)", "", word.removesuffix("'s"))
    bare = re.sub(r"(?:ings?|ed|ies|es|s|y|ly|ion|ions|ation|ations|ment|e)$", "", word) if len(word) > 3 else word
    return bare if len(bare) >= 3 else word


@lru_cache(maxsize=1)
def _plain() -> frozenset[str]:
    return frozenset(load("guard")["plain"])


def _join(texts: Iterable[str]) -> str:
    whole = ""
    for text in texts:
        whole = f"{whole}{'' if not whole or wide(whole[-1:]) or whole.endswith('。') else ' '}{text}"
    return whole
