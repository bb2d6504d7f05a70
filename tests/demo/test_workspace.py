"""The workspace with an odd bot: what it draws, how a form is filled in, and which mishaps it notices."""

import io
import os
import sys
import time
from pathlib import Path

import pytest

import demo.commands
import demo.reviewer
import fakes.slack.socket_mode
from demo.workspace import run_demo

ODD_BOT = Path(__file__).parent.parent / "support" / "programs" / "odd_bot.py"


@pytest.fixture(autouse=True)
def _hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    """The odd bot says all that it has to say at once, and looks at no account of AWS."""
    monkeypatch.setattr(demo.commands, "_QUIET_SECONDS", {False: (0.1, 0.3)})
    monkeypatch.setattr(demo.reviewer, "_STATUS_SECONDS", 0.0)


async def piped(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], *lines: str, bot: Path = ODD_BOT
) -> tuple[int, str, str]:
    """Play these lines: the exit code, the transcript, and what was said of mishaps."""
    monkeypatch.setattr(sys, "stdin", io.StringIO("".join(f"{line}\n" for line in lines)))
    code = await run_demo(bot=bot)
    shown = capsys.readouterr()
    return code, shown.out, shown.err


async def test_a_transcript_reads_like_a_session(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    code, shown, mishaps = await piped(monkeypatch, capsys, "/ses-check one", "", "# a remark", "1", "help")
    assert (code, mishaps) == (0, "")
    reported = [line for line in shown.splitlines() if line][2:]
    assert reported[:8] == [
        "#deliverability> /ses-check one",
        "ses-bot  (only visible to you)",
        "[1] Again",
        "#deliverability> ",
        "#deliverability> # a remark",
        "#deliverability> 1",
        "ses-bot  (only visible to you, in place of what stood there)",
        "pressed",
    ]
    assert "broken.example" in shown


async def test_what_happens_between_two_lines_is_drawn_at_once(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    class Hesitant:
        """Someone who thinks before a remark."""

        closed = False
        lines = iter(["/ses-check news\n", "# typed later\n", ""])

        def isatty(self) -> bool:
            return False

        def readline(self) -> str:
            line = next(self.lines)
            if line.startswith("#"):
                time.sleep(1.5)
            return line

    monkeypatch.setattr(sys, "stdin", Hesitant())
    assert await run_demo(bot=ODD_BOT) == 0
    shown = capsys.readouterr().out
    assert shown.index("here is the news") < shown.index("# typed later")


async def test_a_form_is_filled_in_by_prompts(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """An unknown option and an empty field are asked for again, and so is what the bot refuses."""
    answers = ["", "cold mail", "transactional", "", "things", "Oak tables"]
    code, shown, mishaps = await piped(monkeypatch, capsys, "/ses-check form", *answers)
    assert (code, mishaps) == (0, "")
    assert "Choose one of 1 Marketing, 2 Transactional." in shown
    assert "Business: Please complete this required field." in shown
    assert "Business: Say what is sold" in shown
    assert shown.count("2. Mail type * – 1 Marketing / 2 Transactional: ") == 2
    assert shown.index("(the modal closes)") < shown.index("ses-bot  (direct message)")
    assert "got Oak tables and t" in shown


async def test_orders_go_through_a_form_in_any_way(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """To a field, by a button of the form, back and on: what was given meanwhile is not lost, nor sent too early."""
    lines = [
        *("!3", "one\\ntwo"),  # several lines in the last field; then the required ones are asked for
        *("Oak tables", "!back"),  # the form changes, and is asked for from its beginning
        *("Oak", "!name-of-nothing", "!mail", "2", "!busi", "Oak chairs", "", ""),
    ]
    code, shown, mishaps = await piped(monkeypatch, capsys, "/ses-check form", *lines)
    assert "1. Business *: " in shown
    assert "Business: Please complete this required field." in shown
    assert "Back from Oak tables" in shown
    assert "1. Business * [Oak]: Oak chairs" in shown
    assert "got Oak chairs and t: None" in shown
    assert mishaps.splitlines()[-1].strip().startswith("could not be done: This form has neither a field nor a button")
    assert code == 1


async def test_a_command_is_no_answer_to_a_form(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    code, shown, mishaps = await piped(monkeypatch, capsys, "/ses-check form", "/ses-check one", "Oak tables", "2", "")
    assert shown.count("1. Business *: ") == 2
    assert "got Oak tables" in shown
    assert "!close leaves the form; then type the command." in mishaps
    assert code == 1


async def test_a_form_can_be_given_up(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    code, shown, _ = await piped(monkeypatch, capsys, "/ses-check form", "!cancel", "/ses-check one")
    assert code == 0
    assert shown.index("closed without being sent") < shown.index("(the modal closes)") < shown.index("/ses-check one")
    assert "[2] Again" in shown, "the form had a button too"


async def test_mishaps_are_listed_at_the_end(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(demo.commands, "_ANSWER_SECONDS", 0.3)
    typed = [
        *("/ses-check one", "9", "/ses-chek one", "check one", "close"),
        *("/ses-check log", "/ses-check blocks", "/ses-check speechless", "/ses-check form", "Oak tables"),
    ]
    code, _, mishaps = await piped(monkeypatch, capsys, *typed)
    assert code == 1
    for mishap in [
        "could not be done: There is no button 9",
        "could not be done: /ses-chek one: no such command",
        "could not be done: Unknown command “check one”",
        "could not be done: No modal is open",
        "could not be done: The form was not filled in to its end",
        "the bot logged an error: 2026-01-01 ERROR handlers: something broke",
        "Slack refused chat.postMessage: invalid_blocks unsupported type: x",
        "/ses-check speechless: no answer within 0.3 s",
    ]:
        assert mishap in mishaps


async def test_the_bot_dies(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """What is left of the script is not played to no one."""
    code, shown, mishaps = await piped(monkeypatch, capsys, "/ses-check die", "/ses-check one")
    assert code == 1
    assert "the bot ended with exit code 7" in mishaps
    assert "/ses-check one" not in shown


async def test_a_command_without_acknowledgement(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(fakes.slack.socket_mode, "ACK_SECONDS", 0.3)
    code, shown, mishaps = await piped(monkeypatch, capsys, "/ses-check silent")
    assert code == 1
    assert '/ses-check failed with the error "operation_timeout"' in shown
    assert "1 of Slack's messages to the bot were not acknowledged within 3 s" in mishaps


async def test_a_bot_that_does_not_come_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    bot = tmp_path / "bot.py"
    bot.write_text("import sys\nsys.exit('SES_BOT_HTTP_PORT: not a number')\n")
    code, _, mishaps = await piped(monkeypatch, capsys, "/ses-check one", bot=bot)
    assert code == 1
    assert "The bot ended with exit code 1 before it connected." in mishaps
    assert "SES_BOT_HTTP_PORT: not a number" in mishaps


async def test_the_bot_knows_its_environment_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIAEXAMPLE")
    monkeypatch.setenv("HTTPS_PROXY", "http://proxy.example")
    bot = tmp_path / "bot.py"
    bot.write_text(
        "import os\nprint(*sorted(os.environ))\nprint(os.environ['AWS_ACCESS_KEY_ID'], os.getcwd(), sep='\\n')\n"
        "raise SystemExit(3)\n"
    )
    _, _, mishaps = await piped(monkeypatch, capsys, "/ses-check one", bot=bot)
    names, key, home = (line.strip() for line in mishaps.splitlines()[-3:])
    assert [name for name in names.split() if name not in ("LC_CTYPE", "__CF_USER_TEXT_ENCODING")] == [
        *("AWS_ACCESS_KEY_ID", "AWS_CONFIG_FILE", "AWS_EC2_METADATA_DISABLED", "AWS_ENDPOINT_URL"),
        *("AWS_SECRET_ACCESS_KEY",),
        "AWS_SHARED_CREDENTIALS_FILE",
        *("HOME", "LANG", "PATH", "PYTHONUNBUFFERED"),
        *("SES_BOT_ACCOUNTS", "SES_BOT_ALLOW_NETWORKS", "SES_BOT_CHANNEL", "SES_BOT_DATA_DIR", "SES_BOT_DNS_SERVERS"),
        *("SES_BOT_HTTP_PORT", "SES_BOT_OPERATORS", "SES_BOT_POLL_SECONDS", "SES_BOT_RDAP_URL"),
        *("SLACK_API_URL", "SLACK_APP_TOKEN", "SLACK_BOT_TOKEN", "SSL_CERT_FILE"),
    ]
    assert key != "AKIAEXAMPLE"
    assert not os.path.exists(home)  # noqa: ASYNC240 - nothing else runs here
