"""People, channels, reactions and files, through an unmodified slack_sdk client."""

from __future__ import annotations

from typing import Any

import aiohttp
from slack_sdk.web.async_client import AsyncWebClient

from bot.standin import AppSpec, Standin
from bot.standin.residents import BOT_USER_ID
from tests.standin.conftest import channel_id, client_of, refused


async def test_people_are_looked_up(client: AsyncWebClient, standin: Standin) -> None:
    camille = standin.person("Camille")
    plain = await client.users_info(user=camille.id)
    full = await client.users_info(user=camille.id, include_locale=True)
    everybody = await client.users_list()
    found = await client.users_lookupByEmail(email="camille@example.com")

    assert "locale" not in plain["user"]
    assert full["user"]["locale"] == "fr-FR"
    assert {m["real_name"] for m in everybody["members"]} == {
        "Camille Roux",
        "Sam Carter",
        "Margot Bell",
        "Vigie",
    }
    assert found["user"]["id"] == camille.id
    assert await refused(client.users_info(user="U1")) == "user_not_found"
    assert await refused(client.users_lookupByEmail(email="a@b.c")) == "users_not_found"


async def test_channels_are_listed_by_type_and_page(
    client: AsyncWebClient, standin: Standin
) -> None:
    standin.workspace.add_channel("war-room", private=True)
    standin.workspace.archive("#general")

    async def names(**asked: Any) -> list[str]:
        pages = await client.conversations_list(limit=2, **asked)
        return [channel["name"] async for page in pages for channel in page["channels"]]

    assert await names() == ["brand-watch", "care", "general", "vigie-admin"]
    assert await names(types="private_channel") == ["war-room"]
    assert "general" not in await names(exclude_archived=True)
    room = await client.conversations_info(channel=channel_id(standin, "war-room"))
    assert room["channel"]["is_private"] is True
    members = await client.conversations_members(channel=channel_id(standin, "care"))
    assert BOT_USER_ID in members["members"]


async def test_a_direct_conversation_is_opened_once(
    client: AsyncWebClient, standin: Standin
) -> None:
    sam = standin.person("Sam")
    first = await client.conversations_open(users=[sam.id])
    again = await client.conversations_open(users=sam.id)

    assert first["channel"]["id"] == again["channel"]["id"]
    assert again["already_open"] is True
    assert await refused(client.conversations_open(users=BOT_USER_ID)) == "cannot_dm_bot"


async def test_reactions_are_set_and_taken_back_once(
    client: AsyncWebClient, standin: Standin
) -> None:
    said = standin.person("Sam").post("#care", "look")
    where = {"channel": said.channel, "timestamp": said.ts}

    await client.reactions_add(name="eyes", **where)
    assert await refused(client.reactions_add(name="eyes", **where)) == "already_reacted"
    (seen,) = standin.messages("#care")
    assert (seen.reactions[0].name, seen.reactions[0].users) == ("eyes", (BOT_USER_ID,))
    await client.reactions_remove(name="eyes", **where)
    assert await refused(client.reactions_remove(name="eyes", **where)) == "no_reaction"
    assert await refused(client.reactions_add(name="No Such", **where)) == "invalid_name"


async def test_a_file_is_uploaded_and_shown_in_a_message(
    client: AsyncWebClient, standin: Standin
) -> None:
    care = channel_id(standin, "care")
    picture = b"\x89PNG not really"
    await client.files_upload_v2(
        channel=care, filename="trend.png", content=picture, title="Trend", initial_comment="See"
    )

    (message,) = standin.messages("#care")
    (file,) = message.files
    assert (message.text, file["title"], file["mimetype"]) == ("See", "Trend", "image/png")
    async with aiohttp.ClientSession() as session:
        served = await session.get(file["url_private"])
        assert (served.content_type, await served.read()) == ("image/png", picture)
    unsent = await client.files_getUploadURLExternal(filename="a.csv", length=3)
    assert (
        await refused(
            client.files_completeUploadExternal(files=[{"id": unsent["file_id"]}], channel_id=care)
        )
        == "file_not_found"
    )


async def test_an_install_code_is_exchanged_once(client: AsyncWebClient, standin: Standin) -> None:
    code = standin.install_code()
    answer = await client.api_call("oauth.v2.access", params={"code": code})

    assert answer["access_token"] == standin.bot_token
    again = client.api_call("oauth.v2.access", params={"code": code})
    assert await refused(again) == "invalid_code"


async def test_people_come_in_pages_too(client: AsyncWebClient) -> None:
    first = await client.users_list(limit=3)
    rest = await client.users_list(limit=3, cursor=first["response_metadata"]["next_cursor"])

    assert [len(page["members"]) for page in (first, rest)] == [3, 1]
    assert rest["response_metadata"]["next_cursor"] == ""
    for wrong in ("x", "bmV4dDotNQ==", "bmV4dDp4"):
        assert await refused(client.users_list(cursor=wrong)) == "invalid_cursor"
    assert await refused(client.users_list(limit=0)) == "invalid_limit"


async def test_each_kind_of_conversation_has_scopes_of_its_own() -> None:
    scopes = ("channels:read", "channels:history", "chat:write")
    standin = await Standin.start(app=AppSpec(scopes=scopes))
    client = client_of(standin)
    room = standin.workspace.add_channel("war-room", private=True).id
    try:
        assert (await client.conversations_list())["ok"] is True
        assert (await client.conversations_history(channel=channel_id(standin, "care")))["ok"]
        for call in (
            client.conversations_list(types="public_channel,private_channel"),
            client.conversations_info(channel=room),
            client.conversations_history(channel=room),
            client.conversations_open(users=standin.person("Sam").id),
        ):
            assert await refused(call) == "missing_scope"
        assert await refused(client.conversations_list(types="secret")) == "invalid_types"
    finally:
        await standin.close()
