"""files.*: https://docs.slack.dev/reference/methods/files.getUploadURLExternal"""

from __future__ import annotations

from bot.standin.blocks import check_blocks
from bot.standin.errors import ApiError, bad_arguments
from bot.standin.messages import Message
from bot.standin.residents import BOT_USER_ID, Channel
from bot.standin.uploads import MOST_BYTES, File
from bot.standin.webapi import lookups
from bot.standin.webapi.args import Args
from bot.standin.wire import Json
from bot.standin.world import World


async def get_upload_url(world: World, args: Args) -> Json:
    """files.getUploadURLExternal"""
    length = args.count("length", 0, MOST_BYTES + 1)
    if length > MOST_BYTES:
        raise ApiError("file_upload_size_restricted")
    key, file = world.uploads.announce(args.needed("filename"), length, args.text("alt_txt"))
    return {"upload_url": f"{world.url}/upload/{key}", "file_id": file.id}


async def complete_upload(world: World, args: Args) -> Json:
    """files.completeUploadExternal; with channels, a message that shows the files."""
    asked = args.structure("files")
    if not isinstance(asked, list) or not all(isinstance(f, dict) and "id" in f for f in asked):
        raise bad_arguments("must provide an array of files [json-pointer:/files]")
    if not asked:
        raise bad_arguments("must provide at least one file [json-pointer:/files]")
    names = args.names("channel_id") + args.names("channels")
    rooms = [lookups.channel_to_post_in(world, name) for name in names]
    blocks = check_blocks(args.given.get("blocks"))
    files = tuple(
        world.uploads.complete(str(each["id"]), str(each.get("title") or "")) for each in asked
    )
    for room in rooms:
        _share(world, room, files, args, blocks)
    return {"files": [file.json(world.url) for file in files]}


def _share(
    world: World, room: Channel, files: tuple[File, ...], args: Args, blocks: tuple[Json, ...]
) -> None:
    world.post(
        Message(
            channel=room.id,
            ts="",
            user=BOT_USER_ID,
            text=args.text("initial_comment"),
            blocks=blocks,
            files=tuple(file.json(world.url) for file in files),
            thread_ts=lookups.thread(world, room.id, args.text("thread_ts")),
            subtype="file_share",
        )
    )
