"""Whatever people and AWS write, the modals and messages of drafts are ones that Slack takes, and nothing is markup."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from handlers.views.drafts.fields import (
    MOST_KINDS,
    NO_CHOICE,
    InputField,
    account_region_fields,
    input_blocks,
    questions,
    step_of,
    steps_of,
)
from handlers.views.drafts.pieces import copyable_blocks, field_label, split_messages
from handlers.views.drafts.reply import (
    about_view,
    answers_view,
    approved_message,
    billing_reminder_message,
    join_message,
    message_view,
    not_yet_message,
    not_yet_view,
    points_view,
    reply_messages,
    split_message,
)
from handlers.views.drafts.request import request_view
from handlers.views.drafts.result import (
    draft_list_message,
    posted_messages,
    prose_messages,
    reminder_messages,
    request_messages,
    shared_messages,
)
from model import AccountRegion
from model.drafting import AnswerWhen, DraftKind, Owner, StoredDraft, SubmitWhen, WrittenReply, WrittenRequest
from model.request import (
    Answers,
    Concern,
    ContactLanguage,
    Leaving,
    MailKind,
    MailType,
    MonthlyVolume,
    Refusal,
    RefusalKind,
    Remark,
    Reply,
    ReplyAnswers,
    Request,
    Rhythm,
    Severity,
    Unconfirmed,
)
from tests.support.blockkit import markup, preformatted, read, refusals, view_refusals, walk
from tests.support.cases import cases

NOW = datetime(2026, 11, 23, 8, tzinfo=UTC)
HOSTILE = st.sampled_from(
    [
        "<!channel>",
        "`code`",
        "```",
        "*bold*",
        "<https://evil.example|here>",
        "<@U1>",
        "&lt;",
        "\u202e",
        "\n\n>",
        "靴",
        "🙂",
    ]
)
TEXT = st.lists(HOSTILE | st.text(max_size=20), max_size=6).map("".join)
LONG = st.builds(lambda text, times: (text * times)[:3_000], TEXT, st.integers(1, 400))
KIND = st.builds(
    MailKind,
    TEXT,
    st.sampled_from([*MailType, None]),
    LONG,
    st.sampled_from([*Rhythm, None]),
    st.none() | st.integers(-(10**17), 10**17),
    st.none() | st.integers(-(10**17), 10**17),
    st.none() | st.floats(0, 1e6),
    st.lists(st.sampled_from(Leaving), unique=True).map(tuple),
    TEXT,
)
ANSWERS = st.builds(
    Answers,
    name=TEXT,
    business=LONG,
    kinds=st.lists(KIND, max_size=7).map(tuple),
    website=TEXT,
    opt_in=LONG,
    example=LONG,
    confirmed=st.sampled_from([None, True, False]),
    unconfirmed=st.sampled_from([*Unconfirmed, None]),
    busiest=st.none() | st.integers(0, 10**15),
    contacts=st.lists(TEXT, max_size=6).map(tuple),
    account=TEXT,
    region=st.sampled_from(["", "eu-west-1"]),
)
REMARK = st.builds(Remark, TEXT, st.sampled_from(Severity), st.sampled_from(["name", "kinds.0.count", "x"]), LONG, TEXT)
REQUEST = st.builds(
    Request,
    st.sampled_from(MailType),
    TEXT,
    TEXT,
    st.builds(lambda text: (text * 40)[:5_000], LONG),
    st.lists(TEXT, max_size=4).map(tuple),
    st.sampled_from(ContactLanguage),
    st.builds(lambda text: (text * 40)[:5_600], LONG),
)


WHEN = (SubmitWhen(NOW, True, "Now."), AnswerWhen(NOW, NOW, NOW, "Soon."))


def stored(answers: Answers | ReplyAnswers, **more: object) -> StoredDraft:
    kind = DraftKind.APPEAL if isinstance(answers, ReplyAnswers) else DraftKind.REQUEST
    draft = StoredDraft("0123456789abcdef", Owner("T1", "U1"), kind, answers, updated_at=NOW)
    return replace(draft, **more)  # type: ignore[arg-type]  # tests name fields of it


def safe(text_blocks: object) -> bool:
    kinds = {node.get("type") for node in walk(text_blocks)}
    return not kinds & {"link", "user", "usergroup", "channel", "broadcast"}


@settings(max_examples=60, deadline=None)
@given(ANSWERS, st.lists(st.builds(AccountRegion, TEXT, st.sampled_from(["eu-west-1", "us-east-1"])), max_size=4))
def test_every_step_is_a_modal_that_slack_takes(answers: Answers, account_regions: list[AccountRegion]) -> None:
    for step in steps_of(answers):
        earlier = {"kinds.0.count": answers.business, "opt_in": answers.name}
        draft = stored(answers, earlier=earlier)
        volume = MonthlyVolume(7, answers.name)
        view = request_view(
            draft, step, required=["name"], account_regions=account_regions, note=answers.name, volume=volume
        )
        assert view_refusals(view) == []
        assert {node.get("type") for node in walk(view)} & {"mrkdwn"} == set()
        assert len(view["private_metadata"]) < 40


@settings(max_examples=60, deadline=None)
@given(TEXT, LONG, st.lists(TEXT.filter(bool), max_size=20, unique=True))
def test_so_are_those_of_an_appeal(text: str, long: str, questions: list[str]) -> None:
    draft = stored(ReplyAnswers(message=(long * 10)[:20_000], opt_in=long, case_id=text), earlier={"answers": long})
    refusal = Refusal(RefusalKind.CONCERN, tuple(Concern), tuple(questions), (long, text, ""))
    for view in (
        message_view(draft, note=text),
        points_view(draft, refusal, second=False, known={"opt_in": text}),
        points_view(draft, refusal, second=True, known={}),
        answers_view(draft, refusal, dict.fromkeys(range(len(questions)), long)),
        about_view(draft, refusal),
        not_yet_view(draft, refusal, "6 January 2027"),
    ):
        assert view_refusals(view) == []
        assert {node.get("type") for node in walk(view)} & {"mrkdwn"} == set()


@settings(max_examples=40, deadline=None)
@given(ANSWERS, REQUEST, st.lists(REMARK, max_size=12))
def test_a_result_is_messages_that_slack_takes_with_every_text_whole(
    answers: Answers, draft: Request, remarks: list[Remark]
) -> None:
    written = WrittenRequest(draft, tuple(remarks), *WHEN)
    one = stored(answers, posted_texts=(draft.message, answers.business), posted_at=NOW)
    messages = request_messages(one, written, prose=True)
    others = (
        *shared_messages(one, draft.message, "U1"),
        *posted_messages(one),
        *prose_messages(one, "", draft.message),
    )
    for message in others:
        assert refusals(message) == []
        assert safe(message.blocks)
    for message in messages:
        assert refusals(message) == []
        assert safe(message.blocks)
        assert all(not set(text) & set("<>`") for text in markup(message))
    whole = "".join(text for message in messages for text in preformatted(message.blocks))
    if not written.stopped:
        for text in (draft.description, draft.message):
            assert "".join(text.split()) in "".join(whole.split())


@pytest.mark.parametrize(("script", "parts"), [("We sell coats to “sailors” – in Kiel.\n\n", 1), ("靴を売る。", 4)])
def test_the_longest_description_is_copied_whole(script: str, parts: int) -> None:
    """In one piece where a message holds it; else in as few as there must be, each of them in the right order."""
    text = (script * 2_000)[:5_000].strip()
    draft = Request(MailType.MARKETING, "", "https://acme.com", text, (), ContactLanguage.EN, f"Hello,\n\n{text}")
    remarks = tuple(Remark("tone", Severity.WARN, "business", script * 20, "Say it plainly.") for _ in range(30))
    messages = request_messages(stored(Answers(domain="acme.com")), WrittenRequest(draft, remarks, *WHEN))
    assert [refusals(message) for message in messages] == [[]] * len(messages)
    pieces = [piece for message in messages for piece in preformatted(message.blocks)]
    at = next(at for at, piece in enumerate(pieces) if text.startswith(piece[:100]) and len(piece) > 1_000)
    assert "".join(pieces[at : at + parts]) == text


def test_a_stop_comes_first_and_leaves_no_text_to_copy() -> None:
    remarks = (
        Remark("tone", Severity.WARN, "business", "Wow!", "Say it plainly."),
        Remark("optin.cold", Severity.STOP, "opt_in", "We contact prospects.", "SES is for mail that was asked for."),
    )
    draft = Request(MailType.MARKETING, "", "https://acme.com", "THE TEXT", (), ContactLanguage.EN, "THE MESSAGE")
    [message] = request_messages(stored(Answers(domain="acme.com")), WrittenRequest(draft, remarks, *WHEN))
    text = read(message.blocks)
    assert text.startswith("Request for acme.com: change 1 thing first")
    assert text.index("We contact prospects.") < text.index("SES is for mail") < text.index("Wow!")
    assert "THE TEXT" not in text
    assert "THE MESSAGE" not in text
    actions = [node["action_id"] for node in walk(message.blocks) if node.get("type") == "button"]
    assert actions == ["draft_edit"]


@settings(max_examples=30, deadline=None)
@given(st.lists(st.builds(lambda a: stored(a, region=a.region, domain=a.name[:40]), ANSWERS), max_size=30), LONG)
def test_lists_and_reminders_are_messages_that_slack_takes(drafts: list[StoredDraft], text: str) -> None:
    drafts = [replace(one, id=f"{number:016x}") for number, one in enumerate(drafts)]
    messages = [draft_list_message(drafts, days=90), *reminder_messages(stored(Answers(name=text[:50])), text)]
    for message in messages:
        assert refusals(message) == []
        assert safe(message.blocks)


@pytest.mark.parametrize("text", ["", "short", "x" * 3_000, "x" * 2_999 + "\nrest", "a\n" * 9_000, "靴" * 20_000])
def test_a_message_is_cut_into_fields_and_put_together_again(text: str) -> None:
    assert join_message(split_message(text)) == text.removesuffix("\n")


@pytest.mark.parametrize("text", ["One. Two.\n\nThree.", "靴を売る。" * 1_000, "x" * 20_000, "word " * 3_000])
def test_a_text_to_copy_stays_whole(text: str) -> None:
    messages = split_messages("t", list(copyable_blocks("Title", text)), [])
    whole = "".join(part for message in messages for part in preformatted(message.blocks))
    assert whole.replace("\n", "") == text.replace("\n", "")
    assert [refusals(message) for message in messages] == [[]] * len(messages)


def test_a_block_has_another_id_after_each_save() -> None:
    """Slack keeps what was typed in a block of the same id, whatever an updated view says stands there."""
    field = InputField("name", "Name")
    [before], [after] = (input_blocks(field, "a", revision, required=(), earlier={}) for revision in (1, 2))
    assert before["block_id"] != after["block_id"]
    assert before["element"]["action_id"] == "name"


def test_there_are_as_many_steps_as_kinds_of_mail() -> None:
    assert len(steps_of(Answers())) == 4
    assert len(steps_of(Answers(kinds=(MailKind(), MailKind())))) == 5
    assert len(steps_of(Answers(kinds=(MailKind(),) * 20))) == 3 + MOST_KINDS


@pytest.mark.parametrize(
    ("path", "step"), [("name", "business"), ("kinds.3.count", "mail.3"), ("opt_in", "opt_in"), ("contacts", "bounces")]
)
def test_each_answer_has_its_step(path: str, step: str) -> None:
    assert step_of(path) == step


@pytest.mark.parametrize(
    ("count", "paths"), [(0, ["region", "account"]), (3, ["at", "region"]), (500, ["region", "account"])]
)
def test_accounts_are_offered_where_they_fit_into_a_menu(count: int, paths: list[str]) -> None:
    account_regions = [AccountRegion(f"a{number}", "eu-west-1") for number in range(count)]
    assert [field.path for field in account_region_fields(account_regions, AccountRegion("", ""))] == paths


@cases()
def test_remarks_name_fields_as_the_form_does(path: str, label: str) -> None:
    assert field_label(path) == label


@settings(max_examples=30, deadline=None)
@given(TEXT, LONG)
def test_answers_to_aws_are_messages_that_slack_takes(text: str, long: str) -> None:
    draft = stored(ReplyAnswers(case_id=text), region=text)
    refusal = Refusal(RefusalKind.CONCERN, tuple(Concern), quotes=(long, text))
    written = WrittenReply(refusal, Reply((long * 3)[:8_000], text, second=True), WHEN[1])
    messages = [
        *reply_messages(draft, written),
        *reply_messages(draft, WrittenReply(refusal, None)),
        not_yet_message(draft, written, "6 January 2027"),
        billing_reminder_message(draft),
        approved_message(()),
    ]
    for message in messages:
        assert refusals(message) == []
        assert safe(message.blocks)


def test_what_was_written_before_stands_beside_its_question() -> None:
    draft = stored(Answers(), earlier={"kinds.0.count": "about 3k", "kinds": "13,900 a month"})
    text = read(request_view(draft, "mail.0", required=())["blocks"])
    assert "You wrote: about 3k" in text
    assert "You wrote: 13,900 a month" in text
    assert "You wrote" not in read(request_view(draft, "business", required=())["blocks"])


def test_every_choice_of_a_question_is_an_answer_that_the_draft_knows() -> None:
    """And each answer of an enumeration can be chosen."""
    kinds = {"mail_type": MailType, "rhythm": Rhythm, "leaving": Leaving}
    fields = [(field.path, field) for field in (*questions("opt_in"), *questions("bounces"), *questions("mail"))]
    for path, field in fields:
        kind = {**kinds, "unconfirmed": Unconfirmed, "language": ContactLanguage}.get(path)
        if kind:
            assert {choice.value for choice in field.choices} - {NO_CHOICE} == set(kind), path
    [about] = questions("about")
    assert {choice.value for choice in about.choices} < set(RefusalKind)
