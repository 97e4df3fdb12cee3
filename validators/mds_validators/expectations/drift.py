"""Whether a provider's numbers are like those of its former periods: a return that lacks half its rows, has them twice, or
fills a field with a default is as well formed as any other.

A number is compared with each of the provider's returns for the four periods before. It has moved when it lies beyond all
of them by more than a quarter and at least 10. So many contacts are expected as the children of the return would have had in
any of those periods. The shares of codes have moved when more than SHIFTED of the rows, and at least 10, stand under other
codes than in any of them. Phases are left out: children are meant to move between them.
"""

from __future__ import annotations

from collections.abc import Iterable

from mds_validators.expectations.check import Check
from mds_validators.expectations.limits import FEW, MOVED, SHIFTED
from mds_validators.expectations.stored import StoredTable

MAIN_FIELDS = {
    "child": ("sex", "ethnic_category", "imd_decile", "key_worker", "caseload_status", "nhs_number_status"),
    "condition": ("act_category", "diagnostic_group"),
    "referral": ("referral_source", "urgency", "referral_outcome", "funder"),
    "contact": ("contact_type", "subject", "mechanism", "location", "attendance", "staff_group"),
    "short_break": ("break_type", "stay_reason"),
    "care_plan": ("plan_type", "preferred_death_place"),
}
"""Table → the coded fields whose shares are compared."""

_RETURNS = "returns AS (SELECT receipt_id, back FROM counted JOIN recent USING (rp_start))"
"""SQL: the returns for the period (`back` 0) and those for the four before."""


def checks(tables: Iterable[StoredTable]) -> tuple[Check, ...]:
    """How many children and contacts, and the shares of the main codes, one check a table."""
    shares = (
        Check(
            f"GX{table.number}060Q", "warning", f"{table.title}: shares of codes",
            f"More than {SHIFTED:.0%} of the rows stand under other codes than in any of the periods before, four at most. "
            "Ask whether the recording or the export has changed.",
            _shares(table.name, MAIN_FIELDS[table.name]),
        )
        for table in tables
        if table.name in MAIN_FIELDS
    )  # fmt: skip
    return (*_HOW_MANY, *shares)


_MOVED = f"""
    found AS (
        SELECT provider_code, greatest(n - upper_end, lower_end - n) AS beyond,
            n > (1 + {MOVED}) * upper_end OR n < (1 - {MOVED}) * lower_end AS moved
        FROM expected
    )
    SELECT provider_code, NULL::VARCHAR AS field, round(beyond)::BIGINT AS rows FROM found WHERE moved AND beyond >= {FEW}
"""

_CHILDREN = f"""
    WITH {_RETURNS}, sent AS (
        SELECT c.provider_code, back, count(local_patient_id) AS n
        FROM counted AS c JOIN returns USING (receipt_id) LEFT JOIN child USING (receipt_id) GROUP BY ALL
    ), expected AS (
        SELECT provider_code, max(n) FILTER (back = 0) AS n, min(n) FILTER (back > 0) AS lower_end,
            max(n) FILTER (back > 0) AS upper_end
        FROM sent GROUP BY provider_code
    ), {_MOVED}
"""

_CONTACTS = f"""
    WITH {_RETURNS}, contacts AS (
        SELECT receipt_id, count(*) AS contacts FROM contact SEMI JOIN returns USING (receipt_id) GROUP BY ALL
    ), children AS (
        SELECT provider_code, receipt_id, count(*) AS children FROM child SEMI JOIN returns USING (receipt_id) GROUP BY ALL
    ), sent AS (
        SELECT provider_code, back, children, coalesce(contacts, 0) AS contacts
        FROM children JOIN returns USING (receipt_id) LEFT JOIN contacts USING (receipt_id)
    ), sums AS (
        FROM sent UNION ALL SELECT NULL, back, sum(children), sum(contacts) FROM sent GROUP BY back
    ), expected AS (
        SELECT provider_code, max(contacts) FILTER (back = 0) AS n,
            min(contacts / children) FILTER (back > 0) * max(children) FILTER (back = 0) AS lower_end,
            max(contacts / children) FILTER (back > 0) * max(children) FILTER (back = 0) AS upper_end
        FROM sums GROUP BY provider_code
    ), {_MOVED}
"""

_HOW_MANY = (
    Check(
        "GX101070Q", "warning", "Children of a provider",
        "The number of children sent lies more than 25% and at least 10 beyond those of all periods before, four at most. "
        "Ask whether the return is whole.",
        _CHILDREN,
    ),
    Check(
        "GX301070Q", "warning", "Contacts of a provider",
        "For its children, the number of contacts sent lies more than 25% and at least 10 beyond those of all "
        "periods before, four at most. Ask whether the return is whole, and holds each contact once.",
        _CONTACTS,
    ),
)  # fmt: skip


def _shares(table: str, fields: tuple[str, ...]) -> str:
    """Rows under codes beyond the highest share, or missing from the lowest, of the periods before. The network is ''."""
    names = ", ".join(fields)
    return f"""
        WITH {_RETURNS}, sent AS (
            SELECT provider_code, back, {names}, count(*) AS n FROM {table} JOIN returns USING (receipt_id) GROUP BY ALL
        ), coded AS (UNPIVOT sent ON {names} INTO NAME field VALUE code), said AS (
            SELECT provider_code, back, field, code, sum(n) AS n FROM coded GROUP BY ALL
            UNION ALL SELECT '', back, field, code, sum(n) FROM coded GROUP BY ALL
        ), whole AS (SELECT provider_code, back, field, sum(n) AS of_rows FROM said GROUP BY ALL), share AS (
            SELECT provider_code, back, field, code, of_rows, coalesce(n, 0) AS n
            FROM whole JOIN (SELECT DISTINCT provider_code, field, code FROM said) USING (provider_code, field)
            LEFT JOIN said USING (provider_code, back, field, code)
        ), code_shift AS (
            SELECT provider_code, field, max(of_rows) FILTER (back = 0) AS rows_now, max(n) FILTER (back = 0) AS n_now,
                max(n / of_rows) FILTER (back > 0) AS highest, min(n / of_rows) FILTER (back > 0) AS lowest
            FROM share GROUP BY provider_code, field, code
        ), found AS (
            SELECT provider_code, field, any_value(rows_now) AS rows_now, greatest(
                sum(greatest(n_now - highest * rows_now, 0)), sum(greatest(lowest * rows_now - n_now, 0))) AS moved
            FROM code_shift WHERE highest IS NOT NULL AND n_now IS NOT NULL GROUP BY provider_code, field
        )
        SELECT nullif(provider_code, '') AS provider_code, field, round(moved)::BIGINT AS rows
        FROM found WHERE moved >= {FEW} AND moved > {SHIFTED} * rows_now
    """
