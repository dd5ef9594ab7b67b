"""Percentiles by rank: both databases number and count, neither sends every length."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Select, Subquery, and_, case, func, or_, select


def at_percents(rows: Subquery, group: Sequence[str], percents: Sequence[int]) -> Select[Any]:
    """Give the lengths ``us`` of `rows` that are at percentiles (nearest rank) of their group.

    Columns: those of the group, ``us``, and for each percent 1 where it is the one, else 0.
    """
    of = [rows.c[name] for name in group]
    ranked = select(
        *of,
        rows.c.us,
        func.row_number().over(partition_by=of, order_by=rows.c.us).label("n"),
        func.count().over(partition_by=of).label("of"),
    ).subquery()
    # n is the smallest rank with n / of >= percent / 100, in whole numbers.
    n, of_all = ranked.c.n * 100, ranked.c.of
    at = {p: and_(n >= of_all * p, n - 100 < of_all * p) for p in percents}
    flags = (case((at[p], 1), else_=0) for p in percents)
    kept = (ranked.c[name] for name in group)
    return select(*kept, ranked.c.us, *flags).where(or_(*at.values()))
