"""A web page in the place of an answer is a firewall's or a portal's: nobody's key is wrong."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from bot.config.sources import KINDS, SourceConfig, SourceKind
from bot.errors import SourceRefused
from bot.sources.kinds import made
from bot.sources.ledgers import SpentHere
from tests.builders import NOW
from tests.sources.conftest import Clients

SETTINGS: dict[str, dict[str, Any]] = {
    "mastodon-search": {"url": "https://social.example"},
    "bluesky-search": {"account": "me.example"},
    "reddit": {"account": "client"},
    "x": {"dollars_a_day": 5.0},
    "facebook": {"account": "1"},
    "instagram": {"account": "1", "tags": ("lumo",)},
}
KEYED = [kind for kind in KINDS if KINDS[kind].key and kind != "webhook"]


@pytest.mark.parametrize("status", [400, 401, 403])
@pytest.mark.parametrize("told", [True, False])
@pytest.mark.parametrize("kind", KEYED)
async def test_a_web_page_is_not_called_a_bad_key(
    clients: Clients, kind: SourceKind, status: int, told: bool
) -> None:
    headers = {"content-type": "text/html; charset=utf-8"} if told else {}
    page = httpx.Response(status, headers=headers, content=b"<!doctype html><h1>No</h1>")
    of = SourceConfig(name=kind, kind=kind, **SETTINGS.get(kind, {}))
    source = made(of, clients(lambda _: page), "s3cret", SpentHere())
    with pytest.raises(SourceRefused) as refused:
        await source.fetch(["lumo"], None, NOW)
    assert "variable" not in refused.value.values
    assert "password" not in str(refused.value)
