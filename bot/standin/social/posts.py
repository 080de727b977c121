"""The values of the small social web: who writes, what is written, where it is published."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

Language = Literal["en", "fr"]
PlaceName = Literal[
    "Maison Lumo forum", "Clair magazine", "lumen.social", "Hacker News", "Listening tool"
]
PlaceKind = Literal["feed", "mastodon", "hackernews", "webhook"]

FORUM: PlaceName = "Maison Lumo forum"
MAGAZINE: PlaceName = "Clair magazine"
MASTODON: PlaceName = "lumen.social"
HACKER_NEWS: PlaceName = "Hacker News"
TOOL: PlaceName = "Listening tool"


@dataclass(frozen=True)
class Author:
    """Somebody who posts; `handle` is unique and fit for a URL."""

    handle: str
    name: str
    followers: int
    language: Language = "en"
    declares_language: bool = True


@dataclass(frozen=True)
class Draft:
    """A post before it is published.

    `key` names it among the drafts of one week; `answers` is the key, or the published id, of
    the post at the same place that it replies to, and `shares` of one that it passes on to its
    author's followers. `likes` is how many favourites or points it ends up with; `mood` is that of
    the phrase, `""` where there was none. Its author deletes it once it has stood for `stands`
    seconds, never where that is 0.
    """

    key: str
    text: str
    author: Author
    language: Language
    title: str = ""
    answers: str = ""
    shares: str = ""
    likes: int = 0
    mood: str = ""
    stands: float = 0


@dataclass(frozen=True)
class Act:
    """A draft to be published at `place`, `offset` seconds after the web has started."""

    offset: float
    place: PlaceName
    draft: Draft


@dataclass(frozen=True)
class Record:
    """A draft that was published at `place` before the web started, at `at` (aware, UTC)."""

    at: datetime
    place: PlaceName
    draft: Draft


@dataclass(frozen=True)
class Published:
    """A post as its place keeps it; `id` is unique there, `parent` is the id it replies to."""

    id: str
    at: datetime
    draft: Draft
    url: str
    parent: str = ""
