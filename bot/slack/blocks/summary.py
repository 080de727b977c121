"""What was said: how much, in what mood, about what, by whom, and what waits for an answer."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from bot.domain.excerpt import shorten
from bot.domain.mention import Mention
from bot.domain.reports import Overview, Report
from bot.domain.shares import Compared, Share
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
from bot.slack.blocks.themes import theme_words
from bot.slack.mrkdwn import link, literal, name

QUOTED = 3
"""Themes that are told with their post's own words; of the others a line."""

BRIEF = 3
"""Themes of a watch where there are several."""

WORST = 3
EXCERPT = 240
LONG = timedelta(days=13)
HOUR = timedelta(hours=1)

BAD = -0.5
"""What a reader would call negative; milder scores are too often mistaken to be shown as such."""

MOVED = 0.05
"""A mood that moved less is said not to have."""

WATCHES = 4
"""Watches in one answer: with four themes each they stay under Slack's 50 blocks."""

SHARES = 6
"""Watches whose share is told."""


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


def _title(report: Report, voice: Voice) -> str:
    return _timed(report.watch, report, voice)


def _timed(watch: str, report: Report, voice: Voice) -> str:
    hours = report.period // HOUR
    if report.period == hours * HOUR and 1 < hours < 72:
        return voice.plural(
            "{watch} · the last {n} hour", "{watch} · the last {n} hours", hours, watch=watch
        )
    return voice.say("{watch} · in {period}", watch=watch, period=voice.span(report.period))


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


def _language_line(languages: Sequence[LanguageCount], voice: Voice) -> str:
    """Of one language nothing is said."""
    if len(languages) < 2:
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
            author=link(one.post.post.url, one.author or voice.say("somebody")),
            mentions=voice.number(one.mentions),
            reach=voice.number(one.reach),
        )
        for one in summary.voices[:3]
    )
    return [context(voice.say("*Heard furthest:* {heard}", heard=heard))]


def worst_line(summary: Summary, voice: Voice) -> str:
    """The post that the mood rests on most, `""` where none is bad."""
    worst = next((mention for mention in summary.worst if _is_bad(mention)), None)
    return voice.say("Most negative: {post}", post=post_line(worst)) if worst else ""


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
