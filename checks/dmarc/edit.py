"""Amends DMARC records: from the text that is in DNS to the text to publish in its place.

Every amendment changes what it is for and keeps all other tags and their order. Where a word cannot be read the weakest
policy takes its place, which is what such a record counts as today: a fix never makes receivers refuse mail that they
accept. Pure; each function takes the text of a record and gives one back.
"""

from checks.dmarc.autocorrect import autocorrect, mailboxes
from checks.dmarc.parse import KNOWN, OBSOLETE, POLICIES, DmarcRecord, Policy, parse
from checks.dmarc.uris import parse_uris

_WSP = " \t"


def read(text: str) -> DmarcRecord:
    """The record that `text` is. Amendments are made to records only, so anything else is an error of ours."""
    record = parse(text)
    if not isinstance(record, DmarcRecord):
        raise TypeError("only a DMARC record can be amended")
    return record


def as_meant(record: DmarcRecord) -> str:
    """The record with its slips put right, its owner's values kept."""
    return autocorrect(str(record)) or str(record)


def with_tag(text: str, name: str, value: str) -> str:
    """The record with `name=value`: in its old place where the tag is (its first, if it is there twice). A new `p`
    goes right behind the version, where readers of RFC 7489 look for it; any other new tag goes to the end."""
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
    """The record without the tags of these names."""
    record = read(text)
    return _edited(record, {tag.segment: None for tag in record.named(*names)})


def with_valid_tags(text: str) -> str:
    """The record without what receivers discard (RFC 9989 section 4.8).

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
            text = with_addresses(text, list(dict.fromkeys(uri.text + uri.size for uri in record.rua)))
        elif name == "ruf":
            text = _with_list(text, "ruf", [uri.text + uri.size for uri in record.ruf if not uri.why])
        elif name == "v" or record.discards(name):
            text = without_tags(text, name)
        else:
            text = with_tag(text, name, values[0])
    return text


def without_obsolete(text: str) -> str:
    """The record without pct, rf, ri and size limits (RFC 9989 section 9.3). A `pct` under 100 becomes `t=y` where the
    record asks for quarantine or reject and says nothing of `t`: both mean "not in full yet" (appendix A.6)."""
    record = read(text)
    percent = record.named("pct")
    partly = any(tag.value.isascii() and tag.value.isdigit() and int(tag.value[:9]) < 100 for tag in percent)
    asked = {record.p, record.sp, record.np} & {Policy.QUARANTINE, Policy.REJECT}
    if partly and asked and not record.named("t"):
        text = _edited(record, {percent[0].segment: "t=y"})
    for name, uris in (("rua", record.rua), ("ruf", record.ruf)):
        if any(uri.size for uri in uris):
            text = _with_list(text, name, [uri.text for uri in uris])
    return without_tags(text, *OBSOLETE)


def with_addresses(text: str, uris: list[str]) -> str:
    """The record with these report addresses (URIs) in rua; without rua where there are none."""
    return _with_list(text, "rua", uris)


def with_report_address(text: str, mailbox: str | None) -> str:
    """The record with a rua where it has none: an unknown tag that holds nothing but addresses (`rau=mailto:…`) was
    meant as rua and becomes it, else `mailbox` is asked for. Unchanged where no mailbox is known."""
    record = read(text)
    text = without_tags(text, "rua", *(name for name in ("ruf",) if not any(tag.value for tag in record.named(name))))
    record = read(text)
    for tag in record.tags:
        uris = parse_uris(tag.value, 0) if tag.name not in KNOWN else ()
        if uris and all(uri.host for uri in uris):
            return _edited(record, {tag.segment: f"rua={tag.value}"})
    return with_tag(text, "rua", f"mailto:{mailbox}") if mailbox else text


def with_corrected_addresses(text: str) -> str | None:
    """The record with every bad report address corrected where the meaning is certain (`dmarc@acme.com`,
    `mailto: dmarc@acme.com`), and left out where it is not. None where no address that works would be left."""
    uris: list[str] = []
    for uri in read(text).rua:
        uris += [uri.text + uri.size] if not uri.why else [f"mailto:{mailbox}" for mailbox in mailboxes(uri.text)]
    return with_addresses(text, list(dict.fromkeys(uris))) if uris else None


def complete(text: str, mailbox: str | None) -> str:
    """A record that says all that a reviewer looks for: what receivers discard or ignore is gone, a policy is there,
    and a report address too, where one is known."""
    text = without_obsolete(with_valid_tags(autocorrect(text) or text))
    if not read(text).named("p"):
        text = with_tag(text, "p", Policy.NONE)
    return with_corrected_addresses(text) or with_report_address(text, mailbox)


def _with_list(text: str, name: str, uris: list[str]) -> str:
    return with_tag(text, name, ",".join(uris)) if uris else without_tags(text, name)


def _weakest(words: list[str]) -> Policy:
    """The weakest of the policies named; none where a word cannot be read."""
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
    """The record with some segments replaced (their leading space kept) or, by None, taken out."""
    segments: list[str] = []
    for index, segment in enumerate(record.segments):
        change = changes.get(index, segment)
        if change is None:
            continue
        lead = segment[: len(segment) - len(segment.lstrip(_WSP))] if index in changes else ""
        segments.append(lead + change)
    return ";".join(segments)
