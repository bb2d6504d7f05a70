"""The workspace itself: who is in which channel, what stands where, and a log of everything that changed.

Only what Slack's rules decide is decided here (may the bot write there, does this modal still exist); how a request
comes in is for the doors: `web_api`, `response_urls`, `socket_mode`.
"""

from fakes.slack.change_signal import ChangeSignal
from fakes.slack.clock import Clock
from fakes.slack.content import Ids, SlackRefused
from fakes.slack.state import Call, Channel, Content, Happening, Invocation, Json, SlackMessage, Team, User, View


class Workspace:
    """One organization's Slack, with one bot in it."""

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self.signal = ChangeSignal()
        self.ids = Ids()
        self.team = Team("T0HARBOR01", "harbor-goods")
        self.bot = User("U0SESBOT01", "ses_bot", self.team)
        self.bot_id = "B0SESBOT01"
        self.app_id = "A0SESBOT01"
        self.users: dict[str, User] = {}
        self.channels: dict[str, Channel] = {}
        self.messages: list[SlackMessage] = []
        self.views: dict[str, View] = {}
        self.homes: dict[str, Json] = {}
        """The home of each person who opened it: what the bot published last."""
        self.happenings: list[Happening] = []
        self.calls: list[Call] = []
        self.base = ""
        """Where this Slack listens: `http://127.0.0.1:12345`."""
        self._last_ts = 0

    def publish_home(self, user_id: str, content: Json) -> None:
        self.homes[user_id] = content
        self.signal.notify()

    # Who and where

    def add_user(self, name: str, *, team: Team | None = None) -> User:
        """Returns a person, by default of this organization."""
        user = User(self.ids.new("U0USER"), name, team or self.team)
        self.users[user.id] = user
        return user

    def add_channel(
        self, name: str, *members: User, bot: bool = True, private: bool = False, archived: bool = False
    ) -> Channel:
        """Returns a channel with these members and, unless `bot` is False, the bot."""
        member_ids = {member.id for member in members} | ({self.bot.id} if bot else set())
        shared = any(member.team != self.team for member in members)
        channel = Channel(self.ids.new("C0CHAN"), name, member_ids, private, archived, shared)
        self.channels[channel.id] = channel
        return channel

    def direct_channel(self, user: User) -> Channel:
        """Returns the direct message between a person and the bot, begun where there is none."""
        for channel in self.channels.values():
            if channel.person == user.id:
                return channel
        channel = Channel(self.ids.new("D0CHAN"), "directmessage", {user.id, self.bot.id}, person=user.id)
        self.channels[channel.id] = channel
        return channel

    def channel_to_write(self, named: object, *, by_name: bool = True) -> Channel:
        """Returns the channel that the bot may write to under this id, name or user id; else `SlackRefused`."""
        name = str(named or "")
        if by_name and name in self.users:
            return self.direct_channel(self.users[name])
        channel = self.channels.get(name)
        if channel is None and by_name:
            channel_name = name.removeprefix("#")
            channel = next((c for c in self.channels.values() if c.name == channel_name and not c.person), None)
        is_member = channel is not None and self.bot.id in channel.members
        if channel is None or (channel.private and not is_member):
            raise SlackRefused("channel_not_found")
        if channel.archived:
            raise SlackRefused("is_archived")
        if not is_member:
            raise SlackRefused("not_in_channel")
        return channel

    # Messages

    def post(
        self,
        channel: str,
        content: Content,
        via: str,
        *,
        only_for: str | None = None,
        invocation: Invocation | None = None,
    ) -> SlackMessage:
        """Returns a new message."""
        message = SlackMessage(self.new_ts(), channel, content, via, only_for, invocation)
        self.messages.append(message)
        if invocation:
            invocation.messages.append(message)
        self.record(Happening("posted", message=message, user=only_for, channel=channel))
        return message

    def change(self, message: SlackMessage, content: Content, invocation: Invocation | None = None) -> None:
        """Replaces the content of a message."""
        message.versions.append(message.content)
        message.content = content
        if invocation:
            invocation.messages.append(message)
        self.record(Happening("changed", message=message, user=message.only_for, channel=message.channel))

    def visible_messages(self, user: str, channel: str) -> list[SlackMessage]:
        """Returns the messages in front of a person in a channel, oldest first."""
        if user not in self.channels[channel].members:
            return []
        return [m for m in self.messages if m.channel == channel and m.only_for in (None, user)]

    def new_ts(self) -> str:
        """Returns a fresh timestamp, which is also a message's id in its channel: `1405894322.002768`."""
        self._last_ts = max(self._last_ts + 1, int(self.clock.now() * 1_000_000))
        return f"{self._last_ts // 1_000_000}.{self._last_ts % 1_000_000:06d}"

    # Modals

    def open_view_of(self, user: str) -> View | None:
        """Returns the modal in front of a person."""
        return next((view for view in self.views.values() if view.open and view.user.id == user), None)

    def open_view(self, user: User, content: Json, invocation: Invocation) -> View:
        """Returns a new modal, in place of what is open."""
        external_id = content.get("external_id")
        if external_id and any(v.open and v.content.get("external_id") == external_id for v in self.views.values()):
            raise SlackRefused("duplicate_external_id")
        replaced = self.open_view_of(user.id)
        if replaced:
            replaced.open = False
        view = View(self.ids.new("V0VIEW"), user, content, self.new_ts(), invocation=invocation)
        self.views[view.id] = view
        invocation.views.append(view)
        self.record(Happening("opened", view=view, user=user.id))
        return view

    def update_view(self, view: View, content: Json) -> None:
        """Replaces the content of a modal."""
        view.content, view.hash, view.errors = content, self.new_ts(), {}
        self.record(Happening("updated", view=view, user=view.user.id))

    def close_view(self, view: View) -> None:
        """Closes a modal."""
        view.open = False
        self.record(Happening("closed", view=view, user=view.user.id))

    def refuse_form(self, view: View, errors: dict[str, str]) -> None:
        """Shows errors at the fields of a form."""
        view.errors = errors
        self.record(Happening("refused", view=view, user=view.user.id))

    # The log

    def notice(self, words: str, user: str, channel: str | None) -> None:
        """Shows Slack's own words to one person."""
        self.record(Happening("notice", user=user, channel=channel, words=words))

    def record(self, happening: Happening) -> None:
        """Records what happened, and wakes all that wait."""
        self.happenings.append(happening)
        self.signal.notify()

    def record_call(self, call: Call) -> None:
        """Records a request of the bot."""
        self.calls.append(call)
        self.signal.notify()
