"""What a person types, as Slack's own client would send it.

Rules: https://docs.slack.dev/messaging/formatting-message-text#escaping
"""

from __future__ import annotations

import re

from bot.standin.workspace import Workspace

_ENTITY = re.compile(r"<(?:@[UW]|#C)[A-Z0-9]+(?:\|[^<>|]*)?>")
_NAMED = re.compile(r"(?<![\w&])([@#])([\w.-]+)")


def escaped(text: str) -> str:
    """The text with `&`, `<`, `>` escaped; only links to users and channels stay markup."""
    made: list[str] = []
    end = 0
    for entity in _ENTITY.finditer(text):
        made += [_plain(text[end : entity.start()]), entity.group()]
        end = entity.end()
    return "".join([*made, _plain(text[end:])])


def linked(text: str, workspace: Workspace, *, with_names: bool = False) -> str:
    """The text with @name and #channel turned into links, where such a one exists.

    `with_names` writes `<@U1|name>`, as commands with `should_escape` receive it.
    """

    def link(found: re.Match[str]) -> str:
        sign, name = found.groups()
        known = workspace.user(name) if sign == "@" else workspace.channel(name)
        if known is None:
            return found.group()
        return f"<{sign}{known.id}|{known.name}>" if with_names else f"<{sign}{known.id}>"

    return _NAMED.sub(link, text)


def _plain(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
