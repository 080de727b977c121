"""One question to a model's server, and its answer in bytes: for a time, and up to a length."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping

import httpx

from bot.errors import ModelFailed

Transport = httpx.AsyncBaseTransport
"""What carries questions, for whoever tests without a network."""


def connection(
    url: str, headers: Mapping[str, str], transport: Transport | None = None
) -> httpx.AsyncClient:
    """A client for the server at `url`: nobody is followed anywhere, and no proxy is asked. Answers
    are asked for as they are: unpacked, a few bytes could fill the memory before they are counted.
    """
    return httpx.AsyncClient(
        base_url=url.rstrip("/") + "/",
        headers={"Accept-Encoding": "identity", **headers},
        follow_redirects=False,
        trust_env=False,
        transport=transport,
    )


async def posted(
    client: httpx.AsyncClient,
    path: str,
    asked: Mapping[str, object],
    *,
    patience: float,
    most: int,
) -> tuple[int, bytes]:
    """The status and the body of the answer to a question, asked for `patience` seconds; of one
    that is longer than `most` bytes, its beginning (which is longer than that).

    Raises ModelFailed where there is none.
    """
    body = bytearray()
    try:
        async with (
            asyncio.timeout(patience),
            client.stream("POST", path, json=asked, timeout=patience) as response,
        ):
            async for part in response.aiter_raw():
                body += part
                if len(body) > most:
                    break
    except (TimeoutError, httpx.TimeoutException) as error:
        raise ModelFailed("slow", _unreached(error)) from error
    except httpx.HTTPError as error:
        raise ModelFailed("unreachable", _unreached(error)) from error
    return response.status_code, bytes(body)


def _unreached(error: Exception) -> str:
    return f"the model’s server cannot be reached ({type(error).__name__})"
