"""The places to listen at, as they are written in the file: what each kind of them needs."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import timedelta
from typing import Literal, get_args

import msgspec

from bot.config.checks import address_fault, name_fault
from bot.config_reader import Faults

SourceKind = Literal[
    "feed",
    "mastodon",
    "hackernews",
    "lemmy",
    "discourse",
    "stackexchange",
    "bluesky",
    "appstore",
    "github",
    "gdelt",
    "webhook",
    "bluesky-search",
    "mastodon-search",
    "reddit",
    "youtube",
    "x",
    "facebook",
    "instagram",
    "threads",
]

MIN_INTERVAL = timedelta(seconds=1)

LEAST_DOLLARS = 0.2
MOST_HASHTAGS = 30
_MOST_DOLLARS = 100_000

_VARIABLE = re.compile(r"[A-Z][A-Z0-9_]{0,79}")
_COUNTRY = re.compile(r"[a-z]{2}")
_OPTIONS = ("tags", "site", "app", "countries", "account", "subreddits", "dollars_a_day")


class SourceConfig(msgspec.Struct, frozen=True, kw_only=True):
    """A place to listen at.

    `url` is the feed, or the server. `every` is the time between two polls, 0 for what is usual
    for its kind. `key` is the environment's variable that holds its secret, empty for the usual
    one of its kind. The rest is for some kinds alone: `tags` (Mastodon: in the place of those made
    from the watch's words; Instagram), `site` (Stack Exchange), `app` and `countries` (App Store),
    `account` (the name, page or client that the key is of), `subreddits` (whose comments are read
    as well), `dollars_a_day` (X: what may be spent).
    """

    name: str
    kind: SourceKind
    url: str = ""
    every: timedelta = timedelta()
    key: str = ""
    tags: tuple[str, ...] = ()
    site: str = ""
    app: str = ""
    countries: tuple[str, ...] = ()
    account: str = ""
    subreddits: tuple[str, ...] = ()
    dollars_a_day: float = 0.0


class Kind(msgspec.Struct, frozen=True, kw_only=True):
    """What a kind of source needs.

    `url` says what its address is of, where one must be given. `needs` and `takes` are the
    settings that must and may be given beside name, address and interval. `key` is the usual
    variable of its secret; without one the source is off, unless `keyless` says that it works all
    the same. `every` is the usual interval. One that
    `looks_back` is read once a day as if for the first time, for what its index took in late; where
    a request costs money, or one of few, it is not.
    """

    url: str = ""
    needs: tuple[str, ...] = ()
    takes: tuple[str, ...] = ()
    key: str = ""
    keyless: bool = False
    every: timedelta = timedelta(minutes=5)
    looks_back: bool = False


KINDS: Mapping[SourceKind, Kind] = {
    "feed": Kind(url="the feed"),
    "mastodon": Kind(url="the server", takes=("tags",), looks_back=True),
    "hackernews": Kind(looks_back=True),
    "lemmy": Kind(url="the server", looks_back=True),
    "discourse": Kind(url="the forum", looks_back=True),
    "stackexchange": Kind(
        takes=("site", "tags"),
        key="VIGIE_STACKEXCHANGE_KEY",
        keyless=True,
        every=timedelta(minutes=15),
        looks_back=True,
    ),
    "bluesky": Kind(every=timedelta(minutes=1)),
    "appstore": Kind(needs=("app",), takes=("countries",), every=timedelta(minutes=30)),
    "github": Kind(key="VIGIE_GITHUB_TOKEN", keyless=True, looks_back=True),
    "gdelt": Kind(every=timedelta(minutes=15), looks_back=True),
    "webhook": Kind(key="VIGIE_WEBHOOK_SECRET"),
    "bluesky-search": Kind(needs=("account",), key="VIGIE_BLUESKY_PASSWORD", looks_back=True),
    "mastodon-search": Kind(url="the server", key="VIGIE_MASTODON_TOKEN", looks_back=True),
    "reddit": Kind(
        needs=("account",), takes=("subreddits",), key="VIGIE_REDDIT_SECRET", looks_back=True
    ),
    "youtube": Kind(key="VIGIE_YOUTUBE_KEY", every=timedelta(minutes=15)),
    "x": Kind(needs=("dollars_a_day",), key="VIGIE_X_TOKEN", every=timedelta(minutes=15)),
    "facebook": Kind(needs=("account",), key="VIGIE_FACEBOOK_TOKEN", looks_back=True),
    "instagram": Kind(
        needs=("account",), takes=("tags",), key="VIGIE_INSTAGRAM_TOKEN", every=timedelta(hours=1)
    ),
    "threads": Kind(key="VIGIE_THREADS_TOKEN", every=timedelta(minutes=15), looks_back=True),
}
"""Every kind there is; what stands behind each facts of `docs/sources.md`."""


class SourceKeys:
    """The secrets of sources, by the sources' names; they show in no log and no `repr`."""

    def __init__(self, keys: Mapping[str, str] | None = None) -> None:
        self._keys = dict(keys or {})

    def of(self, source: str) -> str:
        """A source's secret, `""` where it has none."""
        return self._keys.get(source, "")

    def __repr__(self) -> str:
        return f"SourceKeys({', '.join(self._keys)})"


def variable(source: SourceConfig) -> str:
    """The environment's variable of a source's secret, `""` where its kind has none."""
    return source.key or KINDS[source.kind].key


def source_keys(sources: tuple[SourceConfig, ...], environment: Mapping[str, str]) -> SourceKeys:
    """The secrets that the environment holds, without the white space that was copied along."""
    found = {one.name: environment.get(variable(one), "").strip() for one in sources}
    return SourceKeys({name: key for name, key in found.items() if key})


def is_off(source: SourceConfig, keys: SourceKeys) -> bool:
    """Whether a source waits for a secret that nobody gave."""
    kind = KINDS[source.kind]
    return bool(kind.key) and not kind.keyless and not keys.of(source.name)


def check_sources(sources: tuple[SourceConfig, ...], faults: Faults) -> tuple[SourceConfig, ...]:
    """The sources with their usual intervals; to be used only without faults."""
    if not sources:
        faults.add("sources", "holds no source; add a [[sources]] table")
    taken: set[str] = set()
    checked: list[SourceConfig] = []
    for place, source in faults.each("sources", sources):
        faults.add(f"{place}.name", name_fault(source.name))
        faults.check_unique(f"{place}.name", source.name, taken)
        if faults.at(f"{place}.kind"):
            continue
        _check_settings(place, source, faults)
        every = source.every or KINDS[source.kind].every
        if every < MIN_INTERVAL:
            faults.add(f"{place}.every", 'is at least one second; "5m" is polite')
        checked.append(msgspec.structs.replace(source, every=every))
    return tuple(checked)


def _check_settings(place: str, source: SourceConfig, faults: Faults) -> None:
    kind = KINDS[source.kind]
    if kind.url and not source.url:
        faults.add(f"{place}.url", f"is missing: the address of {kind.url}")
    if source.url:
        faults.add(f"{place}.url", address_fault(source.url))
    for option in _OPTIONS:
        given = bool(getattr(source, option))
        if given and option not in (*kind.needs, *kind.takes):
            faults.add(
                f"{place}.{option}", f"is not for a source of kind {source.kind}{_for(option)}"
            )
        if not given and option in kind.needs:
            faults.add(f"{place}.{option}", f"is missing: a source of kind {source.kind} needs it")
    _check_values(place, source, faults)
    _check_key(place, source, faults)


def _check_values(place: str, source: SourceConfig, faults: Faults) -> None:
    if source.dollars_a_day and not LEAST_DOLLARS <= source.dollars_a_day <= _MOST_DOLLARS:
        faults.add(
            f"{place}.dollars_a_day",
            f"is at least {LEAST_DOLLARS} (the smallest search may cost 0.15); 1.5 is a dollar "
            "and a half",
        )
    if source.kind == "instagram" and len(source.tags) > MOST_HASHTAGS:
        faults.add(f"{place}.tags", f"holds at most {MOST_HASHTAGS}: Instagram allows no more")
    for at, country in faults.each(f"{place}.countries", source.countries):
        if not _COUNTRY.fullmatch(country):
            faults.add(at, 'is two small letters, such as "fr"')


def _check_key(place: str, source: SourceConfig, faults: Faults) -> None:
    kind = KINDS[source.kind]
    if source.key and not kind.key:
        faults.add(f"{place}.key", f"is not for a source of kind {source.kind}: it needs no secret")
    elif source.key and not _VARIABLE.fullmatch(source.key):
        # It may be the secret itself, so it is not repeated.
        faults.add(
            f"{place}.key",
            f'names a variable of the environment, such as "{kind.key}"; '
            "the secret itself never stands in this file",
        )


def _for(option: str) -> str:
    """Which kinds a setting is for."""
    kinds = [
        name for name in get_args(SourceKind) if option in (*KINDS[name].needs, *KINDS[name].takes)
    ]
    return f"; it is for {' and '.join(kinds)}"
