"""The log: one line a record, on stderr, in UTC; and from an error to a line under a short id, which the person sees.

No person sees a stack trace, and the log never repeats what people typed, a token or a response URL: an exception's
own text can hold all of these, so only its kind, Slack's error code and the places in the code are written.
"""

import json
import logging
import secrets
import time
import traceback
from pathlib import PurePath

from slack_sdk.errors import SlackApiError

log = logging.getLogger(__name__)


def log_error(error: BaseException, what: str) -> str:
    """Writes the error to the log, and returns the id under which it stands there: eight hex digits. `what` says in our
    own words what was being done, such as "the check"."""
    error_id = secrets.token_hex(4)
    log.error("error %s in %s: %s", error_id, what, describe_error(error))
    return error_id


def describe_error(error: BaseException) -> str:
    """Returns one line: what went wrong and where, innermost place last. No text from outside."""
    frames = traceback.extract_tb(error.__traceback__)[-6:]
    places = [f"{PurePath(frame.filename).name}:{frame.lineno} {frame.name}" for frame in frames]
    at = f" at {' > '.join(places)}" if places else ""
    return f"{describe_briefly(error)}{at}"


def describe_briefly(error: BaseException) -> str:
    """Returns the kind of the error in a few words, such as "slack: channel_not_found" or "ConnectionRefusedError"."""
    if isinstance(error, SlackApiError):
        return f"slack: {error_code(error)}"
    if isinstance(error, OSError) and error.strerror:
        return f"{type(error).__name__} ({error.strerror})"
    return type(error).__name__


def error_code(error: SlackApiError) -> str:
    """Returns Slack's word for what is wrong, such as "invalid_auth"; "HTTP 503" where the answer was no answer of
    Slack's."""
    data = getattr(error.response, "data", None)
    code = data.get("error") if isinstance(data, dict) else None
    if isinstance(code, str) and code:
        return code[:80]
    return f"HTTP {getattr(error.response, 'status_code', None) or getattr(error.response, 'status', 'without status')}"


class OneLine(logging.Formatter):
    def formatTime(self, record: logging.LogRecord, datefmt: str | None = None) -> str:  # noqa: N802 - logging's name
        return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(record.created))

    def format(self, record: logging.LogRecord) -> str:
        line = f"{self.formatTime(record)} {record.levelname} {record.name}: {record.getMessage()}"
        if record.exc_info and record.exc_info[1] is not None:
            line = f"{line}: {describe_error(record.exc_info[1])}"
        return "".join(c if c.isprintable() else " " for c in line)


class JsonLine(OneLine):
    """Writes each record as a JSON object on one line: time, level, logger, message."""

    def format(self, record: logging.LogRecord) -> str:
        text = record.getMessage()
        if record.exc_info and record.exc_info[1] is not None:
            text = f"{text}: {describe_error(record.exc_info[1])}"
        named = {"time": self.formatTime(record), "level": record.levelname, "logger": record.name, "message": text}
        return json.dumps(named)


def set_up_logging(*, as_json: bool = False) -> None:
    """Logs to stderr from INFO on; the libraries from WARNING on, for what they say below that quotes requests."""
    handler = logging.StreamHandler()
    handler.setFormatter(JsonLine() if as_json else OneLine())
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)
    for room in ("ses-bot", "handlers", "checks", "aws", "store", "watch"):
        logging.getLogger(room).setLevel(logging.INFO)
