"""Whether new members are shown round."""

from __future__ import annotations

from tests.config.test_config_team import with_


def test_new_members_are_shown_round_unless_that_is_switched_off() -> None:
    assert with_("").tour
    assert not with_("[coach]\ntour = false").tour
