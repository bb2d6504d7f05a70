"""The questions whose answers a request and an appeal are written from, in steps that each read well on one screen.

The wording matters to the writing: each hint shows the shape of answer that the text can carry best.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Question:
    """One question: the `field` it fills (a stream's field without its number), its `label`, a `hint` with an example,
    whether it takes several `lines`, and whether a step may be left without it (`needed`)."""

    field: str
    label: str
    hint: str
    lines: bool = False
    needed: bool = True


@dataclass(frozen=True, slots=True)
class Step:
    """Questions that stand together under one title (at most 24 characters, as Slack's modals have it)."""

    title: str
    questions: tuple[Question, ...]


BUSINESS = Step(
    "The business",
    (
        Question("name", "Name of the business", "Wick & Wool"),
        Question(
            "business", "What is it, and what does it do for whom?",
            "Online shop for hand-made candles; we sell to people in Britain and Ireland", lines=True,
        ),
        Question("place", "Where is it based?", "Leeds, England"),
        Question("since", "Since when?", "2019"),
        Question("website", "Website that a reviewer can open", "https://wickandwool.example"),
        Question("domain", "Domain that sends the mail", "wickandwool.example"),
    ),
)  # fmt: skip
STREAM = Step(
    "One kind of mail",
    (
        Question("what", "What is it?", "Order confirmations"),
        Question(
            "kind", "Transactional or promotional?", "Receipts and codes are transactional; newsletters are promotional"
        ),
        Question("trigger", "What sets it off?", "When a customer pays", needed=False),
        Question("recipients", "Who gets it?", "The customer who placed the order"),
        Question("rhythm", "How often?", "One per order; every other Tuesday"),
        Question("number", "How many, and of what?", "About 900 orders a month; 6,400 subscribers"),
    ),
)
"""Asked once for each kind of mail; its fields stand at `streams.<number>.`."""
CONSENT = Step(
    "Opting in and leaving",
    (
        Question(
            "opt_in", "How do people opt in?",
            "A form in the footer of our website; nothing is ticked beforehand; a confirmation mail with a link"
            " follows",
            lines=True,
        ),
        Question("unconfirmed", "What happens to those who do not confirm?", "Deleted after 7 days", needed=False),
        Question("leaving", "How do they leave?", "Link in every newsletter, and the one-click header; takes effect"
        " at once", lines=True),
        Question("bounces", "What happens on a bounce?", "The address is suppressed at once"),
        Question("complaints", "What happens on a complaint?", "The address is taken off every list at once"),
    ),
)  # fmt: skip
NUMBERS = Step(
    "Numbers and an example",
    (
        Question("monthly", "Messages a month", "About 14,800"),
        Question("basis", "Worked out from what?", "6,400 subscribers × 2.17 sends, and 900 orders"),
        Question("busiest", "The busiest day", "About 7,000, on a newsletter Tuesday"),
        Question(
            "sample", "An example message, with its subject", "Paste one short message as people get it", lines=True
        ),
    ),
)
FORM = Step(
    "The form",
    (
        Question("mail_type", "Mail type", "Leave open to follow the kinds of mail above", needed=False),
        Question("contacts", "Additional contacts", "Up to four addresses, one a line", lines=True, needed=False),
        Question("language", "Contact language", "The language in which AWS writes back"),
        Question("account", "Account", "For your own eyes; it is not put into the text", needed=False),
        Question("region", "Region", "eu-west-1; one request for each region"),
    ),
)
STEPS = (BUSINESS, STREAM, CONSENT, NUMBERS, FORM)
APPEAL = Step(
    "The appeal",
    (
        Question("refusal", "What did AWS write?", "Paste the whole message", lines=True),
        Question(
            "opt_in",
            "How do people opt in, in detail?",
            "The page, the form's words, the box, the confirmation, the dates",
            lines=True,
        ),
        Question("confirmation", "The mail they get when they sign up", "Paste it as people get it", lines=True),
        Question("privacy", "Privacy policy", "https://wickandwool.example/privacy"),
        Question("unsubscribe", "How, or on which page, do they unsubscribe?", "https://wickandwool.example/leave"),
        Question("changed", "What has changed since?", "Say only what is already in place", lines=True, needed=False),
    ),
)
