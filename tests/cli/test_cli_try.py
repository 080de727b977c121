"""`vigie try`: what a watch would catch, typed in a terminal."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from aiohttp import web
from typer.testing import CliRunner, Result

from bot.cli import cli
from tests.loopback import Serve

FEED = """<rss version="2.0"><channel><title>Forum</title>
<item><title>Help</title><guid>1</guid><link>https://f.example/1</link><author>ada</author>
<description>My Lumo broke again, what a terrible lamp \x9b</description>
<pubDate>Sat, 28 Nov 2026 09:00:00 GMT</pubDate></item>
<item><title>Hello</title><guid>2</guid><link>https://f.example/2</link>
<description>I love my Lumo, wonderful light</description>
<pubDate>Fri, 27 Nov 2026 09:00:00 GMT</pubDate></item>
<item><title>Elsewhere</title><guid>3</guid><link>https://f.example/3</link>
<pubDate>Fri, 20 Nov 2026 09:00:00 GMT</pubDate></item>
</channel></rss>"""

CONFIG = """
[network]
allow_private_addresses = true
[[sources]]
name = "forum"
kind = "feed"
url = "{url}"
[[sources]]
name = "films"
kind = "youtube"
[[watches]]
name = "Lumo"
query = "lumo"
channel = "#brand"
"""


@pytest.fixture
async def config(serve: Serve, tmp_path: Path) -> Path:
    async def forum(request: web.BaseRequest) -> web.StreamResponse:
        if request.path != "/feed":
            return web.Response(status=404)
        return web.Response(text=FEED, content_type="application/rss+xml")

    path = tmp_path / "config.toml"
    path.write_text(CONFIG.format(url=f"{await serve(forum)}/feed"))
    return path


async def typed(*words: str) -> Result:
    """The command, in a thread: the forum is served by this one's loop."""
    return await asyncio.to_thread(CliRunner().invoke, cli, ["try", *words])


def address_in(config: Path) -> str:
    return next(line for line in config.read_text().splitlines() if "url" in line).split('"')[1]


def move_feed(config: Path) -> None:
    """The forum's feed is somewhere else now."""
    config.write_text(config.read_text().replace("/feed", "/gone"))


async def test_it_shows_what_matches_and_how_much_that_is(config: Path) -> None:
    told = await typed("lumo", "--config", str(config))
    assert told.exit_code == 0
    assert "forum  2 mentions among 3 posts" in told.output
    assert "My Lumo broke again" in told.output
    assert "https://f.example/2" in told.output
    assert "Elsewhere" not in told.output
    assert "1 negative" in told.output
    assert "\x9b" not in told.output


async def test_the_newest_come_first_and_no_more_than_asked_for(config: Path) -> None:
    told = await typed("lumo", "--config", str(config), "--most", "1")
    assert "broke again" in told.output
    assert "wonderful" not in told.output
    assert "1 older: --most 2 shows all" in told.output


async def test_where_nothing_matches_it_says_how_new_the_source_is(config: Path) -> None:
    told = await typed("zeppelin", "--config", str(config))
    assert "None of its posts match; the newest is of 28 Nov 09:00 UTC." in told.output


async def test_a_query_that_cannot_be_read_is_pointed_at(config: Path) -> None:
    told = await typed("lumo AND (", "--config", str(config))
    assert told.exit_code == 2
    assert "^" in told.output


async def test_an_unknown_source_is_told_with_those_there_are(config: Path) -> None:
    told = await typed("lumo", "--source", "forom", "--config", str(config))
    assert told.exit_code == 2
    assert "there are: forum, films" in told.output


async def test_a_source_that_is_off_says_what_it_waits_for(config: Path) -> None:
    told = await typed("lumo", "--source", "films", "--config", str(config))
    assert told.exit_code == 2
    assert "export VIGIE_YOUTUBE_KEY=…" in told.output


async def test_a_feeds_address_will_do_for_a_source(config: Path) -> None:
    told = await typed("lumo", "--source", address_in(config), "--config", str(config))
    assert "2 mentions among 3 posts" in told.output


async def test_without_a_configuration_a_private_address_is_not_asked(
    config: Path, tmp_path: Path
) -> None:
    told = await typed(
        "lumo", "--source", address_in(config), "--config", str(tmp_path / "none.toml")
    )
    assert told.exit_code == 1
    assert "✗" in told.output


async def test_a_source_that_fails_is_told_and_fails_the_command(config: Path) -> None:
    move_feed(config)
    told = await typed("lumo", "--config", str(config))
    assert told.exit_code == 1
    assert "nothing at this address" in told.output
