"""The Web API through an unmodified slack_sdk client: what it does and what it refuses."""

from __future__ import annotations

from typing import Any

import aiohttp
import msgspec
import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.standin import UNLIMITED, AppSpec, Standin
from bot.standin.residents import BOT_USER_ID
from tests.standin.conftest import SPEC, channel_id, client_of, refused

# who may call


async def test_auth_test_tells_who_the_app_is_and_what_it_may(
    client: AsyncWebClient, standin: Standin
) -> None:
    answer = await client.auth_test()

    assert answer["user_id"] == BOT_USER_ID
    assert answer["url"] == f"{standin.url}/"
    assert "chat:write" in answer.headers["x-oauth-scopes"].split(",")


async def test_tokens_are_checked(standin: Standin) -> None:
    assert await refused(client_of(standin, "xoxb-wrong").auth_test()) == "invalid_auth"
    assert await refused(AsyncWebClient(base_url=standin.api_url).auth_test()) == "not_authed"
    client = client_of(standin)
    wrong_kind = client.apps_connections_open(app_token=standin.bot_token)
    assert await refused(wrong_kind) == "not_allowed_token_type"
    assert await refused(client_of(standin, standin.app_token).auth_test()) == (
        "not_allowed_token_type"
    )
    assert await refused(client.api_call("chat.shout")) == "unknown_method"


async def test_a_scope_that_the_app_lacks_is_named() -> None:
    standin = await Standin.start(app=AppSpec(scopes=("commands",)))
    try:
        with pytest.raises(SlackApiError) as refusal:
            await client_of(standin).chat_postMessage(channel="#care", text="hello")
    finally:
        await standin.close()
    assert refusal.value.response["error"] == "missing_scope"
    assert refusal.value.response["needed"] == "chat:write"
    assert refusal.value.response["provided"] == "commands"


# where and what may be posted


async def test_a_message_is_posted_by_id_by_name_and_to_a_person(
    client: AsyncWebClient, standin: Standin
) -> None:
    care, sam = channel_id(standin, "care"), standin.person("Sam")
    for channel in (care, "#care", "care", sam.id):
        answer = await client.chat_postMessage(channel=channel, text="hello")
        assert answer["message"]["bot_id"]

    assert [m.text for m in standin.messages("#care")] == ["hello"] * 3
    assert answer["channel"].startswith("D")


async def test_closed_channels_are_refused(client: AsyncWebClient, standin: Standin) -> None:
    standin.workspace.add_channel("elsewhere", bot=False)
    standin.workspace.add_channel("secret", private=True, bot=False)
    standin.workspace.archive("#care")

    async def posting_to(channel: str) -> str:
        return await refused(client.chat_postMessage(channel=channel, text="hello"))

    assert await posting_to("#nowhere") == "channel_not_found"
    assert await posting_to("#secret") == "channel_not_found"
    assert await posting_to("#elsewhere") == "not_in_channel"
    assert await posting_to("#care") == "is_archived"
    await client.conversations_join(channel=channel_id(standin, "elsewhere"))
    await client.chat_postMessage(channel="#elsewhere", text="hello")


async def test_content_that_slack_would_not_take_is_refused(
    client: AsyncWebClient, standin: Standin
) -> None:
    async def posting(**content: Any) -> str:
        standin.clock.forward(1)
        said = {"channel": "#care", **content}
        return await refused(client.api_call("chat.postMessage", json=said))

    section = {"type": "section", "text": {"type": "mrkdwn", "text": "x" * 3001}}
    many = [{"type": "section", "text": {"type": "mrkdwn", "text": "x" * 2900}} for _ in range(5)]
    assert await posting(text=" ") == "no_text"
    assert await posting(text="x" * 40_001) == "msg_too_long"
    assert await posting(text="x", blocks=[section]) == "invalid_blocks"
    assert await posting(text="x", blocks="{not json") == "invalid_blocks_format"
    assert await posting(text="x", blocks=many) == "msg_blocks_too_long"
    assert await posting(text="x", thread_ts="123.000456") == "thread_not_found"
    assert await posting(text="x", metadata={"event_type": 7}) == "invalid_metadata_format"


async def test_a_refusal_of_blocks_points_at_the_fault(client: AsyncWebClient) -> None:
    button = {"type": "button", "text": {"type": "plain_text", "text": "x" * 76}}
    with pytest.raises(SlackApiError) as refusal:
        await client.chat_postMessage(
            channel="#care", text="x", blocks=[{"type": "actions", "elements": [button]}]
        )
    assert refusal.value.response["response_metadata"]["messages"] == [
        "[ERROR] must be less than 76 characters [json-pointer:/blocks/0/elements/0/text/text]"
    ]


async def test_one_message_a_second_and_a_small_burst_go_into_a_channel(
    client: AsyncWebClient, standin: Standin
) -> None:
    for _ in range(4):
        await client.chat_postMessage(channel="#care", text="burst")
    with pytest.raises(SlackApiError) as refusal:
        await client.chat_postMessage(channel="#care", text="too much")

    assert refusal.value.response.status_code == 429
    assert refusal.value.response["error"] == "ratelimited"
    assert int(refusal.value.response.headers["Retry-After"]) == 1
    await client.chat_postMessage(channel="#brand-watch", text="another channel")
    standin.clock.forward(1)
    await client.chat_postMessage(channel="#care", text="a second later")


async def test_rates_can_be_switched_off() -> None:
    standin = await Standin.start(app=SPEC, rates=UNLIMITED)
    try:
        client = client_of(standin)
        for n in range(12):
            await client.chat_postMessage(channel="#care", text=str(n))
    finally:
        await standin.close()
    assert [m.text for m in standin.messages("#care")] == [str(n) for n in range(12)]


# threads, changes, history


async def test_replies_gather_under_their_parent(client: AsyncWebClient, standin: Standin) -> None:
    care = channel_id(standin, "care")
    parent = await client.chat_postMessage(channel=care, text="parent")
    first = await client.chat_postMessage(channel=care, text="1", thread_ts=parent["ts"])
    await client.chat_postMessage(
        channel=care, text="2", thread_ts=first["ts"], reply_broadcast=True
    )

    thread = await client.conversations_replies(channel=care, ts=parent["ts"])
    assert [m["text"] for m in thread["messages"]] == ["parent", "1", "2"]
    assert thread["messages"][0]["reply_count"] == 2
    level = await client.conversations_history(channel=care)
    assert [m["text"] for m in level["messages"]] == ["2", "parent"]
    assert level["messages"][0]["root"] == level["messages"][1]
    assert await refused(client.conversations_replies(channel=care, ts="1.000001")) == (
        "thread_not_found"
    )


async def test_history_shows_metadata_only_to_who_asks(
    client: AsyncWebClient, standin: Standin
) -> None:
    care = channel_id(standin, "care")
    metadata = {"event_type": "vigie_alert", "event_payload": {"id": "a1"}}
    await client.chat_postMessage(channel=care, text="alert", metadata=metadata)

    (plain,) = (await client.conversations_history(channel=care))["messages"]
    (full,) = (await client.conversations_history(channel=care, include_all_metadata=True))[
        "messages"
    ]
    assert "metadata" not in plain
    assert full["metadata"] == metadata


async def test_history_is_bounded_and_paged(client: AsyncWebClient, standin: Standin) -> None:
    care, sam = channel_id(standin, "care"), standin.person("Sam")
    ts = [sam.post("#care", str(n)).ts for n in range(5)]

    async def texts(**bounds: Any) -> list[str]:
        page = await client.conversations_history(channel=care, **bounds)
        return [message["text"] for message in page["messages"]]

    assert await texts(oldest=ts[1], latest=ts[3]) == ["2"]
    assert await texts(oldest=ts[1], latest=ts[3], inclusive=True) == ["3", "2", "1"]
    pages = [
        [message["text"] for message in page["messages"]]
        async for page in await client.conversations_history(channel=care, limit=2)
    ]
    assert pages == [["4", "3"], ["2", "1"], ["0"]]
    assert await refused(client.conversations_history(channel=care, cursor="?")) == "invalid_cursor"
    assert await refused(client.conversations_history(channel=care, oldest="x")) == (
        "invalid_ts_oldest"
    )


async def test_only_its_own_messages_can_be_changed(
    client: AsyncWebClient, standin: Standin
) -> None:
    said = standin.person("Sam").post("#care", "mine")
    own = await client.chat_postMessage(channel="#care", text="first", blocks=[{"type": "divider"}])
    where: dict[str, Any] = {"channel": said.channel}

    assert await refused(client.chat_update(**where, ts=said.ts, text="x")) == "cant_update_message"
    assert await refused(client.chat_update(**where, ts="1.000001", text="x")) == (
        "message_not_found"
    )
    assert await refused(client.chat_delete(**where, ts=said.ts)) == "cant_delete_message"
    changed = await client.chat_update(**where, ts=own["ts"], text="second")
    assert changed["message"]["edited"]["user"] == BOT_USER_ID
    assert [b["type"] for b in changed["message"]["blocks"]] == ["divider"]
    await client.chat_delete(**where, ts=own["ts"])
    assert [m.text for m in standin.messages("#care")] == ["mine"]


async def test_an_ephemeral_is_for_a_member_and_leaves_no_history(
    client: AsyncWebClient, standin: Standin
) -> None:
    care, sam = channel_id(standin, "care"), standin.person("Sam")
    await client.chat_postEphemeral(channel=care, user=sam.id, text="psst")
    standin.workspace.leave("#care", sam.id)

    assert [m.text for m in sam.ephemerals("#care")] == ["psst"]
    assert (await client.conversations_history(channel=care))["messages"] == []
    assert await refused(client.chat_postEphemeral(channel=care, user=sam.id, text="x")) == (
        "user_not_in_channel"
    )


async def test_a_permalink_leads_to_the_page(client: AsyncWebClient, standin: Standin) -> None:
    said = standin.person("Sam").post("#care", "look")
    answer = await client.chat_getPermalink(channel=said.channel, message_ts=said.ts)

    assert (
        answer["permalink"] == f"{standin.url}/archives/{said.channel}/p{said.ts.replace('.', '')}"
    )
    async with aiohttp.ClientSession() as session:
        page = await session.get(answer["permalink"], allow_redirects=False)
    assert page.headers["Location"] == f"/#//{said.channel}/{said.ts}"


# bodies of every kind


@pytest.mark.parametrize("kind", ["form", "json", "query"])
async def test_arguments_come_as_form_as_json_or_in_the_query(standin: Standin, kind: str) -> None:
    blocks = '[{"type": "divider"}]'
    arguments = {"channel": "#care", "text": "hello", "blocks": blocks}
    option = {"form": "data", "json": "json", "query": "params"}[kind]
    async with aiohttp.ClientSession() as session:
        answer = await session.post(
            f"{standin.api_url}chat.postMessage",
            headers={"Authorization": f"Bearer {standin.bot_token}"},
            **{option: arguments},  # type: ignore[arg-type]
        )
        said = await answer.json()

    assert said["ok"] is True
    assert said["message"]["blocks"][0]["type"] == "divider"
    assert said["message"]["blocks"][0]["block_id"]


@pytest.mark.parametrize(("body", "code"), [("{", "invalid_json"), ("[]", "json_not_object")])
async def test_a_body_that_is_no_json_object_is_refused(
    standin: Standin, body: str, code: str
) -> None:
    async with aiohttp.ClientSession() as session:
        answer = await session.post(
            f"{standin.api_url}auth.test", data=body, headers={"Content-Type": "application/json"}
        )
        assert (await answer.json())["error"] == code


async def test_what_was_called_is_remembered_without_the_token(
    client: AsyncWebClient, standin: Standin
) -> None:
    await client.chat_postMessage(channel="#care", text="hello")
    (call,) = standin.calls_of("chat.postMessage")

    assert call.arguments["text"] == "hello"
    assert (call.status, call.error) == (200, "")
    assert standin.bot_token not in msgspec.json.encode(standin.calls).decode()


async def test_it_listens_on_loopback_alone() -> None:
    with pytest.raises(ValueError, match=r"127\.0\.0\.1 alone"):
        await Standin.start("0.0.0.0")  # noqa: S104
