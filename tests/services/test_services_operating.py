"""The pages that tell how Vigie is, and what it says when it hears nothing."""

from __future__ import annotations

import asyncio
import json
import re
import threading
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import replace
from datetime import timedelta
from functools import partial
from pathlib import Path

import httpx
import pytest
from aiohttp import web
from prometheus_client.parser import text_string_to_metric_families

from bot import metrics
from bot.config import loads
from bot.config.operating import Operating
from bot.errors import ConfigError
from bot.operating.gauges import gauges
from bot.operating.pages import shown
from bot.operating.parts import Parts
from bot.operating.selfwatch import Hearing, Heartbeat
from bot.services import ingest
from bot.services.base import Services
from bot.sources.http import PoliteClient
from tests.builders import a_post
from tests.loopback import Serve
from tests.services.conftest import CONFIG, HandClock, ScriptedSource

DOCS = Path(__file__).parents[2] / "docs"
ANY_PORT = 'listen = "127.0.0.1:0"'


def operating(lines: str, **environment: str) -> Operating:
    return loads(f"{CONFIG}\n[operate]\n{lines}", environment=environment).operating


@pytest.fixture
def source(scripted: dict[str, ScriptedSource]) -> ScriptedSource:
    return next(iter(scripted.values()))


@pytest.fixture
async def parts(services: Services) -> Parts:
    return Parts(services, slack=lambda: True)


@pytest.fixture
async def pages(parts: Parts) -> AsyncIterator[httpx.AsyncClient]:
    async with shown(parts, operating(ANY_PORT)) as port:
        url = f"http://127.0.0.1:{port}"
        async with httpx.AsyncClient(base_url=url, trust_env=False) as client:
            yield client


async def test_it_is_alive_while_it_answers(pages: httpx.AsyncClient) -> None:
    assert (await pages.get("/healthz")).json() == {"alive": True}


async def test_while_the_loop_hangs_whoever_asks_whether_it_lives_gets_no_answer(
    pages: httpx.AsyncClient,
) -> None:
    url, asked, answered = str(pages.base_url), threading.Event(), threading.Event()

    def probe() -> str:
        asked.set()
        try:
            return httpx.get(f"{url}/healthz", timeout=0.3, trust_env=False).text
        except httpx.TimeoutException:
            return "no answer"
        finally:
            answered.set()

    probing = asyncio.create_task(asyncio.to_thread(probe))
    while not asked.is_set():  # noqa: ASYNC110  (a thread sets it)
        await asyncio.sleep(0)
    answered.wait(10)  # here the loop hangs
    assert await probing == "no answer"


async def test_it_is_ready_while_every_part_works(pages: httpx.AsyncClient) -> None:
    answer = await pages.get("/readyz")
    assert answer.status_code == 200
    assert set(answer.json()["parts"]) == {"store", "slack", "polls"}


async def test_a_part_that_does_not_work_is_named(pages: httpx.AsyncClient, parts: Parts) -> None:
    parts.slack = lambda: False
    parts.services.records.refused.set()
    answer = await pages.get("/readyz")
    assert answer.status_code == 503
    told = answer.json()
    assert told["ready"] is False
    assert told["parts"]["slack"] == {"ready": False, "words": "is not connected"}
    assert told["parts"]["store"] == {"ready": False, "words": "takes nothing more"}
    assert told["parts"]["polls"]["ready"] is True
    assert (await pages.get("/healthz")).status_code == 200


async def test_prometheus_reads_what_was_counted(
    pages: httpx.AsyncClient, services: Services, source: ScriptedSource
) -> None:
    before = await figures(pages)
    source.will_show(a_post(id="p1", text="a lumo lamp"))
    await ingest.poll(services, services.config.watches[0], source.name)
    after = await figures(pages)

    def more(name: str, **labels: str) -> float:
        key = name, frozenset(labels.items())
        return after.get(key, 0.0) - before.get(key, 0.0)

    assert more("vigie_polls_total", source=source.name, result="ok") == 1
    assert more("vigie_posts_total", source=source.name) == 1
    assert more("vigie_mentions_total", source=source.name) == 1
    assert after["vigie_ready", frozenset({("part", "slack")})] == 1
    assert after["vigie_watches", frozenset()] == 1
    assert after["vigie_outbox_waiting", frozenset()] == 0


async def figures(
    pages: httpx.AsyncClient,
) -> dict[tuple[str, frozenset[tuple[str, str]]], float]:
    """Every sample of /metrics, by its name and its labels."""
    text = (await pages.get("/metrics")).text
    return {
        (sample.name, frozenset(sample.labels.items())): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


async def test_nobody_is_told_where_nobody_is_to_be(parts: Parts) -> None:
    async with shown(parts, operating('listen = ""')) as port:
        assert port == 0


async def test_a_port_that_is_taken_keeps_nobody_from_keeping_watch(parts: Parts) -> None:
    async with AsyncExitStack() as stack:
        taken = await stack.enter_async_context(shown(parts, operating(ANY_PORT)))
        there = operating(f'listen = "127.0.0.1:{taken}"')
        assert await stack.enter_async_context(shown(parts, there)) == 0


@pytest.mark.parametrize(
    ("lines", "place"),
    [
        ('listen = "9124"', "operate.listen"),
        ('listen = "localhost:70000"', "operate.listen"),
        ('heartbeat = "1s"', "operate.heartbeat"),
        ('deaf_after = "0s"', "operate.deaf_after"),
    ],
)
def test_what_cannot_be_is_told_with_its_place(lines: str, place: str) -> None:
    with pytest.raises(ConfigError, match=place):
        operating(lines)


def test_the_address_of_the_heartbeat_is_a_secret() -> None:
    secret = "https://beat.example.org/s3cret"
    found = operating("", VIGIE_HEARTBEAT_URL=f" {secret}\n")
    assert found.heartbeat.value == secret
    assert "s3cret" not in repr(found)
    with pytest.raises(ConfigError, match="VIGIE_HEARTBEAT_URL") as told:
        operating("", VIGIE_HEARTBEAT_URL="file:///s3cret")
    assert "s3cret" not in str(told.value)


class TestHearing:
    """Whether any poll goes well."""

    @pytest.fixture
    def hearing(self, parts: Parts) -> Hearing:
        return Hearing(parts, timedelta(minutes=3))

    async def test_three_looks_in_vain_are_told_once(
        self, hearing: Hearing, parts: Parts, source: ScriptedSource
    ) -> None:
        await poll(parts, source)
        for _ in range(6):
            await hearing.look()
        assert [words for words in await notices(parts) if "No source has answered" in words]
        assert len(await notices(parts)) == 1
        assert parts.deaf

    async def test_what_is_polled_meanwhile_is_no_look_in_vain(
        self, hearing: Hearing, parts: Parts, source: ScriptedSource, clock: HandClock
    ) -> None:
        for _ in range(9):
            await poll(parts, source)
            await hearing.look()
            clock.turn(timedelta(minutes=1))
        assert await notices(parts) == []

    async def test_a_laptop_that_slept_for_a_day_is_not_deaf(
        self, hearing: Hearing, parts: Parts, source: ScriptedSource, clock: HandClock
    ) -> None:
        await poll(parts, source)
        await hearing.look()
        clock.turn(timedelta(days=1))
        await hearing.look()
        assert not parts.deaf

    async def test_that_they_go_well_again_is_told(
        self, hearing: Hearing, parts: Parts, source: ScriptedSource, clock: HandClock
    ) -> None:
        for _ in range(4):
            await hearing.look()
        clock.turn(timedelta(minutes=5))
        await poll(parts, source)
        await hearing.look()
        assert await notices(parts) == [
            "⚠️ No source has answered yet. Is this machine still on the network? Vigie goes on "
            "trying; `vigie doctor` tells more.",
            "✅ Sources answer again.",
        ]

    async def test_two_workers_say_it_once(self, parts: Parts) -> None:
        for _ in range(2):
            hearing = Hearing(replace(parts), timedelta(minutes=1))
            await hearing.look()
            await hearing.look()
        assert len(await notices(parts)) == 1


class TestHeartbeat:
    async def test_it_beats_while_all_is_well_and_no_longer(
        self, parts: Parts, serve: Serve, services: Services
    ) -> None:
        asked: list[str] = []

        async def hear(request: web.BaseRequest) -> web.StreamResponse:
            asked.append(request.path)
            return web.Response(text="OK")

        url = await serve(hear)
        async with PoliteClient(clock=services.clock, allow_private=True) as client:
            heart = Heartbeat(parts, partial(client.get, f"{url}/beat"))
            assert await heart.beat()
            parts.slack = lambda: False
            assert not await heart.beat()
            parts.slack, parts.deaf = lambda: True, True
            assert not await heart.beat()
        assert asked == ["/beat"]

    async def test_one_that_nobody_hears_is_noted_without_its_address(
        self, parts: Parts, serve: Serve, services: Services, caplog: pytest.LogCaptureFixture
    ) -> None:
        async def refuse(request: web.BaseRequest) -> web.StreamResponse:
            return web.Response(status=404)

        url = await serve(refuse)
        async with PoliteClient(clock=services.clock, allow_private=True) as client:
            assert not await Heartbeat(parts, partial(client.get, f"{url}/s3cret")).beat()
        assert "the heartbeat was not heard" in caplog.text
        assert "s3cret" not in caplog.text


async def poll(parts: Parts, source: ScriptedSource) -> None:
    await ingest.poll(parts.services, parts.services.config.watches[0], source.name)


async def notices(parts: Parts) -> list[str]:
    """What was said to the admin channel, in order."""
    found = await parts.services.records.outbox.find({"state": "waiting"}, "order")
    return [kept.value.text for kept in found if kept.value.kind == "notice"]


class TestWhatIsMadeOfTheFigures:
    """The dashboard and the page ask for figures that there are, with labels that they have."""

    @pytest.fixture
    async def told(self, parts: Parts) -> dict[str, set[str]]:
        """Each figure by the names that it is asked for by, with its labels."""
        parts.heard = parts.services.now()
        for counter in (metrics.POLLS, metrics.SLACK_CALLS):
            counter.labels("a", "b")  # what was never counted shows no labels
        for counted in (
            *(metrics.POSTS, metrics.MATCHES, metrics.MENTIONS),
            *(metrics.ALERTS, metrics.LAG_SECONDS, metrics.POLLED),
        ):
            counted.labels("a")
        families = [*metrics.REGISTRY.collect(), *(await gauges(parts)).collect()]
        return {
            sample.name: {*sample.labels}
            for family in families
            for sample in family.samples
            if not sample.name.endswith("_created")
        }

    def test_the_dashboard(self, told: dict[str, set[str]]) -> None:
        board = json.loads((DOCS / "deploy" / "grafana.json").read_text(encoding="utf-8"))
        asked = [target["expr"] for panel in board["panels"] for target in panel["targets"]]
        for expression in asked:
            [name] = re.findall(r"\b(?:vigie|process)_\w+", expression)
            assert name in told, expression
            by = {
                label
                for some in re.findall(r"by \(([\w, ]+)\)", expression)
                for label in some.split(", ")
            }
            matched = set(re.findall(r"(\w+)(?==~?\"|!=\")", expression))
            assert by | matched <= told[name], expression

    def test_the_page_names_every_figure_and_no_other(self, told: dict[str, set[str]]) -> None:
        page = (DOCS / "deploy.md").read_text(encoding="utf-8")
        named = {
            (name, label)
            for name, labels in re.findall(r"`(vigie_\w+)(?:\{(\w+(?:,\w+)*)\})?`", page)
            for label in labels.split(",")
        }
        ours = {
            (re.sub(r"_(bucket|count|sum)$", "", name), label)
            for name, labels in told.items()
            for label in (labels - {"le"} or {""})
            if name.startswith("vigie_")
        }
        assert named == ours
