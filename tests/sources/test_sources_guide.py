"""The source that docs/add-a-source.md adds is one: it is run as it stands there."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from types import ModuleType

import httpx
import pytest

from bot.errors import SourceError
from bot.sources.base import Source
from bot.sources.http import PoliteClient
from tests.builders import NOW
from tests.sources.conftest import Clients

GUIDE = Path(__file__).parents[2] / "docs" / "add-a-source.md"
MOST_LINES = 60
"""Of the whole file, but for empty ones."""

STORY = {
    "short_id": "abc123",
    "title": "A lamp that listens",
    "url": "https://lumo.example/lamp",
    "description": "<p>See<br>this &amp; <a href='https://a.example/'>that</a></p>",
    "comments_url": "https://lobste.rs/s/abc123",
    "created_at": f"{NOW - timedelta(hours=1):%Y-%m-%dT%H:%M:%S}.000-00:00",
    "submitter_user": "ada",
    "score": 5,
    "comment_count": 2,
    "tags": ["hardware"],
}


@pytest.fixture(scope="module")
def code() -> str:
    found = re.search(r"```python\n(\"\"\"Lobsters.*?)```", GUIDE.read_text("utf-8"), re.DOTALL)
    assert found
    return found[1]


@pytest.fixture
def make(code: str) -> Callable[[PoliteClient], Source]:
    module = ModuleType("lobsters")
    exec(compile(code, GUIDE.name, "exec"), module.__dict__)  # noqa: S102 - our own page
    source: Callable[[str, PoliteClient], Source] = module.__dict__["LobstersSource"]
    return lambda client: source("Lobsters", client)


def stories(request: httpx.Request) -> httpx.Response:
    listed = [STORY, {"title": "no id"}, 7] if request.url.path.endswith("/1.json") else []
    return httpx.Response(200, json=listed)


async def test_a_story_becomes_a_post(
    make: Callable[[PoliteClient], Source], clients: Clients
) -> None:
    page = await make(clients(stories)).fetch(["lumo"], None, NOW)
    (post,) = page.posts
    assert (post.id, post.author, post.url) == ("abc123", "ada", "https://lobste.rs/s/abc123")
    assert (post.text, post.at) == ("See\nthis & that", NOW - timedelta(hours=1))
    assert post.links == ("https://lumo.example/lamp", "https://a.example/")
    assert (post.engagement, post.tags) == (7, ("hardware",))


async def test_it_is_told_once(make: Callable[[PoliteClient], Source], clients: Clients) -> None:
    source = make(clients(stories))
    page = await source.fetch(["lumo"], None, NOW)
    again = await source.fetch(["lumo"], page.cursor, NOW + timedelta(minutes=5))
    assert (again.posts, again.complete, again.pending) == ((), True, False)


async def test_nonsense_is_a_source_error(
    make: Callable[[PoliteClient], Source], clients: Clients
) -> None:
    with pytest.raises(SourceError):
        await make(clients(lambda _: httpx.Response(200, text="<html>"))).fetch(["a"], None, NOW)


def test_it_is_as_short_as_it_is_said_to_be(code: str) -> None:
    lines = [line for line in code.splitlines() if line.strip()]
    assert len(lines) <= MOST_LINES
