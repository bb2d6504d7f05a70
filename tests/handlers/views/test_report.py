"""What a person reads after `/ses-check`: the verdict first, then what to do."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from demo.mrkdwn import parse_runs
from handlers.views.report import NotChecked, details_modal, report_message, rest_message, summary_message
from handlers.views.words import words_modal
from model import Checked, Outcome, Record, Seen, ShownReport, TreeLine, Verdict
from tests.support.blockkit import buttons, markup, read, refusals, view_refusals, walk
from tests.support.reports import broken, checked, found, shown

UNANSWERED = found(
    "spf.lookup-failed", Outcome.UNKNOWN, "SPF could not be checked.", evidence=("unanswered by 192.0.2.53: SERVFAIL",)
)


@pytest.mark.parametrize(
    ("report", "sentence"),
    [
        (checked(found("spf.ok", Outcome.PASS)), "acme.com is ready for a reviewer"),
        (checked(found("dkim.other-only", Outcome.WARN)), "acme.com is ready for a reviewer, as far as DNS shows"),
        (checked(found("spf.missing")), "acme.com: fix 1 thing first"),
        (broken(), "acme.com: fix 2 things first"),
        (
            checked(
                *(
                    found(code, Outcome.UNKNOWN)
                    for code in ("spf.lookup-failed", "dkim.cannot-tell", "dmarc.lookup-failed")
                )
            ),
            "acme.com: no verdict yet, because DNS did not answer",
        ),
        (
            checked(found("mx.lookup-failed", Outcome.UNKNOWN), verdict=Verdict.CANNOT_TELL),
            "acme.com: no verdict yet, because DNS did not answer",
        ),
        (
            checked(UNANSWERED, found("dmarc.ok", Outcome.PASS)),
            "acme.com: no verdict yet, because DNS did not answer about SPF",
        ),
        (
            checked(found("website.lookup-failed", Outcome.UNKNOWN), found("domain_age.no-rdap", Outcome.UNKNOWN)),
            "acme.com: no verdict yet, because the website and the age of the domain could not be checked",
        ),
        (checked(verdict=Verdict.CANNOT_TELL), "acme.com: no verdict yet, because no check has finished"),
        (
            checked(found("dkim.cannot-tell", Outcome.UNKNOWN), UNANSWERED),
            "acme.com: no verdict yet, because DKIM and SPF could not be checked",
        ),
        (
            checked(found("spf.ok", Outcome.PASS), domain="xn--bcher-kva.example"),
            "bücher.example (xn--bcher-kva.example) is ready for a reviewer",
        ),
    ],
)
def test_the_verdict_comes_first_and_in_the_notification(report: Checked, sentence: str) -> None:
    message = report_message(shown(report))
    assert message.blocks[0]["type"] == "header"
    assert message.blocks[0]["text"]["text"] == sentence
    assert message.text == sentence


PENDING = ("website", "domain_age", "identity", "account")
FOLLOW = (
    "DNS results. The rest follows in a moment, with the final verdict: the website, the age of the domain, the SES "
    "identity and the SES account."
)


@pytest.mark.parametrize(
    ("report", "sentence"),
    [
        (checked(found("spf.ok", Outcome.PASS)), "acme.com is ready for a reviewer, as far as DNS shows"),
        (checked(found("dkim.other-only", Outcome.WARN)), "acme.com is ready for a reviewer, as far as DNS shows"),
        (broken(), "acme.com: fix 2 things first"),
    ],
)
def test_a_verdict_that_is_not_final_says_so(report: Checked, sentence: str) -> None:
    message = report_message(shown(replace(report, pending=PENDING)))
    assert message.text == sentence
    assert message.blocks[0]["text"]["text"] == sentence
    assert message.blocks[2]["elements"][0]["text"] == FOLLOW
    assert FOLLOW not in read(report_message(shown(report)).blocks)


def whole() -> Checked:
    """DNS with two things to fix and more, and beside it one thing to fix, one to improve, one that passed."""
    beside = (
        found("website.parked", summary="It is parked.", step="Put a website there."),
        found("identity.no-events", Outcome.WARN, "No one hears of bounces.", step="Make one."),
        found("domain_age.ok", Outcome.PASS, "It is old."),
    )
    dns = broken()
    report = replace(dns.report, findings=(*dns.report.findings, *beside), seconds=10.5)
    return replace(dns, report=report, notes=("Not looked at: the account of <!channel>.",))


def test_the_second_part_carries_the_final_verdict_and_nothing_of_dns() -> None:
    message = rest_message(shown(whole(), "acme.com selector=s1"))
    assert refusals(message) == []
    assert message.text == "acme.com: fix 3 things first"
    text = read(message.blocks)
    assert "31 DNS questions, 10.5 s in all · 3 to fix · 1 unknown · 2 to improve · 3 passed" in text
    assert "Final verdict, including the DNS results above (2 to fix, 1 unknown, 1 to improve, 2 passed)" in text
    assert "1. Website: It is parked." in text
    assert "2. SES identity: No one hears of bounces." in text
    assert "Passed: Domain age" in text
    assert "DMARC" not in text
    assert "Not looked at: the account of <!channel>." in text
    assert not any("<!channel>" in piece for piece in markup(message))
    assert {value for _, _, value in buttons(message.blocks)} == {"acme.com selector=s1", "0123456789abcdef"}


def test_the_whole_in_one_message_holds_both_parts_and_what_was_left_out() -> None:
    text = read(report_message(shown(whole())).blocks)
    assert "2. DMARC:" in text
    assert "3. Website: It is parked." in text
    assert "Not looked at: the account of <!channel>." in text
    assert "Not looked at" in read(details_modal(shown(whole()))["blocks"])


@pytest.mark.parametrize(
    ("report", "figures"),
    [
        (broken(), "31 DNS questions in 0.4 s · 2 to fix · 1 unknown · 1 to improve · 2 passed"),
        (checked(queries=1, seconds=0.02), "1 DNS question in under 0.1 s"),
        (checked(queries=1_200, seconds=14.96), "1,200 DNS questions in 15.0 s"),
    ],
)
def test_what_the_verdict_cost_and_found(report: Checked, figures: str) -> None:
    context = report_message(shown(report)).blocks[1]
    assert context["type"] == "context"
    assert context["elements"][0]["text"] == figures


def test_findings_stand_in_order_of_what_to_do() -> None:
    text = read(report_message(shown(broken())).blocks)
    order = [
        "Fix first",
        "1. SPF:",
        "2. DMARC:",
        "Unknown",
        "3. MX:",
        "Worth improving",
        "4. MAIL FROM:",
        "Passed: DKIM",
    ]
    assert sorted(order, key=text.index) == order


def test_a_finding_says_what_why_and_what_was_seen() -> None:
    text = read(report_message(shown(broken())).blocks)
    assert "2. DMARC: acme.com has no DMARC record.\nReviewers look for a DMARC record" in text
    assert "Seen:\n_dmarc.acme.com TXT: no such name" in text


def test_what_was_not_answered_names_the_server_and_what_to_do() -> None:
    text = read(report_message(shown(broken())).blocks)
    assert "acme.com MX: unanswered by 192.0.2.53: SERVFAIL" in text
    assert "To do: Ask the one who runs 192.0.2.53." in text
    assert "To do: check again in a minute" in read(report_message(shown(checked(UNANSWERED))).blocks)


def test_what_passed_is_one_line_and_notes_are_kept() -> None:
    report = checked(
        found("spf.ok", Outcome.PASS, "Fine."),
        found("spf.ses-not-needed", Outcome.PASS, "SPF need not name SES."),
        found("mx.ok", Outcome.PASS, "Fine."),
        found("dmarc.ok", Outcome.PASS, "Fine."),
        found("dmarc.no-p", Outcome.WARN),
    )
    text = read(report_message(shown(report)).blocks)
    assert "Passed: SPF, MX\nNote on SPF: SPF need not name SES." in text
    assert "Fine." not in text


def test_nothing_passed_is_not_mentioned() -> None:
    assert "Passed" not in read(report_message(shown(checked(found("spf.missing")))).blocks)


def test_the_buttons_carry_the_report_and_a_new_check_its_query() -> None:
    query = "acme.com selector=s1"
    assert buttons(report_message(shown(broken(), query)).blocks) == [
        ("Check again", "check_again", query),
        ("Details", "check_details", "0123456789abcdef"),
        ("Share in channel", "check_share", "0123456789abcdef"),
        ("Tell me when it's fixed", "tell_fixed", "0123456789abcdef"),
        ("Copy records as…", "records_copy", "0123456789abcdef"),
        ("Draft the request", "draft_start", "0123456789abcdef"),
    ]


def test_of_a_domain_that_is_ready_there_is_nothing_to_wait_for() -> None:
    ready, unanswered = checked(found("spf.ok", Outcome.PASS)), checked(UNANSWERED)
    offered = [[action for _, action, _ in buttons(report_message(shown(one)).blocks)] for one in (ready, unanswered)]
    assert ["tell_fixed" in actions for actions in offered] == [False, True]


def test_there_is_no_request_to_draft_for_a_domain_that_is_nobodys() -> None:
    message = report_message(shown(checked(found("mx.domain-not-found")), "acme.com"))
    offered = ["check_again", "check_details", "check_share", "tell_fixed"]
    assert [action for _, action, _ in buttons(message.blocks)] == offered


def test_after_a_refusal_it_is_the_appeal_that_is_to_be_drafted() -> None:
    message = report_message(shown(checked(found("account.not-granted")), "acme.com"))
    offered = [label for label, *_ in buttons(message.blocks)]
    assert offered[-1] == "Draft the answer"
    assert "Draft the request" not in offered


def test_a_shared_report_names_who_shared_it_and_cannot_be_shared_again() -> None:
    message = report_message(shown(broken()), shared_by="U024BE7LH")
    offered = ["check_again", "check_details", "tell_fixed", "records_copy", "draft_start"]
    assert [action for _, action, _ in buttons(message.blocks)] == offered
    assert "Shared by <@U024BE7LH>" in markup(message)


def test_a_user_id_from_outside_is_no_mention() -> None:
    message = report_message(shown(broken()), shared_by="U1> <!channel")
    assert all("<" not in text for text in markup(message))


def test_several_domains_are_a_line_each() -> None:
    results: list[ShownReport | NotChecked] = [
        shown(broken(), report_id="a" * 16),
        shown(checked(found("spf.ok", Outcome.PASS), domain="acme.org"), report_id="b" * 16),
        shown(checked(UNANSWERED, domain="acme.net"), report_id="c" * 16),
        NotChecked("foo", "“foo” has no dot. Example: acme.com"),
    ]
    message = summary_message(results, query="acme.com acme.org acme.net")
    assert (
        read(message.blocks).splitlines()[0] == "4 domains: 1 ready, 1 to fix first, 1 without a verdict, 1 not checked"
    )
    text = read(message.blocks)
    assert "✗ acme.com: fix 2 things first (SPF, DMARC)" in text
    assert "✓ acme.org is ready for a reviewer" in text
    assert "? acme.net: no verdict yet, because DNS did not answer" in text
    assert "– foo: “foo” has no dot." in text
    assert buttons(message.blocks) == [
        ("Details", "check_details", "a" * 16),
        ("Details", "check_details", "b" * 16),
        ("Details", "check_details", "c" * 16),
        ("Check again", "check_again", "acme.com acme.org acme.net"),
        ("Share in channel", "check_share", f"{'a' * 16} {'b' * 16} {'c' * 16}"),
    ]
    assert refusals(message) == []


def test_a_shared_summary() -> None:
    message = summary_message([shown(broken()), shown(broken())], query="q", shared_by="W1")
    assert "check_share" not in [action for _, action, _ in buttons(message.blocks)]
    assert "Shared by <@W1>" in markup(message)


def test_details_show_the_tree_and_every_question() -> None:
    report = checked(
        found("spf.ok", Outcome.PASS, "The SPF record is sound."),
        found("dmarc.missing"),
        seen=(
            Seen("dmarc", "_dmarc.acme.com", "TXT", ("no such name",)),
            Seen("spf", "acme.com", "TXT", ("v=spf1 include:a.example ~all", "other")),
            Seen("spf", "a.example", "TXT", ("unanswered by 192.0.2.1: SERVFAIL",)),
        ),
        tree=(
            TreeLine(0, "acme.com", 0),
            TreeLine(0, "include:a.example", 1),
            TreeLine(1, "a:gone.example", 2, "finds nothing"),
        ),
    )
    view = details_modal(shown(report, "acme.com selector=s1"))
    text = read(view["blocks"])
    assert (
        "SPF: 2 look-ups of at most 10\n  0  acme.com\n  1  include:a.example\n  2    a:gone.example  ← finds nothing"
        in text
    )
    assert "SPF: 2 questions\nacme.com TXT\n    v=spf1 include:a.example ~all\n    other\na.example TXT\n" in text
    assert text.index("SPF: 2 questions") < text.index("DMARC: 1 question\n") < text.index("1. DMARC:")
    assert "SPF: The SPF record is sound." in text
    assert view_refusals(view) == []


def test_a_tree_over_the_limit_says_by_how_much() -> None:
    view = details_modal(shown(checked(tree=tuple(TreeLine(0, f"a:{n}.example", n) for n in range(13)))))
    assert "SPF: 12 look-ups of at most 10, 2 too many" in read(view["blocks"])


def test_a_modal_that_only_says_something() -> None:
    view = words_modal("Details", "Asking DNS about <!channel>…")
    assert view_refusals(view) == []
    assert read(view["blocks"]) == "Asking DNS about <!channel>…"
    assert all(node.get("type") != "mrkdwn" for node in walk(view))


HOSTILE = st.sampled_from(
    [
        "<!channel>",
        "<!here>",
        "`code`",
        "```",
        "*bold*",
        "_i_",
        "<https://evil.example|acme.com>",
        "<@U1>",
        "&lt;",
        "\u202e",
        "\n\n>",
        "\x1b[31m",
    ]
)
TEXT = st.lists(HOSTILE | st.text(max_size=20), max_size=6).map("".join)
RECORD = st.builds(
    Record, st.sampled_from(["TXT", "MX", "CNAME"]) | TEXT, TEXT, TEXT, st.none() | st.integers(0, 65_535)
)
FINDING = st.builds(
    found,
    st.sampled_from(["spf.syntax", "dmarc.missing", "dkim.revoked"]) | TEXT,
    st.sampled_from(list(Outcome)),
    TEXT,
    evidence=st.lists(TEXT, max_size=3).map(tuple),
    records=st.lists(RECORD, max_size=2).map(tuple),
    remove=st.lists(RECORD, max_size=2).map(tuple),
    step=TEXT,
)
REPORT = st.builds(
    lambda findings, domain, zone, seen, tree: checked(*findings, domain=domain, zone=zone, seen=seen, tree=tree),
    st.lists(FINDING, max_size=4),
    TEXT,
    TEXT,
    st.lists(st.builds(Seen, TEXT, TEXT, TEXT, st.lists(TEXT, max_size=2).map(tuple)), max_size=2).map(tuple),
    st.lists(st.builds(TreeLine, st.integers(0, 400), TEXT, st.integers(0, 400), TEXT), max_size=2).map(tuple),
)


@settings(max_examples=150, deadline=None)
@given(REPORT, TEXT)
def test_nothing_from_outside_becomes_markup(report: Checked, query: str) -> None:
    message = report_message(shown(report, query))
    summary = summary_message([shown(report, query), NotChecked(query, query)], query=query)
    view = details_modal(shown(report, query))
    for text in [*markup(message), *markup(summary)]:
        assert not set(text) & set("<>`")
        assert all(not run.styles and not run.url for run in parse_runs(text))
    kinds = {node.get("type") for node in walk([*message.blocks, *summary.blocks, view])}
    assert "mrkdwn" not in kinds
    assert not kinds & {"link", "user", "usergroup", "channel", "broadcast"}


@settings(max_examples=100, deadline=None)
@given(REPORT)
def test_nothing_from_outside_breaks_a_line_or_hides(report: Checked) -> None:
    view = details_modal(shown(report))
    for text in (read(report_message(shown(report)).blocks), read(view["blocks"])):
        assert all(line.isprintable() for line in text.split("\n"))
