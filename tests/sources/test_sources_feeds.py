"""A feed's document is read as what it is, and never as where another one lies."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.errors import SourceGarbled
from bot.sources.feeds import read_feed

URL = "https://lumen.example/feed"
FEED = (
    b'<rss version="2.0"><channel><title>F</title><item><title>A secret</title></item></channel>'
    b"</rss>"
)


def test_a_body_that_looks_like_a_path_is_not_opened(tmp_path: Path) -> None:
    private = tmp_path / "private.xml"
    private.write_bytes(FEED)
    assert read_feed(FEED, URL, "").items[0].title == "A secret"
    with pytest.raises(SourceGarbled):
        read_feed(str(private).encode(), URL, "")
