"""What is left of a post that its author took back, and where it was shown."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from datetime import datetime

from msgspec.structs import replace

from bot.domain.alerts import (
    Alert,
    NegativeReason,
    Over,
    Reason,
    SpikeReason,
    TrackedReason,
)
from bot.domain.conversation import Taken
from bot.domain.excess import Driver
from bot.domain.mention import Mention, Post
from bot.domain.novelties import NoveltyReason
from bot.domain.severity import Ground
from bot.domain.velocity import VelocityReason
from bot.domain.waves import WaveReason


def taken_back(mention: Mention, now: datetime, how: Taken = "deleted") -> Mention:
    """The mention without anything that was said, or that tells who said it.

    That it was is kept, and when, in which language and mood: it counts as before. Its post has the
    mention's id in the place of its own, which names the author at many sources.
    """
    before, read = mention.post, mention.analysis
    felt = replace(read.sentiment, words=()) if read.sentiment else None
    return replace(
        mention,
        post=Post(source=before.source, id=mention.id, url="", text="", author="", at=before.at),
        analysis=replace(read, sentiment=felt, themes=(), listed=()),
        deleted=now,
        forgotten=how == "forgotten",
    )


def shown_by(alert: Alert) -> frozenset[str]:
    """The ids of the mentions that an alert's card may show."""
    return frozenset(filter(None, (alert.mention, *alert.posts, *_quoted(alert))))


def without_words(alert: Alert, gone: Iterable[str]) -> Alert:
    """The alert without the words that weighed most in its post, where that is `gone`."""
    if isinstance(alert.reason, NegativeReason) and alert.mention in gone:
        return replace(alert, reason=replace(alert.reason, words=()))
    return alert


def leads_to(alert: Alert, addresses: Collection[str]) -> bool:
    """Whether an alert names one of some addresses for what drove it, or was tracked by it."""
    drivers = [*_drivers(alert.reason), *_drivers(alert.over)]
    return any(driver.what in addresses for driver in drivers) or _tracks(alert, addresses)


def without_post(alert: Alert, posts: Collection[Post]) -> Alert:
    """The alert without the addresses of posts that were taken back, and without the name of whom
    they were by where it says that a post of theirs reached many.

    What else is known of their authors stays: other posts of theirs are there.
    """
    for author in {post.author for post in posts} - {""}:
        alert = _unreached(alert, author)
    return _unled(alert, "", {post.url for post in posts} - {""})


def is_author(written: str, author: str) -> bool:
    """Whether a name is an author's, however its letters are written."""
    return written.casefold() == author.casefold()


def unnamed(alert: Alert, author: str, addresses: Collection[str]) -> Alert:
    """The alert without the name of an author, and without the `addresses` of their posts."""
    return _unled(_unreached(alert, author), author, addresses)


def _unreached(alert: Alert, author: str) -> Alert:
    grounds = tuple(
        replace(ground, words=()) if _reaches(ground, author) else ground
        for ground in alert.graded.grounds
    )
    return replace(alert, graded=replace(alert.graded, grounds=grounds))


def _unled(alert: Alert, author: str, addresses: Collection[str]) -> Alert:
    reason, over = alert.reason, alert.over
    if isinstance(reason, SpikeReason):
        reason = replace(reason, drivers=_others(reason.drivers, author, addresses))
    if isinstance(reason, TrackedReason) and _tracks(alert, addresses):
        reason = replace(reason, url="", words="")
    if over:
        over = replace(over, drivers=_others(over.drivers, author, addresses))
    return replace(alert, reason=reason, over=over)


def _drivers(told: Reason | Over | None) -> tuple[Driver, ...]:
    return told.drivers if isinstance(told, SpikeReason | Over) else ()


def _tracks(alert: Alert, addresses: Collection[str]) -> bool:
    return isinstance(alert.reason, TrackedReason) and alert.reason.url in addresses


def _reaches(ground: Ground, author: str) -> bool:
    return ground.kind == "reach" and any(is_author(one, author) for one in ground.words)


def _others(
    drivers: Iterable[Driver], author: str, addresses: Collection[str]
) -> tuple[Driver, ...]:
    """What drives a spike, but for an author and their posts."""
    return tuple(
        driver
        for driver in drivers
        if driver.what not in addresses
        and not (driver.kind == "author" and author and is_author(driver.what, author))
    )


def _quoted(alert: Alert) -> Iterator[str]:
    """The posts that a reason names."""
    match alert.reason:
        case SpikeReason(posts=posts) | WaveReason(posts=posts) | NoveltyReason(posts=posts):
            yield from posts
        case VelocityReason(post=post):
            yield post
    if alert.over:
        yield from alert.over.posts
