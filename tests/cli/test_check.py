"""`./ses-bot check`: arguments, exit codes, JSON, and many domains.

Exit codes: 2 wrong usage before anything runs, or a line of a file that names no domain; else 1 something to fix, else
3 something unknown, else 0.
"""

import asyncio
import csv
import io
import json
import re
import sys
import tomllib
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from checks.query import Query
from cli.arguments import RECORD_FORMATS
from cli.check import TO_FIX, Options, check_domains
from cli.progress import LiveChecklist
from cli.settings import BadSetting, CheckSettings, load_settings
from model import VERSION, Checked, Outcome, TreeLine, Verdict
from tests.support.cases import cases
from tests.support.reports import DMARC, broken, checked, found
from tests.support.terminal import parse_options
from tests.support.zone_tools import READERS

READY = checked(found("spf.ok", Outcome.PASS))


def check_returning(report: Checked) -> Callable[[str], Awaitable[Checked]]:
    """A check that finds this of any domain."""

    async def check(_: str) -> Checked:
        return report

    return check


def report_of(domain: str, verdict: Verdict) -> Checked:
    return checked(domain=domain, verdict=verdict)


async def run(verdicts: Sequence[Verdict], *, form: str = "text") -> int:
    by_name = {f"d{number}.example": verdict for number, verdict in enumerate(verdicts)}

    async def check(domain: str) -> Checked:
        return report_of(domain, by_name[domain])

    return await check_domains(Options(Query(tuple(by_name)), form=form), check=check)


F, C, R = Verdict.FIX_FIRST, Verdict.CANNOT_TELL, Verdict.READY


@cases()
async def test_exit_status(verdicts: list[Verdict], status: int) -> None:
    assert await run(verdicts) == status


async def test_json_is_the_contract_and_nothing_else(capsys: pytest.CaptureFixture[str]) -> None:
    await check_domains(Options(Query(("acme.com",)), form="json"), check=check_returning(broken()))
    (line,) = capsys.readouterr().out.splitlines()
    report = json.loads(line)
    assert list(report) == ["domain", "verdict", "findings", "seconds", "queries"]
    assert (report["domain"], report["verdict"], report["seconds"], report["queries"]) == (
        "acme.com",
        "fix_first",
        0.41,
        31,
    )
    assert report["findings"][1] == {
        "check": "dmarc",
        "outcome": "fail",
        "code": "dmarc.missing",
        "summary": "acme.com has no DMARC record.",
        "evidence": ["_dmarc.acme.com TXT: no such name"],
        "fix": {
            "records": [{"type": "TXT", "name": "_dmarc.acme.com", "value": DMARC.value, "priority": None}],
            "remove": [],
            "step": "",
        },
    }
    assert report["findings"][4]["fix"] is None
    assert [finding["outcome"] for finding in report["findings"]] == ["fail", "fail", "unknown", "warn", "pass", "pass"]


@pytest.mark.parametrize("form", RECORD_FORMATS)
async def test_records_are_written_as_code_and_nothing_else(form: str, capsys: pytest.CaptureFixture[str]) -> None:
    options = parse_options("acme.com", "--records", form)
    assert await check_domains(options, check=check_returning(broken())) == TO_FIX
    out, err = capsys.readouterr()
    expected = {
        ("acme.com", "TXT", b"v=spf1 ip4:192.0.2.1 ~all"),
        ("_dmarc.acme.com", "TXT", DMARC.value.encode()),
    }
    assert READERS[form](out, "acme.com") == expected
    assert 'acme.com TXT "v=spf1 ipv4:192.0.2.1 ~all"' in (err if form == "route53" else out), "what to delete"


async def test_a_domain_without_records_to_publish_writes_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    assert await check_domains(parse_options("acme.com", "--records", "bind"), check=check_returning(READY)) == 0
    assert capsys.readouterr() == ("", "acme.com: there are no records to publish.\n")


async def test_json_stays_on_one_line_whatever_a_record_holds(capsys: pytest.CaptureFixture[str]) -> None:
    octets = "v=spf1\x85\u2028\n\x9b2J\ud800“~all”"
    report = checked(found("spf.syntax", evidence=(octets,)))
    await check_domains(Options(Query(("acme.com",)), form="json"), check=check_returning(report))
    out = capsys.readouterr().out
    assert out.isascii()
    assert json.loads(*out.splitlines())["findings"][0]["evidence"] == [octets]


async def test_a_report_for_people(capsys: pytest.CaptureFixture[str]) -> None:
    await check_domains(Options(Query(("acme.com",))), check=check_returning(broken()))
    out = capsys.readouterr().out
    assert out.startswith("acme.com: fix 2 things first\n")
    assert f"\n    {DMARC.value}\n" in out
    assert "Check again" not in out
    assert "\x1b" not in out


@pytest.mark.parametrize(("outcome", "is_shown"), [(Outcome.FAIL, True), (Outcome.WARN, True), (Outcome.PASS, False)])
async def test_the_spf_tree_is_shown_when_spf_is_not_right(
    capsys: pytest.CaptureFixture[str], outcome: Outcome, is_shown: bool
) -> None:
    tree = (TreeLine(0, "acme.com", 0), TreeLine(0, "include:a.example", 1))
    await check_domains(
        Options(Query(("acme.com",))), check=check_returning(checked(found("spf.x", outcome), tree=tree))
    )
    assert ("  1  include:a.example\n" in capsys.readouterr().out) == is_shown


async def test_eight_at_a_time_and_results_as_they_come(capsys: pytest.CaptureFixture[str]) -> None:
    running: set[str] = set()
    most = done = 0
    slow, others = asyncio.Event(), asyncio.Event()

    async def check(domain: str) -> Checked:
        nonlocal most, done
        running.add(domain)
        most = max(most, len(running))
        await (slow.wait() if domain == "d0.example" else asyncio.sleep(0))
        running.discard(domain)
        done += 1
        if done == 1_999:
            others.set()
        return report_of(domain, R)

    names = tuple(f"d{number}.example" for number in range(2_000))
    work = asyncio.create_task(check_domains(Options(Query(names), form="json", unordered=True), check=check))
    await others.wait()
    early = [json.loads(line)["domain"] for line in capsys.readouterr().out.splitlines()]
    slow.set()
    assert await work == 0
    late = [json.loads(line)["domain"] for line in capsys.readouterr().out.splitlines()]
    assert most == 8
    assert late == ["d0.example"]
    assert sorted(early + late) == sorted(names)


async def test_a_fault_of_ours_stops_no_other_domain(capsys: pytest.CaptureFixture[str]) -> None:
    async def check(domain: str) -> Checked:
        if domain == "bad.example":
            raise RuntimeError("\x1b[31mboom")
        return report_of(domain, R)

    status = await check_domains(Options(Query(("a.example", "bad.example", "b.example")), form="json"), check=check)
    out, err = capsys.readouterr()
    verdicts = {report["domain"]: report["verdict"] for report in map(json.loads, out.splitlines())}
    assert verdicts == {"a.example": "ready", "bad.example": "cannot_tell", "b.example": "ready"}
    assert status == 3
    assert "bad.example: the check failed (RuntimeError: " in err
    assert "\x1b" not in err
    assert "Traceback" not in err


async def test_a_fault_of_ours_is_reported_once_to_people(capsys: pytest.CaptureFixture[str]) -> None:
    async def check(domain: str) -> Checked:
        raise RuntimeError("boom")

    assert await check_domains(Options(Query(("bad.example",))), check=check) == 3
    out, err = capsys.readouterr()
    assert out == "bad.example: no verdict yet, no check was finished\n0 DNS questions in under 0.1 s\n\n"
    assert err == "bad.example: the check failed (RuntimeError: boom); this is a fault of ses-bot.\n"


async def test_no_progress_bar_where_stderr_is_no_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    await run([R] * 20, form="json")
    assert capsys.readouterr().err == ""


class Tty(io.StringIO):
    def isatty(self) -> bool:
        return True


async def test_a_progress_bar_on_a_terminal_makes_room_for_results(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    err = Tty()
    monkeypatch.setattr(sys, "stderr", err)
    await run([R] * 20, form="json")
    assert "10 of 20" in err.getvalue()
    assert err.getvalue().endswith("\r\x1b[2K")
    assert len(capsys.readouterr().out.splitlines()) == 20


async def test_a_line_for_each_part_of_one_domain_on_a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    err = Tty()
    monkeypatch.setattr(sys, "stderr", err)
    with LiveChecklist({"DNS": ("spf", "mx"), "Domain age": ("domain_age",)}) as live:
        assert err.getvalue() == "… DNS\n… Domain age\n"
        live.update(replace(READY, pending=("mx", "domain_age")))
        assert "✓" not in err.getvalue()
        live.update(replace(READY, pending=("domain_age",)))
        assert re.fullmatch(r"✓ DNS         0\.\d s\n… Domain age\n", err.getvalue().rpartition("\x1b[J")[2])
    assert err.getvalue().endswith("\x1b[2A\r\x1b[J"), "it leaves no trace"


async def test_a_bad_line_makes_the_exit_status_2_whatever_the_others_say(capsys: pytest.CaptureFixture[str]) -> None:
    options = Options(Query(("a.example",)), unread=("domains.txt, line 3: no dot",))
    status = await check_domains(options, check=check_returning(report_of("a.example", F)))
    assert status == 2
    assert "1 domain: 1 fix first, 1 line not read" in capsys.readouterr().out


@pytest.mark.parametrize(("unordered", "first"), [(False, "d0.example"), (True, "d1.example")])
async def test_results_come_in_the_order_given_or_as_they_come(
    unordered: bool, first: str, capsys: pytest.CaptureFixture[str]
) -> None:
    second_is_done = asyncio.Event()

    async def look(domain: str) -> Checked:
        if domain == "d0.example":
            await second_is_done.wait()
        else:
            second_is_done.set()
        return report_of(domain, R)

    names = tuple(f"d{number}.example" for number in range(3))
    await check_domains(Options(Query(names), form="json", unordered=unordered), check=look)
    domains = [json.loads(line)["domain"] for line in capsys.readouterr().out.splitlines()]
    assert sorted(domains) == list(names)
    assert domains[0] == first


async def test_several_domains_end_with_a_table(capsys: pytest.CaptureFixture[str]) -> None:
    await run([R, F, C])
    out = capsys.readouterr().out
    assert "3 domains: 1 ready, 1 fix first, 1 unknown\n" in out
    assert re.search(r"^Domain +Verdict +To fix +Unknown", out, re.MULTILINE)
    assert re.search(r"^d0\.example +✓ ready", out, re.MULTILINE)
    await run([R])
    assert "Verdict" not in capsys.readouterr().out


async def test_csv_has_a_line_for_each_finding_and_no_formula(capsys: pytest.CaptureFixture[str]) -> None:
    finding = found("spf.syntax", Outcome.FAIL, summary='=HYPERLINK("x"), and a\nline end')
    report = checked(finding, found("mx.ok", Outcome.PASS))
    await check_domains(Options(Query(("acme.com",)), form="csv"), check=check_returning(report))
    rows = list(csv.reader(io.StringIO(capsys.readouterr().out)))
    assert rows[0] == ["domain", "verdict", "check", "outcome", "code", "summary", "step"]
    assert [row[:5] for row in rows[1:]] == [
        ["acme.com", "fix_first", "spf", "fail", "spf.syntax"],
        ["acme.com", "fix_first", "mx", "pass", "mx.ok"],
    ]
    assert rows[1][5] == '\'=HYPERLINK("x"), and a\\nline end'


@cases()
async def test_a_choice_of_checks_is_named_and_never_called_ready(
    verdict: Verdict, line: str, capsys: pytest.CaptureFixture[str]
) -> None:
    check = check_returning(report_of("acme.com", verdict))
    await check_domains(Options(Query(("acme.com",)), only=("mx",)), check=check)
    assert capsys.readouterr().out.splitlines()[0] == line
    await check_domains(Options(Query(("acme.com",)), only=("mx",), form="json"), check=check)
    assert json.loads(capsys.readouterr().out)["checks"] == ["mx"]


def test_the_version_is_the_projects() -> None:
    project = tomllib.loads((Path(__file__).parents[2] / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert project["version"] == VERSION


def test_settings_come_from_the_environment_and_a_file(tmp_path: Path) -> None:
    file = tmp_path / ".env"
    file.write_text("ses_bot_rdap_url='http://127.0.0.1:4000/rdap'\nSES_BOT_DNS_SERVERS=192.0.2.1\nOTHER=x\n")
    environ = {"SES_BOT_DNS_SERVERS": " 127.0.0.1:5353,[::1]:53 ", "SES_BOT_ALLOW_NETWORKS": "10.0.0.0/8, fd00::/8"}
    assert load_settings(environ, str(file)) == CheckSettings(
        ("127.0.0.1:5353", "::1"), ("10.0.0.0/8", "fd00::/8"), "http://127.0.0.1:4000/rdap/"
    )
    assert load_settings({"SES_BOT_DNS_SERVERS": ""}, str(tmp_path / "none")) == CheckSettings()


@cases()
def test_a_bad_setting_is_said_in_one_line(name: str, value: str, says: str, tmp_path: Path) -> None:
    with pytest.raises(BadSetting) as bad:
        load_settings({name: value}, str(tmp_path / "none"))
    [line] = bad.value.lines
    assert line.startswith(f"{name}: ")
    assert says in line
    assert line.count("Example: ") == 1
