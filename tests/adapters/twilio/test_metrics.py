"""A Twilio account as metrics: what operators see when calls are made and when it is in trouble."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest_asyncio
from prometheus_client import CollectorRegistry, generate_latest

from contact_center.adapters.twilio.metrics import TwilioMetrics
from contact_center.adapters.twilio.pacing import BreakerSettings
from contact_center.core.commands import Answer, Originate
from contact_center.core.events import CallAnswered, CallEnded, CommandFailed, ProviderGap
from contact_center.core.ids import LegId
from tests.adapters.twilio.lines import ANA, CALLER, NUMBER, OUTSIDE, Lines
from tests.emulators.twilio.model import Faults

DIALLED = LegId("x-d1-n1")


class Scraped:
    """What `/metrics` says of an account."""

    def __init__(self, lines: Lines) -> None:
        self._registry = CollectorRegistry()
        self._registry.register(TwilioMetrics(lines.telephony))

    def __call__(self, name: str, **labels: str) -> float:
        value = self._registry.get_sample_value(f"contact_center_twilio_{name}", labels)
        assert value is not None, f"{name} {labels}: {self.text()}"
        return value

    def text(self) -> str:
        return generate_latest(self._registry).decode()


@pytest_asyncio.fixture
async def lines() -> AsyncIterator[Lines]:
    async with Lines(breaker=BreakerSettings(failures=2, open_s=60.0)) as lines:
        yield lines


async def test_calls_webhooks_and_requests_are_counted_without_naming_anybody(
    lines: Lines,
) -> None:
    scraped = Scraped(lines)
    _, leg = await lines.caller()
    await lines.do(Answer, leg)
    await lines.event(CallAnswered, leg)
    lines.twilio.callee(ANA, "answer after 0.1 s")
    await lines.do(Originate, DIALLED, to="device:ana")
    await lines.event(CallAnswered, DIALLED)
    assert (scraped("legs", direction="inbound"), scraped("legs", direction="outbound")) == (1, 1)
    assert scraped("webhooks_total", route="voice", outcome="answered") == 1
    assert scraped("webhooks_total", route="status", outcome="answered") >= 1
    assert scraped("requests_total", kind="create", outcome="done") == 1
    assert scraped("requests_total", kind="read", outcome="done") >= 1
    assert scraped("webhook_seconds_count") >= 2
    assert scraped("webhook_seconds_bucket", le="+Inf") == scraped("webhook_seconds_count")
    assert scraped("webhook_seconds_sum") > 0
    assert scraped("breaker") == 0
    assert scraped("calls_per_second") == 100
    assert scraped("calls_waiting") == 0
    text = scraped.text()
    assert not any(secret in text for secret in (CALLER[-7:], NUMBER[-7:], leg, "ana"))


async def test_who_knocks_without_being_twilio_and_with_less_than_is_needed_is_counted(
    lines: Lines,
) -> None:
    scraped = Scraped(lines)
    client = lines.twilio.webhooks
    assert (await client.session.post(f"{lines.base}/twilio/voice", data={})).status == 403
    assert scraped("webhooks_total", route="voice", outcome="refused") == 1
    assert scraped("webhooks_refused_total", why="no_signature") == 1
    account = {"AccountSid": lines.twilio.account_sid}
    await client.tell(f"{lines.base}/twilio/voice#rc=0", "POST", account)
    assert scraped("webhooks_total", route="voice", outcome="malformed") == 1
    await client.tell(f"{lines.base}/twilio/nothing#rc=0", "POST", account)
    assert scraped("webhooks_total", route="other", outcome="unknown") == 1
    odd = {**account, "CallSid": "CA1", "CallStatus": "completed", "SequenceNumber": "first"}
    await client.tell(f"{lines.base}/twilio/status", "POST", odd)
    assert scraped("webhooks_total", route="status", outcome="answered") == 1
    assert scraped("parameters_odd_total", route="status", parameter="SequenceNumber") == 1


async def test_twilio_that_is_asked_too_much_or_does_not_answer_shows(lines: Lines) -> None:
    scraped = Scraped(lines)
    lines.twilio.limits.refuse_requests = 1
    await lines.until(lambda: scraped("too_many_requests_total") > 0, "429")
    await lines.until(lambda: scraped("request_retries_total") > 0, "asked again")
    lines.twilio.faults.rest_down = True
    await lines.event(ProviderGap)
    await lines.until(lambda: scraped("breaker") == 2, "it is left alone")
    assert 'requests_total{kind="read",outcome="un' in scraped.text()


async def test_a_caller_whom_nobody_tells_anything_is_given_a_pause_and_counted(
    lines: Lines,
) -> None:
    scraped = Scraped(lines)
    await lines.caller()
    await lines.until(lambda: scraped("holding_documents_total") >= 1, "a pause")


async def test_a_call_that_may_have_been_dialled_shows_until_it_is_found(lines: Lines) -> None:
    scraped = Scraped(lines)
    lines.twilio.faults = Faults(rest_refuse_create=1)
    await lines.do(Originate, DIALLED, to=f"number:{OUTSIDE}")
    await lines.until(lambda: scraped("intents_unknown") == 1, "nobody knows")
    assert scraped("requests_total", kind="create", outcome="unknown") == 1
    assert scraped("intents_never_found_total") == 0
    assert lines.seen(CallEnded) == lines.seen(CommandFailed) == []
