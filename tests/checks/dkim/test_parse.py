"""DKIM key records, case by case: RFC 6376 sections 3.2 and 3.6.1, RFC 8301, RFC 8463."""

import base64

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from checks.dkim.parse import (
    Ed25519Key,
    Key,
    KeyRecord,
    MalformedKey,
    RevokedKey,
    RsaKey,
    UnknownKind,
    autocorrect,
    parse,
)
from tests.support.cases import cases
from tests.support.keys import ED25519, rsa

R = rsa(2048)
READ: list[tuple[str, str, Key]] = [
    ("3.6.1: only p= is required", f"p={R}", RsaKey(2048)),
    ("3.6.1: v= first and DKIM1", f"v=DKIM1; p={R}", RsaKey(2048)),
    ("3.6.1: all tags", f"v=DKIM1; h=sha1:sha256; k=rsa; n=note; p={R}; s=email; t=y:s", RsaKey(2048)),
    ("3.2: a semicolon at the end", f"v=DKIM1; p={R};", RsaKey(2048)),
    ("3.2: a semicolon and spaces at the end", f"v=DKIM1; p={R} ;  ", RsaKey(2048)),
    ("3.2: no spaces", f"v=DKIM1;k=rsa;p={R}", RsaKey(2048)),
    ("3.2: FWS about names and values", f" v = DKIM1 ;\tk =\trsa ; p\r\n = {R}", RsaKey(2048)),
    ("3.2: tags but v= in any order", f"p={R}; k=rsa; t=s", RsaKey(2048)),
    ("3.2: unknown tags are ignored", f"v=DKIM1; x=1; foo_2=bar baz; p={R}", RsaKey(2048)),
    ("3.2: names have case: V= is unknown", f"V=DKIM2; p={R}", RsaKey(2048)),
    ("3.6.1: base64 with FWS", "p=" + " ".join(R[i : i + 40] for i in range(0, len(R), 40)), RsaKey(2048)),
    ("3.6.1: base64 folded", "p=" + "\r\n\t".join(R[i : i + 60] for i in range(0, len(R), 60)), RsaKey(2048)),
    ("3.6.1: p= empty is revoked", "v=DKIM1; p=", RevokedKey()),
    ("3.6.1: p= empty with FWS", "v=DKIM1; p=  ;", RevokedKey()),
    ("3.6.1: revoked whatever the kind", "k=foo; p=", RevokedKey()),
    ("3.6.1: n= takes any text", f"n=a b=c, d; p={R}", RsaKey(2048)),
    ("3.6.1: n= empty", f"n=; p={R}", RsaKey(2048)),
    ("3.6.1: an unknown kind", f"k=dsa; p={R}", UnknownKind("dsa")),
    ("RFC 5234 2.3: literals have no case", f"k=RSA; h=SHA256; p={R}", RsaKey(2048)),
    ("erratum 3017: SubjectPublicKeyInfo", f"k=rsa; p={rsa(1024)}", RsaKey(1024)),
    ("3.6.1: bare RSAPublicKey", f"k=rsa; p={rsa(1024, bare=True)}", RsaKey(1024)),
    ("RFC 8301 3.2: 512 bits still read", f"p={rsa(512)}", RsaKey(512)),
    ("RFC 8301 3.2: 1023 bits are not 1024", f"p={rsa(1023)}", RsaKey(1023)),
    ("RFC 8301 3.2: 4096 bits", f"p={rsa(4096)}", RsaKey(4096)),
    ("RFC 8463 A.2: Ed25519", f"v=DKIM1; k=ed25519; p={ED25519}", Ed25519Key()),
]


@pytest.mark.parametrize(("text", "key"), [case[1:] for case in READ], ids=[case[0] for case in READ])
def test_reads(text: str, key: Key) -> None:
    record = parse(text)
    assert isinstance(record, KeyRecord)
    assert record.key == key
    assert parse(str(record)) == record, "its plain form says the same"
    assert str(parse(str(record))) == str(record)


@cases(ED25519=ED25519, R=R)
def test_refuses_with_reason_and_place(text: str, why: str, position: int) -> None:
    fault = parse(text)
    assert isinstance(fault, MalformedKey)
    assert why in fault.why
    assert fault.position == position
    assert "➞" in fault.point_at_fault()
    assert fault.section.startswith("RFC ")


def test_the_arrow_stands_before_the_wrong_character() -> None:
    fault = parse("v=DKIM1; t=y,s; p=")
    assert isinstance(fault, MalformedKey)
    assert fault.point_at_fault() == "v=DKIM1; t=➞y,s; p="


@cases()
def test_the_lists_and_their_defaults(
    tags: str, hashes: tuple[str, ...], services: tuple[str, ...], flags: tuple[str, ...]
) -> None:
    record = parse(f"v=DKIM1; {tags}p={R}")
    assert isinstance(record, KeyRecord)
    assert (record.hashes, record.services, record.flags) == (hashes, services, flags)


PLAIN = f"v=DKIM1; k=rsa; p={R}"


@cases(ED25519=ED25519, PLAIN=PLAIN, R=R)
def test_corrects_what_is_certain(text: str, corrected: str | None) -> None:
    assert isinstance(parse(text), MalformedKey)
    assert autocorrect(text) == corrected
    if corrected:
        assert isinstance(parse(corrected), KeyRecord)


TAG = st.builds(
    "{}={}".format,
    st.sampled_from(["v", "h", "k", "n", "p", "s", "t", "x", ""]),
    st.sampled_from(["DKIM1", "rsa", "ed25519", R, ED25519, "sha256", "y:s", "email", "*", "", '"', " = ", "\r\n "]),
)


@given(st.text() | st.lists(TAG).map(";".join) | st.text(alphabet='v=DKIM1;kp \t\r\n:\\"'))
@example("p=" + "A" * 70_000)
@example("p=MIIB")
@example("k=ed25519; p=MCow")
@example(f"v=DKIM1; p={R[:1]}\u2028{R[1:]}")
def test_no_text_raises(text: str) -> None:
    record = parse(text)
    if isinstance(record, KeyRecord):
        assert parse(str(record)) == record
    else:
        assert 0 <= record.position <= len(text)
        assert record.point_at_fault()
    better = autocorrect(text)
    assert better is None or isinstance(parse(better), KeyRecord)


@given(st.binary(max_size=400))
def test_no_octets_of_a_key_raise(octets: bytes) -> None:
    encoded = base64.b64encode(octets).decode()
    for kind in ("rsa", "ed25519"):
        assert isinstance(parse(f"k={kind}; p={encoded}"), KeyRecord | MalformedKey)
