"""Which adapter reads which folder of recorded payloads, and how it is set up for that."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from bot.config.sources import SourceKind
from bot.domain.mention import Post

Read = Callable[[Path, datetime], Sequence[Post]]


class Polled(NamedTuple):
    """A source whose every answer is one payload; but `stock` answers stand for some paths (a
    sign-in). `cursor` is where its poll begins, `known` how it names a post that is asked for."""

    kind: SourceKind
    settings: Mapping[str, object] = {}
    cursor: str | None = None
    stock: tuple[tuple[str, object], ...] = ()
    known: str = "1"


LONG_AGO = '{"known":{"lumo":[1000000000,1000000000]}}'
"""The cursor of a search that knows no post since 2001."""

POLLED: Mapping[str, tuple[Polled, ...]] = {
    "feeds": (Polled("feed", {"url": "https://social.example/feed"}),),
    "mastodon": (
        Polled(
            "mastodon",
            {"url": "https://social.example", "tags": ["lumo"]},
            '{"tags":{"lumo":{"newest":"1","anchor":"1"}}}',
        ),
    ),
    "hackernews": (Polled("hackernews"),),
    "lemmy": (
        Polled(
            "lemmy",
            {"url": "https://social.example"},
            LONG_AGO,
            (("/nodeinfo", {"software": {"name": "lemmy", "version": "0.19"}}),),
        ),
    ),
    "discourse": (
        Polled(
            "discourse",
            {"url": "https://social.example"},
            LONG_AGO.replace("lumo", "latest posts"),
        ),
        Polled(
            "discourse",
            {"url": "https://social.example"},
            stock=(("/posts.json", {"latest_posts": []}),),
            known="1/1/1",
        ),
    ),
    "stackexchange": (Polled("stackexchange", cursor=LONG_AGO),),
    "github": (Polled("github", cursor=LONG_AGO, known="maker/lumo/issues/1"),),
}
"""By the folder's name; all folders that begin with "feeds" are feeds."""

HANDED_IN: Mapping[str, Read] = {}
"""What comes over a socket, or is no answer of anybody's."""

IMPORTED: Mapping[str, Read] = {}
"""Files that are imported."""
