"""The parts of the letter, in their fixed order: the person's own sentences, computed numbers, what was ticked or seen.

Every sentence that is not the person's own is in `data/letter.toml` with the condition under which it is there; the
code here holds those conditions. Empty parts leave no trace.
"""

import re
from calendar import month_abbr
from collections.abc import Iterable
from datetime import date
from typing import Any

from drafts.volume import KindVolume, grouped, numbers_in, of_kind
from drafts.wording import capital, clean, finish, fold, join, load, mentions, shorten, slot, wide
from model.request import Answers, ContactLanguage, Leaving, MailKind, Part, Rhythm, SeenFacts, Unconfirmed

MOST_CHARACTERS = 5_000
"""SES PutAccountDetails, UseCaseDescription."""
MOST_KINDS = 5
MOST_URL = 250
_YEAR = re.compile(r"(?:since |from )?((?:[a-z]{3,9}\.? )?(?:19|20)\d\d|(?:19|20)\d\d年(?:\d{1,2}月)?)", re.IGNORECASE)
_SELDOM = (Rhythm.QUARTERLY, Rhythm.TWICE_A_YEAR, Rhythm.YEARLY)
_WAYS = ("link", "one_click", "link_one_click", "setting", "action", "action_too")
_TELLING = 100
"""From here on a number in an own sentence is taken for the same number that was asked for."""


class Letter:
    """Writes parts in one language. `most` is how many characters of one own answer may stand."""

    def __init__(self, answers: Answers, seen: SeenFacts | None, *, most: int = MOST_CHARACTERS) -> None:
        self.answers = answers
        self.japanese = answers.language is ContactLanguage.JA
        self._words: dict[str, Any] = load("letter")["ja" if self.japanese else "en"]
        self._seen = seen if seen and _about_the_same(answers, seen) else None
        self._most = most
        self.kinds = tuple(kind for kind in answers.kinds if kind != MailKind())[:MOST_KINDS]
        self._volumes = [of_kind(kind) for kind in self.kinds]

    def parts(self) -> tuple[Part, ...]:
        """Returns all parts that have something to say."""
        found = (
            Part("", self.opening()),
            self._headed("head_kinds", self.kinds_and_totals()),
            self._headed("head_opt_in", self.opt_in()),
            self._headed("head_leaving", self.leaving()),
            self._headed("head_bounces", self.bounces()),
            self._headed("head_privacy", self.privacy()),
            self._headed("head_more", _paragraphs(self.own(self.answers.anything_else))),
            self._headed("head_example", self.example()),
        )
        return tuple(part for part in found if part.paragraphs)

    def say(self, name: str, **values: str) -> str:
        """Returns one of the set sentences."""
        return str(self._words[name]).format(**values)

    def own(self, text: str, *, first: bool = True) -> str:
        """Returns an own answer, shortened to what fits and finished; without `first` it goes on after a colon."""
        return finish(shorten(text, self._most), first=first)

    def own_texts(self) -> list[str]:
        a = self.answers
        kinds = [text for kind in self.kinds for text in (kind.sentence, kind.leaving_words)]
        return [
            shorten(text, self._most)
            for text in (a.business, *kinds, a.opt_in, a.bounces, a.anything_else, a.example)
            if text
        ]

    def who(self) -> str:
        """Returns the name, with place and since in brackets."""
        name, place, since = (slot(text) for text in (self.answers.name, self.answers.place, self.answers.since))
        year = _YEAR.fullmatch(since)
        if year:
            bare = self.japanese and year[1].isdigit()
            since = self.say("since", since=f"{year[1]}年" if bare else _month_capital(year[1]))
        beside = ", ".join(text for text in (place, since) if text)
        if not beside:
            return name
        return f"{name}（{beside.replace(', ', '、')}）" if self.japanese else f"{name} ({beside})"

    def opening(self) -> tuple[str, ...]:
        """Who asks, in the person's own words, with website and domain, and what the bot has seen of the domain."""
        region = slot(self.answers.region)
        asks = ""
        if slot(self.answers.name):
            asks = self.say("opening" if region else "opening_anywhere", who=self.who(), region=region)
        return _paragraphs(join([asks, self.own(self.answers.business), self._site()]), *self.seen_domain())

    def about(self) -> tuple[str, ...]:
        """Returns the business in own sentences; its website and domain, and what the bot has seen of the domain."""
        return _paragraphs(join([self.own(self.answers.business), self._site()]), *self.seen_domain())

    def kind_lines(self, *, numbered: bool = True) -> tuple[str, ...]:
        """Returns each kind of mail in one breath, numbered where there are several."""
        several = numbered and len(self.kinds) > 1
        return tuple(
            f"{at}. {line}" if several else line
            for at, line in enumerate((self._kind_line(kind) for kind in self.kinds), 1)
        )

    def kinds_and_totals(self) -> tuple[str, ...]:
        """Returns the kinds and the month; one kind and its busiest day are one paragraph."""
        lines = (*self.kind_lines(), *self.totals())
        return lines if len(self.kinds) > 1 else _paragraphs(join(list(lines)))

    def totals(self) -> tuple[str, ...]:
        """Returns the month as a sum, where several kinds are counted, and the busiest day."""
        counted = [volume for volume in self._volumes if volume]
        total, sentences = sum(volume.product for volume in counted), []
        if len(counted) > 1:
            seldom = any(
                volume and kind.rhythm in _SELDOM for kind, volume in zip(self.kinds, self._volumes, strict=True)
            )
            rounded = any(volume.rounded for volume in counted)
            name = "total_average" if seldom else "total_about" if rounded else "total"
            terms = " + ".join(grouped(volume.product) for volume in counted)
            sentences.append(self.say(name, n=grouped(total), sum=terms))
        when = slot(self.answers.busiest_when)
        known = not when and len(self.kinds) == 1 and self.kinds[0].rhythm is not Rhythm.ON_EVENT
        if (self.answers.busiest or 0) > 0 and not (known and self.answers.busiest == self.kinds[0].count):
            busiest = self._counted("messages", self.answers.busiest or 0)
            sentences.append(self.say("busiest_when" if when else "busiest", busiest=busiest, when=when))
        return _paragraphs(join(sentences))

    def opt_in(self) -> tuple[str, ...]:
        """Returns how people opt in: own sentences, the page, and what becomes of addresses that are not confirmed."""
        answers, said = self.answers, self.answers.opt_in
        sentences = []
        if (page := url(answers.opt_in_page)) and not names(said, page):
            sentences.append(self.say("opt_in_page", page=page))
        if answers.confirmed and not self._said("confirmed", said):
            sentences.append(self.say("confirmed"))
        if answers.confirmed is not False and not self._unconfirmed_said(said):
            sentences.append(self._unconfirmed())
        return _paragraphs(join([self.own(said), *sentences]))

    def leaving(self) -> tuple[str, ...]:
        """Returns how people stop each kind of mail, kinds with the same answer together, and the page."""
        groups: dict[str, list[str]] = {}
        for at, kind in enumerate(self.kinds, 1):
            if how := self._leaving(kind):
                type_of = self.say(kind.mail_type.value.lower()) if kind.mail_type else str(at)
                groups.setdefault(how, []).append(slot(kind.name) or type_of)
        if len(self.kinds) == 1:
            lines = [capital(how) for how in groups]
        else:
            lines = [self._for_kinds(one, how) for how, one in groups.items()]
        if (page := url(self.answers.unsubscribe_page)) and not any(names(line, page) for line in lines):
            lines.append(self.say("unsubscribe_page", page=page))
        return _paragraphs(*lines)

    def bounces(self) -> tuple[str, ...]:
        """Returns what happens on a bounce and on a complaint, in own sentences, and what the bot has seen of it."""
        seen = []
        if self._seen and self._seen.suppression:
            seen.append(self.say("suppression", date=self._day(self._seen.at)))
        if self._seen and self._seen.rehearsed:
            seen.append(self.say("rehearsed", date=self._day(self._seen.rehearsed)))
        return _paragraphs(join([self.own(self.answers.bounces), *seen]))

    def privacy(self) -> tuple[str, ...]:
        page = url(self.answers.privacy_policy)
        return (self.say("privacy", page=page),) if page else ()

    def example(self) -> tuple[str, ...]:
        """Returns one message as it is sent, with its own lines."""
        return _paragraphs(shorten(self.answers.example, self._most))

    def _headed(self, head: str, paragraphs: Iterable[str]) -> Part:
        return Part(self.say(head), tuple(paragraphs))

    def _site(self) -> str:
        website, domain = url(self.answers.website), slot(self.answers.domain)
        said = self.answers.business
        website = "" if website and names(said, website) else website
        domain = "" if domain and names(said, domain) else domain
        if website and domain:
            return self.say("site_and_domain", website=website, domain=domain)
        if website:
            return self.say("site", website=website)
        return self.say("domain", domain=domain) if domain else ""

    def seen_domain(self) -> tuple[str, ...]:
        """Returns what the bot has seen of the domain in the region of the request."""
        seen = self._seen
        if not seen or not seen.domain:
            return ()
        values = {"date": self._day(seen.at), "domain": seen.domain, "region": seen.region, "mail_from": seen.mail_from}
        if seen.verified and seen.region:
            name = f"verified{'_dkim' if seen.dkim else ''}{'_mail_from' if seen.mail_from else ''}"
            return (join([self.say(name, **values), self.say("dmarc") if seen.dmarc else ""]),)
        return (self.say("dmarc_alone", **values),) if seen.dmarc else ()

    def _kind_line(self, kind: MailKind) -> str:
        name = capital(slot(kind.name))
        kind_of = self.say(kind.mail_type.value.lower()) if kind.mail_type else ""
        if name and kind_of:
            name = f"{name}（{kind_of}）" if self.japanese else f"{name} ({kind_of})"
        name, said = name or kind_of, self.own(kind.sentence, first=False)
        if name and said:
            said = f"{name}：{said}" if self.japanese else f"{name}: {said}"
        elif name:
            said = f"{name}{'。' if self.japanese else '.'}"
        return join([capital(said), self._rhythm(kind, of_kind(kind))])

    def _rhythm(self, kind: MailKind, volume: KindVolume | None) -> str:
        """Returns the rhythm, the number and their product, as far as the own sentence does not say them already."""
        if kind.rhythm is None:
            return ""
        rhythm = self._rhythm_words(kind)
        if volume is None:
            return self.say("month_rhythm", rhythm=rhythm) if rhythm else ""
        if kind.rhythm is Rhythm.ON_EVENT:
            return self._events(volume)
        says_rhythm = self._said(kind.rhythm.value, kind.sentence)
        says_count = volume.count >= _TELLING and volume.count in numbers_in(kind.sentence)
        if says_rhythm and says_count:
            return (
                "" if kind.rhythm is Rhythm.MONTHLY else self.say("makes", product=self._product(kind.rhythm, volume))
            )
        form = "count" if says_rhythm else "rhythm" if says_count else "full"
        product, recipients = self._product(kind.rhythm, volume), self._counted("recipients", volume.count)
        name = f"{'month' if kind.rhythm is Rhythm.MONTHLY else 'goes'}_{form}"
        return self.say(name, rhythm=rhythm, recipients=recipients, product=product)

    def _events(self, volume: KindVolume) -> str:
        if volume.product == 1:
            return self.say("events_1")
        if volume.factor == 1:
            return self.say("events", n=grouped(volume.product))
        name = "events_average" if volume.factor % 1 else "events_each"
        times, each = self._counted("times", volume.count), grouped(float(volume.factor))
        return self.say(name, times=times, per_event=each, n=grouped(volume.product))

    def _product(self, rhythm: Rhythm, volume: KindVolume) -> str:
        about = "product_average" if rhythm in _SELDOM else "product_about"
        name = about if volume.rounded else "product_1" if volume.product == 1 else "product_n"
        return self.say(name, n=grouped(volume.product))

    def _rhythm_words(self, kind: MailKind) -> str:
        if kind.rhythm is None or kind.rhythm is Rhythm.ON_EVENT:
            return ""
        name, times = kind.rhythm.value, kind.times_a_week or 0
        if kind.rhythm is Rhythm.TIMES_A_WEEK:
            name = {1: "weekly", 2: "twice_a_week"}.get(times, name)
            if not 1 <= times <= 1_000:
                return ""
        return str(self._words["rhythms"][name]).format(n=times)

    def _unconfirmed(self) -> str:
        match self.answers.unconfirmed:
            case Unconfirmed.DELETED if (self.answers.unconfirmed_days or 0) > 0:
                return self.say("unconfirmed_days", days=self._counted("days", self.answers.unconfirmed_days or 0))
            case Unconfirmed.DELETED:
                return self.say("unconfirmed_deleted")
            case Unconfirmed.NEVER_MAILED:
                return self.say("unconfirmed_never")
        return ""

    def _unconfirmed_said(self, said: str) -> bool:
        """Tells whether the own words say it already: of a deletion also that it is one."""
        deleted = self.answers.unconfirmed is Unconfirmed.DELETED
        return self._said("unconfirmed", said) and (not deleted or self._said("deleted", said))

    def _for_kinds(self, kinds: list[str], how: str) -> str:
        """Returns the names of kinds, and after a colon how people stop them."""
        begins = how.startswith(tuple(self.say(name) for name in _WAYS))
        return self.say(
            "for_kinds", names=capital(self._list(kinds)), sentence=how[:1].lower() + how[1:] if begins else how
        )

    def _leaving(self, kind: MailKind) -> str:
        """Returns how people stop one kind, as it goes on after a colon. Next to a way, an action is no reason for
        none."""
        said = self.own(kind.leaving_words, first=False)
        ticked = {tick for tick in kind.leaving if not self._said(tick.value, said)}
        if Leaving.ACTION in ticked and not said and len(ticked) == 1:
            return self.say("action")
        both = {Leaving.LINK, Leaving.ONE_CLICK} <= ticked
        names = ["action_too"] if Leaving.ACTION in ticked else []
        names += (
            ["link_one_click"] if both else [one.value for one in (Leaving.LINK, Leaving.ONE_CLICK) if one in ticked]
        )
        names += ["setting"] if Leaving.SETTING in ticked else []
        return join([*(self.say(name) for name in names), capital(said) if names else said])

    def _said(self, what: str, text: str) -> bool:
        """Tells whether own words say something already, in the language of the letter."""
        phrases = load("letter")["said"].get(what, ())
        return bool(text) and mentions(text, [one for one in phrases if wide(one) == self.japanese])

    def _counted(self, name: str, number: int) -> str:
        return self.say(f"{name}_1") if number == 1 else self.say(f"{name}_n", n=grouped(number))

    def _list(self, texts: list[str]) -> str:
        *first, last = texts
        return f"{self.say('comma').join(first)}{self.say('and')}{last}" if first else last

    def _day(self, day: date) -> str:
        return f"{day.year}年{day.month}月{day.day}日" if self.japanese else f"{day.day} {day:%B} {day.year}"


def _month_capital(since: str) -> str:
    """Returns a date with the capital of its month: "March 2021"."""
    return capital(since) if since.title().startswith(tuple(month_abbr[1:])) else since


def url(text: str) -> str:
    """Returns a URL as it goes into a text: one line with its scheme, empty where it is longer than a page's address
    can be."""
    line = clean(text).replace("\n", " ")
    if len(line) > MOST_URL or not line:
        return ""
    return line if re.match(r"[a-z][a-z0-9+.-]{0,20}:", line, re.IGNORECASE) else f"https://{line}"


def names(text: str, address: str) -> bool:
    """Tells whether a text already names a page or a domain."""
    bare = re.sub(r"^https?://(?:www\.)?", "", fold(address)).rstrip("/")
    return bool(bare) and re.search(rf"(?<![\w.-]){re.escape(bare)}(?![\w-]|[./][\w-])", fold(text)) is not None


def _about_the_same(answers: Answers, seen: SeenFacts) -> bool:
    """Tells whether what was seen is about the domain and the region that the request is about."""
    same_domain = seen.domain.strip(".").lower() == clean(answers.domain).strip(".").lower()
    return same_domain and seen.region in ("", clean(answers.region))


def _paragraphs(*texts: str) -> tuple[str, ...]:
    return tuple(text for text in texts if text)
