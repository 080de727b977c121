"""App Home and the form of a watch as people see them, in English and in French."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC
from pathlib import Path

import pytest
import yaml
from playwright.async_api import Page, expect

from bot.cli.shipped import shipped
from bot.i18n import Language, Voice
from bot.services.base import Services
from bot.standin import UNLIMITED, AppSpec, Standin
from tests.browser.kit import Visit
from tests.builders import a_fresh_post
from tests.journeys.conftest import CHANNELS, Town, bot_in
from tests.services.conftest import CONFIG, ScriptedSource

pytestmark = [pytest.mark.browser, pytest.mark.timeout(120)]

ADMINS = CONFIG.replace("[slack]", '[slack]\nadmins = ["U0MARGOT01", "U0CAMILLE1"]')
READERS: tuple[tuple[str, Language], ...] = (("Margot", "en"), ("Camille", "fr"))


@pytest.fixture
async def standin(chromium: str) -> AsyncIterator[Standin]:
    manifest = yaml.safe_load(shipped("manifest.yaml"))
    app = AppSpec.from_manifest(manifest)
    started = await Standin.start(app=app, channels=CHANNELS, rates=UNLIMITED)
    yield started
    await started.close()


@pytest.fixture
async def services(standin: Standin, tmp_path: Path) -> AsyncIterator[Services]:
    """The bot at work, which has read some complaints."""
    places = {name: ScriptedSource(name) for name in ("forum", "lumen.social")}
    async with bot_in(standin, tmp_path / "data", places, config=ADMINS) as services:
        await standin.wait_for(lambda: standin.connected or None)
        town = Town(standin, services, places)
        posts = [
            a_fresh_post(id=f"p{n}", text=f"My Lumo lamp died, number {n}. Terrible.")
            for n in range(5)
        ]
        await town.poll("lumen.social", *posts)
        yield services


async def home_of(page: Page) -> None:
    """Open the app's Home."""
    await page.get_by_role("navigation").get_by_role("link", name="Vigie").last.click()
    await page.locator(".app-tabs").get_by_role("link", name="Home").click()


@pytest.mark.parametrize(("who", "language"), READERS)
async def test_a_watch_is_changed_in_the_readers_language(
    visit: Visit, services: Services, who: str, language: Language
) -> None:
    say = Voice(language, UTC).say
    page = await visit(who, "general")
    await home_of(page)
    home = page.locator("#main .home")
    await expect(home).to_contain_text(say("Watches"))
    await home.get_by_role("button", name=say("Edit…"), exact=True).last.click()

    form = page.get_by_role("dialog", name=say("Edit watch"))
    query = form.get_by_role("textbox").first
    await query.fill("lumo AND")
    await form.get_by_role("button", name=say("Preview")).click()
    await expect(form).to_contain_text("lumo AND‸")

    await query.fill("lumo terrible")
    await form.get_by_role("button", name=say("🔎 Try it out")).click()
    await expect(form).to_contain_text("My Lumo lamp died, number")
    await expect(query).to_have_value("lumo terrible")

    await form.get_by_role("button", name=say("Preview")).click()
    shown = page.get_by_role("dialog", name=say("Before it is kept"))
    await expect(shown).to_contain_text("lumo terrible")
    await shown.get_by_role("button", name=say("Save"), exact=True).click()
    await expect(page.get_by_role("dialog")).to_have_count(0)
    await expect(home).to_contain_text("lumo AND terrible")
    assert str(services.watches.named("Lumo").query) == "lumo AND terrible"


@pytest.mark.parametrize(("who", "language"), READERS)
async def test_a_watch_is_paused_and_resumed_with_a_click(
    visit: Visit, services: Services, who: str, language: Language
) -> None:
    say = Voice(language, UTC).say
    page = await visit(who, "general")
    await home_of(page)
    home = page.locator("#main .home")
    await home.get_by_role("button", name=say("Pause"), exact=True).click()
    await expect(home).to_contain_text(say("⏸ paused"))
    assert [watch.name for watch in services.watches.polled] == []
    await home.get_by_role("button", name=say("Resume"), exact=True).click()
    await expect(home).not_to_contain_text(say("⏸ paused"))
    assert [watch.name for watch in services.watches.polled] == ["Lumo"]


async def test_who_is_no_admin_finds_their_own_work_and_no_watches(
    visit: Visit, services: Services
) -> None:
    page = await visit("Sam", "general")
    await home_of(page)
    home = page.locator("#main .home")
    await expect(home).to_contain_text("My conversations")
    await expect(home).to_contain_text("The team")
    await expect(home).not_to_contain_text("New watch")
