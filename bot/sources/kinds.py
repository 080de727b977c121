"""The kinds of sources: which class stands behind each, and what it is made of."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple

from bot.config.sources import SourceConfig, SourceKind
from bot.sources.base import Ledger, Source
from bot.sources.hackernews import HackerNewsSource
from bot.sources.hooked import WebhookSource
from bot.sources.http import PoliteClient
from bot.sources.mastodon import MastodonSource
from bot.sources.rss import FeedSource


class Made(NamedTuple):
    """What a source is made of: its settings, the client of all, its secret, and the budgets."""

    of: SourceConfig
    client: PoliteClient
    key: str
    ledger: Ledger


BUILDERS: Mapping[SourceKind, Callable[[Made], Source]] = {
    "feed": lambda made: FeedSource(made.of.name, made.of.url, made.client),
    "mastodon": lambda made: MastodonSource(made.of.name, made.of.url, made.client, made.of.tags),
    "hackernews": lambda made: HackerNewsSource(made.of.name, made.client, made.of.url),
    "webhook": lambda made: WebhookSource(made.of.name),
}


def made(source: SourceConfig, client: PoliteClient, key: str, ledger: Ledger) -> Source:
    """The source of these settings; `key` is its secret, `""` where it has none."""
    return BUILDERS[source.kind](Made(source, client, key, ledger))
