"""The telephone networks a service can run on, each with what it brings along.

A provider is a telephony port, routes it adds to the web server, checks for ``/readyz``, and lines
that tell a person what to do next.
"""

import socket
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Protocol, TypedDict

from aiohttp import web

from contact_center.adapters.asterisk.ami import AmiSettings
from contact_center.adapters.asterisk.local import instance as local_instance
from contact_center.adapters.asterisk.local.configuration import Settings as LocalSettings
from contact_center.adapters.asterisk.local.tree import find
from contact_center.adapters.asterisk.settings import AsteriskSettings, OutboundListener
from contact_center.adapters.asterisk.telephony import AsteriskTelephony
from contact_center.adapters.simulated.demo import Demo, DemoNumber
from contact_center.adapters.simulated.network import Network
from contact_center.adapters.simulated.population import population
from contact_center.adapters.simulated.telephony import SimulatedTelephony
from contact_center.adapters.simulated.web import demo_routes
from contact_center.adapters.web.health import Check
from contact_center.app.phones import Lines, NoLines, PhoneBook, SipLines
from contact_center.app.sip_accounts import CALLER_ACCOUNT, kept_passwords, sip_accounts
from contact_center.app.sounds import Download
from contact_center.app.state_folder import own_key
from contact_center.app.understanding import Understanding
from contact_center.core.configuration import CenterConfiguration
from contact_center.core.ivr.flow import Transfer
from contact_center.ports import PromptSource, TelephonyPort
from contact_center.runtime.clock import Clock
from contact_center.settings import PhoneSettings, Secret, Settings

_DEMO_CALLERS = (
    DemoNumber(number="+14155550101", label="a customer"),
    DemoNumber(number="+14155550102", label="another customer"),
    DemoNumber(number="+14155550177", label="a stranger"),
    DemoNumber(number="", label="anonymous"),
)


class Provider(Protocol):
    """A telephone network and what it brings along."""

    @property
    def telephony(self) -> TelephonyPort:
        """The port the core's commands go to."""

    @property
    def routes(self) -> list[web.AbstractRouteDef]:
        """What it adds to the web server."""

    @property
    def checks(self) -> Mapping[str, Check]:
        """What it adds to ``/readyz``."""

    @property
    def download(self) -> Download | None:
        """Fetches what it recorded, if it keeps sounds."""

    async def prepare(self) -> None:
        """Set up what has to be there before the telephony port starts."""

    async def refit(self, configuration: CenterConfiguration) -> list[str]:
        """Get ready for another configuration; gives lines about what it cannot do by itself."""

    @property
    def lines(self) -> Lines:
        """How browsers become agents' phones."""

    def moved(self, device: str) -> None:
        """An agent's phone is elsewhere from now on."""

    @property
    def ami(self) -> AmiSettings | None:
        """Where a side feed about phones and trunks is to be had, if anywhere."""

    @property
    def fastagi(self) -> tuple[str, int] | None:
        """Where dial plans will ask for a call's data, if they may."""

    async def close(self) -> None:
        """Take down what `prepare` set up; live calls of an outside switch go on."""

    def hints(self) -> list[str]:
        """Say, in lines for a person, how to place a call."""


class SimulatedProvider:
    """The embedded default: a phone network in this process."""

    def __init__(
        self, configuration: CenterConfiguration, prompts: PromptSource, clock: Clock, epoch: int
    ) -> None:
        # Ids of legs are kept in history, so they must differ from those of earlier processes.
        network = Network(prompts=prompts, leg_prefix=f"sim{epoch}", seed=epoch)
        network.populate(population(seed=1))  # the same people after every start
        self.telephony = SimulatedTelephony(network, clock=clock.now)
        self.demo = Demo(
            self.telephony, callers=_DEMO_CALLERS, seed=epoch, **_demo_of(configuration)
        )
        self.telephony.watch(_phones_of(configuration))
        self.routes = demo_routes(self.demo)
        self.checks: Mapping[str, Check] = {}
        self.ami: AmiSettings | None = None
        self.fastagi: tuple[str, int] | None = None
        self.download: Download | None = None
        self.lines: Lines = NoLines()

    def moved(self, device: str) -> None:
        """No phone of this network is ever elsewhere."""

    async def prepare(self) -> None:
        """Nothing has to be set up."""

    async def refit(self, configuration: CenterConfiguration) -> list[str]:
        """Plug in the phones of new agents, and offer the new numbers."""
        self.demo.refit(**_demo_of(configuration))
        self.telephony.watch(_phones_of(configuration))
        return []

    async def close(self) -> None:
        """Nothing was set up."""

    def hints(self) -> list[str]:
        """Say how to place a call."""
        numbers = ", ".join(did.number for did in self.demo.dids)
        return [f"place calls to {numbers} at /demo"]


@dataclass(slots=True, kw_only=True)
class AsteriskProvider:
    """An Asterisk: one of ours on loopback, or the operator's own."""

    telephony: AsteriskTelephony
    ami: AmiSettings | None = None
    fastagi: tuple[str, int] | None = None
    ours: local_instance.Instance | None = None
    accounts: Mapping[str, str] = field(default_factory=dict, repr=False)
    accounts_file: Path = Path()
    routes: list[web.AbstractRouteDef] = field(default_factory=list)
    understanding: Understanding | None = None
    configuration: CenterConfiguration | None = None
    phones: PhoneSettings

    @property
    def lines(self) -> Lines:
        """Browsers register with Asterisk's own websocket."""
        return SipLines(settings=self.phones, http=self.telephony.url)

    @property
    def checks(self) -> Mapping[str, Check]:
        """Whether Asterisk is connected, and whether words are understood."""
        checks: dict[str, Check] = {
            "asterisk": lambda: None if self.telephony.is_ready else self._reason()
        }
        if self.understanding is not None:
            checks["recogniser"] = self.understanding.trouble
        return checks

    @property
    def download(self) -> Download | None:
        """Asterisk gives out what it recorded."""
        return self.telephony.download

    def _reason(self) -> str:
        health = self.telephony.health
        return (
            " ".join(part for part in (health.detail, health.mend) if part) or "not connected yet"
        )

    def moved(self, device: str) -> None:
        """Another phone is called for this agent from now on."""
        self.telephony.moved(device)

    async def prepare(self) -> None:
        """Start our own Asterisk, if it is ours, and who understands words, if it is wanted."""
        if self.understanding is not None and self.configuration is not None:
            self.understanding.fit(self.configuration)
        if self.ours is not None:
            await self.ours.start()

    async def refit(self, configuration: CenterConfiguration) -> list[str]:
        """Give the phones of new agents an account, where the Asterisk is ours."""
        self.telephony.watch(_phones_of(configuration))
        if self.understanding is not None:
            self.understanding.fit(configuration)
        ours = self.ours
        new = [a.device for a in configuration.agents.values() if a.device not in self.accounts]
        if ours is None or not new:
            return []
        self.accounts = kept_passwords(self.accounts_file, [*self.accounts, *new])
        try:
            await ours.add_accounts(sip_accounts(self.accounts, self.phones))
        except local_instance.InstanceError as problem:
            return [f"phones {', '.join(new)} cannot register before a restart: {problem}"]
        return [f"SIP account {name}: its password is in {self.accounts_file}" for name in new]

    async def close(self) -> None:
        """Stop our own Asterisk; an operator's keeps its calls."""
        if self.understanding is not None:
            await self.understanding.close()
        if self.ours is not None:
            await self.ours.stop()

    def hints(self) -> list[str]:
        """Say how to register a phone and place a call."""
        if self.ours is None:
            return []
        server = f"127.0.0.1:{self.ours.sip_port} (UDP)"
        return [
            f"SIP server {server}",
            *(
                f"SIP account {name}: user {name}, password {password}"
                for name, password in self.accounts.items()
            ),
            f"register {CALLER_ACCOUNT} in any softphone and dial a number of the center;"
            " register an agent's extension to answer",
        ]


def simulated(
    configuration: CenterConfiguration, prompts: PromptSource, clock: Clock, epoch: int
) -> SimulatedProvider:
    """Make the simulated network."""
    return SimulatedProvider(configuration, prompts, clock, epoch)


def asterisk(
    settings: Settings, configuration: CenterConfiguration, prompts: PromptSource, book: PhoneBook
) -> AsteriskProvider:
    """Make the Asterisk provider. Raises TreeError when a local one cannot be had."""
    chosen = settings.asterisk
    if chosen.connection == "local":
        return _local(settings, configuration, prompts, book)
    understanding = _understanding(settings)
    listener = None
    if chosen.connection == "outbound":
        listener = OutboundListener(
            host=chosen.listen.host,
            port=chosen.listen.port,
            path=chosen.listen.path,
            user=chosen.listen.user,
            password=chosen.listen.password.reveal(),
        )
    telephony = AsteriskTelephony(
        AsteriskSettings(
            url=chosen.url,
            user=chosen.user,
            password=chosen.password.reveal(),
            app=chosen.app,
            listener=listener,
            device_address=_device_template(chosen.agent_endpoint),
            number_address=chosen.number_endpoint,
            browser_address=_device_template(settings.phones.endpoint),
            where=book.where,
        ),
        prompts,
        recogniser=understanding.recogniser if understanding else None,
    )
    telephony.watch(_phones_of(configuration))
    ami = AmiSettings(
        host=chosen.ami.host,
        port=chosen.ami.port,
        user=chosen.ami.user,
        password=chosen.ami.password.reveal(),
    )
    return AsteriskProvider(
        telephony=telephony,
        ami=ami if chosen.ami.enabled else None,
        fastagi=(chosen.fastagi.host, chosen.fastagi.port) if chosen.fastagi.enabled else None,
        understanding=understanding,
        configuration=configuration,
        phones=settings.phones,
    )


def _local(
    settings: Settings, configuration: CenterConfiguration, prompts: PromptSource, book: PhoneBook
) -> AsteriskProvider:
    names = [CALLER_ACCOUNT, *_phones_of(configuration)]
    file = settings.state_dir / "sip-accounts.json"
    passwords = kept_passwords(file, names)
    key = Secret(own_key(settings.state_dir / "phones.key").hex())
    phones = settings.phones if settings.phones.secret else replace(settings.phones, secret=key)
    accounts = sip_accounts(passwords, phones)
    agi_port = _free_port()
    understanding = _understanding(settings)
    ours = local_instance.Instance(
        LocalSettings(
            app=settings.asterisk.app, accounts=accounts, fastagi=f"127.0.0.1:{agi_port}"
        ),
        find(),
        settings.state_dir / "asterisk",
    )
    telephony = AsteriskTelephony(
        AsteriskSettings(
            url=f"http://{ours.settings.bind}:{ours.settings.http_port}",
            user=ours.settings.ari_user,
            password=ours.settings.ari_password,
            app=settings.asterisk.app,
            browser_address=_device_template(phones.endpoint),
            where=book.where,
        ),
        prompts,
        recogniser=understanding.recogniser if understanding else None,
    )
    telephony.watch(_phones_of(configuration))
    known = ours.settings
    ami = AmiSettings(
        port=known.manager_port, user=known.manager_user, password=known.manager_password
    )
    return AsteriskProvider(
        telephony=telephony,
        ami=ami,
        fastagi=("127.0.0.1", agi_port),
        ours=ours,
        accounts=passwords,
        accounts_file=file,
        understanding=understanding,
        configuration=configuration,
        phones=phones,
    )


def _understanding(settings: Settings) -> Understanding | None:
    return Understanding() if settings.asterisk.recogniser == "auto" else None


def _free_port() -> int:
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _device_template(endpoint: str) -> str:
    return endpoint.replace("{extension}", "{device}")


def _phones_of(configuration: CenterConfiguration) -> list[str]:
    return [agent.device for agent in configuration.agents.values()]


class _DemoParts(TypedDict):
    devices: list[str]
    dids: list[DemoNumber]
    outside: list[str]


def _demo_of(configuration: CenterConfiguration) -> _DemoParts:
    numbers = configuration.numbers.values()
    return {
        "devices": _phones_of(configuration),
        "dids": [DemoNumber(number=n.did, label=n.label) for n in numbers],
        "outside": _outside_numbers(configuration),
    }


def _outside_numbers(configuration: CenterConfiguration) -> list[str]:
    nodes = [node for flow in configuration.flows.values() for node in flow.nodes.values()]
    return sorted({node.to for node in nodes if isinstance(node, Transfer)})
