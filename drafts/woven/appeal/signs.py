"""The words by which a message of AWS is read, in English and Japanese: topics, concerns, and what says nothing."""

import re
from enum import StrEnum

from model import Concern


class Topic(StrEnum):
    """What one of AWS's questions is about."""

    USE_CASE = "use_case"
    FREQUENCY = "frequency"
    VOLUME = "volume"
    LISTS = "lists"
    OPT_IN = "opt_in"
    BOUNCES = "bounces"
    COMPLAINTS = "complaints"
    UNSUBSCRIBES = "unsubscribes"
    SAMPLE = "sample"
    WEBSITE = "website"
    DOMAIN = "domain"
    PRIVACY = "privacy"
    REMEDY = "remedy"
    """What was done about the trouble that AWS names."""


_LISTS = r"(?:lists?|addresses|recipients|contacts|subscribers|database)"
_MAIL = r"(?:e-?mails?|mails?|messages?)"
_I = re.IGNORECASE
TOPICS = {
    Topic.USE_CASE: re.compile(
        rf"\buse[- ]cases?\b|\bbusiness model\b|\bwhat you do\b|\bhow you (?:plan|intend) to use\b"
        rf"|\bwhat (?:kind|type|sort)s? of {_MAIL}|\bpurpose\b"
        rf"|\b(?:about|describe) (?:your|the) (?:business|company|organi[sz]ation|service|product)\b"
        rf"|\bwhat (?:your|the) (?:business|company|organi[sz]ation)\b|\bsending (?:processes|procedures)\b"
        rf"|\bwho (?:will |do |does |are |is )?(?:you |your )?(?:receiv\w+|send\w*|recipients|email\w*|audience)\b"
        rf"|\b(?:types?|kinds?) of {_MAIL}|\bwhat (?:do|will|are) you (?:be )?send\w*"
        rf"|利用目的|使用目的|ユースケース|用途|事業",
        _I,
    ),
    Topic.FREQUENCY: re.compile(
        r"\bhow (?:often|frequently|regularly)\b(?!.{0,30}\b(?:remov|clean|updat|purg|review|check|prun)\w*)"
        r"|\bfrequency\b|頻度|どのくらいの間隔",
        _I,
    ),
    Topic.VOLUME: re.compile(
        rf"\bhow (?:many|much) (?:\w+ )?(?:{_MAIL}|recipients|mail)\b|\bvolumes?\b|\bnumber of (?:{_MAIL}|recipients)\b"
        rf"|\bquota\b|\bthis number\b|\bthese (?:numbers|figures)\b|送信量|送信数|通数|何通",
        _I,
    ),
    Topic.LISTS: re.compile(
        rf"\b(?:maintain|manage|update|clean|keep)\w* (?:your |the )?(?:\w+ ){{0,2}}{_LISTS}\b"
        rf"|\b(?:remov|purg|clean|prun|scrub)\w*\b.{{0,30}}\b{_LISTS}\b"
        r"|\blist (?:hygiene|maintenance|management|upkeep)\b|リスト",
        _I,
    ),
    Topic.OPT_IN: re.compile(
        rf"\bopt(?:ed|s)?[- ]?in\b|\bconsent\w*"
        rf"|\b(?:obtain|acquir|collect|gather|sourc|build)\w*\b.{{0,40}}\b{_LISTS}\b"
        rf"|\b{_LISTS}\b.{{0,30}}\b(?:obtained|acquired|collected|gathered|sourced|built)\b"
        rf"|\bwhere .{{0,30}}{_LISTS}\b|\bsign(?:ed)?[- ]?up\b|\bwho are your recipients\b"
        rf"|\bhow .{{0,30}}(?:subscribe|addresses)|同意|オプトイン|取得|収集|入手|受信者",
        _I,
    ),
    Topic.BOUNCES: re.compile(r"\bbounc\w+|バウンス|不達", _I),
    Topic.COMPLAINTS: re.compile(
        r"\bcomplain\w+|\bspam reports?\b|\b(?:mark|report)\w*\b.{0,30}\bspam\b|苦情|迷惑メール", _I
    ),
    Topic.UNSUBSCRIBES: re.compile(r"\bunsubscri\w+|\bopt(?:s|ing)?[- ]?out\b|配信停止|購読解除|登録解除", _I),
    Topic.SAMPLE: re.compile(
        rf"\b(?:examples?|samples?|templates?|cop(?:y|ies)) of (?:the |your |an? )?(?:\w+ ){{0,4}}(?:{_MAIL}|content)\b"
        rf"|\b(?:sample|example) {_MAIL}|\b{_MAIL} (?:samples?|examples?|templates?)\b"
        rf"|\bcontent of (?:your|the) {_MAIL}|メールの(?:例|サンプル|内容)"
        r"|サンプル|文例",
        _I,
    ),
    Topic.WEBSITE: re.compile(r"\bweb ?sites?\b|\burl\b|ウェブサイト|Web ?サイト|サイト", _I),
    Topic.DOMAIN: re.compile(r"\bdomains?\b|ドメイン", _I),
    Topic.PRIVACY: re.compile(r"\bprivacy\b|プライバシー", _I),
    Topic.REMEDY: re.compile(
        r"\b(?:steps|actions?|measures) (?:that )?you(?:['’]ve| have)? (?:taken|took)\b"
        r"|\bwhat (?:you|have you|you have) (?:done|changed)\b"
        r"|\b(?:fix|resolve|address|correct|remedy|prevent)(?:ed|ing)? (?:this|these|it|the)\b"
        r"|改善|対策",
        _I,
    ),
}
NAMED = {
    Concern.LIST_SOURCE: re.compile(
        r"\b(?:purchased|rented|bought|third[- ]party|harvested|scraped) (?:or (?:rented|purchased|bought) )?"
        r"(?:\w+ ){0,2}(?:lists?|addresses|data)\b"
        rf"|\bsources? of (?:your |the )?(?:\w+ ){{0,3}}{_LISTS}\b|\b{_LISTS}\b.{{0,40}}\bcom(?:e|es|ing) from\b"
        r"|\bhow (?:you|the) (?:\w+ ){0,5}(?:obtain|acquir|collect|gather)\w*"
        rf"|\b{_LISTS}\b.{{0,60}}\b(?:opt(?:ed)?[- ]?in|consent\w*|(?:have |has )?(?:asked|requested)|subscrib\w+)\b"
        rf"|\b(?:opt(?:ed)?[- ]?in|consent)\b.{{0,40}}\b{_LISTS}\b|\bwithout (?:\w+ )?consent\b|\bunsolicited\b"
        r"|\blist (?:acquisition|quality|collection|sourc\w+)\b|\bopt-?in process\b"
        r"|購入(?:した|された)?リスト|リストの(?:取得|入手|出所)|同意を得ていない|(?:宛先|アドレス)の(?:取得|入手)",
        _I,
    ),
    Concern.WEBSITE: re.compile(r"\bweb ?site\b|\blanding page\b|\bweb ?page\b|ウェブサイト|Web ?サイト", _I),
    Concern.VOLUME: re.compile(
        r"\b(?:sending|e-?mail|requested|expected|planned|stated|proposed|daily|monthly|high|large) volumes?\b"
        rf"|\bvolumes? (?:of|you)\b|\b(?:limit|quota) of [\d,.]+|\bsize of your list\b"
        rf"|\bnumber of {_MAIL}|送信量|送信数",
        _I,
    ),
    Concern.BOUNCES: re.compile(r"\bbounc\w+|バウンス", _I),
    Concern.COMPLAINTS: re.compile(
        r"\bcomplaint\w*|\bspam reports?\b|\b(?:mark|report)(?:ed|ing)?\b.{0,30}\bas spam\b|苦情|迷惑メール", _I
    ),
}
NEGATIVE_IMPACT = re.compile(r"\bnegative(?:ly)? (?:impact|affect)\w*|悪影響", _I)
DELIVERABILITY = re.compile(r"\bimpact (?:the )?deliverability\b|\baffect your reputation\b|評判|到達率", _I)
NO_REASON = re.compile(
    r"\b(?:unable|not able) to (?:provide|share|disclose|give)\b(?:\W+\w+){0,4}\W+(?:details?|information|reasons?)"
    r"|\b(?:cannot|can['’]t|can not|do not) (?:provide|share|disclose|give)\b(?:\W+\w+){0,4}\W+(?:details?|information"
    r"|reasons?)"
    r"|詳細.{0,20}(?:できません|いたしかねます|できかね)",
    _I,
)
NO_DETAILS = re.compile(
    rf"{NEGATIVE_IMPACT.pattern}|{DELIVERABILITY.pattern}|{NO_REASON.pattern}|\bfor security (?:purposes|reasons)\b"
    r"|\binterruptions? (?:in|of|to) service\b|影響を(?:及ぼ|与え)",
    _I,
)
SECOND = re.compile(
    r"\b(?:still|again|remain\w*) (?:\w+ ){0,2}(?:unable|not able|cannot|can['’]t|declin\w+|den(?:y|ied)|won['’]t)\b"
    r"|\b(?:second|further|additional|secondary) review\b|\bdecision (?:is|remains|stands) ?(?:final|unchanged)?\b"
    r"|\bfinal decision\b|\b(?:position|decision) (?:has|is|have) ?(?:not|un)"
    r"|\b(?:our )?(?:previous|earlier|original|initial) decision\b|\bupheld\b|\bre-?reviewed\b|\byour appeal\b"
    r"|\b(?:thank you for providing|you (?:have )?provided|reviewed|reviewing|considered|considering|received)\b"
    r"[^.]{0,60}\b(?:additional|new|further) (?:information|details)\b.{0,200}"
    r"\b(?:unable|cannot|can['’]t|not able|declin\w+|den(?:y|ied)|will not|won['’]t)\b"
    r"|再(?:度)?審査の結果|再度(?:確認|検討|審査)|引き続き.{0,20}(?:できません|お断り)|以前の(?:決定|判断)",
    re.IGNORECASE | re.DOTALL,
)
MORE = re.compile(
    r"(?<!providing us with )(?<!providing )\b(?:more|additional|further) (?:information|details?|specifics)\b"
    r"(?!.{0,20}(?:see|visit|about our|you (?:have )?(?:provid|sent|shar|gave|submit)))"
    r"|\bgather more\b|追加(?:の)?情報|詳細(?:な情報)?を(?:お知らせ|ご提供|教えて)",
    _I,
)
IMPERATIVE = (
    r"(?:tell|describe|explain|clarify|elaborate|provide|share|include|send|give|attach|outline|specify|confirm"
    r"|list|answer|let us know|detail|fix|state|add|show)"
)
ASKS = re.compile(
    r"[?？]\s*$|\btell us\b|\blet us know\b"
    rf"|^(?:(?:also|and|then|next|so|first|finally|for example|in (?:your|the) (?:response|reply)|additionally),? )*"
    rf"(?:(?:please|kindly),? )?(?:also )?{IMPERATIVE}\b"
    rf"|\b(?:please|kindly|(?:could|can|would|will) you|we(?:'d| would) (?:also )?(?:like|need|ask) (?:you )?to"
    rf"|we need you to|you (?:need|have) to|helpful to|helpful if you(?: could)?)\s+(?:\w+ ){{0,2}}{IMPERATIVE}\b"
    r"|\bwe(?: still| also|['’]d)? (?:need|require|would like) (?:\w+ ){0,4}(?:information|details|specifics|examples?"
    r"|samples?)\b(?:\W+\w+){0,3}\W+(?:on|about|regarding|of)\b"
    r"|^(?:how|what|why|where|which|who|when|do|does|are|is|can|could|have|will)\b.{6,}[^.]$"
    r"|(?:か|ください|下さい)[。．？?]?$",
    _I,
)
NOT_ASKING = re.compile(
    r"\banything else\b|\bhow did we\b|\brate this\b|\bas much detail as\b|\bby replying\b|\bplease review\b"
    r"|\breply to this (?:message|case|e-?mail)\b|\bdo not reply\b|\bcontact us again\b|\bfor more information\b"
    r"|\bsee (?:the )?(?:our )?(?:documentation|developer guide|https?:)|\bif you can provide\b|\bopen a new case\b"
    r"|\b(?:answer|answers to) (?:the|these) (?:following )?questions\b|以下について|次の(?:点|項目|質問)"
    r"|返信|ご了承|お問い合わせください|ご参照|ご確認ください",
    _I,
)
ADVICE = re.compile(
    r"\brecommend\w*\b|\bbest practices?\b|\bmake sure\b|\bensur(?:e|ing)\b|\bencourage\b|\bpolic(?:y|ies)\b"
    r"|\bfor more information\b|\blearn more\b|\bguidelines\b|\bterms\b|\bfor your reference\b|ガイドライン|ポリシー",
    _I,
)
"""General counsel that stands in many messages and speaks of nobody's mail."""
GROUND = re.compile(
    r"\bbecause\b|\bdue to\b|\bas (?:the|your|it)\b|\bwe (?:found|noticed|see|saw|believe|determined|detected|have"
    r" concerns?|are concerned)\b|\bconcern\w*\b|\b(?:un|not )clear\b|\b(?:does|do|did|could|is|are|was|has) ?n[o'’]t\b"
    r"|\bappears?\b|\bseems?\b|\btoo\b|\black\w*\b|\binsufficient\b|\bmissing\b|\brelated to\b|\blimiting\b"
    r"|\bnot eligible\b|\bexceed\w*\b|\bviolat\w+\b|\brecently\b|\bsuspicious\b|\bhistory\b|\bverify\b|ため|懸念",
    _I,
)
"""What gives a ground for a decision."""
DECISION = re.compile(
    r"\b(?:unable|not able|cannot|can['’]t|can not|won['’]t|will not|not going|decided not|decided against)\b.{0,30}"
    r"\b(?:grant|approv|increas|mov|lift|accept|remov|enabl)\w*|\bdeclin(?:ed|ing)\b|\bden(?:ied|ying)\b|\breject(?:ed|ing)\b"
    r"|\brefus(?:ed|ing)\b|\bdecision\b|承認できません|お断り",
    _I,
)
"""A decision against the request, with or without its ground."""
EMPTY_GROUND = re.compile(
    r"\bthank you\b|\bthanks\b|\bregards\b|\bcan (?:continue to )?use\b|\bto prevent other\b"
    r"|\b(?:position|decision)\b.{0,20}\b(?:changed|final|unchanged|stands)\b"
    r"|ありがとう|お客様$",
    _I,
)
