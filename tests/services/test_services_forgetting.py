"""What is forgotten with an author besides their mentions."""

from __future__ import annotations

from datetime import timedelta

from bot.domain.exchange import Exchange
from bot.domain.identity import id_of_mention
from bot.services import forgetting
from bot.services.base import Services
from tests.builders import NOW, a_mention, a_post

ADA, GRACE = "@ada@social.example", "@grace@social.example"


async def test_answers_in_the_threads_of_others_go_and_theirs_stay(services: Services) -> None:
    records = services.records
    posts = (
        a_post(id="1", author=GRACE, text="My lamp died"),
        a_post(id="2", author=ADA, text="Mine too"),
        a_post(id="3", author=ADA.upper(), text="And again"),
    )
    exchange = Exchange(conversation="4kd0sv", posts=posts, read=NOW)
    await records.commit([records.exchanges.put("4kd0sv", exchange)])
    assert await forgetting.held(services, ADA) == (0, 2)
    assert await forgetting.forget(services, ADA) == (0, 2)
    kept = await records.exchanges.get("4kd0sv")
    assert kept is not None
    assert [post.author for post in kept.value.posts] == [GRACE]
    assert not await forgetting.held(services, ADA)


async def test_every_watch_and_source_lets_go_and_the_counts_stay(services: Services) -> None:
    records = services.records
    said = [("Lumo", "1", ADA), ("Rival", "1", ADA), ("Lumo", "2", GRACE)]
    mentions = [
        a_mention(
            id=id_of_mention(watch, "forum", post),
            watch=watch,
            post=a_post(id=post, source="forum", author=author),
        )
        for watch, post, author in said
    ]
    await records.commit([records.mentions.put(one.id, one) for one in mentions])
    assert await forgetting.forget(services, ADA) == (2, 0)
    kept = [await records.mentions.get(one.id) for one in mentions]
    assert [one.value.post.author if one else None for one in kept] == ["", "", GRACE]
    assert await records.mentions.count({"watch": "Lumo"}, "at", since=NOW - timedelta(9)) == 2
