"""Where Vigie listens for what is sent to it, and under which address a source is reached."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

import msgspec

from bot.config.checks import host_and_port
from bot.config.sources import SourceConfig, SourceKeys, variable
from bot.config_reader import Faults
from bot.domain.folding import fold

USUAL = "127.0.0.1:8124"

SHORTEST_SECRET = 16
"""Characters; `openssl rand -hex 32` makes 64."""

PATH = "/hooks/mentions"

CONVERSIONS = "/hooks/conversions"

CONVERSIONS_SECRET = "VIGIE_CONVERSIONS_SECRET"  # noqa: S105  (a variable's name)
"""Names the secret of what tells conversions; without it none are taken."""


class HooksConfig(msgspec.Struct, frozen=True, kw_only=True):
    """Where it listens: `host:port`; used where there is a source of kind webhook, or a secret of
    those who tell conversions."""

    listen: str = USUAL


@dataclass(frozen=True)
class Secret:
    """What something is signed with; it shows in no log and no `repr`."""

    value: str = field(repr=False)


class Hooks(msgspec.Struct, frozen=True, kw_only=True):
    """Where it listens, and the names of the sources that are sent, by the last part of their
    addresses; `conversions` is the secret of those who tell conversions, None where nobody may."""

    host: str
    port: int
    sources: dict[str, str]
    conversions: Secret | None = None

    def path_of(self, source: str) -> str:
        """The path to which a source's posts are sent."""
        return f"{PATH}/{next(part for part, name in self.sources.items() if name == source)}"


def part_of(name: str) -> str:
    """What stands for a source in an address: `"Listening tool"` is `"listening-tool"`."""
    return "-".join(re.findall(r"[a-z0-9]+", fold(name)))


def check_hooks(
    written: HooksConfig,
    sources: tuple[SourceConfig, ...],
    keys: SourceKeys,
    environment: Mapping[str, str],
    faults: Faults,
) -> Hooks | None:
    """Where it listens for those of `sources` that are sent and for conversions, None where there
    is neither; to be used only without faults."""
    place = host_and_port(written.listen)
    if place is None:
        faults.add("hooks.listen", f'is a host and a port, such as "{USUAL}"')
        return None
    parts: dict[str, str] = {}
    for source in sources:
        if source.kind != "webhook":
            continue
        part = part_of(source.name)
        if not part or part in parts:
            what = f"“{parts[part]}” has that already" if part else "there is none"
            words = f"is spelt in its address with a to z and digits alone, and {what}"
            faults.add(f"source “{source.name}”", words)
        _check_length(variable(source), keys.of(source.name), faults)
        parts[part] = source.name
    conversions = environment.get(CONVERSIONS_SECRET, "").strip()
    if conversions:
        _check_length(CONVERSIONS_SECRET, conversions, faults)
    if not parts and not conversions:
        return None
    return Hooks(
        host=place[0],
        port=place[1],
        sources=parts,
        conversions=Secret(conversions) if conversions else None,
    )


def _check_length(name: str, secret: str, faults: Faults) -> None:
    if len(secret) < SHORTEST_SECRET:
        words = f"is shorter than {SHORTEST_SECRET} characters; `openssl rand -hex 32` makes one"
        faults.add(name, words)
