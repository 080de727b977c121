"""Which addresses may be fetched: those of the public internet. Pure."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address, ip_network

_GLOBAL_UNICAST = IPv6Network("2000::/3")
"""RFC 4291, section 2.4: what lies outside leads nowhere, or into IPv4 by a detour (NAT64)."""

_REFUSED = tuple(
    map(ip_network, ["192.0.0.0/24", "192.88.99.0/24", "2001::/23", "2002::/16", "3fff::/20"])
)
"""6to4 and its relays (RFC 7526), which can carry a private IPv4 address; and protocol assignments
and documentation (RFC 6890, RFC 9637), about which Python's versions disagree."""


def is_public(address: str) -> bool:
    """Whether an IP address is one that anybody on the internet can reach.

    False for private, loopback, link-local, shared (CGNAT), multicast, reserved and site-local
    ranges, for those that wrap an IPv4 address (NAT64, 6to4, Teredo), and for what is no address.
    An IPv4-mapped IPv6 address is judged as the IPv4 address that it is.
    """
    try:
        found = ip_address(address.partition("%")[0])
    except ValueError:
        return False
    if isinstance(found, IPv6Address) and found.ipv4_mapped:
        found = found.ipv4_mapped
    if not found.is_global or found.is_multicast or found.is_reserved:
        return False
    if any(found in network for network in _REFUSED):
        return False
    return isinstance(found, IPv4Address) or found in _GLOBAL_UNICAST
