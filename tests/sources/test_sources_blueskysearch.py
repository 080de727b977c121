"""Bluesky's search: signed in seldom, asked politely, and read for all that posts hold."""

from __future__ import annotations

import json
from base64 import urlsafe_b64encode
from datetime import UTC, datetime, timedelta

import httpx
import pytest

from bot.errors import SourceGarbled, SourceRefused
from bot.sources.base import Page, Rereadable
from bot.sources.blueskysearch import BlueskySearchSource, quoted, read_found
from bot.sources.skysession import ends
from tests.builders import NOW, a_post
from tests.sources.bluesky import ADA, post_uri, profile, view
from tests.sources.conftest import Answers, Clients, Clock, payload, payload_names


def token(lives: timedelta, name: str = "a") -> str:
    claims = json.dumps({"exp": (NOW + lives).timestamp(), "name": name}).encode()
    return f"e30.{urlsafe_b64encode(claims).decode().rstrip('=')}.c2ln"


class Server:
    """An account's server: it signs in, and finds what it has."""

    def __init__(self, *views: dict[str, object]) -> None:
        self.views = list(views)
        self.asked: list[httpx.Request] = []
        self.access = token(timedelta(hours=2))
        self.refusals: dict[str, httpx.Response] = {}

    @property
    def methods(self) -> list[str]:
        return [request.url.path.rpartition(".")[2] for request in self.asked]

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(request)
        method = self.methods[-1]
        if method in self.refusals:
            return self.refusals[method]
        if method in ("createSession", "refreshSession"):
            return httpx.Response(200, json={"accessJwt": self.access, "refreshJwt": "again"})
        if request.headers.get("authorization") != f"Bearer {self.access}":
            return httpx.Response(400, json={"error": "ExpiredToken"})
        if method == "getPosts":
            uris = request.url.params.get_list("uris")
            return httpx.Response(200, json={"posts": [v for v in self.views if v["uri"] in uris]})
        start = int(request.url.params.get("cursor", "0"))
        found = self.views[start : start + 100]
        more = {"cursor": str(start + 100)} if len(self.views) > start + 100 else {}
        return httpx.Response(200, json={"posts": found, **more})


def source(clients: Clients, answers: Answers) -> BlueskySearchSource:
    return BlueskySearchSource("sky", "vigie.example", "app-pass", clients(answers))


async def fetch(clients: Clients, answers: Answers, *terms: str) -> Page:
    return await source(clients, answers).fetch(terms or ["lumo"], None, NOW)


async def test_a_found_post_holds_what_its_author_wrote_and_who_liked_it(clients: Clients) -> None:
    (post,) = (await fetch(clients, Server(view(1, likeCount=3, replyCount=1)))).posts
    assert post.id == post_uri(1)
    assert post.url == f"https://bsky.app/profile/{ADA}/post/1"
    assert (post.author, post.author_url) == ("@ada.example", f"https://bsky.app/profile/{ADA}")
    assert (post.text, post.language, post.engagement) == ("My Lumo died", "en", 4)
    assert post.at == NOW - timedelta(minutes=1)


async def test_one_term_is_one_search_since_a_week_ago(clients: Clients) -> None:
    server = Server()
    await fetch(clients, server, "lumo", "wake-up lamp")
    searches = [dict(one.url.params) for one in server.asked if "search" in one.url.path]
    assert [asked["q"] for asked in searches] == ["lumo", '"wake-up lamp"']
    assert searches[0]["sort"] == "latest"
    assert searches[0]["since"] == "2026-11-17T10:00:00Z"


async def test_all_pages_are_read(clients: Clients) -> None:
    page = await fetch(clients, Server(*[view(number) for number in range(250)]))
    assert len(page.posts) == 250
    assert page.complete


async def test_nobody_signs_in_for_a_poll(clients: Clients, clock: Clock) -> None:
    server = Server(view(1))
    polled = source(clients, server)
    cursor = None
    for _ in range(10):
        cursor = (await polled.fetch(["lumo"], cursor, clock.now)).cursor
        clock.forward(minutes=5)
    assert server.methods.count("createSession") == 1
    clock.forward(hours=2)
    server.access = token(timedelta(hours=5), "b")
    await polled.fetch(["lumo"], cursor, clock.now)
    assert server.methods[-2:] == ["refreshSession", "searchPosts"]
    refresh = server.asked[-2]
    assert (refresh.headers["authorization"], refresh.content) == ("Bearer again", b"")


async def test_a_session_that_cannot_be_renewed_is_begun_anew(
    clients: Clients, clock: Clock
) -> None:
    server = Server()
    polled = source(clients, server)
    await polled.fetch(["lumo"], None, clock.now)
    clock.forward(hours=3)
    server.refusals["refreshSession"] = httpx.Response(400, json={"error": "ExpiredToken"})
    await polled.fetch(["lumo"], None, clock.now)
    assert server.methods[-3:] == ["refreshSession", "createSession", "searchPosts"]


async def test_a_token_that_was_taken_back_is_renewed_at_the_next_poll(clients: Clients) -> None:
    server = Server()
    polled = source(clients, server)
    await polled.fetch(["lumo"], None, NOW)
    server.access = token(timedelta(hours=2), "b")
    with pytest.raises(SourceRefused):
        await polled.fetch(["lumo"], None, NOW)
    await polled.fetch(["lumo"], None, NOW)


async def test_a_bad_password_is_called_one(clients: Clients) -> None:
    server = Server()
    server.refusals["createSession"] = httpx.Response(401, json={"error": "AuthenticationRequired"})
    with pytest.raises(SourceRefused, match="app password"):
        await fetch(clients, server)


async def test_a_password_that_is_refused_is_not_shown_by_every_poll(
    clients: Clients, clock: Clock
) -> None:
    server = Server()
    server.refusals["createSession"] = httpx.Response(401, json={"error": "AuthenticationRequired"})
    polled = source(clients, server)
    for minutes in (0, 5, 5, 6):
        clock.forward(minutes=minutes)
        with pytest.raises(SourceRefused, match="app password"):
            await polled.fetch(["lumo"], None, clock.now)
    assert server.methods == 2 * ["createSession"]


@pytest.mark.parametrize("method", ["createSession", "searchPosts"])
async def test_a_firewall_is_not_called_a_bad_password(clients: Clients, method: str) -> None:
    server = Server()
    server.refusals[method] = httpx.Response(403, html="<h1>Forbidden</h1>")
    with pytest.raises(SourceRefused, match="turns programs away"):
        await fetch(clients, server)


@pytest.mark.parametrize("access", ["", "a\nb", "é", 3, None])
async def test_a_session_that_fits_no_header_is_garbled(clients: Clients, access: object) -> None:
    answer = httpx.Response(200, json={"accessJwt": access, "refreshJwt": "x"})
    with pytest.raises(SourceGarbled):
        await fetch(clients, lambda _: answer)


@pytest.mark.parametrize(
    ("told", "after"),
    [
        (token(timedelta(hours=2)), timedelta(hours=2)),
        (token(timedelta(days=90)), timedelta(days=1)),
        ("opaque", timedelta(hours=1)),
        ("a.!!!.c", timedelta(hours=1)),
        ("a.bnVsbA.c", timedelta(hours=1)),
    ],
)
def test_a_token_tells_when_it_ends(told: str, after: timedelta) -> None:
    assert ends(told, NOW) == NOW + after


async def test_known_posts_are_asked_for_again_by_the_dozen(clients: Clients) -> None:
    server = Server(*[view(number, likeCount=number) for number in range(40)])
    polled = source(clients, server)
    assert isinstance(polled, Rereadable)
    known = [a_post(id=post_uri(number)) for number in (*range(30), 77)]
    again = await polled.reread(known)
    assert [post.engagement for post in again.posts] == list(range(30))
    assert again.gone == (post_uri(77),)
    assert server.methods.count("getPosts") == 2


@pytest.mark.parametrize(
    ("term", "query"), [("lumo", "lumo"), ("été", "été"), ("a b", '"a b"'), ("-x", '"-x"')]
)
def test_syntax_is_quoted(term: str, query: str) -> None:
    assert quoted(term) == query


def test_what_stands_beside_the_text_is_kept_apart() -> None:
    text = "Ça: @lumo.example a #lampe https://x.example…"
    record = {
        "text": text,
        "createdAt": "2026-11-24T08:00:00.000Z",
        "tags": ["outside"],
        "facets": [
            {
                "index": {"byteStart": 5, "byteEnd": 18},
                "features": [{"$type": "app.bsky.richtext.facet#mention", "did": "did:plc:x"}],
            },
            {
                "index": {"byteStart": 21, "byteEnd": 27},
                "features": [{"$type": "app.bsky.richtext.facet#tag", "tag": "lampe"}],
            },
            {
                "index": {"byteStart": 28, "byteEnd": 48},
                "features": [
                    {"$type": "app.bsky.richtext.facet#link", "uri": "https://x.example/lumo"}
                ],
            },
            {"index": None, "features": "no"},
        ],
        "embed": {
            "$type": "app.bsky.embed.recordWithMedia",
            "record": {"record": {"uri": post_uri(9), "cid": "x"}},
            "media": {"$type": "app.bsky.embed.images", "images": [{"alt": "A dark lamp"}]},
        },
    }
    body = json.dumps({"posts": [view(1, record=record)]}).encode()
    (post,) = read_found(body, "sky", NOW).posts
    assert post.handles == ("lumo.example",)
    assert post.tags == ("outside", "lampe")
    assert post.links == ("https://x.example/lumo",)
    assert post.media == ("A dark lamp",)


def test_the_card_of_a_link_is_its_title_and_a_gif_is_no_link() -> None:
    card = {"uri": "https://news.example/1", "title": "Lumo recalls", "description": "All of it"}
    gif = {"uri": "https://media.tenor.com/x.gif", "title": "a", "description": "Alt: a sad lamp"}
    body = json.dumps(
        {
            "posts": [
                view(number, record={"text": "x", "embed": {"external": one}})
                for number, one in enumerate((card, gif))
            ]
        }
    ).encode()
    news, sad = read_found(body, "sky", NOW).posts
    assert (news.title, news.links) == ("Lumo recalls", ("https://news.example/1",))
    assert (sad.title, sad.links, sad.media) == ("", (), ("a sad lamp",))


@pytest.mark.parametrize(
    ("claimed", "indexed", "at"),
    [
        ("2026-11-24T08:00:00.1234567+02:00", "2026-11-24T06:30:00Z", "2026-11-24T06:00:00"),
        ("2029-01-01T00:00:00Z", "2026-11-24T06:30:00Z", "2026-11-24T06:30:00"),
        ("2012-01-01T00:00:00Z", "2026-11-24T06:30:00Z", "2012-01-01T00:00:00"),
        ("1970-01-01T00:00:00Z", "2026-11-24T06:30:00Z", "2026-11-24T06:30:00"),
        ("soon", "2026-11-24T06:30:00Z", "2026-11-24T06:30:00"),
        ("soon", "", "2026-11-24T10:00:00"),
    ],
)
def test_a_post_is_as_old_as_the_earlier_of_two_dates(claimed: str, indexed: str, at: str) -> None:
    record = {"text": "x", "createdAt": claimed}
    body = json.dumps({"posts": [view(1, record=record, indexedAt=indexed)]}).encode()
    (post,) = read_found(body, "sky", NOW).posts
    assert post.at == datetime.fromisoformat(at).replace(tzinfo=UTC)


def test_an_answer_belongs_to_the_root_of_its_thread() -> None:
    reply = {"root": {"uri": post_uri(1)}, "parent": {"uri": post_uri(2)}}
    body = json.dumps({"posts": [view(3, record={"text": "x", "reply": reply})]}).encode()
    assert read_found(body, "sky", NOW).posts[0].thread == post_uri(1)


def test_an_account_without_a_handle_goes_by_its_id() -> None:
    unnamed = profile(handle="handle.invalid")
    body = json.dumps({"posts": [view(1, author=unnamed), view(2, author=None)]}).encode()
    assert [post.author for post in read_found(body, "sky", NOW).posts] == [ADA, ADA]


def test_a_bad_post_hurts_itself_alone() -> None:
    posts = [view(1, uri="at://x"), view(2, record=7), 3, view(4, likeCount="many"), view(5)]
    found = read_found(json.dumps({"posts": posts}).encode(), "sky", NOW).posts
    assert [post.id for post in found] == [post_uri(5)]


@pytest.mark.payloads
@pytest.mark.parametrize("name", payload_names("bluesky", "*searchPosts*"))
def test_recorded_answers_are_posts(name: str) -> None:
    body = payload(name)
    recorded = json.loads(body)["posts"]
    now = datetime(2026, 11, 24, tzinfo=UTC)
    found = {post.id: post for post in read_found(body, "sky", now).posts}
    assert set(found) == {one["uri"] for one in recorded}
    for one in recorded:
        post = found[one["uri"]]
        assert post.author == f"@{one['author']['handle']}"
        assert post.engagement >= one["likeCount"]
        assert bool(post.thread) == ("reply" in one["record"])
