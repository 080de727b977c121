"""Light and dark, wide and narrow, and the demo's own corner."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest
from playwright.async_api import Page, expect
from slack_bolt.async_app import AsyncApp

from bot.standin import UNLIMITED, Standin
from bot.standin.residents import PEOPLE
from bot.standin.social import SocialWeb
from tests.browser.kit import Connect, Post, Visit

pytestmark = pytest.mark.browser


async def brightness(page: Page) -> float:
    """How bright the page's ground is, from 0 (black) to 255."""
    drawn = "getComputedStyle(document.body).backgroundColor.match(/[\\d.]+/g).slice(0, 3)"
    return sum(map(float, await page.evaluate(drawn))) / 3


async def test_the_page_follows_the_systems_theme(visit: Visit) -> None:
    by_day = await visit(color_scheme="light")
    by_night = await visit(color_scheme="dark")
    assert await brightness(by_day) > 200
    assert await brightness(by_night) < 60


async def test_the_switch_outlives_a_reload(visit: Visit) -> None:
    page = await visit(color_scheme="light")
    await page.get_by_role("button", name="Use dark colours").click()
    assert await brightness(page) < 60
    await page.reload()
    await expect(page.get_by_role("button", name="Use light colours")).to_be_visible()
    assert await brightness(page) < 60


async def test_a_phone_shows_one_thing_at_a_time(visit: Visit, post: Post) -> None:
    await post("A message that is long enough to need more than one line on a phone’s screen")
    page = await visit(viewport={"width": 360, "height": 720})
    assert await page.evaluate("document.documentElement.scrollWidth") <= 360
    await expect(page.get_by_role("link", name="care")).to_be_hidden()
    await page.get_by_role("button", name="Channels and people").click()
    await page.get_by_role("link", name="care").click()
    await expect(page.get_by_role("heading", name="care")).to_be_visible()
    await expect(page.get_by_role("link", name="care")).to_be_hidden()


async def test_a_phone_tells_of_what_is_unread_behind_the_drawer(visit: Visit, post: Post) -> None:
    page = await visit(viewport={"width": 360, "height": 720})
    drawer = page.get_by_role("button", name="Channels and people")
    await expect(drawer).not_to_have_accessible_name("Channels and people (something is unread)")
    await post("Elsewhere", channel="#care")
    await expect(drawer).to_have_accessible_name("Channels and people (something is unread)")
    await drawer.click()
    await page.get_by_role("link", name="care (unread)").click()
    await expect(drawer).to_have_accessible_name("Channels and people")


async def test_a_browser_that_never_chose_is_the_first_of_the_residents(
    visit: Visit, standin: Standin
) -> None:
    page = await visit("Sam")
    await page.goto("about:blank")
    await page.goto(standin.url)
    await expect(page.locator(".you-name")).to_contain_text(PEOPLE[0].real_name)


async def test_a_workspace_without_a_social_web_has_no_rain(visit: Visit) -> None:
    page = await visit()
    await expect(page.get_by_role("button", name="Make it rain")).to_have_count(0)


class TestRain:
    """With the small social web beside the workspace."""

    @pytest.fixture
    async def social(self, chromium: str) -> AsyncIterator[SocialWeb]:
        started = await SocialWeb.start(now=datetime.now(UTC), pace=0)
        yield started
        await started.close()

    @pytest.fixture
    async def standin(self, social: SocialWeb) -> AsyncIterator[Standin]:
        started = await Standin.start(rates=UNLIMITED, social=social)
        yield started
        await started.close()

    async def test_own_words_are_posted_on_the_social_web(
        self, visit: Visit, social: SocialWeb
    ) -> None:
        page = await visit()
        before = social.describe()["posts"]
        await page.get_by_role("button", name="Make it rain").click()
        panel = page.get_by_role("region", name="Make it rain")
        await expect(panel.get_by_role("link")).to_have_count(len(social.places) + 1)
        await panel.get_by_label("Your own words").fill("My lamp hums.")
        await panel.get_by_role("button", name="Complain").click()
        await expect(panel.get_by_role("status")).to_contain_text(
            "Posted, but Vigie is not connected to hear of it."
        )
        after = social.describe()["posts"]
        assert after == int(str(before)) + 1
        await expect(panel).to_contain_text(f"{after} posts so far")
        await page.keyboard.press("Escape")
        await expect(panel).to_be_hidden()

    async def test_a_rained_post_says_what_is_done_and_whose_affair_the_rest_is(
        self, visit: Visit, connect: Connect
    ) -> None:
        await connect()
        page = await visit()
        await page.get_by_role("button", name="Make it rain").click()
        panel = page.get_by_role("region", name="Make it rain")
        await panel.get_by_text("Français").click()
        await panel.get_by_role("button", name="Complain").click()
        outcome = panel.get_by_role("status")
        await expect(outcome).to_contain_text("Posted on the social web.")
        await expect(outcome).to_contain_text("for Vigie to judge")


async def test_a_permalink_from_outside_opens_at_its_message(
    visit: Visit, post: Post, bolt: AsyncApp, standin: Standin
) -> None:
    first = await post("The first of many")
    for number in range(40):
        await post(f"Number {number}")
    channel = standin.workspace.channel("brand-watch")
    assert channel is not None
    linked = await bolt.client.chat_getPermalink(channel=channel.id, message_ts=first)
    page = await visit("Sam", "general")
    await page.goto("about:blank")
    await page.goto(linked["permalink"])
    wanted = page.locator("#main .message", has_text="The first of many")
    thread = page.get_by_role("complementary", name="Thread")
    await expect(wanted).to_be_in_viewport()
    await expect(thread).to_contain_text("The first of many")

    await thread.get_by_role("button", name="Close the thread").click()
    await post(f"As said <{linked['permalink']}|before>")
    await page.get_by_role("link", name="before").click()
    await expect(thread).to_contain_text("The first of many")
    await expect(wanted).to_be_in_viewport()


async def test_a_page_opened_before_the_app_says_so_and_goes_live_by_itself(
    visit: Visit, connect: Connect, post: Post
) -> None:
    page = await visit()
    await expect(page.locator("#main")).to_contain_text("Waiting for Vigie")
    await expect(page.locator(".banner")).to_contain_text("is not connected")
    await connect()
    await expect(page.locator(".banner")).to_be_hidden()
    await expect(page.locator("#main")).to_contain_text("Vigie is listening.")
    await post("The first alert")
    await expect(page.locator("#main")).to_contain_text("The first alert")


async def test_the_dates_of_the_page_are_in_the_language_of_the_page(
    visit: Visit, post: Post
) -> None:
    await post("Now: <!date^1700000000^{date_long}|then>")
    page = await visit("Camille", timezone_id="UTC")
    await expect(page.locator("#main .day")).to_have_text("Today")
    await expect(page.locator("#main .message")).to_contain_text("mardi 14 novembre 2023")
