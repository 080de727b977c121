"""The doctor's findings: what is wrong, and the advice that mends it."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest

from bot.config import Config, PostgresAddress, loads
from bot.errors import StoreBehind, StoreUnavailable
from bot.health import Finding, examine_database, examine_slack, examine_sources, examine_store
from bot.services.base import Clock, utc_now
from bot.slack.gateway import Gateway
from bot.sources.hooked import WebhookSource
from bot.standin import AppSpec, Standin
from bot.store.base import Store
from bot.store.lock import FolderLock
from bot.store.repositories import TABLES
from bot.store.tiny import TinyStore
from tests.builders import NOW

APP = AppSpec(bot_token="xoxb-doctor", app_token="xapp-doctor")

CONFIG = """
[slack]
api_url = "{api}"
admin_channel = "#care"
[[sources]]
name = "hn"
kind = "hackernews"
[[watches]]
name = "Lumo"
query = "lumo"
channel = "#care"
"""


@pytest.fixture
async def standin() -> AsyncIterator[Standin]:
    started = await Standin.start(app=APP, channels=("#care",))
    yield started
    await started.close()


@pytest.fixture
def config(standin: Standin) -> Config:
    return loads(CONFIG.format(api=standin.api_url))


async def found(config: Config, subject: str, clock: Clock = utc_now) -> Finding:
    [finding] = [one for one in await findings(config, clock) if one.subject == subject]
    return finding


async def findings(config: Config, clock: Clock = utc_now) -> list[Finding]:
    async with Gateway(APP.bot_token, config.slack.api_url) as slack:
        asked = examine_slack(config, slack, APP.app_token, clock)
        return [finding async for finding in asked]


async def test_a_clock_that_is_off_is_told_by_how_much(config: Config) -> None:
    assert "clock" not in {one.subject for one in await findings(config)}
    slow = await found(config, "clock", lambda: utc_now() - timedelta(minutes=6))
    assert "s behind Slack’s" in slow.words
    assert slow.advice
    fast = await found(config, "clock", lambda: utc_now() + timedelta(hours=1))
    assert "s ahead of Slack’s" in fast.words


async def test_a_channel_that_vigie_is_in_is_well(config: Config) -> None:
    assert (await found(config, "#care")).well


@pytest.fixture
def on_duty(config: Config, standin: Standin) -> Config:
    """A rota of a person, a bot, and somebody whom the workspace does not know."""
    bot = standin.workspace.user("vigie")
    assert bot is not None
    sam = standin.person("Sam").id
    duty = f"""[duty]
people = ["{sam}", "{bot.id}", "U0NOBODY"]
manager = "{sam}"
"""
    return loads(CONFIG.format(api=standin.api_url) + duty)


async def test_who_is_on_duty_is_a_person_of_the_workspace(
    on_duty: Config, standin: Standin
) -> None:
    sam, bot, nobody = on_duty.rota.people
    assert "Sam" in (await found(on_duty, f"duty {sam}")).words
    assert (await found(on_duty, f"duty {sam}")).well
    assert "is a bot" in (await found(on_duty, f"duty {bot}")).words
    assert "no such member" in (await found(on_duty, f"duty {nobody}")).words
    assert "[duty]" in (await found(on_duty, f"duty {nobody}")).advice


async def test_slack_asking_to_wait_is_advised_to_wait(config: Config, standin: Standin) -> None:
    standin.faults.ratelimited("conversations.info", retry_after=7)
    assert "again in 7 seconds" in (await found(config, "#care")).advice


async def test_an_unreachable_slack_is_advised_to_look_at_the_network(
    config: Config, standin: Standin
) -> None:
    standin.faults.status("conversations.info", 503)
    assert "network" in (await found(config, "#care")).advice


async def test_a_missing_scope_is_advised_to_be_mended(config: Config, standin: Standin) -> None:
    standin.faults.error("conversations.info", "missing_scope")
    assert "scopes" in (await found(config, "#care")).advice


def test_a_data_folder_that_can_be_made_is_well_and_not_made(tmp_path: Path) -> None:
    folder = tmp_path / "deep" / "data"
    assert examine_store(folder).well
    assert list(tmp_path.iterdir()) == []


def test_a_data_folder_that_can_be_written_is_well(tmp_path: Path) -> None:
    finding = examine_store(tmp_path)
    assert (finding.words, finding.well) == ("can be written", True)
    FolderLock(tmp_path).release()  # the doctor holds it no more


def test_a_running_vigie_is_no_fault_of_its_data_folder(tmp_path: Path) -> None:
    lock = FolderLock(tmp_path)
    finding = examine_store(tmp_path)
    lock.release()
    assert finding.well
    assert finding.words == f"in use by a running Vigie (process {os.getpid()})"


@pytest.mark.parametrize("inside", ["", "deep/data"])
def test_a_file_in_the_place_of_the_data_folder_is_a_fault(tmp_path: Path, inside: str) -> None:
    (tmp_path / "data").write_text("a file")
    finding = examine_store(tmp_path / "data" / inside)
    assert "cannot be used" in finding.words
    assert "as store" in finding.advice


DATABASE = PostgresAddress("postgresql://vigie:hush@db.example/vigie")


async def test_a_database_that_can_be_used_is_well(tmp_path: Path) -> None:
    finding = await examine_database(DATABASE, partial(TinyStore.open, tmp_path, TABLES))
    assert finding.well
    assert finding.subject == "store postgresql://vigie@db.example/vigie"


@pytest.mark.parametrize(
    ("error", "advice"),
    [
        (StoreBehind("it is at migration 0, this Vigie needs 2"), "vigie migrate"),
        (StoreUnavailable("connection refused"), "PGPASSWORD"),
    ],
)
async def test_a_database_that_cannot_be_used_is_advised(error: Exception, advice: str) -> None:
    async def refuse() -> Store:
        raise error

    finding = await examine_database(DATABASE, refuse)
    assert str(error) in finding.words
    assert advice in finding.advice


async def test_a_source_that_sends_is_well_though_it_has_nothing_to_show() -> None:
    tool = 'name = "tool"\nkind = "webhook"'
    written = CONFIG.format(api="http://127.0.0.1:1/api/")
    written = written.replace('name = "hn"\nkind = "hackernews"', tool)
    config = loads(written, environment={"VIGIE_WEBHOOK_SECRET": "0123456789abcdef"})
    sources = {"tool": WebhookSource("tool")}
    [finding] = [one async for one in examine_sources(config, sources, NOW)]
    assert finding.well
    assert "it sends" in finding.words
