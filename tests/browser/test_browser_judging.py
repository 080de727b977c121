"""A flagged post judged where it stands: the menu beside it, and the word shown back."""

from __future__ import annotations

from datetime import UTC
from typing import Any

import pytest
from playwright.async_api import expect
from slack_bolt.async_app import AsyncAck, AsyncApp, AsyncRespond

from bot.domain.alerts import Alert, NegativeReason
from bot.domain.judgements import Judgement
from bot.domain.mention import WeighedWord
from bot.domain.severity import Graded, Ground
from bot.i18n import Voice
from bot.slack import ids
from bot.slack.blocks.alert import AlertView, alert_card
from tests.browser.kit import Block, Connect, Post, Visit
from tests.builders import NOW, a_conversation, a_mention

pytestmark = [pytest.mark.browser, pytest.mark.timeout(120)]

REASON = NegativeReason(
    score=-0.76,
    threshold=-0.62,
    words=(WeighedWord("Terrible", -2.1),),
    language="en",
    rank=0.027,
)


def card_blocks(word: Judgement | None = None) -> list[Block]:
    """The card of a complaint, and what was said of it."""
    alert = Alert(
        id="a1",
        kind="negative",
        watch="Lumo",
        channel="#care",
        raised=NOW,
        reason=REASON,
        conversation="c1",
        mention="m1",
        posts=("m1",),
        count=1,
        graded=Graded(
            severity="medium",
            grounds=(Ground(kind="sentiment", severity="medium", value=-0.76),),
        ),
    )
    view = AlertView(
        alert=alert,
        conversation=a_conversation(),
        posts=(a_mention(),),
        now=NOW,
        voice=Voice("en", UTC),
        judged={"m1": word} if word else {},
    )
    return list(alert_card(view).blocks)


@pytest.fixture
async def judging(bolt: AsyncApp, connect: Connect) -> None:
    """The app draws the card again with what was chosen."""

    @bolt.action(ids.JUDGE)
    async def judged(
        ack: AsyncAck, body: dict[str, Any], action: dict[str, Any], respond: AsyncRespond
    ) -> None:
        await ack()
        verdict, _, mention = action["selected_option"]["value"].partition(" ")
        word = Judgement(
            mention=mention,
            watch="Lumo",
            verdict=verdict,
            by=body["user"]["id"],
            at=NOW,
            own=True,
        )
        await respond(text="judged", blocks=card_blocks(word), replace_original=True)

    await connect()


async def test_a_post_is_judged_beside_its_reason_and_the_word_stands_there(
    visit: Visit, post: Post, judging: None
) -> None:
    await post("Negative post", card_blocks())
    sam = await visit("Sam")
    card = sam.locator("#main .message")
    await expect(card).to_contain_text("the most negative 3% of this watch’s posts in English")
    await card.get_by_role("combobox").select_option("Not negative")
    await expect(card).to_contain_text("@Sam Carter: not negative")
