"""Every setting, from the environment or from `.env` in the working directory, typed and validated in one place.

Only bot.py reads it. A bad setting stops the start with one line that names the setting, what is wrong and an example;
tokens are `SecretStr`, and no message repeats one.
"""

import ipaddress
import re
from typing import Annotated, Any, TypeVar
from urllib.parse import urlsplit

from pydantic import BeforeValidator, Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from checks.resolver import parse_servers

_EXAMPLES = {
    "SLACK_BOT_TOKEN": "xoxb-1234567890-…",
    "SLACK_APP_TOKEN": "xapp-1-A0123456789-…",
    "SLACK_API_URL": "https://slack.com/api/",
    "SES_BOT_DNS_SERVERS": "127.0.0.1:5353,[::1]:53",
    "SES_BOT_ALLOW_NETWORKS": "10.0.0.0/8,fd00::/8",
    "SES_BOT_HTTP_PORT": "8080",
}
_TOKEN = re.compile(r"[\x21-\x7e]+")


class BadSettings(Exception):
    """`lines` holds one line for each bad setting."""

    def __init__(self, lines: list[str]) -> None:
        super().__init__("; ".join(lines))
        self.lines = lines


def _servers(value: Any) -> Any:
    return parse_servers(value) if isinstance(value, str) else value


def _networks(value: Any) -> Any:
    """`10.0.0.0/8,fd00::/8` to its parts."""
    if not isinstance(value, str):
        return value
    networks = tuple(part.strip() for part in value.split(",") if part.strip())
    for network in networks:
        try:
            ipaddress.ip_network(network, strict=False)
        except ValueError:
            raise ValueError(f"“{network}” is not a network: an address, a slash and the bits of its prefix") from None
    return networks


class DnsSettings(BaseSettings):
    """What a check in the terminal needs."""

    model_config = SettingsConfigDict(
        env_file=".env", env_file_encoding="utf-8", env_ignore_empty=True, extra="ignore", str_strip_whitespace=True
    )

    ses_bot_dns_servers: Annotated[tuple[str, ...], NoDecode, BeforeValidator(_servers)] = ()
    """DNS servers to ask; empty: the system's."""


class Settings(DnsSettings):
    """What the bot needs."""

    slack_bot_token: SecretStr
    slack_app_token: SecretStr
    slack_api_url: str = "https://slack.com/api/"
    ses_bot_allow_networks: Annotated[tuple[str, ...], NoDecode, BeforeValidator(_networks)] = ()
    """Networks that are not public, and may be reached all the same: name servers there are asked by "Check again"."""
    ses_bot_http_port: int = Field(default=8080, ge=0, le=65_535)
    """Where `/healthz` and `/readyz` are served; 0 takes any free port."""

    @field_validator("slack_bot_token")
    @classmethod
    def _bot_token(cls, token: SecretStr) -> SecretStr:
        return _checked_token(token, ("xoxb-", "xoxe.xoxb-"), "the bot token, which begins with xoxb-")

    @field_validator("slack_app_token")
    @classmethod
    def _app_token(cls, token: SecretStr) -> SecretStr:
        return _checked_token(token, ("xapp-",), "the app-level token, which begins with xapp-")

    @field_validator("slack_api_url")
    @classmethod
    def _api_url(cls, url: str) -> str:
        url = url if url.endswith("/") else url + "/"
        try:
            parts = urlsplit(url)
            good = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
        except ValueError:
            good = False
        if not good:
            raise ValueError("it is not a web address")
        if not url.endswith("/api/") or parts.query or parts.fragment:
            raise ValueError("it does not end in /api/")
        return url


S = TypeVar("S", bound=DnsSettings)


def load(kind: type[S]) -> S:
    """The settings of the environment and `.env`; `BadSettings` when any is missing or wrong."""
    try:
        return kind()
    except ValidationError as error:
        raise BadSettings([_line(dict(problem)) for problem in error.errors()]) from None
    except (UnicodeDecodeError, OSError) as error:
        why = "it is not UTF-8 text" if isinstance(error, UnicodeDecodeError) else error.strerror
        raise BadSettings([f".env: {why}. Example of a line: SES_BOT_HTTP_PORT=8080"]) from None


def _line(problem: dict[str, Any]) -> str:
    name = str(problem["loc"][0]).upper() if problem["loc"] else "settings"
    match problem["type"]:
        case "missing":
            wrong = "it is not set"
        case "value_error":
            wrong = str(problem["ctx"]["error"])
        case "int_parsing" | "int_from_float" | "int_type":
            wrong = "it is not a whole number"
        case "greater_than_equal" | "less_than_equal":
            wrong = "a port is between 0 and 65535"
        case _:
            wrong = str(problem["msg"])
    wrong = wrong.partition(". Example: ")[0]
    return f"{name}: {wrong}. Example: {name}={_EXAMPLES.get(name, '…')}"


def _checked_token(token: SecretStr, prefixes: tuple[str, ...], what: str) -> SecretStr:
    """Slack's two tokens look alike; mixing them up is the usual mistake."""
    text = token.get_secret_value().strip()
    if not text.startswith(prefixes) or not _TOKEN.fullmatch(text):
        begins = next((kind for kind in ("xoxb-", "xapp-", "xoxp-") if text.startswith(kind)), None)
        seen = f"this one begins with {begins}" if begins and not text.startswith(prefixes) else "this is none"
        raise ValueError(f"it must be {what}; {seen}")
    return SecretStr(text)
