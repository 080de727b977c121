"""A purge: what was replaced or removed is in no file of the folder any more."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.errors import StoreReadOnly
from bot.store.base import Put, Remove
from bot.store.fold import Fold, Folded, Work
from bot.store.tiny import TinyStore
from tests.store.store_samples import NEVER, TABLES, folded, ids, journals, mention

NAME = "ada@social.example"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "data"


def holds(folder: Path, words: str) -> list[str]:
    """The files that hold these words."""
    files = [path for path in folder.rglob("*") if path.is_file()]
    return [path.name for path in files if words.encode() in path.read_bytes()]


def naming(id: str, table: str = "mentions") -> Put:
    at = "2026-11-24T08:00:00Z"
    return Put(table=table, id=id, document={"watch": "acme", "at": at, "by": NAME})


async def opened(folder: Path) -> TinyStore:
    return await TinyStore.open(folder, TABLES, compact_from=NEVER)


async def test_what_was_written_over_or_removed_is_in_no_file(folder: Path) -> None:
    store = await opened(folder)
    there = [mention(number) for number in range(50)]
    await store.commit([*there, naming("m7"), naming("gone"), naming("c", "cursors")])
    await folded(store)
    await store.commit(
        [
            mention(7),
            Remove(table="mentions", id="gone"),
            Put(table="cursors", id="c", document={"page": 1}),
        ]
    )
    assert holds(folder, NAME)  # the bytes lie behind what took their place
    await store.purge()
    assert holds(folder, NAME) == []
    assert len(await ids(store)) == 50
    await store.close()
    store = await opened(folder)
    assert len(await ids(store)) == 50
    row = await store.get("mentions", "m7")
    assert row is not None
    assert row.version == 3
    assert store.set_aside == ()
    await store.close()
    assert holds(folder, NAME) == []


async def test_what_never_was_in_a_file_leaves_the_journal(folder: Path) -> None:
    store = await opened(folder)
    await store.commit([naming("m7"), naming("c", "cursors")])
    await store.commit([Remove(table="mentions", id="m7"), Remove(table="cursors", id="c")])
    assert holds(folder, NAME)
    await store.purge()
    assert holds(folder, NAME) == []
    await store.close()


async def test_what_was_set_aside_goes_where_that_is_asked_as_well(
    folder: Path,
) -> None:
    store = await opened(folder)
    await store.commit([naming("m7")])
    await store.commit([mention(8)])
    await store.close()
    [journal] = journals(folder)
    journal.write_bytes(journal.read_bytes().replace(b"2026-11-24T08:00", b"2026-11-24T08:01", 1))
    store = await opened(folder)
    assert len(store.set_aside) == 1
    await store.purge()
    assert holds(folder / "damaged", NAME)  # it may still be mended by hand
    await store.forget_damaged()
    assert holds(folder, NAME) == []
    assert await ids(store) == ["m8"]
    await store.close()


async def test_a_large_folder_is_purged_a_portion_at_a_time(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    portions: list[int] = []
    run = Fold.run

    def counted(self: Fold, work: Work) -> Folded:
        done = run(self, work)
        portions.append(len(done.doomed_files))
        return done

    store = await opened(folder)
    for day in range(1, 6):
        at = f"2026-11-{day:02}T08:00:00Z"
        named = {"watch": "acme", "at": at, "by": NAME}
        await store.commit(
            [
                Put(table="mentions", id=f"stays {day}", document={"watch": "acme", "at": at}),
                Put(table="mentions", id=f"also {day}", document={"watch": "acme", "at": at}),
                Put(table="mentions", id=f"named {day}", document=named),
            ]
        )
    await folded(store)
    await store.commit([Remove(table="mentions", id=f"named {day}") for day in range(1, 6)])
    monkeypatch.setattr("bot.store.fold._AT_ONCE", 4)  # two files of three
    monkeypatch.setattr(Fold, "run", counted)
    await store.purge()
    assert portions == [2, 2, 1]
    assert holds(folder, NAME) == []
    assert len(await ids(store)) == 10
    await store.close()
    store = await opened(folder)
    assert len(await ids(store)) == 10
    assert store.set_aside == ()
    await store.close()


async def test_a_disk_that_refuses_is_told_and_nothing_is_lost(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = await opened(folder)
    await store.commit([naming("m7")])
    await folded(store)
    await store.commit([mention(7)])
    with monkeypatch.context() as patched:
        patched.setattr(Fold, "run", refused)
        with pytest.raises(StoreReadOnly, match="no space"):
            await store.purge()
    assert await ids(store) == ["m7"]
    await store.commit([naming("m8")])
    await store.commit([mention(8)])
    await store.purge()  # the fold that was broken off is taken up, and what came since goes too
    assert holds(folder, NAME) == []
    assert await ids(store) == ["m7", "m8"]
    await store.close()


def refused(*_: object) -> None:
    raise OSError(28, "no space")


async def test_a_closed_store_refuses_and_keeps_nobody_waiting(folder: Path) -> None:
    store = await opened(folder)
    await store.close()
    with pytest.raises(StoreReadOnly, match="closed"):
        await store.purge()
    with pytest.raises(StoreReadOnly, match="closed"):
        await folded(store)
