"""X's API (docs.x.com, "Search recent Posts", "Post lookup", "Pricing"), paid from a budget."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from bot.errors import SourceError, SourceRateLimited, SourceRefused
from bot.phrases import phrase
from bot.sources import ratelimits
from bot.sources.aside import Aside
from bot.sources.base import Ledger
from bot.sources.complaints import Refusal
from bot.sources.http import PoliteClient
from bot.sources.keys import Key
from bot.sources.pacing import Allowance, Purse
from bot.sources.tweets import TweetPage, read_tweets

POST_PRICE = 500
USER_PRICE = 1_000
"""What a post and its author cost, in thousandths of a cent. X bills each once a day (UTC), as "a
soft guarantee": that is not counted on."""

PAGE = 100
LEAST_PAGE = 10
"""The most and the fewest posts that a search can be asked for."""

REACH = timedelta(days=7, minutes=-10)
"""How far back a search goes, less what clocks may differ by."""

OWN_WORDS = "-is:retweet"
"""Reshares would be paid for, and say nothing new."""

_API = "https://api.x.com"
_SITE = "https://x.com"
_FIELDS = (
    "created_at,lang,conversation_id,public_metrics,entities,note_tweet,referenced_tweets,"
    "edit_history_tweet_ids"
)


class Paid(NamedTuple):
    """What was paid for, and until when X wants to be left alone after it."""

    page: TweetPage
    resume_at: datetime | None


class PaidX:
    """Asks X for as long as there is money: `dollars` a day (UTC), shared out over it.

    The whole price that an answer can have is taken before the request, and what it did not cost is
    given back. A request of which nobody knows what became of it counts as paid.
    """

    def __init__(
        self,
        name: str,
        client: PoliteClient,
        key: Key,
        dollars: float,
        ledger: Ledger,
        base_url: str = "",
    ) -> None:
        base = (base_url or _API).rstrip("/")
        self._name = name
        self._client = client
        self._reading = Aside()
        self._key = key
        self._dollars = dollars
        self._tweets = f"{base}/2/tweets"
        self._site = _SITE if base == _API else base
        self._purse = Purse(ledger, f"x {name}", Allowance(int(dollars * 100_000)))

    async def search(
        self, query: str, since: str, token: str, now: datetime, most: int = PAGE
    ) -> Paid | None:
        """At most so many posts of a search, newest first; None where the money does not reach.

        `since` is the id that all are newer than, `""` for as far as the search goes; `token` is
        that of the page. Raises a SourceError.
        """
        each = POST_PRICE + USER_PRICE
        most = min(most, await self._purse.left(now) // each)
        if most < LEAST_PAGE or not await self._purse.take(most * each, now):
            return None
        params: dict[str, str | int] = {
            "query": f"({query}) {OWN_WORDS}",
            "max_results": most,
            "tweet.fields": _FIELDS,
            "expansions": "author_id",
            "user.fields": "username,public_metrics",
        }
        params |= {"since_id": since} if since else {"start_time": _instant(now - REACH)}
        params |= {"next_token": token} if token else {}
        return await self._get(f"{self._tweets}/search/recent", params, most * each, now)

    async def look_up(self, ids: Sequence[str]) -> Paid | None:
        """At most 100 posts by their ids, without their authors; None where that would take more
        than half of what may be spent by now: it is for searches. Raises a SourceError."""
        now = self._client.clock()
        price = len(ids) * POST_PRICE
        spare = await self._purse.left(now) - self._purse.allowance.by(now) // 2
        if price > spare or not await self._purse.take(price, now):
            return None
        params: dict[str, str | int] = {"ids": ",".join(ids), "tweet.fields": _FIELDS}
        return await self._get(self._tweets, params, price, now)

    async def when_affordable(self, now: datetime) -> datetime:
        """When the smallest search can be paid."""
        return await self._purse.when(LEAST_PAGE * (POST_PRICE + USER_PRICE), now)

    def out_of_money(self, until: datetime) -> SourceRateLimited:
        """The error where nothing could be asked at all."""
        return SourceRateLimited(
            phrase("What may be spent by now of {dollars} dollars a day is spent."),
            until,
            dollars=f"{self._dollars:g}",
        )

    async def _get(self, url: str, params: dict[str, str | int], price: int, now: datetime) -> Paid:
        try:
            answer = await self._client.get(
                url,
                params=params,
                headers=self._key.bearer,
                account=self._key.account,
                explain=self._explained,
                again=False,
            )
        except (SourceRefused, SourceRateLimited):  # X does not bill what it does not answer
            await self._purse.settle(price, 0, now)
            raise
        page = await self._reading.read(read_tweets, answer.body, self._name, now, self._site)
        paid = page.paid_posts * POST_PRICE + page.paid_users * USER_PRICE
        await self._purse.settle(price, paid, now)
        return Paid(page, ratelimits.spent(answer.headers, self._client.clock()))

    def _explained(self, refusal: Refusal, now: datetime) -> SourceError | None:
        match refusal.status:
            case 401 if not refusal.is_page:
                return self._key.refused(refusal.host)
            case 402:
                return SourceRefused(
                    "{host} says that the credit behind {variable} is used up.",
                    host=refusal.host,
                    variable=self._key.name,
                )
            case 403 if refusal.body.lstrip().startswith(b"{"):
                return self._key.lacks(refusal.host)
            case _:
                return None


def _instant(at: datetime) -> str:
    return at.strftime("%Y-%m-%dT%H:%M:%SZ")
