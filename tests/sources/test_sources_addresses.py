import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.sources.addresses import is_public


@pytest.mark.parametrize(
    "address",
    ["8.8.8.8", "93.184.216.34", "2606:4700::1111", "2a00:1450:4007:80c::200e", "::ffff:8.8.8.8"],
)
def test_addresses_of_the_internet_may_be_fetched(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize(
    "address",
    [
        "0.0.0.0",  # noqa: S104 - not bound to
        "10.0.0.1",
        "100.64.0.1",  # shared, behind a provider's NAT
        "127.0.0.1",
        "127.255.255.254",
        "169.254.169.254",  # what clouds tell their machines
        "172.16.0.1",
        "192.0.0.8",
        "192.0.2.1",
        "192.88.99.1",  # 6to4 relays
        "192.168.1.1",
        "198.18.0.1",
        "203.0.113.9",
        "224.0.0.1",
        "239.255.255.255",
        "240.0.0.1",
        "255.255.255.255",
        "::",
        "::1",
        "::127.0.0.1",
        "::ffff:127.0.0.1",
        "::ffff:0:7f00:1",
        "64:ff9b::7f00:1",  # NAT64
        "64:ff9b::808:808",
        "64:ff9b:1::1",
        "100::1",
        "2001::1",  # Teredo
        "2001:db8::1",
        "2002:7f00:1::",  # 6to4
        "3fff::1",
        "fc00::1",
        "fe80::1",
        "fe80::1%eth0",
        "fec0::1",  # site-local
        "ff02::1",
        "",
        "localhost",
        "127.1",
    ],
)
def test_everything_else_is_refused(address: str) -> None:
    assert not is_public(address)


@given(st.ip_addresses(v=4))
def test_a_mapped_address_is_judged_like_the_one_it_maps(address: object) -> None:
    assert is_public(f"::ffff:{address}") == is_public(str(address))


@given(st.text())
def test_what_is_no_address_is_refused_without_a_fuss(text: str) -> None:
    assert is_public(text) in (False, True)
