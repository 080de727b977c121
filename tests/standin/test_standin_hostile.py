"""What no client should send: it is refused in words or with a code, and never with a 500."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Iterator
from io import BytesIO

import aiohttp
import pytest
from slack_sdk.web.async_client import AsyncWebClient
from yarl import URL

from bot.standin import UNLIMITED, Standin
from bot.standin.webapi.methods import METHODS
from tests.standin.conftest import SPEC, channel_id, refused

DEEP = "[" * 50_000
HALF = "\ud800"
NAMES = (
    "attachments",
    "blocks",
    "channel",
    "channel_id",
    "cursor",
    "email",
    "error",
    "files",
    "latest",
    "length",
    "limit",
    "message_ts",
    "metadata",
    "name",
    "text",
    "thread_ts",
    "timestamp",
    "trigger_id",
    "ts",
    "types",
    "users",
    "user_id",
    "view",
)
VALUES: tuple[object, ...] = (
    HALF,
    "\x00",
    0,
    -1,
    True,
    [],
    {},
    [[]],
    [{}],
    {"type": []},
    DEEP,
    "²",
    float("inf"),
)
OPTIONS: tuple[dict[str, object], ...] = (
    {"options": 5},
    {"option_groups": 5},
    {"option_groups": [{"options": 5}]},
    {"options": [{"value": ["x"]}], "initial_option": {"value": ["x"]}},
    {"options": [], "initial_options": 5},
)


@pytest.fixture
async def standin() -> AsyncIterator[Standin]:
    started = await Standin.start(app=SPEC, rates=UNLIMITED)
    yield started
    await started.close()


@pytest.fixture
async def session() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as opened:
        yield opened


def arguments(ts: str) -> Iterator[dict[str, object]]:
    """Sound arguments, one of them at a time made hostile."""
    good: dict[str, object] = {"channel": "#care", "text": "x", "ts": ts, "user": "U0CAMILLE1"}
    for name in NAMES:
        for value in VALUES:
            yield {**good, name: value}
    for chosen in OPTIONS:
        blocks = [{"type": "actions", "elements": [{"type": "static_select", **chosen}]}]
        yield {**good, "blocks": blocks, "view": {"type": "modal", "blocks": blocks}}
    yield {**good, "view": {"type": "modal", "blocks": 5}}


@pytest.mark.parametrize("method", sorted(METHODS))
async def test_no_argument_breaks_a_method(
    standin: Standin, session: aiohttp.ClientSession, method: str
) -> None:
    said = standin.person("Sam").post("#care", "look")
    token = standin.app_token if METHODS[method].needs == "app" else standin.bot_token
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}

    for given in arguments(said.ts):
        body = json.dumps(given)
        async with session.post(standin.api_url + method, data=body, headers=headers) as answer:
            assert answer.status == 200, given
            assert "ok" in await answer.json()


@pytest.mark.parametrize(
    ("content_type", "body", "code"),
    [
        ("application/json", b"{", "invalid_json"),
        ("application/json", b"\xff", "invalid_json"),
        ("application/json", DEEP.encode(), "invalid_json"),
        ("application/json", b'{"text": "\\ud800"}', "invalid_json"),
        ("application/json", b'{"limit": Infinity}', "invalid_json"),
        ("application/json", b"[]", "json_not_object"),
        ("application/json; charset=klingon", b"{}", "invalid_charset"),
        ("application/x-www-form-urlencoded; charset=klingon", b"a=1", "invalid_charset"),
        ("multipart/form-data; boundary=x", b"no such part", "invalid_form_data"),
    ],
)
async def test_a_body_that_cannot_be_read_is_refused_with_slacks_code(
    standin: Standin, session: aiohttp.ClientSession, content_type: str, body: bytes, code: str
) -> None:
    address = f"{standin.api_url}chat.postMessage"
    answer = await session.post(address, data=body, headers={"Content-Type": content_type})

    assert (answer.status, (await answer.json())["error"]) == (200, code)


async def test_a_body_beyond_a_megabyte_is_not_read(
    standin: Standin, session: aiohttp.ClientSession
) -> None:
    headers = {"Content-Type": "application/json"}
    for path in ("/api/chat.postMessage", "/page/send"):
        large = BytesIO(b'{"text": "%s"}' % (b"x" * 1_100_000))
        async with session.post(standin.url + path, data=large, headers=headers) as answer:
            assert answer.status == 413


async def test_metadata_is_kept_small(client: AsyncWebClient) -> None:
    metadata = {"event_type": "x", "event_payload": {"id": "x" * 17_000}}
    call = client.chat_postMessage(channel="#care", text="x", metadata=metadata)

    assert await refused(call) == "metadata_too_large"


@pytest.mark.parametrize(
    "path",
    [
        "/static/..%2fpage.py",
        "/static/%2e%2e/page.py",
        "/static/%2fetc%2fpasswd",
        "/static/%00",
        f"/static/{'a' * 3000}",
        "/archives/C0/p1",
        "/files/..%2f..%2fpage.py",
    ],
)
async def test_no_path_leads_out_of_what_is_served(
    standin: Standin, session: aiohttp.ClientSession, path: str
) -> None:
    async with session.get(URL(standin.url + path, encoded=True)) as answer:
        assert answer.status == 404


@pytest.mark.parametrize(
    "values", [{"a": 1}, {"a": {"b": 1}}, {"day": {"value": 5}}, [], {"press": {"go": {}}}]
)
async def test_values_that_no_input_holds_are_refused_in_words(
    standin: Standin,
    client: AsyncWebClient,
    session: aiohttp.ClientSession,
    values: object,
) -> None:
    sam = standin.person("Sam")
    title = {"type": "plain_text", "text": "A window"}
    button = {"type": "button", "action_id": "go", "text": title}
    opened = await client.views_open(
        trigger_id=standin.world.triggers.issue(sam.id),
        view={
            "type": "modal",
            "title": title,
            "blocks": [{"type": "actions", "block_id": "press", "elements": [button]}],
        },
    )
    asked = {"user": sam.id, "view_id": opened["view"]["id"], "values": values or [1]}
    async with session.post(f"{standin.url}/page/submit", json=asked) as answer:
        told = await answer.json()

    assert answer.status == 200
    assert not told["ok"]
    assert told["error"]


@pytest.mark.parametrize("body", [b"\xff", DEEP.encode(), b'{"text": "\\ud800"}', b"[]"])
async def test_the_page_cannot_say_what_cannot_be_sent_on(
    standin: Standin, session: aiohttp.ClientSession, body: bytes
) -> None:
    async with session.post(f"{standin.url}/page/send", data=body) as answer:
        assert not (await answer.json())["ok"]

    assert standin.messages("#care") == ()


async def test_a_select_takes_only_what_it_offers(
    standin: Standin, client: AsyncWebClient, session: aiohttp.ClientSession
) -> None:
    words = {"type": "plain_text", "text": "One"}
    select = {
        "type": "static_select",
        "action_id": "pick",
        "options": [{"text": words, "value": "1"}],
    }
    posted = await client.chat_postMessage(
        channel="#care",
        text="pick",
        blocks=[{"type": "actions", "block_id": "b", "elements": [select]}],
    )
    where = {"type": "message", "channel": channel_id(standin, "care"), "ts": posted["ts"]}
    forged = {"selected_option": {"text": words, "value": "2"}}
    asked = {
        "user": standin.person("Sam").id,
        "where": where,
        "block_id": "b",
        "action_id": "pick",
        "element": forged,
    }
    async with session.post(f"{standin.url}/page/action", json=asked) as answer:
        told = await answer.json()

    assert told["error"] == "no option has the value '2'"
