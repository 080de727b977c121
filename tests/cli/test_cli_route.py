"""`vigie route explain`: of an alert that was told, and of one that might be."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot.cli import cli
from bot.cli.terminal import in_plain
from bot.config.file import WatchConfig
from bot.config.watches import WatchEdit
from bot.domain.alerts import Alert, NegativeReason
from bot.domain.severity import Graded, Ground
from bot.domain.trail import Miss, Trail
from bot.i18n import Voice
from bot.slack.blocks.parts import local_time
from bot.store.base import Put, Store
from bot.store.postgres import PostgresStore, migrate
from bot.store.repositories import TABLES
from bot.store.tiny import TinyStore
from tests.builders import NOW, a_conversation, a_mention

CONFIG = """
timezone = "Europe/Paris"
[alerts]
here_from = "high"
[[sources]]
name = "forum"
kind = "feed"
url = "http://forum.example/feed"
[[watches]]
name = "Lumo"
query = "lumo"
channel = "#brand"
channels = { negative = "#care" }
[[routes]]
name = "night"
channel = "#night"
hours = "closed"
severity = "critical"
[[routes]]
name = "French"
channel = "#france"
languages = ["fr"]
"""

ALERT = Alert(
    id="m1",
    kind="negative",
    watch="Lumo",
    channel="#france",
    raised=NOW,
    reason=NegativeReason(score=-0.76, threshold=-0.5, words=()),
    conversation="c1",
    graded=Graded(severity="high", grounds=(Ground(kind="reach", severity="high", value=9000),)),
    route="French",
    trail=Trail(
        severity="high",
        is_open=True,
        misses=(Miss(route="night", condition="hours", wanted=("closed",), found=("open",)),),
    ),
)

MADE_IN_SLACK = WatchEdit(
    name="Halo",
    watch=WatchConfig(name="Halo", query="halo", channel="#halo"),
    by="U1",
    at=NOW,
)


async def fill(store: Store) -> None:
    said = a_conversation(title="“\x1b[2Jbroken” *ada*")
    await store.commit(
        [
            Put(table="conversations", id="c1", document=said),
            Put(table="alerts", id="m1", document=ALERT),
            Put(table="mentions", id="m1", document=a_mention()),
            Put(table="mentions", id="m2", document=a_mention(id="m2", conversation="c2")),
            Put(table="watches", id="halo", document=MADE_IN_SLACK),
        ]
    )


@pytest.fixture
def config(tmp_path: Path) -> Path:
    path = tmp_path / "config.toml"
    path.write_text(CONFIG, encoding="utf-8")
    return path


@pytest.fixture
async def in_use(tmp_path: Path) -> AsyncIterator[Path]:
    store = await TinyStore.open(tmp_path / "data", TABLES)
    await fill(store)
    yield tmp_path / "data"
    await store.close()


def explain(config: Path, *arguments: str, status: int = 0) -> str:
    """What the command says."""
    environment = {"COLUMNS": "200", "VIGIE_CONFIG": str(config)}
    ended = CliRunner(env=environment).invoke(cli, ["route", "explain", *arguments])
    assert ended.exit_code == status, ended.output
    return ended.output


async def test_an_alert_is_explained_while_vigie_runs(config: Path, in_use: Path) -> None:
    words = await asyncio.to_thread(explain, config, "C1")
    assert "The route French sends it to #france." in words
    assert "night does not fit: it is for the hours that the team does not work." in words
    assert "High" in words
    assert "reach 9,000" in words
    assert "“Terrible” −2.10" in words
    assert "24 Nov, 11:00" in words, "in the zone of the configuration"
    assert "\x1b[2J" not in words


async def test_what_was_not_told_is_explained_as_well(config: Path, in_use: Path) -> None:
    assert "It raised no alert" in await asyncio.to_thread(explain, config, "c2")


async def test_an_unknown_conversation_is_said_to_be_none(config: Path, in_use: Path) -> None:
    words = await asyncio.to_thread(explain, config, "zzz", status=2)
    assert "There is no conversation “zzz”" in words


async def test_a_database_is_explained_from(config: Path, postgres_url: str) -> None:
    await migrate(postgres_url)
    store = await PostgresStore.open(postgres_url, TABLES)
    await fill(store)
    await store.close()
    words = await asyncio.to_thread(explain, config, "c1", "--store", postgres_url)
    assert "The route French sends it to #france." in words


def test_an_alert_is_supposed(config: Path) -> None:
    words = explain(config, "--watch", "lumo", "--severity", "high", "--at", "2026-11-25T03:00")
    assert "Lumo, negative, high, 25 Nov, 03:00 (the team does not work)" in words
    assert "No route fits: it goes to #care" in words
    assert "night does not fit: it begins at critical, and this is high." in words
    assert "French does not fit: it is for posts in French." in words
    assert "Nobody is rung" in words


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--severity", "critical", "--at", "2026-11-25T03:00"), "The route night sends it"),
        (("--severity", "critical", "--at", "2026-11-25T11:00"), "Everybody who is active there"),
        (("--language", "fr"), "The route French sends it to #france"),
        (("--kind", "spike"), "it goes to #brand"),
    ],
)
def test_a_supposed_alert_goes_by_the_rules(
    config: Path, arguments: tuple[str, ...], words: str
) -> None:
    assert words in explain(config, "--watch", "Lumo", *arguments)


async def test_a_watch_that_was_made_in_slack_can_be_supposed(config: Path, in_use: Path) -> None:
    words = await asyncio.to_thread(explain, config, "--watch", "halo")
    assert "it goes to #halo" in words


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ((), "Name a conversation"),
        (("c1", "--watch", "Lumo"), "Name a conversation"),
        (("--watch", "Limo"), "There is no watch “Limo”. There are: Lumo."),
        (("c1",), "is no folder"),
    ],
)
def test_what_cannot_be_asked_is_told(config: Path, arguments: tuple[str, ...], words: str) -> None:
    assert words in explain(config, *arguments, status=2)


def test_mrkdwn_is_shown_plainly() -> None:
    line = (
        f"• *High*, {local_time(NOW)} by <@U1>: <https://a.example|open> &lt;b&gt; snake_case 2*3"
    )
    voice = Voice("en", UTC)
    assert in_plain(line, voice) == "• High, 24 Nov, 10:00 by @U1: open <b> snake_case 2*3"
