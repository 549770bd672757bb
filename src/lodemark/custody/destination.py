"""Where a notice may be sent: https, and an address that is nobody's inside, ours least of all.

A webhook lets a stranger choose whom our server talks to. So the name is resolved first, every address it has is looked at,
and the shell connects to an address that was looked at, not to the name (which may answer otherwise a moment later).
"""

from __future__ import annotations

import ipaddress
from collections.abc import Collection, Sequence
from urllib.parse import urlsplit

from lodemark.custody.trouble import SubscriptionError

_NAT64 = (ipaddress.ip_network("64:ff9b::/96"), ipaddress.ip_network("64:ff9b:1::/48"))


def check_dest(dest: str, addresses: Sequence[str], allowed: Collection[str] = ()) -> None:
    """Refuse a destination inside our own walls: https only, every resolved address public, or the host on the list."""
    host = host_of(dest)
    if host in allowed:
        return
    if not addresses or not all(is_public(address) for address in addresses):
        raise SubscriptionError("subscription-dest-inside", dest=dest)


def host_of(dest: object) -> str:
    """The host of an https address without credentials; ``SubscriptionError`` for anything else."""
    try:
        parts = urlsplit(dest if isinstance(dest, str) else "")
        fine = parts.scheme == "https" and parts.username is None and parts.password is None and parts.port != 0
        host = parts.hostname or ""
        host.encode("idna")
    except (ValueError, UnicodeError):
        fine, host = False, ""
    if not fine or not host or any(letter.isspace() or ord(letter) < 32 for letter in str(dest)):
        raise SubscriptionError("subscription-dest", dest=str(dest))
    return host


def is_public(address: str) -> bool:
    """Whether anybody may reach this address: no loopback, link-local, private, multicast, nor one of these in disguise."""
    ip = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(ip, ipaddress.IPv6Address):
        hidden = ip.ipv4_mapped or ip.sixtofour or (ip.teredo[1] if ip.teredo else None)
        if hidden is not None:
            return is_public(str(hidden))
        if any(ip in network for network in _NAT64):
            return is_public(str(ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)))
    return ip.is_global and not ip.is_multicast
