"""A complaint that its author takes back leaves the channel, the thread, and the queue."""

from __future__ import annotations

from bot.slack import ids
from bot.sources.base import Page
from tests.builders import a_fresh_post
from tests.journeys.conftest import Town, text_of

FIRST = "My lumo lamp is terrible, it burnt my desk in Lyon and I hate it."
SECOND = "And the lumo shop was the worst: awful, rude, they hate their customers."


async def test_a_deleted_post_is_struck_out_of_its_card_and_of_the_line_in_its_thread(
    town: Town,
) -> None:
    await town.poll("forum", a_fresh_post(id="1", source="forum", text=FIRST))
    card = await town.card_says("burnt my desk")
    await town.camille.click(card, ids.CLAIM)
    await town.card_says("has this since")
    await town.poll("forum", a_fresh_post(id="2", source="forum", text=SECOND, thread="1"))
    await town.until(lambda: any("rude" in line for line in town.thread(card)) or None)
    town.places["forum"].answers.append(Page(posts=(), cursor="gone", deleted=("1", "2")))
    await town.poll("forum")
    shown = await town.card_says("deleted by its author")
    assert "Lyon" not in text_of(shown) + shown.text
    lines = await town.until(lambda: _without("rude", town.thread(card)))
    assert any("deleted by its author" in line for line in lines)
    told = await town.asked(town.camille, "/vigie queue")
    assert "Message supprimé par son auteur" in text_of(told)
    assert "burnt" not in text_of(told)


def _without(word: str, lines: list[str]) -> list[str] | None:
    return None if any(word in line for line in lines) else lines
