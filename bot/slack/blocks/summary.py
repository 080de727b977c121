"""What was said: how much, in what mood, about what, by whom, and what waits for an answer."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from bot.domain.mention import Mention
from bot.domain.reports import Overview, Report
from bot.domain.summaries import LanguageCount, Summary, ThemeSummary
from bot.i18n import Voice
from bot.slack.blocks.answering import gained_line, response_line, waiting_blocks
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
from bot.slack.blocks.reportlines import (
    is_bad,
    mood_line,
    post_line,
    share_line,
    theme_line,
    themes_lines,
    tongue,
    volume_line,
    words_of,
)
from bot.slack.mrkdwn import link, name

QUOTED = 3
"""Themes that are told with their post's own words; of the others a line."""

BRIEF = 3
"""Themes of a watch where there are several."""

WORST = 3
EXCERPT = 240
HOUR = timedelta(hours=1)

WATCHES = 4
"""Watches in one answer: with four themes each they stay under Slack's 50 blocks."""


def summary_card(overview: Overview, voice: Voice) -> Card:
    """One report after the other, and then what concerns all of them. What is nothing is not
    said."""
    reports, several = overview.reports, len(overview.reports) > 1
    blocks: list[Block] = _head_blocks(overview, voice) if several else []
    for report in reports[:WATCHES]:
        blocks += _brief_blocks(report, voice) if several else _report_blocks(report, voice)
    if len(reports) > WATCHES:
        more = voice.number(len(reports) - WATCHES)
        blocks.append(context(voice.say("…and {more} more: `/vigie summary NAME`", more=more)))
    blocks += _work_blocks(overview, voice)
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


def _head_blocks(overview: Overview, voice: Voice) -> list[Block]:
    shown = voice.number(len(overview.reports))
    blocks = [header(_timed(voice.say("{n} watches", n=shown), overview.reports[0], voice))]
    if overview.shares:
        blocks.append(section(share_line(overview.shares, voice)))
    return blocks


def _brief_blocks(report: Report, voice: Voice) -> list[Block]:
    """A watch among others: how much, in what mood, its first themes with a post each."""
    summary = report.summary
    lines = [f"*{name(report.watch)}*  {sparkline(report.days or report.hours)}"]
    lines.append(volume_line(report, voice))
    if summary.total:
        lines.append(mood_line(summary, voice))
    blocks = [divider(), section("\n".join(lines))]
    if summary.themes:
        blocks.append(section(themes_lines(summary.themes[:BRIEF], voice)))
    return blocks


def _report_blocks(report: Report, voice: Voice) -> list[Block]:
    summary = report.summary
    lines = [volume_line(report, voice)]
    if summary.total:
        lines += [mood_line(summary, voice), _language_line(summary.languages, voice)]
    blocks = [header(_title(report, voice)), section("\n".join(filter(None, lines)))]
    if summary.total == 0:
        return blocks
    if report.period >= 12 * HOUR:
        blocks.append(context(_bars(report, voice)))
    for theme in summary.themes[:QUOTED]:
        blocks += _theme_blocks(theme, voice)
    if small := summary.themes[QUOTED:]:
        blocks.append(section(themes_lines(small, voice)))
    return blocks + _worst_blocks(summary, voice) + _voice_blocks(summary, voice)


def _bars(report: Report, voice: Voice) -> str:
    if report.days:
        return voice.say("Day by day  {bars}", bars=sparkline(report.days))
    return voice.say("Last 24 hours  {bars}", bars=sparkline(report.hours))


def _work_blocks(overview: Overview, voice: Voice) -> list[Block]:
    """What is to be done, how long it took, and what was gained."""
    now = overview.reports[0].summary.until if overview.reports else None
    blocks = waiting_blocks(overview.waiting, now, voice) if now else []
    lines = [gained_line(overview.gained, voice)]
    if overview.responses:
        lines.insert(0, response_line(overview.responses, overview.responses_before, voice))
    said = "\n".join(filter(None, lines))
    return [*blocks, context(said)] if said else blocks


def _title(report: Report, voice: Voice) -> str:
    return _timed(report.watch, report, voice)


def _timed(watch: str, report: Report, voice: Voice) -> str:
    hours = report.period // HOUR
    if report.period == hours * HOUR and 1 < hours < 72:
        return voice.plural(
            "{watch} · the last {n} hour", "{watch} · the last {n} hours", hours, watch=watch
        )
    return voice.say("{watch} · in {period}", watch=watch, period=voice.span(report.period))


def _language_line(languages: Sequence[LanguageCount], voice: Voice) -> str:
    """Of one language nothing is said."""
    if len(languages) < 2:
        return ""
    shares = [
        f"{tongue(one.language, voice)} {voice.number(one.mentions)}" for one in languages[:5]
    ]
    return voice.say("*Languages:* {shares}", shares=", ".join(shares))


def _theme_blocks(theme: ThemeSummary, voice: Voice) -> list[Block]:
    post = theme.post.post
    headline = "" if post.title in post.text else post.title
    shown = quote(words_of(theme.post), EXCERPT, title=headline if post.text else "")
    return [section(theme_line(theme, voice)), shown, context(_by(theme.post, voice))]


def _worst_blocks(summary: Summary, voice: Voice) -> list[Block]:
    worst = [mention for mention in summary.worst if is_bad(mention)]
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
            author=link(one.post.post.url, one.author or voice.say("somebody")),
            mentions=voice.number(one.mentions),
            reach=voice.number(one.reach),
        )
        for one in summary.voices[:3]
    )
    return [context(voice.say("*Heard furthest:* {heard}", heard=heard))]


def _by(mention: Mention, voice: Voice) -> str:
    post = mention.post
    return f"{name(post.author or voice.say('somebody'))} · {link(post.url, post.source)}"


def _score(mention: Mention, voice: Voice) -> str:
    sentiment = mention.analysis.sentiment
    return f"`{voice.signed(sentiment.score)}`" if sentiment else "`?`"
