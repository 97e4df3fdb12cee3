"""Support of families after a death: offered in time, to whom, to new families, and in what form."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mds.figures.charts import Chart
from mds.figures.sharing import by_size
from mds.figures.statistics import share
from mds.figures.table import FigureTable, Making, Shape, answers, table
from mds.network.picture.told import TOLD_BY

if TYPE_CHECKING:
    import duckdb

_DUE = """
    (SELECT e.* FROM ended AS e
     JOIN period AS p ON e.death_month BETWEEN p.rp_start - INTERVAL 1 MONTH AND p.rp_end - INTERVAL 1 MONTH)
"""
"""The children whose 28 days were over in the period: who died in its months but the last, or in the month before."""

_DUE_ARE = (
    "Children who died from the month before the period to the month before its last, so that the 28 days are over for all and "
    "each counts in one period."
)

_OFFERS = f"""
    (SELECT person_key, death_month, bereavement_id, max(offered_days) AS days, min(offered_month) AS month,
        any_value(relation) AS relation
     FROM bereavement AS b JOIN counted USING (receipt_id) JOIN link AS l
         ON l.provider_code = b.provider_code AND l.local_patient_id = b.local_patient_id
     JOIN {_DUE} AS e USING (person_key) GROUP BY person_key, death_month, b.provider_code, bereavement_id)
"""
"""What the returns so far told of offers to their families, each once."""

_OF_PERIOD = """
    (SELECT coalesce(l.person_key, b.bereavement_id::VARCHAR) AS family, b.*, p.rp_start AS first_day, p.rp_end AS last_day
     FROM bereavement AS b JOIN counted AS n USING (receipt_id) JOIN period AS p ON p.rp_start = n.rp_start
     LEFT JOIN link AS l ON l.provider_code = b.provider_code AND l.local_patient_id = b.local_patient_id)
"""
"""The rows of the period. A family whose child nobody knew is one by itself."""


@answers(66)
def bereavement_offers(connection: duckdb.DuckDBPyConnection) -> FigureTable:
    """Families of children who died to whom any provider offered bereavement support within 28 days."""
    return table(
        connection, "bereavement_offers", "Bereavement support offered",
        f"{_DUE_ARE} The days are known where death and offer stand in one return. Else an offer in the month of the death "
        "counts as within 28 days, and one from the second month on as later. Families of stillborn babies are not among them.",
        f"""
        WITH offered AS (
            SELECT person_key, bool_or(coalesce(days <= 28, month = death_month)) AS in_time,
                bool_and(coalesce(days > 28, month > death_month + INTERVAL 1 MONTH)) AS late
            FROM {_OFFERS} GROUP BY person_key
        ), judged AS (
            SELECT told_by,
                CASE WHEN in_time THEN 1 WHEN late THEN 2 WHEN offered.person_key IS NOT NULL THEN 3 ELSE 4 END AS place
            FROM {_DUE} LEFT JOIN offered USING (person_key)
        )
        SELECT ['within 28 days', 'later', 'offered, days not known', 'no offer told'][place] AS offered, count(*) AS families,
            sum(count(*)) OVER ()::BIGINT AS of_families, {TOLD_BY} AS providers
        FROM judged GROUP BY place ORDER BY place
        """,
        Shape(("families", "of_families"), {"share": share("families", "of_families")}, fields=("bereavement.offered_month",),
              chart=Chart("bars", "offered", "share", unit="% of the families")),
    )  # fmt: skip


@answers(66)
def bereaved_siblings(connection: duckdb.DuckDBPyConnection) -> FigureTable:
    """Families with other children at home to whom support was offered for brothers and sisters."""
    return table(
        connection, "bereaved_siblings", "Brothers and sisters",
        f"{_DUE_ARE} Of those with brothers or sisters in the household, as any provider told, with an offer to a sibling; and "
        "with one to a sibling or to the whole family.",
        f"""
        WITH household AS (
            SELECT e.person_key, any_value(told_by) AS told_by
            FROM {_DUE} AS e JOIN seen USING (person_key) WHERE siblings_count > 0 GROUP BY e.person_key
        ), offered AS (
            SELECT person_key, bool_or(relation = 'S') AS sibling, bool_or(relation IN ('S', 'W')) AS any_offer
            FROM {_OFFERS} GROUP BY person_key
        )
        SELECT count(*) FILTER (sibling) AS to_a_sibling, count(*) FILTER (any_offer) AS to_sibling_or_family,
            count(*) AS of_families, {TOLD_BY} AS providers
        FROM household LEFT JOIN offered USING (person_key)
        """,
        Shape(("to_a_sibling", "to_sibling_or_family", "of_families"),
              {"share": share("to_sibling_or_family", "of_families"), "sibling_share": share("to_a_sibling", "of_families")},
              fields=("child.siblings_count", "bereavement.relation")),
    )  # fmt: skip


@answers(66)
def new_families(connection: duckdb.DuckDBPyConnection) -> FigureTable:
    """Families offered bereavement support in the period, by whether the service knew the child before death."""
    return table(
        connection, "new_families", "Families new to the service",
        "Families to whom support was offered in the period, and of them those that accepted. A family "
        "with offers from a service that knew the child and from one that did not counts as known.",
        f"""
        WITH family AS (
            SELECT family, max(CASE child_known_before WHEN 'Y' THEN 3 WHEN 'N' THEN 2 ELSE 1 END) AS known,
                bool_or(accepted = 'Y') AS took, list(DISTINCT provider_code) AS told_by
            FROM {_OF_PERIOD} WHERE offered_month BETWEEN first_day AND last_day GROUP BY family
        )
        SELECT ['X', 'N', 'Y'][known] AS known_before, count(*) AS families, sum(count(*)) OVER ()::BIGINT AS of_families,
            count(*) FILTER (took) AS accepted, {TOLD_BY} AS providers
        FROM family GROUP BY known ORDER BY known DESC
        """,
        Shape(("families", "of_families", "accepted"),
              {"share": share("families", "of_families"), "accepted_share": share("accepted", "families")},
              fields=("bereavement.child_known_before", "bereavement.accepted")),
    )  # fmt: skip


@answers(66)
def bereavement_by_relation(connection: duckdb.DuckDBPyConnection) -> FigureTable:
    """Offers of bereavement support in the period by whom they were for, and how many were accepted."""
    return table(
        connection, "bereavement_by_relation", "Whom support was offered",
        "Offers made in the period, and those accepted of those whose answer was told.",
        f"""
        SELECT relation, count(*) AS offers, count(*) FILTER (accepted = 'Y') AS accepted,
            count(*) FILTER (accepted IN ('Y', 'N')) AS of_answers, count(DISTINCT provider_code) AS providers
        FROM {_OF_PERIOD} WHERE offered_month BETWEEN first_day AND last_day GROUP BY relation
        ORDER BY {by_size("offers")}, relation
        """,
        Shape(("offers", "accepted", "of_answers"), {"share": share("accepted", "of_answers")},
              fields=("bereavement.accepted",), chart=Chart("bars", "relation", "offers", unit="offers")),
    )  # fmt: skip


@answers(66)
def bereavement_kinds(connection: duckdb.DuckDBPyConnection) -> FigureTable:
    """Forms of bereavement support that families had in the period."""
    return table(
        connection, "bereavement_kinds", "Forms of support",
        "Families with support of the form at any time in the period, of all with support. A family can have several.",
        f"""
        WITH given AS (
            SELECT family, provider_code, unnest(string_split(coalesce(kind, 'not told'), ';')) AS form FROM {_OF_PERIOD}
            WHERE accepted = 'Y' AND start_date <= last_day AND coalesce(end_date >= first_day, true)
        )
        SELECT form, count(DISTINCT family) AS families, (SELECT count(DISTINCT family) FROM given) AS of_families,
            count(DISTINCT provider_code) AS providers
        FROM given GROUP BY form ORDER BY {by_size("families")}, form
        """,
        Shape(("families", "of_families"), {"share": share("families", "of_families")}, fields=("bereavement.kind",),
              chart=Chart("bars", "form", "families", unit="families")),
    )  # fmt: skip


ALL: tuple[Making, ...] = (
    bereavement_offers,
    bereaved_siblings,
    new_families,
    bereavement_by_relation,
    bereavement_kinds,
)
