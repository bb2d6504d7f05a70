"""Notes where a domain asks for reports on encrypted delivery (SMTP TLS Reporting, RFC 8460). It weighs nothing.

`parse` reads the record, `check` asks for it. Without a record that counts there is nothing to say.
"""

import re

from checks.answers import values
from checks.check import CheckContext, CheckResult
from checks.findings import evidence_of, make_printable
from model import Finding, Outcome

# tlsrpt-record = tlsrpt-version 1*(field-delim tlsrpt-field) [field-delim]   RFC 8460 section 3
_VERSION = "v=TLSRPTv1"
_DELIMITER = re.compile(r"[ \t]*;[ \t]*")
_ADDRESS = re.compile(r"(?:mailto:[^@\s,;!]+@[^@\s,;!]+|https://[^\s,;!]+)", re.IGNORECASE)


async def check(context: CheckContext) -> CheckResult:
    """Says where reports go. Returns nothing where no record counts, or where DNS does not answer."""
    answer = await context.dns.ask(f"_smtp._tls.{context.domain}", "TXT")
    addresses = parse(values(answer))
    if not addresses:
        return CheckResult()
    summary = f"Reports on encrypted delivery go to {', '.join(map(make_printable, addresses))} (RFC 8460)."
    return CheckResult((Finding("tls_rpt", Outcome.PASS, "tls_rpt.ok", summary, evidence_of(answer)),))


def parse(texts: tuple[str, ...]) -> tuple[str, ...]:
    """Returns the addresses of the one record among these texts; none where none or several count."""
    records = [text for text in texts if _DELIMITER.split(text, maxsplit=1)[0] == _VERSION]
    if len(records) != 1:  # RFC 8460 section 3: then the domain counts as one without TLSRPT
        return ()
    for field in _DELIMITER.split(records[0])[1:]:
        name, _, value = field.partition("=")
        if name == "rua":
            addresses = tuple(address.strip() for address in value.split(","))
            return addresses if all(map(_ADDRESS.fullmatch, addresses)) else ()
    return ()
