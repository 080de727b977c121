"""The app that a manifest describes."""

from __future__ import annotations

import msgspec
import pytest

from bot.standin import AppSpec, Command, Shortcut

MANIFEST = {
    "display_information": {"name": "Vigie", "description": "A lookout"},
    "features": {
        "app_home": {
            "home_tab_enabled": True,
            "messages_tab_enabled": True,
            "messages_tab_read_only_enabled": True,
        },
        "bot_user": {"display_name": "vigie", "always_online": True},
        "shortcuts": [{"name": "Claim", "type": "message", "callback_id": "c", "description": "x"}],
        "slash_commands": [
            {"command": "/vigie", "description": "Ask", "usage_hint": "help", "should_escape": True}
        ],
    },
    "oauth_config": {"scopes": {"bot": ["chat:write", "commands"]}},
    "settings": {
        "event_subscriptions": {"bot_events": ["app_home_opened", "app_mention"]},
        "interactivity": {"is_enabled": True},
        "socket_mode_enabled": True,
    },
}


def test_a_manifest_says_what_the_app_is() -> None:
    spec = AppSpec.from_manifest(MANIFEST, bot_token="xoxb-1")

    assert (spec.name, spec.has_home, spec.bot_token) == ("Vigie", True, "xoxb-1")
    assert (spec.has_messages, spec.reads_messages) == (True, False)
    assert spec.commands == (
        Command(command="/vigie", description="Ask", usage_hint="help", should_escape=True),
    )
    assert spec.shortcuts == (Shortcut(name="Claim", callback_id="c", type="message"),)
    assert spec.events == ("app_home_opened", "app_mention")
    assert spec.scopes == ("chat:write", "commands")


def test_a_bare_manifest_is_an_app_that_may_do_nothing() -> None:
    spec = AppSpec.from_manifest({"display_information": {"name": "Bare"}})
    assert (spec.commands, spec.shortcuts, spec.events, spec.scopes) == ((), (), (), ())
    assert spec.has_home is False


def test_a_shortcut_of_no_known_kind_is_refused() -> None:
    odd = {"shortcuts": [{"name": "X", "callback_id": "x", "type": "sideways"}]}
    with pytest.raises(msgspec.ValidationError):
        AppSpec.from_manifest({"display_information": {"name": "Odd"}, "features": odd})


def test_two_apps_have_no_secret_in_common() -> None:
    first, second = AppSpec(), AppSpec()
    assert {first.bot_token, first.app_token, first.signing_secret}.isdisjoint(
        {second.bot_token, second.app_token, second.signing_secret}
    )
