"""Bytes on the disk turn while Vigie is stopped: what is damaged is found by its checksum, is set
aside and told in the admin channel, once; the rest is served. What can be made anew, is."""

from __future__ import annotations

import asyncio
import contextlib
import shutil
import sys
from collections.abc import AsyncIterator, Callable
from datetime import date
from pathlib import Path

import pytest

from bot.config import loads
from bot.domain.outbox import Delivery
from bot.errors import StoreLocked
from bot.operating.damage import Damages
from bot.operating.parts import Parts
from bot.services.base import Services
from bot.services.numbering import Sequence
from bot.slack.gateway import Gateway
from bot.store.damage import SetAside
from bot.store.repositories import TABLES, Records
from bot.store.tiny import TinyStore
from tests.builders import a_mention, a_post
from tests.services.conftest import CONFIG, HandClock

POSTS = 20
TURNED = "lamp number 7,"


async def filled(folder: Path, *, folded: bool) -> None:
    """A folder with a mention each of many days, in files of their days or in the journal."""
    store = await TinyStore.open(folder, TABLES)
    records = Records(store)
    for number in range(POSTS):
        post = a_post(id=f"p{number}", text=f"My lumo lamp number {number}, died")
        mention = a_mention(id=f"m{number}", post=post)
        await records.commit([records.mentions.put(mention.id, mention)])
    if folded:
        await records.drop_days("mentions", date.min)
    await store.close()


def flip(folder: Path, words: str) -> Path:
    """Turn a bit of a byte within what is written once in a file of the folder; the file."""
    for path in [*folder.glob("*.jsonl"), *folder.glob("*/*.jsonl")]:
        data = bytearray(path.read_bytes())
        if (at := data.find(words.encode())) >= 0:
            data[at] ^= 1
            path.write_bytes(data)
            return path
    raise AssertionError("it is nowhere")


async def notices(services: Services) -> list[Delivery]:
    found = await services.records.outbox.find({"state": "waiting"}, "order")
    return [kept.value for kept in found]


@contextlib.asynccontextmanager
async def vigie_on(folder: Path) -> AsyncIterator[Services]:
    """The services over a folder, as a start finds it."""
    records = Records(await TinyStore.open(folder, TABLES))
    try:
        async with Gateway("xoxb-test", "http://127.0.0.1:1/api/") as nobody_answers:
            yield Services(
                config=loads(CONFIG),
                records=records,
                slack=nobody_answers,
                sources={},
                clock=HandClock(),
                sequence=Sequence(HandClock()),
            )
    finally:
        await records.close()


@pytest.mark.parametrize("folded", [True, False], ids=["a day's file", "the journal"])
async def test_a_flipped_byte_is_set_aside_and_told_once_and_the_rest_is_served(
    tmp_path: Path, *, folded: bool
) -> None:
    folder = tmp_path / "data"
    await filled(folder, folded=folded)
    harmed = await asyncio.to_thread(flip, folder, TURNED)
    for start in ("first", "second"):
        async with vigie_on(folder) as services:
            records = services.records
            found = [await records.mentions.get(f"m{number}") for number in range(POSTS)]
            assert [n for n, kept in enumerate(found) if kept is None] == [7], start
            damages = Damages(services)
            await damages.look()
            await damages.look()
            [notice] = await notices(services)
            assert notice.channel == services.config.slack.admin_channel
            assert f"`{harmed.name}`" in notice.text
            assert "1 damaged piece" in notice.text
            assert Parts(services).states["store"].ready
    assert any((folder / "damaged").iterdir())


async def test_however_much_is_damaged_one_message_tells_of_it_that_slack_takes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "data" / "mentions.jsonl"
    pieces = [SetAside(file, at, 9, tmp_path / f"mentions-{at}-00000000") for at in range(1_000)]
    monkeypatch.setattr(Records, "set_aside", pieces)
    async with vigie_on(tmp_path / "data") as services:
        await Damages(services).look()
        [notice] = await notices(services)
        assert "1,000 damaged pieces" in notice.text
        assert len(notice.id) < 100


def without_index(folder: Path) -> None:
    shutil.rmtree(folder / "index")


def damaged_index(folder: Path) -> None:
    for run in (folder / "index").glob("*.run"):
        run.write_bytes(run.read_bytes()[::-1])


def without_catalogue(folder: Path) -> None:
    (folder / "catalogue.json").unlink()


def damaged_catalogue(folder: Path) -> None:
    path = folder / "catalogue.json"
    path.write_bytes(path.read_bytes().replace(b"mentions", b"mansions", 1))


def torn_journal(folder: Path) -> None:
    [journal] = folder.glob("journal-*.jsonl")
    journal.write_bytes(journal.read_bytes() + b"#v1 99 400 00000000 ")


def lock_of_a_dead_process(folder: Path) -> None:
    (folder / "lock").write_text("999999\n")


@pytest.mark.parametrize(
    "harm",
    [
        without_index,
        damaged_index,
        without_catalogue,
        damaged_catalogue,
        torn_journal,
        lock_of_a_dead_process,
    ],
)
async def test_what_can_be_made_anew_is_and_nothing_is_missing(
    tmp_path: Path, harm: Callable[[Path], None]
) -> None:
    folder = tmp_path / "data"
    await filled(folder, folded=True)
    await asyncio.to_thread(harm, folder)
    async with vigie_on(folder) as services:
        mentions = services.records.mentions
        found = await mentions.find({"watch": "Lumo"}, "at")
        assert len(found) == POSTS
        by_url = await mentions.find({"post.url": a_post(id="p3").url}, "at")
        assert [kept.value.id for kept in by_url] == ["m3"]
        await Damages(services).look()
        told = await notices(services)
        assert [("catalogue.json" in one.text) for one in told] == [True] * (
            harm is damaged_catalogue
        )


async def test_a_lock_goes_with_the_process_that_held_it(tmp_path: Path) -> None:
    script = (
        "import asyncio, pathlib, sys\n"
        "from bot.store.tiny import TinyStore\n"
        "async def hold():\n"
        "    await TinyStore.open(pathlib.Path(sys.argv[1]), ())\n"
        "    print('held', flush=True)\n"
        "    await asyncio.sleep(60)\n"
        "asyncio.run(hold())\n"
    )
    holder = await asyncio.create_subprocess_exec(
        sys.executable, "-c", script, str(tmp_path), stdout=asyncio.subprocess.PIPE
    )
    assert holder.stdout
    assert await holder.stdout.readline() == b"held\n"
    with pytest.raises(StoreLocked, match=f"in use by process {holder.pid}"):
        await TinyStore.open(tmp_path, ())
    holder.kill()
    await holder.wait()
    await (await TinyStore.open(tmp_path, ())).close()
