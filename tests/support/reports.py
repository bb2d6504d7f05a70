"""Reports to draw in tests, in few words."""

from datetime import UTC, datetime

from model import Checked, Finding, Fix, Outcome, Record, Report, Seen, ShownReport, TreeLine, Verdict

DMARC = Record("TXT", "_dmarc.acme.com", "v=DMARC1; p=none; rua=mailto:dmarc@acme.com")


def found(
    code: str,
    outcome: Outcome = Outcome.FAIL,
    summary: str = "Something was found.",
    *,
    evidence: tuple[str, ...] = (),
    records: tuple[Record, ...] = (),
    remove: tuple[Record, ...] = (),
    step: str = "",
) -> Finding:
    """A finding of the check that its code names."""
    fix = Fix(records, remove, step) if records or remove or step else None
    return Finding(code.partition(".")[0], outcome, code, summary, evidence, fix)


def checked(
    *findings: Finding,
    verdict: Verdict | None = None,
    domain: str = "acme.com",
    zone: str = "acme.com",
    seconds: float = 0.41,
    queries: int = 31,
    seen: tuple[Seen, ...] = (),
    tree: tuple[TreeLine, ...] = (),
) -> Checked:
    """A report with these findings; the verdict follows from them unless it is given."""
    fails = any(finding.outcome is Outcome.FAIL for finding in findings)
    unknown = any(finding.outcome is Outcome.UNKNOWN for finding in findings)
    follows = Verdict.FIX_FIRST if fails else Verdict.CANNOT_TELL if unknown else Verdict.READY
    return Checked(Report(domain, verdict or follows, findings, seconds, queries), zone, seen, tree)


def shown(checked: Checked, query: str = "q", report_id: str = "0123456789abcdef") -> ShownReport:
    """The report as people are shown it."""
    return ShownReport(report_id, query, checked, datetime(2026, 11, 23, 12, 5, tzinfo=UTC))


def broken() -> Checked:
    """Two fails, an unknown, a warning and two passes: one of everything that a report draws."""
    old = Record("TXT", "acme.com", "v=spf1 ipv4:192.0.2.1 ~all")
    new = Record("TXT", "acme.com", "v=spf1 ip4:192.0.2.1 ~all")
    return checked(
        found("spf.syntax", summary="“ipv4:” is no SPF term.", evidence=(old.value,), records=(new,), remove=(old,)),
        found(
            "dmarc.missing",
            summary="acme.com has no DMARC record.",
            evidence=("_dmarc.acme.com TXT: no such name",),
            records=(DMARC,),
        ),
        found(
            "mx.lookup-failed",
            Outcome.UNKNOWN,
            "Where mail to acme.com goes was not answered.",
            evidence=("acme.com MX: unanswered by 192.0.2.53: SERVFAIL",),
            step="Ask the one who runs 192.0.2.53.",
        ),
        found("mail_from.not-set", Outcome.WARN, "No custom MAIL FROM domain is known.", step="Choose one in SES."),
        found("dkim.ses-ok", Outcome.PASS, "All three records point at SES."),
        found("spf.ses-not-needed", Outcome.PASS, "The SPF record does not name SES, and need not."),
    )
