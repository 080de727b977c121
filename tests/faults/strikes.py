"""What makes a place unreadable, and the words that name what is said of it."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from dataclasses import replace
from itertools import cycle
from typing import NamedTuple

from tests.faults.badplaces import Strike, Wire, instead

JSON = ("hackernews", "mastodon", "lemmy")

SLOW = "{host} took too long to answer."
BROKE = "{host} broke off the connection."
LIMIT = "The answer holds more than {limit} MB."
UNPACKED = "The answer was packed, and cannot be unpacked."
UNASKED = "The answer was packed in a way that nobody asked for."
CUT = "The answer broke off before its end."
PRIVATE = "{host} is not on the public internet, and must not be fetched."
LOOPS = "{host} redirects more than {times} times."
NO_ADDRESS = "Only http and https addresses are fetched."
TROUBLE = "{host} has trouble of its own (status {status})."
NOTHING_THERE = "{host} has nothing at this address (status {status})."
TURNED_AWAY = "{host} turns programs away at the door, with a web page (status {status})."
OFTEN = "{host} says that it was asked too often."
DOWN = "{host} is down, and said when to come back."
NOT_IT = "The answer is not {what}."
NONE_IS = "Nothing in the answer is {what}."
NO_FEED = "The answer is no feed that can be read."
NO_JSON_FEED = "The answer is JSON, but no JSON Feed."
EMPTY = "The answer is empty, where a feed should be."
A_PAGE = "This is a web page, not a feed; look on it for the address of its RSS or Atom feed."
NO_ITEMS = "The feed is empty now, though it held items before."
NO_FINDS = "It finds nothing any more, though it showed posts of several people."
UNMODIFIED = "The server says “not modified” to who did not ask for changes."


class Fault(NamedTuple):
    """What a place of some kinds does, and what `/vigie status` says of it."""

    name: str
    strike: Strike
    words: str
    kinds: tuple[str, ...] = ()
    patience: float = 30.0


async def never(wire: Wire) -> None:
    await wire.hang()


async def trickling_head(wire: Wire) -> None:
    await wire.write(b"HTTP/1.1 200 OK\r\nX-Slow: ")
    await wire.trickle()


async def trickling_body(wire: Wire) -> None:
    await wire.write(replace(wire.said, length=1_000_000).head())
    await wire.trickle()


async def reset(wire: Wire) -> None:
    wire.reset()


async def reset_in_the_middle(wire: Wire) -> None:
    await wire.write(wire.said.head() + wire.half)
    wire.reset()


async def cut_body(wire: Wire) -> None:
    await wire.write(wire.said.head() + wire.half)


async def cut_chunk(wire: Wire) -> None:
    said = replace(wire.said, headers={"Transfer-Encoding": "chunked", "Content-Length": ""})
    await wire.write(said.head() + b"ffff\r\n" + wire.half)


async def no_http(wire: Wire) -> None:
    await wire.write(b"SSH-2.0-OpenSSH_9.6\r\n")


async def endless_headers(wire: Wire) -> None:
    await wire.write(b"HTTP/1.1 200 OK\r\n", *[b"X-More: " + b"x" * 60_000 + b"\r\n"] * 20)


async def endless_body(wire: Wire) -> None:
    await wire.write(replace(wire.said, length=50_000_000).head(), *[b" " * 100_000] * 500)


def bomb() -> bytes:
    """50 MB of nothing, in some 50 kB."""
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    return b"".join([*(packer.compress(b" " * 1_000_000) for _ in range(50)), packer.flush()])


GZIP = {"Content-Encoding": "gzip"}
BOMB = instead(body=bomb(), headers=GZIP)


def half_packed(body: bytes) -> bytes:
    return zlib.compress(body, wbits=31)[:-20]


def half(body: bytes) -> bytes:
    return body[: len(body) // 2]


def redirect(target: str) -> Strike:
    return instead(status=302, body=b"", headers={"Location": target})


def limited(after: str, status: int = 429) -> Strike:
    return instead(status=status, body=b"busy", headers={"Retry-After": after})


ON_THE_WIRE = (
    Fault("no first byte", never, SLOW, ("feed", "mastodon"), 0.4),
    Fault("a head that trickles", trickling_head, SLOW, ("hackernews",), 0.4),
    Fault("a body that trickles", trickling_body, SLOW, ("lemmy",), 0.4),
    Fault("a reset", reset, BROKE),
    Fault("a reset in the middle", reset_in_the_middle, BROKE),
    Fault("a body that is cut", cut_body, BROKE),
    Fault("a chunk that is cut", cut_chunk, BROKE),
    Fault("another protocol", no_http, BROKE),
    Fault("headers without end", endless_headers, BROKE),
    Fault("50 MB", endless_body, LIMIT),
    Fault("a gzip bomb", BOMB, LIMIT),
    Fault("gzip that is cut", instead(body=half_packed, headers=GZIP), CUT),
    Fault("gzip that is none", instead(headers=GZIP), UNPACKED),
    Fault("another packing", instead(headers={"Content-Encoding": "br"}), UNASKED),
)

PAGE = b"<!DOCTYPE html><html><head><title>Sign in</title></head><body>lumo</body></html>"
METADATA = "http://169.254.169.254/latest/meta-data/"

REFUSED = (
    Fault("redirects to this machine", redirect("http://127.0.0.1/"), PRIVATE),
    Fault("redirects to this machine by IPv6", redirect("http://[::1]/"), PRIVATE),
    Fault("redirects to a cloud's secrets", redirect(METADATA), PRIVATE),
    Fault("redirects to a private name", redirect("http://inside.example/"), PRIVATE),
    Fault("redirects to a file", redirect("file:///etc/passwd"), NO_ADDRESS),
    Fault("redirects in circles", redirect("/again"), LOOPS),
    Fault("trouble of its own", instead(status=500), TROUBLE),
    Fault("gone", instead(status=404), NOTHING_THERE),
    Fault("a firewall", instead(status=403, kind="text/html", body=PAGE), TURNED_AWAY),
    Fault("a wait below zero", limited("-5"), OFTEN),
    Fault("a wait of thirty years", limited("999999999"), OFTEN),
    Fault("a wait of ten to the 300 seconds", limited("9" * 300), OFTEN),
    Fault("a wait that is no number", limited("soon"), OFTEN),
    Fault("a wait until 2099", limited("Thu, 01 Jan 2099 00:00:00 GMT"), OFTEN),
    Fault("a wait until 1970", limited("Thu, 01 Jan 1970 00:00:00 GMT", 503), DOWN),
)

NO_RSS = b'<rss version="2.0"><channel><title>Lamps</title></channel></rss>'
NO_HITS = b'{"hits": [], "search": []}'
NOISE = bytes(range(256)) * 100
WRONG = b'{"hits": {"a": 1}, "search": 7}'
DEEP_LIST = b"[" * 200_000 + b"]" * 200_000
DEEP_DICT = b'{"a":' * 200_000 + b"1" + b"}" * 200_000
SEVENS = b'{"hits": [7], "search": [7]}'

NONSENSE = (
    Fault("a login page", instead(kind="text/html", body=PAGE), A_PAGE, ("feed",)),
    Fault("a login page", instead(kind="text/html", body=PAGE), NOT_IT, JSON),
    Fault("nothing at all", instead(body=b""), EMPTY, ("feed",)),
    Fault("nothing at all", instead(body=b""), NOT_IT, ("mastodon",)),
    Fault("no content", instead(status=204, body=b""), EMPTY, ("feed",)),
    Fault("JSON of another shape", instead(body=b'{"error": "no"}'), NO_JSON_FEED, ("feed",)),
    Fault("JSON of another shape", instead(body=WRONG), NOT_IT, JSON),
    Fault("items of another shape", instead(body=SEVENS), NONE_IS, ("hackernews", "lemmy")),
    Fault("items of another shape", instead(body=b"[7]"), NONE_IS, ("mastodon",)),
    Fault("JSON nested 200,000 deep", instead(body=DEEP_LIST), NOT_IT, JSON),
    Fault("JSON nested 200,000 deep", instead(body=DEEP_DICT), NO_JSON_FEED, ("feed",)),
    Fault("JSON that ends too early", instead(body=half), NOT_IT, JSON),
    Fault("a length that lies", instead(length=100), NOT_IT, ("lemmy",)),
    Fault("noise", instead(body=NOISE), NOT_IT, ("hackernews",)),
    Fault("noise", instead(body=NOISE), NO_FEED, ("feed",)),
    Fault("not modified, unasked", instead(status=304, body=b""), UNMODIFIED, ("feed",)),
    Fault("a feed without items", instead(body=NO_RSS), NO_ITEMS, ("feed",)),
    Fault("a search without finds", instead(body=NO_HITS), NO_FINDS, ("hackernews", "lemmy")),
)


def every() -> Iterator[tuple[str, Fault]]:
    """Each fault with each kind of place that it is tried at: where that makes no difference, it is
    two in turn."""
    turns = cycle((("feed", "mastodon"), ("hackernews", "lemmy")))
    for fault in (*ON_THE_WIRE, *REFUSED, *NONSENSE):
        for kind in fault.kinds or next(turns):
            yield kind, fault
