"""The launch check, drawn: each thing with a mark, what was seen and what to do; then the warm-up, day by day."""

from handlers.views import blocks as kit
from handlers.views.account_words import MORE_QUOTA, account_region_button, account_region_words, console_button, number
from handlers.views.blocks import Element, Message
from handlers.views.escape import visible
from handlers.views.limits import message
from handlers.views.naming import counted
from handlers.views.report import MARKS
from model import AccountRegion, Outcome
from model.staying import Launch, LaunchItem

_HOLD = "Go on only while bounces stay under 2 % and complaints under 0.05 %; else send the same number again."
_NO_PLAN = "There is no warm-up plan: no finished request here names the busiest day. /ses-draft asks for it."


def launch_message(launch: Launch, account_region: AccountRegion, account_id: str | None) -> Message:
    where = account_region_words(account_region, account_id)
    title = f"Launch check: {visible(launch.domain)}" if launch.domain else f"Launch check: {where}"
    lead = _lead(launch)
    lines = [kit.line(kit.bold(lead))]
    for one in launch.items:
        lines += _item(one)
    lines += [kit.line(kit.bold("Warm-up"))]
    if launch.warm_up:
        days = [f"day {day}: {number(count)}" for day, count in enumerate(launch.warm_up, 1)]
        lines += [kit.pre("\n".join(days)), kit.line(kit.run(_HOLD))]
    else:
        lines += [kit.line(kit.run(_NO_PLAN))]
    console = console_button(account_region.region)
    buttons = [
        *([kit.button("check_domain", "Check the domain", launch.domain)] if launch.domain else ()),
        account_region_button(MORE_QUOTA, "Ask for more", account_region),
        *([console] if console else ()),
    ]
    drawn = (
        kit.header(title),
        kit.rich(lines),
        kit.context(where),
        kit.actions(buttons, "launch"),
    )
    return message(f"{title}. {lead}", drawn)


def _lead(launch: Launch) -> str:
    """Returns what the whole comes to; what is unknown is never good."""
    wrong, unknown = (sum(one.outcome is what for one in launch.items) for what in (Outcome.FAIL, Outcome.UNKNOWN))
    if wrong:
        return f"{counted(wrong, 'thing', 'things')} to fix before you send."
    if unknown:
        return f"{counted(unknown, 'thing is', 'things are')} unknown. Look before you send."
    return "Nothing is in the way."


def _item(one: LaunchItem) -> list[Element]:
    runs = [kit.emoji(MARKS[one.outcome]), kit.run(f" {visible(one.words)}")]
    more = " ".join(filter(None, (f"Seen: {one.evidence}." if one.evidence else "", one.fix)))
    return [kit.line(*runs), *([kit.bullets([[kit.run(visible(more))]])] if more else ())]
