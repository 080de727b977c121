"""What makes up a spike, and how much of it was seen, in words."""

from __future__ import annotations

from collections.abc import Sequence

from bot.domain.alerts import SpikeReason
from bot.domain.excess import Driver, flooders
from bot.i18n import Voice
from bot.slack.blocks.themes import theme_name
from bot.slack.blocks.usual import usual_count
from bot.slack.mrkdwn import link, name

SHOWN = 4
"""Drivers that are told of one spike."""

LINK = 60

SOURCES = 3
"""Sources that are named."""


def driver_lines(drivers: Sequence[Driver], voice: Voice, shown: int = SHOWN) -> list[str]:
    """A line for each driver, the one that explains it best first; before them, where it is so,
    that it is no crowd."""
    lines = [driver_words(driver, voice) for driver in drivers[:shown]]
    if flood := flooders(drivers):
        lines.insert(0, f"⚠️ {flood_words(len(flood), voice)}")
    return lines


def driver_words(driver: Driver, voice: Voice) -> str:
    """One driver with its numbers."""
    share = voice.share(driver.share)
    match driver.kind:
        case "theme":
            return voice.plural(
                "{share} of the excess is about *{theme}*: {n} mention, usually {usual}",
                "{share} of the excess is about *{theme}*: {n} mentions, usually {usual}",
                driver.seen,
                share=share,
                theme=theme_name(driver.what, voice),
                usual=usual_count(driver.usual, voice),
            )
        case "link":
            return voice.plural(
                "One link, shared {n} time ({share} of the excess): {link}",
                "One link, shared {n} times ({share} of the excess): {link}",
                driver.seen,
                share=share,
                link=link(driver.what, _address(driver.what)),
            )
        case "author":
            return voice.plural(
                "One author, *{who}*, wrote {n} of them ({share} of the excess)",
                "One author, *{who}*, wrote {n} of them ({share} of the excess)",
                driver.seen,
                share=share,
                who=name(driver.what),
            )
        case "copies":
            authors = voice.plural("{n} author", "{n} authors", driver.authors)
            return voice.plural(
                "One post, told {n} time by {authors} ({share} of the excess): {link}",
                "One post, told {n} times by {authors} ({share} of the excess): {link}",
                driver.seen,
                share=share,
                authors=authors,
                link=link(driver.what, voice.say("open")),
            )


def flood_words(authors: int, voice: Voice) -> str:
    """That a few authors make up most of a spike."""
    return voice.plural(
        "A flood by one author, not a crowd: its severity is lowered.",
        "A flood by {n} authors, not a crowd: its severity is lowered.",
        authors,
    )


def coverage_words(reason: SpikeReason, voice: Voice) -> str:
    """How many sources answered, which did not, and what that makes of the figures; `""` in what an
    older Vigie kept."""
    coverage = reason.coverage
    if coverage is None:
        return ""
    words = (
        voice.plural(
            "{n} of {of} sources answered",
            "{n} of {of} sources answered",
            coverage.answered,
            of=voice.number(coverage.of),
        )
        if coverage.of > 1
        else voice.plural("{n} source answered", "{n} sources answered", coverage.answered)
    )
    if coverage.is_whole and not reason.at_least:
        return words
    if absent := [source for source in coverage.missing if source not in coverage.left_out]:
        words += voice.say(" (not {missing})", missing=_sources(absent, voice))
    if coverage.left_out:
        words += voice.say(
            "; what is usual is told without {missing}, silent for long",
            missing=_sources(coverage.left_out, voice),
        )
    if reason.at_least:
        words += (
            voice.say(", one not in full: these figures are a minimum")
            if coverage.is_whole
            else voice.say(": these figures are a minimum")
        )
    return f"⚠️ {words}"


def _sources(names: Sequence[str], voice: Voice) -> str:
    return voice.listed(name(source) for source in names[:SOURCES])


def _address(url: str) -> str:
    """A link as it is shown: without its scheme, and not long."""
    bare = url.partition("://")[2]
    return bare if len(bare) <= LINK else f"{bare[: LINK - 1]}…"
