"""A person who wrote, forgotten: every post of theirs that is held, wherever it is shown.

What is left counts: that something was said, when, in which language and mood, and not by whom.
What they write from now on is a new post; `noise` is for whom nobody wants to hear.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import AsyncIterator
from typing import NamedTuple

import structlog

from bot.domain.exchange import Exchange, without
from bot.domain.vanishing import is_author, unnamed
from bot.errors import ConversationError
from bot.services import erasing, unnaming
from bot.services.base import Services
from bot.services.raising import redrawn
from bot.services.watching import is_admin
from bot.slack.striking import mark_of, mark_of_handle
from bot.store.base import Write
from bot.store.repositories import Kept

log = structlog.get_logger(__name__)

AT_ONCE = 100
"""Documents that are changed in one commit."""


class Held(NamedTuple):
    """What is held of an author: posts that are mentions, and posts in others' exchanges."""

    mentions: int
    answers: int

    def __bool__(self) -> bool:
        return bool(self.mentions or self.answers)


def check_may(services: Services, user: str) -> None:
    """Raises ConversationError unless the person administers Vigie."""
    if not is_admin(services, user):
        raise ConversationError("An author is forgotten by those who administer Vigie.")


async def held(services: Services, author: str) -> Held:
    """What is held of an author, called as the source calls them (`@ada@social.example`)."""
    mentions = await services.records.mentions.find({"post.author": author}, "at")
    answers = [kept async for kept in _exchanges(services, author)]
    return Held(
        len(mentions),
        sum(is_author(post.author, author) for e in answers for post in e.value.posts),
    )


async def forget(services: Services, author: str) -> Held:
    """Forget an author; what was held. Asked again, it finds nothing.

    What was broken off is taken up where it was: each step leaves less to be found. The bytes that
    it left behind go within a day, as those of whatever was replaced.
    """
    found = await held(services, author)
    if found:  # first: once nothing is held, nobody comes back for what was set aside
        await services.records.forget_damaged()
    await _forget_messages(services, author)
    await _forget_answers(services, author)
    await _forget_names(services, author)
    await unnaming.unname(services, author)
    await _forget_mentions(services, author)
    if found:
        services.wake.set()
        await services.records.purge()
        log.info("an author was forgotten", mentions=found.mentions, answers=found.answers)
    return found


async def _forget_mentions(services: Services, author: str) -> None:
    mentions = await services.records.mentions.find({"post.author": author}, "at")
    posts: dict[tuple[str, str], list[str]] = defaultdict(list)
    for kept in mentions:
        posts[kept.value.watch, kept.value.post.source].append(kept.value.post.id)
    for (watch, source), ids in posts.items():
        await erasing.erase(services, watch, source, ids, "forgotten")


async def _forget_answers(services: Services, author: str) -> None:
    """What they wrote in the exchanges of others' posts, of which there is no mention."""
    exchanges = services.records.exchanges
    for kept in [kept async for kept in _exchanges(services, author)]:
        theirs = [post for post in kept.value.posts if is_author(post.author, author)]
        after = without(kept.value, theirs)
        await services.records.commit([exchanges.put(after.conversation, after, kept.version)])


async def _forget_messages(services: Services, author: str) -> None:
    """What messages quote of their answers, and where they are named."""
    answers = [
        post
        async for kept in _exchanges(services, author)
        for post in kept.value.posts
        if is_author(post.author, author)
    ]
    first = await services.records.mentions.find({"post.author": author}, "at", limit=1)
    moments = [*(post.at for post in answers), *(kept.value.at for kept in first)]
    marks = [*map(mark_of, answers), *filter(None, [mark_of_handle(author)])]
    if moments and marks:
        await erasing.unsay(services, marks, min(moments))


async def _forget_names(services: Services, author: str) -> None:
    """Where alerts name them, or lead to a post of theirs. It came after their first mention."""
    alerts, now = services.records.alerts, services.now()
    theirs = [
        kept.value for kept in await services.records.mentions.find({"post.author": author}, "at")
    ]
    if not theirs:
        return
    urls = {mention.post.url for mention in theirs} - {""}
    for watch in dict.fromkeys(mention.watch for mention in theirs):
        writes: list[Write] = []
        for kept in await alerts.find({"watch": watch}, "raised", since=theirs[0].at):
            if (after := unnamed(kept.value, author, urls)) != kept.value:
                writes += [
                    alerts.put(after.id, after, kept.version),
                    await redrawn(services, after, now),
                ]
        for start in range(0, len(writes), AT_ONCE):
            await services.records.commit(writes[start : start + AT_ONCE])


async def _exchanges(services: Services, author: str) -> AsyncIterator[Kept[Exchange]]:
    """Each exchange in which they wrote."""
    async for kept in services.records.each(services.records.exchanges):
        if any(is_author(post.author, author) for post in kept.value.posts):
            yield kept
