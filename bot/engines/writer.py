"""A language model that words summaries, over either of two wires: the chat API that OpenAI
described and most servers of such models speak (`POST {url}/chat/completions`,
https://platform.openai.com/docs/api-reference/chat), or Anthropic's Messages API
(`POST {url}/messages`, https://docs.anthropic.com/en/api/messages).

What it answers is judged elsewhere (`bot.domain.worded`): here it is only asked.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Literal, Protocol

import msgspec

from bot.domain.worded import SCHEMA
from bot.engines.wire import Transport, connection, posted
from bot.errors import ModelFailed

Kind = Literal["openai", "anthropic"]

PATIENCE = 20.0
"""Seconds for one answer."""

MAX_BYTES = 200_000
"""The longest answer that is read."""

MOST_TOKENS = 4_000
"""Tokens that an answer may have: eight statements are some five hundred, and some models think
first."""

REST = timedelta(minutes=2)
"""How long a server that did not answer is let alone: whoever asks meanwhile need not wait."""

ANTHROPIC_VERSION = "2023-06-01"
"""https://docs.anthropic.com/en/api/versioning"""

_RESTED = frozenset({"unreachable", "slow", "status"})


class Writer(Protocol):
    """Anything that words what it is handed."""

    @property
    def model(self) -> str:
        """What it is called, for readers."""

    async def write(self, task: str, data: str) -> str:
        """What it answers to `data`, when told to do `task`. Raises ModelFailed."""

    async def close(self) -> None:
        """Let go of what it holds."""


class _OpenAIMessage(msgspec.Struct, frozen=True):
    content: str | None = None
    refusal: str | None = None


class _Choice(msgspec.Struct, frozen=True):
    message: _OpenAIMessage
    finish_reason: str | None = None


class _OpenAIAnswer(msgspec.Struct, frozen=True):
    choices: list[_Choice]


class _Block(msgspec.Struct, frozen=True):
    type: str
    text: str = ""


class _AnthropicAnswer(msgspec.Struct, frozen=True):
    content: list[_Block]
    stop_reason: str | None = None


class ModelWriter:
    """A `Writer` on a server. `key` goes into one header, and nowhere else; `clock` tells the time
    by which a server that failed is let alone."""

    def __init__(
        self,
        url: str,
        model: str,
        kind: Kind,
        clock: Callable[[], datetime],
        *,
        key: str = "",
        patience: float = PATIENCE,
        transport: Transport | None = None,
    ) -> None:
        self.model = model
        self._kind = kind
        self._clock = clock
        self._patience = patience
        self._formed = True
        self._failed: datetime | None = None
        self._client = connection(url, _headers(kind, key), transport)

    async def write(self, task: str, data: str) -> str:
        if self._failed and abs(self._clock() - self._failed) < REST:
            raise ModelFailed("resting")
        try:
            return await self._write(task, data)
        except ModelFailed as error:
            self._failed = self._clock() if error.why in _RESTED else None
            raise

    async def close(self) -> None:
        await self._client.aclose()

    async def _write(self, task: str, data: str) -> str:
        if self._kind == "anthropic":
            return _said_by_anthropic(
                await self._ask("messages", _for_anthropic(self.model, task, data))
            )
        return _said_by_openai(await self._asked_of_openai(task, data))

    async def _asked_of_openai(self, task: str, data: str) -> bytes:
        """Servers that take neither a schema nor a limit are asked in words alone: from then on
        where they take that, and this once where they do not (it was the words that they
        refused)."""
        path, in_words = "chat/completions", _for_openai(self.model, task, data, formed=False)
        if not self._formed:
            return await self._ask(path, in_words)
        try:
            formed = _for_openai(self.model, task, data, formed=True)
            return await self._ask(path, formed, may_not_be_taken=True)
        except _NotTaken:
            body = await self._ask(path, in_words)
        self._formed = False
        return body

    async def _ask(
        self, path: str, asked: dict[str, object], *, may_not_be_taken: bool = False
    ) -> bytes:
        status, body = await posted(
            self._client, path, asked, patience=self._patience, most=MAX_BYTES
        )
        if status == 400 and may_not_be_taken:
            raise _NotTaken
        if status != 200:
            raise ModelFailed("status", f"the model’s server answers {status}")
        if len(body) > MAX_BYTES:
            raise ModelFailed("long")
        return body


class _NotTaken(Exception):
    """A question in a form that the server does not take."""


def _headers(kind: Kind, key: str) -> dict[str, str]:
    if kind == "anthropic":
        headers = {"anthropic-version": ANTHROPIC_VERSION}
        return headers | ({"x-api-key": key} if key else {})
    return {"Authorization": f"Bearer {key}"} if key else {}


def _for_openai(model: str, task: str, data: str, *, formed: bool) -> dict[str, object]:
    """No temperature: newer models refuse any but their own."""
    asked: dict[str, object] = {
        "model": model,
        "messages": [{"role": "system", "content": task}, {"role": "user", "content": data}],
    }
    if formed:
        schema = {"name": "summary", "strict": True, "schema": SCHEMA}
        asked["response_format"] = {"type": "json_schema", "json_schema": schema}
        asked["max_completion_tokens"] = MOST_TOKENS
    return asked


def _for_anthropic(model: str, task: str, data: str) -> dict[str, object]:
    return {
        "model": model,
        "max_tokens": MOST_TOKENS,
        "system": task,
        "messages": [{"role": "user", "content": data}],
    }


def _said_by_openai(body: bytes) -> str:
    try:
        answer = msgspec.json.decode(body, type=_OpenAIAnswer)
    except (msgspec.DecodeError, RecursionError) as error:  # brackets in brackets, too deep
        raise ModelFailed("garbled") from error
    if not answer.choices:
        raise ModelFailed("garbled")
    choice = answer.choices[0]
    if choice.message.refusal or choice.finish_reason == "content_filter":
        raise ModelFailed("refused")
    if choice.finish_reason == "length":
        raise ModelFailed("long")
    return choice.message.content or ""


def _said_by_anthropic(body: bytes) -> str:
    try:
        answer = msgspec.json.decode(body, type=_AnthropicAnswer)
    except (msgspec.DecodeError, RecursionError) as error:  # brackets in brackets, too deep
        raise ModelFailed("garbled") from error
    if answer.stop_reason == "refusal":
        raise ModelFailed("refused")
    if answer.stop_reason == "max_tokens":
        raise ModelFailed("long")
    return "".join(block.text for block in answer.content if block.type == "text")
