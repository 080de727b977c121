"""The thread around a Mastodon status (docs.joinmastodon.org/methods/statuses/#context).

A server shows who is not signed in 40 statuses above one, and 60 below it, 20 levels deep
(github.com/mastodon/mastodon, app/controllers/api/v1/statuses/contexts_controller.rb): so it is
asked for what is around the status, and for what is below the top of its thread.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import datetime
from urllib.parse import quote

from bot.domain.mention import Post
from bot.errors import SourceRefused
from bot.sources.aside import Aside
from bot.sources.exchanges import Said
from bot.sources.http import PoliteClient
from bot.sources.statuses import Context, Status, is_told, post_of, read_context, read_status

_OWN = re.compile(r"/(?:@[^/]+|users/[^/]+/statuses|ap/users/[^/]+/statuses|statuses)/([^/?#]+)")


class Contexts:
    """Asks one server for whole threads."""

    def __init__(self, server: str, client: PoliteClient) -> None:
        self._server = server
        self._client = client
        self._reading = Aside()

    async def thread(self, post: Post) -> list[Status]:
        """The statuses of a post's thread, in no order; some may be there twice.

        Where the server has the post no more, what it has of the thread that it was in. Raises
        SourceRefused where that is nothing, and any other SourceError.
        """
        refused = SourceRefused("The server polled does not know this post by an id of its own.")
        for id in self._names(post):
            try:
                context = await self._context(id)
            except SourceRefused as error:
                refused = error
                continue
            return await self._whole(id, context)
        raise refused

    def own_name(self, post: Post) -> str:
        """What the server may call the post, `""` where that is not known."""
        known = (post.local_id, *(own_id(at, self._server) for at in (post.url, post.id)))
        return next(filter(None, known), "")

    async def again(self, post: Post) -> Status:
        """The post's own status as it stands now. Raises a SourceError, SourceRefused where the
        server has it no more."""
        return await self._status(self.own_name(post))

    def _names(self, post: Post) -> Iterable[str]:
        """What the server may call the post, and then the root of its thread."""
        names = (self.own_name(post), own_id(post.thread, self._server))
        return dict.fromkeys(filter(None, names))

    async def _whole(self, id: str, context: Context) -> list[Status]:
        found = [*context.ancestors, *context.descendants]
        if context.ancestors:
            top = await self._context(str(context.ancestors[0].id))
            found += [*top.ancestors, *top.descendants]
        if all(str(status.id) != id for status in found):
            found.append(await self._status(id))
        return found

    async def _context(self, id: str) -> Context:
        answer = await self._client.get(f"{self._address(id)}/context")
        return await self._reading.read(read_context, answer.body)

    async def _status(self, id: str) -> Status:
        answer = await self._client.get(self._address(id))
        return await self._reading.read(read_status, answer.body)

    def _address(self, id: str) -> str:
        return f"{self._server}/api/v1/statuses/{quote(id, safe='')}"


def own_id(address: str, server: str) -> str:
    """The id that a server gives a status, out of an address of its own; `""` out of another."""
    if not address.startswith(f"{server}/"):
        return ""
    found = _OWN.fullmatch(address.removeprefix(server))
    return found[1] if found else ""


def said_in(statuses: Sequence[Status], source: str, now: datetime) -> list[Said]:
    """What the statuses of a thread say to everybody, and to which of them."""
    uris = {str(status.id): status.uri for status in statuses}
    return [
        Said(post_of(status, source, "", now), uris.get(status.parent, status.parent))
        for status in statuses
        if is_told(status)
    ]
