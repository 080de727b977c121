"""Having it be later, as a person sees it."""

from __future__ import annotations

import pytest
from playwright.async_api import expect

from bot.standin import Standin
from tests.browser.kit import Post, Visit

pytestmark = pytest.mark.browser

NOON = 1_800_014_400
"""Friday 15 January 2027, 12:00 UTC."""


@pytest.fixture
def noon(standin: Standin) -> float:
    """A moment just passed, at which the workspace's clock now is."""
    standin.clock.forward(NOON - standin.clock.now())
    return NOON


async def test_a_day_later_today_is_yesterday(visit: Visit, post: Post, noon: float) -> None:
    await post(f"At <!date^{NOON}^{{time}}, {{ago}}|noon>")
    sam = await visit("Sam", timezone_id="UTC")
    camille = await visit("Camille", timezone_id="UTC")
    await expect(sam.locator(".bar-time")).to_contain_text("Fri 15 Jan, 12:0")
    await expect(sam.locator("#main .day")).to_have_text("Today")

    await sam.get_by_role("button", name="Later…").click()
    await sam.get_by_role("menuitem", name="1 day later").click()

    for page in (sam, camille):
        await expect(page.locator(".bar-time")).to_contain_text("Sat 16 Jan, 12:0")
        await expect(page.locator("#main .day")).to_have_text("Yesterday")
    await expect(sam.locator("#main .message")).to_contain_text("At 12:00, yesterday")
    await expect(camille.locator("#main .message")).to_contain_text("At 12:00, hier")

    await post("After that")
    await expect(sam.locator("#main .day")).to_have_text(["Yesterday", "Today"])


async def test_how_long_ago_a_thread_was_answered_goes_with_the_clock(
    visit: Visit, post: Post, standin: Standin
) -> None:
    parent = await post("A question")
    standin.person("Sam").post("#brand-watch", "An answer", thread_ts=parent)
    page = await visit()
    latest = page.locator(".reply-latest")
    await expect(latest).to_contain_text(" ago")
    await page.get_by_role("button", name="Later…").click()
    await page.get_by_role("menuitem", name="4 hours later").click()
    await expect(latest).to_have_text("4 hours ago")


async def test_the_menu_is_for_the_keyboard_too_and_a_jump_is_told_to_who_listens(
    visit: Visit, standin: Standin
) -> None:
    page = await visit()
    await page.get_by_role("button", name="Later…").focus()
    await page.keyboard.press("Enter")
    await page.keyboard.press("ArrowDown")
    await page.keyboard.press("Enter")
    await expect(page.locator("#news")).to_contain_text("It is now ")
    assert standin.clock.ahead == 3600
    await expect(page.get_by_role("button", name="Later…")).to_be_focused()


async def test_a_phone_has_room_for_the_time(visit: Visit) -> None:
    page = await visit(viewport={"width": 320, "height": 640})
    await expect(page.locator(".bar-time")).to_be_in_viewport(ratio=1)
    await expect(page.get_by_role("button", name="Later…")).to_be_in_viewport(ratio=1)
    assert await page.evaluate("document.documentElement.scrollWidth") <= 320
