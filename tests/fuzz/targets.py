"""What reads text and bytes of strangers: each may refuse in its own words, and nothing else."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from bot.domain.query import parse
from bot.errors import QueryError, SourceError, StoreDamaged
from bot.slack.blocks.parts import quote
from bot.slack.mrkdwn import escape, link, literal, name
from bot.sources.feeds import read_feed
from bot.standin.blocks import check_blocks
from bot.store.base import Put
from bot.store.damage import SetAside
from bot.store.journal import journal_path, read_journals
from bot.store.repositories import TABLES
from bot.store.tiny import TinyStore


def query(data: bytes) -> None:
    """A query that can be read reads again as what it is printed as."""
    text = data.decode(errors="replace")
    try:
        parsed = parse(text)
    except QueryError:
        return
    parsed.matches(text)
    assert parse(str(parsed)) == parsed or str(parse(str(parsed))) == str(parsed)


def feed(data: bytes) -> None:
    """A document is a feed, or is told to be none."""
    try:
        read_feed(data, "https://example.org/feed", "application/xml")
    except SourceError:
        return


def journal(data: bytes) -> None:
    """A journal gives its whole records, and tells of what is damaged."""
    with tempfile.TemporaryDirectory() as folder:
        path = journal_path(Path(folder), 1)
        path.write_bytes(data)
        damages: list[SetAside] = []
        try:
            list(read_journals(Path(folder), 1, 0, damages, mending=False))
        except StoreDamaged:
            return


def text(data: bytes) -> None:
    """Nothing that anybody writes is markup, a mention, or more than Slack takes."""
    written = data.decode(errors="replace")
    for shown in (escape(written), literal(written), name(written)):
        assert "<" not in shown.replace("&lt;", "")
    link("https://example.org/" + written[:50], written)
    check_blocks([quote(written, title=written)])


TARGETS: Mapping[str, Callable[[bytes], None]] = {
    "query": query,
    "feed": feed,
    "journal": journal,
    "text": text,
}


RSS = b"""<?xml version="1.0"?><rss version="2.0"><channel><title>Forum</title><item><guid>1</guid>
<title>A lamp</title><link>https://example.org/1</link>
<pubDate>Tue, 24 Nov 2026 10:00:00 GMT</pubDate>
<description><![CDATA[<p>It &amp; I</p>]]></description></item></channel></rss>"""

ATOM = b"""<feed xmlns="http://www.w3.org/2005/Atom"><title>Blog</title><entry><id>urn:1</id><title>Lamp
</title><link href="https://example.org/1"/><updated>2026-11-24T10:00:00Z</updated><content
type="html">&lt;b&gt;Lumo&lt;/b&gt;</content><author><name>Ada</name></author></entry></feed>"""


def seeds(target: str) -> Sequence[bytes]:
    """What a target takes as it is meant, for a fuzzer to begin with."""
    match target:
        case "query":
            return [b'(lumo OR "maison lumo") NOT lumo near/3 wallet', b"title:(case:Lumo lamp*)"]
        case "feed":
            return [RSS, ATOM]
        case "journal":
            return [asyncio.run(_journal())]
        case _:
            return ["<!channel> *bold* <@U1> 🇫🇷 &amp;".encode()]


async def _journal() -> bytes:
    """The journal of two commits."""
    with tempfile.TemporaryDirectory() as folder:
        store = await TinyStore.open(Path(folder), TABLES)
        for number in range(2):
            document = {"until": "2026-11-25", "number": number}
            await store.commit([Put(table="mutes", id=f"m{number}", document=document)])
        await store.close()
        return journal_path(Path(folder), 1).read_bytes()
