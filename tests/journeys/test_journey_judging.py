"""Single posts judged by clicks: on cards, in threads, in digests and at Home."""

from __future__ import annotations

from datetime import UTC
from typing import Any

from bot.domain.judgements import Judgement
from bot.domain.outbox import notice_delivery
from bot.i18n import Voice
from bot.services import asking, digests
from bot.slack import ids
from bot.slack.blocks.digest import digest_card
from bot.standin import Message, Person, View
from tests.builders import a_fresh_post
from tests.journeys.conftest import Town, text_of

ANGRY = "Terrible lumo lamp, worst, hated it"
CALM = (
    "My lumo lamp stands on the desk.",
    "Two lumo lamps came with the new flat in Lyon.",
    "Which bulb fits into a lumo from last winter?",
    "The lumo in our hallway wakes the children at seven.",
    "A friend paints her lumo green, with flowers around it.",
)


async def complaint(town: Town) -> tuple[Message, str]:
    """A card of one complaint, and the id of its mention."""
    await town.poll("forum", a_fresh_post(id="1", source="forum", text=ANGRY))
    card = await town.card()
    (kept,) = await town.services.records.mentions.find({"watch": "Lumo"}, "at")
    return card, kept.value.id


async def word(town: Town, mention: str) -> Judgement | None:
    kept = await town.services.records.judgements.get(mention)
    return kept.value if kept else None


def menus(blocks: Any) -> list[str]:
    """The ids of the blocks by which posts are judged."""
    return [block["block_id"] for block in blocks if ids.JUDGE in str(block)]


async def test_a_flagged_post_is_judged_on_its_card_and_the_word_is_shown(town: Town) -> None:
    card, mention = await complaint(town)
    await town.camille.choose(card, ids.JUDGE, f"right {mention}")
    card = await town.card_says(f"<@{town.camille.id}>: right")
    said = await word(town, mention)
    assert said is not None
    assert (said.verdict, said.by) == ("right", town.camille.id)
    assert town.thread(card) == [], "nobody is rung for it"


async def test_a_word_is_changed_by_whoever_knows_better(town: Town) -> None:
    card, mention = await complaint(town)
    await town.camille.choose(card, ids.JUDGE, f"right {mention}")
    card = await town.card_says(f"<@{town.camille.id}>: right")
    await town.margot.choose(card, ids.JUDGE, f"not_negative {mention}")
    card = await town.card_says(f"<@{town.margot.id}>: not negative")
    assert f"<@{town.camille.id}>" not in text_of(card)


async def test_where_nothing_is_left_that_was_right_a_dismissal_is_offered(town: Town) -> None:
    card, mention = await complaint(town)
    await town.sam.choose(card, ids.JUDGE, f"not_about_us {mention}")
    await town.card_says(f"<@{town.sam.id}>: not about us")
    await town.told(town.sam, "Dismiss the conversation as well?")
    offer = town.sam.ephemerals("#care")[-1]
    await town.sam.click(offer, ids.DISMISS)
    await town.card_says("⚪")


async def test_each_of_the_worst_three_of_a_story_is_judged_by_itself(town: Town) -> None:
    await town.poll(
        "forum",
        *(
            a_fresh_post(id=f"{n}", source="forum", text=f"{ANGRY}, {n}.", author=f"@a{n}")
            for n in range(5)
        ),
    )
    card = await town.card()
    _, second, _ = menus(card.blocks)
    mention = second.split(".")[1]
    await town.sam.choose(card, ids.JUDGE, f"not_negative {mention}", block_id=second)
    card = await town.card_says(f"<@{town.sam.id}>: not negative")
    assert len(menus(card.blocks)) == 3

    await town.sam.click(card, ids.STORY_ALL)
    modal = await town.modal(town.sam)
    assert len(menus(modal.blocks)) == 5


async def asked_about(town: Town) -> list[str]:
    """Posts that were not flagged, of which three are asked about."""
    posts = [a_fresh_post(id=f"{n}", source="forum", text=text) for n, text in enumerate(CALM)]
    await town.poll("forum", *posts)
    await asking.ask(town.services)
    questions = await asking.unanswered(town.services)
    assert len(questions) == 3
    return [one.mention.id for one in questions]


async def home_of(town: Town, person: Person, words: str) -> View:
    person.open_home()

    def shown() -> View | None:
        view = person.home
        return view if view and words in str(view.blocks) else None

    return await town.until(shown)


async def test_unflagged_posts_are_judged_at_home(town: Town) -> None:
    first, *_ = await asked_about(town)
    home = await home_of(town, town.camille, "Vigie est-elle passée à côté")
    await town.camille.click(home, ids.ANSWER_NEGATIVE, block_id=f"{ids.QUESTION_BLOCK}.{first}")

    def answered() -> bool | None:
        view = town.camille.home
        return (view is not None and first not in str(view.blocks)) or None

    await town.until(answered)
    said = await word(town, first)
    assert said is not None
    assert (said.verdict, said.flagged) == ("right", False)


async def posted_digest(town: Town) -> Message:
    """The digest of a channel, as it comes there at its time."""
    services = town.services
    card = digest_card(await digests.of_channel(services, "#care"), Voice("en", UTC))
    notice = notice_delivery(
        "#care", card.text, services.sequence(), services.now(), blocks=card.blocks
    )
    await services.records.commit([services.records.outbox.put(notice.id, notice, 0)])
    services.wake.set()
    return await town.card_says("Did Vigie miss these?")


async def test_unflagged_posts_are_judged_in_a_digest(town: Town) -> None:
    first, second, _ = await asked_about(town)
    digest = await posted_digest(town)
    row = f"{ids.QUESTION_BLOCK}.{first}"
    await town.sam.click(digest, ids.ANSWER_NOT_NEGATIVE, block_id=row)
    digest = await town.card_says(f"<@{town.sam.id}>: not negative")
    assert row not in str(digest.blocks), "its buttons have done their work"
    assert second in str(digest.blocks)
    said = await word(town, first)
    assert said is not None
    assert (said.verdict, said.flagged) == ("not_negative", False)


async def test_in_a_digest_for_one_person_the_word_is_told(town: Town) -> None:
    first, *_ = await asked_about(town)
    digest = await town.asked(town.sam, "/vigie digest channel")
    row = f"{ids.QUESTION_BLOCK}.{first}"
    await town.sam.click(digest, ids.ANSWER_NEGATIVE, block_id=row)
    await town.told(town.sam, f"<@{town.sam.id}>: negative", "#general")
    again = text_of(await town.asked(town.sam, "/vigie digest channel"))
    assert "of 1 unflagged posts that you judged, 1 was negative" in again
