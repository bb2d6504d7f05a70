"""mrkdwn read as Slack reads it ("Formatting message text")."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from demo.mrkdwn import Run, runs
from handlers.views.escape import escape


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
    assert list(runs(text)) == read


@given(st.text(st.sampled_from("*_~`<>|&;ltgam! \na1@#^"), max_size=80))
def test_nothing_raises_and_links_are_made_of_brackets_alone(text: str) -> None:
    read = runs(text)
    assert all(isinstance(one.text, str) for one in read)
    if "<" not in text:
        assert not any(one.url for one in read)


@given(
    st.text(st.characters(exclude_characters="*_~`\n"), max_size=80).filter(
        lambda text: not text.startswith((">", " >"))
    )
)
def test_escaped_text_comes_back_as_it_was(text: str) -> None:
    assert "".join(one.text for one in runs(escape(text))) == text
