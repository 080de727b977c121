from __future__ import annotations

import json
from datetime import datetime, timedelta

import httpx
import pytest

from bot.errors import SourceGarbled, SourceRateLimited, SourceRefused
from bot.sources.base import Page
from bot.sources.github import GitHubSource
from bot.sources.http import PoliteClient
from bot.sources.issues import read_comments, read_found, read_nodes
from bot.sources.keys import Key
from tests.builders import NOW, a_post
from tests.sources.conftest import Clients

Json = dict[str, object]
NOBODY = Key("", "VIGIE_GITHUB_TOKEN")
SOMEBODY = Key("ghp_secret", "VIGIE_GITHUB_TOKEN")


def written(hours_ago: float) -> str:
    return (NOW - timedelta(hours=hours_ago)).strftime("%Y-%m-%dT%H:%M:%SZ")


def issue(id: int, hours_ago: float = 1, **changes: object) -> Json:
    return {
        "node_id": f"I_{id}",
        "number": id,
        "html_url": f"https://github.com/maker/lumo/issues/{id}",
        "repository_url": "https://api.github.com/repos/maker/lumo",
        "title": "Lumo <b> & co",
        "body": "<!-- Describe it -->\nIt **blinks**: ![a lamp](https://x.example/l.png)\n"
        "See [the docs](https://lumo.example/docs)",
        "user": {"login": "ada", "html_url": "https://github.com/ada"},
        "created_at": written(hours_ago),
        "comments": 2,
        "reactions": {"total_count": 5},
        "labels": [{"name": "bug"}],
        **changes,
    }


class Hub:
    """Finds issues by the window of their creation."""

    def __init__(self, *issues: Json) -> None:
        self.issues = list(issues)
        self.whole = True
        self.asked: list[httpx.Request] = []

    @property
    def queries(self) -> list[str]:
        return [request.url.params["q"] for request in self.asked]

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(request)
        window = request.url.params["q"].partition("created:")[2].split("..")
        since, until = (datetime.fromisoformat(at) if at != "*" else NOW for at in window)
        found = [one for one in self.issues if since <= self._created(one) <= until]
        found.sort(key=self._created, reverse=True)
        answer = {"items": found[:100], "incomplete_results": not self.whole}
        return httpx.Response(200, json=answer, headers={"x-ratelimit-remaining": "8"})

    def _created(self, one: Json) -> datetime:
        return datetime.fromisoformat(str(one["created_at"]))


async def fetch(
    client: PoliteClient, cursor: str | None = None, terms: str = "lumo", key: Key = NOBODY
) -> Page:
    return await GitHubSource("github", client, key).fetch(terms.split("|"), cursor, NOW)


async def test_an_issue_is_read_as_people_see_it(clients: Clients) -> None:
    (post,) = (await fetch(clients(Hub(issue(7))))).posts
    assert (post.id, post.url) == ("I_7", "https://github.com/maker/lumo/issues/7")
    assert (post.title, post.text) == ("Lumo <b> & co", "It blinks:\nSee the docs")
    assert (post.links, post.media) == (("https://lumo.example/docs",), ("a lamp",))
    assert (post.author, post.author_url) == ("ada", "https://github.com/ada")
    assert (post.engagement, post.at) == (7, NOW - timedelta(hours=1))
    assert (post.tags, post.local_id, post.thread) == (("bug",), "maker/lumo/issues/7", "")


async def test_terms_are_one_query_since_seven_days(clients: Clients) -> None:
    hub = Hub()
    await fetch(clients(hub), terms='lumo|wake "light')
    assert hub.queries == [
        '("lumo" OR "wake light") in:title,body is:issue created:2026-11-17T10:00:00Z..*'
    ]
    assert "authorization" not in hub.asked[0].headers


async def test_a_token_is_shown_in_a_header(clients: Clients) -> None:
    hub = Hub()
    await fetch(clients(hub), key=SOMEBODY)
    assert hub.asked[0].headers["authorization"] == "Bearer ghp_secret"


async def test_no_query_is_longer_than_github_takes(clients: Clients) -> None:
    hub = Hub()
    await fetch(clients(hub), terms="|".join(f"maison lumo number {n}" for n in range(20)))
    assert max(map(len, hub.queries)) <= 256
    assert all(query.count(" OR ") <= 4 for query in hub.queries)


async def test_pages_are_asked_for_by_time(clients: Clients) -> None:
    hub = Hub(*(issue(id, id / 10) for id in range(1, 251)))
    page = await fetch(clients(hub))
    assert (len(page.posts), page.complete) == (250, True)
    assert [query.rpartition("..")[2] for query in hub.queries] == ["*", written(10), written(19.9)]


async def test_more_in_one_second_than_a_page_holds_is_not_complete(clients: Clients) -> None:
    hub = Hub(issue(1, 2))
    client = clients(hub)
    page = await fetch(client)
    hub.issues += [issue(id) for id in range(2, 150)]
    page = await fetch(client, page.cursor)
    assert not page.complete


async def test_a_search_that_ran_out_of_time_is_asked_again(clients: Clients) -> None:
    hub = Hub(issue(1))
    hub.whole = False
    page = await fetch(clients(hub))
    assert (len(page.posts), page.pending) == (1, True)


async def test_a_pull_request_is_told_apart_and_a_deleted_account_has_no_name(
    clients: Clients,
) -> None:
    hub = Hub(issue(1, pull_request={"url": "x"}, user=None, body=None, labels=["bug"]))
    (post,) = (await fetch(clients(hub))).posts
    assert (post.tags, post.author, post.text) == (("bug", "pull request"), "", "")


@pytest.mark.parametrize(
    ("status", "headers", "seconds"),
    [
        (403, {"retry-after": "90"}, 90),
        (403, {}, 60),
        (403, {"x-ratelimit-remaining": "0", "x-ratelimit-reset": "1795514520"}, 120),
        (429, {"retry-after": "75"}, 75),
    ],
)
async def test_every_limit_is_one_whatever_its_status(
    clients: Clients, status: int, headers: dict[str, str], seconds: int
) -> None:
    said = {"message": "You have exceeded a secondary rate limit. Please wait a few minutes."}
    client = clients(lambda _: httpx.Response(status, json=said, headers=headers))
    with pytest.raises(SourceRateLimited) as limited:
        await fetch(client)
    assert limited.value.until == NOW + timedelta(seconds=seconds)


async def test_a_token_that_is_refused_is_named_and_not_shown(clients: Clients) -> None:
    client = clients(lambda _: httpx.Response(401, json={"message": "Bad credentials"}))
    with pytest.raises(SourceRefused, match="VIGIE_GITHUB_TOKEN is refused"):
        await fetch(client, key=SOMEBODY)


async def test_what_is_forbidden_for_another_reason_is_no_limit(clients: Clients) -> None:
    client = clients(lambda _: httpx.Response(403, json={"message": "Forbidden"}))
    with pytest.raises(SourceRefused):
        await fetch(client)


async def test_the_exchange_is_the_issue_with_its_comments(clients: Clients) -> None:
    def answers(request: httpx.Request) -> httpx.Response:
        if request.url.path == "/repos/maker/lumo/issues/7":
            return httpx.Response(200, json=issue(7, 3))
        assert request.url.path == "/repos/maker/lumo/issues/7/comments"
        comments = [
            {"node_id": f"IC_{n}", "html_url": f"https://x.example/{n}", "body": "me too"}
            | {"created_at": written(3 - n), "user": {"login": "bob"}}
            for n in (1, 2)
        ]
        return httpx.Response(200, json=comments)

    about = a_post(id="I_7", local_id="maker/lumo/issues/7")
    thread = await GitHubSource("github", clients(answers), NOBODY).exchange(about)
    assert [(post.id, post.thread) for post in thread] == [
        ("I_7", ""),
        ("IC_1", "I_7"),
        ("IC_2", "I_7"),
    ]


async def test_an_issue_whose_place_is_not_known_is_refused(clients: Clients) -> None:
    source = GitHubSource("github", clients(Hub()), NOBODY)
    with pytest.raises(SourceRefused):
        await source.exchange(a_post(local_id="../../user"))


async def test_known_issues_are_asked_for_again_in_one_request(clients: Clients) -> None:
    asked: list[Json] = []

    def answers(request: httpx.Request) -> httpx.Response:
        assert request.url.path == "/graphql"
        asked.append(json.loads(request.content))
        node = {"id": "I_7", "title": "New", "body": "edited", "comments": {"totalCount": 9}}
        unfound = {"type": "NOT_FOUND", "path": ["nodes", 1], "message": "Could not resolve"}
        busy = {"message": "Something went wrong", "path": ["nodes", 3]}
        answer = {"data": {"nodes": [node, None, {}, None]}, "errors": [unfound, busy]}
        return httpx.Response(200, json=answer)

    known = [a_post(id=f"I_{n}") for n in (7, 8, 9, 10)]
    again = await GitHubSource("github", clients(answers), SOMEBODY).reread(known)
    assert [(post.title, post.text, post.engagement) for post in again.posts] == [
        ("New", "edited", 9)
    ]
    assert again.gone == ("I_8",)
    assert asked[0]["variables"] == {"ids": ["I_7", "I_8", "I_9", "I_10"]}


async def test_without_a_token_nothing_is_learnt_of_known_issues(clients: Clients) -> None:
    hub = Hub()
    again = await GitHubSource("github", clients(hub), NOBODY).reread([a_post(id="I_7")])
    assert (again.posts, again.gone, hub.asked) == ((), (), [])


@pytest.mark.parametrize(
    "body", [b"", b"{}", b"3", b'{"items": [1], "data": {"nodes": [3]}}', b"[" * 9_000]
)
def test_what_is_no_answer_is_garbled(body: bytes) -> None:
    with pytest.raises(SourceGarbled):
        read_found(body, "github", NOW)
    with pytest.raises(SourceGarbled):
        read_comments(body, a_post(), NOW)
    with pytest.raises(SourceGarbled):
        read_nodes(body, {})
