"""A watch's counts as the detector is to look at them, now and at each time that was."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.detection import History
from bot.domain.histories import as_they_stood, begins_by, history
from bot.domain.leaving import GONE
from bot.domain.pairs import Pair
from bot.domain.volume import SLOT, DayVolume
from tests.builders import NOW

DAY = timedelta(days=1)
SINCE = NOW.replace(hour=0, minute=0) - 10 * DAY


def days(**by_source: int) -> dict[str, DayVolume]:
    """Ten days and today, in each quarter of an hour what each source brings in one."""
    each = sum(by_source.values())
    names = [(NOW - n * DAY).date().isoformat() for n in range(11)]
    held = {source: 96 * count for source, count in by_source.items()}
    return {
        name: DayVolume(watch="Lumo", day=name, counts=(each,) * 96, by_source=held)
        for name in names
    }


def a_pair(source: str, **changes: object) -> Pair:
    return Pair(watch="Lumo", source=source, cursor="1", last_ok=NOW, **changes)  # type: ignore[arg-type]


def silent(source: str, length: timedelta) -> Pair:
    return Pair(
        watch="Lumo", source=source, cursor="1", last_ok=NOW - length, failures=5,
        failing_since=NOW - length,
    )  # fmt: skip


def known(found: History | None) -> History:
    assert found is not None
    return found


def test_while_a_source_is_silent_what_the_others_show_is_the_least() -> None:
    pairs = [a_pair("forum"), silent("lumen", 2 * SLOT)]
    found = known(history(days(forum=1, lumen=3), pairs, ("forum", "lumen"), SINCE, NOW))
    assert found.counts[-4:] == (4, None, None, None)
    assert found.at_least[-4:] == (4, 4, 4, 4)
    assert len(found.at_least) == len(found.counts)


def test_after_days_the_others_are_the_watch() -> None:
    pairs = [a_pair("forum"), silent("lumen", GONE)]
    found = known(history(days(forum=1, lumen=3), pairs, ("forum", "lumen"), SINCE, NOW))
    assert None not in found.counts
    assert set(found.counts[:96]) == {1}


def test_where_nothing_was_counted_there_is_no_history() -> None:
    assert history({}, [a_pair("forum")], ("forum",), SINCE, NOW) is None


def test_the_past_begins_where_the_query_came_to_ask_for_more() -> None:
    pairs = [a_pair("forum", asked_from=NOW - 2 * DAY)]
    stages = as_they_stood(days(forum=1), pairs, ("forum",), SINCE, (SINCE, NOW))
    assert [stage.start for stage in stages] == [NOW - 2 * DAY]


def test_before_a_source_joined_nobody_knew_of_it() -> None:
    pairs = [a_pair("forum"), a_pair("lumen", counted_from=NOW - 3 * DAY)]
    counted = joining(days(forum=1), days(forum=1, lumen=1), NOW - 3 * DAY)
    stages = as_they_stood(counted, pairs, ("forum", "lumen"), SINCE, (NOW - 5 * DAY, NOW))
    ends = [stage.start + SLOT * len(stage.counts) for stage in stages]
    assert ends[:2] == [NOW - 3 * DAY, NOW - 2 * DAY]
    assert stages[0].counts[0] == 1, "what was counted then"
    assert 2 <= mean(stages[-1].counts[:96]) < 3, "with what the source brings since"


def test_what_was_brought_along_of_a_source_is_its_past_and_is_not_added_to_it_again() -> None:
    pairs = [a_pair("forum"), a_pair("lumen", counted_from=NOW - 3 * DAY)]
    found = known(history(days(forum=1, lumen=1), pairs, ("forum", "lumen"), SINCE, NOW))
    assert set(found.counts) == {2}


def test_one_old_post_of_a_source_is_no_past_of_it() -> None:
    counted = joining(days(forum=1), days(forum=1, lumen=1), NOW - 3 * DAY)
    oldest = min(counted)
    straggler = {**counted[oldest].by_source, "lumen": 1}
    counted[oldest] = msgspec.structs.replace(counted[oldest], by_source=straggler)
    pairs = [a_pair("forum"), a_pair("lumen", counted_from=NOW - 3 * DAY)]
    found = known(history(counted, pairs, ("forum", "lumen"), SINCE, NOW))
    assert 2 <= mean(found.counts[:96]) < 3


def test_a_time_that_is_over_knows_nothing_of_a_source_that_joined_after_it() -> None:
    pairs = [a_pair("forum"), a_pair("lumen", counted_from=NOW)]
    found = known(history(days(forum=1), pairs, ("forum", "lumen"), SINCE, NOW - 5 * DAY))
    assert found.start == SINCE
    assert set(found.counts) == {1}


def joining(
    before: dict[str, DayVolume], after: dict[str, DayVolume], at: datetime
) -> dict[str, DayVolume]:
    """The one up to the day of `at`, the other from then on."""
    first = at.date().isoformat()
    return {name: (after if name >= first else before)[name] for name in after}


def mean(counts: Sequence[int | None]) -> float:
    return sum(count or 0 for count in counts) / len(counts)


def test_what_changed_before_the_time_that_is_looked_at_is_no_stage_of_it() -> None:
    pairs = [a_pair("forum"), a_pair("lumen", counted_from=NOW - 9 * DAY)]
    stages = as_they_stood(
        days(forum=1, lumen=1), pairs, ("forum", "lumen"), SINCE, (NOW - 5 * DAY, NOW)
    )
    assert len(stages) == 1


YESTERDAY = NOW - timedelta(hours=25)


def test_one_day_that_was_counted_tells_that_a_history_is_old() -> None:
    counted = days(forum=1)[(NOW - 2 * DAY).date().isoformat()]
    assert begins_by(YESTERDAY, counted, [a_pair("forum")], ["forum"], NOW)
    nothing = msgspec.structs.replace(counted, counts=(0,) * 96, by_source={})
    assert not begins_by(YESTERDAY, nothing, [a_pair("forum")], ["forum"], NOW)
    assert not begins_by(YESTERDAY, counted, [a_pair("lumen")], ["lumen"], NOW), "of another source"
    joined = [a_pair("forum", counted_from=NOW - 2 * SLOT)]
    assert not begins_by(YESTERDAY, counted, joined, ["forum"], NOW)
    asked = [a_pair("forum", asked_from=NOW - 2 * SLOT)]
    assert not begins_by(YESTERDAY, counted, asked, ["forum"], NOW)


some_time = st.none() | st.integers(0, 200).map(lambda hours: NOW - timedelta(hours=hours))

some_pairs = st.tuples(
    *(
        st.builds(
            Pair,
            watch=st.just("Lumo"),
            source=st.just(source),
            cursor=st.just("1"),
            counted_from=some_time,
            asked_from=some_time,
            last_ok=some_time,
            failures=st.integers(0, 1),
        )
        for source in ("forum", "lumen")
    )
)


@given(
    some_pairs,
    st.dictionaries(
        st.integers(0, 10), st.tuples(*(st.integers(0, 3) for _ in range(2))), max_size=11
    ),
)
def test_a_history_that_one_day_tells_is_old_is_so_by_all_days(
    pairs: tuple[Pair, Pair], brought: dict[int, tuple[int, int]]
) -> None:
    counted = dict[str, DayVolume]()
    for ago, (forum, lumen) in brought.items():
        name = (NOW - ago * DAY).date().isoformat()
        counted[name] = days(forum=forum, lumen=lumen)[name]
    for name, day in counted.items():
        if name < YESTERDAY.date().isoformat() and begins_by(
            YESTERDAY, day, pairs, ("forum", "lumen"), NOW
        ):
            assert known(history(counted, pairs, ("forum", "lumen"), SINCE, NOW)).start <= YESTERDAY
