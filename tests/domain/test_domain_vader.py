"""Our way through VADER's rules ends where the original ends, whatever is said."""

from __future__ import annotations

import os
import random
from collections.abc import Iterator

from hypothesis import given, settings
from hypothesis import strategies as st
from vaderSentiment.vaderSentiment import BOOSTER_DICT, NEGATE, SPECIAL_CASES, SentiText
from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer as Original

from bot.domain.analysis.vader import Vader

TEXTS = int(os.environ.get("VIGIE_VADER_TEXTS", "5000"))
"""How many random texts are compared; 100,000 take some minutes."""

ORIGINAL, OURS = Original(), Vader()
LEXICON = sorted(ORIGINAL.lexicon)
EMOJIS = sorted(ORIGINAL.emojis)
TURNS = [
    *("no", "or", "nor", "but", "BUT", "least", "at", "very", "kind", "of", "sort", "just"),
    *("enough", "never", "so", "this", "without", "doubt", "isn't", "ain't", "the", "lamp", "n't"),
    *("Kind of", "at least", "the shit", "the bomb", "bad ass", "kiss of death", "to die for"),
]
MARKS = ["!", "!!", "!!!!!", "?", "??", "????", "...", ",", ":)", ":(", "(", '"', "", "", "", ""]
GAPS = [" ", " ", " ", " ", "  ", "\n", "\u00a0", ""]
KINDS = (LEXICON, LEXICON, TURNS, TURNS, list(BOOSTER_DICT), NEGATE, list(SPECIAL_CASES), EMOJIS)


class Noting(Original):  # type: ignore[misc]  # the engine has no types
    """The original, which notes what it had weighed before it added it up."""

    def score_valence(self, sentiments: list[float], text: str) -> dict[str, float]:
        self.noted = (SentiText(text).words_and_emoticons, list(sentiments))
        scores: dict[str, float] = super().score_valence(sentiments, text)
        return scores


NOTING = Noting()


def agrees(text: str) -> bool:
    compound = NOTING.polarity_scores(text)["compound"]
    found = OURS.weigh(text)
    return (compound, *NOTING.noted) == (found.compound, list(found.words), list(found.valences))


def said(rng: random.Random) -> str:
    """A text that is thick with everything that has a rule."""
    parts: list[str] = []
    for _ in range(rng.choice((0, 1, 2, 4, 8, 8, 16, 16, 40))):
        word = rng.choice(rng.choice(KINDS))
        shape = rng.random()
        word = word.upper() if shape < 0.15 else word.title() if shape < 0.25 else word
        parts += (word, rng.choice(MARKS), rng.choice(GAPS))
    return "".join(parts)


def texts(count: int) -> Iterator[str]:
    rng = random.Random(8)
    return (said(rng) for _ in range(count))


def test_random_mixes_of_everything_that_has_a_rule_come_out_alike() -> None:
    assert [text for text in texts(TEXTS) if not agrees(text)] == []


@settings(deadline=None, max_examples=300)
@given(
    st.lists(
        st.sampled_from([*TURNS, "good", "GOOD", "bad", "great!", "hate", "😡", "very", "not"])
        | st.text(max_size=6),
        max_size=12,
    ).map(" ".join)
)
def test_short_texts_come_out_alike(text: str) -> None:
    assert agrees(text)


@settings(deadline=None)
@given(st.text(max_size=200))
def test_any_characters_come_out_alike(text: str) -> None:
    assert agrees(text)


def test_a_huge_text_comes_out_alike() -> None:
    assert agrees("not good but 😡 the WORST, never so bad! " * 60)
