"""The data set beside other registers: who is on both, and on one of them only."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mds.figures.charts import Chart
from mds.figures.statistics import share
from mds.figures.table import FigureTable, Making, Shape, answers, table
from mds.network.picture.caseload import PROVIDERS
from mds_schemas import codes

if TYPE_CHECKING:
    import duckdb

REVIEWED_WITHIN = 31
"""Days after which the monthly multi-agency review of a child is overdue (rule CP202070Q)."""

_CHECKED = """
    checked AS (
        SELECT person_key, m.register_type AS register, list(DISTINCT m.provider_code) AS who,
            arg_max(m.found, row(m.found <> 'X', m.as_of_date, m.found)) AS found
        FROM register_membership AS m SEMI JOIN counted USING (receipt_id) JOIN link USING (provider_code, local_patient_id)
        WHERE m.found IS NOT NULL GROUP BY ALL
    ), told AS (
        SELECT person_key, on_caseload FROM described JOIN period USING (rp_start)
        LEFT JOIN ended USING (person_key) WHERE on_caseload OR death_month IS NULL
    )
"""
"""SQL: the newest check of each child and register, one with an answer before one without, and the children of this period."""


@answers(18, 19, 20, 23)
def registers(connection: duckdb.DuckDBPyConnection) -> FigureTable:
    """Children on the caseload and on each outside register, on the caseload only, and on the register only."""
    listed = ", ".join(f"('{code}')" for code in codes.load("CL29"))
    return table(
        connection, "registers", "Cross-reference with registers",
        "The newest check of each child that gave an answer, by any of its providers. On both: on a caseload and on the "
        "register. Here only: checked "
        "and not found there. Register only: found there, told of by a provider, but on no caseload at the census date; children "
        "who are on the register and of whom no provider tells cannot be seen from here. The share is of the children on a "
        "caseload whose check gave an answer.",
        f"""
        WITH {_CHECKED}, counts AS (
            SELECT register, count(*) FILTER (on_caseload AND found = 'Y') AS on_both,
                count(*) FILTER (on_caseload AND found = 'N') AS here_only,
                count(*) FILTER (NOT on_caseload AND found = 'Y') AS register_only,
                count(*) FILTER (on_caseload AND found = 'X') AS no_answer,
                len(list_distinct(flatten(list(who)))) AS providers
            FROM checked JOIN told USING (person_key) GROUP BY register
        )
        SELECT register, coalesce(on_both, 0) AS on_both, coalesce(here_only, 0) AS here_only,
            coalesce(register_only, 0) AS register_only, coalesce(no_answer, 0) AS no_answer,
            (SELECT count(*) FROM caseload) - coalesce(on_both + here_only + no_answer, 0) AS not_checked,
            coalesce(on_both + here_only, 0) AS of_children, coalesce(providers, 0) AS providers
        FROM (VALUES {listed}) AS registers(register) LEFT JOIN counts USING (register) ORDER BY register
        """,
        Shape(("on_both", "here_only", "register_only", "no_answer", "not_checked", "of_children"),
              {"share_on_both": share("on_both", "of_children")}, fields=("register_membership.found",),
              chart=Chart("bars", "register", "share_on_both", unit="% of the children checked")),
    )  # fmt: skip


@answers(20)
def education_plans(connection: duckdb.DuckDBPyConnection) -> FigureTable:
    """Children with an education, health and care plan, by whether they are on the register of special educational needs."""
    return table(
        connection, "education_plans", "Education plans and the register of special educational needs",
        "Children on a caseload by the provider's word on the plan, against the newest check of the register.",
        f"""
        WITH {_CHECKED}, plans AS (
            SELECT person_key, provider_code, CASE ehc_plan WHEN 'Y' THEN 'with a plan' WHEN 'N' THEN 'without a plan'
                ELSE 'not known' END AS plan, found
            FROM caseload JOIN known_at USING (person_key)
            LEFT JOIN (FROM checked WHERE register = 'SEN') USING (person_key)
        )
        SELECT plan, count(DISTINCT person_key) AS children,
            count(DISTINCT person_key) FILTER (found = 'Y') AS on_register,
            count(DISTINCT person_key) FILTER (found IN ('Y', 'N')) AS of_checked, {PROVIDERS}
        FROM plans GROUP BY plan ORDER BY plan = 'not known', plan
        """,
        Shape(("children", "on_register", "of_checked"), {"share": share("on_register", "of_checked")},
              fields=("child.ehc_plan", "register_membership.found")),
    )  # fmt: skip


@answers(23)
def practice_register(connection: duckdb.DuckDBPyConnection) -> FigureTable:
    """Children on their practice's palliative care register, and those discussed at a multi-agency meeting within a month."""
    return table(
        connection, "practice_register", "Palliative care registers of GP practices",
        f"Discussed: a phase of illness was decided or confirmed at a multi-agency meeting in the {REVIEWED_WITHIN} days before "
        "the census date. The data set does not tell whether the practice took part.",
        f"""
        WITH {_CHECKED}, discussions AS (
            SELECT person_key, provider_code, reference_date - meeting_date <= {REVIEWED_WITHIN} AS discussed,
                CASE found WHEN 'Y' THEN 'on the register' WHEN 'N' THEN 'not on it' ELSE 'not known' END AS practice_list
            FROM caseload JOIN known_at USING (person_key)
            LEFT JOIN (FROM checked WHERE register = 'GPP') USING (person_key)
        )
        SELECT practice_list, count(DISTINCT person_key) FILTER (discussed) AS discussed,
            count(DISTINCT person_key) AS of_children, {PROVIDERS}
        FROM discussions GROUP BY 1 ORDER BY practice_list = 'not known', practice_list DESC
        """,
        Shape(("discussed", "of_children"), {"share": share("discussed", "of_children")},
              fields=("register_membership.found", "phase.mdt_review")),
    )  # fmt: skip


@answers(21)
def registered_deaths(connection: duckdb.DuckDBPyConnection) -> FigureTable:
    """Deaths of which the providers told, against those that were registered in the areas, by year."""
    return table(
        connection, "registered_deaths", "Deaths told against registered deaths",
        "Children who died under 18 in the calendar year and lived in an area of the network, of the deaths registered there at "
        "that age (snapshot registered_deaths). In Wales 54 % of the deaths of children were of life-limiting conditions. A "
        "year is told of only as far as its periods were collected.",
        """
        WITH place AS (
            SELECT person_key, arg_max(lad_code, rp_start) AS area, list(DISTINCT provider_code) AS who FROM seen
            GROUP BY person_key
        ), told AS (
            SELECT person_key, min(year(death_month)) AS year
            FROM death AS d SEMI JOIN counted USING (receipt_id) JOIN link USING (provider_code, local_patient_id)
            WHERE death_age_band NOT IN ('18-19', '20 and over') GROUP BY person_key
        ), known AS (
            SELECT year, count(*) AS deaths, len(list_distinct(flatten(list(who)))) AS providers
            FROM told JOIN place USING (person_key) SEMI JOIN area USING (area) GROUP BY year
        )
        SELECT year::VARCHAR AS year, coalesce(any_value(known.deaths), 0) AS deaths, sum(r.deaths)::BIGINT AS of_registered,
            count(DISTINCT r.area) AS areas, coalesce(any_value(providers), 0) AS providers
        FROM registered_death AS r SEMI JOIN area USING (area) LEFT JOIN known USING (year)
        GROUP BY year ORDER BY year
        """,
        Shape(("deaths", "of_registered"), {"share": share("deaths", "of_registered")}, fields=("death.death_age_band",)),
    )  # fmt: skip


ALL: tuple[Making, ...] = (registers, education_plans, practice_register, registered_deaths)
