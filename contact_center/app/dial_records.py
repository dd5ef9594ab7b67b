"""What storage knows of campaigns, as plain data for the API: analysis, plan, evidence, audit."""

import asyncio
import functools
import io
import zipfile
from collections.abc import Callable, Mapping, Sequence
from copy import deepcopy
from dataclasses import asdict
from typing import Any

from contact_center.adapters.api.campaign_views import lift, share
from contact_center.adapters.sql.dialing.looking import Look, Looking
from contact_center.adapters.sql.dialing.store import DialStore
from contact_center.app.beside import beside
from contact_center.app.dial_ahead import whom_next
from contact_center.app.storage_away import away_as, for_people
from contact_center.core.configuration import CenterConfiguration
from dialer.analysis import Analysis, Counts, Lift, Tried
from dialer.campaign import CampaignSettings, CampaignState
from dialer.campaign_life import CampaignOn
from dialer.completion import Completion, completion
from dialer.errors import NoSuchCampaignError, NotNowError
from dialer.evidence import Frame, bundle
from dialer.explain import why_not
from dialer.ids import CampaignId, LeadId
from dialer.machine_audit import SPAN_US, estimate
from dialer.machine_audit import words as machine_words
from dialer.pacers import pacer_of
from dialer.planning import HOUR_US, Hour, agents_needed, curve, plan, volume
from dialer.what_if import Forecast, SampledWorld, Sampler

PLAN_WITHIN_US = 5 * 8 * HOUR_US
"""Staffing is told for a working week of open hours."""
WRAP_US = 15_000_000
HANDLE_US = 180_000_000
"""Talk and wrap-up while nothing was measured."""
PLAN_RUNS = 3
PLAN_WITHIN_S = 100.0
"""How long a plan may be simulated."""
FEW = 20
MOST_ROWS = 500_000
"""Attempts in one bundle of evidence: they are all in memory while it is made."""
_THEN = (1980, 1, 1, 0, 0, 0)
"""The date of every file in a bundle: when it was made must not change its bytes."""


class DialRecords:
    """Answers from storage. ``campaigns``: those of now; ``live``: as the rules have one."""

    def __init__(
        self,
        store: DialStore,
        looking: Looking,
        campaigns: Callable[[], Mapping[CampaignId, CampaignSettings]],
        live: Callable[[CampaignId], CampaignOn],
        forecast: Callable[[CampaignId], Any],
        sampler: Callable[[CampaignId], Sampler],
        center: Callable[[], CenterConfiguration],
        clock: Callable[[], int],
    ) -> None:
        self._store = store
        self._looking = looking
        self._campaigns = campaigns
        self._live = live
        self._forecast = forecast
        self._sampler = sampler
        self._center = center
        self._clock = clock

    async def explain_lead(self, campaign: str | None, lead: str) -> dict[str, Any] | None:
        """Say why a lead is not dialled, or will be; for a campaign, or the first that has it.

        ``lead``: its name, or a number of its.
        """
        if lead.startswith("+"):
            lead = await self._with_number(campaign, lead) or lead
        settings = await self._campaign_of(campaign, LeadId(lead))
        if settings is None:
            return None
        now = self._clock()
        with away_as(for_people):
            look = await self._looking.look(settings, self._store.policies, LeadId(lead), now)
        if look is None:
            return None
        state = self._live(settings.campaign).state
        return _told(settings, state, look, now)

    async def _with_number(self, campaign: str | None, number: str) -> LeadId | None:
        campaigns = self._campaigns().values()
        asked = [one for one in campaigns if campaign in (None, one.campaign)]
        lists = [share.list for one in asked for share in one.lists]
        with away_as(for_people):
            return await self._looking.with_number(lists, number)

    async def _campaign_of(self, name: str | None, lead: LeadId) -> CampaignSettings | None:
        campaigns = self._campaigns()
        if name is not None:
            if CampaignId(name) not in campaigns:
                raise NoSuchCampaignError(name)
            return campaigns[CampaignId(name)]
        with away_as(for_people):
            on = await self._looking.list_of(lead)
        has = (c for c in campaigns.values() if on in {share.list for share in c.lists})
        return next(has, None)

    async def upcoming(
        self, settings: CampaignSettings, *, anew: bool, numbers: bool
    ) -> dict[str, Any]:
        """Say whom a campaign would dial next, by settings that hold or might (`anew`)."""
        state = self._live(settings.campaign).state
        law, now = self._store.policies, self._clock()
        return await whom_next(self._looking, law, settings, state, now, anew=anew, numbers=numbers)

    async def analysis(self, campaign: str, since: int, until: int) -> dict[str, Any]:
        """Say what a campaign has achieved."""
        settings = self._campaigns()[CampaignId(campaign)]
        found = await self._analysed(settings, since, until)
        sizes = await self._sizes(settings)
        penetration = found.penetration({name: sum(s.values()) for name, s in sizes.items()})
        called = sum(counts.leads for counts in found.by["list"].values())
        return {
            "campaign": campaign,
            "total": _counts(found.total),
            "penetration": {name or "all": share(one) for name, one in penetration.items()},
            "cost_per_success": found.cost_per_success(),
            "leads_called": called,
            "holdout": lift(await self._arms(settings, since, until)),
            **{
                f"by_{name}": {key: _counts(counts) for key, counts in sorted(groups.items())}
                for name, groups in found.by.items()
            },
        }

    async def plan(self, campaign: str, *, simulate: bool = False) -> dict[str, Any]:
        """Say how long a campaign will take with the agents there are, and how many it wants.

        ``simulate``: by its own pacer and rules run to the end besides, which takes a while.
        """
        settings = self._campaigns()[CampaignId(campaign)]
        name, now = settings.campaign, self._clock()
        found = await self._analysed(settings, 0, now)
        sizes = await self._sizes(settings)
        leads = sum(s.get("open", 0) + s.get("claimed", 0) for s in sizes.values())
        rates = curve(found)
        attempts = max((rule.attempts for rule in settings.verdicts.values()), default=6)
        whole = volume(leads, rates, max(1, attempts))
        handle = _handle_us(found)
        forecast: Forecast = await self._forecast(name)
        told = self._live(name)
        agents = max(1.0, forecast.agents)
        utilisation = forecast.utilisation[1] or 0.5
        needed = agents_needed(whole, handle, utilisation, PLAN_WITHIN_US)
        made = plan(
            whole,
            settings.schedule,
            now,
            agents=lambda _: agents,
            handle_us=handle,
            utilisation=utilisation,
            dials_per_s=settings.limits.calls_per_s,
            cost_per_hour=settings.cost_per_hour,
        )
        simulated = await self._simulated(settings, leads, rates, int(agents)) if simulate else None
        words = [
            f"{leads} leads are left; about {whole.dials:.0f} calls will reach"
            f" {whole.talks:.0f} of them.",
            f"With {_agents(agents)}, {utilisation:.0%} of the time busy by simulation,"
            f" {_done(made.done_at, now)}",
            f"In a week of 40 open hours it takes {_agents(needed)}.",
            *([_simulated_words(simulated, now)] if simulate else []),
            f"It is {told.state.value} now.",
        ]
        return {
            "campaign": campaign,
            "leads": leads,
            "dials": whole.dials,
            "talks": whole.talks,
            "left": whole.left,
            "agents": agents,
            "utilisation": utilisation,
            "handle_s": handle / 1_000_000,
            "done_at": made.done_at / 1_000_000 if made.done_at is not None else None,
            "staffed_hours": made.staffed_us / HOUR_US,
            "cost": made.cost,
            "simulated": simulated,
            "hours": [_hour(hour) for hour in made.hours],
            "words": words,
        }

    async def _simulated(
        self, settings: CampaignSettings, leads: int, rates: Sequence[float], agents: int
    ) -> dict[str, Any] | None:
        """Run the campaign to its end a few times; None when that would take too long."""
        wanted = functools.partial(
            completion,
            settings=settings,
            make=pacer_of,
            leads=leads,
            rates=rates,
            agents=agents,
            world=functools.partial(SampledWorld, deepcopy(self._sampler(settings.campaign))),
            now=self._clock(),
            runs=PLAN_RUNS,
        )
        try:
            found: Completion = await beside(wanted, PLAN_WITHIN_S)
        except (ValueError, TimeoutError):
            return None
        low, middle, high = found.done_at or (None, None, None)
        return {
            "runs": found.runs,
            "done_at": [at / 1_000_000 if at is not None else None for at in (low, middle, high)],
            "staffed_hours": [value / HOUR_US for value in found.staffed_us],
            "utilisation": list(found.utilisation),
            "abandonment": list(found.abandonment),
            "dials": list(found.dials),
            "reached": list(found.reached),
            "used_up": list(found.used_up),
        }

    async def evidence(self, campaign: str, since: int, until: int) -> bytes:
        """Give the bundle that proves what was done, as a zip: the same bytes every time."""
        settings = self._campaigns()[CampaignId(campaign)]
        rows = []
        with away_as(for_people):
            kept = await self._store.campaign_state(settings.campaign)
            async for row in self._store.attempts_between(since, until, settings.campaign):
                rows.append(row)
                if len(rows) > MOST_ROWS:
                    raise NotNowError(f"more than {MOST_ROWS} attempts: ask for a shorter time")
            earlier = await self._store.findings(settings.campaign, max(0, since - SPAN_US), since)
        center = self._center()
        frame = Frame(
            telemarketer=center.name,
            campaign=settings,
            started_at=(kept.started_at if kept is not None else None) or since,
            since=since,
            until=until,
            flows={name: flow.version for name, flow in center.flows.items()},
            earlier=earlier,
        )
        policies = self._store.policies
        return await asyncio.to_thread(lambda: zipped(bundle(frame, rows, policies)))

    async def machines(self, campaign: str) -> dict[str, Any]:
        """Say how often detection takes people for machines, and what the ledgers count."""
        settings = self._campaigns()[CampaignId(campaign)]
        now = self._clock()
        begin, end = max(0, now - SPAN_US + 1), now + 1
        with away_as(for_people):
            counts = await self._store.found(settings.campaign, begin, end)
            taken, sampled, had = await self._store.detected(settings.campaign, begin, end)
        found = estimate(settings, *counts)
        return {
            "campaign": campaign,
            "samples": settings.machine_samples,
            "taken_for_machines": taken,
            "sampled": sampled,
            "with_an_agent": had,
            **asdict(found),
            "words": machine_words(found),
        }

    async def audit(self, campaign: str, since: int) -> list[dict[str, Any]]:
        """Say who changed what."""
        with away_as(for_people):
            rows = await self._store.audited(CampaignId(campaign), since)
        return [
            {
                "at": row.at / 1_000_000,
                "who": row.who,
                "what": row.what,
                "before": row.before,
                "after": row.after,
                "why": row.why,
            }
            for row in rows
        ]

    async def _analysed(self, settings: CampaignSettings, since: int, until: int) -> Analysis:
        found = Analysis(settings, settings.schedule.zone)
        with away_as(for_people):
            async for row in self._store.attempts_between(since, until, settings.campaign):
                found.add(
                    Tried(
                        attempt=row.attempt,
                        end=row.end,
                        disposition=row.disposition,
                        success=row.success,
                        person=row.person,
                    )
                )
        return found

    async def _arms(self, settings: CampaignSettings, since: int, until: int) -> Lift | None:
        with away_as(for_people):
            return await self._looking.compare(settings, since, until)

    async def _sizes(self, settings: CampaignSettings) -> Mapping[Any, Mapping[str, int]]:
        with away_as(for_people):
            return await self._looking.sizes(settings)


def _agents(count: float) -> str:
    return f"{count:.0f} agent{'' if round(count) == 1 else 's'}"


def _hour(hour: Hour) -> dict[str, float]:
    return {
        "at": hour.at / 1_000_000,
        "agents": hour.agents,
        "dials": hour.dials,
        "talks": hour.talks,
        "dials_left": hour.dials_left,
    }


def _simulated_words(simulated: Mapping[str, Any] | None, now: int) -> str:
    if simulated is None:
        return "The list is too large to be simulated to its end while somebody waits."
    reached, busy = simulated["reached"], simulated["utilisation"]
    low, _, high = simulated["done_at"]
    when = (
        f"{low - now / 1e6:.0f} to {high - now / 1e6:.0f} s from now"
        if low is not None
        else "not within 60 days"
    )
    return (
        f"Simulated to its end {simulated['runs']} times: done {when}, {reached[0]:.0f} to"
        f" {reached[2]:.0f} people reached, agents busy {busy[0]:.0%} to {busy[2]:.0%} of the time."
    )


def zipped(files: Mapping[str, bytes]) -> bytes:
    """Pack files so that the same ones give the same bytes."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in sorted(files):
            about = zipfile.ZipInfo(name, _THEN)
            about.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(about, files[name])
    return packed.getvalue()


def _told(settings: CampaignSettings, state: CampaignState, look: Look, now: int) -> dict[str, Any]:
    reasons = why_not(
        settings, state, look.lead, look.state, now, gate=look.gate, held_out=look.held_out
    )
    return {
        "lead": look.lead.lead,
        "campaign": settings.campaign,
        "list": look.lead.list,
        "state": look.state.value,
        "due_at": look.lead.due_at / 1_000_000,
        "tried": look.lead.tried,
        "last_disposition": look.lead.last_disposition,
        "codes": [reason.code for reason in reasons],
        "words": [reason.words for reason in reasons]
        or ["Nothing is in its way: it is dialled when its turn comes."],
        "allowed": look.gate.allowed if look.gate is not None else False,
        "next_at": look.gate.next_at / 1_000_000
        if look.gate is not None and look.gate.next_at is not None
        else None,
        "policies": list(look.gate.policies) if look.gate is not None else [],
    }


def _handle_us(found: Analysis) -> int:
    if found.total.connected < FEW:
        return HANDLE_US
    return found.total.talk_us // found.total.connected + WRAP_US


def _done(at: int | None, now: int) -> str:
    if at is None:
        return "it is not done within 60 days."
    return f"it is done in {(at - now) / HOUR_US:.1f} hours from now."


def _counts(counts: Counts) -> dict[str, Any]:
    return {
        "attempts": counts.attempts,
        "leads": counts.leads,
        "live": counts.live,
        "connected": counts.connected,
        "abandoned": counts.abandoned,
        "machines": counts.machines,
        "contacts": counts.contacts,
        "successes": counts.successes,
        "opted_out": counts.opted_out,
        "talk_s": counts.talk_us / 1_000_000,
        "outcomes": dict(counts.verdicts),
        "answer_rate": share(counts.answered()),
        "contact_rate": share(counts.contact()),
        "conversion": share(counts.conversion()),
        "abandonment": share(counts.abandonment()),
    }
