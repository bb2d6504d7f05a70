"""The records of a report as code, for those who keep their DNS as code: "Copy records as…".

`sets` works out what a zone must hold from the fixes of a report; each other module writes it for one tool. All of it
is pure, and what comes from outside stands inside a string or a comment of one line, whatever it holds.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from checks.exports import bind, dnscontrol, octodns, route53, terraform
from checks.exports.sets import Plan, plan_of
from model import Checked


@dataclass(frozen=True, slots=True)
class Format:
    """A form that records can be copied in. `comment` begins a line of words; None: the form has none."""

    name: str
    label: str
    write: Callable[[Plan], str]
    comment: str | None


_ALL = (
    Format("bind", "Zone file (BIND)", bind.write, ";"),
    Format("terraform", "Terraform: Route 53", terraform.route53, "#"),
    Format("cloudflare", "Terraform: Cloudflare", terraform.cloudflare, "#"),
    Format("octodns", "octoDNS (YAML)", octodns.write, "#"),
    Format("dnscontrol", "dnscontrol (JavaScript)", dnscontrol.write, "//"),
    Format("route53", "Route 53 change batch (JSON)", route53.write, None),
)
FORMATS: Mapping[str, Format] = {one.name: one for one in _ALL}


@dataclass(frozen=True, slots=True)
class Export:
    """Records as text, empty where there are none to write. `notes` is what a person has to know or do beside it; a
    form with comments holds them already."""

    text: str
    notes: tuple[str, ...] = ()


def export(checked: Checked, name: str) -> Export:
    """The records of a report in the form of this name."""
    form, plan = FORMATS[name], plan_of(checked, whole_sets=name in _WHOLE_SETS, holds=_HOLDS.get(name))
    text = form.write(plan) if plan.sets else ""
    if form.comment is None:
        return Export(text, plan.notes)
    head = [f"Records for {plan.domain} in the zone {plan.zone}, by ses-bot.", *plan.notes]
    return Export("".join(f"{form.comment} {one}\n" for one in head) + text if text or plan.notes else "")


_WHOLE_SETS = frozenset({"terraform", "octodns", "route53"})
"""Forms that replace all values of a name and type."""
_HOLDS = {"octodns": octodns.holds, "dnscontrol": dnscontrol.holds}
"""Which TXT values a tool can hold, where it cannot hold all."""
