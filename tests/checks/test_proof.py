"""The proof of a fix: the zone after it, and every reason for which a record is not shown."""

from collections.abc import Sequence

import pytest

from checks.answers import Answer, NoData, NoName, Records
from checks.dns_checks import check_dns
from checks.proof import Judgment, Proof, ZoneWithFix
from model import Expectations, Finding, Fix, Outcome, Record
from tests.support.dmarc_cases import VerdictCase, read_verdicts
from tests.support.table import TableResolver
from tests.support.virtual import run

D = "acme.com"
OLD, NEW = Record("TXT", D, "old"), Record("TXT", D, "new")
LIVE = TableResolver({"live.example": {"A": ["192.0.2.1"]}})


def zone_after(answers: Sequence[Answer], fix: Fix) -> ZoneWithFix:
    return ZoneWithFix({(answer.name, answer.type): answer for answer in answers}, fix, LIVE)


def ask(zone: ZoneWithFix, name: str, rtype: str) -> Answer:
    return run(zone.ask(name, rtype))[0]


def test_a_record_takes_the_place_of_another() -> None:
    zone = zone_after([Records(D, "TXT", ("old", "other"))], Fix((NEW,), (OLD,)))
    assert ask(zone, D, "TXT") == Records(D, "TXT", ("other", "new"))


def test_what_is_deleted_is_gone_and_the_name_stays_where_it_has_more() -> None:
    zone = zone_after([Records(D, "TXT", ("old",)), Records(D, "A", ("192.0.2.1",))], Fix((), (OLD,)))
    assert ask(zone, D, "TXT") == NoData(D, "TXT")
    assert ask(zone_after([Records(D, "TXT", ("old",))], Fix((), (OLD,))), D, "TXT") == NoName(D, "TXT")


def test_a_new_name_exists_and_so_do_the_names_above_it() -> None:
    zone = zone_after(
        [NoName("b.acme.com", "A"), NoName("a.b.acme.com", "MX")], Fix((Record("TXT", "a.b.acme.com", "x"),))
    )
    assert ask(zone, "a.b.acme.com", "MX") == NoData("a.b.acme.com", "MX")
    assert ask(zone, "b.acme.com", "A") == NoData("b.acme.com", "A")


def test_a_new_alias_is_followed_and_a_deleted_one_is_not() -> None:
    alias = Record("CNAME", "www.acme.com", "live.example")
    zone = zone_after([NoName("www.acme.com", "A")], Fix((alias,)))
    assert ask(zone, "www.acme.com", "A") == Records(
        "www.acme.com", "A", ("192.0.2.1",), 300, ("live.example",), "table"
    )
    aliased = Records("www.acme.com", "A", ("192.0.2.1",), aliases=("live.example",))
    gone = zone_after([aliased], Fix((), (alias,)))
    assert ask(gone, "www.acme.com", "A") == NoName("www.acme.com", "A")


def test_what_was_not_seen_is_asked_for() -> None:
    assert ask(zone_after([], Fix()), "live.example", "A") == Records(
        "live.example", "A", ("192.0.2.1",), 300, (), "table"
    )


WRONG = Finding("spf", Outcome.FAIL, "spf.syntax", "wrong", (), Fix((NEW,), (OLD,), "Publish it."))
MORE = Finding("spf", Outcome.WARN, "spf.ptr", "more")


ALONE = Judgment((WRONG,))


def prove_fix(judgments: Sequence[Judgment], before: Judgment = ALONE, finding: Finding = WRONG) -> Fix:
    """The fix that is left of a finding when these judgments come of it, one a try."""
    answers = iter(judgments)

    async def judge_again(_dns: object, _finding: Finding) -> Judgment:
        return next(answers)

    zone = {(D, "TXT"): Records(D, "TXT", ("old",))}
    (proven,), _ = run(Proof(before, zone, lambda _: LIVE, judge_again, D).prove_fixes([finding]))
    assert proven.fix is not None
    return proven.fix


def test_a_fix_that_ends_its_finding_is_shown() -> None:
    assert prove_fix([Judgment(())]) == WRONG.fix


@pytest.mark.parametrize(
    ("after_it", "before"),
    [
        (Judgment((WRONG,)), Judgment((WRONG,))),
        (Judgment((MORE,)), Judgment((WRONG,))),
        (Judgment(()), Judgment((WRONG,), senders=frozenset({"a"}))),
        (Judgment(()), Judgment((WRONG,), intended_senders=frozenset({"a"}))),
        (Judgment(()), Judgment((WRONG,), addresses=frozenset({"a@acme.com"}))),
    ],
    ids=["its finding stays", "a new one", "a sender", "a sender that was meant", "a report address"],
)
def test_a_fix_with_a_price_is_a_step_in_words(after_it: Judgment, before: Judgment) -> None:
    fix = prove_fix([after_it], before)
    assert (fix.records, fix.remove) == ((), ())
    assert fix.step


@pytest.mark.parametrize(
    "fix",
    [
        Fix((Record("TXT", "vendor.example", "new"),)),
        Fix((NEW,), (Record("TXT", "vendor.example", "old"),)),
        Fix((OLD,), (OLD,)),
        Fix((OLD,)),
    ],
    ids=["another zone", "another zone's record", "the same", "published already"],
)
def test_what_is_not_the_readers_to_publish_or_changes_nothing_is_not_shown(fix: Fix) -> None:
    finding = Finding("spf", Outcome.FAIL, "spf.syntax", "wrong", (), fix)
    fix_left = prove_fix([Judgment(())], Judgment((finding,)), finding)
    assert (fix_left.records, fix_left.remove) == ((), ())


def test_a_fix_is_put_together_with_that_of_what_it_uncovers() -> None:
    last = Record("TXT", D, "last")
    uncovered = Finding("spf", Outcome.WARN, "spf.ptr", "more", (), Fix((last,), (NEW,), "And this."))
    fix = prove_fix([Judgment((uncovered,)), Judgment(())])
    assert fix == Fix((last,), (OLD,), "Publish it. And this.")


VERDICTS = [case for case in read_verdicts() if case.fix and not case.setup.keys() & {"dkim", "spf"}]
"""Those that depend on nothing but the zone."""


@pytest.mark.parametrize("case", VERDICTS, ids=lambda case: case.title)
def test_no_good_fix_of_dmarc_is_held_back(case: VerdictCase) -> None:
    domain, identity, mail_from = (case.setup.get(key) for key in ("domain", "identity", "mail_from"))
    domain = domain or "acme.com"
    reported = Expectations(identity or domain, mail_from=mail_from) if identity or mail_from else None
    checked, _ = run(check_dns(domain, TableResolver(case.zone), only={"dmarc"}, expectations=reported))
    code = f"dmarc.{case.expected[0].split(' ')[0]}"
    fix = next(finding.fix for finding in checked.report.findings if finding.code == code)
    assert fix is not None
    assert fix.records or fix.remove
