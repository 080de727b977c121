"""`vigie conversions` and `vigie hook conversions`, as they are typed."""

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

from bot.domain.campaigns import Campaign
from bot.sources.sent.signature import SIGNATURE, TIMESTAMP, signature_fault
from bot.store.repositories import TABLES, Records
from bot.store.tiny import TinyStore
from tests.cli.typed import vigie
from tests.loopback import Serve
from tests.written import SMALL

SECRET = "0123456789abcdef"
CONFIG = f'timezone = "Europe/Paris"{SMALL}'
TODAY = datetime.now(UTC).date()


@pytest.fixture
def config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("VIGIE_CONVERSIONS_SECRET", SECRET)
    path = tmp_path / "config.toml"
    path.write_text(CONFIG, encoding="utf-8")
    return path


def day(number: int) -> str:
    return (TODAY - timedelta(days=number)).strftime("%d/%m/%Y")


def table(folder: Path, *rows: str, names: str) -> str:
    path = folder / "ventes.csv"
    path.write_text("\n".join([names, *rows]) + "\n", encoding="utf-8-sig")
    return str(path)


async def campaign_kept(folder: Path) -> None:
    store = await TinyStore.open(folder, TABLES)
    records = Records(store)
    autumn = Campaign(
        name="Automne",
        watch="Lumo",
        first=TODAY - timedelta(days=10),
        last=TODAY,
        tags=("utm_campaign=automne",),
    )
    await records.commit([records.campaigns.put("automne", autumn)])
    await records.close()


def test_a_french_spreadsheet_is_looked_at_and_then_kept_once(config: Path, tmp_path: Path) -> None:
    asyncio.run(campaign_kept(tmp_path / "data"))
    file = table(
        tmp_path,
        f'C-1;{day(3)} 10:30;vente;automne;"1 234,50 €"',
        f"C-2;{day(3)} 11:00;Vente;automne;49,90 €",
        f"C-3;{day(2)} 11:00;clic;printemps;",
        f"C-4;{day(2)} 11:00;promenade;automne;",
        names="N° de commande;Date;Type;utm_campaign;Montant TTC",
    )
    whole = ["conversions", file, "--config", str(config), "--dates", "dmy"]
    looked = vigie(*whole, "--dry-run")
    assert "id ← N° de commande, at ← Date, kind ← Type, tag ← utm_campaign" in looked
    assert "✗ line 5: kind: is one of click, sign-up, sale, engagement" in looked
    assert "1 × click, 2 × sale, worth 1,284.40 EUR" in looked
    assert "✓ Automne: 2" in looked
    assert "1 match no campaign yet" in looked
    assert "3 would be new, 0 known before, 1 bad" in looked
    assert "3 kept, 0 known before, 1 bad" in vigie(*whole)
    assert "0 kept, 3 known before, 1 bad" in vigie(*whole)


def test_rows_without_an_id_are_known_by_what_they_say(config: Path, tmp_path: Path) -> None:
    rows = [f"{day(1)},autumn", f"{day(1)},autumn", f"{day(2)},autumn"]
    options = ["--kind", "click", "--dates", "dmy", "--config", str(config)]
    first = vigie("conversions", table(tmp_path, *rows, names="Date,Tag"), *options)
    assert "3 kept, 0 known before, 0 bad" in first
    longer = table(tmp_path, *rows, rows[0], f"{day(3)},autumn", names="Date,Tag")
    assert "2 kept, 3 known before, 0 bad" in vigie("conversions", longer, *options)


def test_what_is_no_table_of_conversions_is_told_for_what_it_is(
    config: Path, tmp_path: Path
) -> None:
    file = table(tmp_path, "a,b", names="One,Two")
    told = vigie("conversions", file, "--config", str(config), status=2)
    assert "does not show when it happened. Its columns are “One”, “Two”" in told
    assert "fields are id, at, kind" in vigie(
        "conversions", file, "--map", "colour=Two", "--config", str(config), status=2
    )


def test_how_conversions_are_sent_is_told_where_they_have_a_secret(
    config: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "/hooks/conversions" in vigie("hook", "conversions", "--config", str(config))
    assert "No source sends anything yet" in vigie("hook", "--config", str(config), status=2)
    monkeypatch.delenv("VIGIE_CONVERSIONS_SECRET")
    told = vigie("hook", "conversions", "--config", str(config), status=2)
    assert "export VIGIE_CONVERSIONS_SECRET=$(openssl rand -hex 32)" in told


@pytest.mark.skipif(not all(map(shutil.which, ("bash", "curl", "openssl"))), reason="needs a shell")
async def test_what_is_printed_sends_a_sale_as_it_stands(
    config: Path, serve: Serve, tmp_path: Path
) -> None:
    taken: list[object] = []

    async def take(request: web.BaseRequest) -> web.StreamResponse:
        body = await request.read()
        stamp, signed = request.headers[TIMESTAMP], request.headers[SIGNATURE]
        assert signature_fault(SECRET, stamp, signed, body, datetime.now(UTC)) == ""
        [sale] = json.loads(body)
        taken.append(sale["kind"])
        return web.Response()

    told = await asyncio.to_thread(vigie, "hook", "conversions", "--config", str(config))
    told = told.replace("http://127.0.0.1:8124", (await serve(take)).rstrip("/"))
    shell, _, python = told.partition("# In Python:")
    environment = {**os.environ, "VIGIE_CONVERSIONS_SECRET": SECRET, "no_proxy": "*"}
    for command in (["bash", "-c", shell], [sys.executable, "-c", python]):
        await asyncio.to_thread(subprocess.run, command, env=environment, check=True)
    assert taken == ["sale", "sale"]
