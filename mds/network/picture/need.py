"""Who is known to services, against how many children are expected to have a life-limiting condition (specification 7.4)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mds.figures.charts import Chart
from mds.figures.statistics import byar_high, byar_low, ratio, share
from mds.figures.table import Derived, FigureTable, Making, Shape, answers, table
from mds.network.picture.caseload import PROVIDERS
from mds.network.rates import DEFINITIONS

if TYPE_CHECKING:
    from collections.abc import Callable

    import duckdb

COVERED = 80
"""Per cent of the providers that have to have sent before the known children of an area are compared (specification 7.4)."""

NOT_UNMET_NEED = (
    "This is not unmet need: known are the children on the caseload of a palliative service, expected are all children who have "
    "a condition on the list, and most of these need no palliative care now. In North Wales about 22 in 100 of those with a "
    "condition had continuing need in contact with a hospital in a year, and 1 in 100 needed end of life care."
)


def _expected(people: int, per_10000: float) -> float:
    """Children expected to have a condition, of so many people aged 0 to 19."""
    return round(people * per_10000 / 10_000, 1)


def _over_expected(of_known: Callable[[float], float]) -> Derived:
    return Derived(
        lambda known, people, per_10000: ratio(of_known(known), people * per_10000 / 10_000),
        ("known", "people", "per_10000"),
    )


def _to_compare(returned: int, commissioned: int) -> str:
    return "" if 100 * returned >= COVERED * commissioned else "too few returns"


@answers(5, 7)
def known_against_expected(connection: duckdb.DuckDBPyConnection) -> FigureTable:
    """Known children over expected ones by area, at three published rates, with Byar's limits and the coverage of providers."""
    rates = ", ".join(f"({place}, '{name}', {per_10000})" for place, (name, per_10000) in enumerate(DEFINITIONS))
    return table(
        connection, "known_against_expected", "Known to services against expected in the population",
        f"{NOT_UNMET_NEED} Known: aged 0 to 19 and living in the area. Expected: people aged 0 to 19 times one rate for England, "
        "because rates by age are not published; the areas will differ by deprivation and ethnic group. Limits: Byar's, of 95 %, "
        "on the known. Coverage: of the providers that were to send and had children of the area in any of their returns, or "
        f"never sent one, those that sent this time; below {COVERED} % the number of known children is too low to "
        "compare, and where none sent, none is given.",
        f"""
        WITH place AS (
            SELECT area, area_name, people FROM area LEFT JOIN population USING (area, area_name)
            UNION ALL SELECT 'all areas', 'all areas', sum(people)::BIGINT FROM population
        ), known AS (
            SELECT area, count(DISTINCT person_key) AS known, {PROVIDERS}
            FROM (
                SELECT *, unnest([lad_code, 'all areas']) AS area FROM in_need JOIN known_at USING (person_key) WHERE age <= 19
            ) WHERE lad_code IN (SELECT area FROM area) GROUP BY area
        ), here AS (
            SELECT lad_code AS area, provider_code FROM seen
            UNION SELECT area, c.provider_code FROM area, commissioned AS c ANTI JOIN counted USING (provider_code)
            UNION SELECT 'all areas', provider_code FROM commissioned
        ), coverage AS (
            SELECT area, count(n.provider_code) AS returned, count(*) AS commissioned
            FROM here SEMI JOIN commissioned USING (provider_code)
            LEFT JOIN arrived AS n USING (provider_code) GROUP BY area
        )
        SELECT area, area_name, definition, per_10000::DOUBLE AS per_10000,
            CASE WHEN returned > 0 OR commissioned IS NULL THEN coalesce(known, 0) END AS known, people,
            coalesce(returned, 0) AS returned, coalesce(commissioned, 0) AS commissioned, coalesce(providers, 0) AS providers
        FROM place CROSS JOIN (VALUES {rates}) AS rates(place, definition, per_10000)
        LEFT JOIN known USING (area) LEFT JOIN coverage USING (area)
        ORDER BY rates.place, area = 'all areas', area
        """,
        Shape(("known",), {
            "expected": Derived(_expected, ("people", "per_10000")), "ratio": _over_expected(float),
            "low": _over_expected(byar_low), "high": _over_expected(byar_high), "coverage": share("returned", "commissioned"),
            "to_compare": Derived(_to_compare, ("returned", "commissioned")),
        }, {"returned": "known", "commissioned": "known"}, ("child.lad_code", "child.birth_month"),
            Chart("dots", "area_name", "ratio", by="definition", low="low", high="high", unit="known over expected")),
    )  # fmt: skip


_FOUND = """
    accepted AS (
        SELECT DISTINCT person_key FROM referral AS r SEMI JOIN counted USING (receipt_id)
        JOIN link USING (provider_code, local_patient_id)
        WHERE referral_outcome = 'A'
    ), told AS (
        SELECT d.person_key, d.diagnostic_group, a.person_key IS NOT NULL AS referred
        FROM described AS d JOIN period USING (rp_start) ANTI JOIN ended USING (person_key)
        LEFT JOIN accepted AS a USING (person_key)
    ), found AS (
        SELECT person_key, m.register_type AS found_in, m.provider_code
        FROM register_membership AS m SEMI JOIN counted USING (receipt_id) JOIN link USING (provider_code, local_patient_id)
        WHERE found = 'Y' AND register_type <> 'CDR'
        UNION
        SELECT person_key, 'acute return', provider_code FROM seen JOIN period USING (rp_start)
        JOIN commissioned USING (provider_code) WHERE provider_type = 'AC'
        UNION
        SELECT person_key, 'acute return', m.provider_code FROM admission AS m SEMI JOIN counted USING (receipt_id)
        JOIN link USING (provider_code, local_patient_id)
    )
"""
"""SQL: the children of this period who are alive, whether anybody accepted a referral of them, and where they were found."""

_NOT_REFERRED = Shape(("children", "of_children"), {"share": share("children", "of_children")},
                      fields=("register_membership.found", "referral.referral_outcome"))  # fmt: skip


@answers(8)
def not_referred(connection: duckdb.DuckDBPyConnection) -> FigureTable:
    """Children found on another register or in an acute return of whom no provider accepted a referral."""
    return table(
        connection, "not_referred", "Found elsewhere, without an accepted referral",
        "Children of this period's returns who were found on a register or were treated in a hospital of the network, and of "
        "whom no provider has told of an accepted referral so far. Only children of whom a provider tells can be found; those "
        "who are on a register alone are not in this data set. Some will not need palliative care.",
        f"""
        WITH {_FOUND}, where_found AS (
            SELECT person_key, unnest([found_in, 'any of these']) AS register, provider_code FROM found
        )
        SELECT register, count(DISTINCT person_key) FILTER (NOT referred) AS children,
            count(DISTINCT person_key) AS of_children, {PROVIDERS}
        FROM where_found JOIN told USING (person_key) GROUP BY register ORDER BY register = 'any of these', register
        """,
        _NOT_REFERRED,
    )  # fmt: skip


@answers(8)
def not_referred_by_diagnosis(connection: duckdb.DuckDBPyConnection) -> FigureTable:
    """Children found elsewhere without an accepted referral, by diagnostic group, with the cardiac ones."""
    return table(
        connection, "not_referred_by_diagnosis", "Found elsewhere, without an accepted referral, by diagnosis",
        "The same children as in the table before, by the group of their main condition. Heart conditions are circulatory, or "
        "congenital when children are born with them.",
        f"""
        WITH {_FOUND}
        SELECT coalesce(diagnostic_group, 'not known') AS diagnostic_group,
            count(DISTINCT person_key) FILTER (NOT referred) AS children, count(DISTINCT person_key) AS of_children, {PROVIDERS}
        FROM found JOIN told USING (person_key) GROUP BY 1 ORDER BY 1
        """,
        _NOT_REFERRED,
    )  # fmt: skip


ALL: tuple[Making, ...] = (known_against_expected, not_referred, not_referred_by_diagnosis)
