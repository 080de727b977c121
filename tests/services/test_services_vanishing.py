"""What an author takes back is removed from the store and from Slack; edits are shown."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

import pytest
from msgspec.structs import replace

from bot.domain.judgements import Judgement
from bot.domain.mention import Mention, Post
from bot.domain.outbox import Delivery, direct_delivery
from bot.errors import SourceUnavailable
from bot.services import cards, erasing, ingest, vanishing
from bot.services.base import Services
from bot.services.vanishing import Followed
from bot.sources.base import Page, Reread
from bot.store.base import Write
from tests.builders import NOW, a_post
from tests.services.conftest import HandClock, ScriptedSource

Scripted = dict[str, ScriptedSource]

COMPLAINT = "My Lumo lamp caught fire in Lyon, it is terrible and I hate it."
SAID = ("caught fire", "Lyon", "@ada", "fire in")


class Asked(ScriptedSource):
    """A source that can be asked again for its posts."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.now_says: Reread | Exception = Reread()
        self.asked: list[str] = []

    async def reread(self, posts: Sequence[Post]) -> Reread:
        self.asked += [post.id for post in posts]
        if isinstance(self.now_says, Exception):
            raise self.now_says
        return self.now_says


@pytest.fixture
def scripted() -> dict[str, ScriptedSource]:
    return {"forum": ScriptedSource("forum"), "lumen.social": Asked("lumen.social")}


@pytest.fixture
def social(scripted: Scripted) -> Asked:
    source = scripted["lumen.social"]
    assert isinstance(source, Asked)
    return source


def a_complaint(number: int = 1, **changes: object) -> Post:
    return a_post(id=f"p{number}", text=COMPLAINT, **changes)


async def poll(services: Services, source: str = "lumen.social") -> None:
    await ingest.poll(services, services.config.watches[0], source)


@pytest.fixture(autouse=True)
async def told(services: Services, social: Asked) -> None:
    """A complaint that was told of."""
    for source in services.sources:
        await poll(services, source)
    social.will_show(a_complaint())
    await poll(services)


async def the_mention(services: Services) -> Mention:
    [kept] = await services.records.mentions.find({"watch": "Lumo"}, "at", limit=1)
    return kept.value


async def deliveries(services: Services, state: str = "waiting") -> list[Delivery]:
    found = await services.records.outbox.find({"state": state}, "order")
    return [kept.value for kept in found]


async def everything_kept(services: Services) -> str:
    """All that the store holds, as text."""
    records = services.records
    found: list[object] = []
    for table, order in (
        (records.mentions.find({"watch": "Lumo"}, "at"), ""),
        (records.conversations.find({}, "opened"), ""),
        (records.alerts.find({"watch": "Lumo"}, "raised"), ""),
        (records.judgements.find({}, "at"), ""),
    ):
        found += [order, *await table]
    for state in ("waiting", "trying", "sent"):
        found += await deliveries(services, state)
    return str(found)


async def take_back(services: Services, social: Asked) -> None:
    social.answers.append(Page(posts=(), cursor="after", deleted=("p1", "nobody knows this")))
    await poll(services)


async def test_nothing_is_left_of_what_was_said_and_it_still_counts(
    services: Services, social: Asked, clock: HandClock
) -> None:
    before = await the_mention(services)
    clock.turn(timedelta(minutes=30))
    await take_back(services, social)
    mention = await the_mention(services)
    assert mention.deleted == clock.now
    assert (mention.id, mention.conversation, mention.at) == (
        before.id, before.conversation, before.at,
    )  # fmt: skip
    kept = await everything_kept(services)
    assert [words for words in SAID if words in kept] == []
    volume = await services.records.volumes.get(f"Lumo\n{NOW.date()}")
    assert volume is not None
    assert sum(volume.value.counts) == 1


async def test_its_card_is_drawn_again_without_it(services: Services, social: Asked) -> None:
    [alert] = [
        kept.value for kept in await services.records.alerts.find({"watch": "Lumo"}, "raised")
    ]
    await take_back(services, social)
    drawn = [one for one in await deliveries(services) if one.kind == "refresh"]
    assert [one.alert for one in drawn] == [alert.id]
    card = await cards.alert_card(services, alert.id)
    shown = f"{card.text} {card.blocks}"
    assert "deleted by its author" in shown
    assert [words for words in SAID if words in shown] == []


async def test_its_conversation_is_called_otherwise_and_goes_on(
    services: Services, social: Asked
) -> None:
    await take_back(services, social)
    kept = await services.records.conversations.get((await the_mention(services)).conversation)
    assert kept is not None
    assert (kept.value.title, kept.value.what, kept.value.url) == ("", "deleted", "")
    assert kept.value.is_open


async def test_messages_that_quoted_it_are_amended_and_those_that_wait_changed(
    services: Services, social: Asked
) -> None:
    records, now = services.records, services.now()
    said = direct_delivery("U1", f"“{COMPLAINT}” @ada, lumen.social", services.sequence(), now)
    waits = direct_delivery("U2", f"@ada: “{COMPLAINT[:40]}…”", services.sequence(), now)
    other = direct_delivery("U3", "Good morning", services.sequence(), now)
    sent = direct_delivery("U1", said.text, services.sequence(), now, about="sent")
    writes: list[Write] = [records.outbox.put(one.id, one, 0) for one in (waits, other)]
    done = {"state": "sent", "posted_to": "D1", "ts": "1.0"}
    writes.append(records.outbox.put(sent.id, replace(sent, **done), 0))
    await records.commit(writes)
    await take_back(services, social)
    waiting = {one.id: one for one in await deliveries(services)}
    [amend] = [one for one in waiting.values() if one.kind == "amend"]
    assert amend.of == sent.id
    assert "fire" not in amend.text + waiting[waits.id].text
    assert waiting[other.id].text == "Good morning"


async def test_what_was_judged_of_it_teaches_nothing_more(
    services: Services, social: Asked
) -> None:
    id = (await the_mention(services)).id
    word = Judgement(mention=id, watch="Lumo", verdict="right", by="U1", at=services.now())
    await services.records.commit([services.records.judgements.put(id, word, 0)])
    await take_back(services, social)
    assert await services.records.judgements.get(id) is None


async def test_a_source_that_shows_it_again_brings_nothing_back(
    services: Services, social: Asked
) -> None:
    await take_back(services, social)
    social.will_show(a_complaint())
    await poll(services)
    assert (await the_mention(services)).post.text == ""
    assert await erasing.erase(services, "Lumo", "lumen.social", ["p1"]) == 0


async def test_what_was_deleted_before_it_was_read_is_no_mention(
    services: Services, social: Asked
) -> None:
    late = a_complaint(2, at=NOW + timedelta(minutes=1))
    social.answers.append(Page(posts=(late,), cursor="after", deleted=("p2",)))
    await poll(services)
    assert await services.records.mentions.count({"watch": "Lumo"}, "at") == 1


async def test_what_was_told_is_asked_for_again_and_followed(
    services: Services, social: Asked
) -> None:
    social.now_says = Reread(gone=("p1", "p7"))
    assert await vanishing.follow(services, "lumen.social") == Followed(asked=1, gone=1)
    assert (await the_mention(services)).deleted
    assert await vanishing.follow(services, "lumen.social") == Followed()
    assert social.asked == ["p1"]


async def test_an_edit_that_is_found_so_is_shown_and_not_told_again(
    services: Services, social: Asked
) -> None:
    told = await services.records.alerts.count({"watch": "Lumo"}, "raised")
    social.now_says = Reread(posts=(a_complaint(engagement=9, followers=8),))
    assert (await vanishing.follow(services, "lumen.social")).edited == 0
    social.now_says = Reread(posts=(a_post(id="p1", text=f"{COMPLAINT} Update: refunded."),))
    assert (await vanishing.follow(services, "lumen.social")).edited == 1
    assert "refunded" in (await the_mention(services)).post.text
    assert "refresh" in [one.kind for one in await deliveries(services)]
    assert await services.records.alerts.count({"watch": "Lumo"}, "raised") == told


async def test_a_source_that_cannot_be_asked_is_left_alone(
    services: Services, social: Asked
) -> None:
    social.now_says = SourceUnavailable("It is down.")
    assert await vanishing.follow(services, "lumen.social") == Followed()
    assert await vanishing.follow(services, "forum") == Followed()
    assert not (await the_mention(services)).deleted


async def test_what_was_told_long_ago_and_is_done_is_not_asked_for(
    services: Services, social: Asked, clock: HandClock
) -> None:
    clock.turn(timedelta(days=8))
    await vanishing.follow(services, "lumen.social")
    assert social.asked == ["p1"]  # its conversation is open
    [kept] = await services.records.conversations.find({"state": "new"}, "opened")
    done = replace(kept.value, state="resolved")
    put = services.records.conversations.put(done.id, done, kept.version)
    await services.records.commit([put])
    await vanishing.follow(services, "lumen.social")
    assert social.asked == ["p1"]
