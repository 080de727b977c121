"""The tour's pages: four, in both languages, each one that Slack takes."""

from __future__ import annotations

from zoneinfo import ZoneInfo

import pytest

from bot.domain.tours import STEPS
from bot.i18n import Voice
from bot.slack import ids
from bot.slack.blocks.tour import done_card, left_card, offer_card, page_card
from bot.standin.blocks import check_blocks

VOICES = [Voice("en", ZoneInfo("Europe/Paris")), Voice("fr", ZoneInfo("Europe/Paris"))]


@pytest.mark.parametrize("voice", VOICES, ids=lambda voice: voice.language)
def test_every_page_is_one_that_slack_takes(voice: Voice) -> None:
    pages = [page_card(step, voice) for step in range(1, STEPS + 1)]
    ends = [done_card(voice), *(left_card(voice, asks_again=again) for again in (True, False))]
    for card in (offer_card(voice), *pages, *ends):
        check_blocks(list(card.blocks))
    assert len({card.text for card in pages}) == STEPS


@pytest.mark.parametrize(
    ("step", "buttons"),
    [
        (1, [ids.TOUR_NEXT, ids.TOUR_LATER]),
        (2, [ids.TOUR_BACK, ids.TOUR_NEXT, ids.TOUR_LATER]),
        (STEPS, [ids.TOUR_BACK, ids.TOUR_NEXT]),
    ],
)
def test_one_goes_on_back_or_away(step: int, buttons: list[str]) -> None:
    row = page_card(step, VOICES[0]).blocks[-1]["elements"]
    assert [one["action_id"] for one in row] == buttons
