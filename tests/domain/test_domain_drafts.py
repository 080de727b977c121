"""What can be done to a draft, by whom."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule
from msgspec.structs import replace

from bot.domain import drafts
from bot.domain.drafts import LASTS, Draft
from bot.errors import IllegalTransition
from tests.builders import NOW

SAM, CAMILLE, MARGOT = "U0SAM", "U0CAMILLE", "U0MARGOT"


def a_draft(**changes: object) -> Draft:
    return replace(Draft(id="c1.1", conversation="c1", by=SAM, at=NOW), **changes)


def asked() -> Draft:
    return drafts.submitted(a_draft(), SAM, " We are sorry. ", CAMILLE)


def test_a_draft_without_an_approver_is_ready_to_be_sent() -> None:
    ready = drafts.submitted(a_draft(), SAM, "We are sorry.", "")
    assert ready.state == "ready"
    assert drafts.sent(ready, SAM).state == "sent"


def test_a_draft_that_was_approved_keeps_both_names() -> None:
    approved = drafts.approved(asked(), CAMILLE, NOW)
    assert (approved.by, approved.approver, approved.decided) == (SAM, CAMILLE, NOW)
    assert drafts.sent(approved, SAM).approver == CAMILLE


def test_nobody_approves_their_own() -> None:
    with pytest.raises(IllegalTransition, match="their own"):
        drafts.submitted(a_draft(), SAM, "We are sorry.", SAM)
    with pytest.raises(IllegalTransition, match="their own"):
        drafts.approved(asked(), SAM, NOW)


def test_nobody_submits_what_somebody_else_began() -> None:
    with pytest.raises(IllegalTransition, match="Somebody else writes"):
        drafts.submitted(a_draft(), MARGOT, "We give up.", "")


def test_only_who_was_asked_decides() -> None:
    with pytest.raises(IllegalTransition, match="Somebody else was asked"):
        drafts.approved(asked(), MARGOT, NOW)
    with pytest.raises(IllegalTransition, match="Somebody else was asked"):
        drafts.returned(asked(), MARGOT, "no", NOW)


def test_what_is_sent_back_says_why_and_is_not_sent() -> None:
    with pytest.raises(IllegalTransition, match="what should be different"):
        drafts.returned(asked(), CAMILLE, "  ", NOW)
    returned = drafts.returned(asked(), CAMILLE, "Too stiff", NOW)
    assert returned.note == "Too stiff"
    with pytest.raises(IllegalTransition, match="not to be sent"):
        drafts.sent(returned, SAM)


def test_a_draft_is_good_for_a_day() -> None:
    late = NOW + LASTS
    with pytest.raises(IllegalTransition, match="more than a day old"):
        drafts.approved(asked(), CAMILLE, late)
    assert drafts.approved(asked(), CAMILLE, late - timedelta(seconds=1)).state == "approved"


@pytest.mark.parametrize("text", ["", " \n", "x" * 3001])
def test_a_draft_holds_words_and_not_too_many(text: str) -> None:
    with pytest.raises(IllegalTransition):
        drafts.submitted(a_draft(), SAM, text, "")


def test_others_who_are_at_it_are_told_apart_from_those_who_were() -> None:
    began = NOW - timedelta(hours=1)
    theirs = [
        a_draft(id="1", by=CAMILLE, at=NOW),
        a_draft(id="2", by=CAMILLE, at=began),
        a_draft(id="3", by=MARGOT, state="sent"),
        a_draft(id="4", by=MARGOT, at=NOW - LASTS),
        a_draft(id="5"),
    ]
    assert [draft.id for draft in drafts.of_others(theirs, SAM, NOW)] == ["2"]


def test_a_newer_draft_takes_the_place_of_ones_own_alone() -> None:
    newer = a_draft(id="9", state="ready", text="better")
    others = [a_draft(id="1", by=CAMILLE), a_draft(id="2", conversation="c2")]
    own = [asked(), a_draft(id="3", state="sent"), a_draft(id="4", state="returned")]
    assert [d.id for d in drafts.replaced([*others, *own, newer], newer)] == ["c1.1"]
    [old] = drafts.replaced([asked()], newer)
    with pytest.raises(IllegalTransition, match="newer draft"):
        drafts.approved(old, CAMILLE, NOW)


def test_a_person_goes_on_from_what_they_wrote_last_unless_they_sent_it() -> None:
    returned = a_draft(id="1", text="stiff", state="returned")
    assert drafts.last_text(SAM, [returned, a_draft(id="2")], NOW) == "stiff"
    later = a_draft(id="3", at=NOW + timedelta(hours=1), text="done", state="sent")
    assert drafts.last_text(SAM, [later, returned], later.at) == ""
    assert drafts.last_text(CAMILLE, [returned], NOW) == ""
    assert drafts.last_text(SAM, [returned], NOW + LASTS) == ""


def test_a_draft_is_being_written_by_one_person() -> None:
    writing = a_draft(id="2")
    assert drafts.of(SAM, [asked(), writing], NOW) == writing
    assert drafts.of(CAMILLE, [writing], NOW) is None
    assert drafts.of(SAM, [writing], NOW + LASTS) is None


class AnyDraft(RuleBasedStateMachine):
    """Random people do random things: nothing is sent that was to be approved and was not."""

    def __init__(self) -> None:
        super().__init__()
        self.draft = a_draft()
        self.past: list[str] = ["drafting"]

    def _attempt(self, deed: Callable[[], Draft]) -> None:
        try:
            self.draft = deed()
        except IllegalTransition:
            return
        self.past.append(self.draft.state)

    people = st.sampled_from([SAM, CAMILLE, MARGOT])

    @rule(approver=st.sampled_from(["", SAM, CAMILLE]), text=st.sampled_from(["", "Sorry"]))
    def submit(self, approver: str, text: str) -> None:
        self._attempt(lambda: drafts.submitted(self.draft, SAM, text, approver))

    @rule(by=people, hours=st.sampled_from([1, 30]))
    def approve(self, by: str, hours: int) -> None:
        self._attempt(lambda: drafts.approved(self.draft, by, NOW + timedelta(hours=hours)))

    @rule(by=people, note=st.sampled_from(["", "Stiff"]))
    def send_back(self, by: str, note: str) -> None:
        self._attempt(lambda: drafts.returned(self.draft, by, note, NOW))

    @rule(by=people)
    def send(self, by: str) -> None:
        self._attempt(lambda: drafts.sent(self.draft, by))

    @invariant()
    def what_was_to_be_approved_is_sent_only_after_that(self) -> None:
        if self.draft.state == "sent":
            assert self.past.count("sent") == 1
            assert self.past[-2] == ("approved" if self.draft.approver else "ready")
        assert self.draft.approver != self.draft.by


TestAnyDraft = AnyDraft.TestCase
TestAnyDraft.settings = settings(max_examples=60, stateful_step_count=12, deadline=None)
