"""What a person put into a form."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, time
from typing import Any

from bot.domain.severity import SEVERITIES, Severity
from bot.slack import ids


def chosen(view: Mapping[str, Any], block: str) -> str:
    """The value of the option that was chosen, `""` for none."""
    return str((_state(view, block).get("selected_option") or {}).get("value") or "")


def severity(view: Mapping[str, Any], block: str, otherwise: Severity) -> Severity:
    """The severity that was chosen, `otherwise` for none."""
    written = chosen(view, block)
    return next((step for step in SEVERITIES if step == written), otherwise)


def person(view: Mapping[str, Any], block: str) -> str:
    """The id of the member who was chosen, `""` for nobody."""
    return str(_state(view, block).get("selected_user") or "")


def text(view: Mapping[str, Any], block: str) -> str:
    """What was typed."""
    return str(_state(view, block).get("value") or "")


def several(view: Mapping[str, Any], block: str) -> tuple[str, ...]:
    """The values of the options that were chosen, or ticked."""
    options = _state(view, block).get("selected_options") or ()
    return tuple(str(option["value"]) for option in options)


def clock(view: Mapping[str, Any], block: str) -> time | None:
    """The time of day that was chosen, None for none."""
    written = str(_state(view, block).get("selected_time") or "")
    try:
        return time.fromisoformat(written)
    except ValueError:
        return None


def day(view: Mapping[str, Any], block: str) -> date | None:
    """The day that was chosen, None for none."""
    written = str(_state(view, block).get("selected_date") or "")
    try:
        return date.fromisoformat(written)
    except ValueError:
        return None


def _state(view: Mapping[str, Any], block: str) -> Mapping[str, Any]:
    values = (view.get("state") or {}).get("values") or {}
    held: Mapping[str, Any] = (values.get(block) or {}).get(ids.VALUE) or {}
    return held
