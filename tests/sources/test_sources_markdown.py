from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.sources.markdown import markdown_parts
from bot.sources.text import plain


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("It **died**, _twice_, ~~once~~", "It died, twice, once"),
        ("# Lumo\nblinks\n\n- red\n- green", "Lumo\nblinks\nred\ngreen"),
        ("`Vec<Lumo>` &amp; &lt;b&gt;", "Vec<Lumo> & <b>"),
        ("```\nif a < b:\n```\n> quoted", "if a < b:\nquoted"),
        ("<!-- Describe it here -->\nIt blinks<br>twice", "It blinks\ntwice"),
        ("<script>alert(1)</script>Lumo", "Lumo"),
        ("|a|b|\n|-|-|\n|c|d|", "a\nb\nc\nd"),
        ("", ""),
    ],
)
def test_markdown_is_read_as_people_see_it(text: str, said: str) -> None:
    assert markdown_parts(text).text == said


def test_links_and_pictures_stand_beside_the_text() -> None:
    text = (
        "See [the shop](https://lumo.example/a 'now'), <https://lumo.example/b>, [this][1] and"
        " [here](/c): ![a lamp](https://lumo.example/d.png)\n\n[1]: https://lumo.example/e"
    )
    parts = markdown_parts(text, "https://forum.example/post/1")
    assert parts.text == "See the shop, https://lumo.example/b, this and here:"
    assert parts.links == (
        "https://lumo.example/a",
        "https://lumo.example/b",
        "https://lumo.example/e",
        "https://forum.example/c",
    )
    assert parts.media == ("a lamp",)


def test_the_end_of_a_long_text_is_kept_as_it_is() -> None:
    parts = markdown_parts("**x** " * 1_700 + "a **Lumo**")
    assert parts.text.endswith("a **Lumo**")
    assert parts.text.startswith("x x x")


@settings(max_examples=200, deadline=None)
@given(text=st.text() | st.text(alphabet="[]()!<>*_`~#>-|\\&; \na", max_size=300))
def test_any_text_is_read(text: str) -> None:
    said = markdown_parts(text).text
    assert plain(said) == said


@pytest.mark.parametrize("piece", ["[", "![[", "*a_ ", "[a](", "> ", "- ", "<", "&", "`", "| "])
def test_what_is_meant_to_take_long_does_not(piece: str) -> None:
    assert markdown_parts(piece * 30_000) is not None
