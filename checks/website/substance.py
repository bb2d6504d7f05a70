"""Measures whether a website has something that a reviewer can judge: words of its own, and a way to believe them.

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
from checks.website import content, no_website
from checks.website.facts import LinkedPage, Page, Role, Visit, WebsiteFacts
from checks.website.phrases import (
    Sign,
    count_words,
    cut_lines,
    find_whole_phrase,
    fold_text,
    has_term,
    has_unspaced_script,
    heading_spots,
    make_excerpt,
    split_sentences,
    term_alternatives,
)

ENOUGH_WORDS = 35
"""Words: "about forty" (a reviewer needs two or three sentences)."""
_FEW_WORDS_SURE = 22
"""Words that are enough where nothing on the page says that it is a placeholder."""
_AMPLE_WORDS = 80
"""Words that need not be counted any further."""
_SAMPLE_SHARE = 6
"""Sample text is a good part of a page from one word in six."""
_FEWEST_INSTRUCTIONS = 4
_SENTENCE_WORDS = 10
"""Words of its own that a page of a template needs."""
_LONGEST_NOTICE = 250
"""Words of a page by which a host or builder speaks to the owner, at most."""
_VOUCHING_ROLES = (Role.CONTACT, Role.IMPRINT, Role.PRIVACY)
_FEW_WORDS = 60
"""Words of a page that says in its heading what it is, and little more."""
_SHORT_SENTENCE = 6
"""Words of a sentence in which an announcement leaves room for nothing else."""
_LONGEST_SENTENCE = 400
_MOST_LINES = 60
_LONGEST_LINE = 1_000
_MOST_CHARACTERS = 12_000
_TEXT_ROLES = (Role.CONTACT, Role.IMPRINT, Role.SIGN_UP)
"""LinkedPage pages whose text counts: a policy is not a text of its own."""
_UNREAD_FAILURES = frozenset({Failure.TIMEOUT, Failure.UNREACHABLE, Failure.PROTOCOL, Failure.ADDRESS_UNKNOWN})


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
        return self.backed and self.words >= (ENOUGH_WORDS if self.doubtful else _FEW_WORDS_SURE)


def measure_substance(facts: WebsiteFacts, page: Page) -> Substance:
    """Measures the substance of a website from its page and the pages behind it."""
    pages = [page, *(visit.page for visit in _text_visits(facts) if visit.page)]
    template = _judge_template(pages)
    if find_notice_to_owner(page, facts.domain) or template is Tristate.YES:
        return Substance(0, backed=False, unread=_has_unread(facts))
    words = _count_own_words(facts, pages, of_template=template is Tristate.UNKNOWN)
    backed = _is_backed(facts, page, of_template=template is Tristate.UNKNOWN)
    doubtful = not _FEW_WORDS_SURE <= words < ENOUGH_WORDS or no_website.is_doubtful(page, words)
    if words < _AMPLE_WORDS and _is_waiting_list(facts, page):
        backed = False
    return Substance(words, backed, _has_unread(facts), doubtful)


def _count_own_words(facts: WebsiteFacts, pages: list[Page], *, of_template: bool) -> int:
    """Counts the website's own words, each sentence once. Behind a page that is about its own name, or its server, is
    what its seller or host says of itself."""
    words, counted = 0, set[str]()
    front, *behind = pages
    behind = [] if _is_about_itself(front, facts.domain) else [page for page in behind if not _is_sample_page(page)]
    for page in (front, *behind):
        about_itself = _is_about_itself(page, facts.domain)
        for sentence in _own_sentences(page, about_itself=about_itself, of_template=of_template):
            if words >= _AMPLE_WORDS:
                break
            if (folded := fold_text(sentence)) not in counted:
                counted.add(folded)
                words += _count_sentence(folded)
    # Links are worth what the website says beside and behind them: a page of nothing else is an advertisement.
    return words + min(words, sum(count_words(line) for line in front.link_lines))


def _judge_template(pages: list[Page]) -> Tristate:
    """Tells whether the pages are a template that was never filled in: most of what there is to read is sample text,
    or instructions without a way to reach their author. UNKNOWN where a good part is, or a contact is a placeholder:
    then every sentence that a template may hold is doubted."""
    lines = dict.fromkeys(line for page in pages for line in _prose_lines(page))
    sample_words = sum(count_words(line) for line in lines if _is_filler(line))
    words = sum(count_words(line) for line in lines)
    if sample_words * 3 >= words * 2 > 0:
        return Tristate.YES
    if _gives_instructions(lines) and not any(content.find_contact(page, by_form=False) for page in pages):
        return Tristate.YES
    doubted = content.names_template(pages[0].title) or any(content.has_placeholder(line) for line in lines)
    if sample_words * _SAMPLE_SHARE >= words > 0 or doubted:
        return Tristate.UNKNOWN
    return Tristate.NO


def _gives_instructions(lines: Iterable[str]) -> bool:
    """Tells whether at least half of the sentences tell the reader to write, replace, upload or describe something."""
    sentences = [sentence for line in lines for sentence in split_sentences(line)]
    sentences = [sentence for sentence in sentences if count_words(sentence) >= content.LABEL_WORDS]
    instructions = sum(map(content.is_instruction, sentences))
    return instructions >= _FEWEST_INSTRUCTIONS and instructions * 2 >= len(sentences)


def find_notice_to_owner(page: Page, domain: str) -> Sign | None:
    """Finds a page that speaks to the owner of the website, so that a host, registrar or builder wrote it. A website
    with pages of its own speaks to its customers, who may own one."""
    if page.words > _LONGEST_NOTICE or len(content.own_links(page, domain)) > 1:
        return None
    return no_website.find_words_to_owner(page)


def _count_sentence(folded: str) -> int:
    """Counts the words of a sentence: a list of the same few words again and again is no text."""
    words = count_words(folded)
    return words if has_unspaced_script(folded) else min(words, 2 * len(set(folded.split())))


def is_page_there(linked: LinkedPage | None) -> bool:
    """Tells whether the page behind a link is there, or may be. One that says "not found" with a good status is not."""
    if linked is None or linked.existence is Tristate.NO:
        return False
    page = linked.visit.page if linked.visit else None
    return not (page and linked.existence is Tristate.YES and no_website.find_error(page))


def count_living_pages(facts: WebsiteFacts) -> int:
    """Counts the pages behind that were opened and are there."""
    return sum(map(_is_living, facts.visits_behind))


def read_pages(facts: WebsiteFacts, page: Page) -> list[Page]:
    """Returns the page that counts and those behind it that were read."""
    return [page, *(visit.page for visit in facts.visits_behind if visit.page)]


def find_filler(page: Page) -> Sign | None:
    """Finds the sample text of a template, where it is a good part of what there is to read."""
    filler_lines = [line for line in _prose_lines(page) if _is_filler(line)]
    words = sum(count_words(line) for line in filler_lines)
    return Sign("text", make_excerpt(filler_lines[0])) if filler_lines and words * 3 >= page.words else None


def _own_sentences(page: Page, *, about_itself: bool, of_template: bool) -> Iterator[str]:
    has_password = any(form.has_password for form in page.forms)
    for line in _prose_lines(page):
        if _is_filler(line):
            continue
        for sentence in split_sentences(line):
            if of_template and (content.may_be_sample(sentence) or content.has_placeholder(sentence)):
                continue
            folded = fold_text(sentence[:_LONGEST_SENTENCE])
            if has_password and has_term(folded, "login", "about"):
                continue
            if not _is_foreign(folded, about_itself):
                yield sentence


def _is_sample_page(page: Page) -> bool:
    """Tells whether the title or a heading calls the page a sample, as software calls the first page it writes."""
    return find_whole_phrase(re.compile(term_alternatives("filler", "sample_page")), heading_spots(page)) is not None


def _prose_lines(page: Page) -> tuple[str, ...]:
    """Returns the lines that are looked at: distinct, and few enough to take no time that others wait for."""
    return tuple(cut_lines(tuple(dict.fromkeys(page.prose))[:_MOST_LINES], _MOST_CHARACTERS, _LONGEST_LINE))


def _is_filler(line: str) -> bool:
    """Tells whether at least half of a line is sample text: then all of it is."""
    sample_words = sum(count_words(sentence) for sentence in split_sentences(line) if content.is_sample(sentence))
    return 2 * sample_words >= count_words(line) > 0


def _is_foreign(folded: str, about_itself: bool) -> bool:
    """Tells whether a sentence belongs to any page's frame, a registrar, a host or a placeholder."""
    if content.is_boilerplate(folded):
        return True
    if has_term(folded, "parked", "for_sale") or has_term(folded, "error", "suspended"):
        return True
    if has_term(folded, "parked", "domain") and has_term(folded, "parked", "registered"):
        return True
    if has_term(folded, "under_construction", "site", "notify") or no_website.announces_website(folded):
        return True
    if count_words(folded) <= _SHORT_SENTENCE and has_term(folded, "under_construction", "words"):
        return True
    return about_itself and _is_domain_trade(folded)


def _is_domain_trade(folded: str) -> bool:
    return has_term(folded, "parked", "domain", "name", "trade") or has_term(folded, "default_page", "hosting")


def _is_about_itself(page: Page, domain: str) -> bool:
    """Tells whether the page is about its own name or server: then domains and hosting are no business's own text."""
    if no_website.find_default_page(page) or no_website.offers_domain(page, domain):
        return True
    if no_website.names_domain(page, domain):
        return no_website.find_parking(page) is not None or no_website.find_domain_words(page) is not None
    if len(content.own_links(page, domain)) > 1:
        return False
    if no_website.find_host_closure(page):
        return True
    return page.words <= _FEW_WORDS and no_website.find_domain_heading(page) is not None


def _is_backed(facts: WebsiteFacts, page: Page, *, of_template: bool) -> bool:
    """Tells whether there is a contact, a privacy page, or two living pages of the website's own. What could not be
    read, in an unknown language or beyond a cut, may be there."""
    if page.cut or not content.covers_language(page.language):
        return True
    linked_pages = [linked for role in _VOUCHING_ROLES if (linked := facts.linked_page(role))]
    if any(_stays_on_website(linked, facts, page) and _vouches(linked, of_template) for linked in linked_pages):
        return True
    if any(content.find_contact(page, by_form=not of_template) for page in read_pages(facts, page)):
        return True
    if not of_template and any(content.find_section(page, role) for role in (Role.CONTACT, Role.PRIVACY)):
        return True
    living_pages = [visit.page for visit in facts.further_visits if _is_living(visit) and visit.page]
    own_pages = sum(not _is_hollow(page, of_template) for page in living_pages)
    return own_pages > 1 or (_has_unread(facts) and len(content.own_links(page, facts.domain)) > 1)


def _stays_on_website(linked: LinkedPage, facts: WebsiteFacts, page: Page) -> bool:
    """Tells whether a link stays on the website: a policy or a help page elsewhere is the host's, or the builder's."""
    return not linked.link.url or content.is_own_url(linked.link.url, page, facts.domain)


def _is_waiting_list(facts: WebsiteFacts, page: Page) -> bool:
    """Tells whether a page is a waiting list: a form for an email address, no contact, and no page but a policy."""
    if not any(form.has_email and not form.has_message and not form.has_password for form in page.forms):
        return False
    return not content.links_without_role(facts, page) and not any(map(content.find_contact, read_pages(facts, page)))


def _vouches(linked: LinkedPage, of_template: bool) -> bool:
    """Tells whether the page behind a link is there, and is not the template's own. A template's contact is one only
    where it says how to reach its owner, and its policy one where it is about as long as a policy."""
    page = linked.visit.page if linked.visit else None
    if not is_page_there(linked) or (page and _is_hollow(page)):
        return False
    if not of_template:
        return True
    return page is not None and (linked.role is Role.PRIVACY and page.words > _AMPLE_WORDS)


def _is_hollow(page: Page, of_template: bool = False) -> bool:
    """Tells whether a page behind is a sample, or holds sample text or instructions and next to nothing else. A
    template's pages need a sentence of their own to be pages at all."""
    if _is_sample_page(page):
        return True
    if of_template:
        return sum(map(count_words, _own_sentences(page, about_itself=False, of_template=True))) < _SENTENCE_WORDS
    lines = _prose_lines(page)
    samples = [line for line in lines if _is_filler(line) or content.is_instruction(line)]
    own_words = sum(count_words(line) for line in lines if line not in samples)
    return bool(samples) and own_words <= _SHORT_SENTENCE and not content.find_contact(page)


def _text_visits(facts: WebsiteFacts) -> Iterable[Visit]:
    linked_pages = [linked for linked in facts.linked_pages if linked.role in _TEXT_ROLES and is_page_there(linked)]
    visits = (linked.visit for linked in linked_pages if linked.visit)
    return (*visits, *filter(_is_living, facts.further_visits))


def _is_living(visit: Visit) -> bool:
    good = isinstance(visit.answer, Fetched) and visit.answer.status < 400
    return good and visit.page is not None and no_website.find_error(visit.page) is None


def _has_unread(facts: WebsiteFacts) -> bool:
    """Tells whether a page behind did not come for a reason that says nothing of the website."""
    failures = (visit.answer.failure for visit in facts.visits_behind if isinstance(visit.answer, Failed))
    return any(failure in _UNREAD_FAILURES for failure in failures)
