"""What the demo's bot remembers when it is started: six weeks, and a campaign that was in them.

It is brought along as anybody would bring it: posts as `vigie import` takes them in, and a campaign
as the manager sets it.
"""

from __future__ import annotations

import contextlib
import logging
import re
from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal
from pathlib import Path

import structlog

from bot.cli.demo_config import MARGOT
from bot.cli.importing import at_hand
from bot.config import Config, PostgresAddress, loads
from bot.domain.campaigns import Campaign
from bot.domain.mention import Post
from bot.services import campaigns, receiving
from bot.standin.social import HACKER_NEWS, MASTODON, TOOL_SECRET, SocialWeb
from bot.standin.social.past import evening_days
from bot.standin.social.place import Place
from bot.standin.social.posts import Published
from bot.standin.social.statuses import tags
from bot.standin.social.week import HISTORY

_LINK = re.compile(r"https?://\S+")


async def remember(file: Path, store: Path | PostgresAddress, social: SocialWeb) -> None:
    """Fill the store of the configuration in `file` with what was said before the week that the
    places show, and with “Autumn evenings”. Raises a StoreError where it cannot be kept."""
    with _hushed():
        await _remember(_settings(file, store), social)


async def _remember(config: Config, social: SocialWeb) -> None:
    async with at_hand(config) as services:
        since = social.now() - HISTORY
        for place in social.places:
            there = [watch for watch in services.watches.all if place.name in watch.sources]
            await receiving.take_in(services, place.name, list(_before(place, since)), there)
        await receiving.have_taken_in(services, services.watches.all)
        await campaigns.save(services, autumn_evenings(social.now()), MARGOT)


@contextlib.contextmanager
def _hushed() -> Iterator[None]:
    """What goes as it should is not told: nobody asked for it, and the terminal is the demo's."""
    before = structlog.get_config()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
    try:
        yield
    finally:
        structlog.configure(**before)


def _settings(file: Path, store: Path | PostgresAddress) -> Config:
    address = store.url if isinstance(store, PostgresAddress) else ""
    secrets = {"VIGIE_WEBHOOK_SECRET": TOOL_SECRET}
    return loads(file.read_text("utf-8"), store=address, environment=secrets)


def autumn_evenings(now: datetime) -> Campaign:
    """The campaign, as it is known when it has been over for a week."""
    first, last = evening_days(now)
    return Campaign(
        name="Autumn evenings",
        watch="Lumo",
        first=first,
        last=last,
        goal="sales",
        cost=Decimal(2400),
        tags=("autumnevenings", "autumn-evenings"),
        beside=("Norda", "Wake-up lights"),
    )


def _before(place: Place, until: datetime) -> Iterator[Post]:
    """The posts of a place that were written before `until`, as its polls would have brought
    them."""
    return (_told(place, post) for post in place.posts if post.at < until)


def _told(place: Place, post: Published) -> Post:
    draft, author = post.draft, post.draft.author
    return Post(
        source=place.name,
        id=_id(place, post),
        url=post.url,
        title=draft.title,
        text=draft.text,
        author=_name(place, post),
        at=post.at.replace(microsecond=0),
        language=draft.language if author.declares_language else None,
        followers=author.followers if place.name == MASTODON else None,
        engagement=draft.likes,
        thread=_id(place, place.root(post)) if post.parent else "",
        links=tuple(_LINK.findall(draft.text)),
        tags=tuple(tags(draft.text)) if place.name == MASTODON else (),
    )


def _id(place: Place, post: Published) -> str:
    if place.name == MASTODON:
        return f"{place.url}/users/{post.draft.author.handle}/statuses/{post.id}"
    return post.id if place.name == HACKER_NEWS else post.url


def _name(place: Place, post: Published) -> str:
    author = post.draft.author
    if place.name == MASTODON:
        return f"@{author.handle}"
    return author.handle if place.name == HACKER_NEWS else author.name
