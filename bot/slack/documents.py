"""A file for a person, as it is uploaded: streamed, so that it need not fit into the memory.

The flow: https://docs.slack.dev/messaging/working-with-files#uploading_files
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import BinaryIO

import aiohttp
from slack_sdk.web.async_client import AsyncWebClient

from bot.errors import SlackUnavailable
from bot.slack.calls import call

PATIENCE = 600.0
"""Seconds that the bytes of a file may take."""


@dataclass(frozen=True, kw_only=True)
class Document:
    """`file` stands at its beginning and holds so many `bytes`; it is called `filename`, and
    `title` stands above it."""

    file: BinaryIO
    bytes: int
    filename: str
    title: str


async def send(
    client: AsyncWebClient, session: aiohttp.ClientSession, room: str, document: Document
) -> None:
    """Show a document in the room with this id. Raises a SlackError; after SlackUnavailable nobody
    knows whether it is there."""
    place = await call(
        client.files_getUploadURLExternal, filename=document.filename, length=document.bytes
    )
    await _carry(client, session, str(place["upload_url"]), document)
    await call(
        client.files_completeUploadExternal,
        files=[{"id": str(place["file_id"]), "title": document.title}],
        channel_id=room,
    )


async def _carry(
    client: AsyncWebClient, session: aiohttp.ClientSession, address: str, document: Document
) -> None:
    try:
        async with session.post(
            address,
            data=document.file,
            headers={"Content-Length": str(document.bytes)},
            proxy=client.proxy,
            timeout=aiohttp.ClientTimeout(total=PATIENCE),
        ) as answer:
            if answer.status != 200:
                raise SlackUnavailable(f"Slack did not take a file ({answer.status})")
    except (TimeoutError, aiohttp.ClientError, OSError) as error:
        raise SlackUnavailable(f"Slack did not take a file ({type(error).__name__})") from None
