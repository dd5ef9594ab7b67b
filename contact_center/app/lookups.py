"""The lookups of a process, put together: where they may go, who asks, and the demo's own service.

In a demo there is something to ask: a small service in this process, under a name of its own.
"""

import logging
from collections.abc import Callable, Mapping
from pathlib import Path

from prometheus_client import CollectorRegistry

from contact_center.adapters.lookups.demo import HOST, DemoService
from contact_center.adapters.lookups.guard import NotAllowedError, Rules
from contact_center.adapters.lookups.lookups import Lookups, LookupSettings
from contact_center.adapters.lookups.metrics import LookupMetrics
from contact_center.app.state_folder import StartError
from contact_center.core.commands import Command
from contact_center.core.flows import Flows
from contact_center.core.ids import FlowId
from contact_center.core.ivr.services import Service
from contact_center.core.lookups import RunLookup
from contact_center.ports import CommandSink, Post, SecretSource
from contact_center.settings import Settings

log = logging.getLogger(__name__)


class LookupParts:
    """What flows ask, of one process. `flows` gives those of now."""

    def __init__(
        self,
        settings: Settings,
        flows: Callable[[], Flows],
        secrets: SecretSource,
        post: Post,
        registry: CollectorRegistry,
    ) -> None:
        self._settings = settings
        self._flows = flows
        self._secrets = secrets
        self._post = post
        self._metrics = LookupMetrics(registry)
        self._demo = DemoService() if settings.desk.demo else None
        self._lookups: Lookups | None = None

    async def start(self) -> None:
        """Be ready to ask. Raises StartError for a file of tokens that cannot be used."""
        chosen = self._settings.lookups
        at = {HOST: await self._demo.start()} if self._demo is not None else {}
        rules = Rules(hosts=frozenset(chosen.hosts), private=frozenset(chosen.private_hosts), at=at)
        try:
            tokens = tokens_of(chosen.tokens_file) if chosen.tokens_file is not None else {}
            settings = LookupSettings(rules=rules, tokens=tokens)
            self._lookups = Lookups(settings, self._find, self._secrets, self._post, self._metrics)
        except (OSError, ValueError) as problem:
            raise StartError(f"the file of tokens for lookups cannot be used: {problem}") from None
        except NotAllowedError as problem:
            raise StartError(f"lookups.hosts: {problem}") from None
        await self._lookups.start()
        self.warn()

    async def close(self) -> None:
        """Stop asking."""
        if self._lookups is not None:
            await self._lookups.close()
        if self._demo is not None:
            await self._demo.stop()

    def warn(self) -> None:
        """Say which services of the flows of now would not be asked, before a caller finds out."""
        if self._lookups is None:
            return
        for bundle in self._flows().bundles:
            for service in bundle.services.values():
                try:
                    self._lookups.guard.check(service.url)
                except NotAllowedError as problem:
                    name = f"{bundle.flow}/{service.name}"
                    log.warning("the service %s is never going to be asked: %s", name, problem)

    def commands(self, others: CommandSink) -> CommandSink:
        """Give a sink that takes lookups and leaves the rest to `others`."""
        return _Commands(self, others)

    def submit(self, command: RunLookup) -> None:
        """Ask a service."""
        if self._lookups is not None:
            self._lookups.submit(command)

    def _find(self, flow: FlowId, version: str, name: str) -> Service | None:
        bundles = [bundle for bundle in self._flows().bundles if bundle.flow == flow]
        bundles.sort(key=lambda bundle: bundle.version != version)
        return bundles[0].services.get(name) if bundles else None


class _Commands:
    def __init__(self, lookups: LookupParts, others: CommandSink) -> None:
        self._lookups = lookups
        self._others = others

    def submit(self, command: Command) -> None:
        if isinstance(command, RunLookup):
            self._lookups.submit(command)
        else:
            self._others.submit(command)


def tokens_of(file: Path) -> Mapping[str, str]:
    """Read a file of tokens, a line each: ``HOST TOKEN``. Raises ValueError and OSError."""
    if file.stat().st_mode & 0o077:
        raise ValueError(f"{file}: others may read it; say chmod 600 {file}")
    tokens: dict[str, str] = {}
    for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1):
        words = line.split("#", 1)[0].split()
        if words and len(words) != 2:
            raise ValueError(f"{file}:{number}: write HOST TOKEN")
        if words:
            tokens[words[0].lower()] = words[1]
    return tokens
