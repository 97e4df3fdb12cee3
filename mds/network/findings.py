"""The validation report: what the rules found in the returns of a period, where, and what became of it since the return before.

Rules and places are told, never a value of a return.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mds.figures.statistics import share
from mds.figures.table import Derived, FigureTable, Making, Shape, answers, table

if TYPE_CHECKING:
    import duckdb

_BY_SEVERITY = "list_position(['file', 'record', 'warning'], severity)"


@answers(121)
def findings_by_rule(connection: duckdb.DuckDBPyConnection) -> FigureTable:
    """How often each rule was broken at each provider, and how many warnings are answered."""
    return table(
        connection, "findings_by_rule", "Findings by rule",
        "Findings of the returns that count. A rule of severity record rejects the row; a warning keeps it, and the provider can "
        "answer it by saying why it is right. The message is that of the rule, in which … stands for what differs from row to "
        "row. Findings about children who opted out, and about an earlier sending, stay with the provider.",
        f"""
        SELECT rule, severity, any_value(message) AS message, provider_code, count(*) AS findings,
            count(*) FILTER (answered) AS answered, count(*) OVER (PARTITION BY rule) AS providers
        FROM told JOIN period USING (rp_start) JOIN rule_about USING (rule)
        GROUP BY rule, severity, provider_code ORDER BY {_BY_SEVERITY}, rule, provider_code
        """,
        Shape(("findings", "answered"), {"answered_share": share("answered", "findings")}),
    )  # fmt: skip


@answers(121)
def places(connection: duckdb.DuckDBPyConnection) -> FigureTable:
    """Where each finding stands in the sender's file."""
    return table(
        connection, "places", "Places of the findings",
        "Where a finding stands in the file that the provider sent: the sheet by its name in the template, the row as the "
        "spreadsheet numbers it, the cell and the field. Blank where a finding is about the whole return or table. What stood "
        "there is not known here. For the analyst and the provider itself, not for others.",
        f"""
        SELECT provider_code, rule, nullif(sheet, '') AS sheet, "row", nullif(cell, '') AS cell, nullif(field, '') AS field,
            answered
        FROM told JOIN period USING (rp_start)
        ORDER BY provider_code, {_BY_SEVERITY}, rule, sheet NULLS FIRST, "row" NULLS FIRST, cell NULLS FIRST, field NULLS FIRST
        """,
    )  # fmt: skip


@answers(121)
def findings_since(connection: duckdb.DuckDBPyConnection) -> FigureTable:
    """New, fixed and still open findings against the return of the provider that counts for the period before."""
    return table(
        connection, "findings_since", "What became of the findings of the return before",
        "Open findings, which are those without an answer, beside those of the provider's last return before the period that "
        "counts. The store knows the place of a finding in its file but not which row it was about, so that findings cannot be "
        "followed one by one: they are compared by their number for each rule and field. More than before are new, fewer are "
        "fixed (or answered), the lower of both numbers is still open; one that was put right while another came hides in it. "
        "Blank where the rule could not be checked in one of the two returns. Providers without a return before are not listed.",
        """
        WITH latest AS (
            SELECT provider_code, part, about, rp_start, receipt_id, schema_version, document FROM sending WHERE counts
        ), pair AS (
            SELECT n.provider_code, n.part, n.about, [n.receipt_id, b.receipt_id] AS receipts, n.receipt_id AS now_id,
                b.receipt_id AS was_id, b.rp_start AS period_before, n.schema_version AS now_version,
                b.schema_version AS was_version, from_json(n.document->'not_run', '["VARCHAR"]') AS now_not_run,
                from_json(b.document->'not_run', '["VARCHAR"]') AS was_not_run
            FROM latest AS n JOIN period ON period.rp_start = n.rp_start
            ASOF JOIN latest AS b ON b.provider_code = n.provider_code AND b.part = n.part AND n.rp_start > b.rp_start
        ), counted AS (
            SELECT p.provider_code, p.part, rule, severity, nullif(field, '') AS field,
                count(*) FILTER (receipt_id = was_id) AS was, count(*) FILTER (receipt_id = now_id) AS now
            FROM told AS t JOIN pair AS p ON p.provider_code = t.provider_code AND p.part = t.part
                AND list_contains(p.receipts, t.receipt_id)
            WHERE NOT answered GROUP BY ALL
        )
        SELECT provider_code, about, rule, severity, field, period_before,
            CASE WHEN list_contains(versions, was_version) AND NOT list_contains(was_not_run, rule) THEN was END AS was,
            CASE WHEN list_contains(versions, now_version) AND NOT list_contains(now_not_run, rule) THEN now END AS now
        FROM counted JOIN pair USING (provider_code, part) JOIN rule_about USING (rule)
        ORDER BY provider_code, about, rule, field NULLS FIRST
        """,
        Shape(("was", "now"), {
            "new": Derived(lambda was, now: max(now - was, 0), ("was", "now")),
            "fixed": Derived(lambda was, now: max(was - now, 0), ("was", "now")),
            "still_open": Derived(min, ("was", "now")),
        }),
    )  # fmt: skip


ALL: tuple[Making, ...] = (findings_by_rule, findings_since)
"""Those that are for others than the analyst and the provider too."""
