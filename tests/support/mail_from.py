"""Zones with a MAIL FROM domain in them, and what a check of them finds."""

from collections.abc import Sequence

from checks import mail_from
from model import Expectations, Finding
from tests.support.table import Table, TableResolver
from tests.support.virtual import run

D = "acme.com"
M = "mail.acme.com"
HOST = "feedback-smtp.eu-west-1.amazonses.com"
MX = f"10 {HOST}"
SPF = "v=spf1 include:amazonses.com ~all"
SES: Table = {
    "amazonses.com": {"TXT": ["v=spf1 ip4:199.255.192.0/22 ip4:54.240.0.0/18 ip6:2600:1fff::/36 -all", "site=1"]}
}
APEX: Table = {D: {"MX": ["10 mx.acme.com"], "TXT": ["v=spf1 mx ~all"]}, "mx.acme.com": {"A": ["192.0.2.1"]}}
KNOWN = Expectations(
    D, region="eu-west-1", mail_from=M, mail_from_status="SUCCESS", mail_from_fallback=False, mail_from_known=True
)
NONE_SET = Expectations(D, region="eu-west-1", mail_from_known=True)
NOT_CONNECTED = None


def usual_zone(*parts: Table) -> Table:
    return {name: types for part in (SES, APEX, *parts) for name, types in part.items()}


def mail_from_zone(name: str = M, *, mx: Sequence[str] = (MX,), txt: Sequence[str] = (SPF,)) -> Table:
    return usual_zone({name: {kind: values for kind, values in (("MX", mx), ("TXT", txt)) if values}})


HEALTHY = mail_from_zone()


def facts_of(records: Table, known: Expectations | None = KNOWN, domain: str = D) -> mail_from.MailFromFacts:
    table = TableResolver(records)
    facts, _ = run(mail_from.look_up(domain, table, expectations=known))
    assert len(table.asked) <= 100
    return facts


def judge_zone(records: Table, known: Expectations | None = KNOWN, domain: str = D) -> tuple[Finding, ...]:
    return mail_from.judge(facts_of(records, known, domain))
