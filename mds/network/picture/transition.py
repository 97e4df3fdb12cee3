"""The move to adult services: prepared from the 14th birthday, planned by 16 and 18, and settled after it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mds.figures.charts import Chart
from mds.figures.statistics import share
from mds.figures.table import FigureTable, Making, Shape, answers, table
from mds.network.picture.told import ADVANCE, IN_FORCE, TOLD_BY, measured, sent

if TYPE_CHECKING:
    import duckdb

_YOUNG_PEOPLE = f"""
    young_person AS (
        SELECT person_key, any_value(age) AS age, any_value(birth_month) AS birth_month,
            list(DISTINCT provider_code) AS told_by
        FROM caseload JOIN known_at USING (person_key) WHERE age >= 14 GROUP BY person_key
    ), preparation AS (
        SELECT person_key, min(key_worker_date) AS key_worker_date, min(plan_date) AS plan_date,
            bool_or(adult_key_worker = 'Y') FILTER (adult_key_worker IN ('Y', 'N')) AS adult_key_worker,
            bool_or(parallel_plan = 'Y') FILTER (parallel_plan IN ('Y', 'N')) AS parallel_plan
        FROM {sent("transition")} GROUP BY person_key
    ), held AS (
        SELECT person_key, bool_or(plan_type = 'PAR') AS holds_parallel, bool_or(plan_type = 'TRN') AS holds_transition,
            bool_or(plan_type IN {ADVANCE}) AS holds_advance
        FROM {IN_FORCE} GROUP BY person_key
    ), prepared AS (FROM young_person LEFT JOIN preparation USING (person_key) LEFT JOIN held USING (person_key))
"""
"""Young people on the caseload aged 14 or over, with what any provider told of their move."""


def _by_birthday(day: str, years: int) -> str:
    """The day was not after the month of a birthday: the day of birth is not known to the region."""
    return f"{day} < birth_month + INTERVAL {years} YEAR + INTERVAL 1 MONTH"


@answers(75)
def transition_key_workers(connection: duckdb.DuckDBPyConnection) -> FigureTable:
    """Young people from the 14th birthday with a key worker for the move to adult services, by age."""
    return table(
        connection, "transition_key_workers", "Key worker for the move",
        "Young people on the caseload from the 14th birthday. In time: named not later than in the month of that birthday.",
        f"""
        WITH {_YOUNG_PEOPLE}
        SELECT CASE WHEN age >= 18 THEN '18 and over' ELSE age::VARCHAR END AS years,
            count(key_worker_date) AS with_key_worker, count(*) FILTER ({_by_birthday("key_worker_date", 14)}) AS in_time,
            count(*) AS of_children, {TOLD_BY} AS providers
        FROM prepared GROUP BY years ORDER BY years
        """,
        Shape(("with_key_worker", "in_time", "of_children"),
              {"share": share("with_key_worker", "of_children"), "in_time_share": share("in_time", "of_children")},
              fields=("transition.key_worker_date",), chart=Chart("bars", "years", "share", unit="% with a key worker")),
    )  # fmt: skip


@answers(76)
def transition_plans(connection: duckdb.DuckDBPyConnection) -> FigureTable:
    """Young people with a multi-agency transition plan by 16 and by 18, and with a counterpart in adult services."""
    steps = {
        "plan by the 16th birthday": (_by_birthday("plan_date", 16), "age >= 16"),
        "plan by the 18th birthday": (_by_birthday("plan_date", 18), "age >= 18"),
        "counterpart in adult services, from 16": ("adult_key_worker", "age >= 16"),
        "plan with a counterpart, from 16": ("plan_date IS NOT NULL AND adult_key_worker", "age >= 16"),
    }
    return _steps(
        connection, "transition_plans", "Written transition plan",
        "Of the young people on the caseload who have had the birthday. A plan counts until the end of the month of the "
        "birthday.", steps, ("transition.plan_date", "transition.adult_key_worker"),
    )  # fmt: skip


@answers(77)
def parallel_planning(connection: duckdb.DuckDBPyConnection) -> FigureTable:
    """Young people from 14 with a parallel plan, and with both a transition plan and an advance care plan."""
    steps = {
        "parallel plan": ("parallel_plan OR holds_parallel", "true"),
        "transition plan and advance care plan": (
            "(plan_date IS NOT NULL OR holds_transition) AND holds_advance",
            "true",
        ),
    }
    return _steps(
        connection, "parallel_planning", "Planning for both",
        "Of the young people on the caseload from the 14th birthday. Parallel: planning for adult life and for the end of life "
        "side by side, told of the move or held as a plan.", steps, ("transition.parallel_plan", "transition.plan_date"),
    )  # fmt: skip


def _steps(
    connection: duckdb.DuckDBPyConnection, name: str, title: str, note: str, steps: dict[str, tuple[str, str]],
    fields: tuple[str, ...],
) -> FigureTable:  # fmt: skip
    """Steps of the preparation: young people who had each, of those for whom it is due."""
    return table(
        connection, name, title, note,
        f"WITH {_YOUNG_PEOPLE} {measured('prepared', steps, 'children', 'of_children')}",
        Shape(("children", "of_children"), {"share": share("children", "of_children")}, fields=fields,
              chart=Chart("bars", "what", "share", unit="% of those for whom it is due")),
    )  # fmt: skip


@answers(78)
def transfers(connection: duckdb.DuckDBPyConnection) -> FigureTable:
    """Young people for whom responsibility moved to adult services in the period, by age, and how they were prepared."""
    return table(
        connection, "transfers", "Moved to adult services",
        "Moved in the period. Prepared: with a transition plan agreed and a counterpart in adult services named. Age in years by "
        "the months of birth and move.",
        f"""
        WITH moved AS (
            SELECT person_key, min(transfer_date) AS moved_on, min(plan_date) AS plan_date,
                bool_or(adult_key_worker = 'Y') AS has_counterpart, list(DISTINCT provider_code) AS told_by
            FROM {sent("transition")} GROUP BY person_key
        ), born AS (SELECT person_key, any_value(birth_month) AS birth_month FROM seen GROUP BY person_key)
        SELECT CASE WHEN months < 18 * 12 THEN 'under 18' WHEN months < 19 * 12 THEN '18' ELSE '19 and over' END AS years,
            count(*) FILTER (plan_date <= moved_on AND has_counterpart) AS prepared, count(*) AS of_children,
            {TOLD_BY} AS providers
        FROM (
            SELECT moved.*, date_diff('month', birth_month, moved_on) AS months
            FROM moved JOIN born USING (person_key) JOIN period ON moved_on BETWEEN rp_start AND rp_end
        )
        GROUP BY years ORDER BY any_value(months)
        """,
        Shape(("prepared", "of_children"), {"share": share("prepared", "of_children")},
              fields=("transition.transfer_date",), chart=Chart("bars", "years", "of_children", unit="young people")),
    )  # fmt: skip


@answers(78)
def after_transfer(connection: duckdb.DuckDBPyConnection) -> FigureTable:
    """Young people who moved to adult services, with a settled-in review within six months, and who came back."""
    asked = {
        "settled-in review within six months": ("settled", "true"),
        "came back to children's services": ("came_back", "came_back IS NOT NULL"),
    }
    return table(
        connection, "after_transfer", "Settled in adult services",
        "Young people who moved in the twelve months that ended six months before the end of the period, by what the returns so "
        "far told of them. Came back: of those of whom it is told.",
        f"""
        WITH told AS (
            SELECT t.*, l.person_key FROM transition AS t JOIN counted USING (receipt_id) JOIN link AS l
                ON l.provider_code = t.provider_code AND l.local_patient_id = t.local_patient_id
            WHERE transfer_date IS NOT NULL
            QUALIFY row_number() OVER (PARTITION BY t.provider_code, t.local_patient_id ORDER BY t.rp_start DESC) = 1
        ), moved AS (
            SELECT person_key, min(transfer_date) AS moved_on, list(DISTINCT provider_code) AS told_by,
                bool_or(settled_review_date <= transfer_date + INTERVAL 6 MONTH) AS settled,
                bool_or(returned = 'Y') FILTER (returned IN ('Y', 'N')) AS came_back
            FROM told GROUP BY person_key
        ), due AS (
            SELECT moved.* FROM moved JOIN period
                ON moved_on > rp_end - INTERVAL 18 MONTH AND moved_on <= rp_end - INTERVAL 6 MONTH
        )
        {measured('due', asked, 'children', 'of_children')}
        """,
        Shape(("children", "of_children"), {"share": share("children", "of_children")},
              fields=("transition.settled_review_date", "transition.returned")),
    )  # fmt: skip


ALL: tuple[Making, ...] = (transition_key_workers, transition_plans, parallel_planning, transfers, after_transfer)
