"""The app's home, drawn anew each time a person opens it (app_home_opened, views.publish; neither takes a scope)."""

from handlers.listeners import Asker, Listeners
from handlers.services import Services
from handlers.views.home import home_view
from handlers.watching import Watching
from store.domain_watches import list_domain_watches
from store.drafts import list_drafts

LISTENERS = Listeners()
_MOST_DRAFTS = 20


@LISTENERS.event("app_home_opened", "the home")
async def opened(services: Services, watching: Watching, asker: Asker) -> None:
    """Publish what is known now."""
    overview = await watching.overview()
    drafts = await list_drafts(watching.db, asker.owner, most=_MOST_DRAFTS)
    watches = await list_domain_watches(watching.db, asker.owner)
    open_drafts = [one for one in drafts if one.posted_at is None]
    view = home_view(overview, open_drafts, watches)
    await services.slack.call("views.publish", {"user_id": asker.owner.user, "view": view})
