"""SIPp, for load: many calls at a steady rate, with a scenario, bounded in time."""

from __future__ import annotations

import asyncio
import contextlib
import csv
import math
import os
import re
import shutil
import socket
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import pytest

from tests.real.audio import encode
from tests.real.ports import slice_of


@dataclass(frozen=True)
class Result:
    """What SIPp counted. `ok` is every call through the whole scenario."""

    exit_status: int
    created: int
    successful: int
    failed: int
    output: str

    @property
    def ok(self) -> bool:
        return self.exit_status == 0 and self.failed == 0 and self.successful == self.created


def program() -> str:
    """The path of SIPp; the test fails with the way to get it when it is missing."""
    path = shutil.which("sipp")
    if path is None:
        pytest.fail(
            "SIPp is missing: make setup-test as root, or apt-get install sip-tester", pytrace=False
        )
    return path


async def run(
    scenario: str,
    server_port: int,
    *,
    calls: int,
    rate: float,
    within: float,
    did: str = "5550100",
    media_port: int | None = None,
    limit: int = 3000,
    arguments: tuple[str, ...] = (),
) -> Result:
    """Place `calls` at `rate` a second with this XML scenario; TimeoutError when it takes longer.

    `media_port` and the one two above it must be free: SIPp binds both; None finds some.
    """
    sipp = program()
    folder = Path(tempfile.mkdtemp(prefix="sipp-"))
    try:
        (folder / "scenario.xml").write_text(scenario)
        process = await asyncio.create_subprocess_exec(
            *(sipp, f"127.0.0.1:{server_port}", "-sf", "scenario.xml", "-s", did),
            *("-i", "127.0.0.1", "-m", str(calls), "-r", str(rate), "-l", str(limit)),
            *(
                "-mp",
                str(media_port or free_media_port()),
                "-trace_stat",
                "-stf",
                "counts.csv",
                "-fd",
                "1",
            ),
            *("-timeout", f"{within:.0f}s", "-timeout_error", "-nostdin", *arguments),
            cwd=folder,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
            env={"PATH": os.environ["PATH"], "TERM": "dumb"},
        )
        try:
            async with asyncio.timeout(within + 5):
                output, _ = await process.communicate()
        except (TimeoutError, asyncio.CancelledError):
            process.kill()
            await process.wait()
            raise
        return _result(process.returncode or 0, folder / "counts.csv", output.decode("latin-1"))
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def free_media_port() -> int:
    """Find a port that is free, with the two above it."""
    for port in slice_of(20_000, 29_999)[::8]:
        with contextlib.ExitStack() as stack, contextlib.suppress(OSError):
            for above in range(3):
                probe = stack.enter_context(socket.socket(socket.AF_INET, socket.SOCK_DGRAM))
                probe.bind(("127.0.0.1", port + above))
            return port
    pytest.fail("no three ports in a row are free", pytrace=False)


def _result(status: int, counts: Path, output: str) -> Result:
    text = counts.read_text() if counts.is_file() else ""
    rows = list(csv.DictReader(text.splitlines(), delimiter=";"))
    last = rows[-1] if rows else {}
    return Result(
        exit_status=status,
        created=int(last.get("TotalCallCreated", 0)),
        successful=int(last.get("SuccessfulCall(C)", 0)),
        failed=int(last.get("FailedCall(C)", 0)),
        output=output[-4000:],
    )


ANSWER_AND_HANG_UP = """<?xml version="1.0" encoding="ISO-8859-1" ?>
<scenario name="call, be answered, wait to be hung up on">
  <send retrans="500"><![CDATA[
INVITE sip:[service]@[remote_ip]:[remote_port] SIP/2.0
Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=[branch]
From: <sip:1555[call_number]@[local_ip]:[local_port]>;tag=[pid]T[call_number]
To: <sip:[service]@[remote_ip]:[remote_port]>
Call-ID: [call_id]
CSeq: 1 INVITE
Contact: <sip:load@[local_ip]:[local_port]>
Max-Forwards: 70
Content-Type: application/sdp
Content-Length: [len]

v=0
o=- 1 1 IN IP[local_ip_type] [local_ip]
s=-
c=IN IP[media_ip_type] [media_ip]
t=0 0
m=audio [media_port] RTP/AVP 0
a=rtpmap:0 PCMU/8000
]]></send>
  <recv response="100" optional="true" />
  <recv response="180" optional="true" />
  <recv response="183" optional="true" />
  <recv response="200" rrs="true" />
  <send><![CDATA[
ACK [next_url] SIP/2.0
Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=[branch]
From: <sip:1555[call_number]@[local_ip]:[local_port]>;tag=[pid]T[call_number]
[last_To:]
Call-ID: [call_id]
CSeq: 1 ACK
Max-Forwards: 70
Content-Length: 0

]]></send>
  <recv request="BYE" timeout="20000" />
  <send><![CDATA[
SIP/2.0 200 OK
[last_Via:]
[last_From:]
[last_To:]
[last_Call-ID:]
[last_CSeq:]
Content-Length: 0

]]></send>
</scenario>
"""


class Callees:
    """People outside: SIPp answering at `port`, with a scenario, until the end of the block.

    ``called``: the number of every INVITE, in order, as the scenario logs it (`called NUMBER`).
    Sounds that the scenario plays are `hello.wav` (a person: a short one) and `machine.wav`.
    """

    def __init__(self, scenario: Path, port: int, media_port: int = 42000) -> None:
        self.port = port
        self._scenario = scenario
        self._media_port = media_port
        self._folder = Path(tempfile.mkdtemp(prefix="callees-"))
        self._process: asyncio.subprocess.Process | None = None
        self._seen: list[str] = []

    async def __aenter__(self) -> Self:
        shutil.copy(self._scenario, self._folder / "scenario.xml")
        tones(self._folder)
        self._process = await asyncio.create_subprocess_exec(
            *(program(), "-sf", "scenario.xml", "-i", "127.0.0.1", "-p", str(self.port)),
            *("-mp", str(self._media_port), "-trace_logs", "-log_file", "calls.log"),
            *("-nostdin", "-aa"),
            cwd=self._folder,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.DEVNULL,
            env={"PATH": os.environ["PATH"], "TERM": "dumb"},
        )
        return self

    async def __aexit__(self, *_: object) -> None:
        process, self._process = self._process, None
        if process is not None and process.returncode is None:
            process.kill()
            await process.wait()
        self._seen = self.called
        shutil.rmtree(self._folder, ignore_errors=True)

    @property
    def called(self) -> list[str]:
        log = self._folder / "calls.log"
        if not log.exists():
            return self._seen
        return re.findall(r"called (\S+)", log.read_text(errors="replace"))


def tones(folder: Path) -> None:
    """Write what a person says when they pick up, and what a machine does: 8 kHz mu-law, raw."""
    for name, seconds in (("hello.wav", 0.7), ("machine.wav", 6.0)):
        count = int(8_000 * seconds)
        wave = [int(8_000 * math.sin(2 * math.pi * 600 * n / 8_000)) for n in range(count)]
        # Silence is a sound, too: without packets nobody hears that a greeting is over.
        (folder / name).write_bytes(encode([*wave, *([0] * 32_000)]))
