"""Does the page itself say that something is wrong, whatever its status says?

A title or a heading that says nothing else, or the trace of a program in place of a page. An article about errors is
long, and says more in its title.
"""

import re

from checks.website.page import Page
from checks.website.rules.signs import Sign, alone, heads, lines, seen, terms
from checks.website.words import plain

_NOT_FOUND = terms("""
en: page not found, not found, file not found, page cannot be found, page can't be found, page could not be found
en: site not found, page doesn't exist, page does not exist, sorry page not found, oops page not found, no such page
en: the page you requested was not found, the requested url was not found on this server, object not found
en: oops! that page can't be found, nothing found, the resource cannot be found, page isn't available
en: error, an error occurred, an error has occurred, application error, server error, internal server error
en: service unavailable, service temporarily unavailable, bad gateway, gateway timeout, gateway time-out, bad request
en: something went wrong, oops something went wrong, whoops looks like something went wrong
en: database error, site error, unexpected error, unhandled exception, runtime error, fatal error, access denied
en: account suspended, this account has been suspended, website suspended, forbidden, site unavailable, oops
en: this site can't be reached, temporarily unavailable, bandwidth limit exceeded, website disabled, unavailable
de: seite nicht gefunden, nicht gefunden, fehler, interner serverfehler, seite wurde nicht gefunden
de: seite existiert nicht
fr: page introuvable, page non trouvée, introuvable, erreur, erreur interne du serveur, une erreur est survenue
es: página no encontrada, no encontrado, error interno del servidor, ha ocurrido un error
pt: página não encontrada, não encontrado, erro, erro interno do servidor, ocorreu um erro
it: pagina non trovata, non trovato, errore, errore interno del server, si è verificato un errore
nl: pagina niet gevonden, niet gevonden, fout, interne serverfout, er is een fout opgetreden
pl: nie znaleziono strony, strona nie istnieje, nie znaleziono, błąd, strona nie została znaleziona
sv: sidan hittades inte, sidan kunde inte hittas, ett fel har inträffat
da: siden blev ikke fundet, siden findes ikke, der opstod en fejl
nb: siden ble ikke funnet, fant ikke siden, det oppstod en feil
fi: sivua ei löytynyt, sivua ei löydy, virhe
cs: stránka nenalezena, stránka nebyla nalezena, chyba
hu: az oldal nem található, hiba
ro: pagina nu a fost găsită, eroare
el: η σελίδα δεν βρέθηκε, σφάλμα
tr: sayfa bulunamadı, hata
ru: страница не найдена, не найдено, ошибка, внутренняя ошибка сервера
uk: сторінку не знайдено, помилка
he: הדף לא נמצא, שגיאה
ar: الصفحة غير موجودة, خطأ
ja: ページが見つかりません, お探しのページは見つかりませんでした, エラー, エラーが発生しました
zh: 页面不存在, 找不到页面, 页面未找到, 找不到頁面, 错误, 服务器错误
ko: 페이지를 찾을 수 없습니다, 오류, 오류가 발생했습니다
""")
_CODE = r"(?:(?:error|http|status|fehler|erreur|ошибка)?:? ?(?:http )?(?:error )?(?:4\d\d|5\d\d)(?: error)?)"
_PHRASES = "|".join(re.escape(plain(term)) for term in sorted(_NOT_FOUND, key=len, reverse=True))
_SAID = re.compile(
    rf"{_CODE}|(?:{_CODE})? ?[:\-–—|]? ?(?:the |sorry,? ?|oops!? ?|404 )?(?:{_PHRASES})(?: ?\(?{_CODE}\)?)?"
)
_TRACES = re.compile(
    r"""
      error\ establishing\ a\ database\ connection
    | traceback\ \(most\ recent\ call\ last\)
    | (?:fatal|parse)\ error:?\ .{0,300}?\ on\ line\ \d+
    | (?:warning|notice|deprecated|uncaught\ \w+):\ .{0,300}?\ in\ /\S+\ on\ line\ \d+
    | uncaught\ (?:pdoexception|exception|error|typeerror)
    | sqlstate\[
    | there\ has\ been\ a\ critical\ error\ on\ this\ website
    | server\ error\ in\ '/.*'\ application
    | could\ not\ connect\ to\ (?:the\ )?(?:database|mysql)
    | unable\ to\ connect\ to\ (?:the\ )?database
    | (?:mysqli?_|pg_)connect\(\)
    | a\ (?:client|server)-side\ exception\ has\ occurred
    | whitelabel\ error\ page
    | this\ page\ isn't\ working
    | \w+(?:error|exception)\ (?:at|in)\ /
    | (?:web\ server\ is\ down|origin\ is\ unreachable)\ error\ code
    | no\ input\ file\ specified
    | site\ is\ not\ configured\ at\ this\ address
    | this\ account\ has\ been\ suspended
    """,
    re.VERBOSE,
)
_MOST_WORDS = 200
_FEW_WORDS = 120
_FIRST_LINES = 6
_FIRST_HEADS = 3


def error_page(page: Page) -> Sign | None:
    """The sign that a page that came with a good status says itself that something is wrong."""
    title, first = heads(page)[:_FIRST_HEADS], lines(page)[:_FIRST_LINES]
    if sign := seen(_TRACES, (*title[:1], *first)):
        return sign if page.words <= _MOST_WORDS or sign.place == "title" else None
    if page.words > _MOST_WORDS:
        return None
    return alone(_SAID, title) or (alone(_SAID, first) if page.words <= _FEW_WORDS else None)


def blank(page: Page) -> bool:
    """Whether a browser shows nothing at all: no text, no image, nothing that a script could put there."""
    return not (page.words or page.media or page.scripts or page.frames or page.forms or page.noscript or page.title)
