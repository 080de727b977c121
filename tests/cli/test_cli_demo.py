"""The demo's port and configuration, whatever the machine is like."""

from __future__ import annotations

import asyncio
import socket
import sys
import tomllib
from datetime import timedelta
from pathlib import Path

import psycopg
import pytest
from typer.testing import CliRunner

from bot.cli import cli
from bot.cli.clocks import ClockAhead
from bot.cli.demo import _before, _ports, bot_environment, in_step, play
from bot.cli.demo_config import demo_config
from bot.cli.demo_store import within
from bot.cli.shipped import shipped
from bot.config import PostgresAddress
from bot.services.base import utc_now
from bot.standin import Standin
from bot.standin.social import MASTODON, SocialWeb


@pytest.mark.parametrize(
    ("port", "asked_for", "tried"),
    [
        (8765, False, list(range(8765, 8775))),
        (8765, True, [8765]),
        (0, False, [0]),
        (65535, False, [65535]),
        (65530, False, list(range(65530, 65536))),
    ],
)
def test_the_ports_that_are_tried_are_ports(port: int, asked_for: bool, tried: list[int]) -> None:
    assert list(_ports(port, asked_for=asked_for)) == tried


async def test_the_last_port_taken_is_told_in_words(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("PORT", raising=False)
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        monkeypatch.setattr(sys.modules[play.__module__], "LAST_PORT", port)
        assert await play(port, seed=1) == 1
    assert f"Port {port} is taken" in capsys.readouterr().err


@pytest.mark.parametrize(
    "folder",
    ["/home/o'neil/data", 'a"b', r"C:\Users\é\new", "/tmp/🔭", "a\x7fb"],  # noqa: S108
)
def test_a_temporary_folder_of_any_name_is_written_as_toml_reads_it(folder: str) -> None:
    written = demo_config(shipped("config.example.toml"), {}, folder)
    assert tomllib.loads(written)["store"] == folder


def test_the_demo_is_kept_from_the_store_that_the_environment_names(tmp_path: Path) -> None:
    environment = {"PATH": "/bin", "VIGIE_STORE": "postgresql://vigie@production/vigie"}
    assert bot_environment(environment, tmp_path) == {"PATH": "/bin"}


def test_the_address_of_the_demos_database_reaches_its_bots_unseen() -> None:
    url = "postgresql://me:hush@localhost/me"
    assert bot_environment({}, PostgresAddress(url)) == {"VIGIE_STORE": url}


@pytest.mark.parametrize(
    ("url", "options"),
    [
        ("postgresql://me@localhost/me", "-csearch_path=own"),
        ("postgresql://me@/me?host=/run/pg&sslmode=disable", "-csearch_path=own"),
        (
            "postgresql://me@localhost/me?options=-cwork_mem%3D8MB",
            "-cwork_mem=8MB -csearch_path=own",
        ),
    ],
)
def test_an_address_leads_into_a_schema_and_is_the_same_otherwise(url: str, options: str) -> None:
    inside = psycopg.conninfo.conninfo_to_dict(within(PostgresAddress(url), "own").url)
    assert inside.pop("options") == options
    outside = psycopg.conninfo.conninfo_to_dict(url)
    outside.pop("options", None)
    assert inside == outside


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--workers", "2"], "share a database"),
        (["--store", "data"], "a database is meant"),
        (["--store", "mysql://me@localhost/me"], "postgresql://vigie@host/vigie"),
    ],
)
def test_what_the_demo_cannot_run_on_is_told_in_words(arguments: list[str], words: str) -> None:
    ended = CliRunner().invoke(cli, ["demo", *arguments])
    assert ended.exit_code == 2
    assert words in ended.output


async def test_what_is_read_first_is_given_up_where_the_demo_is_to_end() -> None:
    stop, began = asyncio.Event(), asyncio.Event()

    async def endless() -> None:
        began.set()
        await asyncio.Event().wait()

    async def short() -> None:
        pass

    assert await _before(stop, short())
    asking = asyncio.create_task(_before(stop, endless()))
    await began.wait()
    stop.set()
    assert not await asking


async def test_an_hour_later_it_is_so_for_the_workspace_the_social_web_and_the_bots(
    tmp_path: Path,
) -> None:
    social = await SocialWeb.start(now=utc_now(), pace=0)
    standin = await Standin.start(social=social)
    bots = ClockAhead(tmp_path / "ahead", utc_now)
    try:
        standin.clock.forward(60)
        with in_step(standin, social, tmp_path / "ahead"):
            assert bots() - utc_now() > timedelta(seconds=59)
            standin.clock.forward(3600)
            post = social.publish(MASTODON, "My lamp hums #lumo")
            for now in (post.at.timestamp(), bots().timestamp(), standin.clock.now()):
                assert now - utc_now().timestamp() == pytest.approx(3660, abs=5)
        (tmp_path / "ahead").unlink()
        standin.clock.forward(3600)
        assert not (tmp_path / "ahead").exists()
    finally:
        await standin.close()
        await social.close()
