"""What a shop that does not exist would type: its answers for the tour. And what AWS writes after `!ask`, `!deny`."""

from collections.abc import Mapping

ANSWERS: Mapping[str, str | tuple[str, ...]] = {
    "name": "Harbor Goods",
    "place": "Kiel, Germany",
    "since": "2014",
    "business": (
        "We sell sailing clothes to people who sail small boats. We sell online and in one shop at the harbor of Kiel."
    ),
    "website": "https://ses.example",
    "kinds.0.name": "Order confirmation",
    "kinds.0.mail_type": "1",
    "kinds.0.sentence": "The customer gets it as soon as an order is paid.",
    "kinds.0.rhythm": "1",
    "kinds.0.count": "900",
    "kinds.0.leaving": "4",
    "opt_in": (
        "Customers type their address into the order form at ses.example/checkout. No one else gets mail from us.",
        "At the end of an order, at ses.example/checkout, the customer types the address that the receipt goes to. "
        "Beside the field is written: “We write to you about this order.” The order keeps the date and these words.",
    ),
    "opt_in_page": "https://ses.example/checkout",
    "confirmed": "2",
    "unconfirmed": "3",
    "bounces": (
        "SES notifies our shop by SNS. A hard bounce or a complaint blocks the address within a minute, and one of us "
        "looks at the order."
    ),
    "busiest": "90",
    "busiest_when": "the Saturday before the season",
    "example": "Subject: Your order 1042\\n\\nThank you for your order. Your jacket leaves Kiel tomorrow.",
    "contacts": "ops@ses.example",
    "message.0": "!paste",
    "answers.1": "We keep the addresses with the orders. An address that bounced is asked for again at the next order.",
    "confirmation": "Subject: Your order 1042\\n\\nThank you for your order. Your jacket leaves Kiel tomorrow.",
    "changed": "Since Monday the order form shows, beside the address, an example of the mail that we send.",
    "question": "What should we change so that you can approve the request?",
}
"""By the action_id of the field; several, where the request and the answer both ask. What is not here is left as it
is."""

QUESTIONS = """Hello,

Thank you for your request to move out of the Amazon SES sandbox. Before we can
decide, we would like to gather more information about your use case:

- How often do you send email?
- How do you maintain your recipient lists?
- How do you handle bounces, complaints and unsubscribe requests?

Please reply in this case, with an example of the email that you send.

Amazon Web Services"""
REFUSAL = """Hello,

Thank you for telling us about your use case. We have looked at your request, and
we cannot move your account out of the sandbox: we believe that your use of Amazon
SES could have a negative impact on our service.

For security reasons we cannot give you the details of this assessment.

Trust and Safety"""
LETTERS: Mapping[str, str] = {"!ask": QUESTIONS, "!deny": REFUSAL}
"""What AWS writes in the case, by what was typed."""
