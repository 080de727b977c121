"""The disk is full, refuses writes, or gives back other bytes than were written to it."""

from __future__ import annotations

import asyncio
import multiprocessing
import os
import random
import re
import shutil
import signal
import sys
from collections import Counter
from collections.abc import Callable, Coroutine, Iterator
from concurrent.futures import Executor, ProcessPoolExecutor
from datetime import date
from itertools import count
from pathlib import Path
from typing import NamedTuple

import pytest

from bot.errors import StoreReadOnly
from bot.store.base import Put
from bot.store.tiny import TinyStore, look
from tests.faults.store_load import (
    EVERY_COMMIT,
    NEVER,
    TABLES,
    Documents,
    Expected,
    Key,
    everything_in,
    states_after,
    writes_of,
)

NOBODY = 65534
"""The user whom files refuse: root may do everything."""

CASES = 200
COMMITS = 49

posix = pytest.mark.skipif(sys.platform == "win32", reason="POSIX limits and permissions")


@pytest.fixture(scope="module")
def nursery(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Executor]:
    """A process without threads, from which others can be forked. It has loaded all that a store
    needs: a forked one may have no right to."""
    with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as executor:
        executor.submit(run, made, tmp_path_factory.mktemp("first")).result()
        yield executor


def apart(deed: Callable[..., Coroutine[None, None, None]], *args: object) -> bool:
    """Whether `deed` went well in a process of its own, whose limits and rights end with it."""
    child = multiprocessing.get_context("fork").Process(target=run, args=(deed, *args))
    child.start()
    child.join()
    return child.exitcode == 0


def run(deed: Callable[..., Coroutine[None, None, None]], *args: object) -> None:
    asyncio.run(deed(*args))


def expected_after(commits: int) -> Documents:
    expected = Expected()
    expected.advance_to(commits)
    return expected.documents


async def is_sound_after(folder: Path, commits: int) -> None:
    """Exactly these commits are stored, nothing is damaged, and the next one is taken."""
    store = await TinyStore.open(folder, TABLES, compact_from=NEVER)
    assert await everything_in(store) == expected_after(commits)
    await store.commit(writes_of(commits + 1))
    assert await everything_in(store) == expected_after(commits + 1)
    assert store.set_aside == ()
    await store.close()


async def fill_up(folder: Path, most: int, fold_from: int) -> None:
    """Commit on a disk that takes `most` bytes a file, until it refuses. What was acknowledged
    can be read then, nothing else is there, and nothing more is taken."""
    import resource

    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)  # the write fails instead: setrlimit(2)
    resource.setrlimit(resource.RLIMIT_FSIZE, (most, most))
    store = await TinyStore.open(folder, TABLES, compact_from=fold_from)
    acknowledged = await commits_taken(store)
    with pytest.raises(StoreReadOnly):
        await store.commit(writes_of(acknowledged + 1))
    assert await everything_in(store) == expected_after(acknowledged)
    await store.close()
    folder.with_name("acknowledged").write_text(str(acknowledged))


async def commits_taken(store: TinyStore) -> int:
    """How many commits there were until one was refused."""
    for number in count(1):
        try:
            await store.commit(writes_of(number))
        except StoreReadOnly:
            return number - 1
    raise AssertionError


@posix
@pytest.mark.parametrize("seed", range(10))
@pytest.mark.parametrize(
    ("fold_from", "least"),
    [(NEVER, 10_000), (EVERY_COMMIT, 1_000)],
    ids=["in the journal", "folding"],
)
def test_a_full_disk_refuses_a_commit_whole_and_keeps_all_before_it(
    nursery: Executor, tmp_path: Path, seed: int, fold_from: int, least: int
) -> None:
    folder, most = tmp_path / "data", least + random.Random(seed).randrange(5 * least)
    assert nursery.submit(apart, fill_up, folder, most, fold_from).result()
    acknowledged = int((tmp_path / "acknowledged").read_text())
    asyncio.run(is_sound_after(folder, acknowledged))


async def made(folder: Path, commits: int = COMMITS) -> None:
    """A folder with files of all kinds: folded in four turns, the last commits in a journal."""
    store = await TinyStore.open(folder, TABLES, compact_from=NEVER)
    for number in range(1, commits + 1):
        await store.commit(writes_of(number))
        if number % 10 == 0:
            await store.drop_days("mentions", date.min)
    await store.close()


def files_of(folder: Path) -> dict[Path, bytes]:
    return {path: path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def permit(folder: Path, *, writing: bool) -> None:
    for path in [folder, *folder.rglob("*")]:
        kind = 0o755 if path.is_dir() else 0o644
        path.chmod(kind if writing else kind & 0o555)


def as_nobody(folder: Path) -> Path:
    """Become a user whom the folder's permissions bind; the folder as that user reaches it."""
    os.chdir(folder)
    if os.geteuid() == 0:
        os.setgroups([])
        os.setgid(NOBODY)
        os.setuid(NOBODY)
    return Path()


async def be_refused(folder: Path) -> None:
    with pytest.raises(StoreReadOnly, match="cannot be used"):
        await TinyStore.open(as_nobody(folder), TABLES)
    sizes, damages = look(Path(), TABLES)
    documents = Counter(table for table, _ in expected_after(COMMITS))
    assert [size.documents for size in sizes] == [documents[spec.name] for spec in TABLES]
    assert damages == ()


@posix
def test_a_read_only_folder_is_refused_in_words_left_alone_and_can_be_looked_at(
    nursery: Executor, tmp_path: Path
) -> None:
    folder = tmp_path / "data"
    asyncio.run(made(folder))
    before = files_of(folder)
    permit(folder, writing=False)
    went_well = nursery.submit(apart, be_refused, folder).result()
    permit(folder, writing=True)
    assert went_well
    assert files_of(folder) == before
    asyncio.run(is_sound_after(folder, COMMITS))


async def lose_the_right_to_write(folder: Path) -> None:
    store = await TinyStore.open(as_nobody(folder), TABLES, compact_from=EVERY_COMMIT)
    await store.commit(writes_of(1))
    await store.drop_days("mentions", date.min)
    permit(Path(), writing=False)
    for number in range(2, COMMITS + 1):
        await store.commit(writes_of(number))
    with pytest.raises(StoreReadOnly):
        await store.drop_days("mentions", date.min)
    assert await everything_in(store) == expected_after(COMMITS)
    await store.close()


@posix
def test_a_folder_that_turns_read_only_keeps_what_its_open_journal_still_takes(
    nursery: Executor, tmp_path: Path
) -> None:
    folder = tmp_path / "data"
    folder.mkdir()
    if os.geteuid() == 0:
        os.chown(folder, NOBODY, NOBODY)
    went_well = nursery.submit(apart, lose_the_right_to_write, folder).result()
    permit(folder, writing=True)
    assert went_well
    asyncio.run(is_sound_after(folder, COMMITS))


class Harm(NamedTuple):
    """What is done to the file: cut off at `offset`, or one bit of the byte there turned."""

    file: Path
    offset: int
    bit: int | None

    def do(self, folder: Path) -> None:
        path = folder / self.file
        data = bytearray(path.read_bytes())
        if self.bit is None:
            del data[self.offset :]
        else:
            data[self.offset] ^= 1 << self.bit
        path.write_bytes(data)

    def stretch(self, data: bytes) -> range:
        """The bytes that may be lost by it: from the header of the record at the offset up to
        the next one, or up to the end."""
        begin = max(data.rfind(b"#v1 ", 0, self.offset + 1), 0)
        after = data.find(b"#v1 ", self.offset + 1)
        return range(begin, len(data) if after == -1 or self.bit is None else after)

    def touched(self, data: bytes) -> set[Key]:
        """The documents of which something is written there."""
        stretch = self.stretch(data)
        found = re.findall(rb'"table":"(\w+)","id":"(\w+)"', data[stretch.start : stretch.stop])
        return {(table.decode(), id.decode()) for table, id in found}


def harm_of(case: int, files: dict[Path, bytes]) -> Harm:
    """Each file in its turn, cut and turned."""
    paths, chance = [path for path, data in files.items() if data], random.Random(case)
    path = paths[case % len(paths)]
    bit = chance.randrange(8) if (case // len(paths)) % 2 else None
    return Harm(path, chance.randrange(len(files[path])), bit)


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("sound") / "data"
    asyncio.run(made(folder))
    return folder


@pytest.mark.parametrize("case", range(CASES))
async def test_what_lies_beside_the_damage_is_there_and_the_damage_is_told(
    sound: Path, tmp_path: Path, case: int
) -> None:
    folder, states = tmp_path / "data", states_after(COMMITS)
    shutil.copytree(sound, folder)
    harm = harm_of(case, {path.relative_to(sound): d for path, d in files_of(sound).items()})
    before = (folder / harm.file).read_bytes()
    touched, stretch = harm.touched(before), harm.stretch(before)
    harm.do(folder)

    store = await TinyStore.open(folder, TABLES, compact_from=NEVER)
    stored = await everything_in(store)
    assert without(touched, stored) == without(touched, states[-1])
    for key, found in stored.items():
        assert any(state.get(key) == found for state in states), f"nobody ever wrote {key}"
    told = [(one.file, one.offset) for one in store.set_aside]
    if not told:  # whole, or as a process leaves it that was killed before the last commits
        assert stored in states
        assert stored == states[-1] or harm.bit is None
    for file, offset in told:
        assert file == folder / harm.file
        assert stretch.start <= offset <= stretch.stop

    added = Put(table="meta", id="added", document={"case": case})
    await store.commit([added])
    await store.close()
    store = await TinyStore.open(folder, TABLES, compact_from=NEVER)
    again = await everything_in(store)
    assert again == stored | {("meta", "added"): (1, {"case": case})}
    await store.close()


def without(keys: set[Key], documents: Documents) -> Documents:
    return {key: found for key, found in documents.items() if key not in keys}
