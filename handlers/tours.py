"""The tour's buttons: its one message is replaced from page to page."""

from __future__ import annotations

from slack_bolt.async_app import AsyncApp

from bot.domain.tours import STEPS
from bot.services import tours
from bot.slack import ids
from bot.slack.blocks.parts import Card
from bot.slack.blocks.tour import done_card, left_card, page_card
from handlers.clicks import Click, on_click


def register(app: AsyncApp) -> None:
    app.action(ids.TOUR_NEXT)(on_click(on_page))
    app.action(ids.TOUR_BACK)(on_click(on_page))
    app.action(ids.TOUR_LATER)(on_click(on_left))
    app.action(ids.TOUR_NEVER)(on_click(on_left))


async def on_page(clicked: Click) -> None:
    """The page that the button names; beyond the last, that it was all."""
    step = int(clicked.value) if clicked.value.isdecimal() else 1
    await tours.show(clicked.services, clicked.by, step)
    await _replace(
        clicked, page_card(step, clicked.voice) if 1 <= step <= STEPS else done_card(clicked.voice)
    )


async def on_left(clicked: Click) -> None:
    """Not now, or never."""
    never = clicked.action["action_id"] == ids.TOUR_NEVER
    tour = await tours.leave(clicked.services, clicked.by, for_ever=never)
    await _replace(clicked, left_card(clicked.voice, asks_again=tour.state == "later"))


async def _replace(clicked: Click, card: Card) -> None:
    await clicked.respond(text=card.text, blocks=list(card.blocks), replace_original=True)
