"""A modal's fields as prompts, and a form filled in by what is typed: an answer for each field, orders with `!`.

What was given stays with the form until Slack and the bot have taken it: an error is shown above the prompt of its
field, with what was typed still there. A button of the form, such as "Back", carries along what was given so far.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from demo.screen import Screen
from demo.script import Script
from fakes.slack import COMMANDS, Element, IncompleteForm, Invocation, Json, LoopbackSlack, View, is_number, options_of
from handlers.views.escape import make_visible

_MAX_SHOWN = 60
"""Characters shown of the value of a field."""


class NotAnOption(Exception):
    """What was typed is none of the options, or no number. The text says what the field takes."""


def label_of(block: Json) -> str:
    """Returns what a field is called."""
    return make_visible(block["label"]["text"])


def is_text(block: Json) -> bool:
    """Tells whether it is typed into, and not chosen from."""
    return not options_of(block["element"])


def format_prompt(block: Json, number: int, given: Any = None) -> str:
    """Formats the prompt of a field: `2. Website * [https://acme.com]: `, or with the options to choose from. `given`
    is what was typed before."""
    element = block["element"]
    options = options_of(element)
    offered = " / ".join(f"{place} {_option_words(option)}" for place, option in enumerate(options, 1))
    several = ", several with commas" if element["type"] == "checkboxes" and len(options) > 1 else ""
    mark = "" if block.get("optional") else " *"
    standing = _initial_words(element) if given is None else _describe_given(options, given)
    current_value = f" [{_shorten(standing)}]" if standing else ""
    return f"  {number}. {label_of(block)}{mark}{f' – {offered}{several}' if offered else ''}{current_value}: "


def parse_value(block: Json, typed: str) -> Any:
    """Returns what to hand in for a field; None leaves it as it is. `NotAnOption` where it is none of the options."""
    typed = typed.strip()
    if not typed:
        return None
    element = block["element"]
    options = options_of(element)
    if element["type"] == "number_input":
        return _parse_number(element, typed)
    if not options:
        return typed.replace("\\n", "\n") if element.get("multiline") else " ".join(typed.split())
    if element["type"] == "checkboxes":
        return [_find_option(options, part) for part in typed.split(",")]
    return _find_option(options, typed)


def _parse_number(element: Json, typed: str) -> str:
    """Returns a number as Slack's field takes it; commas between thousands are left out."""
    number = typed.replace(",", "")
    if not is_number(number, decimals=element["is_decimal_allowed"]):
        raise NotAnOption("Type a number in digits, such as 6400.")
    return number


def _find_option(options: list[Json], typed: str) -> str:
    """Returns an option by its number, its words or its value."""
    typed_words = typed.strip().casefold()
    for number, option in enumerate(options, 1):
        if typed_words in (str(number), _option_words(option).casefold(), str(option["value"]).casefold()):
            return str(option["value"])
    raise NotAnOption(
        f"Choose one of {', '.join(f'{n} {_option_words(option)}' for n, option in enumerate(options, 1))}."
    )


def _initial_words(element: Json) -> str:
    """Returns the value of a field from the start."""
    initial_options = [element.get("initial_option"), *element.get("initial_options", ())]
    typed = next((value for name, value in element.items() if name.startswith("initial_") and value), "")
    words = ", ".join(_option_words(option) for option in initial_options if option)
    return words or (make_visible(typed) if isinstance(typed, str) else "")


def _describe_given(options: list[Json], value: Any) -> str:
    """Returns what was typed or chosen, in words."""
    if not options:
        return make_visible(str(value))
    values = value if isinstance(value, list) else [value]
    return ", ".join(_option_words(option) for option in options if option["value"] in values)


def _shorten(text: str) -> str:
    return text if len(text) <= _MAX_SHOWN else f"{text[:_MAX_SHOWN]}…"


def _option_words(option: Json) -> str:
    return make_visible(option["text"]["text"])


HELP = (
    ("Enter", "leave a field as it is; its value is shown in brackets, and * must be filled in"),
    ("\\n", "a new line, in a field of several"),
    ("!2, !website", "go to a field, by its number or the beginning of its name"),
    ("!back, !another", "press a button of the form, by the beginning of its name"),
    ("!send, !confirm", "hand it in without being asked for the rest"),
    ("!paste", "what AWS wrote last, after !ask or !deny"),
    ("!close", "close it; what earlier steps have saved stays saved"),
)
_FIRST = "Answer field by field; Enter leaves one as it is. !back, !send, !close and !help do what they say."


@dataclass(slots=True)
class _FormState:
    """A form while it is filled in. `values` and `errors` go by block_id; `remaining` are the places of the fields that
    are still to fill in."""

    view: View
    content: Json
    remaining: list[int]
    values: dict[str, Any] = field(default_factory=dict)
    errors: Mapping[str, str] = field(default_factory=dict)

    @property
    def is_current(self) -> bool:
        """Whether the person still has this very form before them."""
        return self.view.open and self.view.content is self.content


class FormAbandoned(Exception):
    """The person wants no more of this form."""


@dataclass(frozen=True, slots=True)
class FormCallbacks:
    """How filling in meets the rest of the demo. `answered` draws and waits for what the bot says to something done;
    `slip` notes what could not be done, `fail` what the bot did not do; `wrote` is what AWS wrote last."""

    answered: Callable[[int, str], Awaitable[None]]
    slip: Callable[[str], None]
    fail: Callable[[str], None]
    wrote: Callable[[], str]


class FormFiller:
    """`fill_in` goes on for as long as a form is open."""

    def __init__(self, slack: LoopbackSlack, screen: Screen, script: Script, callbacks: FormCallbacks) -> None:
        self._slack = slack
        self._screen = screen
        self._script = script
        self._callbacks = callbacks
        self._explained = not script.interactive

    async def fill_in(self) -> None:
        """Prompts for the fields of what is open, hands it in, and goes on with what comes of that."""
        while self._slack.views() and self._slack.views()[-1].content.get("submit"):
            view = self._slack.views()[-1]
            if not self._explained:
                self._screen.say(f"{_FIRST}\n", "dim")
                self._explained = True
            try:
                await self._complete(_FormState(view, view.content, list(range(len(view.inputs)))))
            except FormAbandoned:
                self._screen.say("The form is closed without being sent.")
                if view.open:
                    await self._slack.close(view)
                return

    async def _complete(self, form: _FormState) -> None:
        """Hands it in until it is taken, or another form takes its place."""
        while form.is_current:
            if form.remaining:
                await self._ask_field(form)
                continue
            if not form.view.inputs:
                await self._ask_to_send(form)
            await self._submit(form)
            if not form.remaining:
                return

    async def _ask_to_send(self, form: _FormState) -> None:
        """Asks before a form without fields is sent, as its button does; what is no yes sends nothing."""
        label = make_visible(form.content["submit"]["text"])
        while True:
            typed = await self._script.read_line(f"  Enter presses “{label}”, !close leaves it: ", "submit")
            if typed is None or typed.strip().casefold() in ("!close", "!cancel"):
                raise FormAbandoned
            if typed.strip().casefold() in ("", "!send", "!confirm", label.casefold()):
                return
            self._callbacks.slip(f"“{make_visible(typed.strip())}” is no answer here, so nothing was sent.")

    async def _submit(self, form: _FormState) -> None:
        """Submits the form; the fields with errors are asked for again."""
        since = len(self._slack.workspace.happenings)
        try:
            invocation = await self._slack.submit(form.view, form.values)
        except IncompleteForm as incomplete:
            form.errors = incomplete.errors
        else:
            await self._check_invocation(invocation, since, "a form")
            form.errors = invocation.errors
        form.remaining = [at for at, block in enumerate(form.view.inputs) if block["block_id"] in form.errors]

    async def _check_invocation(self, invocation: Invocation, since: int, what: str) -> None:
        if invocation.failure:
            self._callbacks.fail(f"{what} was not taken: {invocation.failure}")
            raise FormAbandoned
        await self._callbacks.answered(since, what)

    async def _ask_field(self, form: _FormState) -> None:
        """Prompts for the next field, and takes an answer or an order."""
        at = form.remaining[0]
        block = form.view.inputs[at]
        words = form.errors.get(block["block_id"])
        if words:
            self._screen.say(f"  {label_of(block)}: {words}", "red")
        if block.get("hint") and self._script.interactive:
            self._screen.say(f"  {block['hint']['text']}", "dim")
        prompt = format_prompt(block, at + 1, form.values.get(block["block_id"]))
        typed = await self._script.read_line(prompt, block["element"]["action_id"])
        if typed is None:
            self._callbacks.slip("The form was not filled in to its end.")
            raise FormAbandoned
        if typed.startswith("!"):
            await self._follow_order(form, typed[1:].strip().casefold())
            return
        if typed.partition(" ")[0] in COMMANDS:
            self._callbacks.slip(
                "A form is open, and this is no answer to it. !close leaves the form; then type the command."
            )
            return
        try:
            value = parse_value(block, typed)
        except NotAnOption as wrong:
            self._screen.say(f"  {wrong}", "red")
            return
        if value is not None:
            form.values[block["block_id"]] = value
        form.remaining.pop(0)

    async def _follow_order(self, form: _FormState, word: str) -> None:
        block = form.view.inputs[form.remaining[0]]
        match word:
            case "close" | "cancel":
                raise FormAbandoned
            case "send" | "confirm":
                form.remaining = []
            case "help":
                self._screen.show_rows(HELP)
            case "paste" if is_text(block) and self._callbacks.wrote():
                form.values[block["block_id"]] = self._callbacks.wrote()
                form.remaining.pop(0)
            case "paste":
                self._callbacks.slip("There is nothing to paste here: say !ask or !deny first, and AWS writes.")
            case _:
                await self._go_to(form, word)

    async def _go_to(self, form: _FormState, word: str) -> None:
        """Goes to a field, or presses a button."""
        at = _find_field(form.view.inputs, word)
        button = _find_button(form.view.elements, word)
        if at is not None:
            form.remaining = list(range(at, len(form.view.inputs)))
        elif button is not None:
            self._slack.type_in(form.view, form.values)
            since = len(self._slack.workspace.happenings)
            await self._check_invocation(await self._slack.press(form.view, button), since, f"!{word}")
        else:
            self._callbacks.slip(
                f"This form has neither a field nor a button “{word}”. !help says what there is, !close leaves it."
            )


def _find_field(blocks: Sequence[Json], word: str) -> int | None:
    """Returns the place of a field, the first being 0, by its number or the beginning of its label."""
    if word.isascii() and word.isdigit():
        return int(word) - 1 if 1 <= int(word) <= len(blocks) else None
    return next((at for at, block in enumerate(blocks) if word and label_of(block).casefold().startswith(word)), None)


def _find_button(elements: Sequence[Element], word: str) -> int | None:
    """Returns the place of a button by the beginning of its label."""
    for place, element in enumerate(elements):
        label = str(element.content.get("text", {}).get("text", "")).casefold() if element.type == "button" else ""
        if word and label.startswith(word):
            return place
    return None
