"""Where an alert goes: the first route that it fits, and why the ones before it did not."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Literal

import msgspec

from bot.domain.alerts import Kind
from bot.domain.folding import fold
from bot.domain.severity import Severity, at_least
from bot.domain.trail import Miss, Trail

RouteHours = Literal["any", "open", "closed"]
RoutedKind = Literal["negative", "spike", "wave", "silence", "theme", "velocity"]
"""What is tracked by hand is told where somebody wrote of it, and no route moves it."""

HereFrom = Severity | Literal["never"]


class Route(msgspec.Struct, frozen=True, kw_only=True):
    """A rule: what is left out fits everything.

    `severity` is the mildest that fits. `hours`: *open* and *closed* are the team's. `here` rings
    for everybody who is active in the channel.
    """

    name: str
    channel: str
    watches: tuple[str, ...] = ()
    kinds: tuple[RoutedKind, ...] = ()
    severity: Severity = "low"
    languages: tuple[str, ...] = ()
    themes: tuple[str, ...] = ()
    hours: RouteHours = "any"
    here: bool = False


class Subject(msgspec.Struct, frozen=True, kw_only=True):
    """What routes look at. `languages` and `themes` are those of the posts behind the alert;
    `is_open` says whether the team works at that moment."""

    watch: str
    kind: Kind
    severity: Severity
    languages: frozenset[str]
    themes: frozenset[str]
    is_open: bool
    at: datetime


class Routed(msgspec.Struct, frozen=True, kw_only=True):
    """Where an alert goes, by which route (`""`: by the watch itself), and whether it rings for
    everybody who is active there."""

    channel: str
    here: bool
    route: str
    trail: Trail


def choose(
    routes: Sequence[Route], subject: Subject, default: str, here_from: HereFrom = "never"
) -> Routed:
    """The first route that `subject` fits; else the channel `default`.

    An alert rings where its route says so, or from the severity `here_from` on; while the team is
    closed, only a critical one does.
    """
    misses: list[Miss] = []
    taken = None
    for route in routes:
        miss = missed(route, subject)
        if miss is None:
            taken = route
            break
        misses.append(miss)
    rings = (taken is not None and taken.here) or _loud(subject.severity, here_from)
    may_ring = subject.is_open or subject.severity == "critical"
    return Routed(
        channel=taken.channel if taken else default,
        here=rings and may_ring,
        route=taken.name if taken else "",
        trail=Trail(
            severity=subject.severity,
            is_open=subject.is_open,
            misses=tuple(misses),
            hushed=rings and not may_ring,
        ),
    )


def missed(route: Route, subject: Subject) -> Miss | None:
    """The first condition of a route that `subject` does not meet, or None where it meets all."""
    return next(_misses(route, subject), None)


def _misses(route: Route, subject: Subject) -> Iterator[Miss]:
    if route.watches and subject.watch not in route.watches:
        yield Miss(
            route=route.name, condition="watch", wanted=route.watches, found=(subject.watch,)
        )
    if route.kinds and subject.kind not in route.kinds:
        yield Miss(route=route.name, condition="kind", wanted=route.kinds, found=(subject.kind,))
    if not at_least(subject.severity, route.severity):
        yield Miss(
            route=route.name,
            condition="severity",
            wanted=(route.severity,),
            found=(subject.severity,),
        )
    if route.languages and subject.languages.isdisjoint(route.languages):
        yield Miss(
            route=route.name,
            condition="language",
            wanted=route.languages,
            found=tuple(sorted(subject.languages)),
        )
    if route.themes and not _share_a_theme(route.themes, subject.themes):
        yield Miss(
            route=route.name,
            condition="theme",
            wanted=route.themes,
            found=tuple(sorted(subject.themes)),
        )
    now = "open" if subject.is_open else "closed"
    if route.hours not in ("any", now):
        yield Miss(route=route.name, condition="hours", wanted=(route.hours,), found=(now,))


def _share_a_theme(wanted: Sequence[str], found: frozenset[str]) -> bool:
    """Whether one of the themes is wanted; “delivery” wants “late delivery” as well."""
    return any(
        f" {word} " in f" {fold(theme)} " for word in map(fold, wanted) if word for theme in found
    )


def _loud(severity: Severity, here_from: HereFrom) -> bool:
    return here_from != "never" and at_least(severity, here_from)
