"""What is wrong with a watch that somebody wrote in Slack, by its field and in words."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from bot.config import check_watch
from bot.config.checks import LONGEST_NAME
from bot.config.file import WatchConfig
from bot.config.watches import condition_faults
from bot.config_reader import Faults
from bot.domain.duration import duration
from bot.domain.query import Query, parse
from bot.errors import QueryError, WatchError, WordedError
from bot.phrases import phrase
from bot.services.base import Services

NAME, QUERY, SOURCES, NEGATIVE, SPIKE = "name", "query", "sources", "negative", "spike"
NEEDS, WITHOUT, NOISE = "needs", "without", "noise"
"""The fields that can be at fault."""

Fault = tuple[str, WordedError]


def faults_in(services: Services, watch: WatchConfig, *, is_new: bool) -> dict[str, WordedError]:
    """The first fault of each field; none where the watch can be kept."""
    found: dict[str, WordedError] = {}
    for field, error in _all(services, watch, is_new):
        found.setdefault(field, error)
    return found or _whatever_else(services, watch)


def _all(services: Services, watch: WatchConfig, is_new: bool) -> Iterator[Fault]:
    if is_new:
        yield from _name(services, watch.name)
    try:
        query = parse(watch.query)
    except QueryError as error:
        yield QUERY, error
    else:
        yield from _conditions(query, watch)
    if not watch.channel and not watch.channels.negative:
        yield NEGATIVE, WatchError(phrase("Choose the channel that hears of negative posts."))
    if not watch.channel and not watch.channels.spike:
        yield SPIKE, WatchError(phrase("Choose the channel that hears of spikes."))
    if not -1 <= watch.negative_below <= 0:
        yield NEGATIVE, WatchError(phrase("A threshold is between −1 and 0."))
    if watch.spike_once_in < timedelta(days=1):
        yield SPIKE, WatchError(phrase("A spike rings once in a day at most."))


def _conditions(query: Query, watch: WatchConfig) -> Iterator[Fault]:
    for refused in condition_faults(query, watch):
        field = refused.place if refused.place in (NEEDS, WITHOUT) else NOISE
        yield field, refused.error


def _name(services: Services, name: str) -> Iterator[Fault]:
    if not name:
        yield NAME, WatchError(phrase("Give the watch a name."))
    if len(name) > LONGEST_NAME or not name.isprintable():
        words = phrase("A name is one line of at most {most} characters.")
        yield NAME, WatchError(words, most=LONGEST_NAME)
    if period := next((word for word in name.split() if duration(word)), None):
        words = phrase("“{word}” reads as a length of time, and a command would take it for one.")
        yield NAME, WatchError(words, word=period)
    if taken := services.watches.find(name):
        words = phrase("There is a watch “{name}” already; names are unique, whatever their case.")
        yield NAME, WatchError(words, name=taken.name)


def _whatever_else(services: Services, watch: WatchConfig) -> dict[str, WordedError]:
    """What the file would refuse, and the form did not foresee."""
    faults = Faults()
    config = services.config
    check_watch(watch, config.known_sources, faults, off=config.off_sources)
    words = phrase("Vigie cannot take this: {fault}")
    return {QUERY: WatchError(words, fault=str(faults[0]))} if faults else {}
