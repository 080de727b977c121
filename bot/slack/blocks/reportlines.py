"""What a summary and a digest say alike, a line each."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from bot.domain.excerpt import shorten
from bot.domain.mention import Mention
from bot.domain.reports import Report
from bot.domain.shares import Compared, Share
from bot.domain.summaries import Summary, ThemeSummary
from bot.i18n import Voice
from bot.slack.blocks.themes import theme_words
from bot.slack.mrkdwn import link, literal, name

EXCERPT = 120
LONG = timedelta(days=13)

BAD = -0.5
"""What a reader would call negative; milder scores are too often mistaken to be shown as such."""

MOVED = 0.05
"""A mood that moved less is said not to have."""

SHARES = 6
"""Watches whose share is told."""


def volume_line(report: Report, voice: Voice) -> str:
    """How many mentions, against how many are usual."""
    total, usual = report.summary.total, report.summary.usual
    mentions = voice.plural("*{n} mention*", "*{n} mentions*", total)
    if report.known_days < 1 and report.period > LONG:
        return voice.say(
            "{mentions}. Vigie remembers four weeks: nothing is left to hold this against.",
            mentions=mentions,
        )
    if report.known_days < 1:
        return voice.say(
            "{mentions}. What is usual is not known yet: Vigie is still learning this watch.",
            mentions=mentions,
        )
    days = voice.plural("from {n} day", "from {n} days", round(report.known_days))
    if usual < 1:
        return voice.say(
            "{mentions}, less than one is usual in this time ({days}).",
            mentions=mentions,
            days=days,
        )
    expected = voice.decimal(usual, 0)
    if total <= 1.5 * usual:
        return voice.say(
            "{mentions}, about {usual} are usual in this time ({days}).",
            mentions=mentions,
            usual=expected,
            days=days,
        )
    return voice.say(
        "{mentions}, about {usual} are usual in this time, {times} times that ({days}).",
        mentions=mentions,
        usual=expected,
        times=voice.decimal(total / usual),
        days=days,
    )


def mood_line(summary: Summary, voice: Voice) -> str:
    """How the mentions feel, and whether the mood moved."""
    mood = summary.mood
    counted = (
        (mood.negative, voice.plural("🙁 {n} negative", "🙁 {n} negative", mood.negative)),
        (mood.neutral, voice.plural("😐 {n} neutral", "😐 {n} neutral", mood.neutral)),
        (mood.positive, voice.plural("🙂 {n} positive", "🙂 {n} positive", mood.positive)),
        (
            mood.unknown,
            voice.plural(
                "❔ {n} in a language whose mood is not read",
                "❔ {n} in a language whose mood is not read",
                mood.unknown,
            ),
        ),
    )
    parts = [words for count, words in counted if count]
    line = voice.say("*Mood:* {parts}.", parts=", ".join(parts))
    change = summary.mood_change
    if change is None or abs(change) < MOVED:
        return line
    by = voice.decimal(abs(change), 2)
    moved = (
        voice.say("The mood rose by {by}.", by=by)
        if change > 0
        else voice.say("The mood fell by {by}.", by=by)
    )
    return f"{line} {moved}"


def share_line(shares: Compared, voice: Voice) -> str:
    """What part each watch has in all that was said, the greatest first, against the time before
    where all of both was looked at alike."""
    parts = [_share(shares, one, voice) for one in shares.ranked[:SHARES]]
    return voice.say("*Share of voice:* {shares}", shares=" · ".join(parts))


def _share(shares: Compared, one: Share, voice: Voice) -> str:
    part, before = shares.part(one), shares.part_before(one)
    said = f"{name(one.watch)} *{voice.share(part)}*"
    points = round(100 * (part - before)) if before is not None else 0
    return f"{said} ({voice.signed(points, 0)})" if points else said


def tongue(language: str, voice: Voice) -> str:
    """A language by its name; the unknown one too."""
    return voice.say("unknown") if language == "unknown" else voice.tongue(language)


def themes_lines(themes: Sequence[ThemeSummary], voice: Voice) -> str:
    """Themes as lines, each with its post under it."""
    return "\n".join(f"• {theme_line(one, voice)}\n   {post_line(one.post)}" for one in themes)


def theme_line(theme: ThemeSummary, voice: Voice) -> str:
    """A theme with how much was said of it, how much of that was negative, and what is new."""
    parts = [voice.plural("{n} mention", "{n} mentions", theme.mentions)]
    if theme.copies > 1:
        parts.append(voice.plural("{n} near-identical", "{n} near-identical", theme.copies))
    if share := theme.mood.negative_share:
        parts.append(voice.say("{share} negative", share=voice.share(share)))
    if theme.is_new:
        parts.append(voice.say("🆕 nobody spoke of it before"))
    elif theme.rises:
        parts.append(voice.say("↗ {n} in the time before", n=voice.number(theme.before)))
    if theme.fresh and not theme.is_new:
        fresh = voice.listed(voice.quoted(name(words)) for words in theme.fresh)
        parts.append(voice.say("new in it: {words}", words=fresh))
    return f"*{_named(theme, voice)}* · {', '.join(parts)}"


def _named(theme: ThemeSummary, voice: Voice) -> str:
    """By the reader's own word, where a list has one, or as people write it."""
    words = theme_words(theme.theme, voice)
    return name(theme.said or words if words == theme.theme else words)


def worst_line(summary: Summary, voice: Voice) -> str:
    """The post that the mood rests on most, `""` where none is bad."""
    worst = next((mention for mention in summary.worst if is_bad(mention)), None)
    return voice.say("Most negative: {post}", post=post_line(worst)) if worst else ""


def post_line(mention: Mention) -> str:
    """A post in a line, with its source as the link."""
    words = literal(shorten(words_of(mention), EXCERPT))
    return f"{words} ({link(mention.post.url, mention.post.source)})"


def words_of(mention: Mention) -> str:
    """What a post says: its text, or its headline where it has none."""
    return mention.post.text or mention.post.title


def is_bad(mention: Mention) -> bool:
    """Whether a reader would call it negative."""
    sentiment = mention.analysis.sentiment
    return sentiment is not None and sentiment.score <= BAD
