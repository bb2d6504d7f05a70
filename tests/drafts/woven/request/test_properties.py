"""What holds for every request, whatever was typed: nothing is lost, nothing is added, nothing breaks."""

import re
import string
from dataclasses import fields

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from drafts.woven import fill, write_request
from drafts.woven.numbers import respelled
from drafts.woven.request.counts import slashes
from drafts.woven.text.bag import bag
from drafts.woven.text.written import written
from model import Answers, ContactLanguage, MailType, Stream

TYPED = {
    "business": [
        "online shop for hand-made candles, we sell to people in britain", "We repair bicycles.", "shoes",
        "Sports club with 1,150 members: football and gymnastics.", "charity. rehomes dogs. run by volunteers",
        "i teach yoga online", "agency, 14 people", "a budgeting app for students & their parents",
    ],
    "place": ["Leeds, England", "near Beaune", "remote", ""],
    "since": ["2019", "march 2022", "four generations", ""],
    "opt_in": [
        "form in the footer, nothing pre-ticked. confirmation mail with a link", "checkout", "They create an account.",
        "checkbox at signup (unchecked) + double opt in", "box on the order form, they get a mail to confirm",
        "newsletter: own form. receipts: at checkout", "account creation in the app",
    ],
    "unconfirmed": ["deleted after 7 days", "can't order, account removed", "we dont keep it", "n/a", "nothing", ""],
    "leaving": [
        "link in every newsletter + one-click header, immediately", "unsubscribe", "reply or call us",
        "one click in every mail", "turn off in settings or link at the bottom", "They write to the office.",
        "no unsubscribe, only order mails", "unsub link, front desk can also do it",
    ],
    "bounces": [
        "suppressed at once", "SES -> SNS -> our webhook", "hard bounce: removed. soft bounce: retried",
        "we phone the customer", "address flagged, reception asks the patient", "after one hard bounce we stop", "-",
    ],
    "complaints": ["same", "removed and noted", "mails stop", "never had one but we would stop", "we stop at once"],
    "monthly": ["14,800", "about 7k", "around 2.4k mails", "500 on average"],
    "basis": ["6400 x 2.17 + 900", "orders", "450 appts/week", ""],
    "busiest": ["7000 on a newsletter tuesday", "fridays 625", "820", "1st of the month, ~4500", "mondays", ""],
}  # fmt: skip
STREAM = {
    "what": ["order confirmations", "weekly letter to parents", "What's on", "Account emails: invitations, resets"],
    "trigger": [
        "customer pays", "new products", "guest books / 3 days before arrival", "fridays", "we write it ourselves",
        "24 hours before the appointment", "A match is moved or cancelled", "new job matches saved search", "",
    ],
    "recipients": ["customer who placed the order", "subscribers", "the parents of that child", "everybody"],
    "rhythm": ["one per order", "every other tuesday", "2x a year", "immediately", "irregular; capped at 5 a day", ""],
    "number": ["about 900 orders a month", "6400 subscribers", "approx 3k/month", "310", "same number as orders", ""],
}  # fmt: skip
OWN = bag(
    """a about active address addresses also am amazon an and anyone applies apply are arrives as asking at back based
    be because been bounce bounced bounces busiest business by can case come comes complain complaint complains
    complaints confirm confirmed day days do does each else every everybody for from go goes handled happens has
    have he her him how i in is it its just kind kinds leave mail me message messages month more most much my named
    need not occasions of off on one only opt or our out passes people plus production access prompted remotely run
    same send sent ses since so somebody submitted take takes effect than that the their them then there these they
    this those through to total treated triggered two under unsubscribe unsubscribing use used uses using via want
    was way we website well were what when where which who will with without worked working"""
)
"""The weaver's own words: frames and small words, none of them a fact about a business."""
DIGITS = {"1": {"one", "once"}, "2": {"two", "twice"}} | {
    digit: {word}
    for digit, word in zip("3456789", ["three", "four", "five", "six", "seven", "eight", "nine"], strict=True)
}


def typed(pool: dict[str, list[str]]) -> dict[str, st.SearchStrategy[str]]:
    return {name: st.sampled_from(choices) for name, choices in pool.items()}


STREAMS = st.lists(
    st.builds(Stream, kind=st.sampled_from([None, *MailType]), **typed(STREAM)), min_size=1, max_size=3
).map(tuple)
ANSWERS = st.builds(
    Answers,
    name=st.sampled_from(["Wick & Wool", "Acme", "青空書店", ""]),
    website=st.just("https://wick.example"),
    domain=st.just("wick.example"),
    streams=STREAMS,
    **typed(TYPED),
)
ANY_TEXT = st.text(max_size=60) | st.text(string.printable, max_size=60)
ANYTHING = st.builds(
    Answers,
    **{f.name: ANY_TEXT for f in fields(Answers) if f.name not in {"streams", "contacts", "language", "mail_type"}},
    streams=st.lists(
        st.builds(Stream, kind=st.none(), **{f.name: ANY_TEXT for f in fields(Stream) if f.name != "kind"}), max_size=3
    ).map(tuple),
    contacts=st.lists(ANY_TEXT, max_size=5).map(tuple),
    language=st.sampled_from(ContactLanguage),
)
few = hypothesis_settings(max_examples=40)


def words(text: str) -> set[str]:
    plain = slashes(written(slashes(text))).lower().replace("’", "'").replace("'s", "")
    return set(re.findall(r"[^\W\d_]+(?:'[a-z]+)?", plain))


def figures(text: str) -> set[str]:
    return set(re.findall(r"\d[\d.,]*\d|\d", text))


def said(answers: Answers) -> list[str]:
    """Every answer, its amounts as the text spells them."""
    asked = [getattr(answers, name) for name in TYPED if name != "since"]
    asked += [getattr(s, name) for s in answers.streams for name in STREAM]
    return [answers.since, *map(respelled, asked)]


@few
@given(ANSWERS)
def test_every_answer_given_appears(answers: Answers) -> None:
    description = write_request(answers).description
    there, spoken = words(description), figures(description)
    for text in said(answers):
        if text in {"n/a", "-"}:
            continue
        gone = {w for w in words(text) - there if len(w) > 3 and f"{w}s" not in there and w.rstrip("s") not in there}
        assert not gone - {"they", "remote"}, (text, description)
        assert not {f for f in figures(text) - spoken if not DIGITS.get(f, set()) & there}, (text, description)


@few
@given(ANSWERS)
def test_nothing_else_is_claimed(answers: Answers) -> None:
    description = write_request(answers).description
    given_words = words(" \n".join([*said(answers), answers.name, answers.website, answers.domain]))
    given_words |= {f"{w}s" for w in given_words} | set().union(
        *(DIGITS[d] for t in said(answers) for d in re.findall("[1-9]", t))
    )
    assert not words(description) - given_words - OWN, description
    assert not figures(description) - figures(" \n".join(said(answers))), description


@few
@given(ANSWERS)
def test_the_text_is_clean(answers: Answers) -> None:
    description = write_request(answers).description
    assert not re.search(
        r"  |\.\.|,,|;;|,\.|;\.| [.,;]|\bNone\b|\[|\]|\{|\}|<|>|\ba a\b|\bthe the\b|\ban an\b", description
    )
    assert not re.search(r"\ba (?=[aeio][a-z])(?!one)|\ban (?=[bcdfgjkpqtvwz][a-z])", description), description
    for paragraph in description.split("\n\n"):
        assert paragraph[-1] in ".”", paragraph
        for sentence in re.split(r"(?<=[.?!]) (?=\w)", paragraph):
            assert not sentence[0].isalpha() or not sentence[0].islower(), sentence


@few
@given(ANYTHING)
def test_any_text_in_any_script_survives(answers: Answers) -> None:
    draft = write_request(answers)
    assert len(draft.description) <= 5_000
    assert draft == write_request(answers)
    assert draft.description in draft.message
    assert len(draft.contacts) <= len(answers.contacts)


@pytest.mark.parametrize(
    ("field", "long"),
    [
        ("business", "We send mail. " * 430), ("opt_in", "word " * 1_200), ("leaving", "長" * 6_000),
        ("bounces", "x" * 6_000), ("sample", "One line.\n" * 600),
    ],
)  # fmt: skip
def test_six_thousand_characters_are_cut_and_said_to_be(field: str, long: str) -> None:
    draft = write_request(fill(Answers(name="Acme", monthly="500"), {field: long}))
    assert len(draft.description) <= 5_000
    assert [r.rule for r in draft.remarks] == ["text.too-long"]
    assert "500" in draft.description


def test_the_account_is_for_the_team_alone() -> None:
    draft = write_request(Answers(name="Acme", business="shoes", account="123456789012", region="eu-west-1"))
    assert "123456789012" not in draft.message + draft.description
