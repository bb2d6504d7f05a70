"""The request: answers in; the form's fields and the message for the case out."""

from drafts.woven.request.form import write_request

__all__ = ["write_request"]
