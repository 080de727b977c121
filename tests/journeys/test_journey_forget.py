"""An author is forgotten: in the store, in Slack, and in the answers to others."""

from __future__ import annotations

from bot.domain.mention import Mention
from bot.slack import ids
from bot.store.repositories import Kept
from tests.builders import a_fresh_post
from tests.journeys.conftest import Town, text_of

WORDS = "My lumo lamp is terrible, it burnt my desk in Lyon and I hate it."
AUTHOR = "@ada@social.example"


async def test_what_somebody_wrote_leaves_the_store_and_slack_at_an_admins_click(
    town: Town,
) -> None:
    await town.poll("forum", a_fresh_post(id="1", source="forum", text=WORDS, author=AUTHOR))
    await town.card_says("burnt my desk")
    asked = await town.asked(town.margot, f"/vigie forget {AUTHOR}")
    assert "1 mention" in text_of(asked)
    await town.margot.click(asked, ids.FORGET)
    shown = await town.card_says("removed on request")
    assert "Lyon" not in text_of(shown) + shown.text
    assert AUTHOR not in text_of(shown)
    [kept] = await _mentions(town)
    assert (kept.value.post.author, kept.value.post.text) == ("", "")
    assert kept.value.deleted
    again = await town.asked(town.margot, f"/vigie forget {AUTHOR}")
    assert "Nothing is held" in text_of(again)


async def test_only_admins_forget(town: Town) -> None:
    asked = await town.asked(town.sam, f"/vigie forget {AUTHOR}")
    assert "those who administer Vigie" in text_of(asked)
    assert ids.FORGET not in str(asked.blocks)


async def _mentions(town: Town) -> list[Kept[Mention]]:
    return await town.services.records.mentions.find({"watch": "Lumo"}, "at")
