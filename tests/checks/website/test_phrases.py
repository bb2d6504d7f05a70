"""The phrase lists: their shape, and how terms are found."""

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest

from checks.website.phrases import (
    DATA,
    compile_terms,
    cut_lines,
    fold_text,
    list_terms,
    load_data,
    load_terms,
    split_sentences,
    term_pattern,
)
from tests.support.cases import cases

BY_LANGUAGE = [
    (file.stem, part)
    for file in sorted(DATA.glob("*.toml"))
    for part, found in tomllib.loads(file.read_text(encoding="utf-8")).items()
    if isinstance(found, dict) and part != "header"
]
HOSTS = ["login", "mailing_list", "parked"]
SUBJECTS = {"links", "parked", "under_construction", "error", "login", "challenge", "default_page", "filler", "gates"}
LARGE = {("links", "privacy"), ("links", "contact"), ("parked", "for_sale"), ("parked", "registered")} | {
    ("under_construction", "site"),
    ("under_construction", "words"),
    ("error", "suspended"),
}


def test_each_subject_is_a_file() -> None:
    assert {file.stem for file in DATA.glob("*.toml")} == SUBJECTS | {"mailing_list"}


@pytest.mark.parametrize(("subject", "part"), BY_LANGUAGE)
def test_terms_are_lists_of_distinct_texts_by_language(subject: str, part: str) -> None:
    for language, terms in load_terms(subject, part).items():
        assert re.fullmatch(r"[a-z]{2}", language), language
        assert terms
        assert all(isinstance(term, str) and term == term.strip() and fold_text(term) for term in terms), language
        assert len({fold_text(term) for term in terms}) == len(terms), (language, terms)


@pytest.mark.parametrize(("subject", "part"), sorted(LARGE))
def test_the_large_lists_cover_thirty_languages(subject: str, part: str) -> None:
    assert len(load_terms(subject, part)) >= 30


@pytest.mark.parametrize(("subject", "part"), BY_LANGUAGE)
def test_every_term_finds_itself_and_nothing_else(subject: str, part: str) -> None:
    pattern = term_pattern(subject, part)
    assert pattern.search("zzz 123") is None
    for term in list_terms(subject, part):
        assert pattern.search(fold_text(f"a {term.removesuffix('.').replace('*', ' x ')} b")), term


@pytest.mark.parametrize("subject", HOSTS)
def test_hosts_are_host_names(subject: str) -> None:
    assert all(re.fullmatch(r"[a-z0-9-]+(?:\.[a-z0-9-]+)+", host) for host in load_data(subject)["hosts"])


def test_the_rules_for_default_pages_are_whole() -> None:
    rules: list[dict[str, Any]] = load_data("default_page")["page"]
    for rule in rules:
        assert set(rule) == {"of", "where", "says"}
        assert rule["where"] in ("title", "heading", "text", "whole")
        re.compile(rule["says"])


@cases()
def test_how_terms_are_found(terms: list[str], text: str, matches: bool) -> None:
    assert bool(compile_terms(terms).search(text)) is matches


def test_nothing_is_read_before_it_is_asked_for() -> None:
    """The lists cost half a second: a check of DNS alone does not pay for them."""
    source = Path(DATA.parent / "phrases.py").read_text(encoding="utf-8")
    assert not re.search(r"^\w+ = (?:data|terms|finds|whole)\(", source, re.MULTILINE)


def test_the_lines_of_a_hostile_page_are_cut_to_a_bound() -> None:
    assert list(cut_lines(["abc", "defgh", "ij", "k"], 7, 4)) == ["abc", "defg"]
    assert sum(map(len, cut_lines(("a. " * 1_000 for _ in range(10_000)), 5_000, 300))) == 5_000


def test_a_line_of_thousands_of_sentences_is_split_into_few() -> None:
    line = "Soon. " * 5_000
    parts = split_sentences(line)
    assert len(parts) < 50
    assert " ".join(parts) == line
