"""What takes long says so, and that word becomes the answer."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import timedelta

import pytest

from bot.domain.reports import Overview
from bot.errors import SlackUnavailable
from bot.services import erasing, reports
from bot.services.base import Services
from bot.standin import Message, Person
from handlers import working
from handlers.desk import MOST
from tests.builders import a_fresh_post
from tests.journeys.conftest import Town, text_of

WORKING = "Working on it"


@pytest.fixture
def held(monkeypatch: pytest.MonkeyPatch) -> asyncio.Event:
    """Summaries take until this is set."""
    done, overview = asyncio.Event(), reports.overview

    async def slow(services: Services, name: str, period: timedelta) -> Overview:
        await done.wait()
        return await overview(services, name, period)

    monkeypatch.setattr(working, "PATIENCE", 0.0)
    monkeypatch.setattr(reports, "overview", slow)
    return done


def direct(town: Town, person: Person) -> list[Message]:
    return list(person.messages(town.standin.workspace.dm(person.id).id))


def saying(messages: Callable[[], list[Message]], words: str) -> Callable[[], Message | None]:
    return lambda: next((one for one in messages() if words in one.text + text_of(one)), None)


async def test_a_word_in_their_messages_becomes_the_answer(town: Town, held: asyncio.Event) -> None:
    hint = await town.asked(town.margot, "/vigie summary Lumo")
    assert "The answer comes in your messages" in text_of(hint)
    word = await town.until(saying(lambda: direct(town, town.margot), WORKING))
    held.set()
    answer = await town.until(saying(lambda: direct(town, town.margot), "the last 24 hours"))
    assert answer.ts == word.ts
    assert len(town.margot.ephemerals("#general")) == 1


async def test_in_a_thread_the_word_and_the_answer_stand_there(
    town: Town, held: asyncio.Event
) -> None:
    town.sam.post("#care", "@vigie summary Lumo")

    def messages() -> list[Message]:
        return [one for one in town.standin.messages("#care") if one.by_bot]

    word = await town.until(saying(messages, WORKING))
    held.set()
    answer = await town.until(saying(messages, "the last 24 hours"))
    assert (answer.ts, len(messages())) == (word.ts, 1)


async def test_what_went_wrong_takes_its_place_too(town: Town, held: asyncio.Event) -> None:
    await town.margot.command("/vigie summary Limo", "#general")
    await town.until(saying(lambda: direct(town, town.margot), WORKING))
    held.set()
    await town.until(saying(lambda: direct(town, town.margot), "There is no watch “Limo”"))


async def test_where_slack_takes_no_word_the_answer_comes_where_it_was_asked(
    town: Town, held: asyncio.Event, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = asyncio.Event()

    async def refused(*_: object, **__: object) -> None:
        asked.set()
        raise SlackUnavailable("down")

    monkeypatch.setattr(town.services.slack, "post", refused)
    await town.margot.command("/vigie summary Lumo", "#general")
    await asked.wait()
    held.set()
    answer = await town.told(town.margot, "the last 24 hours", "#general")
    assert WORKING not in answer


async def test_where_slack_redraws_no_more_just_now_word_and_answer_come_where_it_was_asked(
    town: Town, held: asyncio.Event, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(town.services.slack, "has_update_to_spare", lambda: False)
    word = await town.asked(town.margot, "/vigie summary Lumo")
    assert WORKING in text_of(word)
    held.set()
    await town.told(town.margot, "the last 24 hours", "#general")
    assert direct(town, town.margot) == []


async def test_what_its_author_takes_back_leaves_the_answer(
    town: Town, held: asyncio.Event
) -> None:
    post = a_fresh_post(source="forum", text="My lumo: terrible, worst, hated it.")
    await town.poll("forum", post)
    held.set()
    await town.margot.command("/vigie summary Lumo", "#general")
    await town.until(saying(lambda: direct(town, town.margot), "hated it"))
    await erasing.erase(town.services, "Lumo", "forum", [post.id])

    def clean() -> bool | None:
        return all("hated it" not in text_of(one) for one in direct(town, town.margot)) or None

    await town.until(clean)


async def test_what_is_quick_is_answered_where_it_was_asked(
    town: Town, held: asyncio.Event
) -> None:
    assert "#care" in text_of(await town.asked(town.margot, "/vigie watches"))
    assert direct(town, town.margot) == []


async def test_what_its_author_takes_back_leaves_what_was_answered_at_once_in_a_thread(
    town: Town,
) -> None:
    post = a_fresh_post(source="forum", text="My lumo: terrible, worst, hated it.")
    await town.poll("forum", post)
    asked = town.sam.post("#general", "@vigie summary Lumo")
    await town.until(lambda: "hated it" in "".join(told_in(town, asked)) or None)
    await erasing.erase(town.services, "Lumo", "forum", [post.id])
    await town.until(lambda: "hated it" not in "".join(told_in(town, asked)) or None)
    assert len(told_in(town, asked)) == 1


def told_in(town: Town, asked: Message) -> list[str]:
    """What stands in the thread of a message."""
    return [text_of(one) for one in town.standin.messages("#general") if one.thread_ts == asked.ts]


async def test_nobody_waits_for_many_answers_at_once(town: Town, held: asyncio.Event) -> None:
    for _ in range(MOST):
        await town.asked(town.margot, "/vigie summary Lumo")
    assert "You wait for 3 answers" in text_of(await town.asked(town.margot, "/vigie summary"))
    assert "The answer comes" in text_of(await town.asked(town.sam, "/vigie summary Lumo"))
    held.set()
    await town.until(saying(lambda: direct(town, town.margot), "the last 24 hours"))


async def test_how_vigie_is_is_told_though_all_seats_are_taken(town: Town) -> None:
    """With very many watches all who ask wait for one look, which is no work of theirs."""
    seats = town.services.seats
    while not seats.locked():
        await seats.acquire()
    assert "Lumo" in text_of(await town.asked(town.margot, "/vigie status"))
    seats.release()
    assert "Nothing" in text_of(await town.asked(town.margot, "/vigie queue"))
