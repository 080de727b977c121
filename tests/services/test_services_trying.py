"""A watch tried out on what is kept: the same figures as looking at every post by hand."""

from __future__ import annotations

from datetime import timedelta
from itertools import count

import pytest
from msgspec.structs import replace

from bot.config import Config, loads
from bot.config.file import WatchConfig
from bot.domain.mention import Analysis, Mention, Sentiment
from bot.domain.query import parse
from bot.errors import QueryError
from bot.services import trying
from bot.services.base import Services
from tests.builders import NOW, a_mention, a_post
from tests.services.conftest import CONFIG

OTHER = '[[watches]]\nname = "Rivals"\nquery = "lumi"\nchannel = "#brand"\n'
OWN = '[[accounts]]\nsource = "forum"\nauthor = "@Lumo"\n'
TEXTS = (
    "My Lumo lamp died. Terrible.",
    "lumi is a lamp too",
    "Nothing of the kind",
    "lumo et lumi, quelle lampe",
)


@pytest.fixture
def config() -> Config:
    return loads(CONFIG + OTHER + OWN)


def a_watch(query: str, **changes: object) -> WatchConfig:
    return replace(WatchConfig(name="New", query=query, channel="#brand"), **changes)


def kept(number: int, **changes: object) -> Mention:
    """One of many mentions, of two watches, some minutes apart."""
    mention = a_mention(
        id=f"m{number:05}",
        watch=("Lumo", "Rivals")[number % 2],
        conversation=f"c{number}",
        at=NOW - timedelta(minutes=11 * number),
        post=a_post(
            id=f"p{number // 3}",
            source=("forum", "lumen.social")[number // 3 % 2],
            author=("@ada", "@lumo")[number // 3 % 5 == 0],
            text=TEXTS[number // 3 % len(TEXTS)],
        ),
        analysis=Analysis(language="en", sentiment=_sentiment(number // 3)),
    )
    return replace(mention, **changes)


def _sentiment(number: int) -> Sentiment | None:
    return None if number % 4 == 3 else Sentiment(score=-1 + number % 9 / 4)


async def keep(services: Services, *mentions: Mention) -> None:
    put = services.records.mentions.put
    await services.records.commit([put(mention.id, mention, 0) for mention in mentions])


@pytest.mark.parametrize("query", ["lumo", "lumi NOT lumo", "lamp*", "nowhere"])
@pytest.mark.parametrize("sources", [(), ("forum",)])
async def test_the_figures_are_those_of_looking_at_every_post(
    services: Services, query: str, sources: tuple[str, ...]
) -> None:
    mentions = [kept(number) for number in range(2_400)]
    await keep(services, *mentions)
    found = await trying.try_out(services, a_watch(query, sources=sources), patience=60)

    posts = {m.post.id: m for m in mentions if m.at > NOW - timedelta(days=14)}
    asked = parse(query)
    matched = [
        m
        for m in posts.values()
        if asked.matches(m.post.text) and (not sources or m.post.source in sources)
    ]
    flagged = [
        m
        for m in matched
        if m.analysis.sentiment
        and m.analysis.sentiment.score <= -0.5
        and (m.post.source, m.post.author) != ("forum", "@lumo")
    ]
    assert found.whole
    assert found.looked == len(posts)
    assert (found.matched, found.flagged) == (len(matched), len(flagged))
    assert found.unread == sum(m.analysis.sentiment is None for m in matched)
    newest = {m.at for m in mentions if m.post.id in {e.mention.post.id for e in found.examples}}
    assert len(found.examples) == min(3, len(matched))
    assert all(m.at <= max(newest, default=NOW) for m in matched)


async def test_examples_tell_by_which_words_they_were_found(services: Services) -> None:
    await keep(services, kept(9))
    found = await trying.try_out(services, a_watch("lumi OR (lumo lamp*)"))
    assert [example.words for example in found.examples] == [("lumo", "lumi", "lampe")]


async def test_posts_of_the_same_second_are_all_looked_at(services: Services) -> None:
    number = 2 * trying.PAGE + 1
    posts = [
        kept(n, at=NOW, watch="Lumo", post=a_post(id=f"p{n}", source="forum"))
        for n in range(number)
    ]
    await keep(services, *posts)
    assert (await trying.try_out(services, a_watch("lumo"), patience=60)).matched == number


async def test_what_does_not_fit_in_the_time_is_told(services: Services) -> None:
    await keep(services, *(kept(number) for number in range(600)))
    ticks = count()
    found = await trying.try_out(
        services, a_watch("lumo"), patience=2, monotonic=lambda: float(next(ticks))
    )
    assert not found.whole
    assert 0 < found.looked < 200


async def test_a_query_that_cannot_be_read_is_not_tried(services: Services) -> None:
    with pytest.raises(QueryError):
        await trying.try_out(services, a_watch("lumo AND"))


async def test_a_share_is_tried_on_the_posts_that_the_watch_would_have_matched(
    services: Services,
) -> None:
    mentions = [
        kept(
            n,
            watch="Lumo",
            post=a_post(id=f"p{n}", source="forum", text="my lumo lamp"),
            analysis=Analysis(language="en", sentiment=Sentiment(score=-1 + n / 100)),
            at=NOW - timedelta(hours=n),
        )
        for n in range(200)
    ]
    await keep(services, *mentions)
    found = await trying.try_out(services, a_watch("lumo", flag="5%"), patience=60)
    assert (found.flagged, found.limited) == (10, "level")
    assert found.a_day == pytest.approx(10 / (199 / 24))
    few = await trying.try_out(services, a_watch("lumi", flag="5%"), patience=60)
    assert few.flagged == 0


async def test_of_few_posts_the_threshold_is_tried_and_it_is_said_so(services: Services) -> None:
    await keep(services, *(kept(n, watch="Lumo") for n in range(30)))
    found = await trying.try_out(services, a_watch("lumo", flag="5 a day"), patience=60)
    assert found.limited == "few"
