"""Themes are called by their names in the reader's language, and routes know all of these."""

from __future__ import annotations

from datetime import UTC

from bot.domain.analysis.listed import shipped_lists
from bot.domain.routing import missed
from bot.i18n import Voice
from bot.slack.blocks.themes import _NAMES, theme_name, theme_names, with_other_names
from tests.domain.test_domain_routing import a_route, a_subject

ENGLISH, FRENCH = Voice("en", UTC), Voice("fr", UTC)


def test_every_shipped_theme_has_a_name_in_both_languages() -> None:
    assert _NAMES.keys() == shipped_lists()["en"].keys()
    assert all(theme_name(theme, ENGLISH) == theme for theme in _NAMES)
    assert theme_name("delivery", FRENCH) == "livraison"


def test_what_no_list_names_is_called_as_it_was_found() -> None:
    assert theme_names(("delivery", "ecran noir", "a_b*"), FRENCH).startswith("livraison, ecran")
    assert theme_name("<!channel>", FRENCH) == "&lt;!channel&gt;"


def test_a_route_may_call_a_theme_by_its_name_in_either_language() -> None:
    subject = a_subject(themes=with_other_names(["delivery", "colis perdu"]))
    assert missed(a_route(themes=("Livraison",)), subject) is None
    assert missed(a_route(themes=("delivery",)), subject) is None
    assert missed(a_route(themes=("colis",)), subject) is None
    assert missed(a_route(themes=("sécurité",)), subject) is not None
