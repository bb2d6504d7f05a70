"""`./ses-bot check` as a process: its exit status, what it loads, and endings that are not orderly."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.cases import cases

PROGRAM = """
import argparse, asyncio, signal, sys
from checks import run
from cli import arguments, check as terminal
from cli.settings import CheckSettings
from model import Checked, Finding, Outcome, Report, Verdict

async def run_checks(domain, dns, **options):
    if domain.startswith("slow"):
        await asyncio.sleep(60)
    finding = Finding("spf", Outcome.FAIL, "spf.missing", "☃ is missing.")
    yield Checked(Report(domain, Verdict.FIX_FIRST, (finding,), 0.1, 1), zone=domain)

# A shell that runs the tests in the background has SIGINT ignored, and a child inherits that.
signal.signal(signal.SIGINT, signal.default_int_handler)
run.run_checks = run_checks
parser = argparse.ArgumentParser(prog="./ses-bot check")
arguments.add_arguments(parser)
status = terminal.main(parser.parse_args(), CheckSettings(("127.0.0.1:9",)))
loaded = [name for name in ("slack_bolt", "slack_sdk", "boto3", "sqlalchemy") if name in sys.modules]
sys.exit(f"loaded {loaded}" if loaded else status)
"""
ROOT = Path(__file__).parents[2]


def start(*words: str, **environment: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-c", PROGRAM, *words],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={**os.environ, **environment},
    )


@pytest.mark.parametrize(
    ("words", "status", "says"),
    [
        ([], 2, b"No domain was given. Example: ./ses-bot check acme.com"),
        (["acme.com", "foo"], 2, b"has no dot, so it is not a whole domain. Example: acme.com"),
        (["acme.com", "--website", "ftp://acme.com"], 2, b"only https and http are followed"),
    ],
)
def test_a_real_process_ends_with_its_status(words: list[str], status: int, says: bytes) -> None:
    """Also: it loads neither Slack's libraries nor AWS's nor a database's."""
    process = start(*words)
    out, err = process.communicate(timeout=30)
    assert process.returncode == status, err
    assert says in err
    assert (out == b"") == (status == 2)


LOADED = """
import sys, bot
try: bot.main(sys.argv[1:])
except SystemExit: pass
heavy = {"aiohttp", "cryptography", "selectolax", "pydantic", "slack_bolt", "slack_sdk", "boto3", "sqlalchemy"}
sys.stdout = sys.__stdout__
heavy |= {"checks", "dns", "idna", "rich"} if not {"--help", "--version"}.isdisjoint(sys.argv) else set()
print(*sorted({name.partition(".")[0] for name in sys.modules} & heavy))
"""


@cases()
def test_what_is_not_used_is_not_loaded(words: list[str]) -> None:
    done = subprocess.run([sys.executable, "-c", LOADED, *words], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == ""


def test_the_launcher_works_through_a_symbolic_link(tmp_path: Path) -> None:
    link = tmp_path / "bin" / "ses-bot"
    link.parent.mkdir()
    link.symlink_to(ROOT / "ses-bot")
    first, second = (ROOT / "ses-bot").read_text().splitlines()
    assert first == "#!/bin/sh"
    place = second.partition(" && ")[0]
    done = subprocess.run(
        ["/bin/sh", "-c", f'{place.replace("$0", "$1")}; echo "$d"', "sh", str(link)],
        capture_output=True,
        text=True,
        check=True,
    )
    assert Path(done.stdout.strip()).samefile(ROOT)


def test_ctrl_c_ends_quietly_and_what_was_found_is_out_already() -> None:
    process = start("acme.com", "slow.example", "--json")
    assert process.stdout
    assert json.loads(process.stdout.readline())["domain"] == "acme.com"
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=30)
    assert (process.returncode, err) == (130, b"")


@pytest.mark.parametrize("words", [["--json"], []], ids=["json", "for people"])
def test_a_closed_pipe_ends_quietly(tmp_path: Path, words: list[str]) -> None:
    """As in `./ses-bot check --file domains.txt | head -1`."""
    file = tmp_path / "domains.txt"
    file.write_text("\n".join(f"d{number}.example" for number in range(3_000)))
    process = start("--file", str(file), *words)
    assert process.stdout
    assert process.stdout.readline()
    process.stdout.close()
    process.stdout = None
    _, err = process.communicate(timeout=30)
    assert (process.returncode, err) == (141, b"")


def test_a_terminal_without_unicode_gets_escapes_and_no_crash() -> None:
    process = start("acme.com", PYTHONIOENCODING="ascii")
    out, err = process.communicate(timeout=30)
    assert (process.returncode, err) == (1, b"")
    assert b"\\u2603 is missing." in out
