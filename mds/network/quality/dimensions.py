"""The dimensions of data quality, each declared once: its name, its formula in words, and the SQL that works it out.

The words stand in the note of its table, on the page and in docs/quality.md.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from mds.network.quality.judged import ASKED


@dataclass(frozen=True)
class Dimension:
    """One dimension. `sql` gives, for each provider and period, a part and the whole that it is of: (provider_code,
    rp_start, part, whole)."""

    name: str
    formula: str
    part: str
    """What the part counts, as the name of a column."""
    whole: str
    sql: str
    unit: Literal["%", "days"] = "%"
    of_rows: bool = True
    """Whether the part and the whole count rows about children, or what stands in them."""

    @property
    def title(self) -> str:
        return self.name.capitalize()

    def value(self, part: str, whole: str) -> str:
        """SQL: the dimension's value, in its unit."""
        return f"({100 if self.unit == '%' else 1} * {part} / nullif({whole}, 0))"


_OWN = 't.receipt_id = told.receipt_id AND t.tbl = told.tbl AND t."row" = told."row"'
"""That two findings are about one row."""
_SENT = """
    SELECT provider_code, rp_start, sum(rows)::BIGINT AS rows, sum(accepted)::BIGINT AS accepted,
        sum(accepted + rejected)::BIGINT AS judged
    FROM sent_rows WHERE part = 'MDS' AND counts GROUP BY ALL
"""


def _rows_with(condition: str, *, accepted: bool) -> str:
    """SQL: how many rows of each provider and period have a finding."""
    kept = (
        f"AND NOT EXISTS (FROM told AS t JOIN rule_about AS a USING (rule) WHERE a.left_out AND {_OWN})"
        if accepted
        else ""
    )
    return f"""
        SELECT provider_code, rp_start, count(DISTINCT (tbl, "row")) AS found
        FROM told JOIN rule_about USING (rule)
        WHERE part = 'MDS' AND tbl <> 'header' AND "row" IS NOT NULL AND {condition} {kept} GROUP BY ALL
    """


def _without(condition: str, of: str, whole: str, *, accepted: bool) -> str:
    """SQL: the rows without a finding of that kind."""
    return f"""
        WITH sent AS ({_SENT}), found AS ({_rows_with(condition, accepted=accepted)})
        SELECT provider_code, rp_start, {of} - coalesce(found, 0) AS part, {whole} AS whole
        FROM sent LEFT JOIN found USING (provider_code, rp_start)
    """


_ACCEPTED = (
    "SELECT provider_code, rp_start, min(received_on) AS first_on FROM sending WHERE part = 'MDS' {} GROUP BY ALL"
)

DIMENSIONS = (
    Dimension(
        "coverage",
        "Of the providers that are commissioned in the period: those with an accepted return about children for it. Of one "
        "provider it is 100 or 0.",
        "with_return", "commissioned",
        f"""
        SELECT c.provider_code, c.rp_start, (a.first_on IS NOT NULL)::INTEGER AS part, 1 AS whole
        FROM commissioned_then AS c LEFT JOIN ({_ACCEPTED.format("AND counts")}) AS a USING (provider_code, rp_start)
        """,
        of_rows=False,
    ),
    Dimension(
        "completeness",
        "Of all cells of mandatory fields and of fields that are required when the answer is known, in the accepted rows of a "
        "return that counts: those that state a value. A blank states nothing, nor does a code that says that nothing is known.",
        "stated", "of_cells",
        f"""
        SELECT provider_code, rp_start, sum(stated)::BIGINT AS part, sum(rows)::BIGINT AS whole
        FROM completeness WHERE requirement IN {ASKED} GROUP BY ALL
        """,
    ),
    Dimension(
        "validity",
        "Of the rows of a return that counts, apart from copies of a row that was kept: those that were accepted and from which "
        "no value had to be left out because it could not be read or found. A row that is withheld for an opt-out counts as "
        "rejected.",
        "readable_rows", "of_rows",
        _without("unread", "accepted", "judged", accepted=True),
    ),
    Dimension(
        "consistency",
        "Of the accepted rows of a return that counts: those without an unanswered warning of a rule that compares fields of a "
        "row, rows of a table, or rows of several tables. Warnings about a whole table or return are on no row and do not count.",
        "consistent_rows", "of_rows",
        _without("crossing AND NOT answered", "accepted", "accepted", accepted=True),
    ),
    Dimension(
        "timeliness",
        "Days from the end of the period to the day on which the first return about children was received that was accepted, "
        "whole or in part. A correction that comes later does not make a return late. No deadline is agreed, so there is no "
        "share in time. The network's figure is the mean.",
        "days_after_end", "returns",
        f"""
        SELECT a.provider_code, a.rp_start, a.first_on - c.rp_end AS part, 1 AS whole
        FROM ({_ACCEPTED.format("AND verdict <> 'sent_back'")}) AS a JOIN commissioned_then AS c USING (provider_code, rp_start)
        """,
        unit="days", of_rows=False,
    ),
    Dimension(
        "uniqueness",
        "Of all rows of a return that counts: those without a finding that another row has their key (a child twice, the number "
        "of a referral or contact twice, one NHS number for two children, a copy).",
        "unique_rows", "of_rows",
        _without("duplicate", "rows", "rows", accepted=False),
    ),
)  # fmt: skip
