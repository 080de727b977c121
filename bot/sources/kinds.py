"""The kinds of sources: which class stands behind each, and what it is made of."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple

from bot.config.sources import SourceConfig, SourceKind, variable
from bot.sources.appstore import AppStoreSource
from bot.sources.base import Ledger, Source
from bot.sources.bluesky import BlueskySource
from bot.sources.blueskysearch import BlueskySearchSource
from bot.sources.discourse import DiscourseSource
from bot.sources.facebook import FacebookSource
from bot.sources.gdelt import GdeltSource
from bot.sources.github import GitHubSource
from bot.sources.graph import FACEBOOK, THREADS, Graph
from bot.sources.hackernews import HackerNewsSource
from bot.sources.hooked import WebhookSource
from bot.sources.http import PoliteClient
from bot.sources.instagram import InstagramSource
from bot.sources.keys import Key
from bot.sources.lemmy import LemmySource
from bot.sources.mastodon import MastodonSource
from bot.sources.mastodonsearch import MastodonSearchSource
from bot.sources.metathreads import ThreadsSource
from bot.sources.reddit import RedditSource
from bot.sources.rss import FeedSource
from bot.sources.sockets import Sockets
from bot.sources.stackexchange import StackExchangeSource
from bot.sources.x import XSource
from bot.sources.xpaid import PaidX
from bot.sources.youtube import YouTubeSource
from bot.sources.youtubeapi import YouTubeApi


class Made(NamedTuple):
    """What a source is made of: its settings, the client of all, its secret, and the budgets."""

    of: SourceConfig
    client: PoliteClient
    key: str
    ledger: Ledger

    @property
    def shown(self) -> Key:
        """Its secret, with the name of the variable that it stands in."""
        return Key(self.key, variable(self.of))

    def graph(self, usual: str) -> Graph:
        """One of Meta's APIs, at its usual address where no other is set."""
        return Graph(self.client, self.shown, self.of.url or usual)


BUILDERS: Mapping[SourceKind, Callable[[Made], Source]] = {
    "feed": lambda made: FeedSource(
        made.of.name, made.of.url, made.client, fresh=made.of.every / 2
    ),
    "mastodon": lambda made: MastodonSource(made.of.name, made.of.url, made.client, made.of.tags),
    "hackernews": lambda made: HackerNewsSource(made.of.name, made.client, made.of.url),
    "bluesky": lambda made: BlueskySource(
        made.of.name,
        made.client,
        Sockets(made.client.agent, allow_private=made.client.allows_private).opened,
        made.of.url,
    ),
    "appstore": lambda made: AppStoreSource(
        made.of.name, made.of.app, made.client, made.of.countries, made.of.url
    ),
    "gdelt": lambda made: GdeltSource(
        made.of.name, made.client, made.of.url, fresh=made.of.every / 2
    ),
    "bluesky-search": lambda made: BlueskySearchSource(
        made.of.name, made.of.account, made.key, made.client, made.of.url
    ),
    "mastodon-search": lambda made: MastodonSearchSource(
        made.of.name, made.of.url, made.shown, made.client
    ),
    "reddit": lambda made: RedditSource(
        made.of.name,
        made.client,
        made.of.account,
        made.shown,
        made.of.subreddits,
        made.of.url,
        fresh=made.of.every / 2,
    ),
    "youtube": lambda made: YouTubeSource(
        made.of.name, YouTubeApi(made.client, made.shown, made.ledger, made.of.url)
    ),
    "x": lambda made: XSource(
        made.of.name,
        PaidX(
            made.of.name,
            made.client,
            made.shown,
            made.of.dollars_a_day,
            made.ledger,
            made.of.url,
        ),
    ),
    "facebook": lambda made: FacebookSource(
        made.of.name, made.graph(FACEBOOK), made.of.account, fresh=made.of.every / 2
    ),
    "instagram": lambda made: InstagramSource(
        made.of.name,
        made.graph(FACEBOOK),
        made.of.account,
        made.of.tags,
        made.ledger,
        fresh=made.of.every / 2,
    ),
    "threads": lambda made: ThreadsSource(
        made.of.name, made.graph(THREADS), made.shown.account, made.ledger
    ),
    "lemmy": lambda made: LemmySource(made.of.name, made.of.url, made.client),
    "discourse": lambda made: DiscourseSource(
        made.of.name, made.of.url, made.client, fresh=made.of.every / 2
    ),
    "stackexchange": lambda made: StackExchangeSource(
        made.of.name,
        made.of.site,
        made.client,
        tags=made.of.tags,
        key=made.key,
        base_url=made.of.url,
    ),
    "github": lambda made: GitHubSource(
        made.of.name, made.client, made.shown, made.of.url, fresh=made.of.every / 2
    ),
    "webhook": lambda made: WebhookSource(made.of.name),
}


def made(source: SourceConfig, client: PoliteClient, key: str, ledger: Ledger) -> Source:
    """The source of these settings; `key` is its secret, `""` where it has none."""
    return BUILDERS[source.kind](Made(source, client, key, ledger))
