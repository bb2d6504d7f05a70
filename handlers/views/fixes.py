"""What to publish and to delete, drawn so that it can be copied into any DNS provider's form.

Each value stands alone in preformatted text: nothing but the value is selected when it is copied. The host field is
relative to the zone, because providers append the zone; a TXT value over 255 octets is repeated as the strings that
some providers ask for (RFC 1035 section 3.3, RFC 7208 section 3.3).
"""

from collections.abc import Iterable, Iterator
from typing import TypeAlias

from handlers.views.blocks import Element, bold, code, line, pre, run
from handlers.views.escape import record_text, visible
from handlers.views.naming import host_field, listed
from model import Fix, Record
from model.zone import quoted_strings

_TYPES_WITH_STRINGS = ("TXT", "SPF")


Shown: TypeAlias = dict[tuple[str, Record], int]
"""Which records a message has given already ("publish" or "delete"), and under which finding's number."""


def fix_elements(fix: Fix, zone: str, number: int, shown: Shown) -> Iterator[Element]:
    """The rich text of the fix of finding `number`: delete, publish, then the step. A record that an earlier finding
    gave is not given again; `shown` is read and added to."""
    asked = [("delete", record) for record in fix.remove] + [("publish", record) for record in fix.records]
    earlier = {pair: shown[pair] for pair in asked if pair in shown}
    new = [pair for pair in asked if pair not in earlier]
    shown.update(dict.fromkeys(new, number))
    if earlier and not new:
        yield line(run(f"Fixed by what is given under {_numbers(earlier.values())}."))
    elif any(action == "delete" for action, _ in earlier):
        changed = _numbers(first for (action, _), first in earlier.items() if action == "delete")
        yield line(run(f"This changes the same record as {changed}: publish one change, then check again."))
    elif earlier:
        yield line(run(f"Part of this is given under {_numbers(earlier.values())}."))
    amended = {(record.type, record.name) for record in fix.records}
    for action, record in new:
        if action == "publish":
            yield from _publication(record, zone)
        else:
            key = (record.type, record.name)
            yield from _deletion(record, zone, edit=key in amended)
            amended.discard(key)
    if fix.step:
        yield line(bold("Then: " if asked else "To do: "), run(visible(fix.step)))


def _numbers(numbers: Iterable[int]) -> str:
    return listed([str(number) for number in sorted(set(numbers))])


def _deletion(record: Record, zone: str, *, edit: bool) -> Iterator[Element]:
    yield line(bold("Delete"), *_where(record, zone), *([run(" · or edit it into the one below")] if edit else ()))
    yield pre(record_text(record.value) or "(empty)")


def _where(record: Record, zone: str) -> Iterator[Element]:
    host = host_field(record.name, zone)
    yield run(f" {visible(record.type)}")
    if host is not None:
        yield run(" · host ")
        yield code(visible(host))
    yield run(" · full name ")
    yield code(visible(record.name))
    if record.priority is not None:
        yield run(" · priority ")
        yield code(str(record.priority))
    if host is None:
        yield run(f" · outside the zone {visible(zone)}")


def _publication(record: Record, zone: str) -> Iterator[Element]:
    yield line(bold("Publish"), *_where(record, zone))
    yield pre(record_text(record.value) or "(empty)")
    if record.type in _TYPES_WITH_STRINGS:
        strings = quoted_strings(record.value)
        if len(strings) > 1:
            yield line(run("The same value in strings of at most 255 octets, for a provider that asks for quotes:"))
            yield pre(" ".join(strings))
