"""Having a language model word what was found, as often a day as the configuration lets it."""

from __future__ import annotations

import asyncio
from secrets import token_hex

import structlog

from bot.domain.worded import Material, Worded, checked, data, task
from bot.errors import ModelFailed
from bot.services.base import Services
from bot.services.budgets import Budgets

log = structlog.get_logger(__name__)

ACCOUNT = "language model"
"""What its calls are counted under, a day of UTC."""


async def worded(services: Services, material: Material) -> Worded | None:
    """What the model makes of some material, or why its words are not used; None where none is
    asked: none is named, or there is nothing to word. Whatever it does, this does not fail."""
    writer, config = services.writer, services.config.summaries
    if writer is None or config is None or not material.posts:
        return None
    day = services.now().date().isoformat()
    ledger = Budgets(services.records)
    if not await ledger.spend(ACCOUNT, day, 1, config.calls):
        return Worded(material=material, model=writer.model, why="spent")
    try:
        answer = await writer.write(task(material), data(material, token_hex(8)))
        statements = await asyncio.to_thread(checked, answer, material)
    except ModelFailed as error:
        log.warning("a language model's words are not used", why=error.why, reason=str(error))
        if error.why == "resting":
            await ledger.spend(ACCOUNT, day, -1, config.calls)
        return Worded(material=material, model=writer.model, why=error.why)
    log.info("a language model worded a summary", posts=len(material.posts))
    return Worded(material=material, model=writer.model, statements=statements)
