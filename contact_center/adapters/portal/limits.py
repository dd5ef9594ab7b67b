"""How often a visitor may look and ask: by address, by number, and all together. Pure.

Instants are microseconds. Nothing here grows without a bound: at the bound whoever came longest ago
is forgotten, and the bound on all together still holds.
"""

import ipaddress
from collections import OrderedDict
from collections.abc import Collection
from dataclasses import dataclass, field

MOST_KEYS = 10_000


@dataclass(slots=True)
class Limit:
    """So many at once, and one more every `each_us`; each key has its own."""

    burst: int
    each_us: int
    most_keys: int = MOST_KEYS
    _full_at: OrderedDict[str, int] = field(default_factory=OrderedDict)

    def take(self, key: str, now: int) -> int:
        """Take one; 0 when it is allowed, else microseconds until the next one is."""
        full = max(now, self._full_at.pop(key, now))
        wait = full + self.each_us - (now + self.burst * self.each_us)
        self._full_at[key] = full if wait > 0 else full + self.each_us
        while len(self._full_at) > self.most_keys:
            self._full_at.popitem(last=False)
        return max(0, wait)


def address_of(remote: str, forwarded: str, proxies: Collection[str]) -> str:
    """Say who asks: what a proxy of ours says, else the other end; of IPv6 the network's half.

    A proxy's word is the last of ``X-Forwarded-For`` that is no proxy of ours.
    """
    told = [part.strip() for part in forwarded.split(",") if part.strip()]
    while remote in proxies and told:
        remote = told.pop()
    try:
        address = ipaddress.ip_address(remote)
    except ValueError:
        return remote[:64]
    if isinstance(address, ipaddress.IPv6Address):
        if address.ipv4_mapped is not None:
            return str(address.ipv4_mapped)
        return str(ipaddress.ip_network((address, 64), strict=False))
    return str(address)
