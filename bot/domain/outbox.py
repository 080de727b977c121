"""What is to be said to Slack: written in the same commit as what it tells of."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Literal

import msgspec
from msgspec.structs import replace

DeliveryKind = Literal["alert", "refresh", "note", "notice", "direct", "amend", "drill"]
DeliveryState = Literal["waiting", "trying", "sent", "dropped"]


class Delivery(msgspec.Struct, frozen=True, kw_only=True):
    """One thing to say.

    `kind`: *alert* posts the alert's card; *refresh* draws the card again from the state of the
    moment; *note* writes `text` in the alert's thread, and with `broadcast` in its channel as well;
    *notice* posts `text` in a channel, *direct* to a person (`channel` is their id); *amend* says
    anew what the delivery `of` said; *drill* posts a message of a drill, which `alert` names and
    which is drawn when it is said. `blocks` are what Slack shows instead of the text, where there
    are any.
    `lane`: deliveries of one lane go out in the order of `order`, one at a time. New messages of
    a channel share a lane; what follows on an alert's message has a lane of its own, so that a
    person's click is not shown after a queue of alerts.
    `alert` is the alert that it is about, or what stands for an insight (`insight_card`), whose
    card is told, drawn and answered in the same way.
    `thread`: the ts of the thread in which it is said, where no alert tells that.
    `within`: the alert in whose thread an alert's card is posted, or to which a notice (about it)
    or a card that is drawn again links: once that one's stands. `after`: it is not said before.
    `state`: *trying* is written before the call to Slack, so that after a crash or a time-out
    nobody forgets to ask Slack whether it arrived. `posted_to` and `ts` say where Slack put it, as
    far as that is known, where it is a message of its own. `untaken`: since when Slack has
    taken nothing, this one included; None once it does, or where it refuses this one alone.
    """

    id: str
    lane: str
    order: int
    kind: DeliveryKind
    channel: str
    created: datetime
    alert: str = ""
    text: str = ""
    blocks: tuple[dict[str, Any], ...] = ()
    broadcast: bool = False
    thread: str = ""
    within: str = ""
    after: datetime | None = None
    state: DeliveryState = "waiting"
    attempts: int = 0
    error: str = ""
    of: str = ""
    posted_to: str = ""
    ts: str = ""
    untaken: datetime | None = None

    def is_held(self, now: datetime) -> bool:
        """Whether it waits for its own time, and not for Slack."""
        return self.after is not None and self.after > now


def channel_lane(channel: str) -> str:
    """The lane of a channel's new messages."""
    return f"channel {channel}"


def alert_lane(alert: str) -> str:
    """The lane of what follows on an alert's message."""
    return f"alert {alert}"


INSIGHT = "insight."

PRACTICE = "drill."
"""With it begins what stands for a message of a drill where deliveries name an alert."""


def insight_card(insight: str) -> str:
    """What stands for an insight where deliveries name an alert."""
    return f"{INSIGHT}{insight}"


def alert_delivery_id(alert: str) -> str:
    """The id of the delivery that shows an alert first; a drill's message is named by its own."""
    return alert if alert.startswith(PRACTICE) else f"{alert}.alert"


def alert_delivery(
    alert: str, channel: str, order: int, now: datetime, within: str = ""
) -> Delivery:
    """The first showing of an alert, in the thread of `within` where that is given; its id makes
    the alert's message findable in Slack."""
    return Delivery(
        id=alert_delivery_id(alert),
        lane=alert_lane(within) if within else channel_lane(channel),
        order=order,
        kind="alert",
        channel=channel,
        created=now,
        alert=alert,
        within=within,
    )


def refresh_delivery(
    alert: str, channel: str, order: int, now: datetime, after: datetime | None = None
) -> Delivery:
    """Draw the alert's card again, at once or `after` some time: what a flood of posts changes is
    drawn every few seconds, what a person does is shown at once."""
    return replace(_follow_up("refresh", alert, channel, order, now), after=after)


def note_delivery(
    alert: str,
    channel: str,
    text: str,
    order: int,
    now: datetime,
    *,
    blocks: Sequence[dict[str, Any]] = (),
    broadcast: bool = False,
) -> Delivery:
    """A line in the alert's thread; with `broadcast` it is shown in the channel as well."""
    note = _follow_up("note", alert, channel, order, now, text)
    return replace(note, blocks=tuple(blocks), broadcast=broadcast)


def _follow_up(
    kind: DeliveryKind, alert: str, channel: str, order: int, now: datetime, text: str = ""
) -> Delivery:
    return Delivery(
        id=f"{alert}.{kind}.{order}",
        lane=alert_lane(alert),
        order=order,
        kind=kind,
        channel=channel,
        created=now,
        alert=alert,
        text=text,
    )


def notice_delivery(
    channel: str,
    text: str,
    order: int,
    now: datetime,
    about: str = "",
    blocks: Sequence[dict[str, Any]] = (),
    lane: str = "",
) -> Delivery:
    """A message in a channel that no alert stands behind; said once about what `about` names, in
    the channel's lane unless it has one of its own."""
    return Delivery(
        id=notice_id(about or str(order)),
        lane=lane or channel_lane(channel),
        order=order,
        kind="notice",
        channel=channel,
        created=now,
        text=text,
        blocks=tuple(blocks),
    )


def direct_delivery(
    user: str,
    text: str,
    order: int,
    now: datetime,
    about: str = "",
    blocks: Sequence[dict[str, Any]] = (),
) -> Delivery:
    """A message to a person alone; said once about what `about` names."""
    return Delivery(
        id=f"direct.{user}.{about or order}",
        lane=channel_lane(user),
        order=order,
        kind="direct",
        channel=user,
        created=now,
        text=text,
        blocks=tuple(blocks),
    )


def amend_delivery(
    said: Delivery, text: str, blocks: Sequence[dict[str, Any]], order: int, now: datetime
) -> Delivery:
    """Say anew, and otherwise, what was `said`: in a lane of its own, so that nothing new waits for
    what is mended."""
    return Delivery(
        id=f"{said.id}.amend.{order}",
        lane=f"amend {said.lane}",
        order=order,
        kind="amend",
        channel=said.channel,
        created=now,
        alert=said.alert,
        text=text,
        blocks=tuple(blocks),
        of=said.id,
    )


def notice_id(about: str) -> str:
    """The id of the notice about something."""
    return f"notice.{about}"
