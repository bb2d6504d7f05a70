"""Short pages, as hosts, systems and small firms publish them: each is named for what it is, and no firm fails."""

import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from model import Outcome
from tests.checks.website.test_pages import judge_site
from tests.support.findings import bare_codes

PAGES = tomllib.loads((Path(__file__).parent / "pages" / "short.toml").read_text(encoding="utf-8"))["page"]
_LINK = re.compile(r"<a href='(/[^']*)'>(.*?)</a>")
_LACKS = {"contact": "no-contact", "privacy": "no-privacy"}
_TEA = (
    "<h1>Kettle House</h1><p>We blend and pack tea in a former chapel. Black, green and herbal, by the quarter pound "
    "or the tin. Orders before noon leave the same day. Come by on Saturdays for a cup in the yard.</p>"
)
_FOOT = "<footer><a href='/contact'>Contact</a> <a href='/privacy'>Privacy policy</a></footer>"


def _build_site(page: Mapping[str, Any]) -> dict[str, Any]:
    """Builds the website of a page; what the page of a firm links to is there."""
    head = f'<head><meta charset="utf-8"><title>{page["title"]}</title></head>'
    body = page["body"].replace("{tea}", _TEA)
    html = f'<!DOCTYPE html><html lang="{page["language"]}">{head}<body>{body}</body></html>'
    linked = {url: _linked_page(words) for url, words in _LINK.findall(html)} if "ok" in page["expect"] else {}
    return {"html": html, "at": {**linked, **{url: _shop_page(kind) for url, kind in page.get("at", {}).items()}}}


def _shop_page(kind: str) -> str:
    if kind == "tea":
        return f"<html lang=en><title>Kettle House</title><body>{_TEA}{_FOOT}</body></html>"
    return _linked_page({"contact": "Contact", "privacy": "Privacy policy"}[kind])


def _linked_page(words: str) -> str:
    return f"<html><title>{words}</title><h1>{words}</h1><p>Write to us at the address above.</p></html>"


@pytest.mark.parametrize("page", [pytest.param(page, id=page["name"]) for page in PAGES])
async def test_a_short_page_is_named_for_what_it_is(page: Mapping[str, Any]) -> None:
    findings = await judge_site(_build_site(page))
    codes = set(bare_codes(findings))
    good = {finding.outcome for finding in findings} <= {Outcome.PASS, Outcome.WARN}
    lacking = {_LACKS[finding] for finding in page["expect"] if finding in _LACKS}
    if lacking or "ok" in page["expect"]:
        assert (good and not codes & lacking) or codes & set(page["expect"]), codes
    else:
        assert codes & set(page["expect"]), codes
        assert not good


CONTACT = """
Contact & directions|Reach out|Let's talk|Drop us a line|Get in touch|Say hello|
Kontaktformular|Kontakt os|Kontakta oss|Så når du oss|Contactez-nous|Nous joindre|
Où nous trouver|Contáctanos|Dónde encontrarnos|Fale conosco|Contatti|Dove trovarci|
Zo vindt u ons|Skontaktuj się z nami|Связаться с нами|Зв'язок|Kapcsolatfelvétel|
Írjon nekünk|Pišite nam|Rašykite mums|Επικοινωνήστε μαζί μας|お問合せ|联系方式|오시는 길|צרו קשר|
تواصل معنا|Hubungi kami|Liên hệ|ติดต่อเรา|Bize ulaşın
"""
PRIVACY = """
Privacy notice|Your data|Personal information|How we handle personal data|Data policy|
Angaben zum Datenschutz|Charte de confidentialité|Données personnelles|
Aviso de privacidad|Trattamento dati|Privacy verklaring|Polityka RODO|
Klauzula informacyjna|Personuppgiftspolicy|Persondatapolitik|Personvern|
Rekisteriseloste|Ochrana soukromí|Adatkezelési tájékoztató|Protecția datelor|
Aydınlatma metni|Kişisel verilerin korunması|Політика приватності|
Обработка персональных данных|個人情報保護方針|隐私声明|私隱政策|개인정보|الخصوصية|הצהרת פרטיות|
Konfidencialumo politika|Privātuma politika|Zasebnost|Pravila privatnosti|
Persónuvernd|Chính sách bảo mật
"""


@pytest.mark.parametrize(
    ("lacks", "words"),
    [("no-contact", words.strip()) for words in CONTACT.split("|")]
    + [("no-privacy", words.strip()) for words in PRIVACY.split("|")],
)
async def test_a_page_is_found_by_what_its_link_is_called(lacks: str, words: str) -> None:
    other = "<a href='/privacy'>Privacy policy</a>" if lacks == "no-contact" else "<a href='/contact'>Contact</a>"
    html = f"<html lang=en><title>Kettle House</title><body>{_TEA}<a href='/x'>{words}</a> {other}</body></html>"
    behind = {
        "/x": _linked_page(words),
        "/privacy": _linked_page("Privacy policy"),
        "/contact": _linked_page("Contact"),
    }
    findings = await judge_site({"html": html, "at": behind})
    assert f"website.{lacks}" not in {finding.code for finding in findings}
    assert {finding.outcome for finding in findings} <= {Outcome.PASS, Outcome.WARN}
