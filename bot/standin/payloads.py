"""The payloads that Slack sends for what people do.

Shapes: https://docs.slack.dev/reference/interaction-payloads and
https://docs.slack.dev/interactivity/implementing-slash-commands
"""

from __future__ import annotations

from bot.standin.residents import TEAM_DOMAIN, TEAM_ID, Channel, User
from bot.standin.spec import AppSpec, Command, Shortcut
from bot.standin.wire import Json


def command(
    spec: AppSpec,
    user: User,
    channel: Channel,
    typed: Command,
    text: str,
    *,
    trigger_id: str,
    response_url: str,
) -> Json:
    """A slash command: flat, for it is a form in HTTP mode."""
    return {
        "token": spec.verification_token,
        "team_id": TEAM_ID,
        "team_domain": TEAM_DOMAIN,
        "channel_id": channel.id,
        "channel_name": channel_name(channel),
        "user_id": user.id,
        "user_name": user.name,
        "command": typed.command,
        "text": text,
        "api_app_id": spec.id,
        "is_enterprise_install": "false",
        "response_url": response_url,
        "trigger_id": trigger_id,
    }


def block_actions(spec: AppSpec, user: User, where: Json, action: Json, *, trigger_id: str) -> Json:
    """An element was used; `where` is what `in_message` or `in_view` answers."""
    return {
        "type": "block_actions",
        **_from(spec, user),
        **where,
        "trigger_id": trigger_id,
        "actions": [action],
    }


def in_message(
    channel: Channel, message: Json, ephemeral: bool, state: Json, response_url: str
) -> Json:
    """Where an element stands in a message; Slack does not tell an ephemeral's content."""
    ts = message["ts"]
    container: Json = {
        "type": "message",
        "message_ts": ts,
        "channel_id": channel.id,
        "is_ephemeral": ephemeral,
    }
    if "thread_ts" in message:
        container["thread_ts"] = message["thread_ts"]
    made: Json = {
        "container": container,
        "channel": {"id": channel.id, "name": channel_name(channel)},
        "state": {"values": state},
        "response_url": response_url,
    }
    return made if ephemeral else made | {"message": message}


def in_view(view: Json) -> Json:
    """Where an element stands in a view."""
    return {"container": {"type": "view", "view_id": view["id"]}, "view": view}


def view_submission(spec: AppSpec, user: User, view: Json, *, trigger_id: str) -> Json:
    """A modal was submitted."""
    return {
        "type": "view_submission",
        **_from(spec, user),
        "trigger_id": trigger_id,
        "view": view,
        "response_urls": [],
    }


def view_closed(spec: AppSpec, user: User, view: Json, *, cleared: bool) -> Json:
    """A modal was closed without being submitted."""
    return {"type": "view_closed", **_from(spec, user), "view": view, "is_cleared": cleared}


def shortcut(spec: AppSpec, user: User, chosen: Shortcut, *, action_ts: str, trigger: str) -> Json:
    """A global shortcut was chosen."""
    return {
        "type": "shortcut",
        **_from(spec, user),
        "callback_id": chosen.callback_id,
        "action_ts": action_ts,
        "trigger_id": trigger,
    }


def message_action(
    spec: AppSpec,
    user: User,
    chosen: Shortcut,
    channel: Channel,
    message: Json,
    *,
    action_ts: str,
    trigger: str,
    response_url: str,
) -> Json:
    """A message shortcut was chosen."""
    return {
        "type": "message_action",
        **_from(spec, user),
        "callback_id": chosen.callback_id,
        "action_ts": action_ts,
        "trigger_id": trigger,
        "response_url": response_url,
        "message_ts": message["ts"],
        "channel": {"id": channel.id, "name": channel_name(channel)},
        "message": message,
    }


def block_suggestion(
    spec: AppSpec, user: User, where: Json, block_id: str, action_id: str, value: str
) -> Json:
    """Somebody typed into a select whose options the app supplies."""
    return {
        "type": "block_suggestion",
        **_from(spec, user),
        **where,
        "block_id": block_id,
        "action_id": action_id,
        "value": value,
    }


def channel_name(channel: Channel) -> str:
    """What Slack calls the channel in payloads."""
    return "directmessage" if channel.is_im else channel.name


def _from(spec: AppSpec, user: User) -> Json:
    return {
        "team": {"id": TEAM_ID, "domain": TEAM_DOMAIN},
        "user": {
            "id": user.id,
            "username": user.name,
            "name": user.name,
            "team_id": TEAM_ID,
        },
        "api_app_id": spec.id,
        "token": spec.verification_token,
        "enterprise": None,
        "is_enterprise_install": False,
    }
