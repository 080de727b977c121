"""A classifier of the `transformers` library, in place of the rules: `pip install
vigie[transformers]`, and `[engines.transformers]` in the configuration.

`AutoModelForSequenceClassification` loads any of them by its name or folder
(https://huggingface.co/docs/transformers/model_doc/auto); what its classes mean is in the model's
own `id2label`.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from importlib import import_module
from math import isfinite
from typing import Any, Protocol, cast

from bot.domain.mention import Sentiment
from bot.engines.base import Felt
from bot.errors import EngineError

AT_ONCE = 16
"""Posts in one pass of the model."""

LONGEST = 256
"""Tokens of a post that are read: what is longer is judged by its beginning."""

_NEGATIVE = re.compile(r"n[eé]g(ative?|atif)?|1 star|2 stars", re.IGNORECASE)
_POSITIVE = re.compile(r"pos(itive?|itif)?|4 stars|5 stars", re.IGNORECASE)


class Classifier(Protocol):
    """A model that is loaded: the chances (0 to 1) of each class, a row a text."""

    labels: Mapping[int, str]

    def chances(self, texts: Sequence[str]) -> list[list[float]]: ...


class TransformerEngine:
    """Reads the posts in some languages by a model, in a thread of its own.

    The model is loaded when the first post is read, which takes seconds, and asks the model hub
    where it is not a folder and was not loaded before. `score` is the chance of its positive
    class less that of its negative one.
    """

    name = "transformers"

    def __init__(self, model: str, languages: Sequence[str]) -> None:
        self._model = model
        self._languages = frozenset(languages)
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="transformers")
        self._classifier: Classifier | None = None

    def wants(self, post: Felt) -> bool:
        return post.language in self._languages

    async def read(self, posts: Sequence[Felt]) -> list[Sentiment | None]:
        """How each post feels to the model. Raises EngineError where it cannot be loaded."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._thread, self._read, [post.text for post in posts])

    async def close(self) -> None:
        """Nothing new is read; what the model is at is not waited for, as nobody wants it."""
        self._thread.shutdown(wait=False, cancel_futures=True)

    def _read(self, texts: Sequence[str]) -> list[Sentiment | None]:
        if self._classifier is None:
            self._classifier = load(self._model)
        classifier = self._classifier
        negative, positive = poles(classifier.labels)
        return [
            _sentiment(chances, negative, positive)
            for start in range(0, len(texts), AT_ONCE)
            for chances in classifier.chances(texts[start : start + AT_ONCE])
        ]


def _sentiment(
    chances: Sequence[float], negative: Sequence[int], positive: Sequence[int]
) -> Sentiment | None:
    """What the chances of the classes come to; None where they are no numbers."""
    score = sum(chances[n] for n in positive) - sum(chances[n] for n in negative)
    if not isfinite(score):
        return None
    return Sentiment(score=round(max(-1.0, min(1.0, score)), 4), engine="transformers")


def poles(labels: Mapping[int, str]) -> tuple[list[int], list[int]]:
    """Which classes of a model are negative, and which positive, by what it calls them:
    "negative", "NEG", "2 stars". Raises EngineError where none is called so."""
    negative = [n for n, label in labels.items() if _NEGATIVE.fullmatch(label.strip())]
    positive = [n for n, label in labels.items() if _POSITIVE.fullmatch(label.strip())]
    if not negative or not positive:
        named = ", ".join(sorted(labels.values()))[:200]
        raise EngineError(
            f"the model’s classes are called {named}: none says that it is negative, or positive"
        )
    return negative, positive


def load(model: str) -> Classifier:
    """The classifier of that name, or in that folder. Raises EngineError where it cannot be had."""
    try:
        return _Loaded(import_module("transformers"), import_module("torch"), model)
    except ImportError as error:
        raise EngineError(
            f"it needs a library that is not here ({error.name}): pip install 'vigie[transformers]'"
        ) from error
    except (OSError, ValueError) as error:
        # The library's words go on for many lines; the first says what it is about.
        first = (str(error).strip().splitlines() or [type(error).__name__])[0][:300]
        raise EngineError(f"the model “{model}” cannot be loaded: {first}") from error


class _Loaded:
    """The one place that touches the two libraries, which carry no types that would help here."""

    def __init__(self, transformers: Any, torch: Any, model: str) -> None:
        self._torch = torch
        self._tokenizer = transformers.AutoTokenizer.from_pretrained(model)
        self._model = transformers.AutoModelForSequenceClassification.from_pretrained(model)
        self._model.eval()
        self.labels: Mapping[int, str] = {
            int(number): str(label) for number, label in self._model.config.id2label.items()
        }

    def chances(self, texts: Sequence[str]) -> list[list[float]]:
        packed = self._tokenizer(
            list(texts), padding=True, truncation=True, max_length=LONGEST, return_tensors="pt"
        )
        with self._torch.no_grad():
            logits = self._model(**packed).logits
        return cast("list[list[float]]", self._torch.softmax(logits, dim=-1).tolist())
