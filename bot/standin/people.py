"""What a person does in the workspace; the page's routes and the tests drive it alike."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress

from bot.standin import inputs, payloads, submission, targets
from bot.standin.answering import respond
from bot.standin.delivery import Parcel, PayloadKind
from bot.standin.errors import ApiError, Refusal, Unanswered
from bot.standin.messages import Message, is_emoji
from bot.standin.residents import Channel, User
from bot.standin.responses import Origin
from bot.standin.spec import Shortcut
from bot.standin.submission import Submitted
from bot.standin.targets import Target
from bot.standin.typed import escaped, linked
from bot.standin.views import View
from bot.standin.wire import Json
from bot.standin.world import World

LONGEST_MESSAGE = 12_000
"""Characters that Slack's own client sends in one message."""


class Person:
    """One person at their Slack.

    Every deed raises Refusal, in words, where the workspace does not let it happen, and
    Unanswered where the app does not acknowledge within three seconds.
    """

    def __init__(self, world: World, user: User) -> None:
        self._world = world
        self.user = user

    @property
    def id(self) -> str:
        """The user id."""
        return self.user.id

    # what they see

    def messages(self, channel: str) -> tuple[Message, ...]:
        """All they see in the channel, replies and their ephemerals included, oldest first."""
        return self._world.workspace.messages(self._channel(channel).id, self.id)

    def ephemerals(self, channel: str) -> tuple[Message, ...]:
        """What only they see in the channel, oldest first."""
        return tuple(message for message in self.messages(channel) if message.only_for)

    @property
    def modal(self) -> View | None:
        """The modal in front of them."""
        return self._world.views.top(self.id)

    @property
    def home(self) -> View | None:
        """Their App Home as last published; does not tell the app."""
        return self._world.views.home(self.id)

    # what they do

    def post(self, channel: str, text: str, *, thread_ts: str = "") -> Message:
        """Say something; @name and #channel become links, all else is plain."""
        room = self._channel(channel)
        if room.is_archived:
            raise Refusal(f"#{room.name} is archived")
        self._check_read(room)
        if not text.strip():
            raise Refusal("an empty message cannot be sent")
        if len(text) > LONGEST_MESSAGE:
            raise Refusal(f"a message has at most {LONGEST_MESSAGE:,} characters")
        return self._world.post(
            Message(
                channel=room.id,
                ts="",
                user=self.id,
                text=linked(escaped(text), self._world.workspace),
                thread_ts=self._parent(room, thread_ts),
            )
        )

    async def command(self, line: str, channel: str = "#general") -> Message | None:
        """Type a slash command, such as "/vigie queue"; answers what the ack itself said."""
        room = self._channel(channel)
        self._check_read(room)
        name, _, text = line.strip().partition(" ")
        typed = next((c for c in self._world.spec.commands if c.command == name), None)
        if typed is None:
            raise Refusal(f"{name} is not a command here")
        if typed.should_escape:
            text = linked(escaped(text), self._world.workspace, with_names=True)
        origin = Origin(user=self.id, channel=room.id)
        payload = payloads.command(
            self._world.spec,
            self.user,
            room,
            typed,
            text.strip(),
            trigger_id=self._world.triggers.issue(self.id),
            response_url=self._world.response_url(origin),
        )
        said = await self._ask("slash_commands", payload, accepts=True)
        with self._in_words():
            return respond(self._world, origin, said) if said else None

    async def click(self, target: Target, action_id: str, *, block_id: str = "") -> None:
        """Press a button."""
        await self.act(target, action_id, None, block_id=block_id)

    async def choose(
        self, target: Target, action_id: str, choice: object, *, block_id: str = ""
    ) -> None:
        """Pick in a select, a menu or the like; for `choice` see `inputs.filled`."""
        await self.act(target, action_id, choice, block_id=block_id)

    async def act(
        self,
        target: Target,
        action_id: str,
        choice: object,
        *,
        block_id: str = "",
        values: Json | None = None,
    ) -> None:
        """Use an element where `target` shows it now; `values` is what else stands in inputs."""
        shown = targets.shown(self._world, self.id, target)
        block, element = targets.element_of(shown, block_id, action_id)
        action = targets.action(block, element, choice, self._world.workspace.next_ts())
        root = ""
        if isinstance(shown, View):
            put_in = inputs.merged(values or {}, targets.state_after(action))
            shown = self._world.views.fill(shown, put_in)
            root = shown.root if shown.type == "modal" else ""
        payload = payloads.block_actions(
            self._world.spec,
            self.user,
            targets.place(self._world, self.id, shown, values or {}),
            action,
            trigger_id=self._world.triggers.issue(self.id, root),
        )
        await self._ask("interactive", payload)

    async def options(
        self, target: Target, action_id: str, value: str, *, block_id: str = ""
    ) -> Json:
        """What the app offers for what was typed: {"options": […]} or {"option_groups": […]}."""
        shown = targets.shown(self._world, self.id, target)
        block, element = targets.element_of(shown, block_id, action_id)
        payload = payloads.block_suggestion(
            self._world.spec,
            self.user,
            targets.place(self._world, self.id, shown, {}),
            block["block_id"],
            element["action_id"],
            value,
        )
        said = await self._ask("interactive", payload, accepts=True)
        return {name: said[name] for name in ("options", "option_groups") if name in said}

    async def submit(self, values: Json | None = None, *, view: View | None = None) -> Submitted:
        """Submit the modal in front; `values` is {block_id: {action_id: state or short for it}}.

        An input's short form is described at `inputs.filled`.
        """
        shown = self._modal(view)
        shown = self._world.views.fill(shown, submission.states(shown, values or {}))
        described = shown.json(self._world.spec.id)
        if errors := inputs.refused(shown.blocks, described["state"]["values"]):
            return Submitted(result="errors", errors=errors)
        payload = payloads.view_submission(
            self._world.spec,
            self.user,
            described,
            trigger_id=self._world.triggers.issue(self.id, shown.root),
        )
        said = await self._ask("interactive", payload, accepts=True)
        with self._in_words():
            return submission.carry_out(self._world, shown, said)

    async def close(self, view: View | None = None) -> None:
        """Close the modal in front, which is `view` if given; the app is told if it asked."""
        if view is not None and view != self.modal:
            raise Refusal("this window is not in front")
        view = self._modal(None)
        cleared = bool(view.authored["clear_on_close"])
        if cleared:
            self._world.views.clear(self.id)
        else:
            self._world.views.close(self.id)
        if view.authored["notify_on_close"]:
            described = view.json(self._world.spec.id)
            payload = payloads.view_closed(self._world.spec, self.user, described, cleared=cleared)
            with suppress(Unanswered):
                await self._ask("interactive", payload)

    async def shortcut(self, callback_id: str, message: Message | None = None) -> None:
        """Choose a global shortcut, or one of a message's."""
        kind = "global" if message is None else "message"
        every = self._world.spec.shortcuts
        chosen = next((s for s in every if s.callback_id == callback_id and s.type == kind), None)
        if chosen is None:
            raise Refusal(f"there is no {kind} shortcut {callback_id}")
        await self._ask("interactive", self._shortcut_payload(chosen, message))

    def open_home(self) -> View | None:
        """Look at the app's Home; the app is told, and what it last published is answered."""
        view = self.home
        event: Json = {
            "type": "app_home_opened",
            "user": self.id,
            "channel": self._world.workspace.dm(self.id).id,
            "tab": "home",
            "event_ts": self._world.workspace.next_ts(),
        }
        described = {"view": view.json(self._world.spec.id)} if view else {}
        self._world.events.emit("app_home_opened", event | described)
        return view

    def react(self, message: Message, name: str) -> Message:
        """Set an emoji, or take it back."""
        shown = targets.shown(self._world, self.id, message)
        if not isinstance(shown, Message) or shown.only_for:
            raise Refusal("only a message that everybody sees takes a reaction")
        if not is_emoji(name):
            raise Refusal("there is no such emoji")
        own = any(r.name == name and self.id in r.users for r in shown.reactions)
        return self._world.react(shown, name, self.id, on=not own)

    def invite(self, user_id: str, channel: str) -> None:
        """Bring a user, or the bot, into a channel."""
        self._world.join(self._channel(channel).id, user_id, inviter=self.id)

    # how the app is asked

    async def _ask(self, kind: PayloadKind, payload: Json, *, accepts: bool = False) -> Json:
        parcel = Parcel(kind=kind, payload=payload, accepts_response=accepts)
        try:
            return await self._world.line.ask(parcel)
        except Unanswered as failure:
            words = f"{self._world.spec.name} {failure}"
            raise Unanswered(words, failure.reason) from None

    @contextmanager
    def _in_words(self) -> Iterator[None]:
        """Say to the person that what the app answered is not what Slack takes."""
        try:
            yield
        except ApiError as error:
            raise Refusal(f"{self._world.spec.name}'s answer was refused: {error.code}") from None

    def _shortcut_payload(self, chosen: Shortcut, message: Message | None) -> Json:
        world = self._world
        action_ts = world.workspace.next_ts()
        trigger = world.triggers.issue(self.id)
        if message is None:
            return payloads.shortcut(
                world.spec, self.user, chosen, action_ts=action_ts, trigger=trigger
            )
        origin = Origin(user=self.id, channel=message.channel, ts=message.ts)
        return payloads.message_action(
            world.spec,
            self.user,
            chosen,
            world.workspace.channels[message.channel],
            world.workspace.json(message),
            action_ts=action_ts,
            trigger=trigger,
            response_url=self._world.response_url(origin),
        )

    # where they are

    def _channel(self, name: str) -> Channel:
        if (found := self._world.workspace.channel(name)) is None:
            raise Refusal(f"there is no channel {name}")
        return found

    def _check_read(self, room: Channel) -> None:
        if room.is_im and not self._world.spec.reads_messages:
            raise Refusal("sending messages to this app has been turned off")

    def _parent(self, room: Channel, ts: str) -> str:
        if not ts:
            return ""
        found = self._world.workspace.message(room.id, ts)
        if found is None or found.only_for:
            raise Refusal("the message that this answers is gone")
        return found.thread_ts or found.ts

    def _modal(self, view: View | None) -> View:
        if view is None:
            view = self.modal
        found = targets.shown(self._world, self.id, view) if view else None
        if not isinstance(found, View):
            raise Refusal("no window is open")
        return found
