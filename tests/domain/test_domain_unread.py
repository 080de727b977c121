from __future__ import annotations

from bot.domain.mention import Analysis, Mention, Sentiment
from bot.domain.unread import Unread, unread_of
from tests.builders import a_mention, a_post

READ = ("en", "fr")


def a_reading(id: str, language: str, score: float | None = None, watch: str = "Lumo") -> Mention:
    felt = None if score is None else Sentiment(score=score)
    return a_mention(
        id=f"{watch} {id}",
        watch=watch,
        post=a_post(id=id),
        analysis=Analysis(language=language, sentiment=felt),
    )


def test_posts_that_nothing_reads_are_counted_by_language_the_most_first() -> None:
    mentions = [
        a_reading("1", "nl"),
        a_reading("2", "unknown"),
        a_reading("3", "unknown"),
        a_reading("4", "en", -0.8),
    ]
    assert unread_of(mentions, READ) == (
        Unread(language="unknown", posts=2),
        Unread(language="nl", posts=1),
    )


def test_a_post_of_two_watches_counts_once() -> None:
    mentions = [a_reading("1", "nl"), a_reading("1", "nl", watch="Rivals")]
    assert unread_of(mentions, READ) == (Unread(language="nl", posts=1),)


def test_a_post_without_a_word_is_not_held_against_a_language_that_is_read() -> None:
    assert unread_of([a_reading("1", "en")], READ) == ()


def test_a_language_that_was_learnt_is_read() -> None:
    assert unread_of([a_reading("1", "nl", 0.4)], READ) == ()
