"""Remarks on the facts of the finished text: numbers that do not add up, ways to leave, site, region, contacts."""

import re
from collections.abc import Iterable, Iterator
from urllib.parse import urlsplit

from drafts.questions import page_error
from drafts.remarks.base import DraftText, has_link, remark, rule
from drafts.volume import grouped, monthly, numbers_in, of_kind
from drafts.wording import affirmed, clean, fold, mentions, occurrences, slot
from model.report import Outcome
from model.request import MailKind, MailType, Remark, Rhythm, Severity

_A_DAY = 30.4
_GRANT = 50_000
"""Messages a day of the usual first grant."""
_BULK = 5_000
_TECHNICAL = ("dkim", "spf", "dmarc")
_REGION = re.compile(
    r"\b(?:af|ap|ca|cn|eu|il|me|mx|sa|us)(?:-gov)?-(?:north|south|east|west|central|northeast|southeast|northwest|southwest)-\d\b"
)
_YOUNG_DAYS = 30
_YOUNG_LIST = 10_000


def arithmetic(subject: DraftText) -> Iterator[Remark]:
    """`number.none`, `volume.basis` and `volume.arithmetic`."""
    answers, data = subject.answers, rule("volume.arithmetic")
    month = monthly(answers)
    for at, kind in enumerate(answers.kinds):
        if kind.count is None:
            yield remark("number.none", f"kinds.{at}.count", kind.sentence)
        elif of_kind(kind) is None:
            yield remark("volume.basis", f"kinds.{at}.rhythm", kind.sentence)
        if kind.rhythm is Rhythm.ON_EVENT and (kind.per_event or 0) > 60:
            each = grouped(kind.per_event or 0)
            yield _arithmetic(f"kinds.{at}.per_event", data["many_each"].format(each=each))
    busiest = answers.busiest
    if busiest and month.total and busiest > max(month.total, month.largest or 0):
        advice = data["above"].format(busiest=grouped(busiest), month=grouped(month.total))
        yield _arithmetic("busiest", advice, severity=Severity.STOP)
    elif busiest and month.largest and busiest < month.largest:
        advice = data["below"].format(busiest=grouped(busiest), largest=grouped(month.largest))
        yield _arithmetic("busiest", advice, severity=Severity.STOP)
    yield from _contradictions(subject, month.total)
    yield from _young(subject, month.largest or 0)


def peaks(subject: DraftText) -> Iterator[Remark]:
    """`volume.peak` and `rate.bulk`."""
    month = monthly(subject.answers)
    largest = max(month.largest or 0, subject.answers.busiest or 0)
    rest = max(month.total - largest, 0) / _A_DAY
    new = subject.context.registered and subject.context.today
    at_launch = new and (subject.context.today - subject.context.registered).days < _YOUNG_DAYS  # type: ignore[operator]
    if largest > _GRANT or (at_launch and largest > 5 * rest > 0):
        yield remark("volume.peak", "busiest")
    if largest > _BULK and subject.marketing():
        yield remark("rate.bulk", "busiest")


def leaving(subject: DraftText) -> Iterator[Remark]:
    """`leave.unsaid`, `unsub.missing` and `unsub.false`, each at the kind that it is about."""
    page = clean(subject.answers.unsubscribe_page)
    for at, kind in enumerate(subject.answers.kinds):
        path = f"kinds.{at}.leaving"
        link, one_click = has_link(kind.leaving)
        link = link or _affirms(kind, rule("unsub.missing")["link"])
        one_click = one_click or _affirms(kind, rule("unsub.missing")["one_click"])
        if kind.mail_type is MailType.MARKETING:
            if not (kind.leaving or clean(kind.leaving_words) or page or _leaving_said(subject)):
                yield remark("leave.unsaid", path, kind.name)
            elif not (link or one_click):
                yield remark("unsub.missing", path, kind.leaving_words or kind.name)
            elif not (link and one_click):
                advice = rule("unsub.missing")["half"]
                yield remark("unsub.missing", path, kind.name, advice=advice, severity=Severity.WARN)
        elif kind.mail_type and (link or one_click) and mentions(kind.name, rule("unsub.false")["names"]):
            yield remark("unsub.false", path, kind.leaving_words or kind.name)


def types(subject: DraftText) -> Iterator[Remark]:
    """`type.conflict` and `type.majority`."""
    answers, data = subject.answers, rule("type.conflict")
    for at, kind in enumerate(answers.kinds):
        asked = kind.mail_type or answers.mail_type
        word = affirmed(f"{kind.name}. {kind.sentence}", data["phrases"]) if asked is MailType.TRANSACTIONAL else ""
        if word:
            path = f"kinds.{at}.mail_type"
            yield remark("type.conflict", path, kind.name, advice=data["transactional"].format(word=word))
    if answers.mail_type is MailType.TRANSACTIONAL and (marketing := subject.marketing()):
        word = slot(answers.kinds[marketing[0]].name)
        yield remark("type.conflict", "mail_type", word, advice=data["transactional"].format(word=word))
    named = [kind for kind in answers.kinds if kind.name]
    receipts = named and all(mentions(kind.name, rule("unsub.false")["names"]) for kind in named)
    if subject.request.mail_type is MailType.MARKETING and receipts:
        yield remark("type.conflict", "mail_type", advice=data["marketing"])
    yield from _majority(subject)


def site(subject: DraftText) -> Iterator[Remark]:
    """`site.bad`, `site.default-host` and `site.mismatch`."""
    answers = subject.answers
    website = clean(answers.website)
    host, path = _host_and_path(website)
    bad, default = rule("site.bad"), rule("site.default-host")
    if website and page_error(website):
        yield remark("site.bad", "website", website, severity=Severity.ASK)
    elif _under(host, bad["hosts"]) or any(path.startswith(one) for one in bad["paths"]):
        yield remark("site.bad", "website", website)
    elif _under(host, default["hosts"]):
        yield remark("site.default-host", "website", website)
    domain = clean(answers.domain).lower().rstrip(".")
    if _under(domain, default["senders"]):
        yield remark("site.default-host", "domain", domain, advice=default["sender"])
    if host and domain and not _related(host, domain, fold(answers.name)):
        explained = fold(answers.business + answers.anything_else)
        if domain not in explained and host.removeprefix("www.") not in explained:
            yield remark("site.mismatch", "domain", f"{host}, {domain}")


def region(subject: DraftText) -> Iterator[Remark]:
    """`region.mismatch`: not where the domain is verified, or the text names another region."""
    wanted, data = clean(subject.answers.region).lower(), rule("region.mismatch")
    verified = subject.context.verified_regions
    if wanted and verified and wanted not in verified:
        advice = data["elsewhere"].format(region=wanted, verified=", ".join(verified))
        yield remark("region.mismatch", "region", advice=advice)
    for path, sentence in subject.sentences:
        others = [one for one in _REGION.findall(sentence.lower()) if wanted and one != wanted]
        if others:
            yield remark("region.mismatch", path, sentence, advice=data["named"].format(named=others[0], region=wanted))


def claims(subject: DraftText) -> Iterator[Remark]:
    """`claims.check`: what the text says of DNS against the last check, and "double opt-in" without its message."""
    data = rule("claims.check")
    bad = [] if subject.context.report is None else subject.context.report.findings
    wrong = {finding.check: finding for finding in bad if finding.outcome is Outcome.FAIL}
    for path, sentence in subject.sentences:
        if not path:
            continue
        named = [check for check in _TECHNICAL if check in wrong and affirmed(sentence, [check])]
        if named and mentions(sentence, data["set_up"]):
            yield remark("claims.check", path, sentence, advice=data["advice"].format(finding=wrong[named[0]].summary))
        if subject.answers.confirmed is not True and affirmed(sentence, data["double_phrases"]):
            yield remark("claims.check", path, sentence, advice=data["double"])


def contacts(subject: DraftText) -> Iterator[Remark]:
    """`contact.dead`: a contact at a domain that takes no mail."""
    for address in subject.answers.contacts:
        if clean(address).rpartition("@")[2].lower() in subject.context.dead_domains:
            advice = rule("contact.dead")["advice"].format(address=clean(address)[:100])
            yield remark("contact.dead", "contacts", address, advice=advice)


def _arithmetic(path: str, advice: str, sentence: str = "", *, severity: Severity = Severity.WARN) -> Remark:
    return remark("volume.arithmetic", path, sentence, advice=advice, severity=severity)


def _contradictions(subject: DraftText, total: int) -> Iterator[Remark]:
    """Yields a number of messages a month in an own sentence that the computed month contradicts by more than 1.25."""
    data = rule("volume.arithmetic")
    own = {count for kind in subject.answers.kinds for count in (kind.count, _product(kind)) if count}
    for path, sentence in subject.sentences:
        folded = fold(sentence)
        if not path or not total or not mentions(sentence, data["mail"]):
            continue
        for start, _ in occurrences(folded, data["monthly"]):
            said = numbers_in(folded[max(0, start - 40) : start])[-1:] or (0,)
            if said[0] > 31 and said[0] not in own and not 0.8 <= said[0] / total <= 1.25:
                text = data["contradicts"].format(said=grouped(said[0]), month=grouped(total))
                yield _arithmetic(path, text, sentence)
                break


def _product(kind: MailKind) -> int | None:
    volume = of_kind(kind)
    return volume.product if volume else None


def _young(subject: DraftText, largest: int) -> Iterator[Remark]:
    registered, today = subject.context.registered, subject.context.today
    if registered and today and (today - registered).days < _YOUNG_DAYS and largest > _YOUNG_LIST:
        at = next((at for at, kind in enumerate(subject.answers.kinds) if kind.count == largest), 0)
        yield _arithmetic(f"kinds.{at}.count", rule("volume.arithmetic")["young"].format(largest=grouped(largest)))


def _majority(subject: DraftText) -> Iterator[Remark]:
    products = [(kind.mail_type, _product(kind) or 0) for kind in subject.answers.kinds]
    total = sum(count for _, count in products)
    marketing = sum(count for mail_type, count in products if mail_type is MailType.MARKETING)
    if 0 < marketing < total / 10:
        yield remark("type.majority", "mail_type")


def _affirms(kind: MailKind, phrases: Iterable[str]) -> bool:
    return bool(affirmed(kind.leaving_words, phrases))


def _leaving_said(subject: DraftText) -> bool:
    return any(mentions(text, rule("unsub.missing")["ways"]) for _, text in subject.own)


def _host_and_path(website: str) -> tuple[str, str]:
    try:
        parts = urlsplit(website if "://" in website else f"https://{website}")
        return (parts.hostname or "").rstrip("."), parts.path.lower()
    except ValueError:
        return "", ""


def _under(host: str, names: list[str]) -> bool:
    return any(host == name or host.endswith(f".{name}") for name in names)


def _related(host: str, domain: str, name: str) -> bool:
    """Tells whether host, domain and name share a label or a word of four letters."""
    hosts, domains = _labels(host), _labels(domain)
    if any(a in b or b in a for a in hosts for b in domains):
        return True
    joined = re.sub(r"\W", "", name)
    words = [word for word in re.findall(r"\w{4,}", name) if word.isascii()]
    return all(
        any(label in joined or any(word in label for word in words) for label in labels) for labels in (hosts, domains)
    )


def _labels(host: str) -> list[str]:
    """Returns the labels of a host that name its owner: not www, not a public suffix."""
    labels = [
        label
        for label in host.split(".")[:-1]
        if label not in ("www", "mail", "news", "co", "com", "org", "net", "ac", "gov", "app")
    ]
    return [label for label in labels if len(label) > 2] or labels
