"""Each figure that Prometheus is told moves when what it counts happens."""

from __future__ import annotations

import pytest

from bot.errors import SlackError
from bot.metrics import REGISTRY
from bot.operating import selfwatch
from bot.operating.gauges import gauges
from bot.operating.parts import Parts
from bot.operating.selfwatch import watched_over
from bot.slack import ids
from tests.builders import a_fresh_post
from tests.journeys.conftest import Town


def figure(name: str, **labels: str) -> float:
    return REGISTRY.get_sample_value(name, labels) or 0.0


async def test_a_complaint_that_is_told_and_claimed_moves_every_figure(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(selfwatch, "SAMPLE", 0.01)
    place = {"source": "forum"}
    moved = [
        ("vigie_polls_total", place | {"result": "ok"}),
        ("vigie_posts_total", place),
        ("vigie_matches_total", place),
        ("vigie_mentions_total", place),
        ("vigie_lag_seconds_count", place),
        ("vigie_alerts_total", {"kind": "negative"}),
        ("vigie_slack_calls_total", {"method": "chat_postMessage", "result": "ok"}),
        ("vigie_slack_calls_total", {"method": "auth_test", "result": "internal_error"}),
        ("vigie_ack_seconds_count", {}),
        ("vigie_loop_lag_seconds_count", {}),
    ]
    before = {(name, *labels.values()): figure(name, **labels) for name, labels in moved}
    parts = Parts(town.services)
    town.standin.faults.error("auth.test", "internal_error", times=1)
    with pytest.raises(SlackError):
        await town.services.slack.identity()
    async with watched_over(parts, town.services.config.operating):
        angry = a_fresh_post(source="forum", text="My lumo: terrible, worst, hated it.")
        await town.poll("forum", angry)
        await town.poll("forum", angry)
        card = await town.card()
        await town.camille.click(card, ids.CLAIM)
        await town.card_says(f"<@{town.camille.id}> has this")
    still = [
        name for name, labels in moved if figure(name, **labels) <= before[name, *labels.values()]
    ]
    assert still == []
    assert figure("vigie_polled_timestamp_seconds", **place) == pytest.approx(
        town.services.now().timestamp(), abs=60
    )

    now = await gauges(parts)
    assert now.get_sample_value("vigie_conversations", {"state": "claimed"}) == 1
    assert now.get_sample_value("vigie_ready", {"part": "store"}) == 1
