"""What becomes markup, by Slack's "Formatting message text"."""

from typing import Any

import pytest

from fakes.slack.markup import find_message_spans, find_spans


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("<!channel>", [("broadcast", "channel")]),
        ("<!here|here> <!everyone>", [("broadcast", "here"), ("broadcast", "everyone")]),
        ("`<!channel>`", [("broadcast", "channel"), ("code", " ")]),
        ("<@U123> and <@U123|ana>", [("user", "U123"), ("user", "U123")]),
        ("<!subteam^S1>", [("usergroup", "S1")]),
        ("<#C123>", [("channel", "C123")]),
        ("<https://evil.example|click>", [("link", "https://evil.example|click")]),
        ("<mailto:a@acme.com>", [("link", "mailto:a@acme.com")]),
        ("see https://acme.com/x", [("autolink", "https://acme.com/x")]),
        ("*bold* _italic_ ~struck~", [("bold", "bold"), ("italic", "italic"), ("strike", "struck")]),
        ("```v=spf1\n-all```", [("pre", "v=spf1\n-all")]),
        ("`x`", [("code", "x")]),
        ("&gt; quoted", [("quote", " quoted")]),
        (":tada:", [("emoji", "tada")]),
        # and what does not
        ("&lt;!channel&gt;", []),
        ("&lt;https://evil.example|click&gt;", [("autolink", "https://evil.example")]),
        ("<not a tag>", []),
        ("2*3*4, snake_case_name, a ~ b ~ c", []),
        ("_dmarc.acme.com and s1._domainkey.acme.com", []),
        ("10:30:45", []),
    ],
)
def test_mrkdwn(text: str, found: list[tuple[str, str]]) -> None:
    assert [(span.kind, span.text) for span in find_spans(text)] == found


def test_plain_and_rich_text_are_not_read_as_mrkdwn() -> None:
    hostile = "<!channel> *x* `y` <https://evil.example|click>"
    blocks: list[dict[str, Any]] = [
        {"type": "section", "text": {"type": "plain_text", "text": hostile}},
        {
            "type": "rich_text",
            "elements": [{"type": "rich_text_preformatted", "elements": [{"type": "text", "text": hostile}]}],
        },
    ]
    assert find_message_spans("", blocks) == []


def test_rich_text_says_by_its_structure_what_is_markup() -> None:
    runs = [{"type": "broadcast", "range": "channel"}, {"type": "link", "url": "https://acme.com"}]
    blocks: list[dict[str, Any]] = [
        {"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": runs}]}
    ]
    found = find_message_spans("<!here>", blocks)
    assert [(span.kind, span.text, span.where) for span in found] == [
        ("broadcast", "here", "/text"),
        ("broadcast", "channel", "/blocks/0/elements/0/elements/0"),
        ("link", "https://acme.com", "/blocks/0/elements/0/elements/1"),
    ]
