"""Mothers and babies on the perinatal pathway: how they came to it, what they were offered, and what became of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mds.figures.charts import Chart
from mds.figures.statistics import share
from mds.figures.table import FigureTable, Making, Shape, answers, table
from mds.network.picture.told import ADVANCE, TOLD_BY, measured, sent, sent_under_referrals
from mds_schemas import codes

if TYPE_CHECKING:
    import duckdb

_ON_THE_WAY = ("PRE", "LW", "NIC", "HOM", "HOS", "SUR", "DIE", "IUD")
"""Outcomes, from the beginning of the pathway to its end: the furthest that any provider tells of counts."""

_BABIES = f"""
    baby AS (
        SELECT person_key, min(route) AS route, [{", ".join(f"'{code}'" for code in _ON_THE_WAY)}][
                max(list_position({[*_ON_THE_WAY]}, outcome))] AS outcome,
            min(antenatal_recognised_date) AS recognised_on, min(gestation_recognised) AS gestation_recognised,
            min(offered_date) AS offered_on, bool_or(family_response IN ('D', 'L')) AS declined,
            bool_or(family_response = 'L') AS later_accepted, bool_or(family_response IS NOT NULL) AS answered,
            min(reoffered_date) AS reoffered_on,
            min(mdt_date) AS met_on, min(discharge_plan_date) AS papers_on, min(transfer_date) AS moved_on,
            bool_or(mother_postnatal_care = 'Y') FILTER (mother_postnatal_care IN ('Y', 'N')) AS mother_cared_for,
            max(reference_date) AS census, list(DISTINCT provider_code) AS told_by
        FROM {sent("perinatal")} GROUP BY person_key
    )
"""
"""The pregnancies and babies of the period, each once. The earliest entry route counts."""

_OF_PERIOD = "Pregnancies and babies on the pathway in the period, each once, by what any provider told."


def _measures(
    connection: duckdb.DuckDBPyConnection, name: str, title: str, note: str, measures: dict[str, tuple[str, str]],
    fields: tuple[str, ...], *, more: str = "",
) -> FigureTable:  # fmt: skip
    """Babies of whom each holds, of those whom it concerns."""
    return table(
        connection, name, title, note,
        f"WITH {_BABIES} {more} {measured('baby', measures, 'babies', 'of_babies')}",
        Shape(("babies", "of_babies"), {"share": share("babies", "of_babies")}, fields=fields,
              chart=Chart("bars", "what", "share", unit="% of those whom it concerns")),
    )  # fmt: skip


@answers(68, 69)
def perinatal_routes(connection: duckdb.DuckDBPyConnection) -> FigureTable:
    """Pregnancies and babies on the perinatal pathway by entry route, and those recognised before birth."""
    return table(
        connection, "perinatal_routes", "How babies come to the pathway",
        f"{_OF_PERIOD} Weeks: the median of completed weeks of pregnancy at recognition.",
        f"""
        WITH {_BABIES}, route AS (SELECT unnest({[*codes.load("CL37")]}) AS route)
        SELECT route, count(person_key) AS babies, (SELECT count(*) FROM baby) AS of_babies,
            count(recognised_on) AS recognised_before_birth, median(gestation_recognised) AS weeks_at_recognition,
            count(gestation_recognised) AS with_weeks, {TOLD_BY} AS providers
        FROM route LEFT JOIN baby USING (route) GROUP BY route ORDER BY route
        """,
        Shape(("babies", "of_babies", "recognised_before_birth", "with_weeks"), {"share": share("babies", "of_babies")},
              {"weeks_at_recognition": "with_weeks"},
              ("perinatal.antenatal_recognised_date", "perinatal.gestation_recognised"),
              Chart("bars", "route", "babies", unit="babies")),
    )  # fmt: skip


@answers(69, 71)
def perinatal_outcomes(connection: duckdb.DuckDBPyConnection) -> FigureTable:
    """What became of pregnancies and babies on the perinatal pathway, from entry route to outcome."""
    return table(
        connection, "perinatal_outcomes", "From entry to outcome",
        f"{_OF_PERIOD} The outcome at the end of the period; where providers differ, the furthest on the way.",
        f"""
        WITH {_BABIES}
        SELECT route, outcome, count(*) AS babies, sum(count(*)) OVER (PARTITION BY route)::BIGINT AS of_babies,
            {TOLD_BY} AS providers
        FROM baby GROUP BY route, outcome ORDER BY route, list_position({[*_ON_THE_WAY]}, outcome)
        """,
        Shape(("babies", "of_babies"), {"share": share("babies", "of_babies")}, fields=("perinatal.outcome",),
              chart=Chart("heat", "route", "share", "outcome", unit="% of those who came by the route")),
    )  # fmt: skip


@answers(70)
def perinatal_offers(connection: duckdb.DuckDBPyConnection) -> FigureTable:
    """Families on the perinatal pathway who were offered support, declined it, and were offered it again."""
    measures = {
        "support offered": ("offered_on IS NOT NULL", "true"),
        "declined at first": ("declined", "answered"),
        "offered again after declining": ("reoffered_on IS NOT NULL OR later_accepted", "declined"),
        "accepted later": ("later_accepted", "declined"),
    }
    return _measures(
        connection, "perinatal_offers", "Support declined, and offered again",
        f"{_OF_PERIOD} A family that accepted later was offered support again, also where no day is told.", measures,
        ("perinatal.offered_date", "perinatal.family_response", "perinatal.reoffered_date"),
    )  # fmt: skip


@answers(72)
def supported_discharge(connection: duckdb.DuckDBPyConnection) -> FigureTable:
    """Babies who left hospital by the supported discharge protocol, with the day of each step known."""
    return table(
        connection, "supported_discharge", "Supported discharge, step by step",
        "Babies of the period who went home or to a hospice, or for whom discharge is under way, with the day of each step. The "
        "plan is an advance, antenatal, end of life or rapid discharge plan. Days: the median from the first step.",
        f"""
        WITH {_BABIES}, plan AS (
            SELECT person_key, min(created_date) AS planned_on FROM {sent("care_plan")}
            WHERE plan_type IN {ADVANCE} OR plan_type = 'RDP' GROUP BY person_key
        ), step AS (
            SELECT unnest(range(4)) AS place,
                unnest(['early meeting', 'plan written', 'discharge papers agreed', 'moved to the chosen place']) AS step,
                unnest([met_on, planned_on, papers_on, moved_on]) AS done_on, met_on, told_by
            FROM baby LEFT JOIN plan USING (person_key)
            WHERE outcome IN ('HOM', 'HOS') OR papers_on IS NOT NULL OR moved_on IS NOT NULL
        )
        SELECT step, count(done_on) AS babies, count(*) AS of_babies,
            CASE WHEN place > 0 THEN median(done_on - met_on) END AS days_from_meeting, count(done_on - met_on) AS with_days,
            {TOLD_BY} AS providers
        FROM step GROUP BY place, step ORDER BY place
        """,
        Shape(("babies", "of_babies", "with_days"), {"share": share("babies", "of_babies")}, {"days_from_meeting": "with_days"},
              ("perinatal.mdt_date", "perinatal.discharge_plan_date", "perinatal.transfer_date"),
              Chart("bars", "step", "share", unit="% with the day of the step")),
    )  # fmt: skip


@answers(67)
def after_a_baby_died(connection: duckdb.DuckDBPyConnection) -> FigureTable:
    """What followed when a baby died: the mother's post-natal care, bereavement support, care after death."""
    measures = {
        "mother's post-natal care arranged": ("mother_cared_for", f"{_DIED} AND mother_cared_for IS NOT NULL"),
        "bereavement support offered": ("person_key IN (FROM offered)", _DIED),
        "care after death given": ("person_key IN (FROM cared)", _DIED),
    }
    return _measures(
        connection, "after_a_baby_died", "After a baby died",
        f"{_OF_PERIOD} Those who died before or after birth; of post-natal care, where it is told. Funeral and registration are "
        "not collected.", measures, ("perinatal.mother_postnatal_care",),
        more=f""", offered AS (SELECT DISTINCT person_key FROM {sent("bereavement")}), cared AS (
            SELECT DISTINCT person_key FROM {sent_under_referrals("contact")}
            WHERE contact_type = '20' AND coalesce(attendance IN ('5', '6'), true)
        )""",
    )  # fmt: skip


_DIED = "outcome IN ('IUD', 'DIE')"


@answers(73)
def babies_planned_for(connection: duckdb.DuckDBPyConnection) -> FigureTable:
    """Babies on the perinatal pathway with an advance or a parallel plan, and support of their brothers and sisters."""
    measures = {
        "advance care plan": ("person_key IN (SELECT person_key FROM held WHERE advance)", "true"),
        "advance care plan or parallel plan": ("person_key IN (SELECT person_key FROM held)", "true"),
        "brothers and sisters offered support": (
            "person_key IN (FROM offered)", f"{_DIED} AND person_key IN (FROM household)",
        ),
    }  # fmt: skip
    return _measures(
        connection, "babies_planned_for", "Planning ahead for babies",
        f"{_OF_PERIOD} Plans made by the end of the period. Brothers and sisters: of babies who died, where there are any in the "
        "household.", measures, ("child.siblings_count",),
        more=f""", held AS (
            SELECT person_key, bool_or(plan_type IN {ADVANCE}) AS advance FROM {sent("care_plan")}
            WHERE plan_type IN {ADVANCE} OR plan_type = 'PAR' GROUP BY person_key
        ), household AS (SELECT DISTINCT person_key FROM seen WHERE siblings_count > 0),
        offered AS (SELECT DISTINCT person_key FROM {sent("bereavement")} WHERE relation IN ('S', 'W'))""",
    )  # fmt: skip


ALL: tuple[Making, ...] = (
    perinatal_routes,
    perinatal_outcomes,
    perinatal_offers,
    supported_discharge,
    after_a_baby_died,
    babies_planned_for,
)
