"""The routes that the workspace's own page uses; errors are words for a person."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from urllib.parse import quote

from aiohttp import web

from bot.standin import shown
from bot.standin.errors import Refusal
from bot.standin.messages import Message
from bot.standin.people import Person
from bot.standin.rain import Social, dry, is_kind, is_language
from bot.standin.residents import PEOPLE, User
from bot.standin.stream import Streams
from bot.standin.views import View
from bot.standin.wire import Json, dumps, parsed
from bot.standin.world import World

LONGEST_POST = 500
"""Characters, as Mastodon has it."""
FURTHEST = 86_400
"""Seconds that the page winds the clock on by at once, at most."""
STATIC = Path(__file__).parent / "static"
_KINDS = {".js": "text/javascript", ".css": "text/css", ".html": "text/html"}
_BARE = (
    "<!doctype html><html lang=en><meta charset=utf-8><title>Workspace</title>"
    "<p>The workspace runs; its page is not installed here."
)

Deed = Callable[["Person", Json], Awaitable[Json | None]]


class Page:
    """Serves the page, and does in a person's name what the page asks."""

    def __init__(self, world: World, social: Social | None) -> None:
        self._world = world
        self._social = social
        self.streams = Streams(world, social)

    def routes(self) -> list[web.RouteDef]:
        """Every route of the page."""
        deeds: dict[str, Deed] = {
            "send": self._send,
            "action": self._act,
            "submit": self._submit,
            "close": self._close,
            "options": self._options,
            "shortcut": self._shortcut,
            "react": self._react,
            "rain": self._rain,
            "later": self._later,
            "read": self._read,
        }
        return [
            web.get("/", self._index),
            web.get("/static/{name:.+}", self._static),
            web.get(r"/archives/{channel:\w+}/p{ts:\d{7,20}}", self._permalink),
            web.get("/files/{file}", self._file),
            web.get("/page/state", self._state),
            web.get("/page/messages", self._messages),
            web.get("/page/thread", self._thread),
            web.get("/page/home", self._home),
            web.get("/page/events", self._events),
            *(web.post(f"/page/{name}", self._doing(deed)) for name, deed in deeds.items()),
        ]

    # what is read

    async def _index(self, request: web.Request) -> web.StreamResponse:
        index = STATIC / "index.html"
        if not index.is_file():
            return web.Response(text=_BARE, content_type="text/html")
        return _served(index)

    async def _static(self, request: web.Request) -> web.StreamResponse:
        name = request.match_info["name"]
        if name not in {path.name for path in STATIC.iterdir()}:
            raise web.HTTPNotFound
        return _served(STATIC / name)

    async def _permalink(self, request: web.Request) -> web.StreamResponse:
        """Lead to the message in the page, in its thread, whoever the reader is there."""
        channel, digits = request.match_info["channel"], request.match_info["ts"]
        thread = request.query.get("thread_ts") or f"{digits[:-6]}.{digits[-6:]}"
        raise web.HTTPFound(f"/#//{channel}/{quote(thread)}")

    async def _file(self, request: web.Request) -> web.StreamResponse:
        file = self._world.uploads.get(request.match_info["file"])
        if file is None or file.content is None:
            raise web.HTTPNotFound
        return web.Response(body=file.content, content_type=file.served_as)

    async def _state(self, request: web.Request) -> web.StreamResponse:
        return _ok(shown.state(self._world, self._reader(request).user, self._social))

    async def _messages(self, request: web.Request) -> web.StreamResponse:
        user = self._person(request.query).user
        channel = self._channel(user, request.query.get("channel", ""))
        return _ok({"messages": shown.level(self._world, user, channel)})

    async def _thread(self, request: web.Request) -> web.StreamResponse:
        user = self._person(request.query).user
        channel = self._channel(user, request.query.get("channel", ""))
        ts = request.query.get("ts", "")
        return _ok({"messages": shown.thread(self._world, user, channel, ts)})

    async def _home(self, request: web.Request) -> web.StreamResponse:
        person = self._person(request.query)
        return _ok({"view": shown.view(self._world, person.open_home())})

    async def _events(self, request: web.Request) -> web.StreamResponse:
        return await self.streams.serve(request, self._reader(request).user)

    # what is done

    def _doing(self, deed: Deed) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
        async def do(request: web.Request) -> web.StreamResponse:
            asked = await _body(request)
            return _ok(await deed(self._person(asked), asked) or {})

        return do

    async def _send(self, person: Person, asked: Json) -> None:
        channel, text = _word(asked, "channel"), _word(asked, "text")
        thread_ts = _word(asked, "thread_ts")
        self._channel(person.user, channel)
        if not text.startswith("/"):
            person.post(channel, text, thread_ts=thread_ts)
        elif thread_ts:
            raise Refusal("slash commands do not work in threads")
        else:
            await person.command(text, channel)

    async def _act(self, person: Person, asked: Json) -> None:
        element = asked.get("element")
        await person.act(
            self._target(person.user, asked),
            _word(asked, "action_id"),
            element if isinstance(element, dict) else {},
            block_id=_word(asked, "block_id"),
            values=_values(asked),
        )

    async def _submit(self, person: Person, asked: Json) -> Json:
        done = await person.submit(_values(asked), view=self._view(_word(asked, "view_id")))
        errors = {"errors": dict(done.errors)} if done.result == "errors" else {}
        return {"result": done.result, **errors}

    async def _close(self, person: Person, asked: Json) -> None:
        await person.close(self._view(_word(asked, "view_id")))

    async def _options(self, person: Person, asked: Json) -> Json:
        return await person.options(
            self._target(person.user, asked),
            _word(asked, "action_id"),
            _word(asked, "value"),
            block_id=_word(asked, "block_id"),
        )

    async def _shortcut(self, person: Person, asked: Json) -> None:
        message = self._message(person.user, asked) if asked.get("ts") else None
        await person.shortcut(_word(asked, "callback_id"), message)

    async def _react(self, person: Person, asked: Json) -> None:
        person.react(self._message(person.user, asked), _word(asked, "name").strip(":"))

    async def _rain(self, person: Person, asked: Json) -> Json:
        if self._social is None:
            raise Refusal("there is no social web beside this workspace")
        kind, language = asked.get("kind"), asked.get("language")
        if not (is_kind(kind) and is_language(language)):
            raise Refusal("a complaint, praise, a wave or an answer, in en or fr")
        text = _word(asked, "text").strip() or None
        if text and len(text) > LONGEST_POST:
            raise Refusal(f"a post has at most {LONGEST_POST} characters")
        posted = await self._social.rain(kind, language, text)
        if not posted:
            raise Refusal(dry(kind, language))
        return {"posted": posted}

    async def _later(self, person: Person, asked: Json) -> Json:
        """Wind the workspace's clock on: everybody's, whoever asks."""
        seconds = asked.get("seconds")
        if not isinstance(seconds, int | float) or not 0 < seconds <= FURTHEST:
            raise Refusal("time goes forward only, by a day at most")
        self._world.clock.forward(seconds)
        return {"now": self._world.clock.now()}

    async def _read(self, person: Person, asked: Json) -> None:
        self._channel(person.user, _word(asked, "channel"))

    # what is pointed at

    def _reader(self, request: web.Request) -> Person:
        """Who asks; the first of the residents where nobody has been chosen yet."""
        return self._person({"user": request.query.get("user") or PEOPLE[0].id})

    def _person(self, asked: Mapping[str, object]) -> Person:
        user = self._world.workspace.users.get(str(asked.get("user", "")))
        if user is None or user.is_bot:
            raise Refusal("nobody here has this user id")
        return Person(self._world, user)

    def _channel(self, user: User, channel_id: str) -> str:
        channel = self._world.workspace.channels.get(channel_id)
        if channel is None or not shown.sees(user, channel):
            raise Refusal("there is no such channel")
        return channel.id

    def _target(self, user: User, asked: Json) -> Message | View:
        where = asked.get("where")
        if not isinstance(where, dict):
            raise Refusal("where is missing")
        if where.get("type") == "view":
            return self._view(_word(where, "view_id"))
        return self._message(user, where)

    def _message(self, user: User, where: Json) -> Message:
        channel = self._channel(user, _word(where, "channel"))
        found = self._world.workspace.message(channel, _word(where, "ts"))
        if found is None:
            raise Refusal("this message is gone")
        return found

    def _view(self, view_id: str) -> View:
        if (found := self._world.views.find(view_id)) is None:
            raise Refusal("this window is closed")
        return found


@web.middleware
async def in_words(
    request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
) -> web.StreamResponse:
    """Answer a Refusal as the page shows it."""
    try:
        return await handler(request)
    except Refusal as refusal:
        return web.json_response({"ok": False, "error": str(refusal)}, dumps=dumps)


async def _body(request: web.Request) -> Json:
    try:
        asked = parsed(await request.read())
    except ValueError:
        raise Refusal("the page sent something that is not JSON") from None
    if not isinstance(asked, dict):
        raise Refusal("the page sent something that is not an object")
    return asked


def _values(asked: Json) -> Json:
    """What stands in the inputs: {block_id: {action_id: state}}."""
    values = asked.get("values") or {}
    if not isinstance(values, dict) or not all(_states(held) for held in values.values()):
        raise Refusal("the page sent values that no input holds")
    return values


def _states(held: object) -> bool:
    return isinstance(held, dict) and all(isinstance(state, dict) for state in held.values())


def _word(asked: Json, name: str) -> str:
    value = asked.get(name)
    return value if isinstance(value, str) else ""


def _ok(answer: Json) -> web.StreamResponse:
    return web.json_response({"ok": True, **answer}, dumps=dumps)


def _served(path: Path) -> web.StreamResponse:
    kind = _KINDS.get(path.suffix)
    headers = {"Cache-Control": "no-cache"} | ({"Content-Type": kind} if kind else {})
    return web.FileResponse(path, headers=headers)
