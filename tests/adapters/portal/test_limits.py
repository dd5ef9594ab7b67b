"""How often somebody may ask."""

from contact_center.adapters.portal.limits import Limit, address_of

SECOND = 1_000_000


def test_so_many_at_once_and_then_one_each_so_often():
    limit = Limit(burst=3, each_us=60 * SECOND)
    assert [limit.take("a", 0) for _ in range(4)] == [0, 0, 0, 60 * SECOND]
    assert limit.take("b", 0) == 0, "everybody has their own"
    assert limit.take("a", 59 * SECOND) == SECOND
    assert limit.take("a", 60 * SECOND) == 0
    assert limit.take("a", 60 * SECOND) == 60 * SECOND
    assert [limit.take("a", 3600 * SECOND) for _ in range(4)] == [0, 0, 0, 60 * SECOND]


def test_who_came_longest_ago_is_forgotten_first():
    limit = Limit(burst=1, each_us=SECOND, most_keys=2)
    assert [limit.take(key, 0) for key in "aab"] == [0, SECOND, 0]
    assert limit.take("a", 0) == SECOND
    assert limit.take("c", 0) == 0
    assert limit.take("b", 0) == 0, "b was forgotten for c"


def test_only_proxies_of_ours_say_for_whom_they_ask():
    assert address_of("203.0.113.9", "198.51.100.1", ()) == "203.0.113.9"
    proxies = ("127.0.0.1", "10.0.0.1")
    assert address_of("127.0.0.1", "1.2.3.4, 198.51.100.1", proxies) == "198.51.100.1"
    assert address_of("127.0.0.1", "198.51.100.1, 10.0.0.1", proxies) == "198.51.100.1"
    assert address_of("127.0.0.1", "", proxies) == "127.0.0.1"
    assert address_of("127.0.0.1", "x" * 99, proxies) == "x" * 64


def test_of_ipv6_the_network_counts():
    assert address_of("2001:db8:1:2:3::4", "", ()) == "2001:db8:1:2::/64"
    assert address_of("2001:db8:1:2:ffff::", "", ()) == "2001:db8:1:2::/64"
    assert address_of("::ffff:198.51.100.1", "", ()) == "198.51.100.1"
