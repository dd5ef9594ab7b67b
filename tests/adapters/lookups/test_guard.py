"""Where lookups may go: spellings, names that mean something else, and addresses inside."""

from __future__ import annotations

import ipaddress
import socket

import pytest

from contact_center.adapters.lookups import guard
from contact_center.adapters.lookups.guard import (
    Guard,
    GuardedResolver,
    NotAllowedError,
    Rules,
    host_of,
    target_of,
    why_not,
)

RULES = Rules(
    hosts=frozenset({"crm.example.com", "rates.example.com:8443", "93.184.216.34", "10.0.0.7"}),
    private=frozenset({"billing.internal", "127.0.0.1:8080", "[::1]:8080", "169.254.169.254"}),
)


@pytest.mark.parametrize(
    "url",
    [
        "https://crm.example.com/a",
        "https://CRM.example.com/a",
        "https://crm.example.com:443/a",
        "https://rates.example.com:8443/",
        "https://93.184.216.34/",
        "http://billing.internal/x",
        "https://billing.internal/x",
        "http://127.0.0.1:8080/x",
        "http://[::1]:8080/x",
        "http://[0:0::1]:8080/x",
    ],
)
def test_what_was_named_may_be_asked(url: str) -> None:
    Guard(RULES).check(url)


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("https://other.example.com/", "not named"),
        ("https://crm.example.com.evil.example/", "not named"),
        ("https://crm.example.com:8443/", "not named"),
        ("https://rates.example.com/", "not named"),
        ("http://crm.example.com/", "without encryption"),
        ("http://127.0.0.1/", "not named"),
        ("http://127.0.0.1:8081/", "not named"),
        ("https://10.0.0.7/", "inside"),
        ("http://169.254.169.254/latest/meta-data", "link-local"),
        ("https://crm.example.com@evil.example/", "user or password"),
        ("https://crm.example.com\\@evil.example/", "characters"),
        ("https://crm.example.com./", "one name or address"),
        ("https://crm_example.com/", "one name or address"),
        ("http://2130706433:8080/", "one name or address"),
        ("http://0x7f000001:8080/", "one name or address"),
        ("http://0177.0.0.1:8080/", "one name or address"),
        ("http://127.1:8080/", "one name or address"),
        ("http://127.0.0.0x1:8080/", "one name or address"),
        ("http://[::ffff:127.0.0.1]:8080/", "not named"),
        ("http://[fe80::1%25eth0]:8080/", "one name or address"),
        ("http://\uff11\uff12\uff17.0.0.1:8080/", "characters"),
        ("https://crm.example.com/a b", "characters"),
        ("https://crm.example.com:99999/", "cannot be read"),
        ("file:///etc/passwd", "neither http"),
        ("gopher://crm.example.com/", "neither http"),
        ("https:///x", "one name or address"),
    ],
)
def test_everything_else_is_refused_with_its_reason(url: str, reason: str) -> None:
    with pytest.raises(NotAllowedError, match=reason):
        Guard(RULES).check(url)


@pytest.mark.parametrize(
    ("text", "public", "private"),
    [
        ("93.184.216.34", True, True),
        ("2606:2800:220:1::1", True, True),
        ("127.0.0.1", False, True),
        ("10.1.2.3", False, True),
        ("172.16.0.1", False, True),
        ("192.168.1.1", False, True),
        ("::1", False, True),
        ("fd12::1", False, True),
        ("::ffff:127.0.0.1", False, True),
        ("::ffff:169.254.169.254", False, False),
        ("169.254.169.254", False, False),
        ("169.254.1.1", False, False),
        ("fe80::1", False, False),
        ("fd00:ec2::254", False, False),
        ("100.100.100.200", False, False),
        ("100.64.0.1", False, False),
        ("224.0.0.1", False, False),
        ("ff02::1", False, False),
        ("0.0.0.0", False, False),
        ("::", False, False),
        ("255.255.255.255", False, False),
        ("2002:7f00:1::", False, True),  # 6to4 around 127.0.0.1
        ("2002:a9fe:a9fe::", False, False),  # 6to4 around the metadata address
        ("64:ff9b::7f00:1", False, True),  # NAT64 around 127.0.0.1
        ("64:ff9b::a9fe:a9fe", False, False),
        ("::7f00:1", False, True),
    ],
)
def test_an_address_is_judged_by_what_it_reaches(text: str, public: bool, private: bool) -> None:
    address = ipaddress.ip_address(text)
    assert (why_not(address, private=False) == "") is public
    assert (why_not(address, private=True) == "") is private


def test_a_host_has_one_spelling() -> None:
    assert host_of("CRM.Example.COM") == "crm.example.com"
    assert host_of("[0:0:0::1]") == "::1"
    assert target_of("http://a.example/x")[1].port == 80


@pytest.fixture
async def resolver() -> GuardedResolver:
    return GuardedResolver(
        Guard(
            Rules(
                hosts=frozenset({"crm.example.com"}),
                private=frozenset({"billing.internal"}),
                at={"demo.internal": ("127.0.0.1", 4321)},
            )
        )
    )


def answers(monkeypatch: pytest.MonkeyPatch, *addresses: str) -> None:
    monkeypatch.setattr(guard, "_look_up", lambda *_: [(socket.AF_INET, a) for a in addresses])


async def test_a_name_gives_the_addresses_that_were_looked_at(
    resolver: GuardedResolver, monkeypatch: pytest.MonkeyPatch
) -> None:
    answers(monkeypatch, "93.184.216.34", "93.184.216.35")
    found = await resolver.resolve("crm.example.com", 443)
    assert [(one["host"], one["port"]) for one in found] == [
        ("93.184.216.34", 443),
        ("93.184.216.35", 443),
    ]
    # The connection is made to the address itself: it is not asked for by name again.
    assert all(one["flags"] & socket.AI_NUMERICHOST for one in found)
    await resolver.close()


@pytest.mark.parametrize(
    "addresses",
    [["127.0.0.1"], ["93.184.216.34", "10.0.0.1"], ["169.254.169.254"], ["::ffff:10.0.0.1"], []],
)
async def test_a_name_that_means_something_inside_is_refused_whole(
    resolver: GuardedResolver, monkeypatch: pytest.MonkeyPatch, addresses: list[str]
) -> None:
    answers(monkeypatch, *addresses)
    with pytest.raises(OSError, match="the host has"):
        await resolver.resolve("crm.example.com", 443)
    await resolver.close()


async def test_a_private_host_may_be_inside_but_never_where_credentials_are(
    resolver: GuardedResolver, monkeypatch: pytest.MonkeyPatch
) -> None:
    answers(monkeypatch, "10.0.0.5")
    assert (await resolver.resolve("billing.internal", 80))[0]["host"] == "10.0.0.5"
    answers(monkeypatch, "169.254.169.254")
    with pytest.raises(OSError, match="link-local"):
        await resolver.resolve("billing.internal", 80)
    await resolver.close()


async def test_a_host_of_our_own_is_not_resolved_at_all(resolver: GuardedResolver) -> None:
    found = await resolver.resolve("demo.internal", 80)
    assert [(one["host"], one["port"]) for one in found] == [("127.0.0.1", 4321)]
    await resolver.close()
