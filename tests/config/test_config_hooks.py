"""Where Vigie listens for what is sent to it."""

from __future__ import annotations

import pytest

from bot.config import Config, loads
from bot.config.hooks import part_of
from bot.errors import ConfigError

SECRET = "0123456789abcdef"


def tool(name: str = "Listening tool", key: str = "") -> str:
    kept_in = f'key = "{key}"\n' if key else ""
    return f'[[sources]]\nname = "{name}"\nkind = "webhook"\n{kept_in}'


WATCH = '[[watches]]\nname = "Lumo"\nquery = "lumo"\nchannel = "#brand"\n'


def config(*parts: str, **environment: str) -> Config:
    return loads("\n".join([*parts, WATCH]), environment=environment)


def faults(*parts: str, **environment: str) -> dict[str, str]:
    with pytest.raises(ConfigError) as refused:
        config(*parts, **environment)
    return {fault.place: fault.message for fault in refused.value.faults}


def test_a_source_that_sends_is_listened_for_on_this_machine_alone() -> None:
    hooks = config(tool(), VIGIE_WEBHOOK_SECRET=SECRET).hooks
    assert hooks
    assert (hooks.host, hooks.port) == ("127.0.0.1", 8124)
    assert hooks.path_of("Listening tool") == "/hooks/mentions/listening-tool"


def test_it_listens_where_the_file_says_so() -> None:
    listen = '[hooks]\nlisten = "[::1]:80"\n'
    hooks = config(tool(), listen, VIGIE_WEBHOOK_SECRET=SECRET).hooks
    assert hooks
    assert (hooks.host, hooks.port) == ("::1", 80)


def test_without_a_source_that_sends_it_does_not_listen() -> None:
    feed = '[[sources]]\nname = "forum"\nkind = "feed"\nurl = "https://forum.example/feed"\n'
    assert config(feed).hooks is None
    assert config(feed, tool()).hooks is None  # its secret is missing: it is off


@pytest.mark.parametrize("listen", ["8124", "host:", "host:99999", "a b:1", "http://host:80"])
def test_a_place_that_cannot_be_listened_at_is_told(listen: str) -> None:
    written = f'[hooks]\nlisten = "{listen}"\n'
    assert (
        "is a host and a port"
        in faults(tool(), written, VIGIE_WEBHOOK_SECRET=SECRET)["hooks.listen"]
    )


def test_a_secret_that_can_be_guessed_is_refused_and_not_repeated() -> None:
    told = faults(tool(), VIGIE_WEBHOOK_SECRET="hunter2")
    assert "openssl rand" in told["VIGIE_WEBHOOK_SECRET"]
    assert "hunter2" not in str(told)


def test_two_sources_have_two_addresses_or_are_told() -> None:
    secrets = {"VIGIE_WEBHOOK_SECRET": SECRET, "OTHER": SECRET}
    hooks = config(tool("A"), tool("B", "OTHER"), **secrets).hooks
    assert hooks
    assert hooks.sources == {"a": "A", "b": "B"}
    alike = faults(tool("Tool A"), tool("tool_a", "OTHER"), **secrets)
    assert "“Tool A” has that already" in alike["source “tool_a”"]


def test_a_name_is_spelt_in_an_address() -> None:
    assert part_of("Écoute & Veille 2") == "ecoute-veille-2"


def test_conversions_are_taken_where_they_have_a_secret_of_their_own() -> None:
    feed = '[[sources]]\nname = "F"\nkind = "feed"\nurl = "http://f.example"\n'

    hooks = config(feed, VIGIE_CONVERSIONS_SECRET=f" {SECRET}\n").hooks
    assert hooks
    assert hooks.conversions
    assert (hooks.sources, hooks.conversions.value) == ({}, SECRET)
    told = faults(feed, VIGIE_CONVERSIONS_SECRET="short")["VIGIE_CONVERSIONS_SECRET"]
    assert "shorter than 16 characters" in told
    only_posts = config(tool(), VIGIE_WEBHOOK_SECRET=SECRET).hooks
    assert only_posts
    assert only_posts.conversions is None
