"""What a campaign brought and what its money came to, line by line."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from bot.domain.campaigns import Campaign, Goal
from bot.domain.returns import Brought, CountedGoal, Price, Report
from bot.i18n import Voice


def price_lines(told: Report, voice: Voice) -> Iterator[str]:
    """What an extra mention cost."""
    price = told.returned.extra_mention
    if price is None:
        return
    positive = told.positive is not None
    thing = voice.say("an extra positive mention") if positive else voice.say("an extra mention")
    words = _price_words(thing, price, told.campaign.currency, voice)
    if words:
        yield words


def brought_lines(told: Report, voice: Voice) -> Iterator[str]:
    """What was counted of each thing and what each cost, and what came back. What its goal asks
    for has been told before."""
    campaign, came = told.campaign, told.returned
    for goal, brought in came.brought.items():
        if goal != campaign.goal:
            yield f"• {brought_line(goal, brought, campaign, voice)}"
    others = [
        voice.money(amount, currency)
        for brought in came.brought.values()
        for currency, amount in brought.others
    ]
    if others:
        yield voice.say(
            "• not reckoned with, being of another currency: {amounts}",
            amounts=voice.listed(others),
        )
    if came.came_back is not None:
        yield _back_words(came.came_back, voice)


def brought_line(goal: CountedGoal, brought: Brought, campaign: Campaign, voice: Voice) -> str:
    """How much of something came, what it was worth, and what each of it cost."""

    def money(amount: Decimal) -> str:
        return voice.money(amount, campaign.currency)

    words = goal_words(goal, brought.count, voice)
    if brought.value is not None and not brought.typed:
        words = voice.say("{what} worth {value}", what=words, value=money(brought.value))
    if brought.price is not None:
        words = voice.say("{what}: each cost {price}", what=words, price=money(brought.price))
    if brought.typed and brought.told:
        sent = voice.number(brought.told)
        words = voice.say("{what} (as typed in; {sent} were sent)", what=words, sent=sent)
    return words


def goal_words(goal: Goal, count: int, voice: Voice) -> str:
    """So many of what a goal asks for."""
    if goal == "mentions":
        return voice.plural("{n} more mention", "{n} more mentions", count)
    if goal == "positive-mentions":
        return voice.plural("{n} more positive mention", "{n} more positive mentions", count)
    if goal == "clicks":
        return voice.plural("{n} click", "{n} clicks", count)
    if goal == "sign-ups":
        return voice.plural("{n} sign-up", "{n} sign-ups", count)
    if goal == "sales":
        return voice.plural("{n} sale", "{n} sales", count)
    return voice.plural("{n} engagement", "{n} engagements", count)


def _back_words(came_back: Decimal, voice: Voice) -> str:
    share = voice.share(abs(float(came_back)))
    if came_back >= 0:
        return voice.say("*It returned its cost, and {share} on top.*", share=share)
    return voice.say("*It returned {share} less than it cost.*", share=share)


def _price_words(thing: str, price: Price, currency: str, voice: Voice) -> str:
    """What one of something cost; where there may be none, the least that it cost."""
    if price.low is None:
        return ""
    low = voice.money(price.low, currency)
    if price.estimate is None or price.high is None:
        return voice.say("• {thing}: {low} at least", thing=thing, low=low)
    return voice.say(
        "• {thing}: {price}, nine times in ten between {low} and {high}",
        thing=thing,
        price=voice.money(price.estimate, currency),
        low=low,
        high=voice.money(price.high, currency),
    )
