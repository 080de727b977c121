"""The App Store: reviews country by country, in whichever form they come."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta

import httpx
import pytest

from bot.errors import SourceGarbled, SourceRefused
from bot.sources.appstore import AppStoreSource
from bot.sources.base import Page
from bot.sources.reviews import read_reviews
from tests.builders import NOW
from tests.sources.conftest import Clients

APP = {"im:name": {"label": "Lumo"}, "id": {"label": "https://apps.apple.com/app/id7"}}


def review(number: int = 1, **changes: object) -> dict[str, object]:
    at = NOW - timedelta(hours=number)
    return {
        "author": {
            "uri": {"label": f"https://itunes.apple.com/us/reviews/id{number}"},
            "name": {"label": "Ada"},
            "label": "",
        },
        "updated": {"label": at.isoformat()},
        "im:rating": {"label": "1"},
        "im:version": {"label": "3.4"},
        "id": {"label": str(1000 + number)},
        "title": {"label": "Died"},
        "content": {"label": "It died & I am cross", "attributes": {"type": "text"}},
        "link": {"attributes": {"rel": "related", "href": "https://itunes.apple.com/us/review"}},
        **changes,
    }


def undated(number: int = 1) -> dict[str, object]:
    return {name: value for name, value in review(number).items() if name != "updated"}


def feed(entry: object = None) -> bytes:
    return json.dumps({"feed": {"entry": entry} if entry is not None else {}}).encode()


def xml(*numbers: int) -> bytes:
    entries = "".join(
        f"""<entry><updated>2026-11-2{number}T02:00:00-07:00</updated><id>{1000 + number}</id>
        <title>Died</title><content type="text">It died &amp; I am cross</content>
        <im:rating>1</im:rating><author><name>Ada</name><uri>https://a.example/</uri></author>
        <content type="html">&lt;table&gt;stars&lt;/table&gt;</content></entry>"""
        for number in numbers
    )
    return f"""<?xml version="1.0" encoding="utf-8"?>
    <feed xmlns:im="http://itunes.apple.com/rss" xmlns="http://www.w3.org/2005/Atom">
    <entry><id>https://apps.apple.com/app/id7</id><title>Lumo</title></entry>{entries}</feed>
    """.strip().encode()


class Store:
    """A store that serves pages of reviews, by country, and knows what the app is called."""

    def __init__(self, pages: Mapping[str, Sequence[bytes]], title: str = "Lumo") -> None:
        self.pages = dict(pages)
        self.title = title
        self.asked: list[str] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(request.url.path)
        if request.url.path == "/lookup":
            return httpx.Response(200, json={"results": [{"trackName": self.title}]})
        _, country, _, _, page, *_, form = request.url.path.split("/")
        pages = self.pages.get(country)
        if pages is None:
            return httpx.Response(404)
        number = int(page.removeprefix("page=")) - 1
        body = pages[number] if number < len(pages) else feed()
        if form == "xml" and not body.startswith(b"<"):
            body = self.pages[f"{country}.xml"][number]
        return httpx.Response(200, content=body)


def source(clients: Clients, store: Store, *countries: str) -> AppStoreSource:
    return AppStoreSource("store", "7", clients(store), countries)


async def fetch(clients: Clients, store: Store, cursor: str | None = None) -> Page:
    return await source(clients, store).fetch(["lumo"], cursor, NOW)


async def test_a_review_is_a_post_titled_by_the_app_and_its_stars(clients: Clients) -> None:
    (post,) = (await fetch(clients, Store({"us": [feed([APP, review()])]}))).posts
    assert (post.id, post.author, post.title) == ("1001", "Ada", "Lumo: ★☆☆☆☆ Died")
    assert post.text == "It died & I am cross"
    assert post.at == NOW - timedelta(hours=1)
    assert post.url == "https://apps.apple.com/us/app/id7?see-all=reviews&review=1001"


@pytest.mark.parametrize(
    ("entry", "ids"),
    [
        (None, []),
        (APP, []),
        (review(), ["1001"]),
        ([APP, review(1), review(2)], ["1001", "1002"]),
        ([{"id": {"label": 7}}, 4, None, review(1, id={"label": 1001})], ["1001"]),
    ],
)
def test_entries_come_as_a_list_as_one_or_not_at_all(entry: object, ids: list[str]) -> None:
    assert [one.id for one in read_reviews(feed(entry))] == ids


def test_the_same_reviews_can_be_read_of_xml() -> None:
    (one,) = read_reviews(xml(3))
    assert (one.id, one.title, one.text, one.stars) == ("1003", "Died", "It died & I am cross", 1)
    assert (one.author, one.author_url) == ("Ada", "https://a.example/")
    assert one.at == datetime(2026, 11, 23, 9, tzinfo=UTC)


async def test_dates_that_the_json_leaves_out_are_those_of_the_xml(clients: Clients) -> None:
    store = Store({"us": [feed([undated(2), review(3)])], "us.xml": [xml(2)]})
    page = await fetch(clients, store)
    assert [post.at for post in page.posts] == [
        datetime(2026, 11, 22, 9, tzinfo=UTC),
        NOW - timedelta(hours=3),
    ]


async def test_the_first_poll_goes_back_four_weeks(clients: Clients) -> None:
    pages = [feed([review(hours)]) for hours in (1, 300, 600, 900, 1200)]
    page = await fetch(clients, Store({"us": pages}))
    assert len(page.posts) == 4
    assert page.complete


async def test_a_later_poll_reads_one_page_and_tells_what_is_new_or_edited(
    clients: Clients,
) -> None:
    first = await fetch(clients, Store({"us": [feed([review(2), review(3)])]}))
    edited = review(3, content={"label": "It lives again"})
    store = Store({"us": [feed([review(1), review(2), edited]), feed([review(9)])]})
    page = await fetch(clients, store, first.cursor)
    assert [(post.id, post.text) for post in page.posts] == [
        ("1001", "It died & I am cross"),
        ("1003", "It lives again"),
    ]
    assert len(store.asked) == 2, "the look-up and a page"


async def test_a_poll_that_meets_nothing_known_goes_on_and_may_be_incomplete(
    clients: Clients,
) -> None:
    first = await fetch(clients, Store({"us": [feed([review(200)])]}))
    store = Store({"us": [feed([review(number)]) for number in range(1, 11)]})
    page = await fetch(clients, store, first.cursor)
    assert len(page.posts) == 10
    assert not page.complete


async def test_a_known_review_that_was_edited_hides_nothing_below_it(clients: Clients) -> None:
    first = await fetch(clients, Store({"us": [feed([review(5), review(6)])]}))
    edited = review(6, content={"label": "It lives again"})
    store = Store({"us": [feed([edited, review(1)]), feed([review(2), review(5)])]})
    page = await fetch(clients, store, first.cursor)
    assert [post.id for post in page.posts] == ["1006", "1001", "1002"]
    assert page.complete


async def test_a_country_that_was_full_and_is_empty_is_not_quiet(clients: Clients) -> None:
    first = await fetch(clients, Store({"us": [feed([review()])]}))
    with pytest.raises(SourceGarbled, match="gone"):
        await fetch(clients, Store({"us": [feed()]}), first.cursor)


async def test_one_country_that_fails_hurts_itself_alone(clients: Clients) -> None:
    store = Store({"fr": [feed([review()])]})
    page = await source(clients, store, "us", "fr").fetch(["lumo"], None, NOW)
    assert [post.url[:25] for post in page.posts] == ["https://apps.apple.com/fr"]
    assert not page.complete
    with pytest.raises(SourceRefused):
        await source(clients, store, "us", "de").fetch(["lumo"], None, NOW)


async def test_an_app_that_nobody_names_is_left_unnamed(clients: Clients) -> None:
    (post,) = (await fetch(clients, Store({"us": [feed([review()])]}, title=""))).posts
    assert post.title == "★☆☆☆☆ Died"


@pytest.mark.parametrize(
    "body",
    [b"", b"[]", b"<html><p>", b'{"feed": 1}', b"[" * 9_000, b'<!DOCTYPE a [<!ENTITY b "c">]><a/>'],
)
def test_what_is_no_list_of_reviews_is_garbled(body: bytes) -> None:
    with pytest.raises(SourceGarbled):
        read_reviews(body)


def test_entities_are_refused_in_whatever_letters_they_are_declared() -> None:
    declared = '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "c">]><a/>'
    for encoding in ("utf-8", "utf-16", "utf-16-le", "utf-16-be"):
        with pytest.raises(SourceGarbled):
            read_reviews(declared.encode(encoding))


def test_xml_that_nests_deep_holds_nobody_up() -> None:
    assert read_reviews(b"<a>" * 10_000 + b"</a>" * 10_000) == []
