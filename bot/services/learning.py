"""Learning from the team: a trial when judgements have come or gone, and what came of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial

import structlog

from bot.domain.analysis.learner import FEWEST
from bot.domain.analysis.learnt import Learnt
from bot.domain.lesson import Lesson, Progress, after_trial, begun_anew, is_due, turn
from bot.domain.outbox import notice_delivery
from bot.errors import Conflict, StoreUnavailable
from bot.i18n import Voice
from bot.services import labelling, trials, voices, watching
from bot.services.apart import apart
from bot.services.base import Services
from bot.services.labelling import Said, Shelves
from bot.slack.blocks.learning import reset_words, turn_words
from bot.store.base import Write
from bot.store.repositories import Kept

log = structlog.get_logger(__name__)

Words = Callable[[Voice], str]


async def learn_anew(services: Services) -> None:
    """Learn each language again whose judgements grew, changed or went, or whose model cannot be
    used; to be called every hour.

    Where several workers do at once, the first one's trial stands.
    """
    await services.lessons.reload(services.records)
    lessons = await _lessons(services.records)
    judged = await labelling.said(services.records, [kept.value for kept in lessons.values()])
    for language in sorted({*lessons, *judged}):
        kept = lessons.get(language) or Kept(Lesson(language=language), 0)
        try:
            await _learn_one(services, kept, judged.get(language, []))
        except Conflict:
            log.info("another worker learnt this", language=language)
        except StoreUnavailable as error:
            log.warning("learning waits for the store", language=language, reason=str(error))
            return
        except Exception:
            # One language that cannot be learnt must not keep the others from it.
            log.exception("learning fell over", language=language)


async def progress(shelves: Shelves, languages: Iterable[str]) -> list[Progress]:
    """How far these languages have come, and any other of which something was judged."""
    lessons = {language: kept.value for language, kept in (await _lessons(shelves)).items()}
    judged = await labelling.said(shelves, lessons.values())
    return [
        Progress(
            lesson=lessons.get(language) or Lesson(language=language),
            labels=len(judged.get(language, [])),
            negatives=sum(one.negative for one in judged.get(language, [])),
            fewest=FEWEST,
        )
        for language in dict.fromkeys([*languages, *sorted({*lessons, *judged})])
    ]


async def reset(services: Services, by: str, language: str) -> Lesson:
    """An admin has a language begun anew: the rules read it, and what was judged until now teaches
    nothing more. Raises NotAnAdmin, and Conflict where somebody else was first."""
    watching.check_admin(services, by)
    kept = await services.records.lessons.get(language)
    before = kept or Kept(Lesson(language=language), 0)
    after = begun_anew(before.value, services.now())
    await _keep(services, before, after, None, partial(reset_words, language, by))
    return after


async def _learn_one(services: Services, kept: Kept[Lesson], judged: Sequence[Said]) -> None:
    before = kept.value
    verdicts = {one.mention.id: one.negative for one in judged}
    lost = before.model > 0 and before.language not in services.lessons.models
    gone = lost or await _is_gone(services, before, verdicts)
    if not is_due(before, verdicts, gone=gone):
        return
    learnt = await _learnt(services, before, judged)
    after = after_trial(before, verdicts, learnt, services.now())
    if after == before:
        return
    log.info("learnt", language=after.language, labels=len(verdicts), reads=bool(after.model))
    turned = turn(before, after)
    words = partial(turn_words, after, turned) if turned else None
    await _keep(services, kept, after, learnt, words)


async def _learnt(services: Services, lesson: Lesson, judged: Sequence[Said]) -> Learnt | None:
    """What these judgements teach; None where they are too few."""
    negatives = sum(one.negative for one in judged)
    if min(negatives, len(judged) - negatives) < FEWEST:
        return None  # the stream need not be looked at
    language = lesson.language
    labels, stream = await labelling.material(services, language, judged)
    task = trials.Task(
        labels=labels,
        stream=stream,
        language=language,
        words=dict(services.reading.words.get(language, {})),
        now=services.now(),
        version=lesson.number + 1,
    )
    return await apart(partial(trials.tried, task), f"learning {language}")


async def _is_gone(services: Services, lesson: Lesson, verdicts: Mapping[str, bool]) -> bool:
    """Whether something that was learnt from is no label any more; what newer words took the place
    of still is one."""
    missing = lesson.labels.keys() - verdicts.keys()
    return not await labelling.are_labels(services.records, sorted(missing))


async def _keep(
    services: Services,
    before: Kept[Lesson],
    after: Lesson,
    learnt: Learnt | None,
    words: Words | None,
) -> None:
    """The lesson, its model, and what the admin channel is told, in one commit; then it is so."""
    records, language = services.records, after.language
    model: Write = records.models.remove(language)
    if learnt and after.model:
        model = records.models.put(language, learnt)
    notices = [_notice(services, words)] if words else []
    lesson = records.lessons.put(language, after, before.version)
    await records.commit([lesson, model, *notices])
    await services.lessons.reload(records)
    services.wake.set()


def _notice(services: Services, words: Words) -> Write:
    """A word to the admin channel, said once, as it is written with the lesson or not at all."""
    channel = services.config.slack.admin_channel
    text = words(voices.in_channel(services, channel))
    notice = notice_delivery(channel, text, services.sequence(), services.now())
    return services.records.outbox.put(notice.id, notice, 0)


async def _lessons(shelves: Shelves) -> dict[str, Kept[Lesson]]:
    found = await shelves.lessons.find({}, "language")
    return {kept.value.language: kept for kept in found}
