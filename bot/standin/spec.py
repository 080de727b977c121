"""What an app is to the workspace: its name, commands, shortcuts, events, scopes and secrets.

Manifest: https://docs.slack.dev/reference/app-manifest
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from typing import Any, Literal

import msgspec

DEFAULT_SCOPES = (
    "app_mentions:read",
    "channels:history",
    "channels:join",
    "channels:read",
    "chat:write",
    "commands",
    "files:write",
    "groups:history",
    "groups:read",
    "im:history",
    "im:read",
    "im:write",
    "reactions:read",
    "reactions:write",
    "team:read",
    "users:read",
    "users:read.email",
)
DEFAULT_EVENTS = ("app_home_opened", "app_mention", "member_joined_channel", "message.im")


class Example(msgspec.Struct, frozen=True):
    """A line that somebody may type, its command included, and what for."""

    line: str
    note: str = ""


class Command(msgspec.Struct, frozen=True, kw_only=True):
    """A slash command; `command` has its slash. `should_escape` turns @name into <@U…|name>.
    `examples` are what the page offers to a newcomer; no manifest holds them."""

    command: str
    description: str = ""
    usage_hint: str = ""
    should_escape: bool = False
    examples: tuple[Example, ...] = ()


class Shortcut(msgspec.Struct, frozen=True, kw_only=True):
    """An entry of the ⚡ menu (`global`) or of a message's ⋯ menu (`message`)."""

    name: str
    callback_id: str
    type: Literal["global", "message"] = "global"


class AppSpec(msgspec.Struct, frozen=True, kw_only=True):
    """An installed app. Secrets that are not given are made up, unlike any other workspace's.

    `scopes` are the bot token's; the app-level token has `connections:write` alone.
    `events` are subscriptions by their manifest names (`message.channels`, `app_mention`, …).
    `has_home` and `has_messages` are the tabs of its App Home; people may write in the second where
    the app `reads_messages`.
    """

    name: str = "Vigie"
    id: str = "A0STANDIN01"
    commands: tuple[Command, ...] = ()
    shortcuts: tuple[Shortcut, ...] = ()
    events: tuple[str, ...] = DEFAULT_EVENTS
    scopes: tuple[str, ...] = DEFAULT_SCOPES
    has_home: bool = True
    has_messages: bool = True
    reads_messages: bool = True
    bot_token: str = msgspec.field(default_factory=lambda: f"xoxb-standin-{secrets.token_hex(12)}")
    app_token: str = msgspec.field(default_factory=lambda: f"xapp-standin-{secrets.token_hex(12)}")
    signing_secret: str = msgspec.field(default_factory=lambda: secrets.token_hex(16))
    verification_token: str = msgspec.field(default_factory=lambda: secrets.token_hex(12))

    @classmethod
    def from_manifest(cls, manifest: Mapping[str, Any], **given: Any) -> AppSpec:
        """The app that `manifest` (an app manifest, read from YAML or JSON) describes.

        `given` sets other fields, such as `bot_token`. Raises msgspec.ValidationError where a
        command or a shortcut is not what the manifest's schema allows, KeyError where the
        app has no name.
        """
        features = manifest.get("features", {})
        tabs = features.get("app_home", {})
        settings = manifest.get("settings", {})
        return cls(
            name=manifest["display_information"]["name"],
            commands=msgspec.convert(
                features.get("slash_commands", ()), tuple[Command, ...], strict=False
            ),
            shortcuts=msgspec.convert(features.get("shortcuts", ()), tuple[Shortcut, ...]),
            events=tuple(settings.get("event_subscriptions", {}).get("bot_events", ())),
            scopes=tuple(manifest.get("oauth_config", {}).get("scopes", {}).get("bot", ())),
            has_home=bool(tabs.get("home_tab_enabled", False)),
            has_messages=bool(tabs.get("messages_tab_enabled", True)),
            reads_messages=not tabs.get("messages_tab_read_only_enabled", False),
            **given,
        )
