"""Maison Lumo's shop: what came through a campaign's link, as it counts and tells it. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta

from bot.standin.social.past import PARIS, evening_days
from bot.standin.social.writing import seeded

SHOP_SECRET = "another-secret-of-the-demo"  # noqa: S105  (everybody may know it: it is of loopback)

LINK = "https://maison-lumo.example/autumn?utm_campaign=autumn-evenings"

_LAMPS = (39, 49, 59, 79)
_OF_A_LETTER = 23


def counted(seed: int, now: datetime) -> Iterator[dict[str, object]]:
    """What it counted of “Autumn evenings”: clicks, hearts and sign-ups by the day, each sale with
    what it brought; and clicks in a letter that belongs to no campaign."""
    rng = seeded(seed, "shop")
    first, last = evening_days(now)
    for number in range((last - first).days + 1):
        day = first + timedelta(days=number)
        for kind, about in (("click", 130), ("engagement", 215), ("sign-up", 12)):
            yield _told(
                day, kind, f"{day}-{kind}", count=max(1, round(rng.gauss(about, about / 8)))
            )
        for sale in range(rng.choice((3, 4, 5, 6, 8))):
            lamp = rng.choice(_LAMPS)
            yield _told(day, "sale", f"{day}-order-{sale}", value=lamp, currency="EUR")
    letter = {"tag": "letter-of-november", "url": "", "count": _OF_A_LETTER}
    yield _told(last, "click", "letter") | letter


def _told(day: date, kind: str, id: str, **more: object) -> dict[str, object]:
    at = datetime.combine(day, time(18), PARIS)
    return {"id": id, "at": at.isoformat(), "kind": kind, "url": LINK, **more}
