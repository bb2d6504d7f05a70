"""DNS records, drawn to be copied: the fix of a finding, a plan for zones set by set, and a report's records as code.

Each value stands alone in preformatted text: nothing but the value is selected when it is copied. The host field is
relative to the zone, because providers append the zone; a TXT value over 255 octets is repeated as the strings that
some providers ask for (RFC 1035 section 3.3, RFC 7208 section 3.3).
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import TypeAlias

from handlers.views import blocks as kit
from handlers.views.blocks import Block, Element, View
from handlers.views.drafts.pieces import copyable
from handlers.views.escape import record_text, visible
from handlers.views.naming import host_field, listed
from handlers.views.words import modal
from model import Fix, Record
from model.zone import SetChange, ZonePlan, quoted_strings

_TYPES_WITH_STRINGS = ("TXT", "SPF")


Shown: TypeAlias = dict[tuple[str, Record], int]
"""Which records a message has given already ("publish" or "delete"), and under which finding's number."""


def fix_elements(fix: Fix, zone: str, number: int, shown: Shown) -> Iterator[Element]:
    """Yields the rich text of the fix of finding `number`: delete, publish, then the step. A record that an earlier
    finding gave is not given again; `shown` is read and added to."""
    asked = [("delete", record) for record in fix.remove] + [("publish", record) for record in fix.records]
    earlier = {pair: shown[pair] for pair in asked if pair in shown}
    new = [pair for pair in asked if pair not in earlier]
    shown.update(dict.fromkeys(new, number))
    if earlier and not new:
        yield kit.line(kit.run(f"Fixed by what is given under {_numbers(earlier.values())}."))
    elif any(action == "delete" for action, _ in earlier):
        changed = _numbers(first for (action, _), first in earlier.items() if action == "delete")
        yield kit.line(kit.run(f"This changes the same record as {changed}: publish one change, then check again."))
    elif earlier:
        yield kit.line(kit.run(f"Part of this is given under {_numbers(earlier.values())}."))
    amended = {(record.type, record.name) for record in fix.records}
    for action, record in new:
        if action == "publish":
            yield from _publication(record, zone)
        else:
            key = (record.type, record.name)
            yield from _deletion(record, zone, edit=key in amended)
            amended.discard(key)
    if fix.step:
        yield kit.line(kit.bold("Then: " if asked else "To do: "), kit.run(visible(fix.step)))


def _numbers(numbers: Iterable[int]) -> str:
    return listed([str(number) for number in sorted(set(numbers))])


def _deletion(record: Record, zone: str, *, edit: bool) -> Iterator[Element]:
    yield kit.line(kit.bold("Delete"), *_where(record, zone), *([kit.run(" · or edit it into the one below")] if edit else ()))
    yield kit.pre(record_text(record.value) or "(empty)")


def _where(record: Record, zone: str) -> Iterator[Element]:
    host = host_field(record.name, zone)
    yield kit.run(f" {visible(record.type)}")
    if host is not None:
        yield kit.run(" · host ")
        yield kit.code(visible(host))
    yield kit.run(" · full name ")
    yield kit.code(visible(record.name))
    if record.priority is not None:
        yield kit.run(" · priority ")
        yield kit.code(str(record.priority))
    if host is None:
        yield kit.run(f" · outside the zone {visible(zone)}")


def _publication(record: Record, zone: str) -> Iterator[Element]:
    yield kit.line(kit.bold("Publish"), *_where(record, zone))
    yield kit.pre(record_text(record.value) or "(empty)")
    if record.type in _TYPES_WITH_STRINGS:
        strings = quoted_strings(record.value)
        if len(strings) > 1:
            yield kit.line(kit.run("The same value in strings of at most 255 octets, for a provider that asks for quotes:"))
            yield kit.pre(" ".join(strings))


_LONGEST_LINE = 2_000
_MOST_STAYING = 10
"""Values that stay and are shown: a set may hold hundreds, and what changes must not be cut."""


def zone_blocks(planned: ZonePlan) -> list[Block]:
    """Returns each set, what is there now and what will be; then what is left to the person, and why."""
    drawn = []
    for one in planned.zones:
        where = kit.line(
            kit.run("In the zone "), kit.bold(visible(one.zone.name)), kit.run(f" ({visible(one.zone.id)})")
        )
        drawn.append(kit.rich([where]))
        drawn += [kit.rich(_set_lines(change)) for change in one.changes]
    left = [
        [kit.bold(visible(f"{one.name} {one.type}".rstrip())), kit.run(f": {visible(one.why)}")] for one in planned.left
    ]
    return [*drawn, *([kit.rich([kit.line(kit.bold("Left to you")), kit.bullets(left)])] if left else [])]


def _set_lines(change: SetChange) -> Iterator[Element]:
    name, kind = change.named
    yield kit.line(kit.bold(f"{visible(name)} {visible(kind)}"))
    before, after = ((side.values if side else ()) for side in (change.before, change.after))
    staying = {*before} & {*after} if len({*before} & {*after}) > _MOST_STAYING else set()
    for label, side in (("Now", change.before), ("Then", change.after)):
        yield kit.line(kit.run(f"{label}{f' (TTL {side.ttl})' if side else ''}:"))
        shown = [value for value in side.values if value not in staying] if side else ["no record"]
        yield from kit.pres(_pieces(shown))
    if staying:
        yield kit.line(kit.run(f"{len(staying)} other values stay as they are."))


def _pieces(values: Sequence[str]) -> Iterator[str]:
    """Yields values as lines that Slack shows whole: a text of 4,000 characters is more than it takes at once."""
    for value in map(visible, values):
        yield from (value[start : start + _LONGEST_LINE] for start in range(0, len(value), _LONGEST_LINE))


COPY_TITLE = "Copy records"
COPY_AS = "records_copy_as_"
"""Each form has a button; Slack wants their action_ids to differ."""


def copy_view(forms: Sequence[tuple[str, str]], chosen: str, report_id: str, text: str, notes: Sequence[str]) -> View:
    """Returns a button for each form (name, label), and the text in the `chosen` one; `notes` are what it cannot
    hold."""
    buttons = []
    for name, label in forms:
        button = kit.button(f"{COPY_AS}{name}", label, f"{report_id} {name}")
        buttons.append(button | {"style": "primary"} if name == chosen else button)
    drawn: list[Block] = [kit.actions(buttons, "records_forms")]
    if notes:
        drawn.append(kit.rich([kit.line(kit.bold("To know")), kit.bullets([kit.run(visible(one))] for one in notes)]))
    drawn += copyable(dict(forms)[chosen], text) if text else [kit.section("There is nothing to publish.")]
    return modal(COPY_TITLE, *drawn)
