import json
import random
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from weakref import WeakKeyDictionary

import httpx
import pytest

from bot.errors import SourceError, SourceGarbled, SourceRateLimited, SourceRefused
from bot.sources.base import Page
from bot.sources.http import PoliteClient
from bot.sources.mastodon import LOOK_BACK_EVERY, MOST_FORWARD, MastodonSource
from bot.sources.statuses import hashtags
from tests.builders import NOW
from tests.sources.conftest import Clients, Clock, payload, payload_names, recorded_headers

SERVER = "https://lumen.example"
SOURCES: WeakKeyDictionary[PoliteClient, MastodonSource] = WeakKeyDictionary()


def status(id: int, *, minutes_ago: float = 0, **changes: object) -> dict[str, object]:
    at = NOW - timedelta(minutes=minutes_ago)
    return {
        "id": str(id),
        "uri": f"{SERVER}/users/ada/statuses/{id}",
        "url": f"{SERVER}/@ada/{id}",
        "created_at": f"{at:%Y-%m-%dT%H:%M:%S}.750Z",
        "content": f"<p>Lumo {id}</p>",
        "account": {"acct": "ada", "url": f"{SERVER}/@ada", "followers_count": 120},
        **changes,
    }


class Server:
    """A Mastodon server with timelines by tag, paged as Mastodon pages them."""

    def __init__(self, statuses: Iterable[dict[str, object]] = (), page: int = 40) -> None:
        self.timelines = {"lumo": list(statuses)}
        self.page = page
        self.headers: dict[str, str] = {}
        self.asked: list[dict[str, str]] = []
        self.looked_up: list[str] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        *_, kind, name = request.url.path.split("/")
        if kind == "statuses":
            self.looked_up.append(name)
            everything = [one for line in self.timelines.values() for one in line]
            found = [one for one in everything if one["id"] == name]
            return httpx.Response(200 if found else 404, json=found[0] if found else {"error": ""})
        self.asked.append({"tag": name, **dict(request.url.params)})
        return httpx.Response(200, json=self._shown(name, request.url.params), headers=self.headers)

    def _shown(self, tag: str, asked: httpx.QueryParams) -> list[dict[str, object]]:
        above, below = int(asked.get("min_id", 0)), int(asked.get("max_id", 10**30))
        line = sorted(self.timelines.get(tag, []), key=lambda one: int(str(one["id"])))
        within = [one for one in line if above < int(str(one["id"])) < below]
        shown = within[: self.page] if above else within[-self.page :]
        return shown[::-1]


async def fetch(
    client: PoliteClient, cursor: str | None = None, now: datetime = NOW, terms: str = "lumo"
) -> Page:
    """One poll; a client's polls are all of one source."""
    source = SOURCES.setdefault(client, MastodonSource("lumen", f"{SERVER}/", client))
    return await source.fetch(terms.split("|"), cursor, now)


def ids(page: Page) -> list[int]:
    return [int(post.id.rpartition("/")[2]) for post in page.posts]


async def test_a_status_becomes_a_post(clients: Clients) -> None:
    told = status(
        7,
        minutes_ago=5,
        language="fr",
        spoiler_text="lampes",
        replies_count=1,
        reblogs_count=2,
        favourites_count=3,
        quotes_count=None,
        reblog=None,
    )
    (post,) = (await fetch(clients(Server([told])))).posts
    assert post.id == f"{SERVER}/users/ada/statuses/7"
    assert post.url == f"{SERVER}/@ada/7"
    assert (post.title, post.text) == ("lampes", "Lumo 7")
    assert (post.author, post.author_url, post.followers) == ("@ada", f"{SERVER}/@ada", 120)
    assert post.at == NOW - timedelta(minutes=5)
    assert (post.language, post.engagement, post.thread) == ("fr", 6, "")


async def test_the_first_poll_pages_back_seven_days(clients: Clients) -> None:
    server = Server([status(1000 - day, minutes_ago=1440 * day) for day in range(12)], page=3)
    page = await fetch(clients(server))
    assert ids(page) == list(range(993, 1001))
    assert not page.pending
    assert [asked.get("max_id") for asked in server.asked] == [None, "998", "995"]
    assert all(asked["limit"] == "40" for asked in server.asked)


async def test_later_polls_page_forward_until_there_is_nothing(clients: Clients) -> None:
    server = Server([status(1, minutes_ago=9)], page=2)
    client = clients(server)
    first = await fetch(client)
    server.timelines["lumo"] += [status(id, minutes_ago=1) for id in range(2, 7)]
    server.asked.clear()
    second = await fetch(client, first.cursor)
    assert ids(second) == [2, 3, 4, 5, 6]
    assert not second.pending
    assert [asked["min_id"] for asked in server.asked] == ["1", "3", "5", "6"]
    server.asked.clear()
    assert (await fetch(client, second.cursor)).posts == ()
    assert len(server.asked) == 1


async def test_more_than_a_poll_reads_is_pending_and_not_lost(clients: Clients) -> None:
    server = Server([status(1)], page=2)
    client = clients(server)
    page = await fetch(client)
    server.timelines["lumo"] += [status(id) for id in range(2, 30)]
    page = await fetch(client, page.cursor)
    assert len(page.posts) == 2 * MOST_FORWARD
    assert page.pending
    rest = await fetch(client, page.cursor)
    assert ids(rest) == list(range(22, 30))
    assert not rest.pending


async def test_a_flood_is_read_poll_by_poll_to_its_end_and_told_until_then(
    clients: Clients,
) -> None:
    server = Server([status(1, minutes_ago=30)])
    client = clients(server)
    page = await fetch(client)
    server.timelines["lumo"] += [status(n) for n in range(2, 5_002)]
    found: list[int] = []
    behind = []
    for poll in range(1, 20):
        page = await fetch(client, page.cursor, NOW + timedelta(minutes=5 * poll))
        found += ids(page)
        behind.append(page.pending)
    assert sorted(found) == list(range(2, 5_002))  # all, and none twice
    caught_up = behind.index(False)
    assert caught_up <= 15
    assert not any(behind[caught_up:])


async def test_a_flood_of_several_tags_is_told_once(clients: Clients) -> None:
    server = Server()
    tags = ("lumo", "zest", "clair")
    server.timelines = {tag: [status(n)] for n, tag in enumerate(tags, 1)}
    client = clients(server)
    page = await fetch(client, terms="|".join(tags))
    found = ids(page)
    for poll in range(1, 13):
        for number, tag in enumerate(tags):
            first = 10_000 * (number + 1) + 200 * poll
            at = f"{NOW + timedelta(minutes=5 * poll):%Y-%m-%dT%H:%M:%S}.000Z"
            server.timelines[tag] += [status(n, created_at=at) for n in range(first, first + 200)]
        at_poll = NOW + timedelta(minutes=5 * poll)
        page = await fetch(client, page.cursor, at_poll, terms="|".join(tags))
        assert not page.pending
        found += ids(page)
    assert len(found) == len(set(found)) == 3 + 12 * 3 * 200


async def test_a_timeline_that_shows_not_even_what_was_newest_is_blank(clients: Clients) -> None:
    server = Server([status(1, minutes_ago=200), status(2, minutes_ago=100)])
    client = clients(server)
    page = await fetch(client)
    page = await fetch(client, page.cursor, NOW + LOOK_BACK_EVERY)
    assert page.blank is False
    page = await fetch(client, page.cursor, NOW + LOOK_BACK_EVERY * 1.5)
    assert page.blank is None
    server.timelines["lumo"] = []
    for looks in (2, 3, 4):
        page = await fetch(client, page.cursor, NOW + LOOK_BACK_EVERY * looks)
        assert page.blank


async def test_a_status_that_arrives_late_is_found_when_looking_back(clients: Clients) -> None:
    server = Server([status(100, minutes_ago=200), status(200, minutes_ago=30)])
    client = clients(server)
    page = await fetch(client)
    server.timelines["lumo"].append(status(150, minutes_ago=40))  # filed behind what was read
    page = await fetch(client, page.cursor, NOW + LOOK_BACK_EVERY / 2)
    assert page.posts == ()
    page = await fetch(client, page.cursor, NOW + LOOK_BACK_EVERY)
    assert ids(page) == [150]
    assert (await fetch(client, page.cursor, NOW + 2 * LOOK_BACK_EVERY)).posts == ()


async def test_an_edit_is_found_when_looking_back(clients: Clients) -> None:
    server = Server([status(1, minutes_ago=90), status(2, minutes_ago=10)])
    client = clients(server)
    page = await fetch(client)
    server.timelines["lumo"][1]["content"] = "<p>Lumo, and I am cross</p>"
    page = await fetch(client, page.cursor, NOW + LOOK_BACK_EVERY)
    assert [post.text for post in page.posts] == ["Lumo, and I am cross"]


async def test_a_quiet_poll_leaves_the_cursor_as_it_was(clients: Clients) -> None:
    client = clients(Server([status(n, minutes_ago=300 - n) for n in range(1, 300)]))
    page = await fetch(client)
    hour = [page.cursor]
    for minute in range(1, 90):
        page = await fetch(client, hour[-1], NOW + timedelta(minutes=minute))
        assert page.posts == ()
        hour.append(page.cursor)
    assert len(set(hour)) <= 6, "one while nothing is due, and one a look back"
    assert len(set(hour[75:])) == 1
    assert all(len(cursor) < 2_500 for cursor in hour)


async def test_after_a_restart_the_last_hour_is_read_again_and_nothing_told_twice(
    clients: Clients,
) -> None:
    server = Server([status(100, minutes_ago=200), status(200, minutes_ago=30)])
    before = await fetch(clients(server))
    server.timelines["lumo"].append(status(150, minutes_ago=40))
    assert ids(await fetch(clients(server), before.cursor, NOW + LOOK_BACK_EVERY / 2)) == [150]


async def test_a_clock_set_back_does_not_end_the_looking_back(clients: Clients) -> None:
    server = Server([status(100, minutes_ago=200), status(200, minutes_ago=30)])
    client = clients(server)
    page = await fetch(client, now=NOW + timedelta(days=1))
    server.timelines["lumo"].append(status(300))
    page = await fetch(client, page.cursor, NOW)
    server.timelines["lumo"].append(status(250, minutes_ago=5))
    assert ids(await fetch(client, page.cursor, NOW + LOOK_BACK_EVERY)) == [250]


async def test_two_watches_of_one_tag_both_find_what_arrives_late(clients: Clients) -> None:
    """Their cursors are alike, and one of them always polls first."""
    server = Server([status(100, minutes_ago=200), status(200, minutes_ago=1)])
    client = clients(server)
    cursors = [(await fetch(client)).cursor] * 2
    found: list[list[int]] = [[], []]
    for minute in range(50):
        for watch in (0, 1):
            if (minute, watch) == (LOOK_BACK_EVERY.seconds // 60, 1):
                server.timelines["lumo"].append(status(150, minutes_ago=2))
            now = NOW + timedelta(minutes=minute)
            page = await fetch(client, cursors[watch], now)
            cursors[watch] = page.cursor
            found[watch] += ids(page)
    assert found == [[150], [150]]


async def test_polls_at_any_pace_tell_every_post_once(clients: Clients) -> None:
    """A tag of a status a minute, some of which the server hears of late."""
    heard = sorted(range(1, 600), key=lambda n: n + (20 if n % 7 == 0 else 0))
    server = Server([status(1, minutes_ago=600)], page=40)
    client = clients(server)
    page = await fetch(client)
    found = ids(page)
    for minute in range(0, 640, 4):
        written = {int(str(one["id"])) for one in server.timelines["lumo"]}
        arrived = [n for n in heard[: max(minute, 0)] if n not in written]
        server.timelines["lumo"] += [status(n, minutes_ago=600 - n) for n in arrived]
        page = await fetch(client, page.cursor, NOW + timedelta(minutes=minute - 600))
        assert not page.pending
        found += ids(page)
    assert sorted(found) == list(range(1, 600))


@pytest.mark.parametrize("seed", range(4))
async def test_through_faults_restarts_and_lost_commits_every_post_is_told_once(
    clients: Clients, clock: Clock, seed: int
) -> None:
    """Four hours of a tag of a status a minute, one in five of which is heard of late."""
    chance = random.Random(seed)
    server = Server(page=chance.choice([20, 40]))
    due: list[tuple[int, dict[str, object]]] = []

    def answers(request: httpx.Request) -> httpx.Response:
        if chance.random() < 0.05:
            return httpx.Response(chance.choice([500, 429]), headers={"Retry-After": "0"})
        answer = server(request)
        if chance.random() < 0.05:
            answer.headers["X-RateLimit-Remaining"] = "0"
        return answer

    client, cursor, found = clients(answers), None, list[int]()
    for minute in range(240):
        late = chance.randrange(1, 40) if minute and chance.random() < 0.2 else 0
        due.append((minute + late, status(1000 + minute, minutes_ago=240 - minute)))
        server.timelines["lumo"] += [one for at, one in due if at == minute]
        if chance.random() < 0.02:
            SOURCES.pop(client, None)
        clock.now = NOW + timedelta(minutes=minute - 240)
        try:
            page = await fetch(client, cursor, clock.now)
        except SourceError:
            continue
        if chance.random() < 0.97:  # or else its commit fails, and the cursor stays
            cursor = page.cursor
            found += ids(page)
    assert len(found) == len(set(found))
    assert set(found) >= {1000 + minute for minute in range(180)}


async def test_parents_asked_for_in_vain_are_not_asked_for_again(clients: Clients) -> None:
    server = Server([status(20, minutes_ago=5, in_reply_to_id="404")])
    client = clients(server)
    page = await fetch(client)
    await fetch(client, page.cursor, NOW + LOOK_BACK_EVERY)
    assert server.looked_up == ["404"]


async def test_an_empty_timeline_is_fine_and_read_back_when_it_fills(clients: Clients) -> None:
    server = Server()
    client = clients(server)
    page = await fetch(client)
    assert (page.posts, page.pending) == ((), False)
    server.timelines["lumo"] = [status(1), status(2)]
    assert ids(await fetch(client, page.cursor)) == [1, 2]


async def test_a_post_with_two_of_the_tags_is_one(clients: Clients) -> None:
    server = Server([status(1)])
    server.timelines["halo"] = [status(1), status(2)]
    page = await fetch(clients(server), terms="lumo|halo")
    assert ids(page) == [1, 2]


@pytest.mark.parametrize(
    ("words", "tags"),
    [
        (["Lumo"], ("Lumo",)),
        (["wake-up lamp"], ("wakeuplamp",)),
        (["café crème", "#Lumo", "lumo"], ("cafécrème", "Lumo")),
        (["cafe\u0301"], ("café",)),
        (["हिन्दी"], ("हिन्दी",)),
        (["2026", "!!", "_", ""], ()),
        (["lumo_2"], ("lumo_2",)),
    ],
)
def test_words_become_hashtags(words: list[str], tags: tuple[str, ...]) -> None:
    assert hashtags(words) == tags


async def test_given_tags_replace_the_terms(clients: Clients) -> None:
    server = Server()
    source = MastodonSource("lumen", SERVER, clients(server), ["#réveil", "halo"])
    await source.fetch(["lumo"], None, NOW)
    assert [asked["tag"] for asked in server.asked] == ["réveil", "halo"]


async def test_words_that_make_no_tag_are_refused(clients: Clients) -> None:
    with pytest.raises(SourceRefused, match="No hashtag"):
        await fetch(clients(Server()), terms="2026|!")


async def test_boosts_and_what_is_not_for_everybody_are_left_out(clients: Clients) -> None:
    server = Server(
        [
            status(1, reblog=status(9)),
            status(2, visibility="private"),
            status(3, visibility="unlisted"),
            status(4, reblog=None, visibility="public"),
        ]
    )
    assert ids(await fetch(clients(server))) == [3, 4]


async def test_answers_belong_to_the_root_of_their_thread(clients: Clients) -> None:
    server = Server(
        [
            status(10, minutes_ago=9),
            status(11, minutes_ago=8, in_reply_to_id="10"),
            status(12, minutes_ago=7, in_reply_to_id="11"),
        ]
    )
    client = clients(server)
    page = await fetch(client)
    root = f"{SERVER}/users/ada/statuses/10"
    assert [post.thread for post in page.posts] == ["", root, root]
    assert server.looked_up == []


async def test_parents_that_were_never_seen_are_asked_for(clients: Clients) -> None:
    server = Server(
        [
            status(12, minutes_ago=7, in_reply_to_id="11"),
            status(13, minutes_ago=6, in_reply_to_id="11"),
            status(20, minutes_ago=5, in_reply_to_id="404"),
        ]
    )
    server.timelines["other"] = [status(10), status(11, in_reply_to_id="10")]
    page = await fetch(clients(server))
    root = f"{SERVER}/users/ada/statuses/10"
    assert [post.thread for post in page.posts] == [root, root, f"{SERVER}/statuses/404"]
    assert server.looked_up == ["11", "10", "404"]


async def test_parents_in_a_circle_end(clients: Clients) -> None:
    server = Server([status(1, in_reply_to_id="2")])
    server.timelines["other"] = [status(2, in_reply_to_id="1")]
    (post,) = (await fetch(clients(server))).posts
    assert post.thread


async def test_the_last_request_allowed_ends_the_poll_until_the_reset(
    clients: Clients, clock: Clock
) -> None:
    server = Server([status(1)], page=2)
    client = clients(server)
    page = await fetch(client, terms="lumo|halo")
    server.timelines["lumo"] += [status(id) for id in range(2, 9)]
    reset = NOW + timedelta(minutes=3)
    server.headers = {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": f"{reset:%Y-%m-%dT%XZ}"}
    server.asked.clear()
    page = await fetch(client, page.cursor, terms="lumo|halo")
    assert len(server.asked) == 1
    assert (ids(page), page.pending, page.resume_at) == ([2, 3], True, reset)
    server.headers = {}
    clock.forward(minutes=3)
    assert ids(await fetch(client, page.cursor, terms="lumo|halo")) == list(range(4, 9))


async def test_a_429_in_mid_poll_keeps_what_was_read(clients: Clients) -> None:
    server = Server([status(1)], page=2)
    client = clients(server)
    page = await fetch(client)
    server.timelines["lumo"] += [status(id) for id in range(2, 9)]

    def strict(request: httpx.Request) -> httpx.Response:
        if request.url.params["min_id"] == "5":
            return httpx.Response(429, headers={"X-RateLimit-Reset": "2026-11-24T10:04:00Z"})
        return server(request)

    page = await fetch(clients(strict), page.cursor)
    assert (ids(page), page.pending) == ([2, 3, 4, 5], True)
    assert page.resume_at == NOW + timedelta(minutes=4)
    assert ids(await fetch(client, page.cursor)) == [6, 7, 8]


async def test_a_429_at_once_is_raised_with_the_moment_to_come_back(clients: Clients) -> None:
    limit = httpx.Response(429, headers={"X-RateLimit-Reset": "2026-11-24T10:04:00.070Z"})
    with pytest.raises(SourceRateLimited) as raised:
        await fetch(clients(lambda _: limit))
    assert raised.value.until == datetime(2026, 11, 24, 10, 4, 0, 70_000, tzinfo=UTC)


async def test_a_firewall_is_not_called_a_bad_password(clients: Clients) -> None:
    page = httpx.Response(403, html="<h1>Forbidden</h1>")
    with pytest.raises(SourceRefused, match="turns programs away"):
        await fetch(clients(lambda _: page))


@pytest.mark.parametrize(
    "body", [b"", b"{}", b'{"error": "x"}', b"[1, 2]", b'[{"id": 1}]', b"<html>", b"[" * 9_000]
)
async def test_what_is_no_timeline_is_garbled(clients: Clients, body: bytes) -> None:
    with pytest.raises(SourceGarbled):
        await fetch(clients(lambda _: httpx.Response(200, content=body)))


async def test_a_bad_status_hurts_itself_alone(clients: Clients) -> None:
    bad = {"id": "5", "uri": None}
    page = [status(1), bad, {**status(2), "favourites_count": {"no": 1}}, status(3)]
    turns = iter([page, []])
    found = await fetch(clients(lambda _: httpx.Response(200, json=next(turns))))
    assert sorted(ids(found)) == [1, 3]


async def test_a_server_that_repeats_itself_holds_nobody_up(clients: Clients) -> None:
    asked: list[httpx.Request] = []

    def answers(request: httpx.Request) -> httpx.Response:
        asked.append(request)
        return httpx.Response(200, json=[status(1), status(2)])

    client = clients(answers)
    page = await fetch(client)
    assert len(asked) == 2
    await fetch(client, page.cursor)
    assert len(asked) == 4


async def test_what_stands_beside_a_status_is_kept_apart(clients: Clients) -> None:
    content = (
        '<p>Hi <a href="https://lumen.example/@bob" class="u-url mention">@<span>bob</span></a> '
        'see <a href="https://clair.example/a"><span class="invisible">https://</span>'
        "clair.example/a</a></p>"
    )
    told = status(
        1,
        content=content,
        mentions=[{"acct": "bob@other.example"}, 7],
        tags=[{"name": "lampe"}],
        media_attachments=[{"description": "A cracked Lumo bulb"}, {"description": None}],
        card={"url": "https://clair.example/a", "title": "A test"},
    )
    garbled = status(2, content=content, mentions=3, tags="x", media_attachments={}, card=[])
    page = await fetch(clients(Server([told, garbled])))
    first, second = sorted(page.posts, key=lambda post: post.id)
    assert first.text == "Hi @bob see clair.example/a"
    assert first.links == second.links == ("https://clair.example/a",)
    assert (first.handles, second.handles) == (("bob@other.example",), ("bob",))
    assert (first.tags, first.media) == (("lampe",), ("A cracked Lumo bulb",))


@pytest.mark.payloads
@pytest.mark.parametrize("name", payload_names("mastodon", "*.body.json"))
async def test_recorded_answers_are_posts_or_garbled(clients: Clients, name: str) -> None:
    body = payload(name)
    headers = recorded_headers(name.replace(".body.", ".meta."))
    recorded = json.loads(body)
    timeline = isinstance(recorded, list) and all("uri" in one for one in recorded)

    def answers(request: httpx.Request) -> httpx.Response:
        first = "max_id" not in request.url.params and "timelines" in request.url.path
        return httpx.Response(200, headers=headers, content=body if first else b"[]")

    now = datetime(2026, 8, 1, 14, tzinfo=UTC)
    try:
        page = await fetch(clients(answers), now=now)
    except SourceGarbled:
        assert not timeline
        return
    recent = [one for one in recorded if one["created_at"] > "2026-07-26"]
    assert {post.id for post in page.posts} == {one["uri"] for one in recent}
    assert all(post.at <= now and "<" not in post.text for post in page.posts)
