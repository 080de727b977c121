"""An alert with a conversation of its own: of what no single post is the beginning."""

from __future__ import annotations

from datetime import datetime

from msgspec.structs import replace

from bot.domain.alerts import Alert, Reason, Told
from bot.domain.conversation import Conversation, Untitled
from bot.domain.identity import conversation_id
from bot.domain.routing import Routed
from bot.domain.severity import Graded
from bot.domain.watch import Watch
from bot.services import deadlines, escalation
from bot.services.base import Services
from bot.services.raising import raised, steps_due
from bot.store.base import Write


def opened(
    services: Services,
    watch: Watch,
    kind: Untitled,
    reason: Reason,
    graded: Graded,
    routed: Routed,
    told: Told,
) -> tuple[Alert, list[Write]]:
    """The alert, raised at the moment at which it is first `told`, and the writes that raise it,
    open its conversation and have both looked after."""
    now = told.at
    id = conversation_id(watch.name, kind, now.isoformat())
    conversation, due = deadlines.opened(
        services,
        Conversation(
            id=id,
            watch=watch.name,
            title="",
            what=kind,
            alert=id,
            opened=now,
            changed=now,
            severity=graded.severity,
        ),
        now,
    )
    alert = Alert(
        id=id,
        kind=kind,
        watch=watch.name,
        channel=routed.channel,
        raised=now,
        reason=reason,
        conversation=id,
        graded=graded,
        route=routed.route,
        trail=routed.trail,
        here=routed.here,
        told=told,
    )
    return alert, [
        services.records.conversations.put(id, conversation, 0),
        *due,
        *raised(services, alert, now),
        *escalation.raised(services, alert, now),
    ]


async def worsened(services: Services, before: Alert, after: Alert, now: datetime) -> list[Write]:
    """The writes by which its conversation is as severe as the alert, and somebody is called."""
    if after.severity == before.severity:
        return []
    writes = await escalation.worsened(services, after, now)
    writes += steps_due(services, after, now)
    kept = await services.records.conversations.get(after.conversation)
    if kept is None or kept.value.severity == after.severity:
        return writes
    graded, due = deadlines.opened(services, replace(kept.value, severity=after.severity), now)
    return [services.records.conversations.put(graded.id, graded, kept.version), *due, *writes]
