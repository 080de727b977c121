"""The small social web beside the workspace, as far as the page must know it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Literal, Protocol

RainKind = Literal["complaint", "praise", "wave"]
Language = Literal["en", "fr"]


class Social(Protocol):
    """Places where people post about the brand, and a way to make them post now."""

    async def rain(self, kind: RainKind, language: Language, text: str | None = None) -> int:
        """Post; answers how many posts were, or will shortly be, published."""
        ...

    def describe(self) -> Mapping[str, object]:
        """{"places": [{"name", "kind", "url"}], "phase": "quiet"|"launch"|…, "posts": int}."""
        ...

    def watch(self, callback: Callable[[], None]) -> object:
        """Call `callback` whenever what `describe` answers has changed."""
        ...
