"""An alert that nobody took, brought to somebody: directly, and in its thread."""

from __future__ import annotations

from datetime import datetime

from bot.domain.escalation import Step, Waiting
from bot.i18n import Voice, phrase
from bot.slack.blocks.direct import of_itself
from bot.slack.blocks.parts import Card
from bot.slack.blocks.severity import alert_named
from bot.slack.mrkdwn import link

_TO_YOU: dict[Step, str] = {
    "duty": phrase("Nobody has taken this for {span}, and you are on duty."),
    "manager": phrase("Nobody has taken this for {span}."),
}
_IN_THREAD: dict[Step, str] = {
    "duty": phrase("📟 <@{who}>, nobody has taken this for {span}, and you are on duty."),
    "manager": phrase("📟 <@{who}>, nobody has taken this for {span}."),
}


def direct_card(waiting: Waiting, step: Step, permalink: str, voice: Voice, now: datetime) -> Card:
    """To the person who is called; `permalink` leads to the alert's message, `""` where Slack
    gives none."""
    words = [
        f"📟 *{_called(waiting, voice)}*",
        voice.say(_TO_YOU[step], span=voice.span(waiting.length)),
    ]
    if waiting.more:
        words.append(
            voice.plural("{n} more waits with it.", "{n} more wait with it.", waiting.more)
        )
    if permalink:
        words.append(link(permalink, voice.say("Show the alert")))
    return of_itself(waiting.conversation, "\n".join(words), voice, now)


def thread_note(waiting: Waiting, step: Step, who: str, voice: Voice) -> str:
    """To the alert's thread, where whoever is called is rung."""
    return voice.say(_IN_THREAD[step], who=who, span=voice.span(waiting.length))


def nobody_note(waiting: Waiting, channel: str, voice: Voice) -> str:
    """To the admins: there was nobody to call."""
    return voice.say(
        "⚠️ {alert}, in {channel}: nobody has taken it for {span}, and there is nobody to call. "
        "Name people, or a manager, under [duty] in the configuration.",
        alert=_called(waiting, voice),
        channel=channel,
        span=voice.span(waiting.length),
    )


def _called(waiting: Waiting, voice: Voice) -> str:
    return alert_named(waiting.severity, waiting.conversation.watch, voice)
