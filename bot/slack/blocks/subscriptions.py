"""A person's own digest: how it is set, and the form to set it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import time

from bot.domain.severity import SEVERITIES
from bot.domain.subscriptions import Subscription
from bot.i18n import Voice
from bot.slack import ids
from bot.slack.blocks.digest import SEVERITY_WORDS
from bot.slack.blocks.forms import MOST_OPTIONS, field, modal, option, select
from bot.slack.blocks.parts import Block, Card, Element, button, plain, section
from bot.slack.blocks.reportlines import tongue
from bot.slack.mrkdwn import name

MORNING = time(9)
"""What the form offers to who never chose a time."""

SOME = 5
"""Watches that are named in a line."""


def settings_line(subscription: Subscription, voice: Voice) -> Block:
    """When a person's digest comes and what of, with a button to change it."""
    change = button(voice.say("Change…"), ids.SUBSCRIPTION, subscription.user)
    return section(settings_words(subscription, voice), block_id=ids.SUBSCRIPTION, accessory=change)


def settings_card(subscription: Subscription, voice: Voice) -> Card:
    """The same as an answer."""
    line = settings_line(subscription, voice)
    return Card(settings_words(subscription, voice), (line,))


def settings_words(subscription: Subscription, voice: Voice) -> str:
    """When a person's digest comes and what of."""
    if not subscription.at or not subscription.days:
        return voice.say("*My digest:* none. It would come to you alone, when you want it.")
    return voice.say(
        "*My digest:* {days}, {times} · {what}",
        days=voice.listed(voice.day_name(day) for day in sorted(subscription.days)),
        times=voice.listed(f"{at:%H:%M}" for at in sorted(subscription.at)),
        what=" · ".join(_chosen(subscription, voice)),
    )


def _chosen(subscription: Subscription, voice: Voice) -> list[str]:
    watches = [name(watch) for watch in subscription.watches]
    parts = [voice.say("all watches") if not watches else _named(watches, voice)]
    if subscription.languages:
        parts.append(voice.listed(tongue(one, voice) for one in subscription.languages))
    if subscription.severity != "low":
        parts.append(voice.say(SEVERITY_WORDS[subscription.severity]))
    return parts


def _named(watches: Sequence[str], voice: Voice) -> str:
    if len(watches) <= SOME:
        return voice.listed(watches)
    return voice.plural("{n} watch", "{n} watches", len(watches))


def subscription_view(
    subscription: Subscription,
    watches: Sequence[str],
    languages: Sequence[str],
    voice: Voice,
) -> Block:
    """The form: which of the `watches` and `languages`, how severe, at what times, on which
    days."""
    blocks = [
        *_what(subscription, watches, languages, voice),
        *_when(subscription, voice),
    ]
    return modal(
        ids.SUBSCRIPTION_VIEW,
        voice.say("My digest"),
        blocks,
        submit=voice.say("Save"),
        close=voice.say("Cancel"),
    )


def _what(
    subscription: Subscription, watches: Sequence[str], languages: Sequence[str], voice: Voice
) -> list[Block]:
    """Of which watches, in which languages, how severe."""
    everything = voice.say("All of them")
    watched = _several([option(one, one) for one in watches], subscription.watches, everything)
    spoken = _several(
        [option(tongue(one, voice), one) for one in (*languages, "unknown")],
        subscription.languages,
        everything,
    )
    severity = select(
        [option(voice.say(SEVERITY_WORDS[one]), one) for one in SEVERITIES],
        chosen=subscription.severity,
    )
    fields = [
        field(ids.LANGUAGES, voice.say("In which languages?"), spoken, optional=True),
        field(ids.SEVERITY, voice.say("How severe?"), severity),
    ]
    if not watches:
        return fields
    return [field(ids.WATCHES, voice.say("About which watches?"), watched, optional=True), *fields]


def _when(subscription: Subscription, voice: Voice) -> list[Block]:
    """At which times, on which days, and whether also when there is nothing to say."""
    at = sorted(subscription.at) or [MORNING]
    return [
        field(ids.AT, voice.say("At what time?"), _clock(at[0])),
        field(
            ids.AT_AGAIN,
            voice.say("And again at"),
            _clock(at[1] if len(at) > 1 else None),
            optional=True,
        ),
        field(
            ids.DAYS,
            voice.say("On which days?"),
            _boxes([(voice.day_name(day), str(day)) for day in range(7)], _days(subscription)),
            optional=True,
            hint=voice.say("Choose no day to have no digest."),
        ),
        field(
            ids.WHEN_EMPTY,
            voice.say("When there is nothing to say"),
            _boxes([(voice.say("Say so in a line"), "yes")], _empty(subscription)),
            optional=True,
        ),
    ]


def _days(subscription: Subscription) -> list[str]:
    return [str(day) for day in subscription.days]


def _empty(subscription: Subscription) -> list[str]:
    return ["yes"] if subscription.when_empty else []


def _several(options: Sequence[Element], chosen: Sequence[str], empty: str) -> Element:
    shown = list(options[:MOST_OPTIONS])
    element: Element = {
        "type": "multi_static_select",
        "action_id": ids.VALUE,
        "options": shown,
        "placeholder": plain(empty, 150),
    }
    return element | _preset(shown, chosen)


def _boxes(labels: Sequence[tuple[str, str]], chosen: Sequence[str]) -> Element:
    options = [option(label, value) for label, value in labels]
    element: Element = {"type": "checkboxes", "action_id": ids.VALUE, "options": options}
    return element | _preset(options, chosen)


def _preset(options: Sequence[Element], chosen: Sequence[str]) -> Element:
    """What is chosen from the start; Slack takes no empty list."""
    initial = [one for one in options if one["value"] in chosen]
    return {"initial_options": initial} if initial else {}


def _clock(at: time | None) -> Element:
    element: Element = {"type": "timepicker", "action_id": ids.VALUE}
    if at is not None:
        element["initial_time"] = f"{at:%H:%M}"
    return element
