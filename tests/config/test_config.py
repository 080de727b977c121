"""A configuration: read whole, or refused with every fault and its place."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.config import FileConfig, Secrets, check, load, loads, secrets
from bot.config_reader import Faults, read_struct
from bot.domain.flagging import Budget, Flagging, Share
from bot.errors import ConfigError

EXAMPLE = Path(__file__).parents[2] / "config.example.toml"

SOURCE = '[[sources]]\nname = "hn"\nkind = "hackernews"'

GOOD = """
[[sources]]
name = "hn"
kind = "hackernews"

[[watches]]
name = "Lumo"
query = "lumo"
channel = "#brand"
"""


def faults(text: str) -> dict[str, str]:
    with pytest.raises(ConfigError) as refused:
        loads(text)
    return {fault.place: fault.message for fault in refused.value.faults}


def test_the_example_is_a_configuration() -> None:
    config = load(EXAMPLE)
    assert [watch.name for watch in config.watches] == ["Lumo"]
    watch = config.watches[0]
    assert watch.sources == tuple(sorted(source.name for source in config.sources))
    assert (watch.negative_channel, watch.spike_channel) == ("#care", "#brand-watch")
    assert config.sources[0].every == timedelta(minutes=5)
    assert config.store == EXAMPLE.parent / "data"


def test_what_is_left_out_has_its_default() -> None:
    watch = loads(GOOD).watches[0]
    assert watch.negative_channel == watch.spike_channel == "#brand"
    assert watch.sources == ("hn",)
    assert watch.spike_once_in == timedelta(days=10)


def test_every_fault_is_told_at_once_with_its_place() -> None:
    found = faults(
        """
        languages = "en"
        timezone = 3
        chanel = "#x"

        [[sources]]
        name = "a"
        kind = "feeed"
        every = "5 apples"

        [[sources]]
        kind = "feed"

        [[watches]]
        name = "Lumo"
        query = 7
        negative_below = "low"
        """
    )
    assert set(found) == {
        "languages",
        "timezone",
        "chanel",
        "sources[0].kind",
        "sources[0].every",
        "sources[1].name",
        "sources[1].url",
        "watches[0].query",
        "watches[0].negative_below",
        "watches[0].channel",
    }
    assert "feed, mastodon, hackernews" in found["sources[0].kind"]
    assert '"5m"' in found["sources[0].every"]


def test_what_contradicts_itself_is_told_at_once_too() -> None:
    found = faults(
        """
        timezone = "Europe/Pariss"

        [[sources]]
        name = "a"
        kind = "feed"
        url = "forum.example.org"

        [[sources]]
        name = "a"
        kind = "mastodon"

        [[watches]]
        name = "Lumo"
        query = "lumo AND (lamp"
        sources = ["b"]
        channel = "#x"
        negative_below = 0.5
        """
    )
    assert set(found) == {
        "timezone",
        "sources[0].url",
        "sources[1].name",
        "sources[1].url",
        "watches[0].query",
        "watches[0].sources[0]",
        "watches[0].negative_below",
    }


@pytest.mark.parametrize(
    ("written", "meant"), [("5 a day", Budget(5)), ("3%", Share(0.03)), ("", None)]
)
def test_a_watch_flags_so_many_a_day_or_a_share(written: str, meant: Flagging | None) -> None:
    watch = f'{SOURCE}\n[[watches]]\nname = "x"\nquery = "a"\nchannel = "#a"\nflag = "{written}"'
    assert loads(watch).watches[0].flag == meant


def test_what_is_neither_a_budget_nor_a_share_is_refused_with_both() -> None:
    watch = f'{SOURCE}\n[[watches]]\nname = "x"\nquery = "a"\nchannel = "#a"\nflag = "many"'
    found = faults(f"{watch}\n[learning]\nask = 50")
    assert '"5 a day"' in found["watches[0].flag"]
    assert '"3%"' in found["watches[0].flag"]
    assert "between 0 (none) and 20" in found["learning.ask"]


def test_one_kind_of_fault_does_not_hide_another() -> None:
    found = faults('a = 1\n[[watches]]\nname = "x"\nquery = "a AND"\nsources = ["q"]')
    assert set(found) == {
        "a",
        "sources",
        "watches[0].query",
        "watches[0].sources[0]",
        "watches[0].channel",
    }


@given(
    st.dictionaries(
        st.sampled_from(["sources", "watches", "slack", "store", "languages", "timezone", "x"]),
        st.recursive(
            st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=9),
            lambda inner: (
                st.lists(inner, max_size=3)
                | st.dictionaries(
                    st.sampled_from(["name", "kind", "url", "query", "every", "sources", "path"]),
                    inner,
                    max_size=4,
                )
            ),
            max_leaves=8,
        ),
    )
)
def test_whatever_stands_in_a_file_is_a_configuration_or_faults(raw: dict[str, object]) -> None:
    read = Faults()
    check(read_struct(FileConfig, raw, read), Path(), read)
    assert len({fault.place for fault in read}) == len(read)


def test_a_wrong_query_points_at_its_wrong_character() -> None:
    found = faults(GOOD.replace('"lumo"', '"lumo AND (lamp"'))["watches[0].query"]
    query, pointer = found.splitlines()[1:3]
    assert query.strip() == "lumo AND (lamp"
    assert pointer.index("^") == query.index("(")


def test_a_mistyped_setting_is_told_what_was_meant() -> None:
    found = faults(GOOD.replace("channel =", "chanel ="))
    assert "did you mean “channel”?" in found["watches[0].chanel"]


def test_what_is_not_toml_says_where() -> None:
    assert "line 2" in faults("a = 1\nb = = 2")["the file"]


def test_a_missing_file_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"copy config\.example\.toml"):
        load(tmp_path / "config.toml")


def test_tokens_come_from_the_environment_and_show_nowhere() -> None:
    tokens = secrets({"SLACK_BOT_TOKEN": "xoxb-secret", "SLACK_APP_TOKEN": "xapp-secret"})
    assert (tokens.bot_token, tokens.app_token) == ("xoxb-secret", "xapp-secret")
    assert "secret" not in repr(tokens) + str(tokens)
    assert isinstance(tokens, Secrets)


def test_missing_and_exchanged_tokens_are_told_by_name() -> None:
    with pytest.raises(ConfigError) as refused:
        secrets({"SLACK_BOT_TOKEN": "xapp-1"})
    assert [fault.place for fault in refused.value.faults] == ["SLACK_BOT_TOKEN", "SLACK_APP_TOKEN"]
