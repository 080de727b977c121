"""The names by which Slack tells us which button, field or modal it was."""

from __future__ import annotations

COMMAND = "/vigie"

CLAIM = "conversation_claim"
ASSIGN = "conversation_assign"
RELEASE = "conversation_release"
RESOLVE = "conversation_resolve"
DISMISS = "conversation_dismiss"
NOT_NEGATIVE = "conversation_not_negative"
REOPEN = "conversation_reopen"
CONFIRM = "conversation_confirm"
MORE = "conversation_more"
"""The menu behind a conversation's buttons; an entry's value is a verb, a space, and its id."""

VERB_REPLIED = "replied"
VERB_SNOOZE = "snooze"
VERB_WAKE = "wake"
VERB_DRAFT = "draft"
VERB_EXCHANGE = "exchange"
VERB_WHY = "why"
VERB_MUTE = "mute"

MUTE = "watch_mute"
UNMUTE = "watch_unmute"
OPEN_LINK = "open_link"

ASSIGN_VIEW = "assign_view"
RESOLVE_VIEW = "resolve_view"
MUTE_VIEW = "mute_view"

ASSIGNEE = "assignee"
NOTE = "note"
MUTE_FOR = "mute_for"
VALUE = "value"

QUEUE_SHORTCUT = "vigie_queue"
QUEUE_BLOCK = "queue"
QUEUE_VIEW = "queue_view"
NOTICE_VIEW = "notice_view"
