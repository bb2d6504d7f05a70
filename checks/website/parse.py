"""Reads a web page: bytes and their Content-Type in, a `Page` out. Pure, never raises, and bounded in time.

The tree is built by the rules of the HTML standard (Lexbor), so that mangled markup is read as a browser reads it; what
a browser with scripts does not show is left out. Call it from a thread: a large page takes a tenth of a second.
"""

import contextlib
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from urllib.parse import urljoin, urlsplit

from selectolax.lexbor import LexborHTMLParser, LexborNode

from checks.website.facts import Field, Form, Link, Page
from checks.website.markup import Markup, decode_page, lighten_markup, read_organization
from checks.website.phrases import collapse_spaces, count_words

_BLOCK_NAMES = """
address article aside blockquote body br button caption dd details dialog div dl dt fieldset figcaption figure
footer form h1 h2 h3 h4 h5 h6 header hgroup hr legend li main menu nav ol option p pre section select summary
table tbody td tfoot th thead tr ul
"""
_BLOCKS = frozenset(_BLOCK_NAMES.split())
"""Elements that begin a line of their own (WHATWG HTML, "rendering")."""
_UNSEEN = frozenset({"head", "template", "iframe", "textarea", "select", "datalist", "audio", "video", "canvas"})
_MEDIA = frozenset({"img", "picture", "video", "canvas"})
_INVISIBLE = re.compile(r"(?:^|;)\s*(?:display\s*:\s*none|visibility\s*:\s*hidden)", re.IGNORECASE)
_SEEN_ONLY = frozenset({"heading", "address"})
"""What counts only where it can be seen; links and forms in a menu that opens later count too."""
_NO_FIELD = frozenset({"hidden", "submit", "button", "image", "reset"})
_REFRESH = re.compile(r"\s*+[\d.]++[\s;,]++(?:url\s*=\s*)?[\"']?([^\"'\s]+)", re.IGNORECASE)
_SCRIPT_REDIRECT = re.compile(
    r"location(?:\.href)?\s*(?:=|\.replace\s*\(|\.assign\s*\()\s*[\"']([^\"'\s]{1,500})[\"']", re.IGNORECASE
)
_CONSENT_MARK = re.compile(r"\b(?:cookie|consent|gdpr)", re.IGNORECASE)
"""In the id or class of what asks for consent."""
_MENU_LINK_WORDS = 4
"""Words of a link in a menu, at most: a longer one is a headline."""
_APP_ROOTS = frozenset({"root", "app", "__next", "__nuxt", "___gatsby", "react-root", "app-root", "main-app", "q-app"})
"""Ids of the element that a program fills (React, Vue, Next, Nuxt, Gatsby, Angular, Quasar)."""
_HIDDEN_MAIL_PATH = "/cdn-cgi/l/email-protection"
"""Where Cloudflare leads a link to an email address that it hides from programs."""
_MAIL_MARKS = ("data-mailto-token", "data-enc-email")
"""Attributes by which TYPO3, and a plugin of WordPress, keep the address of a link from programs."""
_ENCRYPTED_MAIL = ("javascript:linkTo_UnCryptMailto", "javascript:linkTo_UnCryptMailTo")
"""How TYPO3 writes a link to an email address that its script decrypts."""
_SHORT_SCRIPT = 600
_MOST_LINES = 3_000
_FIRST_LINKS, _LAST_LINKS = 600, 400
"""What a reviewer looks for is linked at the head or the foot of a page, however many links there are between."""
_MOST_LINKED = 100
_MOST_FORMS = 40
_LONGEST_LINE = 2_000
_LONGEST_TEXT = 100_000
_LONGEST_DATA = 100_000
_LONGEST_WORDS = 300


def parse(body: bytes, content_type: str, url: str, *, cut: bool = False) -> Page:
    """Reads a page fetched from `url`; `content_type` is the header's value, `cut`: `body` is only its beginning."""
    markup = lighten_markup(decode_page(body, content_type))
    reading = _PageReader(url)
    root = LexborHTMLParser(markup.html).root
    if root is not None:
        reading.read(root)
    return reading.build_page(markup, cut=cut or markup.cut)


@dataclass(slots=True)
class _OpenElement:
    """A link, heading, title, form or address that is being read: the words in it so far."""

    node: LexborNode
    longest: int
    words: list[str] = field(default_factory=list)
    fields: list[Field] = field(default_factory=list)
    length: int = 0

    def add(self, text: str) -> None:
        if self.length < self.longest:
            self.words.append(text)
            self.length += len(text)

    @property
    def text(self) -> str:
        return collapse_spaces("".join(self.words))


@dataclass(slots=True)
class _PageReader:
    """Reads a page in one walk through its tree, and holds what was read so far."""

    url: str
    base: str = ""
    language: str = ""
    title: str = ""
    metas: dict[str, str] = field(default_factory=dict)
    canonical: str = ""
    refresh: str = ""
    headings: list[str] = field(default_factory=list)
    lines: list[str] = field(default_factory=list)
    prose: list[str] = field(default_factory=list)
    link_lines: list[str] = field(default_factory=list)
    line_texts: list[str] = field(default_factory=list)
    link_texts: list[str] = field(default_factory=list)
    open_menus: int = 0
    is_menu_line: bool = False
    is_app: bool = False
    length: int = 0
    links: list[Link] = field(default_factory=list)
    forms: list[Form] = field(default_factory=list)
    addresses: list[str] = field(default_factory=list)
    frames: list[str] = field(default_factory=list)
    json_blocks: list[str] = field(default_factory=list)
    media: int = 0
    hidden_depth: int = 0
    open_elements: dict[str, _OpenElement] = field(default_factory=dict)

    def read(self, root: LexborNode) -> None:
        for node, entering in _walk_tree(root):
            if node.is_text_node:
                self._add_text(node.text_content or "")
            elif entering:
                self._enter_element(node, str(node.tag))
            else:
                self._leave_element(node, str(node.tag))
        self._end_line()

    def _add_text(self, text: str) -> None:
        for element in self.open_elements.values():
            element.add(text)
        if not self.hidden_depth and self.length < _LONGEST_TEXT:
            self.line_texts.append(text)
            self.length += len(text)
            if "link" in self.open_elements:
                self.link_texts.append(text)
            if self.open_menus and not text.isspace():
                self.is_menu_line = True

    def _enter_element(self, node: LexborNode, tag: str) -> None:
        attributes = node.attributes
        if _is_hidden(tag, attributes):
            self.hidden_depth += 1
        if tag in _BLOCKS:
            self._end_line()
            self._add_text(" ")
        if _is_menu(tag, attributes):
            self.open_menus += 1
        if attributes.get("id") in _APP_ROOTS or tag == "app-root":
            self.is_app = True
        if hidden := attributes.get("data-cfemail"):
            self._add_text(f" {_decode_hidden_mail(hidden)} ")
        kind = _kind_of(tag)
        if kind and kind not in self.open_elements and not (kind in _SEEN_ONLY and self.hidden_depth):
            self.open_elements[kind] = _OpenElement(node, _LONGEST_DATA if kind == "data" else _LONGEST_LINE)
        if tag in _MEDIA:
            self.media += 1
            for kind in ("link", "heading"):
                if kind in self.open_elements:
                    self.open_elements[kind].add(f" {attributes.get('alt') or ''} ")
        elif tag in ("input", "textarea", "select"):
            self._add_field(tag, attributes)
        else:
            self._read_head(tag, attributes)

    def _leave_element(self, node: LexborNode, tag: str) -> None:
        if _is_hidden(tag, node.attributes):
            self.hidden_depth -= 1
        kind = _kind_of(tag)
        if kind and kind in self.open_elements and self.open_elements[kind].node.mem_id == node.mem_id:
            self._close_element(kind, self.open_elements.pop(kind))
        if tag in _BLOCKS:
            self._end_line()
        if _is_menu(tag, node.attributes):
            self.open_menus -= 1
        if tag == "a":
            self._add_text(" ")  # links side by side are not one word

    def _close_element(self, kind: str, element: _OpenElement) -> None:
        attributes, text = element.node.attributes, element.text
        if kind == "link":
            hints = (attributes.get("aria-label"), attributes.get("title"))
            language = attributes.get("hreflang") or attributes.get("lang") or ""
            target = "mailto:" if any(mark in attributes for mark in _MAIL_MARKS) else attributes.get("href")
            self._add_link(target, text or next((hint for hint in hints if hint), ""), language)
        elif kind == "heading" and text:
            self.headings.append(text[:_LONGEST_WORDS])
        elif kind == "title" and not self.title:
            self.title = text[:_LONGEST_WORDS]
        elif kind == "form" and len(self.forms) < _MOST_FORMS:
            action = self._resolve_url(attributes.get("action") or "")
            self.forms.append(Form(tuple(element.fields), text[:_LONGEST_LINE], action))
        elif kind == "address" and text:
            self.addresses.append(text[:_LONGEST_WORDS])
        elif kind == "data":
            self.json_blocks.append("".join(element.words))

    def _add_link(self, target: str | None, words: str, language: str) -> None:
        target = (target or "").strip()
        if target.startswith(_ENCRYPTED_MAIL):
            target = "mailto:"
        if _HIDDEN_MAIL_PATH in target:
            target = f"mailto:{_decode_hidden_mail(target.partition('#')[2])}"
        url = self._resolve_url(target) if target else ""  # a button leads wherever its form or script says
        self.links.append(
            Link(
                url=url.partition("#")[0],
                target=target[:_LONGEST_WORDS],
                words=collapse_spaces(words)[:_LONGEST_WORDS],
                is_in_page="#" in target and url.partition("#")[0] == self.url.partition("#")[0],
                language=language[:20],
            )
        )

    def _add_field(self, tag: str, attributes: dict[str, str | None]) -> None:
        kind = (attributes.get("type") or "text").lower() if tag == "input" else tag
        hints = [attributes.get(name) for name in ("name", "id", "placeholder", "aria-label", "autocomplete", "value")]
        words = collapse_spaces(" ".join(filter(None, hints)))[:_LONGEST_WORDS]
        if form := self.open_elements.get("form"):
            if kind in _NO_FIELD:
                form.add(f" {attributes.get('value') or ''} ")
            else:
                form.fields.append(Field(kind, words))
        elif kind in ("password", "email"):  # a form in all but its tag
            self.forms.append(Form((Field(kind, words),), words))

    def _read_head(self, tag: str, attributes: dict[str, str | None]) -> None:
        get = attributes.get
        if tag == "html":
            self.language = (get("lang") or get("xml:lang") or "")[:20]
        elif tag == "meta":
            self._read_meta(attributes)
        elif tag == "base" and not self.base:
            self.base = self._resolve_url(get("href") or "")
        elif tag == "link" and "canonical" in (get("rel") or "").lower().split():
            self.canonical = self._resolve_url(get("href") or "")
        elif tag in ("frame", "iframe") and get("src"):
            self.frames.append(self._resolve_url(get("src") or "") or (get("src") or "")[:_LONGEST_WORDS])

    def _read_meta(self, attributes: dict[str, str | None]) -> None:
        content = attributes.get("content") or ""
        if (attributes.get("http-equiv") or "").lower() == "refresh":
            match = _REFRESH.match(content)
            self.refresh = self.refresh or (self._resolve_url(match[1]) if match else "")
        name = (attributes.get("name") or attributes.get("property") or "").lower()
        self.metas.setdefault(name, collapse_spaces(content)[:_LONGEST_WORDS])

    def _resolve_url(self, target: str) -> str:
        """Returns the absolute URL of a target on this page; empty where it leads to no page."""
        with contextlib.suppress(ValueError):
            url = urljoin(self.base or self.url, target.strip())
            if urlsplit(url).scheme in ("http", "https"):
                return url
        return ""

    def _end_line(self) -> None:
        text, linked, is_menu_line = collapse_spaces("".join(self.line_texts)), self.link_texts, self.is_menu_line
        self.line_texts, self.link_texts, self.is_menu_line = [], [], False
        if not text or len(self.lines) >= _MOST_LINES:
            return
        self.lines.append(text[:_LONGEST_LINE])
        only_links = len(collapse_spaces(" ".join(linked))) >= len(text)
        if is_menu_line or (only_links and count_words(text) <= _MENU_LINK_WORDS * len(linked)):
            return
        if only_links:
            self.link_lines.append(text[:_LONGEST_LINE])
        else:
            self.prose.append(text[:_LONGEST_LINE])

    def build_page(self, markup: Markup, *, cut: bool) -> Page:
        metas = self.metas.get
        names = (metas("og:site_name"), metas("application-name"), metas("apple-mobile-web-app-title"))
        return Page(
            url=self.url,
            title=self.title or metas("og:title", ""),
            description=metas("description") or metas("og:description") or "",
            names=tuple(dict.fromkeys(name for name in names if name)),
            headings=tuple(self.headings[:100]),
            lines=tuple(self.lines),
            prose=tuple(self.prose),
            link_lines=tuple(self.link_lines[:_MOST_LINKED]),
            is_app=self.is_app,
            words=count_words("\n".join(self.lines)),
            links=tuple(_cut_links(self.links)),
            forms=tuple(self.forms),
            addresses=tuple(self.addresses[:20]),
            organization=read_organization(self.json_blocks),
            language=self.language,
            canonical=self.canonical,
            refresh=self.refresh,
            script_redirect=self._find_script_redirect(markup),
            frames=tuple(self.frames[:20]),
            sources=tuple(self._resolve_url(source) or source[:_LONGEST_WORDS] for source in markup.sources),
            scripts=markup.scripts,
            noscript=collapse_spaces(markup.noscript)[:_LONGEST_LINE],
            media=self.media,
            cut=cut or self.length >= _LONGEST_TEXT or len(self.lines) >= _MOST_LINES,
        )

    def _find_script_redirect(self, markup: Markup) -> str:
        """Finds where a short script sends a browser: a long program may never get there."""
        match = _SCRIPT_REDIRECT.search(markup.script) if len(markup.script) <= _SHORT_SCRIPT else None
        return self._resolve_url(match[1]) if match else ""


def _cut_links(links: list[Link]) -> list[Link]:
    is_short = len(links) <= _FIRST_LINKS + _LAST_LINKS
    return links if is_short else links[:_FIRST_LINKS] + links[-_LAST_LINKS:]


def _walk_tree(root: LexborNode) -> Iterator[tuple[LexborNode, bool]]:
    """Yields every element twice, at its start and its end, and every text once; without recursion."""
    node: LexborNode | None = root
    while node is not None:
        yield node, True
        child = node.child if node.is_element_node else None
        if child is not None:
            node = child
            continue
        while node is not None:
            if node.is_element_node:
                yield node, False
            if node.mem_id == root.mem_id:
                return
            if node.next is not None:
                node = node.next
                break
            node = node.parent


def _is_hidden(tag: str, attributes: dict[str, str | None]) -> bool:
    if tag in _UNSEEN or "hidden" in attributes or (tag == "dialog" and "open" not in attributes):
        return True
    style = attributes.get("style")
    return bool(style and _INVISIBLE.search(style))


def _is_menu(tag: str, attributes: dict[str, str | None]) -> bool:
    """Tells whether an element is a menu, or asks for consent to cookies."""
    if tag == "nav" or attributes.get("role") in ("navigation", "menu", "menubar"):
        return True
    marks = f"{attributes.get('id') or ''} {attributes.get('class') or ''}"
    return tag in ("div", "section", "aside", "dialog", "form") and bool(_CONSENT_MARK.search(marks))


def _decode_hidden_mail(octets: str) -> str:
    """Decodes an email address that Cloudflare hides: hexadecimal octets, each XORed with the first."""
    try:
        key, *hidden = bytes.fromhex(octets)
        return bytes(octet ^ key for octet in hidden).decode("utf-8", "replace")
    except ValueError:
        return ""


def _kind_of(tag: str) -> str:
    """Returns what an element is read as, beside its text."""
    match tag:
        case "a" | "button":
            return "link"
        case "h1" | "h2":
            return "heading"
        case "script":  # all that is left of them is JSON-LD
            return "data"
        case "title" | "form" | "address":
            return tag
    return ""
