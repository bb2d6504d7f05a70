"""Writes the parts of the letter, in their fixed order: own sentences, computed numbers, what was ticked or seen.

Every sentence that is not the person's own is in `data/letter.toml` with the condition under which it is there; the
code here holds those conditions. Empty parts leave no trace.
"""

import re
from calendar import month_abbr
from collections.abc import Iterable
from datetime import date
from typing import Any

from drafts.volume import KindVolume, find_numbers, format_number, volume_of
from drafts.wording import (
    capitalize,
    clean_text,
    finish_sentences,
    fold_text,
    is_wide,
    join_sentences,
    load_table,
    mentions,
    one_line,
    shorten_text,
)
from model.request import Answers, ContactLanguage, Leaving, MailKind, Part, Rhythm, SeenFacts, Unconfirmed

MOST_CHARACTERS = 5_000
"""SES PutAccountDetails, UseCaseDescription."""
MOST_KINDS = 5
MOST_URL = 250
_YEAR = re.compile(r"(?:since |from )?((?:[a-z]{3,9}\.? )?(?:19|20)\d\d|(?:19|20)\d\d年(?:\d{1,2}月)?)", re.IGNORECASE)
_SELDOM = (Rhythm.QUARTERLY, Rhythm.TWICE_A_YEAR, Rhythm.YEARLY)
_WAYS = ("link", "one_click", "link_one_click", "setting", "action", "action_too")
_DISTINCTIVE_NUMBER = 100
"""From here on a number in an own sentence is taken for the same number that was asked for."""


class Letter:
    """Writes parts in one language. `most` is how many characters of one own answer may stand."""

    def __init__(self, answers: Answers, seen: SeenFacts | None, *, most: int = MOST_CHARACTERS) -> None:
        self.answers = answers
        self.japanese = answers.language is ContactLanguage.JA
        self._words: dict[str, Any] = load_table("letter")["ja" if self.japanese else "en"]
        self._seen = seen if seen and _is_same_subject(answers, seen) else None
        self._most = most
        self.kinds = tuple(kind for kind in answers.kinds if kind != MailKind())[:MOST_KINDS]
        self._volumes = [volume_of(kind) for kind in self.kinds]

    def write_parts(self) -> tuple[Part, ...]:
        """Returns all parts that have something to say."""
        parts = (
            Part("", self.opening_paragraphs()),
            self._make_part("head_kinds", self.kinds_and_totals()),
            self._make_part("head_opt_in", self.opt_in_paragraphs()),
            self._make_part("head_leaving", self.leaving_paragraphs()),
            self._make_part("head_bounces", self.bounce_paragraphs()),
            self._make_part("head_privacy", self.privacy_paragraphs()),
            self._make_part("head_more", _without_empty(self.own_text(self.answers.anything_else))),
            self._make_part("head_example", self.example_paragraphs()),
        )
        return tuple(part for part in parts if part.paragraphs)

    def say(self, name: str, **values: str) -> str:
        """Returns one of the set sentences."""
        return str(self._words[name]).format(**values)

    def own_text(self, text: str, *, first: bool = True) -> str:
        """Returns an own answer, shortened to what fits and finished; without `first` it goes on after a colon."""
        return finish_sentences(shorten_text(text, self._most), capitalize_first=first)

    def own_texts(self) -> list[str]:
        """Returns every own answer, shortened to what fits."""
        a = self.answers
        kinds = [text for kind in self.kinds for text in (kind.sentence, kind.leaving_words)]
        texts = (a.business, *kinds, a.opt_in, a.bounces, a.anything_else, a.example)
        return [shorten_text(text, self._most) for text in texts if text]

    def describe_sender(self) -> str:
        """Returns the name, with place and since in brackets."""
        name, place, since = (one_line(text) for text in (self.answers.name, self.answers.place, self.answers.since))
        year = _YEAR.fullmatch(since)
        if year:
            lacks_suffix = self.japanese and year[1].isdigit()
            since = self.say("since", since=f"{year[1]}年" if lacks_suffix else _capitalize_month(year[1]))
        details = ", ".join(text for text in (place, since) if text)
        if not details:
            return name
        return f"{name}（{details.replace(', ', '、')}）" if self.japanese else f"{name} ({details})"

    def opening_paragraphs(self) -> tuple[str, ...]:
        """Returns who asks, and the business."""
        region = one_line(self.answers.region)
        if not one_line(self.answers.name):
            return self.business_and_site()
        asks = self.say("opening" if region else "opening_anywhere", who=self.describe_sender(), region=region)
        return self.business_and_site(asks)

    def business_and_site(self, *before: str) -> tuple[str, ...]:
        """Returns the business in own sentences; its website and domain, and what the bot has seen of the domain."""
        sentences = [*before, self.own_text(self.answers.business), self._site_sentence()]
        return _without_empty(join_sentences(sentences), *self.domain_paragraphs())

    def kind_lines(self, *, numbered: bool = True) -> tuple[str, ...]:
        """Returns each kind of mail in one breath, numbered where there are several."""
        lines = map(self._kind_line, self.kinds)
        if not numbered or len(self.kinds) < 2:
            return tuple(lines)
        return tuple(f"{number}. {line}" for number, line in enumerate(lines, 1))

    def kinds_and_totals(self) -> tuple[str, ...]:
        """Returns the kinds and the month; one kind and its busiest day are one paragraph."""
        lines = (*self.kind_lines(), *self.total_paragraphs())
        return lines if len(self.kinds) > 1 else _without_empty(join_sentences(list(lines)))

    def total_paragraphs(self) -> tuple[str, ...]:
        """Returns the month as a sum, where several kinds are counted, and the busiest day."""
        counted = [volume for volume in self._volumes if volume]
        total, sentences = sum(volume.product for volume in counted), []
        if len(counted) > 1:
            pairs = zip(self.kinds, self._volumes, strict=True)
            has_seldom = any(volume and kind.rhythm in _SELDOM for kind, volume in pairs)
            has_rounded = any(volume.rounded for volume in counted)
            name = "total_average" if has_seldom else "total_about" if has_rounded else "total"
            terms = " + ".join(format_number(volume.product) for volume in counted)
            sentences.append(self.say(name, n=format_number(total), sum=terms))
        day = one_line(self.answers.busiest_when)
        is_obvious = not day and len(self.kinds) == 1 and self.kinds[0].rhythm is not Rhythm.ON_EVENT
        if (self.answers.busiest or 0) > 0 and not (is_obvious and self.answers.busiest == self.kinds[0].count):
            busiest = self._count_phrase("messages", self.answers.busiest or 0)
            sentences.append(self.say("busiest_when" if day else "busiest", busiest=busiest, when=day))
        return _without_empty(join_sentences(sentences))

    def opt_in_paragraphs(self) -> tuple[str, ...]:
        """Returns how people opt in: own sentences, the page, and what becomes of addresses that are not confirmed."""
        answers, own_words = self.answers, self.answers.opt_in
        sentences = []
        if (page := format_url(answers.opt_in_page)) and not names_page(own_words, page):
            sentences.append(self.say("opt_in_page", page=page))
        if answers.confirmed and not self._already_says("confirmed", own_words):
            sentences.append(self.say("confirmed"))
        if answers.confirmed is not False and not self._says_unconfirmed(own_words):
            sentences.append(self._unconfirmed_sentence())
        return _without_empty(join_sentences([self.own_text(own_words), *sentences]))

    def leaving_paragraphs(self) -> tuple[str, ...]:
        """Returns how people stop each kind of mail, kinds with the same answer together, and the page."""
        groups: dict[str, list[str]] = {}
        for number, kind in enumerate(self.kinds, 1):
            if how := self._leaving_sentence(kind):
                type_of = self.say(kind.mail_type.value.lower()) if kind.mail_type else str(number)
                groups.setdefault(how, []).append(one_line(kind.name) or type_of)
        if len(self.kinds) == 1:
            lines = [capitalize(how) for how in groups]
        else:
            lines = [self._kinds_sentence(names, how) for how, names in groups.items()]
        if (page := format_url(self.answers.unsubscribe_page)) and not any(names_page(line, page) for line in lines):
            lines.append(self.say("unsubscribe_page", page=page))
        return _without_empty(*lines)

    def bounce_paragraphs(self) -> tuple[str, ...]:
        """Returns what happens on a bounce and on a complaint, in own sentences, and what the bot has seen of it."""
        seen_sentences = []
        if self._seen and self._seen.suppression:
            seen_sentences.append(self.say("suppression", date=self._format_day(self._seen.at)))
        if self._seen and self._seen.rehearsed:
            seen_sentences.append(self.say("rehearsed", date=self._format_day(self._seen.rehearsed)))
        return _without_empty(join_sentences([self.own_text(self.answers.bounces), *seen_sentences]))

    def privacy_paragraphs(self) -> tuple[str, ...]:
        page = format_url(self.answers.privacy_policy)
        return (self.say("privacy", page=page),) if page else ()

    def example_paragraphs(self) -> tuple[str, ...]:
        """Returns one message as it is sent, with its own lines."""
        return _without_empty(shorten_text(self.answers.example, self._most))

    def _make_part(self, head: str, paragraphs: Iterable[str]) -> Part:
        return Part(self.say(head), tuple(paragraphs))

    def _site_sentence(self) -> str:
        website, domain = format_url(self.answers.website), one_line(self.answers.domain)
        business = self.answers.business
        website = "" if website and names_page(business, website) else website
        domain = "" if domain and names_page(business, domain) else domain
        if website and domain:
            return self.say("site_and_domain", website=website, domain=domain)
        if website:
            return self.say("site", website=website)
        return self.say("domain", domain=domain) if domain else ""

    def domain_paragraphs(self) -> tuple[str, ...]:
        """Returns what the bot has seen of the domain in the region of the request."""
        seen = self._seen
        if not seen or not seen.domain:
            return ()
        day = self._format_day(seen.at)
        values = {"date": day, "domain": seen.domain, "region": seen.region, "mail_from": seen.mail_from}
        if seen.verified and seen.region:
            name = f"verified{'_dkim' if seen.dkim else ''}{'_mail_from' if seen.mail_from else ''}"
            return (join_sentences([self.say(name, **values), self.say("dmarc") if seen.dmarc else ""]),)
        return (self.say("dmarc_alone", **values),) if seen.dmarc else ()

    def _kind_line(self, kind: MailKind) -> str:
        name = capitalize(one_line(kind.name))
        kind_of = self.say(kind.mail_type.value.lower()) if kind.mail_type else ""
        if name and kind_of:
            name = f"{name}（{kind_of}）" if self.japanese else f"{name} ({kind_of})"
        name, sentence = name or kind_of, self.own_text(kind.sentence, first=False)
        if name and sentence:
            sentence = f"{name}：{sentence}" if self.japanese else f"{name}: {sentence}"
        elif name:
            sentence = f"{name}{'。' if self.japanese else '.'}"
        return join_sentences([capitalize(sentence), self._rhythm_sentence(kind, volume_of(kind))])

    def _rhythm_sentence(self, kind: MailKind, volume: KindVolume | None) -> str:
        """Returns the rhythm, the number and their product, as far as the own sentence does not say them already."""
        if kind.rhythm is None:
            return ""
        rhythm = self._rhythm_phrase(kind)
        if volume is None:
            return self.say("month_rhythm", rhythm=rhythm) if rhythm else ""
        if kind.rhythm is Rhythm.ON_EVENT:
            return self._events_sentence(volume)
        says_rhythm = self._already_says(kind.rhythm.value, kind.sentence)
        product = self._product_phrase(kind.rhythm, volume)
        says_count = volume.count >= _DISTINCTIVE_NUMBER and volume.count in find_numbers(kind.sentence)
        if says_rhythm and says_count:
            return "" if kind.rhythm is Rhythm.MONTHLY else self.say("makes", product=product)
        form = "count" if says_rhythm else "rhythm" if says_count else "full"
        recipients = self._count_phrase("recipients", volume.count)
        name = f"{'month' if kind.rhythm is Rhythm.MONTHLY else 'goes'}_{form}"
        return self.say(name, rhythm=rhythm, recipients=recipients, product=product)

    def _events_sentence(self, volume: KindVolume) -> str:
        if volume.product == 1:
            return self.say("events_1")
        if volume.factor == 1:
            return self.say("events", n=format_number(volume.product))
        name = "events_average" if volume.factor % 1 else "events_each"
        times, per_event = self._count_phrase("times", volume.count), format_number(float(volume.factor))
        return self.say(name, times=times, per_event=per_event, n=format_number(volume.product))

    def _product_phrase(self, rhythm: Rhythm, volume: KindVolume) -> str:
        rounded_name = "product_average" if rhythm in _SELDOM else "product_about"
        name = rounded_name if volume.rounded else "product_1" if volume.product == 1 else "product_n"
        return self.say(name, n=format_number(volume.product))

    def _rhythm_phrase(self, kind: MailKind) -> str:
        if kind.rhythm is None or kind.rhythm is Rhythm.ON_EVENT:
            return ""
        name, times = kind.rhythm.value, kind.times_a_week or 0
        if kind.rhythm is Rhythm.TIMES_A_WEEK:
            name = {1: "weekly", 2: "twice_a_week"}.get(times, name)
            if not 1 <= times <= 1_000:
                return ""
        return str(self._words["rhythms"][name]).format(n=times)

    def _unconfirmed_sentence(self) -> str:
        match self.answers.unconfirmed:
            case Unconfirmed.DELETED if (self.answers.unconfirmed_days or 0) > 0:
                return self.say("unconfirmed_days", days=self._count_phrase("days", self.answers.unconfirmed_days or 0))
            case Unconfirmed.DELETED:
                return self.say("unconfirmed_deleted")
            case Unconfirmed.NEVER_MAILED:
                return self.say("unconfirmed_never")
        return ""

    def _says_unconfirmed(self, own_words: str) -> bool:
        """Tells whether own words say what becomes of unconfirmed addresses: of a deletion also that it is one."""
        names = ("unconfirmed", "deleted") if self.answers.unconfirmed is Unconfirmed.DELETED else ("unconfirmed",)
        return all(self._already_says(name, own_words) for name in names)

    def _kinds_sentence(self, kinds: list[str], how: str) -> str:
        """Returns the names of kinds, and after a colon how people stop them."""
        is_set_sentence = how.startswith(tuple(map(self.say, _WAYS)))
        sentence = how[:1].lower() + how[1:] if is_set_sentence else how
        return self.say("for_kinds", names=capitalize(self._join_list(kinds)), sentence=sentence)

    def _leaving_sentence(self, kind: MailKind) -> str:
        """Returns how people stop one kind, as it goes on after a colon. Next to a way, an action is no reason for
        none."""
        own_words = self.own_text(kind.leaving_words, first=False)
        ticked = {tick for tick in kind.leaving if not self._already_says(tick.value, own_words)}
        if Leaving.ACTION in ticked and not own_words and len(ticked) == 1:
            return self.say("action")
        links = [way.value for way in (Leaving.LINK, Leaving.ONE_CLICK) if way in ticked]
        names = ["action_too"] if Leaving.ACTION in ticked else []
        names += ["link_one_click"] if len(links) > 1 else links
        names += ["setting"] if Leaving.SETTING in ticked else []
        return join_sentences([*map(self.say, names), capitalize(own_words) if names else own_words])

    def _already_says(self, name: str, text: str) -> bool:
        """Tells whether own words say something already, in the language of the letter."""
        phrases = load_table("letter")["said"].get(name, ())
        return bool(text) and mentions(text, [phrase for phrase in phrases if is_wide(phrase) == self.japanese])

    def _count_phrase(self, name: str, number: int) -> str:
        return self.say(f"{name}_1") if number == 1 else self.say(f"{name}_n", n=format_number(number))

    def _join_list(self, texts: list[str]) -> str:
        *first, last = texts
        return f"{self.say('comma').join(first)}{self.say('and')}{last}" if first else last

    def _format_day(self, day: date) -> str:
        return f"{day.year}年{day.month}月{day.day}日" if self.japanese else f"{day.day} {day:%B} {day.year}"


def _capitalize_month(since: str) -> str:
    """Returns a date with the capital of its month: "March 2021"."""
    return capitalize(since) if since.title().startswith(tuple(month_abbr[1:])) else since


def format_url(text: str) -> str:
    """Returns a URL as it goes into a text: one line with its scheme, empty where it is longer than a page's address
    can be."""
    line = clean_text(text).replace("\n", " ")
    if len(line) > MOST_URL or not line:
        return ""
    return line if re.match(r"[a-z][a-z0-9+.-]{0,20}:", line, re.IGNORECASE) else f"https://{line}"


def names_page(text: str, address: str) -> bool:
    """Tells whether a text already names a page or a domain."""
    bare = re.sub(r"^https?://(?:www\.)?", "", fold_text(address)).rstrip("/")
    return bool(bare) and re.search(rf"(?<![\w.-]){re.escape(bare)}(?![\w-]|[./][\w-])", fold_text(text)) is not None


def _is_same_subject(answers: Answers, seen: SeenFacts) -> bool:
    """Tells whether what was seen is about the domain and the region that the request is about."""
    same_domain = seen.domain.strip(".").lower() == clean_text(answers.domain).strip(".").lower()
    return same_domain and seen.region in ("", clean_text(answers.region))


def _without_empty(*texts: str) -> tuple[str, ...]:
    return tuple(text for text in texts if text)
