"""Mentions in a file: all of them, each once, whatever there are."""

from __future__ import annotations

import asyncio
import csv
import io
import time
from datetime import UTC, timedelta

import pytest

from bot.domain.mention import Mention
from bot.errors import ConversationError
from bot.i18n import Voice
from bot.services import exporting
from bot.services.base import Services
from bot.store.base import Write
from tests.builders import NOW, a_conversation, a_mention, a_post

VOICE = Voice("en", UTC)
HOUR = timedelta(hours=1)


def a_number_of(count: int, every: timedelta = timedelta(seconds=1)) -> list[Mention]:
    """So many mentions, the last one a second ago."""
    return [
        a_mention(
            id=f"m{n}",
            at=NOW - timedelta(seconds=1) - n * every,
            conversation=f"c{n}",
            post=a_post(id=f"p{n}", text=f"number {n}"),
        )
        for n in range(count)
    ]


async def keep(services: Services, mentions: list[Mention], *others: Write) -> None:
    put = services.records.mentions.put
    await services.records.commit([*(put(one.id, one) for one in mentions), *others])


async def exported(
    services: Services, *watches: str, told: exporting.Progress | None = None
) -> tuple[exporting.Written, list[dict[str, str]]]:
    async def nobody(_: int) -> None: ...

    file = io.BytesIO()
    written = await exporting.write(
        services.records, watches, NOW - 24 * HOUR, NOW, file, VOICE, told or nobody
    )
    assert file.tell() == 0
    assert len(file.getvalue()) == written.bytes
    text = file.getvalue().decode("utf-8-sig")
    return written, list(csv.DictReader(io.StringIO(text, newline="")))


async def test_every_mention_is_in_it_once_oldest_first(services: Services) -> None:
    await keep(services, a_number_of(3 * exporting.PAGE))
    written, rows = await exported(services, "Lumo")
    assert written.rows == 3 * exporting.PAGE
    assert [row["text"] for row in rows] == [f"number {n}" for n in reversed(range(written.rows))]


async def test_more_than_a_page_of_one_second_are_all_in_it(services: Services) -> None:
    await keep(services, a_number_of(3 * exporting.PAGE + 7, every=timedelta(0)))
    written, rows = await exported(services, "Lumo")
    assert written.rows == len({row["text"] for row in rows}) == 3 * exporting.PAGE + 7


async def test_other_watches_and_other_days_are_not_in_it(services: Services) -> None:
    there, *others = a_number_of(3)
    others = [
        a_mention(id="other", watch="Other", at=there.at),
        a_mention(id="old", at=NOW - 25 * HOUR),
    ]
    await keep(services, [there, *others])
    written, _ = await exported(services, "Lumo")
    assert written.rows == 1
    both, rows = await exported(services, "Lumo", "Other")
    assert both.rows == 2
    assert [row["watch"] for row in rows] == ["Lumo", "Other"]


async def test_it_says_where_the_conversation_stands(services: Services) -> None:
    conversations = services.records.conversations
    opened = [
        conversations.put(f"c{n}", a_conversation(id=f"c{n}", state="claimed", opened=NOW))
        for n in range(exporting.PAGE + 1)
    ]
    await keep(services, a_number_of(exporting.PAGE + 2), *opened)
    _, rows = await exported(services, "Lumo")
    states = {row["text"]: row["state"] for row in rows}
    assert states[f"number {exporting.PAGE}"] == "claimed"
    assert states[f"number {exporting.PAGE + 1}"] == ""


async def test_what_an_author_took_back_is_not_in_it(services: Services) -> None:
    first, second = a_number_of(2)
    await keep(services, [first, a_mention(id=second.id, at=second.at, deleted=NOW)])
    written, rows = await exported(services, "Lumo")
    assert (written.rows, written.left_out, len(rows)) == (1, 1, 1)


async def test_it_is_for_admins_and_the_manager_alone(services: Services) -> None:
    with pytest.raises(ConversationError, match="those who administer"):
        exporting.check_may(services, "U1")


@pytest.mark.usefixtures("heap_set_aside")
async def test_the_loop_is_not_held_up_meanwhile(services: Services) -> None:
    await keep(services, a_number_of(6 * exporting.PAGE))
    longest = 0.0

    async def beat() -> None:
        nonlocal longest
        while True:
            before = time.thread_time()  # what others take of the machine is not ours
            await asyncio.sleep(0.001)
            longest = max(longest, time.thread_time() - before)

    beating = asyncio.create_task(beat())
    written, _ = await exported(services, "Lumo")
    beating.cancel()
    assert written.rows == 6 * exporting.PAGE
    assert longest < 0.1
