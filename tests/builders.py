"""Values for tests: whole by default, changed by name."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import quote

from msgspec.structs import replace

from bot.config import Config
from bot.domain.conversation import Conversation
from bot.domain.mention import Analysis, Mention, Post, Sentiment, WeighedWord

NOW = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)


def a_post(**changes: Any) -> Post:
    """A complaint on a Mastodon server."""
    post = Post(
        source="lumen.social",
        id="https://lumen.example/users/ada/statuses/1",
        url="https://lumen.example/@ada/1",
        text="My Lumo lamp died after two days. Terrible.",
        author="@ada",
        at=NOW,
        language="en",
        followers=120,
        engagement=3,
    )
    if "id" in changes:
        post = replace(post, url=f"https://lumen.example/@ada/{quote(changes['id'], safe='')}")
    return replace(post, **changes)


def a_fresh_post(**changes: Any) -> Post:
    """That complaint, written this second: news to a Vigie whose clock is the world's."""
    return a_post(**{"at": datetime.now(UTC).replace(microsecond=0), **changes})


def a_mention(**changes: Any) -> Mention:
    """The mention that the watch Lumo makes of that post."""
    mention = Mention(
        id="m1",
        watch="Lumo",
        conversation="c1",
        at=NOW,
        seen=NOW,
        post=a_post(),
        analysis=Analysis(
            language="en",
            sentiment=Sentiment(score=-0.76, words=(WeighedWord("Terrible", -2.1),)),
            themes=("lamp",),
            reach=130,
        ),
    )
    return replace(mention, **changes)


def a_conversation(**changes: Any) -> Conversation:
    """A conversation that nobody has yet."""
    conversation = Conversation(
        id="c1", watch="Lumo", title="@ada · lumen.social", alert="m1", opened=NOW, changed=NOW
    )
    return replace(conversation, **changes)


def kept_for(config: Config, **lengths: timedelta) -> Config:
    """The configuration with other lengths of time for which things are kept."""
    return replace(config, keep=replace(config.keep, **lengths).with_mentions)
