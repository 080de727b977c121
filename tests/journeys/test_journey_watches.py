"""Watches made, changed, tried and paused from App Home, as people with rights and without."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from bot.domain.flagging import Budget
from bot.domain.watch import Watch
from bot.services import ingest, watching
from bot.slack import ids
from bot.standin import Message, Person, Standin, View
from tests.builders import a_fresh_post
from tests.journeys.conftest import Town, bot_in, text_of
from tests.services.conftest import CONFIG, ScriptedSource

ADMINS = CONFIG.replace("[slack]", '[slack]\nadmins = ["U0MARGOT01", "U0CAMILLE1"]')


@pytest.fixture
async def town(
    standin: Standin, places: dict[str, ScriptedSource], tmp_path: Path
) -> AsyncIterator[Town]:
    """A town in which Margot (who reads English) and Camille (French) administer Vigie."""
    async with bot_in(standin, tmp_path / "data", places, config=ADMINS) as services:
        await standin.wait_for(lambda: standin.connected or None)
        town = Town(standin, services, places)
        await town.first_polls()
        yield town


async def home_of(town: Town, person: Person, holds: str) -> View:
    """A person's Home, once it holds these words."""

    def found() -> View | None:
        home = person.home
        return home if home and holds in str(home.blocks) else None

    person.open_home()
    return await town.until(found)


async def modal_with(town: Town, person: Person, holds: str) -> View:
    """The modal in front of a person, once it holds these words."""

    def found() -> View | None:
        modal = person.modal
        return modal if modal and holds in str(modal.authored) else None

    return await town.until(found)


async def form_of(town: Town, person: Person, watch: str = "Lumo") -> View:
    home = await home_of(town, person, f"*{watch}*")
    await person.click(home, ids.WATCH_EDIT, block_id=f"watch.{watch}")
    return await modal_with(town, person, ids.WATCH_QUERY)


async def told_to_admins(town: Town, holds: str) -> Message:
    def found() -> Message | None:
        return next((m for m in town.standin.messages("#admin") if holds in m.text), None)

    return await town.until(found)


def typed(**fields: Any) -> dict[str, Any]:
    """What is put into fields, by their ids without `watch_`."""
    return {f"watch_{field}": {ids.VALUE: value} for field, value in fields.items()}


def standing(**fields: str) -> dict[str, Any]:
    """What stands in lines of text while a button of the form is pressed."""
    return {
        f"watch_{field}": {ids.VALUE: {"type": "plain_text_input", "value": value}}
        for field, value in fields.items()
    }


def channel(town: Town, name: str) -> str:
    found = town.standin.workspace.channel(name)
    assert found is not None
    return found.id


async def kept(town: Town, count: int) -> None:
    """So many complaints are stored: those about the lamp are every third."""
    posts = [
        a_fresh_post(
            id=f"https://lumen.example/{n}",
            text="My Lumo lamp died. Terrible." if n % 3 == 0 else f"Lumo is fine, number {n}",
            source="forum",
        )
        for n in range(count)
    ]
    await town.forget_that_it_was_read("forum")
    await town.poll("forum", *posts)


async def test_a_watch_is_changed_after_a_look_at_what_it_would_have_matched(town: Town) -> None:
    await kept(town, 9)
    await form_of(town, town.margot)
    submitted = await town.margot.submit(typed(query="lumo lamp", below="-0.3"))
    assert submitted.result == "pushed"
    shown = str((await modal_with(town, town.margot, "Before it is kept")).blocks)
    assert (
        "It would have matched 3 posts*, 3 of them flagged as negative (about 3.0 a day)." in shown
    )
    assert "Looked at the 9 posts" in shown
    assert shown.count("My Lumo lamp died") == 3
    assert "query: `lumo` → `lumo lamp`" in shown
    assert town.services.watches.named("Lumo") == town.services.config.watches[0]

    assert (await town.margot.submit()).result == "closed"
    assert town.margot.modal is None
    assert str(town.services.watches.named("Lumo").query) == "lumo AND lamp"
    assert town.services.watches.named("Lumo").negative_below == -0.3
    told = await told_to_admins(town, "changed the watch")
    assert told.text.startswith("Margot")
    assert told.text.endswith(
        " changed the watch *Lumo*:\n• query: `lumo` → `lumo lamp`\n• negative from: −0.50 → −0.30"
    )
    await home_of(town, town.margot, "left it in Slack")


async def test_what_was_typed_stays_when_it_is_tried_out(town: Town) -> None:
    await kept(town, 6)
    form = await form_of(town, town.margot)
    values = standing(query="lumo OR lumi", alarm="fire, recall")
    await town.margot.act(form, ids.WATCH_TRY_TYPED, None, values=values)
    tried = await modal_with(town, town.margot, "It would have matched 6 posts")
    assert tried.id == form.id
    stands = tried.json("A1")["state"]["values"]
    assert stands[ids.WATCH_QUERY][ids.VALUE]["value"] == "lumo OR lumi"
    assert stands[ids.WATCH_ALARM][ids.VALUE]["value"] == "fire, recall"


async def test_a_watch_is_told_what_its_brand_is_spoken_of_with(town: Town) -> None:
    await kept(town, 9)
    await form_of(town, town.margot)
    refused = await town.margot.submit(typed(needs="lamp*, “bulb”", without="Lumo"))
    assert refused.result == "errors"
    assert "none would be left" in refused.errors[ids.WATCH_WITHOUT]
    assert (await town.margot.submit(typed(without="wallet"))).result == "pushed"
    shown = str((await modal_with(town, town.margot, "Before it is kept")).blocks)
    assert "It would have matched 3 posts" in shown
    assert (await town.margot.submit()).result == "closed"
    query = town.services.watches.named("Lumo").query
    assert str(query) == 'lumo AND (lamp* OR "bulb") AND NOT wallet'


async def test_a_query_that_cannot_be_read_is_shown_with_its_place(town: Town) -> None:
    form = await form_of(town, town.margot)
    submitted = await town.margot.submit(typed(query="(lumo OR lumi"))
    assert submitted.result == "errors"
    words = submitted.errors[ids.WATCH_QUERY]
    assert "This parenthesis is not closed" in words
    assert "‸(lumo OR lumi" in words
    await town.margot.act(form, ids.WATCH_TRY_TYPED, None, values=standing(query="(lumo OR lumi"))
    shown = await modal_with(town, town.margot, "```")
    assert "(lumo OR lumi\\n^" in str(shown.blocks)


async def test_a_fault_is_told_in_french_to_who_reads_french(town: Town) -> None:
    await form_of(town, town.camille)
    submitted = await town.camille.submit(typed(query="lumo AND"))
    assert submitted.result == "errors"
    assert "‸" in submitted.errors[ids.WATCH_QUERY]
    assert town.services.watches.named("Lumo") == town.services.config.watches[0]


async def test_a_new_watch_is_made_and_fills_its_history_silently(town: Town) -> None:
    home = await home_of(town, town.margot, "New watch")
    await town.margot.click(home, ids.WATCH_NEW)
    await modal_with(town, town.margot, ids.WATCH_NAME)
    care, brand = channel(town, "#care"), channel(town, "#brand")
    await town.margot.submit(typed(name=" Lamps ", query="lamp*", negative=care, spike=brand))
    await modal_with(town, town.margot, "Before it is kept")
    await town.margot.submit()
    watch = town.services.watches.named("Lamps")
    assert (watch.negative_channel, watch.spike_channel) == ("#care", "#brand")
    assert watch.sources == ("forum", "lumen.social")
    await told_to_admins(town, "added the watch *Lamps*")

    before = len(town.cards())
    town.places["forum"].will_show(a_fresh_post(source="forum"))
    await poll(town, watch, "forum")
    assert await town.services.records.mentions.count({"watch": "Lamps"}, "at") == 1
    assert len(town.cards()) == before


async def poll(town: Town, watch: Watch, source: str) -> None:
    await ingest.poll(town.services, watch, source)


async def test_a_name_that_is_taken_and_a_channel_without_vigie_are_refused(town: Town) -> None:
    home = await home_of(town, town.margot, "New watch")
    await town.margot.click(home, ids.WATCH_NEW)
    await modal_with(town, town.margot, ids.WATCH_NAME)
    care, general = channel(town, "#care"), channel(town, "#general")
    faults = town.standin.faults
    faults.error("conversations.info", "not_in_channel", channel=general, times=None)
    submitted = await town.margot.submit(
        typed(name="lumo", query="lumo", negative=care, spike=general)
    )
    assert "There is a watch “Lumo” already" in submitted.errors[ids.WATCH_NAME]
    assert "Vigie is not in that channel" in submitted.errors[ids.WATCH_SPIKE]
    assert ids.WATCH_NEGATIVE not in submitted.errors


async def test_the_second_of_two_admins_is_told_who_and_what_and_may_insist(town: Town) -> None:
    await form_of(town, town.margot)
    await form_of(town, town.camille)
    await town.margot.submit(typed(query="lumo lamp"))
    await modal_with(town, town.margot, "Before it is kept")
    await town.camille.submit(typed(query="lumo OR lumi"))
    await town.until(lambda: len(town.standin.world.views.stack(town.camille.id)) == 2 or None)
    await town.margot.submit()
    assert str(town.services.watches.named("Lumo").query) == "lumo AND lamp"

    assert (await town.camille.submit()).result == "updated"
    shown = str((await modal_with(town, town.camille, f"<@{town.margot.id}>")).blocks)
    assert "`lumo lamp` → `lumo OR lumi`" in shown
    assert str(town.services.watches.named("Lumo").query) == "lumo AND lamp"
    assert (await town.camille.submit()).result == "closed"
    assert str(town.services.watches.named("Lumo").query) == "lumo OR lumi"


async def test_who_opened_the_form_too_early_is_told_before_it_is_kept(town: Town) -> None:
    await form_of(town, town.margot)
    await watching.apply(town.services, town.camille.id, "Lumo", query="lumo lamp")
    await town.margot.submit(typed(query="lumi"))
    shown = str((await modal_with(town, town.margot, "while you had it open")).blocks)
    assert f"<@{town.camille.id}>" in shown
    assert "`lumo lamp` → `lumi`" in shown


async def test_a_watch_is_told_to_flag_what_the_team_can_take_and_tells_how_it_does(
    town: Town,
) -> None:
    await form_of(town, town.margot)
    await town.margot.submit(typed(below="5 a day"))
    await modal_with(town, town.margot, "by its threshold → about 5 a day")
    await town.margot.submit()
    await told_to_admins(town, "by its threshold → about 5 a day")
    watch = town.services.watches.named("Lumo")
    assert (watch.flag, watch.negative_below) == (Budget(5), -0.5)
    status = await town.asked(town.margot, "/vigie status")
    assert "Flags about 5 a day, once 50 posts of a language are known" in text_of(status)


async def test_a_watch_is_paused_and_resumed_from_home(town: Town) -> None:
    home = await home_of(town, town.margot, "*Lumo*")
    await town.margot.click(home, ids.WATCH_PAUSE)
    await town.until(lambda: not town.services.watches.polled or None)
    home = await home_of(town, town.margot, "paused")
    await town.margot.click(home, ids.WATCH_RESUME)
    await town.until(lambda: bool(town.services.watches.polled) or None)
    await told_to_admins(town, "resumed the watch *Lumo*")


async def test_a_change_is_taken_back_for_what_the_file_says(town: Town) -> None:
    await watching.apply(town.services, town.margot.id, "Lumo", query="lumo lamp")
    form = await form_of(town, town.margot)
    await town.margot.click(form, ids.WATCH_BACK)
    await modal_with(town, town.margot, "again what the file says")
    assert town.services.watches.named("Lumo") == town.services.config.watches[0]


async def test_a_watch_is_tried_from_home_as_it_is(town: Town) -> None:
    await kept(town, 6)
    home = await home_of(town, town.margot, "*Lumo*")
    await town.margot.click(home, ids.WATCH_TRY)
    await modal_with(town, town.margot, "It would have matched 6 posts*, 2 of them flagged")


async def test_who_is_no_admin_sees_no_watches_and_changes_none(town: Town) -> None:
    home = await home_of(town, town.sam, "The team")
    assert "watch_" not in str(home.blocks)


async def test_who_was_an_admin_when_home_was_drawn_is_told_that_they_are_none(
    town: Town,
) -> None:
    for person, words in ((town.margot, "administer Vigie"), (town.camille, "Vigie")):
        home = await home_of(town, person, "*Lumo*")
        form = await form_of(town, person)
        demoted = replace(town.services.config.slack, admins=("U0SAMCART1",))
        config = replace(town.services.config, slack=demoted)
        with pytest.MonkeyPatch.context() as patch:
            patch.setitem(town.services.__dict__, "config", config)
            refused = await person.submit(typed(query="lumi"), view=form)
            assert words in refused.errors[ids.WATCH_QUERY]
            await person.close()
            await person.click(home, ids.WATCH_PAUSE)
            await modal_with(town, person, "<@U0SAMCART1>")
            await person.close()
    assert town.services.watches.all == town.services.config.watches


@pytest.mark.parametrize(
    ("line", "who"), [("/vigie watches", "sam"), ("/vigie veilles", "camille")]
)
async def test_everybody_is_told_how_the_watches_are(town: Town, line: str, who: str) -> None:
    answer = await town.asked(getattr(town, who), line)
    shown = text_of(answer)
    assert "*Lumo*" in shown
    assert "✅ forum" in shown


async def test_hostile_names_are_harmless_wherever_they_stand(town: Town) -> None:
    hostile = "<!channel> *_~` &amp;"
    home = await home_of(town, town.margot, "New watch")
    await town.margot.click(home, ids.WATCH_NEW)
    await modal_with(town, town.margot, ids.WATCH_NAME)
    care = channel(town, "#care")
    await town.margot.submit(typed(name=hostile, query="lamp*", negative=care, spike=care))
    await modal_with(town, town.margot, "Before it is kept")
    await town.margot.submit()
    told = await told_to_admins(town, "added the watch")
    assert "<!channel>" not in told.text
    home = await home_of(town, town.margot, "&lt;!channel&gt;")
    assert "<!channel> *" not in str([b for b in home.blocks if b["type"] == "section"])
    await form_of_block(town, town.margot, home, hostile)


async def form_of_block(town: Town, person: Person, home: View, watch: str) -> None:
    await person.click(home, ids.WATCH_EDIT, block_id=f"watch.{watch}")
    form = await modal_with(town, person, ids.WATCH_BACK)
    await person.click(form, ids.WATCH_BACK)
    await modal_with(town, person, "is watched no more")
    await town.until(lambda: town.services.watches.find(watch) is None or None)


async def test_a_restart_keeps_what_was_changed(
    standin: Standin, places: dict[str, ScriptedSource], tmp_path: Path
) -> None:
    folder = tmp_path / "data"
    async with bot_in(standin, folder, places, config=ADMINS) as services:
        await watching.apply(services, "U0MARGOT01", "Lumo", query="lumo lamp")
        changed = services.watches.all
    async with bot_in(standin, folder, places, config=ADMINS) as services:
        assert services.watches.all == changed
        assert str(services.watches.named("Lumo").query) == "lumo AND lamp"


async def test_what_is_muted_for_ever_is_not_even_counted_any_more(town: Town) -> None:
    angry = "My lumo: terrible, worst, hated it."
    await town.poll("forum", a_fresh_post(id="1", source="forum", text=angry, author="@promo"))
    card = await town.card()
    short = re.search(r"`([0-9a-z]{6})`", text_of(card))
    assert short
    await town.sam.choose(card, ids.MORE, f"{ids.VERB_MUTE} {short[1]}")
    await town.modal(town.sam)
    for_ever = {ids.MUTE_WHICH: {ids.VALUE: "author"}, ids.MUTE_FOR: {ids.VALUE: "ever"}}
    refused = await town.sam.submit(for_ever)
    assert "administer" in refused.errors[ids.MUTE_WHICH]

    await town.margot.choose(card, ids.MORE, f"{ids.VERB_MUTE} {short[1]}")
    await town.modal(town.margot)
    refused = await town.margot.submit({ids.MUTE_FOR: {ids.VALUE: "ever"}})
    assert "paused in App Home" in refused.errors[ids.MUTE_FOR]
    assert (await town.margot.submit(for_ever)).result == "updated"
    assert "never counted" in str((await modal_with(town, town.margot, "never counted")).blocks)
    told = await told_to_admins(town, "changed the watch")
    assert told.text.endswith("• never counted: none → @promo")

    posts = [
        a_fresh_post(id="2", source="forum", text=angry, author="@promo"),
        a_fresh_post(id="3", source="forum", text=angry, author="@ada"),
    ]
    town.places["forum"].will_show(*posts)
    await ingest.poll(town.services, town.services.watches.named("Lumo"), "forum")
    kept = await town.services.records.mentions.find({"watch": "Lumo"}, "at")
    assert sorted(one.value.post.id for one in kept) == ["1", "3"]
