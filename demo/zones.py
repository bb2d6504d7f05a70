"""The sample domains of the demo: a small internet in which every verdict can be seen. They stand in `zones.txt`.

`TABLE` is what the loopback DNS serves (the notation of `fakes.dns`), `SAMPLES` what `help` lists, and
`REPAIRS` what `!fix` does after the records of the report are published: the part that no record in a report can fix,
such as a DKIM key that only Amazon SES or another provider can make.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeAlias

import idna

Types: TypeAlias = dict[str, Sequence[str] | str]

RSA_2048 = (
    "MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEArlDBYo/MDGddeY759l2SQUTBNPvFk9emP1vylZLjsRSy3r39eXhRdZRoShwj6XJ7i/PUCLhl"
    "yisiRlYBvN0099cj8U67pyQTy4jfa/lWbtWlX3WhM8SzMRZpsKvgYUrpMaDBfT8ujtnCnnf5xhl3zeYSBGWycxnPzSewapxKgzupUVoZgxDBwPJA+888"
    "WTa2aM1jJvYGsYYFqCrV06MAXlB2PXIwyqRpb90mFWb9Qp7iqUTVVcHp++RthLBMm09G6t+BLbtux/2dW1dy1D+Lt98b2dT3iZ61A/CvkVlkHhEQNsFR"
    "OJ1xHNRltuQKt0YlIZQLAE28c4sdlEJH/kYuzQIDAQAB"
)
KEY = f"v=DKIM1; k=rsa; p={RSA_2048}"
TOKENS = ("hx4tn2vq7dlm5wzr3kbyc6pjs1fgae0u", "q9mw3rzt5kxn7vbh2jcl4dpy6sgfu8ea", "b7ld5xkq3wnz9tmv1rhj6cpy4gsf2uoe")
REGION = "us-east-1"


@dataclass(frozen=True, slots=True)
class Sample:
    """One domain worth typing, and what stands in its zone. `tokens`: those of its identity, which AWS gives the bot;
    a check without AWS needs them."""

    domain: str
    about: str
    tokens: tuple[str, ...] = ()


@dataclass(slots=True)
class Repair:
    """What `!fix` does beside the report's own records: `publish` and `remove` hold (name, type, value), `lift` the
    faults (name, type) that end."""

    publish: list[tuple[str, str, str]] = field(default_factory=list)
    remove: list[tuple[str, str, str]] = field(default_factory=list)
    lift: list[tuple[str, str]] = field(default_factory=list)


_TEXT = (Path(__file__).parent / "zones.txt").read_text("utf-8")
_SECTIONS = {
    head.partition("  ")[0]: (head.partition("  ")[2], [line for line in lines if line])
    for head, *lines in (section.splitlines() for section in _TEXT.split("\n== ")[1:])
}
"""Domain (or template) to what `help` says of it, and its lines."""
_TEMPLATES = ("mail", "healthy")


def _expand_section(name: str, domain: str) -> Iterator[str]:
    """Yields the lines of a section as they hold for `domain`, a line for each token."""
    for line in _SECTIONS[name][1]:
        for token in TOKENS if "{TOKEN}" in line else ("",):
            text = line.replace("{KEY}", KEY).replace("{RSA_2048}", RSA_2048).replace("{DOMAIN}", domain)
            yield text.replace("{TOKEN}", token).replace("\\x1b", "\x1b")


def _read_zone(name: str, domain: str, repair: Repair) -> dict[str, Types]:
    """Returns the names of a section with what they hold; what `fix` says goes into `repair`."""
    zone: dict[str, Types] = {}
    values: dict[tuple[str, str], list[str]] = {}
    for line in _expand_section(name, domain):
        if line in _TEMPLATES:
            zone |= _read_zone(line, domain, repair)
            continue
        fix_match = re.match(r"fix (.) ", line)
        owner, kind, value = [*re.split(" {2,}", line[fix_match.end() if fix_match else 0 :], maxsplit=2), ""][:3]
        owner = domain if owner == "@" else f"{owner}.{domain}"
        match fix_match[1] if fix_match else kind:
            case "+":
                repair.publish.append((owner, kind, value))
            case "-":
                repair.remove.append((owner, kind, value))
            case "!":
                repair.lift.append((owner, kind))
            case "none":
                del zone[owner]
            case "*":
                zone[owner] = {**zone.get(owner, {}), kind: value}
            case _:
                values.setdefault((owner, kind), []).append(value)
                zone[owner] = {**zone.get(owner, {}), kind: values[owner, kind]}
    return zone


TABLE: dict[str, Types] = {}
REPAIRS: dict[str, Repair] = {}
SAMPLES: list[Sample] = []
for _name, (_about, _) in _SECTIONS.items():
    if _name in _TEMPLATES:
        continue
    _domain = idna.encode(_name).decode() if not _name.isascii() else _name
    _repair = Repair()
    TABLE |= _read_zone(_name, _domain, _repair)
    if _repair != Repair():
        REPAIRS[_domain] = _repair
    if _about:
        SAMPLES.append(Sample(_name, _about, TOKENS if any("{TOKEN}" in line for line in _SECTIONS[_name][1]) else ()))
