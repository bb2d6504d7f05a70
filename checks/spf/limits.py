"""The processing limits of RFC 7208 section 4.6.4, and the size of section 3.4."""

from collections.abc import Iterator

from checks.answers import NoData, values
from checks.evidence import evidence
from checks.spf.case import SES, SES_ZONE, Change, Issue, SpfCase, listed, shown, trail
from checks.spf.evaluate import MOST_HOSTS, MOST_LOOKUPS, MOST_VOIDS
from checks.spf.facts import effective, questions, records_at, target_of
from checks.spf.parse import autocorrect_term
from checks.spf.syntax import MX, A, Directive, Include, Qualifier, Redirect
from checks.spf.targets import removal
from checks.spf.tree import BROKEN_TARGETS, State, TreeStep, asks
from model import Outcome

_NOTHING = NoData("", "A")
_NEAR = 9
_COUNTED = 99
_LONGEST = 450
"""A record over this many octets makes an answer over 512 likely, which does not fit in plain UDP."""

_PITFALLS = BROKEN_TARGETS | {State.LOOP}


def lookups(case: SpfCase) -> Issue | None:
    """too-many-lookups, lookups-near-limit."""
    count = max((step.lookups for step in case.steps), default=0)
    loop = next((step for step in case.steps if step.state is State.LOOP), None)
    if loop is None and count < _NEAR:
        return None
    amendments = case.amendments(_without_dead_weight(case))
    costs = _costs(case)
    seen = case.lines() + tuple(f"{shown(text)}: {cost} of {count}" for text, cost in costs[:5])
    advice = (
        f"The costliest terms are {listed((f'{text} ({cost})' for text, cost in costs), 3)}. Delete those of senders "
        f"that no longer send as {case.domain}, or move a sender to a subdomain with a record of its own. Do not copy "
        "a provider’s addresses into the record: they change without notice."
    )
    if any(step.target == SES_ZONE for step in case.steps if not step.path):
        advice += f" {SES} is not needed for mail from SES, which receivers check at its MAIL FROM domain."
    step = "The amended record leaves out only terms that never match or are there twice. " + advice
    if loop is not None or count > MOST_LOOKUPS:
        return Issue("too-many-lookups", Outcome.FAIL, _too_many(case, count, loop), seen, advice, amendments, step)
    summary = (
        f"SPF at {case.domain} needs {count} of the {MOST_LOOKUPS} DNS look-ups allowed: when another sender is added, "
        "or a provider’s record grows, checks end in an error."
    )
    return Issue("lookups-near-limit", Outcome.WARN, summary, seen, advice, amendments, step)


def _too_many(case: SpfCase, count: int, loop: TreeStep | None) -> str:
    if loop is not None:
        return (
            f"The SPF record of {case.domain} goes in a circle ({trail(loop)}), so receivers end the check with a "
            "permanent error."
        )
    many = f"more than {_COUNTED}" if count > _COUNTED else str(count)
    return (
        f"SPF at {case.domain} needs {many} DNS look-ups; receivers stop after {MOST_LOOKUPS} with a permanent error "
        "(RFC 7208 section 4.6.4), so mail that should pass does not."
    )


def _costs(case: SpfCase) -> list[tuple[str, int]]:
    """The terms of the domain's own record with the look-ups that each causes, costliest first."""
    spent: dict[tuple[str, int], int] = {}
    before = 0
    for step in case.steps:
        first = step.path[0] if step.path else step
        key = first.term.text, first.term.position
        spent[key] = spent.get(key, 0) + step.lookups - before
        before = step.lookups
    costs = [(text, cost) for (text, _), cost in spent.items() if cost]
    return sorted(costs, key=lambda item: -item[1])


def _without_dead_weight(case: SpfCase) -> list[Change]:
    """Leave out what cannot match: terms that find nothing, and what an earlier term or an include says already."""
    changes: list[Change] = []
    for step in case.steps:
        if step.state is State.VOID:
            changes += _without_void(case, step)
        elif step.state in _PITFALLS:
            changes += removal(case, step) or ()
    gone = {change.term.position for change in changes if change.term and change.page == case.domain}
    changes += [Change(case.domain, term) for term in _said_already(case, gone)]
    return list(dict.fromkeys(changes))


def _said_already(case: SpfCase, gone: set[int]) -> Iterator[Directive]:
    """Terms of the domain's own record that repeat an earlier one, or that a passing include before them holds. Those
    at the positions `gone` are left out of the record, and say nothing."""
    meanings: set[object] = set()
    for term in effective(case.record):
        if not isinstance(term, Directive) or not asks(term) or term.position in gone:
            continue
        meaning = _meaning(term, case)
        if meaning is not None and meaning in meanings:
            yield term
            continue
        meanings.add(meaning)
        if isinstance(term.mechanism, Include) and term.qualifier is Qualifier.PASS:
            meanings |= _passed_by(case, target_of(term, case.domain, case.domain), {case.domain})


def _meaning(term: Directive, case: SpfCase, holder: str = "") -> object:
    """What makes two terms match the same hosts; None where that is unknown."""
    target = target_of(term, holder or case.domain, case.domain)
    if target is None:
        return str(term.mechanism).lower() if not holder else None
    mechanism = term.mechanism
    lengths = (mechanism.ip4_length, mechanism.ip6_length) if isinstance(mechanism, A | MX) else ()
    return type(mechanism), target, lengths


def _passed_by(case: SpfCase, name: str | None, seen: set[str]) -> set[object]:
    """What passes wherever an include of `name` is reached: its terms up to the first that does not say pass."""
    page = None if name is None or name in seen else records_at(case.facts, name)
    if page is None or page.record is None or page.record.flaws:
        return set()
    seen.add(page.name)
    passed: set[object] = set()
    for term in effective(page.record):
        if isinstance(term, Redirect) or term.qualifier is not Qualifier.PASS:
            break
        if asks(term):
            passed.add(_meaning(term, case, page.name))
        if isinstance(term.mechanism, Include):
            passed |= _passed_by(case, target_of(term, page.name, case.domain), seen)
    return passed - {None}


def voids(case: SpfCase) -> Issue | None:
    """too-many-voids, void."""
    found = [step for step in case.steps if step.state is State.VOID]
    if not found:
        return None
    answers = [
        case.facts.answers[question]
        for step in found
        if isinstance(step.term, Directive | Redirect) and step.target is not None
        for question in questions(step.term, step.target)
    ]
    seen = case.lines() + evidence(*answers[:12])
    amendments = case.amendments([change for step in found for change in _without_void(case, step)])
    foreign = [step for step in found if not case.is_editable(step.page)]
    otherwise = f"Delete what leads nowhere from the records that hold it: {listed(map(trail, found))}."
    if foreign:
        otherwise += f" Tell the owner of {listed(step.page for step in foreign)}."
    terms = listed(trail(step) for step in found)
    if len(found) > MOST_VOIDS:
        summary = (
            f"{len(found)} terms in the SPF record of {case.domain} find nothing in DNS ({terms}); over {MOST_VOIDS} "
            "of them, receivers end the check with a permanent error (RFC 7208 section 4.6.4)."
        )
        return Issue("too-many-voids", Outcome.FAIL, summary, seen, otherwise, amendments)
    summary = (
        f"The SPF record of {case.domain} names what DNS does not have ({terms}): it authorizes no host, and over "
        f"{MOST_VOIDS} such terms are an error."
    )
    return Issue("void", Outcome.WARN, summary, seen, otherwise, amendments)


def _without_void(case: SpfCase, step: TreeStep) -> list[Change]:
    if not case.is_editable(step.page):
        return []
    meant = autocorrect_term(step.term.text)
    return [Change(step.page, step.term, tuple(meant.split()) if meant else ())]


def too_many_hosts(case: SpfCase) -> Issue | None:
    """mx-over-10: 10 mail exchangers a name, and 10 addresses an exchanger."""  # RFC 7208 4.6.4
    found = next((step for step in case.steps if step.state is State.TOO_MANY_HOSTS), None)
    if found is None or found.target is None:
        return _many_addresses(case)
    summary = (
        f"“{trail(found)}” in the SPF record of {case.domain} means more than 10 mail exchangers of "
        f"{shown(found.target)}: receivers look at 10 and then end the check with a permanent error."
    )
    step = (
        f"Name the hosts that send with ip4: or ip6: in place of “{shown(found.term.text)}”, or leave it out if the "
        "mail exchangers only receive."
    )
    answer = case.facts.answers[found.target, "MX"]
    return Issue("mx-over-10", Outcome.FAIL, summary, case.lines() + evidence(answer), step)


def _many_addresses(case: SpfCase) -> Issue | None:
    """A mail exchanger of the domain with more than 10 addresses: an error by the letter, which few verifiers count."""
    term = next((s for s in case.steps if _is_mx_of(s, case.domain)), None)
    hosts = [host for host in case.mx.hosts if len(values(host.a or _NOTHING)) > MOST_HOSTS] if case.mx else []
    hosts += [host for host in case.mx.hosts if len(values(host.aaaa or _NOTHING)) > MOST_HOSTS] if case.mx else []
    if term is None or not hosts:
        return None
    summary = (
        f"“{trail(term)}” in the SPF record of {case.domain} means {shown(hosts[0].name)}, which has more than 10 "
        "addresses: by the letter of RFC 7208 section 4.6.4 that is a permanent error, though few receivers count."
    )
    step = f"Name the hosts that send with ip4: or ip6: in place of “{shown(term.term.text)}”."
    seen = case.lines() + evidence(*(answer for host in hosts for answer in (host.a, host.aaaa)))
    return Issue("mx-over-10", Outcome.WARN, summary, seen, step)


def _is_mx_of(step: TreeStep, domain: str) -> bool:
    mechanism = step.term.mechanism if isinstance(step.term, Directive) else None
    return isinstance(mechanism, MX) and step.target == domain and step.state is State.FINE


def too_long(case: SpfCase) -> Issue | None:
    """too-long: counted in octets, which is what a text of DNS has a character for."""
    size = len(case.written.texts[0])
    if size <= _LONGEST:
        return None
    summary = (
        f"The SPF record of {case.domain} has {size} octets; an answer over 512 does not fit in plain UDP, and some "
        "receivers and firewalls lose it (RFC 7208 section 3.4)."
    )
    step = (
        f"Join neighboring networks into shorter ones, delete senders that are gone, or move some of the terms to a "
        f"name of your own, such as _spf1.{case.domain}, and include that."
    )
    return Issue("too-long", Outcome.WARN, summary, case.lines(), step)
