"""Where the demo's workers keep what they read, when there are several: a schema of their own."""

from __future__ import annotations

import contextlib
import secrets
from collections.abc import AsyncIterator
from urllib.parse import parse_qsl, quote, urlencode, urlsplit

from bot.config import PostgresAddress
from bot.errors import StoreUnavailable


def within(address: PostgresAddress, schema: str) -> PostgresAddress:
    """The same database, with `schema` for all that is not named in full
    (https://www.postgresql.org/docs/current/runtime-config-client.html#GUC-SEARCH-PATH)."""
    parts = urlsplit(address.url)
    settings = dict(parse_qsl(parts.query))
    settings["options"] = f"{settings.get('options', '')} -csearch_path={schema}".strip()
    query = urlencode(settings, quote_via=quote)
    return PostgresAddress(f"{parts.scheme}://{parts.netloc}{parts.path}?{query}")


@contextlib.asynccontextmanager
async def own_schema(address: PostgresAddress) -> AsyncIterator[tuple[str, PostgresAddress]]:
    """A schema of the demo's own, made ready as `vigie migrate` does, and dropped in the end: its
    name, and the address that leads into it.

    Raises StoreUnavailable where the database cannot be reached or allows none.
    """
    from bot.jobs.postgres import prepare
    from bot.store.postgres import migrate

    schema = f"vigie_demo_{secrets.token_hex(4)}"
    own = within(address, schema)
    await _execute(address, f"CREATE SCHEMA {schema}")
    try:
        await migrate(own.url)
        await prepare(own.url)
        yield schema, own
    finally:
        await _execute(address, f"DROP SCHEMA {schema} CASCADE")


async def _execute(address: PostgresAddress, statement: str) -> None:
    import psycopg

    try:
        async with await psycopg.AsyncConnection.connect(
            address.url, autocommit=True, connect_timeout=5
        ) as connection:
            await connection.execute(statement.encode())
    except psycopg.Error as error:
        reason = " ".join(str(error).split())
        raise StoreUnavailable(f"{address} cannot be used: {reason}") from None
