"""What a shop that does not exist would type: its answers for the tour. And what AWS writes to it, after `!deny`."""

from collections.abc import Mapping

ANSWERS: Mapping[str, str | tuple[str, ...]] = {
    "name": "Harbor Goods",
    "business": "We sell sailing clothes to people who sail small boats, online and in one shop at the harbor of Kiel.",
    "place": "Kiel, Germany",
    "since": "2014",
    "website": "https://ses.example",
    "streams.0.what": "Order confirmations",
    "streams.0.kind": "transactional",
    "streams.0.trigger": "A customer pays for an order",
    "streams.0.recipients": "The customer who ordered",
    "streams.0.rhythm": "Once for each order",
    "streams.0.number": "900 orders a month",
    "more": "no",
    "opt_in": (
        "Customers type their address into the order form at ses.example/checkout. Nobody else gets mail.",
        "At the end of an order, at ses.example/checkout, the customer types the address that its receipt goes to. "
        "Beside it stands: “We write to you about this order.” The order keeps the date and the words. There is no "
        "other way onto our list, and an address that bounced is asked for again at the next order.",
    ),
    "leaving": "The mail answers an order, so there is no list to leave.",
    "bounces": "SES notifies our shop by SNS, and a hard bounce blocks the address within a minute.",
    "complaints": "A complaint blocks the address at once, and one of us looks at the order.",
    "monthly": "900",
    "basis": "900 orders a month, one mail each",
    "busiest": "90 on the Saturday before the season",
    "sample": "Subject: Your order 1042\\n\\nThank you for your order. Your jacket leaves Kiel tomorrow.",
    "contacts": "ops@ses.example",
    "refusal.0": "!paste",
    "confirmation": "Subject: Your order 1042\\n\\nThank you for your order. Your jacket leaves Kiel tomorrow.",
    "privacy": "https://ses.example/privacy",
    "changed": "Since Monday, the order form says beside the address which mail we send there, and shows an example.",
}
"""By the action_id of the field; several, where the request and the appeal both ask. What is not here is left as it
is."""

REFUSAL = """Hello,

Thank you for telling us about your use case. We have looked at your request, and
we cannot move your account out of the sandbox: we believe that your use of Amazon
SES could have a negative impact on our service.

For security reasons we cannot give you the details of this assessment.

Trust and Safety"""
