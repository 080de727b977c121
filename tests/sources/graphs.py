"""What Meta's APIs answer, made up."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

import httpx

from bot.sources.keys import Key
from tests.builders import NOW

KEY = Key("s3cret", "VIGIE_META_TOKEN")


def ago(minutes: float) -> str:
    """A time as Meta writes it."""
    return (NOW - timedelta(minutes=minutes)).strftime("%Y-%m-%dT%H:%M:%S+0000")


def edge(*items: dict[str, Any], after: str = "") -> dict[str, Any]:
    """A page of a list; the address of the next one holds the token, as Meta's do."""
    paging: dict[str, Any] = {"cursors": {"before": "b", "after": after or "end"}}
    if after:
        paging["next"] = f"https://graph.example/x?access_token=s3cret&limit=25&after={after}"
    return {"data": list(items), "paging": paging}


def refused(
    code: int, status: int = 400, headers: Mapping[str, str] | None = None
) -> httpx.Response:
    error = {"message": "no", "type": "OAuthException", "code": code, "fbtrace_id": "x"}
    return httpx.Response(status, json={"error": error}, headers=headers)


Answer = dict[str, Any] | httpx.Response


class Meta:
    """Answers by the end of a path, with the page of its `after`; keeps what it was asked."""

    def __init__(self) -> None:
        self.lists: dict[str, list[Answer]] = {}
        self.refuses: Callable[[httpx.Request], httpx.Response | None] = lambda _: None
        self.headers: dict[str, str] = {}
        self.asked: list[httpx.Request] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(request)
        assert request.headers["authorization"] == "Bearer s3cret"
        assert "s3cret" not in str(request.url)
        if answer := self.refuses(request):
            return answer
        pages = self.lists.get(request.url.path.partition("/")[2].partition("/")[2], [edge()])
        page = pages[int(request.url.params.get("after", "0"))]
        if isinstance(page, httpx.Response):
            return page
        return httpx.Response(200, json=page, headers=self.headers)

    def paths(self) -> list[str]:
        """What was asked for, without the version of the API."""
        return [request.url.path.partition("/")[2].partition("/")[2] for request in self.asked]
