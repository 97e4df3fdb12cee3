"""Indicators of how services are set up: levels, footprints, criteria, ages, information, beds, teams, contracts, leads.

As in `indicators`, every row carries its numerator, its denominator and the number of providers that it rests on, and
each function names the questions of the specification's list that it answers.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mds.services.followup import STALE_AFTER
from mds.services.indicators import FEW
from mds.services.map import Making, MapTable, answers, table

if TYPE_CHECKING:
    import duckdb

_ANSWERED = "JOIN questionnaire USING (receipt_id, provider_code)"
_OPEN = f"""
    (SELECT s.* FROM service AS s {_ANSWERED} CROSS JOIN period AS p
     WHERE coalesce(s.closed_on >= p.rp_start, true) AND coalesce(s.opened_on <= p.rp_end, true))
"""
"""The services that are open in the period."""
_CASELOAD = """
    (SELECT c.*, l.person_key FROM child AS c JOIN period AS p ON p.rp_start = c.rp_start
     JOIN link AS l USING (provider_code, local_patient_id) WHERE c.caseload_status = 'A')
"""
"""The children on a caseload on the census date of the period, once for each provider."""

NURSES = ("NCN", "NHO", "NCS", "NNN", "NOT")
"""Staff groups that are registered nurses."""

PAYERS = {"ICB": "NHS", "NHSE": "NHS", "CHG": "NHS", "CHC": "NHS", "PHB": "NHS", "LA": "local authority",
          "JNT": "joint or pooled", "CHA": "charity"}  # fmt: skip
"""Kind of funder → whose budget it is."""


def _share(part: str, whole: str) -> str:
    return f"round(100 * {part} / nullif({whole}, 0), 1)"


def _in(codes: tuple[str, ...]) -> str:
    return ", ".join(f"'{code}'" for code in codes)


@answers(28)
def directory_state(connection: duckdb.DuckDBPyConnection) -> MapTable:
    """Services that the public directory shows, and of how many the entry is confirmed."""
    return table(
        connection, "directory", "The public directory",
        f"Shown: the owner agrees. Confirmed: by the owner in the {STALE_AFTER} days before the end of the period.",
        f"""
        SELECT count(*) FILTER (directory_consent = 'Y') AS shown, count(*) AS services,
            {_share("count(*) FILTER (directory_consent = 'Y')", "count(*)")} AS share,
            count(*) FILTER (directory_consent = 'Y' AND p.rp_end - confirmed_on <= {STALE_AFTER}) AS confirmed,
            count(DISTINCT s.provider_code) AS providers
        FROM {_OPEN} AS s CROSS JOIN period AS p LEFT JOIN organisation USING (receipt_id, provider_code)
        """,
    )  # fmt: skip


@answers(29)
def levels(connection: duckdb.DuckDBPyConnection) -> MapTable:
    """Services by level: universal, core and specialist."""
    return table(
        connection, "levels", "Levels of service", "Services of each level, of all services.",
        f"""
        SELECT service_level AS level, count(*) AS services, sum(count(*)) OVER ()::BIGINT AS of_services,
            {_share("count(*)", "sum(count(*)) OVER ()")} AS share, count(DISTINCT provider_code) AS providers
        FROM {_OPEN} GROUP BY service_level ORDER BY service_level
        """,
    )  # fmt: skip


@answers(29)
def key_workers(connection: duckdb.DuckDBPyConnection) -> MapTable:
    """Share of the children on a caseload who have a key worker anywhere."""
    return table(
        connection, "key_workers", "Key workers", "Children with a key worker at any provider, of the children on a caseload.",
        f"""
        SELECT count(*) FILTER (has) AS with_key_worker, count(*) AS children,
            {_share("count(*) FILTER (has)", "count(*)")} AS share,
            (SELECT count(DISTINCT provider_code) FROM {_CASELOAD}) AS providers
        FROM (SELECT person_key, bool_or(coalesce(key_worker = 'Y', false)) AS has FROM {_CASELOAD} GROUP BY person_key)
        """,
    )  # fmt: skip


@answers(30)
def footprints(connection: duckdb.DuckDBPyConnection) -> MapTable:
    """How many areas and networks each provider serves."""
    return table(
        connection, "footprints", "Footprints", "Areas of all services of a provider, and the networks it belongs to.",
        f"""
        SELECT s.provider_code, any_value(legal_name) AS provider_name, count(DISTINCT service_id) AS services,
            (SELECT count(DISTINCT area) FROM offered AS o WHERE o.provider_code = s.provider_code) AS areas,
            any_value(len(string_split(network_codes, ';'))) AS networks
        FROM {_OPEN} AS s LEFT JOIN organisation USING (receipt_id, provider_code) GROUP BY s.provider_code ORDER BY 1
        """,
    )  # fmt: skip


@answers(31)
def criteria(connection: duckdb.DuckDBPyConnection) -> MapTable:
    """Services whose criteria are published, which state exclusions or an age limit, and to which families may refer."""
    asked = {
        "criteria published": "eligibility_published = 'Y'",
        "conditions excluded": "diagnosis_excluded IS NOT NULL",
        "not from birth": "age_from > 0",
        "families may refer": "self_referral = 'Y'",
    }
    rows = " UNION ALL ".join(
        f"SELECT {place} AS place, '{what}' AS what, count(*) FILTER ({condition}) AS services, count(*) AS of_services,"
        f" {_share(f'count(*) FILTER ({condition})', 'count(*)')} AS share, count(DISTINCT provider_code) AS providers"
        f" FROM {_OPEN}"
        for place, (what, condition) in enumerate(asked.items())
    )
    return table(
        connection, "criteria", "Criteria", "Services for which it holds, of all services.",
        f"SELECT * EXCLUDE (place) FROM ({rows}) ORDER BY place",
    )  # fmt: skip


@answers(31)
def refusals(connection: duckdb.DuckDBPyConnection) -> MapTable:
    """Why referrals of the period were not accepted."""
    return table(
        connection, "refusals", "Why referrals were not accepted", "Referrals refused in the period, by the reason given.",
        f"""
        SELECT coalesce(rejection_reason, 'not stated') AS reason, count(*) AS referrals,
            sum(count(*)) OVER ()::BIGINT AS of_refusals, {_share("count(*)", "sum(count(*)) OVER ()")} AS share,
            count(DISTINCT provider_code) AS providers
        FROM referral AS r JOIN period AS p ON p.rp_start = r.rp_start WHERE referral_outcome = 'R'
        GROUP BY reason ORDER BY referrals DESC, reason
        """,
    )  # fmt: skip


def _with_experience(item: str) -> str:
    """SQL: the share of families who agree with an item of the survey, hidden where few answered."""
    return f"""
        (SELECT CASE WHEN sum(responses) >= {FEW} THEN {_share("sum(n1 + n2)", "sum(responses - n8)")} END
         FROM user_experience {_ANSWERED} WHERE item = '{item}')
    """


@answers(34)
def transport(connection: duckdb.DuckDBPyConnection) -> MapTable:
    """Services by the help that families get with transport, and what families say of it."""
    return table(
        connection, "transport", "Help with transport",
        f"Services, of all services; beside it the share of families who are content with transport, from {FEW} answers on.",
        f"""
        SELECT CASE transport WHEN 'P' THEN 'provided' WHEN 'F' THEN 'funded' WHEN 'N' THEN 'none' ELSE 'not stated' END AS help,
            count(*) AS services, sum(count(*)) OVER ()::BIGINT AS of_services,
            {_share("count(*)", "sum(count(*)) OVER ()")} AS share, {_with_experience("TRA")} AS families_content,
            count(DISTINCT provider_code) AS providers
        FROM {_OPEN} GROUP BY transport ORDER BY transport
        """,
    )  # fmt: skip


@answers(35)
def information(connection: duckdb.DuckDBPyConnection) -> MapTable:
    """Forms in which services give families information, and what families say of it."""
    return table(
        connection, "information", "Information for families",
        f"Services that give it in the form, of all services; beside it the share of families for whom it is clear, from {FEW} "
        "answers on.",
        f"""
        WITH formats AS (
            SELECT provider_code, service_id, unnest(string_split(information_formats, ';')) AS format FROM {_OPEN}
        )
        SELECT format, count(*) AS services, (SELECT count(*) FROM {_OPEN}) AS of_services,
            {_share("count(*)", f"(SELECT count(*) FROM {_OPEN})")} AS share, {_with_experience("INF")} AS families_clear,
            count(DISTINCT provider_code) AS providers
        FROM formats GROUP BY format ORDER BY format
        """,
    )  # fmt: skip


@answers(52)
def short_breaks(connection: duckdb.DuckDBPyConnection) -> MapTable:
    """In which places short breaks and day care are on offer in each area."""
    return table(
        connection, "short_breaks", "Short breaks on offer",
        "Services for short breaks, day care and stays in each area, by the places in which they give care.",
        f"""
        WITH given AS (
            SELECT provider_code, service_id, unnest(string_split(coalesce(settings, 'not stated'), ';')) AS setting
            FROM {_OPEN} WHERE service_function IN ('SBK', 'HDC', 'HIP')
        )
        SELECT area, area_name, setting, count(DISTINCT (g.provider_code, g.service_id)) AS services,
            count(DISTINCT g.provider_code) AS providers
        FROM given AS g JOIN offered USING (provider_code, service_id) JOIN area USING (area)
        GROUP BY area, area_name, setting ORDER BY area, setting
        """,
    )  # fmt: skip


@answers(110)
def change(connection: duckdb.DuckDBPyConnection) -> MapTable:
    """What each area has now against a year ago: functions, services and beds."""
    return table(
        connection, "change", "A year's change",
        "By the questionnaires in force in the period, and in the period a year before. Blank where none was in force then.",
        """
        WITH in_force AS (
            SELECT 'now' AS moment, provider_code, receipt_id FROM questionnaire
            UNION ALL
            SELECT 'then', provider_code, arg_max(receipt_id, r.rp_start) FROM receipt AS r CROSS JOIN period AS p
            WHERE list_contains(string_split(counts_for, ';'), 'SQ') AND r.rp_start <= p.rp_start - INTERVAL 1 YEAR
            GROUP BY provider_code
        ), place AS (
            SELECT moment, provider_code, receipt_id, service_id, service_function,
                unnest(string_split(areas_served, ';')) AS area
            FROM service AS s JOIN in_force USING (provider_code, receipt_id) CROSS JOIN period AS p
            WHERE coalesce(closed_on >= CASE moment WHEN 'now' THEN p.rp_start ELSE p.rp_start - INTERVAL 1 YEAR END, true)
        ), counted AS (
            SELECT area, moment, count(DISTINCT service_function) AS functions,
                count(DISTINCT (provider_code, service_id)) AS services, sum(beds_registered)::BIGINT AS beds
            FROM place LEFT JOIN capacity USING (provider_code, receipt_id, service_id) GROUP BY ALL
        )
        SELECT area, area_name, t.functions AS functions_then, n.functions AS functions_now, t.services AS services_then,
            n.services AS services_now, t.beds AS beds_then, n.beds AS beds_now
        FROM area JOIN (FROM counted WHERE moment = 'now') AS n USING (area)
        LEFT JOIN (FROM counted WHERE moment = 'then') AS t USING (area) ORDER BY area
        """,
    )  # fmt: skip


@answers(54)
def beds(connection: duckdb.DuckDBPyConnection) -> MapTable:
    """Bed nights available, used, and closed for lack of staff."""
    return table(
        connection, "beds", "Bed nights",
        "Used: of those available. Closed: of those available and those closed for lack of staff.",
        f"""
        SELECT sum(bed_nights_used)::BIGINT AS used, sum(bed_nights_available)::BIGINT AS available,
            {_share("sum(bed_nights_used)", "sum(bed_nights_available)")} AS used_share,
            sum(bed_nights_closed_staffing)::BIGINT AS closed,
            {_share("sum(bed_nights_closed_staffing)", "sum(bed_nights_available + bed_nights_closed_staffing)")} AS closed_share,
            count(DISTINCT provider_code) AS providers
        FROM capacity {_ANSWERED} WHERE bed_nights_available IS NOT NULL
        """,
    )  # fmt: skip


@answers(79)
def upper_ages(connection: duckdb.DuckDBPyConnection) -> MapTable:
    """Services by function and the age up to which they care."""
    return table(
        connection, "upper_ages", "Up to which age", "Services of each function that care beyond a birthday, of all of it.",
        f"""
        SELECT service_function AS function, min(age_to) AS lowest_limit, max(age_to) AS highest_limit,
            count(*) FILTER (age_to >= 18) AS beyond_18, count(*) FILTER (age_to >= 25) AS beyond_25, count(*) AS of_services,
            count(DISTINCT provider_code) AS providers
        FROM {_OPEN} GROUP BY service_function ORDER BY service_function
        """,
    )  # fmt: skip


@answers(74, 93)
def training_of_others(connection: duckdb.DuckDBPyConnection) -> MapTable:
    """Training that providers of one sector gave to others: neonatal units, hospices, the community, schools, families."""
    return table(
        connection, "training_of_others", "Training of others", "People trained and sessions given, by who gave them to whom.",
        f"""
        SELECT CASE WHEN sector = 'VOL' THEN 'voluntary' ELSE 'statutory' END AS given_by, audience, coalesce(mode, '') AS mode,
            sum(trained_current)::BIGINT AS trained, sum(sessions)::BIGINT AS sessions,
            count(DISTINCT provider_code) AS providers
        FROM training {_ANSWERED} LEFT JOIN organisation AS o USING (receipt_id, provider_code)
        WHERE audience <> 'OWN' GROUP BY ALL ORDER BY ALL
        """,
    )  # fmt: skip


@answers(89)
def frameworks(connection: duckdb.DuckDBPyConnection) -> MapTable:
    """Providers that work by a skills framework, and medical training posts."""
    return table(
        connection, "frameworks", "Skills frameworks and training posts", "Providers that name a framework, of those that told "
        "of training.",
        f"""
        SELECT (SELECT count(DISTINCT provider_code) FROM training {_ANSWERED} WHERE framework IS NOT NULL) AS with_framework,
            (SELECT count(DISTINCT provider_code) FROM training {_ANSWERED}) AS of_providers,
            (SELECT sum(training_posts)::BIGINT FROM workforce {_ANSWERED}) AS training_posts,
            (SELECT count(DISTINCT provider_code) FROM workforce {_ANSWERED}) AS providers
        """,
    )  # fmt: skip


@answers(90)
def children_per_nurse(connection: duckdb.DuckDBPyConnection) -> MapTable:
    """Children on the caseload for each whole-time nurse in post, by provider."""
    return table(
        connection, "children_per_nurse", "Children for each nurse",
        "Children on the caseload on the census date over whole-time registered nurses in post.",
        f"""
        WITH nurses AS (
            SELECT provider_code, sum(wte_in_post) AS nurses FROM workforce {_ANSWERED}
            WHERE staff_group IN ({_in(NURSES)}) GROUP BY provider_code
        ), care AS (SELECT provider_code, count(*) AS children FROM {_CASELOAD} GROUP BY provider_code)
        SELECT provider_code, children, nurses, round(children / nullif(nurses, 0), 1) AS children_a_nurse
        FROM care JOIN nurses USING (provider_code) ORDER BY provider_code
        """,
    )  # fmt: skip


@answers(91)
def skill_mix(connection: duckdb.DuckDBPyConnection) -> MapTable:
    """In how many teams each staff group is present."""
    return table(
        connection, "skill_mix", "Skill mix", "Providers with anybody of the group in post, of those that told of their staff.",
        f"""
        SELECT staff_group AS staff, count(DISTINCT provider_code) FILTER (wte_in_post > 0 OR headcount > 0) AS present,
            (SELECT count(DISTINCT provider_code) FROM workforce {_ANSWERED}) AS of_providers,
            count(DISTINCT provider_code) AS providers
        FROM workforce {_ANSWERED} GROUP BY staff_group ORDER BY present DESC, staff
        """,
    )  # fmt: skip


@answers(98)
def payers(connection: duckdb.DuckDBPyConnection) -> MapTable:
    """What the NHS, local authorities and charities pay for each child, by financial year."""
    pairs = ", ".join(f"('{code}', '{payer}')" for code, payer in PAYERS.items())
    return table(
        connection, "payers", "Who pays for a child",
        "Income by payer over the children that the same services supported in the year.",
        f"""
        WITH children AS (
            SELECT financial_year, provider_code, service_id, sum(children_supported) AS children
            FROM expenditure_activity {_ANSWERED} GROUP BY ALL
        ), paid AS (
            SELECT financial_year, provider_code, service_id, coalesce(payer, 'other or not known') AS payer, amount_gbp
            FROM funding {_ANSWERED} LEFT JOIN (VALUES {pairs}) AS p(code, payer) ON code = funder
        ), supported AS (
            SELECT financial_year, sum(children)::BIGINT AS children FROM children
            SEMI JOIN paid USING (financial_year, provider_code, service_id) GROUP BY financial_year
        )
        SELECT financial_year, payer, sum(amount_gbp)::BIGINT AS pounds, any_value(s.children) AS children,
            round(sum(amount_gbp) / nullif(any_value(s.children), 0))::BIGINT AS a_child,
            count(DISTINCT provider_code) AS providers
        FROM paid SEMI JOIN children USING (financial_year, provider_code, service_id)
        JOIN supported AS s USING (financial_year) GROUP BY financial_year, payer ORDER BY financial_year, pounds DESC, payer
        """,
    )  # fmt: skip


@answers(99)
def modelled_costs(connection: duckdb.DuckDBPyConnection) -> MapTable:
    """The cost of the contacts of a period for each child, at what a contact cost the provider in its last full year."""
    return table(
        connection, "modelled_costs", "Modelled cost of a child",
        "A model, no bill: contacts of the period for each child seen, times the provider's spending for a contact in its last "
        "financial year told.",
        f"""
        WITH unit AS (
            SELECT provider_code, arg_max(cost, financial_year) AS a_contact FROM (
                SELECT provider_code, financial_year, sum(spend_total_gbp) / nullif(sum(contacts), 0) AS cost
                FROM expenditure_activity {_ANSWERED} WHERE contacts > 0 GROUP BY ALL
            ) GROUP BY provider_code
        ), seen AS (
            SELECT c.provider_code, count(*) AS contacts, count(DISTINCT local_patient_id) AS children
            FROM contact AS c JOIN referral AS r USING (receipt_id, provider_code, referral_id)
            JOIN period AS p ON p.rp_start = c.rp_start WHERE attendance IN ('5', '6') GROUP BY ALL
        )
        SELECT provider_code, contacts, children, round(a_contact)::BIGINT AS a_contact,
            round(a_contact * contacts / nullif(children, 0))::BIGINT AS a_child
        FROM seen JOIN unit USING (provider_code) ORDER BY provider_code
        """,
    )  # fmt: skip


@answers(100)
def commissioning_levels(connection: duckdb.DuckDBPyConnection) -> MapTable:
    """Income for each function from national and from local commissioners."""
    return table(
        connection, "commissioning_levels", "Commissioned nationally or locally",
        "National: NHS England and its grant. Local: integrated care boards, local authorities, joint budgets.",
        f"""
        SELECT service_function AS function, financial_year,
            sum(amount_gbp) FILTER (funder IN ('NHSE', 'CHG'))::BIGINT AS national_pounds,
            sum(amount_gbp) FILTER (funder IN ('ICB', 'LA', 'JNT', 'CHC', 'PHB'))::BIGINT AS local_pounds,
            count(DISTINCT f.provider_code) AS providers
        FROM funding AS f {_ANSWERED} JOIN {_OPEN} AS s USING (receipt_id, provider_code, service_id)
        GROUP BY ALL ORDER BY function, financial_year
        """,
    )  # fmt: skip


@answers(101)
def joint_contracts(connection: duckdb.DuckDBPyConnection) -> MapTable:
    """Contracts that a lead commissioner holds for others, and for how many."""
    return table(
        connection, "joint_contracts", "Commissioning together",
        "Lines of funding with a lead commissioner or associates, of all lines from commissioners.",
        f"""
        SELECT financial_year, count(*) FILTER (lead_commissioner = 'Y') AS with_lead,
            count(*) FILTER (associates IS NOT NULL) AS with_associates, count(*) AS of_contracts,
            round(avg(len(string_split(associates, ';'))), 1) AS associates_each, count(DISTINCT provider_code) AS providers
        FROM funding {_ANSWERED} WHERE funder IN ('ICB', 'NHSE', 'LA', 'JNT') GROUP BY financial_year ORDER BY financial_year
        """,
    )  # fmt: skip


@answers(103)
def commissioners(connection: duckdb.DuckDBPyConnection) -> MapTable:
    """Commissioners that name children's palliative care in a published plan, with their own estimate of need."""
    return table(
        connection, "commissioners", "Commissioners' plans", "As the commissioners answered for themselves.",
        f"""
        SELECT count(*) FILTER (in_strategy = 'Y') AS in_a_plan, count(*) AS of_commissioners,
            {_share("count(*) FILTER (in_strategy = 'Y')", "count(*)")} AS share,
            sum(need_estimate)::BIGINT AS children_in_need, sum(accessed_hospice)::BIGINT AS used_hospice_care,
            count(DISTINCT provider_code) AS providers
        FROM commissioner {_ANSWERED}
        """,
    )  # fmt: skip


@answers(113)
def leads(connection: duckdb.DuckDBPyConnection) -> MapTable:
    """Organisations with a named accountable lead, and meetings of the network that they attended."""
    return table(
        connection, "leads", "Leads and network", "Organisations with a named lead, of those that answered.",
        f"""
        SELECT count(*) FILTER (accountable_lead = 'Y') AS with_lead, count(*) AS of_organisations,
            {_share("count(*) FILTER (accountable_lead = 'Y')", "count(*)")} AS share,
            sum(network_meetings_attended)::BIGINT AS meetings_attended, count(DISTINCT provider_code) AS providers
        FROM organisation {_ANSWERED}
        """,
    )  # fmt: skip


ALL: tuple[Making, ...] = (
    directory_state, levels, key_workers, footprints, criteria, refusals, transport, information,
    short_breaks, beds, upper_ages, change,
    training_of_others, frameworks, children_per_nurse, skill_mix, payers, modelled_costs, commissioning_levels,
    joint_contracts, commissioners, leads,
)  # fmt: skip
