"""Changes at AWS that people confirm in Slack: plan, confirm, do, prove.

`submit` sends the request or posts on the support case, `records` publishes in Route 53, `identity` sets a domain up in
SES, `rehearsal` mails AWS's simulator, `quota` asks for more, `confirm` takes the confirmation; `carry_out` does what
was confirmed and goes on after a killed process.
"""

from slack_bolt.async_app import AsyncApp

from handlers.changes import confirm, identity, quota, records, rehearsal, submit
from handlers.changes.plans import ChangeServices


def register(app: AsyncApp, changes: ChangeServices) -> None:
    """Listens to everything that plans or confirms a change."""
    for module in (submit, records, identity, rehearsal, quota, confirm):
        module.LISTENERS.register(app, changes.services, drafts=changes.drafts, changes=changes)
