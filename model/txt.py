"""TXT values on their way into a zone: octets, and the quoted strings that hold them.

A TXT value travels with one character for each octet (Latin-1); what a person typed may hold more, and is UTF-8.
"""

from collections.abc import Mapping

LONGEST_STRING = 255
"""Octets of one character-string (RFC 1035 section 3.3)."""
_QUOTED: Mapping[int, str] = {ord('"'): '\\"', ord("\\"): "\\\\"}
_DECIMAL = {octet: f"\\{octet:03d}" for octet in range(256) if not 0x20 <= octet < 0x7F} | dict(_QUOTED)


def octets_of(value: str) -> bytes:
    """The octets of a TXT value."""
    try:
        return value.encode("latin-1")
    except UnicodeError:
        return value.encode("utf-8", "replace")


def strings_of(value: str) -> tuple[bytes, ...]:
    """A TXT value as character-strings, each at most 255 octets; an empty value is one empty string."""
    octets = octets_of(value)
    return tuple(octets[start : start + LONGEST_STRING] for start in range(0, len(octets), LONGEST_STRING)) or (b"",)


def quoted_strings(value: str, escapes: Mapping[int, str] = _DECIMAL) -> tuple[str, ...]:
    r"""A TXT value as character-strings in quotes (RFC 1035 sections 3.3 and 5.1): quotes and backslashes are escaped,
    octets that are not printable ASCII become \DDD, or what `escapes` makes of them."""
    return tuple(f'"{piece.decode("latin-1").translate(escapes)}"' for piece in strings_of(value))


OCTAL: Mapping[int, str] = {octet: f"\\{octet:03o}" for octet in range(256) if not 0x20 <= octet < 0x7F} | dict(_QUOTED)
"""The escapes of Route 53, which are octal (Route 53 developer guide, "TXT record type")."""
