"""The letter as prose by a model, where one is set: both versions are shown, and the person picks.

Only a person's press starts it. What the model adds or changes is replaced by the letter's own text (`drafts.guard`),
and whatever goes wrong costs nothing: a line says why, and the letter stays.
"""

from dataclasses import replace

from drafts import guard
from handlers.drafts.listeners import DraftListeners
from handlers.drafts.modal_flow import GONE
from handlers.drafts.result import messages_of
from handlers.drafts.services import DraftServices
from handlers.listeners import Asker
from handlers.payloads import Press
from handlers.views import words
from handlers.views.drafts.result import CHOOSE_LETTER, CHOOSE_PROSE, PROSE, prose_messages
from model import Unreadable
from model.drafting import StoredDraft, WrittenRequest
from store.drafts import keep_written, load_draft

LISTENERS = DraftListeners()
_NO_MODEL = "No model is set (SES_BOT_BEDROCK_MODEL). The letter stays as it is."
_NONE = "There is no prose: {}. The letter stays as it is."
_NOTHING_NEW = "the model kept too little of the letter"
_CHANGED = "This draft was changed meanwhile. Open it again with /ses-draft list."


@LISTENERS.action(PROSE, "writing the prose")
async def write_prose(drafts: DraftServices, asker: Asker, press: Press) -> None:
    """Have a model reword the letter, hold the prose to the letter, keep it, and show both."""
    stored = await load_draft(drafts.db, asker.owner, press.value)
    if stored is None or not isinstance(stored.written, WrittenRequest) or stored.written.stopped:
        return await asker.surface.tell(words.said(GONE))
    if drafts.prose is None:
        return await asker.surface.tell(words.said(_NO_MODEL))
    written = stored.written
    parts = await drafts.compute(guard.parts_of, written.request)
    prose = await drafts.prose.write(parts)
    if isinstance(prose, Unreadable):
        return await asker.surface.tell(words.said(_NONE.format(prose.why)))
    violations = await drafts.compute(guard.check, prose, parts)
    text = await drafts.compute(guard.compose, prose, written.request, violations)
    message = written.request.message.replace(written.request.description, text)
    if message == written.request.message:
        return await asker.surface.tell(words.said(_NONE.format(_NOTHING_NEW)))
    kept = await keep_written(drafts.db, stored, replace(written, prose=message, as_prose=False))
    if kept is None:
        return await asker.surface.tell(words.said(_CHANGED))
    for one in prose_messages(kept, written.request.message, message):
        await asker.surface.tell(one)
    return None


@LISTENERS.action(CHOOSE_PROSE, "choosing the prose")
async def choose_prose(drafts: DraftServices, asker: Asker, press: Press) -> None:
    """Keep the prose as the text for the case."""
    await _choose(drafts, asker, press, as_prose=True)


@LISTENERS.action(CHOOSE_LETTER, "choosing the letter")
async def choose_letter(drafts: DraftServices, asker: Asker, press: Press) -> None:
    """Keep the letter as the text for the case."""
    await _choose(drafts, asker, press, as_prose=False)


async def _choose(drafts: DraftServices, asker: Asker, press: Press, *, as_prose: bool) -> None:
    stored: StoredDraft | None = await load_draft(drafts.db, asker.owner, press.value)
    if stored is None or not isinstance(stored.written, WrittenRequest):
        return await asker.surface.tell(words.said(GONE))
    kept = await keep_written(drafts.db, stored, replace(stored.written, as_prose=as_prose))
    if kept is None:
        return await asker.surface.tell(words.said(_CHANGED))
    for message in await messages_of(drafts, kept):
        await asker.surface.tell(message)
    return None
