"""A process that writes is killed at any moment; nothing that it was told is stored gets lost."""

from __future__ import annotations

import asyncio
import multiprocessing
import random
import sys
from collections.abc import Mapping
from multiprocessing.context import ForkServerContext
from pathlib import Path

import msgspec
import pytest

from bot.store.base import Put, encoded
from bot.store.tiny import TinyStore
from tests.faults.store_load import TABLES, commit_until_killed, writes_of

KILLS = 40

Documents = dict[tuple[str, str], tuple[int, Mapping[str, object]]]


class Expected:
    """What is stored after the first so many commits."""

    def __init__(self) -> None:
        self.documents: Documents = {}
        self._commits = 0

    def advance_to(self, commits: int) -> None:
        for number in range(self._commits + 1, commits + 1):
            for write in writes_of(number):
                before = self.documents.pop((write.table, write.id), (0, {}))
                if isinstance(write, Put):
                    now = before[0] + 1, msgspec.json.decode(encoded(write.document))
                    self.documents[write.table, write.id] = now
        self._commits = commits


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGKILL")
@pytest.mark.parametrize("seed", [1, 2])
def test_every_acknowledged_commit_survives_sigkill_and_none_is_half_there(
    tmp_path: Path, seed: int
) -> None:
    # A fork server that has imported the store starts a child in milliseconds.
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["tests.faults.store_load"])
    chance, expected, acknowledged = random.Random(seed), Expected(), 0
    for _ in range(KILLS // 2):
        heard = run_and_kill(context, tmp_path, chance)
        acknowledged = max(acknowledged, heard)
        stored = asyncio.run(everything_in(tmp_path))
        commits = stored.get(("meta", "last"), (0, {}))[0]
        assert commits >= acknowledged
        expected.advance_to(commits)
        assert stored == expected.documents
    assert acknowledged > KILLS


def run_and_kill(context: ForkServerContext, folder: Path, chance: random.Random) -> int:
    """The last commit that was acknowledged before the kill, 0 where none was."""
    ours, theirs = context.Pipe(duplex=False)
    child = context.Process(target=commit_until_killed, args=(folder, theirs), daemon=True)
    child.start()
    theirs.close()
    heard: list[int] = [ours.recv() for _ in range(chance.choice([1, 1, 2, 10, 50]))]
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


async def everything_in(folder: Path) -> Documents:
    """All documents by table and id, each with its version. Opening must find no damage."""
    store = await TinyStore.open(folder, TABLES, compact_from=1 << 40)
    try:
        assert store.set_aside == ()
        found: Documents = {}
        for table in store.db.tables():
            for document in store.db.table(table).all():
                row = await store.get(table, str(document.doc_id))
                assert row is not None
                found[table, row.id] = row.version, row.document
        return found
    finally:
        await store.close()
