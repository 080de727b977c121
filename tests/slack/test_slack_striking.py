"""Messages that quoted a post, once its author took it back."""

from __future__ import annotations

from datetime import UTC

from hypothesis import given
from hypothesis import strategies as st

from bot.domain.worded import Statement, Worded, material
from bot.i18n import Voice
from bot.slack.blocks.parts import context, header, quote, section
from bot.slack.blocks.worded import words_blocks
from bot.slack.mrkdwn import literal, name
from bot.slack.striking import Words, mark_of, mark_of_handle, struck, tells_of
from tests.builders import a_post

ENGLISH = Voice("en", UTC)
POST = a_post(text="My *Lumo* lamp <died> & burnt my desk, terrible!", author="@ada_l")
WORDS = Words("~………~ _deleted by its author_", "somebody")


def test_a_line_that_quotes_it_is_struck_and_the_others_stay() -> None:
    lines = f"*The most negative*\n• −0.9 {literal(POST.text)} (forum)\n• Another one (forum)"
    text, (block,) = struck("A digest", [section(lines)], [mark_of(POST)], WORDS)
    assert text == "A digest"
    assert block["text"]["text"].split("\n") == [
        "*The most negative*", f"• {WORDS.gone}", "• Another one (forum)",
    ]  # fmt: skip


def test_a_quotation_that_was_cut_is_found_and_its_author_is_not_named() -> None:
    blocks = [header("Lumo"), quote(POST.text, 45), context(f"by {name(POST.author)} · forum")]
    _, after = struck("", blocks, [mark_of(POST)], WORDS)
    assert "Lumo" in str(after[0])
    assert "burnt" not in str(after)
    assert "ada" not in str(after)
    assert "by somebody · forum" in str(after)


def test_a_message_that_quotes_nothing_of_it_stays() -> None:
    words = f"{name(POST.author)} was answered about a Lumo lamp."
    assert not tells_of(words, [section(words)], [mark_of(POST)])


def test_a_very_short_post_is_found_only_where_it_stands_alone() -> None:
    mark = mark_of(a_post(text="Lumo lamp"))
    assert not tells_of("A Lumo lamp of somebody else", [], [mark])
    assert tells_of("", [quote("Lumo lamp")], [mark])


def test_what_a_language_model_said_of_it_is_struck_in_other_words_too() -> None:
    other = a_post(id="2", text="The light is warm and the button is fine")
    posts = [("somebody", post.text, post.url) for post in (POST, other)]
    found = Worded(
        material=material((), posts, "en"),
        model="small",
        statements=(Statement("A desk caught fire.", ("p1",)), Statement("One is glad.", ("p2",))),
    )
    blocks = words_blocks(found, ENGLISH)
    assert tells_of("", blocks, [mark_of(POST)])
    _, after = struck("", blocks, [mark_of(POST)], WORDS)
    assert "caught fire" not in str(after)
    assert "One is glad." in str(after)


def test_a_post_without_words_is_in_no_message() -> None:
    assert not tells_of("😡", [section("😡")], [mark_of(a_post(text="😡"))])


@given(st.text(min_size=1), st.text())
def test_no_words_of_a_post_are_left_in_its_quotation(text: str, author: str) -> None:
    post = a_post(text=text, author=author)
    mark = mark_of(post)
    blocks = [quote(text)]
    if tells_of("", blocks, [mark]):
        _, after = struck("", blocks, [mark], WORDS)
        assert not tells_of("", after, [mark]) or "deleted" in text.lower()


def test_a_handle_is_struck_wherever_it_stands_and_no_longer_one_that_begins_so() -> None:
    mark = mark_of_handle("@ada")
    assert mark is not None
    others = name("@ada@social.example"), name("@adam"), name("@ada.example")
    text = f"{name('@Ada')} wrote 12 of 40. {', '.join(others)} wrote more."
    assert tells_of(text, [], [mark])
    after, _ = struck(text, [], [mark], WORDS)
    assert after == f"somebody wrote 12 of 40. {', '.join(others)} wrote more."
    assert not tells_of(", ".join(others), [], [mark])


def test_a_name_that_may_be_a_word_is_not_looked_for_alone() -> None:
    assert mark_of_handle("Rose") is None
    assert mark_of_handle("@a") is None
