"""The field to write in, by keyboard alone."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.async_api import expect
from slack_bolt.async_app import AsyncAck, AsyncApp

from bot.standin import Standin
from tests.browser.kit import Connect, Post, Visit

pytestmark = pytest.mark.browser


async def test_commands_are_offered_completed_and_sent(
    visit: Visit, bolt: AsyncApp, connect: Connect
) -> None:
    @bolt.command("/vigie")
    async def vigie(ack: AsyncAck, command: dict[str, Any], respond: Any) -> None:
        await ack()
        await respond(f"You asked: {command['text']}")

    await connect()
    page = await visit()
    field = page.get_by_role("combobox", name="Message #brand-watch")
    await field.press_sequentially("/vi")
    offers = page.get_by_role("option")
    await expect(offers).to_have_count(2)
    await expect(offers.first).to_contain_text("Ask the lookout")
    await expect(offers.first).to_contain_text("summary [watch] | queue")

    await field.press("ArrowDown")
    await expect(offers.nth(1)).to_have_attribute("aria-selected", "true")
    await field.press("ArrowUp")
    await field.press("Tab")
    await expect(field).to_have_value("/vigie ")
    await expect(page.locator(".composer-note")).to_contain_text("summary [watch] | queue")

    await field.press_sequentially("queue")
    await field.press("Enter")
    await expect(page.locator(".message.ephemeral")).to_contain_text("You asked: queue")
    await expect(field).to_have_value("")

    await field.press("ArrowUp")
    await expect(field).to_have_value("/vigie queue")


async def test_what_may_be_asked_is_offered_and_enter_sends_what_was_typed(
    visit: Visit, bolt: AsyncApp, connect: Connect
) -> None:
    @bolt.command("/vigie")
    async def vigie(ack: AsyncAck, command: dict[str, Any], respond: Any) -> None:
        await ack()
        await respond(f"You asked: {command['text']}")

    await connect()
    page = await visit()
    field = page.get_by_role("combobox", name="Message #brand-watch")
    await field.fill("/vigie ")
    offers = page.get_by_role("option")
    await expect(offers).to_have_count(2)
    await field.press_sequentially("summary")
    await expect(offers).to_have_text(["/vigie summary Lumo 7dwhat was said"])
    await field.press("Enter")
    await expect(page.locator(".message.ephemeral")).to_contain_text("You asked: summary")

    await field.fill("/vigie ")
    await field.press("ArrowUp")
    await field.press("Enter")
    await expect(field).to_have_value("/vigie summary Lumo 7d")


async def test_a_command_that_does_not_exist_is_refused_in_words_and_kept(visit: Visit) -> None:
    page = await visit()
    field = page.get_by_role("combobox")
    await field.fill("/nothing here")
    await field.press("Enter")
    await expect(page.locator(".composer-note")).to_contain_text("/nothing is not a command here")
    await expect(field).to_have_value("/nothing here")


async def test_a_command_is_refused_inside_a_thread(visit: Visit, post: Post) -> None:
    ts = await post("A complaint")
    page = await visit(place="brand-watch")
    await page.evaluate(f"location.hash += '/{ts}'")
    thread = page.get_by_role("complementary", name="Thread")
    field = thread.get_by_role("combobox", name="Reply…")
    await expect(field).to_be_focused()
    await field.fill("/vigie queue")
    await field.press("Enter")
    await expect(thread).to_contain_text("no slash commands inside a thread")


async def test_people_are_completed_and_become_mentions(visit: Visit) -> None:
    page = await visit()
    field = page.get_by_role("combobox")
    await field.press_sequentially("Ask @sa")
    await field.press("Enter")
    await expect(field).to_have_value("Ask @sam ")
    await field.press_sequentially("please")
    await field.press("Shift+Enter")
    await field.press_sequentially("Thanks")
    await field.press("Enter")
    said = page.locator(".message .said")
    await expect(said.locator(".mention")).to_have_text("@Sam Carter")
    await expect(said.locator("br")).to_have_count(1)


async def test_a_draft_waits_where_it_was_written(visit: Visit) -> None:
    page = await visit()
    await page.get_by_role("combobox").fill("Half a thought")
    await page.get_by_role("link", name="care").click()
    await expect(page.get_by_role("combobox", name="Message #care")).to_have_value("")
    await page.get_by_role("link", name="brand-watch").click()
    await expect(page.get_by_role("combobox")).to_have_value("Half a thought")


async def test_the_line_is_picked_up_again_after_a_cut(visit: Visit, standin: Standin) -> None:
    page = await visit()
    await page.context.route("**/page/events**", lambda route: route.abort())
    await page.reload()
    await expect(page.locator(".banner")).to_contain_text("The workspace does not answer")
    await expect(page.locator("#main .empty")).to_be_visible()
    standin.person("Sam").post("#brand-watch", "Said meanwhile")
    await page.context.unroute_all()
    await expect(page.locator(".message")).to_contain_text("Said meanwhile")
    await expect(page.locator(".banner")).not_to_contain_text("cut")
