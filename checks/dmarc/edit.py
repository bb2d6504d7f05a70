"""Changes a DMARC record as its owner would: corrects what was surely meant, and adds, replaces or drops one tag."""

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache

from checks.autocorrect import find_nearest, is_slip, normalize_text
from checks.dmarc.parse import KNOWN, OBSOLETE, POLICIES, DmarcRecord, Policy, ReportUri, parse, parse_uris

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
    r"(?P<name>[a-z0-9_.-]{1,20}?)\s?(?P<sign>=+|:+|\s|-(?=mailto:|none|quar|rej))\s?(?P<value>.*)", re.IGNORECASE
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
    """Returns the record that a text was meant as; None where that is not certain, or where the text says the same
    already.

    The result is a DMARC record, though its values may have faults of their own.
    """
    if len(text) > _LONGEST:
        return None
    split = _without_version(normalize_text(text))
    if split is None:
        return None
    certain, rest = split
    tags = list(_tags(rest))
    if not certain and not (tags and tags[0][0] in POLICIES and tags[0][1].lower() in tuple(Policy)):
        return None
    meant = "; ".join([VERSION, *(f"{name}={value}" for name, value in _joined(tags))])
    return None if _same(text, meant) else meant


def mailboxes(text: str) -> tuple[str, ...]:
    """Returns the mailboxes that a bad report address was meant as, spaces between them; empty where that is not
    certain."""
    if len(text) > _LONGEST:
        return ()
    bare = _AT.sub("@", normalize_text(text))
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
        exact, is_anagram = word == "dmarc", sorted(word) == sorted("dmarc")
        if (exact and (v or found["one"])) or (v == "v" and (is_anagram or is_slip(word, "dmarc"))):
            ahead = text[: found.start()]
            return True, f"{ahead if '=' in ahead else ''};{text[found.end() :].lstrip(' :,.')}"
    return (False, text) if "=" in text or ":" in text else None


def _tags(text: str) -> Iterator[tuple[str, str]]:
    """Yields the tags that can be made out, whatever is between them; a stretch that is none is left out."""
    last = ""
    for stretch in _GLUED.sub(";", _MAILTO.sub("mailto:", text)).split(";"):
        # Behind a slash, `p=` or `t:` is no tag: it belongs to the address.
        starts = [found for found in _TAG_START.finditer(stretch) if not stretch[: found.start()].endswith("/")]
        ends = [*(found.start() for found in starts), len(stretch)]
        if tag := _loose(stretch[: ends[0]].strip(" ,|"), last):
            yield tag
            last = tag[0]
        for found, end in zip(starts, ends[1:], strict=True):
            value = stretch[found.end() : end].strip(" ,|")
            if found["name"].lower() != "v" and value:
                last = found["name"].lower()
                yield last, value


def _loose(stretch: str, last: str) -> tuple[str, str] | None:
    """Returns a tag whose name has a slip, or that lacks its `=`; an address alone belongs to the list before it."""
    if stretch.lower() in tuple(Policy):
        return "p", stretch.lower()
    found = _LOOSE_TAG.fullmatch(stretch)
    addresses = mailboxes(stretch)
    if addresses:
        return (last if last in _LISTS else "rua"), ",".join(f"mailto:{mailbox}" for mailbox in addresses)
    if not found or not found["value"].strip():
        return None
    name, value = found["name"].lower(), found["value"].strip(" ,")
    known = name if name in KNOWN else find_nearest(name, _LONG_NAMES)
    if known != name and known in _VALUES and not re.fullmatch(_VALUES[known], value, re.IGNORECASE):
        known = None
    if known is None and name in ("pp", "o", "policy") and value.lower() in tuple(Policy):
        known = "p"
    if known == "v" or (known is None and found["sign"][0] != "="):
        return None
    return known or name, value


def _joined(tags: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """Returns each tag that says the same once, the addresses of several lists in one, bad addresses as they were
    meant."""
    joined: list[tuple[str, str]] = []
    for name, value in tags:
        value = _addresses(value) if name in _LISTS else value  # noqa: PLW2901 - the same value, put right
        place = next((i for i, (other, _) in enumerate(joined) if other == name), None)
        if name in _LISTS and place is not None:
            uris = dict.fromkeys((*joined[place][1].split(","), *value.split(",")))
            joined[place] = name, ",".join(uris)
        elif (name, value) not in joined:
            joined.append((name, value))
    return joined


def _addresses(value: str) -> str:
    value = _COMMA_FOR_DOT.sub(r"\1.", value)
    uris = parse_uris(value, 0)
    if not any(uri.why for uri in uris):
        return value
    words: list[str] = []
    for uri in uris:
        if not (meant := _meant(uri)):
            return value
        words += meant
    return ",".join(dict.fromkeys(words))


def _meant(uri: ReportUri) -> list[str]:
    """Returns the addresses that a bad one was surely meant as; a good one as it is."""
    return [f"mailto:{mailbox}" for mailbox in mailboxes(uri.text)] if uri.why else [uri.written]


def _same(text: str, meant: str) -> bool:
    """Does a valid record say the same tags, in the same order, as the reading of it, and nothing more?"""
    one, other = parse(text), parse(meant)
    if not isinstance(one, DmarcRecord) or not isinstance(other, DmarcRecord):
        return False
    one_tags, other_tags = ([(tag.name, tag.value) for tag in record.tags] for record in (one, other))
    return one_tags == other_tags and all(tag.value for tag in one.tags) and len(one.flaws) == len(other.flaws)


_WSP = " \t"


def read(text: str) -> DmarcRecord:
    """Returns the record that `text` is. Amendments are made to records only, so anything else is an error of ours."""
    record = parse(text)
    if not isinstance(record, DmarcRecord):
        raise TypeError("only a DMARC record can be amended")
    return record


def as_meant(record: DmarcRecord) -> str:
    """Returns the record with its slips put right, its owner's values kept."""
    return autocorrect(str(record)) or str(record)


def with_tag(text: str, name: str, value: str) -> str:
    """Returns the record with `name=value`: in its old place where the tag is (its first, if it is there twice). A new
    `p` goes right behind the version, where readers of RFC 7489 look for it; any other new tag goes to the end."""
    record = read(text)
    standing = [tag.segment for tag in record.named(name)]
    if standing:
        return _edited(record, {standing[0]: f"{name}={value}"} | dict.fromkeys(standing[1:]))
    segments = list(record.segments)
    gap = " " if all(segment[:1] in (*_WSP, "") for segment in segments[1:]) else ""
    end = len(segments)
    while end > 1 and not segments[end - 1].strip(_WSP):
        end -= 1
    segments.insert(1 if name == "p" else end, f"{gap}{name}={value}")
    segments[0] = segments[0].rstrip(_WSP)
    return ";".join(segments)


def without_tags(text: str, *names: str) -> str:
    record = read(text)
    return _edited(record, {tag.segment: None for tag in record.named(*names)})


def with_valid_tags(text: str) -> str:
    """Returns the record without what receivers discard (RFC 9989 section 4.8).

    A policy that they cannot read becomes `none`; a repeated tag is kept once (the weakest of different policies, the
    addresses of both lists); any other value that they discard goes, so that the default counts as before. A stretch
    without `=` goes too, unless it was an address (it joins rua) or the policy.
    """
    text = _without_strays(text)
    record = read(text)
    for name in dict.fromkeys(flaw.tag for flaw in record.flaws):
        values = [tag.value for tag in record.named(name)]
        if name in POLICIES:
            text = with_tag(text, name, _weakest(values))
        elif name == "rua":
            text = with_addresses(text, [uri.written for uri in record.rua])
        elif name == "ruf":
            text = with_addresses(text, [uri.written for uri in record.ruf if not uri.why], "ruf")
        elif name == "v" or record.discards(name):
            text = without_tags(text, name)
        else:
            text = with_tag(text, name, values[0])
    return text


def without_obsolete(text: str) -> str:
    """Returns the record without pct, rf, ri and size limits (RFC 9989 section 9.3). A `pct` under 100 becomes `t=y`
    where the record asks for quarantine or reject and says nothing of `t`: both mean "not in full yet" (appendix
    A.6)."""
    record = read(text)
    percent = record.named("pct")
    partly = any(tag.value.isascii() and tag.value.isdigit() and int(tag.value[:9]) < 100 for tag in percent)
    asked = {record.p, record.sp, record.np} & {Policy.QUARANTINE, Policy.REJECT}
    if partly and asked and not record.named("t"):
        text = _edited(record, {percent[0].segment: "t=y"})
    for name, uris in (("rua", record.rua), ("ruf", record.ruf)):
        if any(uri.size for uri in uris):
            text = with_addresses(text, [uri.text for uri in uris], name)
    return without_tags(text, *OBSOLETE)


def with_addresses(text: str, uris: Iterable[str], name: str = "rua") -> str:
    """Returns the record with these report addresses (URIs), each once; without the tag where there are none."""
    listed = ",".join(dict.fromkeys(uris))
    return with_tag(text, name, listed) if listed else without_tags(text, name)


def with_report_address(text: str, mailbox: str | None) -> str:
    """Returns the record with a rua where it has none: an unknown tag that holds nothing but addresses (`rau=mailto:…`)
    was meant as rua and becomes it, else `mailbox` is asked for. Unchanged where no mailbox is known."""
    record = read(text)
    text = without_tags(text, "rua", *(name for name in ("ruf",) if not any(tag.value for tag in record.named(name))))
    record = read(text)
    for tag in record.tags:
        uris = parse_uris(tag.value, 0) if tag.name not in KNOWN else ()
        if uris and all(uri.host for uri in uris):
            return _edited(record, {tag.segment: f"rua={tag.value}"})
    return with_tag(text, "rua", f"mailto:{mailbox}") if mailbox else text


def with_corrected_addresses(text: str) -> str | None:
    """Returns the record with every bad report address corrected where the meaning is certain (`dmarc@acme.com`,
    `mailto: dmarc@acme.com`), and left out where it is not. None where no address that works would be left."""
    uris: list[str] = []
    for uri in read(text).rua:
        uris += _meant(uri)
    return with_addresses(text, uris) if uris else None


def complete(text: str, mailbox: str | None) -> str:
    """Returns a record that says all that a reviewer looks for: what receivers discard or ignore is gone, a policy is
    there, and a report address too, where one is known."""
    text = without_obsolete(with_valid_tags(autocorrect(text) or text))
    if not read(text).named("p"):
        text = with_tag(text, "p", Policy.NONE)
    return with_corrected_addresses(text) or with_report_address(text, mailbox)


def _weakest(words: list[str]) -> Policy:
    """Returns the weakest of the policies named; none where a word cannot be read."""
    lower = [word.lower() for word in words]
    readable = [policy for policy in Policy if policy in lower]
    return readable[0] if readable and len(set(lower)) == len(readable) else Policy.NONE


def _without_strays(text: str) -> str:
    """Without the stretches that are no tags: an address joins rua, an unreadable `p` becomes `p=none`."""
    record = read(text)
    changes: dict[int, str | None] = {}
    addresses: list[str] = []
    tags = {0, *(tag.segment for tag in record.tags)}
    for index, segment in enumerate(record.segments):
        stretch = segment.strip(_WSP)
        if not stretch or index in tags:
            continue
        name, colon, value = stretch.partition(":")
        changes[index] = None
        if name.strip(_WSP).lower() == "rua" and colon:
            addresses.append(value.strip(_WSP))
        elif meant := mailboxes(stretch):
            addresses += [f"mailto:{mailbox}" for mailbox in meant]
        elif stretch[:1] in "pP" and not stretch[1:2].isalpha() and not record.named("p"):
            changes[index] = "p=none"
    text = _edited(record, changes)
    listed = [tag.value for tag in record.named("rua") if tag.value]
    return with_addresses(text, [*listed, *addresses]) if addresses else text


def _edited(record: DmarcRecord, changes: dict[int, str | None]) -> str:
    """Returns the record with some segments replaced (their leading space kept) or, by None, taken out."""
    segments: list[str] = []
    for index, segment in enumerate(record.segments):
        change = changes.get(index, segment)
        if change is None:
            continue
        lead = segment[: len(segment) - len(segment.lstrip(_WSP))] if index in changes else ""
        segments.append(lead + change)
    return ";".join(segments)
