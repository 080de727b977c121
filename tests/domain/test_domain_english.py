"""What the English engine hears that VADER does not, and what it leaves as VADER left it."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.analysis.english import English
from bot.domain.analysis.lexicon import entries
from bot.domain.analysis.posts import analyse
from bot.domain.analysis.reading import Reading
from bot.domain.analysis.sentiment import sentiment_of
from bot.domain.analysis.vader import Vader
from bot.domain.mention import NEUTRAL
from tests.builders import a_post

ENGLISH, VADER = English({}), Vader()


def score(text: str) -> float:
    return ENGLISH.weigh(text).compound


def weighed(text: str) -> list[tuple[str, bool]]:
    """The words that weighed in a text, and whether against it."""
    found = sentiment_of(text, "en")
    assert found is not None
    return [(word.word, word.weight < 0) for word in found.words]


@pytest.mark.parametrize(
    "text",
    [
        "Still waiting for my parcel",
        "Nobody answers the phone",
        "45 minutes on hold and counting",
        "My lamp arrived 3 weeks late",
        "I've been charged twice for one order",
        "Where is my refund? No reply since Monday",
        "It stopped working after two days",
        "Your agent hung up on me",
        "Can’t get through to anyone",
        "Zero stars.",
        "Don't bother with this shop",
        "Never buying from you again",
        "This is a rip-off",
        "The site is down again",
        "You lost my bag",
        "Thanks for nothing",
        "Great job losing my order",
        "Over an hour, and still no answer",
    ],
)
def test_a_complaint_in_any_trade_is_negative(text: str) -> None:
    assert score(text) <= -0.3


@pytest.mark.parametrize(
    "text",
    [
        "Which lamp takes this bulb?",
        "Please can you help me choose a lamp?",
        "We open at 9 on Monday",
        "The new lamps look like the old ones",
        "Rush hour on the bridge",
        "See you later tonight at the shop",
        "Photo taken 3 hours ago",
        "Do you ship to Norway?",
        "@united @bestbuy which of you sells bulbs",
    ],
)
def test_a_question_or_a_remark_is_neutral(text: str) -> None:
    assert abs(score(text)) < NEUTRAL


@pytest.mark.parametrize(
    "text",
    [
        "Can't wait for the new lamp!",
        "Not bad at all",
        "Fast delivery and great service, thank you so much",
        "No problem with the lamp so far",
        "It never disappoints",
        "Worth every penny",
        "Delivered right on time",
    ],
)
def test_praise_in_the_words_of_a_complaint_is_positive(text: str) -> None:
    assert score(text) >= NEUTRAL


def test_an_idiom_takes_the_place_of_its_words() -> None:
    assert VADER.weigh("Thanks for nothing").compound > 0
    assert weighed("Thanks for nothing") == [("Thanks for nothing", True)]


def test_a_negated_complaint_is_no_praise() -> None:
    assert VADER.weigh("They have not fixed the problem").compound > 0
    assert score("They have not fixed the problem") <= -NEUTRAL
    assert abs(score("It is no longer broken")) < NEUTRAL
    assert abs(score("This is not a scam")) < NEUTRAL


def test_a_negated_idiom_says_nothing() -> None:
    assert score("The lamp was not left behind") > score("The lamp was left behind")


def test_an_idiom_is_not_negated_by_the_one_before() -> None:
    both = score("Never again! Rip off")
    assert both < min(score("Never again!"), score("Rip off"))


def test_capitals_and_exclamation_marks_make_an_idiom_louder() -> None:
    said = "we are still waiting"
    assert score("we are STILL WAITING") < score(said)
    assert score(f"{said}!!!") < score(said)


def test_what_follows_a_but_counts_for_more() -> None:
    assert score("Nice lamp, but it stopped working") < score("It stopped working, but nice lamp")


def test_a_polite_complaint_is_a_complaint() -> None:
    assert score("Hi, I love your lamps, but mine stopped working. Thanks!") <= -NEUTRAL
    assert score("Nice lamps. Mine is broken and nobody answers, thanks") <= -NEUTRAL


def test_a_post_that_only_asks_is_heard_half() -> None:
    asked = "Does the warranty cover a broken lamp?"
    assert score(f"{asked} Mine broke.") < score(asked) < 0
    assert score("Why is my lamp broken?") < score("Is a broken lamp repaired here?")


def test_a_word_that_tells_nothing_is_not_made_to_by_capitals() -> None:
    assert score("PLEASE help me choose") == 0


def test_exclamation_marks_do_not_make_hints_a_complaint() -> None:
    assert abs(score("Get it here, only now!!!!")) < NEUTRAL


def test_one_hint_orders_neutral_posts_and_several_tip_them() -> None:
    none, one = "The agent was in the shop", "Why was the agent in the shop"
    several = "Why was I told to call, tried twice, and told again to wait"
    assert -NEUTRAL < score(one) < score(none) < NEUTRAL
    assert score(several) <= -NEUTRAL


@pytest.mark.parametrize("text", ["Really 🤬", "Really 👎🏾", "Really 🤦‍♀️", "Really 🤦🏽‍♂️"])
def test_an_emoji_is_heard_in_whatever_sex_or_colour(text: str) -> None:
    assert VADER.weigh(text).compound >= 0 > score(text)
    assert weighed(text)[0][0] in text


def test_laughing_to_tears_is_no_crying() -> None:
    assert score("😂") > 0


def test_an_emoji_that_is_not_listed_is_read_by_its_description_as_vader_does() -> None:
    assert weighed("Lamps and cats 😹") == [("😹", False)]


def test_curly_apostrophes_negate_as_straight_ones_do() -> None:
    assert score("I don’t like it") == score("I don't like it")


def test_words_run_together_are_read_apart() -> None:
    assert score("late,rude and #NeverAgain") == score("late, rude and Never Again")
    assert score("waiting 3hrs") == score("waiting 3 hrs")


def test_names_and_addresses_say_nothing() -> None:
    assert score("@loving_united https://example.org/great/love,hate") == 0


def test_the_teams_words_go_before_the_packs_and_those_before_vaders() -> None:
    team = English({"sick": 3.0, "still waiting": 0.0, "lumo": -1.0, "{n} {time} late": 1.0})
    assert team.weigh("Sick lamp").compound > 0
    assert team.weigh("Still waiting").compound == 0
    assert English({"fast/quick": -1.0}).weigh("A quick one").compound < 0
    assert team.weigh("Lumo").compound < 0
    assert team.weigh("4 hours late").compound > 0 > score("4 hours late")


def test_other_words_of_the_team_count_from_the_next_post_on() -> None:
    first = sentiment_of("zorblax", "en", {"zorblax": -2.0})
    second = sentiment_of("zorblax", "en", {"zorblax": 2.0})
    assert first is not None
    assert second is not None
    assert first.score < 0 < second.score


def test_the_teams_words_are_read_with_every_post_of_their_language() -> None:
    reading = Reading(words={"en": {"zorblax": -2.0}})
    found = analyse(a_post(title="", text="This lamp is zorblax", language="en"), reading)
    assert found.sentiment is not None
    assert found.sentiment.score < 0


def test_threads_that_ask_at_once_get_the_same_answer() -> None:
    with ThreadPoolExecutor(8) as threads:
        assert len(set(threads.map(score, ["Still no reply, why?"] * 32))) == 1


def test_the_pack_holds_each_phrase_once_in_lower_case_with_a_valence_of_vaders_scale() -> None:
    pack = entries("complaints_en.tsv")
    assert len({entry.words for entry in pack}) == len(pack)
    for words, valence, kind in pack:
        assert words == words.lower().strip()
        assert "'" not in words
        assert -4 <= valence <= 4
        assert kind in ("", "hint")


PIECES = st.sampled_from(
    [
        *("still", "waiting", "not", "but", "BUT", "no", "never", "again!", "3", "hours", "late"),
        *(
            "🤦🏽‍♀️",
            ":(",
            "can’t",
            "great",
            "job",
            "@brand",
            "#NoWay",
            "...",
            "thanks",
            "for",
            "nothing",
        ),
        *("why", "told", "WHY??"),
    ]
)


@given(st.lists(PIECES | st.text(max_size=5), max_size=20).map(" ".join))
def test_any_text_has_a_score_within_bounds_and_words_that_are_its_own(text: str) -> None:
    found = ENGLISH.weigh(text)
    assert -1 <= found.compound <= 1
    assert len(found.words) == len(found.valences)
    assert found == ENGLISH.weigh(text)


@given(st.lists(PIECES, max_size=12).map(" ".join))
def test_one_more_exclamation_mark_never_makes_a_complaint_milder_or_praise_fainter(
    text: str,
) -> None:
    before, after = score(text), score(f"{text} !")
    assert not (before <= -NEUTRAL and after > before)
    assert not (before >= NEUTRAL and after < before)
