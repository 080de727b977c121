"""A drill is its script, its clock and its events; its score is of a team, and names nobody."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.conversation import AuditEvent
from bot.domain.drills import (
    Drill,
    begun,
    conversation,
    conversation_id,
    is_practice,
    only_scored,
    told_apart,
    with_event,
)
from bot.domain.drillscores import Played, Score, Waited, change, scored
from bot.domain.identity import as_typed
from bot.domain.identity import conversation_id as real_id
from bot.domain.scripts import (
    Heard,
    Script,
    ScriptFault,
    ScriptPost,
    named,
    remade,
    script_in,
    without_names,
)
from bot.errors import AlreadyClaimed, ConversationError, IllegalTransition
from bot.services.scripts import shipped
from tests.builders import NOW

MINUTE = timedelta(minutes=1)
SECOND = timedelta(seconds=1)


def a_script(*minutes: float, length: float = 30) -> Script:
    posts = tuple(
        ScriptPost(minute=minute, author="Ada", language="en", text="It smells of burning.")
        for minute in minutes
    )
    return Script(
        name="fault", title="Fault", situation="", language="en", minutes=length, posts=posts
    )


def a_drill(*minutes: float, speed: int = 1) -> Drill:
    return begun(a_script(*minutes), "#practice", speed, "U_MARGOT", NOW)


def an_event(drill: Drill, number: int, deed: Any, **changes: Any) -> AuditEvent:
    id = conversation_id(drill, number)
    order = len(drill.events)
    event = AuditEvent(
        id=f"{id}.{order}", conversation=id, deed=deed, by="U_SAM", at=NOW, order=order
    )
    return msgspec.structs.replace(event, **changes)


def test_posts_come_at_their_minutes_and_sooner_where_it_is_played_faster() -> None:
    assert a_drill(0, 10).shown_at(2) == NOW + 10 * MINUTE
    assert a_drill(0, 10, speed=5).shown_at(2) == NOW + 2 * MINUTE
    assert list(a_drill(0, 10, speed=20).shown(NOW + 29 * SECOND)) == [1]
    assert list(a_drill(0, 10, speed=20).shown(NOW + 30 * SECOND)) == [1, 2]


def test_however_fast_it_is_played_the_last_post_can_be_answered() -> None:
    drill = a_drill(0, 25, speed=20)
    assert drill.ends - drill.shown_at(2) == MINUTE
    assert a_drill(0, 25).ends == NOW + 30 * MINUTE


def test_a_conversation_is_what_its_events_made_of_it() -> None:
    drill = a_drill(0, 0)
    drill = with_event(drill, an_event(drill, 1, "claim"), NOW)
    drill = with_event(drill, an_event(drill, 1, "reply", at=NOW + MINUTE), NOW)

    worked = conversation(drill, 1)

    assert (worked.state, worked.assignee, worked.answered) == ("replied", "U_SAM", NOW + MINUTE)
    assert conversation(drill, 2).state == "new"


def test_what_real_conversations_refuse_is_refused_in_a_drill() -> None:
    drill = a_drill(0)
    drill = with_event(drill, an_event(drill, 1, "claim"), NOW)

    with pytest.raises(AlreadyClaimed):
        with_event(drill, an_event(drill, 1, "claim", by="U_CAMILLE"), NOW)


def test_what_is_not_shown_yet_or_is_over_cannot_be_worked() -> None:
    drill = a_drill(0, 10)
    with pytest.raises(IllegalTransition, match="no such post"):
        with_event(drill, an_event(drill, 2, "claim"), NOW)
    over = msgspec.structs.replace(drill, over=NOW)
    with pytest.raises(IllegalTransition, match="is over"):
        with_event(over, an_event(over, 1, "claim"), NOW)


@given(st.text(), st.text(), st.text())
def test_no_real_conversation_is_taken_for_one_of_a_drill(a: str, b: str, c: str) -> None:
    assert not is_practice(real_id(a, b, c))


def test_a_drills_ids_can_be_typed() -> None:
    drill = a_drill(0)
    id = conversation_id(drill, 1)
    assert is_practice(f"`{id.upper()}`")
    assert as_typed(id) == id
    assert told_apart(id) == (drill.id, 1)


def played(expects: Any, *deeds: tuple[str, int]) -> Played:
    drill = a_drill(0)
    events = tuple(
        an_event(drill, 1, deed, at=NOW + seconds * SECOND, order=n)
        for n, (deed, seconds) in enumerate(deeds)
    )
    return Played(shown=NOW, expects=expects, events=events)


def test_a_score_tells_how_long_posts_waited_and_which_were_missed() -> None:
    score = scored(
        [
            played("answer", ("claim", 10), ("reply", 60)),
            played("answer", ("claim", 30), ("hand_over", 40), ("resolve", 100)),
            played("answer", ("claim", 20)),
            played("answer"),
        ],
        steps_done=3,
        steps=8,
    )

    assert score.to_claim == Waited(median=20 * SECOND, worst=30 * SECOND)
    assert score.to_answer == Waited(median=80 * SECOND, worst=100 * SECOND)
    assert (score.wanted, score.answered, score.missed, score.handovers) == (4, 2, 1, 1)
    assert (score.steps_done, score.steps) == (3, 8)


def test_answering_a_troll_is_no_merit_and_leaving_one_alone_no_miss() -> None:
    score = scored([played("nothing", ("reply", 5)), played("nothing"), played("dismiss")])
    assert (score.wanted, score.missed, score.needless) == (0, 0, 1)
    assert score.to_answer is None


def test_a_post_that_was_said_not_to_be_about_us_is_taken_care_of() -> None:
    assert scored([played("answer", ("dismiss", 5))]).missed == 0


@pytest.mark.parametrize(
    ("missed", "answered", "told"),
    [(1, 60, "better"), (5, 60, "worse"), (3, 30, "better"), (3, 90, "worse"), (3, 62, "same")],
)
def test_what_was_missed_counts_before_how_long_it_took(
    missed: int, answered: int, told: str
) -> None:
    def score(missed: int, seconds: int) -> Score:
        waited = Waited(median=seconds * SECOND, worst=seconds * SECOND)
        return Score(
            wanted=10, answered=7, missed=missed, needless=0, handovers=0, to_answer=waited
        )

    assert change(score(missed, answered), score(3, 60)) == told


@pytest.mark.parametrize(("answered", "seconds"), [(0, 0), (1, 10)])
def test_who_takes_all_and_answers_few_does_worse_however_quick_these_are(
    answered: int, seconds: int
) -> None:
    def score(answered: int, seconds: int) -> Score:
        waited = Waited(median=seconds * SECOND, worst=seconds * SECOND) if answered else None
        return Score(
            wanted=8, answered=answered, missed=0, needless=0, handovers=0, to_answer=waited
        )

    assert change(score(answered, seconds), score(8, 60)) == "worse"
    assert change(score(8, 60), score(answered, seconds)) == "better"


def test_of_an_old_drill_nothing_is_left_that_names_anybody() -> None:
    drill = a_drill(0)
    drill = with_event(drill, an_event(drill, 1, "claim"), NOW)
    kept = msgspec.json.encode(only_scored(drill)).decode()
    assert "U_" not in kept
    assert "burning" not in kept


@pytest.mark.parametrize("language", ["en", "fr"])
def test_three_drills_ship_in_each_language(language: str) -> None:
    found = shipped(language)
    assert [script.name for script in found] == ["data-leak", "false-rumour", "product-fault"]
    for script in found:
        assert len(script.posts) >= 24
        assert script.minutes == 30
        wants = [post.expects for post in script.posts]
        assert "nothing" in wants
        assert "dismiss" in wants
        assert {post.language for post in script.posts} == {"en", "fr"}


def test_the_same_happens_at_the_same_minutes_in_both_languages() -> None:
    for english, french in zip(shipped("en"), shipped("fr"), strict=True):
        assert [(p.minute, p.expects) for p in english.posts] == [
            (p.minute, p.expects) for p in french.posts
        ]


def test_a_drill_is_meant_by_a_part_of_its_name_in_either_language() -> None:
    both = [*shipped("en"), *shipped("fr")]
    assert named("rumour", both) == "false-rumour"
    assert named("Fausse rumeur", both) == "false-rumour"
    assert named("product-fault", both) == "product-fault"
    for unclear in ("", "lumo", "earthquake", "fa"):
        with pytest.raises(ConversationError):
            named(unclear, both)


@pytest.mark.parametrize(
    "text",
    ["", "title = 3", 'title = "T"\nsituation = ""\nminutes = 5\nposts = []', "posts = [3]"],
)
def test_a_script_that_cannot_be_played_is_refused(text: str) -> None:
    with pytest.raises(ScriptFault):
        script_in(text, "t", "en")


def heard(number: int, author: str, minutes: float) -> Heard:
    return Heard(
        mention=f"m{number}",
        at=NOW + minutes * MINUTE,
        author=author,
        language="en",
        source="forum",
        followers=1234,
    )


def test_what_happened_once_is_played_within_half_an_hour_by_nobody_in_particular() -> None:
    script = remade(
        [heard(2, "@ben", 600), heard(1, "@ada", 0), heard(3, "@ada", 1200)],
        name="once",
        title="Once",
        situation="",
        voices="Voice {n}",
    )
    assert [post.minute for post in script.posts] == [0, 12.5, 25]
    assert [post.author for post in script.posts] == ["Voice 1", "Voice 2", "Voice 1"]
    assert {post.text for post in script.posts} == {""}
    assert {post.followers for post in script.posts} == {1000}


def test_a_short_crisis_keeps_its_own_pace() -> None:
    script = remade(
        [heard(1, "@ada", 0), heard(2, "@ben", 3)], name="s", title="S", situation="", voices="{n}"
    )
    assert [post.minute for post in script.posts] == [0, 3]


def test_people_and_addresses_in_a_post_are_left_out() -> None:
    said = "Hey @ada@lumen.social and u/ben: see https://x.example/@ada or ask ada@mail.example"
    assert without_names(said) == "Hey @… and @…: see … or ask …"


@given(st.text(max_size=200))
def test_leaving_names_out_twice_changes_nothing(text: str) -> None:
    once = without_names(text)
    assert without_names(once) == once
