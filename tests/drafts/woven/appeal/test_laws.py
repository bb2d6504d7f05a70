"""Laws of every reply: its length, the order of its points, nothing claimed that was not said, nothing sent twice."""

import re
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from drafts.woven import propose_confirmation, where_to_send, write_appeal, write_request
from drafts.woven.appeal.letter import LIMIT, count_words
from drafts.woven.appeal.repeats import pieces_of, plain
from model import Answers, AppealAnswers, Concern, MailType, Severity, Stream
from tests.support import appeals, businesses, refusals

POINTS = ("Your ", "How people opt in", "The ", "Privacy policy and unsubscribing")
PAIRS = [(appeals.SHOP, businesses.SHOP), (appeals.CLINIC, businesses.CLINIC), (appeals.AGENCY, businesses.AGENCY),
         (appeals.SAAS, businesses.SAAS), (appeals.SOLO, businesses.SOLO)]  # fmt: skip
texts = st.one_of(
    st.text(max_size=200),
    st.sampled_from(
        ["", "n/a", "yes", "removed -> SNS", "4.200", "العربية فقط", "配信停止の方法", "Ω" * 90, "a, b; c. d"]
    ),
)
messages = st.one_of(st.sampled_from(list(refusals.ALL.values())), st.text(max_size=300))
anything = st.builds(
    AppealAnswers, refusal=messages, opt_in=texts, confirmation=texts, privacy=texts, unsubscribe=texts, changed=texts,
    earlier=st.tuples(texts), refused_before=st.booleans(), case_id=texts,
)  # fmt: skip
streams = st.builds(Stream, what=texts, number=texts, kind=st.sampled_from(MailType))
drafts = st.builds(
    Answers, name=texts, business=texts, opt_in=texts, leaving=texts, bounces=texts, complaints=texts, monthly=texts,
    busiest=texts, sample=texts,
    streams=st.one_of(st.just(()), st.tuples(streams)),
)  # fmt: skip


def heads(reply: str) -> list[str]:
    return re.findall(r"^\d\. (.*)$", reply, re.MULTILINE)


def rules(answers: AppealAnswers, draft: Answers) -> set[str]:
    return {r.rule for r in write_appeal(answers, draft).remarks}


@settings(max_examples=60, deadline=None)
@given(anything, drafts)
def test_any_text_in_any_script_makes_a_reply_under_its_limit(answers: AppealAnswers, draft: Answers) -> None:
    found = write_appeal(answers, draft)
    assert 0 < count_words(found.reply) < LIMIT
    assert found == write_appeal(answers, draft)


@pytest.mark.parametrize("field", ["opt_in", "confirmation", "changed", "unsubscribe", "privacy"])
def test_a_very_long_answer_is_cut_and_said_to_be(field: str) -> None:
    long = " ".join(f"We keep a note of page {n} and of its day." for n in range(400))
    found = write_appeal(replace(appeals.SHOP, refusal=refusals.IMPACT, **{field: long}), businesses.SHOP)  # type: ignore[arg-type]  # a field of text
    assert count_words(found.reply) < LIMIT
    if field != "confirmation":
        assert "appeal.too-long" in {r.rule for r in found.remarks}


@pytest.mark.parametrize("refusal", refusals.ALL.values(), ids=refusals.ALL.keys())
@pytest.mark.parametrize(("answers", "draft"), PAIRS, ids=["shop", "clinic", "agency", "saas", "solo"])
def test_the_points_stand_in_order_and_claim_nothing(refusal: str, answers: AppealAnswers, draft: Answers) -> None:
    found = write_appeal(replace(answers, refusal=refusal), draft)
    said = heads(found.reply)
    assert len(said) == 4
    assert all(head.startswith(point) for head, point in zip(said, POINTS, strict=True) if point != "The ")
    bare = re.sub(r"^\d\. ", "", found.reply, flags=re.MULTILINE)
    offers = [r.sentence for r in found.remarks if r.rule == "appeal.slower-start"]
    typed = f"{answers}{draft}{refusal}{offers} 2"
    known = set(re.findall(r"\d+", typed.replace(",", "").replace(".", "")))
    assert set(re.findall(r"\d+", bare.replace(",", "").replace(".", ""))) <= known
    assert set(re.findall(r"https?://[^\s”]+[\w/]", bare)) <= set(re.findall(r"https?://[^\s'”\\]+[\w/]", typed))


@pytest.mark.parametrize(("answers", "draft"), PAIRS, ids=["shop", "clinic", "agency", "saas", "solo"])
def test_a_second_reply_asks_for_a_review_and_repeats_nothing(answers: AppealAnswers, draft: Answers) -> None:
    first = write_appeal(replace(answers, refusal=refusals.IMPACT, changed=""), draft)
    read = (write_request(draft).description, first.reply)
    new = "Since 9 June a reviewer can open the form without a login."
    second = write_appeal(replace(answers, refusal=refusals.SECOND, changed=new, earlier=read), draft)
    assert second.secondary
    assert "secondary review" in second.reply
    assert new in second.reply
    sent = {plain(p) for text in read for p in pieces_of(text)} - {plain("Hello,"), plain(draft.name)}
    assert [p for p in pieces_of(re.sub(r"^\d\. .*$", "", second.reply, flags=re.MULTILINE)) if plain(p) in sent] == []


def test_a_second_reply_without_anything_new_stops() -> None:
    first = write_appeal(replace(appeals.SHOP, refusal=refusals.IMPACT), businesses.SHOP)
    again = replace(appeals.SHOP, refusal=refusals.SECOND, earlier=(first.reply,))
    found = [r for r in write_appeal(again, businesses.SHOP).remarks if r.severity is Severity.STOP]
    assert [r.rule for r in found] == ["appeal.nothing-new"]


def test_a_slower_start_is_half_the_busiest_day_and_a_proposal() -> None:
    found = write_appeal(replace(appeals.SHOP, refusal=refusals.IMPACT), businesses.SHOP)
    assert "at most 2,200 messages a day in the first two weeks, half of our busiest day" in found.reply
    assert "appeal.slower-start" in {r.rule for r in found.remarks}


def test_receipts_cannot_wait_so_a_small_quota_is_offered() -> None:
    found = write_appeal(replace(appeals.CLINIC, refusal=refusals.IMPACT), businesses.CLINIC)
    assert "a quota of 60 messages a day covers our busiest day" in found.reply


@pytest.mark.parametrize(
    ("draft", "changed"),
    [
        (replace(businesses.CLINIC, busiest=""), ""),
        (replace(businesses.CLINIC, busiest="Mondays"), ""),
        (replace(businesses.CLINIC, busiest="9,000", monthly="900"), ""),
        (businesses.CLINIC, "We start with 40 messages a day."),
    ],
)
def test_without_numbers_that_allow_it_no_slower_start_is_offered(draft: Answers, changed: str) -> None:
    found = write_appeal(replace(appeals.CLINIC, refusal=refusals.IMPACT, changed=changed), draft)
    assert "offer to start slower" not in found.reply


@pytest.mark.parametrize("name", ["more", "source", "site", "bounces", "complaints", "kind"])
def test_no_other_concern_gets_a_slower_start(name: str) -> None:
    assert "start slower" not in write_appeal(replace(appeals.SHOP, refusal=refusals.ALL[name]), businesses.SHOP).reply


def test_a_question_that_nothing_answers_is_asked_on() -> None:
    asked = replace(appeals.SHOP, refusal=refusals.LISTED)
    open_ = [r.sentence for r in write_appeal(asked, businesses.SHOP).remarks if r.rule == "appeal.question"]
    assert open_ == ["Do you use third-party lists?"]
    answered = replace(asked, replies=(("Do you use third-party lists?", "No"),))
    assert "“Do you use third-party lists?” No." in write_appeal(answered, businesses.SHOP).reply
    assert "appeal.question" not in rules(answered, businesses.SHOP)


def test_the_own_words_for_a_question_stand_under_its_head() -> None:
    typed = replace(
        appeals.SHOP,
        refusal=refusals.MORE,
        replies=(("how you maintain your recipient lists", "Every quarter we remove who opened nothing"),),
    )
    reply = write_appeal(typed, businesses.SHOP).reply
    at = reply.index("How we maintain our lists: every quarter we remove who opened nothing.")
    assert reply.index("2. How people opt in") < at < reply.index("3. ")


def test_a_proposed_confirmation_is_marked_as_one() -> None:
    proposal = propose_confirmation(businesses.SHOP)
    assert proposal is not None
    typed = replace(appeals.SHOP, refusal=refusals.IMPACT, confirmation=proposal.text)
    assert "appeal.proposal" in rules(typed, businesses.SHOP)
    assert "appeal.proposal" not in rules(replace(typed, confirmation="Subject: ours"), businesses.SHOP)


def test_nothing_is_asked_about_a_whole_appeal() -> None:
    found = write_appeal(replace(appeals.SHOP, refusal=refusals.IMPACT), businesses.SHOP)
    assert {r.severity for r in found.remarks} <= {Severity.WARN}


def test_an_empty_appeal_asks_for_everything() -> None:
    found = write_appeal(AppealAnswers(), Answers())
    assert found.concerns == (Concern.UNCLEAR,)
    assert {r.field for r in found.remarks if r.severity is Severity.ASK} == {
        "refusal",
        "opt_in",
        "confirmation",
        "privacy",
    }


@pytest.mark.parametrize(
    ("answers", "says"),
    [
        (AppealAnswers(case_id="176543210"), "Reply in case 176543210 in the AWS Support Center"),
        (AppealAnswers(case_id="176543210"), "displayId=176543210"),
        (AppealAnswers(case_id="176543210"), "Do not open a new case, unless this one is closed or gone"),
        (AppealAnswers(), "the case that holds the refusal"),
        (AppealAnswers(case_id="176543210", case_closed=True), "open a new case there and name the old one"),
        (AppealAnswers(case_id="1 <!channel>&x=y"), "https://console.aws.amazon.com/support/home."),
    ],
)
def test_where_it_goes(answers: AppealAnswers, says: str) -> None:
    assert says in where_to_send(answers)


def test_what_changes_closes_the_point_where_no_concern_was_named() -> None:
    reply = write_appeal(replace(appeals.SHOP, refusal=refusals.IMPACT, changed="form now names us"), businesses.SHOP)
    assert "asking for production access" not in reply.reply
    assert reply.reply.index("an online shop") < reply.reply.index("The form now names us.")


def test_a_place_in_a_paper_is_named_as_one() -> None:
    typed = replace(appeals.SHOP, refusal=refusals.SOURCE, opt_in="membership form page 2")
    assert "People opt in on page 2 of the membership form." in write_appeal(typed, businesses.SHOP).reply
