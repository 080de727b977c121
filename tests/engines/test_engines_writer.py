"""A language model that words summaries, on the wires of two makers; its server is on loopback."""

from __future__ import annotations

import asyncio
import gzip
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from datetime import timedelta

import pytest
from aiohttp import web

from bot.engines.writer import MAX_BYTES, REST, Kind, ModelWriter
from bot.errors import ModelFailed
from tests.engines.models import PATHS, PlayedModel
from tests.loopback import Serve
from tests.memory import most_memory
from tests.services.conftest import HandClock

KINDS: tuple[Kind, ...] = ("openai", "anthropic")


@pytest.fixture
def model() -> PlayedModel:
    return PlayedModel()


@pytest.fixture
def clock() -> HandClock:
    return HandClock()


@pytest.fixture(params=KINDS)
async def writer(
    request: pytest.FixtureRequest, serve: Serve, model: PlayedModel, clock: HandClock
) -> AsyncIterator[ModelWriter]:
    async with AsyncExitStack() as opened:
        url = await serve(model) + "/v1"
        made = ModelWriter(url, "small", request.param, clock, key="s3cret")
        opened.push_async_callback(made.close)
        yield made


async def failure(writer: ModelWriter, data: str = "these data") -> ModelFailed:
    with pytest.raises(ModelFailed) as raised:
        await writer.write("Do this.", data)
    assert "s3cret" not in str(raised.value)
    return raised.value


async def test_task_and_data_go_apart_and_what_it_says_comes_back(
    writer: ModelWriter, model: PlayedModel
) -> None:
    model.content = "anything"
    assert await writer.write("Do this.", "these data") == "anything"
    assert (model.told, model.shown) == ("Do this.", "these data")
    assert "these data" not in model.told
    assert model.asked[0]["model"] == "small"
    assert "tools" not in model.asked[0]
    assert "stream" not in model.asked[0]


async def test_each_wire_has_its_path_and_its_header_for_the_key(
    serve: Serve, model: PlayedModel, clock: HandClock
) -> None:
    url = await serve(model) + "/v1/"
    for kind in KINDS:
        writer = ModelWriter(url, "small", kind, clock, key="s3cret")
        await writer.write("t", "d")
        await writer.close()
    assert model.paths == [PATHS["openai"], PATHS["anthropic"]]
    openai, anthropic = model.headers
    assert openai["authorization"] == "Bearer s3cret"
    assert (anthropic["x-api-key"], anthropic["anthropic-version"]) == ("s3cret", "2023-06-01")
    assert "authorization" not in anthropic
    assert model.asked[1]["max_tokens"] == 4000


async def test_a_server_that_takes_no_schema_is_asked_in_words(
    serve: Serve, model: PlayedModel, clock: HandClock
) -> None:
    def plain_alone(asked: dict[str, object]) -> web.StreamResponse:
        if "response_format" in asked:
            return web.Response(status=400)
        return model.says("in words", PATHS["openai"])

    model.answer = plain_alone
    writer = ModelWriter(await serve(model) + "/v1", "small", "openai", clock)
    try:
        assert await writer.write("t", "d") == "in words"
        assert await writer.write("t", "d") == "in words"
    finally:
        await writer.close()
    assert ["response_format" in asked for asked in model.asked] == [True, False, False]


async def test_one_question_that_is_refused_costs_the_others_neither_schema_nor_limit(
    serve: Serve, model: PlayedModel, clock: HandClock
) -> None:
    def no_rude_words(asked: dict[str, object]) -> web.StreamResponse:
        if "rude" in str(asked):
            return web.Response(status=400)
        return model.says("in form", PATHS["openai"])

    model.answer = no_rude_words
    writer = ModelWriter(await serve(model) + "/v1", "small", "openai", clock)
    try:
        assert (await failure(writer, "rude")).why == "status"
        clock.turn(timedelta(minutes=3))
        assert await writer.write("t", "d") == "in form"
    finally:
        await writer.close()
    assert ["response_format" in asked for asked in model.asked] == [True, False, True]


@pytest.mark.parametrize("status", [401, 404, 429, 500, 302])
async def test_a_server_that_refuses_is_told_of_by_its_status(
    writer: ModelWriter, model: PlayedModel, status: int
) -> None:
    model.answer = lambda _: web.Response(status=status, text="no s3cret for you")
    error = await failure(writer)
    assert error.why == "status"
    assert str(status) in str(error)


async def test_a_slow_server_is_not_waited_for(
    writer: ModelWriter, model: PlayedModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writer, "_patience", 0.2)
    gone = asyncio.Event()

    async def never(_: object) -> web.StreamResponse:
        await gone.wait()
        return web.Response()

    model.answer = never
    assert (await failure(writer)).why == "slow"
    gone.set()


async def test_an_answer_of_many_megabytes_is_not_read_to_its_end(
    writer: ModelWriter, model: PlayedModel
) -> None:
    model.answer = lambda _: web.Response(body=b" " * 50 * MAX_BYTES)
    assert (await failure(writer)).why == "long"


async def test_an_answer_that_is_packed_though_nobody_asked_is_not_unpacked(
    writer: ModelWriter, model: PlayedModel
) -> None:
    bomb = gzip.compress(b" " * 20_000_000)
    packed = {"Content-Encoding": "gzip"}
    model.answer = lambda _: web.Response(body=bomb, headers=packed)
    with most_memory() as most:
        assert (await failure(writer)).why == "garbled"
    assert most() < 10_000_000


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{}",
        b"[]",
        b"\xff",
        b'{"choices": []}',
        b"<html>",
        pytest.param(b'{"x": ' + b"[" * 90_000, id="too deep"),
    ],
)
async def test_what_no_such_server_says_is_garbled(
    writer: ModelWriter, model: PlayedModel, body: bytes
) -> None:
    model.answer = lambda _: web.Response(body=body)
    assert (await failure(writer)).why == "garbled"


async def test_a_refusal_is_told_as_one(writer: ModelWriter, model: PlayedModel) -> None:
    model.answer = lambda _: web.json_response(
        {
            "content": [],
            "stop_reason": "refusal",
            "choices": [{"message": {"content": None, "refusal": "No."}}],
        }
    )
    assert (await failure(writer)).why == "refused"


async def test_an_answer_that_was_cut_off_is_too_long(
    writer: ModelWriter, model: PlayedModel
) -> None:
    model.answer = lambda _: web.json_response(
        {
            "content": [{"type": "text", "text": '{"statements": ['}],
            "stop_reason": "max_tokens",
            "choices": [{"message": {"content": "{"}, "finish_reason": "length"}],
        }
    )
    assert (await failure(writer)).why == "long"


async def test_a_server_that_failed_is_let_alone_for_a_while(
    writer: ModelWriter, model: PlayedModel, clock: HandClock
) -> None:
    model.answer = lambda _: web.Response(status=500)
    await failure(writer)
    assert (await failure(writer)).why == "resting"
    assert len(model.asked) == 1
    model.answer = None
    clock.turn(REST + timedelta(seconds=1))
    assert await writer.write("t", "d") == model.content


async def test_a_server_that_is_not_there_is_out_of_reach(clock: HandClock) -> None:
    writer = ModelWriter("http://127.0.0.1:9/v1", "small", "openai", clock)
    try:
        assert (await failure(writer)).why == "unreachable"
    finally:
        await writer.close()
