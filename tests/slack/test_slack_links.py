"""Links in messages, as Slack sends them."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.domain.links import canonical
from bot.slack.links import LONGEST, MOST, links_in

POST = "https://lumen.example/@ada/1"


def urls(**message: object) -> list[str]:
    return [link.url for link in links_in(message)]


@pytest.mark.parametrize(
    "text",
    [
        f"<{POST}>",
        f"Look: <{POST}|lumen.example/@ada/1> :eyes:",
        f"plain {POST}, in a sentence ({POST}).",
    ],
)
def test_a_link_in_the_text_is_found_once(text: str) -> None:
    assert urls(text=text) == [POST]


def test_what_is_no_web_page_is_no_link() -> None:
    text = "<@U0SAM|sam> <#C0CARE|care> <!here> <mailto:a@b.example|mail> <!date^1^{date}|today>"
    assert urls(text=text) == []
    assert urls(text="<https://acme.slack.com/archives/C1/p1|a message>") == []


def test_an_ampersand_in_the_text_is_unescaped_and_in_a_block_is_as_it_is() -> None:
    page = "https://forum.example/t?a=1&b=2"
    assert urls(text="<https://forum.example/t?a=1&amp;b=2>") == [page]
    rich = {"type": "rich_text_section", "elements": [{"type": "link", "url": page}]}
    assert urls(text="", blocks=[{"type": "rich_text", "elements": [rich]}]) == [page]


def test_buttons_and_sections_of_another_bot_hold_links_too() -> None:
    section = {"type": "section", "text": {"type": "mrkdwn", "text": f"*New* <{POST}|post>"}}
    button = {"type": "actions", "elements": [{"type": "button", "url": "https://b.example/2"}]}
    assert urls(text="New post", blocks=[section, button]) == [POST, "https://b.example/2"]


def test_what_slack_read_behind_a_link_says_more_than_the_person_beside_it() -> None:
    unfurled = {"from_url": POST, "title": "Ada", "text": "My *Lumo* died &amp; nobody answers"}
    [link] = links_in({"text": f"seen this? <{POST}>", "attachments": [unfurled]})
    assert link.words == "Ada My *Lumo* died & nobody answers"


def test_without_that_the_words_are_the_persons_without_the_link() -> None:
    [link] = links_in({"text": f"<@U0SAM|sam> seen this &lt;3 <{POST}|{POST}>?\n<!channel>"})
    assert link.words == "@sam seen this <3 ? @channel"
    [link] = links_in({"text": f"{POST}"})
    assert link.words == ""
    [link] = links_in({"text": f"<{POST}|Ada is angry>"})
    assert link.words == "Ada is angry"


def test_a_message_full_of_links_gives_the_first_ones() -> None:
    text = " ".join(f"<https://a.example/{n}>" for n in range(50))
    assert urls(text=text) == [f"https://a.example/{n}" for n in range(MOST)]
    assert urls(text=f"<https://a.example/{'x' * LONGEST}>") == []


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text() | st.just(f"<{POST}|a>"),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["text", "blocks", "attachments", "url", "elements", "from_url"]),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


@example({"text": f"<{POST}>", "attachments": True})
@given(st.dictionaries(st.sampled_from(["text", "blocks", "attachments"]), JSON))
def test_whatever_a_message_is_its_links_are_addresses_each_once(
    message: dict[str, object],
) -> None:
    found = [canonical(link.url) for link in links_in(message)]
    assert all(found)
    assert len(set(found)) == len(found)
