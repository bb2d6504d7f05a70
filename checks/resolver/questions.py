"""A question as DNS can carry it: a name in one canonical spelling, and a type.

Names come as text with a dot between labels; each other character is an octet (Latin-1), and the escapes of master
files are understood (RFC 1035 section 5.1), so that any name in an answer can be asked for. Upper and lower case
are the same name (RFC 4343), in ASCII alone.
"""

import re
from dataclasses import dataclass, field

import dns.name
import dns.rdatatype

_PLAIN = re.compile(r"[a-z0-9_-]{1,63}(?:\.[a-z0-9_-]{1,63})*")
_ESCAPE = re.compile(r"\\(?:(25[0-5]|2[0-4][0-9]|[01][0-9]{2})|(\D))", re.DOTALL)
_SPECIAL = frozenset(b'"().;\\@$')


@dataclass(frozen=True, slots=True)
class Question:
    """`name` without a trailing dot and `type` in upper case are its identity; `labels` are the name's octets."""

    name: str
    type: str
    labels: tuple[bytes, ...] = field(compare=False, repr=False)

    @property
    def rdtype(self) -> dns.rdatatype.RdataType:
        """The type as dnspython has it."""
        return dns.rdatatype.from_text(self.type)


def lowered(name: dns.name.Name) -> tuple[bytes, ...]:
    """The octets of a name in an answer, comparable with those of a question."""
    return tuple(label.lower() for label in name.labels if label)


def question_of(name: str, rtype: str) -> Question | None:
    """The question for a name; None where DNS cannot hold it: a label over 63 octets or empty, more than 255 octets on
    the wire (RFC 1035 section 3.1), a character that is no octet. `ValueError` for a type that does not exist."""
    kind = _type_of(rtype)
    labels = _labels(name.removesuffix(".") if not name.endswith("\\.") else name)
    if labels is None or sum(len(label) + 1 for label in labels) + 1 > 255:
        return None
    return Question(".".join(map(_spell, labels)), kind, labels)


def spelled(name: str) -> str:
    """A name as answers carry it: lower case without the trailing dot; itself where DNS cannot hold it."""
    asked = question_of(name, "A")
    return asked.name if asked else name.lower().removesuffix(".")


def _type_of(rtype: str) -> str:
    try:
        return dns.rdatatype.to_text(dns.rdatatype.from_text(rtype))
    except (dns.rdatatype.UnknownRdatatype, ValueError):
        raise ValueError(f"{rtype!r} is no DNS record type") from None


def _labels(name: str) -> tuple[bytes, ...] | None:
    lower = name.lower()
    if len(name) <= 253 and _PLAIN.fullmatch(lower):
        return tuple(lower.encode("ascii").split(b"."))
    if len(name) > 4 * 255:
        return None
    labels = [b""]
    at = 0
    while at < len(name):
        escape = _ESCAPE.match(name, at)
        if escape:
            character, at = chr(int(escape[1])) if escape[1] else escape[2], escape.end()
        else:
            character, at = name[at], at + 1
        if character == "." and not escape:
            labels.append(b"")
        elif ord(character) > 255:
            return None
        else:
            labels[-1] += bytes([ord(character)])
    return tuple(label.lower() for label in labels) if all(1 <= len(label) <= 63 for label in labels) else None


def _spell(label: bytes) -> str:
    """A label in presentation form: the octets that master files cannot hold plainly are escaped."""
    if label.isalnum():
        return label.decode("ascii")
    return "".join(
        f"\\{octet:03d}" if not 0x20 < octet < 0x7F else f"\\{octet:c}" if octet in _SPECIAL else chr(octet)
        for octet in label
    )
