"""A team that teaches: posts in words that no lexicon knows, and what was said of them."""

from __future__ import annotations

from bot.domain.judgements import Judgement, Verdict
from bot.domain.mention import Analysis, Sentiment
from bot.services.base import Services
from bot.store.base import Put
from tests.builders import a_mention, a_post

BAD = ("the lamp number {} flickers again", "my bulb {} is bricked", "no parcel {} on day three")
FINE = ("the lamp number {} glows all evening", "my bulb {} runs", "day one with my parcel {}")


async def judged(
    services: Services,
    number: int,
    verdict: Verdict,
    *,
    text: str = "",
    language: str = "en",
    flagged: bool = True,
    author: str = "@ada",
) -> str:
    """A post that is kept, and what somebody said of it; the id of the mention."""
    id = f"{language}{number}"
    words = (BAD if verdict == "right" else FINE)[number % 3].format(number)
    mention = a_mention(
        id=id,
        conversation=f"c{id}",
        at=services.now(),
        seen=services.now(),
        post=a_post(id=id, text=text or words, author=author, language=language),
        analysis=Analysis(language=language, sentiment=Sentiment(score=0.0)),
    )
    records = services.records
    await records.commit([records.mentions.put(id, mention), said(services, id, verdict, flagged)])
    return id


def said(services: Services, mention: str, verdict: Verdict, flagged: bool = True) -> Put:
    """The write of somebody's word on a post."""
    judgement = Judgement(
        mention=mention,
        watch="Lumo",
        verdict=verdict,
        by="U1",
        at=services.now(),
        flagged=flagged,
    )
    return services.records.judgements.put(mention, judgement)


async def taught(services: Services, count: int = 60, *, first: int = 0) -> None:
    """So many judgements in English, every other one negative."""
    for number in range(first, first + count):
        await judged(services, number, "right" if number % 2 else "not_negative")
