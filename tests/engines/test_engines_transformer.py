"""A classifier of the transformers library: a tiny one, made here, loaded as any other is."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from math import nan
from pathlib import Path
from typing import Any

import pytest

from bot.domain.mention import Sentiment
from bot.engines.base import Felt
from bot.engines.transformer import AT_ONCE, TransformerEngine, _sentiment, poles
from bot.errors import EngineError

WORDS = ("[PAD]", "[UNK]", "la", "lampe", "est", "nulle", "belle")


def felt(text: str, language: str = "fr") -> Felt:
    return Felt(text=text, language=language, sentiment=None)


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A model of a few hundred weights, that finds “nulle” negative and “belle” positive."""
    transformers: Any = pytest.importorskip(
        "transformers", reason="vigie[transformers] is not installed"
    )
    torch: Any = pytest.importorskip("torch", reason="vigie[transformers] is not installed")
    folder = tmp_path_factory.mktemp("tiny")
    tokenizer = _tokenizer(transformers)
    config = transformers.BertConfig(
        vocab_size=len(WORDS),
        hidden_size=8,
        num_hidden_layers=1,
        num_attention_heads=1,
        intermediate_size=8,
        id2label={0: "negative", 1: "neutral", 2: "positive"},
        label2id={"negative": 0, "neutral": 1, "positive": 2},
        hidden_dropout_prob=0.0,
        attention_probs_dropout_prob=0.0,
    )
    torch.manual_seed(1)
    model = transformers.BertForSequenceClassification(config)
    labels = torch.tensor([0, 2])
    packed = tokenizer(
        ["la lampe est nulle", "la lampe est belle"], padding=True, return_tensors="pt"
    )
    steps = torch.optim.Adam(model.parameters(), lr=0.05)
    for _ in range(60):
        steps.zero_grad()
        model(**packed, labels=labels).loss.backward()
        steps.step()
    model.save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    return folder


def _tokenizer(transformers: Any) -> Any:
    """One that knows a few words, in lower case."""
    tokenizers: Any = pytest.importorskip("tokenizers")
    vocabulary = {word: number for number, word in enumerate(WORDS)}
    made = tokenizers.Tokenizer(tokenizers.models.WordLevel(vocabulary, unk_token="[UNK]"))
    made.normalizer = tokenizers.normalizers.Lowercase()
    made.pre_tokenizer = tokenizers.pre_tokenizers.Whitespace()
    return transformers.PreTrainedTokenizerFast(
        tokenizer_object=made, pad_token="[PAD]", unk_token="[UNK]"
    )


@pytest.fixture
async def engine(tiny: Path) -> AsyncIterator[TransformerEngine]:
    made = TransformerEngine(str(tiny), ("fr",))
    yield made
    await made.close()


async def read(engine: TransformerEngine, *texts: str) -> Sequence[Sentiment]:
    return [one for one in await engine.read([felt(text) for text in texts]) if one]


async def test_a_model_is_loaded_from_its_folder_and_reads(engine: TransformerEngine) -> None:
    bad, good = await read(engine, "La lampe est nulle", "la lampe est belle")
    assert bad.score < -0.5 < 0.5 < good.score
    assert bad.engine == good.engine == "transformers"


async def test_many_posts_are_read_in_passes_and_alike(engine: TransformerEngine) -> None:
    texts = ["la lampe est nulle", "", "belle " * 1_000] * AT_ONCE
    found = await read(engine, *texts)
    assert len(found) == len(texts)
    assert found[0].score == pytest.approx(found[-3].score, abs=1e-3)
    assert all(-1 <= one.score <= 1 for one in found)


async def test_a_folder_without_a_model_is_said_to_be_one(tmp_path: Path) -> None:
    pytest.importorskip("transformers", reason="vigie[transformers] is not installed")
    engine = TransformerEngine(str(tmp_path), ("fr",))
    with pytest.raises(EngineError, match="cannot be loaded"):
        await engine.read([felt("x")])
    await engine.close()


async def test_without_the_libraries_it_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(__import__("sys").modules, "transformers", None)
    engine = TransformerEngine("any/model", ("fr",))
    with pytest.raises(EngineError, match=r"pip install 'vigie\[transformers\]'"):
        await engine.read([felt("x")])
    await engine.close()


def test_it_reads_its_own_languages_alone() -> None:
    engine = TransformerEngine("any/model", ("fr",))
    assert engine.wants(felt("x"))
    assert not engine.wants(felt("x", "en"))


@pytest.mark.parametrize(
    ("labels", "negative", "positive"),
    [
        (("negative", "neutral", "positive"), [0], [2]),
        (("POS", "NEG"), [1], [0]),
        (("1 star", "2 stars", "3 stars", "4 stars", "5 stars"), [0, 1], [3, 4]),
        (("Positif", "Négatif", "négative"), [1, 2], [0]),
    ],
)
def test_what_a_model_calls_its_classes_is_understood(
    labels: tuple[str, ...], negative: list[int], positive: list[int]
) -> None:
    assert poles(dict(enumerate(labels))) == (negative, positive)


def test_classes_that_say_nothing_are_refused() -> None:
    with pytest.raises(EngineError, match="LABEL_0, LABEL_1"):
        poles({0: "LABEL_0", 1: "LABEL_1"})


def test_a_model_that_cannot_say_leaves_the_post_as_it_was() -> None:
    assert _sentiment([nan, 0.2], [0], [1]) is None
