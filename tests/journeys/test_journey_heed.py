"""What people say of alerts, and the digests that come of it, on the whole workspace."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import time, timedelta
from pathlib import Path

import pytest
from msgspec.structs import replace

from bot.domain.judgements import Judgement, Verdict
from bot.domain.mention import Analysis, Sentiment, WeighedWord
from bot.i18n import Voice
from bot.services import rounds, voices
from bot.services.timers import set_timer
from bot.slack import ids
from bot.standin import Message, Standin
from tests.builders import a_conversation, a_fresh_post, a_mention, a_post
from tests.journeys.conftest import Town, bot_in, text_of
from tests.services.conftest import CONFIG, ScriptedSource

WRONG, RIGHT = "lumo giveaway number {n}, hate to miss it", "my lumo lamp broke, case {n}"
MOOD = (WeighedWord("hate", -2.7), WeighedWord("miss", -0.6))
DIGESTS = """
timezone = "Europe/Paris"
[[channels]]
name = "#care"
digest = [09:00:00]
days = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
[[channels]]
name = "#brand"
language = "fr"
digest = [09:00:00]
days = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
"""


@pytest.fixture
async def town(
    standin: Standin, places: dict[str, ScriptedSource], tmp_path: Path
) -> AsyncIterator[Town]:
    """A town whose channels have digests, and whose admin and manager is Margot."""
    margot = standin.person("Margot").id
    zone, channels = DIGESTS.strip().split("\n", 1)
    config = f"{zone}\n{CONFIG}\n{channels}\n[duty]\nmanager = '{margot}'\n"
    config = config.replace("[slack]", f"[slack]\nadmins = ['{margot}']")
    async with bot_in(standin, tmp_path / "data", places, config=config) as services:
        await standin.wait_for(lambda: standin.connected or None)
        town = Town(standin, services, places)
        await town.first_polls()
        yield town


async def judge(town: Town, verdict: Verdict, text: str, n: int) -> None:
    records, now = town.services.records, town.services.now()
    mention = a_mention(
        id=f"{verdict}{n}",
        conversation=f"{verdict}{n}",
        at=now - timedelta(hours=1),
        post=a_post(id=f"{verdict}{n}", text=text.format(n=n)),
        analysis=Analysis(language="en", sentiment=Sentiment(score=-0.7, words=MOOD)),
    )
    judgement = Judgement(
        mention=mention.id, watch="Lumo", verdict=verdict, by="U1", at=now, score=-0.7
    )
    await records.commit(
        [records.mentions.put(mention.id, mention), records.judgements.put(mention.id, judgement)]
    )


async def misjudged(town: Town) -> None:
    """A watch that is wrong as often as it is right."""
    for n in range(6):
        await judge(town, "not_about_us", WRONG, n)
        await judge(town, "right", RIGHT, n)


async def digest_in(town: Town, channel: str) -> Message:
    """The channel's digest, after its time has come."""
    now = town.services.now()
    timer = set_timer(town.services, "digest", f"channel {channel}", now)
    await town.services.records.commit([timer])
    await rounds.make(town.services)
    return await town.card(channel=channel)


async def changed(town: Town, card: Message, words: str, channel: str) -> Message:
    def found() -> Message | None:
        [now] = [m for m in town.cards(channel) if m.ts == card.ts]
        return now if words in text_of(now) else None

    return await town.until(found)


async def test_a_digest_proposes_what_would_have_spared_the_team_and_an_admin_applies_it(
    town: Town,
) -> None:
    await misjudged(town)
    card = await digest_in(town, "#care")
    words = text_of(card)
    assert "*12 mentions*" in words
    assert "6 of 12 judged alerts were right" in words
    assert "leave out posts that say “giveaway”" in words
    assert "spared 6 of 6 wrong alerts, and none of the 6 right ones" in words

    await town.sam.click(card, ids.PROPOSAL_APPLY)
    assert f"<@{town.margot.id}>" in await town.told(town.sam, "administer")
    assert str(town.services.watches.named("Lumo").query) == "lumo", "Sam may not"

    await town.margot.click(card, ids.PROPOSAL_APPLY)
    card = await changed(town, card, "Applied by", "#care")
    assert f"<@{town.margot.id}>" in text_of(card)
    assert not any(block["type"] == "actions" for block in card.blocks)
    query = town.services.watches.named("Lumo").query
    assert not query.matches(WRONG)
    assert query.matches(RIGHT)


async def test_what_was_declined_is_not_proposed_again(town: Town) -> None:
    await misjudged(town)
    card = await digest_in(town, "#care")
    assert "giveaway”" in text_of(card)
    await town.margot.click(card, ids.PROPOSAL_DECLINE)
    await changed(town, card, "no, thanks", "#care")
    answer = await town.asked(town.margot, "/vigie digest channel")
    assert "giveaway”" not in text_of(answer)
    assert "lumo" in str(town.services.watches.named("Lumo").query)


async def test_of_two_admins_the_second_is_told_who_was_first(town: Town) -> None:
    await misjudged(town)
    card = await digest_in(town, "#care")
    await town.margot.click(card, ids.PROPOSAL_APPLY)
    await changed(town, card, "Applied by", "#care")  # `card` itself still shows its buttons
    [kept] = await town.services.records.proposals.find({"watch": "Lumo"}, "at")
    assert (kept.value.answer, kept.value.by) == ("applied", town.margot.id)
    late = await drawn_before(town, card)
    await town.margot.click(late, ids.PROPOSAL_APPLY)
    assert await town.told(town.margot, "has applied it already")


async def drawn_before(town: Town, card: Message) -> Message:
    """What somebody sees whose Slack has not yet drawn the answer."""
    posted = await town.services.slack.client.chat_postMessage(
        channel="#care", text=card.text, blocks=list(card.blocks)
    )
    return next(m for m in town.standin.messages("#care") if m.ts == posted["ts"])


async def test_a_proposal_for_a_watch_that_was_changed_since_is_refused_in_words(
    town: Town,
) -> None:
    await misjudged(town)
    card = await digest_in(town, "#care")
    kept = (await town.services.records.proposals.find({"watch": "Lumo"}, "at"))[0]
    older = replace(kept.value, query="lumo OR lumi")
    proposals = town.services.records.proposals
    await town.services.records.commit([proposals.put(older.id, older, kept.version)])
    await town.margot.click(card, ids.PROPOSAL_APPLY)
    assert await town.told(town.margot, "changed since this was proposed")
    assert str(town.services.watches.named("Lumo").query) == "lumo"


async def test_a_french_channel_has_its_digest_in_french(town: Town) -> None:
    await misjudged(town)
    card = await digest_in(town, "#brand")
    french = Voice("fr", town.services.config.timezone)
    words = text_of(card)
    assert "Bilan depuis" in words
    assert french.plural("*{n} mention*", "*{n} mentions*", 12) in words
    assert french.say("Apply") in words
    await town.margot.click(card, ids.PROPOSAL_DECLINE)
    declined = french.say("<@{who}> said no, thanks. {change}", who=town.margot.id, change="")
    await changed(town, card, declined.strip(), "#brand")


async def test_a_digest_of_ones_own_is_set_in_a_form(town: Town) -> None:
    answer = await town.asked(town.camille, "/vigie abonner")
    await town.camille.click(answer, ids.SUBSCRIPTION)
    view = await town.modal(town.camille)
    assert "lun." in str(view.blocks), "in her language"
    lumo = [{"text": {"type": "plain_text", "text": "Lumo", "emoji": True}, "value": "Lumo"}]
    await town.camille.submit(
        {
            ids.WATCHES: {ids.VALUE: {"selected_options": lumo}},
            ids.AT: {ids.VALUE: "07:30"},
            ids.AT_AGAIN: {ids.VALUE: "17:00"},
        }
    )
    assert town.camille.modal is None
    [kept] = await town.services.records.subscriptions.find({}, "user")
    assert kept.value.user == town.camille.id
    assert kept.value.watches == ("Lumo",)
    assert kept.value.at == (time(7, 30), time(17))
    assert kept.value.days == (0, 1, 2, 3, 4)
    [timer] = [
        kept.value
        for kept in await town.services.records.timers.find({}, "due")
        if kept.value.subject == f"user {town.camille.id}"
    ]
    due = timer.due.astimezone((await voices.to(town.services, town.camille.id)).zone)
    assert (due.hour, due.minute) in ((7, 30), (17, 0))
    again = text_of(await town.asked(town.camille, "/vigie abonner"))
    assert "07:30" in again


async def test_work_is_passed_on_with_a_note_and_the_receiver_gets_it(town: Town) -> None:
    records, now = town.services.records, town.services.now()
    for id in ("aaaaaa", "bbbbbb"):
        mine = a_conversation(
            id=id, alert="", state="claimed", assignee=town.sam.id, opened=now, changed=now
        )
        await records.commit([records.conversations.put(id, mine)])
    await town.sam.click(await town.asked(town.sam, "/vigie load"), ids.PASS_ON)
    view = await town.modal(town.sam)
    [boxes] = [b for b in view.blocks if b["block_id"] == ids.CONVERSATIONS]
    first = boxes["element"]["options"][:1]
    chosen = {
        ids.CONVERSATIONS: {ids.VALUE: {"selected_options": first}},
        ids.NOTE: {ids.VALUE: "she was promised a refund"},
    }
    to_self = await town.sam.submit(chosen | {ids.ASSIGNEE: {ids.VALUE: town.sam.id}})
    assert ids.ASSIGNEE in to_self.errors
    await town.sam.submit(chosen | {ids.ASSIGNEE: {ids.VALUE: town.camille.id}})
    assert town.sam.modal is None
    theirs = await records.conversations.get("aaaaaa")
    ours = await records.conversations.get("bbbbbb")
    assert theirs is not None
    assert ours is not None
    assert (theirs.value.assignee, ours.value.assignee) == (town.camille.id, town.sam.id)
    [event] = await records.audit.find({"conversation": "aaaaaa"}, "order")
    assert (event.value.deed, event.value.note) == ("hand_over", "she was promised a refund")


async def test_the_manager_is_told_sums_and_everybody_else_their_own(town: Town) -> None:
    own = text_of(await town.asked(town.sam, "/vigie load"))
    assert "My week" in own
    sums = text_of(await town.asked(town.margot, "/vigie load"))
    assert "The team’s week" in sums
    assert "<@" not in sums


async def test_the_precision_is_told_when_asked_for(town: Town) -> None:
    await misjudged(town)
    words = text_of(await town.asked(town.camille, "/vigie précision lumo"))
    french = Voice("fr", town.services.config.timezone)
    assert french.share(0.5) in words
    assert "Limo" in text_of(await town.asked(town.sam, "/vigie precision Limo"))


async def test_a_click_on_not_about_us_is_counted_in_the_precision(town: Town) -> None:
    angry = "This lumo giveaway is terrible. I hate it, worst ever."
    await town.poll("forum", a_fresh_post(source="forum", text=angry))
    card = await town.card()
    await town.sam.click(card, ids.DISMISS)
    await town.card_says("not about us")
    words = text_of(await town.asked(town.sam, "/vigie precision"))
    assert "0 of 1 judged alert was right" in words
    assert "1 not about us" in words
