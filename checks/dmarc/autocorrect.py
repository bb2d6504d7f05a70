"""Reads a text as the DMARC record that it was surely meant as, with its owner's values; a bad address as a mailbox.

A slip in the version or in a tag's name, `,` or nothing in place of `;`, `:` or nothing in place of `=`, quotes, markup
and invisible characters are put right. Values stay as they are. Pure, and bounded: a text longer than any DMARC record
is not corrected.
"""

import re
from collections.abc import Iterator
from functools import lru_cache

from checks.autocorrect import is_slip, nearest, plain
from checks.dmarc.parse import KNOWN, POLICIES, DmarcRecord, Policy, parse
from checks.dmarc.uris import parse_uris

VERSION = "v=DMARC1"
_LONGEST = 2_000
_VERSION_LIKE = re.compile(
    r"""(?: (?<![a-z0-9])(?P<v>[a-z]{0,2})\s?[=:.-]{0,2}\s?(?P<word>[a-z]{3,8}?) )
        \s?(?:(?P<one>v?1[\d.]{0,3}|[il|](?=[;,\s])|[\d.]{0,3})(?=\W|\Z|p\s?=))""",
    re.IGNORECASE | re.VERBOSE,
)
_MAILTO = re.compile(r"mailto\s?;\s?(?=[\w.+-]+@)", re.IGNORECASE)
_AT = re.compile(r"\s?[(\[]at[)\]]\s?", re.IGNORECASE)
_NAMES = "|".join(sorted(KNOWN, key=len, reverse=True))
_GLUED = re.compile(
    rf"(?<=none|ject|tine)(?=(?:{_NAMES})\s?=)|(?<=[a-z])(?=(?:rua|ruf)\s?[=:]\s?mailto)", re.IGNORECASE
)
_TAG_START = re.compile(
    rf"(?:(?<=[\s,|/])|(?<=:)(?=rua|ruf|adkim|aspf|pct)|\A)(?P<name>{_NAMES})\s?(?:[=:]+\s?|(?<=ru[af])\s(?=mailto|[\w.+-]+@))",
    re.IGNORECASE,
)
_LOOSE_TAG = re.compile(
    r"(?P<name>[a-z0-9_.-]{1,20}?)\s?(?P<sign>=+|:+|\s|-(?=mailto:|none|quar|rej))\s?(?P<value>.*)",
    re.IGNORECASE,
)
_LONG_NAMES = tuple(name for name in KNOWN if len(name) > 2)
_ADDRESS = re.compile(
    r"""[\s<]{0,4}(?:[mailtoe]{3,8}\s?[:=;]/{0,2})?[\s</]{0,4}   # mailto: in any spelling
        ([a-z0-9._%+=-]{1,64}@[a-z0-9._-]{1,253})
        [\s>.]{0,4}""",
    re.IGNORECASE | re.VERBOSE,
)
_COMMA_FOR_DOT = re.compile(r"(@[a-z0-9-]+),(?=[a-z0-9-]+(?:\.[a-z0-9-]+)*\s*(?:,|\Z))", re.IGNORECASE)
_LISTS = ("rua", "ruf")
_VALUES = {"rua": ".*@.*", "ruf": ".*@.*", "adkim": "[rs]", "aspf": "[rs]", "pct": "[0-9]+", "psd": "[ynu]"}
"""What the value of a tag looks like, so that another tag is not taken for a slip of it."""


@lru_cache(maxsize=256)
def autocorrect(text: str) -> str | None:
    """The record that a text was meant as; None where that is not certain, or where the text says the same already.

    The result is a DMARC record, though its values may have faults of their own.
    """
    if len(text) > _LONGEST:
        return None
    split = _without_version(plain(text))
    if split is None:
        return None
    certain, rest = split
    tags = list(_tags(rest))
    if not certain and not (tags and tags[0][0] in POLICIES and tags[0][1].lower() in tuple(Policy)):
        return None
    meant = "; ".join([VERSION, *(f"{name}={value}" for name, value in _joined(tags))])
    return None if _same(text, meant) else meant


def mailboxes(text: str) -> tuple[str, ...]:
    """The mailboxes that a bad report address was meant as: one, or several that a space separates; empty where that
    is not certain."""
    if len(text) > _LONGEST:
        return ()
    bare = _AT.sub("@", plain(text))
    for parts in ([bare], bare.split(" ")):
        found = [match[1].rstrip(".") for part in parts if (match := _ADDRESS.fullmatch(part))]
        found = [mailbox for mailbox in found if not mailbox.lower().startswith("mailto")]
        if len(found) == len(parts) and all(parse_uris(f"mailto:{mailbox}", 0)[0].host for mailbox in found):
            return tuple(found)
    return ()


def _without_version(text: str) -> tuple[bool, str] | None:
    """(was a version there, the tags), where a text may be DMARC; what is pasted in front of the version goes."""
    for found in _VERSION_LIKE.finditer(text[:_LONGEST]):
        v, word = found["v"].lower(), found["word"].lower()
        exact = word == "dmarc"
        if (exact and (v or found["one"])) or (v == "v" and (exact or is_slip(word, "dmarc") or _is_anagram(word))):
            ahead = text[: found.start()]
            return True, f"{ahead if '=' in ahead else ''};{text[found.end() :].lstrip(' :,.')}"
    return (False, text) if "=" in text or ":" in text else None


def _is_anagram(word: str) -> bool:
    return sorted(word) == sorted("dmarc")


def _tags(text: str) -> Iterator[tuple[str, str]]:
    """The tags that can be made out, whatever is between them; a stretch that is none is left out."""
    last = ""
    for stretch in _GLUED.sub(";", _MAILTO.sub("mailto:", text)).split(";"):
        starts = [found for found in _TAG_START.finditer(stretch) if not _is_within_address(stretch, found)]
        ends = [*(found.start() for found in starts), len(stretch)]
        if tag := _loose(stretch[: ends[0]].strip(" ,|"), last):
            yield tag
            last = tag[0]
        for found, end in zip(starts, ends[1:], strict=True):
            value = stretch[found.end() : end].strip(" ,|")
            if found["name"].lower() != "v" and value:
                last = found["name"].lower()
                yield last, value


def _is_within_address(stretch: str, found: re.Match[str]) -> bool:
    """`p=` or `t:` of a URI's own is no tag: nothing separates it from the address but a slash."""
    return stretch[: found.start()].endswith("/")


def _loose(stretch: str, last: str) -> tuple[str, str] | None:
    """A tag whose name has a slip, or that lacks its `=`; an address alone belongs to the list before it."""
    if stretch.lower() in tuple(Policy):
        return "p", stretch.lower()
    found = _LOOSE_TAG.fullmatch(stretch)
    addresses = mailboxes(stretch)
    if addresses:
        return (last if last in _LISTS else "rua"), ",".join(f"mailto:{mailbox}" for mailbox in addresses)
    if not found or not found["value"].strip():
        return None
    name, value = found["name"].lower(), found["value"].strip(" ,")
    known = name if name in KNOWN else nearest(name, _LONG_NAMES)
    if known != name and known in _VALUES and not re.fullmatch(_VALUES[known], value, re.IGNORECASE):
        known = None
    if known is None and name in ("pp", "o", "policy") and value.lower() in tuple(Policy):
        known = "p"
    if known == "v" or (known is None and found["sign"][0] != "="):
        return None
    return known or name, value


def _joined(tags: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """Each tag that says the same once, the addresses of several lists in one, bad addresses as they were meant."""
    joined: list[tuple[str, str]] = []
    for name, value in tags:
        value = _addresses(value) if name in _LISTS else value  # noqa: PLW2901 - the same value, put right
        place = next((i for i, (other, _) in enumerate(joined) if other == name), None)
        if name in _LISTS and place is not None:
            said = joined[place][1].split(",")
            more = [uri for uri in value.split(",") if uri not in said]
            joined[place] = name, ",".join([*said, *more])
        elif (name, value) not in joined:
            joined.append((name, value))
    return joined


def _addresses(value: str) -> str:
    value = _COMMA_FOR_DOT.sub(r"\1.", value)
    uris = parse_uris(value, 0)
    if not any(uri.why for uri in uris):
        return value
    meant = [mailboxes(uri.text) if uri.why else () for uri in uris]
    if any(uri.why and not boxes for uri, boxes in zip(uris, meant, strict=True)):
        return value
    words = [
        word
        for uri, boxes in zip(uris, meant, strict=True)
        for word in ([f"mailto:{box}" for box in boxes] or [uri.text + uri.size])
    ]
    return ",".join(dict.fromkeys(words))


def _same(text: str, meant: str) -> bool:
    """Does a valid record say the same tags, in the same order, as the reading of it, and nothing more?"""
    one, other = parse(text), parse(meant)
    if not isinstance(one, DmarcRecord) or not isinstance(other, DmarcRecord):
        return False
    said = [(tag.name, tag.value) for tag in one.tags if tag.value]
    return (
        len(said) == len(one.tags)
        and len(one.flaws) == len(other.flaws)
        and said == [(tag.name, tag.value) for tag in other.tags]
    )
