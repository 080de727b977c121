"""Forms and messages about drafts and tracked links: within Slack's limits, in both languages."""

from __future__ import annotations

from datetime import timedelta, timezone

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.alerts import Alert, TrackedReason
from bot.domain.drafts import LONGEST, Draft
from bot.domain.phrases import Offer, Phrase
from bot.i18n import LANGUAGES, Voice
from bot.slack.blocks import drafts
from bot.slack.blocks.draftform import Form, Started, draft_view, return_view
from bot.slack.blocks.drafts import Quoted
from bot.slack.blocks.parts import Card
from bot.slack.blocks.tracked import tracked_card
from bot.slack.blocks.tracking import known_card, track_view
from bot.slack.links import Link
from bot.standin.blocks import check_blocks, check_view
from tests.builders import NOW, a_conversation, a_mention

VOICES = [Voice(language, timezone(timedelta(hours=1))) for language in LANGUAGES]
HOSTILE = "<!channel> <@U0SAM> *bold* `code` <https://evil.example|click> &amp;"
TEXT = st.text(max_size=400) | st.just(HOSTILE) | st.just("é" * LONGEST)

POST = Quoted("My lumo died", "@ada", "en", "https://lumen.example/@ada/1")
DRAFT = Draft(id="c1.1", conversation="c1", by="U0SAM", at=NOW, text="Sorry", approver="U0MARGOT")
PHRASES = (
    Phrase(name="Sorry", language="en", text="Sorry {author}"),
    Phrase(name="Refund", language="en", text="We refund you."),
)


def a_form(**changes: object) -> Form:
    fields: dict[str, object] = {
        "draft": DRAFT.id,
        "title": "“My lumo died” @ada, lumen.social",
        "post": POST,
        "offer": Offer(PHRASES, is_its_language=True),
        "texts": ("Sorry @ada", "We refund you."),
    }
    return Form(**{**fields, **changes})  # type: ignore[arg-type]


@pytest.mark.parametrize("voice", VOICES, ids=LANGUAGES)
def test_the_form_is_one_that_slack_takes(voice: Voice) -> None:
    check_view(draft_view(a_form(), voice))
    many = tuple(
        Phrase(name=f"Phrase {n} {'x' * 40}", language="de", text="Hallo") for n in range(150)
    )
    full = a_form(
        offer=Offer(many, is_its_language=False),
        texts=("Hallo",) * 150,
        written="é" * (LONGEST + 50),
        chosen="3",
        others=tuple(Started(HOSTILE, NOW) for _ in range(9)),
    )
    check_view(draft_view(full, voice))
    check_view(return_view(DRAFT.id, voice))


def test_a_phrase_that_was_chosen_comes_in_with_a_new_field() -> None:
    fields = {
        block["block_id"]
        for chosen in ("", "0", "1")
        for block in draft_view(a_form(chosen=chosen), VOICES[0])["blocks"]
        if block["type"] == "input"
    }
    assert len(fields) == 4, "three of the draft, one of who approves"


def test_phrases_in_another_language_are_marked_as_such() -> None:
    offer = Offer((Phrase(name="Désolé", language="fr", text="Pardon"),), is_its_language=False)
    german = a_form(offer=offer, texts=("Pardon",), post=POST._replace(language="de"))
    words = str(draft_view(german, VOICES[0]))
    assert "Désolé (French)" in words
    assert "The post is in German" in words
    unknown = a_form(offer=offer, texts=("Pardon",), post=POST._replace(language="unknown"))
    assert "not known" in str(draft_view(unknown, VOICES[0]))


def cards(voice: Voice, text: str, name: str) -> list[Card]:
    draft = Draft(
        id="c1.1", conversation="c1", by="U0SAM", at=NOW, text=text or "x", note=text, approver="U1"
    )
    conversation = a_conversation(title=text, url=POST.url)
    post = POST._replace(text=text, author=name)
    reason = TrackedReason(by="U0SAM", called=name, url=POST.url, words=text)
    alert = Alert(
        id="tracked.c1", kind="tracked", watch=name, channel="#care", raised=NOW, reason=reason
    )
    return [
        drafts.asking_card(draft, name, post, voice),
        drafts.decided_card(draft, name, post, voice),
        drafts.ready_card(draft, name, POST.url, voice),
        drafts.ready_card(draft, "", "javascript:alert(1)", voice),
        drafts.sent_card(draft, voice),
        drafts.returned_card(draft, name, voice),
        drafts.opening_card(conversation, voice),
        drafts.second_card(conversation, name, voice),
        known_card(conversation, NOW, voice),
        tracked_card(reason, alert, conversation, [], NOW, voice),
        tracked_card(reason, alert, conversation, [a_mention()], NOW, voice),
        tracked_card(reason, alert, None, [], NOW, voice),
    ]


@given(st.sampled_from(VOICES), TEXT, TEXT)
@settings(max_examples=40, deadline=None)
def test_whatever_people_write_the_messages_are_taken_and_ring_nobody(
    voice: Voice, text: str, name: str
) -> None:
    for card in cards(voice, text, name):
        check_blocks(list(card.blocks))
        marked = card.text + str([b for b in card.blocks if b["type"] != "rich_text"])
        for mark in ("<!channel>", "<@U0SAM>", "<https://evil.example"):
            assert mark not in marked


@given(st.sampled_from(VOICES), st.lists(TEXT, min_size=1, max_size=10))
@settings(max_examples=40, deadline=None)
def test_the_form_for_a_link_is_one_that_slack_takes(voice: Voice, words: list[str]) -> None:
    links = [Link(f"https://a.example/{n}", said) for n, said in enumerate(words)]
    names = [f"Watch {n}" for n in range(150)]
    check_view(track_view(links, names, names[7], "carried", voice))


def test_the_draft_is_shown_to_be_copied_line_by_line() -> None:
    text = "Hello *Ada*,\n\n  <b>sorry</b> & refund."
    card = drafts.ready_card(
        Draft(id="c1.1", conversation="c1", by="U0SAM", at=NOW, text=text), "", POST.url, VOICES[0]
    )
    [block] = [block for block in card.blocks if block["type"] == "rich_text"]
    assert block["elements"] == [
        {"type": "rich_text_preformatted", "elements": [{"type": "text", "text": text}]}
    ]
