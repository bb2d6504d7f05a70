"""Claims that a model's sentence makes and its sources do not: names, claiming words, denials, who does what."""

import re
from itertools import pairwise

from drafts.guard.words import (
    WORD,
    clauses_of,
    content_of,
    is_known,
    plain_words,
    stem_of,
    stems_of,
    without_links,
    words_of,
)
from drafts.phrases import fold, load, mentions
from drafts.wording import sentences, wide

MOST_COMPARED = 25
"""Sentences of one part that are compared one by one."""


def new_names(text: str, source: str) -> set[str]:
    """Words with a capital that the sources do not have; at the start of the sentence only where they are not plain."""
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
    """Words that claim something, of a group that the sources say nothing of."""
    data = load("guard")
    found = {"by email"} if mentions(text, data["sends"]) and not mentions(source, data["sends_from"]) else set()
    for group in data["claims"]:
        if mentions(text, group) and not mentions(source, group):
            found.add(group[0].rstrip("*"))
    return found


def turned(text: str, source: str) -> set[str]:
    """Clauses that deny what the sources say, or say what the sources deny."""
    stated = [
        (content_of(clause), _negations(clause))
        for one in sentences(source, MOST_COMPARED)
        for clause in clauses_of(one)
    ]
    found = set()
    for clause in (clause for one in sentences(text, MOST_COMPARED) for clause in clauses_of(one)):
        stems, denials = content_of(clause), _negations(clause)
        shares = [(len([s for s in stems if is_known(s, theirs)]), denied) for theirs, denied in stated]
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
    """Words of a clause whose nearest source says the other word of a pair: bounces in place of complaints."""
    orders = [order for pair in load("guard")["pairs"] for order in (pair, pair[::-1])]
    orders = [(one, other) for one, other in orders if mentions(text, [one]) and mentions(source, [other])]
    if not orders:
        return set()
    stated = [(clause, content_of(clause)) for one in sentences(source, MOST_COMPARED) for clause in clauses_of(one)]
    found = set()
    for clause in (clause for one in sentences(text, MOST_COMPARED) for clause in clauses_of(one)):
        stems = content_of(clause)
        shares = [len([s for s in stems if is_known(s, theirs)]) for _, theirs in stated]
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
            shares = [len([stem for stem in content - pair if is_known(stem, theirs)]) for theirs in stated]
            nearest = [theirs for share, theirs in zip(shares, stated, strict=True) if 1 < share == max(shares)]
            one_only = all(len([stem for stem in pair if is_known(stem, theirs)]) == 1 for theirs in nearest)
            if len(pair) == 2 and pair <= content and nearest and one_only:
                found.add(f"{one}, {other}")
    return found


def taken_over(text: str, source: str) -> set[str]:
    """What "we" do in the text and another one does in the sources: "each museum signs off", "we sign off"."""
    spoken = set(words_of(source))
    verbs = re.findall(r"\bwe ([a-z]{3,20})\b", fold(without_links(text)))
    return {f"we {verb}" for verb in verbs if verb not in spoken and spoken & {f"{verb}s", f"{verb}es"}}


def of_another(text: str, source: str) -> set[str]:
    """The subject of a clause of which the sources say the rest about another one: "shoppers", not "merchants"."""
    found: set[str] = set()
    stated = [(content_of(one), words_of(one)) for one in sentences(source, MOST_COMPARED)]
    for clause in _pieces(text, r"[;:]"):
        words = [word for word in words_of(clause) if word not in ("the", "a", "an", "each", "every", "all")]
        content = content_of(clause)
        subject, rest = stem_of(words[0]) if words else "", content - {stem_of(word) for word in words[:1]}
        shares = [len([stem for stem in rest if is_known(stem, theirs)]) for theirs, _ in stated]
        nearest = [
            one for share, one in zip(shares, stated, strict=True) if share == max(shares) >= max(2, 0.75 * len(rest))
        ]
        own = any(is_known(subject, theirs) or {"they", "it", "he", "she"} & set(said[:3]) for theirs, said in nearest)
        if subject in content and nearest and not own and any(is_known(subject, theirs) for theirs, _ in stated):
            found.add(words[0])
    return found


def _pieces(text: str, marks: str) -> list[str]:
    """The sentences of a text, each at its marks."""
    whole = sentences(text, MOST_COMPARED)
    return [piece for sentence in whole for piece in re.split(marks, fold(without_links(sentence)))]


def _holds(stems: set[str], theirs: set[str]) -> bool:
    """Whether a clause holds nearly all that another one speaks of."""
    return len(theirs) > 1 and len([s for s in theirs if is_known(s, stems)]) >= 0.75 * len(theirs)


def _negations(text: str) -> list[str]:
    """The words by which a text denies something, each as often as it says it."""
    bare = re.sub(r"[^\w\s]", " ", fold(text).replace("'", ""))
    folded = f" {' '.join(bare.split())} "
    words = load("guard")["negations"]
    found = [w for w in words for _ in range(folded.count(f" {w} ") if w.isascii() else folded.count(w))]
    return found + re.findall(r"\bun(?:confirm|verif|tick|click|check|ask)", folded)


def new_words(text: str, source: str) -> set[str]:
    """Words of a sentence that are neither in its sources nor plain: one is forgiven where it says much else."""
    known, content = stems_of(source), content_of(text)
    new = {stem for stem in content if not is_known(stem, known)}
    added = {stem_of(word) for before, word in pairwise(words_of(text)) if before in load("guard")["additions"]}
    return new if new & added or len(new) > (1 if len(content) >= 8 else 0) else set()
