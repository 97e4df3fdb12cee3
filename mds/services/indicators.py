"""Indicators of staff, training, money, experience and standards, from the questionnaires in force.

Every row carries its numerator, its denominator and the number of providers that it rests on. A share whose denominator is
nothing is blank. Each function names the questions of the specification's list that it answers.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mds.services.map import Making, MapTable, answers, table

if TYPE_CHECKING:
    from collections.abc import Iterable

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

PRINCIPLES = ("INF", "CRI", "ASM", "PAR", "FBK")
"""The items about the five principles of the core offer."""

STATUTORY = ("ICB", "NHSE", "CHG", "LA", "JNT", "CHC", "PHB")
"""Funders that spend public money."""

ENOUGH = f"sum(responses - n8) >= {FEW}"
"""SQL: whether so many answers count that they are shown. An answer counts when the item applies."""

_ANSWERED = "JOIN questionnaire USING (receipt_id, provider_code)"


def listed(codes: Iterable[str]) -> str:
    """Codes as they stand in the brackets of SQL's IN."""
    return ", ".join(f"'{code}'" for code in codes)


def share(part: str, whole: str) -> str:
    """SQL: a part in per cent of the whole, blank where the whole is nothing."""
    return f"round(100 * {part} / nullif({whole}, 0), 1)"


def _groups() -> str:
    """(name of a group, staff group): the letter's groups, each staff group by itself, and all but the volunteers."""
    pairs = [
        f"('{name.replace(chr(39), chr(39) * 2)}', '{code}')" for name, group in LETTER_GROUPS.items() for code in group
    ]
    return f"""
        (SELECT * FROM (VALUES {", ".join(pairs)}) AS g(staff, code)
         UNION ALL
         SELECT unnest(CASE WHEN staff_group = 'VOL' THEN [staff_group] ELSE [staff_group, 'all staff'] END), staff_group
         FROM (SELECT DISTINCT staff_group FROM workforce))
    """


@answers(84, 86, 87, 88)
def workforce(connection: duckdb.DuckDBPyConnection) -> MapTable:
    """People, funded and filled posts and vacancies by staff group, with and without the voluntary sector."""
    return table(
        connection, "workforce", "Workforce and vacancies",
        "Vacancy rate: vacant whole-time equivalents of those funded. Vacant over 3 months: of those funded in rows that tell "
        "of it. Volunteers are counted by heads only, and not among all staff.",
        f"""
        SELECT staff, counted, sum(headcount)::BIGINT AS headcount, sum(wte_in_post) AS wte_in_post,
            sum(vacant) AS vacant, sum(wte_funded) AS funded,
            {share("sum(vacant)", "sum(wte_funded)")} AS vacancy_rate, sum(wte_vacant_3m) AS long_vacant,
            sum(wte_funded) FILTER (wte_vacant_3m IS NOT NULL) AS of_funded,
            {share("sum(wte_vacant_3m)", "sum(wte_funded) FILTER (wte_vacant_3m IS NOT NULL)")} AS vacant_over_3_months,
            count(DISTINCT provider_code) AS providers
        FROM (
            SELECT w.*, greatest(0, wte_funded - wte_in_post) AS vacant, staff, unnest(
                CASE WHEN sector <> 'VOL' THEN ['all sectors', 'without the voluntary sector'] ELSE ['all sectors'] END
            ) AS counted
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
        "Whole-time equivalents in post for 50,000 people under 18 of the areas whose population is loaded. "
        f"Guidance: at least {GUIDANCE}.",
        f"""
        SELECT sum(wte_in_post) AS wte_in_post, any_value(people) AS people_0_17,
            round(50000 * sum(wte_in_post) / nullif(any_value(people), 0), 1) AS for_50000, {GUIDANCE} AS guidance,
            count(DISTINCT provider_code) AS providers
        FROM workforce {_ANSWERED} CROSS JOIN (SELECT sum(people_0_17)::BIGINT AS people FROM named)
        WHERE staff_group = 'NCN'
        """,
    )  # fmt: skip


_BOTH_TOLD = "FILTER (audience = 'OWN' AND eligible IS NOT NULL)"


@answers(83, 92)
def training(connection: duckdb.DuckDBPyConnection) -> MapTable:
    """Training in date by subject and audience."""
    return table(
        connection, "training", "Training in date",
        "Own staff: those who hold the training of those who should, in the rows that told both. Others: people trained.",
        f"""
        SELECT subject, audience, sum(trained_current)::BIGINT AS trained,
            sum(trained_current) {_BOTH_TOLD}::BIGINT AS trained_of_eligible, sum(eligible) {_BOTH_TOLD}::BIGINT AS eligible,
            {share(f"sum(trained_current) {_BOTH_TOLD}", f"sum(eligible) {_BOTH_TOLD}")} AS in_date,
            sum(sessions)::BIGINT AS sessions, count(DISTINCT provider_code) AS providers
        FROM training {_ANSWERED} GROUP BY subject, audience ORDER BY subject, audience
        """,
    )  # fmt: skip


@answers(85)
def competence(connection: duckdb.DuckDBPyConnection) -> MapTable:
    """Own staff with training in date, by the level of competence for which it is meant and by subject."""
    return table(
        connection, "competence", "Levels of competence",
        "Own staff who hold the training of those who should, in the rows that told both. One person may be in several rows.",
        f"""
        SELECT coalesce(level, 'not stated') AS training_level, subject, sum(trained_current)::BIGINT AS trained,
            sum(trained_current) {_BOTH_TOLD}::BIGINT AS trained_of_eligible, sum(eligible) {_BOTH_TOLD}::BIGINT AS eligible,
            {share(f"sum(trained_current) {_BOTH_TOLD}", f"sum(eligible) {_BOTH_TOLD}")} AS in_date,
            count(DISTINCT provider_code) AS providers
        FROM training {_ANSWERED} WHERE audience = 'OWN'
        GROUP BY training_level, subject ORDER BY training_level, subject
        """,
    )  # fmt: skip


@answers(96)
def income(connection: duckdb.DuckDBPyConnection) -> MapTable:
    """Income by financial year, funder and form of contract, with shares of the year."""
    return table(
        connection, "income", "Who pays, and how", "Shares of all income that was told for the year.",
        f"""
        SELECT financial_year, funder, coalesce(contract_form, '') AS contract_form, sum(amount_gbp)::BIGINT AS pounds,
            sum(sum(amount_gbp)) OVER (PARTITION BY financial_year)::BIGINT AS of_pounds,
            {share("sum(amount_gbp)", "sum(sum(amount_gbp)) OVER (PARTITION BY financial_year)")} AS share,
            count(DISTINCT provider_code) AS providers
        FROM funding {_ANSWERED} GROUP BY financial_year, funder, contract_form ORDER BY financial_year, pounds DESC, funder
        """,
    )  # fmt: skip


@answers(96)
def statutory_income(connection: duckdb.DuckDBPyConnection) -> MapTable:
    """Share of the income of each financial year that public bodies pay."""
    public = f"sum(amount_gbp) FILTER (funder IN ({listed(STATUTORY)}))"
    return table(
        connection, "statutory_income", "Statutory share of income",
        "Paid by the NHS, local authorities and joint budgets, of the income whose funder is known.",
        f"""
        SELECT financial_year, coalesce({public}, 0)::BIGINT AS statutory_pounds, sum(amount_gbp)::BIGINT AS of_pounds,
            {share(f"coalesce({public}, 0)", "sum(amount_gbp)")} AS statutory_share, count(DISTINCT provider_code) AS providers
        FROM funding {_ANSWERED} WHERE funder <> 'NK' GROUP BY financial_year ORDER BY financial_year
        """,
    )  # fmt: skip


@answers(97)
def contract_forms(connection: duckdb.DuckDBPyConnection) -> MapTable:
    """Share of each form of contract, pooled budgets and spot purchase among them, by financial year."""
    return table(
        connection, "contract_forms", "Forms of contract", "Shares of the year's income of which the form was told.",
        f"""
        SELECT financial_year, contract_form, sum(amount_gbp)::BIGINT AS pounds,
            sum(sum(amount_gbp)) OVER (PARTITION BY financial_year)::BIGINT AS of_pounds,
            {share("sum(amount_gbp)", "sum(sum(amount_gbp)) OVER (PARTITION BY financial_year)")} AS share,
            count(DISTINCT provider_code) AS providers
        FROM funding {_ANSWERED} WHERE contract_form IS NOT NULL
        GROUP BY financial_year, contract_form ORDER BY financial_year, pounds DESC, contract_form
        """,
    )  # fmt: skip


@answers(94)
def service_costs(connection: duckdb.DuckDBPyConnection) -> MapTable:
    """Spending of each service by financial year."""
    return table(
        connection, "service_costs", "What each service costs",
        "Spending as told for the service, ORG for what the services of an organisation share.",
        f"""
        SELECT financial_year, provider_code, service_id, service_name, service_function AS function,
            spend_total_gbp AS pounds, children_supported AS children,
            round(spend_total_gbp / nullif(children_supported, 0))::BIGINT AS a_child, 1 AS providers
        FROM expenditure_activity {_ANSWERED} LEFT JOIN service USING (receipt_id, provider_code, service_id)
        ORDER BY financial_year, provider_code, service_id
        """,
    )  # fmt: skip


@answers(95)
def costs(connection: duckdb.DuckDBPyConnection) -> MapTable:
    """Spending, and its cost for a child, a contact and a bed night, by provider and year."""
    categories = range(1, 5)
    shares = ", ".join(f"any_value({share(f'mix.act_{n}', 'mix.children')}) AS act_{n}_percent" for n in categories)
    return table(
        connection, "costs", "What care costs",
        "Total spending over the children, contacts and bed nights of the services that told both. The case-mix differs: see the "
        "ACT categories beside it, as shares of the children counted in the questionnaire, or, where it counts none, of the "
        "child rows of the period with the category of their main condition.",
        f"""
        WITH told AS (
            SELECT provider_code, sum(total_children) AS children, {", ".join(f"sum(act_{n}) AS act_{n}" for n in categories)},
                'questionnaire' AS source
            FROM aggregate_caseload {_ANSWERED} GROUP BY provider_code
        ), sent AS (
            SELECT provider_code, count(*) AS children,
                {", ".join(f"count(*) FILTER (act_category = '{n}') AS act_{n}" for n in categories)}, 'child rows' AS source
            FROM child AS c JOIN period AS p ON p.rp_start = c.rp_start
            JOIN condition USING (receipt_id, provider_code, local_patient_id)
            WHERE caseload_status = 'A' AND is_primary = 'Y' GROUP BY provider_code
        ), mix AS (FROM told UNION ALL FROM sent ANTI JOIN told USING (provider_code))
        SELECT financial_year, provider_code, sum(spend_total_gbp)::BIGINT AS pounds,
            sum(children_supported)::BIGINT AS children,
            round(sum(spend_total_gbp) / nullif(sum(children_supported), 0))::BIGINT AS a_child,
            round(sum(spend_total_gbp) FILTER (contacts > 0) / nullif(sum(contacts), 0))::BIGINT AS a_contact,
            round(sum(spend_total_gbp) FILTER (bed_nights > 0) / nullif(sum(bed_nights), 0))::BIGINT AS a_bed_night,
            {shares}, any_value(mix.children)::BIGINT AS of_children, any_value(mix.source) AS case_mix_from,
            count(DISTINCT provider_code) AS providers
        FROM expenditure_activity {_ANSWERED} LEFT JOIN mix USING (provider_code)
        GROUP BY financial_year, provider_code ORDER BY financial_year, provider_code
        """,
    )  # fmt: skip


@answers(63, 104, 107)
def experience(connection: duckdb.DuckDBPyConnection) -> MapTable:
    """Share of families and staff who agree, by item, with the response rate; hidden when few answers count."""
    return table(
        connection, "experience", "Experience of families and staff",
        f"Agree: strongly agree or agree, of those to whom the item applies. Hidden where they are fewer than {FEW}.",
        f"""
        WITH told AS (
            SELECT provider_code, 'families' AS who, item, n1 + n2 AS agree, responses, n8, invited
            FROM user_experience {_ANSWERED}
            UNION ALL
            SELECT provider_code, 'staff', item, n1 + n2, responses, n8, NULL FROM staff_experience {_ANSWERED}
        )
        SELECT who, item, CASE WHEN {ENOUGH} THEN sum(agree)::BIGINT END AS agree,
            CASE WHEN {ENOUGH} THEN sum(responses - n8)::BIGINT END AS of,
            CASE WHEN {ENOUGH} THEN {share("sum(agree)", "sum(responses - n8)")} END AS share,
            {share("sum(responses) FILTER (invited IS NOT NULL)", "sum(invited)")} AS response_rate,
            NOT {ENOUGH} AS hidden, count(DISTINCT provider_code) AS providers
        FROM told GROUP BY who, item ORDER BY who, item
        """,
    )  # fmt: skip


@answers(105)
def core_offer(connection: duckdb.DuckDBPyConnection) -> MapTable:
    """Share of families who agree, for each of the five principles of the core offer and for all together."""
    return table(
        connection, "core_offer", "The five principles of the core offer",
        "Families who strongly agree or agree, of those to whom the item applies. A principle for which they are fewer than "
        f"{FEW} is hidden, and is left out of all together.",
        f"""
        WITH asked AS (SELECT unnest([{listed(PRINCIPLES)}]) AS item), told AS (
            SELECT item, sum(n1 + n2) AS agree, sum(responses - n8) AS of, list(DISTINCT provider_code) AS who
            FROM user_experience {_ANSWERED} WHERE item IN ({listed(PRINCIPLES)}) GROUP BY item HAVING {ENOUGH}
        ), scored AS (
            SELECT list_position([{listed(PRINCIPLES)}], item) AS place, item, agree, of, who
            FROM asked LEFT JOIN told USING (item)
            UNION ALL
            SELECT 99, 'all together', sum(agree), sum(of), list_distinct(flatten(list(who))) FROM told
        )
        SELECT item, agree::BIGINT AS agree, of::BIGINT AS of, {share("agree", "of")} AS share,
            coalesce(len(who), 0) AS providers
        FROM scored ORDER BY place
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
    workforce, nurses_for_children, training, competence, income, statutory_income, contract_forms, service_costs, costs,
    experience, core_offer, standards,
)  # fmt: skip
