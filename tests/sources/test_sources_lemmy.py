from __future__ import annotations

from datetime import timedelta

import httpx
import pytest

from bot.domain.mention import Post
from bot.errors import SourceGarbled, SourceRateLimited, SourceRefused, SourceUnavailable
from bot.sources.base import Page
from bot.sources.http import PoliteClient
from bot.sources.lemmy import LemmySource
from bot.sources.lemmyposts import PAGE, read_list, read_lists
from tests.builders import NOW, a_post
from tests.sources.conftest import Clients

Json = dict[str, object]
HOME = "https://lemmy.example"


def written(hours_ago: float) -> str:
    return (NOW - timedelta(hours=hours_ago)).strftime("%Y-%m-%dT%H:%M:%S.123456Z")


def post_view(id: int, hours_ago: float = 1, **changes: object) -> Json:
    """As 0.19 has it."""
    post = {
        "id": id,
        "name": f"Lumo &amp; {id}",
        "body": "It **died**, see [the shop](https://shop.example/lumo)",
        "url": "https://maker.example/lumo",
        "ap_id": f"https://far.example/post/{id}",
        "published": written(hours_ago),
        "deleted": False,
        "removed": False,
        "language_id": 37,
        **changes,
    }
    return {
        "post": post,
        "creator": {"id": 1, "name": "ada", "actor_id": "https://far.example/u/ada"},
        "community": {"id": 2, "name": "lamps"},
        "counts": {"score": 7, "comments": 2, "upvotes": 8, "downvotes": 1},
    }


def comment_view(id: int, hours_ago: float = 1, path: str = "", **changes: object) -> Json:
    comment = {
        "id": id,
        "post_id": 1,
        "content": "Mine too: Lumo is bad",
        "ap_id": f"https://near.example/comment/{id}",
        "published": written(hours_ago),
        "path": path or f"0.{id}",
        **changes,
    }
    counts = {"score": -2, "child_count": 1}
    return {**post_view(1), "comment": comment, "counts": counts}


class Instance:
    """An instance of some version, whose search knows some posts and comments."""

    def __init__(self, *views: Json, version: str = "0.19.5") -> None:
        self.views = list(views)
        self.version = version
        self.asked: list[httpx.URL] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        if request.url.path == "/nodeinfo/2.1":
            return httpx.Response(
                200, json={"software": {"name": "lemmy", "version": self.version}}
            )
        self.asked.append(request.url)
        page = int(request.url.params.get("page", "1"))
        lists = {
            name: [view for view in self.views if ("comment" in view) == (name == "comments")]
            for name in ("posts", "comments")
        }
        part = {name: of[(page - 1) * PAGE : page * PAGE] for name, of in lists.items()}
        return httpx.Response(200, json={"type_": "All", **part, "communities": [], "users": []})


async def fetch(client: PoliteClient, cursor: str | None = None) -> Page:
    return await LemmySource("lemmy", HOME, client).fetch(["lumo"], cursor, NOW)


async def test_a_post_and_its_comment_are_one_thread(clients: Clients) -> None:
    instance = Instance(post_view(1, 2), comment_view(5, 1))
    first, second = (await fetch(clients(instance))).posts
    assert first.id == first.url == "https://far.example/post/1"
    assert (first.title, first.text) == ("Lumo &amp; 1", "It died, see the shop")
    assert first.links == ("https://maker.example/lumo", "https://shop.example/lumo")
    assert (first.author, first.author_url) == ("@ada@far.example", "https://far.example/u/ada")
    assert (first.engagement, first.at) == (9, NOW - timedelta(hours=2))
    assert (first.thread, first.local_id, first.tags) == ("", "1", ("lamps",))
    assert (second.title, second.text) == ("Lumo &amp; 1", "Mine too: Lumo is bad")
    assert (second.thread, second.engagement, second.local_id) == (first.id, 1, "1/5")


async def test_0_19_is_searched_newest_first_page_by_page(clients: Clients) -> None:
    instance = Instance(*(post_view(id, id / 10) for id in range(1, 121)))
    page = await fetch(clients(instance))
    assert len(page.posts) == 120
    assert page.complete
    assert [url.params["page"] for url in instance.asked] == ["1", "2", "3"]
    asked = instance.asked[0]
    assert asked.path == "/api/v3/search"
    assert (asked.params["q"], asked.params["sort"]) == ("lumo", "New")


async def test_a_later_poll_reads_no_further_than_the_overlap(clients: Clients) -> None:
    instance = Instance(*(post_view(id, id) for id in range(1, 121)))
    client = clients(instance)
    page = await fetch(client)
    instance.asked.clear()
    page = await fetch(client, page.cursor)
    assert page.posts == ()
    assert len(instance.asked) == 1


async def test_what_was_deleted_or_removed_is_no_post(clients: Clients) -> None:
    instance = Instance(post_view(1, deleted=True), post_view(2, removed=True), comment_view(3))
    assert [post.local_id for post in (await fetch(clients(instance))).posts] == ["1/3"]


async def test_a_picture_is_no_link_and_its_description_is_kept(clients: Clients) -> None:
    picture = post_view(1, url="https://far.example/i/1.WEBP?x=1", alt_text="A lamp", body=None)
    (post,) = (await fetch(clients(Instance(picture)))).posts
    assert (post.links, post.media, post.text) == ((), ("A lamp",), "")


async def test_an_id_is_kept_as_one_line_that_ends(clients: Clients) -> None:
    page = await fetch(clients(Instance(post_view(1, ap_id="a\n\u202e" + "b" * 9_999))))
    assert [post.id for post in page.posts] == ["a " + "b" * 998]


async def test_1_0_is_asked_by_its_own_names_and_read_to_the_last_page(clients: Clients) -> None:
    def modern(id: int, **changes: object) -> Json:
        view = post_view(id)
        view["post"] = {
            "id": id,
            "name": "Lumo",
            "ap_id": f"https://far.example/post/{id}",
            "published_at": written(id),
            "score": 3,
            "comments": 1,
        }
        view["creator"] = {"name": "ada", "ap_id": "https://far.example/u/ada"}
        del view["counts"]
        return {"type_": "post", **view, **changes}

    asked: list[httpx.URL] = []

    def answers(request: httpx.Request) -> httpx.Response:
        if request.url.path == "/nodeinfo/2.1":
            software = {"name": "lemmy", "version": "1.0.0-beta.2"}
            return httpx.Response(200, json={"software": software})
        asked.append(request.url)
        if "page_cursor" not in request.url.params:
            community = {"type_": "community", "community": {"name": "lumo"}}
            found = {"search": [modern(100), community], "next_page": "Pab"}
        else:
            found = {"search": [modern(2)]}
        return httpx.Response(200, json=found)

    page = await fetch(clients(answers))
    assert [post.local_id for post in page.posts] == ["100", "2"]
    assert [post.engagement for post in page.posts] == [4, 4]
    assert asked[0].path == "/api/v4/search"
    assert asked[0].params["time_range_seconds"] == str(7 * 86_400)
    assert asked[1].params["page_cursor"] == "Pab"


async def test_software_that_only_speaks_as_lemmy_does_is_asked_the_old_way(
    clients: Clients,
) -> None:
    instance = Instance(post_view(1))

    def answers(request: httpx.Request) -> httpx.Response:
        if request.url.path.startswith("/nodeinfo"):
            return httpx.Response(404)
        return instance(request)

    assert len((await fetch(clients(answers))).posts) == 1
    assert instance.asked[0].path == "/api/v3/search"


async def test_an_instance_that_is_down_is_asked_for_its_version_again(clients: Clients) -> None:
    instance = Instance(post_view(1))
    down = True

    def answers(request: httpx.Request) -> httpx.Response:
        return httpx.Response(502) if down else instance(request)

    source = LemmySource("lemmy", HOME, clients(answers))
    with pytest.raises(SourceUnavailable):
        await source.fetch(["lumo"], None, NOW)
    down = False
    assert len((await source.fetch(["lumo"], None, NOW)).posts) == 1


async def test_a_rate_limit_said_with_status_400_is_one(clients: Clients) -> None:
    client = clients(lambda _: httpx.Response(400, json={"error": "rate_limit_error"}))
    with pytest.raises(SourceRateLimited):
        await fetch(client)


async def test_the_exchange_is_the_post_with_its_comments(clients: Clients) -> None:
    top, answer, below = (
        comment_view(5, 3),
        comment_view(6, 2, "0.5.6"),
        comment_view(7, 1, "0.9.7"),
    )

    def answers(request: httpx.Request) -> httpx.Response:
        match request.url.path:
            case "/api/v3/post":
                assert request.url.params["id"] == "1"
                return httpx.Response(200, json={"post_view": post_view(1, 4)})
            case "/api/v3/comment/list":
                assert request.url.params["post_id"] == "1"
                return httpx.Response(200, json={"comments": [answer, below, top]})
            case _:
                return httpx.Response(404)

    source = LemmySource("lemmy", HOME, clients(answers))
    about = a_post(id="https://near.example/comment/6", thread="https://far.example/post/1")
    thread = await source.exchange(_known(about, "1/6"))
    assert [post.local_id for post in thread] == ["1", "1/5", "1/6", "1/7"]
    assert [post.thread for post in thread] == ["", *["https://far.example/post/1"] * 3]


def _known(post: Post, local_id: str) -> Post:
    return a_post(id=post.id, thread=post.thread, local_id=local_id)


async def test_known_posts_are_asked_for_again_and_missing_ones_are_gone(
    clients: Clients,
) -> None:
    def answers(request: httpx.Request) -> httpx.Response:
        match (request.url.path, request.url.params.get("id")):
            case ("/api/v3/post", "1"):
                return httpx.Response(200, json={"post_view": post_view(1, body="edited")})
            case ("/api/v3/comment", "6"):
                deleted = comment_view(6, content="", deleted=True)
                return httpx.Response(200, json={"comment_view": deleted})
            case _:
                return httpx.Response(404, json={"error": "not_found"})

    known = [
        a_post(id="https://far.example/post/1", local_id="1"),
        a_post(id="c6", thread="https://far.example/post/1", local_id="1/6"),
        a_post(id="p2", local_id="2"),
        a_post(id="elsewhere"),
    ]
    again = await LemmySource("lemmy", HOME, clients(answers)).reread(known)
    assert [(post.id, post.text) for post in again.posts] == [(known[0].id, "edited")]
    assert again.gone == ("c6", "p2")


async def test_an_instance_that_refuses_to_tell_says_nothing_is_gone(clients: Clients) -> None:
    client = clients(lambda request: httpx.Response(403 if "post" in request.url.path else 404))
    with pytest.raises(SourceRefused):
        await LemmySource("lemmy", HOME, client).reread([a_post(local_id="1")])


@pytest.mark.parametrize(
    "body", [b"", b"{}", b"[]", b'{"posts": 3}', b'{"posts": [1, {"post": 3}]}', b"[" * 9_000]
)
def test_what_is_no_answer_is_garbled(body: bytes) -> None:
    with pytest.raises(SourceGarbled):
        read_lists(body, "lemmy", 1, NOW)
    with pytest.raises(SourceGarbled):
        read_list(body, "lemmy", NOW)


async def test_an_instance_that_was_upgraded_is_asked_the_new_way_from_the_next_poll_on(
    clients: Clients,
) -> None:
    instance = Instance(post_view(1))

    def answers(request: httpx.Request) -> httpx.Response:
        if instance.version == "1.0.0" and "/v3/" in request.url.path:
            return httpx.Response(404)
        if "/v4/" in request.url.path:
            return httpx.Response(200, json={"search": []})
        return instance(request)

    source = LemmySource("lemmy", HOME, clients(answers))
    page = await source.fetch(["lumo"], None, NOW)
    instance.version = "1.0.0"
    with pytest.raises(SourceRefused):
        await source.fetch(["lumo"], page.cursor, NOW)
    assert (await source.fetch(["lumo"], page.cursor, NOW)).posts == ()
