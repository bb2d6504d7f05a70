"""A web page as a person sees it: its words, links and forms, without what a browser does not show."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Link:
    """Something to press. `url` is absolute and without its fragment, empty where it leads to no page (a script, a
    mail program); `target` is what stands in the page; `words` what a person reads there; `here` whether it leads to a
    place in the same page."""

    url: str
    target: str
    words: str
    here: bool = False


@dataclass(frozen=True, slots=True)
class Field:
    """A field of a form: its type (`email`, `password`, `text`, `textarea`, …) and what its name and hint say."""

    kind: str
    words: str


@dataclass(frozen=True, slots=True)
class Form:
    """A form: its fields that a person fills in, and every word in it, its buttons among them."""

    fields: tuple[Field, ...]
    words: str
    action: str = ""

    @property
    def has_password(self) -> bool:
        return any(field.kind == "password" for field in self.fields)

    @property
    def has_email(self) -> bool:
        return any(field.kind == "email" or "mail" in field.words.lower() for field in self.fields)

    @property
    def has_message(self) -> bool:
        return any(field.kind == "textarea" for field in self.fields)


@dataclass(frozen=True, slots=True)
class Organisation:
    """What a page says of its owner in JSON-LD (schema.org Organization and its kinds): names, and postal addresses,
    telephone numbers and mail addresses as they stand there."""

    names: tuple[str, ...] = ()
    contacts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Page:
    """One page, read. All texts are what stands there, on one line each, and bounded.

    `lines` are the blocks of visible text in order, `words` how many words they hold, `names` what the page calls
    itself (og:site_name, application-name). `refresh` is where a `<meta http-equiv=refresh>` leads, `jump` where a
    script that does little else does, `frames` what is shown inside it. `noscript` is what only a browser without
    scripts shows. `media` counts images and films. `cut`: not all of the page could be read.
    """

    url: str
    title: str = ""
    description: str = ""
    names: tuple[str, ...] = ()
    headings: tuple[str, ...] = ()
    lines: tuple[str, ...] = ()
    words: int = 0
    links: tuple[Link, ...] = ()
    forms: tuple[Form, ...] = ()
    addresses: tuple[str, ...] = ()
    organisation: Organisation = Organisation()
    language: str = ""
    canonical: str = ""
    refresh: str = ""
    jump: str = ""
    frames: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    scripts: int = 0
    noscript: str = ""
    media: int = 0
    cut: bool = False

    @property
    def text(self) -> str:
        """All visible text, a block a line."""
        return "\n".join(self.lines)
