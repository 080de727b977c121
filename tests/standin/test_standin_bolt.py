"""An unmodified Bolt app over Socket Mode: commands, buttons, ephemerals, shortcuts, events."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from slack_bolt.async_app import AsyncApp

from bot.standin import Refusal, Standin, Unanswered
from bot.standin.residents import BOT_USER_ID
from tests.standin.conftest import Connect

GO = {"type": "button", "action_id": "go", "text": {"type": "plain_text", "text": "Go"}}
BUTTON = [{"type": "actions", "block_id": "row", "elements": [GO | {"value": "7"}]}]


async def test_a_command_is_acknowledged_and_answered_in_private(
    standin: Standin, bolt: AsyncApp, connect: Connect
) -> None:
    seen: list[dict[str, Any]] = []

    @bolt.command("/vigie")
    async def answer(ack: Any, respond: Any, command: dict[str, Any]) -> None:
        await ack()
        seen.append(command)
        said = await respond("All quiet.")
        assert said.status_code == 200

    await connect()
    camille = standin.person("Camille")
    await camille.command("/vigie summary lumo", "#care")

    (message,) = await standin.wait_for(lambda: camille.ephemerals("#care"))
    assert message.text == "All quiet."
    assert seen[0]["text"] == "summary lumo"
    assert seen[0]["user_id"] == camille.id
    assert seen[0]["channel_name"] == "care"
    assert standin.person("Sam").messages("#care") == ()


async def test_an_acknowledgement_may_itself_carry_the_answer(
    standin: Standin, bolt: AsyncApp, connect: Connect
) -> None:
    @bolt.command("/vigie")
    async def answer(ack: Any) -> None:
        await ack(text="For all to see", response_type="in_channel")

    await connect()
    said = await standin.person("Sam").command("/vigie")

    assert said is not None
    assert [m.text for m in standin.messages("#general")] == ["For all to see"]


async def test_a_command_nobody_knows_is_refused_in_words(standin: Standin) -> None:
    with pytest.raises(Refusal, match="/nope is not a command here"):
        await standin.person("Sam").command("/nope")


async def test_an_app_that_is_away_is_said_to_be_away(standin: Standin) -> None:
    with pytest.raises(Unanswered, match="Vigie is not connected"):
        await standin.person("Sam").command("/vigie")


async def test_a_command_without_acknowledgement_times_out(
    standin: Standin, bolt: AsyncApp, connect: Connect
) -> None:
    asked = asyncio.Event()

    @bolt.command("/vigie")
    async def dawdle(ack: Any) -> None:
        asked.set()
        await asyncio.sleep(0.2)
        await ack()

    await connect()
    typed = asyncio.create_task(standin.person("Sam").command("/vigie"))
    await asked.wait()
    standin.clock.forward(3)

    with pytest.raises(Unanswered, match="did not answer in time"):
        await typed


async def test_a_commands_names_become_links_where_the_manifest_asks(
    standin: Standin, bolt: AsyncApp, connect: Connect
) -> None:
    texts: list[str] = []

    @bolt.command("/escape")
    @bolt.command("/vigie")
    async def answer(ack: Any, command: dict[str, Any]) -> None:
        texts.append(command["text"])
        await ack()

    await connect()
    await standin.person("Sam").command("/escape assign 1 @margot in #care")
    await standin.person("Sam").command("/vigie assign 1 @margot in #care")

    margot, care = standin.person("margot").id, standin.workspace.channel("care")
    assert care is not None
    assert texts == [
        f"assign 1 <@{margot}|margot> in <#{care.id}|care>",
        "assign 1 @margot in #care",
    ]


async def test_a_button_updates_its_message_in_place(
    standin: Standin, bolt: AsyncApp, connect: Connect
) -> None:
    @bolt.action("go")
    async def gone(ack: Any, body: dict[str, Any], client: Any, action: dict[str, Any]) -> None:
        await ack()
        assert body["container"]["channel_id"] == body["channel"]["id"]
        assert action["block_id"] == "row"
        await client.chat_update(
            channel=body["channel"]["id"],
            ts=body["message"]["ts"],
            text=f"{body['user']['name']} took {action['value']}",
            blocks=[],
        )

    await connect()
    await bolt.client.chat_postMessage(channel="#brand-watch", text="Take it", blocks=BUTTON)
    (alert,) = standin.messages("#brand-watch")
    await standin.person("Camille").click(alert, "go")

    await standin.wait_for(lambda: standin.messages("#brand-watch")[0].edited)
    (changed,) = standin.messages("#brand-watch")
    assert (changed.ts, changed.text, changed.blocks) == (alert.ts, "camille took 7", ())


async def test_a_button_that_was_swapped_away_cannot_be_pressed(standin: Standin) -> None:
    said = standin.person("Sam").post("#care", "no button here")
    with pytest.raises(Refusal, match="there is no go here any more"):
        await standin.person("Sam").click(said, "go")


async def test_two_people_can_press_the_same_button_in_the_same_instant(
    standin: Standin, bolt: AsyncApp, connect: Connect
) -> None:
    pressed: list[str] = []

    @bolt.action("go")
    async def took(ack: Any, body: dict[str, Any]) -> None:
        pressed.append(body["user"]["id"])
        await ack()

    await connect()
    await bolt.client.chat_postMessage(channel="#care", text="Take it", blocks=BUTTON)
    (alert,) = standin.messages("#care")
    sam, camille = standin.person("Sam"), standin.person("Camille")
    await asyncio.gather(sam.click(alert, "go"), camille.click(alert, "go"))

    assert sorted(pressed) == sorted([sam.id, camille.id])


async def test_an_ephemerals_button_replaces_it_for_its_reader_alone(
    standin: Standin, bolt: AsyncApp, connect: Connect
) -> None:
    bodies: list[dict[str, Any]] = []

    @bolt.action("go")
    async def gone(ack: Any, body: dict[str, Any], respond: Any) -> None:
        await ack()
        bodies.append(body)
        await respond(text="Done", replace_original=True)

    await connect()
    sam = standin.person("Sam")
    await bolt.client.chat_postEphemeral(channel="#care", user=sam.id, text="?", blocks=BUTTON)
    (private,) = sam.ephemerals("#care")
    with pytest.raises(Refusal, match="this message is gone"):
        await standin.person("Margot").click(private, "go")
    await sam.click(private, "go")

    await standin.wait_for(lambda: sam.ephemerals("#care")[0].text == "Done")
    assert bodies[0]["container"]["is_ephemeral"] is True
    assert "message" not in bodies[0]


async def test_a_message_shortcut_carries_the_message(
    standin: Standin, bolt: AsyncApp, connect: Connect
) -> None:
    shortcuts: list[dict[str, Any]] = []

    @bolt.shortcut("claim")
    @bolt.shortcut("look")
    async def chosen(ack: Any, shortcut: dict[str, Any]) -> None:
        shortcuts.append(shortcut)
        await ack()

    await connect()
    sam = standin.person("Sam")
    said = sam.post("#care", "please look")
    await sam.shortcut("claim", said)
    await sam.shortcut("look")

    assert [s["type"] for s in shortcuts] == ["message_action", "shortcut"]
    assert shortcuts[0]["message"]["text"] == "please look"
    with pytest.raises(Refusal, match="no message shortcut look"):
        await sam.shortcut("look", said)


async def test_what_is_said_reaches_an_app_that_subscribed(
    standin: Standin, bolt: AsyncApp, connect: Connect
) -> None:
    heard: list[tuple[str, str]] = []

    @bolt.event("message")
    async def message(event: dict[str, Any]) -> None:
        heard.append(("message", event["text"]))

    @bolt.event("app_mention")
    async def mention(event: dict[str, Any], say: Any) -> None:
        heard.append(("app_mention", event["text"]))
        await say(text="You called?", thread_ts=event["ts"])

    await connect()
    said = standin.person("Sam").post("#care", "hello @vigie & <b>you</b>")

    (answer,) = await standin.wait_for(lambda: standin.workspace.replies(said.channel, said.ts))
    assert answer.text == "You called?"
    text = f"hello <@{BOT_USER_ID}> &amp; &lt;b&gt;you&lt;/b&gt;"
    assert sorted(heard)[:2] == [("app_mention", text), ("message", text)]


async def test_home_is_published_when_it_is_opened(
    standin: Standin, bolt: AsyncApp, connect: Connect
) -> None:
    @bolt.event("app_home_opened")
    async def opened(event: dict[str, Any], client: Any) -> None:
        blocks = [{"type": "header", "text": {"type": "plain_text", "text": "Yours"}}]
        await client.views_publish(user_id=event["user"], view={"type": "home", "blocks": blocks})

    await connect()
    margot = standin.person("Margot")
    assert margot.open_home() is None

    home = await standin.wait_for(lambda: margot.home)
    assert home.blocks[0]["text"]["text"] == "Yours"
    assert standin.person("Sam").home is None


async def test_an_invitation_and_a_reaction_are_told(
    standin: Standin, bolt: AsyncApp, connect: Connect
) -> None:
    told: list[str] = []

    @bolt.event("member_joined_channel")
    async def joined(event: dict[str, Any]) -> None:
        told.append(f"joined {event['channel']} by {event['inviter']}")

    @bolt.event("reaction_added")
    async def reacted(event: dict[str, Any]) -> None:
        told.append(f"{event['reaction']} on {event['item']['ts']}")

    await connect()
    sam = standin.person("Sam")
    crisis = standin.workspace.add_channel("crisis", bot=False)
    sam.invite(BOT_USER_ID, "#crisis")
    said = sam.post("#crisis", "all hands")
    sam.react(said, "eyes")

    await standin.wait_for(lambda: len(told) == 2)
    assert sorted(told) == sorted([f"joined {crisis.id} by {sam.id}", f"eyes on {said.ts}"])
