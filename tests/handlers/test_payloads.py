"""What Slack says happened, and whose button press is obeyed."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.payloads import Home, is_ours, parse_command, parse_press
from handlers.views.report import report_message
from model import Checked, Report, Verdict
from tests.support.reports import shown

PRESS: dict[str, Any] = {
    "type": "block_actions",
    "user": {"id": "U1", "team_id": "T1"},
    "team": {"id": "T1", "domain": "acme"},
    "channel": {"id": "C1", "name": "general"},
    "container": {"type": "message", "message_ts": "1.2", "channel_id": "C1", "is_ephemeral": True},
    "trigger_id": "1.2.3",
    "response_url": "https://hooks.slack.com/actions/1",
    "actions": [{"action_id": "check_again", "value": "acme.com", "type": "button"}],
}


def test_a_press_is_read() -> None:
    press = parse_press(PRESS)
    assert (press.value, press.user, press.channel) == ("acme.com", "U1", "C1")
    assert (press.message_ts, press.ephemeral, press.trigger_id) == ("1.2", True, "1.2.3")
    assert press.response_url.startswith("https://hooks.slack.com/")


def test_a_command_is_read() -> None:
    command = parse_command({"command": "/ses-check", "text": "acme.com", "user_id": "U1", "channel_id": "C1"})
    assert (command.name, command.text, command.user, command.channel) == ("/ses-check", "acme.com", "U1", "C1")


def test_who_shared_a_report_is_read_from_the_report() -> None:
    report = Report("acme.com", Verdict.READY, (), 0.1, 3)
    message = report_message(shown(Checked(report, "acme.com")), shared_by="U7")
    assert parse_press({**PRESS, "message": {"blocks": list(message.blocks)}}).shared_by == "U7"


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from([*PRESS, "id", "blocks"]), inner),
    max_leaves=12,
)


@given(st.dictionaries(st.sampled_from([*PRESS, "message", "text", "enterprise"]), JSON))
def test_no_payload_raises(payload: dict[str, Any]) -> None:
    press, command = parse_press(payload), parse_command(payload)
    assert isinstance(press.value, str)
    assert isinstance(command.text, str)
    assert is_ours(press, Home("T1", "E1")) in (True, False)


ALONE, GRID = Home("T1"), Home("T1", "E1")


@pytest.mark.parametrize(
    ("home", "user_team", "team", "ours"),
    [
        (ALONE, "T1", {"id": "T1"}, True),
        (ALONE, None, {"id": "T1"}, True),
        (ALONE, "T2", {"id": "T1"}, False),
        (ALONE, "T2", {"id": "T2"}, False),
        (ALONE, None, {"id": "T2"}, False),
        (ALONE, "T2", {"id": "T2", "enterprise_id": ""}, False),
        # Enterprise Grid: other workspaces of the same organization are ours
        (GRID, "T2", {"id": "T2", "enterprise_id": "E1"}, True),
        (GRID, "E1", {"id": "T1", "enterprise_id": "E1"}, True),
        (GRID, "T2", {"id": "T2", "enterprise_id": "E2"}, False),
        (GRID, "T3", {"id": "T1", "enterprise_id": "E1"}, False),
    ],
)
def test_a_person_of_another_organization_is_kept_apart_from_ours(
    home: Home, user_team: str | None, team: dict[str, str], ours: bool
) -> None:
    user = {"id": "U1", "team_id": user_team} if user_team else {"id": "U1"}
    assert is_ours(parse_press({**PRESS, "user": user, "team": team}), home) is ours
