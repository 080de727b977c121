"""What its author deletes is shown by no server of the small social web any more."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime

import aiohttp
import pytest

from bot.standin.social import FORUM, HACKER_NEWS, MASTODON, SocialWeb, scenes

NOW = datetime(2026, 3, 12, 16, 20, tzinfo=UTC)


@pytest.fixture
async def web() -> AsyncIterator[SocialWeb]:
    social = await SocialWeb.start(seed=7, now=NOW, pace=0)
    yield social
    await social.close()


async def answer(url: str) -> tuple[int, str]:
    async with aiohttp.ClientSession() as session, session.get(url) as response:
        return response.status, await response.text()


async def test_a_deleted_status_is_not_found_and_in_no_timeline(web: SocialWeb) -> None:
    post = web.publish(MASTODON, "I regret my #lumo")
    reply = web.publish(MASTODON, "Why? #lumo", reply_to=post.id)
    server = web.mastodon_url
    assert (await answer(f"{server}/api/v1/statuses/{post.id}"))[0] == 200
    web.take_back(MASTODON, post.id)
    assert (await answer(f"{server}/api/v1/statuses/{post.id}"))[0] == 404
    assert (await answer(post.url))[0] == 404
    assert "regret" not in (await answer(f"{server}/api/v1/timelines/tag/lumo"))[1]
    status, around = await answer(f"{server}/api/v1/statuses/{reply.id}/context")
    assert status == 200
    assert "regret" not in around
    with pytest.raises(KeyError):
        web.take_back(MASTODON, post.id)


async def test_a_deleted_comment_is_found_nowhere_and_its_answers_stand(web: SocialWeb) -> None:
    story = web.publish(HACKER_NEWS, "Lumo", title="Lumo")
    comment = web.publish(HACKER_NEWS, "I regret my lumo", reply_to=story.id)
    web.take_back(HACKER_NEWS, comment.id)
    base = f"{web.hackernews_url}/api/v1"
    assert (await answer(f"{base}/items/{comment.id}"))[0] == 404
    assert "regret" not in (await answer(f"{base}/items/{story.id}"))[1]
    assert "regret" not in (await answer(f"{base}/search_by_date?query=lumo"))[1]


async def test_a_deleted_topic_is_in_no_feed_and_is_counted_no_more(web: SocialWeb) -> None:
    before = web.describe()["posts"]
    topic = web.publish(FORUM, "I regret my lumo", title="Regrets")
    web.publish(FORUM, "Me too", reply_to=topic.id)
    web.take_back(FORUM, topic.id)
    status, feed = await answer(web.feed_urls[0])
    assert status == 200
    assert "I regret my lumo" not in feed
    assert isinstance(before, int)
    assert web.describe()["posts"] == before + 1


def test_the_week_has_a_complaint_that_is_deleted_and_one_that_is_copied() -> None:
    [first] = scenes.first_complaint(7)
    regretted, copied, passed_on = scenes.told_again(7)
    assert regretted.draft.stands > 0
    assert first.draft.text in copied.draft.text
    assert passed_on.draft.text.startswith("RT @")
