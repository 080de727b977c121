"""Changing what is watched, from within Slack: admins alone, in one commit with a word to the admin
channel about who changed what.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from msgspec.structs import replace

from bot.config.file import WatchConfig
from bot.config.watches import WatchEdit
from bot.domain.conditions import Noise
from bot.domain.outbox import notice_delivery
from bot.domain.watch import Watch
from bot.errors import Conflict, NotAnAdmin, UnknownWatch, WatchChanged, WatchRefused
from bot.i18n import Voice
from bot.services import voices, watchfaults
from bot.services.base import Services
from bot.slack.edits import edited, returned
from bot.store.base import Write

_TRIES = 8

Words = Callable[[Voice], str]


class Standing(NamedTuple):
    """A watch as it is written now, and as the file has it (each None where it is not there).

    `version` is what a change expects, `by` who left it so in Slack (`""`: nobody, it is the
    file's).
    """

    written: WatchConfig | None
    in_file: WatchConfig | None
    version: int = 0
    by: str = ""


def is_admin(services: Services, user: str) -> bool:
    """Whether the configuration lets this person change watches."""
    return user in services.config.slack.admins


def check_admin(services: Services, user: str) -> None:
    """Raises NotAnAdmin."""
    if not is_admin(services, user):
        raise NotAnAdmin(services.config.slack.admins)


async def standing(services: Services, name: str) -> Standing:
    """How the watch of this name (whatever its case) stands."""
    in_file = next(
        (w for w in services.config.written_watches if w.name.casefold() == name.casefold()), None
    )
    kept = await services.records.watches.get(_id(name))
    if kept is None:
        return Standing(in_file, in_file)
    edit = kept.value
    return Standing(in_file if edit.removed else edit.watch, in_file, kept.version, edit.by)


async def written(services: Services, name: str) -> WatchConfig:
    """A watch as it is written. Raises UnknownWatch."""
    return _there(services, name, await standing(services, name))


async def save(
    services: Services, by: str, watch: WatchConfig, expected: int, *, is_new: bool = False
) -> Watch:
    """Have a watch be as it was written; `expected` is the version that whoever wrote it saw. One
    that `is_new` takes no name that there is.

    Raises NotAnAdmin, WatchRefused where it cannot be so, and WatchChanged where somebody else was
    first.
    """
    check_admin(services, by)
    if faults := watchfaults.faults_in(services, watch, is_new=is_new):
        raise WatchRefused(faults)
    before = await standing(services, watch.name)
    if before.version != expected:
        raise WatchChanged(watch.name, before.by or by)
    if watch != before.written:
        await _keep(services, by, watch, before)
    return services.watches.named(watch.name)


async def set_paused(services: Services, by: str, name: str, paused: bool) -> Watch:
    """Have a watch polled no more, or again; nothing of it is lost. Raises NotAnAdmin,
    UnknownWatch."""
    return await _change(services, by, name, lambda watch: replace(watch, paused=paused))


async def apply(
    services: Services,
    by: str,
    name: str,
    *,
    query: str | None = None,
    negative_below: float | None = None,
) -> Watch:
    """Give a watch another query or another threshold (−1 to 0), and leave the rest as it is.

    Raises NotAnAdmin, UnknownWatch, and WatchRefused where it cannot be so.
    """
    return await _change(
        services, by, name, lambda watch: _with(watch, query=query, negative_below=negative_below)
    )


async def never_count(
    services: Services, by: str, name: str, *, author: str = "", word: str = ""
) -> Watch:
    """Have posts of an author, or with a word, be no mentions of a watch any more, nor have been.

    Raises NotAnAdmin, UnknownWatch, and WatchRefused where that cannot be looked for.
    """
    more = Noise(authors=(author,) if author else (), words=(word,) if word else ())
    return await _change(
        services, by, name, lambda watch: replace(watch, noise=watch.noise.and_(more))
    )


async def proposed(
    services: Services, name: str, *, query: str | None = None, negative_below: float | None = None
) -> WatchConfig:
    """What `apply` would make of a watch, for `bot.services.trying`. Raises UnknownWatch."""
    return _with(await written(services, name), query=query, negative_below=negative_below)


async def back_to_file(services: Services, by: str, name: str) -> Watch | None:
    """Forget what was changed in Slack: the watch is what the file says, or, where the file has
    none, it is watched no more (None). Its mentions and conversations stay.

    Raises NotAnAdmin, UnknownWatch, WatchChanged.
    """
    check_admin(services, by)
    before = await standing(services, name)
    watch = _there(services, name, before)
    if before.version:
        await _undo(services, by, watch, before)
    return services.watches.find(name)


async def _undo(services: Services, by: str, watch: WatchConfig, before: Standing) -> None:
    watches, id = services.records.watches, _id(watch.name)
    if (file := before.in_file) is not None:
        remove = watches.remove(id, before.version)
        await _commit(services, watch.name, remove, lambda v: returned(watch, file, by, v))
        return
    end = WatchEdit(name=watch.name, watch=watch, by=by, at=services.now(), removed=True)
    put = watches.put(id, end, before.version)
    await _commit(services, watch.name, put, lambda v: edited(watch, None, by, v))


async def _change(
    services: Services, by: str, name: str, change: Callable[[WatchConfig], WatchConfig]
) -> Watch:
    """A change that does not depend on the rest: made anew where somebody else was first."""
    for tries_left in reversed(range(_TRIES)):
        before = await standing(services, name)
        after = change(_there(services, name, before))
        try:
            return await save(services, by, after, before.version)
        except WatchChanged:
            if not tries_left:
                raise
    raise AssertionError("the last try returned or raised")


async def _keep(services: Services, by: str, watch: WatchConfig, before: Standing) -> None:
    edit = WatchEdit(name=watch.name, watch=watch, by=by, at=services.now())
    put = services.records.watches.put(_id(watch.name), edit, before.version)
    await _commit(services, watch.name, put, lambda v: edited(before.written, watch, by, v))


async def _commit(services: Services, name: str, write: Write, words: Words) -> None:
    """The change and what the admin channel is told of it, in one commit; then it is so."""
    admins = services.config.slack.admin_channel
    text = words(voices.in_channel(services, admins))
    notice = notice_delivery(admins, text, services.sequence(), services.now())
    try:
        await services.records.commit([write, services.records.outbox.put(notice.id, notice, 0)])
    except Conflict as conflict:
        raise WatchChanged(name, (await standing(services, name)).by) from conflict
    await services.watches.reload(services.records)
    services.wake.set()


def _with(watch: WatchConfig, *, query: str | None, negative_below: float | None) -> WatchConfig:
    return replace(
        watch,
        query=watch.query if query is None else query,
        negative_below=watch.negative_below if negative_below is None else negative_below,
    )


def _there(services: Services, name: str, found: Standing) -> WatchConfig:
    if found.written is None:
        raise UnknownWatch(name, [watch.name for watch in services.watches.all])
    return found.written


def _id(name: str) -> str:
    return name.casefold()
