"""What a person does in the workspace; the page's routes and the tests drive it alike."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

import msgspec

from bot.standin import inputs, payloads
from bot.standin.blocks import check_view
from bot.standin.delivery import Parcel, PayloadKind
from bot.standin.errors import ApiError, Refusal, Unanswered
from bot.standin.messages import Message
from bot.standin.residents import Channel, User
from bot.standin.responses import Origin, respond
from bot.standin.spec import Shortcut
from bot.standin.typed import escaped, linked
from bot.standin.views import View
from bot.standin.wire import Json
from bot.standin.world import World

Outcome = Literal["closed", "updated", "pushed", "errors"]


class Submitted(msgspec.Struct, frozen=True, kw_only=True):
    """What became of a modal; `errors` are words by block_id."""

    result: Outcome
    errors: Mapping[str, str] = {}


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
        if not text.strip():
            raise Refusal("an empty message cannot be sent")
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
            response_url=self._response_url(origin),
        )
        said = await self._ask("slash_commands", payload, accepts=True)
        return self._respond(origin, said) if said else None

    async def click(self, target: Message | View, action_id: str, *, block_id: str = "") -> None:
        """Press a button."""
        await self.act(target, action_id, None, block_id=block_id)

    async def choose(
        self, target: Message | View, action_id: str, choice: object, *, block_id: str = ""
    ) -> None:
        """Pick in a select, a menu or the like; for `choice` see `inputs.filled`."""
        await self.act(target, action_id, choice, block_id=block_id)

    async def act(
        self,
        target: Message | View,
        action_id: str,
        choice: object,
        *,
        block_id: str = "",
        values: Json | None = None,
    ) -> None:
        """Use an element where `target` shows it now; `values` is what else stands in inputs."""
        shown = self._shown(target)
        block, element = _element(_blocks(shown), block_id, action_id)
        action = self._action(block, element, choice)
        if isinstance(shown, View):
            put_in = inputs.merged(values or {}, _state_of(block, action))
            shown = self._world.views.fill(shown, put_in)
        root = shown.root if isinstance(shown, View) and shown.type == "modal" else ""
        payload = payloads.block_actions(
            self._world.spec,
            self.user,
            self._where(shown, values or {}),
            action,
            trigger_id=self._world.triggers.issue(self.id, root),
        )
        await self._ask("interactive", payload)

    async def options(
        self, target: Message | View, action_id: str, value: str, *, block_id: str = ""
    ) -> Json:
        """What the app offers for what was typed: {"options": […]} or {"option_groups": […]}."""
        shown = self._shown(target)
        block, element = _element(_blocks(shown), block_id, action_id)
        payload = payloads.block_suggestion(
            self._world.spec,
            self.user,
            self._where(shown, {}),
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
        shown = self._shown(view or self._modal())
        if not isinstance(shown, View):
            raise Refusal("only a modal can be submitted")
        shown = self._world.views.fill(shown, _states(shown, values or {}))
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
        return self._submitted(shown, said)

    async def close(self) -> None:
        """Close the modal in front; the app is told where it asked for it."""
        view = self._modal()
        self._world.views.close(self.id)
        if view.authored["notify_on_close"]:
            described = view.json(self._world.spec.id)
            payload = payloads.view_closed(self._world.spec, self.user, described, cleared=False)
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
        shown = self._shown(message)
        if not isinstance(shown, Message):
            raise Refusal("only a message takes a reaction")
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

    def _respond(self, origin: Origin, said: Json) -> Message | None:
        try:
            return respond(self._world, origin, said)
        except ApiError as error:
            raise Refusal(f"{self._world.spec.name}'s answer was refused: {error.code}") from None

    def _submitted(self, view: View, said: Json) -> Submitted:
        views = self._world.views
        action = said.get("response_action")
        try:
            if action == "errors":
                return Submitted(result="errors", errors=_own_errors(view, said.get("errors")))
            if action == "update":
                views.update(view, check_view(said.get("view")))
                return Submitted(result="updated")
            if action == "push":
                views.push(self.id, check_view(said.get("view")))
                return Submitted(result="pushed")
        except ApiError as error:
            raise Refusal(f"{self._world.spec.name}'s answer was refused: {error.code}") from None
        if action == "clear":
            views.clear(self.id)
        else:
            views.close(self.id)
        return Submitted(result="closed")

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
            response_url=self._response_url(origin),
        )

    def _action(self, block: Json, element: Json, choice: object) -> Json:
        named = {"block_id": block["block_id"], "action_id": element["action_id"]}
        stamped = named | {"action_ts": self._world.workspace.next_ts()}
        if element["type"] == "button":
            kept = ("type", "text", "value", "style", "url")
            return {name: element[name] for name in kept if name in element} | stamped
        try:
            return inputs.filled(element, choice) | stamped
        except ValueError as error:
            raise Refusal(str(error)) from None

    def _where(self, shown: Message | View, values: Json) -> Json:
        if isinstance(shown, View):
            return payloads.in_view(shown.json(self._world.spec.id))
        origin = Origin(user=self.id, channel=shown.channel, ts=shown.ts)
        return payloads.in_message(
            self._world.workspace.channels[shown.channel],
            self._world.workspace.json(shown),
            bool(shown.only_for),
            inputs.merged(inputs.initial_state(_blocks(shown)), values),
            self._response_url(origin),
        )

    def _response_url(self, origin: Origin) -> str:
        return self._world.url + self._world.responses.issue(origin)

    # what they point at

    def _channel(self, name: str) -> Channel:
        if (found := self._world.workspace.channel(name)) is None:
            raise Refusal(f"there is no channel {name}")
        return found

    def _parent(self, room: Channel, ts: str) -> str:
        if not ts:
            return ""
        if (found := self._world.workspace.message(room.id, ts)) is None:
            raise Refusal("the message that this answers is gone")
        return found.thread_ts or found.ts

    def _modal(self) -> View:
        if (view := self.modal) is None:
            raise Refusal("no window is open")
        return view

    def _shown(self, target: Message | View) -> Message | View:
        """`target` as it is now, where this person sees it."""
        if isinstance(target, View):
            view = self._world.views.find(target.id)
            if view is None or view.user != self.id:
                raise Refusal("this window is closed")
            return view
        message = self._world.workspace.message(target.channel, target.ts)
        if message is None or message.only_for not in {"", self.id}:
            raise Refusal("this message is gone")
        return message


def _blocks(shown: Message | View) -> list[Json]:
    attached = () if isinstance(shown, View) else shown.attachments
    inside = [block for attachment in attached for block in attachment.get("blocks", ())]
    return [*shown.blocks, *inside]


def _element(blocks: list[Json], block_id: str, action_id: str) -> tuple[Json, Json]:
    for block, element in inputs.elements(blocks):
        if element["action_id"] == action_id and block_id in {"", block["block_id"]}:
            return block, element
    raise Refusal(f"there is no {action_id} here any more")


def _state_of(block: Json, action: Json) -> Json:
    about = ("block_id", "action_id", "action_ts", "text", "value", "style", "url")
    left_out = about if action["type"] in {"button", "overflow"} else about[:3]
    held = {name: value for name, value in action.items() if name not in left_out}
    if action["type"] in {"button", "overflow"}:
        return {}
    return {block["block_id"]: {action["action_id"]: held}}


def _states(view: View, values: Json) -> Json:
    known = {(b["block_id"], e["action_id"]): e for b, e in inputs.elements(view.blocks)}
    made: Json = {}
    for block_id, actions in values.items():
        for action_id, choice in actions.items():
            if (element := known.get((block_id, action_id))) is None:
                raise Refusal(f"there is no input {block_id}/{action_id} in this window")
            try:
                made.setdefault(block_id, {})[action_id] = inputs.filled(element, choice)
            except ValueError as error:
                raise Refusal(str(error)) from None
    return made


def _own_errors(view: View, errors: object) -> dict[str, str]:
    """The errors, where each belongs to an input block of the view, as Slack insists."""
    blocks = {block["block_id"] for block in view.blocks if block.get("type") == "input"}
    if not isinstance(errors, dict) or not errors or not set(errors) <= blocks:
        raise ApiError("invalid_arguments")
    return {str(block_id): str(words) for block_id, words in errors.items()}
