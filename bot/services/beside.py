"""What came beside the polls, kept as what they bring is."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from bot.domain.mention import Mention
from bot.domain.pairs import Pair, pair_id
from bot.domain.watch import Watch
from bot.services import ingest
from bot.services.base import Services
from bot.services.races import won
from bot.sources.base import Page
from bot.store.repositories import Kept


async def keep_sent(
    services: Services, watch: Watch, page: Page, source: str, found: list[Mention]
) -> int:
    """Keep what a source sent by itself, as if a poll had brought it; the number of new mentions.

    Raises Conflict where another worker keeps for the same watch again and again.
    """
    return await _keep(services, watch, source, found, lambda _: page)


async def keep_late(
    services: Services, watch: Watch, page: Page, source: str, found: list[Mention]
) -> int:
    """Keep what a look back over a source's last days found; the number of new mentions. From where
    the polls go on, what they have not read yet, and a rest that they were told, stay as they are.
    Raises Conflict as `keep_sent` does."""
    return await _keep(services, watch, source, found, partial(_as_polled, page))


def _as_polled(page: Page, pair: Pair) -> Page:
    """A page of a look back, by which nothing of what the polls know is changed; but that a source
    finds something again, or, where it need not any more, that nobody knows what it had."""
    rests = [until for until in (page.resume_at, pair.rest_until) if until]
    return Page(
        posts=page.posts,
        cursor=pair.cursor or "",
        complete=bool(page.posts or page.emptied or not pair.emptied),
        pending=pair.pending and not pair.emptied,
        resume_at=max(rests, default=None),
        emptied=page.emptied,
        blank=pair.blank and not page.posts,
    )


async def _keep(
    services: Services,
    watch: Watch,
    source: str,
    found: list[Mention],
    page_for: Callable[[Pair], Page],
) -> int:
    """Keep it with the page that fits the pair as it is at the moment."""

    async def attempt() -> int:
        kept = await services.records.pairs.get(pair_id(watch.name, source))
        before = kept or Kept(Pair(watch=watch.name, source=source), 0)
        page = page_for(before.value)
        return await ingest.keep(services, watch, before, page, found, anew=False)

    return await won(attempt)
