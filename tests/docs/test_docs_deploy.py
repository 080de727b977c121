"""What is there to run Vigie with names commands, options, variables, files and ports that are."""

from __future__ import annotations

import configparser
import re
import shlex
import tomllib
from pathlib import Path
from typing import Any

import msgspec
import pytest
import typer
import yaml

from bot.cli import cli
from bot.cli.given import UNUSABLE
from bot.cli.stopping import LATEST
from bot.config import STORE_VARIABLE
from bot.config.operating import USUAL
from bot.config.tokens import APP_TOKEN, BOT_TOKEN

ROOT = Path(__file__).parents[2]
DEPLOY = ROOT / "docs" / "deploy"
PROCFILE = (ROOT / "Procfile").read_text(encoding="utf-8")
DOCKERFILE = (DEPLOY / "Dockerfile").read_text(encoding="utf-8")
COMPOSE = yaml.safe_load((DEPLOY / "compose.yaml").read_text(encoding="utf-8"))
PAGE = (ROOT / "docs" / "deploy.md").read_text(encoding="utf-8")
KNOWN = {STORE_VARIABLE, "VIGIE_CONFIG", BOT_TOKEN, APP_TOKEN, "PGPASSWORD"}


def check_command(words: list[str]) -> None:
    """Fails where `vigie` has no such command, or the command no such option."""
    commands = typer.main.get_group(cli).commands
    command = commands[words[0]]
    options = {name for one in command.params for name in one.opts}
    assert {word for word in words[1:] if word.startswith("-")} <= options


def unit() -> configparser.SectionProxy:
    read = configparser.RawConfigParser(strict=False)
    read.optionxform = str  # type: ignore[assignment,method-assign]  # names as they are written
    read.read(DEPLOY / "vigie.service", encoding="utf-8")
    return read["Service"]


def test_the_procfile_starts_commands_in_the_place_of_the_shell() -> None:
    """honcho stops the process that it started: a shell in between would be gone at once."""
    for line in PROCFILE.splitlines():
        name, _, command = line.partition(": ")
        started, vigie, *words = shlex.split(command)
        assert (started, vigie) == ("exec", "vigie")
        check_command(words)
        assert f"`{name}` (`vigie {words[0]}`)" in PAGE


def test_the_container_copies_what_there_is_and_runs_a_command_as_nobody_in_particular() -> None:
    copied = re.findall(r"^COPY (?!--)(.+) \S+$", DOCKERFILE, re.MULTILINE)
    assert not [name for line in copied for name in line.split() if not (ROOT / name).exists()]
    assert re.search(r"^USER vigie$", DOCKERFILE, re.MULTILINE)
    entry = re.search(r"^ENTRYPOINT (\[.+\])$", DOCKERFILE, re.MULTILINE)
    command = re.search(r"^CMD (\[.+\])$", DOCKERFILE, re.MULTILINE)
    assert entry
    assert command
    assert msgspec.json.decode(entry[1]) == ["vigie"]
    check_command(msgspec.json.decode(command[1], type=list[str]))
    variables = re.findall(r"\b(VIGIE_\w+)=", DOCKERFILE)
    assert {*variables} <= KNOWN
    uid = re.search(r"--uid (\d+)", DOCKERFILE)
    assert uid
    assert f"uid {uid[1]}" in PAGE


def test_the_container_is_healthy_where_the_usual_configuration_tells_that_it_is() -> None:
    host, port = USUAL.split(":")
    assert f"HTTPConnection('{host}', {port}" in DOCKERFILE
    assert "'/healthz'" in DOCKERFILE


def test_the_containers_python_is_one_that_vigie_takes() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    least = tuple(map(int, re.findall(r"\d+", project["requires-python"])))
    for version in re.findall(r"^FROM python:([\d.]+)-slim", DOCKERFILE, re.MULTILINE):
        assert tuple(map(int, version.split("."))) >= least


@pytest.mark.parametrize("name", ["tables", "vigie"])
def test_compose_starts_the_container_with_commands_and_variables_that_there_are(name: str) -> None:
    service: dict[str, Any] = COMPOSE["services"][name]
    build = service["build"]
    assert (DEPLOY / build["context"]).resolve() == ROOT
    assert (ROOT / build["dockerfile"]) == DEPLOY / "Dockerfile"
    check_command(service.get("command", ["run"]))
    assert service["environment"].keys() <= KNOWN
    assert {*service["depends_on"]} <= {*COMPOSE["services"]}
    assert service["volumes"] == ["../../config.toml:/etc/vigie/config.toml:ro"]


def test_whoever_stops_vigie_waits_for_longer_than_it_takes() -> None:
    assert int(COMPOSE["services"]["vigie"]["stop_grace_period"].removesuffix("s")) > LATEST
    assert int(unit()["TimeoutStopSec"]) > LATEST


def test_the_unit_starts_a_command_and_not_again_where_somebody_must_change_something() -> None:
    started, *words = unit()["ExecStart"].split()
    assert Path(started).name == "vigie"
    check_command(words)
    assert int(unit()["RestartPreventExitStatus"]) == UNUSABLE
    assert unit()["Restart"] == "always"
    variables = dict(one.split("=", 1) for one in unit()["Environment"].split())
    assert variables.keys() <= KNOWN | {"HOME"}
    assert variables[STORE_VARIABLE].startswith(f"/var/lib/{unit()['StateDirectory']}/")


def test_the_unit_lets_those_that_work_for_vigie_give_way() -> None:
    """`nice` and limits of one's own are system calls of @resources (`bot.sources.heavyfeeds`)."""
    text = (DEPLOY / "vigie.service").read_text(encoding="utf-8")
    forbidden = re.findall(r"^SystemCallFilter=~(.+)$", text, re.MULTILINE)
    assert "@resources" not in " ".join(forbidden).split()
