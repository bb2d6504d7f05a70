"""Does SPF align for mail that SES sends? Only with a custom MAIL FROM domain: a subdomain with its own MX and SPF.

`look_up` asks DNS, `judge` says what it means and what to publish, `has_mail_from` and `domain_of_mail_from` answer
other checks in one word.
"""

from checks.mail_from.facts import MailFromFacts, look_up
from checks.mail_from.judge import domain_of_mail_from, has_mail_from, judge

__all__ = ["MailFromFacts", "domain_of_mail_from", "has_mail_from", "judge", "look_up"]
