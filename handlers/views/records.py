"""DNS records, drawn to be copied: the fix of a finding, a plan for zones set by set, and a report's records as code.

Each value stands alone in preformatted text: nothing but the value is selected when it is copied. The host field is
relative to the zone, because providers append the zone; a TXT value over 255 octets is repeated as the strings that
some providers ask for (RFC 1035 section 3.3, RFC 7208 section 3.3).
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import TypeAlias

from handlers.views import blocks as kit
from handlers.views.blocks import Block, Element, Run, View
from handlers.views.drafts.pieces import copyable_blocks
from handlers.views.escape import make_visible, record_text
from handlers.views.naming import host_field, join_words
from handlers.views.words import modal
from model import Fix, Record
from model.zone import SetChange, ZonePlan, quoted_strings

_TYPES_WITH_STRINGS = ("TXT", "SPF")


GivenRecords: TypeAlias = dict[tuple[str, Record], int]
"""Which records a message has given already ("publish" or "delete"), and under which finding's number."""


def fix_elements(fix: Fix, zone: str, number: int, given: GivenRecords) -> Iterator[Element]:
    """Yields the rich text of the fix of finding `number`: delete, publish, then the step. A record that an earlier
    finding gave is not given again; `given` is read and added to."""
    pairs = [("delete", record) for record in fix.remove] + [("publish", record) for record in fix.records]
    earlier = {pair: given[pair] for pair in pairs if pair in given}
    new = [pair for pair in pairs if pair not in earlier]
    given.update(dict.fromkeys(new, number))
    if earlier and not new:
        yield kit.line(f"Fixed by what is given under {_join_numbers(earlier.values())}.")
    elif any(action == "delete" for action, _ in earlier):
        changed = _join_numbers(finding for (action, _), finding in earlier.items() if action == "delete")
        yield kit.line(f"This changes the same record as {changed}: publish one change, then check again.")
    elif earlier:
        yield kit.line(f"Part of this is given under {_join_numbers(earlier.values())}.")
    edited = {(record.type, record.name) for record in fix.records}
    for action, record in new:
        if action == "publish":
            yield from _publication_elements(record, zone)
        else:
            key = (record.type, record.name)
            yield from _deletion_elements(record, zone, edit=key in edited)
            edited.discard(key)
    if fix.step:
        yield kit.line(kit.bold_text("Then: " if pairs else "To do: "), make_visible(fix.step))


def _join_numbers(numbers: Iterable[int]) -> str:
    return join_words([str(number) for number in sorted(set(numbers))])


def _deletion_elements(record: Record, zone: str, *, edit: bool) -> Iterator[Element]:
    yield kit.line(
        kit.bold_text("Delete"),
        *_location_elements(record, zone),
        *([" · or edit it into the one below"] if edit else ()),
    )
    yield kit.preformatted(record_text(record.value) or "(empty)")


def _location_elements(record: Record, zone: str) -> Iterator[Run]:
    host = host_field(record.name, zone)
    yield f" {make_visible(record.type)}"
    if host is not None:
        yield " · host "
        yield kit.code_text(make_visible(host))
    yield " · full name "
    yield kit.code_text(make_visible(record.name))
    if record.priority is not None:
        yield " · priority "
        yield kit.code_text(str(record.priority))
    if host is None:
        yield f" · outside the zone {make_visible(zone)}"


def _publication_elements(record: Record, zone: str) -> Iterator[Element]:
    yield kit.line(kit.bold_text("Publish"), *_location_elements(record, zone))
    yield kit.preformatted(record_text(record.value) or "(empty)")
    if record.type in _TYPES_WITH_STRINGS:
        strings = quoted_strings(record.value)
        if len(strings) > 1:
            yield kit.line("The same value in strings of at most 255 octets, for a provider that asks for quotes:")
            yield kit.preformatted(" ".join(strings))


_LONGEST_LINE = 2_000
_MOST_STAYING = 10
"""Values that stay and are shown: a set may hold hundreds, and what changes must not be cut."""


def zone_blocks(planned: ZonePlan) -> list[Block]:
    """Returns each set, what is there now and what will be; then what is left to the person, and why."""
    blocks = []
    for batch in planned.zones:
        name, zone_id = make_visible(batch.zone.name), make_visible(batch.zone.id)
        blocks.append(kit.rich_text([kit.line("In the zone ", kit.bold_text(name), f" ({zone_id})")]))
        blocks += [kit.rich_text(_set_lines(change)) for change in batch.changes]
    left: list[list[Run]] = [
        [kit.bold_text(make_visible(f"{record.name} {record.type}".rstrip())), f": {make_visible(record.why)}"]
        for record in planned.left
    ]
    return [*blocks, *([kit.titled("Left to you", kit.bullets(left))] if left else [])]


def _set_lines(change: SetChange) -> Iterator[Element]:
    name, kind = change.key
    yield kit.line(kit.bold_text(f"{make_visible(name)} {make_visible(kind)}"))
    before, after = ((side.values if side else ()) for side in (change.before, change.after))
    staying = {*before} & {*after} if len({*before} & {*after}) > _MOST_STAYING else set()
    for when, side in (("Now", change.before), ("Then", change.after)):
        yield kit.line(f"{when}{f' (TTL {side.ttl})' if side else ''}:")
        values = [value for value in side.values if value not in staying] if side else ["no record"]
        yield from kit.preformatted_pieces(_split_values(values))
    if staying:
        yield kit.line(f"{len(staying)} other values stay as they are.")


def _split_values(values: Sequence[str]) -> Iterator[str]:
    """Yields values as lines that Slack shows whole: a text of 4,000 characters is more than it takes at once."""
    for value in map(make_visible, values):
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
    blocks: list[Block] = [kit.actions(buttons, "records_forms")]
    if notes:
        blocks.append(kit.titled("To know", kit.bullets(map(make_visible, notes))))
    blocks += copyable_blocks(dict(forms)[chosen], text) if text else [kit.section("There is nothing to publish.")]
    return modal(COPY_TITLE, *blocks)
