"""A drill made of what happened once: an alert, with all that was part of its story."""

from __future__ import annotations

import structlog

from bot.domain.alerts import Alert
from bot.domain.mention import NEUTRAL, UNKNOWN, Mention
from bot.domain.scripts import Expects, Heard, KeptScript, ScriptFault, key_of, remade
from bot.domain.vanishing import shown_by
from bot.errors import ConversationError
from bot.i18n import LANGUAGES, Voice
from bot.services.base import Services
from bot.services.finding import find
from bot.services.playbooks import fit_for
from bot.services.scripts import shipped
from bot.services.watching import is_admin
from bot.services.wholes import BEFORE

log = structlog.get_logger(__name__)


async def remake(services: Services, by: str, written: str, name: str = "") -> KeptScript:
    """Keep a drill made of the alert whose conversation is `written`, under a name (in the place of
    one that was made under it): its posts by their ids, so that what is forgotten elsewhere is
    forgotten here. Raises ConversationError."""
    if not (is_admin(services, by) or by == services.config.rota.manager):
        raise ConversationError(
            "Drills are made of past alerts by those who administer Vigie, and by the manager."
        )
    conversation = (await find(services, written)).value
    alert = await _whole(services, conversation.alert)
    if alert is None:
        raise ConversationError("Nothing was told of that conversation: there is nothing to play.")
    key = key_of(name or f"{alert.watch} {conversation.id}")
    if any(key == script.name for tongue in LANGUAGES for script in shipped(tongue)):
        raise ConversationError("A drill of that name ships with Vigie. Choose another name.")
    language = services.config.slack.language
    voice = Voice(language, services.config.timezone)
    heard = [await _heard(services, one) for one in await _posts(services, alert)]
    when = voice.day(alert.raised)
    try:
        script = remade(
            heard,
            name=key,
            title=name or voice.say("{watch}, {day}", watch=alert.watch, day=when),
            situation=voice.say(
                "This happened on {day}, to {watch}. Who wrote is not told.",
                day=when,
                watch=alert.watch,
            ),
            voices=voice.say("Voice {n}", n="{n}"),
            playbook=await _playbook(services, alert),
        )
    except ScriptFault as fault:
        raise ConversationError(
            "Nothing is kept of its posts: there is nothing to play."
        ) from fault
    kept = KeptScript(script=script, alert=alert.id, by=by, made=services.now())
    await services.records.commit([services.records.scripts.put(script.name, kept)])
    log.info("a drill was made", script=script.name, alert=alert.id, by=by)
    return kept


async def _whole(services: Services, id: str) -> Alert | None:
    """The alert, or the one whose part it is."""
    alerts = services.records.alerts
    kept = await alerts.get(id) if id else None
    if kept is None:
        return None
    whole = await alerts.get(kept.value.within or kept.value.part_of or id)
    return whole.value if whole else kept.value


async def _posts(services: Services, alert: Alert) -> list[Mention]:
    """The posts of an alert and of its parts, as far as they are kept."""
    records = services.records
    around = await records.alerts.find(
        {"watch": alert.watch}, "raised", since=alert.raised - BEFORE
    )
    parts = [one.value for one in around if alert.id in (one.value.within, one.value.part_of)]
    ids = sorted({id for one in (alert, *parts) for id in shown_by(one)})
    found = [await records.mentions.get(id) for id in ids]
    return [kept.value for kept in found if kept and not kept.value.deleted]


async def _heard(services: Services, mention: Mention) -> Heard:
    language = mention.analysis.language
    return Heard(
        mention=mention.id,
        at=mention.at,
        author=mention.post.author,
        language="" if language == UNKNOWN else language,
        source=mention.post.source,
        followers=mention.post.followers,
        expects=await _expects(services, mention),
    )


async def _expects(services: Services, mention: Mention) -> Expects:
    """What the team made of it then; else whether it is friendly."""
    kept = await services.records.conversations.get(mention.conversation)
    match kept.value.because if kept else "":
        case "not_about_us":
            return "dismiss"
        case "not_negative":
            return "nothing"
    felt = mention.analysis.sentiment
    return "nothing" if felt and felt.score >= NEUTRAL else "answer"


async def _playbook(services: Services, alert: Alert) -> str:
    """The playbook that was worked by then, or that would be offered now."""
    kept = await services.records.checklists.get(alert.id)
    if kept:
        return kept.value.playbook
    fit = await fit_for(services, alert)
    return fit.name if fit else ""
