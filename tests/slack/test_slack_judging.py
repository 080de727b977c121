"""How posts are judged, and how negative they are said to be: within Slack's limits, whatever
people wrote, in both languages."""

from __future__ import annotations

from datetime import UTC
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.alerts import NegativeReason
from bot.domain.flagging import Budget, Flagging, Share
from bot.domain.judgements import Judgement, Verdict
from bot.domain.levels import Limits, levels_of
from bot.domain.mention import Sentiment, WeighedWord
from bot.domain.query import parse
from bot.domain.questions import Asked, Missed, Question
from bot.domain.watch import Watch
from bot.i18n import LANGUAGES, Voice
from bot.slack import ids
from bot.slack.blocks.judging import (
    dismissal_offer,
    judged_section,
    missed_line,
    question_blocks,
    with_word,
    word_on,
)
from bot.slack.blocks.standing import limit_lines, why_flagged
from bot.slack.edits import fine_share, wanted_words
from bot.standin.blocks import check_blocks
from tests.builders import NOW, a_mention, a_post

EN, FR = (Voice(language, UTC) for language in LANGUAGES)
VOICES = st.sampled_from([EN, FR])
NASTY = st.text(max_size=600) | st.sampled_from(["<!channel>", "<@U1>", "*_`~", "x" * 999])
VERDICTS: tuple[Verdict, ...] = ("right", "not_negative", "not_about_us")


def a_word(verdict: Verdict = "right", **changes: Any) -> Judgement:
    fields: dict[str, Any] = {"mention": "m1", "watch": "Lumo", "by": "U1", "at": NOW, "own": True}
    return Judgement(verdict=verdict, **{**fields, **changes})


def a_question(text: str = "It flickers.", author: str = "@ada", **changes: Any) -> Asked:
    question = Question(mention="m1", watch="Lumo", day="2026-11-24", at=NOW)
    mention = a_mention(post=a_post(text=text, author=author))
    return Asked(question=question, mention=mention, **changes)


def a_watch(flag: Flagging | None) -> Watch:
    return Watch(
        name="Lumo",
        query=parse("lumo"),
        sources=("forum",),
        negative_channel="#care",
        spike_channel="#brand",
        flag=flag,
    )


def evenly(language: str, count: int) -> list[tuple[str, Sentiment]]:
    return [(language, Sentiment(score=-1 + 2 * n / (count - 1))) for n in range(count)]


def a_reason(**changes: Any) -> NegativeReason:
    fields: dict[str, Any] = {
        "score": -0.66,
        "threshold": -0.5,
        "words": (WeighedWord("worst", -3.1),),
        "language": "en",
    }
    return NegativeReason(**{**fields, **changes})


@given(NASTY, st.none() | st.builds(a_word, st.sampled_from(VERDICTS)), VOICES)
def test_a_post_with_its_menu_is_taken(text: str, word: Judgement | None, voice: Voice) -> None:
    check_blocks([judged_section(text or "–", "m" * 16, word, voice)])


@given(st.lists(st.builds(a_question, NASTY, NASTY), max_size=9), VOICES)
def test_questions_are_taken_and_hold_no_markup_of_others(asked: list[Asked], voice: Voice) -> None:
    asked = [
        Asked(question=one.question, mention=a_mention(id=f"m{n}", post=one.mention.post))
        for n, one in enumerate(asked)
    ]
    blocks = question_blocks(asked, voice)
    check_blocks(blocks)
    assert "<!channel>" not in str(blocks)
    assert "<@U1>" not in str(blocks)


@pytest.mark.parametrize(
    ("word", "said"),
    [
        (a_word("right"), "<@U1>: right"),
        (a_word("not_negative"), "<@U1>: not negative"),
        (a_word("right", flagged=False), "<@U1>: negative"),
        (a_word("right", own=False), ""),
        (None, ""),
    ],
)
def test_a_word_is_shown_back_with_who_said_it(word: Judgement | None, said: str) -> None:
    assert word_on(word, EN) == said


def test_a_later_word_takes_the_place_of_an_earlier_one_in_a_message() -> None:
    note = judged_section("Another one", "m1", None, EN, place=ids.JUDGED_NOTE)
    once = with_word([note], note["block_id"], a_word("right"), EN)
    twice = with_word(once, once[0]["block_id"], a_word("not_negative"), EN)
    assert twice[0]["text"]["text"] == "Another one\n<@U1>: not negative"
    assert twice[0]["block_id"] != once[0]["block_id"], "Slack draws the menu anew"


def test_an_answer_stands_in_the_place_of_its_buttons() -> None:
    blocks = question_blocks([a_question()], EN)
    row = blocks[-1]
    shown = with_word(blocks, row["block_id"], a_word("right", flagged=False), EN)
    assert shown[:-1] == blocks[:-1]
    assert "<@U1>: negative" in str(shown[-1])


@pytest.mark.parametrize(
    ("dismissal", "action"), [("not_negative", ids.NOT_NEGATIVE), ("not_about_us", ids.DISMISS)]
)
def test_a_dismissal_is_offered_for_what_was_said(dismissal: Any, action: str) -> None:
    card = dismissal_offer("c1", dismissal, EN)
    check_blocks(list(card.blocks))
    (offered,) = card.blocks[-1]["elements"]
    assert (offered["action_id"], offered["value"]) == (action, "c1")


def test_what_was_missed_is_said_with_what_it_implies() -> None:
    missed = Missed(watch="Lumo", judged=42, negative=3, low=0.03, high=0.16)
    assert "of 42 unflagged posts that you judged, 3 were negative" in missed_line(missed, EN)
    assert "sur 42 publications non signalées" in missed_line(missed, FR)


def test_a_post_is_placed_in_its_stream_and_not_given_a_probability() -> None:
    said = why_flagged(a_reason(rank=0.0271), EN)
    assert said == (
        "Flagged: among the most negative 3% of this watch’s posts in English. "
        "What weighed most: “worst” (−3.10)."
    )
    assert "les 3\u00a0% les plus négatives" in why_flagged(a_reason(rank=0.0271), FR)


def test_nothing_is_said_to_be_negative_for_certain() -> None:
    assert "about 99% likely" in why_flagged(
        a_reason(engine="learnt", judgements=312, chance=0.9996), EN
    )


def test_what_was_learnt_says_how_likely_it_is() -> None:
    reason = a_reason(engine="learnt", judgements=312, rank=0.03, chance=0.83)
    assert "about 83% likely to be negative, by 312 judgements of this team" in why_flagged(
        reason, EN
    )


def test_where_nothing_is_known_of_the_stream_the_score_is_said() -> None:
    said = why_flagged(a_reason(), EN)
    assert said.startswith("Flagged for its sentiment of −0.66, at or below this watch’s limit")


def test_a_limit_is_told_with_how_it_came_about() -> None:
    posts = [*evenly("en", 1_240), *evenly("fr", 100)]
    limits = Limits(a_watch(Share(0.03)), levels_of("Lumo", posts, 28, NOW))
    assert list(limit_lines(limits, EN)) == [
        "Flags 3% of its posts:",
        "• English: the most negative 3% of 1,240 posts of the last four weeks, from −0.94",
        "• French: the most negative 3% of 100 posts of the last four weeks, from −0.96",
    ]


def test_until_enough_is_known_it_says_so() -> None:
    assert list(limit_lines(Limits(a_watch(Budget(5))), EN)) == [
        "Flags about 5 a day, once 50 posts of a language are known; until then from −0.50."
    ]


def test_a_watch_with_a_threshold_has_nothing_more_to_tell() -> None:
    assert list(limit_lines(Limits(a_watch(None)), EN)) == []


@pytest.mark.parametrize(
    ("wanted", "words", "french"),
    [
        (Budget(5), "about 5 a day", "environ 5 par jour"),
        (Budget(0.25), "about 0.25 a day", "environ 0,25 par jour"),
        (Share(0.03), "3% of its posts", "3\u00a0% de ses publications"),
        (Share(0.0005), "0.05% of its posts", "0,05\u00a0% de ses publications"),
        (Share(0.125), "12.5% of its posts", "12,5\u00a0% de ses publications"),
    ],
)
def test_what_the_team_can_take_is_shown_as_it_was_written(
    wanted: Flagging, words: str, french: str
) -> None:
    assert wanted_words(wanted, EN) == words
    assert wanted_words(wanted, FR) == french


def test_a_part_that_is_flagged_is_never_none() -> None:
    assert fine_share(1 / 5_000, EN) == "0.02%"
    assert fine_share(0.0271, EN) == "2.7%"
