"""One worker alone handles an envelope, and all give the answer that it gave.

Slack delivers an envelope to one of its connections, and again, perhaps to another worker's, where
it missed the acknowledgement (https://docs.slack.dev/apis/events-api/using-socket-mode).
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta

import structlog
from msgspec.structs import replace

from bot.domain.envelopes import Envelope
from bot.errors import Conflict, StoreError
from bot.services.base import Services
from bot.store.repositories import Kept

log = structlog.get_logger(__name__)

PATIENCE = 2.0
"""Seconds to wait for another worker's answer: Slack waits three for an acknowledgement."""

LOOK_EVERY = 0.1

REMEMBERED = timedelta(days=2)
"""Slack sends nothing again after an hour or so."""


class EnvelopeLedger:
    """A row an envelope, in the store that the workers share; `worker` names this one."""

    def __init__(self, services: Services, worker: str, patience: float = PATIENCE) -> None:
        self._services = services
        self._worker = worker
        self._patience = patience

    async def once(self, name: str, handle: Callable[[], Awaitable[str]]) -> str | None:
        """See `bot.slack.envelopes.Ledger`. Raises a StoreError where nothing was handled."""
        until = asyncio.get_running_loop().time() + self._patience
        while True:
            held = await self._services.records.envelopes.get(name)
            if held and held.value.answer:
                return held.value.answer
            if claim := await self._claimed(name, held):
                return await self._answered(claim, await handle())
            if asyncio.get_running_loop().time() >= until:
                return None
            await asyncio.sleep(LOOK_EVERY)

    async def _claimed(self, name: str, held: Kept[Envelope] | None) -> Kept[Envelope] | None:
        """The envelope, where it was this worker's to take and is now."""
        now = self._services.now()
        if held and not held.value.is_abandoned(now):
            return None
        version = held.version if held else 0
        claim = Envelope(name=name, at=now, by=self._worker)
        envelopes = self._services.records.envelopes
        try:
            await self._services.records.commit([envelopes.put(name, claim, version)])
        except Conflict:
            return None
        return Kept(claim, version + 1)

    async def _answered(self, claim: Kept[Envelope], answer: str) -> str:
        """Keep the answer for whoever is asked again. What was done is done: where it cannot be
        kept, it is given all the same."""
        kept = replace(claim.value, answer=answer)
        envelopes = self._services.records.envelopes
        try:
            await self._services.records.commit([envelopes.put(kept.name, kept, claim.version)])
        except StoreError as error:
            log.warning("an envelope's answer could not be kept", reason=str(error))
        return answer


async def forget_envelopes(services: Services) -> int:
    """Drop what Slack will not send again; how many envelopes that were."""
    before = (services.now() - REMEMBERED).date()
    return await services.records.drop_days("envelopes", before)
