"""Where things are kept, and for how long: a folder or a database, and never an open password."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.config import PostgresAddress, load, loads
from bot.config.keeping import KeepConfig
from bot.config.store import open_secret, store_fault
from bot.errors import ConfigError

GOOD = """
[[sources]]
name = "hn"
kind = "hackernews"
[[watches]]
name = "Lumo"
query = "lumo"
channel = "#brand"
"""

DAY = timedelta(days=1)

DATABASE = "postgresql://vigie@db.example/vigie"


def faults(text: str, store: str = "") -> dict[str, str]:
    with pytest.raises(ConfigError) as refused:
        loads(text, store=store)
    return {fault.place: fault.message for fault in refused.value.faults}


def test_a_folder_starts_where_the_file_is() -> None:
    assert loads(GOOD, folder=Path("/etc/vigie")).store == Path("/etc/vigie/data")
    config = loads(f'store = "/var/vigie"\n{GOOD}', folder=Path("/etc/vigie"))
    assert config.store == Path("/var/vigie")


def test_an_address_is_a_database() -> None:
    assert loads(f'store = "{DATABASE}"\n{GOOD}').store == PostgresAddress(DATABASE)


@pytest.mark.parametrize(
    "url",
    [
        DATABASE,
        "postgres://vigie@db.example:5433/vigie?sslmode=require",
        "postgresql://vigie@[::1]:5432/vigie",
        "postgresql://postgres:@/postgres?host=/run/postgresql",
    ],
)
def test_addresses_that_libpq_takes_are_taken(url: str) -> None:
    assert store_fault(url) == open_secret(url) == ""


@pytest.mark.parametrize(
    ("url", "fault"),
    [
        ("mysql://vigie@db.example/vigie", "a folder, such as"),
        ("postgresql://vigie@db.example", "names no database"),
        ("postgresql:///vigie", "names no host"),
        ("postgresql://vigie@db.example:port/vigie", "port"),
        ("postgresql://vigie@db.example:99999/vigie", "port"),
        ("postgresql://vigie@db.example/my db", "space"),
    ],
)
def test_an_address_that_cannot_be_is_told_what_could(url: str, fault: str) -> None:
    assert fault in faults(f'store = "{url}"\n{GOOD}')["store"]


def test_the_table_that_the_store_once_was_is_told_what_to_write() -> None:
    assert 'store = "data" at the top' in faults(f'{GOOD}[store]\npath = "data"')["store"]


@pytest.mark.parametrize(
    "url",
    ["postgresql://vigie:hush@db/vigie", "postgresql://vigie@db/vigie?password=hush"],
)
def test_a_password_in_the_file_is_a_fault_that_does_not_show_it(url: str) -> None:
    message = faults(f'store = "{url}"\n{GOOD}')["store"]
    assert "PGPASSWORD" in message
    assert "VIGIE_STORE" in message
    assert "hush" not in message


def test_the_environment_names_the_store_whatever_the_file_says(tmp_path: Path) -> None:
    file = tmp_path / "config.toml"
    file.write_text(GOOD)
    secret = "postgresql://vigie:hush@db.example/vigie"
    assert load(file, {"VIGIE_STORE": f" {secret}\n"}).store == PostgresAddress(secret)
    assert load(file, {"VIGIE_STORE": "elsewhere"}).store == tmp_path / "elsewhere"
    assert load(file, {"VIGIE_STORE": ""}).store == tmp_path / "data"


def test_a_fault_of_the_environment_has_its_place_there() -> None:
    assert set(faults(GOOD, store="postgresql://vigie@db.example")) == {"VIGIE_STORE"}


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("postgresql://vigie:hush@db:5433/v", "postgresql://vigie@db:5433/v"),
        ("postgresql://vigie:h:u@sh@db/v", "postgresql://vigie@db/v"),
        ("postgresql://vigie@db/v?password=hush", "postgresql://vigie@db/v"),
        ("postgresql://vigie:hush@/v?host=/run/pg", "postgresql://vigie@/run/pg/v"),
    ],
)
def test_an_address_is_shown_without_its_password(url: str, shown: str) -> None:
    address = PostgresAddress(url)
    assert str(address) == shown
    assert repr(address) == f"PostgresAddress('{shown}')"
    assert "hush" not in f"{address} {address!r} {[address]}"


@given(st.text())
def test_any_text_is_judged_without_a_traceback(text: str) -> None:
    for written in (text, f"postgresql://{text}", f"postgresql://v@{text}/{text}?{text}"):
        assert isinstance(store_fault(written), str)
        assert isinstance(open_secret(written), str)


def test_mentions_are_kept_for_ever_or_for_as_long_as_is_said() -> None:
    assert loads(GOOD).keep_mentions is None
    assert loads(f'{GOOD}[keep]\nmentions = "400d"').keep_mentions == timedelta(days=400)


def test_each_kind_is_kept_for_as_long_as_is_said_and_none_longer_than_what_it_is_about() -> None:
    assert (loads(GOOD).keep.drafts, loads(GOOD).keep.deliveries) == (90 * DAY, 30 * DAY)
    assert loads(GOOD).keep_conversions is None
    config = loads(f'{GOOD}[keep]\nmentions = "400d"\naudit = "365d"\ndrills = "100d"')
    assert (config.keep.audit, config.keep.drills) == (365 * DAY, 100 * DAY)
    assert config.keep_conversions == 400 * DAY
    assert config.keep.conversations == config.keep.alerts == config.keep.judgements == 400 * DAY
    assert config.keep.insights == timedelta.max
    shorter = loads(f'{GOOD}[keep]\nmentions = "400d"\nconversions = "90d"')
    assert shorter.keep_conversions == 90 * DAY


@pytest.mark.parametrize("kind", KeepConfig.__struct_fields__)
def test_nothing_is_kept_so_shortly_that_vigie_cannot_work(kind: str) -> None:
    assert "is at least" in faults(f'{GOOD}[keep]\n{kind} = "6d"')[f"keep.{kind}"]
    assert f"keep.{kind}" in faults(f"{GOOD}[keep]\n{kind} = 6")


def test_a_kind_that_there_is_not_is_told() -> None:
    assert "keep.posts" in faults(f'{GOOD}[keep]\nposts = "60d"')


def test_mentions_are_kept_for_as_long_as_detection_looks_back() -> None:
    assert "at least “30d”" in faults(f'{GOOD}[keep]\nmentions = "29d"')["keep.mentions"]
    assert loads(f'{GOOD}[keep]\nmentions = "30d"').keep_mentions == timedelta(days=30)
