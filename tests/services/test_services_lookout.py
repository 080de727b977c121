"""`/vigie status` says what could not be read."""

from __future__ import annotations

from datetime import timedelta

from msgspec.structs import replace

from bot.domain.mention import Analysis
from bot.domain.pairs import Pair
from bot.domain.received import bookmark
from bot.domain.unread import Unread
from bot.i18n import Voice
from bot.services import lookout
from bot.services.base import Services
from bot.slack.blocks.status import status_card
from tests.builders import NOW, a_mention, a_post


async def read(services: Services, id: str, language: str, days_ago: float = 0.1) -> None:
    """Keep a mention in a language, whose mood nothing read."""
    at = services.now() - timedelta(days=days_ago)
    mention = a_mention(
        id=id,
        watch="Lumo",
        at=at,
        post=a_post(id=id, at=at),
        analysis=Analysis(language=language, sentiment=None),
    )
    await services.records.commit([services.records.mentions.put(id, mention, 0)])


async def test_the_posts_of_the_last_day_that_were_not_read_are_told_by_language(
    services: Services,
) -> None:
    await read(services, "1", "nl")
    await read(services, "2", "nl")
    await read(services, "3", "unknown")
    await read(services, "4", "de", days_ago=1.5)
    found = await lookout.status(services)
    assert found.read == ("en", "fr")
    assert found.unread == (Unread(language="nl", posts=2), Unread(language="unknown", posts=1))
    told = str(status_card(found, Voice("en", services.config.timezone)).blocks)
    assert "Sentiment is read in English and French" in told
    assert "Mood not read in 24 h: Dutch 2, unknown 1." in told


async def test_where_all_was_read_nothing_is_said_of_it(services: Services) -> None:
    told = status_card(await lookout.status(services), Voice("fr", services.config.timezone))
    assert "Humeur non lue" not in str(told.blocks)


async def test_a_source_that_sends_is_told_by_when_it_was_last_heard_of(
    services: Services,
) -> None:
    listened = Pair(watch="Lumo", source="forum", cursor=bookmark(None), last_ok=NOW)
    heard = replace(listened, source="lumen.social", cursor=bookmark(NOW), newest=NOW)
    await services.records.commit(
        [services.records.pairs.put(pair.id, pair, 0) for pair in (listened, heard)]
    )
    voice = Voice("en", services.config.timezone)
    told = str(status_card(await lookout.status(services), voice).blocks)
    assert "forum: listened for, nothing received yet" in told
    assert "lumen.social: last received" in told
    assert "All is well" in told
