"""Guesses what somebody meant to publish: from a text that is no DMARC record, or an address that is no URI, to the one
that it was surely meant as. Pure, and bounded: a text longer than any DMARC record is not guessed at.
"""

import re
from contextlib import suppress

from checks.dmarc.parse import KNOWN, DmarcRecord, parse
from checks.dmarc.uris import parse_uris

_LONGEST = 2_000
_MARKS = "\"'`\\“”„‟‘’‚«»‹›\u200b\u200c\u200d\ufeff"
_PLAIN = str.maketrans(dict.fromkeys(_MARKS, "") | {"；": ";", "＝": "=", "：": ":", "，": ","})
_SPACES = re.compile(r"\s+")
_VERSION_LIKE = re.compile(
    r"""(?: (?<![a-z0-9])v\s?[=:]{0,2}\s?(?:dmarc|[dmarc]{4,6}(?=[\s\d;,]))
          | \A[^a-z0-9]{0,12}dmarc(?=\s?1) )
        \s?[\d.]{0,4}""",
    re.IGNORECASE | re.VERBOSE,
)
_TAG_LIKE = re.compile(
    rf"(?<![a-z0-9_.@+-])({'|'.join(sorted(KNOWN, key=len, reverse=True))})\s?[=:]\s?", re.IGNORECASE
)
_ADDRESS = re.compile(
    r"""[\s<]{0,4}(?:[mailtoe]{3,8}\s?[:=;]/{0,2})?[\s</]{0,4}   # mailto: in any spelling
        ([a-z0-9._%+=-]{1,64}@[a-z0-9._-]{1,253})
        [\s>.]{0,4}""",
    re.IGNORECASE | re.VERBOSE,
)


def corrected(text: str) -> str | None:
    """The record that a text was meant as (`v=DMARC1 p=none`, `v=dmarc1; …`, quotes, a version that is not first);
    None where that is not certain. The result is a DMARC record, though its tags may have faults of their own."""
    if len(text) > _LONGEST:
        return None
    plain = _plain(text)
    found = _VERSION_LIKE.search(plain)
    rest = plain if not found else f"{plain[: found.start()]};{plain[found.end() :]}"
    tags = "; ".join(part.strip(" ,") for part in rest.split(";") if part.strip(" ,"))
    for candidate in (plain, f"v=DMARC1; {tags}" if tags else "v=DMARC1", _from_tags(rest)):
        record = parse(candidate)
        if isinstance(record, DmarcRecord) and not record.flaws:
            return candidate
    return _from_tags(rest) if _TAG_LIKE.search(rest) else None


def mailboxes(text: str) -> tuple[str, ...]:
    """The mailboxes that a bad report address was meant as: one, or several that a space separates; empty where that
    is not certain."""
    if len(text) > _LONGEST:
        return ()
    plain = _plain(text)
    for parts in ([plain], plain.split(" ")):
        found = [match[1].rstrip(".") for part in parts if (match := _ADDRESS.fullmatch(part))]
        found = [mailbox for mailbox in found if not mailbox.lower().startswith("mailto")]
        if len(found) == len(parts) and all(parse_uris(f"mailto:{mailbox}", 0)[0].host for mailbox in found):
            return tuple(found)
    return ()


def _plain(text: str) -> str:
    """Without quotes, backslashes and invisible characters, every run of white space one space. What was published as
    UTF-8 is read so: a TXT text holds one character an octet."""
    with suppress(UnicodeError):
        text = text.encode("latin-1").decode("utf-8")
    return _SPACES.sub(" ", text.translate(_PLAIN)).strip()


def _from_tags(text: str) -> str:
    """A record of the tags that can be made out in a text, whatever stands between them."""
    found = list(_TAG_LIKE.finditer(text))
    ends = [*(match.start() for match in found), len(text)][1:]
    tags: dict[str, str] = {}
    for match, end in zip(found, ends, strict=True):
        value = text[match.end() : end].partition(";")[0].strip(" ,")
        if match[1].lower() != "v" and value:
            tags.setdefault(match[1].lower(), value)
    return "; ".join(["v=DMARC1", *(f"{name}={value}" for name, value in tags.items())])
