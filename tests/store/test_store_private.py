"""What people wrote is nobody else's business on the machine."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from bot.store.repositories import TABLES
from bot.store.tiny import TinyStore

pytestmark = pytest.mark.skipif(os.name == "nt", reason="Windows has other rights")


def rights(folder: Path) -> int:
    return stat.S_IMODE(folder.stat().st_mode)


async def test_a_folder_that_is_made_is_for_its_owner_alone(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    store = await TinyStore.open(folder, TABLES)
    await store.close()
    assert rights(folder) == 0o700


async def test_a_folder_that_was_there_keeps_the_rights_that_it_was_given(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    folder.mkdir()
    folder.chmod(0o750)
    store = await TinyStore.open(folder, TABLES)
    await store.close()
    assert rights(folder) == 0o750
