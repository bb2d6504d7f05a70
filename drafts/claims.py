"""What a model's sentence says and its sources do not: names, claiming words, denials, who does what, numbers, what
they count, how often, how long before."""

import re
from collections.abc import Iterable
from functools import lru_cache
from itertools import pairwise

from drafts.wording import clean, fold, load, mentions, sentences, wide

_LINK = re.compile(
    r"https?://[^\s<>()\"”“]+|[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}|(?<![\w.@-])[\w-]{1,63}(?:\.[\w-]{1,63}){0,8}\.[a-z]{2,24}(?![\w-])(?:/[^\s<>()\"”“]*)?",
    re.IGNORECASE,
)
MOST_COMPARED = 25
"""Sentences of one part that are compared one by one."""
WORD = re.compile(
    r"[\u3400-\u9fff]+|[\u30a1-\u30ff]{2,}|[^\W\d_\u3040-\u30ff\u3400-\u9fff]+(?:['-][^\W\d_\u3040-\u30ff\u3400-\u9fff]+)*"
)


def links_of(text: str) -> set[str]:
    found = (match[0].rstrip(".,;:!?。、/") for match in _LINK.finditer(clean(text)))
    return {link.removeprefix("https://").removeprefix("http://").removeprefix("www.").lower() for link in found}


def links_text(text: str) -> str:
    return " ".join(links_of(text))


def without_links(text: str) -> str:
    return _LINK.sub(" ", clean(text))


def clauses_of(text: str) -> list[str]:
    """Returns the sentences of a text, each at the places where a new subject begins."""
    subjects = "|".join(load("guard")["subjects"])
    joints = rf"(?:[,;:] (?:and |but |so )?| and | but | because | while | so )(?=(?:{subjects})\b)"
    parts = (part for sentence in sentences(text, MOST_COMPARED) for part in re.split(joints, sentence))
    return [part for part in parts if part.strip()]


def words_of(text: str) -> list[str]:
    return [fold(match[0]) for match in WORD.finditer(without_links(text))]


@lru_cache(maxsize=256)
def stems_of(text: str) -> frozenset[str]:
    return frozenset(stem_of(word) for word in words_of(text))


def content_of(text: str) -> set[str]:
    """Returns the stems of a text's words that are not plain ones."""
    return {stem_of(word) for word in words_of(text) if word not in plain_words() and (len(word) > 1 or wide(word))}


def is_known(stem: str, stems: Iterable[str]) -> bool:
    if stem in stems:
        return True
    if wide(stem):
        return any(stem in other or other in stem for other in stems)
    return len(stem) >= 4 and any(
        len(other) >= 4 and (other.startswith(stem) or stem.startswith(other)) for other in stems
    )


def stem_of(word: str) -> str:
    word = re.sub(r"^un(?=confirm|verif|tick|click|check|ask)", "", word.removesuffix("'s"))
    bare = re.sub(r"(?:ings?|ed|ies|es|s|y|ly|ion|ions|ation|ations|ment|e)$", "", word) if len(word) > 3 else word
    bare = bare[:-1] if bare != word and bare[-2:-1] == bare[-1:] else bare  # "logging" and "logs"
    return bare if len(bare) >= 3 else word


@lru_cache(maxsize=1)
def plain_words() -> frozenset[str]:
    return frozenset(load("guard")["plain"])


def new_names(text: str, source: str) -> set[str]:
    """Returns words with a capital that the sources do not have; at the start of the sentence only where they are not
    plain."""
    bare, known = without_links(text), set(words_of(source))
    found = set()
    for match in WORD.finditer(bare):
        word = match[0]
        first = not bare[: match.start()].strip(" “\"'(")
        named = word[:1].isupper() and not wide(word) and word != "I" and fold(word) not in known
        opens = first and (fold(word) in plain_words() or is_known(stem_of(fold(word)), stems_of(source)))
        if named and not opens:
            found.add(word)
    return found


def new_claims(text: str, source: str) -> set[str]:
    """Returns words that claim something, of a group that the sources say nothing of."""
    data = load("guard")
    found = {"by email"} if mentions(text, data["sends"]) and not mentions(source, data["sends_from"]) else set()
    for group in data["claims"]:
        if mentions(text, group) and not mentions(source, group):
            found.add(group[0].rstrip("*"))
    return found


def turned(text: str, source: str) -> set[str]:
    """Clauses that deny what the sources say, or say what the sources deny."""
    stated = [(content_of(clause), _negations(clause)) for clause in clauses_of(source)]
    found = set()
    for clause in clauses_of(text):
        stems, denials = content_of(clause), _negations(clause)
        shares = [(_shared(stems, theirs), denied) for theirs, denied in stated]
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


def swapped(text: str, source: str) -> set[str]:
    """Returns words of a clause whose nearest source says the other word of a pair: bounces in place of complaints."""
    orders = [order for pair in load("guard")["pairs"] for order in (pair, pair[::-1])]
    orders = [(one, other) for one, other in orders if mentions(text, [one]) and mentions(source, [other])]
    if not orders:
        return set()
    stated = [(clause, content_of(clause)) for clause in clauses_of(source)]
    found = set()
    for clause in clauses_of(text):
        stems = content_of(clause)
        shares = [_shared(stems, theirs) for _, theirs in stated]
        nearest = [theirs for share, (theirs, _) in zip(shares, stated, strict=True) if share == max(shares, default=0)]
        for one, other in orders:
            says = mentions(clause, [one]) and not mentions(clause, [other])
            if says and nearest and all(mentions(near, [other]) and not mentions(near, [one]) for near in nearest):
                found.add(one.rstrip("*"))
    return found


def paired(text: str, source: str) -> set[str]:
    """Two words that a text joins ("managers and employees") where its sources say the rest of one of them only."""
    data = load("guard")
    found: set[str] = set()
    if mentions(source, data["alike"]):
        return found
    stated = [content_of(one) for one in sentences(source, MOST_COMPARED)]
    joints = re.compile(rf"([^\W\d_]++) (?:{'|'.join(data['additions'])}) (?=([^\W\d_]++))")
    for clause in _pieces(text, r"[;,:]"):
        content = content_of(clause)
        for one, other in joints.findall(clause):
            pair = {stem_of(one), stem_of(other)}
            shares = [_shared(content - pair, theirs) for theirs in stated]
            nearest = [theirs for share, theirs in zip(shares, stated, strict=True) if 1 < share == max(shares)]
            one_only = all(_shared(pair, theirs) == 1 for theirs in nearest)
            if len(pair) == 2 and pair <= content and nearest and one_only:
                found.add(f"{one}, {other}")
    return found


def taken_over(text: str, source: str) -> set[str]:
    """Returns what "we" do in the text and another one does in the sources: "each museum signs off", "we sign off"."""
    spoken = set(words_of(source))
    verbs = re.findall(r"\bwe ([a-z]{3,20})\b", fold(without_links(text)))
    return {f"we {verb}" for verb in verbs if verb not in spoken and spoken & {f"{verb}s", f"{verb}es"}}


def of_another(text: str, source: str) -> set[str]:
    """Returns the subject of a clause of which the sources say the rest about another one: "shoppers", not
    "merchants"."""
    found: set[str] = set()
    stated = [(content_of(one), words_of(one)) for one in sentences(source, MOST_COMPARED)]
    for clause in _pieces(text, r"[;:]"):
        words = [word for word in words_of(clause) if word not in ("the", "a", "an", "each", "every", "all")]
        content = content_of(clause)
        subject, rest = stem_of(words[0]) if words else "", content - {stem_of(word) for word in words[:1]}
        shares = [_shared(rest, theirs) for theirs, _ in stated]
        nearest = [
            one for share, one in zip(shares, stated, strict=True) if share == max(shares) >= max(2, 0.75 * len(rest))
        ]
        own = any(is_known(subject, theirs) or {"they", "it", "he", "she"} & set(said[:3]) for theirs, said in nearest)
        if subject in content and nearest and not own and any(is_known(subject, theirs) for theirs, _ in stated):
            found.add(words[0])
    return found


def _shared(stems: Iterable[str], known: Iterable[str]) -> int:
    """Returns how many stems are known there."""
    return sum(is_known(stem, known) for stem in stems)


def _pieces(text: str, marks: str) -> list[str]:
    """Returns the sentences of a text, each at its marks."""
    whole = sentences(text, MOST_COMPARED)
    return [piece for sentence in whole for piece in re.split(marks, fold(without_links(sentence)))]


def _holds(stems: set[str], theirs: set[str]) -> bool:
    """Tells whether a clause holds nearly all that another one speaks of."""
    return len(theirs) > 1 and _shared(theirs, stems) >= 0.75 * len(theirs)


def _negations(text: str) -> list[str]:
    """Returns the words by which a text denies something, each as often as it says it."""
    bare = re.sub(r"[^\w\s]", " ", fold(text).replace("'", ""))
    folded = f" {' '.join(bare.split())} "
    words = load("guard")["negations"]
    found = [w for w in words for _ in range(folded.count(f" {w} ") if w.isascii() else folded.count(w))]
    return found + re.findall(r"\bun(?:confirm|verif|tick|click|check|ask)", folded)


def new_words(text: str, source: str) -> set[str]:
    """Returns words of a sentence that are neither in its sources nor plain: one is forgiven where it says much
    else."""
    known, content = stems_of(source), content_of(text)
    new = {stem for stem in content if not is_known(stem, known)}
    added = {stem_of(word) for before, word in pairwise(words_of(text)) if before in load("guard")["additions"]}
    return new if new & added or len(new) > (1 if len(content) >= 8 else 0) else set()


_NUMBER = re.compile(r"\d++(?:[.,]\d++)*+")
_SPANS = "second|minute|hour|day|week|month|year"


def numbers_of(text: str) -> set[str]:
    return {found.replace(",", "") for found in _NUMBER.findall(without_links(text))}


def new_numbers(text: str, source: str) -> set[str]:
    """Numbers, number words and units of the text that its sources do not have, or have for something else."""
    words = load("guard")["number_words"]
    known, spoken = numbers_of(source), words_of(source)
    found = {number for number in numbers_of(text) if number not in known}
    found |= {
        w
        for w in words_of(text)
        if w in words
        and w not in spoken
        and words[w] not in known
        and not (w == "two" and mentions(source, ("both", "twice")))
    }
    mine, theirs = _units(text), _units(source)
    units = load("guard")["units"]
    for number, unit in mine.items():
        allowed = theirs.get(number, set())
        swapped = {u for n, more in theirs.items() if n != number for u in more} & unit - allowed
        timed = {u for u in unit | allowed if any(u.startswith(one) for one in units)}
        if allowed and (swapped or (timed and not unit & allowed)):
            found.add(f"{number} {' '.join(sorted(unit))}")
    found |= (_moments(text) - _moments(source)) | (_rhythms(text) - _rhythms(source))
    rates = _rates(source)
    found |= {
        f"{number} a {'/'.join(sorted(per))}" for number, per in _rates(text).items() if per - rates.get(number, set())
    }
    if ("%" in text or "percent" in fold(text)) and "%" not in source and "percent" not in fold(source):
        found.add("%")
    return found


def _units(text: str) -> dict[str, set[str]]:
    """Returns the word after each number, singular."""
    found: dict[str, set[str]] = {}
    words = load("guard")["number_words"] | {"one": "1"}
    number = rf"\d++(?:[.,]\d++)*+|\b(?:{'|'.join(words)})\b"
    for match in re.finditer(rf"({number})(?:\s(?:of|new|more))?\s([^\W\d_]{{2,30}})", fold(without_links(text))):
        count = match[1].replace(",", "")
        found.setdefault(words.get(count, count), set()).add(match[2].rstrip("s"))
    return found


def _moments(text: str) -> set[str]:
    """Returns how long before or after something: "week before"."""
    return {
        f"{span} {way}"
        for span, way in re.findall(rf"\b({_SPANS})s? (before|after|later|earlier|ago)\b", fold(without_links(text)))
    }


def _rhythms(text: str) -> set[str]:
    """Returns how often something happens: "every day", "every other thursday"."""
    folded = fold(without_links(text))
    for adverb, span in (("daily", "day"), ("weekly", "week"), ("monthly", "month"), ("yearly", "year")):
        folded = re.sub(rf"\b{adverb}\b", f"every {span}", folded)
    found = re.findall(
        rf"\b(?:every|each|a|per) (other |second |two |2 )?({_SPANS}|weekday|quarter|\w+day)s?\b", folded
    )
    return {f"every {other}{span}" for other, span in found}


def _rates(text: str) -> dict[str, set[str]]:
    """Returns what each number is counted by: a day, a month."""
    found: dict[str, set[str]] = {}
    number = r"(\d++(?:[.,]\d++)*+)[^\d.;:]{1,60}?"
    for by in (rf"(?:a|per|each|every) ({_SPANS})\b", r"(?:(?:of|for|in|at) (?:each|every)|per) ([^\W\d_]{2,30})"):
        for match in re.finditer(rf"{number} {by}", without_links(text)):
            found.setdefault(match[1].replace(",", ""), set()).add(match[2])
    return found
