"""Single settings: what is right is let through, the rest is told what would be."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.config import loads
from bot.config.checks import address_fault, channel_fault, name_fault, watch_name_fault
from bot.config.languages import LANGUAGES, language_fault
from bot.domain.analysis import language
from bot.errors import ConfigError


def places(text: str) -> set[str]:
    with pytest.raises(ConfigError) as refused:
        loads(text)
    return {fault.place for fault in refused.value.faults}


def test_names_that_differ_in_case_alone_are_the_same_name() -> None:
    source = '[[sources]]\nname = "{}"\nkind = "hackernews"\n'
    watch = '[[watches]]\nname = "{}"\nquery = "a"\nchannel = "#a"\n'
    text = source.format("Straße") + source.format("STRASSE")
    text += watch.format("Lumo") + watch.format("lumo")
    assert places(text) == {"sources[1].name", "watches[1].name"}


@pytest.mark.parametrize("name", ["Lumo", "Maison Lumo", "Été 24", "24", "日本", "h24", "5 apples"])
def test_names_that_can_be_typed_are_taken(name: str) -> None:
    assert watch_name_fault(name) == ""


@pytest.mark.parametrize("name", ["", " ", " Lumo", "Lumo ", "Maison  Lumo", "a\nb", "a\tb"])
def test_names_that_cannot_be_typed_in_a_command_are_refused(name: str) -> None:
    assert name_fault(name)


def test_a_name_with_spaces_too_many_is_shown_without_them() -> None:
    assert "“Maison Lumo”" in name_fault(" Maison  Lumo")


@pytest.mark.parametrize("name", ["24h", "1h30m", "Lumo 24h", "2W"])
def test_a_watch_is_not_called_what_a_command_takes_for_how_long(name: str) -> None:
    assert "length of time" in watch_name_fault(name)


def test_a_source_may_be_called_what_is_never_typed_in_a_command() -> None:
    assert name_fault("Le 20h") == ""


@pytest.mark.parametrize(
    "channel",
    ["#brand", "#brand-watch_2", "#équipe", "#市場", "#" + "a" * 80, "C0123456789", "G12AB"],
)
def test_channels_by_name_and_by_id_are_taken(channel: str) -> None:
    assert channel_fault(channel) == ""


@pytest.mark.parametrize(
    ("channel", "right"),
    [
        ("", "“#brand”"),
        ("#", "“#brand”"),
        ("brand", "“#brand”"),
        ("#Brand", "“#brand”"),
        ("#brand watch", "“#brand-watch”"),
        ("##brand", "“#brand”"),
        ("#brand\n", "“#brand”"),
        ("@ada", "“#ada”"),
        ("D0123456789", "an id such as C"),
        ("#" + "a" * 81, "at most 80"),
    ],
)
def test_a_channel_that_cannot_be_is_told_what_could(channel: str, right: str) -> None:
    assert right in channel_fault(channel)


def test_every_channel_of_a_file_is_looked_at() -> None:
    text = """
        [slack]
        admin_channel = ""
        [[sources]]
        name = "hn"
        kind = "hackernews"
        [[watches]]
        name = "Lumo"
        query = "lumo"
        channel = "brand"
        channels = { negative = "#Care", spike = "#all right" }
    """
    assert places(text) == {
        "slack.admin_channel",
        "watches[0].channel",
        "watches[0].channels.negative",
        "watches[0].channels.spike",
    }


@pytest.mark.parametrize(
    "url",
    [
        "https://slack.com/api/",
        "http://127.0.0.1:8765/api/",
        "https://[::1]:80/",
        "https://münchen.example/a b",
    ],
)
def test_addresses_that_can_be_asked_are_taken(url: str) -> None:
    assert address_fault(url) == ""


@pytest.mark.parametrize(
    ("url", "fault"),
    [
        ("https://slack.com:abc/api", "port"),
        ("https://slack.com:99999/api", "port"),
        ("https://sla ck.com/api", "space"),
        ("https://sla\u00a0ck.com/api", "space"),
        ("https://slack.com/api\n", "space"),
        (" https://slack.com/api", "space"),
        ("slack.com/api", "starts with https://"),
        ("https:///api", "starts with https://"),
        ("ftp://slack.com", "starts with https://"),
        ("https://[::1/", "no address"),
    ],
)
def test_addresses_that_cannot_be_asked_are_refused(url: str, fault: str) -> None:
    assert fault in address_fault(url)


@given(st.text())
def test_any_text_is_judged_without_a_traceback(text: str) -> None:
    checks = (address_fault, channel_fault, language_fault, name_fault, watch_name_fault)
    assert all(isinstance(check(text), str) for check in checks)
    assert isinstance(address_fault(f"https://{text}:{text}/"), str)


def test_the_languages_are_those_that_the_model_tells_apart() -> None:
    no_language = {"zxx"}
    assert set(language._identifier().languages) - no_language == LANGUAGES


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("EN", "en"),
        ("en-GB", "en"),
        ("fr_CA", "fr"),
        ("eng", "en"),
        ("English", "en"),
        ("Frensh", "fr"),
        ("german", "de"),
        ("jp", "ja"),
        ("ffr", "fr"),
    ],
)
def test_a_language_that_is_none_is_told_the_nearest(written: str, meant: str) -> None:
    assert f"did you mean “{meant}”?" in language_fault(written)


def test_a_language_that_is_like_no_other_is_told_what_one_is() -> None:
    assert "“en” and “fr” are" in language_fault("Quenya")
