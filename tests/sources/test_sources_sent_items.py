"""What is sent to the webhook: its signature, its body, and the items in it."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.sources.sent.bodies import Sent, UnreadableBody, sent
from bot.sources.sent.faults import Unfit
from bot.sources.sent.item import Gone, item_of
from bot.sources.sent.signature import signature, signature_fault
from tests.builders import NOW

POST = {"id": "7", "text": "My Lumo died.", "at": "2026-11-24T09:00:00Z", "author": "@ada"}
STAMP = str(int(NOW.timestamp()))


def read(*items: object) -> Sent:
    return sent(json.dumps(items).encode(), "application/json", "tool", NOW)


def test_an_item_is_a_post_of_its_source() -> None:
    [post] = read(
        {**POST, "url": "https://x.example/7", "language": "en-GB", "followers": "1,200"}
    ).posts
    assert (post.source, post.id, post.author, post.text) == ("tool", "7", "@ada", "My Lumo died.")
    assert (post.url, post.language, post.followers) == ("https://x.example/7", "en", 1200)


def test_one_object_an_array_and_lines_say_the_same() -> None:
    one = json.dumps(POST).encode()
    answers = [
        sent(one, "application/json", "tool", NOW),
        sent(b"\xef\xbb\xbf [" + one + b"]", "application/json", "tool", NOW),
        sent(one + b"\r\n\r\n", "application/x-ndjson", "tool", NOW),
    ]
    assert answers[0].posts
    assert answers == [answers[0]] * 3


def test_a_post_without_an_id_is_known_by_its_address_and_else_by_what_it_says() -> None:
    bare = {"text": "a lumo", "at": POST["at"]}
    by_url, by_words, again = read({**bare, "url": "https://x.example/1"}, bare, bare).posts
    assert by_url.id == "https://x.example/1"
    assert by_words.id == again.id
    assert by_words.id.startswith("row:")


def test_an_id_that_a_spreadsheet_has_rounded_is_none() -> None:
    [post] = read({**POST, "id": "1.85947E+18", "url": "https://x.example/9"}).posts
    assert post.id == "https://x.example/9"


def test_a_bad_item_is_told_by_its_place_and_field_and_the_others_are_kept() -> None:
    found = read(POST, {**POST, "at": "2026-11-24T09:00:00"}, {"at": POST["at"]}, 3)
    assert len(found.posts) == 1
    assert [bad.index for bad in found.bad] == [1, 2, 3]
    assert found.bad[0].error.startswith("at: has no time zone")
    assert found.bad[1].error == "text: is missing: what the post says"
    assert found.bad[2].error == "is no object"


def test_what_was_deleted_needs_no_text_but_an_id() -> None:
    assert read({"id": "7", "deleted": True}).gone == ("7",)
    assert read({"deleted": True}).bad[0].error.startswith("id: is missing")
    assert item_of({"id": 7, "deleted": "true"}, "tool", NOW) == Gone("7")


@pytest.mark.parametrize(
    "body", [b"", b"  ", b"[]", b"{", b"[1,", b"hello", b"\xff\xfe", b"[" * 9_999]
)
def test_a_body_that_is_not_json_is_refused_whole(body: bytes) -> None:
    with pytest.raises(UnreadableBody):
        sent(body, "application/json", "tool", NOW)


def test_a_line_that_is_not_json_spoils_itself_alone() -> None:
    body = json.dumps(POST).encode() + b"\n{\xff\n" + b"[" * 9_999
    found = sent(body, "application/x-ndjson", "tool", NOW)
    assert (len(found.posts), [bad.index for bad in found.bad]) == (1, [1, 2])


FLOATS = st.floats(allow_nan=False, allow_infinity=False)
JSON = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), FLOATS, st.text(max_size=20)),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=5,
)


@given(
    changes=st.dictionaries(st.sampled_from([*POST, "url", "followers", "deleted", "thread"]), JSON)
)
def test_whatever_stands_in_the_fields_it_is_a_post_or_told(changes: dict[str, object]) -> None:
    found = sent(json.dumps([{**POST, **changes}]).encode(), "application/json", "tool", NOW)
    assert len(found.posts) + len(found.gone) + len(found.bad) == 1
    for post in found.posts:
        assert post.id
        assert post.at <= NOW


@given(cut=st.integers(0, 200), flipped=st.integers(0, 200), byte=st.integers(0, 255))
def test_a_torn_body_is_refused_or_read_in_part(cut: int, flipped: int, byte: int) -> None:
    body = bytearray(json.dumps([POST, POST]).encode())
    body[flipped % len(body)] = byte
    for kind in ("application/json", "application/x-ndjson"):
        try:
            sent(bytes(body[: len(body) - cut]), kind, "tool", NOW)
        except UnreadableBody:
            continue


def test_a_signature_is_of_the_time_and_the_very_bytes() -> None:
    signed = signature("s3cret", STAMP, b'{"a": 1}')
    assert signature_fault("s3cret", STAMP, signed, b'{"a": 1}', NOW) == ""
    assert "does not fit" in signature_fault("s3cret", STAMP, signed, b'{"a":1}', NOW)
    assert "does not fit" in signature_fault("other", STAMP, signed, b'{"a": 1}', NOW)
    later = str(int(STAMP) + 1)
    assert "does not fit" in signature_fault("s3cret", later, signed, b'{"a": 1}', NOW)
    assert signature_fault("s3cret", STAMP, signed.upper(), b'{"a": 1}', NOW) == ""


def test_a_signature_is_worth_something_for_five_minutes() -> None:
    signed = signature("s3cret", STAMP, b"{}")
    for minutes, fault in ((-6, True), (-4, False), (4, False), (6, True)):
        now = NOW + timedelta(minutes=minutes)
        assert bool(signature_fault("s3cret", STAMP, signed, b"{}", now)) == fault


@given(timestamp=st.text(max_size=20), signed=st.text(max_size=80))
def test_whatever_is_given_for_a_signature_is_refused(timestamp: str, signed: str) -> None:
    assert signature_fault("s3cret", timestamp, signed, b"{}", NOW)


def test_slacks_own_example_is_signed_as_slack_says() -> None:
    secret = "8f742231b10e8888abcd99yyyzzz85a5"
    body = (
        b"token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow"
        b"&channel_id=G8PSS9T3V&channel_name=foobar&user_id=U2CERLKJA&user_name=roadrunner"
        b"&command=%2Fwebhook-collect&text=&response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands"
        b"%2FT1DC2JH3J%2F397700885554%2F96rGlfmibIGlgcZRskXaIFfN&trigger_id=398738663015.47445629121"
        b".803a0bc887a14d10d2c447fce8b6703c"
    )
    wanted = "v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503"
    assert signature(secret, "1531420618", body) == wanted


def test_a_fault_never_repeats_what_was_sent() -> None:
    with pytest.raises(Unfit) as caught:
        item_of({"text": {"secret": "words"}, "at": POST["at"]}, "tool", NOW)
    assert "words" not in str(caught.value)
