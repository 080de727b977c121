"""What stands in the log after a day with everything in it: a line of JSON each, no word of what
anybody wrote, and one name for all that comes of a click."""

from __future__ import annotations

import io
import json
import logging
import re
from collections.abc import Iterator
from typing import Any

import pytest
import structlog

from bot.errors import SourceGarbled
from bot.logs import start_logging
from bot.slack import ids
from tests.builders import a_fresh_post
from tests.journeys.conftest import Town
from tests.journeys.test_journey_claim import id_on

POSTS = (
    "My lumo: terrible, quixotically wobbly, hated it.",
    "Lumo bracket shattered overnight; abysmal zirconium, awful, worst.",
    "Please bring back the vermilion lumo shade! I am furious and disgusted.",
)
TYPED = "Replaced the flibbertigibbet by courier"
AUTHORS = ("@perpetua", "@ignatius", "@thaddeus")


@pytest.fixture
def written() -> Iterator[io.StringIO]:
    """All that is logged, as for a machine, step by step; other tests' logging is put back."""
    before, root = structlog.get_config(), logging.getLogger()
    handlers, level, page = root.handlers[:], root.level, io.StringIO()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("sys.stderr", page)
        start_logging(verbose=True)
    structlog.configure(cache_logger_on_first_use=False)
    yield page
    root.handlers[:], root.level = handlers, level
    structlog.configure(**before)


async def test_no_word_of_a_post_stands_in_the_log_nor_any_that_a_member_typed(
    written: io.StringIO, town: Town
) -> None:
    for number, (text, author) in enumerate(zip(POSTS, AUTHORS, strict=True)):
        post = a_fresh_post(id=f"p{number}", source="forum", text=text, author=author)
        await town.poll("forum", post)
    card = await town.card()
    await town.camille.click(card, ids.CLAIM)
    await town.card_says(f"<@{town.camille.id}> has this")
    conversation = id_on(card)
    for asked in (
        "summary Lumo 1h",
        f"show {conversation}",
        f"why {conversation}",
        f"resolve {conversation} {TYPED}",
        f"mute word wobbly {TYPED}",
        "status",
        "insights",
        "queue",
    ):
        await town.asked(town.camille, f"/vigie {asked}")
    town.standin.faults.error("chat.postMessage", "invalid_blocks", times=2)
    town.standin.faults.status("chat.postMessage", 500, times=1)
    broken = SourceGarbled("{host} sent what cannot be read.", host="forum.example")
    town.places["forum"].will_fail(broken)
    await town.poll("forum")
    await town.poll("forum", a_fresh_post(id="p9", source="forum", text=POSTS[1] + " Again."))

    lines = read(written)
    assert lines
    log = json.dumps(lines).lower()
    told = {word for text in (*POSTS, TYPED, *AUTHORS) for word in re.findall(r"\w{6,}", text)}
    assert {word for word in told if word.lower() in log} == set()
    assert town.standin.bot_token not in log
    assert town.standin.app_token not in log


async def test_all_that_comes_of_a_click_has_its_name_in_the_log(
    written: io.StringIO, town: Town
) -> None:
    await town.poll("forum", a_fresh_post(source="forum", text=POSTS[0]))
    card = await town.card()
    await town.camille.click(card, ids.CLAIM)
    await town.until(lambda: town.thread(card) or None)
    of_the_click = [line for line in read(written) if "request" in line]
    assert len({line["request"] for line in of_the_click}) == 1
    assert {"chat_update", "chat_postMessage"} <= {line.get("method") for line in of_the_click}


def read(written: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in written.getvalue().splitlines()]
