"""Is the website still being built, or closed for maintenance?

"Coming soon" on a whole page says so; a shop whose next feature is coming soon, a builder whose houses are under
construction, or a restaurant that opens soon and shows its menu, does not. So a phrase either names the website, or has
to stand alone.
"""

import re

from checks.website.facts import host_of
from checks.website.page import Page
from checks.website.rules.signs import Sign, alone, heads, lines, seen, terms
from checks.website.words import pattern, plain

_OF_THE_SITE = pattern(
    *terms("""
en: site is under construction, website is under construction, page is under construction, site under construction
en: website under construction, page under construction, site is currently under construction
en: website is currently under construction, page is currently under construction, site is being built
en: website is being built, site is being updated, website is being updated, site is coming soon
en: website is coming soon, website coming soon, site coming soon, new website is coming, new site is coming
en: site is under maintenance, website is under maintenance, site under maintenance, undergoing maintenance
en: undergoing scheduled maintenance, unavailable for scheduled maintenance, down for maintenance
en: down for scheduled maintenance, maintenance mode, working on our new website, working on our website
en: building our website, building a new website, building our new website, website is launching, site is launching
en: site will be available soon, website will be available soon, new website will be available
en: website is on its way, new website is on the way, this store is unavailable, this store is password protected
de: website im aufbau, webseite im aufbau, seite im aufbau, homepage im aufbau, website befindet sich im aufbau
de: seite befindet sich im aufbau, webseite befindet sich im aufbau, homepage befindet sich im aufbau
de: seite wird überarbeitet, website wird überarbeitet, webseite wird überarbeitet, im wartungsmodus
de: in kürze finden sie hier, demnächst finden sie hier, seite ist in bearbeitung, entsteht eine neue website
de: entsteht eine neue webseite, entsteht eine neue internetpräsenz, entsteht eine neue homepage
de: entsteht unsere neue website, entsteht unsere neue homepage, entsteht unsere neue webseite
fr: site en construction, page en construction, site est en construction, site en maintenance
fr: site est en maintenance, site est en cours de, site sera bientôt
es: sitio en construcción, página en construcción, web en construcción, sitio en mantenimiento
es: web en mantenimiento, sitio está en mantenimiento, trabajando en nuestra web, trabajando en nuestra nueva web
pt: site em construção, página em construção, site está em construção, site em manutenção, site está em manutenção
it: sito in costruzione, pagina in costruzione, sito in allestimento, sito in manutenzione, sito è in costruzione
nl: website in aanbouw, site in aanbouw, website is in aanbouw, website is in onderhoud, website in onderhoud
nl: werken aan onze website, werken aan onze nieuwe website
pl: strona w budowie, strona w przebudowie, serwis w budowie, strona jest w budowie, przerwa techniczna
sv: sidan är under uppbyggnad, webbplatsen är under uppbyggnad, hemsidan är under uppbyggnad
da: siden er under opbygning, hjemmesiden er under opbygning, websitet er under opbygning
nb: siden er under konstruksjon, nettsiden er under, siden er under oppbygging
fi: sivusto on rakenteilla, sivut ovat rakenteilla, sivusto on työn alla, sivusto on huollossa
cs: stránky jsou ve výstavbě, web je ve výstavbě, stránka je ve výstavbě, web připravujeme, stránky připravujeme
sk: stránka je vo výstavbe, web je vo výstavbe, stránku pripravujeme
hu: oldal fejlesztés alatt, weboldal fejlesztés alatt, oldal karbantartás alatt
ro: site în construcție, site-ul este în construcție, site in constructie
hr: stranica je u izradi, stranice su u izradi
el: ιστοσελίδα είναι υπό κατασκευή, ιστοσελίδα υπό κατασκευή, σελίδα είναι υπό κατασκευή
tr: sitemiz yapım aşamasında, site yapım aşamasında, web sitemiz yapım, sitemiz bakımda, site bakımda
ru: сайт в разработке, сайт находится в разработке, сайт на реконструкции, сайт создается
ru: на сайте ведутся технические работы, на сайте проводятся технические работы
uk: сайт у розробці, сайт в розробці, сайт на реконструкції, на сайті проводяться технічні роботи
he: האתר בבנייה, אתר בבנייה, האתר בהקמה
ar: الموقع قيد الإنشاء, الموقع تحت الصيانة, الموقع تحت الإنشاء
th: กำลังปรับปรุงเว็บไซต์, เว็บไซต์อยู่ระหว่างการปรับปรุง
ja: サイト準備中, サイトは準備中, サイトは現在準備中, ホームページ準備中, ホームページは準備中, メンテナンス中
zh: 网站建设中, 网站正在建设, 網站建置中, 網站建設中, 网站维护中, 网站正在维护
ko: 홈페이지 준비중, 홈페이지 준비 중, 사이트 준비중, 사이트 준비 중, 사이트 점검
""")
)
_AS_A_WHOLE = terms("""
en: coming soon, coming very soon, launching soon, under construction, opening soon, currently under construction
en: something new is coming, something big is coming, something great is coming, something awesome is coming
en: under maintenance, site maintenance, back soon, be right back, almost here, almost there, we'll be back soon
en: we'll be right back, we will be back soon
de: im aufbau, demnächst, in kürze, in kürze verfügbar, demnächst hier, bald verfügbar, wartungsarbeiten, im umbau
fr: en construction, bientôt disponible, prochainement, bientôt, en maintenance, bientôt en ligne
es: en construcción, próximamente, muy pronto, en mantenimiento
pt: em construção, em breve, brevemente, em manutenção
it: in costruzione, prossimamente, presto online, in manutenzione, in allestimento
nl: in aanbouw, binnenkort, binnenkort online, binnenkort beschikbaar, in onderhoud, onder constructie
pl: w budowie, już wkrótce, wkrótce, w przygotowaniu
sv: kommer snart, snart här, under uppbyggnad
da: kommer snart, under opbygning
nb: kommer snart, under arbeid, under konstruksjon
fi: tulossa pian, rakenteilla
cs: již brzy, ve výstavbě, připravujeme
hu: hamarosan, fejlesztés alatt, karbantartás
ro: în curând, în construcție
hr: uskoro, u izradi
el: σύντομα, σύντομα κοντά σας, υπό κατασκευή
tr: çok yakında, yakında, yapım aşamasında, bakım çalışması
ru: скоро, скоро открытие, в разработке, технические работы
uk: незабаром, у розробці, технічні роботи
he: בקרוב, בבנייה
ar: قريبا, قريباً, قيد الإنشاء, تحت الصيانة
th: เร็วๆ นี้
ja: 準備中, ただいま準備中, 近日公開, 近日オープン, 工事中
zh: 即将上线, 即將上線, 建设中, 建設中, 敬请期待, 维护中
ko: 준비중, 준비 중, 준비중입니다, 준비 중입니다, 곧 오픈, 공사중
""")
_SUBJECT = (
    r"(?:(?:we are|we're|our|the|this)? ?(?:new|brand new)? ?(?:website|web site|site|page|store)? ?(?:is|are)? ?)?"
)
_WHOLE = re.compile(_SUBJECT + "(?:" + "|".join(re.escape(plain(term)) for term in _AS_A_WHOLE) + ")")
_ANYWHERE = pattern("coming soon", "opening soon", "launching soon", "hier entsteht", "wartungsarbeiten", "bientôt")
_MOST_WORDS = 150
_SOME_WORDS = 100
_FEW_WORDS = 60
_HARDLY_ANY = 25
_FEW_PAGES = 3


def unfinished(page: Page) -> Sign | None:
    """The sign that the whole page is a placeholder for a website to come, or to come back."""
    if page.words > _MOST_WORDS:
        return None
    top, everywhere = heads(page), (*heads(page), *lines(page))
    shows_more = _has_substance(page)
    # A shop may announce a new website in its text; it does not put that into its title.
    if sign := seen(_OF_THE_SITE, top if shows_more and page.words > _FEW_WORDS else everywhere):
        return sign
    if page.words <= _FEW_WORDS and not shows_more:
        sign = alone(_WHOLE, everywhere)
    elif page.words <= _SOME_WORDS:
        sign = alone(_WHOLE, top[:2])
    if sign:
        return sign
    return seen(_ANYWHERE, everywhere) if page.words <= _HARDLY_ANY else None


def _has_substance(page: Page) -> bool:
    """Whether the page shows more than a placeholder does: other pages of its own, or an address to visit."""
    here = host_of(page.url)
    own = {link.url for link in page.links if link.url and not link.here and host_of(link.url) == here}
    return len(own) >= _FEW_PAGES or bool(page.addresses or page.organisation.contacts)
