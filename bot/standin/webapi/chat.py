"""chat.*: https://docs.slack.dev/reference/methods?family=chat"""

from __future__ import annotations

import msgspec

from bot.standin.blocks import check_content
from bot.standin.errors import ApiError, bad_arguments
from bot.standin.messages import Message
from bot.standin.residents import BOT_USER_ID, TEAM_ID
from bot.standin.webapi import lookups
from bot.standin.webapi.args import Args
from bot.standin.wire import Json, dumps
from bot.standin.world import World

MOST_METADATA = 16_000
"""Bytes, about what Slack takes."""


async def post_message(world: World, args: Args) -> Json:
    """chat.postMessage"""
    channel = lookups.channel_to_post_in(world, args.needed("channel"))
    text, blocks, attachments = check_content(args.given)
    thread_ts = lookups.thread(world, channel.id, args.text("thread_ts"))
    posted = world.post(
        Message(
            channel=channel.id,
            ts="",
            user=BOT_USER_ID,
            text=text,
            blocks=blocks,
            attachments=attachments,
            metadata=_metadata(args),
            thread_ts=thread_ts,
            broadcast=bool(thread_ts) and args.flag("reply_broadcast"),
        )
    )
    return _said(world, posted)


async def update(world: World, args: Args) -> Json:
    """chat.update; blocks and attachments that are not given stay as they were."""
    found = lookups.own_message(
        world, args.needed("channel"), args.needed("ts"), "cant_update_message"
    )
    given = {name: args.given.get(name) for name in ("text", "blocks", "attachments")}
    if "text" not in args.given:
        given["text"] = found.text
    kept_blocks = "blocks" not in args.given and bool(found.blocks)
    if kept_blocks:
        given["blocks"] = list(found.blocks)
    if "attachments" not in args.given:
        given["attachments"] = list(found.attachments)
    text, blocks, attachments = check_content(given)
    changed = world.change(
        msgspec.structs.replace(
            found,
            text=text,
            blocks=blocks,
            attachments=attachments,
            metadata=_metadata(args) or found.metadata,
            edited=world.workspace.next_ts(),
        )
    )
    return _said(world, changed) | {"text": changed.text}


async def delete(world: World, args: Args) -> Json:
    """chat.delete"""
    found = lookups.own_message(
        world, args.needed("channel"), args.needed("ts"), "cant_delete_message"
    )
    world.delete(found)
    return {"channel": found.channel, "ts": found.ts}


async def post_ephemeral(world: World, args: Args) -> Json:
    """chat.postEphemeral"""
    channel = lookups.channel_to_post_in(world, args.needed("channel"))
    reader = args.needed("user")
    if reader not in channel.members:
        raise ApiError("user_not_in_channel")
    text, blocks, attachments = check_content(args.given)
    posted = world.post(
        Message(
            channel=channel.id,
            ts="",
            user=BOT_USER_ID,
            text=text,
            blocks=blocks,
            attachments=attachments,
            thread_ts=lookups.thread(world, channel.id, args.text("thread_ts")),
            only_for=reader,
        )
    )
    return {"message_ts": posted.ts}


async def get_permalink(world: World, args: Args) -> Json:
    """chat.getPermalink; the address is the workspace's own page, at that message."""
    channel = lookups.channel(world, args.needed("channel"))
    ts = args.needed("message_ts")
    if (found := world.workspace.message(channel.id, ts)) is None or found.only_for:
        raise ApiError("message_not_found")
    address = f"{world.url}/archives/{channel.id}/p{ts.replace('.', '')}"
    if found.thread_ts:
        address += f"?thread_ts={found.thread_ts}&cid={channel.id}"
    return {"channel": channel.id, "permalink": address}


def _metadata(args: Args) -> Json | None:
    metadata = args.mapping("metadata")
    if not metadata:
        return None
    event_type, payload = metadata.get("event_type"), metadata.get("event_payload")
    if not isinstance(event_type, str) or not isinstance(payload, dict):
        raise bad_arguments("missing event_type or event_payload", code="invalid_metadata_format")
    if len(dumps(payload)) > MOST_METADATA:
        raise ApiError("metadata_too_large")
    return {"event_type": event_type, "event_payload": payload}


def _said(world: World, message: Message) -> Json:
    shown = world.workspace.json(message)
    if message.metadata:
        shown["metadata"] = message.metadata
    return {
        "channel": message.channel,
        "ts": message.ts,
        "message": shown | {"team": TEAM_ID},
    }
