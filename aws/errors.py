"""What went wrong with a call to AWS, as a value with words for a person.

botocore raises many kinds; a poll needs to know only whether to wait, to fix credentials, or to enable a region. The
words name AWS's error code and never a credential.
"""

from botocore import exceptions

from model import Trouble, Unreadable
from model.changes import ChangeState, StepOutcome

AWS_ERRORS = (exceptions.BotoCoreError, exceptions.ClientError, OSError)
"""What a call raises because of AWS or the network."""

_BAD_CREDENTIALS = {
    "UnrecognizedClientException",
    "InvalidClientTokenId",
    "InvalidSignatureException",
    "SignatureDoesNotMatch",
    "ExpiredToken",
    "ExpiredTokenException",
    "AuthFailure",
    "MissingAuthenticationTokenException",
    "IncompleteSignature",
}
DENIED = {"AccessDenied", "AccessDeniedException", "UnauthorizedOperation", "NotAuthorized"}
_THROTTLED = {
    "TooManyRequestsException",
    "Throttling",
    "ThrottlingException",
    "ThrottledException",
    "RequestLimitExceeded",
    "SlowDown",
}
UNKNOWN_CLIENT = {"UnrecognizedClientException", "InvalidClientTokenId"}
"""What a region that is not enabled answers; bad credentials are answered with the same words."""


def code_of(error: Exception) -> str:
    """Returns AWS's error code, empty for anything that is no answer of AWS."""
    if isinstance(error, exceptions.ClientError):
        return str(error.response.get("Error", {}).get("Code", ""))
    return ""


def http_status_of(error: Exception) -> int:
    """Returns the HTTP status of an answer of AWS, 0 where there was none."""
    if isinstance(error, exceptions.ClientError):
        return int(error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0))
    return 0


def is_raised_by_botocore(error: Exception) -> bool:
    """Tells whether botocore raised it, as it does for an answer that is not as documented, and not our own code."""
    trace = error.__traceback__
    while trace and trace.tb_next:
        trace = trace.tb_next
    return trace is not None and str(trace.tb_frame.f_globals.get("__name__", "")).startswith("botocore.")


def classify_error(error: Exception) -> Unreadable:
    """Returns the error as a value, with words for a person."""
    if isinstance(error, exceptions.NoCredentialsError | exceptions.PartialCredentialsError):
        return Unreadable(Trouble.CREDENTIALS, "no AWS credentials were found")
    if isinstance(error, exceptions.ConnectTimeoutError | exceptions.ReadTimeoutError | TimeoutError):
        return Unreadable(Trouble.TIMEOUT, "AWS did not answer in time")
    if isinstance(error, exceptions.EndpointConnectionError):
        return Unreadable(Trouble.UNREACHABLE, "AWS cannot be reached from here")
    if isinstance(error, exceptions.ClientError):
        return _classify_answer(error)
    if isinstance(error, OSError):
        return Unreadable(Trouble.UNREACHABLE, f"AWS cannot be reached from here ({type(error).__name__})")
    return Unreadable(Trouble.MALFORMED, f"AWS’s answer could not be read ({type(error).__name__})")


def _classify_answer(error: exceptions.ClientError) -> Unreadable:
    code = code_of(error)
    if code in _BAD_CREDENTIALS:
        return Unreadable(Trouble.CREDENTIALS, f"AWS does not accept the credentials ({code})")
    if code in DENIED:
        operation = error.operation_name
        return Unreadable(Trouble.DENIED, f"the credentials may not call {operation} ({code})")
    if code in _THROTTLED or http_status_of(error) == 429:
        return Unreadable(Trouble.THROTTLED, "AWS asks for fewer calls (throttled)")
    return Unreadable(Trouble.SERVER, f"AWS answered with an error ({code or http_status_of(error)})")


_NEVER_SENT = (
    exceptions.ConnectTimeoutError,
    exceptions.EndpointConnectionError,
    exceptions.NoCredentialsError,
    exceptions.ParamValidationError,
    exceptions.PartialCredentialsError,
)


def format_sentence(why: str) -> str:
    """Returns a phrase of `Unreadable` as a sentence."""
    return f"{why[:1].upper()}{why[1:]}."


def outcome_of(error: Exception) -> StepOutcome:
    """Returns what an error says of a call that changes something: REFUSED where nothing was done for certain (AWS
    answered with a status of 4xx, or was never reached), else UNKNOWN."""
    why = classify_error(error).why
    if isinstance(error, _NEVER_SENT):
        return StepOutcome(ChangeState.REFUSED, f"Nothing was sent: {why}.")
    if isinstance(error, exceptions.ClientError) and 400 <= http_status_of(error) < 500:
        return StepOutcome(ChangeState.REFUSED, format_sentence(why), code_of(error))
    return StepOutcome(ChangeState.UNKNOWN, format_sentence(why), code_of(error))
