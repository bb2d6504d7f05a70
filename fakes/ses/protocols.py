"""The two protocols of these services: REST-JSON (SES API v2) and AWS Query with XML (STS).

Both refuse for the same reasons, each in its own words: what REST-JSON calls an UnrecognizedClientException is an
InvalidClientTokenId to STS.
"""

import uuid
from collections.abc import Mapping
from xml.sax.saxutils import escape

from aiohttp import web

from fakes.ses.state import Json

STS_VERSION = "2011-06-15"
_XMLNS = f"https://sts.amazonaws.com/doc/{STS_VERSION}/"
_WORDS_OF_QUERY = {
    "AccessDeniedException": "AccessDenied",
    "ExpiredTokenException": "ExpiredToken",
    "IncompleteSignatureException": "IncompleteSignature",
    "InvalidSignatureException": "SignatureDoesNotMatch",
    "MissingAuthenticationTokenException": "MissingAuthenticationToken",
    "UnrecognizedClientException": "InvalidClientTokenId",
}


class AwsRefused(Exception):
    """AWS says no. `code` is REST-JSON's word for it."""

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(code)
        self.status, self.code, self.message = status, code, message


def json_answer(answer: Json) -> web.Response:
    """Returns what an operation of SES gives."""
    return web.json_response(answer, headers={"x-amzn-RequestId": _request_id()})


def json_refusal(refused: AwsRefused) -> web.Response:
    """Returns a refusal as SES words it. The authorization in front of it writes `Message`; the service itself,
    `message`."""
    named = "Message" if refused.code == "AccessDeniedException" else "message"
    headers = {
        "x-amzn-RequestId": _request_id(),
        "x-amzn-ErrorType": f"{refused.code}:http://internal.amazon.com/coral/com.amazon.coral.service/",
    }
    body = {named: refused.message, "__type": refused.code}  # the type is for JSON 1.1, which reads no header
    return web.json_response(body, status=refused.status, headers=headers)


def xml_answer(operation: str, result: Mapping[str, str | Mapping[str, str]]) -> web.Response:
    """Returns what an operation of STS gives."""
    inner = f"<{operation}Result>{_elements(result)}</{operation}Result>"
    about = f"<ResponseMetadata>{_elements({'RequestId': _request_id()})}</ResponseMetadata>"
    return _xml(200, f'<{operation}Response xmlns="{_XMLNS}">{inner}{about}</{operation}Response>')


def sns_answer(operation: str, result: str) -> web.Response:
    """Returns what an operation of SNS gives; `result` is XML."""
    inner = f"<{operation}Result>{result}</{operation}Result>"
    namespace = "http://sns.amazonaws.com/doc/2010-03-31/"
    return _xml(200, f'<{operation}Response xmlns="{namespace}">{inner}</{operation}Response>')


def xml_refusal(refused: AwsRefused) -> web.Response:
    """Returns a refusal as STS words it."""
    code = _WORDS_OF_QUERY.get(refused.code, refused.code)
    kind = "Sender" if refused.status < 500 else "Receiver"
    error = _elements({"Error": {"Type": kind, "Code": code, "Message": refused.message}, "RequestId": _request_id()})
    return _xml(refused.status, f'<ErrorResponse xmlns="{_XMLNS}">{error}</ErrorResponse>')


def _elements(tree: Mapping[str, str | Mapping[str, str]]) -> str:
    return "".join(
        f"<{name}>{escape(value) if isinstance(value, str) else _elements(value)}</{name}>"
        for name, value in tree.items()
    )


def _xml(status: int, text: str) -> web.Response:
    return web.Response(text=text, status=status, content_type="text/xml")


def _request_id() -> str:
    return str(uuid.uuid4())
