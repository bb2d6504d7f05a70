"""What looking an SPF tree up costs: round trips, questions, and bounds against trees made to cost."""

import asyncio

import pytest
from hypothesis import given, settings

from checks.answers import Answer, NoName, Records, Unanswered
from checks.spf import look_up, tree_lines
from checks.spf.tree import read_steps
from tests.support.spf_cases import Zone
from tests.support.spf_zones import zones
from tests.support.table import TableResolver
from tests.support.virtual import run


def deep_zone(depth: int, leaf: str = "ip4:192.0.2.1 -all") -> Zone:
    """A tree of that many includes below acme.com, three to a level, of which one goes on."""
    zone: dict[str, dict[str, list[str]]] = {
        "acme.com": {"MX": ["10 mx.acme.com"]},
        "mx.acme.com": {"A": ["192.0.2.2"]},
    }
    names = ["acme.com", *(f"d{level}.example.net" for level in range(1, depth + 1))]
    for level, name in enumerate(names):
        below = names[level + 1 : level + 2]
        aside = [f"{side}{level}.example.net" for side in "xy"] if below else []
        words = [f"include:{target}" for target in (*aside, *below)]
        zone.setdefault(name, {})["TXT"] = [" ".join(("v=spf1", *words, "~all" if below else leaf))]
        zone.update({target: {"TXT": ["v=spf1 ip4:198.51.100.1 -all"]} for target in aside})
    return zone


@pytest.mark.parametrize("depth", range(6))
def test_a_tree_costs_one_round_trip_and_one_for_each_level(depth: int) -> None:
    _, ticks = run(look_up("acme.com", TableResolver(deep_zone(depth))))
    assert ticks == 1 + depth


@pytest.mark.parametrize("depth", range(4))
def test_a_and_mx_of_the_deepest_record_cost_one_more(depth: int) -> None:
    leaf = "a:a.example.net mx:b.example.net exists:c.example.net -all"
    _, ticks = run(look_up("acme.com", TableResolver(deep_zone(depth, leaf))))
    assert ticks == 2 + depth


def test_each_question_is_asked_once() -> None:
    shared = "include:s.example.net a:s.example.net mx:s.example.net"
    dns = TableResolver(
        {
            "acme.com": {"TXT": [f"v=spf1 include:t.example.net {shared} {shared} -all"]},
            "t.example.net": {"TXT": [f"v=spf1 {shared} INCLUDE:S.Example.NET. -all"]},
            "s.example.net": {"TXT": ["v=spf1 include:acme.com -all"]},
        }
    )
    run(look_up("acme.com", dns))
    assert len(dns.questions) == len(set(dns.questions))
    assert {name for name, rtype in dns.questions if rtype == "TXT"} == {"acme.com", "t.example.net", "s.example.net"}


def test_a_target_that_depends_on_the_domain_alone_is_asked_for() -> None:
    """Section 7.2: d is the domain of the record, o that of the sender."""
    dns = TableResolver(
        {
            "acme.com": {"TXT": ["v=spf1 include:%{d2}._spf.example.net -all"]},
            "acme.com._spf.example.net": {"TXT": ["v=spf1 exists:%{o}.%{d1r}.example.net -all"]},
        }
    )
    run(look_up("acme.com", dns))
    assert dns.asked[1:] == [("acme.com._spf.example.net", "TXT"), ("acme.com.acme.example.net", "A")]


@pytest.mark.parametrize("macro", ["%{i}", "%{l}", "%{s}", "%{h}", "%{v}", "%{p}"])
def test_a_target_that_depends_on_the_sender_is_not(macro: str) -> None:
    record = (
        f"v=spf1 include:{macro}.example.net exists:{macro}.example.net a:{macro}.example.net redirect={macro}.x.net"
    )
    dns = TableResolver({"acme.com": {"TXT": [record]}})
    facts, _ = run(look_up("acme.com", dns))
    assert dns.asked == [("acme.com", "TXT")]
    assert [line.note for line in tree_lines(facts)[1:]] == ["depends on the sender"] * 4


def test_what_can_never_be_evaluated_is_asked_for_the_fix_alone() -> None:
    """Sections 5.1 and 6.1: it counts for nothing, but a fix that puts it in front of the `all` has to be judged."""
    dns = TableResolver({"acme.com": {"TXT": ["v=spf1 -all include:x.example.net a redirect=y.example.net"]}})
    facts, _ = run(look_up("acme.com", dns))
    assert {name for name, _ in dns.asked} == {"acme.com", "x.example.net", "y.example.net"}
    assert [step.lookups for step in read_steps(facts)] == [0, 0, 0, 0]


class Endless:
    """Every name has a record, and every record leads to new names."""

    def __init__(self, width: int) -> None:
        self.width = width
        self.count = 0

    async def ask(self, name: str, type: str) -> Answer:  # noqa: A002 - the field's own word
        self.count += 1
        await asyncio.sleep(1)
        if type != "TXT":
            return NoName(name, type)
        words = (f"include:n{self.count}x{n}.example.net a:n{self.count}x{n}.example.net" for n in range(self.width))
        return Records(name, type, (" ".join(("v=spf1", *words)),))


@pytest.mark.parametrize("width", [1, 2, 50, 3000])
def test_a_tree_without_end_is_followed_only_so_far(width: int) -> None:
    dns = Endless(width)
    facts, ticks = run(look_up("acme.com", dns))
    assert facts.truncated
    assert dns.count <= 100
    assert ticks <= 15
    assert len(tree_lines(facts)) <= 202


def test_a_name_that_is_not_answered_stands_in_the_facts() -> None:
    dns = TableResolver(
        {"acme.com": {"TXT": ["v=spf1 include:x.example.net -all"]}, "x.example.net": {"TXT": "SERVFAIL"}}
    )
    facts, _ = run(look_up("acme.com", dns))
    assert facts.answers["x.example.net", "TXT"] == Unanswered("x.example.net", "TXT", "table", "SERVFAIL")


@settings(max_examples=200, deadline=None)
@given(zones)
def test_no_zone_raises(zone: Zone) -> None:
    facts, _ = run(look_up("example.com", TableResolver(zone)))
    assert tree_lines(facts)[0].text == "example.com"
