"""A post is one mention, whatever its source calls it; and one that takes over an id is another."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.domain.mention import Mention, Post
from bot.services import ingest
from bot.services.base import Services
from tests.builders import NOW, a_post
from tests.services.conftest import ScriptedSource

Scripted = dict[str, ScriptedSource]


def an_article(**changes: object) -> Post:
    article = {
        "source": "forum",
        "id": "urn:lumo:1",
        "url": "http://paper.example/lumo-recall",
        "title": "Lumo recalls its lamps",
        "text": "The maker of the Lumo lamp said on Monday that it would take back some of them.",
        "at": NOW,
    }
    return a_post(**{**article, **changes})


async def show(services: Services, scripted: Scripted, *posts: Post) -> int:
    scripted[posts[0].source].will_show(*posts)
    return await ingest.poll(services, services.config.watches[0], posts[0].source)


async def mentions(services: Services) -> list[Mention]:
    found = await services.records.mentions.find({"watch": "Lumo"}, "at")
    return [kept.value for kept in found]


@pytest.mark.parametrize(
    "changes",
    [
        {"id": "https://paper.example/?p=1"},
        {"id": "2", "url": "https://paper.example/lumo-recall"},
        {"id": "2", "url": "https://www.paper.example/lumo-recall/?utm_source=feed"},
        {"id": "2", "url": "https://m.paper.example/lumo-recall#top"},
    ],
)
async def test_an_article_under_another_guid_or_address_is_no_new_mention(
    services: Services, scripted: Scripted, changes: dict[str, object]
) -> None:
    assert await show(services, scripted, an_article()) == 1
    assert await show(services, scripted, an_article(**changes)) == 0
    assert len(await mentions(services)) == 1


async def test_under_its_new_guid_it_can_be_edited_and_edited_again(
    services: Services, scripted: Scripted
) -> None:
    await show(services, scripted, an_article())
    for title in ("Lumo recalls its lamps", "Lumo recalls all its lamps", "Lumo: all is well"):
        assert await show(services, scripted, an_article(id="2", title=title)) == 0
    [mention] = await mentions(services)
    assert mention.post.title == "Lumo: all is well"
    assert await show(services, scripted, an_article(id="3", title="Lumo: all is well")) == 0


async def test_two_guids_of_one_article_in_one_document_are_one_mention(
    services: Services, scripted: Scripted
) -> None:
    assert await show(services, scripted, an_article(), an_article(id="2")) == 1
    assert (
        await show(services, scripted, an_article(id="2", text="Corrected: Lumo takes none.")) == 0
    )
    [mention] = await mentions(services)
    assert mention.post.text.startswith("Corrected")


async def test_a_guid_that_stands_for_a_new_article_is_a_new_mention_once(
    services: Services, scripted: Scripted
) -> None:
    await show(services, scripted, an_article())
    new = an_article(
        url="https://paper.example/lumo-shop",
        title="Lumo opens a shop",
        text="In Lyon, on Friday, with lamps for everybody who comes early.",
        at=NOW + timedelta(hours=1),
    )
    assert await show(services, scripted, new) == 1
    assert await show(services, scripted, new) == 0
    first, second = await mentions(services)
    assert first.conversation != second.conversation
    assert (first.post.title, second.post.title) == ("Lumo recalls its lamps", "Lumo opens a shop")


async def test_the_same_page_at_another_source_is_a_mention_of_its_own(
    services: Services, scripted: Scripted
) -> None:
    await show(services, scripted, an_article())
    assert await show(services, scripted, an_article(source="lumen.social")) == 1


async def test_what_a_server_gave_an_id_is_known_by_that_alone(
    services: Services, scripted: Scripted
) -> None:
    one, other = an_article(source="lumen.social"), an_article(source="lumen.social", id="2")
    assert await show(services, scripted, one, other) == 2


async def test_an_edit_that_brings_the_brand_in_makes_a_mention(
    services: Services, scripted: Scripted
) -> None:
    before = an_article(title="A recall", text="A maker of lamps takes some of them back.")
    assert await show(services, scripted, before) == 0
    assert await show(services, scripted, an_article()) == 1
