"""Heartbeats and rates under a clock of the test's own."""

from contact_center.adapters.desktop.pulse import JITTER_US, PING_US, Beat, Heartbeat, TokenBucket
from contact_center.adapters.desktop.throttle import Throttle

SECOND = 1_000_000


def test_a_silent_peer_is_pinged_twice_and_then_given_up() -> None:
    heart = Heartbeat.starting(0, 0.0)
    assert heart.beat(PING_US - 1) is Beat.WAIT
    assert heart.beat(PING_US) is Beat.PING
    assert heart.beat(PING_US + 1) is Beat.WAIT
    assert heart.beat(2 * PING_US) is Beat.PING
    assert heart.beat(3 * PING_US) is Beat.DEAD


def test_any_frame_is_life() -> None:
    heart = Heartbeat.starting(0, 0.0)
    now = 0
    for _ in range(20):
        now = heart.next_at
        assert heart.beat(now) is Beat.PING
        now = heart.next_at
        assert heart.beat(now) is Beat.PING
        now += SECOND
        heart.heard(now)
    assert heart.next_at == now + PING_US


def test_jitter_spreads_the_pings_over_ten_seconds() -> None:
    first = Heartbeat.starting(0, -1.0).next_at
    last = Heartbeat.starting(0, 1.0).next_at
    assert (first, last) == (PING_US - JITTER_US, PING_US + JITTER_US)


def test_a_bucket_allows_a_burst_then_the_rate() -> None:
    bucket = TokenBucket(0, rate_per_s=20, burst=40)
    assert sum(bucket.take(0) for _ in range(100)) == 40
    assert bucket.wait_us(0) == 50_000
    assert sum(bucket.take(SECOND) for _ in range(100)) == 20


def test_a_throttled_key_hears_how_long_to_wait_and_others_do_not() -> None:
    throttle = Throttle(rate_per_s=0.1, burst=2)
    assert [throttle.take("maria", 0) for _ in range(3)] == [0, 0, 10 * SECOND]
    assert throttle.take("jonas", 0) == 0
    assert throttle.take("maria", 10 * SECOND) == 0


def test_the_throttle_forgets_the_key_used_longest_ago() -> None:
    throttle = Throttle(rate_per_s=0.1, burst=1, max_keys=100)
    for number in range(10_000):
        throttle.take(str(number), 0)
    assert len(throttle._buckets) == 100


def test_the_right_password_clears_earlier_failures() -> None:
    throttle = Throttle(rate_per_s=0.1, burst=1)
    throttle.take("maria", 0)
    throttle.forgive("maria")
    assert throttle.take("maria", 0) == 0
