"""What Slack accepts inside a `rich_text` block: sections, lists, quotes and preformatted text.

Source: Slack's Block Kit reference, "Rich text block".
"""

from collections.abc import Mapping

from fakes.slack.schema import Rule, fields, flag, items, number, one_of, string, typed

_ANY_LENGTH = 40_000
_MANY = 1_000


def _style(*names: str) -> dict[str, Rule]:
    return {"style": fields({}, dict.fromkeys(names, flag))}


_TEXT_STYLE = _style("bold", "italic", "strike", "code", "underline")
_MENTION_STYLE = _style("bold", "italic", "strike", "highlight", "client_highlight", "unlink")
_ID = string(255)

_INLINE: Mapping[str, Rule] = {
    "text": fields({"text": string(_ANY_LENGTH)}, _TEXT_STYLE),
    "link": fields({"url": string(3_000)}, {"text": string(_ANY_LENGTH), "unsafe": flag, **_TEXT_STYLE}),
    "emoji": fields({"name": string(100)}, {"unicode": string(100), "skin_tone": number(1, 6), **_TEXT_STYLE}),
    "user": fields({"user_id": _ID}, _MENTION_STYLE),
    "usergroup": fields({"usergroup_id": _ID}, _MENTION_STYLE),
    "channel": fields({"channel_id": _ID}, _MENTION_STYLE),
    "broadcast": fields({"range": one_of("here", "channel", "everyone")}, _MENTION_STYLE),
    "color": fields({"value": string(20)}, {}),
    "date": fields(
        {"timestamp": number(0, 2**53), "format": string(200)}, {"url": string(3_000), "fallback": string(_ANY_LENGTH)}
    ),
}
_RUNS = items(typed(_INLINE), most=_MANY)
_PLAIN_RUNS = items(typed({kind: _INLINE[kind] for kind in ("text", "link")}), most=_MANY)
_BORDER = {"border": one_of(0, 1)}
_SECTION = fields({"elements": _RUNS}, {})

RICH_TEXT: Rule = items(
    typed(
        {
            "rich_text_section": _SECTION,
            "rich_text_preformatted": fields({"elements": _PLAIN_RUNS}, _BORDER),
            "rich_text_quote": fields({"elements": _RUNS}, _BORDER),
            "rich_text_list": fields(
                {
                    "style": one_of("bullet", "ordered"),
                    "elements": items(typed({"rich_text_section": _SECTION}), most=_MANY),
                },
                {"indent": number(0, 8), "offset": number(0, 10_000), **_BORDER},
            ),
        }
    ),
    most=_MANY,
)
"""The `elements` of a `rich_text` block."""
