"""The table of the methods: who may call each, and how often.

Scopes and tiers: each method's page at https://docs.slack.dev/reference/methods
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Literal

import msgspec

from bot.standin.webapi import apps, chat, conversations, files, modals, people, reactions
from bot.standin.webapi.args import Args
from bot.standin.wire import Json
from bot.standin.world import World

Run = Callable[[World, Args], Awaitable[Json]]


class Method(msgspec.Struct, frozen=True):
    """A method; one of `scopes` is enough, none are needed where it is empty.

    `tier` is 1 to 4, 0 for a generous limit of its own. `needs` is whose token it takes.
    """

    run: Run
    scopes: tuple[str, ...]
    tier: Literal[0, 1, 2, 3, 4]
    needs: Literal["bot", "app", "none"] = "bot"


_READ = ("channels:read", "groups:read", "im:read", "mpim:read")
_HISTORY = ("channels:history", "groups:history", "im:history", "mpim:history")
_OPEN = ("im:write",)
_WRITE = ("chat:write",)

METHODS: Mapping[str, Method] = {
    "api.test": Method(apps.api_test, (), 4, "none"),
    "apps.connections.open": Method(apps.connections_open, (), 1, "app"),
    "auth.test": Method(apps.auth_test, (), 0),
    "blocks.validate": Method(apps.validate_blocks, (), 4),
    "bots.info": Method(people.bot, ("users:read",), 3),
    "chat.delete": Method(chat.delete, _WRITE, 3),
    "chat.getPermalink": Method(chat.get_permalink, (), 0),
    "chat.postEphemeral": Method(chat.post_ephemeral, _WRITE, 4),
    "chat.postMessage": Method(chat.post_message, _WRITE, 0),
    "chat.update": Method(chat.update, _WRITE, 3),
    "conversations.history": Method(conversations.history, _HISTORY, 3),
    "conversations.info": Method(conversations.info, _READ, 3),
    "conversations.join": Method(conversations.join, ("channels:join",), 3),
    "conversations.list": Method(conversations.list_, _READ, 2),
    "conversations.members": Method(conversations.members, _READ, 4),
    "conversations.open": Method(conversations.open_, _OPEN, 3),
    "conversations.replies": Method(conversations.replies, _HISTORY, 3),
    "files.completeUploadExternal": Method(files.complete_upload, ("files:write",), 4),
    "files.getUploadURLExternal": Method(files.get_upload_url, ("files:write",), 4),
    "oauth.v2.access": Method(apps.oauth_access, (), 4, "none"),
    "reactions.add": Method(reactions.add, ("reactions:write",), 3),
    "reactions.remove": Method(reactions.remove, ("reactions:write",), 2),
    "team.info": Method(people.team, ("team:read",), 3),
    "users.info": Method(people.info, ("users:read",), 4),
    "users.list": Method(people.list_, ("users:read",), 2),
    "users.lookupByEmail": Method(people.lookup_by_email, ("users:read.email",), 3),
    "views.open": Method(modals.open_, (), 4),
    "views.publish": Method(modals.publish, (), 4),
    "views.push": Method(modals.push, (), 4),
    "views.update": Method(modals.update, (), 4),
}
