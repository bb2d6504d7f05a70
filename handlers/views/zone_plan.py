"""A plan for zones, drawn set by set: what each holds now, what it would hold, and what is left to the person."""

from collections.abc import Iterator, Sequence

from handlers.views import blocks as kit
from handlers.views.blocks import Element
from handlers.views.escape import visible
from handlers.views.message import Block
from model.zone import SetChange, ZonePlan

_LONGEST_LINE = 2_000
_MOST_STAYING = 10
"""Values that stay and are shown: a set may hold hundreds, and what changes must not be cut."""


def zone_blocks(planned: ZonePlan) -> list[Block]:
    """Each set, what is there now and what will be; then what is left to the person, and why."""
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
    """Values as lines that Slack shows whole: a text of 4,000 characters is more than it takes at once."""
    for value in map(visible, values):
        yield from (value[start : start + _LONGEST_LINE] for start in range(0, len(value), _LONGEST_LINE))
