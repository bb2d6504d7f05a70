"""`./ses-bot check`: what is typed, and files of domains; what is wrong is said in the words of Slack."""

import io
import sys
from pathlib import Path

import pytest

from checks.exports import FORMATS
from checks.names import BadDomain, mail_domain_of
from checks.query import Query
from cli import check
from cli.arguments import RECORD_FORMATS
from cli.check import Options
from cli.settings import CheckSettings
from tests.support.cases import cases
from tests.support.terminal import find_faults, parse_arguments, parse_options

TOKEN = "hx4tn2vq7dlm5wzr3kbyc6pjs1fgae0u"


def test_an_unknown_form_of_records_is_said_with_those_there_are() -> None:
    [fault] = find_faults("acme.com", "--records", "yaml")
    assert "unknown form “yaml”; there are bind, terraform," in fault
    assert tuple(FORMATS) == RECORD_FORMATS


def test_a_website_is_completed() -> None:
    assert parse_options("acme.com", "--website", "acme.com/shop").query.website == "https://acme.com/shop"


def test_arguments() -> None:
    assert parse_options(
        "ACME.com.", "https://acme.org/x", "bob@acme.com", "bücher.example",
        "--selector", "S1", "--selector", "k2._domainkey.acme.com", "--only", "spf, mail-from,spf", "--json",
        ) == Options(
        Query(("acme.com", "acme.org", "xn--bcher-kva.example"), ("s1", "k2")), only=("spf", "mail_from"), form="json"
    )  # fmt: skip


def test_tokens_may_be_pasted_with_their_record() -> None:
    words = ["--token", f"{TOKEN.upper()}, b2._domainkey.acme.com", "--token", "c3.dkim.amazonses.com"]
    assert parse_options("acme.com", *words).query.tokens == (TOKEN, "b2", "c3")


def explain_bad_domain(typed: str) -> str:
    with pytest.raises(BadDomain) as caught:
        mail_domain_of(typed)
    return str(caught.value)


@cases(TOKEN=TOKEN)
def test_every_fault_is_reported_in_the_words_of_slack(words: list[str], lines: list[str]) -> None:
    assert find_faults(*words) == tuple(lines)


@cases()
def test_domains_from_a_file(content: str, domains: tuple[str, ...], tmp_path: Path) -> None:
    file = tmp_path / "domains.txt"
    file.write_text(content, encoding="utf-8")
    assert parse_options("--file", str(file)).query.domains == domains


def test_thousands_of_domains_from_a_file_beside_arguments(tmp_path: Path) -> None:
    file = tmp_path / "domains.txt"
    file.write_text("\n".join(f"d{number}.example" for number in range(5_000)))
    found_there = parse_options("first.example", "--file", str(file)).query.domains
    assert found_there[:2] == ("first.example", "d0.example")
    assert len(found_there) == 5_001


def test_domains_from_stdin_and_bad_lines_beside_them(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"acme.com\nfoo\n")))
    found_there = parse_options("--file", "-")
    assert found_there.query.domains == ("acme.com",)
    assert found_there.unread == (f"stdin, line 2: {explain_bad_domain('foo')}",)


def test_bad_lines_name_file_and_line_and_stop_no_other(tmp_path: Path) -> None:
    file, other = tmp_path / "domains.txt", tmp_path / "more.txt"
    file.write_bytes(b"acme.com\n# fine\nfoo\nbar\xff\n")
    other.write_text("_dmarc.acme.org\n")
    found_there = parse_options("--file", str(file), "--file", str(other))
    assert found_there.query.domains == ("acme.com", "acme.org")
    assert found_there.unread == (
        f"{file}, line 3: {explain_bad_domain('foo')}",
        f"{file}, line 4: {explain_bad_domain('bar�')}",
    )


def test_what_people_type_is_read_as_in_slack() -> None:
    assert parse_options("_dmarc.acme.com").query.domains == ("acme.com",)
    assert parse_options("s1._domainkey.acme.com").query.selectors == ("s1",)
    assert parse_options("https:/acme.com", "selector:", "s1").query == Query(("acme.com",), ("s1",))
    assert parse_options("www.acme.com").query.notes == (
        "www.acme.com is the name of a website. Checked: acme.com, where mail comes from.",
    )


def test_name_servers_are_read() -> None:
    assert parse_options("acme.com", "--nameserver", "192.0.2.53", "--nameserver", "[::1]:5353").nameservers == (
        "192.0.2.53",
        "[::1]:5353",
    )
    assert find_faults("acme.com", "--nameserver", "dns.example")[0].startswith(
        "--nameserver: “dns.example” is not an IP"
    )


def test_a_file_without_domains_or_that_is_not_there(tmp_path: Path) -> None:
    empty = tmp_path / "empty.txt"
    empty.write_text("# nothing\n")
    assert find_faults("--file", str(empty)) == (f"{empty} names no domain. Give one a line. Example: acme.com",)
    gone = tmp_path / "gone.txt"
    assert find_faults("--file", str(gone)) == (
        f"{gone} cannot be read: No such file or directory. Give a file with one domain a line.",
    )
    assert find_faults("--file", "a\0b")[0].startswith(r"a\x00b cannot be read")


def test_wrong_usage_runs_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    assert check.main(parse_arguments("foo", "bar", "--json"), CheckSettings(("127.0.0.1:1",))) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.splitlines() == [explain_bad_domain("foo"), explain_bad_domain("bar")]


@pytest.mark.parametrize("words", [["--colour"], ["acme.com", "--file"], ["acme.com", "--json=yes"]])
def test_arguments_that_do_not_exist_end_with_an_example(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        parse_arguments(*words)
    assert ended.value.code == 2
    err = capsys.readouterr().err
    assert "example: ./ses-bot check acme.com" in err
    assert "error: " in err


def test_help_names_the_exit_codes(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        parse_arguments("--help")
    assert ended.value.code == 0
    assert "exit status: 0 ready; 1 something is to be fixed; 2 wrong usage" in " ".join(
        capsys.readouterr().out.split()
    )


def test_an_earlier_run_that_cannot_be_read_is_said() -> None:
    [line] = find_faults("acme.com", "--since", "nowhere.jsonl")
    assert "nowhere" in line
