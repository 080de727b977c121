"""A place that cannot be read hurts itself alone: that is said in words, the other place is read as
ever, and when it is over nothing is lost, nothing is there twice and no channel is flooded."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from bot.domain.faults import Fault as Kept
from bot.domain.leaving import GONE
from bot.domain.pairs import PATIENCE
from bot.services import volumes
from bot.slack.faults import why
from tests.faults.badweb import MOST_HELD, Web, a_web, started
from tests.faults.strikes import SLOW, Fault, every

__all__ = ["started"]  # a fixture

pytestmark = pytest.mark.usefixtures("heap_set_aside")


@pytest.mark.parametrize(
    ("kind", "fault"),
    [pytest.param(kind, fault, id=f"{fault.name}, {kind}") for kind, fault in every()],
)
async def test_a_place_that_cannot_be_read_hurts_itself_alone(
    tmp_path: Path, kind: str, fault: Fault
) -> None:
    async with a_web(kind, tmp_path / "data", patience=fault.patience) as web:
        await web.round()
        web.sick.strike = fault.strike
        await fails_until_told(web)
        await is_said_in_words(web, fault.words)
        await the_other_place_is_read(web)
        await nothing_is_known_of_the_time(web)
        web.sick.strike = None
        await is_well_again(web)
        assert web.held < MOST_HELD


@pytest.mark.parametrize("kind", ["feed", "mastodon"])
@pytest.mark.parametrize(
    ("cut", "words"), [(True, "{host} cannot be reached."), (False, SLOW)], ids=["cut", "deaf"]
)
async def test_a_place_that_nobody_can_connect_to_hurts_itself_alone(
    tmp_path: Path, kind: str, cut: bool, words: str
) -> None:
    async with a_web(kind, tmp_path / "data", patience=0.4) as web:
        await web.round()
        unreachable = web.internet.cut if cut else web.internet.deaf
        unreachable.add("sick")
        await fails_until_told(web)
        await is_said_in_words(web, words)
        await the_other_place_is_read(web)
        await nothing_is_known_of_the_time(web)
        unreachable.clear()
        await is_well_again(web)
        assert web.held < MOST_HELD


async def fails_until_told(web: Web) -> None:
    """As often as it takes for the admins to hear of it. Something is written at both meanwhile."""
    for number in range(PATIENCE):
        await web.rests()
        await web.round(angry=number == 1)
        assert (await web.pair()).failures == number + 1


async def is_said_in_words(web: Web, words: str) -> None:
    """What, since when, when it is tried again, and what to do; and the admins are told, once."""
    error = (await web.pair()).error
    assert isinstance(error, Kept)
    assert error.words == words
    english, french = (why(error, web.voice(language)) for language in ("en", "fr"))
    assert english != french
    assert f"sick: {english} (since " in await web.status("en")
    assert f"sick : {french} (depuis " in await web.status("fr")
    passes, lasts = ("nothing to do", "rien à faire"), ("may not pass by itself", "tout seul")
    todo = lasts if error.lasting else passes
    assert todo[0] in await web.status("en")
    assert todo[1] in await web.status("fr")
    [told] = await web.admins_read()
    assert english in told


async def the_other_place_is_read(web: Web) -> None:
    """All that was written there is known, and what is bad was told."""
    known = await web.texts("well")
    assert known == Counter(post.text for post in web.well.posts)
    assert await web.alerts("negative") == await web.cards() == 1


async def nothing_is_known_of_the_time(web: Web) -> None:
    """It is incomplete: neither quiet nor a spike; after two days the place is left out."""
    assert await web.alerts("spike") == 0
    pair, now = await web.pair(), web.clock.now
    if pair.last_ok and now - pair.last_ok < GONE:
        assert (await web.known_slots())[-1] is None
    else:
        coverage = await volumes.coverage_of(web.services, web.watch, now)
        assert coverage.left_out == ("sick",)


async def is_well_again(web: Web) -> None:
    """When it is asked next all that was written there is found, each post once; the admins are
    told, once, and the channels no more than of one angry post at most."""
    await web.rests()
    web.write(web.sick, "is terrible, I hate it")
    for _ in range(2):
        await web.round()
    assert await web.texts("sick") == Counter(post.text for post in web.sick.posts)
    assert len(await web.admins_read()) == 2
    assert "answers again" in (await web.admins_read())[-1]
    assert "All is well" in await web.status()
    assert (await web.known_slots())[-1] is not None
    assert await web.alerts("spike") == 0
    assert await web.cards() <= 2
