"""A manager asks what would have rung: words to them alone, and a picture in their messages."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from bot.domain.volume import DayVolume, slot_of, slot_start
from bot.slack import ids
from bot.standin import Message, Person, View
from tests.journeys.conftest import Town, text_of

DAYS = 20


async def counted(town: Town) -> None:
    """Three weeks with a mention an hour, and a spike two days ago."""
    now = datetime.now(UTC)
    spike = slot_start(now - timedelta(days=2))
    volumes = {(now - timedelta(days=n)).date().isoformat(): [1, 0, 0, 0] * 24 for n in range(DAYS)}
    for number in range(3):
        day, slot = slot_of(spike + timedelta(minutes=15 * number))
        volumes[day][slot] = 12
    put = town.services.records.volumes.put
    await town.services.records.commit(
        [
            put(f"Lumo {day}", DayVolume(watch="Lumo", day=day, counts=tuple(counts)))
            for day, counts in volumes.items()
        ]
    )


async def picture_in(town: Town, place: str, person: Person) -> Message:
    """The message with a file that a person sees in a place, once it is there."""

    def found() -> Message | None:
        return next((message for message in person.messages(place) if message.files), None)

    return await town.until(found)


def direct(town: Town, person: Person) -> str:
    return town.standin.workspace.dm(person.id).id


async def test_the_answer_tells_it_in_words_and_the_picture_comes_directly(town: Town) -> None:
    await counted(town)
    answer = text_of(await town.asked(town.margot, "/vigie replay Lumo 14d"))
    assert "What would have rung for Lumo" in answer
    assert "▸ *Once in 10 ordinary days: 1 alert, 0.5 a week*" in answer
    assert " in an hour, " in answer
    assert "The picture is in your messages with Vigie." in answer
    (file,) = (await picture_in(town, direct(town, town.margot), town.margot)).files
    assert file["mimetype"] == "image/png"
    assert file["title"] == "What would have rung: Lumo"
    assert file["alt_txt"].startswith("Mentions of Lumo in each hour.")


async def test_it_is_asked_and_answered_in_french(town: Town) -> None:
    await counted(town)
    answer = text_of(await town.asked(town.camille, "/vigie rejouer lumo 14 jours"))
    assert "Ce qui aurait sonné pour Lumo" in answer
    assert "Une fois en 10 jours ordinaires\u00a0: 1 alerte" in answer
    (file,) = (await picture_in(town, direct(town, town.camille), town.camille)).files
    assert file["title"] == "Ce qui aurait sonné\u00a0: Lumo"


async def test_in_a_thread_the_picture_is_in_the_thread(town: Town) -> None:
    await counted(town)
    said = town.margot.post("#general", "@Vigie replay Lumo 14d")
    picture = await picture_in(town, "#general", town.margot)
    assert picture.thread_ts == said.ts


async def test_without_the_right_to_upload_the_words_come_all_the_same(town: Town) -> None:
    await counted(town)
    town.standin.faults.error("files.getUploadURLExternal", "missing_scope")
    answer = text_of(await town.asked(town.margot, "/vigie replay Lumo 14d"))
    assert "1 alert" in answer
    assert "There is no picture: Vigie’s app lacks a right." in answer


async def test_what_cannot_be_replayed_is_told_in_words(town: Town) -> None:
    assert "Which watch?" in text_of(await town.asked(town.margot, "/vigie replay"))
    unknown = text_of(await town.asked(town.margot, "/vigie replay Nobody"))
    assert "There is no watch “Nobody”" in unknown
    assert "1 to 31 days" in text_of(await town.asked(town.margot, "/vigie replay Lumo 90d"))


async def form_of(town: Town, person: Person) -> View:
    person.open_home()
    home = await town.until(
        lambda: person.home if person.home and "*Lumo*" in str(person.home.blocks) else None
    )
    await person.click(home, ids.WATCH_EDIT, block_id="watch.Lumo")
    return await modal_with(town, person, ids.WATCH_QUERY)


async def modal_with(town: Town, person: Person, holds: str) -> View:
    """The modal in front of a person, once it holds these words."""

    def found() -> View | None:
        modal = person.modal
        return modal if modal and holds in str(modal.authored) else None

    return await town.until(found)


async def test_the_form_says_what_would_have_rung_at_the_sensitivity_that_is_chosen(
    town: Town,
) -> None:
    await counted(town)
    form = await form_of(town, town.margot)
    chosen = {
        ids.WATCH_ONCE_IN: {
            ids.VALUE: {
                "type": "static_select",
                "selected_option": {
                    "text": {"type": "plain_text", "text": "Once in 7 ordinary days"},
                    "value": "604800.0",
                },
            }
        }
    }
    await town.margot.act(form, ids.WATCH_REPLAY_TYPED, None, values=chosen)
    shown = str((await modal_with(town, town.margot, "would have rung 1 time*")).blocks)
    assert "▸ *Once in 7 ordinary days: 1 alert, 0.4 a week*" in shown
    assert "• Once in 90 ordinary days: 1 alert" in shown


async def test_before_a_sensitivity_is_kept_it_is_told_how_often_it_would_have_rung(
    town: Town,
) -> None:
    await counted(town)
    await form_of(town, town.margot)
    submitted = await town.margot.submit({ids.WATCH_ONCE_IN: {ids.VALUE: "1209600.0"}})
    assert submitted.result == "pushed"
    shown = str((await modal_with(town, town.margot, "Before it is kept")).blocks)
    assert "With this sensitivity it would have rung 1 time*" in shown
    assert "spikes: once in 10 days → once in 14 days" in shown


async def test_home_tells_it_of_a_watch_as_it_is(town: Town) -> None:
    await counted(town)
    town.camille.open_home()
    town.margot.open_home()
    home = await town.until(
        lambda: (
            town.margot.home
            if town.margot.home and "Replay…" in str(town.margot.home.blocks)
            else None
        )
    )
    await town.margot.click(home, ids.WATCH_REPLAY, block_id="watch.Lumo")
    shown = str((await modal_with(town, town.margot, "would have rung 1 time*")).blocks)
    assert "▸ *Once in 10 ordinary days" in shown
    assert "`/vigie replay Lumo` adds a picture." in shown


async def test_of_a_watch_that_counted_nothing_that_is_said(town: Town) -> None:
    form = await form_of(town, town.margot)
    await town.margot.click(form, ids.WATCH_REPLAY_TYPED)
    await modal_with(town, town.margot, "Nothing was counted of that watch in that time.")
