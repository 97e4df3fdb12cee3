"""What the indicators share: the relations that they ask, and SQL for shares that are honest about blanks."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

FEW = 10
"""Fewer answers are not shown, because they could tell who gave them (rule CPQ11030Q)."""

ENOUGH = f"sum(responses - n8) >= {FEW}"
"""SQL: whether so many answers count that they are shown. An answer counts when the item applies."""

ANSWERED = "JOIN questionnaire USING (receipt_id, provider_code)"
"""SQL: of a table about organisations, the rows that hold."""

OF_SERVICES = "JOIN in_force USING (receipt_id, provider_code, service_id)"
"""SQL: of a table about services, the rows that hold: those of services in force and of the whole organisation."""

OPEN = "(SELECT s.* FROM service AS s JOIN still_open USING (receipt_id, provider_code, service_id))"
"""The services that are open on the last day of the period."""

CASELOAD = """
    (SELECT c.*, l.person_key FROM child AS c JOIN period AS p ON p.rp_start = c.rp_start
     JOIN link AS l USING (provider_code, local_patient_id) WHERE c.caseload_status = 'A')
"""
"""The children on a caseload on the census date of the period, once for each provider."""

OWNED = """
    CASE WHEN sector IN ('NHS', 'LA') THEN 'statutory' WHEN sector = 'VOL' THEN 'voluntary'
        WHEN sector = 'IND' THEN 'independent' ELSE 'not stated' END
"""
"""Who owns a provider, in the words of the map."""


def listed(codes: Iterable[str]) -> str:
    """Codes as they stand in the brackets of SQL's IN."""
    return ", ".join(f"'{code}'" for code in codes)


def share(part: str, whole: str) -> str:
    """SQL: a part in per cent of the whole, blank where the whole is nothing."""
    return f"round(100 * {part} / nullif({whole}, 0), 1)"
