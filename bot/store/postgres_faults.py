"""What PostgreSQL and its client library raise, told as Vigie's own errors, without a secret."""

from __future__ import annotations

import psycopg
from psycopg import errors
from psycopg.conninfo import conninfo_to_dict

from bot.errors import ConfigError, Fault, StoreBehind, StoreUnavailable

CONNECT_TIMEOUT = 10
"""Seconds that a connection may take."""

LOST_RACES = (errors.DeadlockDetected, errors.SerializationFailure)
"""Nothing was written, and the same may succeed at once."""


def checked(url: str) -> str:
    """An address that the client library can read. Raises ConfigError.

    What the library says of a bad one is kept back: it quotes parts of it, a password among them.
    """
    try:
        conninfo_to_dict(url)
    except psycopg.Error:
        fault = Fault("store", "is no address that PostgreSQL's client library can read")
        raise ConfigError((fault,)) from None
    return url


async def connected(url: str) -> psycopg.AsyncConnection:
    """A connection of one's own. Raises ConfigError, and StoreUnavailable in words."""
    try:
        return await psycopg.AsyncConnection.connect(
            checked(url), autocommit=True, connect_timeout=CONNECT_TIMEOUT
        )
    except psycopg.Error as fault:
        raise StoreUnavailable(f"the database cannot be reached: {_words(fault)}") from None


def told(fault: psycopg.Error) -> StoreUnavailable | StoreBehind | ValueError:
    """The error to raise in the place of one of psycopg's.

    A value that a column or an index cannot hold is a ValueError, which quotes nothing of it.
    """
    if isinstance(fault, errors.UndefinedTable | errors.UndefinedColumn):
        return StoreBehind(
            f"the database's tables are not this Vigie's ({_words(fault)}): run `vigie migrate`"
        )
    if isinstance(fault, psycopg.DataError | errors.ProgramLimitExceeded):
        return ValueError(f"the database cannot hold it ({type(fault).__name__})")
    if isinstance(fault, psycopg.OperationalError | psycopg.InterfaceError):
        return StoreUnavailable(f"the database broke off: {_words(fault)}")
    return StoreUnavailable(f"the database refuses: {_words(fault)}")


def _words(fault: psycopg.Error) -> str:
    said = fault.diag.message_primary or str(fault)
    return " ".join(said.split())[:300]
