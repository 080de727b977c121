"""App Home, whatever is held and whatever people wrote: Slack takes it, and it says what is so."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from datetime import UTC, date, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from bot.domain.alerts import Mute
from bot.domain.conversation import OPEN, Conversation
from bot.domain.insights import begun
from bot.domain.judgements import Proposal
from bot.domain.load import Load, Workload
from bot.domain.pairs import Pair
from bot.domain.query import parse
from bot.domain.questions import Asked, Question
from bot.domain.severity import SEVERITIES
from bot.domain.status import (
    Closed,
    Home,
    Lookout,
    WatchState,
    by_deadline,
    team_of,
    worst_first,
)
from bot.domain.subscriptions import Subscription
from bot.domain.watch import Watch
from bot.i18n import Voice
from bot.slack.blocks.home import home_view
from bot.standin.blocks import check_view
from tests.builders import NOW, a_conversation, a_mention

NASTY = st.one_of(
    st.text(max_size=40),
    st.sampled_from(["<!channel>", "<@U1>", "*_~`", "```", "&lt;", "|>", "\u202eevil", "🇫🇷" * 400]),
)
NAMES = st.text(
    st.characters(codec="utf-8", exclude_categories=["C", "Z"]), min_size=1, max_size=60
)
EN, FR = Voice("en", UTC), Voice("fr", ZoneInfo("Europe/Paris"))
VOICES = st.sampled_from([EN, FR])


@st.composite
def conversations(draw: st.DrawFn) -> Conversation:
    state = draw(st.sampled_from(OPEN))
    return a_conversation(
        id=draw(st.uuids()).hex[:12],
        title=draw(NASTY),
        watch=draw(NASTY),
        url=draw(st.sampled_from(["", "https://example.org/a|b>c", "javascript:alert(1)"])),
        state=state,
        assignee="" if state == "new" else "U1",
        severity=draw(st.sampled_from(SEVERITIES)),
        due=draw(st.none() | st.just(NOW + timedelta(hours=draw(st.integers(-9, 9))))),
    )


def a_watch_state(name: str, **changes: Any) -> WatchState:
    watch = Watch(
        name=name,
        query=parse("lumo"),
        sources=("forum", "lumen.social"),
        negative_channel="#care",
        spike_channel="C123",
    )
    state = WatchState(
        watch=watch,
        pairs=(
            Pair(watch=name, source="forum", last_ok=NOW),
            Pair(watch=name, source="lumen.social", failures=3, failing_since=NOW, error="down"),
        ),
        mentions_a_day=12,
        mute=None,
    )
    return replace(state, **changes)


def a_home(*held: Conversation, lookout: Lookout | None = None) -> Home:
    week = date(2026, 11, 23)
    return Home(
        now=NOW,
        mine=by_deadline(one for one in held if one.assignee == "U1"),
        waiting=worst_first(one for one in held if one.state == "new"),
        team=team_of(held, 3, NOW),
        digest=Subscription(user="U1", at=(time(9),)),
        week=Workload(this=Load(week=week), last=Load(week=week), open=1),
        lookout=lookout,
    )


def a_question(id: str) -> Asked:
    question = Question(mention=id, watch="Lumo", day="2026-11-24", at=NOW)
    return Asked(question=question, mention=a_mention(id=id))


def a_lookout(*names: str, closed: tuple[Closed, ...] = ()) -> Lookout:
    return Lookout(
        watches=tuple(a_watch_state(name) for name in names[:12]), names=names, closed=closed
    )


def a_proposal(id: str = "p1", watch: str = "Lumo") -> Proposal:
    return Proposal(id=id, watch=watch, at=NOW, exclude="giveaway", spared=9, wrong=11, right=14)


def words_of(value: Any) -> str:
    match value:
        case str():
            return value
        case Mapping():
            return " ".join(words_of(part) for part in value.values())
        case list() | tuple():
            return " ".join(words_of(part) for part in value)
        case _:
            return ""


@given(st.lists(conversations(), max_size=60, unique_by=lambda one: one.id), VOICES)
def test_any_number_of_conversations_fits(held: list[Conversation], voice: Voice) -> None:
    view = home_view(a_home(*held), voice)
    check_view(view)
    shown = words_of([block for block in view["blocks"] if block["type"] == "section"])
    assert "<!channel>" not in shown


@given(st.lists(NAMES, min_size=1, max_size=30, unique_by=str.casefold), NASTY, VOICES)
def test_any_names_of_watches_fit(names: list[str], error: str, voice: Voice) -> None:
    lookout = a_lookout(*names)
    pair = Pair(watch="w", source=error or "x", failures=2, failing_since=NOW, error=error * 9)
    first = replace(
        lookout.watches[0],
        pairs=(pair,) * 40,
        mute=Mute(watch=names[0], until=NOW, by="U1"),
        edited_by="U2",
    )
    shown = replace(lookout, watches=(first, *lookout.watches[1:]))
    check_view(home_view(a_home(lookout=shown), voice))


def test_the_fullest_home_stays_within_slacks_hundred_blocks() -> None:
    held = [a_conversation(id=f"n{n}", state="new") for n in range(300)]
    held += [a_conversation(id=f"m{n}", state="claimed", assignee="U1") for n in range(300)]
    names = [f"watch {n}" for n in range(10_500)]
    closed = tuple(Closed(channel=f"#c{n}", code="is_archived", routes=("r",)) for n in range(30))
    lookout = replace(
        a_lookout(*names, closed=closed),
        proposals=tuple(a_proposal(f"p{n}", f"watch {n}") for n in range(40)),
    )
    asked = tuple(a_question(f"q{n}") for n in range(30))
    insights = tuple(begun(a_mention(id=f"m{n}"), "A <wish>", "wish", NOW) for n in range(30))
    full = replace(a_home(*held, lookout=lookout), asked=asked, insights=insights)
    for voice in (EN, FR):
        view = home_view(full, voice)
        check_view(view)
        assert len(view["blocks"]) <= 100


def test_everybody_is_asked_about_a_few_posts_that_were_not_flagged() -> None:
    view = home_view(replace(a_home(), asked=(a_question("q1"), a_question("q2"))), EN)
    check_view(view)
    assert "Did Vigie miss these?" in words_of(view["blocks"])
    assert words_of(view["blocks"]).count("My Lumo lamp died") == 2


def test_one_s_own_are_shown_by_deadline_and_the_others_worst_first() -> None:
    held = [
        a_conversation(id="later", assignee="U1", state="claimed", due=NOW + timedelta(hours=2)),
        a_conversation(id="asleep", assignee="U1", state="snoozed", due=NOW),
        a_conversation(id="late", assignee="U1", state="claimed", due=NOW - timedelta(hours=1)),
        a_conversation(id="mild", severity="low", due=NOW - timedelta(hours=5)),
        a_conversation(id="worst", severity="critical", due=NOW + timedelta(hours=1)),
    ]
    shown = words_of(home_view(a_home(*held), EN)["blocks"])
    places = [shown.index(f"`{id}`") for id in ("late", "later", "asleep", "worst", "mild")]
    assert places == sorted(places)


def test_the_team_is_told_in_sums() -> None:
    held = [
        a_conversation(id="a", due=NOW),
        a_conversation(id="b", state="claimed", assignee="U2", due=NOW - timedelta(hours=1)),
        a_conversation(id="c", state="replied", assignee="U3"),
    ]
    team = team_of(held, 5, NOW)
    assert (team.states, team.taken, team.overdue) == ({"new": 1, "claimed": 1, "replied": 1}, 5, 2)
    shown = words_of(home_view(a_home(*held), EN)["blocks"])
    assert "<@U2>" not in shown
    assert "<@U3>" not in shown


def test_a_watch_is_shown_with_its_health_and_its_deeds() -> None:
    paused = a_watch_state("Lumo", edited_by="U2")
    paused = replace(paused, watch=dataclasses.replace(paused.watch, paused=True))
    lookout = Lookout(watches=(paused,), names=("Lumo",))
    shown = words_of(home_view(a_home(lookout=lookout), EN)["blocks"])
    assert "*Lumo* · 12 mentions in 24 h · ⏸ paused · ✏️ as <@U2> left it in Slack" in shown
    assert "✅ forum" in shown
    assert "⚠️ lumen.social: down" in shown
    assert "Resume" in shown
    assert "Pause" not in shown


def test_of_a_watch_that_is_only_counted_no_limit_is_shown() -> None:
    counted = a_watch_state("Rival")
    counted = replace(counted, watch=dataclasses.replace(counted.watch, negative_below=-1.0))
    lookout = Lookout(watches=(counted,), names=("Rival",))
    shown = words_of(home_view(a_home(lookout=lookout), EN)["blocks"])
    assert "Negative posts are only counted · spikes" in shown


def test_a_closed_channel_is_shown_with_why_and_what_waits_for_it() -> None:
    closed = (
        Closed(channel="#care", code="is_archived", watches=("Lumo",), routes=("crises",)),
        Closed(channel="C1", code="not_in_channel", watches=("Lumo", "Rivals"), teams=("Shop",)),
    )
    shown = words_of(home_view(a_home(lookout=a_lookout("Lumo", closed=closed)), EN)["blocks"])
    assert "*#care* is closed to Vigie: it is archived. The route crises is off" in shown
    assert "*<#C1>* is closed to Vigie: Vigie is not in it" in shown
    assert "What it would hear of Lumo and Rivals waits" in shown
    assert "The insights of Shop wait until it is open." in shown


def test_what_is_proposed_waits_in_home_with_its_buttons() -> None:
    many = tuple(a_proposal(f"p{n}") for n in range(7))
    view = home_view(a_home(lookout=replace(a_lookout("Lumo"), proposals=many)), EN)
    check_view(view)
    shown = words_of(view["blocks"])
    assert shown.count("leave out posts that say “giveaway”") == 5
    assert shown.count("No, thanks") == 5
    assert "…and 2 more: `/vigie precision`" in shown


@pytest.mark.parametrize("voice", [EN, FR])
def test_who_does_not_administer_vigie_sees_no_watches(voice: Voice) -> None:
    view = home_view(a_home(), voice)
    check_view(view)
    assert "watch_" not in str(view)
