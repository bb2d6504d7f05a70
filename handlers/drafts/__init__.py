"""Drafts in Slack: `/ses-draft` writes the request for production access, `/ses-appeal` the answer to AWS.

`listeners` binds the modals to Bolt, `request` and `reply` are the two flows of modals, `result` is what comes
after the last step, `context` what is known from outside.
"""

from slack_bolt.async_app import AsyncApp

from handlers.drafts import reply, request, result
from handlers.drafts.services import DraftServices


def register(app: AsyncApp, drafts: DraftServices) -> None:
    """Listens to both commands, and to everything that a draft offers."""
    for module in (request, reply, result):
        module.LISTENERS.register(app, drafts.services, drafts=drafts)
