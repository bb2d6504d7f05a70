"""Which of AWS's two mail types a request is: Marketing or Transactional, and why."""

import re

from drafts.woven.text.tidy import flat
from model import Answers, MailType, Stream

PROMOTION = re.compile(
    r"\b(?:news\s?letters?|promotion(?:s|al)?|promo|special offers?|offers?|discounts?|sales? (?:announcements?"
    r"|campaigns?)|campaigns?|marketing|coupons?|vouchers?|deals|product (?:news|updates)|new arrivals"
    r"|announcements?|win-?backs?|upsell)\b|メルマガ|ニュースレター|キャンペーン|セール|新商品",
    re.IGNORECASE,
)
SERVICE = re.compile(
    r"\b(?:receipts?|invoices?|password|reset|codes?|verif\w+|confirmations?|notices?|reminders?|sign-?in|log-?in"
    r"|magic links?|one-time|otp|2fa|two-factor|shipping|order|booking|appointment|alerts?|statements?)\b"
    r"|確認|請求|通知|パスワード",
    re.IGNORECASE,
)


def kind_of(stream: Stream) -> MailType:
    """What the person said of a stream; else what its name says."""
    return stream.kind or (MailType.MARKETING if PROMOTION.search(flat(stream.what)) else MailType.TRANSACTIONAL)


def mail_type(answers: Answers) -> tuple[MailType, str]:
    """The type to choose in the form, and the reason in words."""
    kinds = {kind_of(s) for s in answers.streams}
    both = len(kinds) > 1
    if answers.mail_type is not None:
        other = " Both kinds of mail are in the description either way." if both else ""
        return answers.mail_type, f"You chose {answers.mail_type.value.capitalize()}.{other}"
    if both:
        return MailType.MARKETING, (
            "You send both kinds. Marketing is reviewed more strictly, and in practice an approval for it covers"
            " receipts and codes too. AWS's form asks for the kind of most messages, so Transactional is right where"
            " promotional mail is the small part. The description names both either way."
        )
    if kinds == {MailType.MARKETING}:
        return MailType.MARKETING, "All the mail you described is promotional, or news for people on a list."
    return MailType.TRANSACTIONAL, "None of the mail you described is promotional."
