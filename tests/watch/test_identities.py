"""A poll reads a few identities: what waits for AWS first, and every other one in its turn."""

from model import Identity
from watch.reader import merge_identities, select_identities


def settled(name: str) -> Identity:
    return Identity(name, "DOMAIN", verification_status="SUCCESS", dkim_status="SUCCESS", mail_from_status="SUCCESS")


def listed(name: str, status: str = "SUCCESS") -> Identity:
    return Identity(name, "DOMAIN", verification_status=status)


MANY = [f"d{number:02}.example" for number in range(20)]


def test_what_is_new_changed_or_waits_is_read_first() -> None:
    known = [
        settled("same.example"),
        settled("changed.example"),
        Identity("dkim.example", "DOMAIN", verification_status="SUCCESS", dkim_status="PENDING"),
        Identity(
            "mail.example",
            "DOMAIN",
            verification_status="SUCCESS",
            dkim_status="SUCCESS",
            mail_from_status="TEMPORARY_FAILURE",
        ),
        listed("unread.example"),
    ]
    now = [*(listed(one.name) for one in known if one.name != "changed.example"), listed("changed.example", "PENDING")]
    names = select_identities([*now, listed("new.example")], known, turn=0, most=10)
    assert set(names[:-1]) == {"changed.example", "dkim.example", "mail.example", "unread.example", "new.example"}
    assert names[-1] == "same.example"


def test_never_more_than_asked_for() -> None:
    assert len(select_identities([listed(name) for name in MANY], [], turn=3, most=4)) == 4
    assert (
        len(select_identities([listed(name) for name in MANY], [settled(name) for name in MANY], turn=3, most=4)) == 4
    )
    assert select_identities([], [], turn=1, most=4) == ()


def test_everybody_has_a_turn_also_beside_some_that_wait_for_ever() -> None:
    known = [settled(name) for name in MANY[:10]]
    now = [listed(name) for name in MANY]
    seen = {name for turn in range(20) for name in select_identities(now, known, turn=turn, most=4)}
    assert seen == set(MANY)


def test_what_was_not_read_stays_as_known() -> None:
    after = merge_identities(
        [listed("a.example", "FAILED"), listed("b.example")],
        [settled("a.example"), settled("gone.example")],
        [settled("b.example")],
    )
    assert [one.name for one in after] == ["a.example", "b.example"]
    assert (after[0].verification_status, after[0].dkim_status) == ("FAILED", "SUCCESS")
    assert after[1] == settled("b.example")
