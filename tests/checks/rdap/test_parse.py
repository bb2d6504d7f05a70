"""Answers as registries give them: each has its own spelling, and what cannot be read is absent."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from checks.rdap import Registration, parse, parse_datetime
from tests.support.cases import cases


def event(action: str, date: Any) -> dict[str, Any]:
    return {"eventAction": action, "eventDate": date}


def parse_registration(**members: Any) -> Registration:
    answer = parse(json.dumps({"objectClassName": "domain", "ldhName": "acme.com", **members}).encode())
    assert answer
    assert answer.registration
    return answer.registration


VERISIGN = {
    "objectClassName": "domain",
    "handle": "1234567_DOMAIN_COM-VRSN",
    "ldhName": "ACME.COM",
    "links": [
        {"rel": "self", "href": "https://rdap.verisign.com/com/v1/domain/ACME.COM", "type": "application/rdap+json"},
        {"rel": "related", "href": "https://rdap.registrar.example/domain/ACME.COM", "type": "application/rdap+json"},
    ],
    "status": ["client delete prohibited", "client transfer prohibited"],
    "events": [
        event("registration", "1995-03-14T05:00:00Z"),
        event("expiration", "2031-03-15T04:00:00Z"),
        event("last changed", "2024-02-11T09:26:03Z"),
        event("last update of RDAP database", "2026-11-28T09:00:00Z"),
    ],
}
PIR = {
    "objectClassName": "domain",
    "ldhName": "acme.org",
    "status": ["server transfer prohibited"],
    "events": [
        event("expiration", "2030-05-17T16:38:39.0Z"),
        event("registration", "2001-05-17T16:38:39.123Z"),
        event("last changed", "2025-01-02T03:04:05.678Z"),
    ],
}
DENIC = {
    "objectClassName": "domain",
    "ldhName": "acme.de",
    "status": ["active"],
    "events": [event("last changed", "2018-03-12T21:44:25+01:00")],
}
NOMINET = {
    "objectClassName": "domain",
    "handle": "52345-UK",
    "ldhName": "acme.co.uk",
    "status": ["active"],
    "events": [
        event("registration", "1996-08-01T00:00:00+01:00"),
        event("last changed", "2025-11-05T10:00:00Z"),
        event("expiration", "2030-12-13T00:00:00Z"),
    ],
}
IDN = {
    "objectClassName": "domain",
    "ldhName": "xn--bcher-kva.com",
    "unicodeName": "bücher.com",
    "events": [event("registration", "2010-10-10T00:00:00Z")],
}


@pytest.mark.parametrize(
    ("members", "domain", "registered", "expires", "statuses"),
    [
        (
            VERISIGN,
            "acme.com",
            "1995-03-14T05:00",
            "2031-03-15T04:00",
            ("clientDeleteProhibited", "clientTransferProhibited"),
        ),
        (PIR, "acme.org", "2001-05-17T16:38", "2030-05-17T16:38", ("serverTransferProhibited",)),
        (DENIC, "acme.de", None, None, ("active",)),
        (NOMINET, "acme.co.uk", "1996-07-31T23:00", "2030-12-13T00:00", ("active",)),
        (IDN, "xn--bcher-kva.com", "2010-10-10T00:00", None, ()),
    ],
)
def test_registries(
    members: dict[str, Any], domain: str, registered: str | None, expires: str | None, statuses: tuple[str, ...]
) -> None:
    answer = parse(json.dumps(members).encode())
    assert answer
    registration = answer.registration
    assert registration
    assert registration.domain == domain
    assert (registration.registered and f"{registration.registered:%Y-%m-%dT%H:%M}") == registered
    assert (registration.expires and f"{registration.expires:%Y-%m-%dT%H:%M}") == expires
    assert registration.statuses == statuses
    assert not any("last update of" in line for line in registration.events)


def test_the_registrar_is_where_a_thin_registry_points() -> None:
    answer = parse(json.dumps(VERISIGN).encode())
    assert answer
    assert answer.related == "https://rdap.registrar.example/domain/ACME.COM"


@cases()
def test_dates(text: str, means: str | None) -> None:
    registration = parse_datetime(text)
    assert (registration and f"{registration:%Y-%m-%d %H:%M}") == means


@cases()
def test_statuses(text: str, status: str) -> None:
    assert parse_registration(status=[text, text]).statuses == (status,)


def test_a_domain_that_was_registered_again_is_as_old_as_that() -> None:
    events = [event("reregistration", "2026-01-02T00:00:00Z"), event("registration", "2001-01-01T00:00:00Z")]
    assert parse_registration(events=events).registered == datetime(2026, 1, 2, tzinfo=UTC)


def test_the_expiration_of_the_registry_goes_before_the_registrars() -> None:
    events = [event("registrar expiration", "2030-01-01"), event("expiration", "2031-01-01")]
    assert parse_registration(events=events).expires == datetime(2031, 1, 1, tzinfo=UTC)
    assert parse_registration(events=events[:1]).expires == datetime(2030, 1, 1, tzinfo=UTC)


@cases()
def test_names(members: dict[str, Any], domain: str) -> None:
    assert parse_registration(**members).domain == domain


@cases()
def test_an_answer_about_no_domain(members: dict[str, Any]) -> None:
    answer = parse(json.dumps(members).encode())
    assert answer
    assert answer.registration is None


def test_an_error_in_place_of_an_answer() -> None:
    answer = parse(b'{"errorCode": 404, "title": "Not Found"}')
    assert answer
    assert answer.error == 404


@pytest.mark.parametrize("body", [b"", b"<html>", b"[]", b"null", b"\xff\xfe", b"[" * 100_000, b'"acme.com"'])
def test_what_is_no_answer(body: bytes) -> None:
    assert parse(body) is None


_JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)


@settings(max_examples=40)
@given(st.dictionaries(st.sampled_from(["ldhName", "events", "status", "links", "errorCode", "unicodeName"]), _JSON))
def test_no_answer_however_mangled_raises(members: dict[str, Any]) -> None:
    parse(json.dumps(members).encode())
    for key in ("events", "links"):
        parse(
            json.dumps({"ldhName": "acme.com", key: [members, {"eventAction": members, "eventDate": members}]}).encode()
        )
