"""The main job as a person sees it: rain on the social web, an alert, a claim, an end."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
import yaml
from playwright.async_api import Page, expect

from bot import app
from bot.cli.clocks import ClockAhead
from bot.cli.demo import in_step
from bot.cli.demo_config import addresses_of, demo_config
from bot.cli.shipped import shipped
from bot.config import Secrets, loads
from bot.services.base import utc_now
from bot.standin import UNLIMITED, AppSpec, Standin
from bot.standin.social import SocialWeb
from handlers import working
from tests.browser.kit import Visit

pytestmark = [pytest.mark.browser, pytest.mark.timeout(120)]

WORDS = "My Lumo is broken again, I hate it. Terrible support, the worst."


@pytest.fixture
async def social(chromium: str) -> AsyncIterator[SocialWeb]:
    web = await SocialWeb.start(seed=3, now=datetime.now(UTC), pace=0)
    yield web
    await web.close()


@pytest.fixture
async def standin(social: SocialWeb) -> AsyncIterator[Standin]:
    started = await Standin.start(
        app=AppSpec.from_manifest(yaml.safe_load(shipped("manifest.yaml"))),
        channels=("#brand-watch", "#care", "#general", "#vigie-admin"),
        rates=UNLIMITED,
        social=social,
    )
    yield started
    await started.close()


@pytest.fixture(autouse=True)
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """On a busy machine nothing is said to take long: answers come where they are asked."""
    monkeypatch.setattr(working, "PATIENCE", 60.0)


@pytest.fixture
async def vigie(standin: Standin, social: SocialWeb, tmp_path: Path) -> AsyncIterator[None]:
    """The real bot, by the workspace's clock, which has read all its sources once."""
    addresses = addresses_of(standin.api_url, social)
    text = demo_config(shipped("config.example.toml"), addresses, str(tmp_path / "data"))
    config = loads(text.replace('every = "2s"', 'every = "1s"'))
    stop = asyncio.Event()
    tokens = Secrets(standin.bot_token, standin.app_token)
    clock = ClockAhead(tmp_path / "clock-ahead", utc_now)
    with in_step(standin, social, tmp_path / "clock-ahead"):
        running = asyncio.create_task(app.run(config, tokens, stop, clock))
        await standin.wait_for(lambda: standin.connected or None, 20)
        for place in social.places:
            await asyncio.wait_for(social.place(place.name).server.asked.wait(), 20)
        yield
        stop.set()
        await running


async def _type(page: Page, line: str) -> None:
    """Send a line in #general, and wait until it was taken."""
    composer = page.get_by_label("Message #general")
    await composer.fill(line)
    await composer.press("Enter")
    await expect(page.locator("#main .send:not([aria-busy])")).to_be_visible()


async def test_rain_becomes_an_alert_that_two_people_work(visit: Visit, vigie: None) -> None:
    camille = await visit("Camille", "care")
    sam = await visit("Sam", "care")
    await camille.get_by_role("button", name="Make it rain").click()
    await camille.get_by_label("Your own words").fill(WORDS)
    await camille.get_by_role("button", name="Complain").click()

    card = camille.get_by_role("log", name="Messages in care").locator(".message")
    await expect(card).to_contain_text("I hate it", timeout=20_000)
    await expect(card).to_contain_text("among the most negative")
    await sam.get_by_role("button", name="Claim").click()
    await expect(card).to_contain_text("@Sam Carter has this since")

    await camille.get_by_role("region", name="Make it rain").press("Escape")
    thread = camille.get_by_role("button", name="1 reply")
    await thread.click()
    await expect(camille.locator("#thread")).to_contain_text("Sam Carter claimed this.")

    await sam.get_by_role("button", name="Resolve").click()
    window = sam.get_by_role("dialog")
    await window.get_by_role("textbox").fill("A new lamp is on its way")
    await window.get_by_role("button", name="Resolve").click()
    await expect(card).to_contain_text("resolved by @Sam Carter")
    await expect(card).to_contain_text("A new lamp is on its way")


async def test_a_slash_command_is_answered_to_who_typed_it(visit: Visit, vigie: None) -> None:
    margot = await visit("Margot", "general")
    sam = await visit("Sam", "general")
    composer = margot.get_by_label("Message #general")
    await composer.fill("/vigie summary lumo 7d")
    await composer.press("Enter")
    answer = margot.locator(".message", has_text="mentions")
    await expect(answer).to_contain_text("in 1 week", timeout=15_000)
    await expect(answer).to_contain_text("Only visible to you")
    await expect(sam.locator(".message")).to_have_count(0)


async def test_what_was_muted_for_an_hour_is_heard_of_an_hour_later(
    visit: Visit, vigie: None, social: SocialWeb
) -> None:
    margot, sam = await visit("Margot", "general"), await visit("Sam", "care")
    await _type(margot, "/vigie mute lumo 1h")
    await _type(margot, "/vigie watches")
    watches = margot.locator(".message", has_text="🔕")
    await expect(watches.last).to_contain_text("muted until", timeout=15_000)

    await margot.get_by_role("button", name="Later…").click()
    await margot.get_by_role("menuitem", name="1 hour later").click()
    await social.rain("complaint", "en", WORDS)

    await expect(sam.locator("#main .message")).to_contain_text("I hate it", timeout=20_000)
    await _type(margot, "/vigie watches")
    await expect(margot.locator("#main .message").last).to_contain_text("Lumo")
    await expect(margot.locator("#main .message").last).not_to_contain_text("muted until")
