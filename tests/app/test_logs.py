"""Nothing that opens Slack is ever written to the log."""

from __future__ import annotations

import io
import json
import logging
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import quote

import pytest
import structlog
from hypothesis import given
from hypothesis import strategies as st

from bot.logs import start_logging, strike

LETTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
# No word that an embedding writes by itself is as long as this.
SECRET = st.text(LETTERS, min_size=24, max_size=60)
TOKENS = ("xoxb-{}", "xoxp-1-{}", "xoxe.xoxp-1-{}", "xoxe-1-{}", "xoxd-%2B{}%3D", "xapp-1-A1-{}")
ADDRESSES = (
    "wss://wss-primary.slack.com/link/?ticket={}&app_id=A1",
    "ws://127.0.0.1:8080/link/?app_id=A1&ticket={}",
    "https://hooks.slack.com/services/T1/B1/{}",
    "https://hooks.slack.com/commands/T1/1/{}?again=1",
    "https://hooks.slack-gov.com/workflows/T1/{}",
    "https://hooks.slack.com/actions/{}/2/3",
)
SHAPES = st.sampled_from((*TOKENS, *ADDRESSES, "xwfp-{}-1"))


class Opaque:
    """A value that shows its secret when it is asked to show itself."""

    def __init__(self, secret: str) -> None:
        self.secret = secret

    def __repr__(self) -> str:
        return f"<Opaque {self.secret}>"


EMBEDDINGS: tuple[Callable[[Any], Any], ...] = (
    lambda value: f"url='{value}', tried again",
    lambda value: f"({value})",
    lambda value: [1, value, None],
    lambda value: {"depth": {"inner": (value,)}},
    lambda value: {str(value): 1},
    lambda value: {value if isinstance(value, str) else 1},
    lambda value: ValueError("refused", value),
    lambda value: json.dumps(value, default=str),
    lambda value: json.dumps(value, default=str).replace("/", "\\/"),
    lambda value: quote(str(value), safe=""),
    lambda value: str(value).encode(),
    lambda value: Opaque(str(value)),
)


@st.composite
def embedded(draw: st.DrawFn) -> tuple[str, Any]:
    """A secret, and a value that holds it somewhere."""
    secret = draw(SECRET)
    value: Any = draw(SHAPES).format(secret)
    for embed in draw(st.lists(st.sampled_from(EMBEDDINGS), max_size=4)):
        value = embed(value)
    return secret, value


@pytest.fixture(scope="module")
def written() -> Iterator[io.StringIO]:
    """What our logging writes, as for a machine; other tests' logging is put back."""
    before, root = structlog.get_config(), logging.getLogger()
    handlers, level, page = root.handlers[:], root.level, io.StringIO()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("sys.stderr", page)
        start_logging()
    structlog.configure(cache_logger_on_first_use=False)
    yield page
    root.handlers[:], root.level = handlers, level
    structlog.configure(**before)


def lines(page: io.StringIO, log: Callable[[], None]) -> str:
    page.seek(0)
    page.truncate()
    log()
    return page.getvalue()


def test_a_line_says_which_request_it_came_of(written: io.StringIO) -> None:
    with structlog.contextvars.bound_contextvars(request="e1"):
        line = lines(written, lambda: structlog.get_logger("bot.x").warning("claimed", id="4kd0sv"))
    assert json.loads(line)["request"] == "e1"


@given(embedded())
def test_no_secret_survives_in_a_line_of_ours(written: io.StringIO, case: tuple[str, Any]) -> None:
    secret, value = case
    line = lines(written, lambda: structlog.get_logger("bot.x").warning("it failed", value=value))
    assert secret not in line
    assert json.loads(line)["event"] == "it failed"


@given(embedded())
def test_no_secret_survives_in_a_line_of_a_library(
    written: io.StringIO, case: tuple[str, Any]
) -> None:
    secret, value = case

    def log() -> None:
        try:
            raise ConnectionError(value)  # noqa: TRY301
        except ConnectionError:
            logging.getLogger("slack_sdk").exception("Failed (error: %s); retrying", value)

    line = lines(written, log)
    assert secret not in line
    assert "ConnectionError" in json.loads(line)["exception"]


@pytest.mark.parametrize("library", ["slack_sdk.web.async_client", "slack_bolt.App", "httpx"])
def test_what_a_library_does_all_day_is_not_written_for_it_holds_what_people_say(
    written: io.StringIO, library: str
) -> None:
    logger = logging.getLogger(library)
    assert not lines(written, lambda: logger.debug("Sending a request - text: hello"))
    assert not lines(written, lambda: logger.info("POST https://slack.example/?text=hello"))


@given(SECRET, st.booleans())
def test_a_response_url_is_secret_wherever_it_points(secret: str, quoted: bool) -> None:
    url = f"http://127.0.0.1:8080/response/{secret}"
    body = json.dumps({"response_url": url, "user": "U1"})
    if quoted:
        body = json.dumps({"payload": body})
    struck = strike(body)
    assert secret not in struck
    assert "U1" in json.dumps(json.loads(struck))
    assert secret not in strike(f"response_url={quote(url, safe='')}&user=U1")


@pytest.mark.parametrize(
    ("said", "struck"),
    [
        ("token xoxb-12-ab is wrong", "token xoxb-… is wrong"),
        ("url='ws://x/link/?ticket=ab12&app_id=A1'", "url='ws://x/link/?ticket=…&app_id=A1'"),
        ('{"u":"https://hooks.slack.com/services/T/B/x"}', '{"u":"https://hooks.slack.com…"}'),
        ("a ticket for the zoo, boxes=2, xbox-360", "a ticket for the zoo, boxes=2, xbox-360"),
        ("https://lumen.example/response/7", "https://lumen.example/response/7"),
    ],
)
def test_what_is_struck_and_what_is_left(said: str, struck: str) -> None:
    assert strike(said) == struck


UNCAUGHT = """
import asyncio, gc, logging, threading, warnings
import structlog
from bot.logs import hear_all, start_logging

start_logging()
hear_all()
structlog.get_logger("bot.x").info("two\\nlines", words="“é\\u2028\\ud800")
logging.getLogger("slack_bolt.AsyncApp").warning("two\\nlines of %s", "Bolt")
logging.getLogger("apscheduler.scheduler").error("a job\\nmissed")
logging.getLogger("httpx").info("GET https://example.org/?key=SECRET")
warnings.warn("out of\\ndate", DeprecationWarning, stacklevel=1)
warnings.warn("odd\\nthing", UserWarning, stacklevel=1)

class Odd:
    def __del__(self):
        raise ValueError("in\\npassing")

Odd()
gc.collect()

def fall():
    raise RuntimeError("in a\\nthread")

thread = threading.Thread(target=fall)
thread.start()
thread.join()

async def main():
    asyncio.get_running_loop().call_soon(fall)
    task = asyncio.create_task(asyncio.to_thread(fall))
    await asyncio.sleep(0.2)
    del task
    gc.collect()

asyncio.run(main())
raise KeyError("nobody\\ncaught it")
"""


def test_whatever_is_said_by_whomever_is_a_line_of_json_each() -> None:
    ended = subprocess.run(  # noqa: S603  (the program above)
        [sys.executable, "-c", UNCAUGHT], capture_output=True, timeout=50, check=False
    )
    lines = [json.loads(line) for line in ended.stderr.decode().splitlines()]
    assert ended.returncode == 1
    assert {"event", "level", "logger", "timestamp"} <= set.intersection(*map(set, lines))
    said = "\n".join(f"{line['event']} {line.get('exception', '')}" for line in lines)
    for words in (
        "two\nlines of Bolt",
        "a job\nmissed",
        "odd\nthing",
        "in\npassing",
        "in a\nthread",
        "Exception in callback",
        "nobody",
    ):
        assert words in said
    assert "SECRET" not in said
    assert ended.stdout == b""


TERMINAL = """
import sys, logging
class Screen:
    isatty = lambda self: True
    flush = lambda self: None
    write = lambda self, text: sys.__stdout__.write(text)
sys.stderr = Screen()
import structlog
from bot.logs import start_logging
start_logging()
said = "words \\x1b[2J\\x1b]0;title\\x07\\x9b31m\\u202e\\n12:00:00 [info] all is well"
structlog.get_logger("bot.here").warning("ours", reason=said, at=[said])
logging.getLogger("elsewhere").warning("theirs: %s", said)
try:
    raise ValueError(said)
except ValueError:
    structlog.get_logger("bot.here").exception("fell")
"""


def test_what_strangers_wrote_commands_no_terminal_and_forges_no_line() -> None:
    ran = subprocess.run(  # noqa: S603  (the program above)
        [sys.executable, "-c", TERMINAL], capture_output=True, text=True, check=True
    )
    colours = re.compile(r"\x1b\[[0-9;]*m")
    shown = colours.sub("", ran.stdout)
    assert "all is well" in shown
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e]", shown)
    assert not re.search("^12:00:00", shown, re.MULTILINE)
