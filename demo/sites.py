"""The websites of the sample domains, and what their registry knows of them: what a reviewer of AWS would see.

`SITES` is what the loopback web serves, `registrations` what the loopback registry answers, `REPAIRED_SITES` and
`renewals` what `!fix` puts in their place where they are at fault. Most samples are shops with nothing amiss.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta

from fakes.certificates import Certificate
from fakes.rdap import Registered
from fakes.web import Page, Site, redirect

_TABLE = """
ready.example | Fern & Clay | tableware thrown by hand | We throw plates, bowls and mugs from Yorkshire clay.
ses.example | Harbor Goods | clothes for small boats | We sell sailing clothes to people who sail small boats.
nodmarc.example | Nod & Mark | signs painted by hand | We paint signs for shops, boats and front doors.
twospf.example | Two Spoons | a café and its beans | We roast coffee and serve it in one small café.
eleven.example | Eleven Looms | woollen blankets | We weave blankets on eleven looms from the wool of one valley.
deep.example | Deep Shelf | used books on the sea | We buy and sell used books about ships, divers and whales.
typo.example | Typo Press | posters from lead type | We print posters and cards from lead type, two colours a day.
revoked.example | The Revoked Key | locks and safes | We open, mend and sell locks, old safes among them.
blocks.example | Blocks & Co. | wooden toys | We make wooden toys that outlive the children who get them.
external.example | External Brickwork | garden walls | We build garden walls and mend the old ones.
doubled.example | Doubled Up | clothes for twins | We sell clothes for twins, two of each, in wool and linen.
servfail.example | Serve Fair | tennis for beginners | We teach tennis to beginners of every age, in small groups.
hostile.example | <!channel> *Hostile* Takeaway | curries | We cook <@U1> six `curries` a day, and deliver them.
portal.example | Portal Tools | saws and planes | We rent out tools for a day, and show how they are used.
nginx.example | Engine X | model steam engines | We build model steam engines that run on real steam.
down.example | Down & Feather | pillows and quilts | We fill pillows and quilts with down, and refill old ones.
parked.example | Parked Bikes | bicycle stands | We make bicycle stands for schools, shops and stations.
badcert.example | Bad Certain | stage magic | We sell card tricks and teach a new one every Friday.
young.example | Young Plants | seedlings by mail | We raise seedlings and send them out in damp paper.
lapsed.example | Lapsed Time | clocks and watches | We mend clocks, and watches that were given up.
broken.example | Broken Chain | bicycle repairs | We mend bicycles while you wait, chains above all.
"""
"""Domain, name, trade, and what is done there."""
_SHOPS = {
    domain: (name, trade, does)
    for domain, name, trade, does in (line.split(" | ") for line in _TABLE.strip().splitlines())
}
_PLACE = "3 Market Street, Hebden Bridge"
_PLACES = {"ses.example": "Hafenstraße 3, Kiel"}
"""The shop of the tour is at home elsewhere: see `demo.sample`."""
_MORE = (
    "Everything is made or chosen in our own workshop, and each order leaves it within three working days. People who "
    "order get a confirmation and a receipt by email, and a note on the day the parcel leaves. Once a month we write "
    "to those who signed up for it here on the website, about what is new and which courses are open; one click ends "
    "that. We answer letters and calls ourselves, from Tuesday to Saturday, and visitors are welcome in the afternoon."
)


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;")


def _page(title: str, body: str, *, language: str = "en") -> str:
    head = f'<head><meta charset="utf-8"><title>{title}</title></head>'
    return f'<!doctype html><html lang="{language}">{head}{body}</html>'


def _shop(domain: str) -> Site:
    """A small shop with all that a reviewer looks for."""
    name, trade, does = (_escaped(text) for text in _SHOPS[domain])
    form = '<form action="/newsletter">Email <input type="email" name="email"><button>Sign up</button></form>'
    foot = (
        f'<footer>{name}, {_PLACES.get(domain, _PLACE)}. <a href="mailto:hello@{domain}">hello@{domain}</a> '
        '<a href="/privacy">Privacy policy</a> <a href="/contact">Contact</a> <a href="/newsletter">Newsletter</a> '
        '<a href="/unsubscribe">Unsubscribe</a></footer>'
    )

    def page(title: str, text: str) -> str:
        return _page(f"{title} – {name}", f"<body><h1>{title}</h1>{text}{foot}</body>")

    return Site(
        {
            "/": _page(f"{name}: {trade}", f"<body><h1>{name}</h1><p>{does} {_MORE}</p>{form}{foot}</body>"),
            "/privacy": page("Privacy policy", "<p>We keep your address for your orders, and for the newsletter.</p>"),
            "/contact": page("Contact", "<p>Call 01422 555 014, or write to us.</p>"),
            "/newsletter": page("Newsletter", f"<p>Once a month. We ask you to confirm your address.</p>{form}"),
            "/unsubscribe": page("Unsubscribe", "<form><input type=email name=email><button>Leave</button></form>"),
            "/checkout": page("Checkout", "<p>We write to you about this order.</p>"),
        }
    )


_BOOKS = _page(
    "Bücherstube Lindenhof",
    "<body><h1>Willkommen in der Bücherstube</h1><p>Seit 1987 verkaufen wir Romane, Kinderbücher und alte Reiseführer."
    " Was nicht im Regal steht, liegt am nächsten Morgen zur Abholung bereit, und auf Wunsch schicken wir es zu. Am "
    "zweiten Donnerstag im Monat liest bei uns jemand aus einem neuen Buch; der Eintritt ist frei. Unser Rundbrief "
    "nennt die Lesungen und was neu eingetroffen ist. Er kommt einmal im Monat zu allen, die ihn hier bestellt und "
    "ihre Adresse bestätigt haben, und wer ihn nicht mehr will, meldet sich mit einem Klick ab.</p><footer>"
    '<a href="/impressum">Impressum</a> <a href="/datenschutz">Datenschutzerklärung</a> '
    '<a href="/rundbrief">Rundbrief abonnieren</a> <a href="/abmelden">Rundbrief abmelden</a></footer></body>',
    language="de",
)


def _behind_it(title: str) -> str:
    return _page(f"{title} – Bücherstube Lindenhof", f"<body><h1>{title}</h1><p>Lindenhof 2, 79098 Freiburg</p></body>")


_BOOKSHOP = Site(
    {
        "/": _BOOKS,
        **{f"/{title.lower()}": _behind_it(title) for title in ("Impressum", "Datenschutz", "Rundbrief", "Abmelden")},
    }
)
_AT_FAULT: Mapping[str, Site] = {
    "broken.example": Site(
        {"*": _page("Broken Chain", "<body><h1>Coming soon</h1><p>Our new website is on its way.</p></body>")}
    ),
    "parked.example": Site(
        {
            "*": _page(
                "parked.example",
                "<body><h1>parked.example is for sale</h1><p>Buy this domain, or make an offer.</p>"
                "<h2>Related searches</h2><ul><li>Bicycles<li>Insurance<li>Car parks</ul></body>",
            )
        }
    ),
    "portal.example": Site(
        {
            "*": _page(
                "Sign in – Portal Tools",
                "<body><h1>Sign in to Portal Tools</h1><form>Email <input type=email name=email> Password "
                "<input type=password name=password><button>Sign in</button></form></body>",
            )
        }
    ),
    "nginx.example": Site(
        {
            "*": _page(
                "Welcome to nginx!",
                "<body><h1>Welcome to nginx!</h1><p>If you see this page, the web server works and has no pages "
                "yet.</p></body>",
            )
        }
    ),
    "down.example": Site({"*": Page(_page("Service unavailable", "<h1>503 Service unavailable</h1>"), 503)}),
    "badcert.example": Site(_shop("badcert.example").pages, Certificate.EXPIRED),
}
REPAIRED_SITES: Mapping[str, Site] = {domain: _shop(domain) for domain in _AT_FAULT}
"""What `!fix` publishes in place of a website that is at fault."""
SITES: Mapping[str, Site] = {
    **{domain: _shop(domain) for domain in _SHOPS},
    "xn--bcher-kva.example": _BOOKSHOP,
    "news.ready.example": Site({"*": redirect("https://ready.example/", 301)}),
    **_AT_FAULT,
}
"""By host, in A-labels."""


def registrations(now: datetime) -> dict[str, Registered]:
    """What the registry says of every sample at a time: most are old, one is three days old, one has lapsed."""
    old = Registered(now - timedelta(days=3_900), now + timedelta(days=280))
    hosts = {host for host in SITES if host != "news.ready.example"}
    return {
        **dict.fromkeys(sorted(hosts), old),
        "young.example": Registered(now - timedelta(days=3), now + timedelta(days=362)),
        "lapsed.example": Registered(
            now - timedelta(days=2_200), now - timedelta(days=9), statuses=("auto renew period", "client hold")
        ),
    }


def renewals(now: datetime) -> dict[str, tuple[str, Registered]]:
    """What `!fix` does at the registry, in words, and what that then says."""
    return {
        "young.example": (
            "waited     until young.example was 40 days old (in truth that takes 37 days more)",
            Registered(now - timedelta(days=40), now + timedelta(days=325)),
        ),
        "lapsed.example": (
            "renewed    lapsed.example at its registrar, for a year",
            Registered(now - timedelta(days=2_200), now + timedelta(days=356)),
        ),
    }
