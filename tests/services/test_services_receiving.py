"""What is sent instead of asked for: kept once, told like a poll's, or brought along as history."""

from __future__ import annotations

import threading
from collections.abc import Iterable
from datetime import timedelta

import msgspec
import pytest

from bot.config import Config, loads
from bot.domain.alerts import Alert
from bot.domain.matching import Matcher
from bot.domain.mention import Post
from bot.domain.pairs import Pair, pair_id
from bot.domain.received import is_sent, received_at
from bot.domain.volume import DayVolume
from bot.domain.watch import Watch
from bot.services import ingest, receiving
from bot.services.base import Services
from bot.sources.hooked import WebhookSource
from tests.builders import NOW, a_post
from tests.services.conftest import CONFIG, HandClock

SECRET = "0123456789abcdef"
TOOL = '[[sources]]\nname = "tool"\nkind = "webhook"\n'
COMPLAINT = "The lumo app: terrible, worst, hated."


@pytest.fixture
def config() -> Config:
    return loads(CONFIG + TOOL, environment={"VIGIE_WEBHOOK_SECRET": SECRET})


@pytest.fixture
def scripted(config: Config) -> dict[str, WebhookSource]:
    return {"tool": WebhookSource("tool")}


def a_complaint(number: int = 1, **changes: object) -> Post:
    return a_post(id=f"p{number}", source="tool", **{"text": f"{COMPLAINT} {number}", **changes})


async def alerts(services: Services) -> list[Alert]:
    found = await services.records.alerts.find({"watch": "Lumo"}, "raised")
    return [kept.value for kept in found]


async def pair(services: Services) -> Pair:
    kept = await services.records.pairs.get(pair_id("Lumo", "tool"))
    assert kept
    return kept.value


async def days(services: Services) -> dict[str, DayVolume]:
    found = await services.records.volumes.find({"watch": "Lumo"}, "day")
    return {kept.value.day: kept.value for kept in found}


async def test_a_complaint_that_is_sent_is_told_at_once(services: Services) -> None:
    received = await receiving.receive(services, "tool", [a_complaint()], [])
    assert (received.new, received.known, received.mentions) == (1, 0, {"Lumo": 1})
    [alert] = await alerts(services)
    assert alert.watch == "Lumo"


async def test_what_watches_look_for_is_put_together_once_and_beside_the_loop(
    services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    threads: list[bool] = []

    def made(watches: Iterable[Watch]) -> Matcher:
        threads.append(threading.current_thread() is threading.main_thread())
        return Matcher(watches)

    monkeypatch.setattr(receiving, "Matcher", made)
    for number in range(3):
        await receiving.receive(services, "tool", [a_complaint(number)], [])
    assert threads == [False]


async def test_what_is_sent_again_changes_nothing(services: Services) -> None:
    await receiving.receive(services, "tool", [a_complaint()], [])
    received = await receiving.receive(services, "tool", [a_complaint(), a_complaint(2)], [])
    assert (received.new, received.known) == (1, 1)
    assert await services.records.mentions.count({"watch": "Lumo"}, "at") == 2


async def test_an_edited_post_is_known_and_kept_as_it_is_now(services: Services) -> None:
    await receiving.receive(services, "tool", [a_complaint()], [])
    edited = a_complaint(title="Again")
    assert (await receiving.receive(services, "tool", [edited], [])).known == 1
    [kept] = await services.records.mentions.find({"watch": "Lumo"}, "at")
    assert kept.value.post.title == "Again"


async def test_what_no_watch_looks_for_is_not_kept(services: Services) -> None:
    post = a_post(source="tool", text="Nothing about it.")
    received = await receiving.receive(services, "tool", [post], [])
    assert (received.new, received.known) == (0, 0)
    assert await services.records.mentions.count({"watch": "Lumo"}, "at") == 0


async def test_old_posts_that_are_sent_are_history_and_no_news(services: Services) -> None:
    old = a_complaint(at=NOW - timedelta(days=2))
    assert (await receiving.receive(services, "tool", [old], [])).new == 1
    assert await alerts(services) == []


async def test_a_source_that_sends_blinds_no_watch_while_it_is_listened_to(
    services: Services, clock: HandClock
) -> None:
    await ingest.poll(services, services.config.watches[0], "tool")
    before = await pair(services)
    assert is_sent(before.cursor)
    assert received_at(before.cursor) is None
    clock.turn(timedelta(hours=5))
    await ingest.poll(services, services.config.watches[0], "tool")
    assert (await pair(services)).last_ok == NOW + timedelta(hours=5)


async def test_when_it_last_sent_is_known_to_the_watches_it_said_nothing_of(
    services: Services, scripted: dict[str, WebhookSource], clock: HandClock
) -> None:
    scripted["tool"].hears(NOW)
    clock.turn(timedelta(hours=1))
    await ingest.poll(services, services.config.watches[0], "tool")
    assert received_at((await pair(services)).cursor) == NOW
    scripted["tool"] = WebhookSource("tool")  # Vigie was started again
    clock.turn(timedelta(hours=1))
    await ingest.poll(services, services.config.watches[0], "tool")
    assert received_at((await pair(services)).cursor) == NOW


async def test_while_nothing_listens_the_source_is_told_silent(
    services: Services, scripted: dict[str, WebhookSource]
) -> None:
    scripted["tool"].is_deaf = True
    await ingest.poll(services, services.config.watches[0], "tool")
    assert (await pair(services)).failures == 1


async def test_a_file_is_history_counted_at_its_own_time(services: Services) -> None:
    posts = [a_complaint(n, at=NOW - timedelta(hours=24 * n)) for n in range(3)]
    received = await receiving.take_in(services, "an old export", posts, services.watches.all)
    assert (received.new, received.mentions) == (3, {"Lumo": 3})
    assert await alerts(services) == []
    counted = await days(services)
    assert {day: sum(volume.counts) for day, volume in counted.items()} == {
        "2026-11-22": 1,
        "2026-11-23": 1,
        "2026-11-24": 1,
    }
    assert counted["2026-11-24"].by_source == {"an old export": 1}


async def test_months_that_are_brought_along_are_counted_as_trends_and_campaigns_ask_for_them(
    services: Services,
) -> None:
    old = a_complaint(at=NOW - timedelta(days=90))
    await receiving.take_in(services, "export", [old], services.watches.all)
    counted = await days(services)
    assert sum(counted[old.at.date().isoformat()].counts) == 1


async def test_a_file_taken_in_twice_gives_nothing_twice(services: Services) -> None:
    posts = [a_complaint(n) for n in range(3)]
    await receiving.take_in(services, "export", posts, services.watches.all)
    again = await receiving.take_in(services, "export", posts, services.watches.all)
    assert (again.new, again.known, again.mentions) == (0, 3, {"Lumo": 0})
    assert sum((await days(services))["2026-11-24"].counts) == 3


async def test_a_file_does_not_say_that_its_source_was_read(services: Services) -> None:
    await receiving.take_in(services, "tool", [a_complaint()], services.watches.all)
    assert await services.records.pairs.get(pair_id("Lumo", "tool")) is None


async def test_a_post_that_is_known_under_another_id_is_known(services: Services) -> None:
    post = a_complaint(url="https://x.example/1", title="On lamps")
    await receiving.receive(services, "tool", [post], [])
    again = a_complaint(2, url="http://x.example/1/?utm_source=tool", title="On lamps")
    again = msgspec.structs.replace(again, text=post.text)
    received = await receiving.receive(services, "tool", [again], [])
    assert (received.new, received.known) == (0, 1)


async def test_what_its_author_took_back_is_forgotten_and_stays_so(services: Services) -> None:
    post = a_complaint()
    await receiving.receive(services, "tool", [post], [])
    await receiving.receive(services, "tool", [], [post.id, "never heard of"])
    [kept] = await services.records.mentions.find({"watch": "Lumo"}, "at")
    assert kept.value.deleted
    assert kept.value.post.text == ""
    assert (await receiving.receive(services, "tool", [post], [])).known == 1
    [kept] = await services.records.mentions.find({"watch": "Lumo"}, "at")
    assert kept.value.post.text == ""
