"""Slack does not take what answers a person: a file, a word, a form or Home. What was done stays
done, whoever asked is told where they can be, and Vigie goes on."""

from __future__ import annotations

import io
from collections.abc import Callable

import pytest

from bot.errors import SlackError, SlackRateLimited, SlackUnavailable, TokenRefused
from bot.services.voices import in_channel
from bot.slack import ids
from bot.slack.documents import Document
from bot.slack.pictures import Picture
from bot.standin import Standin
from bot.standin.errors import ApiError
from handlers.asked.pictures import Drawing, shown
from handlers.asked.question import Question
from tests.journeys.conftest import Town, patient, places, standin, text_of, town
from tests.journeys.test_journey_claim import an_alert

__all__ = ["patient", "places", "standin", "town"]  # fixtures

SAM = "U0SAMCART1"
PICTURE = Picture(filename="trend.png", content=b"\x89PNG", title="A trend", alt="It rises")
SVG = '<svg xmlns="http://www.w3.org/2000/svg" width="8" height="8"/>'
DRAWING = Drawing(filename="trend.png", svg=SVG, title="A trend", alt="It rises")
PLACE, SHOW = "files.getUploadURLExternal", "files.completeUploadExternal"


def bytes_are_refused(standin: Standin, monkeypatch: pytest.MonkeyPatch) -> None:
    """The place that was given for a file takes nothing."""
    monkeypatch.setattr(standin.world.uploads, "expects", lambda _: False)


Fails = Callable[[Standin, pytest.MonkeyPatch], None]
STEPS: dict[str, tuple[Fails, type[SlackError]]] = {
    "no place, down": (lambda s, _: s.faults.status(PLACE, 503), SlackUnavailable),
    "no place, HTML": (lambda s, _: s.faults.html(PLACE), SlackUnavailable),
    "no place, cut off": (lambda s, _: s.faults.drop(PLACE), SlackUnavailable),
    "no place, too many": (lambda s, _: s.faults.ratelimited(PLACE, 7), SlackRateLimited),
    "no place, no right": (lambda s, _: s.faults.error(PLACE, "missing_scope"), TokenRefused),
    "no bytes": (bytes_are_refused, SlackUnavailable),
    "not shown, down": (lambda s, _: s.faults.status(SHOW, 500), SlackUnavailable),
    "not shown, too many": (lambda s, _: s.faults.ratelimited(SHOW, 7), SlackRateLimited),
    "not shown, refused": (lambda s, _: s.faults.error(SHOW, "file_not_found"), SlackError),
}


@pytest.mark.parametrize("step", STEPS)
async def test_a_file_that_is_not_taken_at_any_step_is_an_error_and_half_of_it_is_not_shown(
    town: Town, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    fails, kind = STEPS[step]
    document = Document(file=io.BytesIO(b"a,b\r\n"), bytes=5, filename="a.csv", title="A table")
    fails(town.standin, monkeypatch)
    with pytest.raises(kind):
        await town.services.slack.upload(SAM, PICTURE)
    fails(town.standin, monkeypatch)
    with pytest.raises(kind):
        await town.services.slack.send(SAM, document)
    room = town.standin.workspace.dm(SAM).id
    assert not [one for one in town.standin.messages(room) if one.files]


@pytest.mark.parametrize("step", ["no place, too many", "no bytes", "not shown, down"])
async def test_who_asked_for_a_picture_is_told_that_there_is_none(
    town: Town, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    STEPS[step][0](town.standin, monkeypatch)
    question = Question(services=town.services, voice=in_channel(town.services, "#care"), by=SAM)
    assert "Ask again for another try" in await shown(question, DRAWING)


@pytest.mark.parametrize("code", ["used_url", "expired_url"])
async def test_a_word_that_its_click_carries_back_no_more_is_told_by_another_way(
    town: Town, monkeypatch: pytest.MonkeyPatch, code: str
) -> None:
    def spent(key: str) -> None:
        raise ApiError(code)

    card = await an_alert(town)
    await town.camille.click(card, ids.CLAIM)
    card = await town.card_says("has this since")
    monkeypatch.setattr(town.standin.world.responses, "use", spent)
    await town.sam.click(card, ids.RELEASE)
    assert await town.told(town.sam, "only they can release it")


async def test_a_word_that_goes_by_no_way_is_logged_and_the_click_was_taken(
    town: Town, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def spent(key: str) -> None:
        raise ApiError("used_url")

    card = await an_alert(town)
    await town.camille.click(card, ids.CLAIM)
    card = await town.card_says("has this since")
    monkeypatch.setattr(town.standin.world.responses, "use", spent)
    town.standin.faults.error("chat.postEphemeral", "user_not_in_channel")
    await town.sam.click(card, ids.RELEASE)
    await town.until(lambda: "a word was not told" in caplog.text or None)
    assert "a listener failed" not in caplog.text
    await town.camille.click(await town.card(), ids.RELEASE)
    assert "nobody has this yet" in text_of(await town.card_says("nobody has this yet"))


@pytest.mark.parametrize("code", ["ratelimited", "internal_error", "not_enabled"])
async def test_a_home_that_slack_does_not_draw_is_drawn_when_it_is_next_opened(
    town: Town, caplog: pytest.LogCaptureFixture, code: str
) -> None:
    town.standin.faults.error("views.publish", code)
    town.sam.open_home()
    await town.until(lambda: "Home was not drawn" in caplog.text or None)
    assert "a listener failed" not in caplog.text
    town.sam.open_home()
    await town.until(lambda: town.sam.home)
