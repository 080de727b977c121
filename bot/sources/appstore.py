"""Reviews in Apple's App Store (the feeds of customer reviews that iTunes offers a country)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

import msgspec
from msgspec.structs import replace

from bot.domain.mention import Post
from bot.errors import SourceError, SourceGarbled
from bot.sources import seen
from bot.sources.aside import Aside
from bot.sources.base import Page
from bot.sources.http import PoliteClient
from bot.sources.reviews import Review, post_of, read_app, read_reviews

HISTORY = timedelta(days=28)
MOST_PAGES = 10
"""Pages of 50 reviews that there are of a country."""

_ROOM = 300
"""Reviews of a country that are remembered."""

_ITUNES = "https://itunes.apple.com"
USUAL_COUNTRY = "us"


class _Cursor(msgspec.Struct, frozen=True, kw_only=True):
    """Marks of what was read, by country."""

    seen: dict[str, seen.Marks] = {}


class _Read(msgspec.Struct, frozen=True):
    """What was read of a country, newest first, and whether that is all since the last time."""

    reviews: list[Review]
    complete: bool = True


class AppStoreSource:
    """The reviews of one app, in some countries.

    Wire facts: no search, no key, ten pages of 50 a country. The feed is JSON or XML; in JSON
    `entry` is absent, one object or a list that may begin with the app itself, numbers are strings,
    and some servers leave out the dates: then those of the XML are taken. An edited review keeps
    its id. Some servers send nobody anything: a country that was full and is empty tells nothing.
    A review seldom names the app, so the app's name begins its title.
    """

    def __init__(
        self,
        name: str,
        app: str,
        client: PoliteClient,
        countries: Sequence[str] = (),
        base_url: str = "",
    ) -> None:
        self._name = name
        self._app = app
        self._client = client
        self._reading = Aside()
        self._countries = tuple(dict.fromkeys(countries)) or (USUAL_COUNTRY,)
        self._base = (base_url or _ITUNES).rstrip("/")
        self._title = ""

    @property
    def name(self) -> str:
        return self._name

    async def fetch(self, terms: Sequence[str], cursor: str | None, now: datetime) -> Page:
        """What was reviewed since; the terms are left to the watch. Raises a SourceError where no
        country can be read; the page is not complete where one cannot."""
        before = _read_cursor(cursor)
        self._title = self._title or await self._asked_title(self._countries[0])
        posts: list[Post] = []
        after: dict[str, seen.Marks] = {}
        failed: list[SourceError] = []
        complete = True
        for country in self._countries:
            known = before.seen.get(country, {})
            try:
                read = await self._country(country, known, now)
            except SourceError as error:
                failed.append(error)
                after[country] = known
                continue
            of = [
                post_of(one, self._name, self._title, country, self._app, now)
                for one in read.reviews
            ]
            posts += seen.unseen(of, known)
            after[country] = seen.remembered(reversed(of), known, _ROOM)
            complete = complete and read.complete
        if len(failed) == len(self._countries):
            raise failed[0]
        return Page(
            posts=tuple({post.id: post for post in posts}.values()),
            cursor=msgspec.json.encode(_Cursor(seen=after)).decode(),
            complete=complete and not failed,
        )

    async def _country(self, country: str, known: seen.Marks, now: datetime) -> _Read:
        """The pages of a country back to one that ends with a review that is known (one that was
        edited stands above what is new); at first, back four weeks."""
        found: dict[str, Review] = {}
        for page in range(1, MOST_PAGES + 1):
            reviews = await self._page(country, page)
            if page == 1 and known and not reviews:
                raise SourceGarbled("The reviews are gone, though there were some before.")
            fresh = [one for one in reviews if one.id not in found]
            found |= {one.id: one for one in fresh}
            if not fresh or seen.id_mark(fresh[-1].id) in known:
                return _Read(list(found.values()))
            if not known and any(one.at and one.at < now - HISTORY for one in fresh):
                return _Read(list(found.values()))
        return _Read(list(found.values()), complete=not known)

    async def _page(self, country: str, page: int) -> list[Review]:
        """A page of reviews, with their dates where they can be learnt."""
        reviews = await self._asked(country, page, "json")
        if all(one.at for one in reviews):
            return reviews
        dates = {one.id: one.at for one in await self._asked(country, page, "xml")}
        return [replace(one, at=one.at or dates.get(one.id)) for one in reviews]

    async def _asked(self, country: str, page: int, form: str) -> list[Review]:
        answer = await self._client.get(
            f"{self._base}/{country}/rss/customerreviews/page={page}/id={self._app}"
            f"/sortby=mostrecent/{form}"
        )
        return await self._reading.read(read_reviews, answer.body)

    async def _asked_title(self, country: str) -> str:
        """What the app is called; `""` where nobody says."""
        try:
            answer = await self._client.get(
                f"{self._base}/lookup", params={"id": self._app, "country": country}
            )
            return await self._reading.read(read_app, answer.body)
        except SourceError:
            return ""


def _read_cursor(cursor: str | None) -> _Cursor:
    try:
        return msgspec.json.decode(cursor or "", type=_Cursor)
    except (msgspec.MsgspecError, RecursionError):
        return _Cursor()
