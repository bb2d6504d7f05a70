"""What happens on a bounce and on a complaint."""

import re
from dataclasses import dataclass

from drafts.woven.request.frames import also_done, joined, per_label
from drafts.woven.request.voice import Voice
from drafts.woven.text.nouns import passive, with_article
from drafts.woven.text.phrase import and_list, upper_first
from drafts.woven.text.pieces import clause, commas
from drafts.woven.text.reading import Unit, label_of, says_only_yes
from drafts.woven.text.shape import Shape, shape
from drafts.woven.text.tidy import arrows_as_words, flat
from drafts.woven.text.verbs import BASES
from drafts.woven.text.written import written

_SAME = re.compile(
    r"(?:the )?(?:same as (?:for |with )?(?:(?:a |hard )?bounces?|above)|same (?:here|thing|way)|same|likewise"
    r"|ditto|dito|idem|see above|as above|as (?:for )?bounces)(?P<rest>\s*[,;.]\s*\S.*)?",
    re.IGNORECASE | re.DOTALL,
)
_ACTION = re.compile(
    r"\b(?:removal|deletion|suppression|unsubscribe|unsubscription|opt-?out|block|blocking|review|deactivation"
    r"|clean-?up)$",
    re.IGNORECASE,
)
_CONDITION = re.compile(r"(?:if|when|whenever|on|after|as soon as|every|each|upon|once|for)\b", re.IGNORECASE)
_IT = re.compile(r"\bit\b")
_NEVER = re.compile(r"(?:never|not|none|no)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class _Event:
    """The words for one kind of event, a frame each; `mentioned` finds the event in what was said."""

    mentioned: re.Pattern[str]
    when: str
    when_address: str
    when_addresses: str
    who: str
    one: str
    many: str


_ON_BOUNCE = _Event(
    re.compile(r"bounc|undeliver|deliver(?:y|ed)|fail", re.IGNORECASE),
    "when a message bounces", "when an address bounces", "when addresses bounce",
    "an address that bounces", "a bounce", "bounces",
)  # fmt: skip
_ON_COMPLAINT = _Event(
    re.compile(r"complain|spam|junk|reported|reports? (?:it|us|as)\b", re.IGNORECASE),
    "when somebody complains", "when somebody complains", "when people complain",
    "somebody who complains", "a complaint", "complaints",
)  # fmt: skip
_ON_BOTH = _Event(
    re.compile(r"bounc.*(?:complain|spam)|(?:complain|spam).*bounc", re.IGNORECASE | re.DOTALL),
    "when a message bounces or somebody complains", "when an address bounces or complains",
    "when addresses bounce or complain", "an address that bounces or complains", "a bounce or a complaint",
    "bounces and complaints",
)  # fmt: skip


def trouble(bounces: str, complaints: str, voice: Voice) -> list[str]:
    """The paragraph on bounces and complaints; one sentence for both where the answers are the same."""
    same = flat(complaints).rstrip(".")
    if same and flat(bounces).casefold().rstrip(".") == same.casefold():
        return _told(bounces, _ON_BOTH, voice)
    likewise = _SAME.fullmatch(same)
    if bounces.strip() and likewise:
        rest = (likewise["rest"] or "").rstrip(".")
        return [*_told(bounces, _ON_BOUNCE, voice), f"Complaints are treated the same way{rest}."]
    return [*_told(bounces, _ON_BOUNCE, voice), *_told(complaints, _ON_COMPLAINT, voice)]


def _told(answer: str, event: _Event, voice: Voice) -> list[str]:
    units = () if says_only_yes(answer) else voice.read(answer)
    if not units:
        return []
    label = label_of(units[0])
    if label and not _EITHER.search(label[0]):
        return per_label(units, lambda u: _first(u, event, voice)) or []
    way = _path(flat(arrows_as_words(written(flat(answer)))), event) if len(units) > 1 else ""
    if way:
        return [upper_first(way)]
    special = _never_yet(units[0].inside, event, voice) or _path(units[0].inside, event)
    rest = tuple(_by_us(u, voice) for u in units[1:])
    return joined(upper_first(special or _first(units[0], event, voice)), rest)


def _by_us(piece: Unit, voice: Voice) -> Unit:
    """ "would remove them" is said of ourselves."""
    if piece.shape is Shape.THIRD and re.match(r"(?:would|will|could|can)\b", piece.inside):
        said = f"{voice.we} {piece.inside}"
        return Unit(said, Shape.SENTENCE, upper_first(said) + ".")
    return piece


_EITHER = re.compile(r"bounc|complain|\bhard\b|\bsoft\b|permanent|temporary|transient", re.IGNORECASE)
"""A label that names a kind of event, and not a kind of mail."""


def _never_yet(text: str, event: _Event, voice: Voice) -> str:
    """ "never happened" and "never had one" as sentences; "" for anything else."""
    if re.match(r"(?:we|i)(?: have|['’]ve)? never (?:had|received|seen|got)\b", text, re.IGNORECASE):
        return "" if event.mentioned.search(text) else f"as for {event.many}, {text}."
    if re.fullmatch(r"(?:none|no " + event.many + r")(?: so far| yet| to date| until now)?", text):
        return f"as for {event.many}, there have been none{_so_far(text)}."
    never = re.match(
        r"(?:has |have )?(?P<how>never|not)(?: yet)? (?P<what>happened|occurred|had|got|received|seen)\b", text
    ) or re.match(r"(?:has|have)n['’]t(?: yet)? (?P<what>happened|occurred|had|got|received|seen)\b", text)
    if never is None:
        return ""
    have = "" if text.startswith("ha") else "has " if never["what"] in {"happened", "occurred"} else "have "
    it = "this" if never["what"] in {"happened", "occurred"} else voice.we
    return f"as for {event.many}, {it} {have}{text}."


def _so_far(text: str) -> str:
    said = re.search(r" (?:so far|yet|to date|until now)$", text)
    return said[0] if said else ""


def _path(text: str, event: _Event) -> str:
    """ "SES, then SNS, then our webhook" as the way that an event takes; "" for anything else."""
    *stops, last = text.rstrip(".").split(", then ")
    done = shape(last) in {Shape.STATE, Shape.SENTENCE, Shape.PARTICIPLE} and bool(stops)
    stops += [] if done else [last]
    if len(stops) + done < 2 or any(len(s.split()) > 4 or shape(s) is not Shape.NOUN for s in stops):
        return ""
    way = f"{event.one} passes through {and_list([s if s.isupper() else with_article(s) for s in stops])}"
    parts = commas(last)
    told = [p for p in parts if shape(p) in {Shape.STATE, Shape.SENTENCE}]
    if re.search(r"[.;:] ", last) or (len(parts) > 1 and len(told) != 2):
        return ""
    result = f"the address is {last}" if shape(last) is Shape.PARTICIPLE else clause(last)
    if len(parts) == len(told) == 2:
        result = f"{clause(parts[0])}, and {clause(parts[1])}"
    return f"{way}, and then {result}." if done else f"{way}."


def _first(first: Unit, event: _Event, voice: Voice) -> str:
    text = first.inside
    if told := _of_the_event(first, event, voice):
        return told
    match first.shape:
        case Shape.OTHER if _NEVER.match(text):
            return f"{event.many}: {text}."
        case Shape.SENTENCE:
            return _sentence(first, event)
        case Shape.PARTICIPLE:
            return f"{event.who} is {also_done(text, 'is')}."
        case Shape.STATE if event.mentioned.search(text):
            return passive(text) + "."
        case Shape.STATE:
            return f"{event.when}, {passive(text, 'the')}."
        case Shape.VERB:
            return f"{event.when}, {voice.we} {text}."
        case Shape.GERUND:
            return f"{event.many} are handled by {text}."
        case Shape.THIRD:
            return f"{event.one} {text}."
        case Shape.NOUN | Shape.NUMBER:
            return _thing(first, event)
        case Shape.ADVERB | Shape.PREPOSITION | Shape.CLAUSE:
            return f"{event.many} are handled {text}."
    return first.closed


_TREATED = re.compile(r"(?:handled|processed|treated|dealt with|logged|reviewed)\b", re.IGNORECASE)
"""What is done to a bounce, not to an address."""


def _of_the_event(first: Unit, event: _Event, voice: Voice) -> str:
    """A word such as "stop" for what is done, or what is done to the event itself; "" for anything else."""
    text = first.inside
    if text in BASES and not _ACTION.search(text):
        return f"{event.when}, {voice.we} {text}."
    treated = _TREATED.match(text) and first.shape in {Shape.PARTICIPLE, Shape.SENTENCE}
    return f"{event.many} are {text}." if treated else ""


def _sentence(first: Unit, event: _Event) -> str:
    """A sentence; the event is put before it where it does not name it."""
    text = first.inside
    if shape(re.split(r",|;| and ", text)[0]) is Shape.PARTICIPLE:
        return f"{event.who} is {text}."
    if re.match(r"same (?!day|week|hour|minute|moment)\w+", text):
        return f"{event.many} follow the {text}."
    if event.mentioned.search(text) or _CONDITION.match(text):
        return first.closed
    if _NEVER.match(text):
        return f"{event.many}: {text}."
    if re.match(r"(?:they|these|those)\b", text):
        return f"{event.when_addresses}, {text}."
    return f"{event.when_address if _IT.search(text) else event.when}, {text}."


def _thing(first: Unit, event: _Event) -> str:
    """A noun: what happens ("immediate removal") or what is used ("the suppression list")."""
    text = first.inside
    if ", then " in text:
        return f"on {event.one}: {text}."
    if text.startswith("nothing"):
        return f"{event.when}, {text}{'' if 'happen' in text else ' happens'}."
    if _NEVER.match(text):
        return f"{event.when}, there is {text}." if text.startswith("no ") else f"{event.many}: {text}."
    head = re.split(r",|\s(?:from|of|via|by|with|through|in|on|after|within)\s", text)[0]
    if _ACTION.search(head):
        return f"{event.one} leads to {with_article(first.text)}."
    if ":" in text and event.mentioned.search(text):
        return first.closed
    return f"{event.many} are handled through {with_article(first.text, 'the' if 'suppression list' in text else 'a')}."
