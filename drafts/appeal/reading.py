"""What AWS wrote: the concern it names, the questions it asks, and whether it is a second refusal.

Their messages are prose without a fixed form, in English or Japanese, and often say little; what cannot be recognised
is said to be unclear and never guessed.
"""

import re
from dataclasses import dataclass
from enum import StrEnum

from drafts.text.tidy import clean, lines, sentences
from drafts.text.tongue import Tongue, tongue
from model import Concern

LONGEST = 20_000
"""Characters of a pasted message that are read."""
_MOST_QUESTIONS = 12
_LONGEST_QUESTION = 300


class Topic(StrEnum):
    """What one of AWS's questions is about."""

    FREQUENCY = "frequency"
    LISTS = "lists"
    OPT_IN = "opt_in"
    BOUNCES = "bounces"
    COMPLAINTS = "complaints"
    UNSUBSCRIBES = "unsubscribes"
    SAMPLE = "sample"
    WEBSITE = "website"
    USE_CASE = "use_case"
    VOLUME = "volume"
    PRIVACY = "privacy"


@dataclass(frozen=True, slots=True)
class Question:
    """One question in AWS's words, and what it is about (empty where that could not be told)."""

    text: str
    topics: tuple[Topic, ...]


@dataclass(frozen=True, slots=True)
class Refusal:
    """A message of AWS as read."""

    concerns: tuple[Concern, ...]
    questions: tuple[Question, ...]
    second: bool
    tongue: Tongue


_TOPICS = {
    Topic.FREQUENCY: r"\bhow often\b|\bfrequen\w+|\bhow regularly\b|頻度|どのくらいの間隔",
    Topic.LISTS: r"\b(?:maintain|manage|update|clean|build)\w* (?:your |the )?(?:\w+ ){0,2}(?:lists?|recipients)\b"
    r"|\blist (?:hygiene|maintenance|management)\b|リスト",
    Topic.OPT_IN: r"\bopt(?:ed)?[- ]?in\b|\bconsent\w*"
    r"|\b(?:obtain|acquire|collect|gather|source)\w*\b.{0,40}\b(?:addresses|recipients|lists?|emails?)\b"
    r"|\bwhere .{0,30}addresses\b|\bsign(?:ed)? up\b|\bwho are your recipients\b"
    r"|\bhow .{0,30}(?:subscrib|addresses)|同意|オプトイン|取得|収集|入手|受信者",
    Topic.BOUNCES: r"\bbounc\w+|バウンス|不達",
    Topic.COMPLAINTS: r"\bcomplain\w+|\bspam reports?\b|苦情|迷惑メール",
    Topic.UNSUBSCRIBES: r"\bunsubscri\w+|\bopt(?:ing)?[- ]?out\b|配信停止|購読解除|登録解除",
    Topic.SAMPLE: r"\b(?:examples?|samples?|templates?|copy) of (?:the |your |an? )?(?:\w+ ){0,2}"
    r"(?:e-?mails?|messages?|mails?|content)\b|\bsample (?:e-?mails?|messages?)\b"
    r"|メールの(?:例|サンプル|内容)|サンプル|文例",
    Topic.WEBSITE: r"\bweb ?sites?\b|\burl\b|\bdomain\b|ウェブサイト|Web ?サイト|サイト",
    Topic.VOLUME: r"\bhow many\b|\bvolume\b|\bnumber of (?:e-?mails?|messages|recipients)\b|\bquota\b"
    r"|送信量|送信数|通数|何通",
    Topic.PRIVACY: r"\bprivacy\b|プライバシー",
    Topic.USE_CASE: r"\buse case\b|\bhow you (?:plan|intend) to use\b"
    r"|\bwhat (?:kind|type)s? of (?:e-?mails?|mails?|messages?)\b|\bpurpose\b|\byour business\b"
    r"|\bsending (?:processes|procedures)\b|利用目的|使用目的|ユースケース|用途|事業",
}
_NAMED = {
    Concern.LIST_SOURCE: r"\b(?:purchased|rented|third[- ]party|harvested|scraped) (?:\w+ ){0,2}"
    r"(?:lists?|addresses|data)\b"
    r"|\bsource of (?:your |the )?(?:\w+ ){0,3}(?:lists?|addresses|recipients)\b"
    r"|\bhow (?:you|the) (?:\w+ ){0,4}(?:obtain|acquire|collect)\w*"
    r"|\brecipients?\b.{0,30}\b(?:not|never)\b.{0,30}\b(?:opt(?:ed)?[- ]?in|consent\w*|request\w*|ask\w*"
    r"|subscrib\w*)\b|\bwithout (?:their )?consent\b|\bunsolicited\b|\blist (?:acquisition|quality|collection)\b"
    r"|購入(?:した|された)?リスト|リストの(?:取得|入手|出所)|同意を得ていない|宛先の(?:取得|入手)",
    Concern.WEBSITE: r"\bweb ?site\b(?!.{0,20}\bfor more information)|\blanding page\b|ウェブサイト|Web ?サイト",
    Concern.VOLUME: r"\b(?:sending|e-?mail|requested|expected|planned|stated|proposed|daily|monthly|high|large)"
    r" volumes?\b"
    r"|\bvolume of (?:e-?mails?|messages?|mail)\b|\bnumber of (?:e-?mails?|messages)\b|送信量|送信数",
    Concern.BOUNCES: r"\bbounc\w+|バウンス",
    Concern.COMPLAINTS: r"\bcomplaint\w*|\bspam reports?\b|苦情|迷惑メール",
}
_NO_DETAILS = re.compile(
    r"\bnegative(?:ly)? (?:impact|affect)\w*|\bimpact (?:the )?deliverability\b|\baffect your reputation\b"
    r"|\bunable to (?:provide|share|disclose) (?:\w+ ){0,3}(?:details|information|reasons?)"
    r"|\bcannot (?:provide|share|disclose)\b|\bfor security (?:purposes|reasons)\b"
    r"|\binterruptions? (?:in|of|to) service\b|悪影響|影響を(?:及ぼ|与え)"
    r"|詳細.{0,20}(?:できません|いたしかねます|できかね)",
    re.IGNORECASE | re.DOTALL,
)
_SECOND = re.compile(
    r"\b(?:still|again|remain\w*) (?:\w+ ){0,2}(?:unable|not able|cannot|can't|declin\w+|den(?:y|ied))\b"
    r"|\b(?:second|further|additional|secondary) review\b|\bdecision (?:is|remains) (?:final|unchanged)\b"
    r"|\b(?:our )?(?:previous|earlier|original|initial) decision\b"
    r"|\breviewed (?:this|the|your) (?:additional |new )?information\b.{0,80}\b(?:unable|cannot|not)\b|\bupheld\b"
    r"|\bre-?reviewed\b|再(?:度)?審査の結果|再度(?:確認|検討|審査)|引き続き.{0,20}(?:できません|お断り)|以前の(?:決定|判断)",
    re.IGNORECASE | re.DOTALL,
)
_ASKS = re.compile(
    r"[?？]\s*$|\b(?:tell us|describe|explain|clarify|let us know|elaborate)\b"
    r"|\b(?:provide|share|include|send|give|attach)\b.{0,40}\b(?:details?|information|examples?|samples?"
    r"|description|url|link|copy)\b"
    r"|^\W*(?:how|what|why|where|which|who|when|do|does|are|is|can|could|have|will)\b.{6,}$"
    r"|(?:か|ください|下さい)[。．？?]?$",
    re.IGNORECASE,
)
_BOILERPLATE = re.compile(
    r"\banything else\b|\bhow did we\b|\brate this\b|\bas much detail as\b|\bby replying\b"
    r"|\breply to this (?:message|case|e-?mail)\b|\bdo not reply\b|\bcontact us again\b|\bfor more information\b"
    r"|\bsee (?:the )?(?:our )?(?:documentation|developer guide|https?:)|\bunable to (?:provide|share)\b"
    r"|\bif you can provide\b|以下について|次の(?:点|項目|質問)|\bcould have a\b"
    r"|返信|ご了承|お問い合わせください|ご参照|ご確認ください",
    re.IGNORECASE,
)
_TELLS = re.compile(
    r"^(?!.*[?？])(?!.*\b(?:tell us|describe|explain|clarify|helpful to|please)\b).*\b(?:we|our team)(?:['’]\w+)?\b",
    re.IGNORECASE | re.DOTALL,
)
"""A statement about AWS's own doing, however many asking words it holds."""
_MORE = re.compile(
    r"(?<!providing us with )(?<!providing )\b(?:more|additional|further) (?:information"
    r"|details?)\b(?!.{0,20}(?:see|visit))|\bgather more\b|追加(?:の)?情報|詳細(?:な情報)?を(?:お知らせ|ご提供|教えて)",
    re.IGNORECASE,
)
_SPLIT = re.compile(r",?\s+and (?=how\b|what\b|whether\b)|,\s+(?=how\b|what\b|whether\b)", re.IGNORECASE)


def read_refusal(message: str) -> Refusal:
    """Read what AWS wrote, of any length (the first 20,000 characters count) and in any state."""
    text = clean(message[:LONGEST])
    pieces = [s for _, line in lines(text) for s in sentences(line)]
    asked = [p for p in pieces if _ASKS.search(p) and not _BOILERPLATE.search(p) and not _TELLS.search(p)]
    questions = _questions(asked)
    told = " ".join(p for p in pieces if p not in asked)
    named = _named(told)
    return Refusal(_concerns(named, questions, text), questions, bool(_SECOND.search(text)), tongue(text))


def _named(told: str) -> list[Concern]:
    """The concerns that stand in statements; words inside "how you manage bounces" are a question and no concern."""
    statements = re.sub(r"\b(?:for example,? )?(?:tell us|how you)\b[^.?!。]*", " ", told, flags=re.IGNORECASE)
    return [concern for concern, words in _NAMED.items() if re.search(words, statements, re.IGNORECASE)]


def _concerns(named: list[Concern], questions: tuple[Question, ...], text: str) -> tuple[Concern, ...]:
    more = bool(questions) or bool(_MORE.search(text))
    if named:
        return (*named, Concern.QUESTIONS) if questions else tuple(named)
    if not questions and _NO_DETAILS.search(text):
        return (Concern.NO_DETAILS,)
    return (Concern.QUESTIONS,) if more else (Concern.UNCLEAR,)


def _questions(asked: list[str]) -> tuple[Question, ...]:
    found: dict[str, Question] = {}
    for sentence in asked:
        for part in _SPLIT.split(sentence):
            text = re.sub(r"^for example,?\s*", "", part.strip(" ,.;"), flags=re.IGNORECASE)[:_LONGEST_QUESTION]
            if len(text) > 5:
                found.setdefault(text.casefold(), Question(text, topics_of(text)))
    return tuple(found.values())[:_MOST_QUESTIONS]


def topics_of(text: str) -> tuple[Topic, ...]:
    """What a question is about."""
    return tuple(topic for topic, words in _TOPICS.items() if re.search(words, text, re.IGNORECASE))
