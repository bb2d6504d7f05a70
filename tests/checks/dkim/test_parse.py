"""DKIM key records, case by case: RFC 6376 sections 3.2 and 3.6.1, RFC 8301, RFC 8463."""

import base64

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from checks.dkim import Ed25519Key, Key, KeyRecord, Malformed, Revoked, RsaKey, UnknownKind, parse
from checks.dkim.parse import autocorrect
from tests.support.keys import ED25519, ed25519_wrapped, elliptic, rsa

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
    ("3.6.1: p= empty is revoked", "v=DKIM1; p=", Revoked()),
    ("3.6.1: p= empty with FWS", "v=DKIM1; p=  ;", Revoked()),
    ("3.6.1: revoked whatever the kind", "k=foo; p=", Revoked()),
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

REFUSED: list[tuple[str, str, str, int]] = [
    ("empty", "", "is empty", 0),
    ("white space", "  ", "is empty", 0),
    ("3.2: a tag without =", f"v=DKIM1; rsa; p={R}", "no “=”", 9),
    ("3.2: an empty tag", f"v=DKIM1;; p={R}", "a tag is empty", 8),
    ("3.2: an empty name", f"=x; p={R}", "name", 0),
    ("3.2: a name with a hyphen", f"a-b=x; p={R}", "name", 0),
    ("3.2: a name that begins with a digit", f"1a=x; p={R}", "name", 0),
    ("3.2: a tag twice", f"v=DKIM1; k=rsa; k=rsa; p={R}", "twice", 16),
    ("3.2: p= twice", f"p={R}; p={R}", "twice", 2 + len(R) + 2),
    ("3.2: an unknown tag twice", f"x=1; x=2; p={R}", "twice", 5),
    ("3.2: not ASCII in a value", f"n=caf\xe9; p={R}", "character", 5),
    ("3.2: NUL in a value", f"n=\x00; p={R}", "character", 2),
    ("3.2: a bare line feed", f"n=a\nb; p={R}", "character", 3),
    ("3.2: CRLF without white space", f"n=a\r\nb; p={R}", "character", 3),
    ("3.6.1: v= not first", f"k=rsa; v=DKIM1; p={R}", "first", 7),
    ("3.6.1: v=DKIM2", f"v=DKIM2; p={R}", "exactly DKIM1", 2),
    ("3.6.1: v=dkim1", f"v=dkim1; p={R}", "exactly DKIM1", 2),
    ("3.6.1: v= empty", f"v=; p={R}", "exactly DKIM1", 2),
    ("3.6.1: v=DKIM1 with a backslash", f"v=DKIM1\\; p={R}", "exactly DKIM1", 2),
    ("quotes about the record", f'"v=DKIM1; p={R}"', "name", 0),
    ("spaces in place of semicolons", f"v=DKIM1 k=rsa p={R}", "exactly DKIM1", 2),
    ("3.6.1: p= missing", "v=DKIM1; k=rsa", "p=", 14),
    ("SPF at the selector", "v=spf1 include:amazonses.com ~all", "exactly DKIM1", 2),
    ("3.6.1: h= empty", f"h=; p={R}", "no word", 2),
    ("3.6.1: h= with an empty word", f"h=sha256:; p={R}", "no word", 9),
    ("3.6.1: k= empty", f"k=; p={R}", "no word", 2),
    ("3.6.1: k= with two kinds", f"k=rsa:ed25519; p={R}", "one kind", 2),
    ("3.6.1: s= with a word that is none", f"s=e_mail; p={R}", "no word", 2),
    ("3.6.1: t=y,s in place of y:s", f"t=y,s; p={R}", "no word", 2),
    ("3.6.1: * only in s=", f"t=*; p={R}", "no word", 2),
    ("3.6.1: a character outside base64", f"p={R[:10]}!{R[10:]}", "base64", 12),
    ("3.6.1: an ellipsis", f"p={R[:12]}...", "base64", 14),
    ("3.6.1: padding in the middle", f"p={R[:8]}={R[8:]}", "base64", 10),
    ("3.6.1: base64 of odd length", f"p={R[:-3]}", "does not come out even", 2 + len(R) - 3),
    ("3.6.1: a key cut at 255 octets", f"p={R[:252]}", "cut off", 2),
    ("3.6.1: base64 of no key", "p=aGVsbG8gd29ybGQ=", "no RSA public key", 2),
    ("3.6.1: an elliptic key as k=rsa", f"p={elliptic()}", "not an RSA one", 2),
    ("RFC 8463 4.2: Ed25519 without k=", f"p={ED25519}", "Ed25519", 2),
    ("RFC 8463 4.2: ASN.1 about the key", f"k=ed25519; p={ed25519_wrapped()}", "wrapped", 13),
    ("RFC 8463 4.2: an RSA key as k=ed25519", f"k=ed25519; p={R}", "32 octets", 13),
    ("RFC 8463 4.2: 31 octets", "k=ed25519; p=" + "AAAA" * 10 + "AA==", "32 octets", 13),
]


@pytest.mark.parametrize(("text", "key"), [case[1:] for case in READ], ids=[case[0] for case in READ])
def test_reads(text: str, key: Key) -> None:
    record = parse(text)
    assert isinstance(record, KeyRecord)
    assert record.key == key
    assert parse(str(record)) == record, "its plain form says the same"
    assert str(parse(str(record))) == str(record)


@pytest.mark.parametrize(("text", "why", "position"), [case[1:] for case in REFUSED], ids=[case[0] for case in REFUSED])
def test_refuses_with_reason_and_place(text: str, why: str, position: int) -> None:
    fault = parse(text)
    assert isinstance(fault, Malformed)
    assert why in fault.why
    assert fault.position == position
    assert "➞" in fault.marked()
    assert fault.section.startswith("RFC ")


def test_the_arrow_stands_before_the_wrong_character() -> None:
    fault = parse("v=DKIM1; t=y,s; p=")
    assert isinstance(fault, Malformed)
    assert fault.marked() == "v=DKIM1; t=➞y,s; p="
    assert fault.marked(around=3) == "… t=➞y,s…"


@pytest.mark.parametrize(
    ("tags", "hashes", "services", "flags"),
    [
        ("", (), ("*",), ()),
        ("h=sha256; ", ("sha256",), ("*",), ()),
        ("h= sha1 : SHA256; ", ("sha1", "sha256"), ("*",), ()),
        ("s=email:tlsrpt; ", (), ("email", "tlsrpt"), ()),
        ("s=*; ", (), ("*",), ()),
        ("t=y; ", (), ("*",), ("y",)),
        ("t = y : s; ", (), ("*",), ("y", "s")),
        ("t=x-new; ", (), ("*",), ("x-new",)),
    ],
)
def test_the_lists_and_their_defaults(
    tags: str, hashes: tuple[str, ...], services: tuple[str, ...], flags: tuple[str, ...]
) -> None:
    record = parse(f"v=DKIM1; {tags}p={R}")
    assert isinstance(record, KeyRecord)
    assert (record.hashes, record.services, record.flags) == (hashes, services, flags)


PLAIN = f"v=DKIM1; k=rsa; p={R}"
CORRECTED = [
    ("quotes", f'"v=DKIM1; k=rsa; p={R}"', PLAIN),
    ("quoted strings one after the other", f'"v=DKIM1; k=rsa; p={R[:100]}" "{R[100:]}"', PLAIN),
    ("smart quotes", f"“v=DKIM1; k=rsa; p={R}”", PLAIN),
    ("smart quotes, as octets", f"\u00e2\u0080\u009cv=DKIM1; k=rsa; p={R}\u00e2\u0080\u009d", PLAIN),
    ("no-break spaces", f"v=DKIM1;\u00c2\u00a0k=rsa;\u00a0p={R}", PLAIN),
    ("backslashes of a zone file", f"v=DKIM1\\; k=rsa\\; p={R}", PLAIN),
    ("a whole line of a zone file", f's1._domainkey IN TXT ( "v=DKIM1; k=rsa; p={R}" )', PLAIN),
    ("no semicolons", f"v=DKIM1 k=rsa p={R}", PLAIN),
    ("v= in lower case", f"v=dkim1; k=rsa; p={R}", PLAIN),
    ("v= not first", f"k=rsa; p={R}; v=DKIM1", PLAIN),
    ("two semicolons", f"v=DKIM1;; k=rsa; p={R}", PLAIN),
    ("the same tag twice", f"v=DKIM1; k=rsa; k=rsa; p={R}", PLAIN),
    ("PEM lines", f"v=DKIM1; k=rsa; p=-----BEGIN PUBLIC KEY-----{R}-----END PUBLIC KEY-----", PLAIN),
    ("line breaks", f"v=DKIM1; k=rsa; p={R[:64]}\n{R[64:]}", PLAIN),
    ("padding lost", f"v=DKIM1; k=rsa; p={rsa(1032).rstrip('=')}", f"v=DKIM1; k=rsa; p={rsa(1032)}"),
    ("Ed25519 in ASN.1", f"v=DKIM1; k=ed25519; p={ed25519_wrapped()}", f"v=DKIM1; k=ed25519; p={ED25519}"),
    ("h= with nothing in use", f"v=DKIM1;; h=sha1; k=rsa; p={R}", PLAIN),
    ("h= with sha256 stays", f"h=sha1:sha256; v=DKIM1; p={R}", f"v=DKIM1; h=sha1:sha256; p={R}"),
    ("cut off: nothing is certain", f"v=DKIM1; k=rsa; p={R[:252]}", None),
    ("no key", "v=DKIM1; k=rsa", None),
    ("another version", f"v=DKIM2; p={R}", None),
    ("two keys", f"p={R}; p={rsa(1024)}", None),
    ("SPF", "v=spf1 -all", None),
    ("nothing", "", None),
]


@pytest.mark.parametrize(("text", "meant"), [case[1:] for case in CORRECTED], ids=[case[0] for case in CORRECTED])
def test_corrects_what_is_certain(text: str, meant: str | None) -> None:
    assert isinstance(parse(text), Malformed)
    assert autocorrect(text) == meant
    if meant:
        assert isinstance(parse(meant), KeyRecord)


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
        assert record.marked()
    better = autocorrect(text)
    assert better is None or isinstance(parse(better), KeyRecord)


@given(st.binary(max_size=400))
def test_no_octets_of_a_key_raise(octets: bytes) -> None:
    encoded = base64.b64encode(octets).decode()
    for kind in ("rsa", "ed25519"):
        assert isinstance(parse(f"k={kind}; p={encoded}"), KeyRecord | Malformed)
