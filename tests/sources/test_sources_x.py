"""X is searched for as much money as it may cost, and never for more."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.errors import SourceGarbled, SourceRateLimited, SourceRefused, SourceUnavailable
from bot.sources.base import Rereadable
from bot.sources.http import PoliteClient
from bot.sources.keys import Key
from bot.sources.ledgers import SpentHere
from bot.sources.tweets import id_at, read_tweets, written
from bot.sources.x import XSource
from bot.sources.xpaid import PaidX
from tests.builders import NOW
from tests.sources.conftest import Answers, Clients, Clock, payload, payload_names

KEY = Key("s3cret", "VIGIE_X_TOKEN")
DAY = NOW.date().isoformat()
DOLLAR = 100_000


def id_of(minutes: float) -> str:
    """The id of a post of so many minutes ago."""
    return id_at(NOW - timedelta(minutes=minutes))


def tweet(minutes: float, **changes: Any) -> dict[str, Any]:
    id = id_of(minutes)
    return {
        "id": id,
        "text": "My lumo died &amp; nobody answers https://t.co/x",
        "created_at": (NOW - timedelta(minutes=minutes)).isoformat(),
        "author_id": "7",
        "lang": "en",
        "conversation_id": id,
        "edit_history_tweet_ids": [id],
        "public_metrics": {"like_count": 3, "retweet_count": 1, "reply_count": 2, "quote_count": 0},
        **changes,
    }


def answer(*tweets: dict[str, Any], more: str = "") -> httpx.Response:
    meta: dict[str, Any] = {"result_count": len(tweets)}
    meta |= {"newest_id": tweets[0]["id"]} if tweets else {}
    meta |= {"next_token": more} if more else {}
    user = {"id": "7", "username": "ada", "public_metrics": {"followers_count": 120}}
    body = (
        {"data": tweets, "includes": {"users": [user]}, "meta": meta} if tweets else {"meta": meta}
    )
    return httpx.Response(200, json=body)


class Asked:
    """Answers one after the other, the last one for good; keeps what it was asked."""

    def __init__(self, *answers: httpx.Response) -> None:
        self.answers = list(answers)
        self.requests: list[httpx.Request] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]

    def params(self, number: int) -> httpx.QueryParams:
        return self.requests[number].url.params


class Shop:
    """An X source with a purse that can be looked into."""

    def __init__(self, clients: Clients, answers: Answers, dollars: float = 100.0) -> None:
        self.ledger = SpentHere()
        client = clients(answers)
        self.source = XSource("x", PaidX("x", client, KEY, dollars, self.ledger))

    async def spent(self) -> int:
        return await self.ledger.spent("x x", DAY)


async def test_a_post_is_told_with_all_that_x_tells(clients: Clients) -> None:
    entities = {
        "urls": [{"expanded_url": "https://lumo.example/faq"}],
        "mentions": [{"username": "maisonlumo"}],
        "hashtags": [{"tag": "lamps"}],
    }
    told = tweet(5, entities=entities, conversation_id="900")
    page = await Shop(clients, Asked(answer(told))).source.fetch(["lumo"], None, NOW)
    (post,) = page.posts
    assert post.id == id_of(5)
    assert post.url == f"https://x.com/ada/status/{id_of(5)}"
    assert post.text == "My lumo died & nobody answers https://t.co/x"
    assert (post.author, post.followers, post.engagement) == ("@ada", 120, 6)
    assert post.thread == "900"
    assert post.links == ("https://lumo.example/faq",)
    assert (post.handles, post.tags) == (("maisonlumo",), ("lamps",))


async def test_a_long_post_is_told_whole(clients: Clients) -> None:
    told = tweet(5, note_tweet={"text": "x" * 400 + " lumo"})
    page = await Shop(clients, Asked(answer(told))).source.fetch(["lumo"], None, NOW)
    assert page.posts[0].text.endswith(" lumo")


async def test_what_is_no_answer_of_the_api_is_garbled_and_not_quiet() -> None:
    with pytest.raises(SourceGarbled):
        read_tweets(b'{"statuses": []}', "x", NOW)


async def test_an_edited_post_stays_the_same_post() -> None:
    edited = tweet(5, edit_history_tweet_ids=["123", id_of(5)])
    body = json.dumps({"data": [edited]}).encode()
    (post,) = read_tweets(body, "x", NOW).posts
    assert (post.id, post.local_id) == ("123", id_of(5))


async def test_the_token_stands_in_the_header_and_not_in_the_address(clients: Clients) -> None:
    asked = Asked(answer())
    await Shop(clients, asked).source.fetch(["lumo"], None, NOW)
    assert asked.requests[0].headers["authorization"] == "Bearer s3cret"
    assert "s3cret" not in str(asked.requests[0].url)


async def test_terms_go_into_one_query_that_can_be_read_in_one_way(clients: Clients) -> None:
    asked = Asked(answer())
    terms = ["lumo", "maison lumo", "from:ada", "or"]
    await Shop(clients, asked).source.fetch(terms, None, NOW)
    query = asked.params(0)["query"]
    assert query == '(lumo OR "maison lumo" OR "from:ada" OR "or") -is:retweet'


async def test_no_query_is_longer_than_x_takes(clients: Clients) -> None:
    asked = Asked(answer())
    await Shop(clients, asked).source.fetch([f"lamp{n} of lumo" for n in range(80)], None, NOW)
    assert len(asked.requests) > 1
    assert all(len(request.url.params["query"]) <= 512 for request in asked.requests)


async def test_a_poll_asks_for_what_is_newer_than_the_newest_known(clients: Clients) -> None:
    asked = Asked(answer(tweet(5), tweet(9)), answer(tweet(1)))
    source = Shop(clients, asked).source
    first = await source.fetch(["lumo"], None, NOW)
    second = await source.fetch(["lumo"], first.cursor, NOW)
    assert "since_id" not in asked.params(0)
    assert asked.params(1)["since_id"] == id_of(5)
    assert "start_time" not in asked.params(1)
    assert [post.id for post in first.posts] == [id_of(9), id_of(5)]
    assert [post.id for post in second.posts] == [id_of(1)]


async def test_pages_are_read_back_and_the_newest_id_is_that_of_the_first(
    clients: Clients,
) -> None:
    asked = Asked(answer(tweet(60)), answer(tweet(1), more="t2"), answer(tweet(2)), answer())
    source = Shop(clients, asked).source
    first = await source.fetch(["lumo"], None, NOW)
    second = await source.fetch(["lumo"], first.cursor, NOW)
    third = await source.fetch(["lumo"], second.cursor, NOW)
    assert asked.params(2)["next_token"] == "t2"
    assert second.complete
    assert len(second.posts) == 2
    assert asked.params(3)["since_id"] == id_of(1)
    assert third.complete


async def test_where_nothing_is_said_for_a_week_nothing_is_missed(
    clients: Clients, clock: Clock
) -> None:
    asked = Asked(answer())
    source = Shop(clients, asked).source
    page = await source.fetch(["lumo"], None, NOW)
    for _ in range(10):
        clock.forward(days=1)
        page = await source.fetch(["lumo"], page.cursor, clock())
        assert page.complete
    assert asked.params(10)["since_id"] == id_at(clock() - timedelta(days=1, hours=1))


async def test_after_more_than_a_week_the_page_is_not_complete(clients: Clients) -> None:
    asked = Asked(answer(tweet(5)))
    source = Shop(clients, asked).source
    first = await source.fetch(["lumo"], None, NOW)
    later = await source.fetch(["lumo"], first.cursor, NOW + timedelta(days=9))
    assert not later.complete
    assert "since_id" not in asked.params(1)
    assert asked.params(1)["start_time"] == "2026-11-26T10:10:00Z"


async def test_only_what_was_shown_is_paid(clients: Clients) -> None:
    shop = Shop(clients, Asked(answer(tweet(5), tweet(9))))
    await shop.source.fetch(["lumo"], None, NOW)
    assert await shop.spent() == 2 * 500 + 1_000  # two posts, one author


async def test_a_refused_request_costs_nothing(clients: Clients) -> None:
    shop = Shop(clients, Asked(httpx.Response(400, json={})))
    with pytest.raises(SourceRefused):
        await shop.source.fetch(["lumo"], None, NOW)
    assert await shop.spent() == 0


async def test_a_request_that_may_have_been_answered_counts_as_paid(clients: Clients) -> None:
    asked: list[httpx.Request] = []

    def broken(request: httpx.Request) -> httpx.Response:
        asked.append(request)
        raise httpx.ReadError("gone", request=request)

    shop = Shop(clients, broken)
    with pytest.raises(SourceUnavailable):
        await shop.source.fetch(["lumo"], None, NOW)
    assert len(asked) == 1  # X may bill each
    assert await shop.spent() == 10 * 1_500


async def test_what_was_paid_for_is_told_though_the_next_search_fails(clients: Clients) -> None:
    source = Shop(clients, Asked(answer(tweet(5)), httpx.Response(500))).source
    known = json.dumps({"newest": {"lumo": id_of(60), "lamp": id_of(90)}})
    page = await source.fetch(["lumo", "lamp"], known, NOW)
    assert [post.id for post in page.posts] == [id_of(5)]
    assert page.pending
    assert json.loads(page.cursor)["newest"] == {"lumo": id_of(5), "lamp": id_of(90)}


async def test_a_term_that_x_refuses_costs_no_other_search_each_time(clients: Clients) -> None:
    def answers(request: httpx.Request) -> httpx.Response:
        refused = "odd" in request.url.params["query"]
        return httpx.Response(400, json={}) if refused else answer(tweet(5))

    shop = Shop(clients, answers)
    first = await shop.source.fetch(["lumo"], None, NOW)
    spent = await shop.spent()
    with pytest.raises(SourceRefused):
        await shop.source.fetch(["lumo", "odd"], first.cursor, NOW)
    assert await shop.spent() == spent


async def test_a_clock_that_was_ahead_for_a_while_hides_nothing(clients: Clients) -> None:
    asked = Asked(answer(tweet(5)), answer(), answer(tweet(1)))
    source = Shop(clients, asked).source
    first = await source.fetch(["lumo"], None, NOW)
    ahead = await source.fetch(["lumo"], first.cursor, NOW + timedelta(days=2))
    page = await source.fetch(["lumo"], ahead.cursor, NOW)
    assert int(asked.params(2)["since_id"]) <= int(id_of(60))
    assert not page.complete  # what it passed over is found by a look back, if at all


async def test_less_is_asked_for_where_less_can_be_paid(clients: Clients) -> None:
    asked = Asked(answer())
    source = Shop(clients, asked, dollars=0.5).source
    first = await source.fetch(["lumo"], None, NOW)
    await source.fetch(["lumo"], first.cursor, NOW)
    affordable = int(0.5 * DOLLAR * (0.25 + 0.75 * 10 / 24)) // 1_500
    assert asked.params(1)["max_results"] == str(affordable)


async def test_a_first_poll_reads_ten_posts(clients: Clients) -> None:
    asked = Asked(answer(tweet(5), more="more"))
    page = await Shop(clients, asked).source.fetch(["lumo"], None, NOW)
    assert [request.url.params["max_results"] for request in asked.requests] == ["10"]
    assert page.complete


async def test_without_money_a_poll_is_put_off(clients: Clients) -> None:
    asked = Asked(answer(tweet(5)), answer(*[tweet(n) for n in range(16)], more="more"))
    shop = Shop(clients, asked, dollars=0.41)
    first = await shop.source.fetch(["lumo"], None, NOW)
    second = await shop.source.fetch(["lumo"], first.cursor, NOW)
    assert len(second.posts) == 16
    assert not second.complete
    assert second.resume_at
    assert NOW < second.resume_at < NOW + timedelta(hours=14)
    third = await shop.source.fetch(["lumo"], second.cursor, NOW)
    assert (third.posts, third.pending, third.cursor) == ((), True, second.cursor)
    assert third.resume_at == second.resume_at
    assert len(asked.requests) == 2


async def test_a_day_whose_money_is_spent_ends_at_midnight(clients: Clients) -> None:
    asked = Asked(answer(tweet(5)))
    shop = Shop(clients, asked, dollars=1.0)
    first = await shop.source.fetch(["lumo"], None, NOW)
    await shop.ledger.spend("x x", DAY, DOLLAR - 2_000, DOLLAR)
    page = await shop.source.fetch(["lumo"], first.cursor, NOW)
    assert page.pending
    assert page.resume_at == datetime(2026, 11, 25, tzinfo=UTC)
    assert len(asked.requests) == 1
    after = await shop.source.fetch(["lumo"], page.cursor, page.resume_at)
    assert after.complete
    assert not after.pending
    assert len(asked.requests) == 2


async def test_a_first_poll_without_money_is_told(clients: Clients) -> None:
    shop = Shop(clients, Asked(answer()), dollars=0.01)
    with pytest.raises(SourceRateLimited, match=r"0\.01 dollars a day is spent"):
        await shop.source.fetch(["lumo"], None, NOW)


@pytest.mark.parametrize(
    ("status", "words"),
    [
        (401, "VIGIE_X_TOKEN is refused by api.x.com"),
        (402, "credit behind VIGIE_X_TOKEN"),
        (403, "VIGIE_X_TOKEN, and does not allow"),
    ],
)
async def test_what_x_says_of_the_token_is_said_with_its_name(
    clients: Clients, status: int, words: str
) -> None:
    shop = Shop(clients, Asked(httpx.Response(status, json={"title": "no"})))
    with pytest.raises(SourceRefused, match=words):
        await shop.source.fetch(["lumo"], None, NOW)


async def test_x_is_left_alone_when_its_last_request_is_used(clients: Clients) -> None:
    last = answer(tweet(1), more="more")
    reset = int((NOW + timedelta(minutes=9)).timestamp())
    last.headers.update({"x-rate-limit-remaining": "0", "x-rate-limit-reset": str(reset)})
    asked = Asked(answer(tweet(60)), last)
    source = Shop(clients, asked).source
    first = await source.fetch(["lumo"], None, NOW)
    second = await source.fetch(["lumo"], first.cursor, NOW)
    assert (second.complete, second.resume_at) == (False, NOW + timedelta(minutes=9))
    assert len(asked.requests) == 2


async def test_known_posts_are_asked_for_again_by_their_ids(clients: Clients) -> None:
    again = tweet(5, text="My lumo works again")
    why = "https://api.x.com/2/problems"
    faults = [
        {"type": f"{why}/resource-not-found", "resource_id": id_of(9)},
        {"type": f"{why}/not-authorized-for-resource", "value": id_of(12), "parameter": "ids"},
    ]
    asked = Asked(
        answer(tweet(5), tweet(9), tweet(12), tweet(15)),
        httpx.Response(200, json={"data": [again], "errors": faults}),
    )
    shop = Shop(clients, asked)
    assert isinstance(shop.source, Rereadable)
    page = await shop.source.fetch(["lumo"], None, NOW)
    spent = await shop.spent()
    reread = await shop.source.reread(page.posts)
    assert [post.text for post in reread.posts] == ["My lumo works again"]
    assert reread.posts[0].author == "@ada"
    assert reread.gone == (id_of(9), id_of(12))
    assert await shop.spent() == spent + 500


async def test_nothing_is_asked_for_again_with_the_money_of_searches(clients: Clients) -> None:
    asked = Asked(answer(tweet(5)))
    shop = Shop(clients, asked, dollars=0.4)
    page = await shop.source.fetch(["lumo"], None, NOW)
    await shop.ledger.spend("x x", DAY, int(0.15 * DOLLAR), DOLLAR)
    assert await shop.source.reread(page.posts) == await shop.source.reread([])
    assert len(asked.requests) == 1


class Storm:
    """An X on which so many posts a minute are written; it counts what it bills."""

    def __init__(self, clock: Clock, per_poll: Sequence[int]) -> None:
        self.billed = 0
        self.most_asked = 0
        self._clock = clock
        self._per_poll = list(per_poll)

    def __call__(self, request: httpx.Request) -> httpx.Response:
        most = int(request.url.params["max_results"])
        assert 10 <= most <= 100
        written_now = self._per_poll.pop(0) if self._per_poll else 0
        shown = min(most, written_now)
        ids = [id_at(self._clock() - timedelta(seconds=n)) for n in range(shown)]
        tweets = [{"id": id, "text": "lumo", "author_id": id} for id in ids]
        users = [{"id": id, "username": f"u{id}"} for id in ids]
        self.billed += shown * 500 + len(users) * 1_000
        meta = {"newest_id": ids[0]} if ids else {}
        meta |= {"next_token": "more"} if written_now > most else {}
        return httpx.Response(
            200, json={"data": tweets, "includes": {"users": users}, "meta": meta}
        )


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    per_poll=st.lists(st.integers(0, 400), min_size=1, max_size=40),
    dollars=st.floats(0.2, 5),
    restarts=st.booleans(),
)
async def test_no_storm_costs_more_than_the_day_may_cost(
    per_poll: list[int], dollars: float, restarts: bool
) -> None:
    clock, ledger = Clock(), SpentHere()
    clock.now = NOW.replace(hour=0)
    storm = Storm(clock, per_poll)
    async with PoliteClient(clock=clock, transport=httpx.MockTransport(storm)) as client:
        source = XSource("x", PaidX("x", client, KEY, dollars, ledger))
        cursor, rest = None, clock()
        while clock() < NOW.replace(hour=0) + timedelta(days=1):
            if clock() >= rest:
                try:
                    page = await source.fetch(["lumo"], cursor, clock())
                    cursor, rest = page.cursor, page.resume_at or clock()
                except SourceRateLimited as limited:
                    rest = limited.until
            if restarts:
                source = XSource("x", PaidX("x", client, KEY, dollars, ledger))
            clock.forward(minutes=15)
    assert storm.billed <= dollars * DOLLAR
    assert storm.billed == await ledger.spent("x x", DAY)


def test_ids_tell_the_time() -> None:
    assert written("1578516068309794817") == datetime(2022, 10, 7, 22, 42, 12, 752000, tzinfo=UTC)
    assert written("no id") is None


@pytest.mark.payloads
@pytest.mark.parametrize("name", payload_names("x", "*_client_*.body.json"))
def test_recorded_answers_are_read(name: str) -> None:
    body = payload(name)
    if b"tweet_count" in body:
        pytest.skip("counts, and no posts")
    page = read_tweets(body, "x", NOW)
    assert len(page.posts) == len(json.loads(body)["data"])
    assert all(post.id and post.text and post.url and post.at < NOW for post in page.posts)
