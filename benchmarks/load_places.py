"""The places of a load, as a process of their own: four that are searched, and a stream of posts.

Started with a plan on its standard input, it prints the addresses, and begins to write once it is
told to (`go`); `tell` makes it print what it wrote and what was read of that, one JSON line each
time, where waits are of what was read since `count`. It speaks as Hacker News' search and as
Bluesky do.
"""

from __future__ import annotations

import asyncio
import re
import sys
import time
from collections import defaultdict
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

import msgspec
from aiohttp import web

sys.path.insert(0, str(Path(__file__).parents[1]))

from benchmarks.load_plan import SEARCHES, STREAM, Plan, Written

TITLE = "What do you use at home?"
TICK = 0.02
"""Seconds between two looks at what is to be written by now."""

_SINCE = re.compile(r"created_at_i>=(\d+)(?:,created_at_i<=(\d+))?")


class Told(msgspec.Struct, frozen=True, kw_only=True):
    """What was written until now, and read: of what is found by searches, how many posts were
    shown, and how long after they were written (seconds); `mentions` ought to be kept."""

    written: int
    streamed: int
    mentions: int
    shown: int
    to_show: int
    waits: list[float]
    cpu: float


class _Hit(NamedTuple):
    number: int
    at: float
    body: bytes


class Places:
    """What is written, and who reads it."""

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self._by_term: dict[str, list[_Hit]] = defaultdict(list)
        self._shown: set[int] = set()
        self._waits: list[float] = []
        self._began = 0.0
        self._lines: list[web.WebSocketResponse] = []
        self._history: list[tuple[int, bytes]] = []
        self.written = self.streamed = self.mentions = self.to_show = 0

    async def write(self) -> None:
        """Write as much a second as is planned, until that is done."""
        plan, began = self._plan, time.time()
        self._began = began
        total = round(plan.posts * plan.lasts)
        while self.written < total:
            now = time.time()
            while self.written < min(total, int((now - began) * plan.posts)):
                await self._publish(plan.post(self.written), began + self.written / plan.posts)
                self.written += 1
            await asyncio.sleep(TICK)

    async def _publish(self, post: Written, at: float) -> None:
        self.mentions += post.is_mention
        if post.place == STREAM:
            self.streamed += 1
            line = _line(post, at)
            self._history.append((int(at * 1e6), line))
            for ws in tuple(self._lines):
                await _sent(ws, line)
            return
        assert post.watch is not None  # noqa: S101  # whoever is searched for is about a watch
        self.to_show += 1
        hit = _Hit(post.number, at, _hit(post, at))
        self._by_term[self._plan.brands[post.watch]].append(hit)

    def count(self) -> None:
        """Tell of what is read from now on."""
        self._waits.clear()

    def told(self) -> Told:
        return Told(
            written=self.written,
            streamed=self.streamed,
            mentions=self.mentions,
            shown=len(self._shown),
            to_show=self.to_show,
            waits=self._waits,
            cpu=time.process_time(),
        )

    async def search(self, request: web.Request) -> web.Response:
        found = _SINCE.fullmatch(request.query["numericFilters"])
        since = int(found[1]) if found else 0
        until = float(found[2] or "inf") if found else float("inf")
        most, now = int(request.query["hitsPerPage"]), time.time()
        hits = self._by_term.get(request.query["query"].strip('"'), [])
        page = [hit for hit in reversed(hits) if since <= int(hit.at) <= until][:most]
        for hit in page:
            if hit.number not in self._shown:
                self._shown.add(hit.number)
                self._waits.append(now - hit.at)
        body = b'{"hits":[' + b",".join(hit.body for hit in page) + b"]}"
        return web.Response(body=body, content_type="application/json")

    async def item(self, request: web.Request) -> web.Response:
        """A post that was written here, as it was; what was there before is not to be had now."""
        id = request.match_info["id"]
        if not id.isdecimal() or int(id) >= self.written:
            raise web.HTTPServiceUnavailable
        post = self._plan.post(int(id))
        said = {
            "id": post.number,
            "created_at_i": int(self._began + post.number / self._plan.posts),
            "author": f"someone{post.number % 997}",
            "title": TITLE,
            "text": f"<p>{post.text}</p>",
            "parent_id": 10_000_000 + post.number,
        }
        return web.json_response(said)

    async def stream(self, request: web.Request) -> web.StreamResponse:
        ws = web.WebSocketResponse()
        await ws.prepare(request)
        since = int(request.query.get("cursor", 0))
        place = 0
        while place < len(self._history):  # more may be said while this is read out
            at, line = self._history[place]
            place += 1
            if at >= since:
                await _sent(ws, line)
        self._lines.append(ws)
        try:
            async for _ in ws:
                pass
        finally:
            self._lines.remove(ws)
        return ws

    async def profiles(self, request: web.Request) -> web.Response:
        dids = request.query.getall("actors", [])
        found = [
            {"did": did, "handle": f"{did[-8:]}.example", "followersCount": 90} for did in dids
        ]
        return web.json_response({"profiles": found})


async def _sent(ws: web.WebSocketResponse, line: bytes) -> None:
    with suppress(ConnectionError):  # it is read again from where it broke off
        await ws.send_bytes(line)


def _hit(post: Written, at: float) -> bytes:
    return msgspec.json.encode(
        {
            "objectID": str(post.number),
            "created_at_i": int(at),
            "author": f"someone{post.number % 997}",
            "comment_text": f"<p>{post.text}</p>",
            "story_title": TITLE,
            "story_id": 10_000_000 + post.number,
        }
    )


def _line(post: Written, at: float) -> bytes:
    record = {
        "$type": "app.bsky.feed.post",
        "createdAt": datetime.fromtimestamp(int(at), UTC).isoformat(),
        "langs": [post.language],
        "text": post.text[:300],
    }
    commit = {
        "operation": "create",
        "collection": "app.bsky.feed.post",
        "rkey": f"3load{post.number}",
        "record": record,
    }
    did = f"did:plc:{post.number % 997:024d}"
    return msgspec.json.encode(
        {"did": did, "time_us": int(at * 1e6), "kind": "commit", "commit": commit}
    )


async def main() -> None:
    reader = asyncio.StreamReader(limit=2**20)
    loop = asyncio.get_running_loop()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    plan = msgspec.json.decode(await reader.readline(), type=Plan)
    places, writing = Places(plan), None
    app = web.Application()
    app.router.add_get("/api/v1/search_by_date", places.search)
    app.router.add_get("/api/v1/items/{id}", places.item)
    app.router.add_get("/subscribe", places.stream)
    app.router.add_get("/xrpc/app.bsky.actor.getProfiles", places.profiles)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.2)
    await runner.setup()
    addresses = {}
    for name in (*(f"Search {number + 1}" for number in range(SEARCHES)), STREAM):
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        addresses[name] = f"http://127.0.0.1:{runner.addresses[-1][1]}"
    _print(addresses)
    while word := (await reader.readline()).strip():
        if word == b"go":
            writing = asyncio.create_task(places.write())
        elif word == b"count":
            places.count()
        elif word == b"tell":
            _print(places.told())
    if writing:
        writing.cancel()
    await runner.cleanup()


def _print(said: object) -> None:
    print(msgspec.json.encode(said).decode(), flush=True)


if __name__ == "__main__":
    asyncio.run(main())
