"""News says which account, what happened and what to do now; whatever comes from outside stays text."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from handlers.views.news import news_message, news_text, plain_news_message
from model import AccountRegion, Fact, News, NewsKind
from tests.support.blockkit import markup, read, refusals, walk
from tests.support.cases import cases

AT = datetime(2026, 11, 23, 12, 5, tzinfo=UTC)
ACCOUNT_REGION = AccountRegion("main", "us-east-1")
HOSTILE = "<!channel> *x* `y` <https://evil.example|z> \u202e\n" + "w" * 4_000


def drawn(kind: NewsKind, **facts: Fact) -> str:
    message = news_message(News(kind, ACCOUNT_REGION, AT, facts), account_id="111122223333")
    assert refusals(message) == []
    return f"{message.text}\n{read(message.blocks)}"


@cases()
def test_what_happened_and_what_to_do(kind: NewsKind, facts: dict[str, Fact], says: list[str]) -> None:
    text = drawn(kind, **facts)
    assert "main (111122223333) in us-east-1" in text
    assert "Mon 23 Nov 2026, 12:05 UTC" in text
    for words in says:
        assert words in text


@pytest.mark.parametrize("kind", NewsKind)
def test_facts_that_are_missing_or_hostile_never_become_markup(kind: NewsKind) -> None:
    assert drawn(kind)
    facts: dict[str, Fact] = dict.fromkeys(
        ("quota", "rate", "case_id", "identity", "mail_from", "error", "was", "enforcement", "why", "access"), HOSTILE
    )
    message = news_message(News(kind, AccountRegion("main", "us-east-1"), AT, facts), account_id=HOSTILE)
    assert refusals(message) == []
    for text in markup(message):
        assert "<" not in text
        assert "*x*" not in text
        assert "`" not in text
    assert all("evil.example" not in node.get("url", "") for node in walk(message.blocks))
    assert "\u202e" not in read(message.blocks)
    odd: dict[str, Fact] = {"quota": float("nan"), "rate": True, "identity": 7.0, "case_id": 1.0, "access": None}
    assert news_message(News(kind, ACCOUNT_REGION, AT, odd), account_id=None).blocks


@pytest.mark.parametrize("kind", NewsKind)
def test_every_kind_says_what_to_do_now_and_has_a_button(kind: NewsKind) -> None:
    assert "What to do now" in drawn(kind)
    assert links(kind)["Show status"] == "main us-east-1"


def links(kind: NewsKind, region: str = "us-east-1", **facts: Fact) -> dict[str, str]:
    message = news_message(News(kind, AccountRegion("main", region), AT, facts), account_id=None)
    found = [node for node in walk(message.blocks) if node.get("type") == "button"]
    return {node["text"]["text"]: str(node.get("url", node.get("value"))) for node in found}


def test_its_buttons_lead_to_where_it_is_repaired() -> None:
    assert links(NewsKind.NOT_GRANTED, case_id="177") == {
        "Draft the answer": "main us-east-1 177",
        "Open case 177": "https://console.aws.amazon.com/support/home#/case/?displayId=177",
        "Show status": "main us-east-1",
    }
    unnamed = links(NewsKind.NOT_GRANTED, case_id="1 <!here>")
    assert "Open the Support Center" in unnamed
    assert unnamed["Draft the answer"] == "main us-east-1"
    assert links(NewsKind.NEVER_RECEIVED)["Draft the request"] == "main us-east-1"
    assert not {"Draft the answer", "Draft the request"} & set(links(NewsKind.IN_REVIEW, case_id="177"))
    assert links(NewsKind.IDENTITY_FAILED, identity="acme.com")["Check the domain"] == "acme.com"
    console = "https://eu-west-1.console.aws.amazon.com/ses/home?region=eu-west-1#/account"
    assert links(NewsKind.APPROVED, region="eu-west-1")["Open the SES console"] == console
    assert "Open the SES console" not in links(NewsKind.APPROVED, region="cn-north-1")


def test_times_are_written_where_the_people_are() -> None:
    message = news_message(News(NewsKind.READABLE, ACCOUNT_REGION, AT), account_id=None, zone=ZoneInfo("Europe/Berlin"))
    assert "Mon 23 Nov 2026, 13:05 CET" in read(message.blocks)


def test_in_text_alone_it_says_the_same() -> None:
    message = plain_news_message(
        News(NewsKind.APPROVED, ACCOUNT_REGION, AT, {"quota": 50_000.0, "rate": 14.0}), account_id="1"
    )
    assert message.blocks == ()
    assert message.text.startswith("Production access approved: main (1) in us-east-1. AWS moved")
    assert "50,000 messages" in message.text
    assert "What to do now:\n• Warm up: " in message.text
    assert message.text.endswith("\n/ses-status main us-east-1 says more.")


@pytest.mark.parametrize("kind", NewsKind)
def test_in_text_alone_nothing_is_markup_and_nothing_is_cut(kind: NewsKind) -> None:
    facts: dict[str, Fact] = {"case_id": "<!channel>", "identity": "*x*", "why": "`y`", "was": "_z_", "error": "~e~"}
    message = plain_news_message(News(kind, ACCOUNT_REGION, AT, facts), account_id=None)
    assert not any(sign in message.text for sign in "<*`_~")
    assert message.text.endswith(" says more.")


@pytest.mark.parametrize("kind", [NewsKind.ENFORCEMENT_CHANGED, NewsKind.UNREADABLE])
@pytest.mark.parametrize("word", ["title", "todo", "{domain}", "{0.__class__}"])
def test_a_word_of_aws_never_chooses_what_is_said(kind: NewsKind, word: str) -> None:
    facts: dict[str, Fact] = {"enforcement": word, "trouble": word, "was": word, "why": word}
    text = news_text(News(kind, AccountRegion("main", "us-east-1"), AT, facts))
    assert word in text.happened
    assert text.todo
