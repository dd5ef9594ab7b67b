"""Campaigns in YAML: what is written is what the dialer gets, and every mistake has its place."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from contact_center.content.campaigns import (
    Around,
    load_campaigns,
    load_campaigns_file,
)
from contact_center.content.problems import ContentError
from dialer.campaign import Mode, OnMachine

AROUND = Around(
    region="US",
    zone="America/Los_Angeles",
    queues=("sales",),
    flows=("outbound-sale", "drop"),
    dispositions=("sold", "do_not_call"),
    policies=("us-tsr",),
    pacers=("look_ahead", "progressive"),
)
HEAD = """\
schema: 1
campaigns:
  spring:
    label: Spring
    seller: Larkfield
    queue: sales
    mode: predictive
    flow: outbound-sale
    lists: {customers: {weight: 3, filter: 'age > 30'}}
    caller_ids: [{number: "+14155550190", proof: ours, until: 2027-12-31}]
"""


def mistakes(text: str) -> list[tuple[int, str]]:
    with pytest.raises(ContentError) as caught:
        load_campaigns("campaigns.yaml", text, AROUND)
    return [(p.line, p.code) for p in caught.value.problems]


def test_a_campaign_is_read_whole() -> None:
    (spring,) = load_campaigns(
        "campaigns.yaml",
        HEAD
        + """\
    policies: [us-tsr]
    amd: true
    on_machine: drop
    machine_flow: drop
    outcomes: {busy: {after: 5m, attempts: 9, backoff: 3}}
    dispositions:
      sold: {success: true}
      do_not_call: {suppress: seller}
    schedule: {hours: {mon: "09:00-17:30"}, start: 2026-03-08T02:30}
    external: {partner: {to: "number:+14155550166", most: 4}}
""",
        AROUND,
    )
    assert (spring.mode, spring.on_machine) == (Mode.PREDICTIVE, OnMachine.DROP)
    (share,) = spring.lists
    assert (share.list, share.weight, share.filter) == ("customers", 3, "age > 30")
    (busy,) = spring.verdicts.values()
    assert (busy.delay_us, busy.attempts, busy.backoff) == (300_000_000, 9, 3)
    assert spring.dispositions["sold"].contact  # who buys was reached
    assert spring.dispositions["do_not_call"].suppress == "seller"
    assert spring.schedule.windows == ((0, 540, 1050),)
    # 02:30 is skipped that night in Los Angeles: 03:30 daylight time is 10:30 UTC.
    assert spring.schedule.start_at == 1_772_965_800_000_000
    (partner,) = spring.external
    assert (partner.agent, partner.most) == ("external.partner", 4)
    assert spring.caller_ids[0].valid_until == 1_830_211_200_000_000


def test_the_shipped_campaigns_are_right() -> None:
    shipped = replace(
        AROUND,
        queues=("sales", "support"),
        flows=("outbound-sale", "outbound-message"),
        dispositions=("sold", "quote", "no_sale", "do_not_call"),
    )
    found = load_campaigns_file(Path("config/retailer/campaigns.yaml"), shipped)
    assert [one.campaign for one in found] == ["spring", "frost"]


def test_all_mistakes_of_a_file_are_told_at_once_with_their_places() -> None:
    text = HEAD.replace("queue: sales", "queue: sails").replace("predictive", "agressive")
    assert mistakes(text) == [(7, "E012")]
    text = HEAD.replace("queue: sales", "queue: sails").replace("outbound-sale", "outbound-sail")
    text += """\
    policies: [us-tsr, mars]
    pacer: magic
    dispositions: {sold_out: {success: true}}
    schedule: {zone: Europe/Atlantis, hours: {tue: "17:00-09:00"}}
"""
    assert mistakes(text) == [
        (6, "E024"),
        (8, "E026"),
        (11, "E131"),
        (12, "E130"),
        (13, "E028"),
        (14, "E104"),
        (14, "E060"),
    ]


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("    on_machine: drop\n", "E202"),
        ("    on_machine: agent\n", "E012"),
        ("    target: 3\n", "E012"),
        ("    mode: manual\n", "E003"),
        ("    mood: good\n", "E010"),
        ("    outcomes: {sold: {after: 1h}}\n", "E012"),
        ("    schedule: {start: 2026-05-01T10:00, stop: 2026-04-01T10:00}\n", "E060"),
        ("    schedule: {start: tomorrow}\n", "E012"),
        ("    quotas: {young: {filter: 'age < 30', most: 0}}\n", "E012"),
        ("    quotas: {young: {filter: 'age = 30', most: 9}}\n", "E090"),
    ],
)
def test_what_cannot_be_is_refused_where_it_stands(line: str, code: str) -> None:
    assert code in {found for _, found in mistakes(HEAD + line)}


def test_filters_and_orders_of_lists_are_looked_at() -> None:
    told = [
        ("filter: 'age > 30'", "filter: 'age > '", "E090"),
        ("filter: 'age > 30'", "order: [priorty]", "E012"),
        ("filter: 'age > 30'", "order: [age]", "E012"),
    ]
    for old, new, code in told:
        assert mistakes(HEAD.replace(old, new)) == [(9, code)]
    (fine,) = load_campaigns(
        "campaigns.yaml", HEAD.replace("filter: 'age > 30'", "order: [-field:age, random]"), AROUND
    )
    assert fine.lists[0].order == ("-field:age", "random")


def test_a_number_that_cannot_be_shown_is_refused() -> None:
    assert mistakes(HEAD.replace("+14155550190", "12")) == [(10, "E101")]


def test_a_file_that_is_not_there_is_named() -> None:
    with pytest.raises(ContentError, match=r"E100"):
        load_campaigns_file(Path("config/nowhere.yaml"), AROUND)


def test_a_file_of_something_else_says_what_is_missing() -> None:
    assert (1, "E010") in mistakes("center: Larkfield\n")


def test_samples_of_machines_take_detection_and_a_word_for_a_machine() -> None:
    machine = "    dispositions: {sold: {machine: true}}\n"
    (spring,) = load_campaigns(
        "campaigns.yaml",
        HEAD + machine + "    amd: true\n    machine_false: 0.01\n    machine_samples: 0.02\n",
        AROUND,
    )
    assert (spring.machine_false, spring.machine_samples) == (0.01, 0.02)
    assert spring.dispositions["sold"].machine
    samples = "    machine_samples: 0.02\n"
    assert [code for _, code in mistakes(HEAD + machine + samples)] == ["E012"]
    assert [code for _, code in mistakes(HEAD + "    amd: true\n" + samples)] == ["E202"]
