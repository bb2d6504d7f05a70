"""Writes the reply to AWS's message: each of its questions answered, or its concern met with what is new.

The set sentences are `data/reply.toml`; everything else is the person's own, the request's own, or computed. A
sentence that was posted on the case before is not sent again, except under a question that asks for it.
"""

import re
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from drafts.letter import Letter, format_url
from drafts.refusal import find_topics
from drafts.request import write
from drafts.wording import (
    clean_text,
    finish_sentences,
    load_table,
    mentions,
    one_line,
    shorten_text,
    split_sentences,
    text_key,
)
from model.account import MOST_CHARACTERS
from model.request import Answers, Concern, ContactLanguage, Refusal, RefusalKind, Reply, ReplyAnswers, SeenFacts

_CONSOLE = "https://console.aws.amazon.com/support/home"
_SHORTEST_REPEAT = 12
"""Characters from which a sentence counts as one that was posted before."""
_OWN_TEXT_LIMITS = (MOST_CHARACTERS, 2_000, 500, 100)


def compose_reply(
    refusal: Refusal, reply_answers: ReplyAnswers, request_answers: Answers | None, seen: SeenFacts | None
) -> Reply | None:
    """Returns the reply, or None where none helps: AWS approved, the account is too young, or nothing was answered yet.

    `Reply.second` is whether a reply went before, by the texts that were posted or the person's own word.
    """
    if refusal.kind in (RefusalKind.NOT_YET, RefusalKind.APPROVED):
        return None
    for most in _OWN_TEXT_LIMITS:
        writer = _ReplyWriter(refusal, reply_answers, request_answers, seen, most)
        text = writer.write_text()
        if len(text) <= MOST_CHARACTERS:
            break
    if not text or any(text_key(text) == text_key(clean_text(posted)) for posted in reply_answers.posted):
        return None
    return Reply(text, describe_destination(reply_answers, request_answers), second=writer.second)


def find_known_answers(refusal: Refusal, answers: Answers | None, seen: SeenFacts | None) -> tuple[str, ...]:
    """Finds what the request already says of each question of AWS, in AWS's order; empty where it says nothing."""
    if answers is None:
        return tuple("" for _ in refusal.questions)
    letter = Letter(_with_language(refusal, answers), seen)
    return tuple("\n".join(_topic_paragraphs(letter, find_topics(question))) for question in refusal.questions)


def describe_destination(answers: ReplyAnswers, request: Answers | None) -> str:
    """Describes where the reply goes: into the case; into a new one only where that one is closed."""
    case = one_line(answers.case_id)
    link = f"{_CONSOLE}#/case/?displayId={case}" if re.fullmatch(r"[A-Za-z0-9-]{1,64}", case) else _CONSOLE
    if not answers.case_closed:
        case_words = f"case {case}" if case else "the case of this request"
        return (
            f"Reply in {case_words} in the AWS Support Center: {link}. AWS’s mail comes from an address that takes no"
            " answers. Open a new case only if this one is closed, and mention its number."
        )
    region = one_line(request.region) if request else ""
    names = f"{f'the region {region}' if region else 'the region'} and {f'case {case}' if case else 'the old case'}"
    return (
        f"The case is closed and has no Reply button. Open a new one: Support Center → Create case → Service limit"
        f" increase → SES Sending Limits. Name {names} in it: {_CONSOLE}#/case/create. Or request a quota increase"
        " (Service Quotas, ses, L-804C8AE8), which becomes a case; whether that leads to production access is unknown."
    )


class _ReplyWriter:
    """Writes one reply, with own answers of at most `most` characters."""

    def __init__(
        self, refusal: Refusal, answers: ReplyAnswers, request: Answers | None, seen: SeenFacts | None, most: int
    ) -> None:
        self._refusal, self._answers, self._most = refusal, answers, most
        request = _with_language(refusal, request or Answers())
        self._letter = Letter(request, seen, most=most)
        self._words: dict[str, Any] = load_table("reply")[refusal.language]
        self._posted = [text_key(clean_text(text)) for text in answers.posted]
        described = text_key(write(request, seen).description) if request != Answers() else ""
        self._replies = [text for text in self._posted if not described or described not in text]
        self.second = bool(self._replies) if answers.refused_before is None else answers.refused_before
        self._has_facts = False
        self._repeats_facts = refusal.kind in _ASK_SENTENCES and not self.second

    def write_text(self) -> str:
        """Returns the whole reply; empty where nothing was said that AWS does not know."""
        body = self._answer_blocks() if self._refusal.kind is RefusalKind.QUESTIONS else self._refusal_blocks()
        if not body:
            return ""
        name = one_line(self._letter.answers.name)
        sign_off = "\n".join(filter(None, (self._say("regards"), name))) if name else ""
        opening = (self._say("greeting"), self._closed_case_sentence(), self._opening_sentence())
        return "\n\n".join(filter(None, (*opening, *body, self._say("thanks"), sign_off)))

    def _say(self, name: str, **values: str) -> str:
        return str(self._words[name]).format(**values)

    def _opening_sentence(self) -> str:
        """Returns what a reply begins with: it announces facts only where more follows than a question."""
        suffix = "" if self._has_facts else "_bare"
        match self._refusal.kind:
            case RefusalKind.CONCERN:
                named = "" if self.second else next(iter(self._list_concerns()), "")
                return self._say("concern", concern=self._say(named or f"{'again' if self.second else 'any'}{suffix}"))
            case RefusalKind.NO_DETAILS:
                return self._say(f"no_details{'_again' if self.second else ''}{suffix}")
            case RefusalKind.STILL_NO:
                return self._say(f"still_no{'' if self.second else '_first'}{suffix}")
            case RefusalKind.OTHER if self._refusal.quotes:
                return self._say("other", quote=shorten_text(self._refusal.quotes[0].replace("\n", " "), 400))
            case RefusalKind.QUESTIONS:
                return self._say("questions" if len(self._refusal.questions) > 1 else "question")
        return self._say("unclear")

    def _closed_case_sentence(self) -> str:
        """Returns which case a reply is about that has to open a new one."""
        case, region = one_line(self._answers.case_id), one_line(self._letter.answers.region)
        if not self._answers.case_closed or not case:
            return ""
        return self._say("closed_region" if region else "closed", case=case, region=region)

    def _answer_blocks(self) -> list[str]:
        """Returns each question that has an answer, under AWS's own words."""
        questions = [shorten_text(question, self._most).replace("\n", " ") for question in self._refusal.questions]
        blocks = []
        for number, (question, answer) in enumerate(zip(questions, self._answers.answers, strict=False), 1):
            if clean_text(answer):
                name = "head_answer" if len(questions) > 1 else "head_answer_one"
                head = self._say(name, n=str(number), question=question)
                blocks.append(f"{head}\n{self._own_text(answer)}")
        heads = {"head_changed": self._answers.changed, "head_opt_in": self._answers.opt_in}
        more = [self._headed_block(head, text) for head, text in heads.items()]
        confirmation = self._headed_block("head_confirmation", self._answers.confirmation, as_sent=True)
        rest = [*more, confirmation, self._links_sentence("\n".join(blocks)), self._own_text(self._answers.question)]
        return [*blocks, *filter(None, rest)] if blocks or any(more) else []

    def _refusal_blocks(self) -> list[str]:
        """Returns what meets a refusal: what changed, the facts of the concern, the article's four points, and one
        question."""
        answers = self._answers
        changed = self._headed_block("head_changed", answers.changed)
        opt_in = self._headed_block("head_opt_in", answers.opt_in)
        confirmation = self._headed_block("head_confirmation", answers.confirmation, as_sent=True)
        comparison = self._own_text(answers.comparison)
        says_new = any((changed, opt_in, confirmation, comparison))
        if self._refusal.kind not in _ASK_SENTENCES and not says_new and not clean_text(answers.question):
            return []
        facts = self._fact_blocks(no_opt_in=bool(opt_in)) if self._repeats_facts or self._list_concerns() else []
        self._has_facts = says_new or bool(facts)
        body = [changed, *facts, opt_in, confirmation, self._links_sentence("\n".join(facts)), comparison]
        question = self._own_text(answers.question) or self._say(_ASK_SENTENCES.get(self._refusal.kind, "ask_other"))
        return [*filter(None, body), question]

    def _fact_blocks(self, *, no_opt_in: bool) -> list[str]:
        """Returns the facts of the request that the refusal is about, as far as AWS has not read them."""
        letter, concerns = self._letter, self._list_concerns()
        names = [_SECTION_OF_CONCERN[concern] for concern in concerns]
        if self._refusal.kind in (RefusalKind.NO_DETAILS, RefusalKind.STILL_NO):
            names = ["about", "kinds", "opt_in"]
        elif "opt_in" not in names:
            names.append("opt_in")
        blocks = []
        for name in dict.fromkeys(names):
            if name == "opt_in" and no_opt_in:
                continue
            is_concern = concerns or name == "opt_in"  # what AWS asks about is said again, though the request says it
            posted = self._replies if is_concern else self._posted
            paragraphs = [_without_posted(paragraph, posted) for paragraph in _section_paragraphs(letter, name)]
            head = letter.say(_HEADS[name]) if name in _HEADS else ""
            blocks += ["\n".join(filter(None, (head, *paragraphs)))] if any(paragraphs) else []
        return blocks

    def _list_concerns(self) -> list[Concern]:
        """Returns the concerns that AWS names, or those that the person says it is about."""
        if self._refusal.kind is RefusalKind.CONCERN:
            return list(self._refusal.concerns)
        if self._refusal.kind in (RefusalKind.OTHER, RefusalKind.UNCLEAR) and clean_text(self._answers.about):
            data = load_table("refusal")["concern"]
            return [concern for concern in Concern if mentions(self._answers.about, data[concern.value])]
        return []

    def _links_sentence(self, before: str) -> str:
        answers, request = self._answers, self._letter.answers
        privacy = format_url(answers.privacy_policy) or format_url(request.privacy_policy)
        page = format_url(answers.unsubscribe_page) or format_url(request.unsubscribe_page)
        privacy, page = ("" if url and (url in before or self._was_named(url)) else url for url in (privacy, page))
        name = "links" if privacy and page else "privacy" if privacy else "unsubscribe" if page else ""
        return self._say(name, privacy=privacy, unsubscribe=page) if name else ""

    def _was_named(self, page: str) -> bool:
        """Tells whether a page was named in a reply before; the article wants it named once in the appeal."""
        return self.second and any(text_key(page) in text for text in self._posted)

    def _headed_block(self, head: str, text: str, *, as_sent: bool = False) -> str:
        own = shorten_text(text, self._most) if as_sent else self._own_text(text)
        if as_sent and any(text_key(own) in posted for posted in self._posted):
            return ""
        return f"{self._say(head)}\n{own}" if own else ""

    def _own_text(self, text: str) -> str:
        own = finish_sentences(shorten_text(text, self._most))
        return own if self._refusal.kind is RefusalKind.QUESTIONS else _without_posted(own, self._posted)


_ASK_SENTENCES = {
    RefusalKind.NO_DETAILS: "ask_no_details",
    RefusalKind.STILL_NO: "ask_still_no",
    RefusalKind.CONCERN: "ask_concern",
}
_SECTION_OF_CONCERN = {
    Concern.LIST_SOURCE: "opt_in",
    Concern.WEBSITE: "about",
    Concern.VOLUME: "kinds",
    Concern.BOUNCES: "bounces",
    Concern.COMPLAINTS: "bounces",
    Concern.REGION: "domain",
}
_HEADS = {"kinds": "head_kinds", "opt_in": "head_opt_in", "bounces": "head_bounces", "leaving": "head_leaving"}


def _without_posted(text: str, posted: list[str]) -> str:
    """Returns a text without the sentences that were posted before."""
    keys = {sentence: text_key(sentence) for sentence in split_sentences(text)}
    long_keys = {sentence: key for sentence, key in keys.items() if len(key) >= _SHORTEST_REPEAT}
    repeated = {sentence for sentence, key in long_keys.items() if any(key in posted_text for posted_text in posted)}
    if not repeated:
        return text
    new_sentences = [sentence for sentence in split_sentences(text) if sentence not in repeated]
    return " ".join(new_sentences) if long_keys.keys() - repeated else ""


def _topic_paragraphs(letter: Letter, topics: Iterable[str]) -> list[str]:
    """Returns the paragraphs of the request on some topics, none of them twice."""
    paragraphs = [paragraph for topic in topics for paragraph in _section_paragraphs(letter, topic)]
    return list(dict.fromkeys(paragraphs))


def _section_paragraphs(letter: Letter, name: str) -> tuple[str, ...]:
    match name:
        case "business":
            return tuple(filter(None, (letter.own_text(letter.answers.business),)))
        case "kinds":
            return (*letter.kind_lines(numbered=False), *letter.total_paragraphs())
        case "volume":
            return letter.total_paragraphs() or letter.kind_lines(numbered=False)
        case "website":
            page = format_url(letter.answers.website)
            return (letter.say("site", website=page),) if page else ()
    sections = {
        "about": letter.business_and_site,
        "opt_in": letter.opt_in_paragraphs,
        "bounces": letter.bounce_paragraphs,
        "leaving": letter.leaving_paragraphs,
        "privacy": letter.privacy_paragraphs,
        "example": letter.example_paragraphs,
        "domain": letter.domain_paragraphs,
    }
    return sections[name]()


def _with_language(refusal: Refusal, answers: Answers) -> Answers:
    language = ContactLanguage.JA if refusal.language == "ja" else ContactLanguage.EN
    return replace(answers, language=language)
