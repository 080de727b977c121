"""Bluesky's stream: one line for all watches, taken up again wherever it was cut."""

from __future__ import annotations

import asyncio
import contextlib
import json
import random
from collections import deque
from collections.abc import AsyncIterator, Coroutine, Generator
from datetime import datetime, timedelta
from itertools import pairwise
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from aiohttp import web

from bot.errors import SourceError, SourceRefused, SourceUnavailable
from bot.sources.base import Live, Page, Rereadable
from bot.sources.bluesky import SERVERS, BlueskySource, Pace, settling
from bot.sources.lives import kept_alive
from bot.sources.sockets import Sockets
from tests.builders import NOW, a_post
from tests.loopback import Serve
from tests.sources.bluesky import ADA, account_line, line, micros, post_uri, profile, record, view
from tests.sources.conftest import Answers, Clients

PACE = Pace(patience=5.0, going_back=5.0, settling=lambda reading: 0.0, pause=lambda cuts: 0.0)
QUICK = PACE._replace(patience=0.05, going_back=0.05)


def _other(ago: float) -> bytes:
    return line(f"other-{ago}", ago, written=record(text="Something else"))


class Stream:
    """A Jetstream: it sends what it has from the cursor on, and then what is said."""

    def __init__(self, *lines: bytes, window: timedelta = timedelta(hours=36)) -> None:
        self.lines = list(lines)
        self.opened: list[tuple[str, int]] = []
        self.faults: list[SourceError] = []
        self.window = window
        self.cut = asyncio.Event()
        self.taken = asyncio.Event()
        self._opening = asyncio.Condition()

    @property
    def cursors(self) -> list[timedelta]:
        """How long ago each line was asked to begin."""
        return [timedelta(microseconds=micros(NOW) - cursor) for _, cursor in self.opened]

    async def says(self, *lines: bytes) -> None:
        """Say something more, and wait until it was heard."""
        self.lines += lines
        self.taken.clear()
        await self.taken.wait()

    async def opened_times(self, times: int) -> None:
        """Wait until a line was opened so often."""
        async with self._opening:
            await self._opening.wait_for(lambda: len(self.opened) >= times)

    @contextlib.asynccontextmanager
    async def open(self, url: str) -> AsyncIterator[AsyncIterator[bytes | None]]:
        parts = urlsplit(url)
        cursor = int(parse_qs(parts.query)["cursor"][0])
        self.opened.append((parts.netloc, cursor))
        async with self._opening:
            self._opening.notify_all()
        if self.faults:
            raise self.faults.pop(0)
        self.cut.clear()
        yield self._sent(max(cursor, micros(NOW - self.window)))

    async def _sent(self, cursor: int) -> AsyncIterator[bytes | None]:
        waiting = deque[bytes]()
        place = 0
        while not self.cut.is_set():
            waiting += self.lines[place:]
            place = len(self.lines)
            while waiting:
                if json.loads(one := waiting.popleft())["time_us"] >= cursor:
                    yield one
            yield None
            if place == len(self.lines):
                self.taken.set()
            await asyncio.sleep(0.002)
        raise SourceUnavailable("{host} broke off the connection.", host="jetstream")


class AppView:
    """Knows accounts and posts."""

    def __init__(self, *views: dict[str, object]) -> None:
        self.views = {view["uri"]: view for view in views}
        self.asked: list[list[str]] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        if request.url.path.endswith("getProfiles"):
            self.asked.append(request.url.params.get_list("actors"))
            known = [profile(did, followersCount=7) for did in self.asked[-1]]
            return httpx.Response(200, json={"profiles": known})
        uris = request.url.params.get_list("uris")
        return httpx.Response(
            200, json={"posts": [self.views[uri] for uri in uris if uri in self.views]}
        )


def sky(
    clients: Clients,
    stream: Stream,
    answers: Answers | None = None,
    *,
    pace: Pace = PACE,
    dense: bool = False,
) -> BlueskySource:
    """A source of a small stream, or of Bluesky's own (`dense`), in which something is said
    every minute."""
    base = "" if dense else "https://sky.example"
    return BlueskySource("sky", clients(answers or AppView()), stream.open, base, pace)


def ids(page: Page) -> list[str]:
    return [post.id.rpartition("/")[2] for post in page.posts]


async def test_a_first_poll_goes_back_an_hour(clients: Clients) -> None:
    stream = Stream(line(1, 90), line(2, 50), line(3, 0.2))
    source = sky(clients, stream, dense=True)
    async with kept_alive([source]):
        page = await source.fetch(["lumo"], None, NOW)
    assert (ids(page), page.complete, page.pending) == (["2", "3"], True, False)
    assert stream.cursors == [timedelta(minutes=61)]
    assert stream.opened[0][0] == urlsplit(SERVERS[0]).netloc


async def test_no_line_is_opened_before_anybody_asks(clients: Clients) -> None:
    stream = Stream()
    async with kept_alive([sky(clients, stream)]):
        await asyncio.sleep(0)
    assert stream.opened == []


async def test_later_polls_tell_what_was_said_since_on_the_same_line(clients: Clients) -> None:
    stream = Stream(line(1, 50))
    source = sky(clients, stream)
    async with kept_alive([source]):
        page = await source.fetch(["lumo"], None, NOW)
        await stream.says(line(2, 40), line(3, 39, written=record(text="x")), line(4, 1))
        page = await source.fetch(["lumo"], page.cursor, NOW)
        assert ids(page) == ["2", "4"]
        page = await source.fetch(["lumo"], page.cursor, NOW)
        assert ids(page) == []
    assert len(stream.opened) == 1


async def test_authors_are_asked_for_once_and_by_the_dozen(clients: Clients) -> None:
    lines = [line(number, 30, did=f"did:plc:{number}") for number in range(40)]
    view = AppView()
    stream = Stream(*lines)
    source = sky(clients, stream, view)
    async with kept_alive([source]):
        page = await source.fetch(["lumo"], None, NOW)
        assert {(post.author, post.followers) for post in page.posts} == {("@ada.example", 7)}
        assert [len(asked) for asked in view.asked] == [25, 15]
        await stream.says(line("again", 1, did="did:plc:3"))
        await source.fetch(["lumo"], page.cursor, NOW)
    assert len(view.asked) == 2


async def test_without_its_authors_name_a_post_is_told_all_the_same(clients: Clients) -> None:
    source = sky(clients, Stream(line(1, 9)), lambda _: httpx.Response(403, html="<h1>No</h1>"))
    async with kept_alive([source]):
        (post,) = (await source.fetch(["lumo"], None, NOW)).posts
    assert (post.author, post.followers) == (ADA, None)


async def test_what_is_taken_back_is_told(clients: Clients) -> None:
    stream = Stream(line(1, 50), line(2, 49))
    source = sky(clients, stream)
    async with kept_alive([source]):
        page = await source.fetch(["lumo"], None, NOW)
        await stream.says(line(1, 20, operation="delete"))
        page = await source.fetch(["lumo"], page.cursor, NOW)
        assert page.deleted == (post_uri(1),)
        await stream.says(account_line("deleted", 1))
        page = await source.fetch(["lumo"], page.cursor, NOW)
        assert post_uri(2) in page.deleted


async def test_what_is_taken_back_after_a_restart_is_told(clients: Clients) -> None:
    stream = Stream(line(1, 50), line(2, 20))
    async with kept_alive([source := sky(clients, stream)]):
        before = await source.fetch(["lumo"], None, NOW)
    stream.lines += [line(1, 5, operation="delete")]
    async with kept_alive([source := sky(clients, stream)]):
        page = await source.fetch(["lumo"], before.cursor, NOW)
    assert (ids(page), page.deleted) == ([], (post_uri(1),))


async def test_an_edit_is_told_as_the_post_it_is_now(clients: Clients) -> None:
    stream = Stream(line(1, 50))
    source = sky(clients, stream)
    async with kept_alive([source]):
        page = await source.fetch(["lumo"], None, NOW)
        await stream.says(line(1, 5, operation="update", written=record(text="Lumo lives")))
        page = await source.fetch(["lumo"], page.cursor, NOW)
    assert [(post.id, post.text) for post in page.posts] == [(post_uri(1), "Lumo lives")]


async def test_a_cut_line_is_taken_up_at_another_server_and_nothing_is_missed(
    clients: Clients,
) -> None:
    stream = Stream(_other(61), line(1, 50), _other(0.4))
    source = sky(clients, stream, dense=True)
    async with kept_alive([source]):
        page = await source.fetch(["lumo"], None, NOW)
        await stream.says(line(2, 0.3))
        stream.lines.append(line(3, 0.2))
        stream.cut.set()
        await stream.says()
        page = await source.fetch(["lumo"], page.cursor, NOW)
    assert ids(page) == ["2", "3"]
    assert page.complete
    hosts = [host for host, _ in stream.opened]
    assert hosts[:2] == [urlsplit(server).netloc for server in SERVERS[:2]]


async def test_after_a_restart_what_was_said_meanwhile_is_heard(clients: Clients) -> None:
    stream = Stream(line(1, 600), line(2, 500))
    long_ago = NOW - timedelta(minutes=560)
    async with kept_alive([source := sky(clients, stream)]):
        before = await source.fetch(["lumo"], None, long_ago)
    stream.lines += [line(3, 400), line(4, 2)]
    async with kept_alive([source := sky(clients, stream)]):
        page = await source.fetch(["lumo"], before.cursor, NOW)
    assert (ids(page), page.complete) == (["3", "4"], True)


async def test_after_too_long_a_rest_the_page_is_not_complete_and_the_next_one_is(
    clients: Clients,
) -> None:
    stream = Stream(line(1, 6000), *[line(n, n * 0.9) for n in range(300, 0, -1)], _other(0.1))
    stream.window = timedelta(hours=3)
    cursor = json.dumps({"at": micros(NOW - timedelta(days=4)), "seen": {}})
    source = sky(clients, stream, dense=True)
    async with kept_alive([source]):
        page = await source.fetch(["lumo"], cursor, NOW)
        assert (len(page.posts), page.complete) == (200, False)
        assert (await source.fetch(["lumo"], page.cursor, NOW)).complete


async def test_a_cursor_of_another_century_begins_anew_and_is_told_to_lack_something(
    clients: Clients,
) -> None:
    cursor = json.dumps({"at": micros(NOW + timedelta(days=70_000)), "seen": {}})
    source = sky(clients, Stream(line(1, 50), line(2, 0.2)), dense=True)
    async with kept_alive([source]):
        page = await source.fetch(["lumo"], cursor, NOW)
        assert (ids(page), page.complete) == (["1", "2"], False)
        assert (await source.fetch(["lumo"], page.cursor, NOW)).complete


async def test_watches_share_one_line_that_goes_back_for_a_new_one(clients: Clients) -> None:
    stream = Stream(line(1, 50), line(2, 40, written=record(text="halo")), line(3, 1))
    source = sky(clients, stream)
    async with kept_alive([source]):
        lumo = await source.fetch(["lumo"], None, NOW)
        halo = await source.fetch(["halo"], None, NOW)
        assert (ids(lumo), ids(halo)) == (["1", "3"], ["2"])
        assert len(stream.opened) == 2
        await stream.says(line(4, 0.5), line(5, 0.4, written=record(text="halo")))
        assert ids(await source.fetch(["lumo"], lumo.cursor, NOW)) == ["4"]
        assert ids(await source.fetch(["halo"], halo.cursor, NOW)) == ["5"]
    assert len(stream.opened) == 2


async def test_a_watch_for_which_the_line_has_not_gone_back_yet_keeps_its_place(
    clients: Clients,
) -> None:
    source = sky(clients, Stream(line(1, 50)), pace=QUICK._replace(settling=lambda reading: 60.0))
    cursor = json.dumps({"at": micros(NOW - timedelta(hours=3)), "seen": {}})
    async with kept_alive([source]):
        await source.fetch(["lumo"], None, NOW)
        with pytest.raises(SourceUnavailable, match="still being read"):
            await source.fetch(["halo"], cursor, NOW)


async def test_a_line_goes_back_for_a_new_watch_once_the_others_were_served(
    clients: Clients,
) -> None:
    stream = Stream(line(1, 50))
    pace = QUICK._replace(settling=lambda reading: 2 * reading)
    source = sky(clients, stream, pace=pace, dense=True)
    async with kept_alive([source]):
        with pytest.raises(SourceUnavailable, match="still being read"):
            await source.fetch(["lumo"], None, NOW)
        with pytest.raises(SourceUnavailable, match="still being read"):
            await source.fetch(["halo"], None, NOW)
        assert len(stream.opened) == 1
        await stream.says(_other(0.2))
        assert ids(await source.fetch(["lumo"], None, NOW)) == ["1"]
        async with asyncio.timeout(5):
            await stream.opened_times(2)


async def test_a_new_watch_is_waited_for_longer_than_others(clients: Clients) -> None:
    source = sky(clients, Stream(line(1, 50)), pace=PACE._replace(patience=0.0))
    async with kept_alive([source]):
        assert ids(await source.fetch(["lumo"], None, NOW)) == ["1"]


@pytest.mark.parametrize(("reading", "waits"), [(0.1, 5), (9, 27), (3_600, 30)])
def test_what_takes_long_to_read_again_is_seldom_read_again(reading: float, waits: float) -> None:
    assert settling(reading) == waits


class Resumed:
    """Awaits something, and counts how often that goes on and waits again."""

    def __init__(self, doing: Coroutine[object, None, Page]) -> None:
        self.times = 0
        self._doing = doing

    def __await__(self) -> Generator[object, None, Page]:
        steps = self._doing.__await__()
        while True:
            try:
                waited = next(steps)
            except StopIteration as end:
                page: Page = end.value
                return page
            self.times += 1
            yield waited


async def _page(doing: Resumed) -> Page:
    return await doing


async def test_a_poll_is_not_woken_by_what_is_nothing_to_it(clients: Clients) -> None:
    stream = Stream(line(1, 50))
    async with kept_alive([source := sky(clients, stream, dense=True)]):
        waits = Resumed(source.fetch(["lumo"], None, NOW))
        polling = asyncio.create_task(_page(waits))
        await stream.opened_times(1)
        for number in range(2, 22):
            await stream.says(line(number, 40))
        assert waits.times == 1
        await stream.says(_other(0.2))
        assert len(ids(await polling)) == 21


async def test_a_quiet_poll_leaves_the_cursor_as_it_was_for_a_while(clients: Clients) -> None:
    stream = Stream(line(1, 50))
    source = sky(clients, stream)
    async with kept_alive([source]):
        first = await source.fetch(["lumo"], None, NOW)
        await stream.says(line(2, 45, written=record(text="x")))
        second = await source.fetch(["lumo"], first.cursor, NOW)
        await stream.says(line(3, 30, written=record(text="x")))
        third = await source.fetch(["lumo"], second.cursor, NOW)
    assert first.cursor == second.cursor != third.cursor


async def test_while_there_is_no_line_polls_fail_and_say_why(clients: Clients) -> None:
    stream = Stream(line(1, 9))
    down = SourceRefused("{host} is not on the public internet.", host="jetstream")
    stream.faults = [down] * 1_000
    source = sky(clients, stream)
    async with kept_alive([source]):
        with pytest.raises(SourceRefused, match="public internet"):
            await source.fetch(["lumo"], None, NOW)
        stream.faults.clear()
        await stream.says()
        assert ids(await source.fetch(["lumo"], None, NOW)) == ["1"]


async def test_a_poll_waits_while_another_server_is_tried(clients: Clients) -> None:
    stream = Stream(line(1, 9), _other(0.1))
    stream.faults = [SourceUnavailable("{host} cannot be reached.", host="jetstream")] * 3
    source = sky(clients, stream, dense=True)
    async with kept_alive([source]):
        assert ids(await source.fetch(["lumo"], None, NOW)) == ["1"]
    assert [host for host, _ in stream.opened] == [urlsplit(one).netloc for one in SERVERS]


async def test_once_every_server_was_tried_polls_fail(clients: Clients) -> None:
    stream = Stream()
    stream.faults = [SourceUnavailable("{host} cannot be reached.", host="jetstream")] * 1_000
    source = sky(clients, stream)
    async with kept_alive([source]):
        with pytest.raises(SourceUnavailable, match="cannot be reached"):
            await source.fetch(["lumo"], None, NOW)
    assert len(stream.opened) < 20


async def test_a_source_that_nobody_listens_with_says_so(clients: Clients) -> None:
    with pytest.raises(SourceUnavailable, match="no line"):
        await sky(clients, Stream(), pace=QUICK).fetch(["lumo"], None, NOW)


async def test_a_stream_far_behind_is_pending(clients: Clients) -> None:
    """It is read on without a rest, so it never falls quiet."""
    endless = Stream()

    async def lines(cursor: int) -> AsyncIterator[bytes | None]:
        number = 0
        while True:
            number += 1
            await asyncio.sleep(0)
            yield line(number, 59 - number / 1e6)

    endless._sent = lines  # type: ignore[method-assign]
    source = sky(clients, endless, pace=QUICK, dense=True)
    cursor = json.dumps({"at": micros(NOW - timedelta(minutes=50)), "seen": {}})
    async with kept_alive([source]):
        page = await source.fetch(["lumo"], cursor, NOW)
        assert (page.complete, page.pending) == (True, True)
        with pytest.raises(SourceUnavailable, match="still being read"):
            await source.fetch(["lumo"], None, NOW)


async def test_a_server_that_falls_silent_is_left_for_another(
    clients: Clients, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.sources.bluesky.SILENCE", 0.01)
    stream = Stream(line(1, 50))
    source = sky(clients, stream, pace=QUICK, dense=True)
    async with kept_alive([source]):
        with pytest.raises(SourceUnavailable):
            await source.fetch(["lumo"], None, NOW)
        await stream.opened_times(2)
    assert len({host for host, _ in stream.opened}) > 1


async def test_many_lines_give_others_their_turn(clients: Clients) -> None:
    stream = Stream(*[line(number, 50) for number in range(3_000)])
    source = sky(clients, stream)
    turns = 0

    async def others() -> None:
        nonlocal turns
        while True:
            turns += 1
            await asyncio.sleep(0)

    async with kept_alive([source]):
        beside = asyncio.create_task(others())
        await source.fetch(["lumo"], None, NOW)
        beside.cancel()
    assert turns >= 30


async def test_known_posts_can_be_asked_for_again(clients: Clients) -> None:
    source = sky(clients, Stream(), AppView(view(1, likeCount=5)))
    assert isinstance(source, Rereadable)
    assert isinstance(source, Live)
    known = [a_post(id=post_uri(1)), a_post(id=post_uri(2)), a_post(id="elsewhere")]
    again = await source.reread(known)
    assert [(post.id, post.engagement) for post in again.posts] == [(post_uri(1), 5)]
    assert again.gone == (post_uri(2),)


@pytest.mark.parametrize("shown", [{"posts": []}, {"posts": [{"uri": post_uri(1)}, view(2)]}])
async def test_an_answer_that_lacks_too_much_makes_nobody_forget(
    clients: Clients, shown: dict[str, object]
) -> None:
    source = sky(clients, Stream(), lambda _: httpx.Response(200, json=shown))
    assert (await source.reread([a_post(id=post_uri(n)) for n in range(1, 6)])).gone == ()


@pytest.mark.parametrize("cursor", ["", "{", '{"at": -5}', '{"at": 1e30}', '{"seen": 1}'])
async def test_a_cursor_that_cannot_be_read_is_a_first_poll(clients: Clients, cursor: str) -> None:
    source = sky(clients, Stream(line(1, 50)))
    async with kept_alive([source]):
        assert ids(await source.fetch(["lumo"], cursor, NOW)) == ["1"]


async def test_a_life_that_falls_over_is_begun_again(clients: Clients) -> None:
    stream = Stream(line(1, 50))
    broken = sky(clients, stream)
    listen, falls = broken.listen, iter([True, False])

    async def listens() -> None:
        if next(falls):
            raise RuntimeError("ours")
        await listen()

    broken.listen = listens  # type: ignore[method-assign]
    async with kept_alive([broken], pause=0.0):
        assert ids(await broken.fetch(["lumo"], None, NOW)) == ["1"]


class Hour:
    """An hour of two words, said by the minute; one post in ten is taken back. Some posts are said
    in no order, and some minutes end with the line cut."""

    def __init__(self, chance: random.Random) -> None:
        self.stream = Stream(*[_other(ago / 2) for ago in range(250, 121, -1)])
        self.words: dict[str, str] = {}
        self.taken_back: set[str] = set()
        self._chance = chance
        self._shuffled = chance.random() < 0.5

    async def goes_on(self, minute: int) -> None:
        said = [_other(minute + 0.5), _other(minute)]
        for number in range(self._chance.randrange(4)):
            rkey, word = f"{minute}-{number}", self._chance.choice(["lumo", "halo"])
            ago = minute + self._chance.uniform(0, 0.5)
            said.append(line(rkey, ago, written={**record(ago), "text": f"A {word}"}))
            self.words[rkey] = word
            if self._chance.random() < 0.1:
                said.append(line(rkey, ago - 0.1, operation="delete"))
                self.taken_back.add(rkey)
        if self._shuffled:
            self._chance.shuffle(said)
        await self.stream.says(*said)
        if self._chance.random() < 0.1:
            self.stream.cut.set()


class Watcher:
    """A watch for one word, whose commits are lost at times."""

    def __init__(self, word: str, chance: random.Random) -> None:
        self.word = word
        self.told: list[str] = []
        self.gone: set[str] = set()
        self._cursor: str | None = None
        self._chance = chance

    async def polls(self, source: BlueskySource, minute: int) -> None:
        now = NOW - timedelta(minutes=minute)
        page = await source.fetch([self.word], self._cursor, now)
        assert page.complete
        if minute > 1 and self._chance.random() < 0.05:
            return
        self._cursor = page.cursor
        self.told += ids(page)
        self.gone |= {uri.rpartition("/")[2] for uri in page.deleted}


@pytest.mark.parametrize("seed", range(6))
async def test_through_cuts_restarts_and_lost_commits_every_post_is_told_once(
    clients: Clients, seed: int
) -> None:
    chance = random.Random(seed)
    hour = Hour(chance)
    watchers = [Watcher(word, chance) for word in ("lumo", "halo")]
    for began, ends in pairwise([60, *sorted(chance.sample(range(5, 55), 3), reverse=True), 0]):
        source = sky(clients, hour.stream, dense=True)
        async with kept_alive([source]):
            for watcher in watchers:
                await watcher.polls(source, began + 1)
            for minute in range(began, ends, -1):
                await hour.goes_on(minute)
                for watcher in chance.sample(watchers, chance.randrange(3)):
                    await watcher.polls(source, minute)
            for watcher in watchers if not ends else []:
                await watcher.polls(source, 1)
    for watcher in watchers:
        about = {rkey for rkey, word in hour.words.items() if word == watcher.word}
        assert len(watcher.told) == len(set(watcher.told))
        assert about - hour.taken_back <= set(watcher.told) <= about
        assert watcher.gone >= hour.taken_back & set(watcher.told)


async def test_over_a_real_line_posts_come_as_they_are_said(clients: Clients, serve: Serve) -> None:
    asked: list[dict[str, str]] = []

    async def jetstream(request: web.BaseRequest) -> web.StreamResponse:
        asked.append(dict(request.query))
        stream = web.WebSocketResponse()
        await stream.prepare(request)
        for number in range(1, 500):
            await stream.send_bytes(line(number, 50 - number / 20), compress=None)
        await stream.receive()
        return stream

    opens = Sockets("Vigie/test", allow_private=True, breath=0.02).opened
    url = await serve(jetstream)
    source = BlueskySource("sky", clients(AppView()), opens, url, PACE)
    async with kept_alive([source]):
        page = await source.fetch(["lumo"], None, NOW)
    assert ids(page) == [str(number) for number in range(1, 500)]
    assert page.posts[0].url == f"{url}/profile/{ADA}/post/1"
    assert asked[0]["wantedCollections"] == "app.bsky.feed.post"


def test_times_are_counted_in_microseconds() -> None:
    assert micros(datetime.fromisoformat("2026-11-24T10:00:00+00:00")) == 1795514400_000_000
