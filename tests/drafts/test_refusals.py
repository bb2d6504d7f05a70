"""What AWS wrote is read as its kind, and the reply fits that kind (design, "What AWS answers")."""

import re
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from drafts.refusal import read
from drafts.reply import compose_reply, find_known_answers
from drafts.request import write
from model.request import Concern, Refusal, RefusalKind, Reply, ReplyAnswers
from tests.support.letters import SHOP, SHOP_SEEN

FILE = Path(__file__).with_name("aws_messages.txt")
TEXTS = {
    name: (expected.split(), text.strip())
    for name, expected, text in re.findall(
        r"^### (.+?): (.+)\n((?:(?!### ).*\n?)*)", FILE.read_text("utf-8"), re.MULTILINE
    )
}
OWN = ReplyAnswers(
    changed="Since 3 March the sign-up page shows our postal address.",
    confirmation="Subject: Please confirm\n\nClick here to get the Harbour letter: https://harbourtea.example/c/1",
    comparison="A customer of ours gets about two messages a month; the parcel service sends them four for one parcel.",
    case_id="17012345678",
)


def find_reply(refusal: Refusal, answers: ReplyAnswers = OWN) -> Reply | None:
    """The reply of the shop, AWS's questions answered as far as the request answers them."""
    known = find_known_answers(refusal, SHOP, SHOP_SEEN)
    return compose_reply(refusal, replace(answers, answers=known), SHOP, SHOP_SEEN)


def reply_to(refusal: Refusal, answers: ReplyAnswers = OWN) -> Reply:
    """The reply where there has to be one."""
    reply = find_reply(refusal, answers)
    assert reply is not None
    return reply


def test_there_are_messages_of_all_kinds() -> None:
    assert len(TEXTS) >= 40
    assert {expected[0] for expected, _ in TEXTS.values()} == {kind.value for kind in RefusalKind}


@pytest.mark.parametrize("name", TEXTS)
def test_each_message_is_read_as_its_kind(name: str) -> None:
    expected, text = TEXTS[name]
    refusal = read(text)
    assert refusal.kind == expected[0], refusal
    assert refusal.language == ("ja" if re.search("[ぁ-ん]", text) else "en")
    if refusal.kind is RefusalKind.CONCERN:
        assert sorted(refusal.concerns) == sorted(Concern(concern) for concern in expected[1:])
    if refusal.kind is RefusalKind.QUESTIONS:
        assert len(refusal.questions) == int(expected[1]), refusal.questions
        flat = " ".join(text.split())
        assert all(" ".join(question.split()) in flat for question in refusal.questions), "AWS's own words"
    assert refusal.quotes or refusal.kind is RefusalKind.UNCLEAR


@pytest.mark.parametrize("name", TEXTS)
def test_no_letter_where_none_helps(name: str) -> None:
    refusal = read(TEXTS[name][1])
    if refusal.kind in (RefusalKind.NOT_YET, RefusalKind.APPROVED):
        assert find_reply(refusal) is None
    else:
        assert find_reply(refusal) is not None


def test_two_kinds_never_get_the_same_reply() -> None:
    texts: dict[str, str] = {}
    for name in TEXTS:
        refusal = read(TEXTS[name][1])
        reply = find_reply(refusal)
        if reply:
            kind = f"{refusal.kind} {refusal.concerns}"
            assert texts.setdefault(reply.text, kind) == kind


def test_each_question_is_answered_under_its_own_words_and_in_order() -> None:
    refusal = read(TEXTS["questions with numbers"][1])
    reply = reply_to(refusal)
    places = [reply.text.index(question) for question in refusal.questions]
    assert places == sorted(places)
    assert "The form is at the foot of every page." in reply.text
    assert "https://harbourtea.example/privacy" in reply.text
    assert find_known_answers(refusal, None, None) == ("",) * len(refusal.questions)


def test_a_question_that_no_one_answered_leaves_no_trace() -> None:
    refusal = read(TEXTS["questions with numbers"][1])
    reply = compose_reply(refusal, ReplyAnswers(answers=("Only receipts.", "", "", "", "", "")), SHOP, None)
    assert reply is not None
    assert refusal.questions[1] not in reply.text


def test_a_refusal_gets_facts_the_four_points_and_one_question() -> None:
    reply = reply_to(read(TEXTS["a negative impact"][1]))
    for words in (
        "you see a risk for your service", "The form is at the foot of every page.", "Subject: Please confirm",
        SHOP.privacy_policy, SHOP.unsubscribe_page, OWN.changed, OWN.comparison, "What should we change",
    ):  # fmt: skip
        assert reply.text.count(words) == 1, words
    assert not reply.second


def test_after_a_reply_only_what_is_new_is_sent() -> None:
    refusal = read(TEXTS["still unable"][1])
    first = reply_to(read(TEXTS["a negative impact"][1]))
    second_reply = reply_to(refusal, replace(OWN, changed="We now delete unconfirmed addresses.", posted=(first.text,)))
    assert second_reply.second
    assert "We now delete unconfirmed addresses." in second_reply.text
    for old in ("The form is at the foot", OWN.comparison, "Subject: Please confirm", "4,300", SHOP.privacy_policy):
        assert old not in second_reply.text


def test_the_same_text_is_never_sent_twice() -> None:
    for name in TEXTS:
        refusal = read(TEXTS[name][1])
        first = find_reply(refusal)
        if first:
            second = find_reply(refusal, replace(OWN, posted=(first.text,)))
            assert second is None or second.text != first.text


def test_the_request_itself_on_the_case_is_no_first_reply() -> None:
    posted = (write(SHOP, SHOP_SEEN).message,)
    reply = reply_to(read(TEXTS["a negative impact"][1]), replace(OWN, posted=posted))
    assert not reply.second
    assert "4,300" not in reply.text, "AWS has read it"
    by_word = reply_to(read(TEXTS["a negative impact"][1]), replace(OWN, posted=posted, refused_before=True))
    assert by_word.second


def test_facts_are_announced_only_where_they_follow() -> None:
    for name in ("a negative impact", "still unable"):
        asked_only = compose_reply(read(TEXTS[name][1]), ReplyAnswers(), None, None)
        assert asked_only is not None
        assert "below" not in asked_only.text
        assert "what is new" not in asked_only.text
        assert "?" in asked_only.text


def test_a_concern_is_met_with_what_the_request_on_the_case_says_of_it() -> None:
    posted = (write(SHOP, SHOP_SEEN).message,)
    reply = compose_reply(read(TEXTS["bounces"][1]), ReplyAnswers(posted=posted), SHOP, SHOP_SEEN)
    assert reply is not None
    assert "A hard bounce takes the address off" in reply.text
    later = compose_reply(read(TEXTS["bounces"][1]), ReplyAnswers(posted=(*posted, reply.text)), SHOP, SHOP_SEEN)
    assert later is not None
    assert "A hard bounce takes the address off" not in later.text


def test_a_named_concern_is_met_first() -> None:
    for name, words in {
        "bounces": "A hard bounce takes the address off", "the volume": "In total we send", "the website": SHOP.website,
        "where the list comes from": "The form is at the foot",
    }.items():  # fmt: skip
        reply = reply_to(read(TEXTS[name][1]))
        assert reply is not None
        assert words in reply.text


def test_a_concern_that_is_not_known_is_not_guessed() -> None:
    reply = reply_to(Refusal(RefusalKind.CONCERN))
    assert "Please look at the request once more" in reply.text
    assert "the people on our list" not in reply.text


def test_what_is_unclear_waits_for_the_person() -> None:
    refusal = read("asdf")
    assert compose_reply(refusal, ReplyAnswers(), SHOP, None) is None
    reply = compose_reply(
        refusal, ReplyAnswers(about="They do not like our website", changed="The site is live."), SHOP, None
    )
    assert reply is not None
    assert SHOP.website in reply.text


def test_where_the_reply_goes() -> None:
    refusal = read(TEXTS["a negative impact"][1])
    opened = compose_reply(refusal, OWN, SHOP, None)
    closed = compose_reply(refusal, replace(OWN, case_closed=True), SHOP, None)
    hostile = compose_reply(refusal, replace(OWN, case_id="1/../<x>"), SHOP, None)
    assert opened is not None
    assert closed is not None
    assert hostile is not None
    assert "https://console.aws.amazon.com/support/home#/case/?displayId=17012345678" in opened.where
    assert all(words in closed.where for words in ("SES Sending Limits", "17012345678", "L-804C8AE8"))
    assert "displayId" not in hostile.where
    assert "This is about case 17012345678 for Amazon SES in eu-west-1, which is closed." in closed.text
    assert "17012345678" not in opened.text


ANY = st.text(st.characters(codec=None), max_size=300) | st.sampled_from(
    ["\ud800", "> " * 50, "?" * 300, "1. a?\n" * 40, "From: x\n" * 30, "{0} {name}", "how how how, how", "a" * 20_000]
)


@settings(max_examples=60)
@given(st.lists(ANY | st.sampled_from([text for _, text in TEXTS.values()]), max_size=3).map("\n".join), ANY)
def test_any_text_is_read_and_answered_without_raising(text: str, own: str) -> None:
    refusal = read(text)
    answers = ReplyAnswers(
        message=text, answers=(own,) * len(refusal.questions), changed=own, opt_in=own, comparison=own, question=own
    )
    reply = compose_reply(refusal, answers, SHOP, SHOP_SEEN)
    assert reply == compose_reply(read(text), answers, SHOP, SHOP_SEEN)
    if reply:
        reply.text.encode("utf-8")
        assert 0 < len(reply.text) <= 8_000
