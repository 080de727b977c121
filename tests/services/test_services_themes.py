"""What the team's lists name is told of a mention, and routes go by it in either language."""

from __future__ import annotations

import dataclasses

from bot.config import loads
from bot.domain.matching import Matcher
from bot.domain.mention import Mention
from bot.domain.severity import Graded
from bot.services import routing
from bot.services.base import Services
from bot.services.mentioning import read_posts
from tests.builders import a_post
from tests.services.conftest import CONFIG

ROUTE = """
[[routes]]
name = "parcels"
channel = "#parcels"
themes = ["livraison"]
"""


def read(services: Services, text: str, source: str = "forum", engagement: int = 0) -> Mention:
    post = a_post(
        source=source, title="", text=text, language=None, followers=None, engagement=engagement
    )
    watch = services.watches.named("Lumo")
    return read_posts(Matcher((watch,)), [post], services.reading, services.now())[0]


async def test_a_post_in_either_language_is_about_what_a_list_names(services: Services) -> None:
    english = read(services, "Lumo: my parcel is still lost, where can it be?")
    french = read(services, "Lumo : mon colis est toujours perdu, où peut-il être ?")
    assert english.analysis.listed == french.analysis.listed == ("delivery",)
    assert english.analysis.themes[0] == "delivery"


async def test_a_post_reaches_as_far_as_the_kind_of_its_source_says(services: Services) -> None:
    forum = read(services, "Lumo is out", engagement=4).analysis.reach
    server = read(services, "Lumo is out", source="lumen.social", engagement=4).analysis.reach
    assert (forum, server) == (401, 201)


async def test_a_route_takes_an_english_post_by_the_french_name_of_its_theme(
    services: Services,
) -> None:
    services = dataclasses.replace(services, config=loads(CONFIG + ROUTE))
    watch = services.watches.named("Lumo")
    graded, now = Graded(severity="low"), services.now()
    lost = read(services, "Lumo: my parcel is still lost, and nobody answers the phone")
    torn = read(services, "Lumo: the cover of the lamp was torn off when I opened it")
    assert (
        await routing.route(services, watch, "negative", graded, [lost], now)
    ).route == "parcels"
    assert (await routing.route(services, watch, "negative", graded, [torn], now)).route == ""
