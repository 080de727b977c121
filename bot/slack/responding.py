"""Answers to a response_url, over connections that are kept.

Bolt's own opens a connection for each answer, and looks the address up each time: on a busy day
that is most of what an answer costs.
https://docs.slack.dev/interactivity/handling-user-interaction#message_responses
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from slack_bolt.context.async_context import AsyncBoltContext
from slack_bolt.context.respond.async_respond import AsyncRespond
from slack_sdk.models.attachments import Attachment
from slack_sdk.models.blocks import Block
from slack_sdk.webhook import WebhookResponse
from slack_sdk.webhook.async_client import AsyncWebhookClient

from bot.slack.gateway import Gateway

Next = Callable[[], Awaitable[None]]


class Respond(AsyncRespond):
    """Bolt's `respond`, over the connections of a gateway."""

    def __init__(self, response_url: str | None, slack: Gateway) -> None:
        super().__init__(response_url=response_url, proxy=slack.client.proxy, ssl=slack.client.ssl)
        self._slack = slack

    async def __call__(
        self,
        text: str | dict[str, Any] = "",
        blocks: Sequence[dict[str, Any] | Block] | None = None,
        attachments: Sequence[dict[str, Any] | Attachment] | None = None,
        response_type: str | None = None,
        replace_original: bool | None = None,
        delete_original: bool | None = None,
        unfurl_links: bool | None = None,
        unfurl_media: bool | None = None,
        thread_ts: str | None = None,
        metadata: dict[str, Any] | None = None,
    ) -> WebhookResponse:
        """See `AsyncRespond`. Raises ValueError where there is no address, or the answer is of a
        form that nobody here gives."""
        if self.response_url is None:
            raise ValueError("there is no response_url to answer to")
        if not isinstance(text, str) or thread_ts is not None:
            raise ValueError("nobody here answers so")
        client = AsyncWebhookClient(
            self.response_url, proxy=self.proxy, ssl=self.ssl, session=self._slack.client.session
        )
        return await client.send(
            text=text,
            attachments=attachments,
            blocks=blocks,
            response_type=response_type,
            replace_original=replace_original,
            delete_original=delete_original,
            unfurl_links=unfurl_links,
            unfurl_media=unfurl_media,
            metadata=metadata,
        )


def responding_over(slack: Gateway) -> Callable[[AsyncBoltContext, Next], Awaitable[None]]:
    """The middleware that gives every listener such a `respond`."""

    async def give_respond(context: AsyncBoltContext, next: Next) -> None:
        context["respond"] = Respond(context.response_url, slack)
        await next()

    return give_respond
