"""Posts read: which watches they are about, and the mentions that those make of them."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from threading import Event

from bot.domain.analysis.posts import analyse_again, analyse_all
from bot.domain.analysis.reading import Reading
from bot.domain.fields import full_text
from bot.domain.folding import Wording
from bot.domain.identity import bounded, conversation_id, mention_id, thread_key
from bot.domain.matching import Matcher
from bot.domain.mention import Analysis, Mention, Post
from bot.domain.watch import Watch

SLICE = 200
"""Posts that are read without a pause, in some 20 ms of a thread."""

FEW, SHORT = 4, 2_000
"""Posts, and characters of them all, that are read at once: some half a millisecond."""

_reader = ThreadPoolExecutor(1, thread_name_prefix="reader")
"""Reads all posts: several threads would read no faster, and the event loop would wait for each."""


_has_read = Event()
"""Whether something was read: with the first mention the models are loaded, which takes longer."""


async def read_aside(
    matcher: Matcher, posts: Iterable[Post], reading: Reading, now: datetime
) -> list[Mention]:
    """`read_posts` in a thread and in slices, so that polls take turns and the loop goes on; a few
    short ones at once, as the way to the thread and back takes as long."""
    loop = asyncio.get_running_loop()
    ordered = sorted(posts, key=lambda post: post.at)
    if _has_read.is_set() and is_little(ordered):
        return read_posts(matcher, ordered, reading, now)
    found: dict[str, Mention] = {}
    for start in range(0, len(ordered), SLICE):
        part = ordered[start : start + SLICE]
        read = await loop.run_in_executor(_reader, read_posts, matcher, part, reading, now)
        found.update((mention.id, mention) for mention in read)
    if found:
        _has_read.set()
    return list(found.values())


def is_little(posts: Sequence[Post]) -> bool:
    """Whether posts are read in no time."""
    return len(posts) <= FEW and sum(len(full_text(post)) for post in posts) <= SHORT


def read_posts(
    matcher: Matcher, posts: Iterable[Post], reading: Reading, now: datetime
) -> list[Mention]:
    """The mentions that some watches make of some posts, oldest first, each once.

    Some 8 µs a post, and 115 µs more where it is a mention.
    """
    ordered = sorted(map(bounded, posts), key=lambda post: post.at)
    about = [(post, watches) for post in ordered if (watches := matcher.matching(Wording.of(post)))]
    analyses = analyse_all([(post, watches[0].query.words()) for post, watches in about], reading)
    found: dict[str, Mention] = {}
    for (post, (first, *others)), analysis in zip(about, analyses, strict=True):
        mentions = [mention_of(first, post, analysis, now)]
        for watch in others:
            again = analyse_again(analysis, post, watch.query.words())
            mentions.append(mention_of(watch, post, again, now))
        found.update((mention.id, mention) for mention in mentions)
    return list(found.values())


def mention_of(watch: Watch, post: Post, analysis: Analysis, now: datetime) -> Mention:
    """The mention that a watch makes of a post that was read."""
    return Mention(
        id=mention_id(watch.name, post),
        watch=watch.name,
        conversation=conversation_id(watch.name, post.source, thread_key(post)),
        at=post.at,
        seen=now,
        post=post,
        analysis=analysis,
    )
