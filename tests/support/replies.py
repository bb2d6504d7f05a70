"""AWS's messages about a request, and a person who pastes them into `/ses-appeal`."""

from fakes.slack import SlackMessage, View
from tests.support.draft_app import DraftApp, labels

REFUSED = """Hello,

Thank you for submitting your request to increase your sending limits. We reviewed it and determined that your use of
Amazon SES could have a negative impact on our service. We are denying this request to prevent other Amazon SES
customers from experiencing interruptions in service.

For security purposes, we are unable to provide specific details.

Thank you,
Trust and Safety"""


ASKED = """Hello,

Before we can increase your sending limit, we need more information about your use case.

How often do you send email?
How do you maintain your recipient lists?

Thank you"""


CONCERN = (
    "Hello,\n\nWe reviewed your request. We are unable to grant it because we are concerned about how you obtained the "
    "addresses on your mailing list.\n"
)


CASE = {"case_id": "1234567890", "region": "eu-west-1", "refused_before": "no", "case_closed": "no"}


POINTS = {
    "opt_in": "The order form at acme.com/checkout asks for the address; the order keeps the date.",
    "confirmation": "Subject: Your order 1042\n\nThank you for your order. Your jacket leaves Kiel tomorrow.",
    "privacy_policy": "https://acme.com/privacy",
    "question": "What should we change?",
}


def pasted(view: View, text: str) -> dict[str, str]:
    """The message in as many fields as it fills."""
    count = sum(block["element"]["action_id"].startswith("message.") for block in view.inputs)
    assert len(text) <= 3_000 * count
    return {f"message.{n}": text[n * 3_000 : (n + 1) * 3_000] for n in range(count)}


async def handed_in(app: DraftApp, text: str, typed: str = "", **more: str) -> View:
    """Open the answer, paste AWS's message and hand it in."""
    view = await app.open(typed, command="/ses-appeal")
    case = {path: value for path, value in CASE.items() if path in labels(view)}
    assert (await app.hand_in(view, {**pasted(view, text), **case, **more})).errors == {}
    return view


async def answered(app: DraftApp, text: str, typed: str = "", **more: str) -> list[SlackMessage]:
    """Walk through the steps of a refusal; the messages of the result."""
    before = len(app.slack.workspace.messages)
    view = await handed_in(app, text, typed, **more)
    assert (await app.hand_in(view, POINTS)).errors == {}
    assert not view.open
    await app.quiet()
    return app.slack.workspace.messages[before:]
