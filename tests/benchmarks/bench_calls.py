"""Calls on a real Asterisk: how many, how fast an offer, at what cost, and is the pop first?

    python -m tests.benchmarks.bench_calls

Everything shares this machine: Asterisk, the product, SIPp and the agents' phones. (a) The highest
rate at which every call of the full path (answer, prompt, key, queue, agent's leg, bridge, hang up)
succeeds, beside a bare ARI application (answer, play, hang up) in the same run. (b) Callers wait;
from an agent's hang-up to the INVITE for the next caller at their phone, at 20 calls a second.
(c) The share of calls whose pop was at the agent's socket before the INVITE at the agent's phone.
The last line is one JSON object.
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

import psutil

from contact_center.adapters.asterisk.local import Instance, Settings, SipAccount, find
from contact_center.desk_client.connection import log_in, socket_url
from tests.benchmarks import scenario
from tests.benchmarks.bare import BareApplication
from tests.benchmarks.load import Desk, Phones, Pops
from tests.end_to_end.product import Product
from tests.real import sipp

AGENTS = 100
STEP_S = 8
BARE_RATES = (100, 150, 200, 250, 300, 350)
FULL_RATES = (20, 40, 60, 80, 100, 120)
TALK_S = 0.6
OFFER_AGENTS = 20
OFFER_RATE = 20.0
OFFER_S = 20
SUSTAINED = 0.93


def say(text: str) -> None:
    sys.stderr.write(f"{text}\n")


class Bench:
    """One Asterisk, and the product on it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.result: dict[str, object] = {"bench": "calls", "cores": os.cpu_count()}

    async def run(self) -> dict[str, object]:
        self.phones = await Phones.open(TALK_S)
        accounts = tuple(
            SipAccount(name=str(2000 + n), contact=f"127.0.0.1:{self.phones.port}")
            for n in range(AGENTS)
        )
        tree = find()
        self.asterisk = Instance(Settings(accounts=accounts), tree)
        async with self.asterisk:
            async with BareApplication(self.asterisk):
                bare, bare_cpu = await self._climb(
                    "bare", BARE_RATES, sipp.ANSWER_AND_HANG_UP, scenario.MENU_NUMBER
                )
            await self._start_product()
            try:
                await self._offers()
                full, _ = await self._climb(
                    "full", FULL_RATES, scenario.PRESS_ONE, scenario.MENU_NUMBER
                )
            finally:
                await self.product.kill()
        self.phones.close()
        self.result |= {
            "baseline": "bare ARI application: answer, play, hang up",
            "calls_per_s": round(full, 1),
            "bare_calls_per_s": round(bare, 1),
            "ratio": round(full / bare, 3) if bare else None,
            "bare_cpu_asterisk_ms_per_call": bare_cpu,
        }
        return self.result

    async def _start_product(self) -> None:
        known = self.asterisk.settings
        center = scenario.center(self.folder, AGENTS)
        environment = {
            "CC_PROVIDER": "asterisk",
            "CC_ARI_CONNECTION": "inbound",
            "CC_ARI_URL": f"http://127.0.0.1:{known.http_port}",
            "CC_ARI_PASSWORD": known.ari_password,
            "CC_AMI_PORT": str(known.manager_port),
            "CC_AMI_PASSWORD": known.manager_password,
            "CC_LOG_LEVEL": "warning",
        }
        self.product = Product(self.folder, environment, center)
        await self.product.start()
        self.pops = Pops()
        self.desks: list[Desk] = []
        loop = asyncio.get_running_loop()
        token = {}
        for number in range(AGENTS):
            name = f"a{number}"
            token[name] = await log_in(self.product.url, name, self.product.password)
        url = socket_url(self.product.url)
        for number in range(AGENTS):
            name, extension = f"a{number}", str(2000 + number)
            _, desk = await loop.create_connection(
                lambda name=name, extension=extension: Desk(  # type: ignore[misc]
                    url, token[name], extension, self.pops
                ),
                "127.0.0.1",
                self.product.port,
            )
            await asyncio.wait_for(desk.is_open, 10)
            self.desks.append(desk)
        say(f"{len(self.desks)} agents are ready")

    def _cpu_ours(self) -> float:
        times = psutil.Process(self.product.pid).cpu_times()
        return times.user + times.system

    async def _climb(
        self, what: str, rates: Sequence[int], script: str, did: str
    ) -> tuple[float, float]:
        """The highest rate that every call survives, and Asterisk's CPU per call at the first."""
        best = first_cpu = 0.0
        loop = asyncio.get_running_loop()
        for rate in rates:
            began, cpu = loop.time(), self.asterisk.cpu_s()
            ours = self._cpu_ours() if what == "full" else 0.0
            calls = rate * STEP_S
            result = await sipp.run(
                script, self.asterisk.sip_port, calls=calls, rate=rate, within=90, did=did
            )
            took = loop.time() - began
            achieved = result.successful / took
            cpu_ms = 1000 * (self.asterisk.cpu_s() - cpu) / max(1, result.successful)
            line = f"{what} {rate}/s: {result.successful}/{calls} ok in {took:.1f} s"
            line += f", Asterisk {cpu_ms:.2f} ms a call"
            if what == "full":
                ours_ms = 1000 * (self._cpu_ours() - ours) / max(1, result.successful)
                line += f", we {ours_ms:.2f} ms"
            say(line)
            first_cpu = first_cpu or round(cpu_ms, 2)
            # A step lasts a little longer than its calls arrive: the last ones still talk.
            if not result.ok or achieved < SUSTAINED * calls / (STEP_S + 1.5):
                break
            best = float(rate)
        return best, first_cpu

    async def _offers(self) -> None:
        """Callers wait for twenty agents; every agent who hangs up is offered the next."""
        for desk in self.desks[OFFER_AGENTS:]:
            desk.send("cmd.pause", {"reason": "meeting"})
        phones = self.phones
        phones.talk_s = OFFER_AGENTS / OFFER_RATE
        phones.invites.clear()
        for stamps in self.pops.at.values():
            stamps.clear()
        calls = int(OFFER_RATE * OFFER_S) + 60
        cpu, ours = self.asterisk.cpu_s(), self._cpu_ours()
        # Sixty come quickly and make the line; the rest come as fast as agents become free.
        crowd = asyncio.gather(
            sipp.run(
                scenario.WAIT,
                self.asterisk.sip_port,
                calls=60,
                rate=60,
                within=120,
                did=scenario.DIRECT_NUMBER,
                media_port=41000,
            ),
            sipp.run(
                scenario.PRESS_ONE,
                self.asterisk.sip_port,
                calls=calls - 60,
                rate=OFFER_RATE,
                within=120,
                did=scenario.MENU_NUMBER,
            ),
        )
        results = await crowd
        done = sum(result.successful for result in results)
        offers = sorted(phones.offer_s)
        self.result |= {
            "offer_calls": done,
            "offer_calls_failed": sum(result.failed for result in results),
            "offer_samples": len(offers),
            "offer_p50_ms": round(1000 * offers[len(offers) // 2], 2),
            "offer_p99_ms": round(1000 * offers[int(len(offers) * 0.99)], 2),
            "pop_before_invite_share": self._pops_first(),
            "cpu_ours_ms_per_call": round(1000 * (self._cpu_ours() - ours) / done, 2),
            "cpu_asterisk_ms_per_call": round(1000 * (self.asterisk.cpu_s() - cpu) / done, 2),
        }
        say(json.dumps(self.result))
        phones.talk_s = TALK_S
        phones.offer_s.clear()
        for desk in self.desks[OFFER_AGENTS:]:
            desk.send("cmd.ready", {})

    def _pops_first(self) -> float:
        """Of an agent's n-th INVITE: was it after their n-th pop?"""
        invites: dict[str, list[float]] = {}
        for name, at in self.phones.invites:
            invites.setdefault(name, []).append(at)
        first = total = 0
        for name, rung in invites.items():
            popped = self.pops.at.get(name, [])
            total += len(rung)
            first += sum(1 for pop, ring in zip(popped, rung, strict=False) if pop < ring)
        return round(first / total, 5) if total else 0.0


def main() -> None:
    """Run everything; the last line is the result."""
    with tempfile.TemporaryDirectory() as folder:
        sys.stdout.write(json.dumps(asyncio.run(Bench(Path(folder)).run())) + "\n")


if __name__ == "__main__":
    main()
