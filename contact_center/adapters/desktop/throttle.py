"""How often a login may be tried: per login and per address, with bounded memory. Pure."""

from collections import OrderedDict
from dataclasses import dataclass, field

from contact_center.adapters.desktop.pulse import TokenBucket

MAX_KEYS = 10_000


@dataclass(slots=True)
class Throttle:
    """Token buckets by key; at the bound the one used longest ago is forgotten."""

    rate_per_s: float
    burst: float
    max_keys: int = MAX_KEYS
    _buckets: OrderedDict[str, TokenBucket] = field(default_factory=OrderedDict)

    def take(self, key: str, now: int) -> int:
        """Take one try; 0 when it is allowed, else microseconds until the next one is."""
        bucket = self._buckets.get(key)
        if bucket is None:
            bucket = self._buckets[key] = TokenBucket(now, self.rate_per_s, self.burst)
        self._buckets.move_to_end(key)
        while len(self._buckets) > self.max_keys:
            self._buckets.popitem(last=False)
        return 0 if bucket.take(now) else max(1, bucket.wait_us(now))

    def forgive(self, key: str) -> None:
        """Forget a key: the right password was given."""
        self._buckets.pop(key, None)
