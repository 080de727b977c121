"""A manager asks how it went: words to them alone, and a picture in their messages."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

from bot.domain.volume import DayVolume, slot_of, slot_start
from bot.standin import Message, Person, Standin
from tests.builders import a_mention, a_post
from tests.journeys.conftest import Town, bot_in, text_of
from tests.services.conftest import CONFIG, ScriptedSource

DAYS = 75


async def counted(town: Town, watch: str = "Lumo", an_hour: int = 1) -> None:
    """Ten weeks with so many mentions an hour, and a spike about the battery two days ago."""
    now = datetime.now(UTC)
    spike = slot_start(now - timedelta(days=2)).replace(minute=0)
    volumes = {
        (now - timedelta(days=n)).date().isoformat(): [an_hour, 0, 0, 0] * 24 for n in range(DAYS)
    }
    for number in range(3):
        day, slot = slot_of(spike + timedelta(minutes=15 * number))
        volumes[day][slot] = 12 * an_hour
    records = town.services.records
    mentions = [
        a_mention(
            id=f"{watch}{n}",
            watch=watch,
            at=spike + timedelta(minutes=n),
            post=a_post(id=f"{watch}{n}", author=f"@b{n}", text="The battery is dead"),
        )
        for n in range(30)
    ]
    await records.commit(
        [
            *(
                records.volumes.put(
                    f"{watch} {day}", DayVolume(watch=watch, day=day, counts=tuple(counts))
                )
                for day, counts in volumes.items()
            ),
            *(records.mentions.put(one.id, one) for one in mentions),
        ]
    )


async def picture_in(town: Town, place: str, person: Person) -> Message:
    def found() -> Message | None:
        return next((message for message in person.messages(place) if message.files), None)

    return await town.until(found)


def direct(town: Town, person: Person) -> str:
    return town.standin.workspace.dm(person.id).id


async def test_the_answer_tells_the_trend_in_words_and_the_picture_comes_directly(
    town: Town,
) -> None:
    await counted(town)
    answer = text_of(await town.asked(town.margot, "/vigie trend Lumo 30d"))
    assert "Trend of Lumo" in answer
    assert "mentions in 30 days, " in answer
    assert "more than in the same time before · 1 spike · 100% negative." in answer
    assert "since" in answer
    assert "usual" in answer
    assert "The picture is in your messages with Vigie." in answer
    (file,) = (await picture_in(town, direct(town, town.margot), town.margot)).files
    assert file["mimetype"] == "image/png"
    assert file["title"] == "Trend: Lumo"
    assert " in an hour" in file["alt_txt"]


async def test_a_trend_of_the_only_watch_needs_no_name(town: Town) -> None:
    await counted(town)
    answer = text_of(await town.asked(town.margot, "/vigie trend"))
    assert "Trend of Lumo" in answer


async def test_a_day_is_told_by_its_hours(town: Town) -> None:
    await counted(town)
    answer = text_of(await town.asked(town.margot, "/vigie trend Lumo 24h"))
    assert "mentions in 1 day" in answer


async def test_a_trend_is_asked_and_answered_in_french(town: Town) -> None:
    await counted(town)
    answer = text_of(await town.asked(town.camille, "/vigie tendance lumo 30 jours"))
    assert "Tendance de Lumo" in answer
    assert "1 pic" in answer
    (file,) = (await picture_in(town, direct(town, town.camille), town.camille)).files
    assert file["title"] == "Tendance\u00a0: Lumo"


async def test_in_a_thread_the_picture_is_in_the_thread(town: Town) -> None:
    await counted(town)
    said = town.margot.post("#general", "@Vigie trend Lumo 30d")
    picture = await picture_in(town, "#general", town.margot)
    assert picture.thread_ts == said.ts


async def test_without_the_right_to_upload_the_words_come_all_the_same(town: Town) -> None:
    await counted(town)
    town.standin.faults.error("files.getUploadURLExternal", "missing_scope")
    answer = text_of(await town.asked(town.margot, "/vigie trend Lumo 30d"))
    assert "1 spike" in answer
    assert "There is no picture: Vigie’s app lacks a right." in answer


async def test_what_there_is_no_trend_of_is_told_in_words(town: Town) -> None:
    assert "There is no watch" in text_of(await town.asked(town.margot, "/vigie trend Nobody"))
    assert "92 days at most" in text_of(await town.asked(town.margot, "/vigie trend Lumo 400d"))
    nothing = text_of(await town.asked(town.margot, "/vigie trend Lumo"))
    assert "Nothing was counted of that watch" in nothing
    assert "Name two to 6 watches" in text_of(await town.asked(town.margot, "/vigie compare Lumo"))


RIVAL = """
[[watches]]
name = "Rival One"
query = "rival"
channel = "#brand"
"""


async def test_watches_are_compared_in_words_and_in_a_picture(
    standin: Standin, places: dict[str, ScriptedSource], tmp_path: Path
) -> None:
    async with bot_in(standin, tmp_path / "data", places, CONFIG + RIVAL) as services:
        await standin.wait_for(lambda: standin.connected or None)
        town = Town(standin, services, places)
        await counted(town)
        await counted(town, "Rival One", an_hour=3)
        answer = text_of(await town.asked(town.margot, "/vigie compare lumo vs rival one 30d"))
        assert "*Rival One*  *75%*" in answer
        assert "*Lumo*  *25%*" in answer
        assert "+0 points against the time before" in answer
        assert "100% negative" in answer
        (file,) = (await picture_in(town, direct(town, town.margot), town.margot)).files
        assert file["title"] == "Share of voice in 30 days"
        assert file["alt_txt"].startswith("Share of voice in 30 days. Rival One: 75%")
        everybody = text_of(await town.asked(town.camille, "/vigie comparer"))
        assert "Part de voix sur 30 jours" in everybody
        unknown = text_of(await town.asked(town.margot, "/vigie compare Lumo Nobody"))
        assert "There is no watch “Nobody”" in unknown
