"""From an error to a line in the log under a short id, which the person sees too.

No person sees a stack trace, and the log never repeats what people typed, a token or a response URL: an exception's
own text can hold all of these, so only its kind, Slack's error code and the places in the code are written.
"""

import logging
import secrets
import traceback
from pathlib import PurePath

from slack_sdk.errors import SlackApiError

log = logging.getLogger(__name__)


def note(error: BaseException, what: str) -> str:
    """Write the error to the log, and return the id under which it stands there: eight hex digits.

    `what` says in our own words what was being done, such as "the check".
    """
    error_id = secrets.token_hex(4)
    log.error("error %s in %s: %s", error_id, what, described(error))
    return error_id


def described(error: BaseException) -> str:
    """One line: what went wrong and where, innermost place last. No text from outside."""
    places = [
        f"{PurePath(f.filename).name}:{f.lineno} {f.name}" for f in traceback.extract_tb(error.__traceback__)[-6:]
    ]
    at = f" at {' > '.join(places)}" if places else ""
    return f"{in_brief(error)}{at}"


def in_brief(error: BaseException) -> str:
    """The kind of the error in a few words, such as "slack: channel_not_found" or "ConnectionRefusedError"."""
    if isinstance(error, SlackApiError):
        return f"slack: {error_code(error)}"
    if isinstance(error, OSError) and error.strerror:
        return f"{type(error).__name__} ({error.strerror})"
    return type(error).__name__


def error_code(error: SlackApiError) -> str:
    """Slack's word for what is wrong, such as "invalid_auth"; "HTTP 503" where the answer was no answer of Slack's."""
    data = getattr(error.response, "data", None)
    code = data.get("error") if isinstance(data, dict) else None
    if isinstance(code, str) and code:
        return code[:80]
    return f"HTTP {getattr(error.response, 'status_code', None) or getattr(error.response, 'status', 'without status')}"
