"""What the work weighs."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from bot.domain.conversation import VIGIE, AuditEvent, Deed
from bot.domain.hours import ALWAYS, OpeningHours
from bot.domain.judgements import Judgement
from bot.domain.load import Load, load, monday, starts

PARIS = ZoneInfo("Europe/Paris")
WEEK = date(2026, 11, 23)
OFFICE = OpeningHours(
    zone=PARIS, days=frozenset(range(5)), opens=time(9), closes=time(18), holidays=frozenset()
)


def event(
    by: str, deed: Deed, *, day: int = 1, hour: int = 10, on: str = "c1", to: str = ""
) -> AuditEvent:
    at = datetime(2026, 11, 23, hour, tzinfo=PARIS) + timedelta(days=day)
    return AuditEvent(id=f"{on}{at}", conversation=on, order=0, at=at, by=by, deed=deed, to=to)


def test_a_week_begins_on_monday_midnight_of_the_teams_zone() -> None:
    just_before = starts(WEEK, PARIS) - timedelta(seconds=1)
    assert monday(starts(WEEK, PARIS), PARIS) == WEEK
    assert monday(just_before, PARIS) == WEEK - timedelta(days=7)


def test_ones_own_load_is_what_one_took_read_and_did_late() -> None:
    events = [
        event("U1", "claim"),
        event("U1", "resolve", hour=20),
        event("U2", "assign", on="c2", to="U1"),
        event("U1", "dismiss", on="c3", day=5),
        event("U1", "claim", on="c4", day=8),
        event(VIGIE, "lapse", hour=3),
    ]
    posts = {"c1": ("m1", "m2"), "spike": ()}
    found = load(WEEK, events, [], posts, OFFICE, "U1")
    assert found == Load(week=WEEK, taken=2, read=3, out_of_hours=2)


def test_what_was_judged_was_read() -> None:
    judged = [
        Judgement(mention="m1", watch="Lumo", verdict="right", by="U1", at=event("U1", "reply").at),
        Judgement(mention="m2", watch="Lumo", verdict="right", by="U2", at=event("U1", "reply").at),
    ]
    assert load(WEEK, [], judged, {}, OFFICE, "U1").read == 1
    assert load(WEEK, [], judged, {}, OFFICE).read == 2


def test_a_spike_that_somebody_handles_is_no_negative_post() -> None:
    assert load(WEEK, [event("U1", "claim", on="spike")], [], {"spike": ()}, OFFICE, "U1").read == 0


PEOPLE = ("U1", "U2", "U3")
EVENTS = st.lists(
    st.builds(
        event,
        st.sampled_from((*PEOPLE, VIGIE)),
        st.sampled_from(("claim", "assign", "hand_over", "resolve", "reply", "dismiss")),
        day=st.integers(-8, 15),
        hour=st.integers(0, 23),
        on=st.sampled_from(("c1", "c2", "c3")),
        to=st.sampled_from(PEOPLE),
    ),
    max_size=30,
)


@given(EVENTS)
def test_the_teams_sums_are_those_of_its_people(events: list[AuditEvent]) -> None:
    team = load(WEEK, events, [], {}, OFFICE)
    each = [load(WEEK, events, [], {}, OFFICE, who) for who in PEOPLE]
    assert team.taken == sum(one.taken for one in each)
    assert team.out_of_hours == sum(one.out_of_hours for one in each)
    assert max(one.read for one in each) <= team.read <= sum(one.read for one in each)
    weeks = [load(WEEK + timedelta(days=7 * n), events, [], {}, OFFICE) for n in range(-3, 4)]
    people = [one for one in events if one.by != VIGIE]
    deeds = sum(one.deed in ("claim", "assign", "hand_over") for one in people)
    assert sum(one.taken for one in weeks) == deeds, "no event is counted twice, none is lost"
    always = OpeningHours(zone=PARIS, days=ALWAYS.days, opens=ALWAYS.opens, closes=ALWAYS.closes)
    assert load(WEEK, events, [], {}, always).out_of_hours == 0
