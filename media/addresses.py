"""Which places on the network may be fetched from. PURE: no name is resolved here.

The tables are written out, since what Python calls global or private differs by version, and
addresses that carry others (mapped, NAT64, 6to4, Teredo) count as global there.
"""

import ipaddress
import re
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import SplitResult, urlsplit

from core.problems import Problem
from media.problems import FileProblem

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network

PORTS = {"http": 80, "https": 443}
MOST_CHARACTERS = 2000
NOT_PUBLIC_4 = [
    ipaddress.IPv4Network(each)
    for each in (
        "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16",
        "172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16",
        "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4",
    )
]  # fmt: skip
GLOBAL_6 = ipaddress.IPv6Network("2000::/3")  # everything else in IPv6 is not public
NOT_PUBLIC_6 = [
    ipaddress.IPv6Network(each)
    for each in ("2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20", "64:ff9b::/96")
]
_HOST = re.compile(r"[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?\.?|\[[0-9a-f:.]+\]")


@dataclass(frozen=True)
class Target:
    """Where a request would go. `host` is lower case, in ASCII, without brackets."""

    scheme: str
    host: str
    port: int
    path: str  # with its query


@dataclass(frozen=True)
class Policy:
    """What the owner of the server allows.

    `hosts`: names, `.example.org` for all below it, `*` for every public one; `name:port` for a
    port that is not the usual one. `networks`: addresses that count as reachable although they
    are not public, for file servers in the same house.
    """

    hosts: tuple[str, ...]
    networks: tuple[Network, ...] = ()


def is_public(address: Address) -> bool:
    """Whether it belongs to a host on the open internet, and to nothing nearer."""
    if isinstance(address, ipaddress.IPv4Address):
        return not any(address in network for network in NOT_PUBLIC_4)
    return (
        address in GLOBAL_6
        and address.scope_id is None
        and not any(address in network for network in NOT_PUBLIC_6)
    )


def may_connect(address: Address, policy: Policy) -> bool:
    """Public, or in a network that the owner named."""
    return is_public(address) or any(
        address.version == network.version and address in network for network in policy.networks
    )


def parse_address(text: str) -> Target:
    """Problem `address_invalid` for everything but a plain http(s) address."""
    if len(text) > MOST_CHARACTERS or not text.isprintable() or {*' \\"<>^`{|}'} & {*text}:
        raise _invalid()
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError as error:
        raise _invalid() from error
    if parts.scheme not in PORTS or not parts.netloc or "@" in parts.netloc:
        raise _invalid()
    host = _ascii_host(parts)
    path = _quoted(parts.path or "/") + (f"?{_quoted(parts.query)}" if parts.query else "")
    return Target(parts.scheme, host, PORTS[parts.scheme] if port is None else port, path)


def check_allowed(target: Target, policy: Policy) -> None:
    """Problem `address_not_allowed` unless the owner has allowed the host and the port."""
    if not any(_matches(target, entry.lower()) for entry in policy.hosts):
        raise FileProblem(
            "The owner of this server has not allowed fetching from “%(host)s”.",
            code="address_not_allowed",
            host=target.host,
        )


def parse_networks(texts: Iterable[str]) -> tuple[Network, ...]:
    """Settings into networks."""
    return tuple(ipaddress.ip_network(text) for text in texts)


def _matches(target: Target, entry: str) -> bool:
    name, has_port, port = entry.rpartition(":")
    if has_port and port.isdigit():
        if target.port != int(port):
            return False
    else:
        name = entry
        if target.port != PORTS[target.scheme]:
            return False
    if name.startswith("."):
        return target.host.endswith(name)
    return name in ("*", target.host)


def _ascii_host(parts: SplitResult) -> str:
    try:
        host = (parts.hostname or "").encode("idna").decode("ascii").lower().rstrip(".")
    except UnicodeError as error:
        raise _invalid() from error
    shown = f"[{host}]" if ":" in host else host
    if not _HOST.fullmatch(shown):
        raise _invalid()
    return host


def _quoted(text: str) -> str:
    return "".join(
        sign if sign.isascii() else "".join(f"%{byte:02X}" for byte in sign.encode())
        for sign in text
    )


def _invalid() -> Problem:
    return FileProblem(
        "“%(name)s” is no address of the form https://host/path.", code="address_invalid"
    )
