"""What the children on the network's caseloads live with: condition, phase, disability and what helps them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mds.figures.charts import Chart
from mds.figures.sharing import by_size
from mds.figures.statistics import share
from mds.figures.table import FigureTable, Making, Shape, answers, table
from mds.network.picture.caseload import COUNTED, COUNTS, PROVIDERS, SHARES, by

if TYPE_CHECKING:
    import duckdb


@answers(4)
def by_act_category(connection: duckdb.DuckDBPyConnection) -> FigureTable:
    """Children on the caseload by ACT category."""
    return by(
        connection, "act_category", "Children by ACT category", "act_category",
        "The category of the main condition. It may change over time, and people who read the same case agree on it only "
        "fairly.", field="condition.act_category",
    )  # fmt: skip


@answers(3, 9)
def by_diagnostic_group(connection: duckdb.DuckDBPyConnection) -> FigureTable:
    """Children on the caseload by diagnostic group."""
    return by(
        connection, "diagnostic_group", "Children by diagnostic group", "diagnostic_group",
        "The group of the main condition, from its ICD-10 code. Cystic fibrosis counts as respiratory. Not known: told in words "
        "only.", field="condition.diagnostic_group",
    )  # fmt: skip


@answers(3)
def by_icd10_block(connection: duckdb.DuckDBPyConnection) -> FigureTable:
    """Children on the caseload by ICD-10 block of the main condition."""
    return table(
        connection, "icd10_block", "Children by ICD-10 block", "The block in which the code of the main condition stands.",
        f"""
        SELECT coalesce(b.first || '-' || b.last, 'not known') AS icd10_block, {COUNTS}
        FROM in_need JOIN known_at USING (person_key)
        LEFT JOIN shipped_icd10_block AS b ON left(icd10_code, 3) BETWEEN b.first AND b.last
        GROUP BY b.first, b.last ORDER BY {by_size("children")}, 1
        """,
        Shape(COUNTED, SHARES, fields=("condition.icd10_code",)),
    )  # fmt: skip


@answers(11)
def by_phase(connection: duckdb.DuckDBPyConnection) -> FigureTable:
    """Children on the caseload by latest phase of illness, with bereaved families apart."""
    return table(
        connection, "phase", "Children by phase of illness",
        "The latest phase of the year before the census date. It is mapped from the scheme of each service, and only from one "
        "that has phases: schemes of prognosis, in which the same colours tell something else, cannot be mapped and are counted "
        "by themselves. Not assessed is no phase. Bereaved families are those of children with the status bereavement; they are "
        "on no caseload.",
        f"""
        SELECT phase, * EXCLUDE (phase) FROM (
            SELECT CASE WHEN phase_code = '9' AND phase_scheme NOT IN ('PCOC', 'LUTON') THEN 'scheme without phases'
                ELSE phase_code END AS phase, {COUNTS}
            FROM in_need JOIN known_at USING (person_key) GROUP BY 1
            UNION ALL
            SELECT '5', count(DISTINCT person_key), NULL, NULL, NULL, {PROVIDERS}
            FROM seen JOIN period USING (rp_start)
            WHERE caseload_status = 'B' AND person_key NOT IN (SELECT person_key FROM caseload)
        ) ORDER BY phase
        """,
        Shape(COUNTED, SHARES, fields=("phase.phase_code",), chart=Chart("bars", "phase", "children", unit="children")),
    )  # fmt: skip


@answers(17)
def remission(connection: duckdb.DuckDBPyConnection) -> FigureTable:
    """Children on the caseload in long-term remission or cured, who are left out of the counts of need."""
    return table(
        connection, "remission", "Remission and cure",
        "In remission: one of the providers says so of the main condition. These children are on the caseload, but they are left "
        "out of all counts of need.",
        f"""
        SELECT CASE WHEN in_remission THEN 'in remission or cured' ELSE 'in need' END AS state,
            count(DISTINCT person_key) AS children, (SELECT count(*) FROM caseload) AS of_children, {PROVIDERS}
        FROM caseload JOIN known_at USING (person_key) GROUP BY in_remission ORDER BY in_remission
        """,
        Shape(COUNTED[:2], {"share": SHARES["share"]}, fields=("condition.remission",)),
    )  # fmt: skip


@answers(10)
def without_cancer(connection: duckdb.DuckDBPyConnection) -> FigureTable:
    """Children on the caseload without those who have cancer or cystic fibrosis."""
    return table(
        connection, "without_cancer", "Children without cancer and cystic fibrosis",
        "Children with cancer and cystic fibrosis often have services of their own. Those whose diagnosis is told in words only "
        "stay in the count.",
        f"""
        SELECT counted, {COUNTS} FROM (VALUES ('all children', true, true), ('without cancer', false, true),
            ('without cancer and cystic fibrosis', false, false)) AS kinds(counted, cancer, fibrosis)
        LEFT JOIN (FROM in_need JOIN known_at USING (person_key)) ON (cancer OR diagnostic_group IS DISTINCT FROM 'ONC')
            AND (fibrosis OR coalesce(icd10_code NOT LIKE 'E84%', true))
        GROUP BY counted ORDER BY counted
        """,
        Shape(COUNTED, SHARES, fields=("condition.diagnostic_group", "condition.icd10_code")),
    )  # fmt: skip


def _with_codes(
    connection: duckdb.DuckDBPyConnection, name: str, title: str, column: str, note: str, *, untold: str, none: str
) -> FigureTable:
    """Children by each of several codes that one may have, and those with any, of the children of whom it is told."""
    told = f"nullif({column}, '{untold}') IS NOT NULL"
    return table(
        connection, name, title, f"{note} A child counts for each code that it has. The shares are of the children of whom it is "
        "told.",
        f"""
        WITH told AS (
            SELECT person_key, provider_code, unnest(list_append(string_split({column}, ';'),
                CASE WHEN {column} = '{none}' THEN NULL ELSE 'any' END)) AS code
            FROM in_need JOIN known_at USING (person_key) WHERE {told}
        )
        SELECT code AS {name}, count(DISTINCT person_key) AS children,
            (SELECT count(*) FROM in_need WHERE {told}) AS of_children, {PROVIDERS}
        FROM told WHERE code IS NOT NULL GROUP BY code ORDER BY code <> 'any', {by_size("children")}, code
        """,
        Shape(COUNTED[:2], {"share": SHARES["share"]}, fields=(f"child.{column}",),
              chart=Chart("bars", name, "children", unit="children")),
    )  # fmt: skip


@answers(1, 6)
def by_disability(connection: duckdb.DuckDBPyConnection) -> FigureTable:
    """Children on the caseload by disability."""
    return _with_codes(connection, "disability", "Disabilities", "disability_codes",
                       "Any: with one of them at least.", untold="ZZ", none="NN")  # fmt: skip


@answers(6)
def by_technology(connection: duckdb.DuckDBPyConnection) -> FigureTable:
    """Children on the caseload by technology on which they depend."""
    return _with_codes(connection, "technology", "Dependence on technology", "technology_codes",
                       "Any: with one of them at least.", untold="", none="NON")  # fmt: skip


_CIRCUMSTANCES = {
    "continuing care package": "continuing_care",
    "looked after by a local authority": "looked_after",
    "education, health and care plan": "ehc_plan",
    "key worker": "key_worker",
    "paediatric passport": "passport",
    "interpreter needed": "interpreter_needed",
}


@answers(1, 6, 20, 37, 82)
def circumstances(connection: duckdb.DuckDBPyConnection) -> FigureTable:
    """Children on the caseload with a continuing care package, EHC plan, key worker or passport, or looked after."""
    kinds = ", ".join(
        f"{{'place': {place}, 'what': '{what}', 'answer': {column}}}"
        for place, (what, column) in enumerate(_CIRCUMSTANCES.items())
    )
    return table(
        connection, "circumstances", "Care, education and support",
        "Children for whom it is so, of those for whom it is so or not. A key worker counts wherever it is employed; "
        "families who declined one are left out of the share, as are children of whom it is not known.",
        f"""
        SELECT kind.what AS what, count(DISTINCT person_key) FILTER (kind.answer = 'Y') AS children,
            count(DISTINCT person_key) FILTER (kind.answer IN ('Y', 'N')) AS of_children,
            count(DISTINCT person_key) FILTER (kind.answer = 'D') AS declined,
            count(DISTINCT person_key) FILTER (coalesce(kind.answer, 'X') = 'X') AS not_known, {PROVIDERS}
        FROM (SELECT person_key, provider_code, unnest([{kinds}]) AS kind FROM in_need JOIN known_at USING (person_key))
        GROUP BY kind.what ORDER BY any_value(kind.place)
        """,
        Shape(("children", "of_children", "declined", "not_known"), {"share": share("children", "of_children")},
              fields=tuple(f"child.{column}" for column in _CIRCUMSTANCES.values())),
    )  # fmt: skip


ALL: tuple[Making, ...] = (
    by_act_category, by_diagnostic_group, by_icd10_block, by_phase, remission, without_cancer, by_disability, by_technology,
    circumstances,
)  # fmt: skip
