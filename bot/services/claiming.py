"""Taking all that waits of a story at once."""

from __future__ import annotations

from bot.domain.outbox import Delivery, note_delivery, refresh_delivery
from bot.errors import IllegalTransition
from bot.services import voices
from bot.services.base import Services
from bot.services.deeds import Act, worked_out
from bot.services.races import won
from bot.store.base import Put, Write


async def claim_all(services: Services, alert: str, by: str) -> int:
    """`by` takes every conversation of an alert that nobody has; how many those were.

    One line in the thread tells of all. Raises IllegalTransition where none waits.
    """

    async def claimed() -> int:
        taken, writes = await _claimed(services, alert, by)
        if not taken:
            raise IllegalTransition("Somebody has each of these conversations already.")
        await services.records.commit(writes)
        return taken

    taken = await won(claimed)
    services.wake.set()
    return taken


async def _claimed(services: Services, alert: str, by: str) -> tuple[int, list[Write]]:
    records, now = services.records, services.now()
    found = await records.conversations.find({"alert": alert}, "opened")
    waiting = [kept for kept in found if kept.value.state == "new"]
    writes: list[Write] = []
    for kept in waiting:
        done = await worked_out(services, kept, Act(by=by, deed="claim"), now)
        writes += [write for write in done.writes if not _is_shown(write)]
    shown = await records.alerts.get(alert)
    if shown:
        channel = shown.value.channel
        voice = voices.in_channel(services, channel)
        text = voice.plural(
            "{who} claimed {n} conversation.",
            "{who} claimed {n} conversations.",
            len(waiting),
            who=f"@{{{by}}}",
        )
        for delivery in (
            refresh_delivery(alert, channel, services.sequence(), now),
            note_delivery(alert, channel, text, services.sequence(), now),
        ):
            writes.append(records.outbox.put(delivery.id, delivery, 0))
    return len(waiting), writes


def _is_shown(write: Write) -> bool:
    """Whether it is what a single deed would say."""
    return isinstance(write, Put) and isinstance(write.document, Delivery)
