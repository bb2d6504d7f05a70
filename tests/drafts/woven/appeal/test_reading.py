"""What AWS wrote: the concern, its own questions, and whether it has refused before."""

from time import perf_counter

import pytest

from drafts.woven import read_refusal
from drafts.woven.appeal.signs import Topic
from model import Concern
from tests.support import refusals

C = Concern
READ = [
    ("impact", (C.NO_DETAILS,), False),
    ("more", (C.QUESTIONS,), False),
    ("listed", (C.QUESTIONS,), False),
    ("bullets", (C.QUESTIONS,), False),
    ("source", (C.LIST_SOURCE,), False),
    ("site", (C.WEBSITE,), False),
    ("volume", (C.VOLUME, C.QUESTIONS), False),
    ("bounces", (C.BOUNCES,), False),
    ("complaints", (C.COMPLAINTS,), False),
    ("young", (C.OTHER,), False),
    ("account", (C.OTHER,), False),
    ("kind", (C.OTHER,), False),
    ("second", (C.NO_DETAILS,), True),
    ("final", (C.NO_DETAILS,), True),
    ("thread", (C.QUESTIONS,), False),
    ("japanese", (C.NO_DETAILS,), False),
    ("questions-ja", (C.QUESTIONS,), False),
    ("hello", (C.UNCLEAR,), False),
    ("empty", (C.UNCLEAR,), False),
]
SENTENCES = [
    ("The website returns an error (HTTP 503).", (C.WEBSITE,)),
    ("Your landing page does not load for us.", (C.WEBSITE,)),
    ("Your recipients have not opted in to this mail.", (C.LIST_SOURCE,)),
    ("We believe the list was purchased: rented lists are not allowed.", (C.LIST_SOURCE,)),
    ("It is unclear how you collect addresses.", (C.LIST_SOURCE,)),
    ("The requested sending limit of 50,000 emails per day does not fit the size of your list.", (C.VOLUME,)),
    ("Your bounce rate is too high.", (C.BOUNCES,)),
    ("Too many of your messages were reported as spam.", (C.COMPLAINTS,)),
    ("We noticed a high bounce rate and several complaints.", (C.BOUNCES, C.COMPLAINTS)),
    ("Please tell us how you handle bounces.", (C.QUESTIONS,)),
    ("We recommend that you monitor bounces and complaints. We are unable to grant your request.", (C.NO_DETAILS,)),
    ("For best practices about bounces, see our documentation. Your request was declined.", (C.NO_DETAILS,)),
    ("We would like more information about your use case.", (C.QUESTIONS,)),
    ("Your account is related to another account that was closed for violations of our terms.", (C.OTHER, )),
    ("Thank you for your patience.", (C.UNCLEAR,)),
    ("メールの送信量について懸念があります。", (C.VOLUME,)),
]  # fmt: skip


@pytest.mark.parametrize(("name", "concerns", "second"), READ, ids=[r[0] for r in READ])
def test_a_message_is_read(name: str, concerns: tuple[Concern, ...], second: bool) -> None:
    found = read_refusal(refusals.ALL[name])
    assert found.concerns == concerns
    assert found.second is second


@pytest.mark.parametrize(("text", "concerns"), SENTENCES)
def test_a_sentence_names_a_concern_or_none(text: str, concerns: tuple[Concern, ...]) -> None:
    assert read_refusal(text).concerns == concerns


def topics(name: str) -> list[tuple[str, set[Topic]]]:
    return [(q.text, set(q.topics)) for q in read_refusal(refusals.ALL[name]).questions]


def test_questions_in_prose_are_parted() -> None:
    assert topics("more") == [
        ("tell us how often you send email", {Topic.FREQUENCY}),
        ("how you maintain your recipient lists", {Topic.LISTS}),
        (
            "how you manage bounces, complaints, and unsubscribe requests",
            {Topic.BOUNCES, Topic.COMPLAINTS, Topic.UNSUBSCRIBES},
        ),
        ("It is also helpful to provide examples of the email you plan to send", {Topic.SAMPLE}),
    ]


def test_questions_in_a_numbered_list_are_parted() -> None:
    assert topics("listed") == [
        ("What type of emails will you be sending (marketing, transactional)?", {Topic.USE_CASE}),
        ("How do you build your recipient list?", {Topic.OPT_IN}),
        ("Do you use third-party lists?", set()),
        ("How do you handle bounces and complaints?", {Topic.BOUNCES, Topic.COMPLAINTS}),
        ("How can recipients opt out?", {Topic.UNSUBSCRIBES}),
        ("What is your expected daily volume?", {Topic.VOLUME}),
        ("Please provide a link to your privacy policy and a sample email", {Topic.SAMPLE, Topic.PRIVACY}),
    ]


def test_bullets_under_a_request_are_questions() -> None:
    assert topics("bullets") == [
        ("A detailed description of your business model", {Topic.USE_CASE}),
        ("The URL of the page where users sign up", {Topic.OPT_IN, Topic.WEBSITE}),
        ("The steps you take when an email bounces or is marked as spam", {Topic.BOUNCES, Topic.COMPLAINTS}),
        ("How often you remove inactive subscribers", set()),
        ("One example of each type of email", {Topic.USE_CASE, Topic.SAMPLE}),
    ]


def test_questions_in_japanese() -> None:
    assert [set(q.topics) for q in read_refusal(refusals.JAPANESE_QUESTIONS).questions] == [
        {Topic.USE_CASE},
        {Topic.FREQUENCY},
        {Topic.LISTS, Topic.OPT_IN},
        {Topic.BOUNCES, Topic.COMPLAINTS, Topic.UNSUBSCRIBES},
        {Topic.SAMPLE},
    ]


def test_only_the_newest_message_of_a_thread_counts() -> None:
    found = read_refusal(refusals.THREAD)
    assert [q.text for q in found.questions] == [
        "Who receives your email",
        "where do the addresses come from?",
        "Please also share the link to your privacy policy",
    ]


def test_a_message_that_is_quoted_whole_is_read_all_the_same() -> None:
    quoted = "\n".join(f"> {line}" for line in refusals.SOURCE.split("\n"))
    assert read_refusal(quoted).concerns == (Concern.LIST_SOURCE,)


@pytest.mark.parametrize(
    ("name", "quote"),
    [
        ("source", "Based on what you told us, it is not clear to us how the recipients on your mailing list have asked"
         " to receive your email."),
        ("complaints", "The complaint rate for your account exceeds 0.1%."),
        ("kind", "the content of your emails seems to be promotional while you selected Transactional."),
        ("impact", None),
        ("more", None),
    ],
)  # fmt: skip
def test_the_ground_is_quoted_in_their_words(name: str, quote: str | None) -> None:
    assert read_refusal(refusals.ALL[name]).quotes == ((quote,) if quote else ())


@pytest.mark.parametrize(
    "text",
    ["a" * 20_000, "how " * 5_000, "- " * 10_000, "(" * 20_000, "> " * 10_000, "Hello, " * 2_900, "please " * 2_900,
     (refusals.IMPACT + "\n") * 30, refusals.JAPANESE * 150],
    ids=["letters", "words", "bullets", "brackets", "quotes", "greetings", "asking", "repeated", "japanese"],
)  # fmt: skip
def test_a_message_of_20000_characters_is_read_at_once(text: str) -> None:
    start = perf_counter()
    assert read_refusal(text).concerns
    assert perf_counter() - start < 2


COURTESY = "We would like to gather more information about your use case."
DECIDED = "We cannot grant your request, because we believe that your use case would impact deliverability."


def test_a_courtesy_before_a_decision_asks_nothing() -> None:
    found = read_refusal(f"{COURTESY} {DECIDED}")
    assert found.concerns == (C.NO_DETAILS,)
    assert found.questions == ()
    assert found.quotes == ("we believe that your use case would impact deliverability.",)


def test_a_question_after_the_decision_is_one() -> None:
    assert [q.text for q in read_refusal(f"{COURTESY} {DECIDED}\n- How often do you send?").questions] == [
        "How often do you send?"
    ]
    assert read_refusal(f"{DECIDED} {COURTESY}").concerns == (C.QUESTIONS,)
