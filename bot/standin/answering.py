"""What an app says to a response_url, or while it acknowledges a command.

Rules: https://docs.slack.dev/interactivity/handling-user-interaction#message_responses
"""

from __future__ import annotations

import msgspec

from bot.standin.blocks import check_content
from bot.standin.messages import Message
from bot.standin.residents import BOT_USER_ID
from bot.standin.responses import Origin
from bot.standin.wire import Json
from bot.standin.workspace import Workspace
from bot.standin.world import World


def respond(world: World, origin: Origin, said: Json) -> Message | None:
    """Carry out what the app said: a new message, or a change of the one answered.

    Raises ApiError with Slack's code where the content is refused.
    """
    workspace = world.workspace
    original = _own(workspace.message(origin.channel, origin.ts))
    if said.get("delete_original"):
        if original is not None:
            world.delete(original)
        return None
    text, blocks, attachments = check_content(said)
    if said.get("replace_original") and original is not None:
        changed = msgspec.structs.replace(
            original,
            text=text,
            blocks=blocks,
            attachments=attachments,
            edited="" if original.only_for else workspace.next_ts(),
        )
        return world.change(changed)
    return world.post(
        Message(
            channel=origin.channel,
            ts="",
            user=BOT_USER_ID,
            text=text,
            blocks=blocks,
            attachments=attachments,
            thread_ts=_thread(workspace, origin.channel, said.get("thread_ts")),
            only_for="" if said.get("response_type") == "in_channel" else origin.user,
        )
    )


def _own(original: Message | None) -> Message | None:
    """The message, if the app wrote it: it cannot take away or rewrite what a person said."""
    return original if original is not None and original.by_bot else None


def _thread(workspace: Workspace, channel: str, ts: object) -> str:
    """The parent of the thread that `ts` stands in; "" where there is no such message."""
    found = workspace.message(channel, ts) if isinstance(ts, str) else None
    return found.thread_ts or found.ts if found and not found.only_for else ""
