"""What a language model is handed of a summary, a conversation or a thread: the lines that Vigie
says of it, as plain sentences, and the posts that these are about."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import datetime

from bot.domain.folding import full_text
from bot.domain.gist import Entry, Gist
from bot.domain.mention import Mention
from bot.domain.recap import Recap, TalkRecap
from bot.domain.reports import Report
from bot.domain.worded import Material, material
from bot.i18n import Voice
from bot.slack.blocks import steps
from bot.slack.blocks.gist import reach_words, size_words, waiting_words
from bot.slack.blocks.reportlines import mood_line, theme_line, volume_line
from bot.slack.mrkdwn import unescape

_ENTITY = re.compile(r"<!date[^<>]*>|<[^<>|]*\|([^<>]*)>|<[^<>]*>")
_MARKS = re.compile(r"[*_~`\u200b]+")

_AUTHOR, _BRAND, _COLLEAGUE = "somebody", "the brand", "a colleague"


def of_reports(reports: Sequence[Report], voice: Voice) -> Material:
    """Of summaries: the volume, the mood and the themes of each, and the posts that they show."""
    facts: list[str] = []
    posts: list[Mention] = []
    for report in reports:
        summary = report.summary
        lines = [volume_line(report, voice), mood_line(summary, voice)]
        lines += [theme_line(theme, voice) for theme in summary.themes]
        facts += [f"{report.watch}: {line}" for line in lines]
        posts += [theme.post for theme in summary.themes]
        posts += [*summary.worst, *summary.unanswered]
    known = {mention.id: mention for mention in posts if not mention.deleted}
    shown = ((_AUTHOR, full_text(one.post), one.post.url) for one in known.values())
    return material(map(_sentence, facts), shown, voice.language)


def of_recap(recap: Recap, voice: Voice, now: datetime) -> Material:
    """Of a conversation: how large it is, what waits in it, and the posts that its points are
    of."""
    facts = _facts(recap, voice, now)
    return material(map(_sentence, facts), _entries(recap.gist, _AUTHOR), voice.language)


def of_talk(talk: TalkRecap, voice: Voice, now: datetime) -> Material:
    """Of a thread in Slack, and of the conversation whose card stands in it."""
    facts = [size_words(talk.gist, voice), waiting_words(talk.gist, voice)]
    posts = [
        (by, _without(talk.names, text), url) for by, text, url in _entries(talk.gist, _COLLEAGUE)
    ]
    if talk.about:
        facts += _facts(talk.about, voice, now)
        posts += _entries(talk.about.gist, _AUTHOR)
    return material(map(_sentence, facts), posts, voice.language)


def _facts(recap: Recap, voice: Voice, now: datetime) -> list[str]:
    """Without times and ids: their figures could be taken for anything."""
    return [
        size_words(recap.gist, voice),
        reach_words(recap.reach, voice),
        waiting_words(recap.gist, voice),
        steps.deadline(recap.conversation, voice, now),
    ]


def _without(names: Iterable[str], text: str) -> str:
    """What colleagues wrote without whom they named by a mention, whose names are of several
    words, unlike those elsewhere."""
    for each in sorted(names, key=len, reverse=True):
        text = text.replace(f"@{each}", "@…")
    return text


def _entries(gist: Gist, by: str) -> Iterable[tuple[str, str, str]]:
    """What the points of a gist stand in, each once, the oldest first."""
    points = (*gist.asked, *gist.answered, *gist.decided, *gist.promised, *gist.said)
    found: dict[str, Entry] = {point.entry.id: point.entry for point in points}
    for entry in sorted(found.values(), key=lambda entry: entry.at):
        yield (_BRAND if entry.ours else by, entry.text, entry.url)


def _sentence(mrkdwn: str) -> str:
    """A line of ours without its markup."""
    return unescape(_MARKS.sub("", _ENTITY.sub(lambda found: found[1] or "", mrkdwn)))
