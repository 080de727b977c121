"""Why a conversation was told as it was, in words: what `/vigie why`, a card's menu and the
terminal show."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from bot.domain.alerts import Alert, NegativeReason, SpikeReason, TrackedReason
from bot.domain.mention import Sentiment
from bot.domain.mutes import scope_of
from bot.domain.novelties import NoveltyReason
from bot.domain.silences import SilenceReason
from bot.domain.velocity import VelocityReason
from bot.domain.waves import WaveReason
from bot.domain.why import Explained, Untold, untold
from bot.i18n import Voice, phrase
from bot.slack import ids
from bot.slack.blocks.drivers import coverage_words, driver_lines
from bot.slack.blocks.learning import taught_words
from bot.slack.blocks.mutes import scope_words
from bot.slack.blocks.news import novelty_why, velocity_why
from bot.slack.blocks.parts import Block, Card, context, fitted, local_time, plain, section
from bot.slack.blocks.severity import NAMES, ground_words
from bot.slack.blocks.silence import silence_why
from bot.slack.blocks.spike import volume_words
from bot.slack.blocks.standing import rank_words, standing_words
from bot.slack.blocks.titles import shown_title
from bot.slack.blocks.trail import went_to
from bot.slack.blocks.wave import wave_why
from bot.slack.mrkdwn import name

WORDS = 5
"""Words of a post that are shown with what they weighed."""

_UNTOLD: dict[Untold, str] = {
    "own": phrase("It raised no alert: an account of your own wrote it."),
    "unread": phrase("It raised no alert: nothing reads the mood of its language."),
    "mild": phrase("It raised no alert: its sentiment is {score}, above the limit of {limit}."),
    "spared": phrase(
        "It raised no alert: {by} was asked for a second opinion, and finds it {chance} likely to "
        "be negative."
    ),
    "late": phrase("It raised no alert: it was more than a day old when it was found."),
    "copy": phrase("It raised no alert: it says what a post in `{first}` says, and counts there."),
    "muted": phrase("It raised no alert: <@{who}> had muted {what} until {time}."),
    "unknown": phrase("It raised no alert: it came with a source’s history, or was muted."),
}


class Part(NamedTuple):
    """One part of the answer: what it is about, and its sentences in mrkdwn."""

    heading: str
    lines: Sequence[str]


def why_parts(explained: Explained, voice: Voice) -> list[Part]:
    """The whole answer, part by part; parts that have nothing to say are left out."""
    alert = explained.alert
    if alert is None:
        parts = [
            Part(
                voice.say("Why it was not told"),
                [_untold(explained, voice), *_rank(explained, voice)],
            )
        ]
    else:
        parts = [
            Part(voice.say("Where it went"), _where(alert, explained.part_of, voice)),
            Part(voice.say("How severe"), _how_severe(alert, voice)),
            Part(voice.say("Why it counts"), _what_for(alert, voice)),
            Part(voice.say("When it was told"), _when(alert, explained, voice)),
        ]
    parts.append(Part(voice.say("What weighed most"), _weighed(explained, voice)))
    return [part for part in parts if part.lines]


def why_card(explained: Explained, voice: Voice) -> Card:
    """The answer to `/vigie why`."""
    conversation = explained.conversation
    title = shown_title(conversation, voice)
    text = voice.say("Why `{id}` was told as it was", id=conversation.id)
    return fitted(text, [section(f"*{text}*\n{title}"), *_blocks(explained, voice)], voice)


def why_view(explained: Explained, voice: Voice) -> Block:
    """The same in a window of its own."""
    return {
        "type": "modal",
        "callback_id": ids.NOTICE_VIEW,
        "title": plain(voice.say("Why?"), 24),
        "close": plain(voice.say("Close"), 24),
        "blocks": [context(shown_title(explained.conversation, voice)), *_blocks(explained, voice)],
    }


def _blocks(explained: Explained, voice: Voice) -> list[Block]:
    return [
        section("\n".join([f"*{part.heading}*", *part.lines]))
        for part in why_parts(explained, voice)
    ]


def _where(alert: Alert, part_of: Alert | None, voice: Voice) -> list[str]:
    if isinstance(alert.reason, TrackedReason):
        return [voice.say("<@{who}> tracked it from a message in Slack.", who=alert.reason.by)]
    if alert.within and part_of:
        since = local_time(part_of.raised)
        if part_of.kind == "wave":
            words = voice.say(
                "In the thread of the wave of {time}: its posts are part of its story.", time=since
            )
        else:
            words = voice.say(
                "In the thread of the spike of {time}: its negative posts are part of its story.",
                time=since,
            )
        return [words, *went_to(part_of.channel, part_of.route, part_of.trail, voice)]
    lines = went_to(alert.channel, alert.route, alert.trail, voice)
    if alert.here:
        lines.append(voice.say("Everybody who is active there is rung."))
    if part_of:
        lines.append(
            voice.say("A spike began meanwhile: what follows is told in that one’s thread.")
        )
    return lines


def _how_severe(alert: Alert, voice: Voice) -> list[str]:
    graded = alert.graded
    severity = voice.say(NAMES[graded.severity])
    if not graded.grounds:
        return [f"*{severity}*"]
    return [f"*{severity}*", *(f"• {ground_words(ground, voice)}" for ground in graded.grounds)]


def _what_for(alert: Alert, voice: Voice) -> list[str]:
    match alert.reason:
        case NegativeReason() as reason:
            standing = standing_words(reason, voice)
            return [
                *([voice.say("Flagged: {standing}.", standing=standing)] if standing else ()),
                voice.say(
                    "The sentiment that began it, {score}, is at or below the watch’s limit of "
                    "{limit} (from −1 to +1).",
                    score=voice.signed(reason.score),
                    limit=voice.signed(reason.threshold),
                ),
            ]
        case SpikeReason() as reason:
            return _volume(reason, voice)
        case WaveReason() as reason:
            return [wave_why(reason, voice)]
        case SilenceReason() as reason:
            return [silence_why(reason, voice)]
        case NoveltyReason() as reason:
            return [novelty_why(reason, voice)]
        case VelocityReason() as reason:
            return [velocity_why(reason, voice)]
        case _:
            return []


def _volume(reason: SpikeReason, voice: Voice) -> list[str]:
    evidence = reason.evidence
    line = volume_words(reason, local_time(evidence.window_start), voice)
    patience = round(evidence.sensitivity)
    rings = voice.plural(
        "This watch rings at what ordinary days bring less than once in {n} day.",
        "This watch rings at what ordinary days bring less than once in {n} days.",
        patience,
    )
    drivers = [f"• {words}" for words in driver_lines(reason.drivers, voice)]
    wrote = voice.plural("{n} author wrote", "{n} authors wrote", reason.authors)
    passed_on = voice.plural(
        "{n} of the posts passes on another’s",
        "{n} of the posts pass on another’s",
        reason.reshares,
    )
    who = f"{wrote}; {passed_on}." if reason.reshares else f"{wrote}."
    coverage = coverage_words(reason, voice)
    return [line, rings, *drivers, who, *([f"{coverage}."] if coverage else ())]


def _when(alert: Alert, explained: Explained, voice: Voice) -> list[str]:
    if isinstance(alert.reason, TrackedReason):
        return []
    lines = [voice.say("It was raised {time}.", time=local_time(alert.raised))]
    told = alert.told
    if told and told.at > alert.raised:
        lines.append(
            voice.plural(
                "It last rang {time}, with {n} post.",
                "It last rang {time}, with {n} posts.",
                told.volume,
                time=local_time(told.at),
            )
        )
    if alert.ended:
        lines.append(voice.say("It was over {time}.", time=local_time(alert.ended)))
    lines.append(_when_again(alert, explained, voice))
    return lines


def _when_again(alert: Alert, explained: Explained, voice: Voice) -> str:
    every = voice.span(explained.repeat_every)
    if alert.kind in ("theme", "velocity"):
        return voice.say("It is told once.")
    if alert.kind == "silence":
        return voice.say("A silence is told once, and ends with the next mention.")
    if alert.kind == "wave":
        return voice.say(
            "A wave is one story: it rings again only when it is more severe, and ends when the "
            "posts are as they usually are."
        )
    if alert.kind == "spike":
        return voice.say(
            "A spike is one story: it rings again when its volume has tripled, when it is more "
            "severe, or when it still goes on after {every}.",
            every=every,
        )
    return voice.say(
        "Posts that follow each other within {group} are one story: it rings again when it has "
        "doubled, when it is more severe, or when it still goes on after {every}.",
        group=voice.span(explained.group),
        every=every,
    )


def _untold(explained: Explained, voice: Voice) -> str:
    why = untold(explained) or "unknown"
    mention, mute = explained.mention, explained.mute
    sentiment = mention.analysis.sentiment if mention else None
    opinion = sentiment.opinion if sentiment else None
    return voice.say(
        _UNTOLD[why],
        by=name(opinion.by) if opinion else "",
        chance=voice.share(opinion.negative) if opinion else "",
        score=voice.signed(sentiment.score) if sentiment else "",
        limit=voice.signed(explained.limit.score) if explained.limit else "",
        who=mute.by if mute else "",
        what=scope_words(scope_of(mute), voice) if mute else "",
        time=local_time(mute.until) if mute else "",
        first=explained.copied,
    )


def _rank(explained: Explained, voice: Voice) -> list[str]:
    mention, rank = explained.mention, explained.rank
    if mention is None or rank is None:
        return []
    standing = rank_words(rank, mention.analysis.language, voice)
    return [voice.say("It is {standing}.", standing=standing)]


def _weighed(explained: Explained, voice: Voice) -> list[str]:
    """The words of the post, with what each added to its sentiment, and what read it."""
    mention = explained.mention
    sentiment = mention.analysis.sentiment if mention else None
    if sentiment is None:
        return []
    words = [
        f"• {voice.quoted(name(word.word))} {voice.signed(word.weight)}"
        for word in sentiment.words[:WORDS]
    ]
    return [*words, *_engine(sentiment, explained.taught, voice)]


def _engine(sentiment: Sentiment, taught: int, voice: Voice) -> list[str]:
    if sentiment.engine != "learnt":
        return [voice.say("It was read by the rules.")]
    lines = [taught_words(taught, voice)]
    if sentiment.rules is not None:
        rules = voice.signed(sentiment.rules)
        lines.append(voice.say("The rules alone would have said {score}.", score=rules))
    return lines
