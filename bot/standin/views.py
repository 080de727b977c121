"""Modals in their stacks of three, and each person's App Home.

Rules: https://docs.slack.dev/surfaces/modals, https://docs.slack.dev/surfaces/app-home
"""

from __future__ import annotations

import secrets

import msgspec

from bot.standin import inputs
from bot.standin.changes import Change, Changes, Kind
from bot.standin.errors import ApiError
from bot.standin.naming import named
from bot.standin.residents import BOT_ID, TEAM_ID
from bot.standin.wire import Json

STACK = 3
"""Modals that may lie upon each other."""

_AUTHORED = (
    "title",
    "submit",
    "close",
    "blocks",
    "private_metadata",
    "callback_id",
    "external_id",
    "clear_on_close",
    "notify_on_close",
)
_EMPTY: Json = {
    "title": None,
    "submit": None,
    "close": None,
    "blocks": [],
    "private_metadata": "",
    "callback_id": "",
    "external_id": "",
    "clear_on_close": False,
    "notify_on_close": False,
}


class View(msgspec.Struct, frozen=True, kw_only=True):
    """A view as it stands for one person. `authored` is what the app wrote, blocks named."""

    id: str
    type: str
    user: str
    authored: Json
    hash: str
    root: str
    previous: str = ""
    values: Json = {}

    @property
    def blocks(self) -> tuple[Json, ...]:
        """The view's blocks."""
        return tuple(self.authored["blocks"])

    def json(self, app_id: str) -> Json:
        """Slack's view object, with the state of its inputs."""
        return {
            "id": self.id,
            "team_id": TEAM_ID,
            "type": self.type,
            **self.authored,
            "state": {"values": inputs.merged(inputs.initial_state(self.blocks), self.values)},
            "hash": self.hash,
            "root_view_id": self.root,
            "previous_view_id": self.previous or None,
            "app_id": app_id,
            "app_installed_team_id": TEAM_ID,
            "bot_id": BOT_ID,
        }


class Views:
    """The stack and the Home of each person. Every change rings `changes`."""

    def __init__(self, changes: Changes) -> None:
        self._changes = changes
        self._stacks: dict[str, list[View]] = {}
        self._homes: dict[str, View] = {}

    def top(self, user: str) -> View | None:
        """The modal that the person sees."""
        stack = self._stacks.get(user)
        return stack[-1] if stack else None

    def stack(self, user: str) -> tuple[View, ...]:
        """The person's modals, the lowest first."""
        return tuple(self._stacks.get(user, ()))

    def home(self, user: str) -> View | None:
        """The person's App Home, None until the app has published one."""
        return self._homes.get(user)

    def find(self, view_id: str = "", external_id: str = "") -> View | None:
        """The open view with this id or external id."""
        every = [view for stack in self._stacks.values() for view in stack]
        every += self._homes.values()
        for view in every:
            if view_id and view.id == view_id:
                return view
            if external_id and view.authored["external_id"] == external_id:
                return view
        return None

    def open(self, user: str, authored: Json) -> View:
        """A new modal, in the place of whatever the person had open."""
        self._refuse_duplicate(authored, "")
        view = self._made(user, "modal", authored)
        self._stacks[user] = [view]
        return self._ring(view)

    def push(self, user: str, authored: Json) -> View:
        """A modal upon the person's stack. Raises ApiError push_limit_reached at three."""
        stack = self._stacks.get(user) or []
        if not stack:
            raise ApiError("invalid_trigger_id")
        if len(stack) >= STACK:
            raise ApiError("push_limit_reached")
        self._refuse_duplicate(authored, "")
        view = self._made(user, "modal", authored, root=stack[0].id, previous=stack[-1].id)
        stack.append(view)
        return self._ring(view)

    def update(self, view: View, authored: Json, expected: str = "") -> View:
        """The view with new content. Raises ApiError hash_conflict where `expected` is stale."""
        if expected and expected != view.hash:
            raise ApiError("hash_conflict")
        self._refuse_duplicate(authored, view.id)
        content = _content(authored)
        held = inputs.kept(view.blocks, tuple(content["blocks"]), view.values)
        return self._replace(
            msgspec.structs.replace(view, authored=content, hash=_new_hash(), values=held)
        )

    def publish(self, user: str, authored: Json, expected: str = "") -> View:
        """The person's App Home, made or renewed."""
        if held := self._homes.get(user):
            return self.update(held, authored, expected)
        view = self._made(user, "home", authored)
        self._homes[user] = view
        return self._ring(view)

    def fill(self, view: View, values: Json) -> View:
        """The view with the person's input, over what they had put in before."""
        filled = msgspec.structs.replace(view, values=inputs.merged(view.values, values))
        return self._replace(filled, ring=False)

    def close(self, user: str) -> View | None:
        """Take the topmost modal away; answers the one that is seen now."""
        stack = self._stacks.get(user) or []
        if stack:
            gone = stack.pop()
            self._changes.ring(Change(kind="view_closed", user=user, view=gone.id))
        return stack[-1] if stack else None

    def clear(self, user: str) -> None:
        """Take all the person's modals away."""
        self._stacks.pop(user, None)
        self._changes.ring(Change(kind="view_closed", user=user))

    def _made(
        self, user: str, type_: str, authored: Json, root: str = "", previous: str = ""
    ) -> View:
        view_id = f"V0{secrets.token_hex(5).upper()}"
        return View(
            id=view_id,
            type=type_,
            user=user,
            authored=_content(authored),
            hash=_new_hash(),
            root=root or view_id,
            previous=previous,
        )

    def _replace(self, view: View, ring: bool = True) -> View:
        if view.type == "home":
            self._homes[view.user] = view
        else:
            stack = self._stacks[view.user]
            stack[[each.id for each in stack].index(view.id)] = view
        return self._ring(view) if ring else view

    def _ring(self, view: View) -> View:
        kind: Kind = "home" if view.type == "home" else "view"
        self._changes.ring(Change(kind=kind, user=view.user, view=view.id))
        return view

    def _refuse_duplicate(self, authored: Json, own: str) -> None:
        external = str(authored.get("external_id") or "")
        if external and (held := self.find(external_id=external)) and held.id != own:
            raise ApiError("duplicate_external_id")


def _content(authored: Json) -> Json:
    content = _EMPTY | {name: authored[name] for name in _AUTHORED if name in authored}
    return content | {"blocks": list(named(content["blocks"]))}


def _new_hash() -> str:
    return f"{secrets.randbelow(10**10):010d}.{secrets.token_hex(4)}"
