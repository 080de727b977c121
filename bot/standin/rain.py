"""The small social web beside the workspace, as far as the page must know it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Literal, Protocol, TypeGuard, get_args

RainKind = Literal["complaint", "praise", "wave", "answer", "write_back"]
Language = Literal["en", "fr"]

_LANGUAGES: Mapping[Language, str] = {"en": "English", "fr": "French"}


class Social(Protocol):
    """Places where people post about the brand, and a way to make them post now."""

    async def rain(self, kind: RainKind, language: Language, text: str | None = None) -> int:
        """Post; answers how many posts were, or will shortly be, published.

        `answer` is the brand's own, to the newest complaint in this language, `write_back` that
        of whom it answered: none is published where nobody waits for it.
        """
        ...

    def describe(self) -> Mapping[str, object]:
        """{"places": [{"name", "kind", "url"}], "phase": "quiet"|"launch"|…, "posts": int}."""
        ...

    def watch(self, callback: Callable[[], None]) -> object:
        """Call `callback` whenever what `describe` answers has changed."""
        ...


def is_kind(asked: object) -> TypeGuard[RainKind]:
    """Whether there is such rain."""
    return asked in get_args(RainKind)


def is_language(asked: object) -> TypeGuard[Language]:
    """Whether people out there speak it."""
    return asked in get_args(Language)


def dry(kind: RainKind, language: Language) -> str:
    """Why nothing was posted, for a person."""
    spoken = _LANGUAGES[language]
    if kind == "write_back":
        return f"nobody was answered in {spoken} who has not written back"
    return f"nobody who complained in {spoken} waits for an answer"
