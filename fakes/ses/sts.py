"""STS: who am I, and temporary credentials for a role. Source: STS API, GetCallerIdentity and AssumeRole."""

import re
import secrets
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qsl

from aiohttp import web

from fakes.ses.protocols import STS_VERSION, AwsRefused, xml_answer
from fakes.ses.state import Caller, LoopbackAccount, Session

_ARN = re.compile(r"arn:aws[a-z-]*:iam::\d{12}:role/(?:[\w+=,.@-]+/)*([\w+=,.@-]+)", re.ASCII)
_SESSION_NAME = re.compile(r"[\w+=,.@-]{2,64}", re.ASCII)
_EXTERNAL_ID = re.compile(r"[\w+=,.@:/-]{2,1224}", re.ASCII)
_HOUR = 3_600


class Sts:
    """Answers for the accounts that it is given. `sessions` are the credentials given out, by access key."""

    def __init__(self, accounts: Mapping[str, LoopbackAccount]) -> None:
        self.sessions: dict[str, Session] = {}
        self._accounts = accounts
        self._operations: Mapping[str, Callable[[Caller, Mapping[str, str]], web.Response]] = {
            "AssumeRole": self._assume_role,
            "GetCallerIdentity": self._get_caller_identity,
        }

    def answer(self, operation: str, caller: Caller, fields: Mapping[str, str]) -> web.Response:
        """Returns one request of the query protocol; `AwsRefused`."""
        work = self._operations.get(operation)
        version = fields.get("Version", "")
        if work is None or version != STS_VERSION:
            raise AwsRefused(400, "InvalidAction", f"Could not find operation {operation} for version {version}")
        return work(caller, fields)

    def expire(self) -> None:
        """Expires all credentials that were given out."""
        for key, session in self.sessions.items():
            self.sessions[key] = Session(session.caller, session.secret, session.token, datetime.now(UTC))

    def _get_caller_identity(self, caller: Caller, _: Mapping[str, str]) -> web.Response:
        identity = {"Arn": caller.arn, "UserId": caller.user_id, "Account": caller.account.id}
        return xml_answer("GetCallerIdentity", identity)

    def _assume_role(self, caller: Caller, fields: Mapping[str, str]) -> web.Response:
        arn, name = fields.get("RoleArn", ""), fields.get("RoleSessionName", "")
        seconds = _validate_role_request(caller, fields)
        account = next((owner for owner in self._accounts.values() if arn in owner.roles), None)
        # what a role that is not there, and one that trusts others, answer is the same on purpose
        if account is None or account.roles[arn] not in (None, fields.get("ExternalId")):
            words = f"User: {caller.arn} is not authorized to perform: sts:AssumeRole on resource: {arn}"
            raise AwsRefused(403, "AccessDeniedException", words)
        key = f"ASIA{secrets.token_hex(8).upper()}"
        role = arn.rpartition("/")[2]
        session = Session(
            Caller(account, key, f"arn:aws:sts::{account.id}:assumed-role/{role}/{name}", f"AROA{account.id}:{name}"),
            secrets.token_hex(20),
            secrets.token_hex(40),
            datetime.now(UTC) + timedelta(seconds=seconds),
        )
        self.sessions[key] = session
        return xml_answer(
            "AssumeRole",
            {
                "AssumedRoleUser": {"Arn": session.caller.arn, "AssumedRoleId": session.caller.user_id},
                "Credentials": {
                    "AccessKeyId": key,
                    "SecretAccessKey": session.secret,
                    "SessionToken": session.token,
                    "Expiration": f"{session.expires:%Y-%m-%dT%H:%M:%SZ}",
                },
            },
        )


def parse_query_fields(body: bytes) -> dict[str, str]:
    """Returns the fields of a request of the query protocol."""
    return dict(parse_qsl(body.decode("utf-8", "replace")))


def _validate_role_request(caller: Caller, fields: Mapping[str, str]) -> int:
    """Returns how many seconds the credentials will be good for; `AwsRefused` where a field is malformed."""
    if not _ARN.fullmatch(fields.get("RoleArn", "")):
        raise _validation_error(f"{fields.get('RoleArn')} is invalid")
    if not _SESSION_NAME.fullmatch(fields.get("RoleSessionName", "")):
        raise _validation_error("Value at 'roleSessionName' failed to satisfy constraint: 2 to 64 of [\\w+=,.@-]")
    if "ExternalId" in fields and not _EXTERNAL_ID.fullmatch(fields["ExternalId"]):
        raise _validation_error("Value at 'externalId' failed to satisfy constraint: 2 to 1224 of [\\w+=,.@:\\/-]")
    seconds = fields.get("DurationSeconds", str(_HOUR))
    longest = _HOUR if ":assumed-role/" in caller.arn else 12 * _HOUR
    if not seconds.isdecimal() or not 900 <= int(seconds) <= longest:
        raise _validation_error(
            f"Value '{seconds}' at 'durationSeconds' failed to satisfy constraint: 900 to {longest}"
        )
    return int(seconds)


def _validation_error(words: str) -> AwsRefused:
    return AwsRefused(400, "ValidationError", words)
