"""What comes after the last step: the result, its buttons, and the one reminder to post it on the case."""

import logging

from handlers import drafting
from handlers.desk import REMIND_AFTER, Desk
from handlers.payloads import Press
from handlers.replies import NOT_THERE, Reply, Undelivered, post
from handlers.services import Services
from handlers.stepping import GONE, owner_of, reply_to
from handlers.views import words
from handlers.views.drafts.appeal import Reply as Appealed
from handlers.views.drafts.appeal import appeal_messages
from handlers.views.drafts.listing import list_message
from handlers.views.drafts.result import Request, reminder_messages, request_messages
from handlers.views.message import Message
from model import DraftKind, Owner, StoredDraft
from store.drafts import (
    claim_reminders,
    delete_draft,
    list_drafts,
    load_draft,
    mark_posted,
    mark_reminded,
    posted_texts,
    purge_drafts,
    remind_later,
    remind_of,
)

log = logging.getLogger(__name__)

_AT_A_TIME = 10
_LEASE = 60.0
"""Seconds for reminding: more than Slack may keep one message waiting."""
KEEPING_SECONDS = 60.0
"""Between two rounds of `keep_house`."""
_LATER = 600.0
"""Seconds until a person who could not be reached is tried again."""


class _Nobody:
    """There is nobody to tell: the log has it."""

    async def tell(self, message: Message) -> None:
        """Nothing."""


_NOBODY = _Nobody()


async def written(desk: Desk, stored: StoredDraft) -> Request | Appealed:
    """The text of a draft, written anew from its answers: the same answers give the same text."""
    stored = desk.local(stored)
    if stored.kind is DraftKind.REQUEST:
        known = await desk.known_for_result(stored.request)
        return drafting.request(stored, known, desk.now(), desk.zone)
    earlier = await posted_texts(desk.db, stored.owner, region=stored.region)
    return drafting.appeal(stored, await request_behind(desk, stored), earlier, desk.now(), desk.zone)


async def request_behind(desk: Desk, stored: StoredDraft) -> StoredDraft | None:
    """The request that an appeal is about: the owner's latest for that region, or else their latest."""
    mine = await list_drafts(desk.db, stored.owner, kind=DraftKind.REQUEST, most=100)
    return next((one for one in mine if one.region == stored.region), mine[0] if mine else None)


def messages_of(result: Request | Appealed, *, shared_by: str | None = None) -> tuple[Message, ...]:
    """The result as messages."""
    if isinstance(result, Request):
        return request_messages(result, shared_by=shared_by)
    return appeal_messages(result, shared_by=shared_by)


def texts_of(result: Request | Appealed) -> list[str]:
    """What AWS will have read once it is posted."""
    return [result.text.description, result.text.message] if isinstance(result, Request) else [result.text.reply]


async def post_result(services: Services, desk: Desk, stored: StoredDraft) -> None:
    """The result, for its owner alone, where the draft was asked for. The reminder is set first: it must not be lost
    with a process that ends here."""
    result = await written(desk, stored)
    if not result.stopped and not stored.posted_at:
        at = result.submit.at if isinstance(result, Request) else desk.now()
        await remind_of(desk.db, stored.owner, stored.id, at + REMIND_AFTER)
    surface = reply_to(services, desk, stored)
    for message in messages_of(result):
        await surface.tell(message)


async def show(services: Services, desk: Desk, press: Press, surface: Reply) -> None:
    """The result again, for whoever wants its text later: written anew, so by what is known now."""
    stored = await load_draft(desk.db, owner_of(services, press.user), press.value)
    if stored is None:
        return await surface.tell(words.said(GONE))
    for message in messages_of(await written(desk, stored)):
        await surface.tell(message)
    return None


async def share(services: Services, desk: Desk, press: Press, surface: Reply) -> None:
    """The result as it stands, for everybody in the channel; without buttons, which are its owner's alone."""
    stored = await load_draft(desk.db, owner_of(services, press.user), press.value)
    if stored is None:
        return await surface.tell(words.said(GONE))
    result = await written(desk, stored)
    if result.stopped:
        return await surface.tell(
            words.said("Something in this draft must be changed before it goes anywhere: see Edit.")
        )
    for message in messages_of(result, shared_by=press.user):
        try:
            await post(services.slack, press.channel, message)
        except Undelivered as error:
            if error.code not in NOT_THERE or not press.response_url:
                raise
            await services.slack.respond(press.response_url, message, in_channel=True)
    return None


async def mark(services: Services, desk: Desk, press: Press, surface: Reply) -> None:
    """ "I posted this on the case": ticked in the message, no reminder any more, and never repeated by an appeal."""
    owner = owner_of(services, press.user)
    stored = await load_draft(desk.db, owner, press.value)
    if stored is None:
        return await surface.tell(words.said(GONE))
    posted = await mark_posted(desk.db, owner, stored.id, texts_of(await written(desk, stored)))
    if posted is None:
        return await surface.tell(words.said(GONE))
    return await surface.replace(messages_of(await written(desk, posted))[-1])


async def listed(desk: Desk, owner: Owner) -> Message:
    """The drafts of a person, as a message."""
    drafts = await list_drafts(desk.db, owner)
    return list_message([desk.local(one) for one in drafts], days=desk.days)


async def delete(services: Services, desk: Desk, press: Press, surface: Reply) -> None:
    """Away with a draft, and the list anew in place of the old one."""
    owner = owner_of(services, press.user)
    await delete_draft(desk.db, owner, press.value)
    return await surface.replace(await listed(desk, owner))


def keep_house(services: Services, desk: Desk) -> None:
    """Start one round of `housekeeping`, beside everything else; what goes wrong in it is in the log."""
    services.background.start(housekeeping(services, desk), _NOBODY, what="keeping the drafts")


async def housekeeping(services: Services, desk: Desk) -> None:
    """Remind whoever is due, once, and purge what nobody touches. To be called every minute or so, by every replica."""
    for reminder in await claim_reminders(desk.db, most=_AT_A_TIME, lease=_LEASE):
        stored = reminder.draft
        result = await written(desk, stored)
        text = texts_of(result)[-1]
        try:
            for message in reminder_messages(stored, text):
                await post(services.slack, stored.owner.user, message)
        except Undelivered as error:
            log.info("a reminder was not delivered (%s)", error.code)
            await remind_later(desk.db, reminder, seconds=_LATER)
        else:
            await mark_reminded(desk.db, reminder)
    gone = await purge_drafts(desk.db, days=desk.days)
    if gone:
        log.info("%d drafts that nobody touched were deleted", gone)
