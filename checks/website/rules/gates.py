"""Is there a gate before the page: a login, a test whether the visitor is a person, or a program to be run first?"""

import re
from collections.abc import Mapping
from urllib.parse import urlsplit

from checks.website.facts import host_of
from checks.website.page import Page
from checks.website.rules.signs import Sign, alone, heads, lines, seen, spot, terms
from checks.website.words import count, pattern, plain

_LOG_IN = terms("""
en: log in, login, sign in, signin, log on, log into your account, sign in to your account, member login
en: please log in, please sign in, client login, customer login, welcome back, staff login, admin login
de: anmelden, anmeldung, einloggen, login, bitte anmelden, kundenlogin
fr: connexion, se connecter, identifiez-vous, connectez-vous
es: iniciar sesión, inicia sesión, acceder, acceso, ingresar
pt: entrar, iniciar sessão, faça login, acessar
it: accedi, accesso, login, entra
nl: inloggen, aanmelden, log in
pl: zaloguj się, logowanie, zaloguj
sv: logga in, inloggning
da: log ind, log på
nb: logg inn, logg på
fi: kirjaudu, kirjaudu sisään, kirjautuminen
cs: přihlášení, přihlásit se, přihlásit
hu: bejelentkezés, belépés
ro: autentificare, conectare
el: σύνδεση, είσοδος
tr: giriş, giriş yap, oturum aç
ru: вход, войти, авторизация
uk: вхід, увійти, авторизація
he: התחברות, כניסה
ar: تسجيل الدخول, دخول
ja: ログイン, サインイン
zh: 登录, 登錄, 登入
ko: 로그인
""")
_LOGIN = re.compile(
    "(?:" + "|".join(re.escape(plain(term)) for term in _LOG_IN) + r")(?: (?:to|in|bei|à|en|na) .{1,60})?"
)
_LOGIN_PATH = re.compile(
    r"/(?:log-?in|sign-?in|sso|auth|oauth2?|account/login|users/sign_in|wp-login\.php)(?:[/?.]|$)", re.IGNORECASE
)
_LOGIN_HOSTS = frozenset(
    {
        "login.microsoftonline.com",
        "accounts.google.com",
        "okta.com",
        "auth0.com",
        "onelogin.com",
        "cloudflareaccess.com",
    }
)
_LOGIN_WORDS = 120
_BESIDE_LOGIN = 45
_FIRST_HEADS = 3

_CHALLENGE = re.compile(
    r"""
      attention\ required!\ \|\ cloudflare
    | checking\ (?:your\ browser|if\ the\ site\ connection)
    | ^ddos-guard | ddos\ protection\ by
    | access\ to\ this\ page\ has\ been\ denied
    | pardon\ our\ interruption
    | incapsula\ incident\ id
    | are\ you\ (?:a\ )?(?:human|robot)
    | (?:verify|verifying|confirm|prove)\ (?:that\ )?you\ are\ (?:a\ )?(?:human|not\ a\ (?:ro)?bot)
    | i'm\ not\ a\ robot | i\ am\ not\ a\ robot
    | complete\ the\ (?:captcha|security\ check)
    | sucuri\ website\ firewall
    | unusual\ traffic\ from\ your
    | ^(?:you\ have\ been|you\ are|your\ ip\ (?:address\ )?(?:has\ been|is))\ blocked
    | request\ (?:has\ been\ )?blocked
    | enable\ javascript\ and\ cookies\ to\ continue
    """,
    re.VERBOSE,
)
_CHALLENGE_TITLE = re.compile(
    r"just a moment|one moment,? please|(?:human|bot|security) verification|security check|captcha|robot check"
)
_CHALLENGE_HEADERS = {
    "cf-mitigated": re.compile("challenge"),
    "x-amzn-waf-action": re.compile("challenge|captcha"),
    "x-sucuri-block": re.compile("."),
    "sg-captcha": re.compile("."),
    "server": re.compile("^ddos-guard"),
}
_CHALLENGE_WORDS = 150

_ASKS_FOR_SCRIPT = pattern(
    *("enable javascript", "turn on javascript", "activate javascript", "requires javascript", "need javascript"),
    *("javascript is required", "javascript is disabled", "javascript to be enabled", "javascript is not enabled"),
    *(
        "without javascript",
        "javascript aktivieren",
        "javascript einschalten",
        "activer javascript",
        "active javascript",
    ),
    *(
        "habilite javascript",
        "ative o javascript",
        "abilita javascript",
        "abilitare javascript",
        "javascript inschakelen",
    ),
    *(
        "włącz javascript",
        "aktivera javascript",
        "включите javascript",
        "javascriptを有効",
        "启用javascript",
        "启用 javascript",
    ),
    *("doesn't work properly without", "javascript を有効", "자바스크립트"),
)
_LOADING = re.compile(
    r"(?:loading|please wait|laden|wird geladen|chargement|cargando|carregando|загрузка|読み込み中|加载中)\W*"
)
_HARDLY_ANY = 15
_FEW_WORDS = 40


def login_only(page: Page) -> Sign | None:
    """The sign that a visitor sees a login and nothing of the business behind it."""
    host = host_of(page.url)
    if any(host == known or host.endswith(f".{known}") for known in _LOGIN_HOSTS):
        return Sign("address", page.url)
    first = heads(page)[:_FIRST_HEADS]
    if page.words > _LOGIN_WORDS:
        return None
    form = next((form for form in page.forms if form.has_password), None)
    if form:
        beside = page.words - count(form.words)
        if beside <= _BESIDE_LOGIN or alone(_LOGIN, first):
            return Sign("form", form.words or "a password field")
    asks = any(form.has_email or form.fields for form in page.forms)
    if asks and page.words <= _FEW_WORDS and (sign := alone(_LOGIN, first)):
        return sign
    is_login = bool(_LOGIN_PATH.search(urlsplit(page.url).path))
    return Sign("address", page.url) if is_login and page.words <= _FEW_WORDS else None


def challenge(page: Page | None, headers: Mapping[str, str]) -> Sign | None:
    """The sign that a program was held up to see whether it is a person; the website itself was not seen."""
    for name, value in _CHALLENGE_HEADERS.items():
        if name in headers and value.search(headers[name].lower()):
            if name == "server" and page and page.words > _FEW_WORDS:
                continue
            return Sign("header", f"{name}: {headers[name]}")
    if page is None or page.words > _CHALLENGE_WORDS:
        return None
    return alone(_CHALLENGE_TITLE, heads(page)[:2]) or seen(_CHALLENGE, (*heads(page), *lines(page)))


def needs_script(page: Page) -> Sign | None:
    """The sign that a browser has to run a program before there is any text."""
    if page.words <= _FEW_WORDS and (sign := seen(_ASKS_FOR_SCRIPT, (*heads(page), *lines(page)))):
        return sign
    if not page.scripts or page.words > _HARDLY_ANY:
        return None
    if sign := seen(_ASKS_FOR_SCRIPT, [spot("noscript", page.noscript)]):
        return sign
    if page.media or (page.words and not all(_LOADING.fullmatch(plain(line)) for line in page.lines)):
        return None
    return Sign("script", next(iter(page.sources), "a script in the page, and no text beside it"))
