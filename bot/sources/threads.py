"""Which thread a Mastodon status belongs to: answers name their parent by an id that means
something to the server alone, and the root not at all."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from urllib.parse import quote

from bot.errors import SourceError
from bot.sources.http import PoliteClient
from bot.sources.statuses import Status, read_status

LOOKUPS = 10
"""A fair number of statuses for one poll to ask for by their id."""

_REMEMBERED = 5_000


class Threads:
    """Remembers the roots of threads, and asks the server for parents that it never saw."""

    def __init__(self, server: str, client: PoliteClient) -> None:
        self._server = server
        self._client = client
        self._roots: OrderedDict[str, str] = OrderedDict()

    async def roots(self, statuses: Sequence[Status], lookups: int) -> list[str]:
        """Of each status, parents first, the uri of its thread's root; `""` where it is one.

        Where the root cannot be learnt, in `lookups` requests for all, the thread is named by the
        id of the uppermost parent known.
        """
        left = lookups
        found: list[str] = []
        for status in statuses:
            if not status.parent:
                self._remember(status.id, status.uri)
                found.append("")
                continue
            if known := self._roots.get(str(status.id)):  # read before, and perhaps in vain
                found.append(known)
                continue
            line, used = await self._unknown_parents(status, left)
            left -= used
            root = self._root_above(line)
            for one in line:
                self._remember(one.id, root)
            found.append(root)
        return found

    async def _unknown_parents(self, status: Status, left: int) -> tuple[list[Status], int]:
        """A status and those above it, upwards, as far as the root is not known; lookups made."""
        line, used = [status], 0
        while used < left and line[-1].parent and line[-1].parent not in self._roots:
            used += 1
            parent = await self._look_up(line[-1].parent)
            if parent is None or any(parent.uri == below.uri for below in line):
                break
            line.append(parent)
        return line, used

    def _root_above(self, line: Sequence[Status]) -> str:
        top = line[-1]
        if not top.parent:
            return top.uri
        return self._roots.get(top.parent) or f"{self._server}/statuses/{top.parent}"

    async def _look_up(self, id: str) -> Status | None:
        """A status by its id, None where it is not to be had: a thread less is no failed poll."""
        try:
            answer = await self._client.get(f"{self._server}/api/v1/statuses/{quote(id, safe='')}")
            return read_status(answer.body)
        except SourceError:
            return None

    def _remember(self, id: str | int, root: str) -> None:
        self._roots[str(id)] = root
        self._roots.move_to_end(str(id))
        if len(self._roots) > _REMEMBERED:
            self._roots.popitem(last=False)
