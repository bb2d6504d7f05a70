"""What each kind of news says: what happened, and what to do now. Facts come in, sentences come out; nothing is drawn.

Facts may be missing (AWS did not say, or another revision of the bot recorded the news): every sentence holds without.
The estimates of time are those of experience and are labeled so; AWS itself promises a first answer within 24 hours.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from handlers.views.naming import written
from handlers.views.standing import ACCESS, ESTIMATE, case_words, number, quota_words
from model import Access, Fact, News, NewsKind, Trouble
from model.refusal import RefusalKind
from model.watching import Turn

Facts: TypeAlias = Mapping[str, Fact]


@dataclass(frozen=True, slots=True)
class NewsText:
    """`mark` is an emoji's name. `case` and `console`: a link there helps; `domain`: so does checking this domain;
    `appeal` and `request`: so does drafting one; `not_now`: the person may put it off; `quote` is AWS's own text."""

    title: str
    mark: str
    happened: str
    todo: tuple[str, ...] = ()
    case: bool = False
    console: bool = False
    domain: str | None = None
    appeal: bool = False
    request: bool = False
    not_now: bool = False
    quote: str = ""


def words_of(news: News) -> NewsText:
    """The words for one item of news."""
    return _WORDS[news.kind](news.facts)


def _approved(facts: Facts) -> NewsText:
    quota = quota_words(facts.get("quota"), facts.get("rate"))
    may = f"It may now send {quota}." if quota else "AWS did not say its new quota; the SES console shows it."
    return NewsText(
        "Production access approved",
        "white_check_mark",
        f"AWS moved the account out of the sandbox in this region: it may write to any recipient. {may}",
        (
            "Warm up: begin with the people who expect your mail most, and raise the volume over days. A quota is what "
            "you may send, not what mailbox providers take from a new sender.",
            "Keep bounces under 5 % and complaints under 0.1 %. Above that AWS reviews accounts, and may pause them.",
            "Remove addresses that bounce or complain at once; the account’s suppression list does that for you while "
            "it is on.",
        ),
        console=True,
    )


def _not_granted(facts: Facts) -> NewsText:
    case = case_words(facts.get("case_id"))
    if facts.get("turn") == Turn.AWS.value:
        return NewsText(
            "AWS has answered, and you replied",
            "speech_balloon",
            f"SES now says “not granted”. It says that also while AWS reads your reply in {case}.",
            (
                "Nothing, unless AWS writes again: then press “AWS wrote again” and paste its message.",
                f"AWS’s next answer takes 3 to 7 business days ({ESTIMATE}).",
            ),
            case=True,
            appeal=True,
        )
    steps = (
        "Press “Draft the answer” and paste what AWS wrote. ses-bot reads whether it asks or refuses.",
        "Post the answer in that case, in the Support Center. AWS’s mail comes from an address that takes no reply.",
        "Do not submit a second request: AWS rejects it automatically.",
    )
    if facts.get("soon"):
        return NewsText(
            "AWS has answered, probably with a question",
            "speech_balloon",
            f"AWS answered within an hour. That is nearly always a question, not a refusal. Read {case}.",
            steps,
            case=True,
            appeal=True,
        )
    return NewsText(
        "Not granted",
        "red_circle",
        f"AWS either needs more details or has refused. Read {case}.",
        (*steps, f"AWS’s next answer takes 3 to 7 business days ({ESTIMATE})."),
        case=True,
        appeal=True,
    )


def _never_received(_: Facts) -> NewsText:
    return NewsText(
        "Request not received",
        "red_circle",
        "The request for production access failed on its way. AWS never received it, so no one reviews it.",
        ("Submit it again in the SES console: Account dashboard, “Request production access”.",),
        console=True,
        request=True,
    )


def _in_review(facts: Facts) -> NewsText:
    case = case_words(facts.get("case_id"))
    if facts.get("was") == Access.NOT_GRANTED.value:
        return NewsText(
            "In review again",
            "hourglass_flowing_sand",
            f"AWS is reviewing the request for production access once more, in {case}.",
            (
                "Nothing, unless AWS asks something there. We’ll post the answer here.",
                f"An answer to an appeal takes 3 to 7 business days ({ESTIMATE}).",
            ),
            case=True,
        )
    return NewsText(
        "In review",
        "hourglass_flowing_sand",
        "Production access was requested for the account in this region, and AWS is reviewing the request.",
        (
            f"Post the description of your use case in {case} now, if no one has. AWS’s form has no field for it.",
            "AWS promises a first answer within 24 hours. A well-written request from an established domain takes 4 to "
            f"12 hours. A new domain or a vague text takes 1 to 3 business days ({ESTIMATE}).",
            "No need to check: we’ll post the answer here.",
        ),
        case=True,
    )


def _case_message(facts: Facts) -> NewsText:
    case = case_words(facts.get("case_id"))
    kind, text = facts.get("message"), str(facts.get("text") or "")
    files = facts.get("attachments")
    attached = (f"It has attachments: {files}. Open the case to read them.",) if files else ()
    if kind == RefusalKind.APPROVED.value:
        steps = ("Nothing: ses-bot reads the account now, and posts what it may send.", *attached)
        return NewsText("AWS wrote on the case", "tada", f"It says yes, in {case}.", steps, case=True, quote=text)
    todo, answer = _CASE_TODO.get(str(kind), _CASE_TODO["unclear"])
    title, mark = "AWS wrote on the case", "speech_balloon"
    happened = f"{_CASE_KINDS.get(str(kind), 'It is about something else, or unclear')} ({case})."
    return NewsText(title, mark, happened, (todo, *attached), case=True, appeal=answer, quote=text)


_CASE_KINDS = {
    "questions": "AWS asks for more information",
    "no_details": "AWS refuses, without details",
    "still_no": "AWS refuses again, after your answer",
    "concern": "AWS refuses, and names its concern",
    "not_yet": "AWS says “not yet”",
}
_DRAFT = "Press “Draft the answer”: AWS’s message is filled in."
_CASE_TODO: Mapping[str, tuple[str, bool]] = {
    "questions": (_DRAFT, True),
    "no_details": (_DRAFT, True),
    "still_no": (_DRAFT, True),
    "concern": (_DRAFT, True),
    "not_yet": ("No letter helps now. “Draft the answer” shows when to come back, and reminds you.", True),
    "unclear": ("Read it. If it asks about production access, press “Draft the answer”.", True),
}


def _new_case(facts: Facts) -> NewsText:
    before = _text(facts.get("was"))
    was = f"; before, it was {case_words(before)}" if before else ""
    return NewsText(
        "New support case",
        "information_source",
        f"AWS now keeps the request for production access as {case_words(facts.get('case_id'))}{was}.",
        ("Read it: AWS asks its questions there, and expects the answers there.",),
        case=True,
    )


def _back_to_sandbox(facts: Facts) -> NewsText:
    quota = quota_words(facts.get("quota"), facts.get("rate"))
    now = f" It may now send {quota}." if quota else ""
    return NewsText(
        "Production access ended",
        "red_circle",
        "AWS no longer gives the account production access in this region: mail goes to verified recipients only, and "
        f"the rest is refused.{now}",
        ("Look for AWS’s reason in the Support Center and in the mail to the account’s root user.",),
        case=True,
        console=True,
    )


def _quota_changed(facts: Facts) -> NewsText:
    before = quota_words(facts.get("old_quota"), facts.get("old_rate")) or "not known"
    after = quota_words(facts.get("quota"), facts.get("rate")) or "not known"
    return NewsText(
        "Sending quota changed",
        "information_source",
        f"Before: {before}. Now: {after}.",
        ("Adjust programs that send at a fixed rate.",),
        console=True,
    )


def _enforcement_changed(facts: Facts) -> NewsText:
    status, was = facts.get("enforcement"), facts.get("was") or "not known"
    match status:
        case "HEALTHY":
            return NewsText(
                "Healthy again",
                "white_check_mark",
                f"AWS has no objection to how the account sends in this region (before: {was}).",
                ("Nothing; keep bounces under 5 % and complaints under 0.1 %.",),
            )
        case "PROBATION":
            return NewsText(
                "Under review by AWS (probation)",
                "warning",
                "AWS found a problem with what the account sends in this region. It may still send, for now.",
                (
                    "Find the cause, usually bounces or complaints, and stop it; pause the campaign or the list behind "
                    "it if need be.",
                    "Then answer AWS’s case: what happened, what you changed, and why it will not happen again. "
                    "Without that AWS may stop the account.",
                ),
                case=True,
                console=True,
            )
        case "SHUTDOWN":
            return NewsText(
                "Sending stopped by AWS (shutdown)",
                "red_circle",
                "AWS stopped the account in this region: nothing is sent any more.",
                (
                    "Answer AWS’s case: the cause, what you changed, and why it will not happen again. Only AWS can "
                    "lift this.",
                    "Send what must not wait, such as password resets, in another way until then.",
                ),
                case=True,
                console=True,
            )
    return NewsText(
        "AWS changed the account’s standing",
        "warning",
        f"AWS now calls it {status}; before it was {was}. ses-bot does not know this status.",
        ("Look in the SES console and in the Support Center for what it means.",),
        case=True,
        console=True,
    )


def _paused(_: Facts) -> NewsText:
    return NewsText(
        "Sending paused",
        "red_circle",
        "Sending is switched off for the account in this region: SES refuses every message.",
        ("If none of you did this, AWS did: look for its reason in the Support Center.",),
        case=True,
        console=True,
    )


def _resumed(_: Facts) -> NewsText:
    return NewsText(
        "Sending resumed",
        "white_check_mark",
        "Sending is switched on again for the account in this region.",
        ("Send again what was refused meanwhile, if it is still of use.",),
    )


def _identity_verified(facts: Facts) -> NewsText:
    domain = _domain(facts)
    return NewsText(
        f"DKIM verified: {domain}",
        "white_check_mark",
        f"SES found the DKIM records of {domain}: its mail is signed from now on.",
        ("Leave the records where they are: SES changes between its keys, and goes on looking for them.",),
        domain=_text(facts.get("identity")),
    )


def _identity_failed(facts: Facts) -> NewsText:
    domain = _domain(facts)
    return NewsText(
        f"DKIM failed: {domain}",
        "red_circle",
        f"SES did not find the DKIM records of {domain}, and has stopped looking.{_error(facts)}",
        (
            "Check the domain: the report names the records that SES expects.",
            "When they are published, start again: SES does not look by itself any more. In the SES console, open the "
            "identity and set up DKIM anew.",
        ),
        domain=_text(facts.get("identity")),
        console=True,
    )


def _mail_from_verified(facts: Facts) -> NewsText:
    return NewsText(
        f"MAIL FROM verified: {_domain(facts)}",
        "white_check_mark",
        f"SES found the MX record of {_mail_from(facts)}: it is used as the MAIL FROM domain from now on, so that SPF "
        "counts for DMARC too.",
        ("Leave its MX and its SPF record where they are.",),
        domain=_text(facts.get("identity")),
    )


def _mail_from_failed(facts: Facts) -> NewsText:
    return NewsText(
        f"MAIL FROM failed: {_domain(facts)}",
        "red_circle",
        f"SES did not find the one MX record that {_mail_from(facts)} needs, and has stopped looking. Until that is "
        "fixed, SPF does not count for DMARC, or SES refuses the mail, as the identity is set.",
        (
            "Check the domain: the report names the MX and the SPF record to publish.",
            "When they are published, start again: in the SES console, edit the MAIL FROM domain of the identity and "
            "save it again.",
        ),
        domain=_text(facts.get("identity")),
        console=True,
    )


def _overdue(facts: Facts) -> NewsText:
    case = case_words(facts.get("case_id"))
    days = number(facts.get("days", 3.0))
    return NewsText(
        "No answer yet",
        "warning",
        f"AWS has not answered for more than {days} business days, longer than usual ({ESTIMATE}).",
        (
            f"Look into {case}: AWS may have asked something there.",
            "If it did not, ask there, politely, whether anything is missing. Do not open another case.",
        ),
        case=True,
    )


def _answer_due(facts: Facts) -> NewsText:
    case = case_words(facts.get("case_id"))
    again = "This is the last reminder." if facts.get("last") else "Another reminder follows if no one answers."
    return NewsText(
        "AWS waits for your answer",
        "bell",
        f"No one has answered AWS in {case}. While it waits, nothing happens there.",
        (
            "Press “Draft the answer” and paste what AWS wrote.",
            f"When it is posted, press “I posted this on the case”. {again}",
        ),
        case=True,
        appeal=True,
        not_now=not facts.get("last"),
    )


def _unreadable(facts: Facts) -> NewsText:
    trouble = _text(facts.get("trouble"))
    steps = _MENDING.get(Trouble(trouble), _WAIT) if trouble in set(Trouble) else _WAIT
    why = _text(facts.get("why")) or "no reason is known"
    return NewsText(
        "Cannot be read",
        "warning",
        f"ses-bot could not read the account in this region three times in a row: {why}. The last known status is "
        "kept; no news for this account until AWS answers again.",
        (*steps, "ses-bot goes on trying, and says when it works again."),
    )


def _readable(_: Facts) -> NewsText:
    happened = "ses-bot reads the account in this region again. What changed meanwhile follows, if anything did."
    return NewsText("Readable again", "white_check_mark", happened, ("Nothing. ses-bot has caught up.",))


def _region_enabled(facts: Facts) -> NewsText:
    found = _text(facts.get("access"))
    access = ACCESS[Access(found)] if found in set(Access) else None
    standing = f" SES says of it: {access}." if access else ""
    return NewsText(
        "Region enabled",
        "information_source",
        f"The region is now enabled for the account.{standing}",
        ("Production access is given for each region: to send from here, ask for it here.",)
        if access == ACCESS[Access.SANDBOX]
        else ("Nothing: ses-bot watches it from now on.",),
        console=True,
    )


_WAIT = ("Nothing, unless it lasts: AWS or the network in between has a problem.",)
_MENDING = {
    Trouble.CREDENTIALS: ("Give the bot AWS credentials that are valid; with a role or a profile, renew them there.",),
    Trouble.ROLE: (
        "Compare role_arn and external_id in the accounts file with the role, and its trust policy with the "
        "credentials that the bot runs with.",
    ),
    Trouble.DENIED: (
        "Allow ses:GetAccount, ses:ListEmailIdentities, ses:GetEmailIdentity and "
        "ses:GetConfigurationSetEventDestinations to the credentials of the account.",
    ),
    Trouble.THROTTLED: ("Something else calls SES very often for this account and region: find it, and slow it down.",),
}
_ERRORS = {
    "HOST_NOT_FOUND": "the name of a record does not exist",
    "TYPE_NOT_FOUND": "the name exists, but has no record of the right type",
    "INVALID_VALUE": "a record has another value",
    "DNS_SERVER_ERROR": "the domain’s name server answered with an error",
    "SERVICE_ERROR": "SES itself had an error",
}
"""VerificationInfo.ErrorType (SES GetEmailIdentity)."""


def _error(facts: Facts) -> str:
    error = _text(facts.get("error"))
    return f" It says: {_ERRORS.get(error, error)}." if error else ""


def _domain(facts: Facts) -> str:
    return written(_text(facts.get("identity")) or "an identity")


def _mail_from(facts: Facts) -> str:
    return _text(facts.get("mail_from")) or "the MAIL FROM domain"


def _text(fact: Fact) -> str | None:
    return fact if isinstance(fact, str) and fact else None


_WORDS: Mapping[NewsKind, Callable[[Facts], NewsText]] = {
    NewsKind.APPROVED: _approved,
    NewsKind.NOT_GRANTED: _not_granted,
    NewsKind.NEVER_RECEIVED: _never_received,
    NewsKind.IN_REVIEW: _in_review,
    NewsKind.NEW_CASE: _new_case,
    NewsKind.BACK_TO_SANDBOX: _back_to_sandbox,
    NewsKind.QUOTA_CHANGED: _quota_changed,
    NewsKind.ENFORCEMENT_CHANGED: _enforcement_changed,
    NewsKind.SENDING_PAUSED: _paused,
    NewsKind.SENDING_RESUMED: _resumed,
    NewsKind.IDENTITY_VERIFIED: _identity_verified,
    NewsKind.IDENTITY_FAILED: _identity_failed,
    NewsKind.MAIL_FROM_VERIFIED: _mail_from_verified,
    NewsKind.MAIL_FROM_FAILED: _mail_from_failed,
    NewsKind.OVERDUE: _overdue,
    NewsKind.ANSWER_DUE: _answer_due,
    NewsKind.CASE_MESSAGE: _case_message,
    NewsKind.UNREADABLE: _unreadable,
    NewsKind.READABLE: _readable,
    NewsKind.REGION_ENABLED: _region_enabled,
}
