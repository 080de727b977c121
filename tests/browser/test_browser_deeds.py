"""Buttons, windows and Home, from the click to the app and back."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.async_api import expect
from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from bot.standin import Standin
from tests.browser.kit import (
    Connect,
    Post,
    Visit,
    actions,
    button,
    modal,
    plain,
    section,
    text_input,
)

pytestmark = pytest.mark.browser

Body = dict[str, Any]


def claimable(bolt: AsyncApp) -> None:
    """The first to claim has it, which the message then says; the others are told privately."""
    owners: dict[str, str] = {}

    @bolt.action("claim")
    async def claim(ack: AsyncAck, body: Body, client: AsyncWebClient) -> None:
        await ack()
        ts, user, channel = body["message"]["ts"], body["user"]["id"], body["channel"]["id"]
        if owners.setdefault(ts, user) == user:
            blocks = [section(f"<@{user}> has this"), actions(button("Release", "release"))]
            await client.chat_update(channel=channel, ts=ts, text="Claimed", blocks=blocks)
        else:
            words = f"Too late: <@{owners[ts]}> has this"
            await client.chat_postEphemeral(channel=channel, user=user, text=words)


async def test_a_button_changes_its_message_in_place_and_keeps_the_focus(
    visit: Visit, post: Post, bolt: AsyncApp, connect: Connect
) -> None:
    claimable(bolt)
    await connect()
    await post(blocks=[section("A complaint"), actions(button("Claim", "claim"))])
    page = await visit("Camille")
    await page.get_by_role("button", name="Claim").press("Enter")
    await expect(page.locator(".message")).to_contain_text("@Camille Roux has this")
    await expect(page.locator(".message")).to_have_count(1)
    await expect(page.get_by_role("button", name="Release")).to_be_focused()


async def test_two_people_see_each_other_act(
    visit: Visit, post: Post, bolt: AsyncApp, connect: Connect, standin: Standin
) -> None:
    claimable(bolt)
    await connect()
    ts = await post(blocks=[section("A complaint"), actions(button("Claim", "claim"))])
    camille, sam = await visit("Camille"), await visit("Sam")
    await expect(sam.get_by_role("button", name="Claim")).to_be_visible()
    await camille.get_by_role("button", name="Claim").click()
    await expect(sam.locator(".message")).to_contain_text("@Camille Roux has this")

    # Sam clicked in the same instant, on a page that did not show it yet
    late = standin.workspace.message("C0STANDIN01", ts)
    assert late is not None
    await bolt.client.chat_postEphemeral(
        channel="C0STANDIN01", user=standin.person("Sam").id, text="Too late"
    )
    own = sam.locator(".message.ephemeral")
    await expect(own).to_contain_text("Only visible to you")
    await expect(camille.locator(".message.ephemeral")).to_have_count(0)
    await own.get_by_role("button", name="Dismiss").click()
    await expect(own).to_have_count(0)


async def test_switching_who_you_are_reads_everything_anew(
    visit: Visit, bolt: AsyncApp, standin: Standin
) -> None:
    margot = standin.person("Margot").id
    page = await visit("Camille")
    await bolt.client.chat_postEphemeral(channel="C0STANDIN01", user=margot, text="For Margot")
    await page.get_by_title("Margot Bell, Manager").click()
    await expect(page.locator(".you-name")).to_contain_text("Margot Bell")
    await expect(page.locator(".message")).to_contain_text("For Margot")
    assert f"#/{margot}/" in page.url


async def test_an_app_that_does_not_answer_is_told_of_beside_the_button(
    visit: Visit, post: Post
) -> None:
    await post(blocks=[actions(button("Claim", "claim"))])
    page = await visit()
    await expect(page.locator(".banner")).to_contain_text("Vigie is not connected")
    await page.get_by_role("button", name="Claim").click()
    await expect(page.locator(".message").get_by_role("alert")).to_contain_text("Vigie")


async def test_a_deed_that_asks_first_is_done_only_after_a_yes(
    visit: Visit, post: Post, bolt: AsyncApp, connect: Connect, standin: Standin
) -> None:
    @bolt.action("dismiss")
    async def dismissed(ack: AsyncAck, say: Any) -> None:
        await ack()
        await say("Dismissed")

    await connect()
    asked = {
        "title": plain("Not about us?"),
        "text": plain("It is closed."),
        "confirm": plain("Close it"),
        "deny": plain("Keep it"),
    }
    await post(blocks=[actions(button("Dismiss", "dismiss", confirm=asked))])
    page = await visit()
    dismiss = page.get_by_role("button", name="Dismiss", exact=True)

    await dismiss.click()
    await page.get_by_role("button", name="Keep it").click()
    await expect(dismiss).to_be_focused()
    await dismiss.click()
    await expect(page.get_by_role("alertdialog")).to_contain_text("It is closed.")
    await page.get_by_role("button", name="Close it").click()
    await expect(page.locator(".message").last).to_contain_text("Dismissed")
    assert len(standin.messages("#brand-watch")) == 2


def noted(bolt: AsyncApp) -> None:
    """A button that opens a window, which refuses a short note."""

    @bolt.action("note")
    async def open_window(ack: AsyncAck, body: Body, client: AsyncWebClient) -> None:
        await ack()
        view = modal("A note", text_input("who", "To whom?"), text_input("note", "Your note"))
        await client.views_open(trigger_id=body["trigger_id"], view=view)

    @bolt.view("form")
    async def submitted(ack: AsyncAck, view: Body, client: AsyncWebClient) -> None:
        words = view["state"]["values"]["note"]["value"]["value"]
        if len(words) < 5:
            await ack(response_action="errors", errors={"note": "A few words more, please."})
            return
        await ack()
        await client.chat_postMessage(channel="#brand-watch", text=f"Noted: {words}")


async def test_a_window_shows_its_errors_keeps_what_was_typed_and_then_closes(
    visit: Visit, post: Post, bolt: AsyncApp, connect: Connect
) -> None:
    noted(bolt)
    await connect()
    await post(blocks=[actions(button("Note…", "note"))])
    page = await visit()
    opener = page.get_by_role("button", name="Note…")
    await opener.click()
    window = page.get_by_role("dialog", name="A note")
    await expect(window.get_by_label("To whom?")).to_be_focused()

    await window.get_by_label("To whom?").fill("Sam")
    await window.get_by_label("Your note").fill("No")
    await page.keyboard.press("Enter")
    await expect(window).to_contain_text("A few words more, please.")
    await expect(window.get_by_label("Your note")).to_be_focused()
    await expect(window.get_by_label("Your note")).to_have_attribute("aria-invalid", "true")
    await expect(window.get_by_label("To whom?")).to_have_value("Sam")

    await window.get_by_label("Your note").fill("Called the customer")
    await window.get_by_role("button", name="Save").click()
    await expect(window).to_be_hidden()
    await expect(page.locator(".message").last).to_contain_text("Noted: Called the customer")
    await expect(opener).to_be_focused()


async def test_a_window_closes_by_esc_and_holds_the_focus_meanwhile(
    visit: Visit, post: Post, bolt: AsyncApp, connect: Connect, standin: Standin
) -> None:
    noted(bolt)
    await connect()
    await post(blocks=[actions(button("Note…", "note"))])
    page = await visit()
    await page.get_by_role("button", name="Note…").click()
    window = page.get_by_role("dialog", name="A note")
    await expect(window.get_by_label("To whom?")).to_be_focused()
    for _ in range(8):
        await page.keyboard.press("Tab")
        outside = "document.activeElement.closest('#workspace') !== null"
        assert not await page.evaluate(outside)
    await page.keyboard.press("Escape")
    await expect(window).to_be_hidden()
    await standin.wait_for(lambda: standin.person("Camille").modal is None)


async def test_windows_lie_upon_each_other(
    visit: Visit, post: Post, bolt: AsyncApp, connect: Connect
) -> None:
    @bolt.action("first")
    async def open_first(ack: AsyncAck, body: Body, client: AsyncWebClient) -> None:
        await ack()
        view = modal("First", text_input("note", "Your note"), actions(button("More…", "more")))
        await client.views_open(trigger_id=body["trigger_id"], view=view)

    @bolt.action("more")
    async def push_second(ack: AsyncAck, body: Body, client: AsyncWebClient) -> None:
        await ack()
        await client.views_push(trigger_id=body["trigger_id"], view=modal("Second", section("Hi")))

    await connect()
    await post(blocks=[actions(button("Open", "first"))])
    page = await visit()
    await page.get_by_role("button", name="Open", exact=True).click()
    first = page.get_by_role("dialog", name="First")
    await first.get_by_label("Your note").fill("Half a thought")
    await first.get_by_role("button", name="More…").click()
    second = page.get_by_role("dialog", name="Second")
    await expect(second).to_contain_text("Hi")
    await second.get_by_role("button", name="Cancel").click()
    await expect(first.get_by_label("Your note")).to_have_value("Half a thought")


async def test_every_kind_of_field_tells_the_app_what_it_holds(
    visit: Visit, post: Post, bolt: AsyncApp, connect: Connect, standin: Standin
) -> None:
    options = [{"text": plain(name), "value": name.lower()} for name in ("Battery", "Refund")]
    kinds: dict[str, dict[str, Any]] = {
        "users_select": {},
        "static_select": {"options": options},
        "multi_static_select": {"options": options},
        "radio_buttons": {"options": options},
        "checkboxes": {"options": options},
        "datepicker": {},
        "timepicker": {},
        "number_input": {"is_decimal_allowed": False},
    }
    seen: list[Body] = []

    @bolt.action("open")
    async def open_window(ack: AsyncAck, body: Body, client: AsyncWebClient) -> None:
        await ack()
        blocks = [
            {
                "type": "input",
                "block_id": kind,
                "label": plain(f"The {kind}"),
                "element": {"type": kind, "action_id": "value", **more},
            }
            for kind, more in kinds.items()
        ]
        await client.views_open(trigger_id=body["trigger_id"], view=modal("Fields", *blocks))

    @bolt.view("form")
    async def submitted(ack: AsyncAck, view: Body) -> None:
        await ack()
        seen.append(view["state"]["values"])

    await connect()
    await post(blocks=[actions(button("Open", "open"))])
    page = await visit()
    await page.get_by_role("button", name="Open", exact=True).click()
    window = page.get_by_role("dialog", name="Fields")
    await window.get_by_label("The users_select").select_option("Sam Carter")
    await window.get_by_label("The static_select").select_option("Refund")
    await window.locator("[data-block=multi_static_select] summary").click()
    await window.locator("[data-block=multi_static_select]").get_by_label("Battery").check()
    await page.keyboard.press("Escape")
    await window.locator("[data-block=radio_buttons]").get_by_label("Refund").check()
    await window.locator("[data-block=checkboxes]").get_by_label("Battery").check()
    await window.get_by_label("The datepicker").fill("2026-12-24")
    await window.get_by_label("The timepicker").fill("18:30")
    await window.get_by_label("The number_input").fill("12")
    await window.get_by_role("button", name="Save").click()
    await expect(window).to_be_hidden()

    held = {kind: seen[0][kind]["value"] for kind in kinds}
    assert held["users_select"]["selected_user"] == standin.person("Sam").id
    assert held["static_select"]["selected_option"]["value"] == "refund"
    assert [o["value"] for o in held["multi_static_select"]["selected_options"]] == ["battery"]
    assert held["radio_buttons"]["selected_option"]["value"] == "refund"
    assert [o["value"] for o in held["checkboxes"]["selected_options"]] == ["battery"]
    assert held["datepicker"]["selected_date"] == "2026-12-24"
    assert held["timepicker"]["selected_time"] == "18:30"
    assert held["number_input"]["value"] == "12"


async def test_home_is_drawn_when_it_is_opened_and_drawn_anew_after_a_click(
    visit: Visit, bolt: AsyncApp, connect: Connect
) -> None:
    async def publish(client: AsyncWebClient, user: str, words: str) -> None:
        blocks = [section(words, accessory=button("Resolve", "resolve"))]
        await client.views_publish(user_id=user, view={"type": "home", "blocks": blocks})

    @bolt.event("app_home_opened")
    async def opened(event: Body, client: AsyncWebClient) -> None:
        await publish(client, event["user"], "You have one conversation")

    @bolt.action("resolve")
    async def resolved(ack: AsyncAck, body: Body, client: AsyncWebClient) -> None:
        await ack()
        await publish(client, body["user"]["id"], "You have none")

    await connect()
    page = await visit()
    await page.get_by_role("link", name="Vigie (connected)").click()
    await expect(page.locator(".home")).to_contain_text("You have one conversation")
    await page.get_by_role("button", name="Resolve").click()
    await expect(page.locator(".home")).to_contain_text("You have none")
    await expect(page.get_by_role("button", name="Resolve")).to_be_focused()


async def test_shortcuts_reach_the_app(
    visit: Visit, post: Post, bolt: AsyncApp, connect: Connect
) -> None:
    @bolt.shortcut("queue")
    async def queue(ack: AsyncAck, body: Body, client: AsyncWebClient) -> None:
        await ack()
        await client.views_open(trigger_id=body["trigger_id"], view=modal("Queue", section("Calm")))

    @bolt.shortcut("watch")
    async def watch(ack: AsyncAck, body: Body, client: AsyncWebClient) -> None:
        await ack()
        words = f"Watching: {body['message']['text']}"
        await client.chat_postMessage(channel=body["channel"]["id"], text=words)

    await connect()
    await post("A rumour")
    page = await visit()
    await page.get_by_role("button", name="Shortcuts").click()
    await page.get_by_role("menuitem", name="Open the queue").click()
    await expect(page.get_by_role("dialog", name="Queue")).to_contain_text("Calm")
    await page.keyboard.press("Escape")

    await page.locator(".message").hover()
    await page.locator(".message").get_by_role("button", name="More actions").click()
    await page.get_by_role("menuitem", name="Watch this").click()
    await expect(page.locator(".message").last).to_contain_text("Watching: A rumour")
