"""The log holds one line a record, and no text from outside."""

import logging
import sys

from handlers.logs import OneLine, describe_briefly, describe_error


def test_a_record_is_one_line_whatever_is_in_it() -> None:
    record = logging.LogRecord("aiohttp", logging.ERROR, "x", 1, "first\nsecond \x1b[31m%s", ("\r\u2028third",), None)
    line = OneLine().format(record)
    assert line.splitlines() == [line]
    assert "ERROR aiohttp: first second" in line
    assert "\x1b" not in line


def test_an_exception_is_its_kind_and_its_place() -> None:
    empty: dict[str, str] = {}
    try:
        empty["acme.com"]
    except KeyError:
        record = logging.LogRecord("aiohttp", logging.ERROR, "x", 1, "unhandled", (), sys.exc_info())
    line = OneLine().format(record)
    assert "unhandled: KeyError at test_logs.py" in line
    assert "acme.com" not in line


def test_an_error_of_the_system_says_what_the_system_says() -> None:
    assert (
        describe_briefly(ConnectionRefusedError(111, "Connection refused"))
        == "ConnectionRefusedError (Connection refused)"
    )
    assert describe_error(ValueError("secret")) == "ValueError"
