"""What would have rung, in words: how often at each sensitivity, and when at the watch's own."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from bot.domain.about import About
from bot.domain.replay import Replay, Ring, Row
from bot.i18n import Voice
from bot.pictures.replay import row_words, sensitivity_words
from bot.slack import ids
from bot.slack.blocks.parts import Block, Card, context, fitted, local_time, plain, section
from bot.slack.blocks.themes import theme_names
from bot.slack.blocks.usual import usual_of
from bot.slack.mrkdwn import name

SHOWN = 12
"""Alerts that are listed, the latest."""

SHOWN_IN_FORM = 5


def replay_card(
    found: Replay,
    watch: str,
    own: float,
    abouts: Mapping[datetime, About],
    picture: str,
    voice: Voice,
) -> Card:
    """The answer to who asked; `own` is the watch's sensitivity in days, and `picture` says where
    the picture is."""
    title = voice.say("What would have rung for {watch}", watch=name(watch))
    blocks = [
        section(f"🔔 *{title}*\n{_between(found, voice)}"),
        section("\n".join(_totals(found, own, voice))),
        *_listed(found, own, abouts, SHOWN, voice),
        context(_foot(found, voice), picture),
    ]
    return fitted(title, blocks, voice)


def rung_blocks(found: Replay, own: float, voice: Voice) -> list[Block]:
    """The same for a form, before a sensitivity is kept: `own` is the one that is chosen."""
    row = _own_row(found, own)
    sentence = voice.plural(
        "🔔 *With this sensitivity it would have rung {n} time* in the last {days} days.",
        "🔔 *With this sensitivity it would have rung {n} times* in the last {days} days.",
        len(row.rings),
        days=voice.number(round(found.weeks * 7)),
    )
    totals = "\n".join(_totals(found, own, voice))
    blocks = [section(f"{sentence}\n{totals}"), *_listed(found, own, {}, SHOWN_IN_FORM, voice)]
    return [*blocks, context(_foot(found, voice))]


def too_slow_blocks(voice: Voice) -> list[Block]:
    """In the place of that, where it could not be worked out in time."""
    words = voice.say(
        "⏱ Slack waits no longer: `/vigie replay` tells what would have rung, with a picture."
    )
    return [context(words)]


def replay_view(blocks: list[Block], voice: Voice) -> Block:
    """A modal that tells it; no picture can stand in one before it is uploaded."""
    return {
        "type": "modal",
        "callback_id": ids.NOTICE_VIEW,
        "title": plain(voice.say("What would have rung"), 24),
        "close": plain(voice.say("Close"), 24),
        "blocks": blocks,
    }


def looking_blocks(voice: Voice) -> list[Block]:
    """In the place of that while it is worked out."""
    return [section(voice.say("Looking back…"))]


def with_picture(watch: str, voice: Voice) -> Block:
    """How a picture of it is had."""
    return context(voice.say("`/vigie replay {watch}` adds a picture.", watch=name(watch)))


def ring_words(ring: Ring, about: About | None, voice: Voice) -> str:
    """What rang, after when: how much was seen, how rare that is, how long it lasted, and what it
    was about. Text from outside is escaped."""
    parts = [figures(ring, voice), lasted(ring, voice)]
    if about and (words := about_words(about, voice)):
        parts.append(words)
    return " · ".join(parts)


def figures(ring: Ring, voice: Voice) -> str:
    """How much was seen as it rang, what was expected, and how rare that is."""
    evidence = ring.evidence
    usual = usual_of(evidence, voice)
    if evidence.is_quarter:
        seen = voice.plural(
            "{n} in a quarter of an hour, usually {usual}",
            "{n} in a quarter of an hour, usually {usual}",
            evidence.seen,
            usual=usual,
        )
    else:
        seen = voice.plural(
            "{n} in an hour, usually {usual}",
            "{n} in an hour, usually {usual}",
            evidence.seen,
            usual=usual,
        )
    rare = rarity(ring, voice)
    return f"{seen}, {rare}" if rare else seen


def rarity(ring: Ring, voice: Voice) -> str:
    """How seldom an ordinary stream has such an hour; `""` where nobody knows."""
    once = ring.evidence.once_in_days
    if once is None:
        return ""
    if once >= 365:
        return voice.say("less than once a year")
    return voice.plural("once in {n} day", "once in {n} days", max(1, round(once)))


def lasted(ring: Ring, voice: Voice) -> str:
    """How long it lasted, or since when it goes on."""
    length = voice.span(ring.length)
    if ring.over:
        return voice.say("for {length}", length=length)
    return voice.say("for {length}, and it goes on", length=length)


def about_words(about: About, voice: Voice) -> str:
    """Its themes, and an author who leads; `""` where nothing stands out."""
    parts = [theme_names(about.themes, voice)] if about.themes else []
    if about.author:
        parts.append(
            voice.say(
                "{author}: {n} of the posts", author=name(about.author), n=voice.number(about.posts)
            )
        )
    return ", ".join(parts)


def _between(found: Replay, voice: Voice) -> str:
    return voice.say(
        "From {since} to {until}.", since=local_time(found.since), until=local_time(found.until)
    )


def _totals(found: Replay, own: float, voice: Voice) -> list[str]:
    """A line for each sensitivity; the watch's own stands out."""
    lines = []
    for row in found.rows:
        words = row_words(found, row, voice)
        lines.append(f"▸ *{words}*" if row.days == own else f"• {words}")
    return lines


def _own_row(found: Replay, own: float) -> Row:
    return next((row for row in found.rows if row.days == own), found.rows[0])


def _listed(
    found: Replay, own: float, abouts: Mapping[datetime, About], most: int, voice: Voice
) -> list[Block]:
    row = _own_row(found, own)
    if not row.rings:
        return []
    lines = [f"*{sensitivity_words(row.days, voice)}*"]
    for ring in row.rings[-most:]:
        words = ring_words(ring, abouts.get(ring.began), voice)
        lines.append(f"• {local_time(ring.began)}: {words}")
    if len(row.rings) > most:
        lines.append(voice.say("…and {n} before.", n=voice.number(len(row.rings) - most)))
    return [section("\n".join(lines))]


def _foot(found: Replay, voice: Voice) -> str:
    """What it rests on."""
    words = voice.say("As the detector of today would have told it; mutes are left out.")
    if found.known_days < 7:
        little = voice.say("Little is known of this watch yet.")
        return f"{words} {little}"
    return words
