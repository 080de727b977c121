"""What a browser does with the page, without one."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

import aiohttp

from bot.standin import Standin
from bot.standin.rain import Language, RainKind


class Drizzle:
    """A social web that only counts."""

    def __init__(self) -> None:
        self.rained: list[tuple[str, str, str | None]] = []
        self._callback: Callable[[], None] = lambda: None

    async def rain(self, kind: RainKind, language: Language, text: str | None = None) -> int:
        self.rained.append((kind, language, text))
        self._callback()
        return 1

    def describe(self) -> Mapping[str, object]:
        return {"places": [], "phase": "quiet", "posts": len(self.rained)}

    def watch(self, callback: Callable[[], None]) -> None:
        self._callback = callback


class Browser:
    """What the page's JavaScript does, as one user."""

    def __init__(self, standin: Standin, session: aiohttp.ClientSession, user: str) -> None:
        self.user = user
        self._standin = standin
        self._session = session
        self._streams: list[aiohttp.ClientResponse] = []

    async def get(self, path: str, **query: str) -> dict[str, Any]:
        address = f"{self._standin.url}/page/{path}"
        async with self._session.get(address, params={"user": self.user, **query}) as answer:
            assert answer.status == 200
            read: dict[str, Any] = await answer.json()
            return read

    async def post(self, path: str, **body: Any) -> dict[str, Any]:
        address = f"{self._standin.url}/page/{path}"
        async with self._session.post(address, json={"user": self.user, **body}) as answer:
            assert answer.status == 200
            read: dict[str, Any] = await answer.json()
            return read

    async def listen(self) -> Stream:
        response = await self._session.get(
            f"{self._standin.url}/page/events", params={"user": self.user}
        )
        assert response.content_type == "text/event-stream"
        assert await response.content.readuntil(b"\n\n") == b": hello\n\n"
        self._streams.append(response)
        return Stream(response)

    def close(self) -> None:
        """Stop listening."""
        for stream in self._streams:
            stream.close()


class Stream:
    """An open event stream."""

    def __init__(self, response: aiohttp.ClientResponse) -> None:
        self._response = response

    async def next(self, kind: str) -> dict[str, Any]:
        """The next event of this type."""
        while True:
            line = (await self._response.content.readuntil(b"\n\n")).decode()
            if line.startswith("data: "):
                event: dict[str, Any] = json.loads(line.removeprefix("data: "))
                if event["type"] == kind:
                    return event

    async def ends(self) -> bool:
        """Whether nothing but the end is left."""
        return not (await self._response.content.read()).startswith(b"data")
