"""A place whose answers hold what is no text, no item or no document: the rest is read as ever."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from bot.sources import documents
from bot.sources.text import MAX_LENGTH
from tests.faults.badplaces import instead
from tests.faults.badweb import KINDS, a_web, all_is_heard_once, is_well, started

__all__ = ["started"]  # a fixture

JSON = KINDS[1:]


@pytest.mark.parametrize("kind", KINDS)
async def test_a_text_of_5_mb_is_kept_as_far_as_anybody_reads(tmp_path: Path, kind: str) -> None:
    async with a_web(kind, tmp_path / "data") as web:
        web.write(web.sick, "glows " + "on and on " * 500_000)
        for _ in range(2):
            await web.round()
        heard = await web.mentions("sick")
        assert len(heard) == len(web.sick.posts)
        assert max(len(one.post.text) for one in heard) in range(MAX_LENGTH - 20, MAX_LENGTH + 1)
        await is_well(web)


def between(text: bytes) -> Callable[[bytes], bytes]:
    """The answer with some bytes in the midst of each text."""
    return lambda body: body.replace(b" lamp ", b" lamp " + text + b" ")


@pytest.mark.parametrize(
    ("kind", "bytes_"),
    [
        *((kind, b"\\u0000") for kind in JSON),
        *((kind, b"\\ud83d") for kind in JSON),
        *((kind, b"caf\xe9") for kind in KINDS),
        ("feed", b"\0"),
        ("feed", b"&#0; &#xd83d; &nosuch; & <"),
        ("feed", b"</b></i><b>"),
    ],
)
async def test_what_is_no_text_makes_nothing_around_it_unreadable(
    tmp_path: Path, kind: str, bytes_: bytes
) -> None:
    async with a_web(kind, tmp_path / "data") as web:
        web.sick.strike = instead(body=between(bytes_))
        for _ in range(3):
            await web.round()
        assert len(await web.mentions("sick")) == len(web.sick.posts)
        await is_well(web)


@pytest.mark.parametrize("kind", JSON)
async def test_items_that_cannot_be_read_hurt_themselves_alone(tmp_path: Path, kind: str) -> None:
    def spoilt(body: bytes) -> bytes:
        for start in (b"[{", b", {"):
            body = body.replace(start, start.replace(b"{", b'7, null, {"id": []}, {'))
        return body

    async with a_web(kind, tmp_path / "data") as web:
        web.sick.strike = instead(body=spoilt)
        await web.round()
        await web.round()
        await all_is_heard_once(web)
        await is_well(web)


def declared(declaration: bytes, used: bytes) -> Callable[[bytes], bytes]:
    """The feed with entities declared and used in each text."""
    return lambda body: between(used)(body.replace(b"<rss", declaration + b"<rss", 1))


LAUGHS = b"".join(b'<!ENTITY a%d "%s">' % (n + 1, b"&a%d;" % n * 10) for n in range(9))
ENTITIES = [
    (b'<!DOCTYPE rss [<!ENTITY a0 "ha">' + LAUGHS + b"]>", b"&a9;"),
    (b'<!DOCTYPE rss [<!ENTITY x "' + b"x" * 100_000 + b'">]>', b"&x;" * 1_000),
    (b'<!DOCTYPE rss [<!ENTITY x SYSTEM "http://well.example/secret">]>', b"&x;"),
    (b'<!DOCTYPE rss SYSTEM "http://well.example/secret">', b"&lt;"),
]


@pytest.mark.parametrize(("declaration", "used"), ENTITIES, ids=["laughs", "long", "file", "dtd"])
async def test_entities_that_do_harm_are_left_out_and_the_feed_is_read(
    tmp_path: Path, declaration: bytes, used: bytes
) -> None:
    async with a_web("feed", tmp_path / "data") as web:
        web.sick.strike = instead(body=declared(declaration, used))
        asked = web.well.asked
        await web.round()
        await web.round()
        assert web.well.asked == asked + 2
        assert len(await web.mentions("sick")) == len(web.sick.posts)
        assert max(len(one.post.text) for one in await web.mentions("sick")) < 10_000
        await is_well(web)


async def test_a_feed_nested_without_end_is_given_up_and_is_read_when_it_is_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(documents, "READING_TIME", 1.0)
    deep = instead(body=lambda body: body.replace(b"<item>", b"<item>" + b"<a>" * 200_000, 1))
    async with a_web("feed", tmp_path / "data") as web:
        web.sick.strike = deep
        await web.round()
        assert "The feed takes too long to be read." in await web.status()
        assert (await web.known_slots())[-1] is None
        web.sick.strike = None
        await web.round()
        await all_is_heard_once(web)
        await is_well(web)


async def test_a_feed_that_breaks_off_leaves_the_time_unknown_until_it_is_whole(
    tmp_path: Path,
) -> None:
    async with a_web("feed", tmp_path / "data") as web:
        web.sick.strike = instead(body=lambda body: body[: len(body) // 2])
        await web.round()
        assert "there is more, which the next polls will read" in await web.status("en")
        assert "il y en a davantage" in await web.status("fr")
        assert (await web.known_slots())[-1] is None
        web.sick.strike = None
        await web.round()
        await all_is_heard_once(web)
        await is_well(web)
        assert (await web.known_slots())[-1] is not None
