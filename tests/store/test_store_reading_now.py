"""What the system has in memory is read where it is asked for; for all else a thread waits."""

from __future__ import annotations

import errno
import os
import threading
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from bot.store.archive import Archive, Located
from bot.store.tiny import TinyStore
from tests.store.store_samples import TABLES, folded, ids, mention

MENTIONS = 12
"""More than are read from a disk on the event loop, whatever it takes."""

pytestmark = pytest.mark.skipif(
    not hasattr(os, "RWF_NOWAIT"), reason="another system does not tell what it has in memory"
)


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[TinyStore]:
    opened = await TinyStore.open(tmp_path / "data", TABLES)
    await opened.commit([mention(number) for number in range(MENTIONS)])
    await folded(opened)
    yield opened
    await opened.close()


@pytest.fixture
def readers(monkeypatch: pytest.MonkeyPatch) -> list[threading.Thread]:
    """The threads that found documents in files."""
    found = list[threading.Thread]()
    within = Archive._within

    def noted(archive: Archive, data: bytes, at: int, place: int, *, now: bool) -> Located | None:
        found.append(threading.current_thread())
        return within(archive, data, at, place, now=now)

    monkeypatch.setattr(Archive, "_within", noted)
    return found


def held(pieces: Callable[[bytearray], int]) -> Callable[..., int]:
    """A system that has what `pieces` reads into a buffer in memory."""

    def preadv(file: int, buffers: list[bytearray], offset: int, flags: int) -> int:
        assert flags == os.RWF_NOWAIT
        return pieces(buffers[0])

    return preadv


def _nothing(_: bytearray) -> int:
    raise BlockingIOError


def _cannot_tell(_: bytearray) -> int:
    raise OSError(errno.EOPNOTSUPP, "Operation not supported")


def _first_page(buffer: bytearray) -> int:
    return min(16, len(buffer))


async def test_what_is_in_memory_is_read_on_the_event_loop(
    store: TinyStore, readers: list[threading.Thread], monkeypatch: pytest.MonkeyPatch
) -> None:
    def all_of_it(file: int, buffers: list[bytearray], offset: int, flags: int) -> int:
        data = os.pread(file, len(buffers[0]), offset)
        buffers[0][: len(data)] = data
        return len(data)

    monkeypatch.setattr(os, "preadv", all_of_it)
    assert len(await ids(store)) == MENTIONS
    assert set(readers) == {threading.main_thread()}


@pytest.mark.parametrize("pieces", [_nothing, _cannot_tell, _first_page])
async def test_what_the_disk_would_be_waited_for_is_read_in_a_thread(
    store: TinyStore,
    readers: list[threading.Thread],
    monkeypatch: pytest.MonkeyPatch,
    pieces: Callable[[bytearray], int],
) -> None:
    monkeypatch.setattr(os, "preadv", held(pieces))
    assert len(await ids(store)) == MENTIONS
    assert readers
    assert threading.main_thread() not in readers


async def test_a_disk_that_is_broken_says_so(
    store: TinyStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(_: bytearray) -> int:
        raise OSError(errno.EIO, "Input/output error")

    monkeypatch.setattr(os, "preadv", held(broken))
    with pytest.raises(OSError, match="output error"):
        await ids(store)
