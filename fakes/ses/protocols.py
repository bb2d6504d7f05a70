"""The two protocols of these services: REST-JSON (SES API v2) and AWS Query with XML (STS).

Both refuse for the same reasons, each in its own words: what REST-JSON calls an UnrecognizedClientException is an
InvalidClientTokenId to STS.
"""

import uuid
from collections.abc import Mapping
from typing import Any
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


def xml_answer(operation: str, result: Json, namespace: str = _XMLNS) -> web.Response:
    """Returns what an operation of the query protocol (STS, SNS) gives."""
    tree = {f"{operation}Result": result, "ResponseMetadata": {"RequestId": _request_id()}}
    return xml_response(f"{operation}Response", tree, namespace)


def xml_refusal(refused: AwsRefused) -> web.Response:
    """Returns a refusal as STS words it."""
    code = _WORDS_OF_QUERY.get(refused.code, refused.code)
    return xml_response("ErrorResponse", error_tree(refused, code), _XMLNS, refused.status)


def error_tree(refused: AwsRefused, code: str) -> Json:
    kind = "Sender" if refused.status < 500 else "Receiver"
    return {"Error": {"Type": kind, "Code": code, "Message": refused.message}, "RequestId": _request_id()}


def xml_response(name: str, tree: Json, namespace: str, status: int = 200) -> web.Response:
    """Returns a document of one element, whose children are `tree`: a list repeats its name, None is left out."""
    text = f'<?xml version="1.0"?>\n<{name} xmlns="{namespace}">{_to_xml(tree)}</{name}>'
    return web.Response(text=text, status=status, content_type="text/xml")


def _to_xml(value: Any) -> str:
    if not isinstance(value, Mapping):
        return escape(str(value).lower() if isinstance(value, bool) else str(value))
    children = ((name, child if isinstance(child, list) else [child]) for name, child in value.items())
    return "".join(
        f"<{name}>{_to_xml(item)}</{name}>" for name, items in children for item in items if item is not None
    )


def _request_id() -> str:
    return str(uuid.uuid4())
