"""The dialer of a process, put together: campaigns, law, rules, runner, doors."""

import asyncio
import logging
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Protocol

from aiohttp import web

from contact_center.adapters.api.access import Access
from contact_center.adapters.api.campaigns import CampaignApi
from contact_center.adapters.api.people import PeopleApi
from contact_center.adapters.desktop.desk import Desk
from contact_center.adapters.sql.database import Database
from contact_center.adapters.sql.dialing.looking import Looking
from contact_center.adapters.sql.dialing.store import DialStore, StoreSettings
from contact_center.app.audit import tidy_by
from contact_center.app.desk_callbacks import DeskCallbacks
from contact_center.app.dial_people import DialPeople
from contact_center.app.dial_records import DialRecords
from contact_center.app.dial_store import LiveStore
from contact_center.content.campaigns import around, load_campaigns_file
from contact_center.content.center import Center as Content
from contact_center.content.policies import load_policies_folder
from contact_center.content.problems import ContentError, Problem, raise_errors
from contact_center.content.script_places import scripts_for_nobody
from contact_center.core.call import Call
from contact_center.core.center import Center
from contact_center.core.commands import Command
from contact_center.core.configuration import CenterConfiguration
from contact_center.core.dialing import AskToDial
from contact_center.core.events import Event
from contact_center.core.ids import QueueId
from contact_center.ports import CommandSink, Post
from contact_center.runtime.clock import WallClock
from contact_center.runtime.dialing.control import HARDEST_CAP, Control
from contact_center.runtime.dialing.event_log import EventLog
from contact_center.runtime.dialing.forecasting import Forecasting
from contact_center.runtime.dialing.reading import reader
from contact_center.runtime.dialing.runner import Bounds, Dialer
from contact_center.runtime.dialing.store import StoreAwayError
from contact_center.runtime.loop import CenterLoop
from contact_center.runtime.metrics import Metrics
from contact_center.runtime.privacy import Privacy
from contact_center.runtime.supervise import Supervisor
from contact_center.settings import Settings
from dialer.attempt import Attempt, AttemptEnd
from dialer.campaign import CampaignSettings, CampaignState, CampaignTrigger
from dialer.changes import ChangeError, changed
from dialer.dialing import Dialing
from dialer.floor import CallStage
from dialer.ids import AttemptId
from dialer.lead import Lead
from dialer.messages import CampaignMoved, CampaignSet, CloseAttempt
from dialer.pacers import LAWFUL
from dialer.policy import Policy, StartPoint
from dialer.recycling import after_verdict

HOUSE_EVERY_S = 60.0
PLAN_MINUTES = 30.0
"""How long is simulated to say how busy agents will be."""

log = logging.getLogger(__name__)


class DialerParts:
    """What a service with campaigns is made of besides. Raises ContentError for mistakes in them.

    `prepare` when the database is open, `start` with the other parts that are driven.
    """

    def __init__(
        self,
        settings: Settings,
        file: Path,
        configuration: CenterConfiguration,
        database: Database,
        post: Post,
        center: Callable[[], Center],
        clock: Callable[[], int],
        supervisor: Supervisor,
    ) -> None:
        self._settings = settings
        self._file = file
        self._clock = clock
        self._supervisor = supervisor
        self.policies = load_policies_folder(settings.dialer.policies)
        self.campaigns = read_campaigns(file, configuration, self.policies)
        keeping = StoreSettings(after=self._after_loss, tidy=tidy_by(Privacy()))
        looking = self._looking = Looking(database)
        self.store = LiveStore(DialStore(database, self.policies, keeping), looking)
        self.rules = Dialing()
        bounds = Bounds(lines=settings.dialer.lines, calls_per_s=settings.dialer.calls_per_s)
        self.control = Control(
            self.rules, self.store, clock, LAWFUL, Forecasting(), bounds, supervisor.start
        )
        self.event_log = EventLog(settings.state_dir / "dialer")
        self.dialer = Dialer(
            rules=self.rules,
            store=self.store,
            reader=reader(configuration, self.campaigns),
            post=post,
            clock=clock,
            event_log=self.event_log,
            bounds=bounds,
            alive=lambda: alive_in(center()),
            supervisor=supervisor,
            watchers=[self.control],
            starts=starts_of(self.policies),
            rings=rings_of(self.policies),
        )
        self.dialer.relearn = lambda: self.renew(center().configuration)
        self.control.dialer = self.dialer
        self.people = DialPeople(
            self.store.sql, looking, lambda: self.dialer.campaigns, self.dialer.tell, clock
        )
        self.records = DialRecords(
            self.store.sql,
            looking,
            lambda: self.dialer.campaigns,
            self.control.campaign,
            lambda name: self.control.what_if(name, {}, PLAN_MINUTES),
            lambda name: self.control.watched(name).sampler,
            lambda: center().configuration,
            clock,
        )

    def campaign_routes(self, access: Access, at: str = "/api") -> list[web.AbstractRouteDef]:
        """The doors to campaigns, for whom `access` lets in; `at` is the path before each."""
        return CampaignApi(access, self._clock, self.control, self.records).routes(at)

    def routes(self, access: Access) -> list[web.AbstractRouteDef]:
        """The dialer's doors."""
        campaigns = self.campaign_routes(access)
        return [*campaigns, *PeopleApi(access, self._clock, self.people).routes()]

    def watch(self, metrics: Metrics) -> None:
        """Show on the page of metrics how the dialer is."""
        dialer = self.dialer
        metrics.watch("dialer_open_calls", "Calls the dialer placed", lambda: dialer.open_calls)
        metrics.watch(
            "dialer_unwritten_ends",
            "Ends of attempts that wait for the database",
            lambda: dialer.errands.unwritten,
        )
        metrics.watch(
            "dialer_refusals",
            "Attempts that the gate refused",
            lambda: sum(dialer.errands.refusals.values()),
        )

    async def prepare(self) -> None:
        """Bring back every campaign as it stood, and all of its lists. Raises StoreAwayError."""
        await self.store.finish_imports(self._clock())
        for campaign in self.campaigns:
            await self._bring_back(campaign)

    def start(self, desk: Desk) -> None:
        """Begin, as soon as the switch has said what is alive; agents may promise calls."""
        self._supervisor.start("dialer", self.dialer.run(), essential=True)
        promises = DeskCallbacks(desk, self.people.promises, self.store.sql, self._looking)
        self._supervisor.start("promises of desks", promises.run(), essential=True)
        promises.serve()
        self._supervisor.start("dialer's house", self._keep_house())

    async def due_times(self, queue: QueueId, until: int) -> list[int]:
        """Say when agents of a queue have promised calls to people of lists, until then.

        Raises StorageError.
        """
        names = [each.campaign for each in self.campaigns if each.queue == queue]
        return await self._looking.due_times(names, until) if names else []

    async def _keep_house(self) -> None:
        while True:
            await asyncio.sleep(HOUSE_EVERY_S)
            try:
                late = await self.store.keep_house(self._clock())
            except StoreAwayError as problem:
                log.warning("promises cannot be looked at: %s", problem)
                continue
            if late:
                log.warning("promises to call that nobody keeps: %d new tasks", late)

    def fits(self, configuration: CenterConfiguration) -> None:
        """Raise ContentError when the campaigns that run cannot go on with a configuration."""
        refuse_what_campaigns_miss(self._file, self.campaigns, configuration)

    def renew(self, configuration: CenterConfiguration) -> None:
        """Read facts by another configuration; campaigns and law stay as they are."""
        self.dialer.read_by(reader(configuration, self.campaigns))

    async def refit(self, configuration: CenterConfiguration) -> list[str]:
        """Read the campaigns and the law again. Raises ContentError, and changes nothing then."""
        policies = load_policies_folder(self._settings.dialer.policies)
        campaigns = read_campaigns(self._file, configuration, policies)
        before = {campaign.campaign: campaign for campaign in self.campaigns}
        self.policies = self.store.sql.policies = policies
        self.dialer.starts, self.dialer.rings = starts_of(policies), rings_of(policies)
        self.campaigns = campaigns
        self.renew(configuration)
        told = []
        for gone in before.keys() - {campaign.campaign for campaign in campaigns}:
            # Nothing more is dialled that nobody has written down; calls that go on may end.
            why = "no longer in the file"
            self.dialer.tell(
                CampaignMoved(
                    at=self._clock(),
                    campaign=gone,
                    trigger=CampaignTrigger.DRAIN,
                    by="reload",
                    why=why,
                )
            )
            told.append(f"campaigns gone: {gone}")
        for campaign in campaigns:
            if before.get(campaign.campaign) != campaign:
                await self._bring_back(campaign)
                told.append(f"campaigns changed: {campaign.campaign}")
        return told

    def commands(self, others: CommandSink) -> CommandSink:
        """Give a sink that takes what is for the dialer and leaves the rest to `others`."""
        return _Commands(self.dialer, others)

    async def _bring_back(self, campaign: CampaignSettings) -> None:
        kept = await self.store.kept(campaign.campaign)
        settings = with_changes(campaign, kept.overrides if kept is not None else {})
        state = kept.state if kept is not None else CampaignState.DRAFT
        began = kept.started_at if kept is not None else None
        successes = await self.store.successes(campaign.campaign, began) if began else 0
        self.dialer.set_campaign(
            CampaignSet(
                at=self._clock(),
                settings=settings,
                state=state,
                started_at=began,
                successes=successes,
            )
        )

    def _after_loss(self, attempt: Attempt, lead: Lead, end: AttemptEnd) -> CloseAttempt:
        """Say how the lead of an attempt stands that a crash took: by the campaign's rules."""
        settings = self.dialer.campaigns.get(attempt.campaign)
        if settings is None:
            settings = self.campaigns[0]
        then = after_verdict(settings, lead, attempt.number, end)
        return CloseAttempt(
            campaign=attempt.campaign,
            end=end,
            lead=attempt.lead,
            state=then.state,
            due_at=then.due_at,
            number_dead=then.number_dead,
            suppress=then.suppress,
        )


def dialer_of(service: "HasParts", configuration: CenterConfiguration) -> DialerParts | None:
    """Make the dialer of a service; None when there is no file of campaigns."""
    file = service.settings.campaigns
    if file is None:
        return None
    check_scripts(service.settings, service.content)
    return DialerParts(
        service.settings,
        file,
        configuration,
        service.database,
        service.post,
        lambda: service.loop.center,
        service.clock.now,
        service.supervisor,
    )


class HasParts(Protocol):
    """What the dialer needs of a service."""

    settings: Settings
    content: Content
    database: Database
    supervisor: Supervisor
    clock: WallClock
    loop: CenterLoop

    def post(self, event: Event) -> None:
        """Put an event into the core's inbox."""


class _Commands:
    """Passes commands on to whoever they are for."""

    def __init__(self, dialer: Dialer, others: CommandSink) -> None:
        self._dialer = dialer
        self._others = others

    def submit(self, command: Command) -> None:
        """Take one command."""
        if isinstance(command, AskToDial):
            self._dialer.submit(command)
        else:
            self._others.submit(command)


def starts_of(policies: tuple[Policy, ...]) -> dict[str, StartPoint]:
    """Say from when each policy counts the seconds that somebody may wait for an agent."""
    rules = ((policy.policy, policy.abandon) for policy in policies)
    return {name: rule.start for name, rule in rules if rule is not None}


def rings_of(policies: tuple[Policy, ...]) -> dict[str, int]:
    """Say how long each policy wants a phone to ring at least; of several versions, the longest."""
    longest: dict[str, int] = {}
    for policy in policies:
        longest[policy.policy] = max(longest.get(policy.policy, 0), policy.min_ring_us)
    return longest


def read_campaigns(
    file: Path, configuration: CenterConfiguration, policies: tuple[Policy, ...]
) -> tuple[CampaignSettings, ...]:
    """Read the campaigns of a center. Raises ContentError."""
    names = [policy.policy for policy in policies]
    return load_campaigns_file(file, around(configuration, names, LAWFUL))


def check_scripts(settings: Settings, center: Content) -> None:
    """Raise ContentError for call scripts of campaigns and lists that are not in the file."""
    if settings.campaigns is not None:
        policies = load_policies_folder(settings.dialer.policies)
        campaigns = read_campaigns(settings.campaigns, center.configuration, policies)
        raise_errors(scripts_for_nobody(center.script_files, campaigns))


def refuse_what_campaigns_miss(
    file: Path, campaigns: tuple[CampaignSettings, ...], configuration: CenterConfiguration
) -> None:
    """Raise ContentError for flows of campaigns, of `file`, that a configuration has not."""
    wanted = {
        (campaign.campaign, flow): None
        for campaign in campaigns
        for flow in (campaign.flow, campaign.machine_flow)
        if flow and flow not in configuration.flows
    }
    if wanted:
        raise ContentError(
            Problem(
                file=str(file),
                code="E026",
                message=f'the campaign "{campaign}" runs and needs the flow "{flow}"',
                hint="let the campaign end, or take it out and reload",
            )
            for campaign, flow in wanted
        )


def with_changes(campaign: CampaignSettings, changes: Mapping[str, object]) -> CampaignSettings:
    """Apply the live changes that were kept; one that no longer fits is left out, and logged."""
    for name, value in changes.items():
        try:
            campaign = changed(campaign, {name: value}, cap=HARDEST_CAP, pacers=LAWFUL)
        except ChangeError as problem:
            log.warning("a live change of %s is left out: %s", campaign.campaign, problem)
    return campaign


def alive_in(center: Center) -> dict[AttemptId, CallStage]:
    """Name the attempts whose calls a center has, and how far they are."""
    return {
        AttemptId(call.call): stage_of(call)
        for call in center.calls.calls.values()
        if call.dial is not None and not call.dial.over
    }


def stage_of(call: Call) -> CallStage:
    """Say how far a dialled call is."""
    assert call.dial is not None
    if call.dial.connected_at is not None:
        return CallStage.CONNECTED
    return CallStage.WAITING if call.dial.answered_at is not None else CallStage.DIALLED
