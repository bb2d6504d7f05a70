"""Which names can be asked for, and in which spelling (RFC 1035 sections 3.1 and 5.1, RFC 4343)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checks.resolver.messages import question_of
from tests.support.cases import cases


@pytest.mark.parametrize(
    ("typed", "name", "labels"),
    [
        ("acme.com", "acme.com", (b"acme", b"com")),
        ("_DMARC.Acme.COM.", "_dmarc.acme.com", (b"_dmarc", b"acme", b"com")),
        (r"a\.b.acme.com", r"a\.b.acme.com", (b"a.b", b"acme", b"com")),
        (r"a\046b.acme.com", r"a\.b.acme.com", (b"a.b", b"acme", b"com")),
        (r"acme\.", r"acme\.", (b"acme.",)),
        ("a b.acme.com", r"a\032b.acme.com", (b"a b", b"acme", b"com")),
        ("É.com", r"\201.com", (b"\xc9", b"com")),  # only ASCII has two cases
        ("é.com", r"\233.com", (b"\xe9", b"com")),
        (r"a\999.com", r"a\\999.com", (rb"a\999", b"com")),  # no escape: as it stands
        ("a\\", r"a\\", (b"a\\",)),
        ("x" * 63 + ".com", "x" * 63 + ".com", (b"x" * 63, b"com")),
    ],
)
def test_one_spelling_for_one_name(typed: str, name: str, labels: tuple[bytes, ...]) -> None:
    question = question_of(typed, "txt")
    assert question is not None
    assert (question.name, question.type, question.labels) == (name, "TXT", labels)


@cases()
def test_what_dns_cannot_hold(name: str) -> None:
    assert question_of(name, "TXT") is None


def test_the_longest_name_takes_255_octets() -> None:
    longest = ".".join(["x" * 63] * 3 + ["x" * 61])
    assert question_of(longest, "A") is not None
    assert question_of("x" + longest, "A") is None
    assert question_of(r"\120" * 63 + "." + longest[64:], "A") == question_of(longest, "A")


def test_a_type_that_does_not_exist_is_a_mistake_of_ours() -> None:
    with pytest.raises(ValueError, match="NOSUCH"):
        question_of("acme.com", "NOSUCH")


@given(st.lists(st.binary(min_size=1, max_size=20), min_size=1, max_size=5))
def test_every_name_survives_its_own_spelling(labels: list[bytes]) -> None:
    typed = ".".join("".join(f"\\{octet:03d}" for octet in label) for label in labels)
    question = question_of(typed, "TXT")
    assert question is not None
    assert question.labels == tuple(label.lower() for label in labels)
    reread = question_of(question.name, "TXT")
    assert reread == question
    assert reread.labels == question.labels


@given(st.text(max_size=300))
def test_no_text_raises(text: str) -> None:
    question = question_of(text, "A")
    assert question is None or all(1 <= len(label) <= 63 for label in question.labels)
