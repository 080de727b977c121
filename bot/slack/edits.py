"""What somebody changed in a watch, in words."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from bot.config.file import WatchConfig
from bot.domain.excerpt import shorten
from bot.domain.flagging import Budget, Flagging, flagging
from bot.i18n import Voice, phrase
from bot.slack.mrkdwn import escape, name

QUERY = 400

_ALSO = {
    "wave": phrase("waves"),
    "silence": phrase("silences"),
    "theme": phrase("new themes"),
    "velocity": phrase("posts that spread fast"),
}

_CHANGED = phrase("{what}: {before} → {after}")


def edited(before: WatchConfig | None, after: WatchConfig | None, by: str, voice: Voice) -> str:
    """Who did what to a watch, for the admin channel: it was added, changed, or taken away."""
    who = f"@{{{by}}}"
    if before and after:
        return _changed(before, after, who, voice)
    watch = after or before
    if watch is None:
        raise ValueError("there is no watch before, and none after")
    words = (
        phrase("{who} added the watch *{watch}*: {query}")
        if after
        else phrase("{who} removed the watch *{watch}*: {query}")
    )
    return voice.say(words, who=who, watch=name(watch.name), query=code(watch.query))


def returned(before: WatchConfig, after: WatchConfig, by: str, voice: Voice) -> str:
    """Who let a watch be again as it is in the file, for the admin channel."""
    first = voice.say(
        "{who} made the watch *{watch}* again what the file says.",
        who=f"@{{{by}}}",
        watch=name(after.name),
    )
    return _with_lines(first, differences(before, after, voice))


def _changed(before: WatchConfig, after: WatchConfig, who: str, voice: Voice) -> str:
    watch = name(after.name)
    lines = differences(before, after, voice)
    if before.paused != after.paused and len(lines) == 1:
        words = (
            phrase("{who} paused the watch *{watch}*: it is not polled, and all of it is kept.")
            if after.paused
            else phrase("{who} resumed the watch *{watch}*.")
        )
        return voice.say(words, who=who, watch=watch)
    return _with_lines(voice.say("{who} changed the watch *{watch}*:", who=who, watch=watch), lines)


def _with_lines(first: str, lines: list[str]) -> str:
    return "\n".join((first, *(f"• {line}" for line in lines)))


def differences(before: WatchConfig, after: WatchConfig, voice: Voice) -> list[str]:
    """Each setting that is not the same: what it was, and what it is."""
    return [
        voice.say(_CHANGED, what=voice.say(what), before=was, after=is_)
        for (what, was), (_, is_) in zip(
            _settings(before, voice), _settings(after, voice), strict=True
        )
        if was != is_
    ]


def _settings(watch: WatchConfig, voice: Voice) -> Iterator[tuple[str, str]]:
    """Every setting of a watch with its value in words, but for its name."""
    channels = watch.channels
    yield phrase("query"), code(watch.query)
    yield phrase("needs one of"), listed(watch.needs, voice, phrase("none"))
    yield phrase("holds none of"), listed(watch.without, voice, phrase("none"))
    noise = (*watch.noise.authors, *watch.noise.words)
    yield phrase("never counted"), listed(noise, voice, phrase("none"))
    yield phrase("sources"), listed(watch.sources, voice, phrase("all of them"))
    yield phrase("negative posts go to"), channel(channels.negative or watch.channel)
    yield phrase("spikes go to"), channel(channels.spike or watch.channel)
    yield phrase("negative from"), voice.signed(watch.negative_below)
    wanted = flagging(watch.flag)
    yield phrase("flags"), wanted_words(wanted, voice) if wanted else voice.say("by its threshold")
    yield phrase("spikes"), once_in(watch.spike_once_in, voice)
    yield phrase("words of alarm"), listed(watch.alarm, voice, phrase("none"))
    yield phrase("told as well"), _also(watch, voice)
    yield phrase("paused"), voice.say("yes") if watch.paused else voice.say("no")


def wanted_words(wanted: Flagging, voice: Voice) -> str:
    """What the team can take, in words."""
    if isinstance(wanted, Budget):
        digits = _digits(wanted.a_day)
        return voice.say("about {n} a day", n=voice.decimal(wanted.a_day, digits))
    share = voice.share(wanted.part, _digits(wanted.part * 100))
    return voice.say("{share} of its posts", share=share)


def _digits(written: float) -> int:
    """How many digits behind the point a number was written with, two at most."""
    return next(digits for digits in (0, 1, 2) if round(written, digits) == round(written, 2))


def fine_share(part: float, voice: Voice) -> str:
    """A share in percent; a small one with a digit behind the point, or with two."""
    percent = part * 100
    if percent < 0.1:
        return voice.share(part, digits=2)
    if percent >= 10 or round(percent, 1) == round(percent):
        return voice.share(part)
    return voice.share(part, digits=1)


def once_in(patience: timedelta, voice: Voice) -> str:
    """How seldom an ordinary stream reaches what rings."""
    return voice.plural("once in {n} day", "once in {n} days", max(1, patience.days))


def _also(watch: WatchConfig, voice: Voice) -> str:
    """What is told beside negative posts and spikes, whatever its order in the file."""
    told = [voice.say(words) for one, words in _ALSO.items() if one in watch.also]
    return voice.listed(told) if told else voice.say("none")


def listed(names: tuple[str, ...], voice: Voice, none: str) -> str:
    """Names from outside, or the words (a phrase) for none."""
    return voice.listed(name(one) for one in names) if names else voice.say(none)


def channel(place: str) -> str:
    """A channel as Slack shows it to whoever may see it."""
    return f"<#{place}>" if place.startswith(("C", "G")) else escape(place)


def code(text: str) -> str:
    """A query on one line, as code."""
    return f"`{escape(shorten(text, QUERY)).replace('`', 'ˋ')}`"
