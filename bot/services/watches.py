"""The watches as they are now: the file's, with what was changed in Slack in their place."""

from __future__ import annotations

from collections.abc import Callable

import structlog

from bot.config import Config, check_watch
from bot.config.watches import WatchEdit
from bot.config_reader import Faults
from bot.domain.watch import Watch
from bot.errors import UnknownWatch
from bot.store.repositories import Records

log = structlog.get_logger(__name__)


class Watches:
    """Every watch by its name; `on_change` hears when there are others."""

    def __init__(self, config: Config) -> None:
        self._config = config
        self._take(config.watches)
        self._listeners: list[Callable[[], None]] = []

    @property
    def all(self) -> tuple[Watch, ...]:
        """Those of the file in its order, then those made in Slack; the paused ones too."""
        return self._watches

    @property
    def polled(self) -> tuple[Watch, ...]:
        """Those that are not paused."""
        return self._polled

    def find(self, name: str) -> Watch | None:
        """The watch with this name, whatever its case."""
        return self._by_name.get(name.casefold())

    def named(self, name: str) -> Watch:
        """The same. Raises UnknownWatch."""
        found = self.find(name)
        if found is None:
            raise UnknownWatch(name, [watch.name for watch in self._watches])
        return found

    def on_change(self, listener: Callable[[], None]) -> None:
        """Call `listener` whenever the watches have changed."""
        self._listeners.append(listener)

    async def reload(self, records: Records) -> None:
        """Take in what was changed in Slack; to be called at the start, after a change, and now
        and then where other workers may have made one."""
        edits = [kept.value for kept in await records.watches.find({}, "name")]
        merged = merge(self._config, edits)
        if merged == self._watches:
            return
        self._take(merged)
        for listener in self._listeners:
            listener()

    def _take(self, watches: tuple[Watch, ...]) -> None:
        """Let these be the watches; they are asked for by name at every poll of each."""
        self._watches = watches
        self._polled = tuple(watch for watch in watches if not watch.paused)
        self._by_name = {watch.name.casefold(): watch for watch in reversed(watches)}


def merge(config: Config, edits: list[WatchEdit]) -> tuple[Watch, ...]:
    """The file's watches, those edited in Slack in their places, and after them those that the
    file does not have. An edit that no longer fits the file (its source is gone) is left out; what
    was removed in Slack and written into the file since is watched."""
    by_name = {edit.name.casefold(): edit for edit in edits}
    merged: list[Watch] = []
    for watch in config.watches:
        edit = by_name.pop(watch.name.casefold(), None)
        edited = _checked(config, edit) if edit and not edit.removed else None
        merged.append(edited or watch)
    made = [_checked(config, edit) for edit in by_name.values() if not edit.removed]
    return (*merged, *(watch for watch in made if watch))


def _checked(config: Config, edit: WatchEdit) -> Watch | None:
    faults = Faults()
    watch = check_watch(
        edit.watch, config.known_sources, faults, off=config.off_sources, noise=config.noise
    )
    if faults:
        log.warning("a watch that was edited in Slack no longer fits", faults=len(faults))
        return None
    return watch
