"""What a post's text says: its language, how it feels, what it is about, how far it reaches."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec.structs import replace

from bot.domain.analysis.feelings import felt_all
from bot.domain.analysis.influence import reach
from bot.domain.analysis.language import language_of
from bot.domain.analysis.reading import Reading
from bot.domain.analysis.themes import about, themes_of, with_listed
from bot.domain.folding import full_text
from bot.domain.mention import Analysis, Post


def analyse(post: Post, reading: Reading, brand_words: Sequence[str] = ()) -> Analysis:
    """Read a post, most likely in one of the languages that are expected.

    `brand_words` are the watch's own words, which are no theme. About 110 µs for a short post;
    the first call loads two models (a second).
    """
    return analyse_all([(post, brand_words)], reading)[0]


def analyse_all(posts: Sequence[tuple[Post, Sequence[str]]], reading: Reading) -> list[Analysis]:
    """`analyse` of each post with its brand's words.

    All posts take one step before any takes the next, so that the processor's cache holds what a
    step looks things up in: a fifth faster than post by post.
    """
    texts = [full_text(post) for post, _ in posts]
    spoken = [
        language_of(text, reading.languages, tag=post.language)
        for text, (post, _) in zip(texts, posts, strict=True)
    ]
    felt = felt_all(texts, [one.language for one in spoken], reading)
    themes = [
        about(text, brand, reading.themes.get(language))
        for text, (_, brand), (language, _) in zip(texts, posts, spoken, strict=True)
    ]
    return [
        Analysis(
            language=language,
            confidence=confidence,
            sentiment=sentiment,
            themes=found,
            listed=listed,
            reach=reach(post.followers, post.engagement, reading.kinds.get(post.source, "")),
        )
        for (language, confidence), sentiment, (found, listed), (post, _) in zip(
            spoken, felt, themes, posts, strict=True
        )
    ]


def analyse_again(analysis: Analysis, post: Post, brand_words: Sequence[str]) -> Analysis:
    """What the same post says to another watch: the same, but for its themes."""
    themes = themes_of(full_text(post), brand_words)
    return replace(analysis, themes=with_listed(themes, analysis.listed))
