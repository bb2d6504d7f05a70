"""DKIM key records, case by case: RFC 6376 sections 3.2 and 3.6.1, RFC 8301, RFC 8463."""

import base64

from hypothesis import example, given
from hypothesis import strategies as st

from checks.dkim.parse import (
    KeyRecord,
    MalformedKey,
    autocorrect,
    parse,
)
from tests.support.cases import cases
from tests.support.keys import ED25519, rsa

R = rsa(2048)
SPACED = " ".join(R[i : i + 40] for i in range(0, len(R), 40))
FOLDED = "\r\n\t".join(R[i : i + 60] for i in range(0, len(R), 60))
SIZES = {f"RSA_{bits}": rsa(bits) for bits in (512, 1023, 1024, 4096)} | {"RSA_1024_BARE": rsa(1024, bare=True)}


@cases(ED25519=ED25519, R=R, SPACED=SPACED, FOLDED=FOLDED, **SIZES)
def test_a_key_record_is_read(text: str, key: str) -> None:
    record = parse(text)
    assert isinstance(record, KeyRecord)
    assert repr(record.key) == key
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
