"""Block Kit as a terminal shows it: everything Slack would show, copyable, and never obeying what is shown."""

import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.console import Console

from demo.block_kit import Pressable, draw
from demo.mrkdwn import Run, parse_runs
from handlers.views import blocks as kit
from handlers.views.blocks import Block, View
from handlers.views.escape import escape_entities
from handlers.views.report import details_modal, report_blocks, report_message
from model import Outcome, Record
from tests.support.cases import cases
from tests.support.reports import broken, checked, found, shown

Json = None | bool | int | str | list["Json"] | dict[str, "Json"]


def drawn(blocks_or_view: list[Block] | View, *, width: int = 80, terminal: bool = False, color: bool = False) -> str:
    out = io.StringIO()
    console = Console(
        file=out, width=width, force_terminal=terminal, no_color=not color, color_system="standard" if color else None
    )
    draw(blocks_or_view, console)
    return out.getvalue()


def test_a_report_in_full() -> None:
    """A golden page: read it as a person would."""
    old = Record("TXT", "acme.com", "v=spf1 ipv4:192.0.2.1 ~all")
    new = Record("TXT", "acme.com", "v=spf1 ip4:192.0.2.1 ~all")
    report = checked(
        found("spf.syntax", summary="“ipv4:” is no SPF term.", evidence=(old.value,), records=(new,), remove=(old,)),
        found("mx.ok", Outcome.PASS),
    )
    assert drawn(report_blocks(report)) == (
        "acme.com: fix 1 thing first\n"
        "31 DNS questions in 0.4 s · 1 to fix · 1 passed\n"
        "\n"
        "Fix first\n"
        "✗ 1. SPF: “ipv4:” is no SPF term.\n"
        "Until it is fixed, no mail of the domain passes SPF, not even from the senders it names.\n"
        "Seen:\n"
        "    v=spf1 ipv4:192.0.2.1 ~all\n"
        "Delete TXT · host @ · full name acme.com · or edit it into the one below\n"
        "    v=spf1 ipv4:192.0.2.1 ~all\n"
        "Publish TXT · host @ · full name acme.com\n"
        "    v=spf1 ip4:192.0.2.1 ~all\n"
        "\n"
        "Type “host” into the form of your DNS provider; it adds acme.com (@ = the domain itself). "
        "Use a TTL of 300 seconds for now.\n"
        "\n"
        "Passed: MX\n"
    )


def test_a_modal_is_drawn_without_its_fields() -> None:
    view = {
        "type": "modal",
        "title": kit.plain_text("Draft the request"),
        "submit": kit.plain_text("Save"),
        "close": kit.plain_text("Cancel"),
        "blocks": [
            kit.section(kit.plain_text("Step 1 of 4")),
            {
                "type": "input",
                "label": kit.plain_text("Website"),
                "element": {"type": "url_text_input", "action_id": "w"},
            },
        ],
    }
    assert drawn(view) == "Draft the request\n\nStep 1 of 4\n\n[ Save ]  [ Cancel ]\n"


@pytest.mark.parametrize("terminal", [False, True])
@pytest.mark.parametrize("width", [20, 80, 300])
def test_a_value_stands_unbroken_on_one_line(width: int, terminal: bool) -> None:
    key = "v=DKIM1; k=rsa; p=" + "Ab1/" * 100
    report = checked(found("dkim.testing", records=(Record("TXT", "s1._domainkey.acme.com", key),)))
    lines = drawn(report_blocks(report), width=width, terminal=terminal).splitlines()
    assert f"    {key}" in lines


def test_prose_is_wrapped_to_a_terminal_and_left_alone_in_a_pipe() -> None:
    blocks = [kit.section(kit.plain_text("many words " * 30))]
    lines = drawn(blocks, width=40, terminal=True).splitlines()
    assert max(map(len, lines)) <= 40
    assert " ".join(lines).split() == ["many", "words"] * 30
    wide = drawn([kit.section(kit.plain_text("日本語 " * 20))], width=40, terminal=True).splitlines()
    assert {len(line) for line in wide} == {19}
    assert len(drawn(blocks, width=40).splitlines()) == 1


def test_wrapped_items_hang_under_their_text() -> None:
    blocks = [kit.rich_text([kit.bullets([["word " * 20]])])]
    lines = drawn(blocks, width=30, terminal=True).splitlines()
    assert len(lines) == 4
    assert lines[0].startswith("  • word")
    assert all(line.startswith("    word") for line in lines[1:])


def test_color_is_used_on_a_terminal_only() -> None:
    report = report_blocks(broken())
    assert "\x1b[31m" in drawn(report, terminal=True, color=True)
    assert "\x1b" not in drawn(report)
    plain = drawn(report, terminal=True)
    assert all(code not in plain for code in ("\x1b[31m", "\x1b[36m", "\x1b[33m"))


def test_buttons_are_returned_as_drawn_and_numbered() -> None:
    link = {
        "type": "button",
        "text": kit.plain_text("Open case"),
        "action_id": "case",
        "url": "https://console.example/",
    }
    blocks = [
        kit.section(kit.plain_text("acme.org is ready"), kit.button("check_details", "Details", "acme.org")),
        *report_message(shown(checked(), "acme.com")).blocks[-1:],
        kit.actions([link], "links"),
    ]
    out = io.StringIO()
    pressed = draw(blocks, Console(file=out, width=80), number_from=4)
    assert pressed == (
        Pressable(4, "Details", "check_details", "", "acme.org", ""),
        Pressable(5, "Check again", "check_again", "check_report", "acme.com", ""),
        Pressable(6, "Details", "check_details", "check_report", "0123456789abcdef", ""),
        Pressable(7, "Share in channel", "check_share", "check_report", "0123456789abcdef", ""),
        Pressable(8, "Draft the request", "draft_start", "check_report", "0123456789abcdef", ""),
        Pressable(9, "Open case", "case", "links", "", "https://console.example/"),
    )
    assert out.getvalue().splitlines() == [
        "acme.org is ready  [4] Details",
        "",
        "[5] Check again   [6] Details   [7] Share in channel   [8] Draft the request",
        "",
        "[9] Open case (https://console.example/)",
    ]


def test_a_button_is_not_broken_in_two() -> None:
    out = io.StringIO()
    row = report_message(shown(broken(), "acme.com")).blocks[-1:]
    draw(row, Console(file=out, width=60, force_terminal=True, color_system=None), number_from=1)
    assert out.getvalue().splitlines() == [
        "[1] Check again   [2] Details   [3] Share in channel",
        "[4] Tell me when it's fixed   [5] Copy records as…",
        "[6] Draft the request",
    ]


def test_without_numbers_buttons_are_still_seen() -> None:
    assert "[ Check again ]   [ Details ]" in drawn(list(report_message(shown(broken())).blocks))


@cases()
def test_blocks(block: Block, shown: str) -> None:
    assert drawn([block]) == f"{shown}\n"


def test_a_divider_is_a_line_across() -> None:
    assert drawn([kit.divider()], width=30) == "─" * 30 + "\n"


@pytest.mark.parametrize("text", ["\x1b]8;;https://evil.example\x07x", "a\rb", "\u202eabc", "\x9b31m"])
def test_no_text_moves_the_cursor_or_turns_the_line(text: str) -> None:
    blocks = [
        kit.header(text),
        kit.section(kit.mrkdwn(f"*{text}* <https://{text}|{text}>"), kit.button("a", text, "v")),
        kit.context(kit.plain_text(text)),
        kit.rich_text([kit.line(text, kit.code_text(text)), kit.preformatted(text)]),
        {"type": "image", "alt_text": text},
    ]
    assert all(line.isprintable() for line in drawn(blocks).splitlines())


@cases()
def test_what_slack_would_refuse_is_drawn_all_the_same(block: Block) -> None:
    assert drawn([block]).endswith("\n")


SCALAR = st.none() | st.booleans() | st.integers() | st.text(max_size=10)
KEYS = st.sampled_from(
    ["text", "elements", "style", "accessory", "fields", "element", "options", "label", "initial_option", "url",
     "initial_options", "option_groups", "description", "indent", "offset", "value", "title", "blocks", "placeholder"]
)  # fmt: skip
TYPES = st.sampled_from(
    ["header", "section", "context", "rich_text", "actions", "input", "image", "button", "static_select", "mrkdwn",
     "plain_text", "rich_text_list", "rich_text_section", "rich_text_preformatted", "rich_text_quote", "text", "emoji",
     "link", "user", "date", "plain_text_input", "checkboxes", "modal", "divider"]
)  # fmt: skip
NODE = st.recursive(
    SCALAR,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.builds(lambda kind, rest: {**rest, "type": kind}, TYPES, st.dictionaries(KEYS, inner, max_size=5))
    ),
    max_leaves=25,
)
BLOCK = st.builds(lambda kind, rest: {**rest, "type": kind}, TYPES, st.dictionaries(KEYS, NODE, max_size=6))


@settings(max_examples=200, deadline=None)
@given(st.lists(BLOCK, max_size=4), st.booleans())
def test_no_json_however_odd_raises(blocks: list[Block], terminal: bool) -> None:
    drawn(blocks, terminal=terminal)
    drawn({"type": "modal", "title": {"type": "plain_text"}, "blocks": blocks})


def test_details_are_drawn_with_their_title() -> None:
    text = drawn(details_modal(shown(broken(), "acme.com")))
    assert text.startswith("Details\n\nacme.com\n31 DNS questions")
    assert text.rstrip().endswith("[ Close ]")


def run(text: str, *styles: str, url: str = "") -> Run:
    return Run(text, frozenset(styles), url)


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("plain", [run("plain")]),
        ("*bold* end", [run("bold", "bold"), run(" end")]),
        ("_it_ ~no~ `code`", [run("it", "italic"), run(" "), run("no", "strike"), run(" "), run("code", "code")]),
        ("*a _b_*", [run("a ", "bold"), run("b", "bold", "italic")]),
        ("`*a*`", [run("*a*", "code")]),
        ("```\n*a*\n  b\n```", [run("*a*\n  b", "pre")]),
        ("2*3*4 snake_case_name", [run("2*3*4 snake_case_name")]),
        ("* a * b", [run("* a * b")]),
        ("*a\nb*", [run("*a"), run("\n"), run("b*")]),
        ("<https://acme.com|Acme>", [run("Acme", url="https://acme.com")]),
        ("<https://acme.com?a=1&amp;b=2>", [run("https://acme.com?a=1&b=2", url="https://acme.com?a=1&b=2")]),
        ("<mailto:a@acme.com|a@acme.com>", [run("a@acme.com", url="mailto:a@acme.com")]),
        ("<@U1>", [run("@U1", "bold")]),
        ("<#C1|news>", [run("#news", "bold")]),
        ("<!channel>", [run("@channel", "bold")]),
        ("<!date^1^{date}|yesterday>", [run("yesterday", "bold")]),
        ("&lt;!channel&gt; &amp;lt;", [run("<!channel> &lt;")]),
        ("&gt; said", [run("said", "quote")]),
        ("a > b", [run("a > b")]),
        ("", []),
        ("``` <", [run("``` <")]),
    ],
)
def test_runs(text: str, read: list[Run]) -> None:
    assert list(parse_runs(text)) == read


@given(st.text(st.sampled_from("*_~`<>|&;ltgam! \na1@#^"), max_size=80))
def test_nothing_raises_and_links_are_made_of_brackets_alone(text: str) -> None:
    read = parse_runs(text)
    assert all(isinstance(one.text, str) for one in read)
    if "<" not in text:
        assert not any(one.url for one in read)


@given(
    st.text(st.characters(exclude_characters="*_~`\n"), max_size=80).filter(
        lambda text: not text.startswith((">", " >"))
    )
)
def test_escaped_text_comes_back_as_it_was(text: str) -> None:
    assert "".join(one.text for one in parse_runs(escape_entities(text))) == text
