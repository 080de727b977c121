"""Which column of an export is what, by the names that tools in several languages give it. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

import msgspec

from bot.domain.folding import fold
from bot.sources.sent.item import FIELDS, Field, count_of

_NAMES: Mapping[Field, tuple[str, ...]] = {
    "id": (
        *("id", "post id", "postid", "message id", "mention id", "tweet id", "tweetid", "id str"),
        *("resource id", "uuid", "guid", "external id", "document id", "comment id", "review id"),
        *("identifiant", "id du message", "beitrags id", "nachrichten id"),
    ),
    "url": (
        *("url", "link", "permalink", "post url", "post link", "postlink", "message url", "uri"),
        *("tweet url", "mention url", "permalink url", "article url", "source url", "web url"),
        *("lien", "adresse", "lien du message", "adresse web", "beitragslink"),
    ),
    "text": (
        *("full text", "text", "body", "content", "message", "post text", "mention content"),
        *("mention text", "post message", "tweet text", "tweet", "comment", "comment text"),
        *("review", "review text", "caption", "post content", "selftext", "full picture text"),
        *("hit sentence", "snippet", "opening text", "mention snippet", "summary", "description"),
        *("texte", "texte integral", "contenu", "commentaire", "avis", "extrait", "legende"),
        *("inhalt", "nachricht", "beitrag", "beitragstext", "kommentar", "volltext", "auszug"),
    ),
    "title": (
        *("title", "headline", "subject", "post title", "article title"),
        *("titre", "sujet", "objet", "titel", "betreff", "uberschrift", "schlagzeile"),
    ),
    "author": (
        *("author", "author name", "user", "username", "user name", "screen name", "handle"),
        *(
            "user screen name",
            "author handle",
            "author username",
            "from",
            "from name",
            "influencer",
        ),
        *("account", "profile", "creator", "poster", "by", "name", "sender", "user handle"),
        *("auteur", "utilisateur", "nom d utilisateur", "pseudo", "compte"),
        *("autor", "verfasser", "benutzer", "benutzername", "nutzername", "konto"),
    ),
    "author_url": (
        *("author url", "author link", "profile url", "profile link", "user url", "author profile"),
        *("lien de l auteur", "url de l auteur", "profil url", "autor url"),
    ),
    "at": (
        *("at", "date", "created at", "created", "published", "published at", "created utc"),
        *("publication date", "date published", "published date", "post date", "posted at"),
        *("posted", "posted on", "timestamp", "datetime", "date time", "date utc", "time"),
        *("created time", "date created", "created date", "creation date", "tweet date"),
        *("date et heure", "date de publication", "publie le", "cree le", "date de creation"),
        *("datum", "veroffentlicht", "veroffentlicht am", "erstellt", "erstellt am", "zeitpunkt"),
        *("datum uhrzeit", "veroffentlichungsdatum", "erstellungsdatum"),
    ),
    "language": ("language", "lang", "language code", "langue", "sprache"),
    "followers": (
        *("followers", "follower count", "followers count", "author followers", "audience"),
        *("user followers count", "author followers count", "x followers", "twitter followers"),
        *("abonnes", "nombre d abonnes", "follower", "abonnenten", "anzahl follower"),
    ),
    "engagement": (
        *("engagement", "engagements", "total engagement", "engagement total", "interactions"),
        *("total interactions", "interaktionen"),
    ),
    "thread": (
        *("thread", "thread id", "conversation id", "parent id", "in reply to", "root id"),
        *("in reply to id", "in reply to status id", "fil", "id du fil"),
    ),
    "deleted": ("deleted", "is deleted", "removed", "supprime", "geloscht"),
}
"""Folded, and of their words alone; the first that a file has is taken."""

_ACTS = frozenset(
    {
        *("likes", "like count", "likes count", "favorites", "favorite count", "favourites"),
        *("reactions", "reaction count", "comments", "comment count", "comments count", "replies"),
        *("reply count", "shares", "share count", "retweets", "retweet count", "reposts"),
        *("repost count", "quotes", "quote count", "upvotes", "points", "score", "num comments"),
        *("mentions j aime", "j aime", "commentaires", "partages", "reponses", "reposts"),
        *("gefallt mir", "gefallt mir angaben", "kommentare", "geteilt", "antworten"),
    }
)
"""Columns whose numbers are added up where there is none for engagement."""

_PARTS = re.compile(r"[^\w]+|_+|(?<=[a-z])(?=[A-Z])")


class Columns(msgspec.Struct, frozen=True, kw_only=True):
    """The column of each field that has one; and the columns of likes, answers and the like."""

    of: dict[Field, str]
    acts: tuple[str, ...] = ()

    @property
    def is_enough(self) -> bool:
        """Whether posts can be made of them: a text and a time."""
        return "at" in self.of and ("text" in self.of or "title" in self.of)

    def values(self, row: Mapping[str, object]) -> dict[Field, object]:
        """A row's values by field."""
        values = {field: row.get(column) for field, column in self.of.items()}
        if self.acts and "engagement" not in self.of:
            values["engagement"] = sum(count_of(row.get(column)) or 0 for column in self.acts)
        return values


def columns_of(names: Iterable[str], told: Mapping[Field, str] | None = None) -> Columns:
    """What each column is, by its name; `told` names some, as they are written or nearly so."""
    known: dict[str, str] = {}
    for name in names:
        known.setdefault(plain_name(name), name)
    found: dict[Field, str] = {}
    for field in FIELDS:
        wanted: Sequence[str] = _NAMES[field]
        if told and field in told:
            wanted = (plain_name(told[field]),)
        if column := next((known[name] for name in wanted if name in known), None):
            found[field] = column
    acts = tuple(column for name, column in known.items() if name in _ACTS)
    return Columns(of=found, acts=tuple(act for act in acts if act not in found.values()))


def plain_name(name: str) -> str:
    """A column's name by its words alone: `"Author.Name"`, `"author_name"` and `"authorName"` are
    `"author name"`."""
    return " ".join(fold(" ".join(_PARTS.split(name[:200]))).split())
