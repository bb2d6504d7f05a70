"""A confirmation mail proposed from the draft, where the draft says that there is one."""

import re

from drafts.woven.request.kinds import kind_of
from drafts.woven.request.told import told
from drafts.woven.request.voice import voice_of
from drafts.woven.text.tidy import flat
from drafts.woven.text.tongue import Tongue
from model import Answers, MailType, Proposal

_CONFIRMED = re.compile(
    r"\bdouble[- ]opt[- ]?in\b|\bconfirmed[- ]opt[- ]?in\b"
    r"|\b(?:confirm\w*|verif\w+|activation)\b.{0,60}\b(?:links?|e-?mails?|mails?|messages?|click\w*)\b"
    r"|\b(?:links?|e-?mails?|mails?|messages?|click\w*)\b.{0,60}\b(?:confirm\w*|verif\w+|activat\w+)\b|確認メール"
    r"|確認の?リンク|ダブルオプトイン",
    re.IGNORECASE | re.DOTALL,
)
NOTICE = (
    "Proposal: this mail is written from your draft. Replace it with the one that people really get, or make yours"
    " say this before you send the appeal."
)


def propose_confirmation(answers: Answers) -> Proposal | None:
    """The mail that a person gets after signing up, in plain words; None where the draft does not say that there is
    one, or does not say whose it would be."""
    sender = flat(answers.name) or flat(answers.domain)
    if not sender or not _CONFIRMED.search(f"{answers.opt_in}\n{answers.unconfirmed}"):
        return None
    voice = voice_of(answers)
    promotional = [s for s in answers.streams if kind_of(s) is MailType.MARKETING]
    subject = told(promotional[0], voice).the if len(promotional) == 1 else ""
    if voice.tongue is Tongue.JAPANESE:
        text = (
            f"件名：{sender} メール配信の確認\n\nこのメールアドレスでご登録がありました。"
            "ご本人の場合は、このメールのリンクから確認してください。"
            f"\n心当たりがない場合は、このメールを無視してください。\n\n{sender}"
        )
        return Proposal(text, NOTICE)
    wanted = f"{subject} from {sender}" if subject and subject != "these messages" else f"mail from {sender}"
    site = flat(answers.website)
    where = f" on {site}" if site else ""
    text = (
        f"Subject: Please confirm your address for {sender}\n\nHello,\n\nthis address was entered{where} to receive"
        f" {wanted}. If that was you, please confirm it with the link in this message. If it was not you, ignore this"
        f" message: without the confirmation you are not signed up.\n\n{sender}"
    )
    return Proposal(text, NOTICE)
