"""A paid listening tool: it hears of what no other place shows, and sends it to a webhook."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from bot.standin.social.courier import Courier, free_port
from bot.standin.social.loopback import HOST, Routes
from bot.standin.social.place import Place
from bot.standin.social.posts import TOOL, Draft, Published

TOOL_SECRET = "a-secret-of-the-demo-alone"  # noqa: S105  (everybody may know it: it is of loopback)


class ListeningTool(Place):
    """The tool's own pages, and what it sends: each post once it is taken, in order.

    Its `courier` knows where to, signed with `TOOL_SECRET`.
    """

    name = TOOL
    kind = "webhook"

    def __init__(self, clock: Callable[[], datetime]) -> None:
        super().__init__()
        address = f"{HOST}:{free_port()}"
        self.courier = Courier(address, "/hooks/mentions", TOOL_SECRET, clock)

    async def start(self) -> None:
        await super().start()
        self.courier.start()

    async def close(self) -> None:
        await self.courier.close()
        await super().close()

    def routes(self) -> Routes:
        """What the server answers besides its front page."""
        return [("/posts/{id}", self.show)]

    def new_id(self, at: datetime) -> str:
        return f"heard-{len(self.posts) + 1}"

    def url_of(self, id: str, draft: Draft) -> str:
        return f"{self.url}/posts/{id}"

    def publish(self, draft: Draft, at: datetime) -> Published:
        """Show a post, and send it as soon as it is taken."""
        post = super().publish(draft, at)
        self.courier.send([payload(post)])
        return post


def payload(post: Published) -> dict[str, object]:
    """A post as the tool tells of it."""
    draft = post.draft
    return {
        "id": post.id,
        "url": post.url,
        "text": draft.text,
        "title": draft.title,
        "author": draft.author.name,
        "at": post.at.isoformat(),
        "language": draft.language,
        "followers": draft.author.followers,
        "engagement": draft.likes,
    }
