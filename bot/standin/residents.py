"""Who lives in the workspace, and in which channels."""

from __future__ import annotations

import msgspec

TEAM_ID = "T0STANDIN01"
TEAM_NAME = "Maison Lumo"
TEAM_DOMAIN = "maison-lumo"
BOT_USER_ID = "U0STANDINBOT"
BOT_ID = "B0STANDINBOT"


class User(msgspec.Struct, frozen=True, kw_only=True):
    """A person, or the app's bot user. `color` is "#rrggbb"; `tz_offset` is in seconds. Who is
    `deleted` has left: their account was deactivated."""

    id: str
    name: str
    real_name: str
    title: str
    color: str
    locale: str = "en-GB"
    email: str = ""
    tz: str = "Europe/London"
    tz_offset: int = 0
    is_bot: bool = False
    deleted: bool = False


class Channel(msgspec.Struct, frozen=True, kw_only=True):
    """A conversation of Slack's; `created` is in seconds since the epoch."""

    id: str
    name: str
    topic: str = ""
    members: tuple[str, ...] = ()
    is_private: bool = False
    is_im: bool = False
    is_archived: bool = False
    created: int = 1_700_000_000


PEOPLE = (
    User(
        id="U0SAMCART1",
        name="sam",
        real_name="Sam Carter",
        title="Community manager",
        color="#2f7d5b",
        email="sam@example.com",
    ),
    User(
        id="U0CAMILLE1",
        name="camille",
        real_name="Camille Roux",
        title="Community manager",
        color="#b5478f",
        locale="fr-FR",
        email="camille@example.com",
        tz="Europe/Paris",
        tz_offset=3600,
    ),
    User(
        id="U0MARGOT01",
        name="margot",
        real_name="Margot Bell",
        title="Manager",
        color="#3d62b3",
        email="margot@example.com",
    ),
)

CHANNELS = ("#brand-watch", "#care", "#general", "#vigie-admin")

_TOPICS = {
    "brand-watch": "What people say about us, as it happens",
    "care": "Answers to customers",
    "general": "Everybody",
    "vigie-admin": "What the bot tells its keepers",
}


def bot_user(app_name: str) -> User:
    """The user under whose name the app posts."""
    return User(
        id=BOT_USER_ID,
        name="".join(c for c in app_name.lower() if c.isalnum()) or "app",
        real_name=app_name,
        title="App",
        color="#5b6b7a",
        tz="UTC",
        is_bot=True,
    )


def channel(number: int, name: str) -> Channel:
    """The channel called `name` (with or without #), with everybody and the bot in it."""
    bare = name.removeprefix("#")
    return Channel(
        id=f"C0STANDIN{number:02d}",
        name=bare,
        topic=_TOPICS.get(bare, ""),
        members=(*(person.id for person in PEOPLE), BOT_USER_ID),
    )
