"""Recognizes host names that are almost right: a zone appended, a name doubled, a slip in a name of SES or a region.

A near miss is a guess until DNS proves it: the name as typed leads nowhere, and the name as meant does. Pure; the lists
stand in `near_miss.toml`.
"""

import re
import tomllib
from dataclasses import dataclass
from difflib import SequenceMatcher
from pathlib import Path

from checks.autocorrect import is_slip

_DATA = tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8"))
SES_REGIONS: frozenset[str] = frozenset(_DATA["ses_regions"])
_SPF_INCLUDES: tuple[str, ...] = tuple(_DATA["spf_includes"])
_MX_SUFFIXES: tuple[str, ...] = tuple(_DATA["mx_suffixes"])

_SES = "amazonses.com"
_FEEDBACK = "feedback-smtp"
_LIKE_SES = ("amazonses", "amazonaws", "amazonsses", "amazonsess", "amazon", "awsses", "amazonse")
_LIKE_FEEDBACK = re.compile(r"feedback|bounce|smtp")
_ALIKE = 0.8
_PROPER = 3
"""Labels that a host of another domain has at least, once an appended zone is taken off."""


@dataclass(frozen=True, slots=True)
class FeedbackHost:
    """A host that is, or was meant as, SES's host for bounces. `region`: the region meant, None where that is not
    clear; `why`: what is wrong with the host, empty for a right one."""

    region: str | None
    why: str = ""

    @property
    def host(self) -> str | None:
        """The host as it has to be; None without a region."""
        return f"{_FEEDBACK}.{self.region}.{_SES}" if self.region else None


def is_at_or_below(name: str, domain: str) -> bool:
    return name == domain or name.endswith(f".{domain}")


def without_zone(host: str, domain: str) -> str | None:
    """The host without the zone that a DNS provider appended to it: `mx.acme.com` for `mx.acme.com.acme.com`, and
    `aspmx.l.google.com` for `aspmx.l.google.com.acme.com`. None where no zone can have been appended.

    Every suffix of the domain may be the zone. That the result is meant has to be proven by an answer of DNS.
    """
    zone = domain
    while "." in zone:
        rest = host.removesuffix(f".{zone}")
        if rest != host:
            doubled = is_at_or_below(rest, zone)
            return rest if doubled or rest.count(".") + 1 >= _PROPER else None
        zone = zone.partition(".")[2]
    return None


def region_meant(typed: str) -> str | None:
    """The region of SES that a word is, or is certainly meant as (`useast1`, `us-east-1a`); None for any other."""
    if typed in SES_REGIONS:
        return typed
    bare = re.sub(r"[^a-z0-9]", "", typed.lower())
    for word in (bare, re.sub(r"(?<=\d)[a-f]\Z", "", bare)):
        same = [region for region in SES_REGIONS if region.replace("-", "") == word]
        if same:
            return same[0]
    near = [region for region in SES_REGIONS if is_slip(typed, region)]
    return near[0] if len(near) == 1 else None


def feedback_host(host: str, domain: str) -> FeedbackHost | None:
    """What an MX host has to do with SES's `feedback-smtp.<region>.amazonses.com`; None where nothing."""
    bare, why = host, ""
    if not host.endswith(f".{_SES}") and (rest := without_zone(host, domain)):
        bare, why = rest, "the DNS provider appended its zone"
    labels = bare.split(".")
    if len(labels) < _PROPER or not _is_like_feedback(labels):
        return None
    typed = labels[-3] if len(labels) > _PROPER else labels[0].removeprefix(_FEEDBACK).lstrip("-_")
    region = region_meant(typed)
    if not why and ".".join(labels[-2:]) != _SES:
        why = f"hosts of SES end in {_SES}"
    if not why and typed and ".".join(labels[:-3]) != _FEEDBACK:
        why = f"the host begins with {_FEEDBACK}"
    if region != typed:
        why = f"no AWS region with SES is called “{typed}”" if typed else "the host names no region"
    return FeedbackHost(region, why)


def mail_host(host: str, domain: str) -> str | None:
    """The mail exchanger that a host without an address was perhaps meant as: without an appended zone, or with a slip
    in the name of a known provider put right, or with the domain behind a single label; None where nothing is near."""
    if (rest := without_zone(host, domain)) is not None:
        return rest
    if host and "." not in host:
        return f"{host}.{domain}"
    labels = host.split(".")
    for suffix in _MX_SUFFIXES:
        count = suffix.count(".") + 1
        end = ".".join(labels[-count:])
        if len(labels) >= count and end != suffix and _is_near(end, suffix):
            return ".".join((*labels[:-count], suffix))
    return None


def spf_targets(target: str, domain: str) -> tuple[str, ...]:
    """Names that an SPF include was perhaps meant to name, where nothing is at the name that it has."""
    meant = [without_zone(target, domain) or "", _SES if "amazonaws" in target else ""]
    meant += [known for known in _SPF_INCLUDES if target != known and _is_near(target, known)]
    return tuple(dict.fromkeys(name for name in meant if name))[:2]


def _is_near(target: str, known: str) -> bool:
    """One slip in the whole name, or one in each of two labels, or a hyphen or underscore more or less."""
    if is_slip(target, known) or target.replace("-", "").replace("_", "") == known.replace("-", "").replace("_", ""):
        return True
    ones, others = target.split("."), known.split(".")
    if len(ones) != len(others):
        return known in (f"_{target}", f"_spf.{target}") or target in (f"spf.{known}", f"_spf.{known}")
    return all(one == other or is_slip(one, other) for one, other in zip(ones, others, strict=True))


def _is_like_feedback(labels: list[str]) -> bool:
    """True for labels like those of SES's host for bounces. `inbound-smtp.<region>.amazonaws.com` is another host of
    Amazon, for mail that SES receives."""
    first, name = labels[0], labels[-2]
    if first.startswith(("inbound", "email-smtp")):
        return False
    is_like_ses = name in _LIKE_SES or SequenceMatcher(None, name, "amazonses").ratio() >= _ALIKE
    if not is_like_ses:
        return False
    return bool(_LIKE_FEEDBACK.match(first)) or SequenceMatcher(None, first, _FEEDBACK).ratio() >= _ALIKE
