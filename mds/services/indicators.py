"""Indicators of staff, training, money, experience and standards, from the questionnaires in force.

Every row carries its numerator, its denominator and the number of providers that it rests on. A share whose denominator is
nothing is blank. Each function names the questions of the specification's list that it answers.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mds.services.map import Making, MapTable, answers, table

if TYPE_CHECKING:
    import duckdb

FEW = 10
"""Fewer answers are not shown, because they could tell who gave them (rule CPQ11030Q)."""

GUIDANCE = 20
"""Whole-time community children's nurses for a child population of 50,000, as professional guidance asks."""

LETTER_GROUPS = {
    "community children's nurses": ("NCN",),
    "specialist consultants": ("MCP",),
    "hospice nurses": ("NHO",),
    "allied health professionals": ("PHY", "OCC", "SLT", "DIE", "PLA"),
}
"""The groups that the workforce letter of the sector reports separately."""

_ANSWERED = "JOIN questionnaire USING (receipt_id, provider_code)"


def _groups() -> str:
    """(name of a group, staff group) of the letter's groups and of each staff group by itself."""
    pairs = [
        f"('{name.replace(chr(39), chr(39) * 2)}', '{code}')"
        for name, listed in LETTER_GROUPS.items()
        for code in listed
    ]
    listed = f"SELECT * FROM (VALUES {', '.join(pairs)}) AS g(staff, code)"
    return f"({listed} UNION ALL SELECT DISTINCT staff_group, staff_group FROM workforce)"


@answers(84, 86, 87, 88)
def workforce(connection: duckdb.DuckDBPyConnection) -> MapTable:
    """People, funded and filled posts and vacancies by staff group, with and without the voluntary sector."""
    return table(
        connection, "workforce", "Workforce and vacancies",
        "Vacancy rate: vacant whole-time equivalents of those funded. Volunteers are counted by heads only.",
        f"""
        SELECT staff, counted, sum(headcount)::BIGINT AS headcount, sum(wte_in_post) AS wte_in_post,
            sum(vacant) AS vacant, sum(wte_funded) AS funded,
            round(100 * sum(vacant) / nullif(sum(wte_funded), 0), 1) AS vacancy_rate,
            round(100 * sum(wte_vacant_3m) / nullif(sum(wte_funded), 0), 1) AS vacant_over_3_months,
            count(DISTINCT provider_code) AS providers
        FROM (
            SELECT w.*, greatest(0, wte_funded - wte_in_post) AS vacant, staff, unnest(
                CASE WHEN sector = 'VOL' THEN ['all sectors'] ELSE ['all sectors', 'without the voluntary sector'] END) AS counted
            FROM workforce AS w {_ANSWERED} LEFT JOIN organisation AS o USING (receipt_id, provider_code)
            JOIN {_groups()} AS g ON code = staff_group
        )
        GROUP BY staff, counted ORDER BY staff, counted
        """,
    )  # fmt: skip


@answers(50)
def nurses_for_children(connection: duckdb.DuckDBPyConnection) -> MapTable:
    """Community children's nurses in post against the guidance for the children of the network."""
    return table(
        connection, "nurses", "Community children's nurses for 50,000 children",
        "Whole-time equivalents in post for 50,000 people under 20 of the areas whose population is loaded. "
        f"Guidance: at least {GUIDANCE}.",
        f"""
        SELECT sum(wte_in_post) AS wte_in_post, any_value(people) AS people_0_19,
            round(50000 * sum(wte_in_post) / nullif(any_value(people), 0), 1) AS for_50000, {GUIDANCE} AS guidance,
            count(DISTINCT provider_code) AS providers
        FROM workforce {_ANSWERED} CROSS JOIN (SELECT sum(people)::BIGINT AS people FROM named)
        WHERE staff_group = 'NCN'
        """,
    )  # fmt: skip


@answers(83, 85, 92)
def training(connection: duckdb.DuckDBPyConnection) -> MapTable:
    """Training in date by subject and audience."""
    return table(
        connection, "training", "Training in date",
        "Own staff: those who hold the training of those who should. Others: people trained.",
        f"""
        SELECT subject, audience, sum(trained_current)::BIGINT AS trained,
            CASE WHEN audience = 'OWN' THEN sum(eligible)::BIGINT END AS eligible,
            CASE WHEN audience = 'OWN' THEN round(100 * sum(trained_current) / nullif(sum(eligible), 0), 1) END AS in_date,
            sum(sessions)::BIGINT AS sessions, count(DISTINCT provider_code) AS providers
        FROM training {_ANSWERED} GROUP BY subject, audience ORDER BY subject, audience
        """,
    )  # fmt: skip


@answers(96, 97)
def income(connection: duckdb.DuckDBPyConnection) -> MapTable:
    """Income by financial year, funder and form of contract, with shares of the year."""
    return table(
        connection, "income", "Who pays, and how", "Shares of all income that was told for the year.",
        f"""
        SELECT financial_year, funder, coalesce(contract_form, '') AS contract_form, sum(amount_gbp)::BIGINT AS pounds,
            sum(sum(amount_gbp)) OVER (PARTITION BY financial_year)::BIGINT AS of_pounds,
            round(100 * sum(amount_gbp) / nullif(sum(sum(amount_gbp)) OVER (PARTITION BY financial_year), 0), 1) AS share,
            count(DISTINCT provider_code) AS providers
        FROM funding {_ANSWERED} GROUP BY financial_year, funder, contract_form ORDER BY financial_year, pounds DESC, funder
        """,
    )  # fmt: skip


@answers(94, 95)
def costs(connection: duckdb.DuckDBPyConnection) -> MapTable:
    """Spending, and its cost for a child, a contact and a bed night, by provider and year."""
    shares = ", ".join(
        f"any_value(round(100 * mix.act_{n} / nullif(mix.children, 0))) AS act_{n}_percent" for n in range(1, 5)
    )
    return table(
        connection, "costs", "What care costs",
        "Total spending over the children, contacts and bed nights of the services that told both. The case-mix differs: see the "
        "ACT categories beside it, as shares of the children counted.",
        f"""
        WITH mix AS (
            SELECT provider_code, sum(total_children) AS children, {", ".join(f"sum(act_{n}) AS act_{n}" for n in range(1, 5))}
            FROM aggregate_caseload {_ANSWERED} GROUP BY provider_code
        )
        SELECT financial_year, provider_code, sum(spend_total_gbp)::BIGINT AS pounds,
            sum(children_supported)::BIGINT AS children,
            round(sum(spend_total_gbp) / nullif(sum(children_supported), 0))::BIGINT AS a_child,
            round(sum(spend_total_gbp) FILTER (contacts > 0) / nullif(sum(contacts), 0))::BIGINT AS a_contact,
            round(sum(spend_total_gbp) FILTER (bed_nights > 0) / nullif(sum(bed_nights), 0))::BIGINT AS a_bed_night,
            {shares}
        FROM expenditure_activity {_ANSWERED} LEFT JOIN mix USING (provider_code)
        GROUP BY financial_year, provider_code ORDER BY financial_year, provider_code
        """,
    )  # fmt: skip


@answers(63, 104, 105, 107)
def experience(connection: duckdb.DuckDBPyConnection) -> MapTable:
    """Share of families and staff who agree, by item, with the response rate; hidden when few answered."""
    return table(
        connection, "experience", "Experience of families and staff",
        f"Agree: strongly agree or agree, of those to whom the item applies. Hidden where fewer than {FEW} answered.",
        f"""
        WITH told AS (
            SELECT provider_code, 'families' AS who, item, n1 + n2 AS agree, responses - n8 AS of, responses, invited
            FROM user_experience {_ANSWERED}
            UNION ALL
            SELECT provider_code, 'staff', item, n1 + n2, responses - n8, responses, NULL FROM staff_experience {_ANSWERED}
        )
        SELECT who, item, CASE WHEN sum(responses) >= {FEW} THEN sum(agree)::BIGINT END AS agree,
            CASE WHEN sum(responses) >= {FEW} THEN sum(of)::BIGINT END AS of,
            CASE WHEN sum(responses) >= {FEW} THEN round(100 * sum(agree) / nullif(sum(of), 0), 1) END AS share,
            round(100 * sum(responses) FILTER (invited IS NOT NULL) / nullif(sum(invited), 0), 1) AS response_rate,
            sum(responses) < {FEW} AS hidden, count(DISTINCT provider_code) AS providers
        FROM told GROUP BY who, item ORDER BY who, item
        """,
    )  # fmt: skip


@answers(108, 109, 111, 112)
def standards(connection: duckdb.DuckDBPyConnection) -> MapTable:
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
        FROM standards {_ANSWERED} GROUP BY framework, standard_no ORDER BY framework, standard_no
        """,
    )  # fmt: skip


ALL: tuple[Making, ...] = (
    workforce, nurses_for_children, training, income, costs, experience, standards,
)  # fmt: skip
