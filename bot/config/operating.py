"""How Vigie itself is watched: where it tells how it is, and who is told that it lives."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

import msgspec

from bot.config.checks import address_fault, host_and_port
from bot.config.hooks import Secret
from bot.config_reader import Faults

USUAL = "127.0.0.1:9124"

HEARTBEAT = "VIGIE_HEARTBEAT_URL"
"""Names an address that is asked for again and again while all is well: who does not hear it rings.
Whoever knows it can keep it quiet, so it is a secret."""

_LEAST = timedelta(seconds=10)


class OperateConfig(msgspec.Struct, frozen=True, kw_only=True):
    """Where it tells how it is, `host:port` (`""`: nowhere); how often the heartbeat is; and after
    how long without one good poll the admin channel hears that Vigie is deaf."""

    listen: str = USUAL
    heartbeat: timedelta = timedelta(minutes=1)
    deaf_after: timedelta = timedelta(minutes=30)


class Operating(msgspec.Struct, frozen=True, kw_only=True):
    """The same, checked: `host` is `""` where nothing is told."""

    host: str
    port: int
    heartbeat: Secret
    every: timedelta
    deaf_after: timedelta


def check_operating(
    written: OperateConfig, environment: Mapping[str, str], faults: Faults
) -> Operating:
    """How Vigie itself is watched; to be used only without faults."""
    place = host_and_port(written.listen)
    if written.listen and place is None:
        faults.add("operate.listen", f'is a host and a port, such as "{USUAL}", or ""')
    host, port = place or ("", 0)
    for name, length in (("heartbeat", written.heartbeat), ("deaf_after", written.deaf_after)):
        if length < _LEAST:
            faults.add(f"operate.{name}", "is ten seconds at least")
    heartbeat = environment.get(HEARTBEAT, "").strip()
    if heartbeat and (fault := address_fault(heartbeat)):
        faults.add(HEARTBEAT, fault)
    return Operating(
        host=host,
        port=port,
        heartbeat=Secret(heartbeat),
        every=written.heartbeat,
        deaf_after=written.deaf_after,
    )
