"""Webhooks of Twilio: how long the product takes to answer one, and how many a second it answers.

    python -m tests.benchmarks.bench_webhooks [SECONDS]

The product runs in a process of its own (journal, database and web server included) and answers
callers in a menu: each webhook is signed, verified, goes through the core and comes back as the
next document. Callers press a key as soon as they have the document, so `CALLERS` requests are
under way at any time: the rate is the highest there is, and p50 and p99 are those under that load.
`calm_p50_ms` and `calm_p99_ms` are with a single caller. The baseline, measured in the same run by
the same callers, is a bare web server in a process of its own that answers any request with a fixed
document and verifies nothing. `decided_late`: answers that were given before the core had decided,
because the machine was busy; a real call is then given its document over REST, this one ends.

Then a person presses keys on the emulated Twilio as fast as it takes them. Between a key that ends
one document and the moment the next one listens, keys are lost: that is the window, `key_gap_*_ms`,
to which a real account adds a round trip of its network.

The last line is one JSON object.
"""

from __future__ import annotations

import asyncio
import json
import sys
import tempfile
import time
import uuid
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median, quantiles
from urllib.parse import urlencode
from xml.etree import ElementTree

import aiohttp

from tests.emulators.twilio import signing
from tests.emulators.twilio.emulator import TwilioEmulator
from tests.end_to_end.product import Product
from tests.real.dialog import until
from tests.real.ports import free_port

CALLERS = 40
STEPS = 12
"""Webhooks of one call, its end not counted."""
GAPS = 100
NUMBER = "+14155550100"
CENTER = """\
center: Bench
schema: 1
region: US
language: en-US
timezone: UTC
flows: [main.yaml]
numbers: {"+14155550100": main}
queues: {desk: {label: Desk}}
agents: {ana: {name: Ana, login: ana, extension: 1001, queues: [desk]}}
"""
FLOW = """\
flow: main
schema: 1
entry: menu
languages: {default: en-US, offered: [en-US]}
defaults: {first_timeout: 60s, inter_digit: 2s}
nodes:
  menu:
    do: menu
    say: Press one to hear this again.
    keys: {"1": again, "9": bye}
    on_no_input: [{goto: bye}]
    on_no_match: [{goto: bye}]
  again:
    do: menu
    say: Press one to go back.
    keys: {"1": menu, "9": bye}
    on_no_input: [{goto: bye}]
    on_no_match: [{goto: bye}]
  bye: {do: hangup}
"""
BARE = """\
import sys
from aiohttp import web
DOCUMENT = sys.argv[2]
async def answer(request):
    await request.post()
    return web.Response(text=DOCUMENT, content_type="text/xml")
app = web.Application()
app.router.add_post("/{path:.*}", answer)
web.run_app(app, host="127.0.0.1", port=int(sys.argv[1]), print=None)
"""
BARE_DOCUMENT = (
    '<?xml version="1.0" encoding="UTF-8"?><Response><Gather input="dtmf" numDigits="1"'
    ' action="{base}/twilio/step"><Play>{base}/menu.wav</Play></Gather></Response>'
)


@dataclass(slots=True)
class Load:
    """Callers who press a key whenever they are asked to."""

    base: str
    account: str
    token: str
    times_ms: list[float] = field(default_factory=list)
    redirected: int = 0

    async def run(self, http: aiohttp.ClientSession, callers: int, seconds: float) -> float:
        """Let them call for so long; gives webhooks answered a second."""
        self.times_ms.clear()
        began = time.perf_counter()
        until_s = began + seconds
        async with asyncio.TaskGroup() as group:
            for _ in range(callers):
                group.create_task(self._caller(http, until_s))
        return len(self.times_ms) / (time.perf_counter() - began)

    async def _caller(self, http: aiohttp.ClientSession, until_s: float) -> None:
        while time.perf_counter() < until_s:
            sid = "CA" + uuid.uuid4().hex
            url, more = f"{self.base}/twilio/voice", {"CallStatus": "ringing"}
            for _ in range(STEPS):
                document = await self._post(http, url, sid, more)
                root = ElementTree.fromstring(document)
                gather, redirect = root.find(".//Gather"), root.find(".//Redirect")
                if gather is not None:
                    url = gather.attrib["action"]
                    more = {"CallStatus": "in-progress", "Digits": "1"}
                elif redirect is not None and redirect.text:
                    self.redirected += 1
                    url, more = redirect.text, {"CallStatus": "in-progress"}
                else:
                    break
            await self._post(
                http, f"{self.base}/twilio/status", sid, {"CallStatus": "completed"}, timed=False
            )

    async def _post(
        self,
        http: aiohttp.ClientSession,
        url: str,
        sid: str,
        more: dict[str, str],
        *,
        timed: bool = True,
    ) -> bytes:
        form = {
            "CallSid": sid,
            "AccountSid": self.account,
            "From": "+14155550123",
            "To": NUMBER,
            "Direction": "inbound",
            "ApiVersion": "2010-04-01",
            **more,
        }
        url = url.partition("#")[0]
        headers = {
            signing.SIGNATURE: signing.sha1(self.token, url, list(form.items())),
            "I-Twilio-Idempotency-Token": str(uuid.uuid4()),
            "Content-Type": "application/x-www-form-urlencoded",
        }
        began = time.perf_counter()
        async with http.post(url, data=urlencode(form), headers=headers) as answer:
            body = await answer.read()
            if answer.status >= 300:
                raise RuntimeError(f"{answer.status} from {url}: {body[:200]!r}")
        if timed:
            self.times_ms.append(1000 * (time.perf_counter() - began))
        return body

    def told(self) -> tuple[float, float]:
        """p50 and p99 in milliseconds."""
        return round(median(self.times_ms), 2), round(quantiles(self.times_ms, n=100)[98], 2)


async def bare(http: aiohttp.ClientSession, seconds: float) -> dict[str, object]:
    """The same load on a web server that does nothing."""
    port = free_port()
    base = f"http://127.0.0.1:{port}"
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", BARE, str(port), BARE_DOCUMENT.format(base=base)
    )
    load = Load(base, "AC0", "token")
    try:
        for _ in range(200):
            try:
                async with http.post(f"{base}/twilio/voice"):
                    break
            except aiohttp.ClientError:
                await asyncio.sleep(0.1)
        rate = await load.run(http, CALLERS, seconds)
    finally:
        process.terminate()
        await process.wait()
    p50, p99 = load.told()
    return {
        "baseline": "a bare web server: any request, one document",
        "baseline_p50_ms": p50,
        "baseline_p99_ms": p99,
        "baseline_webhooks_per_s": round(rate),
    }


async def ours(
    http: aiohttp.ClientSession, twilio: TwilioEmulator, base: str, seconds: float
) -> dict[str, object]:
    """The product, with one caller and with many."""
    load = Load(base, twilio.account_sid, twilio.auth_token)
    await load.run(http, 4, min(2.0, seconds))  # everything is imported and compiled then
    await load.run(http, 1, seconds / 2)
    calm50, calm99 = load.told()
    rate = await load.run(http, CALLERS, seconds)
    p50, p99 = load.told()
    return {
        "callers": CALLERS,
        "webhooks": len(load.times_ms),
        "p50_ms": p50,
        "p99_ms": p99,
        "webhooks_per_s": round(rate),
        "calm_p50_ms": calm50,
        "calm_p99_ms": calm99,
        "decided_late": load.redirected,
    }


async def gaps(twilio: TwilioEmulator, base: str) -> dict[str, object]:
    """How long nobody listens between two documents."""
    twilio.number(NUMBER, voice_url=f"{base}/twilio/voice", status_callback=f"{base}/twilio/status")
    caller = await twilio.dial("+14155550123", NUMBER)
    found: list[float] = []
    while len(found) < GAPS:
        await until(lambda: caller._key_listeners, within=30, what="keys are listened for")
        (before,) = caller._key_listeners[-1:]
        caller.press("1")
        began = time.perf_counter()
        while caller._key_listeners[-1:] in ([], [before]):  # noqa: ASYNC110 (later than an event)
            await asyncio.sleep(0.0002)
        found.append(1000 * (time.perf_counter() - began))
        await asyncio.sleep(0.02)
    caller.hang_up()
    return {
        "key_gap_p50_ms": round(median(found), 1),
        "key_gap_p99_ms": round(quantiles(found, n=100)[98], 1),
    }


async def bench(folder: Path, seconds: float) -> dict[str, object]:
    """Everything, one after the other."""
    (folder / "center.yaml").write_text(CENTER, encoding="utf-8")
    (folder / "main.yaml").write_text(FLOW, encoding="utf-8")
    port = free_port()
    base = f"http://127.0.0.1:{port}"
    async with (
        TwilioEmulator() as twilio,
        aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as http,
    ):
        baseline = await bare(http, seconds)
        environment = {
            "CC_PROVIDER": "twilio",
            "CC_TWILIO_ACCOUNT_SID": twilio.account_sid,
            "CC_TWILIO_AUTH_TOKEN": twilio.auth_token,
            "CC_TWILIO_REST_URL": twilio.base_url,
            "CC_TWILIO_PUBLIC_URL": base,
            "CC_TWILIO_LISTEN_PORT": str(port),
            "CC_TWILIO_CALLER_ID": NUMBER,
            "CC_LOG_LEVEL": "warning",
        }
        product = Product(folder, environment, folder / "center.yaml")
        try:
            await product.start()
            measured = await ours(http, twilio, base, seconds)
            measured |= await gaps(twilio, base)
        except BaseException:
            sys.stderr.write(product.log[-4000:])
            raise
        finally:
            await product.kill()
    return {"bench": "webhooks", **measured, **baseline}


def main(seconds: float = 10.0) -> None:
    """Measure, print one JSON object as the last line."""
    with tempfile.TemporaryDirectory(prefix="bench-webhooks-") as folder:
        print(json.dumps(asyncio.run(bench(Path(folder), seconds))))


if __name__ == "__main__":
    main(float(sys.argv[1]) if len(sys.argv) > 1 else 10.0)
