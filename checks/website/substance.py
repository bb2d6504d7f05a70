"""Has a website something that a reviewer can judge? Words of its own, and a way to believe them.

Its own words are what is left of the page, and of the pages that it links to, without menus, cookie notices, repeated
sentences, the sample text of templates, and what registrars, hosts and announcements say. With some forty of them
(half as many where nothing hints at a placeholder) and a contact, a privacy page or two pages of its own that live, no
phrase on the page makes it no website. A template as a whole, and a page whose words are for the website's owner, have
none.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from checks.answers import Tristate
from checks.fetch import Failed, Failure, Fetched
from checks.website import no_website
from checks.website.content import (
    LABEL,
    has_placeholder,
    in_page,
    is_frame,
    is_instruction,
    is_own,
    is_sample,
    may_be_sample,
    names_a_template,
    own_pages,
    reachable,
    reads,
)
from checks.website.facts import Linked, Page, Role, Visit, WebsiteFacts
from checks.website.phrases import Sign, alone, count, finds, heads, is_unspaced, plain, sentences, shown, whole, within

ENOUGH = 35
"""Words: "about forty" (a reviewer needs two or three sentences)."""
_FEW = 22
"""Words that are enough where nothing on the page says that it is a placeholder."""
_AMPLE = 80
"""Words that need not be counted any further."""
_PARTLY = 6
"""Sample text is a good part of a page from one word in six."""
_INSTRUCTIONS = 4
_SENTENCE = 10
"""Words of its own that a page of a template needs."""
_LONGEST_NOTICE = 250
"""Words of a page by which a host or builder speaks to the owner, at most."""
_VOUCHING = (Role.CONTACT, Role.IMPRINT, Role.PRIVACY)
_FEW_WORDS = 60
"""Words of a page that says in its heading what it is, and little more."""
_SHORT = 6
"""Words of a sentence in which an announcement leaves room for nothing else."""
_LONGEST = 400
_MOST_LINES = 60
_LONGEST_LINE = 1_000
_MOST_SIGNS = 12_000
_READ = (Role.CONTACT, Role.IMPRINT, Role.SIGN_UP)
"""Linked pages whose text counts: a policy is not a text of its own."""
_CUT_SHORT = frozenset({Failure.TIMEOUT, Failure.UNREACHABLE, Failure.PROTOCOL, Failure.ADDRESS_UNKNOWN})


@dataclass(frozen=True, slots=True)
class Substance:
    """What there is to judge: `words` of its own, counted up to 80; whether there is a way to believe them (`backed`);
    whether pages of the website could not be read (`unread`), so that more may be there; whether a phrase says that
    the page is a placeholder (`doubtful`)."""

    words: int
    backed: bool
    unread: bool
    doubtful: bool = True

    @property
    def enough(self) -> bool:
        return self.backed and self.words >= (ENOUGH if self.doubtful else _FEW)


def measure(facts: WebsiteFacts, page: Page) -> Substance:
    """Measures the substance of a website from its page and the pages behind it."""
    read = [page, *(visit.page for visit in _read_behind(facts) if visit.page)]
    template = _is_template(read)
    if not_the_owners(page, facts.domain) or template is Tristate.YES:
        return Substance(0, backed=False, unread=_has_unread(facts))
    words = _words(facts, read, of_template=template is Tristate.UNKNOWN)
    backed = _is_backed(facts, page, of_template=template is Tristate.UNKNOWN)
    doubtful = not _FEW <= words < ENOUGH or no_website.is_doubtful(page, words)
    if words < _AMPLE and _only_asks_for_addresses(facts, page):
        backed = False
    return Substance(words, backed, _has_unread(facts), doubtful)


def _words(facts: WebsiteFacts, read: list[Page], *, of_template: bool) -> int:
    """Counts the website's own words, each sentence once. Behind a page that is about its own name, or its server, is
    what its seller or host says of itself."""
    words, seen = 0, set[str]()
    front, *behind = read
    about_itself = _is_about_itself(front, facts.domain)
    counted = [] if about_itself else [one for one in behind if not _is_sample_page(one)]
    for one in (front, *counted):
        own = _own(one, about_itself=about_itself or _is_about_itself(one, facts.domain), of_template=of_template)
        for sentence in own:
            if words >= _AMPLE:
                break
            if (folded := plain(sentence)) not in seen:
                seen.add(folded)
                words += _counted(folded)
    # Links are worth what the website says beside and behind them: a page of nothing else is an advertisement.
    return words + min(words, sum(count(line) for line in front.linked))


def _is_template(read: list[Page]) -> Tristate:
    """Tells whether the pages are a template that was never filled in: most of what there is to read is sample text,
    or instructions without a way to reach their author. UNKNOWN where a good part is, or a contact is a placeholder:
    then every sentence that a template may hold is doubted."""
    lines = dict.fromkeys(line for one in read for line in _lines(one))
    samples = sum(count(line) for line in lines if _is_filler(line))
    every = sum(count(line) for line in lines)
    if samples * 3 >= every * 2 > 0 or (_instructs(lines) and not any(reachable(one, by_form=False) for one in read)):
        return Tristate.YES
    doubted = names_a_template(read[0].title) or any(has_placeholder(line) for line in lines)
    if samples * _PARTLY >= every > 0 or doubted:
        return Tristate.UNKNOWN
    return Tristate.NO


def _instructs(lines: Iterable[str]) -> bool:
    """Tells whether at least half of the sentences tell the reader to write, replace, upload or describe something."""
    whole = [one for line in lines for one in sentences(line) if count(one) >= LABEL]
    found = sum(is_instruction(one) for one in whole)
    return found >= _INSTRUCTIONS and found * 2 >= len(whole)


def not_the_owners(page: Page, domain: str) -> Sign | None:
    """Finds a page that speaks to the owner of the website, so that a host, registrar or builder wrote it. A website
    with pages of its own speaks to its customers, who may own one."""
    if page.words > _LONGEST_NOTICE or len(own_pages(page, domain)) > 1:
        return None
    return no_website.addresses_the_owner(page)


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
    return sum(map(_lives, facts.behind))


def pages(facts: WebsiteFacts, page: Page) -> list[Page]:
    """Returns the page that counts and those behind it that were read."""
    return [page, *(visit.page for visit in facts.behind if visit.page)]


def filler(page: Page) -> Sign | None:
    """Finds the sample text of a template, where it is a good part of what there is to read."""
    found = [line for line in _lines(page) if _is_filler(line)]
    words = sum(count(line) for line in found)
    return Sign("text", shown(found[0])) if found and words * 3 >= page.words else None


def _own(page: Page, *, about_itself: bool, of_template: bool) -> Iterator[str]:
    """Yields the sentences that are the owner's own."""
    has_password = any(form.has_password for form in page.forms)
    for line in _lines(page):
        if _is_filler(line):
            continue
        for sentence in sentences(line):
            if of_template and (may_be_sample(sentence) or has_placeholder(sentence)):
                continue
            folded = plain(sentence[:_LONGEST])
            if has_password and finds("login", "about").search(folded):
                continue
            if not _is_foreign(folded, about_itself):
                yield sentence


def _is_sample_page(page: Page) -> bool:
    """Tells whether the title or a heading calls the page a sample, as software calls the first page it writes."""
    return alone(re.compile(whole("filler", "sample_page")), heads(page)) is not None


def _lines(page: Page) -> tuple[str, ...]:
    """Returns the lines that are looked at: distinct, and few enough to take no time that others wait for."""
    return tuple(within(tuple(dict.fromkeys(page.prose))[:_MOST_LINES], _MOST_SIGNS, _LONGEST_LINE))


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
    if no_website.announces_itself(folded):
        return True
    if count(folded) <= _SHORT and finds("under_construction", "words").search(folded):
        return True
    return about_itself and _is_trade(folded)


def _is_trade(folded: str) -> bool:
    found = (finds("parked", "domain", "name", "trade"), finds("default_page", "hosting"))
    return any(one.search(folded) for one in found)


def _is_about_itself(page: Page, domain: str) -> bool:
    """Tells whether the page is about its own name or server: then domains and hosting are no business's own text."""
    if no_website.default_page(page):
        return True
    if no_website.offers_its_name(page, domain):
        return True
    if no_website.names_itself(page, domain):
        return no_website.parked(page) is not None or no_website.about_a_domain(page) is not None
    if len(own_pages(page, domain)) > 1:
        return False
    if no_website.closed_by_its_host(page):
        return True
    return page.words <= _FEW_WORDS and no_website.heads_a_domain(page) is not None


def _is_backed(facts: WebsiteFacts, page: Page, *, of_template: bool) -> bool:
    """Tells whether there is a contact, a privacy page, or two pages of the website's own that live. What could not be
    read, in an unknown language or beyond a cut, may be there."""
    if page.cut or not reads(page.language):
        return True
    own = [linked for role in _VOUCHING if (linked := facts.at(role)) and _is_its_own(linked, facts, page)]
    if any(_vouches(linked, of_template) for linked in own):
        return True
    if any(reachable(one, by_form=not of_template) for one in pages(facts, page)):
        return True
    if not of_template and any(in_page(page, role) for role in (Role.CONTACT, Role.PRIVACY)):
        return True
    living = [one for one in facts.further if _lives(one) and one.page and not _is_hollow(one.page, of_template)]
    return len(living) > 1 or (_has_unread(facts) and len(own_pages(page, facts.domain)) > 1)


def _is_its_own(linked: Linked, facts: WebsiteFacts, page: Page) -> bool:
    """Tells whether a link stays on the website: a policy or a help page elsewhere is the host's, or the builder's."""
    return not linked.link.url or is_own(linked.link.url, page, facts.domain)


def _only_asks_for_addresses(facts: WebsiteFacts, page: Page) -> bool:
    """Tells whether a page is a waiting list: a form for an email address, no contact, and no page but a policy."""
    if not any(form.has_email and not form.has_message and not form.has_password for form in page.forms):
        return False
    with_role = {one.link.url for one in facts.linked}
    others = [link for link in own_pages(page, facts.domain) if link.url not in with_role]
    return not others and not any(reachable(one) for one in pages(facts, page))


def _vouches(linked: Linked, of_template: bool) -> bool:
    """Tells whether the page behind a link is there, and is not the template's own. A template's contact is one only
    where it says how to reach its owner, and its policy one where it is about as long as a policy."""
    page = linked.visit.page if linked.visit else None
    if not is_there(linked) or (page and _is_hollow(page)):
        return False
    if not of_template:
        return True
    return page is not None and (linked.role is Role.PRIVACY and page.words > _AMPLE)


def _is_hollow(page: Page, of_template: bool = False) -> bool:
    """Tells whether a page behind is a sample, or holds sample text or instructions and next to nothing else. A
    template's pages need a sentence of their own to be pages at all."""
    if _is_sample_page(page):
        return True
    if of_template:
        return sum(count(one) for one in _own(page, about_itself=False, of_template=True)) < _SENTENCE
    lines = _lines(page)
    samples = [line for line in lines if _is_filler(line) or is_instruction(line)]
    own = sum(count(line) for line in lines if line not in samples)
    return bool(samples) and own <= _SHORT and not reachable(page)


def _read_behind(facts: WebsiteFacts) -> Iterable[Visit]:
    linked = (one.visit for one in facts.linked if one.role in _READ and one.visit and is_there(one))
    return (*linked, *(visit for visit in facts.further if _lives(visit)))


def _lives(visit: Visit) -> bool:
    good = isinstance(visit.answer, Fetched) and visit.answer.status < 400
    return good and visit.page is not None and no_website.error_page(visit.page) is None


def _has_unread(facts: WebsiteFacts) -> bool:
    """Tells whether a page behind did not come for a reason that says nothing of the website."""
    return any(isinstance(one.answer, Failed) and one.answer.failure in _CUT_SHORT for one in facts.behind)
