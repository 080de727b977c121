"""Reddit's posts by search, its comments by reading along; what was taken back is told."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import Any

import httpx
import pytest

from bot.errors import SourceRateLimited, SourceRefused
from bot.sources.base import Page, Rereadable, Threaded
from bot.sources.keys import Key
from bot.sources.reddit import RedditSource
from bot.sources.redditthings import read_listing
from tests.builders import NOW
from tests.sources.conftest import Clients, Clock, payload, payload_names

KEY = Key("s3cret", "VIGIE_REDDIT_SECRET")


def submission(number: int, minutes: float, **changes: Any) -> dict[str, Any]:
    data = {
        "name": f"t3_{number}",
        "title": "My lumo died",
        "selftext": "After **two** days.",
        "selftext_html": '<div class="md"><p>After <b>two</b> days, see '
        '<a href="https://lumo.example/faq">this</a>.</p></div>',
        "author": "ada",
        "subreddit": "lamps",
        "permalink": f"/r/lamps/comments/{number}/my_lumo_died/",
        "url": f"https://www.reddit.com/r/lamps/comments/{number}/my_lumo_died/",
        "is_self": True,
        "created_utc": (NOW - timedelta(minutes=minutes)).timestamp(),
        "score": 7,
        "num_comments": 2,
        **changes,
    }
    return {"kind": "t3", "data": data}


def comment(number: int, minutes: float, **changes: Any) -> dict[str, Any]:
    data = {
        "name": f"t1_{number}",
        "link_id": "t3_1",
        "link_title": "Which lamp?",
        "body": "Not a lumo.",
        "body_html": '<div class="md"><p>Not a lumo.</p></div>',
        "author": "bob",
        "subreddit": "lamps",
        "permalink": f"/r/lamps/comments/1/which_lamp/{number}/",
        "created_utc": (NOW - timedelta(minutes=minutes)).timestamp(),
        "score": 3,
        **changes,
    }
    return {"kind": "t1", "data": data}


def listing(*things: dict[str, Any], after: str | None = None) -> dict[str, Any]:
    return {"kind": "Listing", "data": {"children": list(things), "after": after}}


class Reddit:
    """A Reddit whose listings can be set, page after page."""

    def __init__(self) -> None:
        self.search = [listing()]
        self.comments = [listing()]
        self.info = listing()
        self.headers: dict[str, str] = {}
        self.asked: list[httpx.Request] = []
        self.sign_ins = 0
        self.refuses_tokens = False

    def __call__(self, request: httpx.Request) -> httpx.Response:
        path = request.url.path
        if path.endswith("/access_token"):
            self.sign_ins += 1
            token = {"access_token": f"t{self.sign_ins}", "expires_in": 3600}
            return httpx.Response(200, json=token)
        self.asked.append(request)
        if self.refuses_tokens:
            return httpx.Response(401, json={"message": "Unauthorized"})
        pages = self.search if path == "/search" else self.comments
        page = self.info if path == "/api/info" else pages[self._number(request)]
        return httpx.Response(200, json=page, headers=self.headers)

    def _number(self, request: httpx.Request) -> int:
        return int(request.url.params.get("after", "p0")[1:])


@pytest.fixture
def reddit() -> Reddit:
    return Reddit()


@pytest.fixture
def source(reddit: Reddit, clients: Clients) -> RedditSource:
    return RedditSource("reddit", clients(reddit), "client", KEY, ["lamps", "r/light"])


async def polled(source: RedditSource, before: Page | None = None, now: datetime = NOW) -> Page:
    return await source.fetch(["lumo"], before.cursor if before else None, now)


async def test_a_post_is_told_with_all_that_reddit_tells(
    reddit: Reddit, source: RedditSource
) -> None:
    reddit.search = [listing(submission(1, 5, link_flair_text="Help"))]
    (post,) = (await polled(source)).posts
    assert (post.id, post.title) == ("t3_1", "My lumo died")
    assert post.text == "After two days, see this."
    assert post.url == "https://www.reddit.com/r/lamps/comments/1/my_lumo_died/"
    assert (post.author, post.author_url) == ("u/ada", "https://www.reddit.com/user/ada")
    assert (post.engagement, post.thread) == (9, "")
    assert post.links == ("https://lumo.example/faq",)
    assert post.tags == ("lamps", "Help")
    assert post.at == NOW - timedelta(minutes=5)


async def test_a_link_post_tells_where_it_leads(reddit: Reddit, source: RedditSource) -> None:
    leads = {"is_self": False, "url": "https://news.example/lumo", "selftext_html": None}
    reddit.search = [listing(submission(1, 5, **leads))]
    assert (await polled(source)).posts[0].links == ("https://news.example/lumo",)


async def test_a_comment_belongs_to_its_post(reddit: Reddit, source: RedditSource) -> None:
    reddit.comments = [listing(comment(9, 5))]
    (post,) = (await polled(source)).posts
    assert (post.id, post.thread, post.title) == ("t1_9", "t3_1", "Which lamp?")
    assert reddit.asked[1].url.path == "/r/lamps+light/comments"


async def test_without_subreddits_no_comments_are_asked_for(
    reddit: Reddit, clients: Clients
) -> None:
    page = await RedditSource("reddit", clients(reddit), "client", KEY).fetch(["lumo"], None, NOW)
    assert page.complete
    assert [request.url.path for request in reddit.asked] == ["/search"]


async def test_it_signs_in_as_an_application_and_keeps_its_token(
    reddit: Reddit, source: RedditSource, clock: Clock
) -> None:
    first = await polled(source)
    await polled(source, first)
    assert reddit.sign_ins == 1
    assert reddit.asked[0].headers["authorization"] == "Bearer t1"
    clock.forward(minutes=60)
    await polled(source, first, clock())
    assert reddit.sign_ins == 2


async def test_a_token_that_is_refused_is_not_shown_again(
    reddit: Reddit, source: RedditSource
) -> None:
    reddit.refuses_tokens = True
    with pytest.raises(SourceRefused, match=r"is refused by oauth\.reddit\.com"):
        await polled(source)
    reddit.refuses_tokens = False
    await polled(source)
    assert reddit.sign_ins == 2


async def test_a_wrong_secret_is_named(clients: Clients) -> None:
    client = clients(lambda _: httpx.Response(401, json={"error": 401}))
    with pytest.raises(SourceRefused, match=r"VIGIE_REDDIT_SECRET is refused by www\.reddit\.com"):
        await polled(RedditSource("reddit", client, "client", KEY))


async def test_the_secret_is_shown_to_the_sign_in_alone(
    reddit: Reddit, source: RedditSource
) -> None:
    await polled(source)
    assert all("s3cret" not in str(request.url) for request in reddit.asked)
    assert all("Basic" not in request.headers["authorization"] for request in reddit.asked)


async def test_a_poll_tells_each_post_once(reddit: Reddit, source: RedditSource) -> None:
    reddit.search = [listing(submission(1, 5))]
    first = await polled(source)
    reddit.search = [listing(submission(2, 1), submission(1, 5))]
    second = await polled(source, first)
    assert [post.id for post in second.posts] == ["t3_2"]
    assert second.complete


async def test_an_edit_is_told_again(reddit: Reddit, source: RedditSource) -> None:
    reddit.comments = [listing(comment(9, 5))]
    first = await polled(source)
    reddit.comments = [listing(comment(9, 5, body_html="<p>A lumo after all.</p>"))]
    second = await polled(source, first)
    assert [post.text for post in second.posts] == ["A lumo after all."]


async def test_more_than_a_page_of_comments_is_read_back(
    reddit: Reddit, source: RedditSource
) -> None:
    reddit.comments = [listing(comment(1, 60))]
    first = await polled(source)
    reddit.comments = [
        listing(comment(3, 1), after="p1"),
        listing(comment(2, 30), after="p2"),
        listing(comment(1, 60), comment(0, 90)),
    ]
    second = await polled(source, first)
    assert [post.id for post in second.posts] == ["t1_2", "t1_3"]
    assert second.complete


async def test_a_listing_that_does_not_reach_the_last_poll_is_a_gap(
    reddit: Reddit, source: RedditSource
) -> None:
    reddit.comments = [listing(comment(1, 60))]
    first = await polled(source)
    reddit.comments = [
        *(listing(comment(9 - n, n), after=f"p{n + 1}") for n in range(3)),
        listing(comment(1, 60)),
    ]
    second = await polled(source, first)
    assert len(second.posts) == 3
    assert not second.complete


async def test_what_was_taken_back_is_told_and_is_no_post(
    reddit: Reddit, source: RedditSource
) -> None:
    reddit.search = [
        listing(submission(1, 5, author="[deleted]"), submission(2, 6, selftext="[removed]"))
    ]
    reddit.comments = [listing(comment(9, 5, author="[deleted]", body="[deleted]"))]
    page = await polled(source)
    assert page.posts == ()
    assert page.deleted == ("t3_1", "t3_2", "t1_9")


async def test_what_one_watch_read_serves_another(reddit: Reddit, clients: Clients) -> None:
    source = RedditSource(
        "reddit", clients(reddit), "client", KEY, ["lamps"], fresh=timedelta(minutes=2)
    )
    pages = {term: await source.fetch([term], None, NOW) for term in ("lumo", "clair")}
    reddit.asked.clear()
    reddit.search = [listing(submission(1, 0), submission(2, 1, author="[deleted]"))]
    reddit.comments = [listing(comment(9, 0))]
    again = {term: await source.fetch([term], pages[term].cursor, NOW) for term in pages}
    assert [request.url.path for request in reddit.asked] == ["/search", "/r/lamps/comments"]
    assert reddit.asked[0].url.params["q"] in ("lumo OR clair", "clair OR lumo")
    for page in again.values():
        assert [post.id for post in page.posts] == ["t3_1", "t1_9"]
        assert page.deleted == ("t3_2",)


async def test_a_listing_in_which_all_was_taken_back_still_tells_how_far_it_reaches(
    reddit: Reddit, source: RedditSource
) -> None:
    reddit.comments = [listing(comment(1, 60))]
    first = await polled(source)
    reddit.comments = [listing(comment(1, 500, body="[removed]"), after="p1")]
    assert (await polled(source, first)).complete


async def test_reddit_is_left_alone_when_its_last_request_is_used(
    reddit: Reddit, source: RedditSource
) -> None:
    reddit.search = [listing(submission(1, 5))]
    reddit.headers = {"x-ratelimit-remaining": "0.0", "x-ratelimit-reset": "128"}
    page = await polled(source)
    assert [post.id for post in page.posts] == ["t3_1"]
    assert page.resume_at == NOW + timedelta(seconds=128)
    assert page.pending
    assert len(reddit.asked) == 1


async def test_what_the_search_found_is_not_lost_where_comments_are_refused(
    clients: Clients,
) -> None:
    reddit = Reddit()
    reddit.search = [listing(submission(1, 5))]

    def answers(request: httpx.Request) -> httpx.Response:
        if request.url.path.endswith("/comments"):
            return httpx.Response(429, headers={"Retry-After": "90"})
        return reddit(request)

    page = await polled(RedditSource("reddit", clients(answers), "client", KEY, ["lamps"]))
    assert [post.id for post in page.posts] == ["t3_1"]
    assert (page.pending, page.resume_at) == (True, NOW + timedelta(seconds=90))


async def test_too_many_requests_are_an_error_with_the_time_to_come_back(
    clients: Clients,
) -> None:
    client = clients(lambda _: httpx.Response(429, headers={"Retry-After": "90"}))
    with pytest.raises(SourceRateLimited) as limited:
        await polled(RedditSource("reddit", client, "client", KEY))
    assert limited.value.until == NOW + timedelta(seconds=90)


async def test_known_posts_are_asked_for_again_by_their_ids(
    reddit: Reddit, source: RedditSource
) -> None:
    assert isinstance(source, Rereadable)
    reddit.search = [listing(submission(1, 5))]
    reddit.comments = [listing(comment(8, 4), comment(9, 5))]
    page = await polled(source)
    reddit.info = listing(
        submission(1, 5, title="My lumo works"),
        comment(8, 4, link_title=None, body_html="<p>Edited</p>"),
        comment(9, 5, body="[deleted]", author="[deleted]"),
    )
    reread = await source.reread(page.posts)
    assert reddit.asked[-1].url.params["id"] == "t3_1,t1_9,t1_8"
    assert [(post.title, post.text) for post in reread.posts][1] == ("Which lamp?", "Edited")
    assert reread.posts[0].title == "My lumo works"
    assert reread.gone == ("t1_9",)


async def test_a_thread_is_told_whole_and_in_its_order(clients: Clients) -> None:
    answer = comment(2, 20, parent_id="t1_1", body_html="<p>So did mine</p>")
    gone = comment(3, 10, parent_id="t3_1", body="[deleted]", author="[deleted]")
    more = {"kind": "more", "data": {"children": ["x"]}}
    first = comment(1, 30, parent_id="t3_1", replies=listing(answer, more))
    page = [listing(submission(1, 60)), listing(first, gone)]
    asked: list[httpx.Request] = []

    def answers(request: httpx.Request) -> httpx.Response:
        if request.method == "POST":
            return httpx.Response(200, json={"access_token": "t"})
        asked.append(request)
        return httpx.Response(200, json=page)

    source = RedditSource("reddit", clients(answers), "client", KEY)
    assert isinstance(source, Threaded)
    about = read_listing(json.dumps(listing(answer)).encode(), "reddit", NOW).posts[0]
    told = await source.exchange(about)
    assert asked[0].url.path == "/comments/1"
    assert [post.id for post in told] == ["t3_1", "t1_1", "t1_2"]
    assert [post.thread for post in told] == ["", "t3_1", "t3_1"]


@pytest.mark.payloads
@pytest.mark.parametrize("name", payload_names("reddit", "TestSubreddit*.body.json"))
def test_recorded_listings_are_read(name: str) -> None:
    body = payload(name)
    children = json.loads(body)["data"]["children"]
    found = read_listing(body, "reddit", NOW)
    assert len(found.posts) + len(found.gone) == len(children)
    for post in found.posts:
        assert post.url.startswith("https://www.reddit.com/r/")
        assert post.text or post.title
        assert post.author.startswith("u/")
        assert post.at < NOW
