"""`vigie doctor` says whether the language model answers, and what to do where it does not."""

from __future__ import annotations

import pytest
from aiohttp import web

from bot.cli.doctor_model import examine_model
from bot.config import Config, loads
from bot.health import Finding
from bot.services.base import utc_now
from tests.engines.models import PlayedModel, statements
from tests.loopback import Serve
from tests.services.conftest import CONFIG


def configured(url: str, kind: str = "openai") -> Config:
    table = f'\n[summaries]\nurl = "{url}/v1"\nmodel = "small"\nkind = "{kind}"\n'
    return loads(CONFIG + table, environment={"VIGIE_SUMMARIES_KEY": "s3cret"})


async def found(config: Config) -> Finding:
    finding = await examine_model(config, utc_now)
    assert finding is not None
    assert "s3cret" not in f"{finding.words} {finding.advice}"
    return finding


async def test_where_none_is_named_there_is_nothing_to_say() -> None:
    assert await examine_model(loads(CONFIG), utc_now) is None


@pytest.mark.parametrize("kind", ["openai", "anthropic"])
async def test_one_that_answers_well_is_well(serve: Serve, kind: str) -> None:
    model = PlayedModel()
    model.content = statements(("Somebody asks how to stop the flashing.", ["p1"]))
    finding = await found(configured(await serve(model), kind))
    assert finding.well
    assert finding.subject == "language model small"


async def test_one_whose_words_are_of_no_use_is_told_of(serve: Serve) -> None:
    model = PlayedModel()
    model.content = "I am a model."
    finding = await found(configured(await serve(model)))
    assert "its own words" in finding.words
    assert not finding.well


async def test_one_that_refuses_is_told_of_by_its_status(serve: Serve) -> None:
    model = PlayedModel()
    model.answer = lambda _: web.Response(status=401)
    finding = await found(configured(await serve(model)))
    assert "401" in finding.words
    assert "VIGIE_SUMMARIES_KEY" in finding.advice


async def test_one_that_is_not_there_is_told_of() -> None:
    finding = await found(configured("http://127.0.0.1:9"))
    assert "cannot be reached" in finding.words
