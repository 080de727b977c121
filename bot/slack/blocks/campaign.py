"""What a campaign returned, as a card; and the list of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal

from bot.domain.campaigns import Campaign, Goal, Price, Return
from bot.domain.lift import CannotTell, Lift
from bot.i18n import Voice, phrase
from bot.pictures.campaignwords import basis_words, figures_words, interval_words, verdict_words
from bot.slack import ids
from bot.slack.blocks.parts import Block, Card, button, context, fitted, section
from bot.slack.mrkdwn import escape, name

LISTED = 20
"""Campaigns that are listed, the latest."""

GOAL_WORDS: dict[Goal, str] = {
    "mentions": phrase("more mentions"),
    "engagement": phrase("engagement"),
    "clicks": phrase("clicks"),
    "sign-ups": phrase("sign-ups"),
    "sales": phrase("sales"),
}


def campaign_card(
    campaign: Campaign,
    found: Lift | CannotTell,
    came: Return,
    picture: str,
    voice: Voice,
    *,
    so_far: bool,
    may_change: bool,
) -> Card:
    """The report to who asked; `picture` says where the picture is, `""` where there is none."""
    title = voice.say("What {campaign} returned", campaign=name(campaign.name))
    blocks: list[Block] = [
        section(f"📣 *{title}*\n{_when(campaign, voice, so_far=so_far)}"),
        section("\n".join(_found(found, voice))),
    ]
    prices = list(_prices(campaign, came, voice))
    if prices:
        blocks.append(section("\n".join(prices)))
    foot = voice.say("What else happened on these days is in it as well.")
    blocks.append(context(*(words for words in (foot, picture) if words)))
    if may_change:
        change = button(voice.say("Change…"), ids.CAMPAIGN, campaign.name)
        blocks.append({"type": "actions", "elements": [change]})
    return fitted(f"{title} – {verdict_words(found, voice)}", blocks, voice)


def campaigns_card(campaigns: Sequence[Campaign], voice: Voice, *, may_set: bool) -> Card:
    """All campaigns in a line each."""
    title = voice.say("Campaigns")
    lines = [f"• *{name(one.name)}*: {_when(one, voice)}" for one in campaigns[:LISTED]]
    if not lines:
        lines = [voice.say("There is none yet.")]
    how = voice.say("`/vigie campaign NAME` tells what it returned.")
    blocks: list[Block] = [section("\n".join([f"📣 *{title}*", *lines])), context(how)]
    if may_set:
        new = button(voice.say("New campaign…"), ids.CAMPAIGN_NEW, ids.CAMPAIGN_NEW)
        blocks.append({"type": "actions", "elements": [new]})
    return fitted(title, blocks, voice)


def _when(campaign: Campaign, voice: Voice, *, so_far: bool = False) -> str:
    parts = [
        name(campaign.watch),
        voice.say(
            "from {first} to {last}",
            first=voice.day(campaign.first),
            last=voice.day(campaign.last),
        ),
    ]
    if so_far:
        parts.append(voice.say("it goes on: up to yesterday"))
    if campaign.cost:
        parts.append(voice.money(campaign.cost, campaign.currency))
    parts.append(voice.say("for {goal}", goal=voice.say(GOAL_WORDS[campaign.goal])))
    return " · ".join(parts)


def _found(found: Lift | CannotTell, voice: Voice) -> Iterator[str]:
    yield f"*{verdict_words(found, voice)}*"
    if isinstance(found, Lift):
        yield figures_words(found, voice)
        yield interval_words(found, voice)
        yield escape(basis_words(found, voice))


def _prices(campaign: Campaign, came: Return, voice: Voice) -> Iterator[str]:
    """What each thing cost, and what came back."""

    def money(amount: Decimal) -> str:
        return voice.money(amount, campaign.currency)

    if came.extra_mention:
        words = _price_words(came.extra_mention, campaign.currency, voice)
        if words:
            yield words
    for price, words in (
        (came.engagement, voice.say("an engagement")),
        (came.click, voice.say("a click")),
        (came.sign_up, voice.say("a sign-up")),
        (came.sale, voice.say("a sale")),
    ):
        if price is not None:
            yield voice.say("• {thing}: {price}", thing=words, price=money(price))
    if came.came_back is not None:
        share = voice.share(abs(float(came.came_back)))
        yield (
            voice.say("*It returned its cost, and {share} on top.*", share=share)
            if came.came_back >= 0
            else voice.say("*It returned {share} less than it cost.*", share=share)
        )


def _price_words(price: Price, currency: str, voice: Voice) -> str:
    """What an extra mention cost; where there may be none, the least that it cost."""
    if price.low is None:
        return ""
    low = voice.money(price.low, currency)
    if price.estimate is None or price.high is None:
        return voice.say("• an extra mention: {low} at least", low=low)
    return voice.say(
        "• an extra mention: {price}, nine times in ten between {low} and {high}",
        price=voice.money(price.estimate, currency),
        low=low,
        high=voice.money(price.high, currency),
    )
