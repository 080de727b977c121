"""A long feed, read in a process of its own.

feedparser looks through a whole document at once, by regular expressions that hold Python's lock
until they are through it: for the longest and worst that is most of a second, for which every click
would wait, were it a thread. And a thread that is given up reads on; a process can be ended.
"""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Mapping
from pathlib import Path
from weakref import WeakKeyDictionary

import msgspec

from bot.errors import SourceGarbled
from bot.sources.feeds import Feed, read_feed

LONG = 500_000
"""Bytes from which on a feed is read so, and a process that begins (a tenth of a second) is no
matter; held against them, the worst document holds the lock for 54 ms."""

MANY = 20_000
"""Tags from which on it is read so: some 25 µs each, whatever stands between them."""

AT_ONCE = 2
"""Feeds that are read so at the same time: more would only take longer, each until it is ended."""

_MEMORY = 2**30
_PATIENT = 5
"""How far it stands back for others, where the system knows of that."""

_NEEDED = ("PATH", "PYTHONPATH", "LD_LIBRARY_PATH", "SYSTEMROOT")
_ITS_OWN = {name: os.environ[name] for name in _NEEDED if name in os.environ}
"""Of the environment, what a Python may need to begin; no secret."""

_BEYOND = 5
"""Seconds of a processor beyond those that are waited: who waits may be late to end it."""

_turns: WeakKeyDictionary[asyncio.AbstractEventLoop, asyncio.Semaphore] = WeakKeyDictionary()


class _Task(msgspec.Struct, frozen=True):
    body: bytes
    url: str
    content_type: str
    seconds: int


class _Outcome(msgspec.Struct, frozen=True):
    """The feed, or else the words of what is wrong with it."""

    feed: Feed | None = None
    words: str = ""
    values: Mapping[str, str] = {}


def is_heavy(body: bytes) -> bool:
    """Whether a document is better read here."""
    return len(body) > LONG or body.count(b"<") > MANY


async def read_heavy(body: bytes, url: str, content_type: str, seconds: float) -> Feed:
    """`bot.sources.feeds.read_feed` in another process, which is ended after so many seconds.

    It is given no secret, and 1 GB of memory at most. Raises SourceGarbled, and TimeoutError where
    it takes too long.
    """
    task = msgspec.msgpack.encode(_Task(body, url, content_type, round(seconds) + _BEYOND))
    async with _turns.setdefault(asyncio.get_running_loop(), asyncio.Semaphore(AT_ONCE)):
        told, code = await _told(task, seconds)
    if code:  # it died of what it read
        raise SourceGarbled("The feed cannot be read ({error}).", error=f"exit {code}")
    outcome = await asyncio.to_thread(msgspec.msgpack.decode, told, type=_Outcome)
    if outcome.feed is None:
        raise SourceGarbled(outcome.words, **outcome.values)
    return outcome.feed


async def _told(task: bytes, seconds: float) -> tuple[bytes, int | None]:
    """What the other process says of a task, and its exit code."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot.sources.heavyfeeds"),
        cwd=Path(__file__).parents[2],
        env=_ITS_OWN,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        async with asyncio.timeout(seconds):
            told, _ = await process.communicate(task)
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    return told, process.returncode


def main() -> None:
    """The other process: a document in, what stands in it out."""
    task = msgspec.msgpack.decode(sys.stdin.buffer.read(), type=_Task)
    _keep_within(task.seconds)
    sys.stdout.buffer.write(msgspec.msgpack.encode(_outcome(task)))
    sys.stdout.buffer.flush()


def _outcome(task: _Task) -> _Outcome:
    try:
        return _Outcome(feed=read_feed(task.body, task.url, task.content_type))
    except SourceGarbled as garbled:
        values = {name: str(value) for name, value in garbled.values.items()}
        return _Outcome(words=garbled.words, values=values)


def _keep_within(seconds: int) -> None:
    """Take no more than is given, even where nobody is left to end this."""
    if sys.platform == "win32":
        return
    import resource

    os.nice(_PATIENT)
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))


if __name__ == "__main__":
    main()
