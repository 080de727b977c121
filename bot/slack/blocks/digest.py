"""A digest: the essence of each watch, what waits, and what people made of the alerts."""

from __future__ import annotations

from datetime import datetime

from bot.domain.alerts import Mute
from bot.domain.digests import Digest
from bot.domain.mutes import scope_of
from bot.domain.reports import Report
from bot.domain.severity import Severity
from bot.i18n import Voice, phrase
from bot.slack.blocks.answering import gained_line, response_line, waiting_blocks
from bot.slack.blocks.judging import missed_line, question_blocks
from bot.slack.blocks.mutes import scope_words
from bot.slack.blocks.parts import (
    Block,
    Card,
    context,
    divider,
    fitted,
    header,
    local_time,
    section,
    sparkline,
)
from bot.slack.blocks.proposals import precision_line, proposal_blocks
from bot.slack.blocks.reportlines import (
    mood_line,
    share_line,
    themes_lines,
    tongue,
    volume_line,
    worst_line,
)
from bot.slack.mrkdwn import name

THEMES = 4
WATCHES = 5
"""Watches that are told of in full; of the others their volume alone."""

SEVERITY_WORDS: dict[Severity, str] = {
    "low": phrase("all severities"),
    "medium": phrase("medium severity and worse"),
    "high": phrase("high severity and worse"),
    "critical": phrase("critical severity alone"),
}


def digest_card(digest: Digest, voice: Voice) -> Card:
    """The digest as a message; a line where there is nothing to say."""
    since = voice.moment(digest.since)
    if digest.is_empty:
        words = voice.say("Nothing new about {watches} since {since}. 🌤", **_about(digest, voice))
        return Card(words, (section(words),))
    blocks: list[Block] = [header(voice.say("Digest since {since}", since=since))]
    if chosen := _chosen(digest, voice):
        blocks.append(context(chosen))
    if digest.shares:
        blocks.append(section(share_line(digest.shares, voice)))
    for report in digest.reports[:WATCHES]:
        blocks += _watch_blocks(report, digest, voice)
    blocks += _other_watches(digest, voice)
    blocks.append(divider())
    blocks += waiting_blocks(digest.waiting, digest.until, voice)
    blocks += _figures(digest, voice)
    blocks += question_blocks(digest.asked, voice)
    for proposal in digest.proposals:
        blocks += proposal_blocks(proposal, voice)
    if blocks[-1] == divider():
        blocks.pop()
    return fitted(_fallback(digest, voice), blocks, voice)


def _about(digest: Digest, voice: Voice) -> dict[str, str]:
    return {
        "watches": voice.listed(name(watch) for watch in digest.scope.watches),
        "since": voice.moment(digest.since),
    }


def _fallback(digest: Digest, voice: Voice) -> str:
    total = sum(report.summary.total for report in digest.reports)
    mentions = voice.plural("{n} mention", "{n} mentions", total)
    waiting = voice.plural("{n} unanswered", "{n} unanswered", digest.waiting.total)
    return voice.say("Digest: {mentions}, {waiting}", mentions=mentions, waiting=waiting)


def _chosen(digest: Digest, voice: Voice) -> str:
    """What a person narrowed their digest down to."""
    scope = digest.scope
    parts = [tongue(language, voice) for language in scope.languages]
    if scope.severity != "low":
        parts.append(voice.say(SEVERITY_WORDS[scope.severity]))
    return voice.say("Only: {what}", what=", ".join(parts)) if parts else ""


def _watch_blocks(report: Report, digest: Digest, voice: Voice) -> list[Block]:
    """How much, against the usual; in what mood; about what, with one post each."""
    summary = report.summary
    title = f"*{name(report.watch)}*  {sparkline(report.days or report.hours)}"
    lines = [title, _volume(report, digest, voice)]
    if summary.total:
        lines += [mood_line(summary, voice), worst_line(summary, voice)]
    blocks = [section("\n".join(filter(None, lines)))]
    if summary.themes:
        blocks.append(section(themes_lines(summary.themes[:THEMES], voice)))
    return blocks


def _volume(report: Report, digest: Digest, voice: Voice) -> str:
    """All mentions are held against the usual; a choice of them cannot be."""
    if digest.scope.everything:
        return volume_line(report, voice)
    return voice.plural("*{n} mention*.", "*{n} mentions*.", report.summary.total)


def _other_watches(digest: Digest, voice: Voice) -> list[Block]:
    others = [
        voice.plural(
            "{watch}: {n} mention",
            "{watch}: {n} mentions",
            report.summary.total,
            watch=name(report.watch),
        )
        for report in digest.reports[WATCHES:]
    ]
    return [context("; ".join(others))] if others else []


def _figures(digest: Digest, voice: Voice) -> list[Block]:
    """How fast answers came, what was held back, and how right the alerts were."""
    lines: list[str] = []
    if digest.responses:
        lines.append(response_line(digest.responses, digest.responses_before, voice))
    if gained := gained_line(digest.gained, voice):
        lines.append(gained)
    if digest.held:
        held = "; ".join(_held(mute, digest.since, voice) for mute in digest.held)
        lines.append(voice.say("🔕 Held back by mutes: {held}", held=held))
    lines += [precision_line(one, voice) for one in digest.precisions]
    lines += [missed_line(one, voice) for one in digest.misses]
    return [context("\n".join(lines))] if lines else []


def _held(mute: Mute, since: datetime, voice: Voice) -> str:
    """What a mute holds back, and how much; since when, where an earlier digest counted as well."""
    held = voice.number(mute.held)
    if mute.since and mute.since < since:
        held = voice.say("{n} since {time}", n=held, time=local_time(mute.since))
    return f"{scope_words(scope_of(mute), voice)} ({held})"
