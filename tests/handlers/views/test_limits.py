"""Whatever is drawn, Slack takes it, and a reader sees that something was cut. Figures: Slack's Block Kit reference."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from handlers.views import blocks as kit
from handlers.views.blocks import Message
from handlers.views.limits import cut, cut_bytes, fit_message, fit_view
from handlers.views.report import NotChecked, details_modal, report_message, summary_message
from handlers.views.words import words_modal
from model import Checked, Finding, Outcome, Record, Seen, ShownReport, TreeLine, Verdict
from tests.support.blockkit import buttons, preformatted, read, refusals, view_refusals
from tests.support.cases import cases
from tests.support.reports import broken, checked, found, shown

HUGE = "A" * 60_000


def monster(code: str, number: int) -> Finding:
    return found(
        code,
        Outcome.FAIL,
        f"Finding {number}: {HUGE[:5_000]}",
        evidence=(HUGE,) * 3,
        records=(Record("TXT", f"{number}.acme.com", HUGE),),
        remove=(Record("TXT", f"{number}.acme.com", "old" + HUGE),),
        step=HUGE,
    )


MONSTERS: dict[str, Checked] = {
    "500 findings": checked(*(found("spf.void", Outcome.WARN, f"Finding {n}.", step="Do it.") for n in range(500))),
    "500 fails of 60 KB each": checked(*(monster("spf.syntax", n) for n in range(500))),
    "one finding of 60 KB": checked(monster("spf.syntax", 1)),
    "a huge first, small ones after": checked(
        monster("spf.syntax", 1), *(found("mx.missing", summary=f"Small {n}.") for n in range(3))
    ),
    "10,000 lines of evidence": checked(found("spf.syntax", evidence=("x" * 50,) * 10_000)),
    "a huge domain": checked(found("spf.syntax"), domain=".".join(["a" * 60] * 4), zone=HUGE),
    "200 passes with notes": checked(*(found("dkim.revoked", Outcome.PASS, HUGE[:500]) for _ in range(200))),
    "everything at once": checked(
        *(monster("dmarc.missing", n) for n in range(100)),
        seen=tuple(Seen("spf", f"{n}.acme.com", "TXT", (HUGE[:9_000],) * 5) for n in range(300)),
        tree=tuple(TreeLine(n, f"include:{n}.example" + HUGE[:300], n, "note") for n in range(500)),
    ),
}


@pytest.mark.parametrize("name", MONSTERS)
def test_slack_takes_a_monstrous_report_that_says_it_was_cut(name: str) -> None:
    message = report_message(shown(MONSTERS[name], "acme.com"))
    assert refusals(message) == []
    assert any(sign in read(message.blocks) for sign in ("cut here", "did not fit here: see Details", "…"))
    assert re.search("fix .* first|ready", message.blocks[0]["text"]["text"])
    offered = ["check_again", "check_details", "check_share", "draft_start"]
    if MONSTERS[name].report.verdict is not Verdict.READY:
        offered.insert(3, "tell_fixed")
    if any(one.fix and one.fix.records for one in MONSTERS[name].report.findings):
        offered.insert(-1, "records_copy")
    assert [action for _, action, _ in buttons(message.blocks)] == offered


@pytest.mark.parametrize("name", MONSTERS)
def test_slack_takes_its_details(name: str) -> None:
    view = details_modal(shown(MONSTERS[name], "acme.com"))
    assert view_refusals(view) == []


@pytest.mark.parametrize("name", MONSTERS)
def test_fitting_twice_changes_nothing(name: str) -> None:
    message = report_message(shown(MONSTERS[name], "acme.com"))
    assert fit_message(message) == message
    view = details_modal(shown(MONSTERS[name], "acme.com"))
    assert fit_view(view) == view


def test_what_does_not_fit_is_counted() -> None:
    message = report_message(shown(MONSTERS["500 findings"], "acme.com"))
    whole = sum(f"Finding {n}." in read(message.blocks) for n in range(500))
    assert 5 < whole < 500
    assert f"… {500 - whole} more parts of this did not fit here: see Details" in read(message.blocks)


def test_small_findings_are_shown_beside_a_huge_one() -> None:
    text = read(report_message(shown(MONSTERS["a huge first, small ones after"], "acme.com")).blocks)
    assert all(f"Small {n}." in text for n in range(3))


def test_a_report_of_everyday_size_is_not_cut() -> None:
    message = report_message(shown(broken(), "acme.com"))
    assert refusals(message) == []
    assert "cut" not in read(message.blocks)
    assert "fit" not in read(message.blocks)


def test_a_4096_bit_key_is_never_cut() -> None:
    key = "v=DKIM1; k=rsa; p=" + "A" * 736
    record = Record("TXT", "s1._domainkey.acme.com", key)
    message = report_message(shown(checked(found("dkim.testing", Outcome.WARN, records=(record,))), "acme.com"))
    assert key in preformatted(message.blocks)


def test_a_button_whose_value_would_be_cut_is_left_out_and_said() -> None:
    long = "acme.com selector=" + "s" * 2_000
    message = fit_message(Message("q", (kit.actions([kit.button("check_again", "Check again", long)], "row"),)))
    assert refusals(message) == []
    assert buttons(message.blocks) == []
    assert "type the command again" in read(message.blocks)


def test_a_line_that_is_too_long_is_cut() -> None:
    results: list[ShownReport | NotChecked] = [shown(broken()), NotChecked("x" * 9_000, "It has no dot.")]
    message = summary_message(results, query="q")
    assert refusals(message) == []
    assert [action for _, action, _ in buttons(message.blocks)] == ["check_details", "check_again", "check_share"]
    assert "acme.com: fix 2 things first" in read(message.blocks)


def test_ten_domains_of_the_longest_kind_fit() -> None:
    names = [f"{n}{'a' * 49}.{'.'.join(['b' * 62] * 3)}.example" for n in range(10)]
    results = [checked(found("spf.missing"), found("dmarc.missing"), domain=name) for name in names]
    message = summary_message([shown(one, report_id=str(n)) for n, one in enumerate(results)], query="q")
    assert refusals(message) == []
    assert [value for _, action, value in buttons(message.blocks) if action == "check_details"] == list("0123456789")


def test_titles_of_modals_are_cut_with_a_sign() -> None:
    view = words_modal("A title that is longer than Slack takes", "Try again.")
    assert view["title"]["text"] == "A title that is longer …"


def test_options_and_their_initial_choice_are_cut_alike() -> None:
    option = {"text": kit.plain_text("o" * 90), "value": "1"}
    select = {"type": "static_select", "action_id": "a", "options": [option] * 150, "initial_option": option}
    block = {"type": "input", "label": kit.plain_text("l" * 2_500), "element": select}
    view = fit_view({"type": "modal", "title": kit.plain_text("T"), "blocks": [block]})
    fitted = view["blocks"][0]["element"]
    assert view_refusals(view) == []
    assert len(fitted["options"]) == 100
    assert fitted["initial_option"] == fitted["options"][0]


@cases()
def test_a_cut_text_says_how_long_it_was(text: str, limit: int, short: str) -> None:
    assert cut(text, limit) == short
    assert len(short) <= limit


@pytest.mark.parametrize("tail", ["<https://example.com/very|long>", "&amp;&amp;&amp;&lt;", "日本語日本語"])
def test_markup_is_never_cut_in_half(tail: str) -> None:
    for length in range(2_960, 3_001):
        text = "x" * length + tail * 3
        drawn = fit_message(Message("t", (kit.section(kit.mrkdwn(text)),))).blocks[0]["text"]["text"]
        assert len(drawn) <= 3_000
        assert drawn.count("<") == drawn.count(">")
        assert drawn.count("&") == drawn.count(";")
    for length in range(3_860, 3_900):
        short = cut_bytes("x" * length + tail * 9, 3_900)
        assert len(short.encode()) <= 3_900
        assert short.count("<") == short.count(">")
        assert short.count("&") == short.count(";")


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.builds(
            found,
            st.sampled_from(["spf.syntax", "dmarc.missing", "dkim.cannot-tell", "x.y"]),
            st.sampled_from(list(Outcome)),
            st.text(max_size=4_000),
            evidence=st.lists(st.text(max_size=5_000), max_size=4).map(tuple),
            step=st.text(max_size=4_000),
        ),
        max_size=30,
    ),
    st.text(max_size=300),
)
def test_no_report_is_refused(findings: list[Finding], domain: str) -> None:
    report = checked(*findings, domain=domain or "a")
    assert refusals(report_message(shown(report, "acme.com"))) == []
    assert view_refusals(details_modal(shown(report, "acme.com"))) == []
