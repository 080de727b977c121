"""A manager asks for the mentions as a file: it comes to them alone."""

from __future__ import annotations

import csv
import io
from datetime import UTC, datetime, timedelta

import pytest
from msgspec.structs import replace as with_

from bot.domain.mention import Mention
from bot.i18n import Voice
from bot.services import exporting
from bot.standin import Message, Person
from tests.builders import a_mention, a_post
from tests.journeys.conftest import Town, text_of


async def heard(town: Town, count: int = 3, **changes: str) -> list[Mention]:
    now = datetime.now(UTC).replace(microsecond=0)
    mentions = [
        a_mention(
            id=f"m{n}",
            at=now - timedelta(hours=n + 1),
            post=with_(a_post(id=f"p{n}"), **changes),
        )
        for n in range(count)
    ]
    put = town.services.records.mentions.put
    await town.services.records.commit([put(one.id, one) for one in mentions])
    return mentions


def direct(town: Town, person: Person) -> str:
    return town.standin.workspace.dm(person.id).id


async def rows_for(town: Town, person: Person, separator: str = ",") -> list[dict[str, str]]:
    """The rows of the file in a person's messages with Vigie, once it is there."""

    def found() -> Message | None:
        messages = person.messages(direct(town, person))
        return next((message for message in messages if message.files), None)

    (shown,) = (await town.until(found)).files
    file = town.standin.world.uploads.get(shown["id"])
    assert file
    assert file.name.endswith(".csv")
    assert file.content
    text = file.content.decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text, newline=""), delimiter=separator))


async def test_the_file_comes_directly_and_the_answer_says_so(town: Town) -> None:
    await heard(town, text="=HYPERLINK(1)")
    answer = text_of(await town.asked(town.margot, "/vigie export Lumo 30d"))
    assert "3 mentions, in a file in your messages with Vigie." in answer
    rows = await rows_for(town, town.margot)
    assert [row["text"] for row in rows] == ["'=HYPERLINK(1)"] * 3
    assert not [message for message in town.standin.messages("#general") if message.files]


async def test_it_is_asked_and_written_in_french(town: Town) -> None:
    await heard(town)
    answer = text_of(await town.asked(town.margot, "/vigie exporter lumo"))
    assert "3 mentions" in answer
    assert [row["mood"] for row in await rows_for(town, town.margot)] == ["negative"] * 3


async def test_who_is_not_trusted_with_it_gets_words_and_no_file(town: Town) -> None:
    await heard(town)
    answer = text_of(await town.asked(town.sam, "/vigie export Lumo"))
    assert "for those who administer Vigie, and for the manager" in answer
    assert not town.sam.messages(direct(town, town.sam))


async def test_of_nothing_there_is_no_file(town: Town) -> None:
    answer = text_of(await town.asked(town.margot, "/vigie export Lumo 2d"))
    assert "Nothing is kept of that time" in answer


async def test_without_the_right_to_upload_that_is_said(town: Town) -> None:
    await heard(town)
    town.standin.faults.error("files.getUploadURLExternal", "missing_scope")
    answer = text_of(await town.asked(town.margot, "/vigie export Lumo"))
    assert "There is no file: Vigie’s app lacks a right." in answer


async def test_a_long_one_is_told_of_in_a_message_that_is_replaced(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exporting, "PAGE", 2)
    await heard(town, 5)
    services, watch = town.services, town.services.watches.named("Lumo")
    written = await exporting.export_to(
        services,
        town.margot.id,
        [watch],
        timedelta(days=2),
        Voice("en", UTC),
        patience=0,
    )
    assert written.rows == 5
    messages = town.margot.messages(direct(town, town.margot))
    texts = [message.text for message in messages if not message.files]
    assert texts == ["✅ The export is here: 5 mentions."]


@pytest.mark.parametrize("line", ["export Lumo 900d", "export Nobody"])
async def test_what_cannot_be_exported_is_told_in_words(town: Town, line: str) -> None:
    answer = text_of(await town.asked(town.margot, f"/vigie {line}"))
    assert "400 days at most" in answer or "There is no watch" in answer
