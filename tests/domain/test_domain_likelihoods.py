"""Remembering words changes py3langid's figures by no more than rounding, and no answer."""

from __future__ import annotations

import csv
import random
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from py3langid.langid import MODEL_FILE, LanguageIdentifier

from bot.domain.analysis import language
from bot.domain.analysis.language import language_of
from bot.domain.analysis.likelihoods import Identifier

SHARED = Path(__file__).parents[2].parent / "shared"
ORIGINAL = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
OURS, FORGETFUL = Identifier(), Identifier(words=40)
SENTENCES = (
    "My lamp has not worked since the last update and nobody answers",
    "Ma lampe ne marche plus depuis la dernière mise à jour",
    "De lamp werkt niet meer sinds de laatste update",
    "Моя лампа больше не работает", "لا يعمل المصباح", "ランプが動かない",
    "Moja lampa ne radi više",
    "MA LAMPE EST EN PANNE", "😡😡 42 !!", "", " ", "a  b ", "ﬁne e\u0301te\u0301",
)  # fmt: skip


CLOSE = 1e-4


class Shipped:
    """py3langid's own answers, in the shape in which `language_of` asks for them."""

    languages = frozenset(OURS.languages)

    def weights(self, weigh: Callable[[str], float]) -> Callable[[str], float]:
        return weigh

    def likelihoods(self, text: str) -> ShippedLikelihoods:
        return ShippedLikelihoods(ORIGINAL.rank(text))


class ShippedLikelihoods:
    def __init__(self, ranks: list[tuple[str, float]]) -> None:
        self._chances = dict(ranks)

    def of(self, language: str) -> float:
        return float(self._chances.get(language, 0.0))

    def weighed(self, weigh: Callable[[str], float]) -> tuple[str, float]:
        odds = {name: chance * weigh(name) for name, chance in self._chances.items()}
        likeliest = max(odds, key=odds.__getitem__)
        return likeliest, odds[likeliest] / sum(odds.values())


def agrees(identifier: Identifier, text: str) -> bool:
    """Whether all chances are as close as rounding leaves them, and the likeliest is the same, or
    one of several that are alike."""
    chances = dict(ORIGINAL.rank(text))
    found = identifier.likelihoods(text)
    name, chance = found.weighed(identifier.weights(lambda _: 1.0))
    likeliest = chances[name] >= max(chances.values()) - CLOSE
    return (
        likeliest
        and abs(chance - chances[name]) < CLOSE
        and all(abs(found.of(name) - chances[name]) < CLOSE for name in chances)
    )


def likeliest(text: str) -> str:
    return OURS.likelihoods(text).weighed(OURS.weights(lambda _: 1.0))[0]


def answers(texts: Sequence[str]) -> list[str]:
    """`language_of` each text, tagged rightly, wrongly and not at all."""
    asked = ((("en", "fr"), None), (("en", "fr", "de"), "de"), (("fr",), "en"), ((), None))
    return [
        language_of(text, languages, tag).language for text in texts for languages, tag in asked
    ]


def answers_as_shipped(texts: Sequence[str]) -> list[str]:
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(language, "_loaded", [Shipped()])
        patched.setattr(language, "_weights", language._weights.__wrapped__)
        return answers(texts)


@pytest.mark.parametrize("text", SENTENCES)
@pytest.mark.parametrize("identifier", [OURS, FORGETFUL])
def test_every_language_has_the_original_s_chance(identifier: Identifier, text: str) -> None:
    assert agrees(identifier, text)


@settings(deadline=None)
@given(st.lists(st.sampled_from(SENTENCES) | st.text(max_size=8), max_size=5).map(" ".join))
def test_any_text_has_the_original_s_chances(text: str) -> None:
    assert agrees(OURS, text)
    assert agrees(FORGETFUL, text)


@settings(deadline=None, max_examples=50)
@given(st.lists(st.sampled_from(SENTENCES) | st.text(max_size=20), max_size=5).map(" ".join))
def test_any_text_is_said_to_be_in_the_same_language(text: str) -> None:
    assert answers([text]) == answers_as_shipped([text])


@pytest.mark.parametrize("text", ["sr", "Здраво свете", "Zdravo svete kako ste danas", "o'zbek"])
def test_a_language_in_two_scripts_is_as_likely_as_both_together(text: str) -> None:
    assert agrees(OURS, text)
    assert likeliest(text) == ORIGINAL.rank(text)[0][0]


def test_threads_that_learn_and_forget_at_once_agree() -> None:
    rng = random.Random(4)
    texts = [" ".join(rng.sample(SENTENCES, 3)) for _ in range(200)]
    with ThreadPoolExecutor(4) as threads:
        assert all(threads.map(lambda text: agrees(FORGETFUL, text), texts))


def test_a_language_that_is_not_known_has_no_chance() -> None:
    assert OURS.likelihoods("hello").of("xx") == 0
    assert "xx" not in OURS.languages


def posts() -> Iterator[str]:
    """Public posts, and what sources answered, that lie beside the checkout."""
    for table in sorted((SHARED / "sentiment").glob("*.tsv")):
        with table.open(encoding="utf-8") as lines:
            rows = csv.reader(lines, delimiter="\t", quoting=csv.QUOTE_NONE)
            yield from (row[1] for _, row in zip(range(200), rows, strict=False) if len(row) > 1)
    for file in sorted((SHARED / "payloads").rglob("*.json")):
        yield file.read_text(encoding="utf-8", errors="replace")[:4_000]


@pytest.mark.payloads
@pytest.mark.skipif(not (SHARED / "sentiment").is_dir(), reason="no posts beside the checkout")
def test_recorded_posts_have_the_original_s_chances() -> None:
    recorded = list(posts())
    assert [text for text in recorded if not agrees(OURS, text)] == []
    assert answers(recorded) == answers_as_shipped(recorded)
