"""Rules on numbers: are there any, do they agree, and does the largest day fit a first grant?"""

import re

from drafts.woven.arithmetic import (
    MOST_PER_USER,
    SILENT,
    TOLERABLE,
    Sum,
    busiest_day,
    figure,
    list_sizes,
    marketing_share,
    only_marketing_counted,
    part_of,
    rounded,
    slip,
    stated,
    worked_out,
)
from drafts.woven.lint.base import Prose, Rules, prose, remark
from drafts.woven.numbers import per_month, quantities
from drafts.woven.request.kinds import kind_of
from drafts.woven.text.tidy import flat
from model import Answers, MailType, Severity
from model.draft import Known

USUAL_GRANT = 50_000
"""Messages a day of the usual first grant; AWS documents only that it varies."""
USUAL_RATE = 14
"""Messages a second of the usual first grant."""
BULK = 5_000
"""Messages a day from which Gmail, Yahoo and Outlook apply their rules for bulk senders."""
YOUNG = 30
"""Days under which a domain, and a site on it, is new."""
SIGN_UPS_A_DAY = 50
"""Sign-ups a day that a new site can explain; ten times that is asked about."""
_WIDE = 2.0
_NUMBERS = ("streams.*.number", "monthly", "busiest")


def number_none(answers: Answers, _known: Known) -> Rules:
    """number.none: "many", "growing", "TBD", nothing, or a number below zero."""
    for piece in [*prose(answers, *_NUMBERS), *_missing(answers)]:
        amounts = quantities(flat(piece.text))
        if any(q.low < 0 for q in amounts):
            advice = "A volume cannot be below zero. Write the number of messages, such as “about 1,200 a month”."
            yield remark("number.none", Severity.ASK, piece.field, piece.text, advice)
        elif not amounts:
            advice = "Write a number, even an estimate, and of what: “about 1,200 subscribers”, “900 orders a month”."
            yield remark("number.none", Severity.ASK, piece.field, piece.text, advice)


def _missing(answers: Answers) -> list[Prose]:
    streams = [Prose(f"streams.{at}.number", "") for at, s in enumerate(answers.streams) if not s.number.strip()]
    return streams + ([] if answers.monthly.strip() else [Prose("monthly", "")])


def number_range(answers: Answers, _known: Known) -> Rules:
    """number.range: "5k-500k"."""
    for piece in prose(answers, *_NUMBERS):
        wide = next((q for q in quantities(flat(piece.text)) if q.low > 0 and q.high > _WIDE * q.low), None)
        if wide:
            advice = (
                f"From {figure(wide.low)} to {figure(wide.high)} is too wide to judge. Plan on one number for the"
                " coming month; the quota can be raised later."
            )
            yield remark("number.range", Severity.WARN, piece.field, piece.text, advice)


def volume_arithmetic(answers: Answers, known: Known) -> Rules:
    """volume.arithmetic: does the month that was stated agree with what the streams make?"""
    month, total = stated(answers.monthly), _counted(answers)
    yield from _list_against_age(answers, known)
    yield from _per_user(answers)
    if month is None or month <= 0:
        return
    if total is None or not total.total:
        if answers.streams and all(kind_of(s) is MailType.TRANSACTIONAL for s in answers.streams):
            yield from _ask_for_events(answers)
        return
    ratio = month / total.total
    floor = not total.whole or only_marketing_counted(answers, total)
    if SILENT[0] <= ratio <= SILENT[1] or (floor and ratio >= SILENT[0]):
        return
    yield remark("volume.arithmetic", Severity.WARN, "monthly", answers.monthly, _sum_shown(ratio, total, month))


def _counted(answers: Answers) -> Sum | None:
    """What the streams make; where all mail is transactional, without what was counted as list × rhythm."""
    total = worked_out(answers)
    if total is None or any(kind_of(s) is MailType.MARKETING for s in answers.streams):
        return total
    events = tuple(p for p in total.parts if not p.listed)
    return Sum(events, total.whole and len(events) == len(total.parts)) if events else None


def _sum_shown(ratio: float, total: Sum, month: float) -> str:
    """The sum, what was written, and what to do about it."""
    shown = f"{total.shown}; you wrote {figure(month)}."
    meant = slip(ratio)
    if meant:
        return f"{shown} {meant}"
    if TOLERABLE[0] <= ratio <= TOLERABLE[1]:
        return f"{shown} Say what makes the difference, or write the sum."
    offer = figure(rounded(total.total))
    return f"{shown} A reviewer does this sum too. Write about {offer} a month, or say what is missing."


def _ask_for_events(answers: Answers) -> Rules:
    advice = (
        "Say how many events set this off in a month, and how many messages each makes: “900 orders a month, two each”."
    )
    for at, stream in enumerate(answers.streams):
        if stream.number.strip() and part_of(stream, at) is None and quantities(flat(stream.number)):
            yield remark("volume.arithmetic", Severity.WARN, f"streams.{at}.number", stream.number, advice)


_USERS = re.compile(r"\b(?:users?|customers?|members?|accounts?|patients?|people|clients?|subscribers?|employees)\b")


def _per_user(answers: Answers) -> Rules:
    """More than 60 messages a user a month where all mail is transactional."""
    if any(kind_of(s) is MailType.MARKETING for s in answers.streams):
        return
    users = [
        q.middle
        for s in answers.streams
        for q in quantities(flat(s.number))
        if q.period is None and _USERS.search(q.noun)
    ]
    month = stated(answers.monthly)
    if users and month and max(users) > 0 and month / max(users) > MOST_PER_USER:
        advice = (
            f"{figure(month)} messages for {figure(max(users))} users are {figure(rounded(month / max(users)))} each"
            f" in a month. Above {MOST_PER_USER}, say what makes it so many."
        )
        yield remark("volume.arithmetic", Severity.WARN, "monthly", answers.monthly, advice)


def _list_against_age(answers: Answers, known: Known) -> Rules:
    """A list that a site launched under a month ago can hardly have gathered."""
    if known.registered is None or known.today is None:
        return
    days = max((known.today - known.registered).days, 1)
    if days >= YOUNG:
        return
    for at, stream in enumerate(answers.streams):
        sizes = list_sizes(stream)
        if kind_of(stream) is MailType.MARKETING and sizes and max(sizes) > 10 * SIGN_UPS_A_DAY * days:
            advice = (
                f"The domain was registered {days} days ago and the list has {figure(max(sizes))} addresses. Where"
                " did these come from? Say the source and when people signed up."
            )
            yield remark("volume.arithmetic", Severity.WARN, f"streams.{at}.number", stream.number, advice)


def volume_peak(answers: Answers, known: Known) -> Rules:
    """volume.peak: a day over the usual first grant, or far above the rest of the month at launch."""
    peak = busiest_day(answers.busiest)
    if peak is None:
        return
    month = stated(answers.monthly)
    if peak > USUAL_GRANT:
        minutes = round(peak / USUAL_RATE / 60)
        advice = (
            f"{figure(peak)} in one day is above the usual first grant of {USUAL_GRANT:,} a day, and at {USUAL_RATE}"
            f" a second it takes {minutes} minutes. Spread it over days, or ask for more once you are approved."
        )
        yield remark("volume.peak", Severity.WARN, "busiest", answers.busiest, advice)
    elif month and _is_new(known) and peak < month and peak > 5 * (month - peak) / 29.4:
        advice = (
            f"At launch, {figure(peak)} on one day stands against about {figure(rounded((month - peak) / 29.4))} on"
            " the others. Mailbox providers slow such jumps down: spread the first sends over a week."
        )
        yield remark("volume.peak", Severity.WARN, "busiest", answers.busiest, advice)


def _is_new(known: Known) -> bool:
    return known.registered is not None and known.today is not None and (known.today - known.registered).days < YOUNG


def volume_basis(answers: Answers, _known: Known) -> Rules:
    """volume.basis: a monthly number with no derivation."""
    if answers.monthly.strip() and not quantities(flat(answers.basis)):
        advice = "Say what the number is worked out from: orders × mails, users × mails, or list × sends."
        yield remark("volume.basis", Severity.WARN, "basis", answers.basis or answers.monthly, advice)


def rate_bulk(answers: Answers, _known: Known) -> Rules:
    """rate.bulk: over 5,000 a day and marketing."""
    if not any(kind_of(s) is MailType.MARKETING for s in answers.streams):
        return
    lists = [
        size
        for s in answers.streams
        if kind_of(s) is MailType.MARKETING and per_month(s.rhythm)
        for size in list_sizes(s)
    ]
    if (busiest_day(answers.busiest) or max(lists, default=0)) > BULK:
        advice = (
            f"Over {BULK:,} a day the bulk rules of Gmail, Yahoo and Outlook apply: DMARC, both SPF and DKIM, and"
            " one-click unsubscribe. Have them in place before the first send."
        )
        yield remark("rate.bulk", Severity.WARN, "busiest", answers.busiest, advice)


def type_majority(answers: Answers, _known: Known) -> Rules:
    """type.majority: both kinds, with under 10 % marketing."""
    total = worked_out(answers)
    share = marketing_share(answers, total) if total else None
    if share is None or not 0 < share < 0.1:
        return
    advice = (
        f"Only {share:.0%} of the messages are promotional. The usual advice is Marketing, which covers both; AWS's"
        " form asks for the kind of most messages. Choose one, and describe both streams either way."
    )
    yield remark("type.majority", Severity.WARN, "mail_type", "", advice)
