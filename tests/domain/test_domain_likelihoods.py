"""Remembering words changes none of py3langid's figures."""

from __future__ import annotations

import csv
import json
import random
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from py3langid.langid import MODEL_FILE, LanguageIdentifier

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


def agrees(identifier: Identifier, text: str) -> bool:
    ranks = ORIGINAL.rank(text)
    found = identifier.likelihoods(text)
    likeliest, _ = ranks[0]
    return found.likeliest == likeliest and all(found.of(name) == rank for name, rank in ranks)


@pytest.mark.parametrize("text", SENTENCES)
@pytest.mark.parametrize("identifier", [OURS, FORGETFUL])
def test_every_language_has_the_original_s_chance(identifier: Identifier, text: str) -> None:
    assert agrees(identifier, text)


@settings(deadline=None)
@given(st.lists(st.sampled_from(SENTENCES) | st.text(max_size=8), max_size=5).map(" ".join))
def test_any_text_has_the_original_s_chances(text: str) -> None:
    assert agrees(OURS, text)
    assert agrees(FORGETFUL, text)


def test_threads_that_learn_and_forget_at_once_agree() -> None:
    rng = random.Random(4)
    texts = [" ".join(rng.sample(SENTENCES, 3)) for _ in range(200)]
    with ThreadPoolExecutor(4) as threads:
        assert all(threads.map(lambda text: agrees(FORGETFUL, text), texts))


def test_a_language_that_is_not_known_has_no_chance() -> None:
    assert OURS.likelihoods("hello").of("xx") == 0
    assert "xx" not in OURS.languages


def posts() -> Iterator[str]:
    """Public posts that lie beside the checkout."""
    for table in sorted((SHARED / "sentiment").glob("*.tsv")):
        with table.open(encoding="utf-8") as lines:
            rows = csv.reader(lines, delimiter="\t", quoting=csv.QUOTE_NONE)
            yield from (row[1] for _, row in zip(range(200), rows, strict=False) if len(row) > 1)
    for file in sorted((SHARED / "payloads" / "mastodon").glob("*.json")):
        yield json.dumps(json.loads(file.read_bytes()), ensure_ascii=False)[:4_000]


@pytest.mark.payloads
@pytest.mark.skipif(not (SHARED / "sentiment").is_dir(), reason="no posts beside the checkout")
def test_recorded_posts_have_the_original_s_chances() -> None:
    assert [text for text in posts() if not agrees(OURS, text)] == []
