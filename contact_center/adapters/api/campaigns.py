"""The doors of the dialer: campaigns as they stand, what may be changed, and why things are so."""

from collections.abc import Callable, Mapping
from typing import Annotated, Any, Final, Protocol

import msgspec
from aiohttp import web
from msgspec import Meta

from contact_center.adapters.api import bodies
from contact_center.adapters.api import campaign_views as views
from contact_center.adapters.api.access import Access, refusal
from contact_center.adapters.api.doors import Act, Ask, Doors, read_body
from contact_center.core.permissions import Needs, Permission, is_allowed
from dialer.campaign import CampaignSettings, CampaignTrigger
from dialer.campaign_life import CampaignOn
from dialer.changes import ChangeError
from dialer.errors import NoSuchCampaignError, NotNowError
from dialer.ids import CampaignId
from dialer.messages import StateChanged

Why = Annotated[str, Meta(min_length=1, max_length=500)]
Minutes = Annotated[float, Meta(ge=1, le=60)]
MOST_MINUTES: Final = 60
_PEOPLE: Final = frozenset(
    trigger.value
    for trigger in CampaignTrigger
    if trigger not in {CampaignTrigger.DRAINED, CampaignTrigger.OUT_OF_LEADS}
)


class Move(bodies.Body, frozen=True, kw_only=True):
    """Move a campaign in its life: schedule, start, pause, resume, drain, stop, reset."""

    move: str
    why: Why


class Change(bodies.Body, frozen=True, kw_only=True):
    """Change settings of a campaign from now on.

    ``watch_minutes``: for so long the pacing goes back to what it was, by itself, when more people
    are abandoned than the limit allows. ``was``: what the asker saw of the pacing; when it is
    something else by now, nothing is changed.
    """

    set: dict[str, Any]
    why: Why
    watch_minutes: Annotated[float, Meta(ge=0, le=30)] = 0.0
    was: dict[str, Any] = msgspec.field(default_factory=dict)


class WhatIf(bodies.Body, frozen=True, kw_only=True):
    """What would happen with such a change; with none, as it is."""

    set: dict[str, Any] = msgspec.field(default_factory=dict)
    minutes: Minutes = 10.0


class Upcoming(bodies.Body, frozen=True, kw_only=True):
    """Whom would be dialled next with such a change of lists; with none, as it is."""

    set: dict[str, Any] = msgspec.field(default_factory=dict)


class Stop(bodies.Body, frozen=True, kw_only=True):
    """Stop everything at once."""

    why: Why


class Steering(Protocol):
    """What people may see and do of a running dialer."""

    @property
    def returning(self) -> views.Watching:
        """Whoever takes changes back."""

    def campaigns(self) -> list[CampaignOn]:
        """Give every campaign."""

    def campaign(self, name: str) -> CampaignOn:
        """Give one. Raises NoSuchCampaignError."""

    def watched(self, campaign: CampaignId) -> Any:
        """Give what was seen of one."""

    async def move(self, name: str, trigger: CampaignTrigger, by: str, why: str) -> StateChanged:
        """Move one in its life."""

    async def stop_all(self, by: str, why: str) -> list[StateChanged]:
        """Stop every one."""

    async def change(
        self, name: str, wishes: Mapping[str, Any], by: str, why: str, watch_us: int = 0
    ) -> dict[str, tuple[object, object]]:
        """Change settings."""

    async def compare(self, name: str, wishes: Mapping[str, Any], minutes: float) -> Any:
        """Say what is to be expected as it is, and with a change."""

    def cap(self, campaign: CampaignOn) -> float:
        """Give the lowest cap on abandonment that holds for a campaign."""

    def wished(self, campaign: CampaignOn, wishes: Mapping[str, Any]) -> CampaignSettings:
        """Give the settings that wishes make. Raises ChangeError."""


class Records(Protocol):
    """What storage knows of campaigns, as plain data."""

    async def explain_lead(self, campaign: str | None, lead: str) -> dict[str, Any] | None:
        """Say why a lead is not dialled, or will be; None for no such lead."""

    async def upcoming(
        self, settings: CampaignSettings, *, anew: bool, numbers: bool
    ) -> dict[str, Any]:
        """Say whom a campaign would dial next, by settings that hold or might (`anew`)."""

    async def analysis(self, campaign: str, since: int, until: int) -> dict[str, Any]:
        """Say what a campaign has achieved."""

    async def plan(self, campaign: str, *, simulate: bool = False) -> dict[str, Any]:
        """Say how long a campaign will take, and how many agents it wants."""

    async def machines(self, campaign: str) -> dict[str, Any]:
        """Say how often detection takes people for machines, by samples."""

    async def evidence(self, campaign: str, since: int, until: int) -> bytes:
        """Give the bundle that proves what was done, as an archive."""

    async def audit(self, campaign: str, since: int) -> list[dict[str, Any]]:
        """Say who changed what."""


class CampaignApi:
    """The dialer's doors of one process."""

    def __init__(
        self, access: Access, clock: Callable[[], int], steering: Steering, records: Records
    ) -> None:
        self._doors = Doors(access, clock)
        self._steering = steering
        self._records = records

    def routes(self, at: str = "/api") -> list[web.AbstractRouteDef]:
        """All of them; `at` is the path before each."""
        read, change = Permission.SEE_CAMPAIGNS, Permission.STEER_CAMPAIGNS
        audit, stop = Permission.SEE_AUDIT, Permission.STOP_DIALLING
        one = f"{at}/campaigns/{{campaign}}"
        return [
            web.get(f"{at}/campaigns", self._door(read, self._all)),
            web.get(one, self._door(read, self._one)),
            web.get(f"{one}/decisions", self._door(read, self._decisions, 5)),
            web.get(f"{one}/explain", self._door(read, self._explain)),
            web.get(f"{one}/analysis", self._door(read, self._analysis, 10)),
            web.get(f"{one}/plan", self._door(read, self._plan, 20)),
            web.get(f"{one}/machines", self._door(read, self._machines, 5)),
            web.get(f"{one}/audit", self._door(audit, self._audit, 5)),
            web.get(f"{one}/evidence", self._door(audit, self._evidence, 50)),
            web.get(f"{at}/explain/lead/{{lead}}", self._door(read, self._explain_lead, 5)),
            web.post(f"{one}/move", self._door(change, self._move)),
            web.post(f"{one}/set", self._door(change, self._set)),
            web.post(f"{one}/what-if", self._door(change, self._what_if, 10)),
            web.post(f"{one}/next", self._door(change, self._next, 5)),
            web.post(f"{at}/dialer/stop", self._door(stop, self._stop)),
        ]

    def _door(self, what: Needs, act: Act, cost: int = 1) -> Any:
        async def careful(ask: Ask) -> web.Response:
            try:
                return await act(ask)
            except NoSuchCampaignError:
                return refusal(404, "no_such_campaign", "There is no such campaign.")
            except ChangeError as wrong:
                fields = {f"set.{name}": what for name, what in wrong.problems.items()}
                return refusal(422, "cannot_change", str(wrong), fields=fields)
            except NotNowError as problem:
                return refusal(503, "not_now", str(problem))

        return self._doors.door(what, careful, cost)

    # --- reading --------------------------------------------------------------------------------

    def _view(self, campaign: CampaignOn) -> dict[str, Any]:
        steering = self._steering
        return {
            **views.campaign(campaign, steering.watched(campaign.id)),
            "limit": steering.cap(campaign),
            **views.watching(campaign.id, steering.returning),
        }

    async def _all(self, ask: Ask) -> web.Response:
        found = [self._view(campaign) for campaign in self._steering.campaigns()]
        return web.json_response({"campaigns": found})

    async def _one(self, ask: Ask) -> web.Response:
        campaign = self._steering.campaign(ask.name("campaign"))
        return web.json_response(self._view(campaign) | {"settings": views.settings(campaign)})

    async def _decisions(self, ask: Ask) -> web.Response:
        campaign = self._steering.campaign(ask.name("campaign"))
        told = list(self._steering.watched(campaign.id).told)
        return web.json_response({"decisions": [views.decision(one) for one in reversed(told)]})

    async def _explain(self, ask: Ask) -> web.Response:
        campaign = self._steering.campaign(ask.name("campaign"))
        told = self._steering.watched(campaign.id).told
        return web.json_response(views.explained(campaign, told[-1] if told else None, ask.now))

    async def _explain_lead(self, ask: Ask) -> web.Response:
        found = await self._records.explain_lead(
            ask.request.query.get("campaign"), ask.name("lead")
        )
        if found is None:
            return refusal(404, "no_such_lead", "There is no such lead.")
        return web.json_response(found)

    async def _analysis(self, ask: Ask) -> web.Response:
        name = self._steering.campaign(ask.name("campaign")).id
        return web.json_response(await self._records.analysis(name, *_between(ask)))

    async def _plan(self, ask: Ask) -> web.Response:
        name = self._steering.campaign(ask.name("campaign")).id
        simulate = "simulate" in ask.request.query
        return web.json_response(await self._records.plan(name, simulate=simulate))

    async def _machines(self, ask: Ask) -> web.Response:
        name = self._steering.campaign(ask.name("campaign")).id
        return web.json_response(await self._records.machines(name))

    async def _audit(self, ask: Ask) -> web.Response:
        name = self._steering.campaign(ask.name("campaign")).id
        rows = await self._records.audit(name, _between(ask)[0])
        return web.json_response({"audit": rows})

    async def _evidence(self, ask: Ask) -> web.Response:
        name = self._steering.campaign(ask.name("campaign")).id
        bundle = await self._records.evidence(name, *_between(ask))
        headers = {
            "Content-Disposition": f'attachment; filename="evidence-{name}.zip"',
            "Cache-Control": "no-store",
        }
        return web.Response(body=bundle, content_type="application/zip", headers=headers)

    # --- changing -------------------------------------------------------------------------------

    async def _move(self, ask: Ask) -> web.Response:
        body = await read_body(ask, Move)
        if body.move not in _PEOPLE:
            raise bodies.BadBodyError({"move": f"one of {', '.join(sorted(_PEOPLE))}"})
        ask.note.quiet = True  # the dialer writes it down, with the state before
        name, trigger = ask.name("campaign"), CampaignTrigger(body.move)
        done = await self._steering.move(name, trigger, ask.who.name, body.why)
        if done.refused:
            return refusal(409, "not_legal", done.refused, state=done.state.value)
        return web.json_response({"state": done.state.value})

    async def _set(self, ask: Ask) -> web.Response:
        body = await read_body(ask, Change)
        ask.note.quiet = True  # as above
        settings = self._steering.campaign(ask.name("campaign")).settings
        now = views.pacing(settings) | {"lists": views.lists(settings)}
        if any(now.get(name) != value for name, value in body.was.items()):
            words = "Somebody changed it meanwhile."
            return refusal(409, "changed_meanwhile", words, pacing=now)
        differs = await self._steering.change(
            ask.name("campaign"),
            body.set,
            ask.who.name,
            body.why,
            int(body.watch_minutes * 60_000_000),
        )
        changes = {
            name: {"before": before, "after": after} for name, (before, after) in differs.items()
        }
        return web.json_response({"changes": changes})

    async def _what_if(self, ask: Ask) -> web.Response:
        body = await read_body(ask, WhatIf)
        ask.note.quiet = True  # nothing is changed
        found = await self._steering.compare(ask.name("campaign"), body.set, body.minutes)
        return web.json_response(
            {
                "now": views.forecast(found.now) if found.now is not None else None,
                "then": views.forecast(found.then),
                "limit": found.limit,
                "sharing": list(found.sharing),
            }
        )

    async def _next(self, ask: Ask) -> web.Response:
        body = await read_body(ask, Upcoming)
        ask.note.quiet = True  # nothing is changed
        campaign = self._steering.campaign(ask.name("campaign"))
        settings = self._steering.wished(campaign, body.set)
        anew = settings.lists != campaign.settings.lists
        numbers = is_allowed(ask.who.roles, Permission.SEE_NUMBERS)
        found = await self._records.upcoming(settings, anew=anew, numbers=numbers)
        return web.json_response(found)

    async def _stop(self, ask: Ask) -> web.Response:
        body = await read_body(ask, Stop)
        stopped = await self._steering.stop_all(ask.who.name, body.why)
        ask.note.after = {"stopped": [one.campaign for one in stopped]}
        return web.json_response(ask.note.after)


def _between(ask: Ask) -> tuple[int, int]:
    """Read ``since`` and ``until``, seconds since 1970. Raises BadBodyError."""
    found = []
    for name, default in (("since", 0), ("until", ask.now // 1_000_000 + 1)):
        text = ask.request.query.get(name, str(default))
        try:
            found.append(msgspec.convert(text, Annotated[int, Meta(ge=0)], strict=False))
        except msgspec.ValidationError:
            raise bodies.BadBodyError({name: "seconds since 1970"}) from None
    return found[0] * 1_000_000, found[1] * 1_000_000
