"""Watches beside each other, as a picture: the share of each in what was said from day to day, in
bands that are stacked in the order of their names, and under it how much that was."""

from __future__ import annotations

from collections.abc import Iterator

from bot.domain.excerpt import shorten
from bot.domain.shares import Compared, Share
from bot.i18n import Voice
from bot.pictures.chart import (
    LEFT,
    LINE,
    MARGIN,
    Columns,
    Scale,
    length_words,
    page,
    rect,
    rule,
    text,
    wrapped,
)

MOST = 6
"""Watches in one picture: more bands are not told apart."""

_SHARES, _TOTALS = 240, 80

_NAME = 18
"""Characters of a watch's name, so that its figures stand beside it."""

_LIGHT = """
.w1{fill:#0072b2}
.w2{fill:#e69f00}
.w3{fill:#009e73}
.w4{fill:#cc79a7}
.w5{fill:#56b4e9}
.w6{fill:#d55e00}
.all{fill:#79818a}
.swatch{stroke:#14181c;stroke-width:1}
"""

_DARK = """
.all{fill:#8b929a}
.swatch{stroke:#f2f5f8}
"""


def compare_svg(found: Compared, voice: Voice) -> str:
    """The picture of at most `MOST` watches; the first one named is the lowest band."""
    title = compare_title(found, voice)
    named = len(found.shares)
    top = MARGIN + 24.0 + LINE * (len(wrapped(title, 40)) - 1)
    shares = top + 36 + LINE * named + 12
    totals = shares + _SHARES + 50
    drawn = [
        *(
            text(MARGIN, MARGIN + 24 + LINE * n, line, "title")
            for n, line in enumerate(wrapped(title, 40))
        ),
        *_names(found, top + 36, voice),
        *_bands(found, shares, voice),
        text(MARGIN, totals, voice.say("All of them together"), "strong"),
        *_totals(found, totals + 20, voice),
    ]
    height = totals + 20 + _TOTALS + 44
    return page(height, title, compare_alt(found, voice), (_LIGHT, _DARK), voice, *drawn)


def compare_alt(found: Compared, voice: Voice) -> str:
    """The picture in words, for who does not see it."""
    parts = (share_words(found, share, voice) for share in found.ranked)
    return f"{compare_title(found, voice)}. {voice.say('{parts}.', parts='; '.join(parts))}"


def compare_title(found: Compared, voice: Voice) -> str:
    """What stands above it; plain text."""
    return voice.say("Share of voice in {length}", length=length_words(found.length, voice))


def share_words(found: Compared, share: Share, voice: Voice) -> str:
    """A watch with its share and its mood, in a line of plain text."""
    parts = [voice.plural("{n} mention", "{n} mentions", share.total)]
    if share.felt.share is not None:
        parts.append(voice.say("{share} negative", share=voice.share(share.felt.share)))
    return voice.say(
        "{watch}: {share} ({mentions})",
        watch=shorten(share.watch, _NAME),
        share=voice.share(found.part(share)),
        mentions=", ".join(parts),
    )


def _names(found: Compared, y: float, voice: Voice) -> Iterator[str]:
    """The watches, the one whose band is highest first."""
    for row, (number, share) in enumerate(reversed(list(enumerate(found.shares, start=1)))):
        at = y + LINE * row
        yield rect(MARGIN, at - 15, 18, 16, f"w{number} swatch")
        yield text(MARGIN + 28, at, share_words(found, share, voice))


def _bands(found: Compared, top: float, voice: Voice) -> Iterator[str]:
    bottom = top + _SHARES
    columns, scale = Columns(found.spans), Scale(100, top, bottom)
    for percent in (0, 50, 100):
        yield rule(scale.y(percent), "grid")
        yield text(LEFT - 8, scale.y(percent) + 6, voice.share(percent / 100), anchor="end")
    for place in range(len(found.spans)):
        total = sum(share.counts[place] for share in found.shares)
        below = 0
        for number, share in enumerate(found.shares, start=1):
            count = share.counts[place]
            if count:
                low, high = (100 * part / total for part in (below, below + count))
                yield columns.bar(place, scale.y(high) + 1, scale.y(low), f"w{number}")
            below += count
    yield rule(bottom, "axis")


def _totals(found: Compared, top: float, voice: Voice) -> Iterator[str]:
    bottom = top + _TOTALS
    totals = [sum(counts) for counts in zip(*(one.counts for one in found.shares), strict=True)]
    columns, scale = Columns(found.spans), Scale(max(totals), top, bottom)
    for count in (0, scale.most):
        yield rule(scale.y(count), "grid")
        yield text(LEFT - 8, scale.y(count) + 6, voice.number(count), anchor="end")
    for place, count in enumerate(totals):
        if count:
            yield columns.bar(place, scale.y(count), bottom, "all")
    yield rule(bottom, "axis")
    yield from columns.labels(bottom + 24, voice, by_hour=found.is_by_hour)
