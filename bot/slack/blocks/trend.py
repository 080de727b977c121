"""How a watch went, and how several stand beside each other: in words, and as a short table."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bot.domain.about import About
from bot.domain.shares import Compared, Share
from bot.domain.trends import Felt, Step, Trend
from bot.i18n import Voice
from bot.pictures.compare import compare_title
from bot.pictures.trend import trend_words
from bot.slack.blocks.parts import Block, Card, context, fitted, local_time, section
from bot.slack.blocks.themes import theme_name, theme_words
from bot.slack.mrkdwn import name

ROWS = 10
"""Rows of the table at most; what is longer is told by the week."""

LISTED = 8
"""Spikes that are listed, the latest."""

WEEK = 7


def trend_card(trend: Trend, picture: str, voice: Voice) -> Card:
    """The answer to who asked; `picture` says where the picture is."""
    title = voice.say("Trend of {watch}", watch=name(trend.watch))
    blocks: list[Block] = [
        section(f"📈 *{title}*\n{trend_words(trend, voice)}"),
        section("\n".join(["```", *table(trend, voice), "```"])),
        *_spikes(trend, voice),
        context(_foot(trend, voice), picture),
    ]
    return fitted(f"{title} – {trend_words(trend, voice)}", blocks, voice)


def compare_card(found: Compared, picture: str, voice: Voice) -> Card:
    """The same for watches beside each other."""
    title = compare_title(found, voice)
    lines = [_share_line(found, share, voice) for share in found.ranked]
    blocks: list[Block] = [
        section("\n".join([f"📊 *{title}*", *lines])),
        context(
            voice.say("A post that several of them match counts for each."),
            picture,
        ),
    ]
    return fitted(title, blocks, voice)


def about_plain(about: About, voice: Voice) -> str:
    """What a spike was about, in plain text: its first theme, or else who wrote much of it."""
    return theme_words(about.themes[0], voice) if about.themes else about.author


def table(trend: Trend, voice: Voice) -> Iterator[str]:
    """Its figures in columns, in lines that a phone does not break."""
    rows = [
        (voice.say("since"), voice.say("mentions"), voice.say("usual"), voice.say("negative")),
        *(_row(part, trend, voice) for part in _parts(trend)),
    ]
    widths = [max(len(row[column]) for row in rows) for column in range(4)]
    for first, *others in rows:
        shown = (cell.rjust(width) for cell, width in zip(others, widths[1:], strict=True))
        yield f"{first.ljust(widths[0])}  {'  '.join(shown)}"


def _parts(trend: Trend) -> Sequence[Sequence[Step]]:
    """The steps in so few parts that the table is short: days, weeks, or some hours."""
    steps = trend.steps
    if len(steps) <= ROWS:
        size = 1
    elif trend.is_by_hour:
        size = -(-len(steps) // ROWS)
    else:
        size = WEEK * max(1, -(-len(steps) // (WEEK * ROWS)))
    first = len(steps) % size
    cut = [steps[:first]] if first else []
    return [*cut, *(steps[n : n + size] for n in range(first, len(steps), size))]


def _row(part: Sequence[Step], trend: Trend, voice: Voice) -> tuple[str, str, str, str]:
    at = part[0].span.at
    seen = sum(step.seen for step in part)
    usual = [step.usual.expected for step in part if step.usual]
    share = Felt(
        sum(step.felt.negative for step in part), sum(step.felt.read for step in part)
    ).share
    return (
        voice.moment(at) if trend.is_by_hour else voice.short_day(at),
        voice.number(seen) + ("" if all(step.whole for step in part) else "+"),
        voice.decimal(sum(usual), 0) if len(usual) == len(part) else "–",
        "–" if share is None else voice.share(share),
    )


def _spikes(trend: Trend, voice: Voice) -> Iterator[Block]:
    if not trend.peaks:
        return
    lines = [voice.say("*Spikes*")]
    for peak in trend.peaks[-LISTED:]:
        words = voice.plural(
            "{when}: {n} in an hour",
            "{when}: {n} in an hour",
            peak.ring.peak,
            when=local_time(peak.ring.began),
        )
        about = theme_name(peak.about.themes[0], voice) if peak.about.themes else ""
        about = about or name(peak.about.author)
        lines.append(f"• {words} – {about}" if about else f"• {words}")
    more = len(trend.peaks) - LISTED
    if more > 0:
        lines.append(voice.say("…and {n} before.", n=voice.number(more)))
    yield section("\n".join(lines))


def _foot(trend: Trend, voice: Voice) -> str:
    """What it rests on."""
    words = [
        voice.say("Usual is what the detector held for it; + stands where more may have been.")
    ]
    if trend.before is None:
        if trend.alike_from is None:
            words.append(voice.say("There is no time before to hold this against."))
        else:
            words.append(
                voice.say(
                    "The time before is not held against it: all sources are read by the query of "
                    "now only since {since}.",
                    since=voice.day(trend.alike_from),
                )
            )
    return " ".join(words)


def _share_line(found: Compared, share: Share, voice: Voice) -> str:
    mentions = voice.plural("{n} mention", "{n} mentions", share.total)
    parts = [f"*{name(share.watch)}*  *{voice.share(found.part(share))}*", mentions]
    before = found.part_before(share)
    if before is not None:
        points = voice.signed(100 * (found.part(share) - before), 0)
        parts.append(voice.say("{points} points against the time before", points=points))
    felt = share.felt.share
    if felt is not None:
        parts.append(voice.say("{share} negative", share=voice.share(felt)))
    return f"• {' · '.join(parts)}"
