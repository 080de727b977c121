from __future__ import annotations

from datetime import timedelta

import httpx
import pytest

from bot.errors import SourceGarbled, SourceRateLimited
from bot.sources.base import Page
from bot.sources.http import PoliteClient
from bot.sources.stackexchange import StackExchangeSource
from bot.sources.stackposts import Site, read_found, read_told
from tests.builders import NOW, a_post
from tests.sources.conftest import Clients, Clock, payload

Json = dict[str, object]
EPOCH = int(NOW.timestamp())


def excerpt(id: int, hours_ago: float = 1, **changes: object) -> Json:
    return {
        "item_type": "question",
        "question_id": id,
        "title": "Why does &quot;Lumo&quot; blink?",
        "excerpt": 'My <span class="highlight">Lumo</span> &amp; its <b>cable</b> …',
        "body": "My Lumo & its cable",
        "creation_date": EPOCH - int(hours_ago * 3600),
        "score": 3,
        "answer_count": 2,
        "tags": ["lamp", "led"],
        **changes,
    }


def answer(id: int, question: int, hours_ago: float = 1) -> Json:
    return excerpt(
        question, hours_ago, item_type="answer", answer_id=id, answer_count=None, score=-1
    )


def told(id: int, **changes: object) -> Json:
    return {
        "post_id": id,
        "post_type": "question",
        "link": f"https://diy.example/q/{id}/9",
        "body": "<p>My Lumo &amp; its cable, see <a href='https://lumo.example/x'>this</a></p>",
        "score": 4,
        "owner": {"display_name": "Ada &amp; Bob", "link": "https://diy.example/users/9"},
        **changes,
    }


class Api:
    """Finds some excerpts, and tells of some posts; `said` stands in each answer beside them."""

    def __init__(self, *excerpts: Json) -> None:
        self.excerpts = list(excerpts)
        self.told = [told(int(str(one.get("answer_id") or one["question_id"]))) for one in excerpts]
        self.said: Json = {"quota_remaining": 200}
        self.asked: list[httpx.URL] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(request.url)
        items = self.excerpts if "excerpts" in request.url.path else self.told
        if since := request.url.params.get("fromdate"):
            items = [one for one in items if int(str(one["creation_date"])) >= int(since)]
        page = int(request.url.params.get("page", "1"))
        more = len(items) > page * 100
        answer = {"items": items[(page - 1) * 100 : page * 100], "has_more": more, **self.said}
        return httpx.Response(200, json=answer)


def source(client: PoliteClient, **options: str) -> StackExchangeSource:
    return StackExchangeSource("diy", "diy", client, **options)


async def fetch(client: PoliteClient, cursor: str | None = None, terms: str = "lumo") -> Page:
    return await source(client).fetch(terms.split("|"), cursor, NOW)


async def test_a_question_and_its_answer_are_one_thread(clients: Clients) -> None:
    first, second = (await fetch(clients(Api(excerpt(7, 2), answer(8, 7))))).posts
    assert (first.id, first.thread) == ("diy/7", "")
    assert (second.id, second.thread) == ("diy/8", "diy/7")
    assert (first.title, first.tags) == ('Why does "Lumo" blink?', ("lamp", "led"))
    assert first.text == "My Lumo & its cable, see this"
    assert first.links == ("https://lumo.example/x",)
    assert first.url == "https://diy.example/q/7/9"
    assert (first.author, first.author_url) == ("Ada & Bob", "https://diy.example/users/9")
    assert (first.at, first.engagement) == (NOW - timedelta(hours=2), 4)


async def test_the_site_is_searched_by_term_newest_first_since_seven_days(
    clients: Clients,
) -> None:
    api = Api()
    client = clients(api)
    asking = StackExchangeSource("so", "", client, tags=["lamp", "led"], key="k", base_url="")
    await asking.fetch(["lumo", "wake light"], None, NOW)
    first, second = api.asked
    assert first.host == "api.stackexchange.com"
    assert first.path == "/2.3/search/excerpts"
    assert dict(first.params) == {
        "q": "lumo",
        "site": "stackoverflow",
        "fromdate": str(EPOCH - 7 * 86_400),
        "sort": "creation",
        "order": "desc",
        "page": "1",
        "pagesize": "100",
        "tagged": "lamp;led",
        "key": "k",
    }
    assert second.params["q"] == '"wake light"'


async def test_what_is_known_is_not_asked_for_again(clients: Clients) -> None:
    api = Api(excerpt(7))
    client = clients(api)
    page = await fetch(client)
    api.asked.clear()
    page = await fetch(client, page.cursor)
    assert page.posts == ()
    assert [url.path for url in api.asked] == ["/2.3/search/excerpts"]


async def test_without_the_authors_there_are_the_excerpts(clients: Clients) -> None:
    api = Api(excerpt(7))

    def answers(request: httpx.Request) -> httpx.Response:
        return httpx.Response(500) if "/posts/" in request.url.path else api(request)

    (post,) = (await fetch(clients(answers))).posts
    assert (post.text, post.author) == ("My Lumo & its cable …", "")
    assert post.url == "https://diy.stackexchange.com/q/7"


async def test_a_backoff_is_obeyed_by_all_who_search(clients: Clients, clock: Clock) -> None:
    api = Api(excerpt(7))
    api.said = {"backoff": 30, "quota_remaining": 200}
    client = clients(api)
    page = await fetch(client, terms="lumo|clair")
    assert (page.pending, page.resume_at) == (True, NOW + timedelta(seconds=30))
    assert len(page.posts) == 1
    with pytest.raises(SourceRateLimited) as limited:
        await fetch(client)
    assert limited.value.until == page.resume_at
    clock.forward(seconds=30)
    assert (await fetch(client, page.cursor)).posts == ()
    searched = [url.params["q"] for url in api.asked if "excerpts" in url.path]
    assert searched == ["lumo", "lumo"]


async def test_a_short_backoff_is_waited_for(clients: Clients) -> None:
    api = Api(excerpt(7))
    api.said = {"backoff": 0.01}
    page = await fetch(clients(api), terms="lumo|clair")
    assert (page.complete, page.resume_at) == (True, None)


async def test_with_nothing_left_of_the_quota_the_search_rests_until_midnight(
    clients: Clients,
) -> None:
    api = Api(excerpt(7))
    api.said = {"quota_remaining": 0}
    page = await fetch(clients(api))
    assert page.complete
    assert page.resume_at == NOW.replace(hour=0) + timedelta(days=1)


async def test_a_throttle_violation_says_for_how_long(clients: Clients) -> None:
    said = "too many requests from this IP, more requests available in 66107 seconds"
    error = {"error_id": 502, "error_name": "throttle_violation", "error_message": said}
    with pytest.raises(SourceRateLimited) as limited:
        await fetch(clients(lambda _: httpx.Response(400, json=error)))
    assert limited.value.until == NOW + timedelta(seconds=66_107)


async def test_known_posts_are_asked_for_again_and_missing_ones_are_gone(
    clients: Clients,
) -> None:
    api = Api()
    api.told = [told(7, body="<p>edited</p>", title="A &amp; B")]
    known = [a_post(id="diy/7", local_id="7"), a_post(id="diy/8", local_id="8")]
    again = await source(clients(api)).reread([*known, a_post(id="elsewhere")])
    assert [(post.id, post.title, post.text) for post in again.posts] == [
        ("diy/7", "A & B", "edited")
    ]
    assert again.gone == ("diy/8",)
    assert api.asked[0].path == "/2.3/posts/7;8"


@pytest.mark.parametrize("items", [[], [told(1), {"post_id": 2, "body": 7}]])
async def test_an_answer_that_lacks_too_much_makes_nobody_forget(
    clients: Clients, items: list[object]
) -> None:
    client = clients(lambda _: httpx.Response(200, json={"items": items}))
    known = [a_post(id=f"diy/{n}", local_id=str(n)) for n in range(1, 6)]
    assert (await source(client).reread(known)).gone == ()


@pytest.mark.parametrize(
    ("site", "address"),
    [
        ("stackoverflow", "https://stackoverflow.com"),
        ("meta.superuser", "https://meta.superuser.com"),
        ("es.stackoverflow", "https://es.stackoverflow.com"),
        ("diy", "https://diy.stackexchange.com"),
        ("mathoverflow.net", "https://mathoverflow.net"),
    ],
)
def test_a_site_has_its_own_address(site: str, address: str) -> None:
    assert Site("so", site).address == address


@pytest.mark.parametrize("body", [b"", b"{}", b"[]", b'{"items": [1]}', b"[" * 9_000])
def test_what_is_no_answer_is_garbled(body: bytes) -> None:
    with pytest.raises(SourceGarbled):
        read_found(body, Site("so", "diy"), 1, NOW)
    with pytest.raises(SourceGarbled):
        read_told(body)


@pytest.mark.payloads
def test_recorded_users_are_no_questions() -> None:
    with pytest.raises(SourceGarbled):
        read_found(payload("stackexchange/test_users_associated.txt"), Site("so", "diy"), 1, NOW)
