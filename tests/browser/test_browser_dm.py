"""What the app says to one person, and replies that are sent to their channel too."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import msgspec
import pytest
from playwright.async_api import expect
from slack_bolt.async_app import AsyncApp

from bot.standin import UNLIMITED, Standin
from tests.browser.conftest import SPEC
from tests.browser.kit import Connect, Post, Visit, actions, button, plain, section

pytestmark = pytest.mark.browser


@pytest.fixture
async def standin(chromium: str) -> AsyncIterator[Standin]:
    """A workspace whose app does not read what people write to it."""
    app = msgspec.structs.replace(SPEC, reads_messages=False)
    started = await Standin.start(app=app, rates=UNLIMITED)
    yield started
    await started.close()


async def test_a_note_is_marked_for_whom_it_is_meant_until_it_is_read(
    visit: Visit, post: Post, standin: Standin
) -> None:
    camille, sam = await visit("Camille"), await visit("Sam")
    await post("Handed to you", channel=standin.person("Camille").id)
    note = camille.locator("#sidebar").get_by_role("link", name="Vigie (unread)")
    await expect(note).to_have_class("unread")
    await note.click()
    await expect(camille.locator(".message")).to_contain_text("Handed to you")
    await expect(camille.locator("#sidebar .unread")).to_have_count(0)
    await expect(sam.locator("#sidebar")).not_to_contain_text("Direct messages")


async def test_a_note_has_buttons_that_work_and_no_field_to_write_in(
    visit: Visit, post: Post, standin: Standin, bolt: AsyncApp, connect: Connect
) -> None:
    @bolt.action("take")
    async def take(ack: Any, respond: Any) -> None:
        await ack()
        await respond(text="Taken", replace_original=True)

    await connect()
    blocks = [section("Handed to you"), actions(button("Take it", "take"))]
    ts = await post("Handed to you", blocks, channel=standin.person("Camille").id)
    talk = standin.workspace.dm(standin.person("Camille").id)
    page = await visit("Camille", f"{talk.id}/{ts}")
    await expect(page.locator(".composer")).to_have_count(0)
    await expect(page.locator("#thread")).to_contain_text("has been turned off")
    await page.locator("#main").get_by_role("button", name="Take it").click()
    for place in ("#main", "#thread"):
        await expect(page.locator(f"{place} .message")).to_contain_text("Taken")


async def test_the_apps_home_and_its_messages_are_two_tabs(
    visit: Visit, post: Post, standin: Standin
) -> None:
    page = await visit("Camille", SPEC.id)
    tabs = page.get_by_role("navigation", name="Vigie", exact=True)
    await post("Psst", channel=standin.person("Camille").id)
    await tabs.get_by_role("link", name="Messages (unread)").click()
    await expect(page.locator("#main .message")).to_contain_text("Psst")
    await expect(tabs.get_by_role("link", name="Messages")).to_have_attribute(
        "aria-current", "page"
    )
    await tabs.get_by_role("link", name="Home").click()
    await expect(page.locator("#main .home")).to_be_visible()


async def test_a_reply_that_was_sent_to_the_channel_says_to_what_it_replies(
    visit: Visit, post: Post, bolt: AsyncApp, standin: Standin
) -> None:
    parent = await post("A *spike* of <https://example.com|posts>")
    page = await visit()
    channel = standin.workspace.channel("brand-watch")
    assert channel is not None
    await bolt.client.chat_postMessage(
        channel=channel.id, text="It is over", thread_ts=parent, reply_broadcast=True
    )
    reply = page.locator("#main .message", has_text="It is over")
    await expect(reply).to_contain_text("replied to a thread:")
    await reply.get_by_role("button", name="A spike of posts").click()
    inside = page.locator("#thread .message", has_text="It is over")
    await expect(inside).to_contain_text("Also sent to the channel")


async def test_a_reply_that_only_one_sees_is_not_counted(
    visit: Visit, post: Post, bolt: AsyncApp, standin: Standin
) -> None:
    parent = await post("A question")
    sam = standin.person("Sam")
    sam.post("#brand-watch", "An answer", thread_ts=parent)
    channel = standin.workspace.channel("brand-watch")
    assert channel is not None
    await bolt.client.chat_postEphemeral(
        channel=channel.id, user=sam.id, text="Only for you", thread_ts=parent
    )
    page = await visit("Sam", f"{channel.id}/{parent}")
    await expect(page.locator("#thread .message")).to_have_count(3)
    await expect(page.locator("#thread .day")).to_have_text("1 reply")
    await expect(page.get_by_role("button", name="1 reply")).to_be_visible()


async def test_choices_of_a_select_lie_over_the_rest_and_close_by_a_click_elsewhere(
    visit: Visit, bolt: AsyncApp, standin: Standin, connect: Connect
) -> None:
    chosen = asyncio.Queue[list[str]]()

    @bolt.action("languages")
    async def choose(ack: Any, action: dict[str, Any]) -> None:
        await ack()
        chosen.put_nowait([option["value"] for option in action["selected_options"]])

    await connect()
    options = [{"text": plain(each), "value": each} for each in ("en", "fr", "de")]
    select = {"type": "multi_static_select", "action_id": "languages", "options": options}
    home = {"type": "home", "blocks": [actions(select), section("Below the row")]}
    await bolt.client.views_publish(user_id=standin.person("Camille").id, view=home)
    page = await visit("Camille", SPEC.id)
    below = page.get_by_text("Below the row")
    before = await below.bounding_box()
    await page.locator(".multi summary").click()
    await page.get_by_label("fr").check()
    assert await asyncio.wait_for(chosen.get(), 5) == ["fr"]
    assert await below.bounding_box() == before
    await page.locator("#main .head").click()
    await expect(page.get_by_label("de")).to_be_hidden()
    await expect(page.locator(".multi summary")).to_contain_text("fr")
