"""The page's routes: what a browser reads, does, and hears live."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from typing import Any

import aiohttp
import pytest
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from bot.standin import Standin
from tests.standin.browsing import Browser, Drizzle
from tests.standin.conftest import SPEC, Connect, channel_id


@pytest.fixture
def drizzle() -> Drizzle:
    return Drizzle()


@pytest.fixture
async def standin(drizzle: Drizzle) -> AsyncIterator[Standin]:
    started = await Standin.start(app=SPEC, social=drizzle)
    yield started
    await started.close()


@pytest.fixture
async def session() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession(trust_env=False) as made:
        yield made


@pytest.fixture
def sam(standin: Standin, session: aiohttp.ClientSession) -> Iterator[Browser]:
    browser = Browser(standin, session, standin.person("Sam").id)
    yield browser
    browser.close()


@pytest.fixture
def margot(standin: Standin, session: aiohttp.ClientSession) -> Iterator[Browser]:
    browser = Browser(standin, session, standin.person("Margot").id)
    yield browser
    browser.close()


async def test_the_state_is_all_that_a_page_needs_to_begin(standin: Standin, sam: Browser) -> None:
    state = await sam.get("state")

    assert state["ok"] is True
    assert state["me"]["real_name"] == "Sam Carter"
    assert [c["name"] for c in state["channels"]] == [
        "brand-watch",
        "care",
        "general",
        "vigie-admin",
    ]
    assert {u["id"] for u in state["users"]} >= {sam.user}
    (app,) = state["apps"]
    assert app["commands"][0] == {
        "command": "/vigie",
        "description": "Ask the lookout",
        "usage_hint": "summary",
        "examples": [],
    }
    assert [s["type"] for s in app["shortcuts"]] == ["global", "message"]
    assert (state["bot_connected"], state["social"]["phase"]) == (False, "quiet")


async def test_an_unknown_user_is_told_in_words(standin: Standin, sam: Browser) -> None:
    sam.user = "U0NOBODY"
    assert await sam.get("state") == {"ok": False, "error": "nobody here has this user id"}


async def test_a_message_is_sent_and_read_with_its_author(standin: Standin, sam: Browser) -> None:
    care = channel_id(standin, "care")
    assert (await sam.post("send", channel=care, text="hello <there>"))["ok"] is True
    (parent,) = (await sam.get("messages", channel=care))["messages"]
    await sam.post("send", channel=care, text="a reply", thread_ts=parent["ts"])

    assert parent["text"] == "hello &lt;there&gt;"
    assert parent["author"]["name"] == "Sam Carter"
    (level,) = (await sam.get("messages", channel=care))["messages"]
    assert level["reply_count"] == 1
    thread = await sam.get("thread", channel=care, ts=parent["ts"])
    assert [m["text"] for m in thread["messages"]] == ["hello &lt;there&gt;", "a reply"]


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ({"channel": "C0NOWHERE", "text": "x"}, "there is no such channel"),
        ({"text": "  "}, "an empty message cannot be sent"),
        ({"text": "/nope"}, "/nope is not a command here"),
        ({"text": "/vigie", "thread_ts": "1.2"}, "slash commands do not work in threads"),
        ({"text": "/vigie"}, "Vigie is not connected (dispatch_failed)"),
        ({"text": "x", "thread_ts": "1.000002"}, "the message that this answers is gone"),
    ],
)
async def test_what_cannot_be_sent_is_said_in_words(
    standin: Standin, sam: Browser, body: dict[str, str], words: str
) -> None:
    body = {"channel": channel_id(standin, "care")} | body
    assert await sam.post("send", **body) == {"ok": False, "error": words}


async def test_a_button_is_pressed_from_the_page(
    standin: Standin, sam: Browser, bolt: AsyncApp, connect: Connect
) -> None:
    @bolt.action("go")
    async def gone(ack: Any, respond: Any, action: dict[str, Any]) -> None:
        await ack()
        await respond(text=f"took {action['value']}", replace_original=True)

    await connect()
    text = {"type": "plain_text", "text": "Go"}
    button = {"type": "button", "action_id": "go", "text": text, "value": "7"}
    posted = await bolt.client.chat_postMessage(
        channel="#care",
        text="?",
        blocks=[{"type": "actions", "block_id": "b", "elements": [button]}],
    )
    stream = await sam.listen()
    where = {"type": "message", "channel": posted["channel"], "ts": posted["ts"]}
    done = await sam.post(
        "action",
        app=SPEC.id,
        where=where,
        block_id="b",
        action_id="go",
        element={"type": "button", "value": "forged"},
    )

    assert done == {"ok": True}
    changed = await stream.next("message_changed")
    assert changed["message"]["text"] == "took 7"


async def test_a_modal_is_filled_in_from_the_page(
    standin: Standin, sam: Browser, bolt: AsyncApp, connect: Connect
) -> None:
    note = {
        "type": "input",
        "block_id": "note",
        "label": {"type": "plain_text", "text": "Note"},
        "element": {"type": "plain_text_input", "action_id": "words"},
    }
    view = {
        "type": "modal",
        "callback_id": "note",
        "title": {"type": "plain_text", "text": "Note"},
        "submit": {"type": "plain_text", "text": "Keep"},
        "blocks": [note],
    }

    @bolt.shortcut("look")
    async def chosen(ack: Any, shortcut: dict[str, Any], client: Any) -> None:
        await ack()
        await client.views_open(trigger_id=shortcut["trigger_id"], view=view)

    @bolt.view("note")
    async def submitted(ack: Any, view: dict[str, Any]) -> None:
        words = view["state"]["values"]["note"]["words"]["value"]
        if words == "no":
            await ack(response_action="errors", errors={"note": "Say yes."})
        else:
            await ack()

    await connect()
    stream = await sam.listen()
    assert (await sam.post("shortcut", app=SPEC.id, callback_id="look"))["ok"] is True
    opened = (await stream.next("view"))["view"]

    async def submit(words: str) -> dict[str, Any]:
        values = {"note": {"words": {"type": "plain_text_input", "value": words}}}
        return await sam.post("submit", view_id=opened["id"], values=values)

    assert await submit("no") == {"ok": True, "result": "errors", "errors": {"note": "Say yes."}}
    assert await submit("yes") == {"ok": True, "result": "closed"}
    assert (await stream.next("view_closed"))["view_id"] == opened["id"]
    assert await submit("yes") == {"ok": False, "error": "this window is closed"}


async def test_the_stream_tells_each_what_they_may_see(
    standin: Standin, sam: Browser, margot: Browser, client: AsyncWebClient
) -> None:
    for_sam, for_margot = await sam.listen(), await margot.listen()
    care = channel_id(standin, "care")
    await client.chat_postEphemeral(channel=care, user=sam.user, text="only Sam")
    posted = await client.chat_postMessage(channel=care, text="all")
    await client.chat_postMessage(channel=care, text="reply", thread_ts=posted["ts"])
    await client.reactions_add(channel=care, timestamp=posted["ts"], name="eyes")
    await client.chat_delete(channel=care, ts=posted["ts"])

    private = (await for_sam.next("message"))["message"]
    assert (private["text"], private["is_ephemeral"]) == ("only Sam", True)
    assert (await for_margot.next("message"))["message"]["text"] == "all"
    assert (await for_margot.next("message"))["message"]["thread_ts"] == posted["ts"]
    assert (await for_margot.next("message_deleted"))["ts"] == posted["ts"]


async def test_the_stream_tells_when_the_bot_comes_and_goes(
    standin: Standin, sam: Browser, bolt: AsyncApp, connect: Connect
) -> None:
    stream = await sam.listen()
    handler = await connect()
    assert (await stream.next("bot"))["connected"] is True
    await handler.close_async()  # type: ignore[no-untyped-call]
    while (await stream.next("bot"))["connected"]:
        pass


async def test_a_home_is_shown_once_the_app_publishes_it(
    standin: Standin, sam: Browser, bolt: AsyncApp, connect: Connect
) -> None:
    @bolt.event("app_home_opened")
    async def opened(event: dict[str, Any], client: Any) -> None:
        view = {"type": "home", "blocks": [{"type": "divider"}]}
        await client.views_publish(user_id=event["user"], view=view)

    await connect()
    stream = await sam.listen()
    assert (await sam.get("home", app=SPEC.id))["view"] is None
    assert (await stream.next("home"))["view"]["type"] == "home"
    assert (await sam.get("home", app=SPEC.id))["view"]["blocks"][0]["type"] == "divider"


async def test_a_reaction_is_toggled(standin: Standin, sam: Browser) -> None:
    said = standin.person("Margot").post("#care", "look")
    where = {"channel": said.channel, "ts": said.ts, "name": "eyes"}
    for users in ((sam.user,), ()):
        await sam.post("react", **where)
        (seen,) = standin.messages("#care")
        assert tuple(u for reaction in seen.reactions for u in reaction.users) == users


async def test_it_rains_when_the_page_asks(
    standin: Standin, sam: Browser, drizzle: Drizzle
) -> None:
    stream = await sam.listen()
    rained = await sam.post("rain", kind="complaint", language="fr", text="Nul !")
    assert rained == {"ok": True, "posted": 1}
    assert drizzle.rained == [("complaint", "fr", "Nul !")]
    assert (await stream.next("social"))["social"]["posts"] == 1
    assert (await sam.post("rain", kind="frogs", language="en"))["ok"] is False


async def test_the_page_is_served_under_a_strict_policy(
    standin: Standin, session: aiohttp.ClientSession
) -> None:
    async with session.get(f"{standin.url}/") as index:
        assert index.status == 200
        assert index.content_type == "text/html"
        assert "default-src 'self'" in index.headers["Content-Security-Policy"]
    async with session.get(f"{standin.url}/static/..%2fpage.py") as outside:
        assert outside.status == 404


@pytest.mark.parametrize(
    "headers", [{"Host": "evil.example"}, {"Origin": "https://evil.example"}, {"Origin": "null"}]
)
async def test_other_names_and_other_sites_are_refused(
    standin: Standin, session: aiohttp.ClientSession, headers: dict[str, str]
) -> None:
    async with session.get(f"{standin.url}/page/state", headers=headers) as answer:
        assert answer.status == 403


async def test_streams_end_when_the_workspace_closes(standin: Standin, sam: Browser) -> None:
    stream = await sam.listen()
    await standin.close()
    assert await stream.ends()


@pytest.mark.parametrize("body", ["{", "[]"])
async def test_a_body_that_is_no_object_is_refused_in_words(
    standin: Standin, session: aiohttp.ClientSession, body: str
) -> None:
    async with session.post(f"{standin.url}/page/send", data=body) as answer:
        said = await answer.json()
    assert said["ok"] is False
    assert said["error"].startswith("the page sent something")


async def test_who_has_not_chosen_a_person_yet_is_the_first(
    standin: Standin, session: aiohttp.ClientSession
) -> None:
    async with session.get(f"{standin.url}/page/state") as answer:
        assert (await answer.json())["me"]["name"] == "sam"
    async with session.get(f"{standin.url}/page/events") as stream:
        assert stream.content_type == "text/event-stream"
    async with session.post(f"{standin.url}/page/read", json={}) as answer:
        assert (await answer.json())["error"] == "nobody here has this user id"


async def test_what_is_anothers_alone_cannot_be_touched(
    standin: Standin, sam: Browser, margot: Browser, client: AsyncWebClient
) -> None:
    sent = await client.chat_postMessage(channel=margot.user, text="for Margot")
    dm = {"channel": sent["channel"], "ts": sent["ts"]}
    care = channel_id(standin, "care")
    private = await client.chat_postEphemeral(channel=care, user=margot.user, text="for Margot")
    ephemeral = {"channel": care, "ts": private["message_ts"]}

    assert (await sam.post("react", **dm, name="eyes"))["error"] == "there is no such channel"
    assert (await sam.post("shortcut", **dm, callback_id="claim"))["ok"] is False
    assert (await sam.post("react", **ephemeral, name="eyes"))["error"] == "this message is gone"
    thread = await margot.get("thread", channel=care, ts=private["message_ts"])
    assert thread["messages"] == []
    reply = await sam.post("send", channel=care, text="hm", thread_ts=private["message_ts"])
    assert reply["error"] == "the message that this answers is gone"
    assert (await margot.post("react", **dm, name="eyes"))["ok"] is True


async def test_only_the_window_in_front_is_closed(
    standin: Standin, sam: Browser, client: AsyncWebClient
) -> None:
    view = {"type": "modal", "title": {"type": "plain_text", "text": "A"}, "blocks": []}
    first = standin.world.views.open(sam.user, view)
    second = standin.world.views.push(sam.user, view)

    below = await sam.post("close", view_id=first.id)
    assert below == {"ok": False, "error": "this window is not in front"}
    assert (await sam.post("close", view_id=second.id))["ok"] is True
    assert standin.world.views.top(sam.user) == first


@pytest.mark.parametrize("name", ["", "no such thing", "<b>", "x" * 200])
async def test_a_reaction_is_an_emoji(standin: Standin, sam: Browser, name: str) -> None:
    said = standin.person("Margot").post("#care", "look")
    answer = await sam.post("react", channel=said.channel, ts=said.ts, name=name)
    assert answer == {"ok": False, "error": "there is no such emoji"}


async def test_very_long_words_are_refused(standin: Standin, sam: Browser) -> None:
    sent = await sam.post("send", channel=channel_id(standin, "care"), text="x" * 12_001)
    assert sent["error"] == "a message has at most 12,000 characters"
    rained = await sam.post("rain", kind="complaint", language="en", text="x" * 501)
    assert rained["error"] == "a post has at most 500 characters"


@pytest.mark.parametrize(
    ("path", "mode", "status"),
    [
        ("/page/state", "no-cors", 403),
        ("/page/state", "navigate", 403),
        ("/static/app.js", "no-cors", 403),
        ("/", "navigate", 200),
        ("/", "no-cors", 403),
    ],
)
async def test_another_site_may_link_here_and_no_more(
    standin: Standin, session: aiohttp.ClientSession, path: str, mode: str, status: int
) -> None:
    for site in ("cross-site", "same-site"):
        headers = {"Sec-Fetch-Site": site, "Sec-Fetch-Mode": mode}
        async with session.get(standin.url + path, headers=headers) as answer:
            assert answer.status == status
            assert "frame-ancestors 'none'" in answer.headers["Content-Security-Policy"]
