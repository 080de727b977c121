"""What a campaign returned, as its card says it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from msgspec.structs import replace

from bot.domain.campaigns import Campaign, Counted, Goal
from bot.domain.conversions import ConversionKind, Missed, Tally, Told
from bot.domain.lift import CannotTell, Lift
from bot.domain.returns import Report, Tagged, reached, returned
from bot.i18n import Voice
from bot.slack import ids
from bot.slack.blocks.campaign import campaign_card, campaigns_card
from bot.slack.blocks.parts import Card

ENGLISH = Voice("en", ZoneInfo("Europe/Paris"))
FRENCH = Voice("fr", ZoneInfo("Europe/Paris"))
AUTUMN = Campaign(
    name="Autumn <launch>",
    watch="Lumo",
    first=date(2026, 9, 14),
    last=date(2026, 9, 27),
    cost=Decimal(5000),
    tags=("#lumoautumn",),
)
LIFT = Lift(
    first=AUTUMN.first,
    last=AUTUMN.last,
    seen=1_500,
    expected=1_000,
    low=250,
    high=1_000,
    probability=0.999,
    known_days=56,
    days=(),
)


def a_report(
    campaign: Campaign = AUTUMN,
    *,
    found: Lift | CannotTell = LIFT,
    positive: Lift | CannotTell | None = None,
    told: Mapping[ConversionKind, Told] | None = None,
    **others: int,
) -> Report:
    tally = Tally(until=date(2026, 10, 4), told=told or {}, **others)
    meant = found if positive is None else positive
    came = returned(campaign, meant if isinstance(meant, Lift) else None, tally)
    return Report(
        campaign=campaign,
        found=found,
        positive=positive,
        tally=tally,
        tagged=Tagged(214, 1_480),
        returned=came,
        reached=reached(campaign, meant, came.brought),
        so_far=False,
    )


def said(report: Report, voice: Voice = ENGLISH, *, may_change: bool = False) -> list[str]:
    """What the card says, block by block."""
    return texts(campaign_card(report, "", voice, may_change=may_change))


def texts(card: Card) -> list[str]:
    found = []
    for block in card.blocks:
        if block["type"] == "section":
            found.append(block["text"]["text"])
        elif block["type"] == "context":
            found.append("\n".join(element["text"] for element in block["elements"]))
    return found


def test_a_card_of_mentions_begins_with_the_lift_and_its_target() -> None:
    title, lead, rest, prices, _ = said(a_report(replace(AUTUMN, target=200)))

    assert "What Autumn &lt;launch&gt; returned" in title
    assert lead.startswith("*500 mentions more than without it: 50% more.*")
    assert lead.endswith("🎯 Its target was reached: 200 more mentions.")
    assert rest == "214 mentions of these days bear its tags, of 1,480 that are kept."
    assert prices.startswith("• an extra mention: €10.00, nine times in ten between")


def test_a_card_of_sales_begins_with_the_sales() -> None:
    sold: Mapping[ConversionKind, Told] = {
        "sale": Told(count=50, values={"EUR": Decimal(6000), "USD": Decimal(90)})
    }
    report = a_report(replace(AUTUMN, goal="sales", target=60), told=sold)
    _, lead, rest, prices, foot = said(report)

    assert lead == (
        "*50 sales worth €6,000.00: each cost €100.00*\n🎯 Its target was not reached: 60 sales."
    )
    assert rest.startswith("*500 mentions more than without it: 50% more.*")
    assert "not reckoned with, being of another currency: US$90.00" in prices
    assert "*It returned its cost, and 20% on top.*" in prices
    assert "Counted is what was sent from 14 September to 4 October" in foot


def test_a_card_of_positive_mentions_tells_of_both() -> None:
    campaign = replace(AUTUMN, goal="positive-mentions")
    unsure = replace(LIFT, low=-10, high=600)
    _, lead, rest, prices, _ = said(a_report(campaign, found=unsure, positive=LIFT))

    assert lead.startswith("*500 positive mentions more than without it: 50% more.*")
    assert rest.startswith("The data cannot tell whether it had an effect.")
    assert prices.startswith("• an extra positive mention: €10.00")


@pytest.mark.parametrize(
    ("goal", "words"),
    [
        ("clicks", "Nobody has told yet what it brought: clicks."),
        ("positive-mentions", "The data cannot tell."),
    ],
)
def test_what_nobody_knows_is_said(goal: Goal, words: str) -> None:
    nothing = CannotTell(why="gap")
    positive = nothing if goal == "positive-mentions" else None
    report = a_report(replace(AUTUMN, goal=goal, target=5), found=nothing, positive=positive)

    assert words in said(report)[1]
    assert "reached" in said(report)[1]


def test_what_was_typed_in_is_told_from_what_was_sent() -> None:
    campaign = replace(AUTUMN, counted=Counted(clicks=1_000))
    report = a_report(campaign, told={"click": Told(count=800, unvalued=800)})

    assert "• 1,000 clicks: each cost €5.00 (as typed in; 800 were sent)" in said(report)[3]


def test_what_cannot_be_counted_for_it_is_said() -> None:
    foot = said(a_report(shared=3, unmatched=1))[-1]

    assert "3 conversions bear another campaign’s tags as well, and count for neither." in foot
    assert "1 conversion of these days matches no campaign." in foot


def test_who_may_change_it_may_delete_it_after_a_second_question() -> None:
    card = campaign_card(a_report(), "", ENGLISH, may_change=True)
    _, delete = card.blocks[-1]["elements"]

    assert (delete["action_id"], delete["value"]) == (ids.CAMPAIGN_DELETE, AUTUMN.name)
    assert delete["confirm"]["title"]["text"] == "Delete the campaign?"


def test_the_list_says_what_matches_no_campaign_and_which_tags_that_bears() -> None:
    missed = Missed(
        counts={"none": 12, "several": 1, "other-days": 2},
        commonest=(("autmun <3", 8), ("spring", 4)),
    )
    lines = texts(campaigns_card([AUTUMN], missed, ENGLISH, may_set=False))[1]

    assert "12 conversions of the last three months match no campaign." in lines
    assert "Most often: autmun &lt;3 (8) and spring (4)." in lines
    assert "1 conversion matches several, and counts for none." in lines
    assert "2 conversions match one, but not its days." in lines


def test_it_is_told_in_french() -> None:
    sold: Mapping[ConversionKind, Told] = {"sale": Told(count=50, values={"EUR": Decimal(6000)})}
    _, lead, *_ = said(a_report(replace(AUTUMN, goal="sales", target=40), told=sold), FRENCH)

    assert lead.replace("\u202f", " ").replace("\u00a0", " ") == (
        "*50 ventes, pour 6 000,00 € : coût unitaire 100,00 €*\n"
        "🎯 Son objectif a été atteint : 40 ventes."
    )
