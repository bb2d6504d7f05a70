"""The reply to AWS's message: each of its questions answered, or its concern met with what is new.

The set sentences are `data/reply.toml`; everything else is the person's own, the request's own, or computed. A
sentence that was posted on the case before is not sent again, except under a question that asks for it.
"""

import re
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from drafts.letter import Letter, url
from drafts.refusal import topics
from drafts.request import write
from drafts.wording import clean, finish, key, load, mentions, sentences, shorten, slot
from model.account import MOST_CHARACTERS
from model.request import Answers, Concern, ContactLanguage, Refusal, RefusalKind, Reply, ReplyAnswers, SeenFacts

_CONSOLE = "https://console.aws.amazon.com/support/home"
_ENOUGH = 12
"""Characters from which a sentence counts as one that was posted before."""
_CAPS = (MOST_CHARACTERS, 2_000, 500, 100)


def compose_reply(
    refusal: Refusal, reply_answers: ReplyAnswers, request_answers: Answers | None, seen: SeenFacts | None
) -> Reply | None:
    """Returns the reply, or None where none helps: AWS approved, the account is too young, or nothing was answered yet.

    `Reply.second` is whether a reply went before, by the texts that were posted or the person's own word.
    """
    if refusal.kind in (RefusalKind.NOT_YET, RefusalKind.APPROVED):
        return None
    for most in _CAPS:
        writer = _Writer(refusal, reply_answers, request_answers, seen, most)
        text = writer.text()
        if len(text) <= MOST_CHARACTERS:
            break
    if not text or any(key(text) == key(clean(posted)) for posted in reply_answers.posted):
        return None
    return Reply(text, where(reply_answers, request_answers), second=writer.second)


def known_answers(refusal: Refusal, answers: Answers | None, seen: SeenFacts | None) -> tuple[str, ...]:
    """For each question of AWS what the request already says of it, in AWS's order; empty where it says nothing."""
    if answers is None:
        return tuple("" for _ in refusal.questions)
    letter = Letter(_in_language(refusal, answers), seen)
    return tuple("\n".join(_known(letter, topics(question))) for question in refusal.questions)


def where(answers: ReplyAnswers, request: Answers | None) -> str:
    """Returns where the reply goes: into the case; into a new one only where that one is closed."""
    case = slot(answers.case_id)
    link = f"{_CONSOLE}#/case/?displayId={case}" if re.fullmatch(r"[A-Za-z0-9-]{1,64}", case) else _CONSOLE
    if not answers.case_closed:
        named = f"case {case}" if case else "the case of this request"
        return (
            f"Reply in {named} in the AWS Support Center: {link}. AWS’s mail comes from an address that takes no"
            " answers. Open a new case only if this one is closed, and mention its number."
        )
    region = slot(request.region) if request else ""
    names = " and ".join(
        filter(None, (f"the region {region}" if region else "the region", f"case {case}" if case else "the old case"))
    )
    return (
        f"The case is closed and has no Reply button. Open a new one: Support Center → Create case → Service limit"
        f" increase → SES Sending Limits. Name {names} in it: {_CONSOLE}#/case/create. Or request a quota increase"
        " (Service Quotas, ses, L-804C8AE8), which becomes a case; whether that leads to production access is unknown."
    )


class _Writer:
    """Writes one reply, with own answers of at most `most` characters."""

    def __init__(
        self, refusal: Refusal, answers: ReplyAnswers, request: Answers | None, seen: SeenFacts | None, most: int
    ) -> None:
        self._refusal, self._answers, self._most = refusal, answers, most
        request = _in_language(refusal, request or Answers())
        self._letter = Letter(request, seen, most=most)
        self._words: dict[str, Any] = load("reply")[refusal.language]
        self._posted = [key(clean(text)) for text in answers.posted]
        described = key(write(request, seen).description) if request != Answers() else ""
        self._replies = [text for text in self._posted if not described or described not in text]
        self.second = bool(self._replies) if answers.refused_before is None else answers.refused_before
        self._has_facts = False
        self._anew = (
            refusal.kind in (RefusalKind.NO_DETAILS, RefusalKind.CONCERN, RefusalKind.STILL_NO) and not self.second
        )

    def text(self) -> str:
        """Returns the whole reply; empty where nothing was said that AWS does not know."""
        body = self._answered() if self._refusal.kind is RefusalKind.QUESTIONS else self._met()
        if not body:
            return ""
        name = slot(self._letter.answers.name)
        sign_off = "\n".join(filter(None, (self._say("regards"), name))) if name else ""
        return "\n\n".join(
            filter(
                None,
                (self._say("greeting"), self._closed_case(), self._opening(), *body, self._say("thanks"), sign_off),
            )
        )

    def _say(self, name: str, **values: str) -> str:
        return str(self._words[name]).format(**values)

    def _opening(self) -> str:
        """Returns what a reply begins with: it announces facts only where more follows than a question."""
        bare = "" if self._has_facts else "_bare"
        match self._refusal.kind:
            case RefusalKind.CONCERN:
                named = "" if self.second else next(iter(self._concerns()), "")
                return self._say("concern", concern=self._say(named or f"{'again' if self.second else 'any'}{bare}"))
            case RefusalKind.NO_DETAILS:
                return self._say(f"no_details{'_again' if self.second else ''}{bare}")
            case RefusalKind.STILL_NO:
                return self._say(f"still_no{'' if self.second else '_first'}{bare}")
            case RefusalKind.OTHER if self._refusal.quotes:
                return self._say("other", quote=shorten(self._refusal.quotes[0].replace("\n", " "), 400))
            case RefusalKind.QUESTIONS:
                return self._say("questions" if len(self._refusal.questions) > 1 else "question")
        return self._say("unclear")

    def _closed_case(self) -> str:
        """Returns which case a reply is about that has to open a new one."""
        case, region = slot(self._answers.case_id), slot(self._letter.answers.region)
        if not self._answers.case_closed or not case:
            return ""
        return self._say("closed_region" if region else "closed", case=case, region=region)

    def _answered(self) -> list[str]:
        """Returns each question that has an answer, under AWS's own words."""
        asked = [shorten(question, self._most).replace("\n", " ") for question in self._refusal.questions]
        blocks = []
        for at, (question, answer) in enumerate(zip(asked, self._answers.answers, strict=False), 1):
            if clean(answer):
                name = "head_answer" if len(asked) > 1 else "head_answer_one"
                head = self._say(name, n=str(at), question=question)
                blocks.append(f"{head}\n{self._own(answer)}")
        more = [self._headed("head_changed", self._answers.changed), self._headed("head_opt_in", self._answers.opt_in)]
        confirmation = self._headed("head_confirmation", self._answers.confirmation, as_sent=True)
        rest = [*more, confirmation, self._links("\n".join(blocks)), self._own(self._answers.question)]
        return [*blocks, *filter(None, rest)] if blocks or any(more) else []

    def _met(self) -> list[str]:
        """Returns what meets a refusal: what changed, the facts of the concern, the article's four points, and one
        question."""
        answers = self._answers
        own = [
            self._headed("head_changed", answers.changed), self._headed("head_opt_in", answers.opt_in),
            self._headed("head_confirmation", answers.confirmation, as_sent=True), self._own(answers.comparison),
        ]  # fmt: skip
        open_end = self._refusal.kind in (RefusalKind.OTHER, RefusalKind.UNCLEAR)
        if open_end and not any(own) and not clean(answers.question):
            return []
        changed, opt_in, confirmation, comparison = own
        facts = self._facts(no_opt_in=bool(opt_in)) if self._anew or self._concerns() else []
        self._has_facts = any((changed, *facts, opt_in, confirmation, comparison))
        links = self._links("\n".join(facts))
        body = [changed, *facts, opt_in, confirmation, links, comparison]
        return [
            *filter(None, body),
            self._own(answers.question) or self._say(_ASK.get(self._refusal.kind, "ask_other")),
        ]

    def _facts(self, *, no_opt_in: bool) -> list[str]:
        """Returns the facts of the request that the refusal is about, as far as AWS has not read them."""
        letter, concerns = self._letter, self._concerns()
        names = [_MEETS[concern] for concern in concerns]
        if self._refusal.kind in (RefusalKind.NO_DETAILS, RefusalKind.STILL_NO):
            names = ["about", "kinds", "opt_in"]
        elif "opt_in" not in names:
            names.append("opt_in")
        found = []
        for name in dict.fromkeys(names):
            if name == "opt_in" and no_opt_in:
                continue
            met = concerns or name == "opt_in"  # what AWS asks about is said again, though the request says it
            before = self._replies if met else self._posted
            paragraphs = [text for paragraph in _section(letter, name) if (text := _unposted(paragraph, before))]
            head = letter.say(_HEADS[name]) if name in _HEADS else ""
            found += ["\n".join([*filter(None, [head]), *paragraphs])] if paragraphs else []
        return found

    def _concerns(self) -> list[Concern]:
        """Returns the concerns that AWS names, or those that the person says it is about."""
        if self._refusal.kind is RefusalKind.CONCERN:
            return list(self._refusal.concerns)
        if self._refusal.kind in (RefusalKind.OTHER, RefusalKind.UNCLEAR) and clean(self._answers.about):
            data = load("refusal")["concern"]
            return [concern for concern in Concern if mentions(self._answers.about, data[concern.value])]
        return []

    def _links(self, before: str) -> str:
        answers, request = self._answers, self._letter.answers
        privacy = url(answers.privacy_policy) or url(request.privacy_policy)
        page = url(answers.unsubscribe_page) or url(request.unsubscribe_page)
        privacy, page = ("" if one and (one in before or self._known_page(one)) else one for one in (privacy, page))
        name = "links" if privacy and page else "privacy" if privacy else "unsubscribe" if page else ""
        return self._say(name, privacy=privacy, unsubscribe=page) if name else ""

    def _known_page(self, page: str) -> bool:
        """Tells whether a page was named in a reply before; the article wants it named once in the appeal."""
        return self.second and any(key(page) in text for text in self._posted)

    def _headed(self, head: str, text: str, *, as_sent: bool = False) -> str:
        own = shorten(text, self._most) if as_sent else self._own(text)
        if as_sent and any(key(own) in posted for posted in self._posted):
            return ""
        return f"{self._say(head)}\n{own}" if own else ""

    def _own(self, text: str) -> str:
        own = finish(shorten(text, self._most))
        return own if self._refusal.kind is RefusalKind.QUESTIONS else _unposted(own, self._posted)


_ASK = {
    RefusalKind.NO_DETAILS: "ask_no_details",
    RefusalKind.STILL_NO: "ask_still_no",
    RefusalKind.CONCERN: "ask_concern",
}
_MEETS = {
    Concern.LIST_SOURCE: "opt_in",
    Concern.WEBSITE: "about",
    Concern.VOLUME: "kinds",
    Concern.BOUNCES: "bounces",
    Concern.COMPLAINTS: "bounces",
    Concern.REGION: "domain",
}
_HEADS = {"kinds": "head_kinds", "opt_in": "head_opt_in", "bounces": "head_bounces", "leaving": "head_leaving"}


def _unposted(text: str, posted: list[str]) -> str:
    """Returns a text without the sentences that were posted before."""
    kept = [
        one for one in sentences(text) if len(key(one)) < _ENOUGH or not any(key(one) in before for before in posted)
    ]
    if len(kept) == len(sentences(text)):
        return text
    return " ".join(kept) if any(len(key(one)) >= _ENOUGH for one in kept) else ""


def _known(letter: Letter, about: Iterable[str]) -> list[str]:
    """Returns the paragraphs of the request on some topics, none of them twice."""
    found = [paragraph for topic in about for paragraph in _section(letter, topic)]
    return list(dict.fromkeys(found))


def _section(letter: Letter, name: str) -> tuple[str, ...]:
    match name:
        case "business":
            return tuple(filter(None, (letter.own(letter.answers.business),)))
        case "kinds":
            return (*letter.kind_lines(numbered=False), *letter.totals())
        case "volume":
            return letter.totals() or letter.kind_lines(numbered=False)
        case "website":
            page = url(letter.answers.website)
            return (letter.say("site", website=page),) if page else ()
    sections = {
        "about": letter.about, "opt_in": letter.opt_in, "bounces": letter.bounces, "leaving": letter.leaving,
        "privacy": letter.privacy, "example": letter.example, "domain": letter.seen_domain,
    }  # fmt: skip
    return sections[name]()


def _in_language(refusal: Refusal, answers: Answers) -> Answers:
    language = ContactLanguage.JA if refusal.language == "ja" else ContactLanguage.EN
    return replace(answers, language=language)
