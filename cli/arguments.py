"""Parses the arguments of `./ses-bot check`. Loads nothing that checks: `--help` must not wait for it."""

import argparse

from model import VERSION
from model.checks import REGISTRY, Source

EXAMPLE = "acme.com"
TERMINAL_CHECKS = tuple(info.name for info in REGISTRY if info.source is not Source.AWS and info.counts)
"""The checks to choose from: no AWS account is asked, and notes alone make no report."""
RECORD_FORMATS = ("bind", "terraform", "cloudflare", "octodns", "dnscontrol", "route53")
"""The names of `checks.exports.FORMATS`, which is loaded when it writes."""
_DESCRIPTION = (
    "Is this domain ready for the reviewer of an Amazon SES production access request? "
    "Prints each finding with its evidence and the DNS records to publish."
)
_EXIT_STATUSES = (
    "exit status: 0 ready; 1 something is to be fixed; 2 wrong usage, or a line of a file that names no domain; "
    "3 something is unknown"
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Gives the `check` command its arguments; wrong ones end with exit status 2 and an example."""
    parser.usage = (
        "%(prog)s DOMAIN... [--file F]... [--selector S]... [--token T]... [--website URL] [--only CHECKS]\n"
        "       [--nameserver ADDR]... [--json | --csv | --records FORMAT] [--unordered]\n"
        f"example: %(prog)s {EXAMPLE} --selector s1"
    )
    parser.description = _DESCRIPTION
    parser.epilog = _EXIT_STATUSES
    add = parser.add_argument
    add("domains", nargs="*", metavar="DOMAIN", help="such as acme.com; a URL, an address or a record's name works too")
    add("--file", metavar="F", action="append", default=[], help="read domains, one a line (# comments); - is stdin")
    add("--selector", metavar="S", action="append", default=[], help="a DKIM selector to look at as well")
    add("--token", metavar="T", action="append", default=[], help="an Easy DKIM token of the domain")
    add("--website", metavar="URL", help="the website, if not at the domain itself")
    add("--only", metavar="CHECKS", help=f"some of {','.join(TERMINAL_CHECKS)}")
    add("--nameserver", metavar="ADDR", action="append", default=[], help="a DNS server to ask, such as 192.0.2.53")
    form = parser.add_mutually_exclusive_group()
    add("--since", metavar="FILE", help="skip the domains that a JSON lines file of an earlier run has (--json > FILE)")
    form.add_argument("--json", dest="form", action="store_const", const="json", default="text", help="JSON lines")
    form.add_argument(
        "--records", metavar="FORMAT", help=f"only the records to publish, as code: {', '.join(RECORD_FORMATS)}"
    )
    form.add_argument("--csv", dest="form", action="store_const", const="csv", help="CSV, one line a finding")
    add("--unordered", action="store_true", help="write results as they come, not in the order given")


def parse_arguments(arguments: list[str] | None) -> argparse.Namespace:
    """Parses the command line: `command` is run, doctor or check. Ends the process after help, or where usage is
    wrong."""
    parser = argparse.ArgumentParser(prog="ses-bot", description="From the Amazon SES sandbox to production access.")
    parser.add_argument("--version", action="version", version=f"ses-bot {VERSION}")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    commands.add_parser("run", help="answer in Slack", description="Answer in Slack, until SIGTERM or Ctrl-C.")
    doctor = commands.add_parser("doctor", help="look at everything that the bot needs, and change nothing")
    doctor.add_argument("--json", action="store_true", help="a JSON object a line")
    add_arguments(commands.add_parser("check", help="check domains here, in the terminal"))
    options, rest = parser.parse_known_args(arguments)
    if options.command == "check":
        # argparse leaves over a domain that comes after an option, and one that begins with a hyphen
        options.domains += [word for word in rest if not _is_option(word)]
        rest = [word for word in rest if _is_option(word)]
    if rest:
        parser.error(f"unknown: {' '.join(rest)}. Example: ./ses-bot check acme.com")
    return options


def _is_option(word: str) -> bool:
    return word.startswith("--") or (word.startswith("-") and "." not in word)
