"""What was said: how much, in what mood, about what, by whom, and what waits for an answer."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from bot.domain.duration import written
from bot.domain.excerpt import shorten
from bot.domain.mention import Mention
from bot.domain.reports import Report
from bot.domain.summaries import Mood, Summary, ThemeSummary
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
from bot.slack.mrkdwn import link, literal, name

THEMES = 4
WORST = 3
WAITING = 5
EXCERPT = 240
LONG = timedelta(days=13)

BAD = -0.5
"""What a reader would call negative; milder scores are too often mistaken to be shown as such."""

WATCHES = 4
"""Watches in one answer: with four themes each they stay under Slack's 50 blocks."""


def summary_card(reports: Sequence[Report], voice: Voice) -> Card:
    """One report after the other."""
    blocks: list[Block] = []
    for report in reports[:WATCHES]:
        blocks += [*([divider()] if blocks else []), *_report_blocks(report, len(reports) > 1)]
    if len(reports) > WATCHES:
        blocks.append(context(f"…and {len(reports) - WATCHES} more: `/vigie summary NAME`"))
    words = "; ".join(
        f"{name(report.watch)}: {report.summary.total} mentions" for report in reports
    )
    return fitted(f"Summary – {words}", blocks)


def _report_blocks(report: Report, brief: bool) -> list[Block]:
    summary = report.summary
    blocks = [
        header(f"{report.watch} · the last {_period(report.period)}"),
        section(f"{_volume_line(report)}\n{_mood_line(summary)}\n{_language_line(summary)}"),
    ]
    if report.period >= timedelta(hours=12):
        blocks.append(context(f"Last 24 hours  {sparkline(report.hours)}"))
    if summary.total == 0:
        return [*blocks, section("Nothing was said in this time.")]
    for theme in summary.themes[: 2 if brief else THEMES]:
        blocks += _theme_blocks(theme)
    if not brief:
        blocks += _worst_blocks(summary) + _voice_blocks(summary)
    return blocks + _waiting_blocks(summary)


def _period(length: timedelta) -> str:
    hours = length // timedelta(hours=1)
    return (
        f"{hours} hours" if length == timedelta(hours=hours) and 1 < hours < 72 else written(length)
    )


def _volume_line(report: Report) -> str:
    total, usual = report.summary.total, report.summary.usual
    mentions = "1 mention" if total == 1 else f"{total:,} mentions"
    if report.known_days < 1 and report.period > LONG:
        return f"*{mentions}*. Vigie remembers four weeks: nothing is left to hold this against."
    if report.known_days < 1:
        return f"*{mentions}*. What is usual is not known yet: Vigie is still learning this watch."
    against = f"about {usual:.0f} are usual" if usual >= 1 else "less than one is usual"
    change = f", {total / usual:.1f} times that" if usual >= 1 and total > 1.5 * usual else ""
    return f"*{mentions}*, {against} in this time{change} (from {report.known_days:.0f} days)."


def _mood_line(summary: Summary) -> str:
    mood = summary.mood
    parts = [
        f"🙁 {mood.negative} negative",
        f"😐 {mood.neutral} neutral",
        f"🙂 {mood.positive} positive",
    ]
    if mood.unknown:
        parts.append(f"❔ {mood.unknown} in a language whose mood is not read")
    change = summary.mood_change
    trend = ""
    if change is not None and abs(change) >= 0.05:
        trend = f" The mood {'rose' if change > 0 else 'fell'} by {abs(change):.2f}."
    return f"*Mood:* {', '.join(parts)}.{trend}"


def _language_line(summary: Summary) -> str:
    shares = [
        f"{'unknown' if found.language == 'unknown' else found.language.upper()} {found.mentions}"
        for found in summary.languages[:5]
    ]
    return f"*Languages:* {', '.join(shares)}" if shares else ""


def _theme_blocks(theme: ThemeSummary) -> list[Block]:
    like = f", {theme.copies} near-identical" if theme.copies > 1 else ""
    title = f"*{name(theme.theme)}* · {theme.mentions} mentions{like}{_share(theme.mood)}"
    post = theme.post.post
    headline = "" if post.title in post.text else post.title
    shown = quote(_body(theme.post), EXCERPT, title=headline if post.text else "")
    return [section(title), shown, context(_by(theme.post))]


def _worst_blocks(summary: Summary) -> list[Block]:
    worst = [mention for mention in summary.worst if _is_bad(mention)]
    if not worst:
        return []
    lines = [f"• {_score(mention)} {_line(mention)}" for mention in worst[:WORST]]
    return [section("*The most negative*\n" + "\n".join(lines))]


def _voice_blocks(summary: Summary) -> list[Block]:
    if not summary.voices:
        return []
    voices = ", ".join(
        f"{name(voice.author)} ({voice.mentions}, reach {voice.reach:,})"
        for voice in summary.voices[:3]
    )
    return [context(f"*Heard furthest:* {voices}")]


def _waiting_blocks(summary: Summary) -> list[Block]:
    if not summary.unanswered_total:
        return [context("Nothing that was flagged waits for an answer. ✅")]
    lines = [
        f"• `{mention.conversation}` {_line(mention)}" for mention in summary.unanswered[:WAITING]
    ]
    more = summary.unanswered_total - len(lines)
    if more > 0:
        lines.append(f"…and {more} more: `/vigie queue`")
    return [section("*Unanswered*\n" + "\n".join(lines))]


def _share(mood: Mood) -> str:
    read = mood.negative + mood.neutral + mood.positive
    return f", {mood.negative / read:.0%} negative" if read and mood.negative else ""


def _line(mention: Mention) -> str:
    words = literal(shorten(_body(mention), EXCERPT // 2))
    return f"{words} ({link(mention.post.url, mention.post.source)})"


def _by(mention: Mention) -> str:
    post = mention.post
    return f"{name(post.author or 'somebody')} · {link(post.url, post.source)}"


def _body(mention: Mention) -> str:
    return mention.post.text or mention.post.title


def _is_bad(mention: Mention) -> bool:
    sentiment = mention.analysis.sentiment
    return sentiment is not None and sentiment.score <= BAD


def _score(mention: Mention) -> str:
    sentiment = mention.analysis.sentiment
    return f"`{sentiment.score:+.2f}`" if sentiment else "`?`"
