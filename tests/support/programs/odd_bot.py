"""A bot that does what it is asked, however wrong: `/ses-check silent` is never acknowledged, and so on.

Run as a process in place of the real one, to see whether the demo notices. It uses Slack's own Bolt.
"""

import asyncio
import os
import signal
import sys
from typing import Any

from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

_ACKNOWLEDGED = 0.05
"""Seconds after which Bolt has surely sent an acknowledgement: it does so behind the listener's back."""
FORM = {
    "type": "modal",
    "callback_id": "form",
    "title": {"type": "plain_text", "text": "About you"},
    "submit": {"type": "plain_text", "text": "Send"},
    "blocks": [
        {
            "type": "input",
            "block_id": "name",
            "label": {"type": "plain_text", "text": "Business"},
            "element": {"type": "plain_text_input", "action_id": "name"},
        },
        {
            "type": "input",
            "block_id": "kind",
            "label": {"type": "plain_text", "text": "Mail type"},
            "element": {
                "type": "static_select",
                "action_id": "kind",
                "options": [
                    {"text": {"type": "plain_text", "text": "Marketing"}, "value": "m"},
                    {"text": {"type": "plain_text", "text": "Transactional"}, "value": "t"},
                ],
            },
        },
        {
            "type": "input",
            "optional": True,
            "block_id": "about",
            "label": {"type": "plain_text", "text": "About it"},
            "element": {"type": "plain_text_input", "action_id": "about", "multiline": True},
        },
        {
            "type": "actions",
            "elements": [{"type": "button", "action_id": "back", "text": {"type": "plain_text", "text": "Back"}}],
        },
    ],
}
BUTTONS = [
    {
        "type": "actions",
        "elements": [{"type": "button", "action_id": "again", "text": {"type": "plain_text", "text": "Again"}}],
    }
]

app = AsyncApp(client=AsyncWebClient(token=os.environ["SLACK_BOT_TOKEN"], base_url=os.environ["SLACK_API_URL"]))


@app.command("/ses-check")
async def command(ack: Any, body: dict[str, Any], respond: Any, client: Any) -> None:
    match body["text"]:
        case "silent":
            return
        case "speechless":
            await ack()
        case "log":
            await ack("it is logged")
            sys.stderr.write("2026-01-01 ERROR handlers: something broke\n")
        case "blocks":
            await ack("here it comes")
            await asyncio.sleep(_ACKNOWLEDGED)
            await client.api_call("chat.postMessage", json={"channel": body["channel_id"], "blocks": [{"type": "x"}]})
        case "die":
            await ack()
            await asyncio.sleep(_ACKNOWLEDGED)
            os._exit(7)
        case "news":
            await ack("there will be news")
            await asyncio.sleep(0.8)
            await client.chat_postMessage(channel=body["user_id"], text="here is the news")
        case "form":
            await ack()
            await client.views_open(trigger_id=body["trigger_id"], view=FORM)
        case said:
            await ack()
            await respond(said, blocks=BUTTONS)


@app.action("again")
async def again(ack: Any, respond: Any) -> None:
    await ack()
    await respond("pressed", replace_original=True)


@app.action("back")
async def back(ack: Any, body: dict[str, Any], client: Any) -> None:
    """The form again, with what was typed so far in its title."""
    await ack()
    typed = body["view"]["state"]["values"]["name"]["name"]["value"]
    view = FORM | {"title": {"type": "plain_text", "text": f"Back from {typed}"}}
    await client.views_update(view_id=body["view"]["id"], view=view)


@app.view("form")
async def handed_in(ack: Any, body: dict[str, Any], client: Any) -> None:
    values = body["view"]["state"]["values"]
    name = values["name"]["name"]["value"]
    if name == "things":
        await ack(response_action="errors", errors={"name": "Say what is sold"})
        return
    await ack()
    await asyncio.sleep(_ACKNOWLEDGED)
    kind = values["kind"]["kind"]["selected_option"]["value"]
    about = values["about"]["about"]["value"]
    await client.chat_postMessage(channel=body["user"]["id"], text=f"got {name} and {kind}: {about}")


async def main() -> None:
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    handler: Any = AsyncSocketModeHandler(app, os.environ["SLACK_APP_TOKEN"])
    await handler.connect_async()
    await stop.wait()
    await handler.close_async()


if __name__ == "__main__":
    asyncio.run(main())
