"""What the doctor finds at the sources."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from bot.config import loads
from bot.errors import SourceError, SourceRefused
from bot.health import Finding, examine_sources
from bot.sources.base import Page
from tests.builders import NOW, a_post

CONFIG = """
[[sources]]
name = "forum"
kind = "feed"
url = "https://forum.example/feed"
[[sources]]
name = "films"
kind = "youtube"
[[watches]]
name = "Lumo"
query = "lumo"
channel = "#brand"
"""


class Forum:
    """A source that answers with a page, or with an error."""

    name = "forum"

    def __init__(self, answer: Page | SourceError) -> None:
        self._answer = answer

    async def fetch(self, terms: Sequence[str], cursor: str | None, now: datetime) -> Page:
        if isinstance(self._answer, SourceError):
            raise self._answer
        return self._answer


async def found(answer: Page | SourceError) -> dict[str, Finding]:
    config, sources = loads(CONFIG), {"forum": Forum(answer)}
    return {one.subject: one async for one in examine_sources(config, sources, NOW)}


async def test_the_newest_post_that_a_source_shows_is_told() -> None:
    older = a_post(id="1", text="an older one", at=NOW - timedelta(hours=3))
    newer = a_post(id="2", text="my\x1b Lumo broke", author="@ada", title="", at=NOW)
    told = (await found(Page(posts=(newer, older), cursor="c")))["forum · Lumo"]
    assert told.well
    assert "2 posts" in told.words
    assert "“@ada: my� Lumo broke”" in told.words


async def test_a_source_that_refuses_is_told_with_what_to_look_at() -> None:
    told = (await found(SourceRefused("This is not a web address.")))["forum · Lumo"]
    assert not told.well
    assert "url" in told.advice


async def test_a_source_that_is_off_is_named_with_its_variable_and_is_no_fault() -> None:
    told = (await found(Page(posts=(), cursor="c")))["films"]
    assert told.well
    assert "export VIGIE_YOUTUBE_KEY=…" in told.words
