"""What families and staff say, how families take part, and standards."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mds.figures.statistics import share as share_of
from mds.figures.table import FigureTable, Making, Shape, answers, table
from mds.services.indicators.sql import ANSWERED, CASELOAD, ENOUGH, FEW, OF_SERVICES, OPEN, listed, share

if TYPE_CHECKING:
    import duckdb

PRINCIPLES = ("INF", "CRI", "ASM", "PAR", "FBK")
"""The items about the five principles of the core offer."""

_ANSWERED = "sum(responses) FILTER (invited IS NOT NULL)"
_RESPONSE = f"{_ANSWERED}::BIGINT AS answered, sum(invited)::BIGINT AS invited"
"""SQL: how many answered, of how many that were invited."""
_RATE = "Response rate: answered of those invited, in the rows that told both."

_AGREEING = Shape(
    counts=("agree", "of", "answered", "invited"),
    derived={"share": share_of("agree", "of"), "response_rate": share_of("answered", "invited")},
)


@answers(63, 104, 107)
def experience(connection: duckdb.DuckDBPyConnection) -> FigureTable:
    """Share of families and staff who agree, by item, with the response rate; hidden when few answers count."""
    return table(
        connection, "experience", "Experience of families and staff",
        f"Agree: strongly agree or agree, of those to whom the item applies. Hidden where they are fewer than {FEW}. {_RATE}",
        f"""
        WITH told AS (
            SELECT provider_code, 'families' AS who, item, n1 + n2 AS agree, responses, n8, invited
            FROM user_experience {OF_SERVICES}
            UNION ALL
            SELECT provider_code, 'staff', item, n1 + n2, responses, n8, NULL FROM staff_experience {OF_SERVICES}
        )
        SELECT who, item, CASE WHEN {ENOUGH} THEN sum(agree)::BIGINT END AS agree,
            CASE WHEN {ENOUGH} THEN sum(responses - n8)::BIGINT END AS of,
            {_RESPONSE}, NOT {ENOUGH} AS hidden, count(DISTINCT provider_code) AS providers
        FROM told GROUP BY who, item ORDER BY who, item
        """,
        _AGREEING,
    )  # fmt: skip


@answers(105)
def core_offer(connection: duckdb.DuckDBPyConnection) -> FigureTable:
    """Share of families who agree, for each of the five principles of the core offer and for all together."""
    return table(
        connection, "core_offer", "The five principles of the core offer",
        "Families who strongly agree or agree, of those to whom the item applies. A principle for which they are fewer than "
        f"{FEW} is hidden, and is left out of all together. {_RATE}",
        f"""
        WITH told AS (
            SELECT item, sum(n1 + n2) AS agree, sum(responses - n8) AS of, {_RESPONSE}, {ENOUGH} AS enough,
                list(DISTINCT provider_code) AS who
            FROM user_experience {OF_SERVICES} WHERE item IN ({listed(PRINCIPLES)}) GROUP BY item
        ), scored AS (
            SELECT list_position([{listed(PRINCIPLES)}], item) AS place, item, CASE WHEN enough THEN agree END AS agree,
                CASE WHEN enough THEN of END AS of, answered, invited, who
            FROM (SELECT unnest([{listed(PRINCIPLES)}]) AS item) LEFT JOIN told USING (item)
            UNION ALL
            SELECT 99, 'all together', sum(agree), sum(of), sum(answered), sum(invited), list_distinct(flatten(list(who)))
            FROM told WHERE enough
        )
        SELECT item, agree::BIGINT AS agree, of::BIGINT AS of, answered::BIGINT AS answered, invited::BIGINT AS invited,
            coalesce(len(who), 0) AS providers
        FROM scored ORDER BY place
        """,
        _AGREEING,
    )  # fmt: skip


def _with_experience(item: str) -> str:
    """SQL: how many answers agree with an item of the families' survey, and of how many; hidden where few answers count."""
    told = {"agree": "sum(n1 + n2)::BIGINT", "of_answers": "sum(responses - n8)::BIGINT"}
    return ", ".join(
        f"(SELECT CASE WHEN {ENOUGH} THEN {figure} END FROM user_experience {OF_SERVICES} WHERE item = '{item}') AS {column}"
        for column, figure in told.items()
    )


def _beside(name: str) -> Shape:
    """Of a table about services: the share of the families who agree, beside it under this name."""
    return Shape(counts=("agree", "of_answers"), derived={name: share_of("agree", "of_answers")})


@answers(34)
def transport(connection: duckdb.DuckDBPyConnection) -> FigureTable:
    """Services by the help that families get with transport, and what families say of it."""
    return table(
        connection, "transport", "Help with transport",
        f"Services, of those that told; beside it the share of families who are content with transport, from {FEW} answers on "
        "that count.",
        f"""
        SELECT CASE transport WHEN 'P' THEN 'provided' WHEN 'F' THEN 'funded' WHEN 'N' THEN 'none' ELSE 'not stated' END AS help,
            count(*) AS services, sum(count(transport)) OVER ()::BIGINT AS of_services,
            CASE WHEN transport IS NOT NULL THEN {share("count(*)", "sum(count(transport)) OVER ()")} END AS share,
            {_with_experience("TRA")},
            count(DISTINCT provider_code) AS providers
        FROM {OPEN} GROUP BY transport ORDER BY transport
        """,
        _beside("families_content"),
    )  # fmt: skip


@answers(35)
def information(connection: duckdb.DuckDBPyConnection) -> FigureTable:
    """Forms in which services give families information, and what families say of it."""
    told = f"(SELECT count(information_formats) FROM {OPEN})"
    return table(
        connection, "information", "Information for families",
        "Services that give it in the form, of those that told; beside it the share of families for whom it is clear, from "
        f"{FEW} answers on that count.",
        f"""
        WITH formats AS (
            SELECT provider_code, service_id, unnest(string_split(information_formats, ';')) AS format FROM {OPEN}
        )
        SELECT format, count(*) AS services, {told} AS of_services, {share("count(*)", told)} AS share,
            {_with_experience("INF")},
            count(DISTINCT provider_code) AS providers
        FROM formats GROUP BY format ORDER BY format
        """,
        _beside("families_clear"),
    )  # fmt: skip


@answers(106)
def participation(connection: duckdb.DuckDBPyConnection) -> FigureTable:
    """What families and young people take part in, by the services that say so."""
    told = f"(SELECT count(participation) FROM {OPEN})"
    return table(
        connection, "participation", "Participation", "Services in which users take part in it, of those that told.",
        f"""
        WITH mechanism AS (
            SELECT provider_code, service_id, unnest(string_split(participation, ';')) AS users_take_part_in FROM {OPEN}
        )
        SELECT users_take_part_in, count(*) AS services, {told} AS of_services, {share("count(*)", told)} AS share,
            count(DISTINCT provider_code) AS providers
        FROM mechanism GROUP BY users_take_part_in ORDER BY users_take_part_in
        """,
    )  # fmt: skip


@answers(45)
def joint_assessment(connection: duckdb.DuckDBPyConnection) -> FigureTable:
    """Share of the children on a caseload with a joint assessment, and what families say of it."""
    return table(
        connection, "joint_assessment", "Joint assessment",
        "Children with an assessment shared by health and social care in a plan that holds, of the children on a caseload whose "
        f"plans tell; beside it the share of families who agree, from {FEW} answers on that count.",
        f"""
        SELECT count(*) FILTER (joint) AS with_joint_assessment, count(*) AS children,
            {_with_experience("ASM")},
            len(list_distinct(flatten(list(who)))) AS providers
        FROM (
            SELECT person_key, bool_or(joint_assessment = 'Y') AS joint, list(c.provider_code) AS who
            FROM {CASELOAD} AS c JOIN care_plan USING (receipt_id, provider_code, local_patient_id)
            WHERE joint_assessment IN ('Y', 'N') AND superseded_date IS NULL GROUP BY person_key
        )
        """,
        Shape(
            counts=("with_joint_assessment", "children", "agree", "of_answers"),
            derived={
                "share": share_of("with_joint_assessment", "children"), "families_agree": share_of("agree", "of_answers"),
            },
        ),
    )  # fmt: skip


@answers(108, 109, 111, 112)
def standards(connection: duckdb.DuckDBPyConnection) -> FigureTable:
    """Self-assessment by framework and standard: how many providers say what."""
    ratings = ", ".join(
        f"count(*) FILTER (self_rating = '{code}') AS {name}"
        for code, name in (("1", "met"), ("2", "mostly"), ("3", "partly"), ("4", "not_met"), ("8", "not_applicable"))
    )
    return table(
        connection, "standards", "Standards", "Providers by their own rating.",
        f"""
        SELECT framework, standard_no, {ratings}, max(assessed_on)::VARCHAR AS newest,
            count(DISTINCT provider_code) AS providers
        FROM standards {ANSWERED} GROUP BY framework, standard_no ORDER BY framework, standard_no
        """,
    )  # fmt: skip


ALL: tuple[Making, ...] = (
    experience,
    core_offer,
    transport,
    information,
    participation,
    joint_assessment,
    standards,
)
