"""What commissioners answered for themselves (Q113), each counted once: a board sends no return of its own, and two
providers may send on the same answer, or two that differ."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mds.duck import literal
from mds.figures.table import FigureTable, table
from mds.reports.wording import field_label
from mds_schemas.versions import LATEST

if TYPE_CHECKING:
    import duckdb

_NEWEST = """
    (SELECT c.*, row(received_on, sequence) AS received FROM commissioner AS c
     JOIN questionnaire USING (receipt_id, provider_code) JOIN receipt USING (receipt_id)
     QUALIFY c.rp_start = max(c.rp_start) OVER (PARTITION BY commissioner_code))
"""
"""SQL: the answers of each commissioner for the newest period of which there is one. Another year's may well differ."""

COUNTED = f"(FROM {_NEWEST} QUALIFY received = max(received) OVER (PARTITION BY commissioner_code))"
"""SQL: one answer of each commissioner, the one that was received last."""

ONCE = "A commissioner counts once, with the answer that was received last."

_LISTS = ("functions_commissioned", "joint_with")
_QUESTIONS = {
    name: f"array_to_string(list_sort(list_distinct(string_split({name}, ';'))), ';')" if name in _LISTS else f"{name}::VARCHAR"
    for name in LATEST.tables["commissioner"].columns() if name != "commissioner_code"
}  # fmt: skip
"""Field → its answer as text, with lists in one order."""

_EVERY_ANSWER = " UNION ALL ".join(
    f"SELECT commissioner_code, provider_code, received, {place} AS place,"
    f" {literal(field_label(LATEST, 'commissioner', name))} AS question, coalesce({answer}, 'no answer') AS answer"
    f" FROM {_NEWEST}"
    for place, (name, answer) in enumerate(_QUESTIONS.items())
)

DIFFERING = f"""
    (SELECT commissioner_code, place, question, arg_max(answer, received) AS counted,
        string_agg(concat(answer, ' (', provider_code, ')'), ', ' ORDER BY received DESC) AS told
     FROM ({_EVERY_ANSWER}) GROUP BY ALL HAVING count(DISTINCT answer) > 1)
"""
"""SQL: the questions to which providers sent on different answers of one commissioner, with the answer that counts."""


def told_differently(connection: duckdb.DuckDBPyConnection) -> FigureTable:
    """Commissioners of whom providers tell different things: the answer that counts, and who told what."""
    return table(
        connection, "told_differently", "Two answers of one commissioner",
        f"Providers sent on different answers of the same commissioner. {ONCE} Told: every answer with the provider that sent "
        "it on, the newest first.",
        f"SELECT commissioner_code, question, counted, told FROM {DIFFERING} ORDER BY commissioner_code, place",
    )  # fmt: skip
