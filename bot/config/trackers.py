"""Where changes of insights are sent, and with what they are signed."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from bot.config.checks import address_fault
from bot.config.hooks import SHORTEST_SECRET, Secret
from bot.config_reader import Faults

INSIGHTS_SECRET = "VIGIE_INSIGHTS_SECRET"  # noqa: S105  (a variable's name)
"""Names what they are signed with; without it nothing is sent."""


class TrackerConfig(msgspec.Struct, frozen=True, kw_only=True):
    """The address of who is told, and the secret that both know; None: nobody gave one, and nothing
    is sent."""

    url: str
    secret: Secret | None


def check_tracker(
    webhook: str, environment: Mapping[str, str], faults: Faults
) -> TrackerConfig | None:
    """Who is told, None where nobody is; to be used only without faults."""
    if not webhook:
        return None
    faults.add("insights.webhook", address_fault(webhook))
    secret = environment.get(INSIGHTS_SECRET, "").strip()
    if secret and len(secret) < SHORTEST_SECRET:
        words = f"is shorter than {SHORTEST_SECRET} characters; `openssl rand -hex 32` makes one"
        faults.add(INSIGHTS_SECRET, words)
    return TrackerConfig(url=webhook, secret=Secret(secret) if secret else None)
