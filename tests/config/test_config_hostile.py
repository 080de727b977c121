"""Files that are not what they should be: faults in words, never a traceback."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.config import load, loads
from bot.errors import ConfigError

GOOD = """
[[sources]]
name = "hn"
kind = "hackernews"

[[watches]]
name = "Café"
query = "lumo"
channel = "#brand"
"""


def fault_in(text: str, place: str) -> str:
    with pytest.raises(ConfigError) as refused:
        loads(text)
    return {fault.place: fault.message for fault in refused.value.faults}[place]


def test_a_file_as_windows_notepad_saves_it_is_read(tmp_path: Path) -> None:
    file = tmp_path / "config.toml"
    file.write_bytes(b"\xef\xbb\xbf" + GOOD.replace("\n", "\r\n").encode())
    assert load(file).watches[0].name == "Café"


@pytest.mark.parametrize("encoding", ["latin-1", "utf-16"])
def test_a_file_in_another_encoding_is_told_to_be_saved_as_utf_8(
    tmp_path: Path, encoding: str
) -> None:
    file = tmp_path / "config.toml"
    file.write_bytes(GOOD.encode(encoding))
    with pytest.raises(ConfigError, match="is not UTF-8"):
        load(file)


def test_a_folder_in_the_place_of_the_file_is_called_a_folder(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"is a folder; name the file in it"):
        load(tmp_path)


@pytest.mark.parametrize(
    "text", ["a = " + "[" * 5000, "a = " + "{b=" * 5000, "a = " + "[" * 5000 + "]" * 5000]
)
def test_brackets_too_deep_to_be_read_are_told(text: str) -> None:
    assert "too deep" in fault_in(text, "the file")


def test_a_number_too_long_to_be_read_is_told() -> None:
    assert "too long" in fault_in("a = " + "9" * 5000, "the file")


@pytest.mark.parametrize("setting", ["timezone", "languages", "sources", "slack"])
def test_a_number_too_long_to_be_shown_is_not_shown(setting: str) -> None:
    text = f"{setting} = 0x" + "f" * 5000
    assert fault_in(text, setting).endswith("not a very long number")


@pytest.mark.parametrize(
    ("written", "called"),
    [
        ("2026-11-24T10:00:00Z", "a date and time"),
        ("2026-11-24T10:00:00", "a date and time"),
        ("2026-11-24", "a date"),
        ("10:00:00", "a time of day"),
        ("{ a = 1 }", "a table"),
        ("[1]", "a list"),
        ("1.5", "1.5"),
    ],
)
def test_what_was_found_is_called_by_its_name(written: str, called: str) -> None:
    assert fault_in(f"timezone = {written}", "timezone") == f"is a text, not {called}"


@pytest.mark.parametrize("path", [r"a\u0000b", "", "  "])
def test_a_store_path_that_no_folder_can_have_is_refused(path: str) -> None:
    assert fault_in(f'store = "{path}"\n{GOOD}', "store")


def test_a_fault_in_a_list_has_the_place_that_it_has_in_the_file() -> None:
    assert "“xq”" in fault_in('languages = [3, "xq"]', "languages[1]")


@given(st.text())
def test_any_text_is_a_configuration_or_faults(text: str) -> None:
    with pytest.raises(ConfigError):
        loads(text)


@given(st.binary(max_size=200))
def test_any_bytes_are_a_configuration_or_faults(
    tmp_path_factory: pytest.TempPathFactory, content: bytes
) -> None:
    file = tmp_path_factory.getbasetemp() / "any.toml"
    file.write_bytes(content)
    with pytest.raises(ConfigError):
        load(file)
