"""Is it a parking page: the registrar's placeholder, or an offer to sell the domain?

Such a page is short and speaks of the domain itself, so a phrase counts only there: a blog about domain names is long,
and names them in its articles.
"""

import re
from collections.abc import Iterable

from checks.website.facts import host_of
from checks.website.page import Page
from checks.website.rules.signs import Sign, alone, heads, lines, seen, terms
from checks.website.words import pattern

_TABLE = """
sedoparking.com sedo.com parkingcrew.net bodis.com dan.com undeveloped.com afternic.com hugedomains.com
parklogic.com above.com uniregistry.com cashparking.com domainmarket.com buydomains.com efty.com
parkingpage.namecheap.com domainnamesales.com smartname.com skenzo.com voodoo.com fastpark.net rookmedia.net
parked.com domainsponsor.com dsparking.com parkweb.co.kr aftermarket.com domainprofi.de namedrive.com
nameshift.com dnsowl.com domaineasy.com mysedo.com
"""
_HOSTS = frozenset(_TABLE.split())
"""Where parked names lead, and what parking pages load their advertisements from."""
_PATHS = re.compile(r"/(?:lander|forsale|domain-for-sale|parking\.php|parkingpage)(?:[/?.]|$)", re.IGNORECASE)
_OFFER = terms("""
en: domain is for sale, domain name is for sale, domain may be for sale, domain name may be for sale
en: domain is available for sale, domain is available for purchase, domain name is available for purchase
en: buy this domain, purchase this domain, get this domain, inquire about this domain, interested in this domain
en: make an offer on this domain, domain for sale, this premium domain, own this domain, this domain is on sale
de: domain steht zum verkauf, domain zu verkaufen, diese domain kaufen, domain kaufen, domain ist verkäuflich
fr: domaine est à vendre, domaine à vendre, acheter ce domaine, acheter ce nom de domaine
es: dominio está en venta, dominio en venta, comprar este dominio
pt: domínio está à venda, domínio à venda, comprar este domínio
it: dominio è in vendita, dominio in vendita, acquista questo dominio
nl: domein is te koop, domeinnaam is te koop, domeinnaam te koop, koop dit domein
pl: domena jest na sprzedaż, domena na sprzedaż, kup tę domenę
sv: domänen är till salu, domän till salu
da: domæne er til salg, domænenavn er til salg
nb: domenet er til salgs
fi: verkkotunnus on myytävänä, domain on myytävänä
cs: doména je na prodej, doména na prodej
hu: domain eladó, domain név eladó
tr: alan adı satılık, alan adı satılıktır, bu domain satılık
ru: домен продается, домен продаётся, купить этот домен, домен на продажу
uk: домен продається, купити цей домен
el: το domain πωλείται
he: הדומיין למכירה
ar: هذا النطاق للبيع, النطاق معروض للبيع
ja: このドメインは売, ドメイン販売中, ドメインを購入
zh: 域名出售, 域名转让, 购买此域名, 域名正在出售, 網域出售
ko: 도메인 판매, 도메인을 판매
""")
_PARKED = terms("""
en: domain is parked, domain has been parked, parked free, parked domain, this web page is parked
en: domain has been registered, domain name has been registered, domain was recently registered
en: domain name was registered, domain is registered
en: domain has expired, domain name has expired, domain name expired, this domain expired
en: domain is not configured, domain is pending renewal, future home of something quite cool
en: related searches, sponsored listings, sponsored links, is not yet connected to a website
de: domain ist geparkt, domain wurde registriert, domain ist registriert, domain wurde soeben, domain ist reserviert
de: gesponserte links, verwandte suchbegriffe
fr: domaine est parqué, domaine a été enregistré, domaine est enregistré, domaine est réservé, domaine a expiré
es: dominio está aparcado, dominio ha sido registrado, dominio está registrado, dominio ha expirado
pt: domínio estacionado, domínio foi registrado, domínio está registrado, domínio expirou
it: dominio è parcheggiato, dominio è stato registrato, dominio registrato, dominio è scaduto
nl: domein is geparkeerd, domeinnaam is geregistreerd, domein is geregistreerd, domein is gereserveerd
pl: domena jest zaparkowana, domena została zarejestrowana, domena wygasła
sv: domänen är parkerad, domänen är registrerad
da: domænet er parkeret, domænet er registreret
nb: domenet er parkert, domenet er registrert
fi: verkkotunnus on rekisteröity, verkkotunnus on pysäköity
cs: doména je zaparkována, doména je registrována, doména byla zaregistrována
tr: alan adı park, alan adı kayıtlı, bu alan adı tescil
ru: домен припаркован, домен зарегистрирован, срок регистрации домена
uk: домен припарковано, домен зареєстровано
ja: ドメインは取得済, お名前.comで, ドメインパーキング, このドメインは登録
zh: 域名已注册, 域名已过期, 域名停放
ko: 도메인 파킹, 등록된 도메인
""")
_SPOKEN_OF = pattern(*_OFFER, *_PARKED)
_OFFERED = pattern(*_OFFER)
_NAME_FOR_SALE = re.compile(
    r"(?:the domain(?: name)? )?[\w-]+(?:\.[\w-]+)+ (?:is|may be|might be) (?:now )?"
    r"(?:for sale|available for (?:sale|purchase)|parked)\b.*"
)
_MOST_WORDS = 250
_FEW_WORDS = 60
_ARTICLE = 100
_SENTENCE = 12


def parked(page: Page, urls: Iterable[str], domain: str) -> Sign | None:
    """The sign that the page is a parking page. `urls` are the addresses that led to it, `domain` the one checked."""
    for url in (*urls, page.refresh, page.jump, *page.frames):
        host = host_of(url)
        if host and not host.endswith(domain) and _is_parking(url):
            return Sign("address", url)
        if _PATHS.search(url) and page.words < _FEW_WORDS:
            return Sign("address", url)
    if page.words > _MOST_WORDS:
        return None
    spots = (*heads(page), *lines(page))
    if sign := alone(_NAME_FOR_SALE, spots):
        return sign
    if not (sign := seen(_SPOKEN_OF, spots)):
        return None
    return sign if _is_about_the_domain(page, domain) else None


def _is_about_the_domain(page: Page, domain: str) -> bool:
    """Whether a page that holds such a phrase holds little else."""
    if any(_is_parking(source) for source in page.sources):
        return True
    if _prose(page) >= _ARTICLE:
        return False
    if page.words <= _FEW_WORDS or seen(_OFFERED, heads(page)):
        return True
    return any(domain in one.plain for one in heads(page))


def _prose(page: Page) -> int:
    """How many words stand in lines long enough to be sentences of an article."""
    counts = (len(line.split()) for line in page.lines)
    return sum(words for words in counts if words >= _SENTENCE)


def _is_parking(url: str) -> bool:
    host = host_of(url)
    return any(host == known or host.endswith(f".{known}") for known in _HOSTS)
