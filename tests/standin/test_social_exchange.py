"""What a post was answered on the small social web, as Vigie's own sources read it there."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import httpx
import pytest

from bot.domain.mention import Post
from bot.errors import SourceRefused
from bot.sources.base import Source, Threaded
from bot.sources.hackernews import HackerNewsSource
from bot.sources.http import PoliteClient
from bot.sources.mastodon import MastodonSource
from bot.sources.rss import FeedSource
from bot.standin.social import FORUM, HACKER_NEWS, MASTODON, Published, SocialWeb
from bot.standin.social.posts import PlaceName

NOW = datetime(2026, 3, 12, 16, 20, tzinfo=UTC)
PLACES = (MASTODON, HACKER_NEWS, FORUM)


@pytest.fixture
async def web() -> AsyncIterator[SocialWeb]:
    social = await SocialWeb.start(seed=7, now=NOW, pace=0)
    yield social
    await social.close()


@pytest.fixture
async def client() -> AsyncIterator[PoliteClient]:
    async with PoliteClient(
        clock=lambda: NOW + timedelta(hours=1), allow_private=True, limit=1_000_000
    ) as polite:
        yield polite


def source_at(place: PlaceName, web: SocialWeb, client: PoliteClient) -> Source:
    if place == MASTODON:
        return MastodonSource("place", web.mastodon_url, client)
    if place == HACKER_NEWS:
        return HackerNewsSource("place", client, web.hackernews_url)
    return FeedSource("place", web.feed_urls[0], client)


def talk(web: SocialWeb, place: PlaceName) -> list[Published]:
    """A question with two answers, one of which is answered again; only some name the lamp."""
    told: list[Published] = []
    for minute, (text, author, to) in enumerate(
        [
            ("Does anybody's Lumo hum? #lumo", "ada", None),
            ("Mine does #lumo", "ben", 0),
            ("Mine is quiet", "cora", 0),
            ("We are looking into it", "maisonlumo", 1),
        ]
    ):
        told.append(
            web.publish(
                place,
                text,
                author=author,
                reply_to="" if to is None else told[to].id,
                at=NOW + timedelta(minutes=minute),
                title="" if to is not None or place == MASTODON else "Lumo hums",
            )
        )
    return told


async def polled(source: Source, told: Published) -> Post:
    """The post as a poll finds it."""
    page = await source.fetch(["lumo"], None, NOW + timedelta(hours=1))
    (post,) = [post for post in page.posts if post.url == told.url]
    return post


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("asked", [0, 1])
async def test_every_post_of_a_thread_is_read_from_any_of_them(
    web: SocialWeb, client: PoliteClient, place: PlaceName, asked: int
) -> None:
    told = talk(web, place)
    source = source_at(place, web, client)
    assert isinstance(source, Threaded)
    post = await polled(source, told[asked])

    posts = await source.exchange(post)
    assert [one.url for one in posts] == [one.url for one in told]
    assert [one.at for one in posts] == [one.at for one in told]
    assert [one.author.lstrip("@").lower() for one in posts] == ["ada", "ben", "cora", "maisonlumo"]
    assert posts[3].text.removeprefix("@ben ") == "We are looking into it"
    assert posts[0].thread == ""
    assert {one.thread for one in posts[1:]} == {posts[0].id}
    assert post in posts


@pytest.mark.parametrize("place", PLACES)
async def test_what_an_exchange_found_can_be_asked_for_its_own(
    web: SocialWeb, client: PoliteClient, place: PlaceName
) -> None:
    told = talk(web, place)
    source = source_at(place, web, client)
    assert isinstance(source, Threaded)
    posts = await source.exchange(await polled(source, told[0]))

    assert await source.exchange(posts[3]) == posts


async def test_a_post_of_the_magazine_is_all_that_is_known(
    web: SocialWeb, client: PoliteClient
) -> None:
    source = FeedSource("magazine", web.feed_urls[1], client)
    article = (await source.fetch([], None, NOW)).posts[0]

    assert await source.exchange(article) == (article,)


@pytest.mark.parametrize("place", PLACES)
async def test_a_thread_that_is_not_there_is_refused(
    web: SocialWeb, client: PoliteClient, place: PlaceName
) -> None:
    source = source_at(place, web, client)
    assert isinstance(source, Threaded)
    post = await polled(source, talk(web, place)[0])
    gone = Post(
        source=post.source,
        id="1",
        url=post.url.rpartition("/")[0] + "/1",
        text="",
        author="",
        at=NOW,
        comments_url=post.comments_url.replace("/posts/", "/posts/0"),
    )

    with pytest.raises(SourceRefused):
        await source.exchange(gone)


async def test_a_long_thread_is_shown_by_the_server_as_to_any_stranger(web: SocialWeb) -> None:
    top = web.publish(MASTODON, "A long story")
    line = [top]
    for number in range(45):
        line.append(web.publish(MASTODON, f"Part {number}", reply_to=line[-1].id))
    for number in range(70):
        web.publish(MASTODON, f"Aside {number}", reply_to=top.id)

    async with httpx.AsyncClient(trust_env=False) as http:
        address = f"{web.mastodon_url}/api/v1/statuses"
        above = (await http.get(f"{address}/{line[-1].id}/context")).json()
        below = (await http.get(f"{address}/{top.id}/context")).json()
    assert [one["id"] for one in above["ancestors"]] == [one.id for one in line[-41:-1]]
    assert above["descendants"] == below["ancestors"] == []
    shown = [one["id"] for one in below["descendants"]]
    assert len(shown) == 60
    assert shown[:20] == [one.id for one in line[1:21]]
    assert line[21].id not in shown
