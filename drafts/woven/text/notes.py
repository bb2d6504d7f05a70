"""Note style as prose: "link in footer" gets its small words."""

import re

from drafts.woven.text.finite import is_adverb
from drafts.woven.text.verbs import BASES, NOUN_TOO, PASTS
from drafts.woven.text.words import (
    ADVERBS,
    CONJUNCTIONS,
    DETERMINERS,
    PREPOSITIONS,
    RELATIVES,
    SUBORDINATORS,
)

_BARE_PLACES = re.compile(
    r"\b(?P<prep>in|on|from|via|through|into|to|of|using|at)\s+(?P<place>(?:(?:website|account|email|e-mail"
    r"|mail|page|app|profile|user|login|newsletter|sign-?up|registration|order|booking|contact|subscription|suppression"
    r"|unsubscribe|mailing)\s+)?(?:newsletter|bulletin|footer|header|screen|website|app|dashboard|profile|form|link|button"
    r"|checkbox|inbox|mailing list|list|signup form|sign-up form|homepage|box))\b(?!['’-])",
)

_BARE_ORDINALS = re.compile(
    r"\b(?P<prep>after|on|from|at|in|until|by|before) (?P<nth>first|second|third|last|next|\d{1,2}(?:st|nd|rd|th))"
    r" (?=[a-z])"
)

_BARE_EVENTS = re.compile(r"\b(?P<prep>after|on|upon|per) (?P<event>(?:hard |soft )?(?:bounce|complaint))\b(?!['’-])")

_BARE_MEANS = re.compile(
    r"\bby (?P<means>(?:confirmation )?(?:link|button|form|code))\b(?=$|[,.;)]| (?:in|on|at|from)\b)"
)
_BARE_SAME = re.compile(r"(?<=[a-z])(?<!\bthe)(?<!\bthat)(?<!\bon) same (?=(?:day|week|hour|month|evening)\b)")
_BARE_SPANS = re.compile(
    r"\b(?P<day>day|\d(?:st|nd|rd|th)|first|last|end|start|beginning) of (?P<span>month|week|year)\b"
)

_BARE_FORMS = re.compile(
    r"\b(?P<prep>on|at|into|to) (?P<kind>[a-z-]+)"
    r" (?P<place>form|page|screen|profile|desk|counter|sheet|dashboard)\b(?!['’-])"
)
"""A form or page by its kind: "on donation form"."""
_BARE_WITH = re.compile(
    r"\bwith (?P<thing>(?:confirmation |unsubscribe |personal |magic )?(?:link|button|checkbox))\b(?!['’-])"
)
_BARE_LINK_IN = re.compile(r"\b(?:link|button) in(?= (?:mail|e-?mail)\b)")
_BARE_WHAT = re.compile(r"\bwhat (?=(?:customer|user|client|member|reader|patient|subscriber|donor|guest)\b(?!['’-]))")
_BARE_SECRET = re.compile(r"\b(?P<verb>forgets|resets|changes|loses) (?=password\b(?=$|[,.;]| (?:and|or)\b))")
_BARE_AGENTS = re.compile(
    r"\bby (?P<who>coordinator|office|editor|secretary|team|committee|board|treasurer|manager|reception|curator|owner"
    r"|staff|system|conductor|principal|council|webmaster|shop|clinic|school)\b"
    r"(?=$|[,.;)]| (?:on|in|at|every|each|when|after|and|or)\b)"
)
_BARE_FILLED = re.compile(r"\b(?P<verb>fills? (?:in|out)) (?P<thing>card|slip|sheet|questionnaire|survey)\b(?!['’-])")

_BARE_PEOPLE = re.compile(
    r"\b(?P<verb>calls|phones|asks|marks|flags|blocks|notifies|informs|removes|deletes|suppresses|disables|unsubscribes|tells)\s+"
    r"(?P<thing>member|patient|customer|user|client|person|address|subscriber|recipient|donor|buyer|parent|guest|owner)"
    r"\b(?!['’-])"
)

_BARE_OBJECTS = re.compile(
    r"(?P<verb>(?:^|(?<=we )|(?<=they )|(?<=people )|(?<=users )|(?<=and )|(?<=or )|(?<=to )|(?<=, ))(?:remove"
    r"|delete|suppress|block|disable|flag|mark|click|tick|fill in|submit|press))\s+(?P<thing>address|contact"
    r"|subscriber|recipient|customer|user|record|link|button|box|checkbox|form|account)\b(?!['’-])",
    re.IGNORECASE,
)


def with_small_words(text: str) -> str:
    """Note style as prose: "link in footer" to "link in the footer", "remove address" to "remove the address"."""
    text = _BARE_MEANS.sub(r"by a \g<means>", text)
    text = _BARE_SAME.sub(" the same ", text)
    text = _BARE_ORDINALS.sub(r"\g<prep> the \g<nth> ", text)
    text = _BARE_EVENTS.sub(r"\g<prep> a \g<event>", text)
    text = _BARE_WITH.sub(
        lambda m: (
            m[0] if _ends_compound(m.string, m.end()) else f"with {'an' if m['thing'][0] == 'u' else 'a'} {m['thing']}"
        ),
        text,
    )
    text = _BARE_LINK_IN.sub(r"\g<0> the", text)
    text = _BARE_WHAT.sub(r"what the ", text)
    text = _BARE_SECRET.sub(r"\g<verb> a ", text)
    text = _BARE_AGENTS.sub(r"by the \g<who>", text)
    text = _BARE_FILLED.sub(r"\g<verb> a \g<thing>", text)
    text = _BARE_FORMS.sub(_the_form, text)
    text = _BARE_SPANS.sub(r"\g<day> of the \g<span>", text)
    text = _BARE_PLACES.sub(
        lambda m: f"{m['prep']} the {m['place']}" if not _ends_compound(text, m.end()) else m[0], text
    )
    text = _BARE_PEOPLE.sub(
        lambda m: f"{m['verb']} the {m['thing']}" if m.start() and not _ends_compound(text, m.end()) else m[0], text
    )
    return _BARE_OBJECTS.sub(
        lambda m: f"{m['verb']} the {m['thing']}" if not _ends_compound(text, m.end()) else m[0], text
    )


def _the_form(match: re.Match[str]) -> str:
    told = match["kind"] in DETERMINERS | PREPOSITIONS | CONJUNCTIONS | ADVERBS | BASES - NOUN_TOO
    if told or _ends_compound(match.string, match.end()):
        return match[0]
    return f"{match['prep']} the {match['kind']} {match['place']}"


def _ends_compound(text: str, end: int) -> bool:
    """Whether a further noun follows, so that the place was only the first half of a compound."""
    following = re.match(r"\s+([a-z]+)", text[end:])
    if following is None:
        return False
    word = following[1]
    return not (
        word in PREPOSITIONS | CONJUNCTIONS | RELATIVES | ADVERBS | DETERMINERS | SUBORDINATORS
        or word in PASTS
        or is_adverb(word)
        or word in BASES - NOUN_TOO
        or word in {"is", "are"}
    )
