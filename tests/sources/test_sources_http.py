import asyncio
import gzip
import logging
from datetime import timedelta

import httpx
import pytest
from aiohttp import web

from bot.errors import (
    SourceError,
    SourceGarbled,
    SourceRateLimited,
    SourceRefused,
    SourceUnavailable,
)
from bot.sources.http import LEAST_WAIT, MAX_REDIRECTS, PoliteClient, Response, user_agent
from tests.loopback import Serve
from tests.memory import most_memory
from tests.sources.conftest import Clients, Clock

URL = "https://lumen.example/feed?key=SECRET"


async def test_an_answer_has_its_status_headers_body_and_address(clients: Clients) -> None:
    def answers(request: httpx.Request) -> httpx.Response:
        assert request.url.params["q"] == "wake up"
        assert request.headers["accept-encoding"] == "gzip, deflate"
        return httpx.Response(200, headers={"ETag": 'W/"1"'}, content=b"hello")

    answer = await clients(answers).get(URL, params={"q": "wake up"})
    assert (answer.status, answer.body) == (200, b"hello")
    assert answer.headers["etag"] == 'W/"1"'
    assert answer.url == "https://lumen.example/feed?key=SECRET&q=wake+up"


@pytest.mark.parametrize(
    ("contact", "said"),
    [
        ("ops@lumen.example", "Vigie/0.1 (+ops@lumen.example)"),
        ("", "Vigie/0.1"),
        ("Zoë (ops)\r\nX-Evil: 1", "Vigie/0.1 (+Zo opsX-Evil: 1)"),
    ],
)
def test_the_user_agent_says_who_asks(contact: str, said: str) -> None:
    assert user_agent(contact) == said


@pytest.mark.parametrize(
    ("status", "headers", "kind", "words"),
    [
        (401, {}, SourceRefused, "signed in"),
        (403, {"content-type": "application/json"}, SourceRefused, "does not allow"),
        (403, {"content-type": "text/html"}, SourceRefused, "turns programs away"),
        (404, {}, SourceRefused, "nothing at this address"),
        (410, {}, SourceRefused, "nothing at this address"),
        (422, {}, SourceRefused, "status 422"),
        (408, {}, SourceUnavailable, "status 408"),
        (500, {}, SourceUnavailable, "trouble of its own"),
        (503, {}, SourceUnavailable, "status 503"),
        (503, {"retry-after": "600"}, SourceRateLimited, "when to come back"),
        (429, {}, SourceRateLimited, "too often"),
        (403, {"x-ratelimit-remaining": "0"}, SourceRateLimited, "too often"),
        (300, {}, SourceGarbled, "300"),
    ],
)
async def test_a_status_is_told_in_words_without_the_query(
    clients: Clients, status: int, headers: dict[str, str], kind: type[SourceError], words: str
) -> None:
    client = clients(lambda _: httpx.Response(status, headers=headers))
    with pytest.raises(kind, match=words) as raised:
        await client.get(URL)
    assert "lumen.example" in str(raised.value)
    assert "SECRET" not in str(raised.value)


@pytest.mark.parametrize(
    ("headers", "wait"),
    [
        ({"retry-after": "90"}, timedelta(seconds=90)),
        ({"retry-after": "Tue, 24 Nov 2026 10:10:00 GMT"}, timedelta(minutes=10)),
        ({"x-ratelimit-reset": "2026-11-24T10:03:00.000Z"}, timedelta(minutes=3)),
        ({}, timedelta(minutes=5)),
    ],
)
async def test_too_many_requests_says_until_when(
    clients: Clients, clock: Clock, headers: dict[str, str], wait: timedelta
) -> None:
    client = clients(lambda _: httpx.Response(429, headers=headers))
    with pytest.raises(SourceRateLimited) as raised:
        await client.get(URL)
    assert raised.value.until == clock.now + wait


async def test_a_host_that_wants_rest_gets_it_from_every_poll(
    clients: Clients, clock: Clock
) -> None:
    asked: list[str] = []

    def answers(request: httpx.Request) -> httpx.Response:
        asked.append(request.url.path)
        if request.url.path == "/busy" and len(asked) == 1:
            return httpx.Response(429, headers={"retry-after": "60"})
        return httpx.Response(200)

    client = clients(answers)
    for path in ("/busy", "/other"):
        with pytest.raises(SourceRateLimited):
            await client.get(f"https://lumen.example{path}")
    assert asked == ["/busy"]
    await client.get("https://elsewhere.example/fine")
    clock.forward(seconds=61)
    await client.get("https://lumen.example/other")
    assert asked == ["/busy", "/fine", "/other"]


@pytest.mark.parametrize(
    "first",
    [
        httpx.Response(500),
        httpx.Response(429, headers={"retry-after": "2"}),
        httpx.ReadTimeout("slow"),
        httpx.ConnectError("down"),
        httpx.RemoteProtocolError("reset"),
    ],
)
async def test_a_passing_fault_is_tried_again(
    clients: Clients, first: httpx.Response | Exception
) -> None:
    turns = iter([first, httpx.Response(200, content=b"well")])

    def answers(_: httpx.Request) -> httpx.Response:
        turn = next(turns)
        if isinstance(turn, Exception):
            raise turn
        return turn

    assert (await clients(answers).get(URL)).body == b"well"


@pytest.mark.parametrize(("status", "times"), [(500, 3), (404, 1), (429, 1)])
async def test_tries_are_few_and_only_where_they_may_help(
    clients: Clients, status: int, times: int
) -> None:
    asked: list[httpx.Request] = []

    def answers(request: httpx.Request) -> httpx.Response:
        asked.append(request)
        return httpx.Response(status)

    with pytest.raises(SourceError):
        await clients(answers).get(URL)
    assert len(asked) == times


@pytest.mark.parametrize("seconds", [0, 2, 5])
async def test_a_short_wait_is_waited_as_long_as_was_asked(
    clients: Clients, clock: Clock, seconds: int
) -> None:
    client = clients(lambda _: httpx.Response(200))
    until = clock.now + timedelta(seconds=seconds)
    assert client._wait_before_retry(SourceRateLimited("", until)) == (seconds or LEAST_WAIT)
    later = clock.now + timedelta(seconds=seconds + 6)
    assert client._wait_before_retry(SourceRateLimited("", later)) is False


async def test_a_key_that_fits_no_header_is_no_crash_and_is_not_told(clients: Clients) -> None:
    client = clients(lambda _: httpx.Response(200))
    with pytest.raises(SourceRefused, match="cannot be asked this") as refused:
        await client.get(URL, headers={"Authorization": "Bearer s3cr\u00e9t"})
    assert "s3cr" not in f"{refused.value} {refused.value.values}"
    assert refused.value.__cause__ is None


async def test_redirects_are_followed_and_secrets_stay_at_their_host(clients: Clients) -> None:
    seen: list[tuple[str, str | None, str | None]] = []

    def answers(request: httpx.Request) -> httpx.Response:
        headers = request.headers
        seen.append((str(request.url), headers.get("authorization"), headers.get("if-none-match")))
        moves = {"/a": "/b", "/b": "https://other.example/c"}
        if target := moves.get(request.url.path):
            return httpx.Response(302, headers={"location": target, "set-cookie": "a=1"})
        assert "cookie" not in headers
        return httpx.Response(200)

    answer = await clients(answers).get(
        "https://one.example/a", headers={"Authorization": "Bearer x", "If-None-Match": "1"}
    )
    assert answer.url == "https://other.example/c"
    assert seen == [
        ("https://one.example/a", "Bearer x", "1"),
        ("https://one.example/b", "Bearer x", "1"),
        ("https://other.example/c", None, "1"),
    ]


async def test_redirects_in_circles_end(clients: Clients) -> None:
    asked: list[httpx.Request] = []

    def answers(request: httpx.Request) -> httpx.Response:
        asked.append(request)
        return httpx.Response(301, headers={"location": "/feed"})

    with pytest.raises(SourceRefused, match="redirects more than"):
        await clients(answers).get(URL)
    assert len(asked) == MAX_REDIRECTS + 1


@pytest.mark.parametrize("target", ["file:///etc/passwd", "ftp://x.example/", "javascript:1"])
async def test_a_redirect_leads_to_the_web_or_nowhere(clients: Clients, target: str) -> None:
    client = clients(lambda _: httpx.Response(302, headers={"location": target}))
    with pytest.raises((SourceRefused, SourceGarbled)):
        await client.get(URL)


@pytest.mark.parametrize("headers", [{}, {"location": "http://[::1"}])
async def test_a_redirect_to_nowhere_is_an_error(clients: Clients, headers: dict[str, str]) -> None:
    with pytest.raises(SourceError):
        await clients(lambda _: httpx.Response(302, headers=headers)).get(URL)


@pytest.mark.parametrize("port", ["99999", "0", "65536"])
async def test_a_redirect_to_a_port_that_is_none_is_an_error(
    serve: Serve, local: PoliteClient, port: str
) -> None:
    async def handler(_: web.BaseRequest) -> web.StreamResponse:
        return web.Response(status=302, headers={"Location": f"http://127.0.0.1:{port}/"})

    with pytest.raises(SourceRefused):
        await local.get(await serve(handler))


@pytest.mark.parametrize(
    "url",
    ["", "feed", "file:///etc/passwd", "http://", "http://[", "a:b", "http://lumo.example:99999/"],
)
async def test_what_is_no_web_address_is_not_asked(clients: Clients, url: str) -> None:
    with pytest.raises(SourceRefused):
        await clients(lambda _: httpx.Response(200)).get(url)


async def test_what_is_too_long_for_an_address_is_not_asked(clients: Clients) -> None:
    with pytest.raises(SourceRefused):
        await clients(lambda _: httpx.Response(200)).get(URL, params={"min_id": "7" * 100_000})


async def test_who_waits_while_a_host_answers_nobody_is_told_without_asking(
    clients: Clients,
) -> None:
    asked: list[str] = []

    async def answers(request: httpx.Request) -> httpx.Response:
        asked.append(request.url.path)
        await asyncio.sleep(0)
        raise httpx.ReadTimeout("slow")

    client = clients(answers)
    waiting = [client.get(f"https://lumen.example/{number}") for number in range(50)]
    found = await asyncio.gather(*waiting, return_exceptions=True)
    assert all(isinstance(one, SourceUnavailable) for one in found)
    assert len(asked) == 2
    with pytest.raises(SourceUnavailable):
        await client.get("https://lumen.example/later")
    assert asked[-1] == "/later"


async def test_one_page_that_is_slow_keeps_nobody_from_the_others(clients: Clients) -> None:
    async def answers(request: httpx.Request) -> httpx.Response:
        await asyncio.sleep(0)
        if request.url.path == "/0":
            raise httpx.ReadTimeout("slow")
        return httpx.Response(200)

    client = clients(answers)
    waiting = [client.get(f"https://lumen.example/{number}") for number in range(20)]
    slow, *others = await asyncio.gather(*waiting, return_exceptions=True)
    assert isinstance(slow, SourceUnavailable)
    assert all(isinstance(one, Response) for one in others)


async def test_one_host_is_asked_one_thing_at_a_time(serve: Serve, local: PoliteClient) -> None:
    running = most = 0

    async def handler(_: web.BaseRequest) -> web.StreamResponse:
        nonlocal running, most
        running += 1
        most = max(most, running)
        await asyncio.sleep(0.01)
        running -= 1
        return web.Response()

    url = await serve(handler)
    await asyncio.gather(*(local.get(url) for _ in range(5)))
    assert most == 1


async def test_a_packed_body_is_unpacked_over_a_real_socket(
    serve: Serve, local: PoliteClient
) -> None:
    async def handler(_: web.BaseRequest) -> web.StreamResponse:
        packed = gzip.compress(b"hello " * 1000)
        return web.Response(body=packed, headers={"Content-Encoding": "gzip"})

    assert (await local.get(await serve(handler))).body == b"hello " * 1000


async def test_a_gzip_bomb_is_garbled_before_it_goes_off(serve: Serve, local: PoliteClient) -> None:
    bomb = gzip.compress(b"0" * 20_000_000)

    async def handler(_: web.BaseRequest) -> web.StreamResponse:
        return web.Response(body=bomb, headers={"Content-Encoding": "gzip"})

    url = await serve(handler)
    with most_memory() as most, pytest.raises(SourceGarbled, match="more than 1 MB"):
        await local.get(url)
    assert most() < 10_000_000


async def test_an_endless_body_is_left(serve: Serve, local: PoliteClient) -> None:
    async def handler(request: web.BaseRequest) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        for _ in range(10_000):
            await response.write(b"x" * 10_000)
        return response

    with pytest.raises(SourceGarbled, match="more than 1 MB"):
        await local.get(await serve(handler))


async def test_a_body_that_trickles_is_given_up(serve: Serve, clock: Clock) -> None:
    async def handler(request: web.BaseRequest) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        while True:
            await response.write(b"x")
            await asyncio.sleep(0.005)

    url = await serve(handler)
    async with PoliteClient(clock=clock, allow_private=True, patience=0.05) as hasty:
        with pytest.raises(SourceUnavailable, match="too long"):
            await hasty.get(url)


async def test_a_connection_that_is_reset_is_tried_again(serve: Serve, local: PoliteClient) -> None:
    tries = 0

    async def handler(request: web.BaseRequest) -> web.StreamResponse:
        nonlocal tries
        tries += 1
        if tries == 1 and request.transport:
            request.transport.abort()
        return web.Response(body=b"well")

    assert (await local.get(await serve(handler))).body == b"well"
    assert tries == 2


async def test_a_port_where_nobody_listens_is_unavailable(local: PoliteClient) -> None:
    server = await asyncio.start_server(lambda *_: None, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    server.close()
    await server.wait_closed()
    with pytest.raises(SourceUnavailable, match="cannot be reached"):
        await local.get(f"http://127.0.0.1:{port}/")


async def test_a_redirect_to_this_machine_is_refused_unless_allowed(
    serve: Serve, local: PoliteClient, clock: Clock
) -> None:
    asked: list[str] = []

    async def handler(request: web.BaseRequest) -> web.StreamResponse:
        asked.append(request.path)
        if request.path == "/":
            raise web.HTTPFound("/inside")
        return web.Response(body=b"inside")

    url = await serve(handler)
    assert (await local.get(url)).body == b"inside"
    asked.clear()
    async with PoliteClient(clock=clock) as careful:
        with pytest.raises(SourceRefused, match="public internet"):
            await careful.get(url)
    assert asked == []


async def test_nothing_of_an_address_is_logged(
    clients: Clients, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    client = clients(lambda _: httpx.Response(200))
    await client.get(URL)
    assert "SECRET" not in caplog.text
