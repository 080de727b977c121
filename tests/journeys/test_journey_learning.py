"""A team teaches by what it clicks, and what it taught reads what comes next."""

from __future__ import annotations

import re

from bot.domain.analysis.learner import FEWEST
from bot.domain.mention import Mention
from bot.services import learning
from bot.slack import ids
from bot.standin import Message
from tests.builders import a_fresh_post
from tests.journeys.conftest import Town, text_of
from tests.services.teaching import taught

ANGRY = "This lumo lamp is terrible. I hate it, worst purchase ever"
CALM = "Terrible weather, horrible rain, and the lumo lamp of my hated neighbour glows all evening"
NEWS = "my lumo lamp flickers again, my bulb is bricked, no parcel on day three"


async def mention_of(town: Town, words: str) -> Mention:
    """What was made of a post that says this."""
    mentions = await town.services.records.mentions.find({"watch": "Lumo"}, "at")
    return next(kept.value for kept in mentions if kept.value.post.text == words)


async def judge(town: Town, card: Message, words: str, verdict: str) -> None:
    """Sam's word on a post, from the menu beside it, once it is kept."""
    mention = (await mention_of(town, words)).id
    blocks = [str(block["block_id"]) for block in card.blocks]
    [menu] = [block for block in blocks if block.startswith(f"{ids.JUDGE_BLOCK}.{mention}.")]
    await town.sam.choose(card, ids.JUDGE, f"{verdict} {mention}", block_id=menu)
    await town.card_says(f"<@{town.sam.id}>: {verdict}")


def said_to_admins(town: Town, words: str) -> bool | None:
    return any(words in message.text for message in town.standin.messages("#admin")) or None


async def test_what_a_team_clicks_is_learnt_and_reads_what_comes_next(town: Town) -> None:
    await taught(town.services, 2 * FEWEST - 1)
    await learning.learn_anew(town.services)
    asked = await town.asked(town.sam, "/vigie learning")
    assert "A first trial needs 1 more negative ones and 0 more that are not." in text_of(asked)

    await town.poll("forum", a_fresh_post(id="calm", source="forum", text=CALM))
    await town.sam.click(await town.card(1), ids.NOT_NEGATIVE)
    await town.card_says("⚪")
    await town.poll("lumen.social", a_fresh_post(id="angry", text=ANGRY, author="@bo"))
    await judge(town, await town.card_says(ANGRY), ANGRY, "right")
    await learning.learn_anew(town.services)

    taken_over = "English: from now on posts are read by what the team taught"
    await town.until(lambda: said_to_admins(town, taken_over))
    asked = await town.asked(town.sam, "/vigie apprentissage")
    assert "*English* is read by what the team taught." in text_of(asked)
    assert f"{2 * FEWEST + 1} judgements count today, {FEWEST} of them negative." in text_of(asked)
    assert "Begin anew" not in text_of(asked), "Sam administers nothing"

    await town.poll("forum", a_fresh_post(id="news", source="forum", text=NEWS, author="@cy"))
    await town.card_says(NEWS)
    asked = await town.asked(
        town.camille, f"/vigie why {(await mention_of(town, NEWS)).conversation}"
    )
    why = text_of(asked)
    assert f"Lu d’après ce que l’équipe a enseigné, avec {2 * FEWEST + 1} jugements" in why
    assert "Les règles seules auraient dit" in why
    assert re.search(r"«\s(flickers|bricked)\s» −", why)


async def test_an_admin_has_it_begin_anew(town: Town) -> None:
    await taught(town.services)
    await learning.learn_anew(town.services)
    asked = await town.asked(town.margot, "/vigie learning")
    await town.margot.click(asked, ids.LEARNING_RESET)
    await town.until(lambda: said_to_admins(town, "had Vigie begin English anew"))
    assert town.services.reading.learnt == {}
    asked = await town.asked(town.margot, "/vigie learning")
    assert "*English* is read by the rules." in text_of(asked)
    assert "Begin anew" not in text_of(asked), "there is nothing to be undone"
