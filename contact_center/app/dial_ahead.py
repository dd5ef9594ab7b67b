"""Whom a campaign would dial next, as plain data: counted by list, and why one of them waits."""

from collections.abc import Sequence
from typing import Any

from contact_center.adapters.sql.dialing.looking import Look, Looking
from contact_center.app.storage_away import away_as, for_people
from contact_center.runtime.privacy import mask_number
from dialer.campaign import CampaignSettings, CampaignState
from dialer.explain import why_not
from dialer.policy import Policy
from dialer.recycling import choose_number

COUNT = 10


async def whom_next(
    looking: Looking,
    policies: Sequence[Policy],
    settings: CampaignSettings,
    state: CampaignState,
    now: int,
    *,
    anew: bool,
    numbers: bool,
) -> dict[str, Any]:
    """Say it of settings that hold or might. ``numbers``: whole ones may be shown."""
    with away_as(for_people):
        found, looks = await looking.ahead(settings, policies, COUNT, now, anew=anew)
    shares = {str(share.list): share for share in settings.lists}
    return {
        "lists": [
            {
                "list": each.list,
                "on": shares[each.list].on,
                "weight": shares[each.list].weight,
                "filter": shares[each.list].filter,
                "order": list(shares[each.list].order),
                "leads": each.leads,
                "wanted": each.wanted,
                "due": each.due,
            }
            for each in found.lists
        ],
        "next": [_whom(settings, state, look, now, numbers) for look in looks],
        "problems": list(found.problems),
    }


def _whom(
    settings: CampaignSettings, state: CampaignState, look: Look, now: int, numbers: bool
) -> dict[str, Any]:
    chosen = choose_number(look.lead)
    number = chosen.number if chosen is not None else ""
    told = why_not(
        settings, state, look.lead, look.state, now, gate=look.gate, held_out=look.held_out
    )
    return {
        "lead": look.lead.lead,
        "list": look.lead.list,
        "name": look.lead.name,
        "number": number if numbers else mask_number(number),
        "tried": look.lead.tried,
        "promised": look.lead.callback is not None,
        "allowed": look.gate.allowed if look.gate is not None else False,
        "words": [reason.words for reason in told],
    }
