"""One running Asterisk of our own: a folder, a process, free loopback ports.

Several run side by side. The process is in a session of its own, so that Ctrl-C in the terminal
stops us and not the calls: `stop` (or leaving `async with`) ends it, and so does the next start
in the same folder when we were killed before we could.
"""

import asyncio
import dataclasses
import hashlib
import os
import random
import shutil
import signal
import socket
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Self

import aiohttp

from contact_center.adapters.asterisk.local.configuration import Settings, SipAccount, render
from contact_center.adapters.asterisk.local.tree import Tree

_START_TIMEOUT_S = 60.0
_STOP_TIMEOUT_S = 10.0
_CLI_TIMEOUT_S = 30.0
_ATTEMPTS = 3
_LONGEST_RUN_FOLDER = 60
_PORTS = (20000, 31999)  # below the ports the kernel gives to outgoing connections


class InstanceError(Exception):
    """Asterisk did not start, or does not answer; the message holds the end of its log."""


class Instance:
    """An Asterisk that can be started, stopped, killed and started again on the same ports."""

    def __init__(self, settings: Settings, tree: Tree, folder: Path | None = None) -> None:
        """Nothing is started yet. Without a folder it gets one that goes when it stops."""
        self._tree = tree
        self._fixed_ports = bool(settings.http_port or settings.sip_port or settings.manager_port)
        self.settings = settings
        self._temporary = folder is None
        # Asterisk runs in this folder, where a path relative to ours would lead nowhere.
        self.folder = (
            Path(tempfile.mkdtemp(prefix="asterisk-")) if folder is None else folder.resolve()
        )
        self._run_folder = self.folder / "run"
        self._short_folder: Path | None = None
        self._process: asyncio.subprocess.Process | None = None
        self._log_start = 0
        self._choose_ports()

    @property
    def ari_url(self) -> str:
        """`http://127.0.0.1:PORT/ari`; user and password are in `settings`."""
        return f"http://{self.settings.bind}:{self.settings.http_port}/ari"

    @property
    def ari_websocket_url(self) -> str:
        """Where we connect to for events: add `?app=...&api_key=user:password`."""
        return f"ws://{self.settings.bind}:{self.settings.http_port}/ari/events"

    @property
    def sip_port(self) -> int:
        """The UDP port calls and registrations come to."""
        return self.settings.sip_port

    @property
    def manager_port(self) -> int:
        """The TCP port of the AMI."""
        return self.settings.manager_port

    @property
    def running(self) -> bool:
        """Whether the process lives."""
        return self._process is not None and self._process.returncode is None

    @property
    def pid(self) -> int:
        """The process id. Raises InstanceError when it is not running."""
        if self._process is None or self._process.returncode is not None:
            raise InstanceError("Asterisk is not running")
        return self._process.pid

    async def __aenter__(self) -> Self:
        try:
            await self.start()
        except BaseException:
            await self.stop()
            raise
        return self

    async def __aexit__(self, *_exc: object) -> None:
        await self.stop()

    async def start(self) -> None:
        """Start and wait until it is fully booted and ARI answers (about 1 s).

        Raises InstanceError with the end of the log when it does not within a minute.
        """
        if self.running:
            raise InstanceError("Asterisk is running already")
        for attempt in range(1, _ATTEMPTS + 1):
            self._write_files()
            await self._end_leftover()
            await self._spawn()
            try:
                async with asyncio.timeout(_START_TIMEOUT_S):
                    await self._ready()
                return
            except (InstanceError, TimeoutError) as error:
                await self.kill()
                # Another program may have taken a port between our choice and its use.
                if self._fixed_ports or attempt == _ATTEMPTS:
                    raise InstanceError(
                        f"Asterisk did not start: {error}\n{self._tail()}"
                    ) from error
                self._choose_ports(again=True)
            except BaseException:
                await self.kill()
                raise

    async def stop(self) -> None:
        """End it in good order, by force after 10 s. Calls in it end. Nothing when it is down."""
        if self._process is not None and self._process.returncode is None:
            self._process.terminate()
            try:
                async with asyncio.timeout(_STOP_TIMEOUT_S):
                    await self._process.wait()
            except TimeoutError:
                self._process.kill()
                await self._process.wait()
        self._process = None
        self._clear_folders()

    async def kill(self) -> None:
        """End it as a power cut would: no goodbye to anyone. `start` brings it back."""
        if self._process is not None and self._process.returncode is None:
            self._process.kill()
            await self._process.wait()
        self._process = None

    async def cli(self, command: str) -> str:
        """What Asterisk's console answers to the command. Raises InstanceError if it does not."""
        self.pid  # noqa: B018  raises when it is not running
        status, text = await self._remote(command)
        if status != 0:
            raise InstanceError(f"The console of Asterisk said to {command!r}: {text.strip()}")
        return text

    async def add_accounts(self, accounts: Sequence[SipAccount]) -> None:
        """Let these phones register too; calls and registrations go on. Raises InstanceError."""
        self.settings = dataclasses.replace(self.settings, accounts=tuple(accounts))
        self._write_files()
        await self.cli("module reload res_pjsip.so")

    def cpu_s(self) -> float:
        """Seconds of processor time it has used since it was started."""
        fields = Path(f"/proc/{self.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def rss_bytes(self) -> int:
        """Memory it holds at present."""
        pages = int(Path(f"/proc/{self.pid}/statm").read_text().split()[1])
        return pages * os.sysconf("SC_PAGE_SIZE")

    def log(self) -> str:
        """Notices, warnings and errors so far, and what it printed."""
        return self._messages() + _read(self.folder / "log" / "output.log")

    def _messages(self) -> str:
        return _read(self.folder / "log" / "messages.log")

    def _choose_ports(self, *, again: bool = False) -> None:
        now = self.settings
        taken: set[int] = set()

        def choose(port: int) -> int:
            chosen = port if port and not again else _free_port(now.bind, taken)
            taken.add(chosen)
            return chosen

        self.settings = dataclasses.replace(
            now,
            http_port=choose(now.http_port),
            sip_port=choose(now.sip_port),
            manager_port=choose(now.manager_port),
        )

    def _write_files(self) -> None:
        if len(str(self._run_folder)) > _LONGEST_RUN_FOLDER:
            # The path of a unix socket may not be longer than 108 bytes. The same name each time:
            # the next start in this folder clears up after one that was killed.
            name = hashlib.sha256(str(self.folder).encode()).hexdigest()[:16]
            self._short_folder = Path(tempfile.gettempdir()) / f"asterisk-run-{name}"
            self._run_folder = self._short_folder
        for name in ("etc", "lib/keys", "agi", "log", "spool/recording", "spool/outgoing"):
            (self.folder / name).mkdir(parents=True, exist_ok=True)
        (self.folder / "spool" / "tmp").mkdir(exist_ok=True)
        self._run_folder.mkdir(mode=0o700, exist_ok=True)
        if self._run_folder.stat().st_uid != os.getuid():
            raise InstanceError(f"{self._run_folder} belongs to somebody else; remove it")
        _link_data(self._tree, self.folder / "data")
        etc = self.folder / "etc"
        for name, text in render(self.settings, self._tree, self.folder, self._run_folder).items():
            path = etc / name
            path.touch(mode=0o600)
            path.write_text(text)

    async def _end_leftover(self) -> None:
        """End the Asterisk an earlier, killed run of ours left behind in this folder."""
        pid = self._leftover()
        if pid is None:
            return
        os.kill(pid, signal.SIGTERM)
        for _ in range(int(_STOP_TIMEOUT_S * 20)):
            if self._leftover() is None:
                return
            await asyncio.sleep(0.05)
        raise InstanceError(f"The Asterisk of an earlier run (process {pid}) does not end")

    def _leftover(self) -> int | None:
        try:
            pid = int((self.folder / "asterisk.pid").read_text())
            command = Path(f"/proc/{pid}/cmdline").read_bytes().decode(errors="replace")
        except (OSError, ValueError):
            return None
        # The number may belong to another process by now.
        return pid if f"\0{self._config}\0" in command else None

    @property
    def _config(self) -> str:
        return str(self.folder / "etc" / "asterisk.conf")

    def _environment(self) -> dict[str, str]:
        kept = {name: os.environ[name] for name in ("PATH", "TZ") if name in os.environ}
        return {**kept, "HOME": str(self.folder), "LANG": "C.UTF-8", "TERM": "dumb"}

    async def _spawn(self) -> None:
        self._log_start = len(self._messages())
        with (self.folder / "log" / "output.log").open("ab") as output:
            self._process = await asyncio.create_subprocess_exec(
                *self._tree.command("asterisk", "-f", "-C", self._config),
                stdin=asyncio.subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                cwd=self.folder,
                env=self._environment(),
                start_new_session=True,
            )
        (self.folder / "asterisk.pid").write_text(str(self._process.pid))

    async def _ready(self) -> None:
        while (await self._remote("core waitfullybooted"))[0] != 0:
            if not self.running:
                raise InstanceError("the process ended")
            await asyncio.sleep(0.03)
        # A taken port is only a line in the log to Asterisk; to us it is a failed start.
        for line in self._messages()[self._log_start :].splitlines():
            if "Address already in use" in line:
                raise InstanceError(f"a port is taken: {line.partition(': ')[2]}")
        login = aiohttp.encode_basic_auth(self.settings.ari_user, self.settings.ari_password)
        async with aiohttp.ClientSession(
            headers={"Authorization": login}, timeout=aiohttp.ClientTimeout(total=_CLI_TIMEOUT_S)
        ) as session:
            try:
                async with session.get(f"{self.ari_url}/asterisk/ping") as response:
                    if response.status != 200:
                        raise InstanceError(f"ARI answered with status {response.status}")
            except aiohttp.ClientError as error:
                raise InstanceError(f"ARI does not answer: {error}") from error

    async def _remote(self, command: str) -> tuple[int, str]:
        process = await asyncio.create_subprocess_exec(
            *self._tree.command("asterisk", "-C", self._config, "-rx", command),
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
            env=self._environment(),
        )
        try:
            async with asyncio.timeout(_CLI_TIMEOUT_S):
                output, _ = await process.communicate()
        except (TimeoutError, asyncio.CancelledError):
            process.kill()
            await process.wait()
            raise
        return process.returncode or 0, output.decode(errors="replace")

    def _tail(self) -> str:
        return "\n".join(self.log().splitlines()[-20:])

    def _clear_folders(self) -> None:
        if self._short_folder is not None:
            shutil.rmtree(self._short_folder, ignore_errors=True)
            self._short_folder = None
            self._run_folder = self.folder / "run"
        if self._temporary:
            shutil.rmtree(self.folder, ignore_errors=True)


def _read(path: Path) -> str:
    try:
        return path.read_text(errors="replace")
    except FileNotFoundError:
        return ""


def _link_data(tree: Tree, folder: Path) -> None:
    """Asterisk's data folder: the tree's own, and `sounds/en`, which installing would link."""
    sounds = folder / "sounds"
    sounds.mkdir(parents=True, exist_ok=True)
    links = {folder / path.name: path for path in tree.share.iterdir() if path.name != "sounds"}
    links |= {sounds / path.name: path for path in (tree.share / "sounds").iterdir()}
    links.setdefault(sounds / "en", tree.share / "sounds" / "en_US_f_Allison")
    for link, target in links.items():
        link.unlink(missing_ok=True)
        link.symlink_to(target)


def _free_port(host: str, taken: set[int]) -> int:
    """A port that nobody uses at present, neither TCP nor UDP."""
    picker = random.SystemRandom()
    for _ in range(200):
        port = picker.randint(*_PORTS)
        if port not in taken and _is_free(host, port):
            return port
    raise InstanceError(f"No free port on {host} between {_PORTS[0]} and {_PORTS[1]}")


def _is_free(host: str, port: int) -> bool:
    for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM):
        with socket.socket(socket.AF_INET, kind) as probe:
            try:
                probe.bind((host, port))
            except OSError:
                return False
    return True
