"""What is sent as a conversion."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.conversions import Conversion, ConversionKind
from bot.sources.sent.bodies import UnreadableBody
from bot.sources.sent.conversions import Converted, converted
from tests.builders import NOW

SALE = {
    "id": "order 7",
    "at": "2026-11-24T09:00:00Z",
    "kind": "sale",
    "tag": "autumn",
    "value": 49.9,
    "currency": "eur",
}


def read(*items: object) -> Converted:
    return converted(json.dumps(items).encode(), "application/json", NOW)


def one(**changes: object) -> Conversion:
    [found] = read({**SALE, **changes}).conversions
    return found


def test_a_sale_is_read_and_its_order_number_is_not_kept() -> None:
    sale = one()

    assert sale == Conversion(
        id=sale.id,
        at=datetime(2026, 11, 24, 9, tzinfo=UTC),
        kind="sale",
        tag="autumn",
        value=Decimal("49.90"),
        currency="EUR",
    )
    assert "order" not in sale.id
    assert one(value=1).id == sale.id
    assert one(id="order 8").id != sale.id


def test_of_a_link_no_more_is_kept_than_tells_a_campaign() -> None:
    link = "https://lumo.example/?utm_campaign=autumn&mail=ada@x.example"
    assert one(url=link).url == "https://lumo.example/?utm_campaign=autumn"
    assert one(tag=link).tag == "https://lumo.example/?utm_campaign=autumn"
    assert [one(tag=tag).tag for tag in ("autumn", "#lumo")] == ["autumn", "#lumo"]


@pytest.mark.parametrize(
    ("said", "kind"),
    [("Sign_Up", "sign-up"), ("inscription", "sign-up"), ("Vente", "sale"), ("CLIC", "click")],
)
def test_a_kind_is_known_in_english_and_in_french(said: str, kind: ConversionKind) -> None:
    assert one(kind=said).kind == kind


def test_the_sign_of_an_amount_tells_its_currency_where_nothing_else_does() -> None:
    assert (one(value="1 234,50 £", currency=None).currency) == "GBP"
    assert (one(value="$5").currency) == "EUR"
    assert one(value=None).value is None


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"id": None}, "id: is missing"),
        ({"at": ""}, "at: is missing: when it happened"),
        ({"at": "2026-11-24T09:00:00"}, "at: has no time zone"),
        ({"kind": "visit by car"}, "kind: is one of click, sign-up, sale, engagement"),
        ({"kind": None}, "kind: is missing"),
        ({"tag": ""}, "tag: is missing: campaign, tag or url tells whose it is"),
        ({"tag": "x" * 201}, "tag: is longer than 200 characters"),
        ({"tag": ["autumn"]}, "tag: is no text"),
        ({"value": -5}, "value: is no amount of money"),
        ({"value": "a lot"}, "value: is no amount of money"),
        ({"value": True}, "value: is no amount of money"),
        ({"currency": "euros and cents"}, "currency: is three letters"),
        ({"count": 0}, "count: is a whole number"),
        ({"count": 2**60}, "count: is a whole number"),
    ],
)
def test_what_cannot_be_counted_is_told_with_why(changes: dict[str, object], words: str) -> None:
    found = read({**SALE, **changes}, SALE, "a sale")

    assert len(found.conversions) == 1
    assert [bad.index for bad in found.bad] == [0, 2]
    assert found.bad[0].error.startswith(words)
    assert found.bad[1].error == "is no object"


def test_a_body_of_nothing_is_refused() -> None:
    with pytest.raises(UnreadableBody, match="holds no conversion"):
        read()


@given(
    st.recursive(
        st.none()
        | st.booleans()
        | st.floats(allow_nan=False, allow_infinity=False)
        | st.integers()
        | st.text(),
        lambda inner: st.lists(inner, max_size=2),
        max_leaves=3,
    ),
    st.sampled_from([*sorted(SALE), "url", "campaign", "count"]),
)
def test_whatever_a_field_holds_it_is_a_conversion_or_bad(value: object, field: str) -> None:
    found = read({**SALE, field: value})

    assert len(found.conversions) + len(found.bad) == 1
