"""A thread put together out of what a source told of it. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from heapq import heapify, heappop, heappush

from msgspec.structs import replace

from bot.domain.identity import thread_key
from bot.domain.mention import Post

MOST_POSTS = 200
"""The longest exchange: a person reads no more of it, and an answer by the brand is near."""


@dataclass(frozen=True)
class Said:
    """A post, and the id of the one that it answers: `""` where it answers nothing."""

    post: Post
    parent: str = ""


def exchange(said: Sequence[Said], about: Post) -> tuple[Post, ...]:
    """The thread that `about` is in, as `Threaded.exchange` has it, out of all that was said.

    Of an id that is met again the first counts. Where there is too much, what stands above the
    post in question is kept first, then what stands below it, then the newest of the rest.
    """
    each: dict[str, Said] = {}
    for one in said:
        each.setdefault(one.post.id, one)
    kept = in_order(most_telling(list(each.values()), about.id))
    return tuple(_within(one, thread_key(about)) for one in kept)


def in_order(said: Sequence[Said]) -> list[Said]:
    """Oldest first, but no answer before what it answers (clocks err); ids are unique.

    Posts that answer each other in a circle begin with the oldest.
    """
    answers = _answers(said)
    waiting = {one.post.id for one in said}
    ready = [_aged(place, one) for place, one in enumerate(said) if one.parent not in waiting]
    heapify(ready)
    oldest = iter(sorted(_aged(place, one) for place, one in enumerate(said)))
    ordered: list[Said] = []
    while waiting:
        _, place = heappop(ready) if ready else next(oldest)
        one = said[place]
        if one.post.id not in waiting:
            continue
        waiting.remove(one.post.id)
        ordered.append(one)
        for answer in answers[one.post.id]:
            heappush(ready, _aged(answer, said[answer]))
    return ordered


def most_telling(said: Sequence[Said], about: str) -> list[Said]:
    """At most 200 of these, in their order."""
    if len(said) <= MOST_POSTS:
        return list(said)
    above, below = set(_upwards(said, about)), set(_downwards(said, about))

    def worth(one: Said) -> tuple[bool, bool, bool, float]:
        id = one.post.id
        return id != about, id not in above, id not in below, -one.post.at.timestamp()

    kept = {one.post.id for one in sorted(said, key=worth)[:MOST_POSTS]}
    return [one for one in said if one.post.id in kept]


def _upwards(said: Sequence[Said], start: str) -> Iterator[str]:
    """The ids of a post and of what it answers, and so on up; a circle is gone round once."""
    parents = {one.post.id: one.parent for one in said}
    id: str | None = start
    while id and (parent := parents.pop(id, None)) is not None:
        yield id
        id = parent


def _downwards(said: Sequence[Said], start: str) -> Iterator[str]:
    """The ids of what answers a post, of what answers that, and so on down."""
    answers = _answers(said)
    walk = [start]
    while walk:
        for place in answers.pop(walk.pop(), []):
            yield said[place].post.id
            walk.append(said[place].post.id)


def _answers(said: Sequence[Said]) -> defaultdict[str, list[int]]:
    """Of each id the places of what answers it."""
    found: defaultdict[str, list[int]] = defaultdict(list)
    for place, one in enumerate(said):
        found[one.parent].append(place)
    return found


def _aged(place: int, one: Said) -> tuple[float, int]:
    return one.post.at.timestamp(), place


def _within(one: Said, root: str) -> Post:
    """The post with the thread that all of the exchange are in."""
    starts = not one.parent or one.post.id == root
    return replace(one.post, thread="" if starts else root)
