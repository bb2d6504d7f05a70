"""Which domain SES signs for, and a name that no one has published."""

from checks.names import identity_of, normalize_name, unpublished_label
from model import Expectations
from tests.support.cases import cases


@cases()
def test_the_identity(reported: str | None, identity: str) -> None:
    assert identity_of("news.acme.com", None if reported is None else Expectations(reported)) == identity


@cases()
def test_a_plain_name(text: str | None, name: str | None) -> None:
    assert normalize_name(text) == name


def test_unpublished_label_stays_the_same_and_differs_by_identity() -> None:
    assert unpublished_label("acme.com") == unpublished_label("acme.com")
    assert unpublished_label("acme.com") != unpublished_label("acme.net")
    assert len(unpublished_label("acme.com")) <= 63
