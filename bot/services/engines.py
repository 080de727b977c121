"""Posts that are read on: by a model in place of the rules, or by one that gives a second opinion.

Whatever an engine does, a post is kept: one that cannot be read on stays as the rules read it.
"""

from __future__ import annotations

from collections.abc import Sequence

import structlog
from msgspec.structs import replace

from bot.domain.alerts import LATE
from bot.domain.folding import full_text
from bot.domain.levels import Limits
from bot.domain.mention import Mention, Sentiment
from bot.domain.outbox import notice_delivery
from bot.domain.watch import Watch
from bot.engines.base import Engine, Felt
from bot.errors import EngineError
from bot.services import levels, voices
from bot.services.base import Services
from bot.services.raising import said_once
from bot.slack.notes import engine_failed

log = structlog.get_logger(__name__)


async def read_on(services: Services, watch: Watch, found: Sequence[Mention]) -> list[Mention]:
    """The mentions, those that are new or edited read by every engine that wants them."""
    if not services.engines:
        return list(found)
    limits = await levels.limits(services, watch)
    read = {one.id: one for one in found}
    for engine in services.engines:
        fresh = [one for one in read.values() if await _is_unread(services, one)]
        asked = [one for one in fresh if engine.wants(_felt(services, one, limits))]
        if asked:
            read |= await _read_by(services, engine, asked, limits)
    return list(read.values())


async def _is_unread(services: Services, mention: Mention) -> bool:
    kept = await services.records.mentions.get(mention.id)
    return kept is None or full_text(kept.value.post) != full_text(mention.post)


def _felt(services: Services, mention: Mention, limits: Limits) -> Felt:
    is_late = mention.at < services.now() - LATE
    return Felt(
        text=full_text(mention.post),
        language=mention.analysis.language,
        sentiment=mention.analysis.sentiment,
        rank=limits.rank(mention),
        is_news=not is_late and not services.config.is_own(mention.post),
    )


async def _read_by(
    services: Services, engine: Engine, asked: Sequence[Mention], limits: Limits
) -> dict[str, Mention]:
    try:
        said = await engine.read([_felt(services, one, limits) for one in asked])
        read = list(zip(asked, said, strict=True))
    except EngineError as error:
        await _note_failure(services, engine, error)
        return {}
    except Exception as error:
        # A fault of an engine must not cost the posts that it was handed.
        log.exception("an engine fell over", engine=engine.name)
        fell = EngineError(f"it fell over ({type(error).__name__})")
        await _note_failure(services, engine, fell)
        return {}
    return {mention.id: _with(mention, said) for mention, said in read if said is not None}


def _with(mention: Mention, sentiment: Sentiment) -> Mention:
    return replace(mention, analysis=replace(mention.analysis, sentiment=sentiment))


async def _note_failure(services: Services, engine: Engine, error: EngineError) -> None:
    """A word to the admin channel, once a day; posts go on being read by the rules."""
    log.warning("an engine cannot read", engine=engine.name, reason=str(error))
    channel, now = services.config.slack.admin_channel, services.now()
    words = engine_failed(engine.name, str(error), voices.in_channel(services, channel))
    about = f"engine {engine.name} {now.date()}"
    notice = notice_delivery(channel, words, services.sequence(), now, about)
    await services.records.commit(await said_once(services, notice))
