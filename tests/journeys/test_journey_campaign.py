"""The manager sets a campaign in a form, and asks what it returned."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from bot.domain.volume import DayVolume
from bot.services import campaigns
from bot.slack import ids
from bot.standin import Message
from tests.journeys.conftest import Town, text_of

DAY = timedelta(days=1)
BEGAN, ENDED = 12, 3
"""Days ago."""


async def counted(town: Town, times: int = 2) -> None:
    """Ten weeks with 96 mentions a day, and so many times that during the campaign."""
    today = datetime.now(UTC).date()
    records = town.services.records
    writes = []
    for number in range(70):
        each = times if ENDED <= number <= BEGAN else 1
        day = (today - number * DAY).isoformat()
        volume = DayVolume(watch="Lumo", day=day, counts=(each,) * 96)
        writes.append(records.volumes.put(f"Lumo {day}", volume))
    await records.commit(writes)


def put_in(**changes: str) -> dict[str, dict[str, object]]:
    """What Margot puts into the form."""
    today = datetime.now(UTC).date()
    days = {
        ids.CAMPAIGN_FIRST: (today - BEGAN * DAY).isoformat(),
        ids.CAMPAIGN_LAST: (today - ENDED * DAY).isoformat(),
    }
    written = {
        ids.CAMPAIGN_NAME: "Autumn <launch>",
        ids.CAMPAIGN_COST: "5 000,00",
        ids.CAMPAIGN_WORTH: "60",
        ids.CAMPAIGN_SIGN_UPS: "100",
    } | changes
    return {block: {ids.VALUE: value} for block, value in (days | written).items()}


async def test_a_campaign_is_set_in_a_form_and_told_with_its_picture(town: Town) -> None:
    await counted(town)
    await town.asked(town.margot, "/vigie campaign")
    await town.modal(town.margot)
    refused = await town.margot.submit(put_in(**{ids.CAMPAIGN_COST: "much"}))
    assert "An amount is a number" in refused.errors[ids.CAMPAIGN_COST]
    await town.margot.submit(put_in())

    answer = text_of(await town.asked(town.margot, "/vigie campaign autumn <launch>"))

    assert "What Autumn &lt;launch&gt; returned" in answer
    assert "mentions more than without it" in answer
    assert "Chance that it brought any more: more than 99%" in answer
    assert "• an extra mention: €" in answer
    assert "• 100 sign-ups: each cost €50.00" in answer
    assert "It returned its cost, and 20% on top." in answer
    direct = town.standin.workspace.dm(town.margot.id).id

    def pictured() -> Message | None:
        return next((one for one in town.margot.messages(direct) if one.files), None)

    (file,) = (await town.until(pictured)).files
    assert file["title"] == "Campaign: Autumn <launch>"
    assert "mentions more than without it" in file["alt_txt"]


async def test_where_the_data_cannot_tell_the_answer_says_so(town: Town) -> None:
    await town.asked(town.margot, "/vigie campaign")
    await town.modal(town.margot)
    await town.margot.submit(put_in())

    answer = text_of(await town.asked(town.margot, "/vigie campaign Autumn <launch>"))

    assert "The data cannot tell." in answer


async def test_who_may_not_set_campaigns_is_shown_the_list(town: Town) -> None:
    answer = text_of(await town.asked(town.sam, "/vigie campaign"))

    assert "There is none yet." in answer
    assert "New campaign…" not in answer


async def test_a_campaign_is_deleted_by_its_card(town: Town) -> None:
    await town.asked(town.margot, "/vigie campaign")
    await town.modal(town.margot)
    await town.margot.submit(put_in())
    card = await town.asked(town.margot, "/vigie campaign Autumn <launch>")

    await town.margot.click(card, ids.CAMPAIGN_DELETE)

    await town.told(town.margot, "is deleted.", "#general")
    assert await campaigns.known(town.services) == []
