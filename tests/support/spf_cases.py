"""The cases of check_host(), read from `tests/checks/spf/rfc7208.txt`; that file opens with how it is written."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

Types = Mapping[str, Sequence[str] | str]
Zone = Mapping[str, Types]

HOST = "192.0.2.10"
_TABLE = Path(__file__).parents[1] / "checks" / "spf" / "rfc7208.txt"
_ARGUMENTS = ("ip", "domain", "sender", "helo")


@dataclass(slots=True)
class Case:
    """One call of check_host() with what it returns, and all that DNS holds. `explanation` None: not looked at."""

    title: str
    zone: dict[str, dict[str, list[str] | str]] = field(default_factory=dict)
    result: str = ""
    explanation: str | None = None
    ip: str = HOST
    sender: str = "alice@example.com"
    helo: str = "mail.example.net"
    domain: str = "example.com"

    def __str__(self) -> str:
        return self.title


def read_cases() -> tuple[Case, ...]:
    """Reads every case; a line that is not understood is a `ValueError`."""
    world = Case("world")
    read_so_far: list[Case] = []
    for line in _TABLE.read_text("ascii").splitlines():
        if not line or line.startswith("#"):
            continue
        if not line.startswith(" "):
            read_so_far.append(Case(line))
        else:
            _read_line(line.strip(), read_so_far[-1] if read_so_far else world)
    for case in read_so_far:
        case.zone = {**world.zone, **case.zone}
    return tuple(read_so_far)


def _read_line(line: str, case: Case) -> None:
    name, _, rest = line.partition("  ")
    argument, _, argument_value = line.partition(": ")
    if line.startswith("= "):
        result, colon, explanation = line[2:].partition(":")
        case.result, case.explanation = result, _text(explanation.strip()) if colon else None
    elif argument.rstrip(":") in _ARGUMENTS:
        setattr(case, argument.rstrip(":"), _text(argument_value))
    elif rest:
        rtype, _, value = rest.partition(" ")
        types = case.zone.setdefault(_text(name), {})
        if value.startswith("!"):
            types[rtype] = value[1:]
        else:
            values = types.setdefault(rtype, [])
            assert isinstance(values, list), line
            values.append(_text(value))
    else:
        raise ValueError(f"not understood: {line}")


def _text(written: str) -> str:
    return written.encode("ascii").decode("unicode_escape")
