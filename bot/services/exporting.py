"""Mentions as a file for whoever may have it: written page by page, whatever there are."""

from __future__ import annotations

import asyncio
import tempfile
import time
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import BinaryIO, Protocol

import msgspec
import structlog

from bot import spreadsheet
from bot.domain.conversation import Conversation, State
from bot.domain.mention import Mention
from bot.domain.watch import Watch
from bot.errors import ConversationError, SlackError
from bot.i18n import Voice
from bot.services.base import Services
from bot.services.paging import pages
from bot.services.watching import is_admin
from bot.slack.blocks.export import done_card, title, working_card
from bot.slack.blocks.themes import theme_words
from bot.slack.documents import Document
from bot.slack.gateway import Posted
from bot.store.repositories import Repository

log = structlog.get_logger(__name__)

LENGTH = timedelta(days=30)
"""What is exported where nobody says of how long."""

LONGEST = timedelta(days=400)

PAGE = 500
"""Mentions that are written in one go: some milliseconds of a thread."""

PATIENCE = 1.0
"""Seconds after which who asked is told that it is being worked on."""

AGAIN = 3.0
"""Seconds between two words about how far it is."""

Progress = Callable[[int], Awaitable[None]]
"""Hears how many mentions were written so far."""


class Shelves(Protocol):
    """Where it is looked up: `bot.store.repositories.Records` is such."""

    @property
    def mentions(self) -> Repository[Mention]: ...
    @property
    def conversations(self) -> Repository[Conversation]: ...


class Written(msgspec.Struct, frozen=True, kw_only=True):
    """So many `rows` are in a file of so many `bytes`; `left_out` mentions were taken back by their
    authors."""

    rows: int
    left_out: int
    bytes: int


def check_may(services: Services, user: str) -> None:
    """Raises ConversationError unless the configuration trusts this person with what it holds of
    others: its admins and its manager."""
    if not (is_admin(services, user) or user == services.config.rota.manager):
        raise ConversationError(
            "An export holds what people wrote, by their names: it is for those who administer "
            "Vigie, and for the manager."
        )


async def export_to(
    services: Services,
    user: str,
    watches: Sequence[Watch],
    length: timedelta,
    voice: Voice,
    *,
    patience: float = PATIENCE,
) -> Written:
    """Send a member the mentions of the last `length` of some watches, as a file for them alone.

    What takes longer than `patience` (seconds) is told of in their messages, as far as it is.
    Raises ConversationError where they may not have it, and a SlackError where Slack does not take
    the file.
    """
    check_may(services, user)
    now = services.now()
    since, names = now - length, [watch.name for watch in watches]
    until = now + timedelta(seconds=1)
    of = sum([await _count(services.records, name, since, until) for name in names])
    told = _Told(services, user, of, voice, patience)
    with tempfile.TemporaryFile() as file:
        written = await write(services.records, names, since, until, file, voice, told.so_far)
        if written.rows:
            day = now.astimezone(voice.zone).date().isoformat()
            await services.slack.send(
                user,
                Document(
                    file=file,
                    bytes=written.bytes,
                    filename=f"vigie-{day}.csv",
                    title=title(names, since, now, voice),
                ),
            )
    await told.done(written.rows)
    log.info("mentions were exported", by=user, watches=names, rows=written.rows)
    return written


async def write(
    shelves: Shelves,
    watches: Sequence[str],
    since: datetime,
    until: datetime,
    into: BinaryIO,
    voice: Voice,
    told: Progress,
) -> Written:
    """Write the mentions of some watches into a file, which then stands at its beginning."""
    theme = partial(theme_words, voice=voice)
    states = await _states(shelves, frozenset(watches))
    rows = left_out = 0
    size = await asyncio.to_thread(into.write, spreadsheet.head(voice).encode())
    for watch in watches:
        async for page in pages(shelves.mentions, watch, since, until, PAGE):
            kept = [mention for mention in page if mention.deleted is None]
            text = await asyncio.to_thread(spreadsheet.lines, kept, states, theme, voice)
            size += await asyncio.to_thread(into.write, text.encode())
            rows, left_out = rows + len(kept), left_out + len(page) - len(kept)
            await told(rows)
    await asyncio.to_thread(into.seek, 0)
    return Written(rows=rows, left_out=left_out, bytes=size)


class _Told:
    """What who waits is told in their messages; where Slack does not take it they wait all the
    same."""

    def __init__(
        self, services: Services, user: str, of: int, voice: Voice, patience: float
    ) -> None:
        self._services, self._user, self._of, self._voice = services, user, of, voice
        self._due = time.monotonic() + patience
        self._message: Posted | None = None

    async def so_far(self, rows: int) -> None:
        if time.monotonic() < self._due:
            return
        card = working_card(rows, self._of, self._voice)
        try:
            if self._message is None:
                self._message = await self._services.slack.post(
                    self._user, card.text, card.blocks, delivery=f"export {self._user}"
                )
            else:
                await self._services.slack.update(self._message, card.text, card.blocks)
        except SlackError as error:
            log.warning("how far an export is was not told", reason=error.code or str(error))
        self._due = time.monotonic() + AGAIN

    async def done(self, rows: int) -> None:
        if self._message is None:
            return
        card = done_card(rows, self._voice)
        try:
            await self._services.slack.update(self._message, card.text, card.blocks)
        except SlackError as error:
            log.warning("the end of an export was not told", reason=error.code or str(error))


async def _count(shelves: Shelves, watch: str, since: datetime, until: datetime) -> int:
    return await shelves.mentions.count({"watch": watch}, "at", since=since, before=until)


async def _states(shelves: Shelves, watches: frozenset[str]) -> dict[str, State]:
    """Where each conversation of some watches stands, by its id."""
    found: dict[str, State] = {}
    start: datetime | None = None
    limit = PAGE
    while True:
        kept = await shelves.conversations.find({}, "opened", since=start, limit=limit)
        found |= {one.value.id: one.value.state for one in kept if one.value.watch in watches}
        if len(kept) < limit:
            return found
        last = kept[-1].value.opened
        limit = 2 * limit if last == start else PAGE
        start = last
