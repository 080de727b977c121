"""The small social web as a whole: it plays its week, and people can make it rain."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Iterable
from contextlib import AsyncExitStack
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Literal, get_args

from bot.standin.social import answering, exports, scenes, shop, week
from bot.standin.social.answering import Waiting
from bot.standin.social.courier import Courier
from bot.standin.social.feeds import Forum, Magazine
from bot.standin.social.hackernews import HackerNews
from bot.standin.social.loopback import Fault
from bot.standin.social.mastodon import Mastodon
from bot.standin.social.place import Place
from bot.standin.social.posts import MASTODON, Act, Author, Draft, Language, PlaceName, Published
from bot.standin.social.shop import SHOP_SECRET
from bot.standin.social.tool import ListeningTool
from bot.standin.social.writing import Writer, title_of

RainKind = Literal["complaint", "praise", "wave", "answer", "write_back"]

_log = logging.getLogger(__name__)


class SocialWeb:
    """Four places on loopback with real servers, and the made-up people who post there; and a tool
    that hears of others, and sends what it hears.

    `places` have a `name`, a `kind` and the `url` of their front page, and so has the `tool`.
    """

    def __init__(self, seed: int, now: datetime, pace: float, rate_limit: int) -> None:
        # Times are those of `now`, carried on by the wall clock.
        self._ahead = now - datetime.now(UTC)
        self._clock: Callable[[], datetime] = lambda: datetime.now(UTC) + self._ahead
        self._seed, self._pace = seed, pace
        self._forum, self._magazine = Forum(), Magazine()
        self._mastodon = Mastodon(self._clock, rate_limit)
        self._hacker_news = HackerNews()
        self.places: tuple[Place, ...] = (
            self._forum,
            self._magazine,
            self._mastodon,
            self._hacker_news,
        )
        self.tool = ListeningTool(self._clock)
        hooks = self.tool.courier.address
        self._shop = Courier(hooks, "/hooks/conversions", SHOP_SECRET, self._clock)
        self._phase: week.Phase = "quiet"
        self._writer = Writer(seed, "rain")
        self._numbers = count(1)
        self._watchers: list[Callable[[], None]] = []
        self._has_begun = False
        self._plays: set[asyncio.Task[None]] = set()
        self._servers = AsyncExitStack()

    @classmethod
    async def start(
        cls,
        *,
        seed: int = 7,
        now: datetime,
        pace: float = 1.0,
        rate_limit: int = 3_000,
        begun: bool = True,
        long: bool = False,
    ) -> SocialWeb:
        """Start the servers with seven quiet days on record, and begin the last acts.

        `now` is aware and UTC. At `pace` 2 the acts are played twice as fast; at 0 nothing is
        posted but on demand. `rate_limit` is Mastodon's, in requests per five minutes. Not
        `begun`, the acts wait for `begin`. A `long` week has five others before it.
        """
        web = cls(seed, now, pace, rate_limit)
        try:
            await web._open(now, long=long)
        except BaseException:
            await web.close()
            raise
        if begun:
            web.begin()
        return web

    def begin(self) -> None:
        """Let the acts be played from now on; they begin once."""
        if self._pace and not self._has_begun:
            self._has_begun = True
            self._play(week.acts(self._seed), leads=True)
            self._play(scenes.heard(self._seed))
            self._play(scenes.told_again(self._seed))
            self._shop.send(list(shop.counted(self._seed, self._clock())))

    async def _open(self, now: datetime, *, long: bool) -> None:
        for place in (*self.places, self.tool):
            self._servers.push_async_callback(place.close)
            await place.start()
        self._servers.push_async_callback(self._shop.close)
        self._shop.start()
        places = {place.name: place for place in self.places}
        for write in (week.before, week.history) if long else (week.history,):
            for record in await asyncio.to_thread(write, self._seed, now):
                places[record.place].publish(record.draft, record.at)

    async def close(self) -> None:
        """Stop playing and listening."""
        plays = list(self._plays)
        for play in plays:
            play.cancel()
        await asyncio.gather(*plays, return_exceptions=True)
        await self._servers.aclose()

    @property
    def feed_urls(self) -> tuple[str, str]:
        """The forum's RSS and the magazine's Atom feed."""
        return self._forum.feed_url, self._magazine.feed_url

    @property
    def mastodon_url(self) -> str:
        """The Mastodon server's address."""
        return self._mastodon.url

    @property
    def hackernews_url(self) -> str:
        """The address that serves both `/api/v1/search_by_date` and `/item?id=`."""
        return self._hacker_news.url

    def exported(self) -> str:
        """A file of what the tool heard in the weeks before, as it exports it."""
        return exports.export(self._seed, self._clock())

    def now(self) -> datetime:
        """The time on the web (aware, UTC)."""
        return self._clock()

    def place(self, name: PlaceName) -> Place:
        """The place of this name. Raises KeyError."""
        return {place.name: place for place in (*self.places, self.tool)}[name]

    def describe(self) -> dict[str, object]:
        """What the page shows: places, the phase of the week, and how many posts there are."""
        return {
            "places": [
                {"name": place.name, "kind": place.kind, "url": place.url}
                for place in (*self.places, self.tool)
            ],
            "phase": self._phase,
            "posts": sum(len(place.standing) for place in (*self.places, self.tool)),
        }

    def forward(self, ahead: timedelta) -> None:
        """Wind the clock on by `ahead` (≥ 0): what is posted from now on is that much later.

        The acts that still wait are played when they would have been anyway.
        """
        if ahead < timedelta(0):
            raise ValueError("time only goes forward")
        self._ahead += ahead

    def watch(self, callback: Callable[[], None]) -> Callable[[], None]:
        """Call `callback` whenever `describe` has changed; call what is returned to stop that."""
        self._watchers.append(callback)
        return lambda: self._watchers.remove(callback)

    async def rain(self, kind: RainKind, language: Language, text: str | None = None) -> int:
        """Post now, in these words if there are some; how many posts are, or soon will be, out.

        A complaint and praise are one post each, a wave thirty within fifteen seconds. Own words
        are used as they are, with #lumo after them where they hold no such tag. `answer` and
        `write_back` do what is called so, in this language; none is out where nobody waits.
        Raises ValueError for an unknown kind or language.
        """
        if kind not in get_args(RainKind) or language not in get_args(Language):
            raise ValueError(f"no such rain: {kind} in {language}")
        words = (text or "").strip()
        match kind:
            case "answer":
                return int(await self.answer(language, words))
            case "write_back":
                return int(await self.write_back(language, words))
            case "wave":
                return self._wave(language, words)
        self._publish(MASTODON, self._drop(kind, language, words))
        return 1

    async def answer(self, language: Language | None = None, text: str = "") -> bool:
        """Have Maison Lumo answer the newest complaint that it let stand, in its language.

        `language` is that of the complaint, `text` what to say instead of a phrase. False where
        no complaint waits.
        """
        return self._answer(answering.unanswered(self.places, language), "brand", text)

    async def write_back(self, language: Language | None = None, text: str = "") -> bool:
        """Have the one whom Maison Lumo answered last write back, once to each answer.

        `language` and `text` are as in `answer`. False where nobody is left to.
        """
        return self._answer(answering.answered(self.places, language), "back", text)

    def _answer(self, waiting: Waiting | None, mood: str, text: str) -> bool:
        if waiting is None:
            return False
        name = waiting.place.name
        draft = self._writer.answer(name, waiting.post.draft, waiting.by, mood, text)
        self._publish(name, draft)
        return True

    def _drop(self, kind: str, language: Language, words: str) -> Draft:
        if words:
            return self._writer.quote(MASTODON, words, language, mood=kind)
        return self._writer.write(MASTODON, "rain", kind, language)

    def _wave(self, language: Language, words: str) -> int:
        acts = scenes.wave(self._seed, next(self._numbers), language)
        if words:
            self._publish(MASTODON, self._drop("complaint", language, words))
        self._play(acts)
        return len(acts) + bool(words)

    def publish(
        self,
        place: PlaceName,
        text: str,
        *,
        author: Author | str = "somebody",
        at: datetime | None = None,
        language: Language = "en",
        reply_to: str = "",
        title: str = "",
    ) -> Published:
        """Post exactly this, for tests; `reply_to` is the id of a post at the same place.

        Mastodon's tag timelines show only what holds the tag. Raises KeyError for an unknown
        place or `reply_to`.
        """
        if isinstance(author, str):
            author = Author(author, author.capitalize(), 120, language)
        answers = self.place(place).resolve(reply_to).draft if reply_to else None
        draft = Draft(
            key=f"own/{next(self._numbers)}",
            text=text,
            author=author,
            language=language,
            title=title or title_of(place, text, answers),
            answers=reply_to,
        )
        return self._publish(place, draft, at)

    def take_back(self, place: PlaceName, name: str) -> None:
        """Have the author delete a post, by its id or its draft's key. Raises KeyError."""
        self.place(place).take_back(name)
        for callback in tuple(self._watchers):
            callback()

    def fail(self, place: PlaceName, fault: Fault) -> None:
        """Make a place misbehave until `heal`."""
        self.place(place).server.fault = fault

    def heal(self, place: PlaceName) -> None:
        """Make a place behave again."""
        self.place(place).server.fault = None

    def _publish(self, place: PlaceName, draft: Draft, at: datetime | None = None) -> Published:
        post = self.place(place).publish(draft, at or self._clock())
        for callback in tuple(self._watchers):
            callback()
        return post

    def _play(self, acts: Iterable[Act], leads: bool = False) -> None:
        """Publish acts at their offsets from now; those that lead also set the phase."""
        play = asyncio.create_task(self._perform(acts, leads))
        self._plays.add(play)
        play.add_done_callback(self._played)

    async def _perform(self, acts: Iterable[Act], leads: bool) -> None:
        loop = asyncio.get_running_loop()
        start = loop.time()
        for act in acts:
            if self._pace:
                await asyncio.sleep(start + act.offset / self._pace - loop.time())
            if leads:
                self._phase = week.phase_at(act.offset)
            self._publish(act.place, act.draft)
            if act.draft.stands:
                stands = act.draft.stands / (self._pace or 1)
                loop.call_later(stands, self.take_back, act.place, act.draft.key)

    def _played(self, play: asyncio.Task[None]) -> None:
        self._plays.discard(play)
        if not play.cancelled() and (error := play.exception()):
            _log.error("the small social web has stopped playing", exc_info=error)
