"""The log: one line a record, on stderr, in UTC. No secrets, and nothing that people typed.

Libraries log too; an exception of theirs is written as `handlers.errors` writes it, without the exception's text.
"""

import json
import logging
import time

from handlers.errors import described


class OneLine(logging.Formatter):
    """One line, whatever is in it."""

    def formatTime(self, record: logging.LogRecord, datefmt: str | None = None) -> str:  # noqa: N802 - logging's name
        return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(record.created))

    def format(self, record: logging.LogRecord) -> str:
        line = f"{self.formatTime(record)} {record.levelname} {record.name}: {record.getMessage()}"
        if record.exc_info and record.exc_info[1] is not None:
            line = f"{line}: {described(record.exc_info[1])}"
        return "".join(c if c.isprintable() else " " for c in line)


class JsonLine(OneLine):
    """Writes each record as a JSON object on one line: time, level, logger, message."""

    def format(self, record: logging.LogRecord) -> str:
        text = record.getMessage()
        if record.exc_info and record.exc_info[1] is not None:
            text = f"{text}: {described(record.exc_info[1])}"
        named = {"time": self.formatTime(record), "level": record.levelname, "logger": record.name, "message": text}
        return json.dumps(named)


def set_up(*, as_json: bool = False) -> None:
    """Log to stderr from INFO on; the libraries from WARNING on, for what they say below that quotes requests."""
    handler = logging.StreamHandler()
    handler.setFormatter(JsonLine() if as_json else OneLine())
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)
    for room in ("ses-bot", "handlers", "checks", "aws", "store", "watch"):
        logging.getLogger(room).setLevel(logging.INFO)
