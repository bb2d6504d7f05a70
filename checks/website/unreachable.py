"""Judges a website that could not be opened: why, and whose fault it is. What may be ours alone is unknown."""

from checks.evidence import printable
from checks.fetch import Failed, Failure, Tls
from checks.website.facts import WebsiteFacts, host_of
from checks.website.findings import finding, short
from model import Finding

_CERTIFICATE = {
    Tls.EXPIRED: "Renew the certificate, and let it renew itself (certbot, or the web host’s own setting).",
    Tls.NOT_YET_VALID: "Set the clock of the server, or wait until the certificate is valid.",
    Tls.WRONG_NAME: "Get a certificate that names {host} (and www, if you use it): free from Let’s Encrypt.",
    Tls.SELF_SIGNED: "Put a certificate of a public authority in its place: free from Let’s Encrypt.",
    Tls.UNKNOWN_ISSUER: "Install the whole chain, with the intermediate certificate (fullchain.pem), of a public "
    "authority.",
    Tls.HANDSHAKE: "Turn on TLS 1.2 or 1.3 for {host}, with a certificate of its own.",
    Tls.OTHER: "Put a valid certificate of a public authority in its place: free from Let’s Encrypt.",
}
_NOT_HTTP = (
    "Open it in a private window: if it shows the website, all is well. If not, see the error log of the web server "
    "or of the proxy before it."
)
_SLIP = "Check the spelling of the address. If it is right, publish the address records of its host."


def unreachable(facts: WebsiteFacts, failed: Failed) -> Finding:
    """The one finding about a website that gave no answer."""
    where, why = short(failed.url), printable(failed.why).rstrip(".")
    host = printable(host_of(failed.url)) or where
    match failed.failure:
        case Failure.NO_ADDRESS:
            return _no_address(facts, host)
        case Failure.ADDRESS_UNKNOWN:
            return finding("lookup-failed", f"The address of {host} is unknown: {why}.", facts)
        case Failure.NOT_PUBLIC | Failure.BAD_URL:
            return finding("not-public", f"No reviewer can open {where}: {why}.", facts)
        case Failure.TLS:
            step = _CERTIFICATE[failed.tls or Tls.OTHER].format(host=host)
            return finding("tls-invalid", f"Browsers show a warning before they open {where}: {why}.", facts, step=step)
        case Failure.REDIRECTS:
            return finding("redirect-loop", f"{where} redirects without end: {why}.", facts)
        case Failure.REFUSED:
            return finding("no-answer", f"Nothing answers at {where}: {why}.", facts)
        case Failure.PROTOCOL | Failure.TIMEOUT | Failure.UNREACHABLE:
            # A browser forgives more of HTTP than a program may, and another network may have a way there.
            said = f"Could not see {where} as a visitor does: {why}."
            step = _NOT_HTTP if failed.failure is Failure.PROTOCOL else ""
            return finding("blocked-us", said, facts, step=step)


def _no_address(facts: WebsiteFacts, host: str) -> Finding:
    if facts.typed is None and not facts.visit.answer.hops:
        domain = printable(facts.domain)
        return finding("no-address", f"{domain} has no website: neither it nor www.{domain} has an address.", facts)
    redirected = ", and the website redirects there" if facts.visit.answer.hops else ""
    return finding("no-address", f"{host} has no address in DNS{redirected}.", facts, step=_SLIP)
