"""What was said: how much, in what mood, about what, by whom, and what waits for an answer."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from bot.domain.excerpt import shorten
from bot.domain.mention import Mention
from bot.domain.reports import Report
from bot.domain.summaries import LanguageCount, Summary, ThemeSummary
from bot.i18n import Voice
from bot.slack.blocks.parts import (
    Block,
    Card,
    context,
    divider,
    fitted,
    header,
    quote,
    section,
    sparkline,
)
from bot.slack.blocks.themes import theme_name
from bot.slack.mrkdwn import link, literal, name

THEMES = 4
WORST = 3
WAITING = 5
EXCERPT = 240
LONG = timedelta(days=13)
HOUR = timedelta(hours=1)

BAD = -0.5
"""What a reader would call negative; milder scores are too often mistaken to be shown as such."""

MOVED = 0.05
"""A mood that moved less is said not to have."""

WATCHES = 4
"""Watches in one answer: with four themes each they stay under Slack's 50 blocks."""


def summary_card(reports: Sequence[Report], voice: Voice) -> Card:
    """One report after the other."""
    blocks: list[Block] = []
    for report in reports[:WATCHES]:
        blocks += [*([divider()] if blocks else []), *_report_blocks(report, voice, len(reports))]
    if len(reports) > WATCHES:
        more = voice.number(len(reports) - WATCHES)
        blocks.append(context(voice.say("…and {more} more: `/vigie summary NAME`", more=more)))
    totals = "; ".join(
        voice.plural(
            "{watch}: {n} mention",
            "{watch}: {n} mentions",
            report.summary.total,
            watch=name(report.watch),
        )
        for report in reports
    )
    return fitted(voice.say("Summary – {totals}", totals=totals), blocks, voice)


def _report_blocks(report: Report, voice: Voice, of: int) -> list[Block]:
    summary, brief = report.summary, of > 1
    lines = (
        volume_line(report, voice),
        mood_line(summary, voice),
        _language_line(summary.languages, voice),
    )
    blocks = [header(_title(report, voice)), section("\n".join(lines))]
    if report.period >= 12 * HOUR:
        hours = voice.say("Last 24 hours  {bars}", bars=sparkline(report.hours))
        blocks.append(context(hours))
    if summary.total == 0:
        return [*blocks, section(voice.say("Nothing was said in this time."))]
    for theme in summary.themes[: 2 if brief else THEMES]:
        blocks += _theme_blocks(theme, voice)
    if not brief:
        blocks += _worst_blocks(summary, voice) + _voice_blocks(summary, voice)
    return blocks + _waiting_blocks(summary, voice)


def _title(report: Report, voice: Voice) -> str:
    hours = report.period // HOUR
    if report.period == hours * HOUR and 1 < hours < 72:
        return voice.plural(
            "{watch} · the last {n} hour", "{watch} · the last {n} hours", hours, watch=report.watch
        )
    return voice.say("{watch} · in {period}", watch=report.watch, period=voice.span(report.period))


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
    parts = [
        voice.plural("🙁 {n} negative", "🙁 {n} negative", mood.negative),
        voice.plural("😐 {n} neutral", "😐 {n} neutral", mood.neutral),
        voice.plural("🙂 {n} positive", "🙂 {n} positive", mood.positive),
    ]
    if mood.unknown:
        parts.append(
            voice.plural(
                "❔ {n} in a language whose mood is not read",
                "❔ {n} in a language whose mood is not read",
                mood.unknown,
            )
        )
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


def _language_line(languages: Sequence[LanguageCount], voice: Voice) -> str:
    if not languages:
        return ""
    shares = [
        f"{tongue(one.language, voice)} {voice.number(one.mentions)}" for one in languages[:5]
    ]
    return voice.say("*Languages:* {shares}", shares=", ".join(shares))


def tongue(language: str, voice: Voice) -> str:
    """A language by its name; the unknown one too."""
    return voice.say("unknown") if language == "unknown" else voice.tongue(language)


def _theme_blocks(theme: ThemeSummary, voice: Voice) -> list[Block]:
    post = theme.post.post
    headline = "" if post.title in post.text else post.title
    shown = quote(_body(theme.post), EXCERPT, title=headline if post.text else "")
    return [section(theme_line(theme, voice)), shown, context(_by(theme.post, voice))]


def theme_line(theme: ThemeSummary, voice: Voice) -> str:
    """A theme with how much was said of it, and how much of that was negative."""
    parts = [voice.plural("{n} mention", "{n} mentions", theme.mentions)]
    if theme.copies > 1:
        parts.append(voice.plural("{n} near-identical", "{n} near-identical", theme.copies))
    if share := theme.mood.negative_share:
        parts.append(voice.say("{share} negative", share=voice.share(share)))
    if theme.is_new:
        parts.append(voice.say("🆕 nobody spoke of it before"))
    elif theme.rises:
        parts.append(voice.say("↗ more than before"))
    return f"*{theme_name(theme.theme, voice)}* · {', '.join(parts)}"


def _worst_blocks(summary: Summary, voice: Voice) -> list[Block]:
    worst = [mention for mention in summary.worst if _is_bad(mention)]
    if not worst:
        return []
    lines = [f"• {_score(mention, voice)} {post_line(mention)}" for mention in worst[:WORST]]
    return [section("\n".join([voice.say("*The most negative*"), *lines]))]


def _voice_blocks(summary: Summary, voice: Voice) -> list[Block]:
    if not summary.voices:
        return []
    heard = ", ".join(
        voice.say(
            "{author} ({mentions}, reach {reach})",
            author=name(one.author or voice.say("somebody")),
            mentions=voice.number(one.mentions),
            reach=voice.number(one.reach),
        )
        for one in summary.voices[:3]
    )
    return [context(voice.say("*Heard furthest:* {heard}", heard=heard))]


def _waiting_blocks(summary: Summary, voice: Voice) -> list[Block]:
    if not summary.unanswered_total:
        return [context(voice.say("Nothing that was flagged waits for an answer. ✅"))]
    lines = [
        f"• `{mention.conversation}` {post_line(mention)}"
        for mention in summary.unanswered[:WAITING]
    ]
    more = summary.unanswered_total - len(lines)
    if more > 0:
        lines.append(voice.say("…and {more} more: `/vigie queue`", more=voice.number(more)))
    return [section("\n".join([voice.say("*Unanswered*"), *lines]))]


def post_line(mention: Mention) -> str:
    """A post in a line, with its source as the link."""
    words = literal(shorten(_body(mention), EXCERPT // 2))
    return f"{words} ({link(mention.post.url, mention.post.source)})"


def _by(mention: Mention, voice: Voice) -> str:
    post = mention.post
    return f"{name(post.author or voice.say('somebody'))} · {link(post.url, post.source)}"


def _body(mention: Mention) -> str:
    return mention.post.text or mention.post.title


def _is_bad(mention: Mention) -> bool:
    sentiment = mention.analysis.sentiment
    return sentiment is not None and sentiment.score <= BAD


def _score(mention: Mention, voice: Voice) -> str:
    sentiment = mention.analysis.sentiment
    return f"`{voice.signed(sentiment.score)}`" if sentiment else "`?`"
