"""What every engine is: it is handed posts that the rules have read, and says how they feel."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import msgspec

from bot.domain.mention import Sentiment


class Felt(msgspec.Struct, frozen=True, kw_only=True):
    """A post as an engine is handed it: its untrusted `text`, title and all, its language, and how
    it feels so far (None where nothing reads the language). `rank` (above 0, at most 1) is the
    share of the most negative posts of its watch and language that it is among, None where too
    few are known to say. `is_news` is whether a channel could hear of it: of what is long past, or
    the brand's own, none does."""

    text: str
    language: str
    sentiment: Sentiment | None
    rank: float | None = None
    is_news: bool = True


class Engine(Protocol):
    """Reads posts in place of the rules, or after them."""

    @property
    def name(self) -> str:
        """What it is called in the log, and to the admins."""

    def wants(self, post: Felt) -> bool:
        """Whether this is one of the posts that it reads."""

    async def read(self, posts: Sequence[Felt]) -> list[Sentiment | None]:
        """How each post feels; None where it cannot say: then it feels as before.

        Raises EngineError where it cannot be used at all.
        """

    async def close(self) -> None:
        """Let go of what it holds."""
