"""The parts of one workspace, side by side, for those who act upon them."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import msgspec

from bot.standin.changes import Change, Changes
from bot.standin.clock import Clock
from bot.standin.crew import Crew
from bot.standin.delivery import Line
from bot.standin.events import Events
from bot.standin.faults import Faults
from bot.standin.limits import Limits, Rates
from bot.standin.messages import Message
from bot.standin.residents import BOT_USER_ID, TEAM_ID
from bot.standin.responses import Origin, Responses
from bot.standin.sockets import Sockets
from bot.standin.spec import AppSpec
from bot.standin.triggers import Triggers
from bot.standin.uploads import Uploads
from bot.standin.views import Views
from bot.standin.wire import Json
from bot.standin.workspace import Workspace

REMEMBERED_CALLS = 10_000


class ApiCall(msgspec.Struct, frozen=True, kw_only=True):
    """One call of the Web API: when (seconds since the epoch), with what, and what came of it.

    `error` is Slack's code, "" where the call went well. The token is not kept.
    """

    method: str
    at: float
    arguments: Mapping[str, object]
    status: int
    error: str


@dataclass
class World:
    """Everything that makes up a running workspace; `url` is known once it listens."""

    spec: AppSpec
    clock: Clock
    crew: Crew
    changes: Changes
    workspace: Workspace
    views: Views
    triggers: Triggers
    faults: Faults
    limits: Limits
    sockets: Sockets
    events: Events
    responses: Responses
    uploads: Uploads
    url: str = ""
    calls: deque[ApiCall] = field(default_factory=lambda: deque(maxlen=REMEMBERED_CALLS))
    install_codes: set[str] = field(default_factory=set)

    @property
    def line(self) -> Line:
        """The way to the app that is in use."""
        return self.events.line

    def response_url(self, origin: Origin) -> str:
        """A new response_url for what `origin` did."""
        return self.url + self.responses.issue(origin)

    def post(self, draft: Message) -> Message:
        """Post, and tell the app's subscriptions."""
        posted = self.workspace.post(draft)
        channel = self.workspace.channels[posted.channel]
        self.events.message(channel, posted, self.workspace.json(posted))
        return posted

    def change(self, changed: Message) -> Message:
        """Put `changed` in its place, and tell the app's subscriptions."""
        kept = self.workspace.change(changed)
        self._tell(kept, "message_changed", {"message": self.workspace.json(kept)})
        return kept

    def delete(self, gone: Message) -> None:
        """Take the message away, and tell the app's subscriptions."""
        self.workspace.delete(gone)
        self._tell(gone, "message_deleted", {"deleted_ts": gone.ts})

    def react(self, message: Message, name: str, user_id: str, *, on: bool) -> Message:
        """Set or take back a reaction, and tell the app's subscriptions."""
        changed = self.workspace.react(message, name, user_id, on=on)
        kind = "reaction_added" if on else "reaction_removed"
        event: Json = {
            "type": kind,
            "user": user_id,
            "reaction": name,
            "item": {"type": "message", "channel": message.channel, "ts": message.ts},
            "item_user": message.user,
            "event_ts": self.workspace.next_ts(),
        }
        if BOT_USER_ID in self.workspace.channels[message.channel].members:
            self.events.emit(kind, event)
        return changed

    def _tell(self, message: Message, subtype: str, what: Json) -> None:
        said: Json = {
            "type": "message",
            "subtype": subtype,
            "hidden": True,
            "ts": self.workspace.next_ts(),
            **what,
        }
        self.events.message(self.workspace.channels[message.channel], message, said)

    def join(self, channel_id: str, user_id: str, inviter: str = "") -> None:
        """Make the user a member, and tell the app's subscriptions."""
        channel = self.workspace.join(channel_id, user_id)
        if BOT_USER_ID in channel.members:
            event: Json = {
                "type": "member_joined_channel",
                "user": user_id,
                "channel": channel.id,
                "channel_type": "G" if channel.is_private else "C",
                "team": TEAM_ID,
                "event_ts": self.workspace.next_ts(),
            }
            self.events.emit(
                "member_joined_channel", event | ({"inviter": inviter} if inviter else {})
            )


def build(spec: AppSpec, channels: Iterable[str], rates: Rates) -> World:
    """A workspace that is complete but does not listen yet."""
    clock, crew, changes, faults = Clock(), Crew(), Changes(), Faults()
    sockets = Sockets(spec.id, clock, crew, changes)
    clock.watch(lambda _: changes.ring(Change(kind="clock")))
    return World(
        spec=spec,
        clock=clock,
        crew=crew,
        changes=changes,
        workspace=Workspace(clock, changes, app_name=spec.name, app_id=spec.id, channels=channels),
        views=Views(changes),
        triggers=Triggers(clock),
        faults=faults,
        limits=Limits(clock, rates),
        sockets=sockets,
        events=Events(spec, clock, crew, sockets, faults),
        responses=Responses(clock),
        uploads=Uploads(),
    )
