"""Builds a finding about a website: its outcome and step come from one table, its evidence is what was asked, what
answered, and the words that led to it."""

import re
from dataclasses import replace

from checks.evidence import printable
from checks.fetch import Failed
from checks.website.facts import Visit, WebsiteFacts, content_type
from checks.website.phrases import Sign
from model import Finding, Fix, Outcome

_LONGEST_URL = 100
_MOST_HOPS = 9
_CREDENTIALS = re.compile(r"//[^\s/?#]*@")
_F, _W, _U, _P = Outcome.FAIL, Outcome.WARN, Outcome.UNKNOWN, Outcome.PASS

OUTCOMES: dict[str, tuple[Outcome, str]] = {
    "no-address": (_F, "Publish the website and its address records (A, AAAA), or name the address where it is."),
    "tls-invalid": (_F, "Install a valid certificate of a public authority: free from Let’s Encrypt."),
    "http-error": (
        _F,
        "Open the address in a private window: a reviewer sees the same. 4xx: the address is wrong or the page is "
        "gone. 5xx: see the server’s error log.",
    ),
    "parked": (
        _F,
        "Point the domain at your web server (A and AAAA records, or the settings at the web host), or name the "
        "address where the website is.",
    ),
    "under-construction": (
        _F,
        "Publish the website before you ask. One page is enough: what the business does, a privacy policy and a "
        "contact.",
    ),
    "default-page": (
        _F,
        "Upload the website, or point the domain at the server where it is. This server has nothing of yours to show "
        "under this name.",
    ),
    "directory": (
        _F,
        "Put a start page there (such as index.html), and turn the listing off (nginx: autoindex off; Apache: Options "
        "-Indexes).",
    ),
    "redirect-loop": (
        _F,
        "Follow the redirects in the evidence: two rules send visitors to each other, often http to https and back "
        "behind a proxy, or www and no www.",
    ),
    "login-only": (
        _F,
        "Name the public page that says what the business does; where there is none, put one before the login.",
    ),
    "error-page": (
        _F,
        "Open the address in a private window and repair what it shows. An error should answer with the status 404 or "
        "500, so that monitoring notices it.",
    ),
    "empty": (
        _F,
        "Say in a few sentences of your own what you sell or do, for whom, and where. Add a contact and a privacy "
        "policy.",
    ),
    "no-answer": (
        _F,
        "Start the web server, or point the name at the host where it runs. If the website is elsewhere, name its "
        "address.",
    ),
    "not-public": (
        _F,
        "Name a public address that anyone can open, such as https://www.acme.com/: no private network, no other port, "
        "no user name or password.",
    ),
    "blocked-us": (
        _U,
        "Open it in a private window, outside of your office’s network. If it shows the website, all is well. Let "
        "visitors from everywhere in: a reviewer may be turned away too.",
    ),
    "needs-script": (
        _U,
        "Look at it in a browser: does it say what the business does? A few plain sentences in the page itself can be "
        "read by every tool.",
    ),
    "lookup-failed": (
        _U,
        "Check again in a few minutes. If it stays so, ask the operator of this host’s name servers.",
    ),
    "too-big": (
        _U,
        "Move scripts and data out of the page into files of their own. Until then, look at it yourself: does it say "
        "what the business does?",
    ),
    "no-business-text": (
        _W,
        "Say in two or three sentences of your own what you sell or do, for whom, and where: the reviewer compares "
        "them with your request.",
    ),
    "no-privacy": (
        _W,
        "Publish a privacy policy that says which addresses you collect, what you send to them and how to leave, and "
        "link to it from the foot of every page.",
    ),
    "no-contact": (
        _W,
        "Add a contact page or an imprint with the name and the postal address of the business, and a telephone number "
        "or an email address.",
    ),
    "no-signup": (
        _W,
        "Link to the form by which people ask for your mail, or give its address in the request; if they sign up "
        "elsewhere (at the till, in an app), say so there.",
    ),
    "other-organisation": (
        _W,
        "Name the domain on the website (in the imprint, or in the address of your mail), or say in the request how "
        "the two belong together.",
    ),
    "http-only": (
        _W,
        "Get a certificate (free from Let’s Encrypt, or a switch at the web host), and redirect http to https.",
    ),
    "not-html": (
        _W,
        "Name the address of a page that says what the business does, or let the server send its pages as text/html.",
    ),
    "thin": (
        _W,
        "Say in two or three sentences what you sell or do, for whom, and where: the reviewer compares them with your "
        "request.",
    ),
    "ok": (_P, ""),
    "unsubscribe": (_P, ""),
}
"""Code to what it means for the request, and what to do."""


def finding(code: str, summary: str, facts: WebsiteFacts, *signs: Sign | None, step: str = "") -> Finding:
    """Builds a finding of this check. `signs` that are None give no evidence; `step` replaces the usual one."""
    outcome, usual = OUTCOMES[code]
    said = tuple(line(sign) for sign in signs if sign)
    step = step or usual
    return Finding(
        "website", outcome, f"website.{code}", summary, (*asked(facts), *said), Fix(step=step) if step else None
    )


def warning(code: str, summary: str, facts: WebsiteFacts, *signs: Sign | None) -> Finding:
    """Builds a finding that elsewhere fails as a warning: the website has substance all the same."""
    return replace(finding(code, summary, facts, *signs), outcome=Outcome.WARN)


def line(sign: Sign) -> str:
    """Writes a sign as a line of evidence: `title: Welcome to nginx!`."""
    return printable(f"{sign.place}: {sign.words}")


def asked(facts: WebsiteFacts) -> tuple[str, ...]:
    """Lists what was opened and how it answered, a line each, in order."""
    visits = (*facts.before, facts.visit, *((facts.again,) if facts.again else ()))
    return tuple(dict.fromkeys(line for visit in visits for line in _in_lines(visit)))


def _in_lines(visit: Visit) -> list[str]:
    answer = visit.answer
    lines = [_safe(f"{hop.url} → {hop.status} → {hop.location}") for hop in answer.hops[:_MOST_HOPS]]
    if isinstance(answer, Failed):
        status = f"{answer.status}, " if answer.status else ""
        return [*lines, _safe(f"{answer.url} → {status}{answer.why}")]
    kind = content_type(answer)
    return [*lines, _safe(f"{answer.url} → {answer.status}{f', {kind}' if kind else ''}")]


def short(url: str) -> str:
    """Shortens an address for a sentence."""
    shown = _safe(url)
    return shown if len(shown) <= _LONGEST_URL else shown[:_LONGEST_URL] + "…"


def _safe(text: str) -> str:
    """Makes a text printable, and drops a user name and password in an address: a report may be shared."""
    return printable(_CREDENTIALS.sub("//…@", text))
