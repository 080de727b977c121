import time
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.sources.text import MAX_LENGTH, html_to_text, plain


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("see<br>this", "see\nthis"),
        ("<p>one</p><p>two</p>", "one\ntwo"),
        ("<ul><li>one<li>two</ul>three", "one\ntwo\nthree"),
        ("a <b>bold</b>ly in<i>line</i> word", "a boldly inline word"),
        ('<a class="mention">@<span>bob</span></a>', "@bob"),
        ("one<script>evil()</script><style>p{}</style> two", "one two"),
        ("<!-- nothing -->some", "some"),
        ("AT&amp;T &lt;3 caf&eacute;&nbsp;&#x27;s", "AT&T <3 café 's"),
        ("it is &amp;lt;b&amp;gt; here", "it is &lt;b&gt; here"),
        ("1 < 2 & 3", "1 < 2 & 3"),
        ("no markup at all", "no markup at all"),
        ('so <img class="wp-smiley" alt="😡"><img class="emoji" alt="👎🏽"> bad', "so 😡👎🏽 bad"),
        ('a <img src="x" alt="A picture of Lumo"> b', "a b"),
        ('<span style="color:red;DISPLAY : none">buy</span>safe', "safe"),
        ('<div hidden>buy</div><p hidden="">now</p>safe', "safe"),
        ("<p>مرحبا <b>بالعالم</b> 👩‍🚀🏳️‍🌈</p>", "مرحبا بالعالم 👩‍🚀🏳️‍🌈"),
        ("<html><head><title>T</title></head><body>body</body></html>", "body"),
        ("<frameset><frame></frameset>", ""),
        ("", ""),
    ],
)
def test_html_is_read_as_people_see_it(html: str, text: str) -> None:
    assert html_to_text(html) == text


def test_the_hidden_parts_of_a_mastodon_link_are_not_read() -> None:
    html = (
        '<a href="https://e.com/a-long-way"><span class="invisible">https://</span>'
        '<span class="ellipsis">e.com/a-long</span><span class="invisible">-way</span></a>'
    )
    assert html_to_text(f"<p>See {html} now</p>") == "See e.com/a-long… now"


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("safe\u202egnp.exe", "safegnp.exe"),
        ("\u2066iso\u2069lated", "isolated"),
        ("Lu\u200bmo and Lu\u00admo", "Lumo and Lumo"),
        ("a\x00b\x07c\x1b[31m", "abc[31m"),
        ("half \ud800 a character", "half a character"),
        ("  many \t spaces\n\n \n and lines\r\nhere ", "many spaces\nand lines\nhere"),
        ("שלום 🇫🇷 e\u0301", "שלום 🇫🇷 e\u0301"),
    ],
)
def test_plain_text_loses_what_deceives_and_keeps_what_is_said(text: str, kept: str) -> None:
    assert plain(text) == kept


def test_a_long_text_is_cut_between_words() -> None:
    text = plain("vigilance " * 5_000)
    assert len(text) <= MAX_LENGTH
    assert text.endswith("vigilance")
    assert len(plain("x" * 100_000)) == MAX_LENGTH


@given(st.text())
def test_plain_is_idempotent_and_safe(text: str) -> None:
    once = plain(text)
    assert plain(once) == once
    once.encode()
    assert not any(unicodedata.category(c) == "Cc" and c != "\n" for c in once)


TAGS = st.sampled_from(
    ["<p>", "</p>", "<br>", "<b>", "</b>", "<script>", "</script>", "<td>", "<table>", "<svg>",
     '<span class="invisible">', "</span>", "<!--", "-->", "&lt;", "&", "<", ">", "<a href='", "'"]
)  # fmt: skip


@given(st.lists(TAGS | st.text(max_size=5)).map("".join))
def test_any_soup_of_tags_becomes_plain_text(html: str) -> None:
    text = html_to_text(html)
    assert plain(text) == text


@pytest.mark.parametrize(
    "piece",
    ["<div>", "<b>", "<ul><li>", "<font>", "<b><p>", "<", "&", " ", "\n ", "<!--", "<a ", "</p>"],
)
def test_hostile_depth_and_length_take_no_time(piece: str) -> None:
    started = time.process_time()
    html_to_text(piece * (200_000 // len(piece)))
    assert time.process_time() - started < 1.0  # unguarded, some of these take minutes
