"""What is learnt from a team's judgements, when it reads posts, and when it stops."""

from __future__ import annotations

import asyncio
import dataclasses
from datetime import timedelta
from typing import Any

import pytest
from msgspec.structs import replace

from bot.config import Config, loads
from bot.domain.analysis.learner import FEWEST
from bot.domain.lesson import Lesson
from bot.domain.mention import Analysis
from bot.errors import NotAnAdmin
from bot.services import ingest, labelling, learning
from bot.services.base import Services
from bot.services.lessons import Lessons
from bot.store.base import Put
from tests.builders import a_mention, a_post
from tests.services.conftest import CONFIG, HandClock, ScriptedSource
from tests.services.teaching import judged, said, taught

ADMIN = "UADMIN"


@pytest.fixture
def config() -> Config:
    return loads(CONFIG.replace("[slack]", f'[slack]\nadmins = ["{ADMIN}"]'))


async def lesson_of(services: Services, language: str = "en") -> Lesson | None:
    kept = await services.records.lessons.get(language)
    return kept.value if kept else None


async def notices(services: Services) -> list[str]:
    found = await services.records.outbox.find({"state": "waiting"}, "order")
    return [kept.value.text for kept in found if kept.value.channel == "#admin"]


async def labels(services: Services) -> dict[str, bool]:
    """The labels in English, by mention."""
    found = await labelling.said(services.records, [])
    return {one.mention.id: one.negative for one in found.get("en", [])}


async def test_a_judgement_is_a_label_where_it_tells_of_a_mood(services: Services) -> None:
    await judged(services, 1, "right")
    await judged(services, 2, "not_negative")
    await judged(services, 3, "not_about_us")
    assert await labels(services) == {"en1": True, "en2": False}


async def test_a_post_that_is_not_kept_any_more_teaches_nothing(services: Services) -> None:
    id = await judged(services, 1, "right")
    await services.records.commit([services.records.mentions.remove(id)])
    assert await labels(services) == {}


async def test_a_post_whose_mood_nothing_reads_teaches_nothing(services: Services) -> None:
    id = await judged(services, 1, "right")
    unread = a_mention(id=id, analysis=Analysis(language="unknown", sentiment=None))
    await services.records.commit([services.records.mentions.put(id, unread)])
    assert await labelling.said(services.records, []) == {}


async def test_of_posts_that_say_the_same_the_last_word_counts(
    services: Services, clock: HandClock
) -> None:
    await judged(services, 1, "right", text="Still waiting for my lamp")
    clock.turn(timedelta(minutes=1))
    await judged(services, 2, "not_negative", text="still waiting for my LAMP")
    assert await labels(services) == {"en2": False}


async def test_labels_weigh_by_their_part_of_the_stream(services: Services) -> None:
    """Of ten posts one is flagged; of the judged ones two of three were."""
    await judged(services, 1, "right")
    await judged(services, 2, "not_negative")
    await judged(services, 3, "not_negative", flagged=False)
    flagged = a_mention(id="bad", at=services.now())
    calm = [
        a_mention(
            id=f"calm{n}",
            at=services.now(),
            post=a_post(text=f"lamp {n}"),
            analysis=(await services.records.mentions.get("en1")).value.analysis,  # type: ignore[union-attr]
        )
        for n in range(6)
    ]
    mentions = services.records.mentions
    await services.records.commit([mentions.put(one.id, one) for one in (flagged, *calm)])
    found = (await labelling.said(services.records, []))["en"]
    learnt_from = await labelling.material(services, "en", found)
    weights = {label.mention: label.weight for label in learnt_from.labels}
    assert weights["en1"] == weights["en2"]
    assert weights["en3"] / weights["en1"] == pytest.approx(0.9 / (0.1 / 2))
    assert set(learnt_from.stream) == {flagged.post.text, *(f"lamp {n}" for n in range(6))}


async def test_nothing_is_tried_on_too_few_judgements(services: Services) -> None:
    await taught(services, 2 * FEWEST - 2)
    await learning.learn_anew(services)
    assert await lesson_of(services) is None
    [english, _] = await learning.progress(services.records, services.config.languages)
    assert (english.labels, english.missing) == (2 * FEWEST - 2, (1, 1))


async def test_what_was_learnt_takes_over_and_the_admins_hear_once(services: Services) -> None:
    await taught(services)
    await learning.learn_anew(services)
    lesson = await lesson_of(services)
    assert lesson is not None
    assert lesson.taught == 60
    assert services.reading.learnt["en"].version == lesson.model == 1
    [told] = await notices(services)
    assert "English: from now on posts are read by what the team taught" in told
    assert "on 60 judgements" in told
    await learning.learn_anew(services)
    assert len(await notices(services)) == 1
    assert await lesson_of(services) == lesson, "nothing new was said"


async def test_new_posts_are_read_by_it_and_those_kept_stay_as_they_were(
    services: Services, scripted: dict[str, ScriptedSource]
) -> None:
    watch = services.watches.named("Lumo")
    await ingest.poll(services, watch, "forum")
    await taught(services)
    await learning.learn_anew(services)
    new = a_post(id="new", source="forum", text="My lumo flickers again and is bricked")
    scripted["forum"].will_show(new)
    await ingest.poll(services, watch, "forum")
    found = [kept.value for kept in await services.records.mentions.find({"watch": "Lumo"}, "at")]
    [read] = [one for one in found if one.post.id == "new"]
    assert read.analysis.sentiment is not None
    assert read.analysis.sentiment.engine == "learnt"
    assert read.analysis.sentiment.score < 0
    assert {one.analysis.sentiment.engine for one in found if one != read} == {"rules"}  # type: ignore[union-attr]


async def test_it_is_learnt_again_when_a_fifth_more_was_said(services: Services) -> None:
    await taught(services)
    await learning.learn_anew(services)
    await taught(services, 11, first=60)
    await learning.learn_anew(services)
    assert (await lesson_of(services)).number == 1  # type: ignore[union-attr]
    await taught(services, 1, first=71)
    await learning.learn_anew(services)
    lesson = await lesson_of(services)
    assert lesson is not None
    assert (lesson.number, lesson.taught) == (2, 72)
    assert services.reading.learnt["en"].version == 2
    assert len(await notices(services)) == 1, "it read before"


async def test_what_an_erased_author_taught_is_forgotten_at_once(services: Services) -> None:
    await taught(services)
    gone = await judged(services, 1, "right", author="@gone")
    await learning.learn_anew(services)
    await services.records.commit([services.records.mentions.remove(gone)])
    await learning.learn_anew(services)
    lesson = await lesson_of(services)
    assert lesson is not None
    assert gone not in lesson.labels
    assert services.reading.learnt["en"].version == 2


async def test_a_word_that_was_taken_back_is_forgotten_at_once(services: Services) -> None:
    await taught(services)
    await learning.learn_anew(services)
    await services.records.commit([said(services, "en1", "not_about_us")])
    await learning.learn_anew(services)
    assert (await lesson_of(services)).taught == 59  # type: ignore[union-attr]


async def test_what_newer_labels_push_out_is_not_missed(
    services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(labelling, "MOST", 60)
    await taught(services)
    await learning.learn_anew(services)
    await taught(services, 2, first=60)
    await learning.learn_anew(services)
    assert (await lesson_of(services)).number == 1  # type: ignore[union-attr]


async def test_the_rules_read_again_where_too_few_labels_are_left(services: Services) -> None:
    await taught(services)
    await learning.learn_anew(services)
    mentions = services.records.mentions
    await services.records.commit([mentions.remove(f"en{n}") for n in range(1, 60, 2)])
    await learning.learn_anew(services)
    assert services.reading.learnt == {}
    assert await services.records.models.get("en") is None
    assert (
        "read by the rules again. Judgements that were learnt from are gone"
        in (await notices(services))[-1]
    )


async def test_what_is_not_better_than_the_rules_is_tried_and_not_kept(services: Services) -> None:
    for number in range(60):
        word = "terrible, I hate it" if number % 2 else "wonderful, I love it"
        verdict = "right" if number % 2 else "not_negative"
        await judged(services, number, verdict, text=f"{word} {number}")  # type: ignore[arg-type]
    await learning.learn_anew(services)
    lesson = await lesson_of(services)
    assert lesson is not None
    assert lesson.trial is not None
    assert not lesson.trial.better
    assert (lesson.model, lesson.taught) == (0, 0)
    assert services.reading.learnt == {}
    assert await services.records.models.get("en") is None
    assert await notices(services) == []


async def test_an_admin_begins_a_language_anew_and_nobody_else(
    services: Services, clock: HandClock
) -> None:
    await taught(services)
    await learning.learn_anew(services)
    with pytest.raises(NotAnAdmin):
        await learning.reset(services, "U1", "en")
    await learning.reset(services, ADMIN, "en")
    assert services.reading.learnt == {}
    assert f"<@{ADMIN}> had Vigie begin English anew" in (await notices(services))[-1]
    await learning.learn_anew(services)
    assert services.reading.learnt == {}, "what was said before teaches nothing more"
    clock.turn(timedelta(hours=1))
    await taught(services, first=100)
    await learning.learn_anew(services)
    lesson = await lesson_of(services)
    assert lesson is not None
    assert (lesson.taught, lesson.number) == (60, 2)


async def test_a_changed_mind_is_learnt(services: Services) -> None:
    await taught(services, 80)
    await learning.learn_anew(services)
    for n in range(1, 33, 2):
        await services.records.commit([said(services, f"en{n}", "not_negative")])
    await learning.learn_anew(services)
    lesson = await lesson_of(services)
    assert lesson is not None
    assert lesson.trial is not None
    assert lesson.trial.negatives == 40 - 16


async def test_of_two_workers_one_learns_and_the_other_reads_by_it(services: Services) -> None:
    other = dataclasses.replace(services)
    assert other.lessons is not services.lessons
    heard: list[str] = []
    other.lessons.on_change(lambda: heard.append("another"))
    await taught(services)
    await asyncio.gather(learning.learn_anew(services), learning.learn_anew(other))
    for worker in (services, other):
        await worker.lessons.reload(worker.records)
        assert worker.reading.learnt["en"].version == 1
    assert heard == ["another"]
    assert len(await notices(services)) == 1


async def test_a_model_is_fetched_once(services: Services, monkeypatch: pytest.MonkeyPatch) -> None:
    await taught(services)
    await learning.learn_anew(services)
    lessons = Lessons()
    await lessons.reload(services.records)
    model = lessons.models["en"]

    async def unasked(id: str) -> None:
        raise AssertionError

    monkeypatch.setattr(services.records.models, "get", unasked)
    await lessons.reload(services.records)
    assert lessons.models["en"] is model


async def test_a_model_of_another_version_gives_way_to_the_rules_until_it_is_learnt_anew(
    services: Services,
) -> None:
    await taught(services)
    await learning.learn_anew(services)
    old = Put(table="models", id="en", document={"language": "en", "weights": "AAAA"})
    await services.records.commit([old])
    started = dataclasses.replace(services)
    await started.lessons.reload(started.records)
    assert started.reading.learnt == {}
    await learning.learn_anew(started)
    assert started.reading.learnt["en"].version == 2


@pytest.mark.parametrize(
    "spoilt", [{"weights": b""}, {"features": (1.0,)}, {"weights": b"\0"}], ids=str
)
async def test_a_model_that_reads_nothing_gives_way_too(
    services: Services, spoilt: dict[str, Any]
) -> None:
    await taught(services)
    await learning.learn_anew(services)
    model = replace(services.lessons.models["en"], **spoilt)
    await services.records.commit([services.records.models.put("en", model)])
    started = dataclasses.replace(services)
    await started.lessons.reload(started.records)
    assert started.reading.learnt == {}
    await learning.learn_anew(started)
    assert started.reading.learnt["en"].version == 2


async def test_languages_are_learnt_apart(services: Services) -> None:
    await taught(services)
    for number in range(30):
        await judged(services, number, "right", language="fr")
    await learning.learn_anew(services)
    assert set(services.reading.learnt) == {"en"}
    english, french = await learning.progress(services.records, services.config.languages)
    assert (english.labels, english.negatives) == (60, 30)
    assert (french.labels, french.missing) == (30, (0, FEWEST))
