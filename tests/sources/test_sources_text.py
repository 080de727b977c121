import time
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.sources.text import MAX_LENGTH, Parts, html_parts, html_to_text, plain


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
        ("see<img src='x.png'>this and<iframe></iframe>that", "see this and that"),
        ('<p style="font-size:0">buy</p><p style="font-size: 0.8em">safe</p>', "safe"),
        ('read <span class="screen-reader-text">Lumo</span>on', "read on"),
        ("a<noembed>one</noembed><xmp><b>two</xmp>b", "ab"),
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


def test_what_stands_beside_a_text_is_kept_apart_from_it() -> None:
    html = (
        '<p>Hi <span class="h-card"><a href="https://lumen.example/@bob" class="u-url mention">'
        '@<span>bob</span></a></span>, see <a href="https://clair.example/a?b=1&amp;c=2">this</a> '
        '<a href="/tags/Lampe" class="mention hashtag" rel="tag">#<span>Lampe</span></a> '
        '<img src="a.png" alt="A cracked Lumo bulb"> <img class="emoji" alt="😡"></p>'
        '<p hidden><a href="https://spam.example">no</a><img alt="no"></p>'
        '<p>and <a href="https://clair.example/a?b=1&amp;c=2">again</a> '
        '<a href="javascript:x()">x</a> <a href="../b">there</a></p>'
    )
    assert html_parts(html, "https://clair.example/blog/one") == Parts(
        text="Hi @bob, see this #Lampe 😡\nand again x there",
        links=("https://clair.example/a?b=1&c=2", "https://clair.example/b"),
        media=("A cracked Lumo bulb",),
        handles=("bob",),
        tags=("Lampe",),
    )


def test_where_a_search_engines_link_leads_is_what_is_linked_to() -> None:
    html = (
        '<a href="https://www.google.com/url?rct=j&amp;url=https://lumo.com/a&amp;ct=ga">Lumo</a>'
    )
    assert html_parts(html).links == ("https://lumo.com/a",)


def test_links_without_end_are_not_all_kept() -> None:
    html = "".join(f"<a href='https://a.example/{n}'>x</a> " for n in range(1_000))
    assert len(html_parts(html).links) == 50


SCRIPTS = ["<script>MARK</script>", "<style>MARK</style>", "<SCRIPT src=x>MARK</sCript >"]
ELEMENTS = ["<p>", "</p>", "<b>", "</b>", "<div>", "</div>", "<td>", "<table>", "<svg>", "</svg>"]


@given(
    st.lists(
        st.sampled_from(
            [*SCRIPTS, *ELEMENTS, "<ul><li>", "<a>", "</a>", "<select>", "&lt;", "&amp"]
        )
        | st.text("ab é", max_size=5)
    ).map("".join),
    st.sampled_from([0, 400]),
)
def test_no_script_is_ever_read(soup: str, depth: int) -> None:
    assert "MARK" not in html_parts("<div>" * depth + soup).text


@pytest.mark.parametrize(
    "piece",
    [
        *(
            "<a class='mention'>@a<div>",
            "<a rel=tag><b>",
            "<a href='https://a.b/c'>x",
            "<img alt=x>",
        ),
        *("<script>", "<xmp>", "<div><script>x</script>", "<a href='&amp;", "<p hidden>"),
    ],
)
def test_what_stands_beside_a_text_takes_no_time_either(piece: str) -> None:
    started = time.process_time()
    html_parts(piece * (200_000 // len(piece)))
    assert time.process_time() - started < 1.0
