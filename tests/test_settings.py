"""A bad setting stops the start with one line that names it, says what is wrong and shows an example."""

import os
from datetime import UTC
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from settings import BadSettings, Settings, export_aws, load_settings
from tests.support.cases import cases

GOOD = {"SLACK_BOT_TOKEN": "xoxb-1-secret", "SLACK_APP_TOKEN": "xapp-1-secret"}


@pytest.fixture(autouse=True)
def nowhere(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No setting comes from where the tests run."""
    monkeypatch.chdir(tmp_path)
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)


def with_env(monkeypatch: pytest.MonkeyPatch, **settings: str) -> None:
    for name, value in {**GOOD, **settings}.items():
        monkeypatch.setenv(name, value)


def test_the_defaults(monkeypatch: pytest.MonkeyPatch) -> None:
    with_env(monkeypatch)
    settings = load_settings()
    assert settings.slack_api_url == "https://slack.com/api/"
    assert settings.ses_bot_dns_servers == ()
    assert settings.ses_bot_http_port == 8080
    assert settings.ses_bot_channel is None
    assert settings.ses_bot_accounts is None
    assert settings.ses_bot_poll_seconds == 300.0
    assert settings.ses_bot_timezone is UTC
    assert settings.database_url == "sqlite:///data/ses-bot.sqlite3"
    assert "xoxb-" not in repr(settings)


@cases()
def test_dns_servers_are_read(typed: str, servers: tuple[str, ...], monkeypatch: pytest.MonkeyPatch) -> None:
    with_env(monkeypatch, SES_BOT_DNS_SERVERS=typed)
    assert load_settings().ses_bot_dns_servers == servers


def test_networks_that_are_allowed_are_read(monkeypatch: pytest.MonkeyPatch) -> None:
    with_env(monkeypatch, SES_BOT_ALLOW_NETWORKS="10.0.0.0/8, fd00::/8")
    assert load_settings().ses_bot_allow_networks == ("10.0.0.0/8", "fd00::/8")


@pytest.mark.parametrize("typed", ["http://127.0.0.1:4000/rdap", "http://127.0.0.1:4000/rdap/"])
def test_the_registry_and_the_networks_are_read(monkeypatch: pytest.MonkeyPatch, typed: str) -> None:
    with_env(monkeypatch, SES_BOT_ALLOW_NETWORKS="127.0.0.0/8")
    assert load_settings().ses_bot_rdap_url is None
    monkeypatch.setenv("SES_BOT_RDAP_URL", typed)
    settings = load_settings()
    assert settings.ses_bot_rdap_url == "http://127.0.0.1:4000/rdap/"
    assert settings.ses_bot_allow_networks == ("127.0.0.0/8",)


def test_a_slash_that_is_missing_from_the_api_address_is_put_there(monkeypatch: pytest.MonkeyPatch) -> None:
    with_env(monkeypatch, SLACK_API_URL="http://127.0.0.1:4000/api")
    assert load_settings().slack_api_url == "http://127.0.0.1:4000/api/"


@cases()
def test_what_is_wrong_is_said_in_a_line(name: str, value: str, says: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with_env(monkeypatch, **{name: value})
    with pytest.raises(BadSettings) as caught:
        load_settings()
    [line] = caught.value.lines
    assert line.startswith(f"{name}: ")
    assert says in line
    assert f"Example: {name}=" in line
    assert line.count("Example: ") == 1
    assert "\n" not in line
    assert "secret" not in line


@cases()
def test_a_channel_is_an_id_or_a_name(typed: str, channel: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with_env(monkeypatch, SES_BOT_CHANNEL=typed)
    assert load_settings().ses_bot_channel == channel


@cases()
def test_where_the_database_is(name: str, value: str, url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with_env(monkeypatch, **{name: value})
    assert load_settings().database_url == url


def test_a_password_of_the_database_is_not_repeated(monkeypatch: pytest.MonkeyPatch) -> None:
    with_env(monkeypatch, SES_BOT_DATABASE_URL="postgresql://u:hunter2@host/db")
    assert "hunter2" not in repr(load_settings())


def test_time_zones_are_those_of_the_iana_database(monkeypatch: pytest.MonkeyPatch) -> None:
    with_env(monkeypatch, SES_BOT_TIMEZONE="Europe/Berlin", SES_BOT_POLL_SECONDS="0.5")
    assert load_settings().ses_bot_timezone == ZoneInfo("Europe/Berlin")
    assert load_settings().ses_bot_poll_seconds == 0.5


def test_credentials_of_the_env_file_reach_boto3_and_the_environment_wins(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / ".env").write_text("AWS_ACCESS_KEY_ID=file\nAWS_DEFAULT_REGION=eu-west-1\nOTHER=thing\n")
    monkeypatch.delenv("AWS_ACCESS_KEY_ID", raising=False)
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    monkeypatch.delenv("OTHER", raising=False)
    try:
        export_aws()
        assert os.environ["AWS_ACCESS_KEY_ID"] == "file"
        assert os.environ["AWS_DEFAULT_REGION"] == "us-east-1"
        assert "OTHER" not in os.environ
    finally:
        os.environ.pop("AWS_ACCESS_KEY_ID", None)


def test_several_wrong_settings_are_a_line_each(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SES_BOT_HTTP_PORT", "x")
    with pytest.raises(BadSettings) as caught:
        load_settings()
    assert sorted(line.partition(":")[0] for line in caught.value.lines) == [
        "SES_BOT_HTTP_PORT",
        "SLACK_APP_TOKEN",
        "SLACK_BOT_TOKEN",
    ]


def test_env_file_is_read_and_the_environment_wins(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / ".env").write_text(
        "# ours\nSLACK_BOT_TOKEN='xoxb-file'\nSLACK_APP_TOKEN=xapp-file\nSES_BOT_HTTP_PORT=1\nOTHER=thing\n"
    )
    monkeypatch.setenv("SES_BOT_HTTP_PORT", "2")
    settings = load_settings()
    assert settings.slack_bot_token.get_secret_value() == "xoxb-file"
    assert settings.ses_bot_http_port == 2


def test_an_env_file_that_cannot_be_read_is_said(tmp_path: Path) -> None:
    (tmp_path / ".env").write_bytes(b"SLACK_BOT_TOKEN=\xff\xfe\n")
    with pytest.raises(BadSettings, match=r"\.env: it is not UTF-8"):
        load_settings()


def test_the_example_file_names_every_setting_and_no_other() -> None:
    example = Path(__file__).parent.parent / ".env.example"
    named = {line.lstrip("#").partition("=")[0] for line in example.read_text().splitlines() if "=" in line}
    assert {name for name in named if not name.startswith("AWS_")} == {name.upper() for name in Settings.model_fields}


def test_the_example_file_is_read_as_it_says(tmp_path: Path) -> None:
    example = Path(__file__).parent.parent / ".env.example"
    (tmp_path / ".env").write_text(example.read_text().replace("…", "1"))
    assert load_settings().ses_bot_channel == "#email-ops"
