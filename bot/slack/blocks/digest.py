"""A digest: the essence of each watch, what waits, and what people made of the alerts."""

from __future__ import annotations

from datetime import datetime

from bot.domain.alerts import Mute
from bot.domain.conversation import Conversation
from bot.domain.digests import Digest, Responses, Waiting
from bot.domain.mutes import scope_of
from bot.domain.reports import Report
from bot.domain.severity import Severity
from bot.domain.summaries import ThemeSummary
from bot.i18n import Voice, phrase
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
from bot.slack.blocks.summary import mood_line, post_line, theme_line, tongue, volume_line
from bot.slack.blocks.titles import shown_title
from bot.slack.mrkdwn import name

THEMES = 3
WATCHES = 5
"""Watches that are told of in full; of the others their volume alone."""

TITLE = 100

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
    for report in digest.reports[:WATCHES]:
        blocks += _watch_blocks(report, digest, voice)
    blocks += _other_watches(digest, voice)
    blocks.append(divider())
    blocks += _waiting_blocks(digest.waiting, digest.until, voice)
    blocks += _figures(digest, voice)
    blocks += question_blocks(digest.asked, voice)
    for proposal in digest.proposals:
        blocks += proposal_blocks(proposal, voice)
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
    title = f"*{name(report.watch)}*  {sparkline(report.hours)}"
    lines = [title, _volume(report, digest, voice)]
    if summary.total:
        lines.append(mood_line(summary, voice))
    blocks = [section("\n".join(lines))]
    if summary.themes:
        themes = "\n".join(_theme(theme, voice) for theme in summary.themes[:THEMES])
        blocks.append(section(themes))
    return blocks


def _volume(report: Report, digest: Digest, voice: Voice) -> str:
    """All mentions are held against the usual; a choice of them cannot be."""
    if digest.scope.everything:
        return volume_line(report, voice)
    return voice.plural("*{n} mention*.", "*{n} mentions*.", report.summary.total)


def _theme(theme: ThemeSummary, voice: Voice) -> str:
    return f"• {theme_line(theme, voice)}\n   {post_line(theme.post)}"


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


def _waiting_blocks(waiting: Waiting, now: datetime, voice: Voice) -> list[Block]:
    if not waiting.total:
        return [section(voice.say("Nothing that was flagged waits for an answer. ✅"))]
    head = voice.plural("*{n} unanswered*", "*{n} unanswered*", waiting.total)
    if waiting.overdue:
        late = voice.plural("*{n} overdue*", "*{n} overdue*", waiting.overdue)
        head = f"{head} · ⏰ {late}"
    lines = [head, *(_conversation(one, now, voice) for one in waiting.first)]
    if more := waiting.total - len(waiting.first):
        lines.append(voice.say("…and {more} more: `/vigie queue`", more=voice.number(more)))
    return [section("\n".join(lines))]


def _conversation(conversation: Conversation, now: datetime, voice: Voice) -> str:
    title = shown_title(conversation, voice, TITLE)
    who = f"<@{conversation.assignee}>" if conversation.assignee else voice.say("nobody yet")
    parts = (f"• `{conversation.id}` {title}", who, _deadline(conversation.due, now, voice))
    return " · ".join(filter(None, parts))


def _deadline(due: datetime | None, now: datetime, voice: Voice) -> str:
    if due is None:
        return ""
    if due <= now:
        return voice.say("⏰ overdue since {time}", time=local_time(due))
    return voice.say("to be answered by {time}", time=local_time(due))


def _figures(digest: Digest, voice: Voice) -> list[Block]:
    """How fast answers came, what was held back, and how right the alerts were."""
    lines: list[str] = []
    if digest.responses:
        lines.append(_response_line(digest.responses, voice))
    if digest.held:
        held = "; ".join(_held(mute, digest.since, voice) for mute in digest.held)
        lines.append(voice.say("🔕 Held back by mutes: {held}", held=held))
    lines += [precision_line(one, voice) for one in digest.precisions]
    lines += [missed_line(one, voice) for one in digest.misses]
    return [context("\n".join(lines))] if lines else []


def _response_line(responses: Responses, voice: Voice) -> str:
    answers = voice.plural("{n} answer", "{n} answers", responses.answers)
    measured = voice.plural("{n} seen at the source", "{n} seen at the source", responses.measured)
    return voice.say(
        "⏱ First answer after {time} at the median ({answers}, {measured})",
        time=voice.span(responses.median),
        answers=answers,
        measured=measured,
    )


def _held(mute: Mute, since: datetime, voice: Voice) -> str:
    """What a mute holds back, and how much; since when, where an earlier digest counted as well."""
    held = voice.number(mute.held)
    if mute.since and mute.since < since:
        held = voice.say("{n} since {time}", n=held, time=local_time(mute.since))
    return f"{scope_words(scope_of(mute), voice)} ({held})"
