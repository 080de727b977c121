"""Many conversations at once, chosen in words."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any, get_args
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from bot.domain.bulk import Selection, Since, chosen, selection
from bot.domain.conversation import Conversation, State
from bot.domain.severity import SEVERITIES, rank
from tests.builders import NOW, a_conversation

WATCHES = ["Lumo", "Lumo Pro", "Brand of today"]
PARIS = ZoneInfo("Europe/Paris")


@pytest.mark.parametrize(
    ("line", "meant"),
    [
        ("all", Selection()),
        ("all negative of today", Selection(negative=True, since="today")),
        ("tout négatif d’aujourd’hui", Selection(negative=True, since="today")),
        ("toutes les négatives d'hier sur Lumo", Selection(
            negative=True, since="yesterday", watch="Lumo"
        )),
        ("all high lumo pro of this week", Selection(
            severity="high", watch="Lumo Pro", since="week"
        )),
        ("all of mine", Selection(mine=True)),
        ("toutes les miennes critiques", Selection(mine=True, severity="critical")),
        ("all unclaimed LUMO", Selection(watch="Lumo")),
        ("all brand of today", Selection(watch="Brand of today")),
        ("all bananas of today", Selection(since="today", unknown=("bananas",))),
    ],
)  # fmt: skip
def test_what_a_line_means(line: str, meant: Selection) -> None:
    assert selection(line, WATCHES) == meant


@given(st.text(max_size=80))
def test_any_line_is_read_and_what_is_not_understood_is_said(line: str) -> None:
    found = selection(line, WATCHES)
    assert found.severity in SEVERITIES
    assert found.watch in ("", *WATCHES)
    assert selection(line, WATCHES) == found


@given(st.permutations(["negative", "today", "high", "Lumo Pro", "mine"]))
def test_the_order_of_words_does_not_matter(words: list[str]) -> None:
    assert selection("all " + " ".join(words), WATCHES) == Selection(
        negative=True, since="today", severity="high", watch="Lumo Pro", mine=True
    )


def opened(hours_ago: float, **changes: Any) -> Conversation:
    return a_conversation(opened=NOW - timedelta(hours=hours_ago), **changes)


CONVERSATIONS = st.builds(
    lambda **changes: replace(a_conversation(), **changes),
    id=st.sampled_from(["m1", "c1", "c2"]),
    state=st.sampled_from(get_args(State)),
    assignee=st.sampled_from(["", "U1", "U2"]),
    severity=st.sampled_from(SEVERITIES),
    watch=st.sampled_from(WATCHES),
    opened=st.integers(0, 200).map(lambda hours: NOW - timedelta(hours=hours)),
)
SELECTIONS = st.builds(
    Selection,
    watch=st.sampled_from(["", *WATCHES]),
    severity=st.sampled_from(SEVERITIES),
    since=st.sampled_from(get_args(Since)),
    negative=st.booleans(),
    mine=st.booleans(),
)


@given(SELECTIONS, st.lists(CONVERSATIONS, max_size=15))
def test_nothing_of_anybody_else_is_ever_chosen(
    wanted: Selection, conversations: list[Conversation]
) -> None:
    for one in chosen(wanted, conversations, "U1", NOW, PARIS):
        assert one in conversations
        assert one.is_open
        assert one.assignee == ("U1" if wanted.mine else "")
        assert rank(one.severity) >= rank(wanted.severity)
        assert not (wanted.negative and one.id == one.alert)


def test_a_day_is_one_of_the_persons_own_zone() -> None:
    now = datetime(2026, 11, 25, 23, 30, tzinfo=UTC)  # half past midnight of the 26th in Paris
    before, after = [
        a_conversation(id=id, opened=now - timedelta(minutes=minutes))
        for id, minutes in (("before", 40), ("after", 20))
    ]
    todays = chosen(Selection(since="today"), [before, after], "U1", now, PARIS)
    assert [one.id for one in todays] == ["after"]
    yesterdays = chosen(Selection(since="yesterday"), [before, after], "U1", now, PARIS)
    assert [one.id for one in yesterdays] == ["before"]
