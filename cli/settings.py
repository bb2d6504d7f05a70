"""Loads the three settings of a check in a terminal, from the environment or `.env`; the environment wins.

`settings.py` reads the same names for the bot. It uses a validation library whose import a check need not pay for.
"""

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeVar

from dotenv import dotenv_values

from checks.addresses import parse_base_url, parse_networks
from checks.resolver import parse_servers

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class CheckSettings:
    """`dns_servers` to ask, None: the system's; networks that may be reached although they are private; the base URL of
    one RDAP server, None: that of each top-level domain."""

    dns_servers: tuple[str, ...] | None = None
    allow_networks: tuple[str, ...] = ()
    rdap_url: str | None = None


class BadSetting(Exception):
    """A setting cannot be read. `lines` are sentences, each with the name and an example."""

    def __init__(self, lines: list[str]) -> None:
        super().__init__("; ".join(lines))
        self.lines = lines


def load_settings(environ: Mapping[str, str] | None = None, file: str = ".env") -> CheckSettings:
    """Reads the settings; `BadSetting` with one line for each that is wrong."""
    values = {name.upper(): value for name, value in (*_read_file(file), *(environ or os.environ).items()) if value}
    wrong: list[str] = []

    def read(name: str, example: str, parse: Callable[[str], T], default: T) -> T:
        text = values.get(name, "").strip()
        try:
            return parse(text) if text else default
        except ValueError as error:
            wrong.append(f"{name}: {str(error).partition('. Example: ')[0]}. Example: {name}={example}")
            return default

    none: tuple[str, ...] = ()
    servers = read("SES_BOT_DNS_SERVERS", "127.0.0.1:5353,[::1]:53", parse_servers, none)
    networks = read("SES_BOT_ALLOW_NETWORKS", "10.0.0.0/8,fd00::/8", parse_networks, none)
    rdap = read("SES_BOT_RDAP_URL", "https://rdap.example.net/", parse_base_url, "")
    if wrong:
        raise BadSetting(wrong)
    return CheckSettings(servers or None, networks, rdap or None)


def _read_file(file: str) -> list[tuple[str, str]]:
    try:
        return [(name, value) for name, value in dotenv_values(file, encoding="utf-8").items() if value]
    except (UnicodeDecodeError, OSError) as error:
        why = "it is not UTF-8 text" if isinstance(error, UnicodeDecodeError) else error.strerror
        raise BadSetting([f"{file}: {why}. Example of a line: SES_BOT_DNS_SERVERS=127.0.0.1:5353"]) from None
