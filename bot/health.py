"""Whether a Vigie could work: each thing checked, with a sentence on what to do about it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryFile

import msgspec
from slack_sdk.web.async_client import AsyncWebClient

from bot.config import Config, PostgresAddress
from bot.config.hooks import CONVERSIONS
from bot.config.sources import variable
from bot.config.trackers import INSIGHTS_SECRET
from bot.domain.mention import Post
from bot.domain.received import is_sent
from bot.errors import (
    SlackError,
    SlackRateLimited,
    SourceError,
    StoreBehind,
    StoreLocked,
    StoreUnavailable,
)
from bot.slack.gateway import Gateway, Identity
from bot.slack.socket import check_app_token
from bot.sources.base import Source
from bot.store.base import Store
from bot.store.lock import FolderLock

SCOPES = {
    "app_mentions:read": "answer @Vigie in threads",
    "channels:history": "look for a message whose delivery was interrupted",
    "channels:read": "find alert channels",
    "chat:write": "post alerts",
    "commands": "answer /vigie",
    "files:write": "show pictures and exports",
    "groups:history": "look for a message in private channels",
    "groups:read": "find private alert channels",
    "im:history": "look for a note to one person",
    "im:write": "send notes to one person",
    "users:read": "know people's names",
}
"""The scopes of manifest.yaml, and what each is for."""


SKEW = timedelta(minutes=1)
"""A clock that is off by more is told: at five minutes Slack's signatures count as old."""

_SHOWN = 80
"""Characters of a post that are shown."""


class Finding(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that was checked. `advice` says what to do, `""` where all is well; `runs`, that a
    Vigie runs already."""

    subject: str
    words: str
    advice: str = ""
    runs: bool = False

    @property
    def well(self) -> bool:
        return not self.advice


async def examine_slack(
    config: Config, slack: Gateway, app_token: str, clock: Callable[[], datetime]
) -> AsyncIterator[Finding]:
    """Tokens (no `app_token` where Slack comes over HTTP), this machine's clock, scopes, channels
    and people, each finding as soon as it is known."""
    identity = None
    try:
        identity = await slack.identity()
    except SlackError as error:
        yield _token_finding("SLACK_BOT_TOKEN", error, "“OAuth & Permissions” (it starts xoxb-)")
    if identity:
        words = f"speaks for the bot {identity.bot_user} in {identity.team}"
        yield Finding(subject="SLACK_BOT_TOKEN", words=words)
        if identity.at and (wrong := _clock(identity.at - clock())):
            yield wrong
        yield _scopes(identity)
    if app_token:
        yield await _app_token(slack.client, app_token)
    if identity:
        for channel in _channels(config):
            yield await _channel(slack, channel)
        for person in _people(config):
            yield await _person(slack, person)


async def examine_sources(
    config: Config, sources: Mapping[str, Source], now: datetime
) -> AsyncIterator[Finding]:
    """Every watch at each of its sources, as it would be polled first, with the newest post that
    is seen; and the sources that are off."""
    for source in config.off:
        words = "is off: it waits for a secret"
        yield Finding(subject=source.name, words=f"{words} (export {variable(source)}=… to use it)")
    for watch in config.watches:
        for name in watch.sources:
            yield await _source(sources[name], watch.query.anchors(), f"{name} · {watch.name}", now)


def examine_hooks(config: Config) -> Iterator[Finding]:
    """What is sent to Vigie beside posts, and what Vigie sends on, as far as that is set."""
    if config.hooks and config.hooks.conversions:
        words = f"are taken at {CONVERSIONS} (`vigie hook conversions` prints how)"
        yield Finding(subject="conversions", words=words)
    if config.tracker is None:
        return
    if config.tracker.secret is None:
        words = "is set, and nothing is sent: its secret is missing"
        advice = f"export {INSIGHTS_SECRET}=$(openssl rand -hex 32)"
        yield Finding(subject="insights.webhook", words=words, advice=advice)
    else:
        yield Finding(subject="insights.webhook", words="is told each change of an insight, signed")


def examine_store(folder: Path) -> Finding:
    """Whether the data folder is there or could be made, and can be written; nothing stays behind
    but the lock's file. Blocks for as long as the disk takes."""
    subject = f"store {folder}"
    try:
        there = _nearest_folder(folder)
        with TemporaryFile(dir=there) as file:
            file.write(b"written")
        if there != folder:
            return Finding(subject=subject, words=f"will be made in {there}")
        FolderLock(folder).release()
    except StoreLocked:
        words = f"in use by a running Vigie ({_holder(folder)})"
        return Finding(subject=subject, words=words, runs=True)
    except OSError as error:
        words = f"cannot be used ({error.strerror})"
        advice = "Make it a folder that Vigie may write in, or name another as store."
        return Finding(subject=subject, words=words, advice=advice)
    return Finding(subject=subject, words="can be written")


async def examine_database(
    address: PostgresAddress, opened: Callable[[], Awaitable[Store]]
) -> Finding:
    """Whether the database can be reached, and holds the tables of this version; `opened` opens
    it."""
    subject = f"store {address}"
    try:
        store = await opened()
    except StoreBehind as error:
        return Finding(subject=subject, words=f"{error}", advice="vigie migrate")
    except StoreUnavailable as error:
        advice = (
            "Look whether it runs, and whether host, user, password (PGPASSWORD, or VIGIE_STORE) "
            "and database are right."
        )
        return Finding(subject=subject, words=f"{error}", advice=advice)
    await store.close()
    return Finding(subject=subject, words="can be reached, and its tables are of this version")


def _nearest_folder(path: Path) -> Path:
    """The path itself, or else the first above it that there is."""
    return next(found for found in (path, *path.absolute().parents) if found.exists())


def _holder(folder: Path) -> str:
    pid = (folder / "lock").read_text(encoding="ascii", errors="replace").strip()
    return f"process {pid or 'unknown'}"


async def _app_token(client: AsyncWebClient, app_token: str) -> Finding:
    try:
        await check_app_token(client, app_token)
    except SlackError as error:
        where = "“Basic Information”, “App-Level Tokens”, with connections:write (it starts xapp-)"
        return _token_finding("SLACK_APP_TOKEN", error, where)
    return Finding(subject="SLACK_APP_TOKEN", words="opens Socket Mode connections")


def _token_finding(name: str, error: SlackError, where: str) -> Finding:
    advice = _passing(error) or f"Copy it again from {where}."
    return Finding(subject=name, words=str(error), advice=advice)


def _passing(error: SlackError) -> str:
    """What to do about what may be over by itself; `""` where somebody must change something."""
    if isinstance(error, SlackRateLimited):
        return f"Nothing is wrong here: run this again in {error.seconds:.0f} seconds."
    if error.retry:
        return "Check the network, a proxy, and slack.api_url in the configuration."
    return ""


def _clock(behind: timedelta) -> Finding | None:
    """A clock that is not Slack's; None where it is."""
    if abs(behind) <= SKEW:
        return None
    which = "behind" if behind > timedelta() else "ahead of"
    words = f"this machine’s is {abs(behind).total_seconds():.0f} s {which} Slack’s"
    advice = (
        "Have it set by the network (timedatectl set-ntp true): deadlines and signatures need it."
    )
    return Finding(subject="clock", words=words, advice=advice)


def _scopes(identity: Identity) -> Finding:
    missing = sorted(SCOPES.keys() - identity.scopes)
    if not missing:
        return Finding(subject="scopes", words=f"all {len(SCOPES)} are granted")
    wanted = ", ".join(f"{scope} (to {SCOPES[scope]})" for scope in missing)
    return Finding(
        subject="scopes",
        words=f"missing: {wanted}",
        advice="Paste manifest.yaml over the app's manifest, then reinstall the app.",
    )


def _channels(config: Config) -> list[str]:
    named = {config.slack.admin_channel}
    for watch in config.watches:
        named |= {watch.negative_channel, watch.spike_channel}
    named |= {route.channel for route in config.routes}
    named |= {channel.name for channel in config.channels}
    return sorted(named)


async def _channel(slack: Gateway, channel: str) -> Finding:
    try:
        fault = await slack.channel_fault(channel)
    except SlackError as error:
        advice = _passing(error) or "Mend the tokens and scopes first, then run this again."
        return Finding(subject=channel, words=str(error), advice=advice)
    match fault:
        case None:
            return Finding(subject=channel, words="Vigie is in it and can write")
        case "not_in_channel":
            advice = f"Type `/invite @Vigie` in {channel}."
            return Finding(subject=channel, words="Vigie is not in it", advice=advice)
        case "is_archived":
            advice = "Unarchive it, or name another in the configuration."
            return Finding(subject=channel, words="it is archived", advice=advice)
        case _:
            advice = "Create it (or, if it is private, invite Vigie), or correct its name."
            return Finding(subject=channel, words="Slack knows no such channel", advice=advice)


def _people(config: Config) -> list[str]:
    """Those on the rota, in its order, and the manager."""
    rota = config.rota
    return list(dict.fromkeys(who for who in (*rota.people, rota.manager) if who))


async def _person(slack: Gateway, user: str) -> Finding:
    subject = f"duty {user}"
    try:
        fault = await slack.person_fault(user)
    except SlackError as error:
        advice = _passing(error) or "Mend the tokens and scopes first, then run this again."
        return Finding(subject=subject, words=str(error), advice=advice)
    named = "Name a person under [duty] in the configuration (in their profile: “Copy member ID”)."
    match fault:
        case None:
            words = f"is {await slack.name_of(user)}, who can be called"
            return Finding(subject=subject, words=words)
        case "is_bot":
            return Finding(subject=subject, words="is a bot, which takes no duty", advice=named)
        case "deleted":
            return Finding(subject=subject, words="has left the workspace", advice=named)
        case _:
            return Finding(subject=subject, words="Slack knows no such member", advice=named)


async def _source(source: Source, terms: tuple[str, ...], subject: str, now: datetime) -> Finding:
    try:
        page = await source.fetch(terms, None, now)
    except SourceError as error:
        advice = (
            "Wait, and try again: it may be passing."
            if error.retry
            else "Check its url in the configuration, in a browser too."
        )
        return Finding(subject=subject, words=str(error), advice=advice)
    if is_sent(page.cursor):
        words = "is not asked: while Vigie runs, it sends (`vigie hook` prints how)"
        return Finding(subject=subject, words=words)
    if not page.posts:
        return Finding(subject=subject, words="answers; no post about this watch yet")
    newest = max(page.posts, key=lambda post: post.at)
    words = f"answers; {len(page.posts)} posts, the newest of {newest.at:%Y-%m-%d %H:%M} UTC"
    return Finding(subject=subject, words=f"{words}: {_shown(newest)}")


def _shown(post: Post) -> str:
    """A post in a line, without what would command a terminal."""
    said = " ".join(f"{post.title or post.text}".split())
    said = "".join(letter if letter.isprintable() else "�" for letter in f"{post.author}: {said}")
    return f"“{said[:_SHOWN]}…”" if len(said) > _SHOWN else f"“{said}”"
