"""The lookups of a process: hosts of the settings, tokens, the demo's service, and warnings."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from prometheus_client import CollectorRegistry

from contact_center.app.lookups import LookupParts, tokens_of
from contact_center.app.state_folder import StartError
from contact_center.content.center_files import load_center_file, prompt_files
from contact_center.content.problems import ContentError
from contact_center.core.commands import Command, FindCustomer
from contact_center.core.events import Event
from contact_center.core.flows import Flows
from contact_center.core.ids import CallId, CommandId, FlowId, LookupId
from contact_center.core.lookups import LookupAnswered, LookupOutcome, RunLookup
from contact_center.runtime.vault import Vault
from contact_center.settings import DeskSettings, LookupSettings, Settings, load_settings

ROOT = Path(__file__).parents[2]
CALL = CallId("c1")


def bank() -> Flows:
    loaded = load_center_file(ROOT / "config" / "bank", prompt_files(None))
    return Flows(loaded.configuration)


class Parts:
    def __init__(self, settings: Settings) -> None:
        self.posted: asyncio.Queue[Event] = asyncio.Queue()
        flows = bank()
        self.parts = LookupParts(
            settings, lambda: flows, Vault(), self.posted.put_nowait, CollectorRegistry()
        )

    async def ask(self, number: str, version: str = "") -> LookupAnswered:
        command = RunLookup(
            cmd=CommandId("c1:1"),
            call=CALL,
            lookup=LookupId("k-c1-1"),
            flow=FlowId("tidewater"),
            version=version,
            service="identify",
            args=(("url.phone", number),),
            timeout_us=20_000_000,
        )
        self.parts.commands(Others()).submit(command)
        answer = await asyncio.wait_for(self.posted.get(), 30)
        assert isinstance(answer, LookupAnswered)
        return answer


class Others:
    def __init__(self) -> None:
        self.taken: list[Command] = []

    def submit(self, command: Command) -> None:
        self.taken.append(command)


def warned(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [r.getMessage() for r in caplog.records if "never going to be asked" in r.getMessage()]


async def test_in_a_demo_the_bank_s_services_answer(caplog: pytest.LogCaptureFixture) -> None:
    made = Parts(Settings(desk=DeskSettings(demo=True)))
    await made.parts.start()
    try:
        answer = await made.ask("+14155550101")
        assert (answer.outcome, answer.values) == (LookupOutcome.OK, (("customer", "70010001"),))
        assert (await made.ask("+14155550199")).outcome is LookupOutcome.NOT_FOUND
    finally:
        await made.parts.close()
    assert warned(caplog) == []


async def test_without_a_demo_its_services_are_named_in_the_log_and_never_asked(
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.WARNING)
    made = Parts(Settings())
    await made.parts.start()
    try:
        assert len(warned(caplog)) == 3
        assert "tidewater/identify" in warned(caplog)[0]
        assert (await made.ask("+14155550101")).outcome is LookupOutcome.ERROR
    finally:
        await made.parts.close()


async def test_a_host_of_the_settings_is_asked(caplog: pytest.LogCaptureFixture) -> None:
    made = Parts(Settings(lookups=LookupSettings(private_hosts=("demo.internal",))))
    await made.parts.start()
    await made.parts.close()
    assert warned(caplog) == []


async def test_other_commands_go_where_they_went(tmp_path: Path) -> None:
    others = Others()
    command = FindCustomer(cmd=CommandId("c1:1"), call=CALL, ani="+14155550101")
    Parts(Settings()).parts.commands(others).submit(command)
    assert others.taken == [command]


def token_file(tmp_path: Path, text: str, mode: int = 0o600) -> Path:
    file = tmp_path / "tokens"
    file.write_text(text)
    file.chmod(mode)
    return file


def test_tokens_are_read_by_host(tmp_path: Path) -> None:
    file = token_file(
        tmp_path, "# ours\nCRM.example.com first\n\nrates.example.com:8443 second #\n"
    )
    assert tokens_of(file) == {"crm.example.com": "first", "rates.example.com:8443": "second"}


@pytest.mark.parametrize(
    ("break_it", "said"),
    [
        (lambda folder: token_file(folder, "crm.example.com t\n", 0o644), "chmod 600"),
        (lambda folder: token_file(folder, "crm.example.com\n"), "write HOST TOKEN"),
        (lambda folder: folder / "missing", "cannot be used"),
    ],
)
async def test_a_file_of_tokens_that_cannot_be_used_is_a_reason_not_to_start(
    tmp_path: Path, break_it: Callable[[Path], Path], said: str
) -> None:
    chosen = LookupSettings(tokens_file=break_it(tmp_path))
    made = Parts(replace(Settings(), lookups=chosen))
    with pytest.raises(StartError, match=said):
        await made.parts.start()
    await made.parts.close()


@pytest.mark.parametrize("host", ["crm.example.com.", "0x7f.1", "a..b"])
async def test_a_host_that_can_be_read_in_two_ways_is_a_reason_not_to_start(host: str) -> None:
    made = Parts(Settings(lookups=LookupSettings(hosts=(host,))))
    with pytest.raises(StartError, match="lookups"):
        await made.parts.start()
    await made.parts.close()


def settings_from(environment: dict[str, str]) -> Settings:
    return load_settings({"CC_DESK_DEMO": "true", **environment})


def test_hosts_are_read_from_the_environment() -> None:
    hosts = "CRM.example.com, rates.example.com:8443"
    found = settings_from({"CC_LOOKUP_HOSTS": hosts, "CC_LOOKUP_PRIVATE_HOSTS": "[::1]:8080"})
    assert found.lookups.hosts == ("crm.example.com", "rates.example.com:8443")
    assert found.lookups.private_hosts == ("[::1]:8080",)


@pytest.mark.parametrize("host", ["https://crm.example.com", "a b", "crm.example.com/x", "u@h"])
def test_what_is_no_host_is_refused(host: str) -> None:
    with pytest.raises(ContentError, match="E201"):
        settings_from({"CC_LOOKUP_HOSTS": host})
