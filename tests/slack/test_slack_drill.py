"""A drill's messages: each is marked, shows outside text as it is, and is one that Slack takes."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from bot.domain.drills import Drill, begun
from bot.domain.drillscores import Score, Waited
from bot.domain.scripts import Script, ScriptPost
from bot.i18n import Voice
from bot.services.scripts import shipped
from bot.slack.blocks.drill import opening_card, post_card, said_by
from bot.slack.blocks.drilllist import list_card
from bot.slack.blocks.drillscore import results_card, score_card
from bot.slack.blocks.parts import Card
from bot.standin.blocks import check_blocks
from tests.builders import NOW

ENGLISH, FRENCH = Voice("en", ZoneInfo("Europe/Paris")), Voice("fr", ZoneInfo("Europe/Paris"))
VOICES = [ENGLISH, FRENCH]
HOSTILE = "<!channel> *bold* <https://evil.example|here> & `code`"


def a_drill(weeks: int = 0, missed: int = 4, *, speed: int = 5, **post: Any) -> Drill:
    """One that was scored, some weeks ago."""
    said = ScriptPost(minute=0, author="Ada", language="en", text="It smells of burning.")
    script = Script(
        name="fault",
        title="Fault",
        situation="It is Saturday.",
        language="en",
        minutes=30,
        posts=(replace(said, **post),),
    )
    drill = begun(script, "#practice", speed, "U_MARGOT", NOW - timedelta(weeks=weeks))
    waited = Waited(median=timedelta(seconds=25), worst=timedelta(seconds=39))
    score = Score(
        wanted=19, answered=19 - missed, missed=missed, needless=1, handovers=2,
        to_claim=waited, to_answer=waited, steps_done=3, steps=8,
    )  # fmt: skip
    return replace(drill, over=drill.ends, score=score)


def scored_card(drill: Drill, voice: Voice, *before: Drill) -> Card:
    assert drill.score
    return score_card(drill, drill.score, before, voice)


def words(card: Card) -> str:
    return f"{card.text} {card.blocks}"


@pytest.mark.parametrize("voice", VOICES, ids=lambda voice: voice.language)
def test_every_message_says_at_its_front_that_it_is_a_drill(voice: Voice) -> None:
    mark = "🎓 DRILL" if voice is ENGLISH else "🎓 EXERCICE"
    drill = a_drill()
    for card in (
        opening_card(drill, "Margot Bell", voice),
        post_card(replace(drill, over=None), 1, "It smells.", voice, NOW),
        scored_card(drill, voice),
    ):
        assert card.text.startswith(mark)
        assert mark in str(card.blocks[0])
        check_blocks(list(card.blocks))


@given(st.text(min_size=1, max_size=4000), st.text(max_size=200))
def test_whatever_a_post_says_its_card_is_one_that_slack_takes(text: str, author: str) -> None:
    drill = replace(a_drill(author=author, text=text), over=None)
    check_blocks(list(post_card(drill, 1, text, ENGLISH, NOW).blocks))


def test_what_outsiders_wrote_rings_for_nobody() -> None:
    drill = replace(a_drill(author=HOSTILE, source=HOSTILE), over=None, title=HOSTILE)
    card = post_card(drill, 1, HOSTILE, ENGLISH, NOW)
    shown = [block for block in card.blocks if block["type"] != "rich_text"]
    assert "<!channel>" not in f"{card.text} {shown}"
    assert "<https://evil" not in f"{card.text} {shown}"


def test_a_post_that_is_not_kept_any_more_shows_nothing_of_it() -> None:
    drill = a_drill(mention="m1", text="")
    said = said_by(drill.posts[0], None)
    assert said is None
    assert "not kept any more" in words(post_card(drill, 1, said, ENGLISH, NOW))


def test_once_it_is_over_there_is_nothing_to_click() -> None:
    drill = a_drill()
    assert "actions" in words(post_card(replace(drill, over=None), 1, "Hot", ENGLISH, NOW))
    assert "actions" not in words(post_card(drill, 1, "Hot", ENGLISH, NOW))


def test_a_score_is_held_against_the_last_one_at_the_same_speed() -> None:
    alone = words(scored_card(a_drill(), ENGLISH, a_drill(1, speed=20)))
    assert "first drill at 5×" in alone
    beside = words(scored_card(a_drill(0, 4), ENGLISH, a_drill(1, 9), a_drill(2, 12)))
    assert "Better than last time, 17 November" in beside
    assert "9 of 19 missed" in beside
    assert "Missed, from drill to drill: █▆▃ (63% → 21%)" in beside


def test_how_soon_few_were_answered_says_how_few() -> None:
    drill = a_drill(missed=15)
    shown = words(scored_card(drill, ENGLISH, a_drill(1, 15)))
    assert "half within 25 seconds, the last after 39 seconds (4 of 19)" in shown
    assert "15 of 19 missed, 4 answered, half of them within 25 seconds" in shown


@pytest.mark.parametrize("language", ["en", "fr"])
def test_what_vigie_says_of_a_drill_is_set_as_its_other_words_are(language: str) -> None:
    for script in shipped(language):
        assert "'" not in f"{script.title} {script.situation}"


def test_a_drill_that_was_stopped_before_its_posts_is_held_against_nothing() -> None:
    empty = replace(
        a_drill(1),
        score=Score(wanted=0, answered=0, missed=0, needless=0, handovers=0),
        stopped=True,
    )
    beside = words(scored_card(a_drill(0, 4), ENGLISH, empty, a_drill(2, 9), a_drill(3, 12)))
    assert "Better than last time, 10 November" in beside
    assert "(63% → 21%)" in beside

    alone = words(scored_card(empty, ENGLISH, a_drill(2, 9), a_drill(3, 12)))
    assert "No post that wants an answer was shown." in alone
    assert "last time" not in alone
    assert "from drill to drill:" not in alone


def test_how_a_drill_is_called_rings_for_nobody() -> None:
    drill = replace(a_drill(), title=HOSTILE)
    for card in (opening_card(drill, HOSTILE, ENGLISH), scored_card(drill, ENGLISH)):
        assert "<!channel>" not in card.text
        assert "<https://evil" not in card.text


def test_who_began_it_is_named_and_not_rung() -> None:
    card = opening_card(a_drill(), "Margot Bell", ENGLISH)
    assert "Begun by Margot Bell." in words(card)
    assert "<@" not in words(card)


def test_a_score_names_nobody() -> None:
    card = scored_card(a_drill(), ENGLISH, a_drill(1))
    assert "U_" not in words(card)


def test_a_teams_drills_are_listed_the_latest_first() -> None:
    card = results_card([a_drill(1), a_drill(3)], "The picture is there.", FRENCH)
    assert "Exercices dans #practice" in words(card)
    assert words(card).index("17 novembre") < words(card).index("3 novembre")
    assert "aucun" in results_card([], "", FRENCH).text.casefold()


def test_the_list_shows_what_ships_and_what_was_made_here() -> None:
    own = shipped("en")[:1]
    text = words(list_card(shipped("fr"), own, FRENCH))
    assert "`false-rumour` – Fausse rumeur" in text
    assert "Tirés de ce qui s’est passé ici" in text
