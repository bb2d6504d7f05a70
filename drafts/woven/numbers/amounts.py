"""Amounts in a text: their value, the range they give, and what they count."""

import re
import unicodedata
from dataclasses import dataclass

from drafts.woven.numbers.rhythm import period_of
from drafts.woven.text.bag import bag

_MULTIPLIERS = {
    "k": 1e3, "tsd": 1e3, "thousand": 1e3, "thousands": 1e3, "mille": 1e3, "m": 1e6, "mio": 1e6, "mn": 1e6,
    "million": 1e6, "millions": 1e6, "bn": 1e9, "billion": 1e9, "lakh": 1e5, "lakhs": 1e5, "lac": 1e5,
    "crore": 1e7, "hundred": 1e2, "dozen": 12.0, "百": 1e2, "千": 1e3, "万": 1e4, "萬": 1e4, "百万": 1e6, "億": 1e8,
}  # fmt: skip
_ONES = {
    "zero": 0, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9,
    "ten": 10, "eleven": 11, "twelve": 12, "thirteen": 13, "fourteen": 14, "fifteen": 15, "sixteen": 16,
    "seventeen": 17, "eighteen": 18, "nineteen": 19, "twenty": 20, "thirty": 30, "forty": 40, "fifty": 50,
    "sixty": 60, "seventy": 70, "eighty": 80, "ninety": 90,
}  # fmt: skip
_WORD_MULTIPLIERS = r"hundred|thousand|million|billion|dozen|lakhs?|crore"
_ONES_WORDS = "|".join(sorted(_ONES, key=len, reverse=True))
_DIGITS = r"\d{1,3}(?:[ \u00a0\u202f]\d{3})+(?!\d)(?:[.,]\d+)?|\d[\d.,'’]*\d|\d"
_SCALE = (
    r"(?:\s?(?:tsd|mio|mn|bn|thousands?|mille|millions?|billion|lakhs?|lac|crore|hundred|dozen)\b|\s?[kK](?![\w])"
    r"|[mM](?![\w])|\s?百万|\s?[百千万萬億])"
)
_ORDINARY = rf"(?:{_DIGITS}){_SCALE}?"
_WORDED = (
    rf"(?:half\s+a\s+(?:million|thousand|dozen|hundred)|a\s+(?:couple\s+of\s+|half\s+)?(?:{_WORD_MULTIPLIERS})|"
    rf"(?:{_ONES_WORDS})(?:[\s-]+(?:and\s+a\s+half\s+)?(?:and\s+)?(?:{_ONES_WORDS}|{_WORD_MULTIPLIERS}))*)\b"
)
_APART = r"(?<![.@/:#-])(?<![^\W\u3040-\u30ff\u4e00-\u9fff])"
"""Not inside a word; Japanese and Chinese write a number right after one."""
_AMOUNT = re.compile(
    rf"(?P<minus>(?:(?<![\w.,])[-−]|\bminus\s+)(?=\d))?(?P<first>{_APART}{_ORDINARY}|(?<=[-−]){_ORDINARY}"
    rf"|\b{_WORDED})"
    rf"(?:\s*(?:-|–|—|~|to|bis|through)\s*(?P<last>{_ORDINARY}|{_WORDED}))?(?P<after>\s*[%％]|\s*percent\b|(?:st|nd"
    rf"|rd|th)\b|:\d\d|\s?[ap]\.?m\b\.?)?",
    re.IGNORECASE,
)
_BETWEEN = re.compile(
    rf"\bbetween\s+(?P<low>{_ORDINARY}|{_WORDED})\s+and\s+(?P<high>{_ORDINARY}|{_WORDED})", re.IGNORECASE
)
_PERIOD_BEFORE = re.compile(r"(?<!\d)(?P<unit>[月週日年])(?:間|に)?(?:約|およそ|合計)?\s*$")
_UNITS_BEFORE = {"月": "month", "週": "week", "日": "day", "年": "year"}
_TIMES_UNIT = re.compile(
    r"\s*[-–]?\s*(?:minutes?|mins?|hours?|hrs?|h|days?|seconds?|secs?|years? old|weeks?|months?|years?"
    r"|business days?|working days?)\b(?!\s*(?:a|per)\b)",
    re.IGNORECASE,
)
_RESPELL = re.compile(
    rf"(?<![\w.@/:#,-])(?P<first>{_ORDINARY})(?:(?P<dash>\s*[-–—]\s*|\s+to\s+)(?P<last>{_ORDINARY}))?(?![\w%:-]|[.,]\d)"
)
_SPELLED_OUT = re.compile(r"thousand|million|billion|lakh|lac|crore|hundred|dozen|[百千万萬億]", re.IGNORECASE)
_WEB = re.compile(r"https?://\S+|\S+@\S+|\b[\w-]+\.(?:com|org|net|io|example|de|co)\b\S*", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Quantity:
    """One amount: `low` and `high` (equal unless a range was given), its place in the text, the words after it
    (`noun`), and the `period` it is counted in ("month"), None where none is named."""

    low: float
    high: float
    start: int
    end: int
    noun: str = ""
    period: str | None = None

    @property
    def middle(self) -> float:
        return (self.low + self.high) / 2

    @property
    def is_range(self) -> bool:
        return self.high > self.low


def quantities(text: str) -> tuple[Quantity, ...]:
    """Every amount in `text` (its first 2,000 characters), in order; times, shares, ordinals and years are left out."""
    text = _plain(text[:2_000])
    found = [
        Quantity(value_of(m["low"]), value_of(m["high"]), m.start("low"), m.end()) for m in _BETWEEN.finditer(text)
    ]
    taken = [(q.start, q.end) for q in found]
    taken += [m.span() for m in _WEB.finditer(text)]
    for match in _AMOUNT.finditer(text):
        if match["after"] or any(a < match.end() and match.start() < b for a, b in taken):
            continue
        quantity = _read(match)
        if quantity is not None and not _is_time(text, quantity) and not _is_year(text, quantity):
            found.append(quantity)
    found.sort(key=lambda q: q.start)
    return tuple(
        _with_company(text, q, found[at + 1].start if at + 1 < len(found) else len(text)) for at, q in enumerate(found)
    )


def value_of(written: str) -> float:
    """The value of one amount: "4.200" and "4,200" are four thousand two hundred, "1,5 k" is fifteen hundred."""
    written = _plain(written).strip().lower()
    digits = re.match(rf"(?:{_DIGITS})", written)
    if digits is None:
        return _worded(written)
    scale = written[digits.end() :].strip()
    return _digits(digits[0], scaled=bool(scale)) * _MULTIPLIERS.get(scale, 1.0)


def respelled(text: str) -> str:
    """The text with its amounts as English writes them: "about 10k" becomes "about 10,000", "4.200" "4,200".

    Spelled numbers, years, decimals and everything that is no amount stay as typed.
    """
    result, at = "", 0
    for match in _RESPELL.finditer(text):
        written = match[0]
        if any(m.start() <= match.start() < m.end() for m in _WEB.finditer(text)) or _reads_as_year(text, match):
            continue
        spelled = _spelled(match)
        if spelled is not None:
            result += text[at : match.start()] + spelled
            at = match.start() + len(written)
    return re.sub(r"(?<![\d)+])(?<![\d)+]\s)[~≈]\s*(?=\d)", "about ", result + text[at:])


def _reads_as_year(text: str, match: re.Match[str]) -> bool:
    before = text[: match.start()].split()[-1:]
    return bool(before) and _year_like(match[0]) and (before[0].lower() in _BEFORE_YEAR or before[0][0].isupper())


_BEFORE_YEAR = bag("""in since of from until by year during christmas friday spring summer autumn winter""")


def _spelled(match: re.Match[str]) -> str | None:
    """The one or two amounts of a match with commas, None where they are better left as typed."""
    low, high = value_of(match["first"]), value_of(match["last"] or match["first"])
    if match["last"]:
        quantity = _ranged(match["first"], match["last"])
        low, high = quantity
    for written, value in ((match["first"], low), (match["last"], high)):
        if written and (value != int(value) or _SPELLED_OUT.search(written)):
            return None
    if high < 1_000:
        return None
    return f"{int(low):,}{match['dash']}{int(high):,}" if match["last"] else f"{int(low):,}"


def _plain(text: str) -> str:
    """Full-width and other decimal digits as ASCII, one character for one."""
    return "".join(str(unicodedata.digit(c)) if not c.isascii() and c.isdecimal() else c for c in text)


def _digits(written: str, *, scaled: bool) -> float:
    bare = re.sub(r"[ \u00a0\u202f'’]", "", written)
    bare = bare.rstrip(".,")
    dots, commas = bare.count("."), bare.count(",")
    if dots and commas:
        decimal = "." if bare.rindex(".") > bare.rindex(",") else ","
        bare = bare.replace("," if decimal == "." else ".", "").replace(decimal, ".")
    elif dots + commas > 1:
        bare = bare.replace(".", "").replace(",", "")
    elif dots or commas:
        whole, _, rest = bare.replace(",", ".").partition(".")
        grouped = len(rest) == 3 and whole.lstrip("0") != "" and (not scaled or bool(commas))
        bare = whole + rest if grouped else f"{whole}.{rest}"
    try:
        return float(bare)
    except ValueError:
        return float(re.sub(r"\D", "", bare) or 0)


def _worded(written: str) -> float:
    total, current = 0.0, 0.0
    for word in re.split(r"[\s-]+", written):
        if word in _ONES:
            current += _ONES[word]
        elif word == "half":
            current += 0.5
        elif word == "couple":
            current = 2
        elif word in _MULTIPLIERS:
            scale = _MULTIPLIERS[word]
            current = (current or 1) * scale
            if scale >= 1_000:
                total, current = total + current, 0.0
    return total + current


def _read(match: re.Match[str]) -> Quantity | None:
    low, high = _ranged(match["first"], match["last"] or match["first"])
    if match["minus"]:
        low, high = -low, -high
    return Quantity(
        min(low, high), max(low, high), match.start(), match.end("last") if match["last"] else match.end("first")
    )


def _ranged(first: str, last: str) -> tuple[float, float]:
    """Both ends of a range; in "100-200k" the scale belongs to both."""
    low, high = value_of(first), value_of(last)
    scale = high / max(_digits_only(last), 1e-9)
    if low < high and scale >= 100 and low * scale <= high and re.fullmatch(r"\d+(?:[.,]\d)?", first.strip()):
        low *= scale
    return low, high


def _digits_only(written: str) -> float:
    digits = re.match(rf"(?:{_DIGITS})", written.strip())
    return _digits(digits[0], scaled=False) if digits else value_of(written)


def _is_time(text: str, quantity: Quantity) -> bool:
    return bool(_TIMES_UNIT.match(text, quantity.end)) or bool(
        re.match(r"[-–]?(?:day|hour|minute|week|month|year)\b", text[quantity.end :])
    )


def _is_year(text: str, quantity: Quantity) -> bool:
    written = text[quantity.start : quantity.end]
    if not _year_like(written):
        return False
    before = text[: quantity.start].lower().split()[-1:]
    after = text[quantity.end :].strip()
    return bool(before) and (
        before[0] in {"in", "since", "of", "from", "friday", "december", "november", "year"} or not after
    )


def _year_like(written: str) -> bool:
    return bool(re.fullmatch(r"(?:19|20)\d\d", written.strip()))


def _with_company(text: str, quantity: Quantity, until: int) -> Quantity:
    following = text[quantity.end : until]
    noun = re.match(r"\s*\+?\s*((?:[^\W\d_][\w'’-]*\s*){0,4})", following)
    words = noun[1].strip().lower() if noun else ""
    before = _PERIOD_BEFORE.search(text, 0, quantity.start)
    period = period_of(following) or (_UNITS_BEFORE[before["unit"]] if before else None)
    return Quantity(quantity.low, quantity.high, quantity.start, quantity.end, words, period)
