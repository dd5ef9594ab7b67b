"""Which numbers of a list are to be asked for: has somebody else got them since?"""

from collections.abc import Sequence

from sqlalchemy import Connection, and_, func, select

from contact_center.adapters.sql.dialing.tables import consents, lead_numbers, leads, rnd_answers
from dialer.ids import ListId
from dialer.lead import LeadState

_LEFT = (LeadState.OPEN.value, LeadState.CLAIMED.value)


def to_ask(
    connection: Connection, name: ListId, before: int, behind: str, most: int
) -> Sequence[tuple[str, int]]:
    """Give numbers of a list that may be dialled yet and have no answer from `before` (microseconds
    UTC) on, in their order, behind one; with each, since when it is known to be whose it is.

    That is the newest consent given with the number, and without one the day the lead came. What
    has another owner already is asked for no more.
    """
    fresh = (
        select(rnd_answers.c.number)
        .where(
            rnd_answers.c.number == lead_numbers.c.number,
            (rnd_answers.c.at >= before) | (rnd_answers.c.answer == "yes"),
        )
        .exists()
    )
    given = (
        select(consents.c.number, func.max(consents.c.at).label("at"))
        .where(consents.c.revoked.is_(False), consents.c.number != "")
        .group_by(consents.c.number)
        .subquery()
    )
    since = func.coalesce(func.max(given.c.at), func.min(leads.c.added_at))
    query = (
        select(lead_numbers.c.number, since)
        .join(leads, leads.c.lead == lead_numbers.c.lead)
        .outerjoin(given, given.c.number == lead_numbers.c.number)
        .where(
            and_(
                leads.c.list == name,
                leads.c.state.in_(_LEFT),
                lead_numbers.c.dead.is_(False),
                lead_numbers.c.number > behind,
                ~fresh,
            )
        )
        .group_by(lead_numbers.c.number)
        .order_by(lead_numbers.c.number)
        .limit(most)
    )
    return [(number, int(at)) for number, at in connection.execute(query)]
