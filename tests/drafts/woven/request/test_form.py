"""The fields of AWS's form: the mail type with its reason, the website, contacts, and the message for the case."""

import pytest

from drafts.woven import write_request
from model import Answers, ContactLanguage, MailType, Stream

RECEIPTS = Stream(what="receipts", kind=MailType.TRANSACTIONAL, recipients="customers")
LETTER = Stream(what="newsletter", kind=MailType.MARKETING, recipients="subscribers")


@pytest.mark.parametrize(
    ("streams", "kind", "because"),
    [
        ((RECEIPTS,), MailType.TRANSACTIONAL, "None of the mail you described is promotional"),
        ((LETTER,), MailType.MARKETING, "promotional, or news for people on a list"),
        ((RECEIPTS, LETTER), MailType.MARKETING, "AWS's form asks for the kind of most messages"),
        ((), MailType.TRANSACTIONAL, "None of the mail you described is promotional"),
        ((Stream(what="Special offers"),), MailType.MARKETING, "promotional"),
        ((Stream(what="Password resets"),), MailType.TRANSACTIONAL, "None of the mail you described"),
    ],
)
def test_the_mail_type_follows_the_streams_and_says_why(
    streams: tuple[Stream, ...], kind: MailType, because: str
) -> None:
    draft = write_request(Answers(name="Acme", streams=streams))
    assert draft.mail_type is kind
    assert because in draft.mail_type_reason


def test_the_persons_own_choice_of_mail_type_stands() -> None:
    draft = write_request(Answers(name="Acme", streams=(RECEIPTS, LETTER), mail_type=MailType.TRANSACTIONAL))
    assert draft.mail_type is MailType.TRANSACTIONAL
    assert draft.mail_type_reason == "You chose Transactional. Both kinds of mail are in the description either way."
    assert "mail type Transactional" in draft.message


@pytest.mark.parametrize(
    ("typed", "entered"),
    [
        ("acme.com", "https://acme.com"), ("http://localhost", "http://localhost"), (" <https://acme.com> ", "https://acme.com"),
        ("mailto:me@acme.com", "mailto:me@acme.com"), ("", ""),
    ],
)  # fmt: skip
def test_the_website_is_entered_with_its_scheme_and_never_corrected(typed: str, entered: str) -> None:
    assert write_request(Answers(name="Acme", website=typed)).website == entered


def test_contacts_and_language_are_carried_over() -> None:
    draft = write_request(Answers(contacts=(" ops@acme.com ", "", "it@acme.com"), language=ContactLanguage.JA))
    assert draft.contacts == ("ops@acme.com", "it@acme.com")
    assert draft.language is ContactLanguage.JA


def test_the_message_names_region_and_type_and_says_why_it_comes() -> None:
    message = write_request(
        Answers(name="Acme", business="We sell shoes.", region="eu-west-1", website="acme.com")
    ).message
    assert message.startswith(
        "Hello,\n\nWe have just submitted a request for production access in eu-west-1 (mail type Transactional,"
        " website https://acme.com). The form has no field for a description of our mail, so here it is."
    )
    assert message.endswith("\n\nAcme")


def test_nothing_answered_is_nothing_written() -> None:
    draft = write_request(Answers())
    assert (draft.description, draft.message, draft.remarks) == ("", "", ())
