"""What the draft and the appeal say on each topic, as sentences in the language of the answers."""

import re
from collections.abc import Callable

from drafts.woven.appeal.notes import as_typed, first_woven, is_notes
from drafts.woven.appeal.signs import Topic
from drafts.woven.appeal.words import Words
from drafts.woven.request.consent import joining
from drafts.woven.request.leaving import leaving
from drafts.woven.request.opening import opening, overview_ends_opening
from drafts.woven.request.plain import told_plainly
from drafts.woven.request.streams import sentences as stream_sentences
from drafts.woven.request.told import told
from drafts.woven.request.trouble import trouble
from drafts.woven.request.voice import Voice
from drafts.woven.request.volume import volume
from drafts.woven.text.nouns import needs_article
from drafts.woven.text.phrase import known, lower_first
from drafts.woven.text.reading import closed, read, unit
from drafts.woven.text.shape import Shape
from drafts.woven.text.tidy import flat
from drafts.woven.text.tongue import Tongue
from model import Answers, AppealAnswers

_WEB = re.compile(r"(?:https?://)?(?:[\w-]+\.)+[a-z]{2,}(?:/\S*)?", re.IGNORECASE)
_MENTIONED = {Topic.LISTS: "confirm|verif", Topic.BOUNCES: "bounc", Topic.COMPLAINTS: "complain|spam"}
_WRITTEN = re.compile(r"[A-Z][^.!?\n]{15,}[.!?](?:\s|$)")
"""Opens as a sentence and closes as one, whatever its grammar."""
_WITH_SUBJECT = re.compile(r"(?:The|Our|My|Each|Every)\b[^.!?\n]{20,}[.!?](?:\s|$)")
"""Opens with its own subject and closes as a sentence: it needs no frame."""
_ASKING = re.compile(r"(?<=\w) (?P<be>is|am|are) asking for production access (?=to send |so that )")
_LIKEWISE = re.compile(r"same\b|likewise\b|ditto\b|as (?:for )?bounces\b", re.IGNORECASE)


class Facts:
    """The answers as sentences: woven where they are English, else as they were typed."""

    def __init__(self, appeal: AppealAnswers, draft: Answers, words: Words, voice: Voice) -> None:
        self.appeal, self.draft, self.words, self.voice = appeal, draft, words, voice
        self.woven = voice.tongue is Tongue.ENGLISH

    def business(self) -> list[str]:
        """Who is writing, and what they send to whom."""
        if not self.woven:
            return self._plain("business", "place", "since")
        if not any((self.draft.business, self.draft.name, self.draft.streams)):
            return []
        said = opening(self.draft, tuple(told(s, self.voice) for s in self.draft.streams), self.voice)
        return [asked_already(s) for s in said]

    def use_case(self) -> list[str]:
        """The same, and each kind of mail with its trigger, recipients, rhythm and number."""
        business = self.business()
        return [*business, *self.streams(introduced=bool(business))]

    def streams(self, *, introduced: bool = False) -> list[str]:
        """Each kind of mail. `introduced`: the sentences of `business` stand before them."""
        if not self.woven:
            japanese = self.voice.tongue is Tongue.JAPANESE
            fields = ("what", "trigger", "recipients", "rhythm", "number")
            return [s for stream in self.draft.streams for s in told_plainly(stream, fields, japanese)]
        each = [told(s, self.voice) for s in self.draft.streams]
        alone = introduced and len(each) == 1 and overview_ends_opening(self.draft, self.voice)
        overview = introduced and 1 < len(each) < 4
        return [
            s
            for at, one in enumerate(each)
            for s in stream_sentences(one, at, self.voice, alone=alone, overview=overview)
        ]

    def rhythms(self) -> list[str]:
        """How often: the whole use case, where at least one kind of mail says it."""
        return self.use_case() if any(s.rhythm.strip() or s.number.strip() for s in self.draft.streams) else []

    def volume(self) -> list[str]:
        """The month, what it is worked out from, and the busiest day."""
        a = self.draft
        if not self.woven:
            return self._plain("monthly", "basis", "busiest")
        return volume(a.monthly, a.basis, a.busiest, len(a.streams) > 1, self.voice)

    def opt_in(self) -> list[str]:
        """How people opt in: the appeal's own words, else those of the draft; and what happens to the unconfirmed."""
        own = self.appeal.opt_in.strip()
        if not self.woven:
            return [*(as_typed(own) if own else self._plain("opt_in")), *self.unconfirmed()]
        said = self._framed(own or self.draft.opt_in, lambda text: joining(text, "", self.voice))
        return list(dict.fromkeys([*said, *self.unconfirmed()]))

    def unconfirmed(self) -> list[str]:
        """What happens to those who do not confirm."""
        if not self.woven:
            return self._plain("unconfirmed")
        return self._labelled(self.draft.unconfirmed, Topic.LISTS, lambda text: joining("", text, self.voice))

    def upkeep(self) -> list[str]:
        """What takes an address off the list."""
        return [*self.unconfirmed(), *self.bounces()]

    def bounces(self) -> list[str]:
        """What happens on a bounce."""
        if not self.woven:
            return self._plain("bounces")
        return self._labelled(self.draft.bounces, Topic.BOUNCES, lambda text: trouble(text, "", self.voice))

    def complaints(self) -> list[str]:
        """What happens on a complaint; with the bounce where it was only said to be the same."""
        if not self.woven:
            return self._plain("complaints")
        if _LIKEWISE.match(self.draft.complaints.strip()):
            return self.trouble()
        return self._labelled(self.draft.complaints, Topic.COMPLAINTS, lambda text: trouble("", text, self.voice))

    def trouble(self) -> list[str]:
        """Both, in one sentence where they are the same."""
        if not self.woven:
            return self._plain("bounces", "complaints")
        bounces, complaints = self.draft.bounces, self.draft.complaints
        if not self._noted(bounces) and not self._noted(complaints):
            return trouble(bounces, complaints, self.voice)
        if _LIKEWISE.match(complaints.strip()):
            return as_typed(bounces, self.words.both_events, "bounc.*complain")
        return [*self.bounces(), *self.complaints()]

    def changed(self) -> list[str]:
        """What has changed since, as sentences."""
        text, frame = self.appeal.changed, self.words.changed
        units = read(text, english=self.woven)
        if self.woven and units and units[0].shape is Shape.SENTENCE and _bare_thing(text.split()[0].lower()):
            return [f"The {lower_first(units[0].closed)}", *closed(units[1:])]
        if not units or units[0].shape in {Shape.SENTENCE, Shape.OTHER}:
            return closed(units)
        if _WRITTEN.match(text.strip()):
            return as_typed(text)
        if self._noted(text):
            return as_typed(text, frame.partition(":")[0])
        return [frame.format(units[0].inside), *closed(units[1:])]

    def website(self) -> list[str]:
        site = flat(self.draft.website)
        return [self.words.website.format(site)] if site else []

    def domain(self) -> list[str]:
        domain = flat(self.draft.domain)
        return [self.words.domain.format(domain)] if domain else []

    def links(self) -> list[str]:
        """Privacy policy and unsubscribing: the addresses first, then how people leave."""
        policy, way = flat(self.appeal.privacy), flat(self.appeal.unsubscribe)
        if not _WEB.fullmatch(way):
            return [*self.privacy(), *self._leaving(self.appeal.unsubscribe if way else self.draft.leaving)]
        if _WEB.fullmatch(policy):
            return [self.words.both_at.format(policy, way), *self._leaving(self.draft.leaving)]
        return [*self.privacy(), self.words.unsubscribe_at.format(way), *self._leaving(self.draft.leaving)]

    def privacy(self) -> list[str]:
        """Where the privacy policy is, as an address or as it was said."""
        policy = flat(self.appeal.privacy)
        if _WEB.fullmatch(policy):
            at = policy if self.voice.tongue is Tongue.JAPANESE else f"at {policy}"
            return [self.words.privacy.format(at)]
        units = read(policy, english=self.woven)
        if len(units) == 1 and units[0].shape in {Shape.PREPOSITION, Shape.PARTICIPLE}:
            return [self.words.privacy.format(units[0].inside)]
        return closed(units)

    def on(self, topic: Topic) -> list[str]:
        """What is known on one topic of AWS's."""
        known = {
            Topic.USE_CASE: self.use_case, Topic.FREQUENCY: self.rhythms, Topic.VOLUME: self.volume,
            Topic.LISTS: self.upkeep, Topic.OPT_IN: self.opt_in, Topic.BOUNCES: self.bounces,
            Topic.COMPLAINTS: self.complaints, Topic.UNSUBSCRIBES: self.links, Topic.WEBSITE: self.website,
            Topic.DOMAIN: self.domain, Topic.REMEDY: self.changed, Topic.PRIVACY: self.links,
        }  # fmt: skip
        return known[topic]() if topic in known else []

    def _leaving(self, how: str) -> list[str]:
        if self.woven:
            return self._framed(how, lambda text: leaving(text, self.voice))
        return self._plain("leaving") if how == self.draft.leaving else as_typed(how)

    def _noted(self, text: str) -> bool:
        return is_notes(text, self.voice)

    def _framed(self, text: str, weave: Callable[[str], list[str]]) -> list[str]:
        """An answer that stands under its own head, where notes need no label."""
        if _WITH_SUBJECT.match(text.strip()):
            return as_typed(text)
        return first_woven(text, self.voice, weave) if self._noted(text) else weave(text)

    def _labelled(self, text: str, topic: Topic, weave: Callable[[str], list[str]]) -> list[str]:
        """An answer that stands among others: notes get a label."""
        label = self.words.unconfirmed if topic is Topic.LISTS else self.words.labels[topic]
        return as_typed(text, label, _MENTIONED[topic]) if self._noted(text) else weave(text)

    def _plain(self, *fields: str) -> list[str]:
        return told_plainly(self.draft, fields, self.voice.tongue is Tongue.JAPANESE)


def asked_already(text: str) -> str:
    """A text of the request as it reads in an appeal, which stands in a case that asks for access already."""
    return _ASKING.sub(lambda m: f" {'wants' if m['be'] == 'is' else 'want'} to use Amazon SES ", text)


def _bare_thing(word: str) -> bool:
    """Whether a sentence that opens with this word lacks its article: "Form now says …"."""
    return unit(word).shape is Shape.NOUN and known(word) and needs_article(word)
