"""Looking into a folder that somebody else may be using."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from bot.store import looking
from bot.store.base import Readable, Row
from bot.store.looking import found_in, glanced_at, is_data_folder
from bot.store.opening import Opening
from bot.store.tiny import TinyStore
from tests.store.store_samples import ACME, NEVER, TABLES, fill, fold, mention


async def test_what_is_in_files_and_what_is_in_the_journal_is_found(tmp_path: Path) -> None:
    await fill(tmp_path, 3)
    await fold(tmp_path)
    store = await TinyStore.open(tmp_path, TABLES, compact_from=NEVER)
    await store.commit([mention(3)])
    assert [row.id for row in found_in(tmp_path, TABLES, ACME)] == ["m0", "m1", "m2", "m3"]
    assert found_in(tmp_path, TABLES, ACME) == await store.find(ACME)
    await store.close()


def contents(folder: Path) -> dict[Path, bytes]:
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


async def test_looking_writes_nothing(tmp_path: Path) -> None:
    await fill(tmp_path, 3)
    before = contents(tmp_path)
    found_in(tmp_path, TABLES, ACME)
    assert contents(tmp_path) == before


async def test_a_file_that_is_replaced_meanwhile_is_looked_for_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    await fill(tmp_path, 1)
    replaced = [FileNotFoundError(), FileNotFoundError()]

    def opened(*arguments: Any, **options: Any) -> Opening:
        if replaced:
            raise replaced.pop()
        return Opening(*arguments, **options)

    monkeypatch.setattr(looking, "Opening", opened)
    assert [row.id for row in found_in(tmp_path, TABLES, ACME)] == ["m0"]


@pytest.mark.parametrize("moment", ["_whole", "_replay"])
async def test_what_a_fold_takes_away_while_it_is_read_is_not_missed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, moment: str
) -> None:
    await fill(tmp_path, 2)
    await fold(tmp_path)
    store = await TinyStore.open(tmp_path, TABLES, compact_from=NEVER)
    await store.commit([mention(2)])
    await store.close()
    meant, folds = getattr(Opening, moment), [fold]

    def folded_first(*arguments: Any) -> object:
        if folds:
            folding = folds.pop()
            with ThreadPoolExecutor(1) as aside:
                aside.submit(asyncio.run, folding(tmp_path)).result()
        return meant(*arguments)

    monkeypatch.setattr(Opening, moment, folded_first)
    assert [row.id for row in found_in(tmp_path, TABLES, ACME)] == ["m0", "m1", "m2"]


def test_a_file_that_stays_away_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(*_: Any, **__: Any) -> Opening:
        raise FileNotFoundError("mentions/2026-11-24-000003.jsonl")

    monkeypatch.setattr(looking, "Opening", missing)
    with pytest.raises(FileNotFoundError, match="2026-11-24"):
        found_in(tmp_path, TABLES, ACME)


async def test_a_glance_reads_what_the_store_reads(tmp_path: Path) -> None:
    await fill(tmp_path, 3)
    await fold(tmp_path)
    store = await TinyStore.open(tmp_path, TABLES, compact_from=NEVER)
    await store.commit([mention(3)])

    async def ask(kept: Readable) -> tuple[Row | None, Row | None, list[Row], int]:
        first, none = await kept.get("mentions", "m0"), await kept.get("mentions", "m9")
        return first, none, await kept.find(ACME), await kept.count(ACME)

    assert await glanced_at(tmp_path, TABLES, ask) == await ask(store)
    await store.close()


async def test_what_is_replaced_during_a_glance_is_asked_for_again(tmp_path: Path) -> None:
    await fill(tmp_path, 1)
    replaced = [FileNotFoundError(), FileNotFoundError()]

    async def ask(kept: Readable) -> int:
        if replaced:
            raise replaced.pop()
        return await kept.count(ACME)

    assert await glanced_at(tmp_path, TABLES, ask) == 1


async def test_a_folder_that_a_vigie_wrote_is_known_by_its_files(tmp_path: Path) -> None:
    assert not is_data_folder(tmp_path)
    assert not is_data_folder(tmp_path / "nowhere")
    (tmp_path / "notes.txt").write_text("nothing of Vigie's")
    assert not is_data_folder(tmp_path)
    await fill(tmp_path, 1)
    assert is_data_folder(tmp_path)
    (tmp_path / "catalogue.json").unlink()
    assert is_data_folder(tmp_path)
