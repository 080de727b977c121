"""Drafting an answer: by one person, approved by another where they ask for it, and sent by hand.

Vigie posts nothing outside Slack: what is here ends in a direct message to who drafted it.
"""

from __future__ import annotations

from collections.abc import Sequence

import structlog

from bot.domain import drafts
from bot.domain.alerts import TrackedReason
from bot.domain.conversation import Conversation
from bot.domain.drafts import Draft
from bot.domain.folding import full_text
from bot.domain.outbox import direct_delivery, note_delivery
from bot.domain.phrases import filled, fitting
from bot.errors import Conflict, ConversationError, IllegalTransition
from bot.services import conversations, playbooks, voices
from bot.services.base import Services
from bot.services.deeds import Act, worked_out
from bot.services.races import won
from bot.slack.blocks import drafts as blocks
from bot.slack.blocks.draftform import Form, Started
from bot.slack.blocks.drafts import Quoted
from bot.slack.blocks.parts import Card
from bot.store.base import Put, Write
from bot.store.repositories import Kept

log = structlog.get_logger(__name__)

NEWEST = 20
"""Posts of a conversation among which the one to answer is looked for."""


_NUMBER = "."
"""What stands in a draft's id between its conversation's and a number."""


async def begin(services: Services, id: str, by: str) -> Form:
    """`by` begins a draft for a conversation, or goes on with theirs; whoever else is at one for it
    is told. Raises a ConversationError."""
    conversation = await _open_conversation(services, id)
    now = services.now()
    before = await _of_conversation(services, conversation.id)
    begun = drafts.of(by, before, now)
    if begun is None:
        id = f"{conversation.id}{_NUMBER}{services.sequence()}"
        begun = Draft(id=id, conversation=conversation.id, by=by, at=now)
        await services.records.commit([services.records.drafts.put(begun.id, begun, 0)])
        await _tell_others(services, conversation, begun)
    return await _form(services, conversation, begun, drafts.last_text(by, before, now))


async def again(services: Services, id: str, by: str) -> Form:
    """The form of a draft that `by` is writing. Raises a ConversationError."""
    draft = (await _kept(services, id)).value
    drafts.check_writes(draft, by)
    conversation = (await conversations.find(services, draft.conversation)).value
    return await _form(services, conversation, draft, "")


async def give_up(services: Services, id: str, by: str) -> None:
    """`by` closed the form: a draft of theirs that nobody submitted was none."""
    kept = await services.records.drafts.get(id)
    if kept and kept.value.by == by and kept.value.state == "drafting":
        try:
            await services.records.commit([services.records.drafts.remove(id, kept.version)])
        except Conflict:
            log.info("a draft was submitted while its form was closed", id=id)


async def submit(services: Services, id: str, by: str, text: str, approver: str) -> Draft:
    """It is written: its author `by` gets it in a form to copy from, or `approver` is asked first.

    One that was given up meanwhile, as another form of it was closed, is taken up again. Raises a
    ConversationError.
    """
    match await services.slack.no_person(approver) if approver else "":
        case "is_bot":
            raise IllegalTransition("A bot approves nothing. Choose a person.")
        case "deleted":
            raise IllegalTransition("<@{who}> has left. Choose somebody else.", who=approver)
    kept = await services.records.drafts.get(id) or Kept(_again(services, id, by), 0)
    await _open_conversation(services, kept.value.conversation)
    draft = drafts.submitted(kept.value, by, text, approver)
    older = await services.records.drafts.find({"conversation": draft.conversation}, "at")
    versions = {one.value.id: one.version for one in older}
    writes: list[Write] = [
        services.records.drafts.put(one.id, one, versions[one.id])
        for one in drafts.replaced((found.value for found in older), draft)
    ]
    word = await _asking(services, draft) if approver else await _ready(services, draft)
    return await _keep(services, kept, draft, [*writes, word])


async def approve(services: Services, id: str, by: str) -> Draft:
    """`by` approves it: its author gets it to copy from, and both names go into the thread.
    Raises a ConversationError."""
    kept = await _kept(services, id)
    draft = drafts.approved(kept.value, by, services.now())
    words = [await _ready(services, draft), *await _in_thread(services, draft)]
    return await _keep(services, kept, draft, words)


async def send_back(services: Services, id: str, by: str, note: str) -> Draft:
    """`by` wants it otherwise, and says how. Raises a ConversationError."""
    kept = await _kept(services, id)
    draft = drafts.returned(kept.value, by, note, services.now())
    voice = await voices.to(services, draft.by)
    card = blocks.returned_card(draft, await services.slack.name_of(by), voice)
    return await _keep(services, kept, draft, [_direct(services, draft.by, card)])


async def sent(services: Services, id: str, by: str) -> Draft:
    """Its author has sent it: the conversation is replied to, by them. Raises a
    ConversationError."""

    async def replied() -> Draft:
        kept = await _kept(services, id)
        draft = drafts.sent(kept.value, by)
        return await _keep(services, kept, draft, await _replied(services, draft))

    return await won(replied)


async def quoted(services: Services, conversation: Conversation) -> Quoted:
    """The post that is answered: the newest of the conversation that is not the brand's own, or
    what was said of it where it was tracked."""
    newest = await services.records.mentions.find(
        {"conversation": conversation.id}, "at", newest_first=True, limit=NEWEST
    )
    for kept in newest:
        post = kept.value.post
        if (post.source, post.author.casefold()) not in services.config.accounts:
            language = kept.value.analysis.language
            return Quoted(full_text(post), post.author, language, post.url)
    alert = await services.records.alerts.get(conversation.alert)
    reason = alert.value.reason if alert else None
    words = reason.words if isinstance(reason, TrackedReason) else ""
    return Quoted(words, "", conversation.language, conversation.url)


async def _open_conversation(services: Services, id: str) -> Conversation:
    conversation = (await conversations.find(services, id)).value
    if not conversation.is_open:
        raise IllegalTransition("This conversation is closed. Reopen it before you answer.")
    return conversation


def _again(services: Services, id: str, by: str) -> Draft:
    conversation = id.rpartition(_NUMBER)[0]
    return Draft(id=id, conversation=conversation, by=by, at=services.now())


async def _form(services: Services, conversation: Conversation, draft: Draft, written: str) -> Form:
    post = await quoted(services, conversation)
    known = (*await playbooks.phrases_for(services, conversation), *services.config.phrases)
    offer = fitting(known, post.language, post.text)
    me = await services.slack.name_of(draft.by)
    others = drafts.of_others(
        await _of_conversation(services, conversation.id), draft.by, services.now()
    )
    return Form(
        draft=draft.id,
        title=conversation.title,
        post=post,
        offer=offer,
        texts=tuple(filled(one.text, author=post.author, me=me) for one in offer.phrases),
        written=written,
        others=tuple(
            [Started(await services.slack.name_of(other.by), other.at) for other in others]
        ),
    )


async def _tell_others(services: Services, conversation: Conversation, begun: Draft) -> None:
    """Tell whoever else drafts for the conversation that there is a second; read after the second
    was kept, so that of two who begin at once one at least sees the other."""
    found = await _of_conversation(services, conversation.id)
    others = drafts.of_others(found, begun.by, services.now())
    if not others:
        return
    called = await services.slack.name_of(begun.by)
    words: list[Put] = []
    for other in others:
        voice = await voices.to(services, other.by)
        card = blocks.second_card(conversation, called, voice)
        words.append(_direct(services, other.by, card, about=f"draft {begun.id}"))
    await services.records.commit(words)
    services.wake.set()


async def _asking(services: Services, draft: Draft) -> Put:
    voice = await voices.to(services, draft.approver)
    conversation = (await conversations.find(services, draft.conversation)).value
    post = await quoted(services, conversation)
    called = await services.slack.name_of(draft.by)
    return _direct(services, draft.approver, blocks.asking_card(draft, called, post, voice))


async def _ready(services: Services, draft: Draft) -> Put:
    voice = await voices.to(services, draft.by)
    conversation = (await conversations.find(services, draft.conversation)).value
    post = await quoted(services, conversation)
    approver = await services.slack.name_of(draft.approver) if draft.approver else ""
    return _direct(services, draft.by, blocks.ready_card(draft, approver, post.url, voice))


async def _in_thread(services: Services, draft: Draft) -> list[Put]:
    """Who drafted and who approved, below the conversation's card."""
    conversation = (await conversations.find(services, draft.conversation)).value
    alert = await services.records.alerts.get(conversation.alert) if conversation.alert else None
    if alert is None:
        return []
    channel = alert.value.channel
    words = blocks.approved_note(draft, voices.in_channel(services, channel))
    note = note_delivery(alert.value.id, channel, words, services.sequence(), services.now())
    return [services.records.outbox.put(note.id, note, 0)]


async def _replied(services: Services, draft: Draft) -> Sequence[Write]:
    """What the answer does to the conversation; nothing, where that is closed or answered."""
    kept = await conversations.find(services, draft.conversation)
    try:
        done = await worked_out(services, kept, Act(by=draft.by, deed="reply"), services.now())
    except ConversationError as refusal:
        log.info("an answer was sent that changes nothing", id=draft.id, reason=str(refusal))
        return ()
    return done.writes


async def _keep(
    services: Services, kept: Kept[Draft], draft: Draft, writes: Sequence[Write]
) -> Draft:
    put = services.records.drafts.put(draft.id, draft, kept.version)
    await services.records.commit([put, *writes])
    services.wake.set()
    return draft


def _direct(services: Services, user: str, card: Card, about: str = "") -> Put:
    word = direct_delivery(user, card.text, services.sequence(), services.now(), about, card.blocks)
    return services.records.outbox.put(word.id, word, 0)


async def _of_conversation(services: Services, conversation: str) -> list[Draft]:
    found = await services.records.drafts.find({"conversation": conversation}, "at")
    return [kept.value for kept in found]


async def _kept(services: Services, id: str) -> Kept[Draft]:
    kept = await services.records.drafts.get(id)
    if kept is None:
        raise IllegalTransition("This draft was given up. Begin a new one.")
    return kept
