"""The command line as a person uses it: processes of their own, on what is shipped."""

from __future__ import annotations

import asyncio
import os
import re
import signal
import stat
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from contact_center.__main__ import COMMANDS
from tests.real.dialog import until
from tests.real.ports import free_port

ROOT = Path(__file__).parents[2]
START_S = 60.0
END_S = 60.0


def environment(**changes: str) -> dict[str, str]:
    """What a person's shell has: nothing of ours unless they set it."""
    kept = {name: text for name, text in os.environ.items() if not name.startswith("CC_")}
    return {**kept, **changes}


def service(folder: Path, **changes: str) -> dict[str, str]:
    """For a service that shares the machine with others."""
    return environment(
        CC_STATE_DIR=str(folder / "state"),
        CC_HTTP_PORT=str(free_port()),
        CC_PROMPTS_ENGINE="none",
        **changes,
    )


async def begin(*words: str, env: dict[str, str] | None = None) -> asyncio.subprocess.Process:
    """Start ``python -m contact_center WORDS`` in the project's folder."""
    return await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "contact_center", *words),
        cwd=ROOT,
        env=environment() if env is None else env,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        start_new_session=True,  # no terminal to ask for a password
    )


async def run(*words: str, env: dict[str, str] | None = None, typed: str = "") -> tuple[int, str]:
    """Run to the end; gives the exit code and what was written on both outputs."""
    process = await begin(*words, env=env)
    out, err = await asyncio.wait_for(process.communicate(typed.encode()), END_S)
    assert process.returncode is not None
    return process.returncode, out.decode() + err.decode()


class Running:
    """A process that goes on, and what it has said so far."""

    def __init__(self, process: asyncio.subprocess.Process, url: str = "") -> None:
        self.process = process
        self.url = url
        self.said = ""
        self._readers = [
            asyncio.ensure_future(self._read(stream))
            for stream in (process.stdout, process.stderr)
            if stream is not None
        ]

    async def _read(self, stream: asyncio.StreamReader) -> None:
        while line := await stream.readline():
            self.said += line.decode()

    async def says(self, pattern: str, within: float = 20) -> re.Match[str]:
        found = await until(
            lambda: re.search(pattern, self.said, re.M) or self.process.returncode is not None,
            within=within,
            what=f"{pattern}; it said:\n{self.said}",
        )
        assert isinstance(found, re.Match), self.said
        return found

    async def stop(self, how: signal.Signals = signal.SIGTERM) -> int:
        if self.process.returncode is None:
            self.process.send_signal(how)
        code = await asyncio.wait_for(self.process.wait(), END_S)
        await asyncio.gather(*self._readers)
        return code


@asynccontextmanager
async def running(*words: str, env: dict[str, str]) -> AsyncIterator[Running]:
    made = Running(await begin(*words, env=env), f"http://127.0.0.1:{env.get('CC_HTTP_PORT')}")
    try:
        yield made
    finally:
        await made.stop(signal.SIGKILL)


# --- what there is ---------------------------------------------------------------------------


async def test_help_lists_every_command_and_a_wrong_word_gets_it_too() -> None:
    code, help_text = await run("--help")
    assert code == 0
    assert all(re.search(rf"^  {name} +\w", help_text, re.M) for name in COMMANDS)
    assert await run() == (2, help_text)
    assert await run("serve") == (2, help_text)


@pytest.mark.parametrize("name", sorted(set(COMMANDS) - {"passwd"}))
async def test_every_command_explains_itself(name: str) -> None:
    code, text = await run(name, "--help")
    assert (code, text[:6]) == (0, "usage:")


# --- check -----------------------------------------------------------------------------------


async def test_check_passes_the_settings_and_centers_that_are_shipped() -> None:
    code, text = await run("check")
    assert code == 0
    assert "Larkfield Garden Supply" in text
    assert text.endswith("ok: 0 errors, 0 warnings\n")
    code, text = await run("check", "--center", "config/bank")
    assert (code, text.splitlines()[-1]) == (0, "ok: 0 errors, 0 warnings")


async def test_check_names_every_mistake_with_its_place(tmp_path: Path) -> None:
    center = (ROOT / "config/retailer/center.yaml").read_text(encoding="utf-8")
    flow = (ROOT / "ivr_flows/retailer.yaml").read_text(encoding="utf-8")
    wrong = center.replace("extension: 1002", "extension: 1001")
    wrong = wrong.replace("../../ivr_flows/retailer.yaml", "flow.yaml")
    wrong = wrong.replace("../../", f"{ROOT}/")
    (tmp_path / "center.yaml").write_text(wrong, encoding="utf-8")
    flow = flow.replace("queue: sales\n    say", "queue: sails\n    say")
    (tmp_path / "flow.yaml").write_text(flow, encoding="utf-8")
    code, text = await run("check", "--center", str(tmp_path))
    assert code == 1
    assert re.search(r"center\.yaml:\d+:\d+: E102 ", text)
    assert re.search(r'flow\.yaml:\d+:\d+: E024 .*did you mean "sales"', text)
    assert text.endswith("not usable: 2 errors, 0 warnings\n")


async def test_check_names_files_that_are_not_there(tmp_path: Path) -> None:
    code, text = await run("check", "--center", str(tmp_path / "none.yaml"))
    assert (code, "E100" in text) == (1, True)
    code, text = await run("check", "--settings", str(tmp_path / "none.yaml"))
    assert (code, "E100" in text) == (1, True)


# --- run, agent, replay ----------------------------------------------------------------------


async def placed_call(url: str) -> dict[str, Any]:
    """Call from the demo's page and press 1; gives the call as the page sees it at the end."""
    async with aiohttp.ClientSession(f"{url}/demo/api/") as session:
        wish = {"ani": "+14155550101", "did": "+14155550100", "name": ""}
        leg = (await (await session.post("calls", json=wish)).json())["leg"]
        loop = asyncio.get_running_loop()
        deadline = loop.time() + 60
        pressed = False
        while loop.time() < deadline:
            view: dict[str, Any] = await (await session.get(f"calls/{leg}")).json()
            if not pressed and any(sound["kind"] == "prompt" for sound in view["heard"]):
                pressed = (await session.post(f"calls/{leg}/keys", json={"keys": "1"})).ok
            if view["state"] == "ended":
                return view
            await asyncio.sleep(0.1)
    raise TimeoutError(f"the call did not end: {view}")


async def test_a_call_on_the_shipped_settings_from_start_to_replay(tmp_path: Path) -> None:
    env = service(tmp_path)
    async with running("run", env=env) as product:
        await product.says(r"^ready", within=START_S)
        password = (await product.says(r"password for all: (\S+)$"))[1]
        assert f"desk: {product.url}/" in product.said
        words = ("agent", "--url", product.url, "--login", "ana", "--auto", "--talk", "1.5")
        secret = environment(CONTACT_CENTER_PASSWORD=password)
        async with running(*words, env=secret) as agent:
            await agent.says(r"= ready, idle")
            call = await placed_call(product.url)
            assert any(sound["kind"] == "talk" for sound in call["heard"])
            await agent.says(r"\*\*\* Maria Delgado")
            await agent.says(r"before: ")
            await agent.says(r"= ready, wrap up\n(?:.*\n)*  = ready, idle")
        assert await product.stop() == 0
    journal = tmp_path / "state" / "journal"
    code, text = await run("replay", str(journal))
    assert code == 0
    assert re.fullmatch(r"1 segments, \d+ events, no difference\n", text)
    modes = [stat.S_IMODE(folder.stat().st_mode) for folder in (journal.parent, journal)]
    assert modes == [0o700, 0o700], "others on this machine may not read callers' data"
    (segment,) = journal.iterdir()
    kept = (segment, tmp_path / "state" / "sessions.json")
    assert [stat.S_IMODE(path.stat().st_mode) for path in kept] == [0o600, 0o600]
    alter(segment)
    code, text = await run("replay", str(segment))
    assert code == 1
    assert re.search(r"\.journal:\d+: after \w+\n +recorded: .*Leave.*\n +replayed: .*Enter", text)


def alter(segment: Path) -> None:
    """Let the journal claim that something else was decided."""
    text = segment.read_text(encoding="utf-8")
    changed = text.replace('"EnterWaiting"', '"LeaveWaiting"', 1)
    assert changed != text
    segment.write_text(changed, encoding="utf-8")


async def test_replay_says_what_it_cannot_read(tmp_path: Path) -> None:
    assert await run("replay", str(tmp_path)) == (
        2,
        f"{tmp_path}: there is no journal in this folder\n",
    )
    code, text = await run("replay", str(tmp_path / "none"))
    assert (code, "there is no such file" in text) == (2, True)
    (tmp_path / "odd.journal").write_text("hello\n", encoding="utf-8")
    code, text = await run("replay", str(tmp_path))
    assert (code, "this is no journal header" in text) == (2, True)


async def test_agent_says_when_nobody_is_there_or_the_password_is_wrong(tmp_path: Path) -> None:
    secret = environment(CONTACT_CENTER_PASSWORD="wrong")
    words = ("agent", "--login", "ana", "--url", f"http://127.0.0.1:{free_port()}")
    code, text = await run(*words, env=secret)
    assert (code, text[:14]) == (1, "cannot log in:")
    assert "cannot be reached: Connection refused" in text
    for address in ("desk", "ftp://x", "http://[", "http://127.0.0.1:99999"):
        code, text = await run("agent", "--login", "ana", "--url", address, env=secret)
        assert (code, "Traceback" in text) == (1, False)
        assert f"{address} is no address of a center" in text


# --- passwords -------------------------------------------------------------------------------


async def test_a_password_that_passwd_wrote_lets_its_agent_in(tmp_path: Path) -> None:
    passwords = tmp_path / "passwords"
    assert (await run("passwd", "ana", str(passwords), typed="cat sat mat\ncat sat mat\n"))[0] == 0
    assert stat.S_IMODE(passwords.stat().st_mode) == 0o600
    assert "cat sat mat" not in passwords.read_text(encoding="utf-8")
    env = service(tmp_path, CC_DESK_DEMO="false", CC_DESK_PASSWORDS_FILE=str(passwords))
    async with running("run", env=env) as product:
        await product.says(r"^ready", within=START_S)
        assert "password for all" not in product.said
        async with aiohttp.ClientSession(headers={"Origin": product.url}) as session:
            for given, status in (("wrong", 401), ("cat sat mat", 200)):
                body = {"login": "ana", "password": given}
                answer = await session.post(f"{product.url}/api/login", json=body)
                assert answer.status == status
        assert await product.stop(signal.SIGINT) == 0


async def test_without_a_password_file_or_the_demo_nobody_could_log_in(tmp_path: Path) -> None:
    code, text = await run("run", env=service(tmp_path, CC_DESK_DEMO="false"))
    assert code == 1
    assert "CC_DESK_PASSWORDS_FILE" in text


async def test_demo_logins_are_refused_where_others_can_reach_them(tmp_path: Path) -> None:
    code, text = await run("run", env=service(tmp_path, CC_HTTP_HOST="0.0.0.0"))
    assert code == 1
    assert "demo logins where others can reach them" in text
