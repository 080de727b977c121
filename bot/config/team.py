"""The team in the configuration: its channels, hours, duty, routes and accounts, checked."""

from __future__ import annotations

import re
from collections.abc import Collection
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from bot.config.checks import channel_fault, name_fault
from bot.config.file import ChannelConfig, DutyConfig, FileConfig, HoursConfig
from bot.config.languages import language_fault
from bot.config_reader import Faults
from bot.domain.duty import Rota
from bot.domain.folding import words_of
from bot.domain.hours import WEEKDAYS, OpeningHours
from bot.domain.phrases import unknown_gaps
from bot.domain.routing import Route

YEARS = range(2024, 2051)
"""Whose public holidays are known."""

_USER_ID = re.compile(r"[UW][A-Z0-9]{2,}")
_DAY = timedelta(days=1)


def opening_hours(written: HoursConfig, zone: ZoneInfo, faults: Faults) -> OpeningHours:
    """The hours that the team works."""
    if not written.days:
        faults.add("hours.days", 'names at least one day, such as ["mon", "tue"]')
    return OpeningHours(
        zone=zone,
        days=frozenset(WEEKDAYS.index(day) for day in written.days),
        opens=written.opens,
        closes=written.closes,
        holidays=frozenset(written.holidays) | _public_holidays(written.country, faults),
    )


def _public_holidays(country: str, faults: Faults) -> frozenset[date]:
    if not country:
        return frozenset()
    import holidays  # only where it is asked for: most teams need not wait for it

    code, _, region = country.partition("-")
    try:
        found = holidays.country_holidays(code, subdiv=region or None, years=YEARS)
    except NotImplementedError:
        shown = country[:20]
        words = f"“{shown}” is no country (or region) whose holidays are known; “FR” is one"
        faults.add("hours.country", words)
        return frozenset()
    return frozenset(found)


def rota(written: DutyConfig, zone: ZoneInfo, faults: Faults) -> Rota:
    """Who is on duty when."""
    for place, user in faults.each("duty.people", written.people):
        faults.add(place, user_fault(user))
    if written.manager:
        faults.add("duty.manager", user_fault(written.manager))
    if written.turn < _DAY or written.turn % _DAY:
        faults.add("duty.turn", 'is in whole days, such as "7d"')
    for place, away in faults.each("duty.away", written.away):
        faults.add(f"{place}.who", user_fault(away.who))
        if away.until < away.since:
            faults.add(f"{place}.until", f"is before {away.since}, when they leave")
    return Rota(
        zone=zone,
        people=written.people,
        since=written.since,
        turn=max(1, written.turn // _DAY),
        at=written.at,
        away=written.away,
        manager=written.manager,
    )


def check_routes(written: tuple[Route, ...], watches: Collection[str], faults: Faults) -> None:
    """The rules by which alerts find their channel."""
    taken: set[str] = set()
    for place, route in faults.each("routes", written):
        faults.add(f"{place}.name", name_fault(route.name))
        faults.check_unique(f"{place}.name", route.name, taken)
        faults.add(f"{place}.channel", channel_fault(route.channel))
        _check_watch_names(f"{place}.watches", route.watches, watches, faults)
        for at, language in faults.each(f"{place}.languages", route.languages):
            faults.add(at, language_fault(language) if language != "unknown" else "")


def check_channels(
    written: tuple[ChannelConfig, ...], watches: Collection[str], faults: Faults
) -> None:
    """Each channel's settings."""
    taken: set[str] = set()
    for place, channel in faults.each("channels", written):
        faults.add(f"{place}.name", channel_fault(channel.name))
        faults.check_unique(f"{place}.name", channel.name, taken)
        _check_watch_names(f"{place}.watches", channel.watches, watches, faults)


def check_accounts(written: FileConfig, faults: Faults) -> None:
    """The brand's own accounts, each at a source that there is; and the playbook's phrases."""
    sources = {source.name for source in written.sources}
    for place, account in faults.each("accounts", written.accounts):
        if account.source not in sources:
            faults.add_unknown(f"{place}.source", account.source, sources, "a source")
        if not account.author.strip():
            faults.add(f"{place}.author", "is empty; write it as the source does: “@brand”")
    for place, phrase in faults.each("phrases", written.phrases):
        faults.add(f"{place}.name", name_fault(phrase.name))
        faults.add(f"{place}.language", language_fault(phrase.language))
        if not phrase.text.strip():
            faults.add(f"{place}.text", "is empty")
        for gap in unknown_gaps(phrase.text):
            faults.add(
                f"{place}.text", f"leaves {gap[:40]} open; it can leave {{author}} and {{me}}"
            )
        for at, about in faults.each(f"{place}.about", phrase.about):
            if not words_of(about):
                faults.add(at, "holds no word that a post could hold")


def check_lengths(written: FileConfig, faults: Faults) -> None:
    """Lengths of time that would make no sense."""
    if written.alerts.group > timedelta(hours=6):
        faults.add("alerts.group", 'is at most "6h"; "5m" is usual')
    if written.alerts.repeat_every < written.alerts.group:
        faults.add("alerts.repeat_every", "is at least as long as alerts.group")


def user_fault(user: str) -> str:
    """A person is named by the id that Slack shows under “Copy member ID”."""
    if _USER_ID.fullmatch(user):
        return ""
    return "is a Slack member’s id such as U0123456789 (in their profile: “Copy member ID”)"


def _check_watch_names(
    place: str, names: tuple[str, ...], watches: Collection[str], faults: Faults
) -> None:
    for at, name in faults.each(place, names):
        if name not in watches:
            faults.add_unknown(at, name, watches, "a watch")
