"""Digests, proposals, subscriptions and load: whatever is in them, Slack takes them, in both
languages."""

from __future__ import annotations

from datetime import UTC, date, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from bot.domain.alerts import Mute
from bot.domain.digests import Digest, Scope
from bot.domain.judgements import Proposal
from bot.domain.load import Load, Workload
from bot.domain.precision import Precision
from bot.domain.reports import Report
from bot.domain.responses import Responses, waiting_of
from bot.domain.severity import SEVERITIES
from bot.domain.subscriptions import Subscription
from bot.domain.summaries import summarise
from bot.i18n import Voice
from bot.slack.blocks.digest import digest_card
from bot.slack.blocks.load import load_section, own_card, pass_on_view, team_card
from bot.slack.blocks.proposals import precision_card, proposal_blocks, with_answer
from bot.slack.blocks.subscriptions import settings_card, settings_line, subscription_view
from bot.standin.blocks import check_blocks, check_view
from tests.builders import NOW, a_conversation, a_mention, a_post

ENGLISH = Voice("en", UTC)
VOICES = st.sampled_from([ENGLISH, Voice("fr", ZoneInfo("Europe/Paris"))])
NASTY = st.one_of(
    st.text(min_size=1, max_size=60),
    st.sampled_from(["<!channel>", "<@U1>", "*_~`", "|>", "\u202eevil", "🇫🇷" * 400, "x" * 5000]),
)
NUMBERS = st.integers(0, 12_000)
CONTROL = ("<!channel>", "<!here", "<!everyone", "<@U1>")


@st.composite
def digests(draw: st.DrawFn) -> Digest:
    watches = tuple(draw(st.lists(NASTY, max_size=8)))
    found = [
        a_mention(id=f"m{n}", post=a_post(id=f"m{n}", text=draw(NASTY), author=f"@{n}"))
        for n in range(draw(st.integers(0, 4)))
    ]
    made = summarise(
        found, usual=draw(st.floats(0, 90)), previous=[], since=NOW - timedelta(days=1), now=NOW
    )
    waits = [
        a_conversation(id=f"c{n}", title=draw(NASTY), due=draw(st.none() | st.just(NOW)))
        for n in range(draw(st.integers(0, 5)))
    ]
    return Digest(
        scope=Scope(
            watches=watches,
            languages=tuple(draw(st.lists(st.sampled_from(("fr", "xx", "unknown")), max_size=3))),
            severity=draw(st.sampled_from(SEVERITIES)),
        ),
        since=NOW - timedelta(days=1),
        until=NOW,
        reports=tuple(
            Report(
                watch=watch,
                period=timedelta(days=1),
                summary=made,
                hours=(1,) * 24,
                known_days=draw(st.sampled_from((0, 28))),
            )
            for watch in watches
        ),
        waiting=waiting_of(waits, NOW + timedelta(hours=1), 3),
        responses=draw(
            st.none()
            | st.builds(
                Responses,
                median=st.timedeltas(timedelta(), timedelta(days=9)),
                answers=NUMBERS,
                measured=NUMBERS,
            )
        ),
        held=tuple(
            Mute(watch=watch, until=NOW, by="U1", held=2, word=draw(NASTY)) for watch in watches
        ),
        precisions=tuple(a_precision(watch) for watch in watches),
        proposals=tuple(a_proposal(f"p{n}", watch) for n, watch in enumerate(watches[:3])),
    )


def a_precision(watch: str, right: int = 6) -> Precision:
    return Precision(
        watch=watch, flagged=40, right=right, not_about_us=5, not_negative=1, low=0.2, high=0.7
    )


def a_proposal(id: str = "p1", watch: str = "Lumo", lost: int = 0) -> Proposal:
    return Proposal(
        id=id, watch=watch, at=NOW, exclude="giveaway", spared=9, wrong=11, lost=lost, right=14
    )


@given(digests(), VOICES)
def test_slack_takes_a_digest(digest: Digest, voice: Voice) -> None:
    card = digest_card(digest, voice)
    check_blocks(list(card.blocks))
    assert card.text
    for mark in CONTROL:
        assert mark not in str(card.blocks)
        assert mark not in card.text


def test_nothing_to_say_is_said_in_a_line() -> None:
    digest = Digest(scope=Scope(watches=("Lumo",)), since=NOW, until=NOW, reports=())
    card = digest_card(digest, ENGLISH)
    assert card.text == "Nothing new about Lumo since 24 Nov, 10:00. 🌤"
    assert len(card.blocks) == 1


def test_a_proposal_tells_what_it_would_have_spared_and_cost() -> None:
    assert "9 of 11 wrong alerts, and none of the 14 right ones" in str(
        proposal_blocks(a_proposal(), ENGLISH)
    )
    assert "9 of 11 wrong alerts, and 2 of 14 right ones" in str(
        proposal_blocks(a_proposal(lost=2), ENGLISH)
    )


@pytest.mark.parametrize("answer", ["applied", "declined"])
def test_an_answer_takes_the_place_of_the_proposals_buttons_alone(answer: str) -> None:
    first, second = a_proposal("p1"), a_proposal("p2")
    blocks = [*proposal_blocks(first, ENGLISH), *proposal_blocks(second, ENGLISH)]
    answered = replace(first, answer=answer, by="U7")
    shown = with_answer(blocks, answered, ENGLISH)
    check_blocks(shown)
    assert "<@U7>" in str(shown[0])
    assert shown[1:] == proposal_blocks(second, ENGLISH)
    assert with_answer(shown, answered, ENGLISH) == shown


@given(st.lists(NASTY, max_size=30), VOICES)
def test_slack_takes_the_precision_of_many_watches(names: list[str], voice: Voice) -> None:
    found = [a_precision(name, right) for name in names for right in (0, 6)]
    card = precision_card(found, [a_proposal(watch=name) for name in names[:1]], voice)
    check_blocks(list(card.blocks))


@given(
    st.lists(NASTY, max_size=120, unique_by=lambda name: name[:75]),
    st.lists(st.integers(0, 6), max_size=7, unique=True),
    st.lists(st.times(), max_size=2),
    VOICES,
)
def test_slack_takes_the_form_and_the_line_of_a_subscription(
    watches: list[str], days: list[int], at: list[time], voice: Voice
) -> None:
    names = [watch[:80] for watch in watches]
    wanted = Subscription(
        user="U1",
        watches=tuple(names[:7]),
        languages=("fr", "gone"),
        at=tuple(at),
        days=tuple(days),
        when_empty=True,
    )
    check_view(subscription_view(wanted, names, ("en", "fr"), voice))
    check_blocks([settings_line(wanted, voice)])


def test_a_subscription_is_told_in_a_line() -> None:
    wanted = Subscription(user="U1", watches=("Lumo",), at=(time(9),), severity="high")
    assert settings_card(wanted, ENGLISH).text == (
        "*My digest:* Mon, Tue, Wed, Thu and Fri, 09:00 · Lumo · high severity and worse"
    )
    assert "none" in settings_card(Subscription(user="U1"), ENGLISH).text


@given(NUMBERS, st.lists(NASTY, max_size=14), VOICES)
def test_slack_takes_a_load_and_the_form_to_pass_it_on(
    number: int, titles: list[str], voice: Voice
) -> None:
    week = Load(week=date(2026, 11, 23), taken=number, read=number, out_of_hours=number)
    load = Workload(this=week, last=week, open=len(titles))
    check_blocks(load_section(load, voice))
    check_blocks(list(own_card(load, voice).blocks))
    check_blocks(list(team_card(load, voice).blocks))
    mine = [a_conversation(id=f"c{n}", title=title) for n, title in enumerate(titles)]
    if mine:
        check_view(pass_on_view(mine, voice))


def test_work_can_be_passed_on_only_where_there_is_any() -> None:
    week = Load(week=date(2026, 11, 23))
    assert "Pass this on" in str(load_section(Workload(this=week, last=week, open=1), ENGLISH))
    assert "Pass this on" not in str(load_section(Workload(this=week, last=week), ENGLISH))
