"""A process that writes is killed at any moment; nothing that it was told is stored gets lost."""

from __future__ import annotations

import asyncio
import multiprocessing
import random
import sys
from collections.abc import Iterator
from concurrent.futures import Executor, ProcessPoolExecutor
from pathlib import Path
from typing import NamedTuple

import pytest

from bot.store.tiny import TinyStore
from tests.faults.store_load import (
    NEVER,
    TABLES,
    Documents,
    Expected,
    commit_until_killed,
    commits_in,
    everything_in,
)

FOLDERS = 8
KILLS = 25
"""In each folder: 200 in all."""


class Tally(NamedTuple):
    """What became of one folder: its commits, and how many kills found it in mid-fold."""

    acknowledged: int
    mid_fold: int


@pytest.fixture(scope="module")
def nursery() -> Iterator[Executor]:
    """A process without threads: what is forked from it writes within milliseconds."""
    with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as executor:
        yield executor


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGKILL")
@pytest.mark.parametrize("seed", range(FOLDERS))
def test_every_acknowledged_commit_survives_sigkill_and_none_is_half_there(
    nursery: Executor, tmp_path: Path, seed: int
) -> None:
    tally = nursery.submit(kill_again_and_again, tmp_path, seed).result()
    print(  # noqa: T201  # the count is what one runs this for
        f"{KILLS} kills, {tally.mid_fold} in mid-fold, "
        f"{tally.acknowledged} commits acknowledged, 0 lost"
    )
    assert tally.acknowledged > KILLS
    assert tally.mid_fold > 0


def kill_again_and_again(folder: Path, seed: int) -> Tally:
    """Raises AssertionError where the folder is not as it must be after a kill."""
    chance, expected = random.Random(seed), Expected()
    acknowledged = mid_fold = 0
    for life in range(KILLS):
        acknowledged = max(acknowledged, run_and_kill(folder, chance))
        mid_fold += was_folding(folder)
        stored = asyncio.run(reopened(folder))
        commits = commits_in(stored)
        assert commits >= acknowledged, f"life {life}: {acknowledged - commits} commits lost"
        expected.advance_to(commits)
        assert stored == expected.documents, f"life {life}: not as after commit {commits}"
    return Tally(acknowledged, mid_fold)


def run_and_kill(folder: Path, chance: random.Random) -> int:
    """The last commit that was acknowledged before the kill, 0 where none was."""
    context = multiprocessing.get_context("fork")
    ours, theirs = context.Pipe(duplex=False)
    child = context.Process(target=commit_until_killed, args=(folder, theirs))
    child.start()
    theirs.close()
    heard: list[int] = [ours.recv() for _ in range(chance.choice([1, 1, 2, 4, 7, 10]))]
    child.join(timeout=chance.uniform(0, 0.01))  # the kill falls somewhere into the next commits
    child.kill()
    child.join()
    try:
        while True:
            heard.append(ours.recv())
    except EOFError:
        ours.close()
        child.close()
    return max(heard)


def was_folding(folder: Path) -> bool:
    """A fold begins with a new journal, and ends when the old one is removed."""
    return len(list(folder.glob("journal-*"))) > 1


async def reopened(folder: Path) -> Documents:
    """All that is stored. Opening must find no damage."""
    store = await TinyStore.open(folder, TABLES, compact_from=NEVER)
    try:
        stored = await everything_in(store)
        assert store.set_aside == ()
        return stored
    finally:
        await store.close()
