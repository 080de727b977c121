"""What `/vigie status` says of sources that are not read whole, or not at all."""

from __future__ import annotations

from datetime import UTC, timedelta

import pytest

from bot.domain.faults import fault
from bot.domain.pairs import PATIENCE, Gap, Pair
from bot.domain.query import parse
from bot.domain.status import Off, Status, WatchState
from bot.domain.watch import Watch
from bot.errors import (
    SourceError,
    SourceGarbled,
    SourceRateLimited,
    SourceRefused,
    SourceUnavailable,
)
from bot.i18n import Voice
from bot.slack.blocks.status import status_card
from bot.standin.blocks import check_blocks
from tests.builders import NOW

WATCH = Watch(
    name="Lumo",
    query=parse("lumo"),
    sources=("forum",),
    negative_channel="#care",
    spike_channel="#care",
)
HOUR = timedelta(hours=1)


def said(language: str = "en", off: tuple[Off, ...] = (), **changes: object) -> str:
    """The card for a source that was read a moment ago, but for some `changes`."""
    read = {"watch": "Lumo", "source": "forum", "last_ok": NOW, "newest": NOW}
    state = WatchState(
        watch=WATCH,
        pairs=(Pair(**{**read, **changes}),),  # type: ignore[arg-type]
        mentions_a_day=3,
        mute=None,
    )
    status = Status(
        now=NOW,
        watches=(state,),
        waiting=0,
        oldest_wait=None,
        last_error="",
        open_conversations=0,
        languages=("en",),
        off=off,
    )
    blocks = list(status_card(status, Voice("fr" if language == "fr" else "en", UTC)).blocks)
    check_blocks(blocks)
    return str(blocks)


def test_a_source_that_was_read_whole_has_no_more_to_say() -> None:
    assert not any(mark in said() for mark in ("💤", "🕳", "⏳", "🔌"))


def test_a_source_that_is_left_alone_for_long_says_until_when() -> None:
    assert "left alone until" in said(rest_until=NOW + HOUR)
    assert "laissée en paix" in said("fr", rest_until=NOW + HOUR)


def test_a_short_pause_is_not_worth_a_word() -> None:
    assert "left alone" not in said(rest_until=NOW + timedelta(minutes=1))


def test_a_gap_is_told_for_a_day() -> None:
    gap = Gap(since=NOW - 3 * HOUR, until=NOW - 2 * HOUR)
    assert "some may be missing" in said(gap=gap)
    assert "peuvent manquer" in said("fr", gap=gap)
    old = Gap(since=NOW - 30 * HOUR, until=NOW - 29 * HOUR)
    assert "missing" not in said(gap=old)


def test_what_is_not_read_yet_is_not_lost() -> None:
    told = said(pending=True)
    assert "the next polls will read" in told
    assert "missing" not in told


def test_what_is_not_found_any_more_needs_a_look() -> None:
    told = said(pending=True, emptied=("lumo",))
    assert "finds nothing any more for `lumo`" in told
    assert "Something needs a look" in told
    assert "the next polls will read" not in told
    assert "ne trouve plus rien pour `lumo`" in said("fr", pending=True, emptied=("lumo",))


@pytest.mark.parametrize(
    ("error", "english", "french"),
    [
        (SourceUnavailable("It is down."), "nothing to do", "rien à faire"),
        (SourceRateLimited("Too often.", NOW), "nothing to do", "rien à faire"),
        (SourceRefused("No."), "`vigie doctor` asks it", "`vigie doctor` l’interroge"),
        (SourceGarbled("A page."), "`vigie doctor` asks it", "`vigie doctor` l’interroge"),
    ],
)
def test_a_source_that_failed_for_long_says_whether_there_is_something_to_do(
    error: SourceError, english: str, french: str
) -> None:
    assert english in said(failures=PATIENCE, error=fault(error))
    assert french in said("fr", failures=PATIENCE, error=fault(error))
    assert "👉" not in said(failures=PATIENCE - 1, error=fault(error))


def test_a_source_that_is_off_names_the_variable_it_waits_for() -> None:
    told = said(off=(Off(source="films", variable="VIGIE_YOUTUBE_KEY"),))
    assert "films* is off" in told or "films is off" in told
    assert "`VIGIE_YOUTUBE_KEY`" in told
