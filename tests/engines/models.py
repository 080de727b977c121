"""A server of language models that answers what a test tells it to, on both wires."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from aiohttp import web

from bot.engines.writer import Kind

Request = dict[str, Any]
Answer = Callable[[Request], web.StreamResponse | Awaitable[web.StreamResponse]]

PATHS: dict[Kind, str] = {"openai": "/v1/chat/completions", "anthropic": "/v1/messages"}


def statements(*made: tuple[str, Sequence[str]]) -> str:
    """An answer as it is asked for."""
    found = [{"words": words, "cites": list(cites)} for words, cites in made]
    return json.dumps({"statements": found})


class PlayedModel:
    """Answers `content` on whichever wire it is asked; `answer` takes the place of that."""

    def __init__(self) -> None:
        self.content = statements(("People ask how to stop the flashing.", ["p1"]))
        self.answer: Answer | None = None
        self.asked: list[Request] = []
        self.headers: list[dict[str, str]] = []
        self.paths: list[str] = []

    async def __call__(self, request: web.BaseRequest) -> web.StreamResponse:
        self.paths.append(request.path)
        self.headers.append({name.lower(): value for name, value in request.headers.items()})
        asked: Request = json.loads(await request.read())
        self.asked.append(asked)
        if self.answer is None:
            return self.says(self.content, request.path)
        made = self.answer(asked)
        return made if isinstance(made, web.StreamResponse) else await made

    def says(self, content: str, path: str) -> web.Response:
        if path == PATHS["anthropic"]:
            block = {"type": "text", "text": content}
            return web.json_response(
                {
                    "type": "message",
                    "role": "assistant",
                    "content": [block],
                    "stop_reason": "end_turn",
                }
            )
        message = {"role": "assistant", "content": content}
        return web.json_response({"choices": [{"message": message, "finish_reason": "stop"}]})

    @property
    def shown(self) -> str:
        """What it was handed last, on either wire."""
        return str(self.asked[-1]["messages"][-1]["content"])

    @property
    def told(self) -> str:
        """What it was told to do, on either wire."""
        asked = self.asked[-1]
        return str(asked.get("system") or asked["messages"][0]["content"])
