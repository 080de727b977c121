"""How right the alerts of a watch were, and what Vigie proposes to be righter."""

from __future__ import annotations

from collections.abc import Sequence

from bot.domain.judgements import Proposal
from bot.domain.precision import Precision
from bot.i18n import Voice
from bot.slack import ids
from bot.slack.blocks.parts import Block, Card, actions, button, context, fitted, section
from bot.slack.mrkdwn import name


def precision_line(precision: Precision, voice: Voice) -> str:
    """The precision of a watch in a line: the share, how sure that is, and what was wrong."""
    if precision.share is None:
        return voice.plural(
            "🎯 {watch}: none of {n} alert was judged.",
            "🎯 {watch}: none of {n} alerts was judged.",
            precision.flagged,
            watch=name(precision.watch),
        )
    said = voice.plural(
        "🎯 {watch}: {right} of {n} judged alert was right ({share}, between {low} and {high})",
        "🎯 {watch}: {right} of {n} judged alerts were right ({share}, between {low} and {high})",
        precision.judged,
        watch=name(precision.watch),
        right=voice.number(precision.right),
        share=voice.share(precision.share),
        low=voice.share(precision.low),
        high=voice.share(precision.high),
    )
    return " · ".join([said, *_rest(precision, voice)])


def _rest(precision: Precision, voice: Voice) -> list[str]:
    parts: list[str] = []
    if n := precision.not_about_us:
        parts.append(voice.plural("{n} not about us", "{n} not about us", n))
    if n := precision.not_negative:
        parts.append(voice.plural("{n} not negative", "{n} not negative", n))
    if n := precision.unjudged:
        parts.append(voice.plural("{n} not judged", "{n} not judged", n))
    return parts


def precision_card(
    precisions: Sequence[Precision], proposals: Sequence[Proposal], voice: Voice
) -> Card:
    """The precision of watches, in the last four weeks, and what is proposed."""
    title = voice.say("How right the alerts of the last four weeks were")
    blocks: list[Block] = [section(f"*{title}*")]
    blocks += [section(precision_line(one, voice)) for one in precisions[:20]]
    for proposal in proposals:
        blocks += proposal_blocks(proposal, voice)
    said = voice.say(
        "Counted from “Not about us”, “Not negative”, and from what was answered or resolved; the "
        "interval holds the truth nine times in ten."
    )
    return fitted(title, [*blocks, context(said)], voice)


def proposal_blocks(proposal: Proposal, voice: Voice) -> list[Block]:
    """What is proposed, on what grounds, and its buttons."""
    buttons = [
        button(voice.say("Apply"), ids.PROPOSAL_APPLY, proposal.id, style="primary"),
        button(voice.say("No, thanks"), ids.PROPOSAL_DECLINE, proposal.id),
    ]
    return [
        section(
            f"💡 {change_words(proposal, voice)}\n{_promise(proposal, voice)}",
            block_id=_words_id(proposal.id),
        ),
        actions(buttons_id(proposal.id), buttons),
    ]


def _promise(proposal: Proposal, voice: Voice) -> str:
    """What it would have changed."""
    spared, wrong = voice.number(proposal.spared), voice.number(proposal.wrong)
    right = voice.number(proposal.right)
    if not proposal.lost:
        return voice.say(
            "It would have spared {spared} of {wrong} wrong alerts, and none of the {right} right "
            "ones.",
            spared=spared,
            wrong=wrong,
            right=right,
        )
    return voice.say(
        "It would have spared {spared} of {wrong} wrong alerts, and {lost} of {right} right ones.",
        spared=spared,
        wrong=wrong,
        lost=voice.number(proposal.lost),
        right=right,
    )


def change_words(proposal: Proposal, voice: Voice) -> str:
    """The change that is proposed."""
    if proposal.exclude:
        return voice.say(
            "For {watch}: leave out posts that say “{words}”.",
            watch=name(proposal.watch),
            words=name(proposal.exclude),
        )
    return voice.say(
        "For {watch}: flag posts from {threshold} on, not from {now}.",
        watch=name(proposal.watch),
        threshold=voice.signed(proposal.threshold or 0.0),
        now=voice.signed(proposal.negative_below),
    )


def answered_words(proposal: Proposal, voice: Voice) -> str:
    """A proposal that was answered, to the person who did."""
    change = change_words(proposal, voice)
    if proposal.answer == "applied":
        return voice.say("✅ Applied by <@{who}>. {change}", who=proposal.by, change=change)
    return voice.say("<@{who}> said no, thanks. {change}", who=proposal.by, change=change)


def with_answer(blocks: Sequence[Block], proposal: Proposal, voice: Voice) -> list[Block]:
    """A message's blocks with the answer in the place of the proposal's buttons."""
    said = context(answered_words(proposal, voice))
    words, buttons = _words_id(proposal.id), buttons_id(proposal.id)
    shown = [said if block.get("block_id") == buttons else block for block in blocks]
    return [block for block in shown if block.get("block_id") != words]


def buttons_id(proposal: str) -> str:
    """The id of the block that holds a proposal's buttons."""
    return f"{ids.PROPOSAL_BLOCK}.{proposal}"


def _words_id(proposal: str) -> str:
    return f"{ids.PROPOSAL_BLOCK}.{proposal}.words"
