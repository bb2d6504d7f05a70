"""HTTPS records: where a website is really served (RFC 9460), read from their presentation form.

`1 . alpn="h2" port="8443"` is ServiceMode, `0 pool.svc.example` is AliasMode.
"""

import re
from dataclasses import dataclass

_RECORD = re.compile(r"(?P<priority>[0-9]{1,5}) (?P<target>\S+)(?P<rest>(?: .*)?)", re.DOTALL)
_PARAMETER = re.compile(r' ([a-z0-9-]+)(?:=(?:"([^"]*)"|(\S*)))?')
_UNDERSTOOD = frozenset({"mandatory", "alpn", "no-default-alpn", "port", "ipv4hint", "ipv6hint"})


@dataclass(frozen=True, slots=True)
class Service:
    """`priority` 0 is AliasMode. `target` is empty where it is the record's own name; `port` None where it is the
    scheme's."""

    priority: int
    target: str
    port: int | None = None


def read(value: str) -> Service | None:
    """Reads one record; returns None for what cannot be read, and for a service that this client cannot speak to: it
    asks for keys that we do not know (section 8), or offers no HTTP/1.1 (section 7.1.2)."""
    found = _RECORD.fullmatch(value)
    if not found:
        return None
    target = "" if found["target"] == "." else found["target"].removesuffix(".").lower()
    if int(found["priority"]) == 0:
        return Service(0, target)
    given = {key: quoted or bare for key, quoted, bare in _PARAMETER.findall(found["rest"])}
    if not set(filter(None, given.get("mandatory", "").split(","))) <= _UNDERSTOOD:
        return None
    if "no-default-alpn" in given and "http/1.1" not in given.get("alpn", "").split(","):
        return None
    port = given.get("port", "")
    if port and not (port.isdigit() and 1 <= int(port[:6]) <= 65_535):
        return None
    return Service(int(found["priority"]), target, int(port) if port else None)
