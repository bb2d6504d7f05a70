"""Every setting, from the environment or from `.env` in the working directory, typed and validated in one place.

Only bot.py reads it. A bad setting stops the start with one line that names the setting, what is wrong and an example;
tokens are `SecretStr`, and no message repeats one.
"""

import os
import re
from collections.abc import Callable
from datetime import UTC, tzinfo
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from dotenv import dotenv_values
from pydantic import BeforeValidator, Field, SecretStr, ValidationError, ValidationInfo, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from checks.addresses import is_web_address, parse_base_url, parse_networks
from checks.resolver import parse_servers

_EXAMPLES = {
    "SLACK_BOT_TOKEN": "xoxb-1234567890-…",
    "SLACK_APP_TOKEN": "xapp-1-A0123456789-…",
    "SES_BOT_SIGNING_SECRET": "8f742231b10e8888abcd99yyyzzz85a5",
    "SES_BOT_LOG_FORMAT": "json",
    "SLACK_API_URL": "https://slack.com/api/",
    "SES_BOT_DNS_SERVERS": "127.0.0.1:5353,[::1]:53",
    "SES_BOT_ALLOW_NETWORKS": "10.0.0.0/8,fd00::/8",
    "SES_BOT_RDAP_URL": "https://rdap.example.net/",
    "SES_BOT_HTTP_PORT": "8080",
    "SES_BOT_CHANNEL": "#email-ops",
    "SES_BOT_ACCOUNTS": "accounts.toml",
    "SES_BOT_DATABASE_URL": "postgresql+psycopg://user:password@host/ses_bot",
    "SES_BOT_DATA_DIR": "data",
    "SES_BOT_POLL_SECONDS": "300",
    "SES_BOT_TIMEZONE": "Europe/Berlin",
    "SES_BOT_DRAFT_DAYS": "90",
    "SES_BOT_OPERATORS": "U012AB3CD,W987ZY6XW",
    "SES_BOT_DIGEST": "mon",
    "SES_BOT_EVENTS_QUEUE_URL": "https://sqs.eu-west-1.amazonaws.com/111122223333/ses-bot-events",
    "SES_BOT_BEDROCK_MODEL": "eu.anthropic.claude-sonnet-4-5-20250929-v1:0",
}
_RANGES = {
    "SES_BOT_HTTP_PORT": "a port is between 0 and 65535",
    "SES_BOT_POLL_SECONDS": "it is not a number of seconds above 0, and at most a day (86400)",
    "SES_BOT_DRAFT_DAYS": "it is not a number of days from 1 to 3650",
}
_CHANNEL_ID = re.compile(r"[CGDUW][A-Z0-9]{6,30}")
_CHANNEL_NAME = re.compile(r"#?([^\s<>&|@#,/:*`A-Z]{1,80})")
"""Slack's names for channels are lower case, and may be of any script."""
_POSTGRES = re.compile(r"postgres(?:ql)?(?:\+psycopg)?://(?=.)")
_TOKEN = re.compile(r"[\x21-\x7e]+")
_SECRET = re.compile(r"[A-Za-z0-9]{16,128}")
_USER_ID = re.compile(r"[UW][A-Z0-9]{2,30}")
_MODEL_ID = re.compile(r"[A-Za-z0-9._:/-]{1,2048}")
"""Bedrock Converse: a model id, an inference profile, or the ARN of either."""


class BadSettings(Exception):
    """`lines` holds one line for each bad setting."""

    def __init__(self, lines: list[str]) -> None:
        super().__init__("; ".join(lines))
        self.lines = lines


def _parse_if_text(parse: Callable[[str], Any]) -> BeforeValidator:
    """Parses what is text; a default is none, and stays."""
    return BeforeValidator(lambda value: parse(value) if isinstance(value, str) else value)


def _parse_operators(value: str) -> tuple[str, ...]:
    """Returns the ids in `U012AB3CD,W987ZY6XW`, each once."""
    users = tuple(dict.fromkeys(part for part in re.split(r"[\s,]+", value) if part))
    invalid_user = next((user for user in users if not _USER_ID.fullmatch(user)), None)
    if invalid_user is not None:
        raise ValueError(
            f"“{invalid_user[:60]}” is not a Slack user id; the menu of a profile copies it (Copy member ID)"
        )
    return users


def _check_queue_url(value: str) -> str:
    if not is_web_address(value) or not urlsplit(value).path.strip("/") or "@" in urlsplit(value).netloc:
        raise ValueError("it is not the URL of an SQS queue")
    return value


_WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def _parse_weekday(value: str) -> int:
    """Returns the number of a day of the week: `mon` is 0."""
    day = value.strip().lower()[:3]
    if day not in _WEEKDAYS:
        raise ValueError("it is not a day of the week (mon, tue, wed, thu, fri, sat, sun)")
    return _WEEKDAYS.index(day)


def parse_channel(text: str) -> str:
    """Returns a channel's id, or its name with `#`; `ValueError` says what is wrong."""
    text = text.strip()
    if _CHANNEL_ID.fullmatch(text):
        return text
    name = _CHANNEL_NAME.fullmatch(text)
    if not name:
        raise ValueError(
            f"“{text[:60]}” is neither the id of a channel, such as C0123456789, nor a name, as #email-ops"
        )
    return f"#{name[1]}"


def _parse_time_zone(value: str) -> tzinfo:
    """Returns the time zone with this name of the IANA database."""
    try:
        return UTC if value in ("UTC", "Etc/UTC") else ZoneInfo(value)
    except (ValueError, OSError, KeyError):  # ZoneInfoNotFoundError is a KeyError
        raise ValueError(f"unknown time zone “{value[:60]}”") from None


class Settings(BaseSettings):
    """What the bot needs. A check in the terminal reads three of them by itself: see `cli.settings`."""

    model_config = SettingsConfigDict(
        env_file=".env",
        env_file_encoding="utf-8",
        env_ignore_empty=True,
        extra="ignore",
        str_strip_whitespace=True,
        arbitrary_types_allowed=True,
    )

    ses_bot_dns_servers: Annotated[tuple[str, ...], NoDecode, _parse_if_text(parse_servers)] = ()
    """DNS servers to ask; empty: the system's."""
    ses_bot_allow_networks: Annotated[tuple[str, ...], NoDecode, _parse_if_text(parse_networks)] = ()
    """Networks that are not public, and may be reached all the same, on any port: for their websites, and by "Check
    again" for their name servers."""
    ses_bot_rdap_url: Annotated[str, _parse_if_text(parse_base_url)] | None = None
    """The base URL of one RDAP server for all domains, with a slash at its end; it may be private. None: the server of
    each top-level domain, by IANA's bootstrap file."""

    slack_bot_token: SecretStr
    ses_bot_signing_secret: SecretStr | None = None
    """Where it is set, Slack is served over signed HTTP on `ses_bot_http_port`, without Socket Mode."""
    slack_app_token: SecretStr | None = Field(default=None, validate_default=True)
    """For Socket Mode; not needed where `ses_bot_signing_secret` is set."""
    slack_api_url: str = "https://slack.com/api/"
    ses_bot_log_format: Literal["text", "json"] = "text"
    ses_bot_http_port: int = Field(default=8080, ge=0, le=65_535)
    """Where `/healthz`, `/readyz`, `/metrics` and, over HTTP, `/slack/events` are served; 0 takes any free port."""
    ses_bot_channel: Annotated[str, BeforeValidator(parse_channel)] | None = None
    """Where news goes; None: it waits until there is a channel."""
    ses_bot_accounts: Path | None = None
    """The accounts file; None: the ambient AWS credentials and region are the one account."""
    ses_bot_database_url: SecretStr | None = None
    """None: a SQLite file in `ses_bot_data_dir`. See `database_url`."""
    ses_bot_data_dir: Path = Path("data")
    ses_bot_poll_seconds: float = Field(default=300.0, gt=0, le=86_400, allow_inf_nan=False)
    """Seconds between polls of an account region in review; the other intervals are multiples of it, and so are those
    of the domains that people watch."""
    ses_bot_timezone: Annotated[tzinfo, _parse_if_text(_parse_time_zone)] = UTC
    """Where business days are counted, and what times are written in."""
    ses_bot_draft_days: int = Field(default=90, ge=1, le=3_650)
    """Days after which an untouched draft is deleted. It holds what people wrote of their business, and AWS's
    letters: a quarter outlives a refusal, its appeal (up to 7 business days) and a second one, and not much more."""

    ses_bot_bedrock_model: str | None = None
    """The model of Amazon Bedrock that words a letter as prose; None: nothing is sent to a model."""

    ses_bot_operators: Annotated[tuple[str, ...], NoDecode, _parse_if_text(_parse_operators)] = ()
    """Slack users who may confirm changes at AWS; empty: no one may."""
    ses_bot_events_queue_url: Annotated[str, _parse_if_text(_check_queue_url)] | None = None
    """An SQS queue with events of AWS Support and SES, which are hints to poll at once; None: polls alone."""

    ses_bot_digest: Annotated[int, _parse_if_text(_parse_weekday)] | None = None
    """The day of the weekly line, 0 for Monday; None: there is none."""

    @property
    def app_token(self) -> str | None:
        """The token for Socket Mode; None where Slack comes over HTTP."""
        return self.slack_app_token.get_secret_value() if self.slack_app_token and not self.signing_secret else None

    @property
    def signing_secret(self) -> str | None:
        """What Slack's requests are signed with; None in Socket Mode."""
        return self.ses_bot_signing_secret.get_secret_value() if self.ses_bot_signing_secret else None

    @property
    def database_url(self) -> str:
        """The database's URL, with the driver that is used here. It may hold a password."""
        if self.ses_bot_database_url is None:
            return f"sqlite:///{self.ses_bot_data_dir / 'ses-bot.sqlite3'}"
        return _POSTGRES.sub("postgresql+psycopg://", self.ses_bot_database_url.get_secret_value())

    @field_validator("slack_bot_token")
    @classmethod
    def _check_bot_token(cls, token: SecretStr) -> SecretStr:
        return _check_token(token, ("xoxb-", "xoxe.xoxb-"), "the bot token, which begins with xoxb-")

    @field_validator("slack_app_token")
    @classmethod
    def _check_app_token(cls, token: SecretStr | None, info: ValidationInfo) -> SecretStr | None:
        if token:
            return _check_token(token, ("xapp-",), "the app-level token, which begins with xapp-")
        if info.data.get("ses_bot_signing_secret"):
            return None
        raise ValueError("it is not set")

    @field_validator("ses_bot_signing_secret")
    @classmethod
    def _check_signing_secret(cls, secret: SecretStr | None) -> SecretStr | None:
        if secret and not _SECRET.fullmatch(secret.get_secret_value()):
            raise ValueError("it is not a signing secret: 32 letters and digits, from “Basic Information” of the app")
        return secret

    @field_validator("ses_bot_database_url")
    @classmethod
    def _check_database_url(cls, url: SecretStr | None) -> SecretStr | None:
        if url and not _POSTGRES.match(url.get_secret_value()) and not url.get_secret_value().startswith("sqlite:///"):
            raise ValueError("it begins neither with postgresql+psycopg:// nor with sqlite:///")
        return url

    @field_validator("ses_bot_bedrock_model")
    @classmethod
    def _check_bedrock_model(cls, model_id: str | None) -> str | None:
        if model_id and not _MODEL_ID.fullmatch(model_id):
            raise ValueError("it is not a model id of Amazon Bedrock")
        return model_id or None

    @field_validator("slack_api_url")
    @classmethod
    def _check_api_url(cls, url: str) -> str:
        url = url if url.endswith("/") else url + "/"
        if not is_web_address(url):
            raise ValueError("it is not a web address")
        if not url.endswith("/api/") or urlsplit(url).query or urlsplit(url).fragment:
            raise ValueError("it does not end in /api/")
        return url


def load_settings() -> Settings:
    """Returns the settings of the environment and `.env`; `BadSettings` when any is missing or wrong."""
    try:
        return Settings()  # type: ignore[call-arg]  # the environment gives them
    except ValidationError as error:
        raise BadSettings([_describe_problem(dict(problem)) for problem in error.errors()]) from None
    except (UnicodeDecodeError, OSError) as error:
        why = "it is not UTF-8 text" if isinstance(error, UnicodeDecodeError) else error.strerror
        raise BadSettings([f".env: {why}. Example of a line: SES_BOT_HTTP_PORT=8080"]) from None


def export_aws() -> None:
    """Puts what `.env` says of AWS into the environment, which is all that boto3 reads; what stands there wins."""
    for name, value in dotenv_values(".env", encoding="utf-8").items():
        if name.startswith("AWS_") and value:
            os.environ.setdefault(name, value)


def _describe_problem(problem: dict[str, Any]) -> str:
    name = str(problem["loc"][0]).upper() if problem["loc"] else "settings"
    match problem["type"]:
        case "missing":
            words = "it is not set"
        case "value_error":
            words = str(problem["ctx"]["error"])
        case "literal_error":
            words = "it is neither text nor json"
        case "int_parsing" | "int_from_float" | "int_type":
            words = "it is not a whole number"
        case "greater_than_equal" | "less_than_equal" | "greater_than" | "finite_number" | "float_parsing":
            words = _RANGES[name]
        case _:
            words = str(problem["msg"])
    words = words.partition(". Example: ")[0]
    return f"{name}: {words}. Example: {name}={_EXAMPLES.get(name, '…')}"


def _check_token(token: SecretStr, prefixes: tuple[str, ...], what: str) -> SecretStr:
    """Returns a token without spaces; `ValueError` for the other one: the two look alike, and are easily swapped."""
    text = token.get_secret_value().strip()
    if not text.startswith(prefixes) or not _TOKEN.fullmatch(text):
        prefix = next((kind for kind in ("xoxb-", "xapp-", "xoxp-") if text.startswith(kind)), None)
        reason = "the value is not a Slack token (remove quotes?)"
        if prefix and not text.startswith(prefixes):
            reason = f"this one begins with {prefix}"
        raise ValueError(f"it must be {what}; {reason}")
    return SecretStr(text)
