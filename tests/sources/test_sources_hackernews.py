import json
from datetime import UTC, datetime, timedelta

import httpx
import pytest

from bot.errors import SourceError, SourceGarbled
from bot.sources.base import Page
from bot.sources.hackernews import HackerNewsSource, quoted
from bot.sources.http import PoliteClient
from tests.builders import NOW
from tests.sources.conftest import Clients, payload, payload_names

EPOCH = int(NOW.timestamp())


def comment(id: int, hours_ago: float = 0, **changes: object) -> dict[str, object]:
    return {
        "objectID": str(id),
        "created_at_i": EPOCH - int(hours_ago * 3600),
        "author": "ada",
        "title": None,
        "points": None,
        "story_text": None,
        "comment_text": f"Lumo &#x27;{id}&#x27;<p>is<br>fine",
        "story_id": 1,
        "story_title": "Ask HN: Lumo?",
        "parent_id": 1,
        "num_comments": None,
        **changes,
    }


def story(id: int, hours_ago: float = 0, **changes: object) -> dict[str, object]:
    told = {"title": f"Lumo {id}", "points": 10, "num_comments": 4, "story_text": ""}
    nothing = {"comment_text": None, "story_title": None, "story_id": None, "parent_id": None}
    return comment(id, hours_ago, **nothing, **told, **changes)


class Search:
    """Algolia's index, as far as the window goes; it lists `most` hits at a time."""

    def __init__(self, *hits: dict[str, object], most: int = 1000) -> None:
        self.hits = list(hits)
        self.most = most
        self.asked: list[httpx.QueryParams] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(request.url.params)
        lowest, highest = 0, 10**12
        for clause in request.url.params["numericFilters"].split(","):
            name, _, value = clause.partition(">=" if ">=" in clause else "<=")
            assert name == "created_at_i"
            if ">=" in clause:
                lowest = int(value)
            else:
                highest = int(value)
        found = [hit for hit in self.hits if lowest <= int(str(hit["created_at_i"])) <= highest]
        found.sort(key=lambda hit: -int(str(hit["created_at_i"])))
        size = min(self.most, int(request.url.params["hitsPerPage"]))
        return httpx.Response(200, json={"hits": found[:size], "nbHits": len(found)})


async def fetch(
    client: PoliteClient, cursor: str | None = None, now: datetime = NOW, terms: str = "lumo"
) -> Page:
    return await HackerNewsSource("hn", client).fetch(terms.split("|"), cursor, now)


def ids(page: Page) -> list[str]:
    return [post.id for post in page.posts]


async def test_a_story_and_its_comment_are_one_thread(clients: Clients) -> None:
    search = Search(story(1, 2), comment(2, 1))
    first, second = (await fetch(clients(search))).posts
    assert first.id == "1"
    assert first.url == "https://news.ycombinator.com/item?id=1"
    assert (first.title, first.text, first.thread) == ("Lumo 1", "", "")
    assert (first.author, first.author_url) == (
        "ada",
        "https://news.ycombinator.com/user?id=ada",
    )
    assert (first.engagement, first.at) == (14, NOW - timedelta(hours=2))
    assert (second.title, second.text) == ("Ask HN: Lumo?", "Lumo '2'\nis\nfine")
    assert (second.engagement, second.thread) == (0, first.id)


async def test_the_first_poll_searches_seven_days(clients: Clients) -> None:
    search = Search(story(1, 24 * 6), story(2, 24 * 8))
    page = await fetch(clients(search))
    assert ids(page) == ["1"]
    (asked,) = search.asked
    assert asked["numericFilters"] == f"created_at_i>={EPOCH - 7 * 86_400}"
    assert (asked["query"], asked["typoTolerance"]) == ("lumo", "false")
    assert asked["tags"] == "(story,comment,poll)"


async def test_later_polls_overlap_six_hours_and_return_nothing_twice(clients: Clients) -> None:
    search = Search(story(1, 2), story(2, 1), story(3, 30))
    client = clients(search)
    page = await fetch(client)
    assert ids(page) == ["3", "1", "2"]
    search.hits += [story(4, -1), story(5, 6.5)]  # one new, one that the index took in late
    page = await fetch(client, page.cursor, NOW + timedelta(hours=1))
    assert ids(page) == ["5", "4"]
    assert search.asked[-1]["numericFilters"] == f"created_at_i>={EPOCH - 7 * 3600}"
    assert (await fetch(client, page.cursor, NOW + timedelta(hours=1))).posts == ()


async def test_a_quiet_poll_leaves_the_cursor_as_it_was(clients: Clients) -> None:
    together = [comment(n, hours_ago=5) for n in range(20)]
    search = Search(*together, *[comment(100 + n, hours_ago=n) for n in range(150)])
    client = clients(search)
    before = await fetch(client, (await fetch(client)).cursor)
    search.hits.reverse()
    for hours in (1, 30):
        page = await fetch(client, before.cursor, NOW + timedelta(hours=hours))
        assert (page.posts, page.cursor) == ((), before.cursor)
    assert len(before.cursor) < 1_000


async def test_an_index_that_stands_still_loses_nothing_when_it_fills_up(clients: Clients) -> None:
    search = Search(story(1, 1))
    client = clients(search)
    page = await fetch(client)
    for hours in (12, 24, 36):
        page = await fetch(client, page.cursor, NOW + timedelta(hours=hours))
    search.hits += [story(2, -10), story(3, -30)]
    page = await fetch(client, page.cursor, NOW + timedelta(hours=37))
    assert ids(page) == ["2", "3"]


async def test_a_clock_that_was_ahead_hides_nothing_for_long(clients: Clients) -> None:
    search = Search()
    client = clients(search)
    page = await fetch(client, now=NOW + timedelta(days=400))
    search.hits = [story(1, 1)]
    assert ids(await fetch(client, page.cursor)) == ["1"]


async def test_a_search_that_showed_many_and_shows_none_is_not_quiet(clients: Clients) -> None:
    search = Search(*(story(n, 1, author=f"person {n}") for n in range(5)))
    client = clients(search)
    page = await fetch(client)
    kept, search.hits = search.hits, []
    with pytest.raises(SourceGarbled, match="nothing any more"):
        await fetch(client, page.cursor, NOW + timedelta(hours=10))
    assert (await fetch(client, page.cursor, NOW + timedelta(days=6))).posts == ()
    search.hits = kept
    assert (await fetch(client, page.cursor, NOW + timedelta(hours=10))).posts == ()


async def test_one_who_takes_all_back_empties_no_search(clients: Clients) -> None:
    search = Search(*(story(n, 1) for n in range(20)))
    client = clients(search)
    page = await fetch(client)
    search.hits = []
    assert not (await fetch(client, page.cursor, NOW + timedelta(hours=10))).pending


async def test_an_edit_is_returned_again(clients: Clients) -> None:
    search = Search(comment(1, 1))
    client = clients(search)
    page = await fetch(client)
    search.hits[0]["comment_text"] = "I take it back"
    page = await fetch(client, page.cursor)
    assert [(post.id, post.text) for post in page.posts] == [("1", "I take it back")]


async def test_more_than_the_search_lists_is_split_by_time(clients: Clients) -> None:
    search = Search(*(story(id, id / 20) for id in range(1, 1301)))
    page = await fetch(clients(search))
    assert len(page.posts) == 1300
    assert page.complete
    assert len(search.asked) == 3


async def test_a_flood_of_five_thousand_is_read_whole(clients: Clients) -> None:
    search = Search(story(1, 0.1))
    client = clients(search)
    page = await fetch(client)
    search.hits += [comment(n, hours_ago=-n / 5_000) for n in range(2, 5_002)]
    page = await fetch(client, page.cursor, NOW + timedelta(hours=1))
    assert (len(page.posts), page.complete) == (5_000, True)
    page = await fetch(client, page.cursor, NOW + timedelta(hours=1))
    assert (page.posts, page.complete) == ((), True)


async def test_a_flood_within_one_second_is_told_as_a_gap(clients: Clients) -> None:
    search = Search(story(1, 0.1))
    client = clients(search)
    page = await fetch(client)
    search.hits += [comment(n) for n in range(2, 1_002)]
    page = await fetch(client, page.cursor, NOW + timedelta(minutes=5))
    assert not page.complete


async def test_more_than_can_be_listed_is_not_complete(clients: Clients) -> None:
    search = Search(story(1, 2))
    client = clients(search)
    page = await fetch(client)
    search.hits += [story(id) for id in range(2, 700)]  # all in one second
    page = await fetch(client, page.cursor)
    assert not page.complete
    assert len(page.posts) == 500


async def test_each_term_has_its_own_window_and_a_post_is_returned_once(clients: Clients) -> None:
    search = Search(story(1, 1))
    client = clients(search)
    page = await fetch(client)
    page = await fetch(client, page.cursor, terms="lumo|wake light")
    assert page.posts == ()
    windows = [(asked["query"], asked["numericFilters"]) for asked in search.asked[1:]]
    assert windows == [
        ("lumo", f"created_at_i>={EPOCH - 7 * 3600}"),
        ('"wake light"', f"created_at_i>={EPOCH - 7 * 86_400}"),
    ]


@pytest.mark.parametrize(
    ("term", "query"),
    [
        ("lumo", "lumo"),
        ("wake up  light", '"wake up light"'),
        ("coca-cola", '"coca-cola"'),
        ("-lumo", '"-lumo"'),
        ('say "lumo"', '"say lumo"'),
        ("écran", "écran"),
    ],
)
def test_phrases_and_syntax_are_quoted(term: str, query: str) -> None:
    assert quoted(term) == query


async def test_another_server_shows_its_own_pages(clients: Clients) -> None:
    source = HackerNewsSource("hn", clients(Search(story(1))), "http://127.0.0.1:8123/")
    (post,) = (await source.fetch(["lumo"], None, NOW)).posts
    assert post.url == "http://127.0.0.1:8123/item?id=1"


@pytest.mark.parametrize("body", [b"", b"[]", b"{}", b'{"hits": [1]}', b"<html>", b"[" * 9_000])
async def test_what_is_no_answer_is_garbled(clients: Clients, body: bytes) -> None:
    with pytest.raises(SourceGarbled):
        await fetch(clients(lambda _: httpx.Response(200, content=body)))


@pytest.mark.payloads
@pytest.mark.parametrize("name", payload_names("hackernews"))
async def test_recorded_answers_are_posts_or_garbled(clients: Clients, name: str) -> None:
    recorded = json.loads(payload(name))
    now = datetime(2026, 11, 24, tzinfo=UTC)
    client = clients(lambda _: httpx.Response(200, json=recorded))
    try:
        page = await fetch(client, now=now)
    except SourceError:
        assert "hits" not in recorded
        return
    assert {post.id for post in page.posts} == {hit["objectID"] for hit in recorded["hits"]}
    for post in page.posts:
        assert post.url == f"https://news.ycombinator.com/item?id={post.id}"
        assert post.title or post.text
        assert "<p>" not in post.text
        assert "&#x27;" not in post.text
    assert (await fetch(client, page.cursor, now)).posts == ()
