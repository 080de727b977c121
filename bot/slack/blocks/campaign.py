"""What a campaign returned, as a card; and the list of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bot.domain.campaigns import Campaign, Goal
from bot.domain.conversions import AFTER, Missed
from bot.domain.lift import CannotTell, Lift
from bot.domain.returns import Report
from bot.i18n import Voice, phrase
from bot.pictures.campaignwords import (
    Counts,
    basis_words,
    figures_words,
    interval_words,
    verdict_words,
)
from bot.slack import ids
from bot.slack.blocks.campaignmoney import (
    brought_line,
    brought_lines,
    goal_words,
    price_lines,
)
from bot.slack.blocks.parts import (
    Block,
    Card,
    Element,
    asking_first,
    button,
    context,
    fitted,
    section,
)
from bot.slack.mrkdwn import escape, name

LISTED = 20
"""Campaigns that are listed, the latest."""

GOAL_WORDS: dict[Goal, str] = {
    "mentions": phrase("more mentions"),
    "positive-mentions": phrase("more positive mentions"),
    "engagement": phrase("engagement"),
    "clicks": phrase("clicks"),
    "sign-ups": phrase("sign-ups"),
    "sales": phrase("sales"),
}


def campaign_card(told: Report, picture: str, voice: Voice, *, may_change: bool) -> Card:
    """The report to who asked, begun with what its goal asks for; `picture` says where the picture
    is, `""` where there is none."""
    campaign = told.campaign
    title = voice.say("What {campaign} returned", campaign=name(campaign.name))
    lead = _lead(told, voice)
    blocks: list[Block] = [
        section(f"📣 *{title}*\n{_when(campaign, voice, so_far=told.so_far)}"),
        section("\n".join(lead)),
    ]
    rest = [*_rest(told, voice)]
    if rest:
        blocks.append(section("\n".join(rest)))
    prices = [*price_lines(told, voice), *brought_lines(told, voice)]
    if prices:
        blocks.append(section("\n".join(prices)))
    foot = voice.say("What else happened on these days is in it as well.")
    blocks.append(context(*(words for words in (*_counted_words(told, voice), foot, picture))))
    if may_change:
        blocks.append({"type": "actions", "elements": _buttons(campaign, voice)})
    return fitted(f"{title} – {lead[0].strip('*')}", blocks, voice)


def campaigns_card(
    campaigns: Sequence[Campaign], missed: Missed, voice: Voice, *, may_set: bool
) -> Card:
    """All campaigns in a line each, and what was told that counts for none of them."""
    title = voice.say("Campaigns")
    lines = [f"• *{name(one.name)}*: {_when(one, voice)}" for one in campaigns[:LISTED]]
    if not lines:
        lines = [voice.say("There is none yet.")]
    how = voice.say("`/vigie campaign NAME` tells what it returned.")
    blocks: list[Block] = [section("\n".join([f"📣 *{title}*", *lines]))]
    misses = list(_missed_lines(missed, voice))
    if misses:
        blocks.append(section("\n".join(misses)))
    blocks.append(context(how))
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


def _lead(told: Report, voice: Voice) -> list[str]:
    """What its goal asks for, and whether the target was reached."""
    goal, brought = told.campaign.goal, told.returned.brought
    target = _target_words(told, voice)
    ends = [target] if target else []
    if goal == "mentions" or goal == "positive-mentions":
        return [*_found(told.meant, voice, goal), *ends]
    if goal in brought:
        return [f"*{brought_line(goal, brought[goal], told.campaign, voice)}*", *ends]
    nobody = voice.say(
        "Nobody has told yet what it brought: {goal}.", goal=voice.say(GOAL_WORDS[goal])
    )
    return [f"*{nobody}*", *ends]


def _rest(told: Report, voice: Voice) -> Iterator[str]:
    """The mentions, where its goal is another; and how many of them bear its tags."""
    goal = told.campaign.goal
    if goal == "positive-mentions":
        yield verdict_words(told.found, voice)
    elif goal != "mentions":
        yield from _found(told.found, voice, "mentions")
    if told.tagged is not None:
        yield voice.plural(
            "{n} mention of these days bears its tags, of {of} that are kept.",
            "{n} mentions of these days bear its tags, of {of} that are kept.",
            told.tagged.bear,
            of=voice.number(told.tagged.of),
        )


def _found(found: Lift | CannotTell, voice: Voice, of: Counts) -> Iterator[str]:
    yield f"*{verdict_words(found, voice, of)}*"
    if isinstance(found, Lift):
        yield figures_words(found, voice, of)
        yield interval_words(found, voice)
        yield escape(basis_words(found, voice))


def _target_words(told: Report, voice: Voice) -> str:
    """Whether the target was reached, `""` where there is none."""
    campaign = told.campaign
    if told.reached is None or campaign.target is None:
        return ""
    target = goal_words(campaign.goal, campaign.target, voice)
    if told.reached == "reached":
        return voice.say("🎯 Its target was reached: {target}.", target=target)
    if told.reached == "unsure":
        return voice.say(
            "🎯 The data cannot tell whether its target was reached: {target}.", target=target
        )
    if told.so_far or told.reached == "uncounted":
        return voice.say("🎯 Its target is not reached yet: {target}.", target=target)
    return voice.say("🎯 Its target was not reached: {target}.", target=target)


def _counted_words(told: Report, voice: Voice) -> Iterator[str]:
    """Of which days is counted what it brought, and what of these days is not counted for it."""
    tally = told.tally
    if tally.told:
        yield voice.say(
            "Counted is what was sent from {first} to {last}: its days, and {n} after them.",
            first=voice.day(told.campaign.first),
            last=voice.day(tally.until),
            n=voice.number(max(0, min(AFTER, (tally.until - told.campaign.last).days))),
        )
    if tally.shared:
        yield voice.plural(
            "{n} conversion bears another campaign’s tags as well, and counts for neither.",
            "{n} conversions bear another campaign’s tags as well, and count for neither.",
            tally.shared,
        )
    if tally.unmatched:
        yield voice.plural(
            "{n} conversion of these days matches no campaign.",
            "{n} conversions of these days match no campaign.",
            tally.unmatched,
        )


def _missed_lines(missed: Missed, voice: Voice) -> Iterator[str]:
    counts = missed.counts
    if counts.get("none"):
        words = voice.plural(
            "⚠️ {n} conversion of the last three months matches no campaign.",
            "⚠️ {n} conversions of the last three months match no campaign.",
            counts["none"],
        )
        tags = [f"{name(tag)} ({voice.number(n)})" for tag, n in missed.commonest]
        tail = voice.say("Most often: {tags}.", tags=voice.listed(tags)) if tags else ""
        yield f"{words} {tail}".strip()
    if counts.get("several"):
        yield voice.plural(
            "⚠️ {n} conversion matches several, and counts for none.",
            "⚠️ {n} conversions match several, and count for none.",
            counts["several"],
        )
    if counts.get("other-days"):
        yield voice.plural(
            "⚠️ {n} conversion matches one, but not its days.",
            "⚠️ {n} conversions match one, but not its days.",
            counts["other-days"],
        )


def _buttons(campaign: Campaign, voice: Voice) -> list[Element]:
    delete = button(voice.say("Delete…"), ids.CAMPAIGN_DELETE, campaign.name, style="danger")
    asking = asking_first(
        delete,
        voice.say("Delete the campaign?"),
        voice.say("Its dates, cost and tags are gone for good; what was sent stays."),
        voice.say("Delete"),
        voice,
    )
    return [button(voice.say("Change…"), ids.CAMPAIGN, campaign.name), asking]
