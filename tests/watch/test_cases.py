"""What AWS writes on a case is news once: which of its messages, from when on, and whose turn it is then."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from model import Access, AccountRegion, NewsKind, NotFound, RegionState, Snapshot, Trouble, Unreadable
from model.account import CaseAccess, Communication, SupportCase
from model.watching import Turn
from watch.cases import ACCESS_RETRY, begin_case, compare_case, find_case_to_read, needs_case_access

HERE = AccountRegion("main", "us-east-1")
NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
SANDBOX, DENIED = Snapshot(Access.SANDBOX), Snapshot(Access.NOT_GRANTED, case_id="177")
QUESTION = "We would like to gather more information about your use case. How do you handle bounces?"


def case(*texts: tuple[int, bool, str]) -> SupportCase:
    """A case with messages: minutes after NOW, whether AWS wrote it, the text."""
    said = (Communication(NOW + timedelta(minutes=at), by_aws, text) for at, by_aws, text in texts)
    return SupportCase("case-1", "177", "opened", tuple(said))


def test_messages_of_a_case_that_came_under_watch_are_news_oldest_first() -> None:
    known = begin_case(RegionState(SANDBOX), RegionState(DENIED), NOW)
    reading = case((-5, False, "We ask."), (-2, True, QUESTION), (-1, True, "And your lists?"))
    after, items = compare_case(HERE, known, reading, NOW)
    assert [one.kind for one in items] == [NewsKind.CASE_MESSAGE] * 2
    assert [one.facts["text"] for one in items] == [QUESTION, "And your lists?"]
    assert items[0].facts["message"] == "questions"
    again, none = compare_case(HERE, begin_case(after, after, NOW), reading, NOW)
    assert none == (), "each is news once"
    assert again == after


def test_a_case_seen_for_the_first_time_is_a_baseline() -> None:
    known = begin_case(RegionState(), RegionState(DENIED), NOW)
    after, items = compare_case(HERE, known, case((-9, True, QUESTION)), NOW)
    assert items == ()
    _, items = compare_case(HERE, after, case((-9, True, QUESTION), (3, True, "One more thing.")), NOW)
    assert [one.facts["text"] for one in items] == ["One more thing."]


def test_a_first_reading_that_fails_loses_nothing() -> None:
    known = begin_case(RegionState(SANDBOX), RegionState(DENIED), NOW)
    known, _ = compare_case(HERE, known, Unreadable(Trouble.THROTTLED, "throttled"), NOW)
    known = begin_case(known, known, NOW)
    _, items = compare_case(HERE, known, case((-2, True, QUESTION)), NOW)
    assert len(items) == 1


def test_the_turn_follows_the_newest_message() -> None:
    known = begin_case(RegionState(SANDBOX), RegionState(DENIED, turn=Turn.OURS, turn_since=NOW), NOW)
    asked = case((1, True, QUESTION))
    known, _ = compare_case(HERE, known, asked, NOW)
    assert known.current_turn == (Turn.OURS, NOW)
    answered = case((1, True, QUESTION), (9, False, "Our answer."))
    known, items = compare_case(HERE, known, answered, NOW + timedelta(minutes=9))
    assert items == (), "what we wrote is no news"
    assert known.current_turn == (Turn.AWS, NOW + timedelta(minutes=9))
    known, _ = compare_case(HERE, known, case((20, True, QUESTION)), NOW + timedelta(minutes=20))
    assert known.current_turn == (Turn.OURS, NOW + timedelta(minutes=20))


def test_an_account_without_the_plan_is_asked_again_after_a_day() -> None:
    known, _ = compare_case(HERE, RegionState(DENIED), CaseAccess.NO_PLAN, NOW)
    assert find_case_to_read(known, NOW + timedelta(hours=1)) is None
    assert find_case_to_read(known, NOW + ACCESS_RETRY) == "177"
    assert find_case_to_read(replace(known, snapshot=SANDBOX), NOW + ACCESS_RETRY) is None


def test_before_there_is_a_case_it_is_found_out_once_whether_it_could_be_read() -> None:
    known = RegionState(SANDBOX)
    assert needs_case_access(known, NOW)
    for found in CaseAccess:
        assert not needs_case_access(replace(known, case_access=found, case_access_at=NOW), NOW + 3 * ACCESS_RETRY)
    unsaid = replace(known, case_access_at=NOW)
    assert not needs_case_access(unsaid, NOW + timedelta(hours=1))
    assert needs_case_access(unsaid, NOW + ACCESS_RETRY)
    for access in (Access.PRODUCTION, Access.IN_REVIEW, Access.UNKNOWN):
        assert not needs_case_access(RegionState(Snapshot(access)), NOW)


def test_forty_messages_at_once_are_the_newest_few() -> None:
    known = begin_case(RegionState(SANDBOX), RegionState(DENIED), NOW)
    many = case(*((number, True, f"{number}. <b>拝啓</b> {QUESTION}") for number in range(1, 41)))
    after, items = compare_case(HERE, known, many, NOW + timedelta(hours=1))
    assert [str(one.facts["text"]).partition(".")[0] for one in items] == ["36", "37", "38", "39", "40"]
    assert compare_case(HERE, after, many, NOW + timedelta(hours=2))[1] == ()


def test_a_case_that_aws_does_not_show_is_no_news() -> None:
    assert compare_case(HERE, RegionState(DENIED), NotFound(), NOW)[1] == ()


def test_a_long_text_is_cut_with_a_sign_and_hostile_text_stays_text() -> None:
    known = begin_case(RegionState(SANDBOX), RegionState(DENIED), NOW)
    _, [item] = compare_case(HERE, known, case((1, True, "<!channel>\x00" + "拝" * 9_000)), NOW)
    assert item.facts["cut"] is True
    assert str(item.facts["text"]).startswith("<!channel>拝")
