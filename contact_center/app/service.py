"""One process of the product: made of its parts, started in order, stopped in order.

Order of starting: content, journal (the state of the last process), storage, prompts, web server,
screens, loop, telephone network. The web server comes before the network because the switch
fetches prompts from it; the network comes last because from then on there are calls.
"""

import asyncio
import logging
from contextlib import AsyncExitStack
from pathlib import Path

from prometheus_client import CollectorRegistry

from contact_center.adapters.api.doors import Doors
from contact_center.adapters.api.publishing import PublishingApi
from contact_center.adapters.desktop.desk import Desk
from contact_center.adapters.desktop.server import DeskServer
from contact_center.adapters.prompts.engines import choose
from contact_center.adapters.prompts.store import PromptStore
from contact_center.adapters.sql import demo as demo_customers
from contact_center.adapters.sql.customers import Customers
from contact_center.adapters.sql.migrate import open_database
from contact_center.adapters.sql.records import CallRecords
from contact_center.adapters.sql.scripts import ScriptRecords
from contact_center.adapters.web.admin import admin_routes, new_token
from contact_center.adapters.web.health import Check, health_routes
from contact_center.adapters.web.metrics import metrics_routes
from contact_center.adapters.web.prompts import prompt_routes
from contact_center.adapters.web.server import WebServer, WebSettings
from contact_center.app import phones, portal, providers, side, speech
from contact_center.app.api import ApiParts
from contact_center.app.asking import TOKEN_FILE
from contact_center.app.company_login import company_login
from contact_center.app.console import console_of
from contact_center.app.desk_scripts import DeskScripts
from contact_center.app.dialing import check_scripts, dialer_of
from contact_center.app.doors import check_doors
from contact_center.app.flow_calls import FlowCalls
from contact_center.app.ivr.versions import FlowVersions
from contact_center.app.lookups import LookupParts
from contact_center.app.measuring import Measuring
from contact_center.app.providers import Provider
from contact_center.app.publisher import Publisher
from contact_center.app.reload import Reloader
from contact_center.app.rosters import desk_settings, directory_of, logins_of, roster_of
from contact_center.app.state_folder import StartError, lock_state
from contact_center.app.twilio_provider import twilio
from contact_center.content.center import Center as Content
from contact_center.content.center import load_center
from contact_center.content.center_files import load_center_file, prompt_files
from contact_center.core.configuration import CenterConfiguration
from contact_center.core.events import CenterStarted, DrainRequested, Event
from contact_center.ports import CommandSink, FactSink
from contact_center.runtime import untold
from contact_center.runtime.clock import WallClock
from contact_center.runtime.journal import Journal, segments
from contact_center.runtime.loop import CenterLoop
from contact_center.runtime.loop import Content as JournalContent
from contact_center.runtime.metrics import Metrics
from contact_center.runtime.recovery import Recovered, recover
from contact_center.runtime.supervise import Supervisor
from contact_center.runtime.vault import Vault
from contact_center.settings import Settings

DRAIN_LOOK_S = 0.1
MARK_EVERY_S = 1.0

log = logging.getLogger(__name__)


class Service:
    """The whole product in one process. `start`, then `wait`, then `stop`."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.supervisor = Supervisor()
        self._stack = AsyncExitStack()
        self._draining = False
        self._is_up = False
        self.phones = phones.PhoneBook(settings, lambda: self.content, lambda: self.clock.now())
        self.hurry = asyncio.Event()
        self.hints: list[str] = []
        self.loop: CenterLoop

    async def start(self) -> None:
        """Start everything. Raises ContentError, StartError and the parts' own start errors."""
        settings = self.settings
        self.content = load_center_file(settings.center, prompt_files(settings.prompts.files_dir))
        for warning in self.content.warnings:
            log.warning("the center's configuration: %s", warning)
        self._stack.callback(lock_state(settings.state_dir))
        name = settings.center.name if settings.center.suffix else "center.yaml"
        journal_folder = settings.state_dir / "journal"
        self.recovered = recover(
            journal_folder,
            name,
            self.content.sources,
            lambda _n, s: load_center(s),
            first_epoch=WallClock().now() // 1_000_000,
        )
        self._mark = settings.state_dir / "history.mark"
        self._untold = untold.untold(journal_folder, untold.marked_in(self._mark))
        self.clock = WallClock(floor=self.recovered.at)
        self.registry = CollectorRegistry()
        self.metrics = Metrics(self.registry, since=self.clock.now())
        await self._start_storage()
        self.prompts = self._prompt_store()
        self.provider = self.phones.join(self._provider(self.recovered))
        self._start_desk()
        await self.scripts.restore(self.recovered.center)
        self.measuring = Measuring(
            settings,
            self.recovered.center.configuration,
            self.clock.now,
            self.recovered.epoch,
            lambda request: self.api.refusal(request, self._token),
        )
        self.api = self._make_api()
        self.dialing = dialer_of(self, self.recovered.center.configuration)
        if self.dialing is not None:
            self._stack.callback(self.dialing.event_log.close)
        self.lookups = self._lookups(vault := Vault())
        self.loop = CenterLoop(
            center=self.recovered.center,
            journal=self._journal(journal_folder),
            telephony=self.provider.telephony,
            commands=self._command_sink(),
            sinks=self._sinks(),
            clock=self.clock.now,
            content=JournalContent(
                center=name, sources=self.content.sources, earlier=self.recovered.earlier
            ),
            vault=vault,
        )
        self._stack.push_async_callback(self.lookups.close)
        await self.lookups.start()
        self.loop.begin_segment()
        self._tell_again()
        self.reloader = self._make_reloader()
        await self._start_web()
        await self._publish_prompts()
        await self._start_loop()
        self._is_up = True
        self.hints += [f"desk: {self.web.url}/", *self.provider.hints()]

    def _make_api(self) -> ApiParts:
        return ApiParts(
            self.settings,
            self.post,
            lambda: self.loop.center,
            self.clock.now,
            self.database,
            lambda: [s for c in self.content.call_scripts.values() for s in c.scripts],
        )

    def _tell_again(self) -> None:
        """Tell whoever reads facts what the last process may not have told."""
        self.records.publish(self._untold)
        self.records.publish(self.recovered.facts)
        self.metrics.publish(self.recovered.facts)
        self.measuring.tell_again(self.recovered.facts)
        self.api.memory.publish(self.recovered.facts)

    def _lookups(self, vault: Vault) -> LookupParts:
        return LookupParts(
            self.settings, lambda: self.loop.center.calls.flows, vault, self.post, self.registry
        )

    async def wait(self) -> str | None:
        """Wait until an essential part fails; gives what happened."""
        return str(await self.supervisor.crashed())

    async def stop(self, drain_s: float = 0.0) -> None:
        """Stop: with `drain_s`, refuse new calls and wait so long for live ones to end.

        Setting `hurry` ends the waiting. Calls that are left are let go of and live on in the
        switch.
        """
        self._is_up = False
        if drain_s > 0 and not self._draining:
            self._draining = True
            self.loop.post(DrainRequested())
            rounds = int(drain_s / DRAIN_LOOK_S)
            for _ in range(rounds):
                if self.loop.center.live_calls == 0 or self.hurry.is_set():
                    break
                await asyncio.sleep(DRAIN_LOOK_S)
        await self._stack.aclose()

    def reload_soon(self) -> None:
        """Reload the configuration, as a signal asks for; how it went is in the log."""
        # One that runs may have read before this one was asked for; more would find nothing new.
        if self._is_up and self.supervisor.names.count("reload") < 2:
            self.supervisor.start("reload", self.reloader.told_to())

    # --- parts ----------------------------------------------------------------------------------

    def post(self, event: Event) -> None:
        """Put an event into the core's inbox."""
        self.loop.post(event)

    async def _start_storage(self) -> None:
        region = self.content.configuration.region
        database = self.database = await open_database(self.settings.database)
        self._stack.push_async_callback(database.close)
        self.records = CallRecords(database, region)
        self.customers = Customers(database, region, self.post, self.records)
        self.script_records = ScriptRecords(database)
        if self.settings.desk.demo:
            await demo_customers.seed(database, self.clock.now())
        for part in (self.records, self.customers, self.script_records):
            await part.start()
            self._stack.push_async_callback(part.close)

    def _prompt_store(self) -> PromptStore:
        settings = self.settings
        return PromptStore(
            cache=settings.prompts_dir,
            engine=choose(settings.prompts.engine, private=speech.private_engine()),
            files=settings.prompts.files_dir,
            language=self.content.configuration.language,
        )

    def _provider(self, recovered: Recovered) -> Provider:
        configuration = recovered.center.configuration
        if self.settings.provider == "asterisk":
            return providers.asterisk(self.settings, configuration, self.prompts, self.phones)
        if self.settings.provider == "twilio":
            parts = (self.database, self.registry, self.phones)
            return twilio(self.settings, configuration, self.prompts, *parts)
        return providers.simulated(configuration, self.prompts, self.clock, recovered.epoch)

    def _journal(self, folder: Path) -> Journal:
        journal = Journal(folder, self.recovered.epoch)
        self._stack.callback(journal.close)
        self._journal_now = journal
        if not untold.marked_in(self._mark):
            found = segments(folder)
            untold.mark(self._mark, found[-1].path.name if found else journal.path.name)
        self.metrics.watch(
            "journal_bytes", "Bytes written to the journal", lambda: journal.bytes_written
        )
        return journal

    def _start_desk(self) -> None:
        self.desk = Desk(roster_of(self.content), self.post, self.clock.now)
        now, kept, core = self.clock.now, self.script_records, lambda: self.loop.center
        self.scripts = DeskScripts(self.desk, self.post, self.content, now, kept, core)
        self._directory = directory_of(self.settings, self.content, self.hints)
        self.desk_server = DeskServer(
            self.desk, self._directory, desk_settings(self.settings), phones=self.phones
        )

    def _make_reloader(self) -> Reloader:
        self.versions = FlowVersions(self.settings.state_dir / "flows", self.clock.now)
        self.versions.note(self.content, "start")
        return Reloader(
            settings=self.settings,
            content=self.content,
            loop=self.loop,
            prompts=self.prompts,
            before=self._refit,
            fits=self._fits,
            renewed=self.provider.refit,
            swapped=self._swapped,
            noted=self.versions.note,
            audited=self.api.audit.swapped,
            checked=lambda content: check_scripts(self.settings, content),
        )

    async def _refit(self, configuration: CenterConfiguration) -> list[str]:
        told = await self.dialing.refit(configuration) if self.dialing is not None else []
        return [*told, *await self.provider.refit(configuration)]

    def _fits(self, configuration: CenterConfiguration) -> None:
        if self.dialing is not None:
            self.dialing.fits(configuration)

    def _swapped(self, content: Content) -> None:
        before = self.phones.places()
        self.content = content
        for device, place in self.phones.places().items():
            if place != before.get(device, ""):
                self.provider.moved(device)
        if self.dialing is not None:  # once more: live changes lie over what the file says
            self.dialing.renew(self.loop.center.configuration)
        self._directory.agents = logins_of(content)
        self.desk.reseat(roster_of(content))
        self.scripts.reseat(content)
        self.measuring.refit(content.configuration)
        self.lookups.warn()

    def _sinks(self) -> list[FactSink]:
        dialer = [self.dialing.dialer] if self.dialing is not None else []
        screens: list[FactSink] = [self.desk, self.scripts, self.records, self.metrics]
        return [*screens, *self.measuring.sinks, *self.api.sinks, *dialer]

    def _command_sink(self) -> CommandSink:
        storage = self.lookups.commands(self.customers)
        return storage if self.dialing is None else self.dialing.commands(storage)

    async def _start_web(self) -> None:
        settings = self.settings
        http = settings.http
        self.web = WebServer(WebSettings(host=http.host, port=http.port, proxies=http.proxies))
        self.web.add(health_routes(self._checks()))
        self.web.add(metrics_routes(self.registry))
        self.web.add(prompt_routes(self.prompts.path_of))
        self.web.add(self.provider.routes)
        self._token = new_token(settings.state_dir / TOKEN_FILE)
        access = self.api.access(self._token)
        self.web.add(self.api.api(self._token).routes())
        self.web.add(self.api.recording_doors(access, "/api", self.provider.download))
        self.web.add(self.api.audit_doors(access))
        publisher = Publisher(lambda: self.reloader, self.versions)
        self.web.add(PublishingApi(Doors(access, self.clock.now), publisher).routes())
        self.measuring.attach(self.web.application, self.desk)
        self.measuring.watch(self.metrics)
        if self.dialing is not None:
            await self.dialing.prepare()
            self.web.add(self.dialing.routes(access))
            self.dialing.watch(self.metrics)
        self.web.add(admin_routes(self._token, {"reload": self.reloader.answer}))
        self.web.add(portal.routes(self))
        self.desk_server.attach(self.web.application)
        company_login(self, self.web.application)
        console_of(self).attach(self.web.application)
        self.phones.server(self.desk_server).attach(self.web.application)
        check_doors(self.web.application)
        await self.web.start()
        self._stack.push_async_callback(self.web.stop)
        self.registry.register(FlowCalls(lambda: self.loop.center))
        self.metrics.watch("calls_in_progress", "Calls now", lambda: self.loop.center.live_calls)
        self.metrics.watch("inbox_depth", "Events that wait for the core", lambda: self.loop.depth)
        self.metrics.watch("desk_sockets", "Open desks", lambda: self.desk_server.open_sockets)

    def _checks(self) -> dict[str, Check]:
        checks: dict[str, Check] = {
            "database": self.records.check,
            "phone_system": self._phone_system,
            "draining": lambda: "the service is draining" if self._draining else None,
        }
        return {**checks, **self.provider.checks}

    def _phone_system(self) -> str | None:
        return None if self.loop.center.router.up else "the phone system is not connected"

    async def _publish_prompts(self) -> None:
        self.prompts.base_url = self.settings.prompts.base_url or self.web.url
        problems = await speech.publish(self.prompts, self.loop.center.calls.flows)
        for problem in problems:
            log.error("a prompt cannot be played: %s", problem)
        if problems and self.settings.provider == "asterisk":
            lines = "\n".join(str(problem) for problem in problems)
            raise StartError(f"callers would hear nothing:\n{lines}")

    async def _start_loop(self) -> None:
        await self.provider.prepare()
        self._stack.push_async_callback(self.provider.close)
        self._stack.push_async_callback(self.supervisor.stop)
        self.loop.post(CenterStarted(epoch=self.recovered.epoch))
        self.supervisor.start("center", self.loop.run(), essential=True)
        if self.dialing is not None:
            self.dialing.start(self.desk)
        self.supervisor.start("audit", self.api.audit.run())
        self.supervisor.start("loop lag", self.metrics.watch_loop())
        self.measuring.start(self.supervisor)
        self.supervisor.start("mark of history", self._mark_history())
        await self.provider.telephony.start(self.post)
        self._stack.push_async_callback(self.provider.telephony.stop)
        await self._start_side()

    async def _mark_history(self) -> None:
        """Note, whenever a segment began, that history has all that came before it."""
        marked = ""
        while True:
            segment = self._journal_now.path.name
            if segment != marked and await self.records.settled():
                if self.records.counts.dropped:
                    return  # the journal is the only one that has them: keep telling
                untold.mark(self._mark, segment)
                marked = segment
            await asyncio.sleep(MARK_EVERY_S)

    async def _start_side(self) -> None:
        """What is beside the calls: the health feed and the door for dial plans."""
        if self.provider.ami is not None:
            health = side.SwitchHealth(self.provider.ami)
            health.watch(self.metrics)
            self.supervisor.start("ami", health.feed.run())
        if self.provider.fastagi is not None:
            host, port = self.provider.fastagi
            try:
                await self._stack.enter_async_context(side.fastagi(host, port, self.customers))
            except OSError as problem:
                raise StartError(
                    f"FastAGI cannot listen on {host}:{port} ({problem.strerror}):"
                    " set CC_FASTAGI_PORT, or CC_FASTAGI_ENABLED=false"
                ) from problem
