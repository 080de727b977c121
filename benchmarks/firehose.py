"""What it costs to listen to all of Bluesky: `python benchmarks/firehose.py [--lines N]
[--watches N]`.

Made-up lines, of the lengths that posts have, are taken as they come from the line; one in a
hundred is about one of the watches.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import perf_counter, process_time

sys.path.insert(0, str(Path(__file__).parents[1]))

from bot.sources.jetstream import read_event
from bot.sources.tape import Tape, micros

NOW = datetime.now(UTC)
A_SECOND = 40
"""Posts that come in a second, of all that are written."""


def lines(number: int, terms: Sequence[str], chance: random.Random) -> list[bytes]:
    """As many lines, a fortieth of a second from each other, until now."""
    words = ["".join(chance.choices("abcdefghijklmnoprstuvé", k=6)) for _ in range(5_000)]
    began = micros(NOW - timedelta(seconds=number / A_SECOND))
    return [
        _line(began + place * 1_000_000 // A_SECOND, place, words, terms, chance)
        for place in range(number)
    ]


def _line(
    at: int, place: int, words: Sequence[str], terms: Sequence[str], chance: random.Random
) -> bytes:
    text = chance.choices(words, k=chance.randrange(3, 45))
    if place % 100 == 0:
        text.append(chance.choice(terms))
    record: dict[str, object] = {
        "$type": "app.bsky.feed.post",
        "createdAt": NOW.isoformat(),
        "langs": ["en"],
        "text": " ".join(text)[:300],
    }
    if place % 3 == 0:
        at_root = {"cid": "b" * 59, "uri": f"at://did:plc:{'a' * 24}/app.bsky.feed.post/3mmoojp4c"}
        record["reply"] = {"root": at_root, "parent": at_root}
    if place % 5 == 0:
        uri = "https://news.example/some/page"
        record["embed"] = {
            "$type": "app.bsky.embed.external",
            "external": {"uri": uri, "title": " ".join(text[:8]), "description": ""},
        }
        record["facets"] = [
            {
                "index": {"byteStart": 0, "byteEnd": 9},
                "features": [{"$type": "app.bsky.richtext.facet#link", "uri": uri}],
            }
        ]
    commit = {
        "rev": "3mmoojpaqkn2z",
        "operation": "create",
        "collection": "app.bsky.feed.post",
        "rkey": f"3mmoo{place}",
        "record": record,
        "cid": "b" * 59,
    }
    did = f"did:plc:{place % 50_000:024d}"
    said = {"did": did, "time_us": at, "kind": "commit", "commit": commit}
    return json.dumps(said, ensure_ascii=False).encode()


def main(arguments: Sequence[str] | None = None) -> None:
    reader = argparse.ArgumentParser(description=__doc__)
    reader.add_argument("--lines", type=int, default=50_000)
    reader.add_argument("--watches", type=int, default=100)
    given = reader.parse_args(arguments)
    chance = random.Random(7)
    terms = [f"brand{number} lamp" for number in range(given.watches)]
    said = lines(given.lines, terms, chance)
    tape = Tape("sky")
    tape.want(terms, 1, (), NOW)
    tape.begin()
    began, used = perf_counter(), process_time()
    for one in said:
        tape.take(one, NOW)
    used, took = process_time() - used, perf_counter() - began
    began = process_time()
    for one in said:
        read_event(one)
    reading = process_time() - began
    each = used / given.lines * 1e6
    told = len(tape.told(terms, 0))
    print(f"{given.lines:,} lines of {sum(map(len, said)) / given.lines:.0f} bytes,")
    print(f"{given.watches} watches: {each:.1f} µs a line ({reading / given.lines * 1e6:.1f} µs of")
    print(f"it to read it), {told} kept; {took:.2f} s. At {A_SECOND} a second that is")
    print(f"{each * A_SECOND / 1e4:.2f}% of a core; an hour is caught up with in", end=" ")
    print(f"{each * A_SECOND * 3600 / 1e6:.1f} s.")


if __name__ == "__main__":
    main()
