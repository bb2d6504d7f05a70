"""The appeal: AWS's refusal, the draft and a few answers in; the reply and where to send it out."""

from drafts.woven.appeal.confirmation import propose_confirmation
from drafts.woven.appeal.reading import read_refusal
from drafts.woven.appeal.reply import write_appeal
from drafts.woven.appeal.where import where_to_send

__all__ = ["propose_confirmation", "read_refusal", "where_to_send", "write_appeal"]
