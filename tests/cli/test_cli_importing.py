"""`vigie import` and `vigie hook`, as they are typed."""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from aiohttp import web

from bot.sources.sent.signature import SIGNATURE, TIMESTAMP, signature_fault
from bot.store.lock import FolderLock
from tests.cli.typed import vigie
from tests.loopback import Serve

SECRET = "0123456789abcdef"
CONFIG = """
timezone = "Europe/Paris"
[[sources]]
name = "Listening tool"
kind = "webhook"
[[watches]]
name = "Lumo"
query = "lumo"
channel = "#brand"
[[watches]]
name = "Clair"
query = "clair"
channel = "#brand"
"""


@pytest.fixture
def config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("VIGIE_WEBHOOK_SECRET", SECRET)
    path = tmp_path / "config.toml"
    path.write_text(CONFIG, encoding="utf-8")
    return path


def day(number: int) -> str:
    return (datetime.now(UTC) - timedelta(days=number)).strftime("%Y-%m-%d")


def export(folder: Path, *rows: str, names: str = "Date,Author,Text,Likes") -> str:
    path = folder / "export.csv"
    path.write_text("\n".join([names, *rows]) + "\n", encoding="utf-8")
    return str(path)


def import_(config: Path, file: str, *more: str, status: int = 0) -> str:
    return vigie("import", file, "--config", str(config), *more, status=status)


def test_a_file_is_imported_once_and_what_came_of_it_is_said(config: Path, tmp_path: Path) -> None:
    rows = f"{day(1)} 10:30,Zoé,La lumo,3", f"{day(2)} 10:30,Bob,lumo clair,1"
    file = export(tmp_path, *rows, f"{day(2)} 10:31,Eve,nothing,1", "x,Eve,lumo,1")
    told = import_(config, file)
    assert "at ← Date" in told
    assert "engagement is the sum of Likes" in told
    assert "taken for Europe/Paris, the configuration’s timezone; --zone names another" in told
    assert "✗ line 5: at: is no date that can be read" in told
    assert "4 rows: 3 posts, 1 bad line" in told
    assert "✓ Lumo: 2 new mentions" in told
    assert "✓ Clair: 1 new mention" in told
    assert "1 post not kept: no watch looks for such" in told
    again = import_(config, file)
    assert "✓ Lumo: 0 new mentions" in again
    assert "2 posts known before" in again


def test_a_dry_run_keeps_nothing_and_may_be_made_while_vigie_runs(
    config: Path, tmp_path: Path
) -> None:
    (tmp_path / "data").mkdir()
    lock = FolderLock(tmp_path / "data")
    file = export(tmp_path, f"{day(1)} 10:30,Zoé,La lumo,3")
    told = import_(config, file, "--dry-run")
    assert "✓ Lumo: 1 new mention" in told
    assert "Nothing was kept" in told
    refused = import_(config, file, status=1)
    assert "`vigie hook`" in refused
    lock.release()
    assert "✓ Lumo: 1 new mention" in import_(config, file)


def test_every_bad_line_is_counted_twenty_are_shown_and_all_are_written(
    config: Path, tmp_path: Path
) -> None:
    file = export(tmp_path, *[f"no date {n},a,lumo,1" for n in range(30)])
    told = import_(config, file, "--errors", str(tmp_path / "errors.csv"), status=1)
    assert told.count("✗ line ") == 20
    assert "and 10 more" in told
    assert "30 rows: 0 posts, 30 bad lines" in told
    assert len((tmp_path / "errors.csv").read_text(encoding="utf-8").splitlines()) == 31


def test_only_the_watches_that_are_named_get_what_they_look_for(
    config: Path, tmp_path: Path
) -> None:
    file = export(tmp_path, f"{day(1)} 10:30,Zoé,lumo clair,3")
    told = import_(config, file, "--watch", "clair")
    assert "Clair: 1" in told
    assert "Lumo" not in told
    assert "There are: Lumo, Clair" in import_(config, file, "--watch", "x", status=2)


def test_a_column_a_zone_and_an_order_can_be_named(config: Path, tmp_path: Path) -> None:
    rows = "03/04/2026 10:00,lumo one", "04/04/2026 10:00,lumo two"
    file = export(tmp_path, *rows, names="When,What")
    assert "“When”, “What”" in import_(config, file, status=2)
    named = ("--map", "at=When", "--map", "text=what", "--zone", "America/New_York")
    assert "say which" in import_(config, file, *named)
    told = import_(config, file, *named, "--dates", "mdy")
    assert "America/New_York, as --zone says" in told
    assert "begin with the month" in told
    assert "write FIELD=COLUMN" in import_(config, file, "--map", "When", status=2)
    assert "is no zone" in import_(config, file, "--zone", "Paris", status=2)


@pytest.fixture
async def heard(serve: Serve) -> tuple[str, list[str]]:
    """An address, and what is wrong with what it was sent."""
    faults: list[str] = []

    async def answer(request: web.BaseRequest) -> web.Response:
        body = await request.read()
        told = request.headers.get(TIMESTAMP, ""), request.headers.get(SIGNATURE, "")
        faults.append(signature_fault(SECRET, *told, body, datetime.now(UTC)))
        [post] = json.loads(body)
        assert datetime.fromisoformat(post["at"]).tzinfo
        assert request.content_type == "application/json"
        return web.json_response({})

    return await serve(answer), faults


async def test_what_is_to_be_copied_signs_as_the_webhook_wants(
    config: Path, heard: tuple[str, list[str]]
) -> None:
    address, faults = heard
    listen = f'[hooks]\nlisten = "{address.removeprefix("http://")}"\n'
    await asyncio.to_thread(config.write_text, CONFIG + listen, encoding="utf-8")
    told = await asyncio.to_thread(vigie, "hook", "--config", str(config))
    assert SECRET not in told
    shell, python = told.split("# In Python:")
    programs = [[sys.executable, "-c", python]]
    if shutil.which("curl") and shutil.which("openssl") and shutil.which("sh"):
        programs.append(["sh", "-c", shell])
    for program in programs:
        ended = await asyncio.create_subprocess_exec(
            *program,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env={**os.environ, "no_proxy": "127.0.0.1"},
        )
        output = await asyncio.wait_for(ended.communicate(), 20)
        assert ended.returncode == 0, output
    assert faults == [""] * len(programs)


def test_where_nothing_is_sent_it_is_said_how_it_could_be(
    config: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    feed = '[[sources]]\nname = "f"\nkind = "feed"\nurl = "https://f.example/feed"\n'
    config.write_text(CONFIG + feed, encoding="utf-8")
    assert "listening-tool" in vigie("hook", "listening tool", "--config", str(config))
    assert "Name one of: Listening tool" in vigie("hook", "f", "--config", str(config), status=2)
    monkeypatch.delenv("VIGIE_WEBHOOK_SECRET")
    told = vigie("hook", "--config", str(config), status=2)
    assert "“Listening tool” waits for its secret: export VIGIE_WEBHOOK_SECRET=" in told
    config.write_text(feed + CONFIG[CONFIG.index("[[watches]]") :], encoding="utf-8")
    assert 'kind = "webhook"' in vigie("hook", "--config", str(config), status=2)
