"""Remarks on the facts of the finished text: numbers that do not add up, ways to leave, site, region, contacts."""

import re
from collections.abc import Iterable, Iterator
from urllib.parse import urlsplit

from drafts.questions import page_error
from drafts.remarks.base import DraftText, load_rule, make_remark
from drafts.volume import find_numbers, format_number, monthly_volume, volume_of
from drafts.wording import clean_text, find_affirmed, find_occurrences, fold_text, mentions, one_line
from model.report import Outcome
from model.request import Leaving, MailKind, MailType, Remark, Rhythm, Severity

_A_DAY = 30.4
_USUAL_GRANT = 50_000
"""Messages a day of the usual first grant."""
_BULK_A_DAY = 5_000
_TECHNICAL = ("dkim", "spf", "dmarc")
_REGION = re.compile(
    r"\b(?:af|ap|ca|cn|eu|il|me|mx|sa|us)(?:-gov)?-(?:north|south|east|west|central|northeast|southeast|northwest|southwest)-\d\b"
)
_COMMON_LABELS = frozenset({"www", "mail", "news", "co", "com", "org", "net", "ac", "gov", "app"})
_YOUNG_DAYS = 30
_YOUNG_LIST = 10_000


def review_arithmetic(subject: DraftText) -> Iterator[Remark]:
    """Yields `number.none`, `volume.basis` and `volume.arithmetic`."""
    answers, data = subject.answers, load_rule("volume.arithmetic")
    month = monthly_volume(answers)
    for index, kind in enumerate(answers.kinds):
        if kind.count is None:
            yield make_remark("number.none", f"kinds.{index}.count", kind.sentence)
        elif volume_of(kind) is None:
            yield make_remark("volume.basis", f"kinds.{index}.rhythm", kind.sentence)
        if kind.rhythm is Rhythm.ON_EVENT and (kind.per_event or 0) > 60:
            per_event = format_number(kind.per_event or 0)
            yield _arithmetic_remark(f"kinds.{index}.per_event", data["many_each"].format(each=per_event))
    busiest = answers.busiest
    if busiest and month.total and busiest > max(month.total, month.largest or 0):
        advice = data["above"].format(busiest=format_number(busiest), month=format_number(month.total))
        yield _arithmetic_remark("busiest", advice, severity=Severity.STOP)
    elif busiest and month.largest and busiest < month.largest:
        advice = data["below"].format(busiest=format_number(busiest), largest=format_number(month.largest))
        yield _arithmetic_remark("busiest", advice, severity=Severity.STOP)
    yield from _review_contradictions(subject, month.total)
    yield from _review_young_domain(subject, month.largest or 0)


def review_peaks(subject: DraftText) -> Iterator[Remark]:
    """Yields `volume.peak` and `rate.bulk`."""
    month = monthly_volume(subject.answers)
    largest = max(month.largest or 0, subject.answers.busiest or 0)
    rest = max(month.total - largest, 0) / _A_DAY
    if largest > _USUAL_GRANT or (_is_young(subject) and largest > 5 * rest > 0):
        yield make_remark("volume.peak", "busiest")
    if largest > _BULK_A_DAY and subject.marketing_kinds():
        yield make_remark("rate.bulk", "busiest")


def review_leaving(subject: DraftText) -> Iterator[Remark]:
    """Yields `leave.unsaid`, `unsub.missing` and `unsub.false`, each at the kind that it is about."""
    page = clean_text(subject.answers.unsubscribe_page)
    for index, kind in enumerate(subject.answers.kinds):
        path = f"kinds.{index}.leaving"
        link = Leaving.LINK in kind.leaving or _affirms(kind, load_rule("unsub.missing")["link"])
        one_click = Leaving.ONE_CLICK in kind.leaving or _affirms(kind, load_rule("unsub.missing")["one_click"])
        if kind.mail_type is MailType.MARKETING:
            if not (kind.leaving or clean_text(kind.leaving_words) or page or _says_leaving(subject)):
                yield make_remark("leave.unsaid", path, kind.name)
            elif not (link or one_click):
                yield make_remark("unsub.missing", path, kind.leaving_words or kind.name)
            elif not (link and one_click):
                advice = load_rule("unsub.missing")["half"]
                yield make_remark("unsub.missing", path, kind.name, advice=advice, severity=Severity.WARN)
        elif kind.mail_type and (link or one_click) and mentions(kind.name, load_rule("unsub.false")["names"]):
            yield make_remark("unsub.false", path, kind.leaving_words or kind.name)


def review_types(subject: DraftText) -> Iterator[Remark]:
    """Yields `type.conflict` and `type.majority`."""
    answers, data = subject.answers, load_rule("type.conflict")
    for index, kind in enumerate(answers.kinds):
        if (kind.mail_type or answers.mail_type) is not MailType.TRANSACTIONAL:
            continue
        if word := find_affirmed(f"{kind.name}. {kind.sentence}", data["phrases"]):
            path = f"kinds.{index}.mail_type"
            yield make_remark("type.conflict", path, kind.name, advice=data["transactional"].format(word=word))
    if answers.mail_type is MailType.TRANSACTIONAL and (marketing := subject.marketing_kinds()):
        word = one_line(answers.kinds[marketing[0]].name)
        yield make_remark("type.conflict", "mail_type", word, advice=data["transactional"].format(word=word))
    named = [kind for kind in answers.kinds if kind.name]
    has_only_receipts = named and all(mentions(kind.name, load_rule("unsub.false")["names"]) for kind in named)
    if subject.request.mail_type is MailType.MARKETING and has_only_receipts:
        yield make_remark("type.conflict", "mail_type", advice=data["marketing"])
    yield from _review_majority(subject)


def review_site(subject: DraftText) -> Iterator[Remark]:
    """Yields `site.bad`, `site.default-host` and `site.mismatch`."""
    answers = subject.answers
    website = clean_text(answers.website)
    host, path = _split_website(website)
    bad_sites, default_hosts = load_rule("site.bad"), load_rule("site.default-host")
    if website and page_error(website):
        yield make_remark("site.bad", "website", website, severity=Severity.ASK)
    elif _is_under(host, bad_sites["hosts"]) or any(path.startswith(prefix) for prefix in bad_sites["paths"]):
        yield make_remark("site.bad", "website", website)
    elif _is_under(host, default_hosts["hosts"]):
        yield make_remark("site.default-host", "website", website)
    domain = clean_text(answers.domain).lower().rstrip(".")
    if _is_under(domain, default_hosts["senders"]):
        yield make_remark("site.default-host", "domain", domain, advice=default_hosts["sender"])
    if host and domain and not _is_related(host, domain, fold_text(answers.name)):
        explained = fold_text(answers.business + answers.anything_else)
        if domain not in explained and host.removeprefix("www.") not in explained:
            yield make_remark("site.mismatch", "domain", f"{host}, {domain}")


def review_region(subject: DraftText) -> Iterator[Remark]:
    """Yields `region.mismatch`: not where the domain is verified, or the text names another region."""
    region, data = clean_text(subject.answers.region).lower(), load_rule("region.mismatch")
    verified = subject.context.verified_regions
    if region and verified and region not in verified:
        advice = data["elsewhere"].format(region=region, verified=", ".join(verified))
        yield make_remark("region.mismatch", "region", advice=advice)
    for path, sentence in subject.sentences:
        others = [name for name in _REGION.findall(sentence.lower()) if region and name != region]
        if others:
            advice = data["named"].format(named=others[0], region=region)
            yield make_remark("region.mismatch", path, sentence, advice=advice)


def review_claims(subject: DraftText) -> Iterator[Remark]:
    """Yields `claims.check`: what the text says of DNS against the last check, and "double opt-in" without its
    message."""
    data = load_rule("claims.check")
    findings = [] if subject.context.report is None else subject.context.report.findings
    failures = {finding.check: finding for finding in findings if finding.outcome is Outcome.FAIL}
    for path, sentence in subject.sentences:
        if not path:
            continue
        failed_checks = [check for check in _TECHNICAL if check in failures and find_affirmed(sentence, [check])]
        if failed_checks and mentions(sentence, data["set_up"]):
            advice = data["advice"].format(finding=failures[failed_checks[0]].summary)
            yield make_remark("claims.check", path, sentence, advice=advice)
        if subject.answers.confirmed is not True and find_affirmed(sentence, data["double_phrases"]):
            yield make_remark("claims.check", path, sentence, advice=data["double"])


def review_contacts(subject: DraftText) -> Iterator[Remark]:
    """Yields `contact.dead`: a contact at a domain that takes no mail."""
    for address in subject.answers.contacts:
        if clean_text(address).rpartition("@")[2].lower() in subject.context.dead_domains:
            advice = load_rule("contact.dead")["advice"].format(address=clean_text(address)[:100])
            yield make_remark("contact.dead", "contacts", address, advice=advice)


def _arithmetic_remark(path: str, advice: str, sentence: str = "", *, severity: Severity = Severity.WARN) -> Remark:
    return make_remark("volume.arithmetic", path, sentence, advice=advice, severity=severity)


def _review_contradictions(subject: DraftText, total: int) -> Iterator[Remark]:
    """Remarks on a number of messages a month in an own sentence that differs from the computed one by over 1.25."""
    data = load_rule("volume.arithmetic")
    own = {count for kind in subject.answers.kinds for count in (kind.count, _product_of(kind)) if count}
    for path, sentence in subject.sentences:
        folded = fold_text(sentence)
        if not path or not total or not mentions(sentence, data["mail"]):
            continue
        for start, _ in find_occurrences(folded, data["monthly"]):
            number = next(reversed(find_numbers(folded[max(0, start - 40) : start])), 0)
            if number > 31 and number not in own and not 0.8 <= number / total <= 1.25:
                advice = data["contradicts"].format(said=format_number(number), month=format_number(total))
                yield _arithmetic_remark(path, advice, sentence)
                break


def _product_of(kind: MailKind) -> int | None:
    volume = volume_of(kind)
    return volume.product if volume else None


def _review_young_domain(subject: DraftText, largest: int) -> Iterator[Remark]:
    if _is_young(subject) and largest > _YOUNG_LIST:
        index = next((index for index, kind in enumerate(subject.answers.kinds) if kind.count == largest), 0)
        advice = load_rule("volume.arithmetic")["young"].format(largest=format_number(largest))
        yield _arithmetic_remark(f"kinds.{index}.count", advice)


def _is_young(subject: DraftText) -> bool:
    registered, today = subject.context.registered, subject.context.today
    return bool(registered and today and (today - registered).days < _YOUNG_DAYS)


def _review_majority(subject: DraftText) -> Iterator[Remark]:
    products = [(kind.mail_type, _product_of(kind) or 0) for kind in subject.answers.kinds]
    total = sum(count for _, count in products)
    marketing = sum(count for mail_type, count in products if mail_type is MailType.MARKETING)
    if 0 < marketing < total / 10:
        yield make_remark("type.majority", "mail_type")


def _affirms(kind: MailKind, phrases: Iterable[str]) -> bool:
    return bool(find_affirmed(kind.leaving_words, phrases))


def _says_leaving(subject: DraftText) -> bool:
    return any(mentions(text, load_rule("unsub.missing")["ways"]) for _, text in subject.own_answers)


def _split_website(website: str) -> tuple[str, str]:
    try:
        parts = urlsplit(website if "://" in website else f"https://{website}")
        return (parts.hostname or "").rstrip("."), parts.path.lower()
    except ValueError:
        return "", ""


def _is_under(host: str, names: list[str]) -> bool:
    return any(host == name or host.endswith(f".{name}") for name in names)


def _is_related(host: str, domain: str, name: str) -> bool:
    """Tells whether host, domain and name share a label or a word of four letters."""
    hosts, domains = _owner_labels(host), _owner_labels(domain)
    if any(one in other or other in one for one in hosts for other in domains):
        return True
    joined = re.sub(r"\W", "", name)
    words = [word for word in re.findall(r"\w{4,}", name) if word.isascii()]

    def is_in_name(label: str) -> bool:
        return label in joined or any(word in label for word in words)

    return any(map(is_in_name, hosts)) and any(map(is_in_name, domains))


def _owner_labels(host: str) -> list[str]:
    """Returns the labels of a host that name its owner: not www, not a public suffix."""
    labels = [label for label in host.split(".")[:-1] if label not in _COMMON_LABELS]
    return [label for label in labels if len(label) > 2] or labels
