"""YouTube's videos and comments, within a hundred searches a day for all watches."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from bot.errors import SourceRateLimited, SourceRefused, SourceUnavailable
from bot.sources.base import Page, Rereadable
from bot.sources.keys import Key
from bot.sources.ledgers import SpentHere
from bot.sources.youtube import YouTubeSource
from bot.sources.youtubeapi import YouTubeApi
from bot.sources.youtubeitems import read_comments, read_videos
from tests.builders import NOW
from tests.sources.conftest import Clients, Clock, payload, payload_names

KEY = Key("s3cret", "VIGIE_YOUTUBE_KEY")
LATER = NOW + timedelta(hours=1)  # when comments are read again
MIDNIGHT = datetime(2026, 11, 25, 8, tzinfo=UTC)  # in California, where NOW is two in the night


def ago(minutes: float) -> str:
    return (NOW - timedelta(minutes=minutes)).isoformat().replace("+00:00", "Z")


def video(id: str, minutes: float, **changes: Any) -> dict[str, Any]:
    """As it is looked up; a search tells less of it."""
    snippet = {
        "publishedAt": ago(minutes),
        "channelId": "UC1",
        "channelTitle": "Lamps & co",
        "title": "The lumo & I",
        "description": "A film of many words, and at their end: lumo.",
        "tags": ["lumo"],
        "defaultAudioLanguage": "en-GB",
        **changes,
    }
    counts = {"likeCount": "7", "commentCount": "2"}
    return {"kind": "youtube#video", "id": id, "snippet": snippet, "statistics": counts}


def comment(id: str, minutes: float, text: str = "Mine broke") -> dict[str, Any]:
    snippet = {
        "authorDisplayName": "@ada",
        "authorChannelUrl": "http://www.youtube.com/@ada",
        "textDisplay": text,
        "likeCount": 3,
        "publishedAt": ago(minutes),
    }
    return {"kind": "youtube#comment", "id": id, "snippet": snippet}


def thread(video: str, top: dict[str, Any], *replies: dict[str, Any]) -> dict[str, Any]:
    snippet = {"videoId": video, "topLevelComment": top, "totalReplyCount": len(replies)}
    return {
        "kind": "youtube#commentThread",
        "id": top["id"],
        "snippet": snippet,
        "replies": {"comments": list(replies)},
    }


def refusal(status: int, reason: str) -> httpx.Response:
    error = {"code": status, "errors": [{"reason": reason}], "status": "X"}
    return httpx.Response(status, json={"error": error})


class YouTube:
    """A YouTube of some videos and comments, which counts what it is asked."""

    def __init__(self) -> None:
        self.videos: list[dict[str, Any]] = []
        self.threads: list[dict[str, Any]] = []
        self.refuses: Callable[[httpx.Request], httpx.Response | None] = lambda _: None
        self.asked: list[httpx.Request] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(request)
        if refused := self.refuses(request):
            return refused
        what = request.url.path.rpartition("/")[2]
        return httpx.Response(200, json={"items": getattr(self, f"_{what}")(request.url.params)})

    def count(self, what: str) -> int:
        return sum(request.url.path.endswith(f"/{what}") for request in self.asked)

    def _search(self, params: httpx.QueryParams) -> list[dict[str, Any]]:
        since = params["publishedAfter"]
        return [found(one) for one in self.videos if one["snippet"]["publishedAt"] >= since]

    def _videos(self, params: httpx.QueryParams) -> list[dict[str, Any]]:
        return [one for one in self.videos if one["id"] in params["id"].split(",")]

    def _commentThreads(self, params: httpx.QueryParams) -> list[dict[str, Any]]:  # noqa: N802
        return [one for one in self.threads if one["snippet"]["videoId"] == params["videoId"]]

    def _comments(self, params: httpx.QueryParams) -> list[dict[str, Any]]:
        tops = [one["snippet"]["topLevelComment"] for one in self.threads]
        return [one for one in tops if one["id"] in params["id"].split(",")]


def found(video: dict[str, Any]) -> dict[str, Any]:
    """A video as a search tells of it: escaped, and the first words alone."""
    snippet = video["snippet"]
    told = {
        **{name: snippet[name] for name in ("publishedAt", "channelId", "channelTitle")},
        "title": snippet["title"].replace("&", "&amp;"),
        "description": snippet["description"][:20] + "...",
    }
    return {"kind": "youtube#searchResult", "id": {"videoId": video["id"]}, "snippet": told}


@pytest.fixture
def youtube() -> YouTube:
    return YouTube()


@pytest.fixture
def ledger() -> SpentHere:
    return SpentHere()


@pytest.fixture
def source(youtube: YouTube, clients: Clients, ledger: SpentHere) -> YouTubeSource:
    return YouTubeSource("films", YouTubeApi(clients(youtube), KEY, ledger))


async def polled(
    source: YouTubeSource, before: Page | None = None, now: datetime = NOW, term: str = "lumo"
) -> Page:
    return await source.fetch([term], before.cursor if before else None, now)


async def use_all_searches(ledger: SpentHere) -> None:
    await ledger.spend(f"youtube {KEY.account} searches", "2026-11-24", 100, 100)


async def test_a_video_is_told_with_its_whole_description(
    youtube: YouTube, source: YouTubeSource
) -> None:
    youtube.videos = [video("v1", 5)]
    (post,) = (await polled(source)).posts
    assert (post.id, post.url) == ("v1", "https://www.youtube.com/watch?v=v1")
    assert (post.title, post.author) == ("The lumo & I", "Lamps & co")
    assert post.text.endswith("at their end: lumo.")
    assert post.author_url == "https://www.youtube.com/channel/UC1"
    assert (post.language, post.engagement, post.tags) == ("en-GB", 9, ("lumo",))


async def test_where_a_video_cannot_be_looked_up_what_the_search_told_counts(
    youtube: YouTube, source: YouTubeSource, ledger: SpentHere
) -> None:
    youtube.videos = [video("v1", 5)]
    await ledger.spend(f"youtube {KEY.account} units", "2026-11-24", 10_000, 10_000)
    page = await polled(source)
    assert [(post.title, post.text) for post in page.posts] == [
        ("The lumo & I", "A film of many words...")
    ]
    assert page.pending  # its comments could not be read


async def test_a_comment_belongs_to_its_video(youtube: YouTube, source: YouTubeSource) -> None:
    youtube.videos = [video("v1", 60)]
    youtube.threads = [thread("v1", comment("c1", 5), comment("c1.1", 4, "So did mine"))]
    page = await polled(source)
    first, reply = (post for post in page.posts if post.thread)
    assert (first.title, first.thread, first.engagement) == ("The lumo & I", "v1", 4)
    assert first.url == "https://www.youtube.com/watch?v=v1&lc=c1"
    assert (reply.id, reply.text, reply.thread) == ("c1.1", "So did mine", "v1")
    assert (first.author, first.author_url) == ("@ada", "http://www.youtube.com/@ada")


async def test_the_key_stands_in_the_header_and_not_in_the_address(
    youtube: YouTube, source: YouTubeSource
) -> None:
    await polled(source)
    assert youtube.asked[0].headers["x-goog-api-key"] == "s3cret"
    assert "s3cret" not in str(youtube.asked[0].url)


async def test_all_terms_go_into_one_search(youtube: YouTube, source: YouTubeSource) -> None:
    await source.fetch(["lumo", "maison lumo", "-lamp"], None, NOW)
    assert youtube.asked[0].url.params["q"] == 'lumo|"maison lumo"|"-lamp"'
    assert youtube.count("search") == 1


async def test_each_video_and_comment_is_told_once(youtube: YouTube, source: YouTubeSource) -> None:
    youtube.videos = [video("v1", 60)]
    youtube.threads = [thread("v1", comment("c1", 50))]
    first = await polled(source)
    youtube.videos.insert(0, video("v2", 1))
    youtube.threads.insert(0, thread("v1", comment("c2", 1)))
    second = await polled(source, first, LATER)
    assert [post.id for post in second.posts] == ["v2", "c2"]


async def test_comments_are_read_once_an_hour(youtube: YouTube, source: YouTubeSource) -> None:
    youtube.videos = [video("v1", 60)]
    first = await polled(source)
    between = await polled(source, first, NOW + timedelta(minutes=30))
    after = await polled(source, between, LATER)
    assert youtube.count("commentThreads") == 2
    assert not after.pending


async def test_the_comments_of_another_watchs_videos_are_left_to_it(
    youtube: YouTube, source: YouTubeSource
) -> None:
    youtube.videos = [video("v1", 60, title="The clair", tags=[], description="")]
    await polled(source)
    assert youtube.count("commentThreads") == 0


async def test_a_video_that_writes_the_term_without_its_accent_is_followed(
    youtube: YouTube, source: YouTubeSource
) -> None:
    youtube.videos = [video("v1", 60, title="Lampe a lumiere")]
    await source.fetch(["Lumière"], None, NOW)
    assert youtube.count("commentThreads") == 1


async def test_comments_are_read_of_the_youngest_videos(
    youtube: YouTube, source: YouTubeSource
) -> None:
    youtube.videos = [video(f"v{n}", n) for n in range(30)]
    page = await polled(source)
    assert youtube.count("commentThreads") == 20
    youtube.asked.clear()
    await polled(source, page, NOW + timedelta(days=8))
    assert youtube.count("commentThreads") == 0


async def test_a_video_without_comments_is_no_fault(
    youtube: YouTube, source: YouTubeSource
) -> None:
    youtube.videos = [video("v1", 5)]
    youtube.refuses = lambda request: (
        refusal(403, "commentsDisabled") if "videoId" in request.url.params else None
    )
    page = await polled(source)
    assert [post.id for post in page.posts] == ["v1"]
    assert page.complete


async def test_a_video_that_is_gone_is_told(youtube: YouTube, source: YouTubeSource) -> None:
    youtube.videos = [video("v1", 5)]
    first = await polled(source)
    youtube.videos = []
    youtube.refuses = lambda request: (
        refusal(404, "videoNotFound") if "videoId" in request.url.params else None
    )
    second = await polled(source, first, LATER)
    assert second.deleted == ("v1",)
    youtube.asked.clear()
    await polled(source, second, LATER + timedelta(hours=1))
    assert youtube.count("commentThreads") == 0


async def test_watches_rest_until_the_next_search_is_due(source: YouTubeSource) -> None:
    first = await polled(source)
    assert first.resume_at == NOW + timedelta(minutes=18)
    second = await polled(source, first, first.resume_at)
    assert second.resume_at == NOW + timedelta(minutes=36)


async def test_one_search_serves_all_watches_all_day(
    youtube: YouTube, source: YouTubeSource, clock: Clock
) -> None:
    clock.now = datetime(2026, 11, 24, 8, tzinfo=UTC)  # midnight in California
    brands = [f"brand{n}" for n in range(15)]
    pages: dict[str, Page] = {}
    told: dict[str, set[str]] = {brand: set() for brand in brands}
    while clock() < MIDNIGHT:
        if clock().minute % 30 == 0:
            youtube.videos.insert(0, video(f"v{len(youtube.videos)}", 0))
            written = clock().isoformat().replace("+00:00", "Z")
            youtube.videos[0]["snippet"] |= {"publishedAt": written, "title": "brand3 & brand7"}
        for brand in brands:
            rest = pages[brand].resume_at if brand in pages else None
            if not rest or clock() >= rest:
                pages[brand] = await polled(source, pages.get(brand), clock(), brand)
                told[brand] |= {post.id for post in pages[brand].posts}
        clock.forward(minutes=5)
    assert 80 <= youtube.count("search") <= 100
    assert len(youtube.videos) == 48
    assert all(len(told[brand]) >= 47 for brand in ("brand3", "brand7"))


async def test_without_a_search_left_comments_are_read_and_the_page_is_pending(
    youtube: YouTube, source: YouTubeSource, ledger: SpentHere
) -> None:
    youtube.videos = [video("v1", 60)]
    first = await polled(source)
    await ledger.spend(f"youtube {KEY.account} searches", "2026-11-24", 99, 100)
    youtube.threads = [thread("v1", comment("c2", 1))]
    second = await polled(source, first, LATER)
    assert [post.id for post in second.posts] == ["c2"]
    assert second.pending
    assert second.resume_at == MIDNIGHT
    assert youtube.count("search") == 1


async def test_a_search_that_breaks_off_is_put_once_for_it_counts(
    youtube: YouTube, source: YouTubeSource
) -> None:
    youtube.refuses = lambda _: httpx.Response(503)
    with pytest.raises(SourceUnavailable):
        await polled(source)
    assert youtube.count("search") == 1


async def test_a_first_poll_without_a_search_left_is_told(
    source: YouTubeSource, ledger: SpentHere
) -> None:
    await use_all_searches(ledger)
    with pytest.raises(SourceRateLimited, match="100 searches a day") as limited:
        await polled(source)
    assert limited.value.until == MIDNIGHT


async def test_a_budget_that_is_used_elsewhere_rests_until_midnight_in_california(
    youtube: YouTube, source: YouTubeSource
) -> None:
    youtube.refuses = lambda request: refusal(403, "quotaExceeded")
    with pytest.raises(SourceRateLimited, match="VIGIE_YOUTUBE_KEY") as limited:
        await polled(source)
    assert limited.value.until == MIDNIGHT


@pytest.mark.parametrize(
    ("status", "reason", "words"),
    [
        (400, "API_KEY_INVALID", r"VIGIE_YOUTUBE_KEY is refused by www\.googleapis\.com"),
        (401, "authError", r"VIGIE_YOUTUBE_KEY is refused by www\.googleapis\.com"),
        (403, "accessNotConfigured", "knows VIGIE_YOUTUBE_KEY"),
        (403, "unheardOf", "does not allow this"),
    ],
)
async def test_what_youtube_says_of_the_key_is_said_with_its_name(
    youtube: YouTube, source: YouTubeSource, status: int, reason: str, words: str
) -> None:
    youtube.refuses = lambda request: refusal(status, reason)
    with pytest.raises(SourceRefused, match=words):
        await polled(source)


async def test_known_videos_and_comments_are_asked_for_again(
    youtube: YouTube, source: YouTubeSource
) -> None:
    assert isinstance(source, Rereadable)
    youtube.videos = [video("v1", 60), video("v2", 60)]
    youtube.threads = [thread("v1", comment(f"c{n}", n)) for n in range(3)]
    page = await polled(source)
    youtube.videos = [video("v1", 60, title="Now the clair")]
    youtube.threads = [
        thread("v1", comment("c0", 0, "Edited")),
        thread("v1", comment("c2", 2)),
    ]
    youtube.refuses = lambda request: (
        refusal(404, "commentNotFound") if "c1" in request.url.params.get("id", "") else None
    )
    reread = await source.reread(page.posts)
    assert {post.id for post in reread.posts} == {"v1", "c0", "c2"}
    assert set(reread.gone) == {"v2", "c1"}
    told = {post.id: post for post in reread.posts}
    assert told["v1"].title == "Now the clair"
    assert (told["c0"].text, told["c0"].thread) == ("Edited", "v1")
    assert told["c0"].url == "https://www.youtube.com/watch?v=v1&lc=c0"


async def test_an_empty_list_makes_nobody_forget(youtube: YouTube, source: YouTubeSource) -> None:
    youtube.videos = [video(f"v{n}", 60) for n in range(5)]
    youtube.threads = [thread("v1", comment(f"c{n}", n)) for n in range(5)]
    page = await polled(source)
    youtube.videos, youtube.threads = [], []
    assert (await source.reread(page.posts)).gone == ()


@pytest.mark.payloads
@pytest.mark.parametrize("name", payload_names("youtube"))
def test_recorded_answers_are_read(name: str) -> None:
    body = payload(name)
    items = json.loads(body).get("items")
    if items is None:
        pytest.skip("a refusal")
    is_said = "comment" in name
    read = read_comments(body, "y", {}, NOW) if is_said else read_videos(body, "y", NOW)
    assert len(read.posts) == len(items)
    for post in read.posts:
        assert post.id
        assert post.at < NOW
        assert post.text or post.title
        assert post.author
