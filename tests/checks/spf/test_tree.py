"""The SPF tree as "Details" draws it: depth, running count of look-ups, and what is wrong with a term."""

from checks.spf import look_up, tree_lines
from model import TreeLine
from tests.support.spf_cases import Zone
from tests.support.table import TableResolver
from tests.support.virtual import run


def draw_tree(zone: Zone) -> list[str]:
    """Each line as `count text  # note`, indented by its depth."""
    facts, _ = run(look_up("acme.com", TableResolver(zone)))
    return [_line(line) for line in tree_lines(facts)]


def _line(line: TreeLine) -> str:
    return f"{'  ' * line.depth}{line.lookups} {line.text}" + (f"  # {line.note}" if line.note else "")


def test_a_tree() -> None:
    zone: Zone = {
        "acme.com": {
            "TXT": [
                "v=spf1 mx a include:one.example.net ip4:192.0.2.1 ip4:192.0.2.2 include:two.example.net ?all a:x.net"
            ],
            "MX": ["10 mx.acme.com"],
        },
        "one.example.net": {"TXT": ["v=spf1 include:acme.com exists:%{i}.example.net ip6:::/0 -all"]},
        "two.example.net": {"TXT": "SERVFAIL"},
    }
    assert draw_tree(zone) == [
        "0 acme.com",
        "1 mx",
        "2 a  # void: DNS has nothing there",
        "3 include:one.example.net",
        "  4 include:acme.com  # leads back to a record that is being evaluated",
        "  5 exists:%{i}.example.net  # depends on the sender",
        "  5 ip6:::/0  # lets everybody pass",
        "  5 -all",
        "5 ip4:192.0.2.1 and 1 more",
        "6 include:two.example.net  # unanswered by table: SERVFAIL",
        "6 ?all",
        "6 a:x.net  # never evaluated: the record has an “all” before it or beside it",
    ]


def test_the_look_up_over_the_limit_is_marked() -> None:
    """Section 4.6.4."""
    zone: Zone = {"acme.com": {"TXT": ["v=spf1" + " a" * 11 + " -all"], "A": ["192.0.2.1"]}}
    lines = draw_tree(zone)
    assert lines[10:12] == ["10 a", "11 a  # over the limit of 10 look-ups"]


def test_targets_without_one_valid_record_are_marked() -> None:
    zone: Zone = {
        "acme.com": {"TXT": ["v=spf1 include:none.example.net include:two.example.net include:bad.example.net foo"]},
        "two.example.net": {"TXT": ["v=spf1 -all", "v=spf1 +all"]},
        "bad.example.net": {"TXT": ["v=spf1 a: -all"]},
    }
    assert [line.partition("  # ")[2] for line in draw_tree(zone)[1:]] == [
        "syntax error: expected one of the mechanisms all, include, a, mx, ptr, ip4, ip6, exists",
        "no SPF record there",
        "more than one SPF record there",
        "the SPF record there has a syntax error",
    ]


def test_a_domain_without_a_tree_is_one_line() -> None:
    assert draw_tree({"acme.com": {"A": ["192.0.2.1"]}}) == ["0 acme.com  # no SPF record there"]
    assert draw_tree({"acme.com": {"TXT": ["v=spf1 -all", "v=spf1"]}}) == [
        "0 acme.com  # more than one SPF record there"
    ]
    assert draw_tree({"acme.com": {"TXT": "REFUSED"}}) == ["0 acme.com  # unanswered by table: REFUSED"]


def test_the_same_include_counts_each_time() -> None:
    zone: Zone = {
        "acme.com": {"TXT": ["v=spf1 include:one.example.net include:one.example.net -all"]},
        "one.example.net": {"TXT": ["v=spf1 mx:acme.com -all"]},
    }
    assert [line.split()[0] for line in draw_tree(zone)] == ["0", "1", "2", "2", "3", "4", "4", "4"]
