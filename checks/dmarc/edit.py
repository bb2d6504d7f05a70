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
_AT = re.compile(r"\s?[(\[]at[)\]]\s?|@{2,}", re.IGNORECASE)
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
    r"""[\s<]{0,4}(?:\b[mailtoe]{3,8}\s?[:=;]/{0,2}){0,2}[\s</]{0,4}   # mailto: in any spelling
        ([a-z0-9._%+=-]{1,64}@[a-z0-9._-]{1,253})
        [\s>.]{0,4}""",
    re.IGNORECASE | re.VERBOSE,
)
_NAMED_ADDRESS = re.compile(r"[^<>@]*<([^<>]*)>")
_BETWEEN = re.compile(r"\s+and\s+|\s*\|\s*|\s+", re.IGNORECASE)
_COMMA_FOR_DOT = re.compile(r"(@[a-z0-9-]+),(?=[a-z0-9-]+(?:\.[a-z0-9-]+)*\s*(?:,|\Z))", re.IGNORECASE)
_PERCENT = re.compile(r"([0-9]{1,9})[0-9]*\s?%?", re.ASCII)
_FAILURE_OPTIONS = re.compile(r"[01ds](?:[\s:,/|]{0,3}[01ds])*", re.IGNORECASE)
"""The options of `fo`, with something else than the colons of RFC 9989 between them."""
_LISTS = ("rua", "ruf")
_MODES = {"relaxed": "r", "strict": "s"}
_VALUES = {"rua": ".*@.*", "ruf": ".*@.*", "adkim": "[rs]", "aspf": "[rs]", "pct": "[0-9]+", "psd": "[ynu]"}
"""What the value of a tag looks like, so that another tag is not taken for a slip of it."""


@lru_cache(maxsize=256)
def autocorrect(text: str) -> str | None:
    """Returns the DMARC record that a text was meant as, whose values may have faults of their own; None where that is
    not certain, or where the text says the same already."""
    if len(text) > _LONGEST:
        return None
    split = _split_version(normalize_text(text))
    if split is None:
        return None
    has_version, rest = split
    tags = list(_read_loose_tags(rest))
    if not has_version and not (tags and tags[0][0] in POLICIES and tags[0][1].lower() in tuple(Policy)):
        return None
    corrected = "; ".join([VERSION, *(f"{name}={value}" for name, value in _merge_tags(tags))])
    return None if _needs_no_correction(text, corrected) else corrected


def read_mailboxes(text: str) -> tuple[str, ...]:
    """Returns the mailboxes that a bad report address was meant as; empty where that is not certain."""
    if len(text) > _LONGEST:
        return ()
    plain_text = _AT.sub("@", normalize_text(text)).partition(" #")[0]
    named = _NAMED_ADDRESS.fullmatch(plain_text)
    for parts in ([named[1] if named else plain_text], _BETWEEN.split(plain_text)):
        mailboxes = tuple(match[1].rstrip(".") for part in parts if (match := _ADDRESS.fullmatch(part)))
        if len(mailboxes) == len(parts) and all(map(_is_mailbox, mailboxes)):
            return mailboxes
    return ()


def _is_mailbox(text: str) -> bool:
    return not text.lower().startswith("mailto") and bool(parse_uris(f"mailto:{text}", 0)[0].host)


def _split_version(text: str) -> tuple[bool, str] | None:
    """Returns whether a text has a version, and its tags without what is pasted in front of the version; None where it
    cannot be DMARC."""
    for match in _VERSION_LIKE.finditer(text[:_LONGEST]):
        v, word = match["v"].lower(), match["word"].lower()
        is_exact, is_anagram = word == "dmarc", sorted(word) == sorted("dmarc")
        if (is_exact and (v or match["one"])) or (v == "v" and (is_anagram or is_slip(word, "dmarc"))):
            prefix = text[: match.start()]
            return True, f"{prefix if '=' in prefix else ''};{text[match.end() :].lstrip(' :,.')}"
    return (False, text) if "=" in text or ":" in text else None


def _read_loose_tags(text: str) -> Iterator[tuple[str, str]]:
    """Yields the tags of a text, whatever is between them; leaves out a stretch that is none."""
    previous = ""
    for stretch in _GLUED.sub(";", _MAILTO.sub("mailto:", text)).split(";"):
        # Behind a slash, `p=` or `t:` is no tag: it belongs to the address.
        starts = [match for match in _TAG_START.finditer(stretch) if not stretch[: match.start()].endswith("/")]
        ends = [*(match.start() for match in starts), len(stretch)]
        if tag := _read_loose_tag(stretch[: ends[0]].strip(" ,|"), previous):
            yield tag
            previous = tag[0]
        for match, end in zip(starts, ends[1:], strict=True):
            value = stretch[match.end() : end].strip(" ,|")
            if match["name"].lower() != "v" and value:
                previous = match["name"].lower()
                yield previous, value


def _read_loose_tag(stretch: str, previous: str) -> tuple[str, str] | None:
    """Reads a tag whose name has a slip, or that lacks its `=`; an address alone belongs to the list before it."""
    if stretch.lower() in tuple(Policy):
        return "p", stretch.lower()
    match = _LOOSE_TAG.fullmatch(stretch)
    if addresses := read_mailboxes(stretch):
        return (previous if previous in _LISTS else "rua"), ",".join(f"mailto:{mailbox}" for mailbox in addresses)
    if not match or not match["value"].strip():
        return None
    name, value = match["name"].lower(), match["value"].strip(" ,")
    known = name if name in KNOWN else find_nearest(name, _LONG_NAMES)
    if known != name and known in _VALUES and not re.fullmatch(_VALUES[known], value, re.IGNORECASE):
        known = None
    if known is None and name in ("pp", "o", "policy") and value.lower() in tuple(Policy):
        known = "p"
    if known == "v" or (known is None and match["sign"][0] != "="):
        return None
    return known or name, value


def _merge_tags(tags: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """Merges tags that say the same, and the addresses of several lists; corrects bad addresses."""
    merged: list[tuple[str, str]] = []
    for name, value in tags:
        value = _correct_value(name, value)  # noqa: PLW2901 - the same value, put right
        index = next((i for i, (other, _) in enumerate(merged) if other == name), None)
        if name in _LISTS and index is not None:
            uris = dict.fromkeys((*merged[index][1].split(","), *value.split(",")))
            merged[index] = name, ",".join(uris)
        elif (name, value) not in merged:
            merged.append((name, value))
    return merged


def _correct_value(name: str, value: str) -> str:
    if name in ("adkim", "aspf"):
        return _MODES.get(value.lower(), value)
    if name == "fo" and _FAILURE_OPTIONS.fullmatch(value):
        return ":".join(re.findall(r"[01ds]", value.lower()))
    return _correct_addresses(value) if name in _LISTS else value


def _correct_addresses(value: str) -> str:
    value = _COMMA_FOR_DOT.sub(r"\1.", value)
    uris = parse_uris(value, 0)
    if not any(uri.why for uri in uris):
        return value
    words: list[str] = []
    for uri in uris:
        if not (corrected := _correct_uri(uri)):
            return value
        words += corrected
    return ",".join(dict.fromkeys(words))


def _correct_uri(uri: ReportUri) -> list[str]:
    """Returns the addresses that a bad one was surely meant as; a good one as it is."""
    return [f"mailto:{mailbox}" for mailbox in read_mailboxes(uri.text)] if uri.why else [uri.full_text]


def _needs_no_correction(text: str, corrected: str) -> bool:
    """Returns True for a valid record with the same tags, in the same order, as its correction, and nothing more."""
    record, corrected_record = parse(text), parse(corrected)
    if not isinstance(record, DmarcRecord) or not isinstance(corrected_record, DmarcRecord):
        return False
    tags = [(tag.name, tag.value) for tag in record.tags]
    if tags != [(tag.name, tag.value) for tag in corrected_record.tags] or not all(value for _, value in tags):
        return False
    return len(record.flaws) == len(corrected_record.flaws)


_WSP = " \t"


def parse_record(text: str) -> DmarcRecord:
    """Parses a text that is a record: any other is never amended, so it is an error of ours."""
    record = parse(text)
    if not isinstance(record, DmarcRecord):
        raise TypeError("only a DMARC record can be amended")
    return record


def correct_slips(record: DmarcRecord) -> str:
    """Returns the record with its slips put right, its owner's values kept."""
    return autocorrect(str(record)) or str(record)


def with_tag(text: str, name: str, value: str) -> str:
    """Returns the record with `name=value`: in its old place where the tag is (its first, if it is there twice). A new
    `p` goes right behind the version, where readers of RFC 7489 look for it; any other new tag goes to the end."""
    record = parse_record(text)
    present = [tag.segment for tag in record.tags_named(name)]
    if present:
        return _edit_segments(record, {present[0]: f"{name}={value}"} | dict.fromkeys(present[1:]))
    segments = list(record.segments)
    gap = " " if all(segment[:1] in (*_WSP, "") for segment in segments[1:]) else ""
    end = len(segments)
    while end > 1 and not segments[end - 1].strip(_WSP):
        end -= 1
    segments.insert(1 if name == "p" else end, f"{gap}{name}={value}")
    segments[0] = segments[0].rstrip(_WSP)
    return ";".join(segments)


def without_tags(text: str, *names: str) -> str:
    record = parse_record(text)
    return _edit_segments(record, {tag.segment: None for tag in record.tags_named(*names)})


def with_valid_tags(text: str) -> str:
    """Returns the record without what receivers discard (RFC 9989 section 4.8).

    A policy that they cannot read becomes `none`; a repeated tag is kept once (the weakest of different policies, the
    addresses of both lists); any other value that they discard goes, so that the default counts as before. A stretch
    without `=` goes too, unless it was an address (it joins rua) or the policy.
    """
    text = _without_strays(text)
    record = parse_record(text)
    for name in dict.fromkeys(flaw.tag for flaw in record.flaws):
        values = [tag.value for tag in record.tags_named(name)]
        if name in POLICIES:
            text = with_tag(text, name, _weakest_policy(values))
        elif name == "rua":
            text = with_addresses(text, [uri.full_text for uri in record.rua])
        elif name == "ruf":
            text = with_addresses(text, [uri.full_text for uri in record.ruf if not uri.why], "ruf")
        elif name == "v" or record.discards(name):
            text = without_tags(text, name)
        else:
            text = with_tag(text, name, values[0])
    return text


def without_obsolete_tags(text: str) -> str:
    """Returns the record without pct, rf, ri and size limits (RFC 9989 section 9.3). A `pct` under 100 becomes `t=y`
    where the record asks for quarantine or reject and says nothing of `t`: both mean "not in full yet" (appendix
    A.6)."""
    record = parse_record(text)
    pct_tags = record.tags_named("pct")
    is_partial = any((match := _PERCENT.fullmatch(tag.value)) and int(match[1]) < 100 for tag in pct_tags)
    enforced = {record.p, record.sp, record.np} & {Policy.QUARANTINE, Policy.REJECT}
    if is_partial and enforced and not record.tags_named("t"):
        text = _edit_segments(record, {pct_tags[0].segment: "t=y"})
    for name, uris in (("rua", record.rua), ("ruf", record.ruf)):
        if any(uri.size for uri in uris):
            text = with_addresses(text, [uri.text for uri in uris], name)
    return without_tags(text, *OBSOLETE)


def with_addresses(text: str, uris: Iterable[str], name: str = "rua") -> str:
    """Returns the record with these report addresses (URIs), each once; without the tag where there are none."""
    value = ",".join(dict.fromkeys(uris))
    return with_tag(text, name, value) if value else without_tags(text, name)


def with_report_address(text: str, mailbox: str | None) -> str:
    """Returns the record with a rua where it has none: an unknown tag that holds nothing but addresses (`rau=mailto:…`)
    was meant as rua and becomes it, else `mailbox` is asked for. Unchanged where no mailbox is known."""
    has_ruf = any(tag.value for tag in parse_record(text).tags_named("ruf"))
    text = without_tags(text, *(("rua",) if has_ruf else ("rua", "ruf")))
    record = parse_record(text)
    for tag in record.tags:
        uris = parse_uris(tag.value, 0) if tag.name not in KNOWN else ()
        if uris and all(uri.host for uri in uris):
            return _edit_segments(record, {tag.segment: f"rua={tag.value}"})
    return with_tag(text, "rua", f"mailto:{mailbox}") if mailbox else text


def with_corrected_addresses(text: str) -> str | None:
    """Returns the record with every bad report address corrected where the meaning is certain (`dmarc@acme.com`,
    `mailto: dmarc@acme.com`), and left out where it is not. None where no address that works would be left."""
    uris = [corrected for uri in parse_record(text).rua for corrected in _correct_uri(uri)]
    return with_addresses(text, uris) if uris else None


def complete_record(text: str, mailbox: str | None) -> str:
    """Returns a record that says all that a reviewer looks for: what receivers discard or ignore is gone, a policy is
    there, and a report address too, where one is known."""
    text = without_obsolete_tags(with_valid_tags(autocorrect(text) or text))
    if not parse_record(text).tags_named("p"):
        text = with_tag(text, "p", Policy.NONE)
    return with_corrected_addresses(text) or with_report_address(text, mailbox)


def _weakest_policy(words: list[str]) -> Policy:
    """Returns the weakest of the policies named; none where a word cannot be read."""
    lower_words = [word.lower() for word in words]
    readable = [policy for policy in Policy if policy in lower_words]
    return readable[0] if readable and len(set(lower_words)) == len(readable) else Policy.NONE


def _without_strays(text: str) -> str:
    """Returns the record without stretches that are no tags: an address joins rua, an unreadable `p` becomes
    `p=none`."""
    record = parse_record(text)
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
        elif corrected := read_mailboxes(stretch):
            addresses += [f"mailto:{mailbox}" for mailbox in corrected]
        elif stretch[:1] in "pP" and not stretch[1:2].isalpha() and not record.tags_named("p"):
            changes[index] = "p=none"
    text = _edit_segments(record, changes)
    present = [tag.value for tag in record.tags_named("rua") if tag.value]
    return with_addresses(text, [*present, *addresses]) if addresses else text


def _edit_segments(record: DmarcRecord, changes: dict[int, str | None]) -> str:
    """Returns the record with some segments replaced (their leading space kept) or, by None, taken out."""
    segments: list[str] = []
    for index, segment in enumerate(record.segments):
        change = changes.get(index, segment)
        if change is None:
            continue
        leading_space = segment[: len(segment) - len(segment.lstrip(_WSP))] if index in changes else ""
        segments.append(leading_space + change)
    return ";".join(segments)
