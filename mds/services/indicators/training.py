"""Training of the own staff and of others."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mds.figures.table import FigureTable, Making, answers, table
from mds.services.followup import HOSPICES
from mds.services.indicators.sql import OF_SERVICES, listed, share

if TYPE_CHECKING:
    import duckdb

COMMUNITY_TEAMS = ("CN", "CP")
"""Types of provider that are community teams: children's nurses and community paediatrics."""

_BOTH_TOLD = "FILTER (audience = 'OWN' AND eligible IS NOT NULL)"


@answers(83, 92)
def training(connection: duckdb.DuckDBPyConnection) -> FigureTable:
    """Training in date by subject and audience."""
    return table(
        connection, "training", "Training in date",
        "Own staff: those who hold the training of those who should, in the rows that told both. Others: people trained.",
        f"""
        SELECT subject, audience, sum(trained_current)::BIGINT AS trained,
            sum(trained_current) {_BOTH_TOLD}::BIGINT AS trained_of_eligible, sum(eligible) {_BOTH_TOLD}::BIGINT AS eligible,
            {share(f"sum(trained_current) {_BOTH_TOLD}", f"sum(eligible) {_BOTH_TOLD}")} AS in_date,
            sum(sessions)::BIGINT AS sessions, count(DISTINCT provider_code) AS providers
        FROM training {OF_SERVICES} GROUP BY subject, audience ORDER BY subject, audience
        """,
    )  # fmt: skip


@answers(85)
def competence(connection: duckdb.DuckDBPyConnection) -> FigureTable:
    """Own staff with training in date, by the level of competence for which it is meant and by subject."""
    return table(
        connection, "competence", "Levels of competence",
        "Own staff who hold the training of those who should, in the rows that told both. One person may be in several rows.",
        f"""
        SELECT coalesce(level, 'not stated') AS training_level, subject, sum(trained_current)::BIGINT AS trained,
            sum(trained_current) {_BOTH_TOLD}::BIGINT AS trained_of_eligible, sum(eligible) {_BOTH_TOLD}::BIGINT AS eligible,
            {share(f"sum(trained_current) {_BOTH_TOLD}", f"sum(eligible) {_BOTH_TOLD}")} AS in_date,
            count(DISTINCT provider_code) AS providers
        FROM training {OF_SERVICES} WHERE audience = 'OWN'
        GROUP BY training_level, subject ORDER BY training_level, subject
        """,
    )  # fmt: skip


@answers(92, 93)
def training_of_others(connection: duckdb.DuckDBPyConnection) -> FigureTable:
    """Training that each type of provider gave to others: neonatal units, hospices, the community, schools, families."""
    return table(
        connection, "training_of_others", "Training of others",
        "People trained and sessions given, by the type of the provider that gave them and to whom.",
        f"""
        SELECT provider_type, audience, coalesce(mode, '') AS mode,
            sum(trained_current)::BIGINT AS trained, sum(sessions)::BIGINT AS sessions,
            count(DISTINCT provider_code) AS providers
        FROM training {OF_SERVICES} LEFT JOIN organisation AS o USING (receipt_id, provider_code)
        WHERE audience <> 'OWN' GROUP BY ALL ORDER BY ALL
        """,
    )  # fmt: skip


@answers(93)
def reciprocal_training(connection: duckdb.DuckDBPyConnection) -> FigureTable:
    """Training that hospices gave to community teams, and the other way round."""
    ways = (("hospices", HOSPICES, "community teams", "COM"), ("community teams", COMMUNITY_TEAMS, "hospices", "HOS"))
    asked = ", ".join(
        f"({place}, '{giver}', [{listed(types)}], '{taker}', '{code}')"
        for place, (giver, types, taker, code) in enumerate(ways)
    )
    return table(
        connection, "reciprocal_training", "Training between hospices and the community",
        f"People trained and sessions given in the period, by the type of the provider that gave them: hospices "
        f"({', '.join(HOSPICES)}) to the community, and community teams ({', '.join(COMMUNITY_TEAMS)}) to hospices.",
        f"""
        WITH way AS (FROM (VALUES {asked}) AS w(place, given_by, types, given_to, code)), lesson AS (
            FROM training {OF_SERVICES} JOIN organisation USING (receipt_id, provider_code)
        )
        SELECT given_by, given_to, coalesce(sum(trained_current), 0)::BIGINT AS trained,
            CASE WHEN count(audience) = 0 THEN 0 ELSE sum(sessions)::BIGINT END AS sessions,
            count(DISTINCT provider_code) AS providers
        FROM way LEFT JOIN lesson ON audience = code AND list_contains(types, provider_type)
        GROUP BY place, given_by, given_to ORDER BY place
        """,
    )  # fmt: skip


@answers(74)
def neonatal_training(connection: duckdb.DuckDBPyConnection) -> FigureTable:
    """Neonatal staff with training in date by network, subject, level and mode: the units' own, and those whom others trained."""
    return table(
        connection, "neonatal_training", "Training of neonatal staff",
        "Staff of neonatal units who hold the training, of all staff of the same units; and neonatal staff whom other providers "
        "trained, whose units are not told. Nobody tells of professions. One person may be in several rows.",
        f"""
        WITH unit AS (
            SELECT provider_code, sum(headcount) AS staff FROM workforce {OF_SERVICES}
            WHERE staff_group <> 'VOL' GROUP BY provider_code
        ), lesson AS (
            SELECT provider_code, network_codes, subject, coalesce(level, 'not stated') AS training_level,
                coalesce(mode, '') AS mode,
                CASE WHEN audience = 'OWN' THEN 'neonatal unit' ELSE 'others' END AS trained_by, sum(trained_current) AS trained
            FROM training {OF_SERVICES} JOIN organisation USING (receipt_id, provider_code)
            WHERE audience = 'NEO' OR (audience = 'OWN' AND provider_type = 'NN') GROUP BY ALL
        ), counted AS (
            SELECT l.*, CASE WHEN trained_by = 'neonatal unit' THEN staff END AS headcount,
                unnest(string_split(network_codes, ';')) AS network
            FROM lesson AS l LEFT JOIN unit USING (provider_code)
        )
        SELECT network, trained_by, subject, training_level, mode, sum(trained)::BIGINT AS trained,
            sum(trained) FILTER (headcount IS NOT NULL)::BIGINT AS trained_of_staff, sum(headcount)::BIGINT AS staff_of_units,
            {share("sum(trained) FILTER (headcount IS NOT NULL)", "sum(headcount)")} AS share,
            count(DISTINCT provider_code) AS providers
        FROM counted GROUP BY network, trained_by, subject, training_level, mode
        ORDER BY network, trained_by, subject, training_level, mode
        """,
    )  # fmt: skip


@answers(89)
def frameworks(connection: duckdb.DuckDBPyConnection) -> FigureTable:
    """Providers that work by a skills framework, and medical training posts."""
    return table(
        connection, "frameworks", "Skills frameworks and training posts", "Providers that name a framework, of those that told "
        "of training.",
        f"""
        SELECT (SELECT count(DISTINCT provider_code) FROM training {OF_SERVICES} WHERE framework IS NOT NULL) AS with_framework,
            (SELECT count(DISTINCT provider_code) FROM training {OF_SERVICES}) AS of_providers,
            (SELECT sum(training_posts)::BIGINT FROM workforce {OF_SERVICES}) AS training_posts,
            (SELECT count(DISTINCT provider_code) FROM workforce {OF_SERVICES}) AS providers
        """,
    )  # fmt: skip


ALL: tuple[Making, ...] = (
    training,
    competence,
    training_of_others,
    reciprocal_training,
    neonatal_training,
    frameworks,
)
