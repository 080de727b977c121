"""Maison Lumo answers who complains, and they write back: on the web, and from the page."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import get_args

import aiohttp
import pytest

from bot.standin import Standin, rain
from bot.standin.residents import PEOPLE
from bot.standin.social import FORUM, HACKER_NEWS, MASTODON, Author, Published, SocialWeb
from bot.standin.social import web as social_web
from bot.standin.social.people import MAISON_LUMO
from bot.standin.social.posts import Draft, Language, PlaceName
from tests.standin.browsing import Browser
from tests.standin.conftest import SPEC

NOW = datetime(2026, 3, 12, 16, 20, tzinfo=UTC)


@pytest.fixture
async def web() -> AsyncIterator[SocialWeb]:
    social = await SocialWeb.start(seed=7, now=NOW, pace=0)
    yield social
    await social.close()


def newest(web: SocialWeb) -> Published:
    """The post that was published last, wherever."""
    return max((place.posts[-1] for place in web.places), key=lambda post: post.at)


def complain(web: SocialWeb, place: PlaceName, language: Language = "en") -> Published:
    """A complaint at a place, in a thread where the place has no posts of its own."""
    topic = web.publish(place, "About Lumo", language=language) if place != MASTODON else None
    draft = Draft(
        key=f"test/{place}",
        text="My Lumo is broken",
        author=Author("ada", "Ada", 12, language),
        language=language,
        answers=topic.id if topic else "",
        mood="complaint",
    )
    return web.place(place).publish(draft, newest(web).at)


@pytest.mark.parametrize("place", [MASTODON, HACKER_NEWS, FORUM])
@pytest.mark.parametrize("language", ["en", "fr"])
async def test_the_brand_answers_a_complaint_where_it_stands_and_they_write_back(
    web: SocialWeb, place: PlaceName, language: Language
) -> None:
    complaint = complain(web, place, language)

    assert await web.answer(language)
    answer = newest(web)
    assert (answer.parent, answer.draft.author) == (complaint.id, MAISON_LUMO)
    assert answer.draft.language == language
    assert await web.write_back(language)
    back = newest(web)
    assert (back.parent, back.draft.author) == (answer.id, complaint.draft.author)
    assert back.draft.language == language
    assert web.place(place).posts[-3:] == [complaint, answer, back]


async def test_one_complaint_after_the_other_is_answered_the_newest_first(web: SocialWeb) -> None:
    for _ in range(3):
        await web.rain("complaint", "fr")
    complaints = web.place(MASTODON).posts[-3:]

    for _ in complaints:
        assert await web.answer("fr")
    answers = web.place(MASTODON).posts[-3:]
    assert [answer.parent for answer in answers] == [one.id for one in reversed(complaints)]
    assert len({answer.draft.text for answer in answers}) == 3


async def test_a_conversation_goes_to_and_fro(web: SocialWeb) -> None:
    await web.rain("complaint", "en")
    first = newest(web)
    for _ in range(3):
        assert await web.answer()
        assert await web.write_back()

    line = [*web.place(MASTODON).above(newest(web)), newest(web)]
    assert line[0] == first
    authors = [post.draft.author for post in line]
    assert authors == [first.draft.author, *[MAISON_LUMO, first.draft.author] * 3]


async def test_nobody_writes_back_twice_nor_without_an_answer(web: SocialWeb) -> None:
    assert not await web.write_back()
    await web.rain("complaint", "en")
    await web.answer()

    assert not await web.write_back("fr")
    assert await web.write_back("en")
    assert not await web.write_back()


async def test_who_praises_waits_for_no_answer(web: SocialWeb) -> None:
    while await web.answer():
        pass
    await web.rain("praise", "en")

    assert not await web.answer()
    assert await web.rain("answer", "en") == 0


async def test_an_answer_in_own_words_carries_no_tag(web: SocialWeb) -> None:
    await web.rain("complaint", "en", "Broken again")
    assert newest(web).draft.text == "Broken again #lumo"

    assert await web.rain("answer", "en", "  We are on it. ") == 1
    assert newest(web).draft.text == "We are on it."
    assert await web.rain("write_back", "en") == 1
    assert "#" not in newest(web).draft.text


async def test_watchers_are_told_of_an_answer(web: SocialWeb) -> None:
    await web.rain("complaint", "en")
    told: list[object] = []
    web.watch(lambda: told.append(newest(web).draft.author))

    await web.answer()
    assert told == [MAISON_LUMO]


def test_the_page_knows_all_rain_that_the_web_has() -> None:
    assert get_args(rain.RainKind) == get_args(social_web.RainKind)
    assert get_args(rain.Language) == get_args(Language)


async def test_the_page_has_the_brand_answer_and_says_why_it_does_not(web: SocialWeb) -> None:
    standin = await Standin.start(app=SPEC, social=web)
    try:
        async with aiohttp.ClientSession() as session:
            page = Browser(standin, session, PEOPLE[0].id)
            early = await page.post("rain", kind="write_back", language="fr")
            await page.post("rain", kind="complaint", language="fr")
            answered = await page.post("rain", kind="answer", language="fr")
            back = await page.post("rain", kind="write_back", language="fr", text="Enfin !")
    finally:
        await standin.close()

    assert early["error"] == "nobody was answered in French who has not written back"
    assert answered == back == {"ok": True, "posted": 1}
    assert newest(web).draft.text == "Enfin !"


async def test_the_page_says_that_no_complaint_waits(web: SocialWeb) -> None:
    while await web.answer("en"):
        pass
    standin = await Standin.start(app=SPEC, social=web)
    try:
        async with aiohttp.ClientSession() as session:
            page = Browser(standin, session, PEOPLE[0].id)
            refused = await page.post("rain", kind="answer", language="en")
    finally:
        await standin.close()

    assert refused["error"] == "nobody who complained in English waits for an answer"
