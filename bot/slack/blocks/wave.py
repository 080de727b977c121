"""A wave of negative posts: its card, and the line that tells of it in another story's thread."""

from __future__ import annotations

from bot.domain.alerts import Alert
from bot.domain.waves import WaveReason
from bot.i18n import Voice
from bot.slack.blocks.cardparts import AlertView, byline, small_print
from bot.slack.blocks.foot import foot, light, thread_line
from bot.slack.blocks.odds import odds_words
from bot.slack.blocks.parts import Block, Card, context, fields, header, local_time, section
from bot.slack.blocks.quoting import quoted
from bot.slack.blocks.severity import severity_line
from bot.slack.blocks.themes import theme_names
from bot.slack.mrkdwn import name

EXCERPT = 280


def wave_card(view: AlertView, reason: WaveReason) -> Card:
    """The card of a wave in the state of the moment."""
    alert, voice = view.alert, view.voice
    over = alert.ended is not None
    title = (
        voice.say("Wave of negative posts, over") if over else voice.say("Wave of negative posts")
    )
    blocks = [
        header(f"{light(view)} {title} · {alert.watch}"),
        section(f"{severity_line(alert.graded, voice)}\n{wave_why(reason, voice)}"),
        fields(_figures(reason, voice)),
        *_worst(view),
        *thread_line(view.handled, voice),
        *small_print(view),
        *foot(view),
    ]
    watch = name(alert.watch)
    words = (
        voice.say("The wave of negative posts about {watch} is over", watch=watch)
        if over
        else voice.say(
            "Wave of negative posts about {watch}: {part} of the last {all}",
            watch=watch,
            part=voice.number(reason.wave.negative),
            all=voice.number(reason.wave.read),
        )
    )
    return Card(words, tuple(blocks))


def wave_why(reason: WaveReason, voice: Voice) -> str:
    """Why a share of negative posts is a wave, in two sentences."""
    return f"{_share(reason, voice)} {odds_words(reason.wave.once_in_days, reason.patience, voice)}"


def wave_line(reason: WaveReason, watch: str, voice: Voice) -> str:
    """The same in one line, for the thread of a story that runs."""
    line = f"🌊 *{name(watch)}*: {wave_why(reason, voice)}"
    return f"{line}{_about(reason, voice)}"


def wave_again(before: Alert, after: Alert, voice: Voice) -> str:
    """That a wave got worse."""
    reason = after.reason
    if not isinstance(reason, WaveReason):
        return ""
    words = voice.say(
        "📣 The wave about *{watch}* is more severe: {share}",
        watch=name(after.watch),
        share=_share(reason, voice),
    )
    return f"{words}\n{severity_line(after.graded, voice)}{_about(reason, voice)}"


def wave_over(alert: Alert, voice: Voice) -> str:
    """That a wave is over."""
    return voice.say(
        "🟢 The wave is over: no more posts about {watch} are negative than usual.",
        watch=name(alert.watch),
    )


def _share(reason: WaveReason, voice: Voice) -> str:
    wave = reason.wave
    return voice.say(
        "{part} of the {all} posts since {time} whose mood is read are negative ({share}), where "
        "{usual} are usual.",
        part=voice.number(wave.negative),
        all=voice.number(wave.read),
        time=local_time(wave.since),
        share=voice.share(wave.share),
        usual=voice.share(wave.usual),
    )


def _about(reason: WaveReason, voice: Voice) -> str:
    if not reason.themes:
        return ""
    themes = theme_names(reason.themes, voice)
    return f" {voice.say('It is about {themes}.', themes=themes)}"


def _figures(reason: WaveReason, voice: Voice) -> list[tuple[str, str]]:
    known = voice.plural("{n} post", "{n} posts", reason.known)
    return [
        (voice.say("About"), theme_names(reason.themes, voice) or "–"),
        (voice.say("Authors"), voice.number(reason.authors)),
        (voice.say("Usual is known from"), known),
    ]


def _worst(view: AlertView) -> list[Block]:
    if not view.posts:
        return []
    voice = view.voice
    blocks = [section(f"*{voice.say('The worst of them')}*")]
    for mention in view.posts:
        blocks += [
            quoted(mention, voice, EXCERPT),
            context(byline(mention, voice, linked=True)),
        ]
    return blocks
