"""Gathering what a card shows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime

from bot.domain.alerts import Alert, NegativeReason, SpikeReason
from bot.domain.conversation import VIGIE, Conversation
from bot.domain.grading import grade_post
from bot.domain.judgements import Judgement
from bot.domain.mention import Mention
from bot.domain.novelties import NoveltyReason
from bot.domain.outbox import Delivery, DeliveryState, notice_delivery
from bot.domain.silences import SilenceReason
from bot.domain.stories import story_within, worst_first
from bot.domain.velocity import VelocityReason
from bot.domain.waves import WaveReason
from bot.errors import ConversationError, SlackError, StoreDamaged, TokenRefused
from bot.i18n import Voice, phrase
from bot.services import checklists, voices
from bot.services.base import Services
from bot.services.wholes import conversations_of
from bot.slack.blocks.alert import AlertView, Entry, Handled
from bot.slack.blocks.alert import alert_card as draw
from bot.slack.blocks.parts import Block, Card
from bot.slack.blocks.story import WORST, story_view
from bot.slack.gateway import Posted
from bot.slack.mrkdwn import escape
from bot.slack.rooms import why_closed
from bot.store.base import Put


async def alert_card(services: Services, id: str, mark: str = "", *, first: bool = False) -> Card:
    """The card of an alert, drawn from the state of the moment; the `first` time it may ring."""
    records = services.records
    kept = await records.alerts.get(id)
    if kept is None:
        raise StoreDamaged(f"the alert {id} is to be shown, but is not in the store")
    alert = kept.value
    conversation = await records.conversations.get(alert.conversation)
    owner = conversation.value if conversation else None
    mute = await records.mutes.get(alert.watch)
    spike_in, spike_url = await _place_of(services, alert.part_of) if alert.part_of else ("", "")
    view = AlertView(
        alert=alert,
        conversation=owner,
        posts=await _mentions(services, _drivers(alert)),
        now=services.now(),
        voice=voices.in_channel(services, alert.channel),
        entries=await entries(services, alert) if alert.count > 1 else (),
        judged=await _judged(services, alert),
        handled=await _handled(services, alert) if alert.kind in ("spike", "wave") else None,
        spike_in=spike_in,
        spike_url=spike_url,
        first=first,
        muted_until=mute.value.until if mute else None,
        mark=mark,
        playbook=await checklists.offered(services, alert, owner),
    )
    return draw(view)


async def entries(services: Services, alert: Alert) -> list[Entry]:
    """The conversations of a story, each with its worst post.

    The worst come first; where there are more than a card shows, those that are done come last.
    """
    watch = services.watches.find(alert.watch)
    alarm = watch.alarm if watch else ()
    mentions = await _mentions(services, alert.posts)
    graded = [(mention, grade_post(mention, alarm, mention.seen)) for mention in mentions]
    worst: dict[str, Mention] = {}
    for mention, _ in worst_first(graded):
        worst.setdefault(mention.conversation, mention)
    found = [
        Entry(mention=mention, conversation=kept.value)
        for id, mention in worst.items()
        if (kept := await services.records.conversations.get(id))
    ]
    if len(found) > WORST:
        found.sort(key=lambda entry: not entry.conversation.is_open)
    return found


async def posts_of(services: Services, alert: Alert) -> list[Mention]:
    """The posts that an alert is about, as far as it names them and they are kept."""
    return await _mentions(services, _drivers(alert) or alert.posts)


async def story_modal(services: Services, id: str, voice: Voice) -> Block:
    """All conversations of a story, for a person. Raises ConversationError where there is
    none."""
    kept = await services.records.alerts.get(id)
    if kept is None:
        raise ConversationError("This alert is not known any more.")
    found = await entries(services, kept.value)
    judged = await _judged(services, kept.value)
    return story_view(kept.value, found, voice, services.now(), judged)


async def _judged(services: Services, alert: Alert) -> Mapping[str, Judgement]:
    """What was said of an alert's posts, by their ids."""
    if alert.kind != "negative":
        return {}
    ids = dict.fromkeys((alert.mention, *alert.posts))
    words = {id: await services.records.judgements.get(id) for id in ids}
    return {id: kept.value for id, kept in words.items() if kept}


def _drivers(alert: Alert) -> Sequence[str]:
    """The ids of the posts that a card quotes, but for a story's."""
    match alert.reason:
        case SpikeReason(posts=posts):
            return alert.over.posts if alert.over else posts
        case WaveReason(posts=posts):
            return posts
        case NoveltyReason(posts=posts):
            return posts
        case VelocityReason(post=post):
            return (post,)
        case SilenceReason():
            return ()
        case NegativeReason():
            return () if alert.count > 1 else (alert.mention,)
        case _:
            return (alert.mention,)


async def _mentions(services: Services, ids: Sequence[str]) -> list[Mention]:
    found = [await services.records.mentions.get(id) for id in ids]
    return [kept.value for kept in found if kept]


async def _handled(services: Services, spike: Alert) -> Handled:
    """What became of the conversation of a spike (or a wave), and of the negative posts that are
    part of it."""
    story = await services.records.alerts.get(story_within(spike.watch, spike.id))
    found = await conversations_of(services, spike)
    negative = [one for one in found if story and one.alert == story.value.id]
    taken = [who for one in found if (who := one.assignee or one.closed_by) not in ("", VIGIE)]
    answered = [one.answered for one in found if one.answered]
    claimed = await _first_deed(services, found) if spike.over else None
    return Handled(
        posts=story.value.count if story else 0,
        conversations=len(negative),
        waiting=sum(one.state == "new" for one in negative),
        by=tuple(Counter(taken).most_common()),
        claimed=claimed - spike.raised if claimed else None,
        answered=min(answered) - spike.raised if answered else None,
    )


async def _first_deed(services: Services, found: Sequence[Conversation]) -> datetime | None:
    """When somebody first did something about one of these conversations; Vigie is nobody."""
    audit = services.records.audit
    events = [
        kept.value.at
        for one in found
        for kept in await audit.find({"conversation": one.id}, "order")
        if kept.value.by != VIGIE
    ]
    return min(events, default=None)


async def _place_of(services: Services, id: str) -> tuple[str, str]:
    """The channel in which an alert stands, as mrkdwn, and the address of its message, `""` before
    it was posted or where Slack does not tell."""
    kept = await services.records.alerts.get(id)
    if kept is None:
        return "", ""
    alert = kept.value
    if not alert.ts:
        return escape(alert.channel), ""
    address = await services.slack.permalink(Posted(alert.posted_to, alert.ts))
    return f"<#{alert.posted_to}>", address


def unsaid_notice(
    services: Services, delivery: Delivery, error: SlackError, state: DeliveryState, about: str
) -> list[Put]:
    """A word to the admin channel about a channel that Slack lets nothing into, or a person whom
    nothing reaches; `about` is the same for as long as that lasts, and it is said once."""
    admin = services.config.slack.admin_channel
    if delivery.channel == admin or isinstance(error, TokenRefused):
        return []
    voice = voices.in_channel(services, admin)
    text = voice.say(
        _unsaid(delivery, state),
        channel=delivery.channel,
        who=f"@{{{delivery.channel}}}",
        why=why_closed(error.code or str(error), voice),
    )
    notice = notice_delivery(admin, text, services.sequence(), services.now(), about)
    return [services.records.outbox.put(notice.id, notice, 0)]


def _unsaid(delivery: Delivery, state: DeliveryState) -> str:
    if delivery.kind == "direct":
        if state == "dropped":
            return phrase("⚠️ Vigie cannot write to {who}: {why}. One message was given up.")
        return phrase(
            "⚠️ Vigie cannot write to {who}: {why}. What is to be said to them waits, in order, "
            "and is tried again every five minutes."
        )
    if state == "dropped":
        return phrase("⚠️ Vigie cannot write in {channel}: {why}. One message was given up.")
    return phrase(
        "⚠️ Vigie cannot write in {channel}: {why}. What is to be said there waits, in order, "
        "and is tried again every five minutes."
    )
