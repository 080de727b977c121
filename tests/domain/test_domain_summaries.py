from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from itertools import count
from timeit import timeit

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from bot.domain.analysis.themes import themes_of
from bot.domain.drivers import drivers
from bot.domain.duplicates import near_duplicates
from bot.domain.mention import Analysis, Mention, Post, Sentiment
from bot.domain.summaries import Summary, mood_of, summarise

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
COMPLAINTS = [
    "The firmware update makes my bedroom lamp flash at night",
    "Since the firmware update the lamp flashes, please fix",
    "Awful: firmware update broke everything here",
    "Is anybody else woken by the firmware update?",
    "Rolled back the firmware update myself, calm again",
]
PRAISE = [
    "Dawn launch looks gorgeous on the shelf",
    "Preordered right after the Dawn launch",
    "The Dawn launch video is lovely",
]
CHATTER = ["Reading in bed", "My cat sleeps under the light", "Painting walls green"]


numbers = count()


def mention(
    text: str,
    *,
    author: str = "",
    score: float | None = 0.0,
    reach: int = 1,
    language: str = "en",
    conversation: str = "",
    minutes_ago: int = 0,
) -> Mention:
    id = f"m{next(numbers):05}"
    at = NOW - timedelta(minutes=minutes_ago)
    return Mention(
        id=id,
        watch="lumo",
        conversation=conversation or id,
        at=at,
        seen=at,
        post=Post(source="feed", id=id, url="", text=text, author=author or id, at=at),
        analysis=Analysis(
            language=language,
            sentiment=None if score is None else Sentiment(score=score),
            themes=themes_of(text, ("lumo",)),
            reach=reach,
        ),
    )


def summary(
    mentions: Sequence[Mention],
    previous: Sequence[Mention] = (),
    unanswered: Sequence[str] = (),
    brand_words: Sequence[str] = (),
) -> Summary:
    return summarise(
        mentions,
        usual=4.0,
        previous=previous,
        since=NOW - timedelta(days=1),
        now=NOW,
        brand_words=brand_words,
        unanswered=unanswered,
    )


def test_the_mood_counts_what_cannot_be_read_apart() -> None:
    mood = mood_of([mention("a", score=s) for s in (-0.8, -0.05, 0.0, 0.5, None, None)])
    assert (mood.negative, mood.neutral, mood.positive, mood.unknown) == (2, 1, 1, 2)
    assert mood.mean == pytest.approx(-0.0875)
    assert mood.negative_share == 0.5


def test_nothing_read_has_no_mean_and_no_share() -> None:
    mood = mood_of([mention("Bonjour", score=None)])
    assert (mood.mean, mood.negative_share) == (None, None)


def test_the_change_of_mood_needs_both_times() -> None:
    glad, sad = [mention("a", score=0.5)], [mention("b", score=-0.5)]
    assert summary(sad, previous=glad).mood_change == -1.0
    assert summary(sad).mood_change is None


def test_a_small_theme_is_not_drowned_by_a_large_one() -> None:
    complaints = [mention(text, score=-0.7) for text in COMPLAINTS * 8]
    found = summary(complaints + [mention(text, score=0.6) for text in PRAISE])
    themes = {theme.theme: theme for theme in found.themes}
    assert set(themes) >= {"firmware update", "dawn launch"}
    assert themes["firmware update"].mentions == 40
    assert themes["dawn launch"].mentions == 3
    assert themes["firmware update"].mood.negative_share == 1.0
    assert themes["dawn launch"].mood.negative_share == 0.0


def test_the_post_of_a_theme_is_central_and_not_the_longest() -> None:
    rant = "Firmware update. " + " ".join(f"word{n} tail{n}" for n in range(60))
    found = summary([mention(text) for text in [rant, *COMPLAINTS]])
    assert found.themes[0].post.post.text != rant
    assert "firmware update" in found.themes[0].post.analysis.themes


def test_copies_are_told_once_with_their_count() -> None:
    text = COMPLAINTS[0]
    copies = [mention(f"{text} https://example.org/{n}", reach=9) for n in range(6)]
    theme = summary([*copies, *(mention(other) for other in COMPLAINTS[1:3])]).themes[0]
    assert (theme.mentions, theme.copies) == (8, 6)


def test_an_answer_stands_for_no_headline_that_it_bears() -> None:
    answers = [mention("Thanks for the tip", reach=99) for _ in range(6)]
    answers = [
        replace(one, post=replace(one.post, title="Firmware update?", thread="t1"))
        for one in answers
    ]
    themed = [
        replace(one, analysis=replace(one.analysis, themes=("firmware update", "firmware")))
        for one in answers
    ]
    found = summary([*themed, *(mention(text) for text in COMPLAINTS)])
    assert found.themes[0].post.post.text in COMPLAINTS


def test_a_theme_is_called_as_people_write_it() -> None:
    texts = ["Le réveil à l’aube est doux", "Un réveil à l’aube, enfin", "Réveil raté ce jour"]
    [theme, *_] = summary([mention(text, language="fr") for text in texts]).themes
    assert (theme.theme, theme.said) == ("reveil", "réveil")


def test_what_was_met_as_a_copy_is_not_among_the_worst_beside_its_original() -> None:
    original = mention("A dreadful night, the lamp strobed", score=-0.9)
    framed = replace(mention("The paper says: dreadful", score=-0.95), copy_of=original.id)
    assert summary([original, framed]).worst == (original,)


def test_one_voice_alone_makes_no_theme() -> None:
    assert summary([mention(text, author="ann") for text in COMPLAINTS]).themes == ()


def test_the_brand_itself_is_no_theme() -> None:
    found = summary([mention(text) for text in COMPLAINTS], brand_words=["Firmware"])
    assert all("firmware" not in theme.theme for theme in found.themes)


def test_the_loudest_and_the_worst_come_first() -> None:
    found = summary(
        [
            mention("a fine day", author="ann", reach=10, score=0.4),
            mention("a dreadful night", author="bob", reach=900, score=-0.9),
            mention("a poor lamp", author="ann", reach=20, score=-0.3),
        ]
    )
    assert [(v.author, v.mentions, v.reach) for v in found.voices] == [
        ("bob", 1, 900), ("ann", 2, 20),
    ]  # fmt: skip
    assert [m.post.text for m in found.worst] == ["a dreadful night", "a poor lamp"]


def test_what_waits_is_told_once_a_conversation_most_pressing_first() -> None:
    found = summary(
        [
            mention("hello", conversation="c1"),
            mention("awful", conversation="c2", score=-0.8),
            mention("hello again", conversation="c1", reach=50),
            mention("answered", conversation="c3", score=-0.9),
        ],
        unanswered=["c1", "c2", "c9"],
    )
    assert [m.post.text for m in found.unanswered] == ["awful", "hello again"]
    assert found.unanswered_total == 3


def test_languages_are_counted() -> None:
    found = summary([mention("a"), mention("b", language="fr"), mention("c", language="fr")])
    assert [(one.language, one.mentions) for one in found.languages] == [("fr", 2), ("en", 1)]


def test_silence_is_summed_up_too() -> None:
    found = summary([])
    assert (found.total, found.themes, found.voices, found.mood.mean) == (0, (), (), None)


def test_reshares_and_links_do_not_make_a_new_story() -> None:
    text = "The firmware update makes my bedroom lamp flash at night"
    told = near_duplicates(
        [
            mention(text),
            mention(f"RT @ann: {text}"),
            mention(f"{text}!! https://example.org/x"),
            mention("My cat sleeps under the light of the lamp all night long"),
        ]
    )
    assert [one.copies for one in told] == [3, 1]


@given(st.lists(st.sampled_from([*COMPLAINTS, *PRAISE, "", "ok", "🔥"]), max_size=20))
def test_every_mention_is_told_by_exactly_one(texts: list[str]) -> None:
    told = near_duplicates([mention(text) for text in texts])
    assert sum(one.copies for one in told) == len(texts)
    again = near_duplicates([one.mention for one in told])
    assert all(one.copies == 1 for one in again if one.mention.post.text not in ("", "🔥"))


def test_a_spike_is_explained_by_what_is_new_in_it() -> None:
    usual = [mention(text) for text in (CHATTER + PRAISE) * 10]
    window = [mention(text) for text in COMPLAINTS * 4 + PRAISE]
    loud = mention("Everybody writes about the firmware update tonight", reach=50_000)
    found = drivers([*window, loud], usual)
    assert found.themes[0] == "firmware update"
    assert found.posts[0] is loud
    assert len({post.post.text for post in found.posts}) == 3
    assert found.authors == 24


def test_a_spike_of_nothing_in_common_has_people_but_no_theme() -> None:
    found = drivers([mention(text) for text in CHATTER], [])
    assert (found.themes, found.authors, len(found.posts)) == ((), 3, 3)


posts = st.builds(
    mention,
    st.sampled_from([*COMPLAINTS, *PRAISE, *CHATTER, ""]) | st.text(max_size=60),
    author=st.sampled_from(["", "ann", "bob"]),
    score=st.none() | st.floats(-1, 1),
    reach=st.integers(1, 10**7),
)


@settings(deadline=None)
@given(st.lists(posts, max_size=25), st.lists(posts, max_size=10))
def test_any_mentions_add_up(mentions: list[Mention], previous: list[Mention]) -> None:
    found = summary(mentions, previous)
    mood = found.mood
    assert mood.negative + mood.neutral + mood.positive + mood.unknown == found.total
    assert sum(theme.mentions for theme in found.themes) <= found.total
    assert len({theme.post.id for theme in found.themes}) == len(found.themes)
    assert set(drivers(mentions, previous).posts) <= set(mentions)


def test_a_thousand_mentions_are_summed_up_in_a_blink() -> None:
    dice = random.Random(2)
    vocabulary = [f"topic{n}" for n in range(400)]
    texts = [" ".join(dice.choices(vocabulary, k=20)) for _ in range(1_000)]
    mentions = [mention(text, author=f"a{dice.randrange(300)}") for text in texts]
    assert timeit(lambda: summary(mentions, mentions[:500]), number=1) < 2.0
