"""Arguments as clients send them: query, form or JSON, with structures possibly as JSON text."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from aiohttp import web

from bot.standin.errors import ApiError, bad_arguments
from bot.standin.wire import Json, micros, parsed


class Args:
    """One call's arguments. Reading a wrong one raises ApiError."""

    def __init__(self, given: Mapping[str, Any]) -> None:
        self.given = {name: value for name, value in given.items() if value is not None}

    def text(self, name: str, default: str = "") -> str:
        """A string; numbers are taken as their text."""
        value = self.given.get(name, default)
        if isinstance(value, bool) or not isinstance(value, str | int | float):
            raise bad_arguments(f"must be a string [json-pointer:/{name}]")
        return str(value)

    def needed(self, name: str) -> str:
        """A string that must be there."""
        if not (value := self.text(name)):
            raise bad_arguments(f"missing required field: {name}")
        return value

    def flag(self, name: str) -> bool:
        """true where it is given as true, "true" or 1."""
        return str(self.given.get(name, "")).lower() in {"true", "1"}

    def count(self, name: str, default: int, most: int) -> int:
        """A whole number from 1 to `most`, which is used where more is asked."""
        try:
            value = int(self.given.get(name, default))
        except (TypeError, ValueError):
            raise ApiError("invalid_arguments") from None
        if value < 1:
            raise ApiError("invalid_limit")
        return min(value, most)

    def moment(self, name: str) -> int | None:
        """A timestamp in microseconds, None where it is not given."""
        if not (value := self.text(name)):
            return None
        try:
            return micros(value)
        except ValueError:
            raise ApiError(f"invalid_ts_{name}") from None

    def structure(self, name: str) -> object:
        """A list or an object, None where it is not given."""
        value = self.given.get(name)
        if not isinstance(value, str):
            return value
        try:
            return parsed(value)
        except ValueError:
            raise bad_arguments(f"must be JSON [json-pointer:/{name}]") from None

    def mapping(self, name: str) -> Json | None:
        """An object, None where it is not given."""
        value = self.structure(name)
        if value is not None and not isinstance(value, dict):
            raise bad_arguments(f"must provide an object [json-pointer:/{name}]")
        return value

    def names(self, name: str) -> tuple[str, ...]:
        """Strings given as a list, or in one string with commas."""
        value = self.given.get(name, "")
        parts = value if isinstance(value, list) else str(value).split(",")
        return tuple(str(part).strip() for part in parts if str(part).strip())


async def read(request: web.Request) -> Args:
    """The arguments of a request: those of its body over those of its query.

    Raises ApiError invalid_json, json_not_object, invalid_form_data or invalid_charset, as
    Slack does.
    """
    given: Json = dict(request.query)
    try:
        if request.content_type == "application/json":
            given |= _object(await request.text())
        elif request.can_read_body:
            given |= _fields(await request.post())
    except LookupError:
        raise ApiError("invalid_charset") from None
    except ValueError:
        is_json = request.content_type == "application/json"
        raise ApiError("invalid_json" if is_json else "invalid_form_data") from None
    return Args(given)


def _object(body: str) -> Json:
    if not body:
        return {}
    value = parsed(body)
    if not isinstance(value, dict):
        raise ApiError("json_not_object")
    return value


def _fields(form: Mapping[str, object]) -> Json:
    """The text fields; files are uploaded elsewhere."""
    return {name: value for name, value in form.items() if isinstance(value, str)}
