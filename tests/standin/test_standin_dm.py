"""What the app says to one person, in its Messages tab."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from bot.standin import AppSpec, Refusal, Standin
from bot.standin.residents import BOT_USER_ID
from tests.standin.conftest import client_of, refused


@pytest.fixture
def spec() -> AppSpec:
    tabs = {"messages_tab_enabled": True, "messages_tab_read_only_enabled": True}
    return AppSpec.from_manifest(
        {
            "display_information": {"name": "Vigie"},
            "features": {"app_home": tabs, "slash_commands": [{"command": "/vigie"}]},
            "oauth_config": {"scopes": {"bot": ["chat:write", "im:history"]}},
        }
    )


@pytest.fixture
async def standin(spec: AppSpec) -> AsyncIterator[Standin]:
    started = await Standin.start(app=spec)
    yield started
    await started.close()


async def test_a_user_id_is_as_good_as_the_id_of_the_conversation(standin: Standin) -> None:
    client, sam = client_of(standin), standin.person("Sam")
    note = await client.chat_postMessage(channel=sam.id, text="Handed to you")
    assert note["channel"] == standin.workspace.dm(sam.id).id
    await client.chat_update(channel=note["channel"], ts=note["ts"], text="Taken back")
    await client.chat_postEphemeral(channel=note["channel"], user=sam.id, text="psst")
    read = await client.conversations_history(channel=note["channel"])
    assert [said["text"] for said in read["messages"]] == ["Taken back"]
    assert [said.text for said in sam.messages(note["channel"])] == ["Taken back", "psst"]


async def test_nobody_else_sees_it(standin: Standin) -> None:
    note = await client_of(standin).chat_postMessage(channel=standin.person("Sam").id, text="x")
    margot = standin.person("Margot")
    whispered = client_of(standin).chat_postEphemeral(
        channel=note["channel"], user=margot.id, text="psst"
    )
    assert await refused(whispered) == "user_not_in_channel"


async def test_a_bot_is_not_written_to(standin: Standin) -> None:
    post = client_of(standin).chat_postMessage(channel=BOT_USER_ID, text="me")
    assert await refused(post) == "channel_not_found"


async def test_where_the_tab_is_read_only_nothing_can_be_typed(standin: Standin) -> None:
    sam = standin.person("Sam")
    note = await client_of(standin).chat_postMessage(channel=sam.id, text="A note")
    with pytest.raises(Refusal, match="turned off"):
        sam.post(note["channel"], "an answer", thread_ts=note["ts"])
    with pytest.raises(Refusal, match="turned off"):
        await sam.command("/vigie", note["channel"])


async def test_an_app_without_the_tab_cannot_write_to_a_person() -> None:
    standin = await Standin.start(app=AppSpec(has_messages=False))
    client, sam = client_of(standin), standin.person("Sam")
    try:
        opened = await client.conversations_open(users=sam.id)
        for channel in (sam.id, opened["channel"]["id"]):
            post = client.chat_postMessage(channel=channel, text="A note")
            assert await refused(post) == "messages_tab_disabled"
    finally:
        await standin.close()


async def test_a_scope_of_its_own_lets_the_app_open_the_conversation(
    standin: Standin,
) -> None:
    client = client_of(standin)
    assert await refused(client.conversations_open(users=standin.person("Sam").id)) == (
        "missing_scope"
    )
