"""Has a website something that a reviewer can judge? Words of its own, and a way to believe them.

Its own words are what is left of the page, and of the pages that it links to, without menus, cookie notices, repeated
sentences, the sample text of templates, and what registrars, hosts and announcements say. With some forty of them and a
contact, a privacy page or two pages of its own that live, no phrase on the page makes it no website.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from checks.fetch import Failed, Failure, Fetched
from checks.tristate import Tristate
from checks.website import no_website
from checks.website.content import in_page, is_frame, is_sample, reachable
from checks.website.evidence import Sign, shown
from checks.website.facts import Linked, Page, Role, Visit, WebsiteFacts
from checks.website.links import own_pages, reads
from checks.website.phrases import count, finds, is_unspaced, plain, sentences

ENOUGH = 35
"""Words: "about forty" (a reviewer needs two or three sentences)."""
_AMPLE = 80
"""Words that are enough by themselves: what else the website lacks is a warning."""
_FEW_WORDS = 60
"""Words of a page that says in its heading what it is, and little more."""
_SHORT = 6
"""Words of a sentence in which an announcement leaves room for nothing else."""
_LONGEST = 400
_MOST_LINES = 60
_LONGEST_LINE = 1_000
_READ = (Role.CONTACT, Role.IMPRINT, Role.SIGN_UP)
"""Linked pages whose text counts: a policy is not a text of its own."""
_CUT_SHORT = frozenset({Failure.TIMEOUT, Failure.UNREACHABLE, Failure.PROTOCOL, Failure.ADDRESS_UNKNOWN})


@dataclass(frozen=True, slots=True)
class Substance:
    """What there is to judge: `words` of its own, counted up to 80; whether there is a way to believe them (`backed`);
    whether pages of the website could not be read (`unread`), so that more may be there."""

    words: int
    backed: bool
    unread: bool

    @property
    def enough(self) -> bool:
        return self.words >= _AMPLE or (self.words >= ENOUGH and self.backed)


def measure(facts: WebsiteFacts, page: Page) -> Substance:
    """Measures the substance of a website from its page and the pages behind it."""
    words, seen = 0, set[str]()
    for one in (page, *(visit.page for visit in _read_behind(facts) if visit.page)):
        for sentence in _own(one, about_itself=_is_about_itself(one, facts.domain)):
            if words >= _AMPLE:
                break
            if (folded := plain(sentence)) not in seen:
                seen.add(folded)
                words += _counted(folded)
    return Substance(words, _is_backed(facts, page), _has_unread(facts))


def _counted(folded: str) -> int:
    """Counts the words of a sentence: a list of the same few words again and again is no text."""
    words = count(folded)
    return words if is_unspaced(folded) else min(words, 2 * len(set(folded.split())))


def is_there(linked: Linked | None) -> bool:
    """Tells whether the page behind a link is there, or may be. One that says "not found" with a good status is not."""
    if linked is None or linked.lives is Tristate.NO:
        return False
    page = linked.visit.page if linked.visit else None
    return not (page and linked.lives is Tristate.YES and no_website.error_page(page))


def living(facts: WebsiteFacts) -> int:
    """Counts the pages behind that were opened and are there."""
    behind = (*(one.visit for one in facts.linked if one.visit), *facts.further)
    return sum(_lives(visit) for visit in behind)


def pages(facts: WebsiteFacts, page: Page) -> list[Page]:
    """Returns the page that counts and those behind it that were read."""
    behind = (*(one.visit for one in facts.linked if one.visit), *facts.further)
    return [page, *(visit.page for visit in behind if visit.page)]


def filler(page: Page) -> Sign | None:
    """Finds the sample text of a template, where it is a good part of what there is to read."""
    found = [line for line in _lines(page) if _is_filler(line)]
    words = sum(count(line) for line in found)
    return Sign("text", shown(found[0])) if found and words * 3 >= page.words else None


def _own(page: Page, *, about_itself: bool) -> Iterator[str]:
    """Yields the sentences that are the owner's own."""
    for line in _lines(page):
        if _is_filler(line):
            continue
        for sentence in sentences(line):
            if not _is_foreign(plain(sentence[:_LONGEST]), about_itself):
                yield sentence


def _lines(page: Page) -> tuple[str, ...]:
    """Returns the lines that are looked at: distinct, and few enough to take no time that others wait for."""
    return tuple(line[:_LONGEST_LINE] for line in dict.fromkeys(page.prose))[:_MOST_LINES]


def _is_filler(line: str) -> bool:
    """Tells whether at least half of a line is sample text: then all of it is."""
    return 2 * sum(count(one) for one in sentences(line) if is_sample(one)) >= count(line) > 0


def _is_foreign(folded: str, about_itself: bool) -> bool:
    """Tells whether a sentence belongs to any page's frame, a registrar, a host or a placeholder."""
    if is_frame(folded):
        return True
    if finds("parked", "for_sale").search(folded) or finds("error", "suspended").search(folded):
        return True
    if finds("parked", "domain").search(folded) and finds("parked", "registered").search(folded):
        return True
    if finds("under_construction", "site", "notify").search(folded):
        return True
    if count(folded) <= _SHORT and finds("under_construction", "words").search(folded):
        return True
    return about_itself and _is_trade(folded)


def _is_trade(folded: str) -> bool:
    found = (finds("parked", "domain", "trade"), finds("default_page", "hosting"))
    return any(one.search(folded) for one in found)


def _is_about_itself(page: Page, domain: str) -> bool:
    """Tells whether the page is about its own name or its own server: then what it says of domains and hosting is not a
    business's own text."""
    if no_website.default_page(page):
        return True
    if no_website.names_itself(page, domain):
        return no_website.parked(page) is not None or no_website.about_a_domain(page) is not None
    return page.words <= _FEW_WORDS and no_website.heads_a_domain(page) is not None


def _is_backed(facts: WebsiteFacts, page: Page) -> bool:
    """Tells whether there is a contact, a privacy page, or two pages of the website's own that live. What could not be
    read, in an unknown language or beyond a cut, may be there."""
    if page.cut or not reads(page.language):
        return True
    if any(is_there(facts.at(role)) for role in (Role.CONTACT, Role.IMPRINT, Role.PRIVACY)):
        return True
    if any(in_page(page, role) for role in (Role.CONTACT, Role.PRIVACY)):
        return True
    if any(reachable(one) for one in pages(facts, page)):
        return True
    living = [visit for visit in facts.further if _lives(visit)]
    return len(living) > 1 or (_has_unread(facts) and len(own_pages(page, facts.domain)) > 1)


def _read_behind(facts: WebsiteFacts) -> Iterable[Visit]:
    linked = (one.visit for one in facts.linked if one.role in _READ and one.visit and is_there(one))
    return (*linked, *(visit for visit in facts.further if _lives(visit)))


def _lives(visit: Visit) -> bool:
    good = isinstance(visit.answer, Fetched) and visit.answer.status < 400
    return good and visit.page is not None and no_website.error_page(visit.page) is None


def _has_unread(facts: WebsiteFacts) -> bool:
    """Tells whether a page behind did not come for a reason that says nothing of the website."""
    behind = (*(one.visit for one in facts.linked if one.visit), *facts.further)
    return any(isinstance(visit.answer, Failed) and visit.answer.failure in _CUT_SHORT for visit in behind)
