"""How text from outside is shown: DNS records, what people typed, what a web page says.

Nothing from outside may become markup, move the cursor, reorder a line or hide in it. Text that goes into plain_text or
rich_text elements needs `make_visible`; text that goes into mrkdwn (a message's fallback is mrkdwn) `escape_mrkdwn`.
"""

import re

_ENTITIES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;"})
_LOOK_ALIKES = str.maketrans({"*": "∗", "_": "ˍ", "~": "∼", "`": "ˋ"})
_QUOTE = re.compile(r"^\s*>")
_NAMED_ESCAPES = {"\n": r"\n", "\r": r"\r", "\t": r"\t"}
_BLANK = re.compile("[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2800\u3164\ufe00-\ufe0f\uffa0\U000e0100-\U000e01ef]")
"""Printable by category, yet nothing to see: Unicode's Default_Ignorable_Code_Point, and the blank Braille cell."""


def escape_entities(text: str) -> str:
    """Returns the three characters that Slack reads as control sequences, as entities (Slack: "Escaping text")."""
    return text.translate(_ENTITIES)


def escape_mrkdwn(text: str) -> str:
    """Returns text from outside for mrkdwn: escaped, visible, and with look-alikes for the signs that format. Slack has
    no way to escape `*`, `_`, `~`, a backtick, or the `>` that begins a quotation, so they are replaced. Not for text
    that is to be copied: that belongs in rich_text."""
    return escape_entities(_QUOTE.sub("›", make_visible(text))).translate(_LOOK_ALIKES)


def make_visible(text: str) -> str:
    r"""Returns one line in which every character can be seen: controls, line ends, zero-width and bidirectional signs
    and unusual spaces become `\n`, `\x07`, `\u202e`."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(_show_character(character) for character in text)


def make_lines_visible(text: str) -> str:
    """Returns the text with every character seen, and its line ends: for texts of ours with a word from outside."""
    return "\n".join(make_visible(part) for part in text.split("\n"))


def record_text(text: str) -> str:
    """Returns a DNS value as a person reads it, on one line. TXT values travel with one character for each octet
    (Latin-1). Where those octets are UTF-8, as published by most providers, they are read as UTF-8, so that a curly
    quote is seen as one. Then every character is made visible."""
    if text.isascii():
        return make_visible(text)
    try:
        return make_visible(text.encode("latin-1").decode("utf-8"))
    except UnicodeError:
        return make_visible(text)


def _show_character(character: str) -> str:
    if character.isprintable() and not _BLANK.match(character):
        return character
    if character in _NAMED_ESCAPES:
        return _NAMED_ESCAPES[character]
    point = ord(character)
    if point < 0x100:
        return f"\\x{point:02x}"
    return f"\\u{point:04x}" if point < 0x10000 else f"\\U{point:08x}"
