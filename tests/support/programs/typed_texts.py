"""Prints the slowest call that the event loop makes for what people type, as hypothesis finds it: name and CPU ms."""

import contextlib
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from checks.query import BadQuery, parse
from drafts import refusal, remarks, request
from drafts.reply import compose_reply
from handlers.drafts.forms import (
    BadSubject,
    DraftForm,
    merge_reply,
    merge_request,
    parse_form,
    parse_subject,
    split_account_region,
)
from handlers.drafts.request import check_answers, request_form
from handlers.status import BadFilter, parse_filter
from handlers.views.drafts.fields import INPUT
from handlers.views.drafts.reply import answers_view, message_view, points_view, reply_messages, split_message
from handlers.views.drafts.result import draft_list_message, request_messages, shared_messages
from model import Access, AccountRegion, AccountRegionStatus, RegionState, Snapshot
from model.drafting import AnswerWhen, DraftKind, Owner, StoredDraft, SubmitWhen, WrittenReply, WrittenRequest
from model.request import DraftContext, ReplyAnswers
from tests.support.letters import SHOP

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
LONGEST = 20_000
LINES = (150, 500, 2_000, LONGEST)
"""Characters behind a command; a text too long for one is refused at once."""
RUNS = 3
PIECES = st.sampled_from(
    ["a", ".", " ", "\n", "? ", "1,0", "> ", "- ", "a.b ", "xn--", "selector=", "main ", "us-east-1 ", "https://",
     "a@b.c ", "<", "`", "*", "&", "\ud800", "\u202e", "🙂", "購入。", "שלום", "—", "#", "\x00", "a. ", "‍", "9"]
)  # fmt: skip
ACCOUNT_REGIONS = [
    AccountRegionStatus(AccountRegion("main", region), "1" * 12, None, RegionState(Snapshot(Access.SANDBOX)), NOW, NOW)
    for region in ("us-east-1", "eu-west-1")
]
SUBMIT, ANSWER = SubmitWhen(NOW, True, "Now."), AnswerWhen(NOW, NOW, NOW, "Soon.")
slowest: dict[str, float] = {}


def taken(name: str, call: Callable[[], object]) -> None:
    """Keep the CPU time of the slowest call; the best of some, since the machine has other things to do."""
    times = []
    for _ in range(RUNS):
        began = time.process_time()
        with contextlib.suppress(BadQuery, BadSubject, BadFilter):
            call()
        times.append((time.process_time() - began) * 1_000)
    slowest[name] = max(slowest.get(name, 0.0), min(times))


def payload(text: str, paths: list[str]) -> dict[str, object]:
    """A modal handed in with the text in each of these fields, as much as a field takes."""
    values = {f"{path}#1": {path: {"type": "plain_text_input", "value": text[:INPUT]}} for path in paths}
    return {"view": {"id": "V1", "private_metadata": "0123456789abcdef business", "state": {"values": values}}}


SHORT = ("name", "place", "since", "website", "privacy_policy", "domain", "region", "opt_in_page", "busiest_when")
LONG = ("business", "opt_in", "unsubscribe_page", "bounces", "busiest", "example", "anything_else", "contacts")
OF_KIND = ("name", "sentence", "count", "leaving_words")
FIELDS = [*SHORT, *LONG, *(f"kinds.{at}.{name}" for at in range(5) for name in OF_KIND)]


def typed_lines(text: str) -> None:
    """What is typed behind a command, or comes with a button."""
    taken("query", lambda: parse(text))
    taken("subject", lambda: parse_subject(text, ACCOUNT_REGIONS))
    taken("account_region", lambda: split_account_region(text, ACCOUNT_REGIONS))
    taken("filter", lambda: parse_filter(text, [one.account_region for one in ACCOUNT_REGIONS]))


def forms(text: str) -> None:
    """Every field of a request at once, and AWS's message."""
    taken("form", lambda: parse_form(payload(text, FIELDS)))
    form: DraftForm = parse_form(payload(text, FIELDS))
    taken("answers", lambda: merge_request(SHOP, form.typed))
    taken("errors", lambda: check_answers(merge_request(SHOP, form.typed), form))
    parts = {f"message.{at}": part for at, part in enumerate(split_message(text))}
    taken("reply", lambda: merge_reply(ReplyAnswers(), parts))


def drawn(text: str) -> None:
    """What is drawn of it: modals, results, lists."""
    part = str(parse_form(payload(text, ["business"])).typed["business"])
    answers = replace(SHOP, name=part, business=part, opt_in=part, bounces=part, example=part, anything_else=part)
    stored = StoredDraft("0" * 16, Owner("T1", "U1"), DraftKind.REQUEST, answers, part[:253], finished=True)
    letter = request.write(answers, None)
    written = WrittenRequest(letter, remarks.review(letter, answers, DraftContext()), SUBMIT, ANSWER)
    taken("request modal", lambda: request_form(stored, ACCOUNT_REGIONS, note=part))
    taken("request result", lambda: request_messages(stored, written))
    taken("request shared", lambda: shared_messages(stored, written.message, "U1"))
    message = "".join(split_message(str(parse_form(payload(text, ["message.0"])).typed["message.0"])))
    read = refusal.read(message)
    said = ReplyAnswers(message=message, answers=(part,) * len(read.questions), changed=part, opt_in=part)
    asked = replace(stored, kind=DraftKind.APPEAL, answers=said)
    done = WrittenReply(read, compose_reply(read, said, answers, None), ANSWER)
    taken("reply modals", lambda: (message_view(asked), answers_view(asked, read, {})))
    taken("reply points", lambda: points_view(asked, read, second=False, known={"opt_in": part}))
    taken("reply result", lambda: reply_messages(asked, done))
    taken("list", lambda: draft_list_message([replace(stored, domain=""), stored] * 8, days=90))


@settings(max_examples=int(sys.argv[1]), deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(st.lists(PIECES, min_size=1, max_size=4).map("".join), PIECES)
def measure(piece: str, end: str) -> None:
    """All that the event loop does with a text that repeats a piece."""
    text = (piece * LONGEST)[: LONGEST - len(end)] + end
    for length in LINES:
        typed_lines(text[:length])
    forms(text)
    drawn(text)


if __name__ == "__main__":
    measure()
    for name, milliseconds in slowest.items():
        sys.stdout.write(f"{name}\t{milliseconds:.1f}\n")
