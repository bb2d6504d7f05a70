"""The request whole: the fields of AWS's form and the message to post on the case."""

import re

from drafts.woven.request.description import paragraphs
from drafts.woven.request.fit import fitted
from drafts.woven.request.kinds import mail_type
from drafts.woven.request.voice import Voice, voice_of
from drafts.woven.text.tidy import flat
from drafts.woven.text.tongue import Tongue
from model import Answers, Draft, MailType

_SCHEME = re.compile(r"[a-z][a-z0-9+.-]*:", re.IGNORECASE)


def write_request(answers: Answers) -> Draft:
    """Everything to enter and to post, written from `answers` and nothing else. The remarks are those of the writing
    (what did not fit); `drafts.lint` judges the answers."""
    kind, reason = mail_type(answers)
    description, remarks = fitted(paragraphs(answers))
    site = web_address(answers.website)
    message = _message(answers, description, kind, site, voice_of(answers)) if description else ""
    contacts = tuple(c for c in map(flat, answers.contacts) if c)
    return Draft(kind, reason, site, description, contacts, answers.language, message, remarks)


def web_address(typed: str) -> str:
    """The website as AWS's field takes it, with its scheme."""
    site = flat(typed).strip("<>")
    return site if not site or _SCHEME.match(site) else f"https://{site}"


def _message(answers: Answers, description: str, kind: MailType, site: str, voice: Voice) -> str:
    region, name = flat(answers.region), flat(answers.name)
    if voice.tongue is Tongue.JAPANESE:
        where = f"（リージョン：{region}）" if region else ""
        lead = f"本番アクセスの申請{where}を先ほど提出しました。"
        field = "申請フォームに説明の欄がないため、詳細をここでお知らせします。"
        closing = "ご不明な点がありましたらお知らせください。よろしくお願いいたします。"
        return "\n\n".join([lead + field, description, closing, *([name] if name else [])])
    about = ", ".join([f"mail type {kind.value.capitalize()}", *([f"website {site}"] if site else [])])
    where = f" in {region}" if region else ""
    lead = f"{voice.we.capitalize()} have just submitted a request for production access{where} ({about})."
    field = f"The form has no field for a description of {voice.our} mail, so here it is."
    closing = f"Please write back in this case if a detail is missing; {voice.we} will answer here."
    return "\n\n".join([f"Hello,\n\n{lead} {field}", description, closing, *([name] if name else [])])
