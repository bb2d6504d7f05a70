"""Numbers as people type them: "about 10k", "4.200", "4 200", "6,400", "1.5 million", "5万"."""

import re
import unicodedata

_NUMBER = re.compile(
    r"(?<![\d.,])(?P<whole>\d{1,3}(?:[.,'’ ]\d{3}){1,5}(?!\d)|\d{1,15}(?!\d))(?P<part>[.,]\d{1,2}(?!\d))?"
    r"(?P<unit>[km](?!\w)| ?(?:k|tsd|thousand|mio|million|millionen)(?!\w)|百万|[千万])?",
    re.IGNORECASE,
)
_UNITS = {
    "k": 1_000, "tsd": 1_000, "thousand": 1_000, "千": 1_000, "万": 10_000, "m": 1_000_000, "mio": 1_000_000,
    "million": 1_000_000, "millionen": 1_000_000, "百万": 1_000_000,
}  # fmt: skip


def read(text: str) -> tuple[int, ...]:
    """The whole numbers of a text, in its order. A fraction counts only where a unit makes it whole ("1.5k")."""
    found = []
    for match in _NUMBER.finditer(unicodedata.normalize("NFKC", text)):
        whole = int(re.sub(r"\D", "", match["whole"]))
        unit = _UNITS[match["unit"].strip().lower()] if match["unit"] else 1
        part = float(f"0.{match['part'][1:]}") if match["part"] else 0.0
        if unit > 1 or not part:
            found.append(whole * unit + round(part * unit))
    return tuple(found)
