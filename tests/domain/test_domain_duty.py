"""Who is on duty, and who is next."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from bot.domain.duty import Away, Duty, Rota

PARIS = ZoneInfo("Europe/Paris")
MONDAY = date(2026, 11, 23)


def local(*when: int) -> datetime:
    return datetime(2026, *when, tzinfo=PARIS).astimezone(UTC)  # type: ignore[arg-type,misc]


def a_rota(*away: Away, people: tuple[str, ...] = ("U1", "U2", "U3"), turn: int = 7) -> Rota:
    return Rota(zone=PARIS, people=people, since=MONDAY, turn=turn, at=time(9), away=away)


def test_turns_change_at_their_hour() -> None:
    rota = a_rota()
    assert rota.on_duty(local(11, 23, 8, 59)) == "U3", "the turn before still runs"
    assert rota.on_duty(local(11, 23, 9)) == "U1"
    assert rota.on_duty(local(11, 30, 8, 59)) == "U1"
    assert rota.on_duty(local(11, 30, 9)) == "U2"


def test_whoever_is_away_is_left_out_for_these_days() -> None:
    rota = a_rota(Away(who="U1", since=date(2026, 11, 25), until=date(2026, 11, 26)))
    assert rota.on_duty(local(11, 24, 23, 59)) == "U1"
    assert rota.on_duty(local(11, 25, 0)) == "U2"
    assert rota.on_duty(local(11, 26, 23, 59)) == "U2"
    assert rota.on_duty(local(11, 27, 0)) == "U1"


def test_nobody_is_on_duty_where_all_are_away_or_nobody_is_named() -> None:
    away = [Away(who=who, since=MONDAY, until=MONDAY) for who in ("U1", "U2")]
    assert a_rota(*away, people=("U1", "U2")).on_duty(local(11, 23, 12)) == ""
    assert a_rota(people=()).on_duty(local(11, 23, 12)) == ""
    assert list(a_rota(people=()).duties(local(11, 23, 12))) == [Duty("", local(11, 23, 12), None)]


def test_duties_tell_from_when_to_when() -> None:
    rota = a_rota(Away(who="U2", since=date(2026, 12, 2), until=date(2026, 12, 3)))
    duties = rota.duties(local(11, 24, 12))
    assert next(duties) == Duty("U1", local(11, 24, 12), local(11, 30, 9))
    assert next(duties) == Duty("U2", local(11, 30, 9), local(12, 2, 0))
    assert next(duties) == Duty("U3", local(12, 2, 0), local(12, 4, 0))
    assert next(duties) == Duty("U2", local(12, 4, 0), local(12, 7, 9))


def test_one_alone_is_on_duty_without_an_end() -> None:
    assert list(a_rota(people=("U1",)).duties(local(11, 24, 12))) == [
        Duty("U1", local(11, 24, 12), None)
    ]


def test_those_are_named_who_are_away_now_or_soon() -> None:
    now, soon = (
        Away(who="U1", since=date(2026, 11, 1), until=date(2026, 11, 24)),
        Away(who="U2", since=date(2026, 12, 20), until=date(2027, 1, 3)),
    )
    back = Away(who="U3", since=date(2026, 10, 1), until=date(2026, 11, 23))
    far = Away(who="U3", since=date(2027, 3, 1), until=date(2027, 3, 2))
    assert a_rota(far, soon, back, now).away_from(local(11, 24, 12)) == (now, soon)


days = st.dates(date(2026, 1, 1), date(2027, 12, 31))
aways = st.builds(
    lambda who, since, length: Away(who=who, since=since, until=since + timedelta(days=length)),
    st.sampled_from(["U1", "U2", "U3"]),
    days,
    st.integers(0, 40),
)
rotas = st.builds(
    lambda people, turn, at, away: Rota(
        zone=PARIS, people=people, since=MONDAY, turn=turn, at=at, away=tuple(away)
    ),
    st.lists(st.sampled_from(["U1", "U2", "U3"]), unique=True, max_size=3).map(tuple),
    st.integers(1, 30),
    st.times().map(lambda clock: clock.replace(second=0, microsecond=0)),
    st.lists(aways, max_size=4),
)
moments = st.integers(0, 24 * 60 * 600).map(
    lambda minutes: datetime(2026, 2, 1, tzinfo=UTC) + timedelta(minutes=minutes)
)


@given(rotas, moments)
def test_whoever_is_on_duty_is_named_and_there(rota: Rota, moment: datetime) -> None:
    who = rota.on_duty(moment)
    if who:
        assert who in rota.people
        assert not rota.is_away(who, moment)
    else:
        assert all(rota.is_away(one, moment) for one in rota.people)


@given(rotas, moments, st.integers(0, 60 * 24 * 60))
def test_duties_follow_each_other_and_say_what_on_duty_says(
    rota: Rota, moment: datetime, minutes: int
) -> None:
    at = moment + timedelta(minutes=minutes)
    duties = list(rota.duties(moment))
    assert duties[0].since == moment
    for one, then in pairwise(duties):
        assert one.until == then.since > one.since
        assert one.who != then.who
    assert duties[-1].until is None
    then = next(one for one in duties if one.until is None or at < one.until)
    assert then.who == rota.on_duty(at)
