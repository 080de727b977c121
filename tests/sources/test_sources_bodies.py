import gzip
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import SourceError, SourceGarbled, SourceUnavailable
from bot.sources.bodies import unpack
from tests.memory import most_memory

LIMIT = 100_000


def bare_deflate(content: bytes) -> bytes:
    packer = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    return packer.compress(content) + packer.flush()


@given(st.binary(max_size=2_000))
def test_every_coding_that_is_asked_for_is_unpacked(content: bytes) -> None:
    assert unpack(content, "", LIMIT) == content
    assert unpack(content, "identity", LIMIT) == content
    assert unpack(gzip.compress(content), "gzip", LIMIT) == content
    assert unpack(gzip.compress(content), " X-GZIP ", LIMIT) == content
    assert unpack(zlib.compress(content), "deflate", LIMIT) == content
    assert unpack(bare_deflate(content), "deflate", LIMIT) == content


def test_several_gzip_members_are_one_body_and_padding_is_none() -> None:
    wire = gzip.compress(b"one ") + gzip.compress(b"two") + b"\0" * 8
    assert unpack(wire, "gzip", LIMIT) == b"one two"


def test_a_bomb_is_put_out_at_the_limit() -> None:
    bomb = gzip.compress(b"0" * 50_000_000)
    assert len(bomb) < LIMIT
    with most_memory() as most, pytest.raises(SourceGarbled, match=r"more than 0\.1 MB"):
        unpack(bomb, "gzip", LIMIT)
    assert most() < 10 * LIMIT, "no more of it was unpacked than can be used"


def test_many_packed_nothings_are_no_body() -> None:
    with pytest.raises(SourceGarbled):
        unpack(gzip.compress(b"") * 2_000, "gzip", LIMIT)


def test_exactly_the_limit_is_allowed() -> None:
    assert len(unpack(gzip.compress(b"0" * LIMIT), "gzip", LIMIT)) == LIMIT


def test_a_body_cut_short_may_be_whole_the_next_time() -> None:
    with pytest.raises(SourceUnavailable):
        unpack(gzip.compress(b"a long story" * 100)[:-9], "gzip", LIMIT)


@pytest.mark.parametrize("coding", ["br", "zstd", "gzip, gzip"])
def test_a_coding_that_nobody_asked_for_is_garbled(coding: str) -> None:
    with pytest.raises(SourceGarbled):
        unpack(b"x", coding, LIMIT)


@given(st.binary(), st.sampled_from(["gzip", "deflate"]))
def test_any_bytes_are_content_or_a_source_error(wire: bytes, coding: str) -> None:
    try:
        assert len(unpack(wire, coding, LIMIT)) <= LIMIT
    except SourceError:
        return
