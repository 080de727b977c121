"""`vigie export-person` and `vigie forget`: what a person may ask for, in a terminal."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from bot.cli import cli
from bot.cli.naming import names
from bot.domain.identity import id_of_mention
from bot.store.base import Put
from bot.store.repositories import TABLES
from bot.store.tiny import TinyStore
from tests.builders import a_mention, a_post
from tests.written import FORUM, a_watch

CONFIG = "store = '{store}'" + FORUM + a_watch(channel="#care")


@pytest.fixture
async def config(tmp_path: Path) -> Path:
    store = await TinyStore.open(tmp_path / "data", TABLES)
    mentions = [
        a_mention(
            id=id_of_mention("Lumo", "forum", author),
            post=a_post(id=author, source="forum", author=author),
        )
        for author in ("@ada", "@adam")
    ]
    puts = [Put(table="mentions", id=one.id, document=one) for one in mentions]
    note = {"until": "2026-11-25", "by": "U0123", "note": "for <@U0456>"}
    await store.commit([*puts, Put(table="mutes", id="Lumo", document=note)])
    await store.close()
    file = tmp_path / "config.toml"
    file.write_text(CONFIG.format(store=tmp_path / "data"), encoding="utf-8")
    return file


def vigie(config: Path, *arguments: str) -> Result:
    return CliRunner().invoke(cli, [*arguments, "--config", str(config)])


def exported(config: Path, person: str) -> list[str]:
    """The tables of the documents that name a person."""
    ended = vigie(config, "export-person", person)
    assert ended.exit_code == 0, ended.output
    return [json.loads(line)["table"] for line in ended.stdout.splitlines()]


def test_every_document_that_names_a_person_is_printed(config: Path) -> None:
    assert exported(config, "@ada") == ["mentions"]
    assert exported(config, "U0123") == exported(config, "U0456") == ["mutes"]
    assert exported(config, "@nobody") == []


def test_a_name_is_a_whole_value_and_a_handle_or_a_member_s_id_within_a_text_too() -> None:
    assert names({"post": {"author": "@Ada"}}, "@ada")
    assert names([{"text": "thanks <@U0456>!"}], "U0456")
    assert names({"U0456": True}, "U0456")
    assert names([{"text": "@{U0456} claimed this"}], "U0456")
    assert not names([{"text": "@{U04567} claimed this"}], "U0456")
    assert names({"text": "@ada wrote: “It burnt.”"}, "@ada")
    assert not names({"text": "@ada@social.example, @adam and @ada.example wrote"}, "@ada")
    assert names({"author": "Rose"}, "rose")
    assert not names({"text": "A rose is a rose"}, "Rose")


def test_an_author_is_forgotten_in_a_terminal_once_that_is_confirmed(config: Path) -> None:
    ended = vigie(config, "forget", "@ada", "--yes")
    assert ended.exit_code == 0, ended.output
    assert "1 mentions" in ended.output
    assert exported(config, "@ada") == []
    assert exported(config, "@adam") == ["mentions"]
    assert "Nothing is held" in vigie(config, "forget", "@ada").output
    refused = CliRunner().invoke(cli, ["forget", "@adam", "--config", str(config)], input="n\n")
    assert refused.exit_code == 1
    assert exported(config, "@adam") == ["mentions"]


def test_neither_the_folder_nor_a_backup_holds_a_byte_of_what_was_forgotten(
    config: Path, tmp_path: Path
) -> None:
    text = a_post().text.encode()
    files = [path for path in (tmp_path / "data").rglob("*") if path.is_file()]
    assert any(text in path.read_bytes() for path in files)
    for author in ("@ada", "@adam"):
        assert vigie(config, "forget", author, "--yes").exit_code == 0
    held = [path for path in (tmp_path / "data").rglob("*") if path.is_file()]
    assert not any(text in path.read_bytes() for path in held)
    assert vigie(config, "backup", str(tmp_path / "copy")).exit_code == 0
    copied = [path for path in (tmp_path / "copy").rglob("*") if path.is_file()]
    assert copied
    assert not any(text in path.read_bytes() for path in copied)
