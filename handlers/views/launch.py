"""The launch check, drawn: each thing with a mark, what was seen and what to do; then the warm-up, day by day."""

from handlers.views import blocks as kit
from handlers.views.account_words import (
    MORE_QUOTA,
    account_region_button,
    console_button,
    describe_account_region,
    format_number,
)
from handlers.views.blocks import Element, Message
from handlers.views.escape import make_visible
from handlers.views.limits import make_message
from handlers.views.naming import format_count
from handlers.views.report import MARKS
from model import AccountRegion, Outcome
from model.staying import Launch, LaunchItem

_HOLD = "Go on only while bounces stay under 2 % and complaints under 0.05 %; else send the same number again."
_NO_PLAN = "There is no warm-up plan: no finished request here names the busiest day. /ses-draft asks for it."


def launch_message(launch: Launch, account_region: AccountRegion, account_id: str | None) -> Message:
    name = describe_account_region(account_region, account_id)
    title = f"Launch check: {make_visible(launch.domain)}" if launch.domain else f"Launch check: {name}"
    outcome = _describe_outcome(launch)
    lines = [kit.line(kit.bold_text(outcome))]
    for item in launch.items:
        lines += _item_elements(item)
    lines += [kit.line(kit.bold_text("Warm-up"))]
    if launch.warm_up:
        days = [f"day {day}: {format_number(count)}" for day, count in enumerate(launch.warm_up, 1)]
        lines += [kit.preformatted("\n".join(days)), kit.line(_HOLD)]
    else:
        lines += [kit.line(_NO_PLAN)]
    console = console_button(account_region.region)
    buttons = [
        *([kit.button("check_domain", "Check the domain", launch.domain)] if launch.domain else ()),
        account_region_button(MORE_QUOTA, "Ask for more", account_region),
        *([console] if console else ()),
    ]
    blocks = (kit.header(title), kit.rich_text(lines), kit.context(name), kit.actions(buttons, "launch"))
    return make_message(f"{title}. {outcome}", blocks)


def _describe_outcome(launch: Launch) -> str:
    """Returns what the whole comes to; what is unknown is never good."""
    outcomes = [item.outcome for item in launch.items]
    wrong, unknown = outcomes.count(Outcome.FAIL), outcomes.count(Outcome.UNKNOWN)
    if wrong:
        return f"{format_count(wrong, 'thing', 'things')} to fix before you send."
    if unknown:
        return f"{format_count(unknown, 'thing is', 'things are')} unknown. Look before you send."
    return "Nothing is in the way."


def _item_elements(item: LaunchItem) -> list[Element]:
    line = kit.line(kit.emoji(MARKS[item.outcome]), f" {make_visible(item.words)}")
    more = " ".join(filter(None, (f"Seen: {item.evidence}." if item.evidence else "", item.fix)))
    return [line, *([kit.bullets([make_visible(more)])] if more else ())]
