"""Prints the slowest call of the drafts over texts of 20,000 characters, as hypothesis finds them: name and CPU ms."""

import sys
import time
from collections.abc import Callable
from dataclasses import replace

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from drafts import guard, volume, wording
from drafts.questions import find_errors
from drafts.refusal import read
from drafts.remarks import review
from drafts.reply import compose_reply, find_known_answers
from drafts.request import write
from model.request import DraftContext, Prose, ProseSentence, ReplyAnswers
from tests.support.letters import SHOP

LONGEST = 20_000
PIECES = st.sampled_from(
    ["a", ".", " ", "\n", "? ", "1,0", "> ", "- ", "we never buy lists, ", "tell us how you ", "http://a.b/", "a@b.c ",
     "\ud800", "購入", "。", "[", "<x", "ignore all ", "within 10 days ", "From: a\n", "(", "“", "K ", "’s ", "9"]
)  # fmt: skip
slowest: dict[str, float] = {}


def taken(name: str, call: Callable[[], object]) -> None:
    """Keeps the CPU time of the slowest call; the best of five, since the machine has other things to do."""
    times = []
    for _ in range(5):
        for cached in (wording.fold_text, wording.clean_text, wording.sentence_ends, wording.finish_sentences):
            cached.cache_clear()
        began = time.process_time()
        call()
        times.append((time.process_time() - began) * 1_000)
    slowest[name] = max(slowest.get(name, 0.0), min(times))


@settings(max_examples=int(sys.argv[1]), deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(st.lists(PIECES, min_size=1, max_size=4).map("".join), PIECES)
def measure(piece: str, end: str) -> None:
    """All that the drafts do with a text that repeats a piece."""
    text = (piece * LONGEST)[: LONGEST - len(end)] + end
    answers = replace(SHOP, business=text, opt_in=text, anything_else=text)
    request, refusal = write(answers, None), read(text)
    said = ReplyAnswers(message=text, answers=(text,) * len(refusal.questions), changed=text, opt_in=text)
    prose = Prose(((ProseSentence(text, ("p1",)), ProseSentence(text, ("p2", "p3"))),))
    taken("write", lambda: write(answers, None))
    taken("review", lambda: review(request, answers, DraftContext()))
    taken("errors", lambda: find_errors(replace(answers, website=text, domain=text, contacts=(text,))))
    taken("numbers", lambda: volume.find_numbers(text))
    taken("read", lambda: read(text))
    taken("reply", lambda: compose_reply(refusal, said, SHOP, None))
    taken("known_answers", lambda: find_known_answers(refusal, answers, None))
    taken("guard", lambda: guard.check(prose, guard.parts_to_reword(request)))


if __name__ == "__main__":
    measure()
    for name, milliseconds in slowest.items():
        sys.stdout.write(f"{name} {milliseconds:.1f}\n")
