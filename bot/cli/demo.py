"""`vigie demo`: a workspace, a small social web, and the real bot between them, on loopback.

The bot is a process of its own, started as anybody would start it: `vigie run` with a
configuration file and two tokens in the environment. Killed, it is started again on the same
data, and goes on where it was. On a PostgreSQL there may be several bots, each with a connection to
the workspace.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import sys
import tempfile
from collections.abc import AsyncIterator, Coroutine, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import typer
import yaml
from msgspec.structs import replace

from bot.cli.clocks import wind
from bot.cli.demo_config import addresses_of, demo_config, hours_around, with_others
from bot.cli.demo_past import remember
from bot.cli.demo_store import own_schema
from bot.cli.shipped import shipped
from bot.cli.stopping import stopped_by_signals
from bot.config import STORE_VARIABLE, PostgresAddress, loads
from bot.standin import AppSpec, Example, Standin
from bot.standin.social import SHOP_SECRET, TOOL_SECRET, SocialWeb

CHANNELS = ("#brand-watch", "#care", "#general", "#vigie-admin", "#practice")

TO_TRY = (
    ("/vigie summary Lumo 7d", "what was said in a week, and what waits for an answer"),
    ("/vigie summarise ID", "one conversation: what is asked, what was answered, what is open"),
    ("/vigie compare", "share of voice beside a competitor and the trade"),
    ("/vigie campaign Autumn evenings", "what ten days in autumn returned"),
    ("/vigie insights", "what people ask for, and how far it is"),
    ("/vigie playbook", "what to do, in which order, with which words"),
    ("/vigie drill start false-rumour in #practice 20x", "a rehearsal, scored"),
)
"""What a newcomer may type, and what for."""

PATIENCE = 1.0
"""Seconds that the bot gets to stop by itself."""

LONGEST_WAIT = 60.0
"""Seconds that the week waits for the bot to listen."""

PAUSE = 1.0
"""Seconds before a bot that ended is started again."""

SEVERAL = 10
"""Ports that are tried, from the usual one on, where it is taken."""

LAST_PORT = 65535

CONFIG_FILE = "config.toml"

EXPORT_FILE = "export.csv"

CLOCK_FILE = "clock-ahead"
"""Beside the bots' configuration: by how many seconds their clock is ahead."""


async def play(
    port: int,
    seed: int,
    store: PostgresAddress | None = None,
    workers: int = 1,
    *,
    short: bool = False,
) -> int:
    """Run the demo until Ctrl-C; the exit status. `workers` are one, or share a `store`. A `short`
    one remembers a week, and no campaign.

    Raises a StoreError where the store cannot be used.
    """
    stop = asyncio.Event()
    with stopped_by_signals(stop):
        return await _played(stop, port, seed, store, workers, short=short)


async def _played(
    stop: asyncio.Event,
    port: int,
    seed: int,
    store: PostgresAddress | None,
    workers: int,
    *,
    short: bool,
) -> int:
    """Run it until `stop` is set; the exit status."""
    now = datetime.now(UTC)
    social = await SocialWeb.start(seed=seed, now=now, begun=False, long=not short)
    try:
        standin = await _open_workspace(port, social)
        if standin is None:
            typer.echo(f"Port {port} is taken. For one that is free: PORT=0 make demo", err=True)
            return 1
        try:
            async with _place(store) as (folder, own):
                bots = _bots(standin, social, folder, own, workers)
                if not short:
                    typer.echo("\n  Six weeks are read first: that takes a few seconds.")
                    if not await _before(stop, remember(folder / CONFIG_FILE, own, social)):
                        return 0
                _welcome(standin, bots, folder, own)
                with in_step(standin, social, folder / CLOCK_FILE):
                    async with _begun_once_heard(social), asyncio.TaskGroup() as group:
                        for bot in bots:
                            group.create_task(bot.keep_running(stop))
        finally:
            await standin.close()
    finally:
        await social.close()
    typer.echo("\nEnded. Nothing was kept.")
    return 0


async def _before(stop: asyncio.Event, deed: Coroutine[Any, Any, None]) -> bool:
    """Whether a deed was done before `stop` was set; if not, it is given up. Raises as it does."""
    doing, stopped = asyncio.create_task(deed), asyncio.create_task(stop.wait())
    await asyncio.wait((doing, stopped), return_when=asyncio.FIRST_COMPLETED)
    is_done = doing.done()
    for task in (doing, stopped):
        task.cancel()
    await asyncio.gather(doing, stopped, return_exceptions=True)
    if is_done:
        doing.result()
    return is_done


@contextlib.asynccontextmanager
async def _place(
    store: PostgresAddress | None,
) -> AsyncIterator[tuple[Path, Path | PostgresAddress]]:
    """A folder for configuration and logs, and the store: in it, or a schema in a database. Both
    are gone in the end."""
    with tempfile.TemporaryDirectory(prefix="vigie-demo-") as folder:
        if store is None:
            yield Path(folder), Path(folder) / "data"
            return
        async with own_schema(store) as (schema, own):
            typer.echo(f"\n  Everything is kept in the schema {schema} of {store}, until the end.")
            yield Path(folder), own


@contextlib.contextmanager
def in_step(standin: Standin, social: SocialWeb, file: Path) -> Iterator[None]:
    """While the block runs, the social web and all that read `file` are as far ahead of the real
    time as the workspace is."""

    def keep_up(seconds: float) -> None:
        social.forward(timedelta(seconds=seconds))
        wind(file, standin.clock.ahead)

    keep_up(standin.clock.ahead)
    unwatch = standin.clock.watch(keep_up)
    try:
        yield
    finally:
        unwatch()


@contextlib.asynccontextmanager
async def _begun_once_heard(social: SocialWeb) -> AsyncIterator[None]:
    """The week's acts begin when the bot has asked every place again, and so has read all that
    there was: what is posted before would be history to it, and history is no news, however slow
    the machine is."""

    async def begin() -> None:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(LONGEST_WAIT):
                for place in social.places:
                    await place.server.asked_again.wait()
        social.begin()

    beginning = asyncio.create_task(begin())
    try:
        yield
    finally:
        beginning.cancel()
        await asyncio.gather(beginning, return_exceptions=True)


async def _open_workspace(port: int, social: SocialWeb) -> Standin | None:
    """The workspace at `port`; the usual port gives way to the next ones, one asked for not."""
    spec = _with_examples(AppSpec.from_manifest(yaml.safe_load(shipped("manifest.yaml"))))
    for tried in _ports(port, asked_for="PORT" in os.environ):
        with contextlib.suppress(OSError):
            return await Standin.start(port=tried, app=spec, channels=CHANNELS, social=social)
    return None


def _with_examples(spec: AppSpec) -> AppSpec:
    """The app, whose first command comes with what may be typed."""
    command, *others = spec.commands
    examples = tuple(Example(line, what_for) for line, what_for in TO_TRY)
    return replace(spec, commands=(replace(command, examples=examples), *others))


def _ports(port: int, *, asked_for: bool) -> range:
    """The ports to try; 0 is the system's choice, and there is none after the last."""
    several = 1 if asked_for or not port else SEVERAL
    return range(port, min(port + several, LAST_PORT + 1))


class _Bot:
    """A process of `vigie run`, which is started again whenever it ends."""

    def __init__(self, name: str, config: Path, log: Path, environment: Mapping[str, str]) -> None:
        self.log = log
        self._name = name
        self._config = config
        self._clock = config.with_name(CLOCK_FILE)
        self._environment = environment

    async def keep_running(self, stop: asyncio.Event) -> None:
        """One life after the other, until `stop` is set."""
        while not stop.is_set():
            with self.log.open("ab") as output:
                code = await self._live(output.fileno(), stop)
            if not stop.is_set():
                typer.echo(
                    f"{self._name} ended (status {code}); it is started again on the same data."
                )
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(PAUSE):
                        await stop.wait()

    async def _live(self, output: int, stop: asyncio.Event) -> int | None:
        """One life of the bot, until it ends or is to stop; its exit status."""
        given = ("--config", str(self._config), "--clock-ahead", str(self._clock))
        bot = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "bot", "run", *given, "--while-stdin-open"),
            stdin=asyncio.subprocess.PIPE,
            stdout=output,
            stderr=output,
            env=self._environment,
        )
        ended = asyncio.create_task(bot.wait())
        asked = asyncio.create_task(stop.wait())
        await asyncio.wait((ended, asked), return_when=asyncio.FIRST_COMPLETED)
        asked.cancel()
        if not ended.done():
            bot.terminate()
            await asyncio.wait((ended,), timeout=PATIENCE)
        if not ended.done():
            bot.kill()
        return await ended


def _bots(
    standin: Standin,
    social: SocialWeb,
    folder: Path,
    store: Path | PostgresAddress,
    workers: int,
) -> list[_Bot]:
    """The bots, with one configuration."""
    config = folder / CONFIG_FILE
    config.write_text(_config(standin, social, folder / "data"), encoding="utf-8")
    exported = config.with_name(EXPORT_FILE)
    exported.write_text(social.exported(), encoding="utf-8", newline="")
    environment = bot_environment(os.environ, store) | {
        "SLACK_BOT_TOKEN": standin.bot_token,
        "SLACK_APP_TOKEN": standin.app_token,
        "VIGIE_WEBHOOK_SECRET": TOOL_SECRET,
        "VIGIE_CONVERSIONS_SECRET": SHOP_SECRET,
    }
    names = ["The bot"] if workers == 1 else [f"Worker {n + 1}" for n in range(workers)]
    files = ["bot.log"] if workers == 1 else [f"worker-{n + 1}.log" for n in range(workers)]
    return [
        _Bot(name, config, folder / file, environment)
        for name, file in zip(names, files, strict=True)
    ]


def bot_environment(
    environment: Mapping[str, str], store: Path | PostgresAddress
) -> dict[str, str]:
    """What the bots inherit. An address may hold a password, and so stands here and not in the
    file; whatever store the environment names is not the demo's."""
    inherited = _without_proxies(environment)
    inherited.pop(STORE_VARIABLE, None)
    return inherited if isinstance(store, Path) else inherited | {STORE_VARIABLE: store.url}


def _without_proxies(environment: Mapping[str, str]) -> dict[str, str]:
    """Everything of the demo is on this machine, but Slack's webhook client sends even loopback
    through HTTPS_PROXY, and no command would be answered."""
    return {
        name: value
        for name, value in environment.items()
        if name.upper() not in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY")
    }


def _config(standin: Standin, social: SocialWeb, store: Path) -> str:
    addresses = addresses_of(standin.api_url, social)
    example = shipped("config.example.toml")
    hours = hours_around(datetime.now(loads(example).timezone))
    return with_others(demo_config(example, addresses, str(store), hours))


def _welcome(
    standin: Standin, bots: Sequence[_Bot], folder: Path, store: Path | PostgresAddress
) -> None:
    typer.secho(f"\n  Vigie is on the lookout: open {standin.url}/\n", bold=True)
    typer.echo(
        "  Alerts arrive in #care and #brand-watch within half a minute, what people ask for"
    )
    typer.echo("  within a minute and a half, and then a crisis.")
    typer.echo("  Claim one, switch who you are, make it rain, have it be later, and type:\n")
    width = max(len(line) for line, _ in TO_TRY)
    for line, what_for in TO_TRY:
        typer.echo(f"    {line:<{width}}   {what_for}")
    typer.echo(f"\n  Web API   {standin.api_url}  token {standin.bot_token}")
    for bot in bots:
        typer.echo(f"  The bot’s log   {bot.log}")
    if isinstance(store, Path):
        typer.echo(f"  What it keeps   {store}  (look in: vigie data --store {store})")
    exported, config = folder / EXPORT_FILE, folder / CONFIG_FILE
    typer.echo(f"  A tool’s export   vigie import {exported} --config {config} --dry-run")
    typer.echo("  Ctrl-C ends everything.\n")
