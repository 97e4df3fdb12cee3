"""Choice of the place of care: what plans say, and where care was given."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mds.figures.charts import Chart
from mds.figures.statistics import share
from mds.figures.table import FigureTable, Making, Shape, answers, table
from mds.network.picture.told import IN_FORCE, TOLD_BY, high_level, sent, sent_under_referrals

if TYPE_CHECKING:
    import duckdb

_WHERE = {
    "HM": "20", "CR": "20", "OR": "20", "HO": "30", "WD": "10", "OP": "10", "ED": "10", "NU": "10", "PI": "10",
    "GP": "50", "HC": "50", "SC": "50", "SB": "50", "OT": "50",
}  # fmt: skip
"""Location of a contact → kind of place. A virtual one is no place."""


def _preferred(plans: str) -> str:
    """The kind of place that each child's plans prefer: the latest agreed one that holds and in which it was discussed."""
    latest = """
        row(preferred_care_place <> '99', superseded_date IS NULL, agreed_date IS NOT NULL,
            coalesce(agreed_date, created_date), provider_code)
    """
    return f"""
        SELECT person_key, {high_level(f"arg_max(preferred_care_place, {latest})")} AS preferred_place
        FROM {plans} GROUP BY person_key
    """


@answers(51)
def preferred_care_places(connection: duckdb.DuckDBPyConnection) -> FigureTable:
    """Children on the caseload by the place in which the family wants care in the last phase."""
    return table(
        connection, "preferred_care_places", "Preferred place of care",
        "By the latest agreed plan in force that says it. A plan in which it was not discussed does not undo another.",
        f"""
        WITH wish AS ({_preferred(IN_FORCE)})
        SELECT coalesce(preferred_place, 'not recorded') AS preferred_place, count(DISTINCT person_key) AS children,
            (SELECT count(*) FROM caseload) AS of_children, count(DISTINCT provider_code) AS providers
        FROM caseload JOIN known_at USING (person_key) LEFT JOIN wish USING (person_key) GROUP BY 1 ORDER BY 1
        """,
        Shape(("children", "of_children"), {"share": share("children", "of_children")},
              fields=("care_plan.preferred_care_place",),
              chart=Chart("bars", "preferred_place", "share", unit="% of the caseload")),
    )  # fmt: skip


@answers(51)
def care_in_preferred_place(connection: duckdb.DuckDBPyConnection) -> FigureTable:
    """Share of the days with face-to-face care on which it was given in the kind of place that the plan prefers."""
    places = ", ".join(f"('{location}', '{place}')" for location, place in _WHERE.items())
    return table(
        connection, "care_in_preferred_place", "Care in the preferred place",
        "Days of the period on which a child had care face to face, as far as contacts tell: stays without contacts are not "
        "counted, and a visit to a clinic is a day in hospital. By the latest agreed plan that says where care is wanted, also "
        "of children who have died or left since.",
        f"""
        WITH wish AS ({_preferred(sent("care_plan"))}), day AS (
            SELECT person_key, preferred_place, contact_date, bool_or(place = preferred_place) AS there,
                list(DISTINCT provider_code) AS told_by
            FROM {sent_under_referrals("contact")} JOIN wish USING (person_key)
            JOIN (VALUES {places}) AS known(location, place) USING (location)
            WHERE preferred_place < '98' AND mechanism = '01' AND coalesce(subject = 'C', true)
                AND coalesce(attendance IN ('5', '6'), true)
            GROUP BY ALL
        )
        SELECT preferred_place, count(*) FILTER (there) AS days_there, count(*) AS of_days,
            count(DISTINCT person_key) AS children, {TOLD_BY} AS providers
        FROM day GROUP BY preferred_place ORDER BY preferred_place
        """,
        Shape(("days_there", "of_days", "children"), {"share": share("days_there", "of_days")},
              fields=("care_plan.preferred_care_place", "contact.location"),
              chart=Chart("bars", "preferred_place", "share", unit="% of the days with care")),
    )  # fmt: skip


ALL: tuple[Making, ...] = (preferred_care_places, care_in_preferred_place)
