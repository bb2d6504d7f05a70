"""The sample domains of the demo: a small internet in which every verdict can be seen.

`TABLE` is what the loopback DNS serves (the notation of `fakes.dns`), `SAMPLES` what `help` lists, and
`REPAIRS` what `!fix` does after the records of the report are published: the part that no record in a report can fix,
such as a DKIM key that only Amazon SES or another provider can make.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

Types: TypeAlias = dict[str, Sequence[str] | str]

RSA_2048 = (
    "MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEArlDBYo/MDGddeY759l2SQUTBNPvFk9emP1vylZLjsRSy3r39eXhRdZRoShwj6XJ7i/PUCLhl"
    "yisiRlYBvN0099cj8U67pyQTy4jfa/lWbtWlX3WhM8SzMRZpsKvgYUrpMaDBfT8ujtnCnnf5xhl3zeYSBGWycxnPzSewapxKgzupUVoZgxDBwPJA+888"
    "WTa2aM1jJvYGsYYFqCrV06MAXlB2PXIwyqRpb90mFWb9Qp7iqUTVVcHp++RthLBMm09G6t+BLbtux/2dW1dy1D+Lt98b2dT3iZ61A/CvkVlkHhEQNsFR"
    "OJ1xHNRltuQKt0YlIZQLAE28c4sdlEJH/kYuzQIDAQAB"
)
RSA_1024 = (
    "MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQDR7wShnY4W/CzfILzuUrM00Gvs6JeX2DBslxBxbiJaptbFc2NR19fXshtp3WEsoBzyNf5N8NQe4C07"
    "cr2vMW6X2Ky36oUNpMeaucsi+Uy09rwfxg1rpT5GHmoZmtLgCENlQTCA8z/Q9kI9qFr1VvaKZt10kmplmHLvbng2EC+9ZwIDAQAB"
)
KEY = f"v=DKIM1; k=rsa; p={RSA_2048}"
TOKENS = ("hx4tn2vq7dlm5wzr3kbyc6pjs1fgae0u", "q9mw3rzt5kxn7vbh2jcl4dpy6sgfu8ea", "b7ld5xkq3wnz9tmv1rhj6cpy4gsf2uoe")
REGION = "us-east-1"


@dataclass(frozen=True, slots=True)
class Sample:
    """One domain worth typing, and what stands in its zone. `tokens`: those of its identity, which AWS tells the bot;
    a check without AWS needs."""

    domain: str
    about: str
    tokens: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Repair:
    """What `!fix` does beside the report's own records: `publish` and `remove` hold (name, type, value), `lift` the
    faults (name, type) that end."""

    publish: tuple[tuple[str, str, str], ...] = ()
    remove: tuple[tuple[str, str, str], ...] = ()
    lift: tuple[tuple[str, str], ...] = ()


SAMPLES = (
    Sample("ready.example", "everything a reviewer looks for"),
    Sample("ses.example", "an identity of acme in us-east-1: Easy DKIM by its three tokens", TOKENS),
    Sample("news.ready.example", "a subdomain: which DMARC policy applies?"),
    Sample("bücher.example", "an internationalized name, ready"),
    Sample("broken.example", "no SPF, no DKIM, no DMARC, and no website yet"),
    Sample("nodmarc.example", "all but DMARC"),
    Sample("twospf.example", "two SPF records: receivers use neither"),
    Sample("eleven.example", "eleven SPF look-ups where ten are allowed"),
    Sample("deep.example", "includes five deep, and still within the limit"),
    Sample("typo.example", "ipv4: for ip4:, a missing semicolon"),
    Sample("revoked.example", "its only DKIM key is revoked"),
    Sample("blocks.example", "p=reject before DKIM is in place"),
    Sample("external.example", "DMARC reports to a host that did not agree"),
    Sample("doubled.example", "another identity: the DNS provider appended the zone", TOKENS),
    Sample("servfail.example", "its name server fails for the DMARC name"),
    Sample("hostile.example", "records that try to be markup"),
    Sample("parked.example", "DNS in order, and a website that is for sale"),
    Sample("portal.example", "a website that is a login and nothing else"),
    Sample("nginx.example", "a web server without a website"),
    Sample("down.example", "a website that answers 503"),
    Sample("badcert.example", "a website whose certificate has expired"),
    Sample("young.example", "registered three days ago"),
    Sample("lapsed.example", "a registration that ran out"),
    Sample("nowhere.example", "not registered"),
)


def _mail(domain: str) -> dict[str, Types]:
    """A domain that receives mail at its own host."""
    return {
        domain: {
            "SOA": [f"ns1.dns-host.example. hostmaster.{domain}. 2026112301 7200 3600 1209600 300"],
            "MX": [f"10 mx.{domain}"],
            "A": ["203.0.113.10"],
        },
        f"mx.{domain}": {"A": ["203.0.113.25"]},
    }


def _healthy(domain: str) -> dict[str, Types]:
    """A domain that a reviewer has nothing to say about, as far as DNS shows."""
    zone = _mail(domain)
    zone[domain]["TXT"] = ["v=spf1 mx include:_spf.provider.example ~all", "site-verification=3f9a1c"]
    zone[f"s1._domainkey.{domain}"] = {"TXT": [KEY]}
    zone[f"_dmarc.{domain}"] = {"TXT": [f"v=DMARC1; p=none; rua=mailto:dmarc@{domain}"]}
    zone[f"bounce.{domain}"] = {
        "MX": [f"10 feedback-smtp.{REGION}.amazonses.com"],
        "TXT": ["v=spf1 include:amazonses.com ~all"],
    }
    return zone


def _with(zone: dict[str, Types], changes: Mapping[str, Types | None]) -> dict[str, Types]:
    """The zone with names replaced; None takes a name away."""
    for name, types in changes.items():
        if types is None:
            zone.pop(name, None)
        else:
            zone[name] = zone.get(name, {}) | types
    return zone


def _without_mail_from(domain: str) -> dict[str, Types | None]:
    return {f"bounce.{domain}": None}


def _internet() -> dict[str, Types]:
    """The names that belong to others: Amazon SES, a mail provider, a report vendor, the top of the tree."""
    return {
        "example": {
            "SOA": ["ns.example. hostmaster.example. 1 3600 600 86400 60"],
        },
        "amazonses.com": {
            "TXT": [
                "v=spf1 ip4:199.255.192.0/22 ip4:199.127.232.0/22 ip4:54.240.0.0/18 ip4:69.169.224.0/20 "
                "ip4:23.249.208.0/20 ip4:23.251.224.0/19 ip4:76.223.176.0/20 ip4:76.223.128.0/19 "
                "ip4:216.221.160.0/19 ip4:206.55.144.0/20 -all"
            ],
            "MX": ["10 inbound-smtp.us-west-2.amazonaws.com"],
        },
        f"feedback-smtp.{REGION}.amazonses.com": {"A": ["192.0.2.80"]},
        **{f"{token}.dkim.amazonses.com": {"TXT": [f"p={RSA_2048}"]} for token in TOKENS},
        "_spf.provider.example": {"TXT": ["v=spf1 ip4:198.51.100.0/24 -all"]},
        **{f"_spf{n}.many.example": {"TXT": [f"v=spf1 ip4:198.51.100.{n} -all"]} for n in range(1, 12)},
        **{
            f"level{n}.chain.example": {"TXT": [f"v=spf1 include:level{n + 1}.chain.example ip4:198.51.100.{n} -all"]}
            for n in range(1, 5)
        },
        "level5.chain.example": {"TXT": ["v=spf1 ip4:198.51.100.5 -all"]},
        **_mail("vendor.example"),
    }


def _ses() -> dict[str, Types]:
    return _with(
        _healthy("ses.example"),
        {
            "s1._domainkey.ses.example": None,
            **{f"{token}._domainkey.ses.example": {"CNAME": [f"{token}.dkim.amazonses.com"]} for token in TOKENS},
        },
    )


def _doubled() -> dict[str, Types]:
    domain = "doubled.example"
    return _with(
        _healthy(domain),
        {
            f"s1._domainkey.{domain}": None,
            **{f"{token}._domainkey.{domain}.{domain}": {"CNAME": [f"{token}.dkim.amazonses.com"]} for token in TOKENS},
        },
    )


def _hostile() -> dict[str, Types]:
    domain = "hostile.example"
    return _with(
        _healthy(domain),
        {
            domain: {
                "TXT": [
                    "v=spf1 include:<!channel> ```*bold*``` <https://evil.example|click> ~all",
                    "\x1b[31mred\x1b[0m <!here> & [bold]markup[/bold]",
                ]
            },
            f"_dmarc.{domain}": {"TXT": [f"v=DMARC1; p=<!everyone>; rua=mailto:dmarc@{domain}"]},
        },
    )


_IN_ORDER = (
    *("parked.example", "portal.example", "nginx.example", "down.example", "badcert.example", "young.example"),
    "lapsed.example",
)
"""Domains whose DNS is in order, and whose website or registration is not: see `demo.sites`."""
TABLE: dict[str, Types] = {
    **_internet(),
    **_healthy("ready.example"),
    "news.ready.example": {
        "A": ["203.0.113.11"],
        "MX": ["10 mx.ready.example"],
        "TXT": ["v=spf1 include:_spf.provider.example ~all"],
    },
    "s1._domainkey.news.ready.example": {"TXT": [KEY]},
    **_ses(),
    **_healthy("xn--bcher-kva.example"),
    **_mail("broken.example"),
    **_with(_healthy("nodmarc.example"), {"_dmarc.nodmarc.example": None}),
    **_with(
        _healthy("twospf.example"),
        {"twospf.example": {"TXT": ["v=spf1 mx ~all", "v=spf1 include:_spf.provider.example ~all"]}},
    ),
    **_with(
        _healthy("eleven.example"),
        {
            "eleven.example": {
                "TXT": ["v=spf1 " + " ".join(f"include:_spf{n}.many.example" for n in range(1, 12)) + " ~all"]
            }
        },
    ),
    **_with(_healthy("deep.example"), {"deep.example": {"TXT": ["v=spf1 include:level1.chain.example ~all"]}}),
    **_with(
        _healthy("typo.example"),
        {
            "typo.example": {"TXT": ["v=spf1 ipv4:198.51.100.7 include:_spf.provider.example ~all"]},
            "_dmarc.typo.example": {"TXT": ["v=DMARC1 p=none; rua=mailto:dmarc@typo.example"]},
        },
    ),
    **_with(_healthy("revoked.example"), {"s1._domainkey.revoked.example": {"TXT": ["v=DKIM1; p="]}}),
    **_with(
        _healthy("blocks.example"),
        {
            "s1._domainkey.blocks.example": None,
            **_without_mail_from("blocks.example"),
            "_dmarc.blocks.example": {"TXT": ["v=DMARC1; p=reject; rua=mailto:dmarc@blocks.example"]},
        },
    ),
    **_with(
        _healthy("external.example"),
        {"_dmarc.external.example": {"TXT": ["v=DMARC1; p=none; rua=mailto:reports@vendor.example"]}},
    ),
    **_doubled(),
    **_with(_healthy("servfail.example"), {"_dmarc.servfail.example": {"*": "SERVFAIL"}}),
    **_hostile(),
    **{name: types for domain in _IN_ORDER for name, types in _healthy(domain).items()},
}


def _new_key(domain: str, selector: str = "s1") -> Repair:
    return Repair(publish=((f"{selector}._domainkey.{domain}", "TXT", KEY),))


REPAIRS: dict[str, Repair] = {
    "broken.example": _new_key("broken.example"),
    "blocks.example": _new_key("blocks.example"),
    "revoked.example": Repair(
        remove=(("s1._domainkey.revoked.example", "TXT", "v=DKIM1; p="),),
        publish=(("s1._domainkey.revoked.example", "TXT", KEY),),
    ),
    "eleven.example": Repair(
        remove=(("eleven.example", "TXT", str(TABLE["eleven.example"]["TXT"][0])),),
        publish=(("eleven.example", "TXT", "v=spf1 include:_spf1.many.example include:_spf2.many.example ~all"),),
    ),
    "servfail.example": Repair(
        lift=(("_dmarc.servfail.example", "*"),),
        publish=(("_dmarc.servfail.example", "TXT", "v=DMARC1; p=none; rua=mailto:dmarc@servfail.example"),),
    ),
    "hostile.example": Repair(
        remove=(("hostile.example", "TXT", str(TABLE["hostile.example"]["TXT"][0])),),
        publish=(("hostile.example", "TXT", "v=spf1 mx ~all"),),
    ),
}
