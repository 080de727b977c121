"""Drills over a real store: what they leave behind, what they survive, and who may hold them."""

from __future__ import annotations

from dataclasses import replace as with_
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from bot.config import Config, loads
from bot.domain.alerts import Alert, NegativeReason
from bot.domain.drills import Drill, conversation, conversation_id
from bot.domain.identity import id_of_mention
from bot.domain.insights import InsightError
from bot.domain.outbox import Delivery
from bot.domain.playbooks import spoken
from bot.errors import (
    ConversationError,
    IllegalTransition,
    MessageGone,
    UnknownConversation,
    VigieError,
)
from bot.services import (
    checklists,
    conversations,
    digests,
    drills,
    erasing,
    finding,
    load,
    lookout,
    practice,
    remaking,
    reports,
    retention,
    rounds,
    scripts,
    subjects,
)
from bot.services.base import Services
from bot.store.repositories import TABLES, Records
from bot.store.tiny import TinyStore
from tests.builders import NOW, a_conversation, a_mention, a_post
from tests.services.conftest import CONFIG, HandClock

MARGOT, SAM, CAMILLE, ON_DUTY = "U0MARGOT01", "U0SAMCART1", "U0CAMILLE1", "U0ONDUTY01"
DAY, MINUTE, SECOND = timedelta(days=1), timedelta(minutes=1), timedelta(seconds=1)
PRACTICE = "#practice"

OF_DRILLS = {"drills", "scripts", "checklists", "outbox", "timers"}
"""The tables that a drill may write in: none of them is read by anything that counts."""


@pytest.fixture
def config() -> Config:
    team = f'[duty]\nmanager = "{MARGOT}"\npeople = ["{ON_DUTY}"]\n'
    route = '[[routes]]\nname = "press"\nwatches = ["Lumo"]\nchannel = "#press"\n'
    return loads(CONFIG + team + route)


async def begun(services: Services, script: str = "rumour", speed: int = 20) -> Drill:
    return await drills.start(services, MARGOT, script, PRACTICE, speed)


async def the_drill(services: Services) -> Drill:
    [kept] = await services.records.drills.find({}, "began")
    return kept.value


async def delivered(services: Services, late: timedelta = timedelta()) -> None:
    """All that is due is posted, at its time or so much later."""
    now, outbox = services.now(), services.records.outbox
    writes = []
    for kept in await outbox.find({"state": "waiting"}, "order"):
        one = kept.value
        if one.kind == "drill" and not one.is_held(now):
            ts = f"{((one.after or one.created) + late).timestamp():.6f}"
            said = replace(one, state="sent", posted_to="C1", ts=ts)
            writes.append(outbox.put(one.id, said, kept.version))
    await services.records.commit(writes)


async def ended(services: Services, clock: HandClock, late: timedelta = timedelta()) -> Drill:
    clock.turn(9 * MINUTE)
    await delivered(services, late)
    clock.turn(MINUTE)
    await rounds.make(services)
    return await the_drill(services)


async def waiting(services: Services) -> list[Delivery]:
    found = await services.records.outbox.find({"state": "waiting"}, "order")
    return [kept.value for kept in found]


async def all_rows(folder_store: Any) -> dict[str, dict[str, bytes]]:
    """All that a store holds, but for what a drill may write."""
    found: dict[str, dict[str, bytes]] = {}
    for spec in TABLES:
        if spec.name not in OF_DRILLS:
            pages = [page async for page in folder_store.rows(spec.name)]
            found[spec.name] = {row.id: row.json for page in pages for row in page}
    return found


async def some_past(services: Services) -> None:
    """A conversation that was worked, so that there are figures at all."""
    records = services.records
    mention = a_mention(conversation="c00001", seen=NOW - MINUTE, at=NOW - MINUTE)
    known = a_conversation(id="c00001", opened=NOW - MINUTE, changed=NOW - MINUTE)
    await records.commit(
        [
            records.mentions.put(mention.id, mention),
            records.conversations.put(known.id, known),
        ]
    )
    await conversations.claim(services, "c00001", SAM)


DEEDS = ["claim", "release", "replied", "resolve", "dismiss", "not_negative", "reopen", "assign"]


async def act(services: Services, id: str, deed: str, by: str) -> None:
    """Click, whether the conversation allows it or not."""
    given_to = (CAMILLE,) if deed == "assign" else ()
    try:
        await getattr(conversations, deed)(services, id, by, *given_to)
    except VigieError:
        return


async def figures(services: Services) -> tuple[object, ...]:
    """All that is reported of the work."""
    return (
        await reports.report(services, services.watches.all[0], DAY),
        await digests.of_channel(services, PRACTICE),
        await digests.of_person(services, SAM),
        await load.of_team(services),
        await load.of_person(services, SAM),
        await conversations.queue(services),
    )


@settings(
    max_examples=5, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    deeds=st.lists(
        st.tuples(
            st.integers(1, 24), st.sampled_from(DEEDS), st.sampled_from([SAM, CAMILLE, MARGOT])
        ),
        max_size=25,
    ),
    stops=st.booleans(),
)
async def test_whatever_is_done_in_a_drill_no_figure_knows_of_it(
    deeds: list[tuple[int, str, str]],
    stops: bool,
    config: Config,
    tmp_path_factory: pytest.TempPathFactory,
    services: Services,
) -> None:
    folder, clock = tmp_path_factory.mktemp("drill"), HandClock()
    store = await TinyStore.open(folder, TABLES)
    here = _over(services, store, clock)
    await some_past(here)
    before, told = await all_rows(store), await figures(here)

    drill = await begun(here)
    clock.turn(75 * SECOND)
    for number, deed, by in deeds:
        await act(here, conversation_id(drill, number), deed, by)
    if stops:
        await drills.stop(here, MARGOT, PRACTICE)
    await ended(here, clock)

    assert (await the_drill(here)).score
    assert await all_rows(store) == before
    clock.now = NOW
    assert await figures(here) == told
    await store.close()


def _over(services: Services, store: TinyStore, clock: HandClock) -> Services:
    return with_(services, records=Records(store), clock=clock)


async def test_a_drill_goes_on_after_a_restart(
    services: Services, clock: HandClock, tmp_path: Path
) -> None:
    store = await TinyStore.open(tmp_path / "first", TABLES)
    drill = await begun(_over(services, store, clock))
    await store.close()

    store = await TinyStore.open(tmp_path / "first", TABLES)
    here = _over(services, store, clock)
    clock.turn(4 * SECOND)
    await delivered(here)
    await conversations.claim(here, conversation_id(drill, 2), SAM)
    over = await ended(here, clock)
    await store.close()

    assert over.score
    assert over.score.to_claim
    assert over.score.to_claim.worst == SECOND


async def test_a_post_that_came_late_is_not_held_against_the_team(
    services: Services, clock: HandClock
) -> None:
    drill = await begun(services)
    clock.turn(30 * SECOND)
    await conversations.claim(services, conversation_id(drill, 1), SAM)
    over = await ended(services, clock, late=20 * SECOND)
    assert over.score
    assert over.score.to_claim
    assert over.score.to_claim.worst == 10 * SECOND


async def test_a_drill_ends_when_its_last_posts_could_be_seen_for_a_minute(
    services: Services, clock: HandClock
) -> None:
    drill = await begun(services)
    clock.turn(drill.ends - NOW)
    await rounds.make(services)
    assert (await the_drill(services)).over is None, "Vigie was away; the posts come now"

    await delivered(services, late=30 * SECOND)
    clock.turn(29 * SECOND)
    await rounds.make(services)
    assert (await the_drill(services)).over is None
    clock.turn(SECOND)
    await rounds.make(services)
    assert (await the_drill(services)).over


async def test_a_drill_that_slack_does_not_take_ends_at_last(
    services: Services, clock: HandClock
) -> None:
    drill = await begun(services)
    clock.turn(drill.ends - NOW + drills.LATEST)
    await rounds.make(services)
    over = await the_drill(services)
    assert over.score
    assert over.score.wanted == 0


async def test_posts_wait_for_their_time_and_the_score_is_told_at_the_end(
    services: Services, clock: HandClock
) -> None:
    drill = await begun(services)
    held = [one for one in await waiting(services) if one.after and one.after > NOW]
    assert [one.after for one in held] == [drill.shown_at(n) for n in range(2, 25)]

    await ended(services, clock)

    assert f"drill.{drill.id}.score" in [one.id for one in await waiting(services)]
    assert await services.records.timers.find({}, "due") == []


async def test_a_post_that_waits_for_its_time_does_not_wait_for_slack(
    services: Services, clock: HandClock
) -> None:
    drill = await begun(services)
    at_once = 3
    assert (await lookout.status(services)).waiting == at_once, "opening, steps, first post"
    clock.turn(drill.shown_at(2) - NOW)
    assert (await lookout.status(services)).waiting == at_once + 1


async def test_stopping_takes_back_what_was_still_to_be_shown(
    services: Services, clock: HandClock
) -> None:
    drill = await begun(services)
    clock.turn(4 * SECOND)
    await delivered(services)
    clock.turn(2 * SECOND)
    over = await drills.stop(services, MARGOT, PRACTICE)
    left = [one.id for one in await waiting(services) if one.kind == "drill"]
    assert left == [f"drill.{drill.id}.score"]
    assert over.stopped
    assert over.score
    assert over.score.wanted == 2, "the third was due, and not posted yet"
    with pytest.raises(ConversationError, match="is over"):
        await conversations.claim(services, conversation_id(drill, 1), SAM)
    with pytest.raises(ConversationError, match="No drill"):
        await drills.stop(services, MARGOT, PRACTICE)


async def test_one_drill_at_a_time_is_held_in_a_channel(
    services: Services, clock: HandClock
) -> None:
    await begun(services)
    with pytest.raises(ConversationError, match="going on"):
        await begun(services, "leak")
    await drills.start(services, MARGOT, "leak", "#other-room", 5)
    await drills.stop(services, MARGOT, PRACTICE)
    clock.turn(SECOND)
    assert (await begun(services, "leak")).script == "data-leak"


@pytest.mark.parametrize("channel", ["#admin", "#brand", "#care", "#press"])
async def test_no_drill_is_held_where_something_real_is_told(
    services: Services, channel: str
) -> None:
    with pytest.raises(ConversationError, match="Alerts are told in"):
        await drills.start(services, MARGOT, "rumour", channel, 1)


async def test_the_manager_and_whoever_is_on_duty_hold_drills(services: Services) -> None:
    await begun(services)
    await drills.stop(services, ON_DUTY, PRACTICE)
    with pytest.raises(ConversationError, match="on duty"):
        await drills.start(services, SAM, "rumour", PRACTICE, 1)
    with pytest.raises(ConversationError, match="speed of life"):
        await drills.start(services, MARGOT, "rumour", PRACTICE, 3)


async def test_in_a_french_channel_the_drill_is_french(services: Services) -> None:
    french = loads(CONFIG.replace("[slack]", '[slack]\nlanguage = "fr"\nadmins = ["U_A"]'))
    here = with_(services, config=french)
    drill = await drills.start(here, "U_A", "rumour", PRACTICE, 1)
    assert drill.title.startswith("Fausse rumeur")
    card = await practice.drawn(here, f"drill.{drill.id}.1")
    assert "🎓 EXERCICE" in card.text


async def test_of_two_who_claim_at_once_one_has_it(services: Services) -> None:
    drill = await begun(services)
    id = conversation_id(drill, 1)
    await conversations.claim(services, id, SAM)
    with pytest.raises(ConversationError) as refused:
        await conversations.claim(services, id, CAMILLE)
    assert SAM in str(refused.value)
    assert conversation(await the_drill(services), 1).assignee == SAM


async def an_alert(services: Services, *texts: str) -> Alert:
    """A story of posts by three people."""
    records = services.records
    mentions = [
        a_mention(
            id=id_of_mention("Lumo", "lumen.social", f"p{n}"),
            conversation="c00001",
            at=NOW - (30 - n) * MINUTE,
            post=a_post(id=f"p{n}", text=text, author=f"@author{n}", at=NOW - (30 - n) * MINUTE),
        )
        for n, text in enumerate(texts)
    ]
    alert = Alert(
        id="a00001",
        kind="negative",
        watch="Lumo",
        channel="#care",
        conversation="c00001",
        mention=mentions[0].id,
        posts=tuple(mention.id for mention in mentions),
        count=len(mentions),
        raised=NOW,
        reason=NegativeReason(score=-0.8, threshold=-0.5, words=()),
    )
    known = a_conversation(id="c00001", alert="a00001")
    await records.commit(
        [
            records.alerts.put(alert.id, alert),
            records.conversations.put(known.id, known),
            *(records.mentions.put(mention.id, mention) for mention in mentions),
        ]
    )
    return alert


async def test_a_past_alert_is_made_into_a_drill_of_nobody(services: Services) -> None:
    await an_alert(services, "Ask @bob about this lumo", "It broke twice", "Awful")
    kept = await remaking.remake(services, MARGOT, "c00001", "Last winter")
    assert kept.script.name == "last-winter"

    drill = await begun(services, "winter")
    card = await practice.drawn(services, f"drill.{drill.id}.1")

    words = str(card)
    assert "Ask @… about this lumo" in words
    assert "Voice 1" in words
    assert "@author" not in words
    stored = await services.records.scripts.get("last-winter")
    assert stored
    assert "broke" not in str(stored.value), "its words are kept in one place alone"


async def test_what_an_author_took_back_is_gone_from_the_drill_as_well(
    services: Services, clock: HandClock
) -> None:
    await an_alert(services, "It broke twice", "Awful")
    await remaking.remake(services, MARGOT, "c00001", "Winter")
    drill = await begun(services, "winter")
    outbox = services.records.outbox
    kept = await outbox.get(f"drill.{drill.id}.1")
    assert kept
    said = replace(kept.value, state="sent", posted_to="C1", ts="1.1")
    await services.records.commit([outbox.put(said.id, said, kept.version)])

    await erasing.erase(services, "Lumo", "lumen.social", ["p0"])

    assert [one.of for one in await waiting(services) if one.kind == "amend"] == [said.id]
    assert "broke" not in str(await practice.drawn(services, said.id))


async def test_only_admins_and_the_manager_make_drills_of_alerts(services: Services) -> None:
    await an_alert(services, "It broke")
    with pytest.raises(ConversationError, match="past alerts"):
        await remaking.remake(services, ON_DUTY, "c00001")


async def test_what_a_post_wanted_then_is_what_it_wants_in_the_drill(services: Services) -> None:
    await an_alert(services, "It broke twice", "Love it", "Lumo the singer")
    records = services.records
    found = await records.mentions.find({"watch": "Lumo"}, "at")
    _, friendly, other = (kept.value for kept in found)
    felt = friendly.analysis.sentiment
    assert felt
    glad = replace(friendly.analysis, sentiment=replace(felt, score=0.8))
    dismissed = a_conversation(id="c00002", state="dismissed", because="not_about_us")
    await records.commit(
        [
            records.mentions.put(friendly.id, replace(friendly, analysis=glad)),
            records.mentions.put(other.id, replace(other, conversation=dismissed.id)),
            records.conversations.put(dismissed.id, dismissed),
        ]
    )

    kept = await remaking.remake(services, MARGOT, "c00001")

    assert [post.expects for post in kept.script.posts] == ["answer", "nothing", "dismiss"]


async def test_what_ships_is_not_taken_the_name_of(services: Services) -> None:
    await an_alert(services, "It broke")
    with pytest.raises(ConversationError, match="another name"):
        await remaking.remake(services, MARGOT, "c00001", "False rumour")


async def test_after_a_month_a_drills_score_is_all_that_is_left(
    services: Services, clock: HandClock
) -> None:
    drill = await begun(services)
    await conversations.claim(services, conversation_id(drill, 1), SAM)
    await ended(services, clock)
    await retention.keep_within(services)
    assert (await the_drill(services)).posts

    clock.turn(31 * DAY)
    await retention.keep_within(services)

    left = await the_drill(services)
    assert left.score
    assert (left.posts, left.events, left.by) == ((), (), "")
    with pytest.raises(MessageGone):
        await practice.drawn(services, f"drill.{drill.id}.1")
    assert "missed" in str(await practice.drawn(services, f"drill.{drill.id}.score"))
    clock.turn(800 * DAY)
    await retention.keep_within(services)
    assert await drills.results(services, PRACTICE) == []


async def test_one_that_did_not_end_for_a_month_is_scored_before_it_is_left_out(
    services: Services, clock: HandClock
) -> None:
    await begun(services)
    await delivered(services)
    clock.turn(31 * DAY)

    await retention.keep_within(services)
    await rounds.make(services)
    await retention.keep_within(services)

    drill = await the_drill(services)
    assert drill.score
    assert drill.posts == ()


async def test_once_a_drill_is_over_its_steps_are_as_they_were_scored(
    services: Services, clock: HandClock
) -> None:
    drill = await begun(services)
    await checklists.tick(services, drill.id, 0, SAM)
    await drills.stop(services, MARGOT, PRACTICE)

    with pytest.raises(IllegalTransition, match="is over"):
        await checklists.tick(services, drill.id, 1, SAM)
    with pytest.raises(IllegalTransition, match="is over"):
        await checklists.untick(services, drill.id, 0, SAM)
    score = (await the_drill(services)).score
    assert score
    assert score.steps_done == 1


async def test_steps_are_due_as_much_sooner_as_a_drill_is_played(services: Services) -> None:
    drill = await begun(services, speed=20)
    [first, *_] = (await checklists.find(services, drill.id)).items
    playbook = spoken(services.config.playbooks, drill.playbook, "en")
    assert playbook
    assert playbook.steps[0].within
    assert first.within == playbook.steps[0].within / 20


async def test_what_is_for_real_posts_says_so_of_one_of_a_drill(services: Services) -> None:
    drill = await begun(services)
    with pytest.raises(UnknownConversation, match="for what is real"):
        await finding.find(services, conversation_id(drill, 1).upper())


async def test_no_insight_is_made_of_what_a_drill_says(
    services: Services, clock: HandClock
) -> None:
    drill = await begun(services)
    steps = await services.records.outbox.get(f"{drill.id}.checklist")
    assert steps
    said = [await practice.drawn(services, practice.delivery_id(drill, part)) for part in ("", "1")]
    over = await ended(services, clock)
    after = [await practice.drawn(services, practice.delivery_id(over, p)) for p in ("1", "score")]

    for blocks in (steps.value.blocks, *(card.blocks for card in (*said, *after))):
        with pytest.raises(InsightError, match="of a drill"):
            await subjects.of_message(services, {"blocks": blocks, "ts": "1.0"}, (), "C1")


def test_scripts_that_ship_are_read_once() -> None:
    assert scripts.shipped("en") is scripts.shipped("en")
