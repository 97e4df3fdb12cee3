"""Contradictions: what a questionnaire says, beside what the rows about children of the same provider and period show."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mds.figures.sharing import in_words
from mds.figures.table import FigureTable, Shape
from mds.reports.wording import number
from mds.services.contradictions import children, counts, hours
from mds.services.contradictions.told import LEAST, services

if TYPE_CHECKING:
    import duckdb

_COLUMNS = ["provider_code", "provider_name", "questionnaire_of", "service_id", "what", "questionnaire_says", "rows_show",
            "found"]  # fmt: skip


def contradictions(connection: duckdb.DuckDBPyConnection, exact: bool) -> FigureTable:
    """What the questionnaires in force say, where the rows of the period speak against it; one row a service and matter. The
    counts within the sentences are exact, or as others may see them."""
    say = number if exact else in_words
    told = services(connection)
    senders = {
        provider: (name, period)
        for provider, name, period in connection.execute(
            "SELECT q.provider_code, legal_name, q.rp_start::VARCHAR FROM questionnaire AS q"
            " LEFT JOIN organisation USING (receipt_id, provider_code)"
        ).fetchall()
    }
    children.prepare(connection)
    found = [
        *hours.against(connection, told, say),
        *children.against(connection, told, say),
        *counts.against(connection, say),
    ]
    rows = [
        (one.provider_code, *senders[one.provider_code], one.service_id, one.what, one.said, one.shown, one.found)
        for one in sorted(found, key=lambda one: (one.provider_code, one.service_id or "", one.what))
        if one.found >= LEAST
    ]
    return FigureTable(
        "contradictions", "Contradictions",
        "What a questionnaire says, and what the rows about children of the same provider show for the period. Found: how many "
        f"contacts, referrals, children or nights speak against it; fewer than {LEAST} are left out. Counts of a questionnaire "
        "are compared with the rows of its own period only.",
        _COLUMNS, rows, sources=("child", "condition", "referral", "contact", "short_break", "organisation", "service", "cover",
                                 "capacity", "aggregate_caseload"), shape=Shape(counts=("found",)),
    )  # fmt: skip
