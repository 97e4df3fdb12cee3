"""Care plans: who has one, what it holds, with whom it is shared, and the parents' part in it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mds.figures.charts import Chart
from mds.figures.sharing import by_size
from mds.figures.statistics import share
from mds.figures.table import FigureTable, Making, Shape, answers, table
from mds.network.picture.told import (
    ADVANCE,
    ALL_PROVIDERS,
    DIED,
    IN_FORCE,
    PLANS_OF_THE_DEAD,
    TOLD_BY,
    each_code,
    sent,
    sent_under_referrals,
)

if TYPE_CHECKING:
    import duckdb

_ADVANCE_IS = "Antenatal and end of life plans count as advance care plans."


@answers(56)
def plan_coverage(connection: duckdb.DuckDBPyConnection) -> FigureTable:
    """Children on the caseload with a care plan in force at the census date, by kind of plan, and with one that is agreed."""
    return table(
        connection, "plan_coverage", "Children with a care plan",
        f"In force: made by the census date and not replaced. {_ADVANCE_IS} A child has a plan when any provider holds one.",
        f"""
        WITH kind AS (
            SELECT 0 AS place, 'any advance care plan' AS plan
            UNION ALL SELECT 1, {each_code("CL24")}
        ), held AS (
            SELECT person_key, plan_type, agreed_date <= reference_date AS is_agreed
            FROM {IN_FORCE} SEMI JOIN caseload USING (person_key)
        )
        SELECT plan, count(DISTINCT person_key) AS children, count(DISTINCT person_key) FILTER (is_agreed) AS agreed,
            (SELECT count(*) FROM caseload) AS of_children, {ALL_PROVIDERS} AS providers
        FROM kind LEFT JOIN held ON plan = plan_type OR place = 0 AND plan_type IN {ADVANCE}
        GROUP BY place, plan ORDER BY place, {by_size("children")}, plan
        """,
        Shape(("children", "agreed", "of_children"),
              {"share": share("children", "of_children"), "agreed_share": share("agreed", "of_children")},
              fields=("care_plan.agreed_date",), chart=Chart("bars", "plan", "share", unit="% of the caseload")),
    )  # fmt: skip


@answers(56, 57)
def plans_by_phase(connection: duckdb.DuckDBPyConnection) -> FigureTable:
    """Children on the caseload with an advance care plan, and with an end of life plan, by phase of illness."""
    return table(
        connection, "plans_by_phase", "Plans by phase",
        "Every child who is dying should have an end of life plan. The phase is the latest assessed; providers assess it by "
        f"different schemes. {_ADVANCE_IS}",
        f"""
        WITH held AS (
            SELECT person_key, bool_or(plan_type IN {ADVANCE}) AS advance, bool_or(plan_type = 'EOL') AS at_end
            FROM {IN_FORCE} GROUP BY person_key
        )
        SELECT phase_code AS phase, count(DISTINCT person_key) FILTER (advance) AS with_advance_care_plan,
            count(DISTINCT person_key) FILTER (at_end) AS with_end_of_life_plan, count(DISTINCT person_key) AS of_children,
            count(DISTINCT provider_code) AS providers
        FROM caseload JOIN known_at USING (person_key) LEFT JOIN held USING (person_key) GROUP BY phase ORDER BY phase
        """,
        Shape(("with_advance_care_plan", "with_end_of_life_plan", "of_children"),
              {"advance_share": share("with_advance_care_plan", "of_children"),
               "end_of_life_share": share("with_end_of_life_plan", "of_children")},
              fields=("phase.phase_code",), chart=Chart("bars", "phase", "end_of_life_share", unit="% with an end of life plan")),
    )  # fmt: skip


@answers(56)
def plans_before_death(connection: duckdb.DuckDBPyConnection) -> FigureTable:
    """Children who died in the year to the end of the period with an advance care plan, by whether the death was expected."""
    return table(
        connection, "plans_before_death", "Advance care plan before death",
        f"Of the deaths of the year. {_ADVANCE_IS} It was made before the death or in its month, at any provider, and was not "
        "replaced before that month.",
        f"""
        WITH held AS (
            SELECT DISTINCT person_key FROM {PLANS_OF_THE_DEAD}
            WHERE plan_type IN {ADVANCE} AND coalesce(superseded_date >= death_month, true)
        )
        SELECT coalesce(expected, 'X') AS expected, count(held.person_key) AS with_plan, count(*) AS of_deaths,
            {TOLD_BY} AS providers
        FROM {DIED} LEFT JOIN held USING (person_key) GROUP BY 1 ORDER BY 1 DESC
        """,
        Shape(("with_plan", "of_deaths"), {"share": share("with_plan", "of_deaths")},
              fields=("death.expected", "care_plan.superseded_date")),
    )  # fmt: skip


@answers(62, 65)
def plan_contents(connection: duckdb.DuckDBPyConnection) -> FigureTable:
    """What the care plans of the caseload hold: parents in meetings, a symptom plan, the wishes for death."""
    fields = {
        "parents are part of meetings": "parents_invited_mdt", "written symptom plan given": "symptom_plan_given",
        "preferred place of death discussed": "death_place_discussed",
        "wishes for resuscitation recorded": "resus_decision_recorded",
    }  # fmt: skip
    return table(
        connection, "plan_contents", "What plans hold",
        "Children on the caseload for whom any plan in force says yes, of those for whom one says yes or no. Not told: with a "
        "plan, of which none says.",
        f"""
        WITH held AS (
            SELECT person_key, provider_code, unnest(range({len(fields)})) AS place,
                unnest({list(fields)}) AS what, unnest([{", ".join(fields.values())}]) AS said
            FROM {IN_FORCE} SEMI JOIN caseload USING (person_key)
        ), child AS (
            SELECT person_key, place, what, bool_or(said = 'Y') FILTER (said IN ('Y', 'N')) AS holds,
                list(DISTINCT provider_code) FILTER (said IN ('Y', 'N')) AS told_by
            FROM held GROUP BY ALL
        )
        SELECT what, count(*) FILTER (holds) AS children, count(holds) AS of_children, count(*) - count(holds) AS not_told,
            {TOLD_BY} AS providers
        FROM child GROUP BY place, what ORDER BY place
        """,
        Shape(("children", "of_children", "not_told"), {"share": share("children", "of_children")},
              fields=tuple(f"care_plan.{field}" for field in fields.values()),
              chart=Chart("bars", "what", "share", unit="% of the children of whom it is told")),
    )  # fmt: skip


@answers(65)
def plans_shared(connection: duckdb.DuckDBPyConnection) -> FigureTable:
    """With whom the advance care plans of the caseload are shared: GP, out-of-hours service, ambulance and others."""
    return table(
        connection, "plans_shared", "With whom plans are shared",
        "Children on the caseload with an advance care plan in force that is shared so, of those whose plans tell. "
        f"{_ADVANCE_IS}",
        f"""
        WITH told AS (
            SELECT person_key, provider_code, string_split(shared_with, ';') AS parties FROM {IN_FORCE}
            SEMI JOIN caseload USING (person_key) WHERE plan_type IN {ADVANCE} AND shared_with IS NOT NULL
        ), party AS (SELECT {each_code("shared_with")} AS shared_with)
        SELECT shared_with, count(DISTINCT person_key) FILTER (list_contains(parties, shared_with)) AS children,
            count(DISTINCT person_key) AS of_children, count(DISTINCT provider_code) AS providers
        FROM party LEFT JOIN told ON true GROUP BY shared_with ORDER BY {by_size("children")}, shared_with
        """,
        Shape(("children", "of_children"), {"share": share("children", "of_children")}, fields=("care_plan.shared_with",),
              chart=Chart("bars", "shared_with", "share", unit="% of the children whose plans tell")),
    )  # fmt: skip


@answers(62)
def parents_at_meetings(connection: duckdb.DuckDBPyConnection) -> FigureTable:
    """Share of the multidisciplinary meetings of the period at which a parent was present."""
    return table(
        connection, "parents_at_meetings", "Parents at meetings",
        "Multidisciplinary meetings that took place, of those that tell whether a parent was there. What several providers "
        "record of one child on one day is one meeting.",
        f"""
        WITH meeting AS (
            SELECT person_key, contact_date, list(DISTINCT provider_code) AS told_by,
                bool_or(parent_present = 'Y') FILTER (parent_present IN ('Y', 'N')) AS present
            FROM {sent_under_referrals("contact")}
            WHERE contact_type = '13' AND coalesce(attendance IN ('5', '6'), true) GROUP BY person_key, contact_date
        )
        SELECT count(*) FILTER (present) AS with_parent, count(present) AS of_meetings, count(*) - count(present) AS not_told,
            count(DISTINCT person_key) AS children, {TOLD_BY} AS providers
        FROM meeting
        """,
        Shape(("with_parent", "of_meetings", "not_told", "children"), {"share": share("with_parent", "of_meetings")},
              fields=("contact.parent_present",)),
    )  # fmt: skip


@answers(64)
def meetings_in_time(connection: duckdb.DuckDBPyConnection) -> FigureTable:
    """Children whose end of life was recognised in the period, and whether a planning meeting followed within 14 days."""
    return table(
        connection, "meetings_in_time", "Meeting after end of life is recognised",
        "A child counts by the first recognition that any provider told. Too early: without a meeting, and not 14 days had gone "
        "by at the census date. A child without a meeting counts as not met also where it died within the 14 days.",
        f"""
        WITH recognised AS (
            SELECT person_key, min(eol_recognised_date) AS since, min(eol_meeting_date) AS met,
                max(reference_date) AS census, list(DISTINCT provider_code) AS told_by
            FROM {sent("care_plan")} WHERE eol_recognised_date IS NOT NULL GROUP BY person_key
        ), judged AS (
            SELECT *, met - since AS days, met IS NULL AND census - since < 14 AS too_early
            FROM recognised CROSS JOIN period WHERE since BETWEEN rp_start AND rp_end
        )
        SELECT count(*) FILTER (days <= 14) AS within_14_days, count(*) FILTER (days > 14) AS later,
            count(*) FILTER (days IS NULL AND NOT too_early) AS no_meeting, count(*) FILTER (NOT too_early) AS of_children,
            count(*) FILTER (too_early) AS too_early, median(days) AS median_days, count(days) AS with_meeting,
            {TOLD_BY} AS providers
        FROM judged
        """,
        Shape(("within_14_days", "later", "no_meeting", "of_children", "too_early", "with_meeting"),
              {"share": share("within_14_days", "of_children")}, {"median_days": "with_meeting"},
              ("care_plan.eol_recognised_date", "care_plan.eol_meeting_date")),
    )  # fmt: skip


ALL: tuple[Making, ...] = (
    plan_coverage,
    plans_by_phase,
    plans_before_death,
    plan_contents,
    plans_shared,
    parents_at_meetings,
    meetings_in_time,
)
