"""Counts of a questionnaire (children, bed nights) against the rows of the same period. An older questionnaire counts other
children and nights, so of its counts nothing is asked."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from mds.services.contradictions.told import Against, Say, some

if TYPE_CHECKING:
    import duckdb

SLACK = 0.05
"""Share by which two ways of counting may differ, as rule CPQ10920Q allows."""

ELSEWHERE = ("HH", "SI", "BF", "FO", "DC")
"""Kinds of short break (CL22) that use no bed of the provider's."""

_SAME_PERIOD = "JOIN questionnaire AS q USING (receipt_id, provider_code) JOIN period AS p ON p.rp_start = q.rp_start"


def against(connection: duckdb.DuckDBPyConnection, say: Say) -> Iterator[Against]:
    """Services with another number of children than rows, and providers with more nights in the rows than in the count."""
    for provider, service, told, sent in connection.execute(_CHILDREN).fetchall():
        if abs(told - sent) > SLACK * sent:
            what = "another number of children than rows were sent"
            said, shown = (some(children, "child", "children", say) for children in (told, sent))
            yield Against(provider, service, what, said, shown, abs(told - sent))
    for provider, available, used, nights in connection.execute(_NIGHTS).fetchall():
        told = available if used is None else used
        if told is not None and nights > told * (1 + SLACK):
            numbers = {"used": used, "available": available}
            said = " of ".join(f"{say(count)} {word}" for word, count in numbers.items() if count is not None)
            shown = some(nights, "night", "nights", say)
            yield Against(provider, None, "more bed nights than were told", f"bed nights: {said}", shown, nights - told)


_CHILDREN = f"""
    SELECT c.provider_code, service_id, total_children, children
    FROM aggregate_caseload AS c {_SAME_PERIOD} JOIN (
        SELECT provider_code, service_id, count(DISTINCT local_patient_id) AS children FROM running GROUP BY ALL
    ) USING (provider_code, service_id)
    WHERE total_children IS NOT NULL ORDER BY ALL
"""

_NIGHTS = f"""
    WITH spent AS (
        SELECT b.provider_code, sum(greatest(nights - greatest(p.rp_start - start_date, 0)
            - greatest(end_date - p.rp_end - 1, 0), 0))::BIGINT AS nights
        FROM short_break AS b JOIN period AS p ON p.rp_start = b.rp_start WHERE break_type NOT IN {ELSEWHERE} GROUP BY ALL
    )
    SELECT provider_code, available, used, nights
    FROM spent JOIN (
        SELECT c.provider_code, sum(bed_nights_available)::BIGINT AS available,
            CASE WHEN bool_and(bed_nights_used IS NOT NULL OR bed_nights_available IS NULL)
                THEN sum(bed_nights_used)::BIGINT END AS used
        FROM capacity AS c {_SAME_PERIOD} GROUP BY ALL
    ) USING (provider_code)
    ORDER BY ALL
"""
"""Nights are those within the period. Where a service did not tell how many were used, they are held against those available."""
