"""What people ask for in the order of its weight, and how long the way is until it ships."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from math import log2, log10
from statistics import median

import msgspec

from bot.domain.insights import WAITS, Insight, State, Voiced
from bot.domain.voicings import Lately, lately

DOUBLED_IN_A_WEEK, TEN_TIMES_THE_REACH, WORST_MOOD = 0.5, 1 / 3, 0.25
"""What growth, reach and mood weigh, where twice as many people weigh 1."""

_MOST_GROWTH = 2.0

STAGES: tuple[State, ...] = ("heard", "accepted", "planned", "shipped", "answered")
"""The circuit, in its order."""


class Ranked(msgspec.Struct, frozen=True, kw_only=True):
    """An insight, those who voiced it in the time that is asked about, and what it weighs."""

    insight: Insight
    lately: Lately
    reach: int
    weight: float


class Passed(msgspec.Struct, frozen=True, kw_only=True):
    """A stage of the circuit: how many insights came so far, and the median time that it took from
    the stage before (None: of none); of `heard`, from the first post."""

    stage: State
    reached: int
    took: timedelta | None = None


class Decided(msgspec.Struct, frozen=True, kw_only=True):
    """How long a team (`""`: those of no team) takes from the first post to its decision: the
    median of so many."""

    team: str
    decisions: int
    took: timedelta


class Ranking(msgspec.Struct, frozen=True, kw_only=True):
    """The insights of a team (`""`: of all) that were voiced or heard since a time, weightiest
    first; `decided` is the median time from the first post to the decision, over so many
    (`decisions`), and `teams` tells it of each team that decided anything."""

    team: str
    since: datetime
    until: datetime
    rows: tuple[Ranked, ...] = ()
    circuit: tuple[Passed, ...] = ()
    declined: int = 0
    decisions: int = 0
    decided: timedelta | None = None
    teams: tuple[Decided, ...] = ()

    @property
    def waiting(self) -> int:
        """How many wait for their team's decision."""
        return sum(row.insight.state in WAITS for row in self.rows)

    @property
    def proposed(self) -> int:
        """How many Vigie proposed, and nobody said yet whether they are any."""
        return sum(row.insight.state == "proposed" for row in self.rows)


def weight(people: int, week: int, before: int, reach: int, mood: float | None) -> float:
    """What a demand weighs: twice the people weigh 1 more; twice as many this week as the week
    before ½; ten times the reach ⅓; and the worst mood (-1) ¼, the best one as much less.

    Whoever asks for nothing else is counted as one, so that nothing is infinite.
    """
    growth = log2((week + 1) / (before + 1))
    return (
        log2(1 + people)
        + DOUBLED_IN_A_WEEK * max(-_MOST_GROWTH, min(_MOST_GROWTH, growth))
        + TEN_TIMES_THE_REACH * log10(max(1, reach))
        - WORST_MOOD * (mood or 0.0)
    )


def ranking(
    found: Iterable[tuple[Insight, Sequence[Voiced]]], team: str, since: datetime, until: datetime
) -> Ranking:
    """Insights, each with its voices, in the order of their weight. What was said to be none is no
    part of it; one that was neither voiced nor changed since then only if it waits."""
    rows = sorted(
        (
            _ranked(insight, voices, since, until)
            for insight, voices in found
            if (not team or insight.team == team) and _counts(insight, voices, since)
        ),
        key=lambda row: (-row.weight, row.insight.first, row.insight.id),
    )
    insights = [row.insight for row in rows]
    waited = [one.waited for one in insights if one.waited is not None]
    return Ranking(
        team=team,
        since=since,
        until=until,
        rows=tuple(rows),
        circuit=circuit(insights),
        declined=sum(one.state == "declined" for one in insights),
        decisions=len(waited),
        decided=_median(waited),
        teams=tuple(_decided(insights)),
    )


def _decided(insights: Sequence[Insight]) -> Iterator[Decided]:
    for team in sorted({one.team for one in insights}):
        waited = [one.waited for one in insights if one.team == team and one.waited is not None]
        if (took := _median(waited)) is not None:
            yield Decided(team=team, decisions=len(waited), took=took)


def circuit(insights: Sequence[Insight]) -> tuple[Passed, ...]:
    """How far insights came, stage by stage; what was declined was heard, and no more. Who skips a
    stage passes it in no time."""
    times = [_times(one) for one in insights if one.state not in ("proposed", "dismissed")]
    return tuple(
        Passed(
            stage=stage,
            reached=sum(len(one) > place + 1 for one in times),
            took=_median([one[place + 1] - one[place] for one in times if len(one) > place + 1]),
        )
        for place, stage in enumerate(STAGES)
    )


def _times(insight: Insight) -> list[datetime]:
    """When its first post was written, and when it came to each stage that it has reached: after
    the last time that it was reopened."""
    reached = STAGES.index(insight.state) if insight.state in STAGES else 0
    times = [insight.first, max(insight.first, insight.heard)]
    for place in range(1, reached + 1):
        passed = [
            change.at
            for change in insight.changes
            if change.now in STAGES
            and STAGES.index(change.now) >= place
            and (change.was not in STAGES or STAGES.index(change.was) < place)
        ]
        times.append(max(times[-1], passed[-1]) if passed else times[-1])
    return times


def _ranked(insight: Insight, voices: Sequence[Voiced], since: datetime, until: datetime) -> Ranked:
    heard = [voice for voice in voices if since <= voice.at <= until]
    said = lately(heard, until)
    reach = sum(voice.reach for voice in heard)
    return Ranked(
        insight=insight,
        lately=said,
        reach=reach,
        weight=weight(said.people, said.week, said.before, reach, said.mood),
    )


def _counts(insight: Insight, voices: Sequence[Voiced], since: datetime) -> bool:
    if insight.state == "dismissed":
        return False
    moments = (insight.heard, *(voice.at for voice in voices), *(c.at for c in insight.changes))
    return insight.state in WAITS or any(moment >= since for moment in moments)


def _median(lengths: Sequence[timedelta]) -> timedelta | None:
    seconds = [length.total_seconds() for length in lengths]
    return timedelta(seconds=median(seconds)) if seconds else None
