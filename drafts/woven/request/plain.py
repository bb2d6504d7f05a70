"""The description where the answers are not in English: nothing is woven, so that no grammar is guessed.

Japanese, in which AWS also answers, gets Japanese sentences; every other language stands as typed behind a short
English lead.
"""

import re
from dataclasses import dataclass

from drafts.woven.numbers import respelled
from drafts.woven.text.reading import read
from drafts.woven.text.shape import Shape
from drafts.woven.text.tidy import flat, unmarked, with_period
from drafts.woven.text.tongue import Tongue
from model import Answers, Stream

_PREDICATE = re.compile(r"(?:ます|です|ません|した|する|いる|ある|ない|だ|れる|える|う)[。．]?$")
_OCCASION = re.compile(r"(?:時|とき|際|後|直後|前|たび|度|ごと|日|時点)$")


@dataclass(frozen=True, slots=True)
class _Lead:
    """The words before an answer in English, and the Japanese sentence around it."""

    english: str
    japanese: str


_LEADS = {
    "business": _Lead("About the business", "当社の事業は{}です。"),
    "place": _Lead("Place", "所在地は{}です。"),
    "since": _Lead("Since", "活動開始は{}です。"),
    "what": _Lead("What is sent", "送信するメールは{}です。"),
    "trigger": _Lead("What triggers it", "送信のきっかけは{}です。"),
    "recipients": _Lead("Who receives it", "受信者は{}です。"),
    "rhythm": _Lead("How often", "頻度は{}です。"),
    "number": _Lead("How many", "数は{}です。"),
    "opt_in": _Lead("How people opt in", "登録の方法は{}です。"),
    "unconfirmed": _Lead("Unconfirmed addresses", "確認が済んでいないアドレスの扱いは{}です。"),
    "leaving": _Lead("How people leave", "配信停止の方法は{}です。"),
    "bounces": _Lead("On a bounce", "バウンスした場合の対応は{}です。"),
    "complaints": _Lead("On a complaint", "苦情があった場合の対応は{}です。"),
    "monthly": _Lead("Messages a month", "送信数は月に{}です。"),
    "basis": _Lead("Worked out from", "内訳は{}です。"),
    "busiest": _Lead("Busiest day", "最も多い日は{}です。"),
}


_WHEN = {
    "unconfirmed": ("確認が済んでいないアドレスは、", "確認|未承認|認証"),
    "bounces": ("バウンスした場合は、", "バウンス|不達|エラー|届か"),
    "complaints": ("苦情があった場合は、", "苦情|迷惑|クレーム"),
}
"""What a Japanese sentence is about, where it does not say so itself."""
_DOING = re.compile(
    r"(?:削除|停止|解除|登録|送信|配信|確認|除外|無効化|抑制|対応|連絡|通知|破棄|保存|更新|記録|変更|調査|修正|入力|申請|ブロック)$"
)
"""Nouns that する makes a verb: "7日後に削除" is something that is done."""
_IS_ONE = re.compile(r"^[^はがを、。]+です[。．]?$")


def plain(answers: Answers, tongue: Tongue) -> list[list[str]]:
    """The paragraphs of the description, without those on sample and website."""
    japanese = tongue is Tongue.JAPANESE
    paragraphs = [
        [*_who(answers, japanese), *told_plainly(answers, ("place", "since"), japanese)],
        *[_stream(s, japanese) for s in answers.streams],
        told_plainly(answers, ("opt_in", "unconfirmed"), japanese),
        told_plainly(answers, ("leaving",), japanese),
        told_plainly(answers, ("bounces", "complaints"), japanese),
        told_plainly(answers, ("monthly", "basis", "busiest"), japanese),
    ]
    return [p for p in paragraphs if p]


def _who(answers: Answers, japanese: bool) -> list[str]:
    name, business = flat(answers.name), flat(answers.business)
    if not name:
        return told_plainly(answers, ("business",), japanese)
    if japanese:
        if name in business:
            return _as_said(answers.business)
        said = _as_said(answers.business)
        if said and _IS_ONE.match(said[0]):
            return [f"{name}は{said[0]}", *said[1:]]
        if not business or _is_sentence(business, japanese):
            return [f"{name}です。", *_as_said(answers.business)]
        return [f"{name}は{unmarked(business)}です。"]
    asking = f"{name} is asking for production access."
    return [asking, *told_plainly(answers, ("business",), japanese)]


def told_plainly(source: Answers | Stream, fields: tuple[str, ...], japanese: bool) -> list[str]:
    """The answers of some fields as sentences of their own."""
    return [
        sentence for field in fields for sentence in _one(str(getattr(source, field)), _LEADS[field], field, japanese)
    ]


def _stream(stream: Stream, japanese: bool) -> list[str]:
    what, to = flat(stream.what), flat(stream.recipients)
    fields = ("what", "trigger", "recipients", "rhythm", "number")
    if not japanese or not what or not to or _is_sentence(what, japanese) or _is_sentence(to, japanese):
        return told_plainly(stream, fields, japanese)
    first = f"{unmarked(what)}を{unmarked(to)}にお送りします。"
    rhythm, number = (told_plainly(stream, (field,), japanese) for field in ("rhythm", "number"))
    if len(rhythm) == len(number) == 1 and rhythm[0].startswith("頻度は") and number[0].startswith("数は"):
        rhythm, number = [], [f"{rhythm[0].removesuffix('です。')}で、{number[0]}"]
    return [first, *told_plainly(stream, ("trigger",), japanese), *rhythm, *number]


def _one(text: str, lead: _Lead, field: str, japanese: bool) -> list[str]:
    if not read(text):
        return []
    said = _as_said(respelled(text) if field in {"number", "monthly", "busiest"} else text)
    if not japanese:
        return [f"{lead.english}: {said[0]}", *said[1:]]
    first = unmarked(flat(said[0]))
    if field in {*_WHEN, "opt_in", "leaving"} and _DOING.search(first):
        first += "していただきます" if field == "opt_in" else "します"
        said = [f"{first}。", *said[1:]]
    if field == "busiest":
        first = re.sub(r"(?<=[日週月]) +(?=約?\d)", "の", first)
    if _is_sentence(first, japanese):
        when, mentioned = _WHEN.get(field, ("", ""))
        return [said[0] if not when or re.search(mentioned, first) else when + said[0], *said[1:]]
    if field == "trigger" and _OCCASION.search(first):
        return [f"{first}に送信します。", *said[1:]]
    if field == "since":
        return [
            f"{first}です。" if re.search(r"創業|設立|開業|開設|から", first) else f"{first}から活動しています。",
            *said[1:],
        ]
    return [
        (lead.japanese.replace("月に", "") if field == "monthly" and "月" in first else lead.japanese).format(first),
        *said[1:],
    ]


def _as_said(text: str) -> list[str]:
    """The pieces of an answer as sentences, untouched but for their closing mark."""
    return [with_period(u.closed if u.shape is not Shape.OTHER else u.text) for u in read(text, english=False)]


def _is_sentence(text: str, japanese: bool) -> bool:
    return japanese and bool(_PREDICATE.search(unmarked(text)))
