"""Checks what a reviewer sees who opens the website: whether it is live, says what the business does, and says how to
reach the business.

`look_up` opens it (and the few pages behind it), `parse` reads one page, `judge` says what it means and what to do.
"""

from checks.website.facts import LinkedPage, Page, Role, Visit, WebsiteFacts
from checks.website.judge import judge
from checks.website.look_up import Browser, look_up
from checks.website.parse import parse

__all__ = ["Browser", "LinkedPage", "Page", "Role", "Visit", "WebsiteFacts", "judge", "look_up", "parse"]
