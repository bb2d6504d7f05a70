"""Finds what a model's sentence says and its sources do not: names, claiming words, denials, who does what, numbers,
what they count, how often, how long before."""

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from itertools import pairwise
from typing import TypeVar

from drafts.wording import clean_text, fold_text, is_wide, load_table, mentions, split_sentences

T = TypeVar("T")

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
    links = (match[0].rstrip(".,;:!?。、/") for match in _LINK.finditer(clean_text(text)))
    return {link.removeprefix("https://").removeprefix("http://").removeprefix("www.").lower() for link in links}


def join_links(text: str) -> str:
    return " ".join(links_of(text))


def without_links(text: str) -> str:
    return _LINK.sub(" ", clean_text(text))


def split_clauses(text: str) -> list[str]:
    """Splits the sentences of a text where a new subject begins."""
    subjects = "|".join(load_table("guard")["subjects"])
    joints = rf"(?:[,;:] (?:and |but |so )?| and | but | because | while | so )(?=(?:{subjects})\b)"
    parts = (part for sentence in split_sentences(text, MOST_COMPARED) for part in re.split(joints, sentence))
    return [part for part in parts if part.strip()]


def words_of(text: str) -> list[str]:
    return [fold_text(match[0]) for match in WORD.finditer(without_links(text))]


@lru_cache(maxsize=256)
def stems_of(text: str) -> frozenset[str]:
    return frozenset(stem_of(word) for word in words_of(text))


def content_stems(text: str) -> set[str]:
    """Returns the stems of a text's words that are not plain ones."""
    plain_words = load_plain_words()
    return {stem_of(word) for word in words_of(text) if word not in plain_words and (len(word) > 1 or is_wide(word))}


def is_known_stem(stem: str, stems: Iterable[str]) -> bool:
    if stem in stems:
        return True
    if is_wide(stem):
        return any(stem in other or other in stem for other in stems)
    long_stems = (other for other in stems if len(other) >= 4)
    return len(stem) >= 4 and any(other.startswith(stem) or stem.startswith(other) for other in long_stems)


def stem_of(word: str) -> str:
    word = re.sub(r"^un(?=confirm|verif|tick|click|check|ask)", "", word.removesuffix("'s"))
    stem = re.sub(r"(?:ings?|ed|ies|es|s|y|ly|ion|ions|ation|ations|ment|e)$", "", word) if len(word) > 3 else word
    stem = stem[:-1] if stem != word and stem[-2:-1] == stem[-1:] else stem  # "logging" and "logs"
    return stem if len(stem) >= 3 else word


@lru_cache(maxsize=1)
def load_plain_words() -> frozenset[str]:
    return frozenset(load_table("guard")["plain"])


def find_new_names(text: str, source: str) -> set[str]:
    """Finds words with a capital that the sources do not have; at the start of the sentence only uncommon ones."""
    plain_text, source_words = without_links(text), set(words_of(source))
    names = set()
    for match in WORD.finditer(plain_text):
        word, folded = match[0], fold_text(match[0])
        if not word[:1].isupper() or is_wide(word) or word == "I" or folded in source_words:
            continue
        is_first = not plain_text[: match.start()].strip(" “\"'(")
        is_common = folded in load_plain_words() or is_known_stem(stem_of(folded), stems_of(source))
        if not (is_first and is_common):
            names.add(word)
    return names


def find_new_claims(text: str, source: str) -> set[str]:
    """Finds words that claim something, of a group that the sources say nothing of."""
    data = load_table("guard")
    claims = {"by email"} if mentions(text, data["sends"]) and not mentions(source, data["sends_from"]) else set()
    for group in data["claims"]:
        if mentions(text, group) and not mentions(source, group):
            claims.add(group[0].rstrip("*"))
    return claims


def find_reversals(text: str, source: str) -> set[str]:
    """Finds clauses that deny what the sources say, or say what the sources deny."""
    sources = [(content_stems(clause), _find_negations(clause)) for clause in split_clauses(source)]
    reversals = set()
    for clause in split_clauses(text):
        stems, denials = content_stems(clause), _find_negations(clause)
        shared, nearest = _find_nearest(stems, sources)
        nearest = nearest if shared or not stems else []
        same = [denied for other, denied in sources if _covers(stems, other) or (stems and stems == other)]
        is_added = denials and not any(denied and len(set(denials)) <= len(set(denied)) for denied in nearest)
        is_dropped = not denials and nearest and all(nearest) and shared >= max(2, 0.5 * len(stems))
        is_turned = not denials and any(same)
        is_odd = same and all(denied and len(denied) % 2 != len(denials) % 2 for denied in same)
        if is_added or is_dropped or is_turned or is_odd:
            reversals.add(clause)
    return reversals


def find_swaps(text: str, source: str) -> set[str]:
    """Finds words of a clause whose nearest source says the other word of a pair: bounces in place of complaints."""
    pairs = [order for pair in load_table("guard")["pairs"] for order in (pair, pair[::-1])]
    pairs = [(one, other) for one, other in pairs if mentions(text, [one]) and mentions(source, [other])]
    if not pairs:
        return set()
    sources = [(content_stems(clause), clause) for clause in split_clauses(source)]
    swapped = set()
    for clause in split_clauses(text):
        _, nearest = _find_nearest(content_stems(clause), sources)
        for one, other in pairs:
            if nearest and all(_says_only(clause, one, other) and _says_only(near, other, one) for near in nearest):
                swapped.add(one.rstrip("*"))
    return swapped


def _says_only(clause: str, phrase: str, other: str) -> bool:
    return mentions(clause, [phrase]) and not mentions(clause, [other])


def find_new_pairs(text: str, source: str) -> set[str]:
    """Finds two words that a text joins ("managers and employees") where its sources say the rest of one only."""
    data = load_table("guard")
    pairs: set[str] = set()
    if mentions(source, data["alike"]):
        return pairs
    contents = [content_stems(sentence) for sentence in split_sentences(source, MOST_COMPARED)]
    joints = re.compile(rf"([^\W\d_]++) (?:{'|'.join(data['additions'])}) (?=([^\W\d_]++))")
    for clause in _split_pieces(text, r"[;,:]"):
        content = content_stems(clause)
        for one, other in joints.findall(clause):
            pair = {stem_of(one), stem_of(other)}
            shared, nearest = _find_nearest(content - pair, [(stems, stems) for stems in contents])
            says_one = shared > 1 and all(_count_shared(pair, stems) == 1 for stems in nearest)
            if len(pair) == 2 and pair <= content and says_one:
                pairs.add(f"{one}, {other}")
    return pairs


def find_taken_actions(text: str, source: str) -> set[str]:
    """Finds what "we" do in the text and another one does in the sources: "each museum signs off", "we sign off"."""
    source_words = set(words_of(source))
    verbs = re.findall(r"\bwe ([a-z]{3,20})\b", fold_text(without_links(text)))
    return {f"we {verb}" for verb in verbs if verb not in source_words and source_words & {f"{verb}s", f"{verb}es"}}


def find_other_subjects(text: str, source: str) -> set[str]:
    """Finds the subject of a clause whose rest the sources say about another one: "shoppers", not "merchants"."""
    subjects: set[str] = set()
    sources = [(content_stems(sentence), sentence) for sentence in split_sentences(source, MOST_COMPARED)]
    for clause in _split_pieces(text, r"[;:]"):
        words = [word for word in words_of(clause) if word not in ("the", "a", "an", "each", "every", "all")]
        content = content_stems(clause)
        subject, rest = stem_of(words[0]) if words else "", content - {stem_of(word) for word in words[:1]}
        shared, nearest = _find_nearest(rest, sources)
        if subject not in content or shared < max(2, 0.75 * len(rest)):
            continue
        is_theirs = any(_is_subject_of(subject, sentence) for sentence in nearest)
        if not is_theirs and any(is_known_stem(subject, stems) for stems, _ in sources):
            subjects.add(words[0])
    return subjects


def _is_subject_of(subject: str, sentence: str) -> bool:
    has_pronoun = not {"they", "it", "he", "she"}.isdisjoint(words_of(sentence)[:3])
    return has_pronoun or is_known_stem(subject, content_stems(sentence))


def _find_nearest(stems: Iterable[str], sources: Sequence[tuple[set[str], T]]) -> tuple[int, list[T]]:
    """Returns the most stems that any source shares with a clause, and the values of the sources that share so many."""
    shares = [_count_shared(stems, source_stems) for source_stems, _ in sources]
    most = max(shares, default=0)
    return most, [value for share, (_, value) in zip(shares, sources, strict=True) if share == most]


def _count_shared(stems: Iterable[str], known: Iterable[str]) -> int:
    return sum(is_known_stem(stem, known) for stem in stems)


def _split_pieces(text: str, marks: str) -> list[str]:
    """Splits the sentences of a text at some marks."""
    folded = (fold_text(without_links(sentence)) for sentence in split_sentences(text, MOST_COMPARED))
    return [piece for sentence in folded for piece in re.split(marks, sentence)]


def _covers(stems: set[str], other_stems: set[str]) -> bool:
    """Tells whether a clause holds nearly all that another one speaks of."""
    return len(other_stems) > 1 and _count_shared(other_stems, stems) >= 0.75 * len(other_stems)


def _find_negations(text: str) -> list[str]:
    """Finds the words by which a text denies something, each as often as it says it."""
    letters = re.sub(r"[^\w\s]", " ", fold_text(text).replace("'", ""))
    folded = f" {' '.join(letters.split())} "
    words = load_table("guard")["negations"]
    counts = {word: folded.count(f" {word} " if word.isascii() else word) for word in words}
    negations = [word for word, count in counts.items() for _ in range(count)]
    return negations + re.findall(r"\bun(?:confirm|verif|tick|click|check|ask)", folded)


def find_new_words(text: str, source: str) -> set[str]:
    """Finds words of a sentence that are neither in its sources nor plain. One such word in a long sentence is none."""
    source_stems, content = stems_of(source), content_stems(text)
    new_stems = {stem for stem in content if not is_known_stem(stem, source_stems)}
    added = {stem_of(word) for before, word in pairwise(words_of(text)) if before in load_table("guard")["additions"]}
    return new_stems if new_stems & added or len(new_stems) > (1 if len(content) >= 8 else 0) else set()


_NUMBER = re.compile(r"\d++(?:[.,]\d++)*+")
_SPANS = "second|minute|hour|day|week|month|year"


def numbers_of(text: str) -> set[str]:
    return {number.replace(",", "") for number in _NUMBER.findall(without_links(text))}


def find_new_numbers(text: str, source: str) -> set[str]:
    """Finds numbers, number words and units of the text that its sources do not have, or have for something else."""
    numbers, source_numbers = load_table("guard")["number_words"], numbers_of(source)
    findings = numbers_of(text) - source_numbers
    new_words = {word for word in words_of(text) if word in numbers} - set(words_of(source))
    findings |= {word for word in new_words if numbers[word] not in source_numbers}
    if mentions(source, ("both", "twice")):
        findings.discard("two")
    text_units, source_units = _units_by_number(text), _units_by_number(source)
    units = load_table("guard")["units"]
    for number, words in text_units.items():
        allowed = source_units.get(number, set())
        swapped = {word for other, more in source_units.items() if other != number for word in more} & words - allowed
        is_timed = any(word.startswith(tuple(units)) for word in words | allowed)
        if allowed and (swapped or (is_timed and not words & allowed)):
            findings.add(f"{number} {' '.join(sorted(words))}")
    findings |= (_find_moments(text) - _find_moments(source)) | (_find_rhythms(text) - _find_rhythms(source))
    rates = _rates_by_number(source)
    for number, spans in _rates_by_number(text).items():
        if spans - rates.get(number, set()):
            findings.add(f"{number} a {'/'.join(sorted(spans))}")
    if ("%" in text or "percent" in fold_text(text)) and "%" not in source and "percent" not in fold_text(source):
        findings.add("%")
    return findings


def _units_by_number(text: str) -> dict[str, set[str]]:
    """Returns the words after each number, singular."""
    units: dict[str, set[str]] = {}
    words = load_table("guard")["number_words"] | {"one": "1"}
    number = rf"\d++(?:[.,]\d++)*+|\b(?:{'|'.join(words)})\b"
    for match in re.finditer(rf"({number})(?:\s(?:of|new|more))?\s([^\W\d_]{{2,30}})", fold_text(without_links(text))):
        count = match[1].replace(",", "")
        units.setdefault(words.get(count, count), set()).add(match[2].rstrip("s"))
    return units


def _find_moments(text: str) -> set[str]:
    """Finds how long before or after something: "week before"."""
    moment = rf"\b({_SPANS})s? (before|after|later|earlier|ago)\b"
    return {f"{span} {way}" for span, way in re.findall(moment, fold_text(without_links(text)))}


def _find_rhythms(text: str) -> set[str]:
    """Finds how often something happens: "every day", "every other thursday"."""
    folded = fold_text(without_links(text))
    for adverb, span in (("daily", "day"), ("weekly", "week"), ("monthly", "month"), ("yearly", "year")):
        folded = re.sub(rf"\b{adverb}\b", f"every {span}", folded)
    rhythm = rf"\b(?:every|each|a|per) (other |second |two |2 )?({_SPANS}|weekday|quarter|\w+day)s?\b"
    return {f"every {other}{span}" for other, span in re.findall(rhythm, folded)}


def _rates_by_number(text: str) -> dict[str, set[str]]:
    """Returns the spans that each number is counted by: a day, a month."""
    rates: dict[str, set[str]] = {}
    number = r"(\d++(?:[.,]\d++)*+)[^\d.;:]{1,60}?"
    for by in (rf"(?:a|per|each|every) ({_SPANS})\b", r"(?:(?:of|for|in|at) (?:each|every)|per) ([^\W\d_]{2,30})"):
        for match in re.finditer(rf"{number} {by}", without_links(text)):
            rates.setdefault(match[1].replace(",", ""), set()).add(match[2])
    return rates
