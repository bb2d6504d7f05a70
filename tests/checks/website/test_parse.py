"""Reading a page: what a person sees is there, what a browser does not show is not, and no bytes break it."""

import asyncio
import json
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from checks.website import judge, parse
from checks.website.content import covers_language, find_roles
from checks.website.facts import Form, Link, Role
from checks.website.markup import decode_page
from checks.website.phrases import count_words, fold_text, load_terms
from tests.support.cases import cases
from tests.support.websites import HTML, facts_of, page_of, visit_of

PAGE = """<!DOCTYPE html><html lang="de-AT"><head><title> Bücher &amp; Tee </title>
<meta name="Description" content=" Wir verkaufen
 Bücher. "><meta property="og:site_name" content="Bücherstube"><link rel="canonical" href="/start">
<noscript><p>Bitte <b>JavaScript</b> einschalten<img src="https://pixel.example/x"></noscript>
<style>p { content: "nie" }</style><script src="/a.js"></script></head>
<body onload="x()"><nav><a href="/datenschutz#oben">Datenschutz</a><a href="#kontakt">Kontakt</a></nav>
<h1>Willkommen<br>bei uns</h1><p>Ein <b>gu</b>ter Tag.</p><!-- <p>Kommentar</p> -->
<div hidden>versteckt</div><p style="color: red; DISPLAY : none">versteckt</p>
<dialog>zu</dialog><template>Vorlage</template><iframe src="https://karte.example/"></iframe><svg><text>Zeichnung</text></svg>
<address>Weg 1<br>1010 Wien</address><a href="mailto:post@b.example">Schreiben</a>
<form action="/suche"><input type="hidden" name="t"><input type="email" placeholder="E-Mail">
<textarea name="text">x</textarea><select><option>Eins<option>Zwei</select><input type="submit" value="Senden"></form>
<a href="/bild"><img src="a.png" alt="Zum Laden"></a></body></html>"""


def test_what_a_person_sees() -> None:
    page = page_of(PAGE)
    assert page.title == "Bücher & Tee"
    assert page.description == "Wir verkaufen Bücher."
    assert page.names == ("Bücherstube",)
    assert page.language == "de-AT"
    assert page.canonical == "https://acme.example/start"
    assert page.headings == ("Willkommen bei uns",)
    assert page.lines == (
        "Datenschutz Kontakt", "Willkommen", "bei uns", "Ein guter Tag.", "Weg 1", "1010 Wien", "Schreiben",
    )  # fmt: skip
    assert page.words == 13
    assert page.noscript == "Bitte JavaScript einschalten"
    assert page.sources == ("https://acme.example/a.js",)
    assert page.frames == ("https://karte.example/",)
    assert page.addresses == ("Weg 1 1010 Wien",)


def test_links_and_forms() -> None:
    page = page_of(PAGE)
    assert page.links == (
        Link("https://acme.example/datenschutz", "/datenschutz#oben", "Datenschutz"),
        Link("https://acme.example/", "#kontakt", "Kontakt", is_in_page=True),
        Link("", "mailto:post@b.example", "Schreiben"),
        Link("https://acme.example/bild", "/bild", "Zum Laden"),
    )
    [form] = page.forms
    assert [field.kind for field in form.fields] == ["email", "textarea", "select"]
    assert form.words.endswith("Senden")
    assert form.has_email
    assert form.has_message
    assert not form.has_password


def test_an_address_that_a_cdn_hides_is_read() -> None:
    hidden = "7a" + bytes(octet ^ 0x7A for octet in b"hi@acme.example").hex()
    page = page_of(
        f'<a href="/cdn-cgi/l/email-protection#{hidden}">[email protected]</a>'
        f'<p>or <span class="__cf_email__" data-cfemail="{hidden}">[email protected]</span></p>'
        '<a href="/cdn-cgi/l/email-protection#zz">x</a>'
    )
    assert [link.target for link in page.links] == ["mailto:hi@acme.example", "mailto:"]
    assert "hi@acme.example" in page.text


def test_menus_consent_and_links_are_not_prose() -> None:
    page = page_of(
        "<nav><p>Home of all things</p></nav><ul><li><a href=/a>Boats</a><li><a href=/b>About us</a></ul>"
        "<div class='cookie-banner'><p>We use cookies.</p></div><p>We build boats.</p>"
        "<h2><a href=/c>A headline of more than four words</a></h2>"
    )
    assert page.prose == ("We build boats.",)
    assert page.link_lines == ("A headline of more than four words",)
    assert "We use cookies." in page.lines


def test_a_base_and_odd_addresses() -> None:
    page = page_of(
        '<base href="/shop/"><a href="a">a</a><a href="http://[">b</a><a>c</a><a href="javascript:x()">d</a>'
    )
    assert [link.url for link in page.links] == ["https://acme.example/shop/a", "", "", ""]


def test_fields_without_a_form() -> None:
    assert page_of("<input type=password>").forms[0].has_password
    assert not Form((), "").has_email


@cases()
def test_a_refresh(head: str, target: str) -> None:
    assert page_of(head).refresh == target


def test_a_script_that_only_sends_a_browser_on() -> None:
    assert page_of("<script>window.location.href = '/lander'</script>").script_redirect == "https://acme.example/lander"
    assert page_of("<script>" + "x();" * 500 + "location.href='/a'</script>").script_redirect == ""


def test_an_organization_in_json_ld() -> None:
    data = {
        "@graph": [{"@type": "LocalBusiness", "name": "Acme", "telephone": "1", "address": {"streetAddress": "A 1"}}]
    }
    block = f'<script type="application/ld+json">{json.dumps(data)}</script>'
    organization = page_of(block + "<script type='application/ld+json'>{broken</script>").organization
    assert organization.names == ("Acme",)
    assert organization.contacts == ("telephone: 1", "address: A 1")
    nested = "[" * 50_000
    assert page_of(f'<script type="application/ld+json">{nested}</script>').organization.names == ()


@pytest.mark.parametrize(
    ("body", "content_type", "text"),
    [
        ("Grüße".encode(), "text/html; charset=utf-8", "Grüße"),
        ("Grüße".encode("latin-1"), "text/html; charset=ISO-8859-1", "Grüße"),
        ("Grüße".encode("latin-1"), "text/html", "Grüße"),
        ("Grüße".encode(), "text/html", "Grüße"),
        ("Grüße".encode(), "text/html; charset=iso-8859-1", "Grüße"),
        ("Grüße".encode("latin-1"), "text/html; charset=utf-8", "Grüße"),
        ("“x”".encode("cp1252"), "text/html; charset=latin1", "“x”"),
        (b"\xef\xbb\xbfGr\xc3\xbc", "text/html; charset=koi8-r", "Grü"),
        ("Grüße".encode("utf-16"), "text/html", "Grüße"),
        ('<meta charset="windows-1251">Привет'.encode("cp1251"), "text/html", "Привет"),
        ('<meta http-equiv=Content-Type content="text/html; charset=Shift_JIS">日本'.encode("shift_jis"), "", "日本"),
        ('<!-- <meta charset="koi8-r"> --><meta charset=gb2312>中文'.encode("gbk"), "", "中文"),
        ("안녕".encode("cp949"), "text/html;charset='euc-kr'", "안녕"),
        (b"a\xe9", "text/html; charset=hex", "aé"),
        (b"a\xe9", "text/html; charset=idna", "aé"),
        (b"caf\xe9 " + b"x" * 100, "text/html; charset=utf-8", "café "),
    ],
)  # fmt: skip
def test_encodings_as_browsers_read_them(body: bytes, content_type: str, text: str) -> None:
    assert text in decode_page(body, content_type)


@cases()
def test_words_are_counted_in_every_script(text: str, words: int) -> None:
    assert count_words(text) == words


@pytest.mark.parametrize("role", list(Role))
def test_every_term_finds_itself(role: Role) -> None:
    for language, terms in load_terms("links", role.name.lower()).items():
        for term in terms:
            assert role in find_roles(fold_text(f"a {term.rstrip('.')} b")), (language, term)


SPOKEN = "en de fr es pt it nl pl sv da nb fi cs tr ru uk ja zh ko ar he el hu ro"


def test_the_vocabulary_covers_the_languages_of_the_world() -> None:
    for language in SPOKEN.split():
        assert all(
            language in load_terms("links", role.name.lower()) for role in (Role.PRIVACY, Role.CONTACT, Role.SIGN_UP)
        ), language
    assert covers_language("pt-BR")
    assert covers_language("no")
    assert not covers_language("yo")


@given(st.binary(max_size=400), st.text(max_size=40), st.booleans())
@settings(max_examples=60, deadline=None)
def test_no_bytes_raise(body: bytes, content_type: str, cut: bool) -> None:
    page = parse(body, content_type, "https://acme.example/", cut=cut)
    assert judge(facts_of(visit_of(page.text, cut=cut)))


SCRAPS = st.sampled_from(
    [
        *("<", ">", "</", "<!--", "-->", "<!", "<?", "=", '"', "'", " ", "\0", "&amp;", "&#0;", "\ufffd", "日本", "{"),
        *("coming soon", "<a href=", "<form>", "<input type=password", "<script>", "</script>", "<noscript>"),
        *("<script type=application/ld+json>", "<table><tr>", "<p>", "<b>", "<svg>", "<title>", "<meta charset="),
        *("<template>", "<base href=//[", "<frameset>", "<frame src=", "<plaintext>", "<select>", "<textarea>"),
        "<meta http-equiv=refresh content=0;url=",
    ]
)


@given(st.lists(SCRAPS, max_size=30).map("".join))
@settings(max_examples=60, deadline=None)
def test_no_markup_raises(html: str) -> None:
    assert judge(facts_of(html))


HOSTILE = {
    "nested": "<div>" * 200_000,
    "nested formatting": "<b><p>" * 150_000,
    "formatting to open again": "<p>" + "".join(f"<font a={n}>" for n in range(60)) + "</p><p>x" * 20_000,
    "a long attribute": "<a href='" + "x" * 1_000_000 + "'>x</a>",
    "many attributes": "<a " + " ".join(f"a{n}" for n in range(200_000)) + ">",
    "unclosed quotes": "<a " + "x='<b' " * 150_000,
    "comments": "<!--" * 250_000,
    "scripts": "<script></script>" * 25_000,
    "cells": "<table><tr>" + "<td>x" * 50_000,
    "links": "<a href=/x>privacy</a>" * 20_000,
    "signs": "<p>" + "\ufdfa" * 300_000,
    "hyphens": "<p>" + "a-" * 300_000,
    "lines": "<p>12 a b c d e" * 20_000,
    "ampersands": "&" * 1_000_000,
}


@pytest.mark.parametrize("name", sorted(HOSTILE))
async def test_a_hostile_page_costs_little_and_does_not_stop_the_loop(name: str) -> None:
    """In seconds of this process alone, because a busy machine is slow by itself."""
    body = HOSTILE[name].encode()
    loop = asyncio.get_running_loop()
    turns, began = 0, time.process_time()
    with ThreadPoolExecutor(1) as pool:
        reading = loop.run_in_executor(pool, parse, body, HTML, "https://acme.example/")
        while not reading.done():
            await asyncio.sleep(0.001)
            turns += 1
        page = reading.result()
    parse_seconds = time.process_time() - began
    judge(facts_of("<p>Acme</p>"))  # compiles the patterns
    judging = time.process_time()
    judge(facts_of(replace(visit_of(), page=page)), marketing=True)
    assert parse_seconds < 3.0
    assert turns > parse_seconds / 0.3
    assert time.process_time() - judging < 0.3
