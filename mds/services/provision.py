"""Indicators of how services are set up: levels, footprints, criteria, ages, information, beds, teams, contracts, leads.

As in `indicators`, every row carries its numerator, its denominator and the number of providers that it rests on, and
each function names the questions of the specification's list that it answers.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mds.services.followup import STALE_AFTER
from mds.services.indicators import ENOUGH, FEW, listed, share
from mds.services.map import Making, MapTable, answers, table
from mds_schemas import codes

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
_OWNED = """
    CASE WHEN sector IN ('NHS', 'LA') THEN 'statutory' WHEN sector = 'VOL' THEN 'voluntary'
        WHEN sector = 'IND' THEN 'independent' ELSE 'not stated' END
"""
"""Who owns a provider, in the words of the map."""

NURSES = ("NCN", "NHO", "NCS", "NNN", "NOT")
"""Staff groups that are registered nurses."""

PAYERS = {"ICB": "NHS", "NHSE": "NHS", "CHG": "NHS", "CHC": "NHS", "PHB": "NHS", "LA": "local authority",
          "JNT": "joint or pooled", "CHA": "charity"}  # fmt: skip
"""Kind of funder → whose budget it is."""

NHS_ENGLAND = "X24|Y5[6-9]|Y6[0-3]"
"""Codes of NHS England and its regions, as a pattern."""


@answers(28)
def directory_state(connection: duckdb.DuckDBPyConnection) -> MapTable:
    """Services that the public directory shows, and of how many the entry is confirmed."""
    return table(
        connection, "directory", "The public directory",
        f"Shown: the owner agrees. Confirmed: by the owner in the {STALE_AFTER} days before the end of the period.",
        f"""
        SELECT count(*) FILTER (directory_consent = 'Y') AS shown, count(*) AS services,
            {share("count(*) FILTER (directory_consent = 'Y')", "count(*)")} AS share,
            count(*) FILTER (directory_consent = 'Y' AND p.rp_end - confirmed_on <= {STALE_AFTER}) AS confirmed,
            count(DISTINCT s.provider_code) AS providers
        FROM {_OPEN} AS s CROSS JOIN period AS p LEFT JOIN organisation USING (receipt_id, provider_code)
        """,
    )  # fmt: skip


@answers(24)
def provider_types(connection: duckdb.DuckDBPyConnection) -> MapTable:
    """Services by the type of their provider, who owns it, and level."""
    return table(
        connection, "provider_types", "Services by type of provider", "Services of each type, owner and level, of all services.",
        f"""
        SELECT provider_type, {_OWNED} AS owned, service_level AS level, count(*) AS services,
            sum(count(*)) OVER ()::BIGINT AS of_services, {share("count(*)", "sum(count(*)) OVER ()")} AS share,
            count(DISTINCT s.provider_code) AS providers
        FROM {_OPEN} AS s LEFT JOIN organisation USING (receipt_id, provider_code) GROUP BY ALL ORDER BY ALL
        """,
    )  # fmt: skip


@answers(29)
def levels(connection: duckdb.DuckDBPyConnection) -> MapTable:
    """Services by level: universal, core and specialist."""
    return table(
        connection, "levels", "Levels of service", "Services of each level, of all services.",
        f"""
        SELECT service_level AS level, count(*) AS services, sum(count(*)) OVER ()::BIGINT AS of_services,
            {share("count(*)", "sum(count(*)) OVER ()")} AS share, count(DISTINCT provider_code) AS providers
        FROM {_OPEN} GROUP BY service_level ORDER BY service_level
        """,
    )  # fmt: skip


@answers(29)
def key_workers(connection: duckdb.DuckDBPyConnection) -> MapTable:
    """Share of the children on a caseload who have a key worker anywhere."""
    return table(
        connection, "key_workers", "Key workers", "Children with a key worker at any provider, of the children on "
        "a caseload of whom it is known.",
        f"""
        SELECT count(*) FILTER (has) AS with_key_worker, count(has) AS children,
            {share("count(*) FILTER (has)", "count(has)")} AS share, count(*) - count(has) AS not_known,
            (SELECT count(DISTINCT provider_code) FROM {_CASELOAD}) AS providers
        FROM (
            SELECT person_key, bool_or(key_worker = 'Y') FILTER (key_worker <> 'X') AS has FROM {_CASELOAD} GROUP BY person_key
        )
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
            any_value(len(string_split(network_codes, ';'))) AS networks, count(DISTINCT s.provider_code) AS providers
        FROM {_OPEN} AS s LEFT JOIN organisation USING (receipt_id, provider_code) GROUP BY s.provider_code ORDER BY 1
        """,
    )  # fmt: skip


@answers(31)
def criteria(connection: duckdb.DuckDBPyConnection) -> MapTable:
    """Services whose criteria are published, which state exclusions or age limits, and to which families may refer."""
    asked = {
        "criteria published": ("eligibility_published = 'Y'", "eligibility_published IS NOT NULL"),
        "conditions excluded": ("diagnosis_excluded IS NOT NULL", "true"),
        "not from birth": ("age_from > 0", "true"),
        "ends before the 18th birthday": ("age_to < 18", "true"),
        "ends before the 25th birthday": ("age_to < 25", "true"),
        "families may refer": ("self_referral = 'Y'", "self_referral IS NOT NULL"),
    }
    rows = " UNION ALL ".join(
        f"SELECT {place} AS place, '{what}' AS what, count(*) FILTER ({condition}) AS services, count(*) AS of_services,"
        f" {share(f'count(*) FILTER ({condition})', 'count(*)')} AS share, count(DISTINCT provider_code) AS providers"
        f" FROM {_OPEN} WHERE {told}"
        for place, (what, (condition, told)) in enumerate(asked.items())
    )
    return table(
        connection, "criteria", "Criteria",
        "Services for which it holds, of those that told. Where no excluded condition is stated there is none.",
        f"SELECT * EXCLUDE (place) FROM ({rows}) ORDER BY place",
    )  # fmt: skip


@answers(31)
def refusals(connection: duckdb.DuckDBPyConnection) -> MapTable:
    """Why referrals of the period were not accepted."""
    return table(
        connection, "refusals", "Why referrals were not accepted", "Referrals refused in the period, by the reason given.",
        f"""
        SELECT coalesce(rejection_reason, 'not stated') AS reason, count(*) AS referrals,
            sum(count(*)) OVER ()::BIGINT AS of_refusals, {share("count(*)", "sum(count(*)) OVER ()")} AS share,
            count(DISTINCT provider_code) AS providers
        FROM referral AS r JOIN period AS p ON p.rp_start = r.rp_start WHERE referral_outcome = 'R'
        GROUP BY reason ORDER BY referrals DESC, reason
        """,
    )  # fmt: skip


def _with_experience(item: str) -> str:
    """SQL: the share of families who agree with an item of the survey, hidden where few answers count."""
    return f"""
        (SELECT CASE WHEN {ENOUGH} THEN {share("sum(n1 + n2)", "sum(responses - n8)")} END
         FROM user_experience {_ANSWERED} WHERE item = '{item}')
    """


@answers(34)
def transport(connection: duckdb.DuckDBPyConnection) -> MapTable:
    """Services by the help that families get with transport, and what families say of it."""
    return table(
        connection, "transport", "Help with transport",
        f"Services, of those that told; beside it the share of families who are content with transport, from {FEW} answers on "
        "that count.",
        f"""
        SELECT CASE transport WHEN 'P' THEN 'provided' WHEN 'F' THEN 'funded' WHEN 'N' THEN 'none' ELSE 'not stated' END AS help,
            count(*) AS services, sum(count(transport)) OVER ()::BIGINT AS of_services,
            CASE WHEN transport IS NOT NULL THEN {share("count(*)", "sum(count(transport)) OVER ()")} END AS share,
            {_with_experience("TRA")} AS families_content,
            count(DISTINCT provider_code) AS providers
        FROM {_OPEN} GROUP BY transport ORDER BY transport
        """,
    )  # fmt: skip


@answers(35)
def information(connection: duckdb.DuckDBPyConnection) -> MapTable:
    """Forms in which services give families information, and what families say of it."""
    told = f"(SELECT count(information_formats) FROM {_OPEN})"
    return table(
        connection, "information", "Information for families",
        "Services that give it in the form, of those that told; beside it the share of families for whom it is clear, from "
        f"{FEW} answers on that count.",
        f"""
        WITH formats AS (
            SELECT provider_code, service_id, unnest(string_split(information_formats, ';')) AS format FROM {_OPEN}
        )
        SELECT format, count(*) AS services, {told} AS of_services, {share("count(*)", told)} AS share,
            {_with_experience("INF")} AS families_clear,
            count(DISTINCT provider_code) AS providers
        FROM formats GROUP BY format ORDER BY format
        """,
    )  # fmt: skip


@answers(106)
def participation(connection: duckdb.DuckDBPyConnection) -> MapTable:
    """What families and young people take part in, by the services that say so."""
    told = f"(SELECT count(participation) FROM {_OPEN})"
    return table(
        connection, "participation", "Participation", "Services in which users take part in it, of those that told.",
        f"""
        WITH mechanism AS (
            SELECT provider_code, service_id, unnest(string_split(participation, ';')) AS users_take_part_in FROM {_OPEN}
        )
        SELECT users_take_part_in, count(*) AS services, {told} AS of_services, {share("count(*)", told)} AS share,
            count(DISTINCT provider_code) AS providers
        FROM mechanism GROUP BY users_take_part_in ORDER BY users_take_part_in
        """,
    )  # fmt: skip


@answers(45)
def joint_assessment(connection: duckdb.DuckDBPyConnection) -> MapTable:
    """Share of the children on a caseload with a joint assessment, and what families say of it."""
    return table(
        connection, "joint_assessment", "Joint assessment",
        "Children with an assessment shared by health and social care in a plan that holds, of the children on a caseload whose "
        f"plans tell; beside it the share of families who agree, from {FEW} answers on that count.",
        f"""
        SELECT count(*) FILTER (joint) AS with_joint_assessment, count(*) AS children,
            {share("count(*) FILTER (joint)", "count(*)")} AS share, {_with_experience("ASM")} AS families_agree,
            len(list_distinct(flatten(list(who)))) AS providers
        FROM (
            SELECT person_key, bool_or(joint_assessment = 'Y') AS joint, list(c.provider_code) AS who
            FROM {_CASELOAD} AS c JOIN care_plan USING (receipt_id, provider_code, local_patient_id)
            WHERE joint_assessment IN ('Y', 'N') AND superseded_date IS NULL GROUP BY person_key
        )
        """,
    )  # fmt: skip


@answers(49)
def cover_at_the_end(connection: duckdb.DuckDBPyConnection) -> MapTable:
    """Services with cover for the whole caseload against those with cover only at the end of life."""
    return table(
        connection, "cover_at_the_end", "For everybody, or only at the end of life",
        "Services by the cover that they give for the whole caseload, or else only at the end of life, of all with cover of the "
        "kind; and those with it in all 168 hours of an ordinary week.",
        f"""
        WITH hours AS (
            SELECT service_function, provider_code, service_id, mode,
                count(DISTINCT hour) FILTER (cover_scope = 'ALL') AS for_all,
                count(DISTINCT hour) FILTER (cover_scope IN ('ALL', 'EOL')) AS at_end
            FROM covered JOIN {_OPEN} USING (provider_code, service_id) GROUP BY ALL
        )
        SELECT service_function AS function, mode AS kind_of_cover, count(*) FILTER (for_all > 0) AS for_all,
            count(*) FILTER (for_all = 0 AND at_end > 0) AS only_at_end_of_life, count(*) AS of_services,
            count(*) FILTER (for_all = 168) AS all_hours_for_all,
            count(*) FILTER (for_all < 168 AND at_end = 168) AS all_hours_only_at_end_of_life,
            count(DISTINCT provider_code) AS providers
        FROM hours GROUP BY ALL ORDER BY ALL
        """,
    )  # fmt: skip


@answers(52)
def kinds_of_short_break(connection: duckdb.DuckDBPyConnection) -> MapTable:
    """Short breaks of the period by kind, with nights and hours for each child who had one."""
    return table(
        connection, "kinds_of_short_break", "Kinds of short break",
        "Short breaks that children had in the period. Nights and hours are for each child who had any.",
        """
        SELECT break_type AS kind_of_break, count(*) AS breaks, count(DISTINCT person_key) AS children,
            sum(nights)::BIGINT AS nights,
            round(sum(nights) / nullif(count(DISTINCT person_key) FILTER (nights > 0), 0), 1) AS nights_a_child,
            sum(hours) AS hours, round(sum(hours) / nullif(count(DISTINCT person_key) FILTER (hours > 0), 0), 1) AS hours_a_child,
            count(DISTINCT provider_code) AS providers
        FROM short_break AS b JOIN period AS p ON p.rp_start = b.rp_start
        JOIN referral USING (receipt_id, provider_code, referral_id) JOIN link USING (provider_code, local_patient_id)
        WHERE nights > 0 OR hours > 0 GROUP BY break_type ORDER BY break_type
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


_MINUTES = """
    (CASE day_type WHEN 'WD' THEN 5 WHEN 'BH' THEN 0 ELSE 1 END
        * ((60 * (hour(to_time) - hour(from_time)) + minute(to_time) - minute(from_time) + 1439) % 1440 + 1))
"""
"""Minutes of a line of cover in an ordinary week. One that ends when it begins holds for the whole day."""


@answers(110)
def change(connection: duckdb.DuckDBPyConnection) -> MapTable:
    """What each area has now against a year ago: functions, services, hours of cover and beds."""
    return table(
        connection, "change", "A year's change",
        "By the questionnaires in force in the period, and in the period a year before. Blank where none was in force then. "
        "Hours of cover in an ordinary week for the whole caseload, those of all services and kinds of cover added.",
        f"""
        WITH moment AS (
            SELECT 'now' AS moment, rp_start AS first_day, rp_end AS last_day FROM period
            UNION ALL
            SELECT 'then', rp_start - INTERVAL 1 YEAR, rp_end - INTERVAL 1 YEAR FROM period
        ), in_force AS (
            SELECT moment, first_day, last_day, provider_code, arg_max(receipt_id, rp_start) AS receipt_id
            FROM receipt JOIN moment ON rp_start <= first_day
            WHERE list_contains(string_split(counts_for, ';'), 'SQ') GROUP BY ALL
        ), hours AS (
            SELECT receipt_id, service_id, sum({_MINUTES}) / 60 AS hours FROM cover WHERE cover_scope = 'ALL' GROUP BY ALL
        ), place AS (
            SELECT moment, provider_code, receipt_id, service_id, service_function,
                unnest(string_split(areas_served, ';')) AS area
            FROM service AS s JOIN in_force USING (provider_code, receipt_id)
            WHERE coalesce(closed_on >= first_day, true) AND coalesce(opened_on <= last_day, true)
        ), counted AS (
            SELECT area, moment, count(DISTINCT service_function) AS functions,
                count(DISTINCT (provider_code, service_id)) AS services, round(sum(hours), 1) AS hours,
                sum(beds_registered)::BIGINT AS beds, count(DISTINCT provider_code) AS providers
            FROM place LEFT JOIN capacity USING (provider_code, receipt_id, service_id)
            LEFT JOIN hours USING (receipt_id, service_id) GROUP BY ALL
        )
        SELECT area, coalesce(area_name, '') AS area_name, t.functions AS functions_then,
            coalesce(n.functions, 0) AS functions_now, t.services AS services_then, coalesce(n.services, 0) AS services_now,
            t.hours AS hours_then, n.hours AS hours_now, t.beds AS beds_then, n.beds AS beds_now,
            coalesce(n.providers, 0) AS providers
        FROM (FROM counted WHERE moment = 'now') AS n FULL JOIN (FROM counted WHERE moment = 'then') AS t USING (area)
        LEFT JOIN area USING (area) ORDER BY area
        """,
    )  # fmt: skip


@answers(54)
def beds(connection: duckdb.DuckDBPyConnection) -> MapTable:
    """Bed nights available, used, and closed for lack of staff."""
    used = "bed_nights_used IS NOT NULL AND bed_nights_available IS NOT NULL"
    closed = "bed_nights_closed_staffing IS NOT NULL AND bed_nights_available IS NOT NULL"
    return table(
        connection, "beds", "Bed nights",
        "Used: of those available, in services that told both. Closed: of those available and those closed for lack of staff, in "
        "services that told both.",
        f"""
        SELECT sum(bed_nights_used) FILTER ({used})::BIGINT AS used,
            sum(bed_nights_available) FILTER ({used})::BIGINT AS available,
            {share(f"sum(bed_nights_used) FILTER ({used})", f"sum(bed_nights_available) FILTER ({used})")} AS used_share,
            sum(bed_nights_closed_staffing) FILTER ({closed})::BIGINT AS closed,
            sum(bed_nights_available + bed_nights_closed_staffing)::BIGINT AS of_nights,
            {share(f"sum(bed_nights_closed_staffing) FILTER ({closed})",
                   "sum(bed_nights_available + bed_nights_closed_staffing)")} AS closed_share,
            count(DISTINCT provider_code) AS providers
        FROM capacity {_ANSWERED} WHERE {used} OR {closed}
        """,
    )  # fmt: skip


@answers(31, 79)
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


@answers(93)
def training_of_others(connection: duckdb.DuckDBPyConnection) -> MapTable:
    """Training that providers of one sector gave to others: neonatal units, hospices, the community, schools, families."""
    return table(
        connection, "training_of_others", "Training of others", "People trained and sessions given, by who gave them to whom.",
        f"""
        SELECT {_OWNED} AS given_by, audience, coalesce(mode, '') AS mode,
            sum(trained_current)::BIGINT AS trained, sum(sessions)::BIGINT AS sessions,
            count(DISTINCT provider_code) AS providers
        FROM training {_ANSWERED} LEFT JOIN organisation AS o USING (receipt_id, provider_code)
        WHERE audience <> 'OWN' GROUP BY ALL ORDER BY ALL
        """,
    )  # fmt: skip


@answers(74)
def neonatal_training(connection: duckdb.DuckDBPyConnection) -> MapTable:
    """Neonatal staff with training in date by network, subject, level and mode: the units' own, and those whom others trained."""
    return table(
        connection, "neonatal_training", "Training of neonatal staff",
        "Staff of neonatal units who hold the training, of all staff of the same units; and neonatal staff whom other providers "
        "trained, whose units are not told. Nobody tells of professions. One person may be in several rows.",
        f"""
        WITH unit AS (
            SELECT provider_code, sum(headcount) AS staff FROM workforce {_ANSWERED}
            WHERE staff_group <> 'VOL' GROUP BY provider_code
        ), lesson AS (
            SELECT provider_code, network_codes, subject, coalesce(level, 'not stated') AS training_level,
                coalesce(mode, '') AS mode,
                CASE WHEN audience = 'OWN' THEN 'neonatal unit' ELSE 'others' END AS trained_by, sum(trained_current) AS trained
            FROM training {_ANSWERED} JOIN organisation USING (receipt_id, provider_code)
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
    """Children on the caseload for each whole-time nurse in post, by provider and period."""
    return table(
        connection, "children_per_nurse", "Children for each nurse",
        "Children over whole-time registered nurses in post by the questionnaire then in force, in this period and those before. "
        "Children on the caseload on the census date by the child rows; where a provider sent none for the period, all children "
        "of the period that it counted in the questionnaire, once for each service.",
        f"""
        WITH moment AS (
            SELECT rp_start AS period_from FROM period
            UNION
            SELECT r.rp_start FROM receipt AS r JOIN period AS p ON r.rp_start < p.rp_start WHERE counts_for <> ''
        ), in_force AS (
            SELECT period_from, provider_code, arg_max(receipt_id, rp_start) AS receipt_id
            FROM receipt JOIN moment ON rp_start <= period_from
            WHERE list_contains(string_split(counts_for, ';'), 'SQ') GROUP BY ALL
        ), nurses AS (
            SELECT period_from, provider_code, sum(wte_in_post) AS nurses
            FROM workforce JOIN in_force USING (receipt_id, provider_code)
            WHERE staff_group IN ({listed(NURSES)}) GROUP BY ALL
        ), sent AS (
            SELECT rp_start AS period_from, provider_code, count(*) FILTER (caseload_status = 'A') AS children,
                'child rows' AS children_from
            FROM child GROUP BY ALL
        ), told AS (
            SELECT period_from, provider_code, sum(total_children) AS children, 'questionnaire' AS children_from
            FROM aggregate_caseload JOIN in_force USING (receipt_id, provider_code) GROUP BY ALL
        ), care AS (FROM sent UNION ALL FROM told ANTI JOIN sent USING (period_from, provider_code))
        SELECT period_from::VARCHAR AS period_from, provider_code, children::BIGINT AS children, children_from, nurses,
            round(children / nullif(nurses, 0), 1) AS children_a_nurse, 1 AS providers
        FROM care JOIN nurses USING (period_from, provider_code) ORDER BY provider_code, period_from
        """,
    )  # fmt: skip


@answers(91)
def skill_mix(connection: duckdb.DuckDBPyConnection) -> MapTable:
    """In how many teams each staff group is present, those that nobody has among them."""
    return table(
        connection, "skill_mix", "Skill mix", "Providers with anybody of the group in post, of those that told of their staff.",
        f"""
        WITH team AS (SELECT provider_code, staff_group, wte_in_post > 0 OR headcount > 0 AS present FROM workforce {_ANSWERED})
        SELECT staff, count(DISTINCT provider_code) FILTER (present) AS present,
            (SELECT count(DISTINCT provider_code) FROM team) AS of_providers,
            (SELECT count(DISTINCT provider_code) FROM team) AS providers
        FROM (SELECT unnest([{listed(codes.load("CL31"))}]) AS staff) LEFT JOIN team ON staff_group = staff
        GROUP BY staff ORDER BY present DESC, staff
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
            round(a_contact * contacts / nullif(children, 0))::BIGINT AS a_child, 1 AS providers
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


@answers(100)
def commissioned_functions(connection: duckdb.DuckDBPyConnection) -> MapTable:
    """Which functions national and local commissioners say that they commission."""
    return table(
        connection, "commissioned_functions", "Functions commissioned",
        "Commissioners that name the function, of those that answered for themselves. National: NHS England and its regions "
        f"({NHS_ENGLAND}). Local: all others.",
        f"""
        WITH answer AS (
            SELECT DISTINCT provider_code, commissioner_code, commissioner_code SIMILAR TO '{NHS_ENGLAND}' AS national,
                unnest(string_split(functions_commissioned, ';')) AS function
            FROM commissioner {_ANSWERED}
        )
        SELECT function, count(DISTINCT commissioner_code) FILTER (national) AS national,
            count(DISTINCT commissioner_code) FILTER (NOT national) AS local,
            (SELECT count(DISTINCT commissioner_code) FROM answer) AS of_commissioners, count(DISTINCT provider_code) AS providers
        FROM answer GROUP BY function ORDER BY function
        """,
    )  # fmt: skip


@answers(101, 111)
def partners(connection: duckdb.DuckDBPyConnection) -> MapTable:
    """Commissioners that commission together with others, as they have to, and with how many."""
    return table(
        connection, "partners", "Partners in commissioning",
        "Commissioners that name partners, of those that answered for themselves, and how many partners these name.",
        f"""
        SELECT count(joint_with) AS with_partners, count(*) AS of_commissioners,
            {share("count(joint_with)", "count(*)")} AS share,
            round(avg(len(string_split(joint_with, ';'))), 1) AS partners_each,
            max(commissioner.rp_end)::VARCHAR AS newest, count(DISTINCT provider_code) AS providers
        FROM commissioner {_ANSWERED}
        """,
    )  # fmt: skip


@answers(101)
def joint_contracts(connection: duckdb.DuckDBPyConnection) -> MapTable:
    """Contracts that a lead commissioner holds for others, and for how many."""
    return table(
        connection, "joint_contracts", "Commissioning together",
        "Lines of funding with a lead commissioner, of those that told, and with associates, of all lines from commissioners.",
        f"""
        SELECT financial_year, count(*) FILTER (lead_commissioner = 'Y') AS with_lead, count(lead_commissioner) AS of_told,
            count(*) FILTER (associates IS NOT NULL) AS with_associates, count(*) AS of_contracts,
            round(avg(len(string_split(associates, ';'))), 1) AS associates_each, count(DISTINCT provider_code) AS providers
        FROM funding {_ANSWERED} WHERE funder IN ('ICB', 'NHSE', 'LA', 'JNT') GROUP BY financial_year ORDER BY financial_year
        """,
    )  # fmt: skip


@answers(103)
def commissioners(connection: duckdb.DuckDBPyConnection) -> MapTable:
    """Commissioners that name children's palliative care in a published plan, with their own estimate of need."""
    return table(
        connection, "commissioners", "Commissioners' plans", "As the commissioners answered for themselves: of those that told.",
        f"""
        SELECT count(*) FILTER (in_strategy = 'Y') AS in_a_plan, count(in_strategy) AS of_commissioners,
            {share("count(*) FILTER (in_strategy = 'Y')", "count(in_strategy)")} AS share,
            sum(need_estimate)::BIGINT AS children_in_need, sum(accessed_hospice)::BIGINT AS used_hospice_care,
            max(commissioner.rp_end)::VARCHAR AS newest, count(DISTINCT provider_code) AS providers
        FROM commissioner {_ANSWERED}
        """,
    )  # fmt: skip


@answers(113)
def leads(connection: duckdb.DuckDBPyConnection) -> MapTable:
    """Organisations with a named accountable lead, and meetings of the network that they attended."""
    return table(
        connection, "leads", "Leads and network", "Organisations with a named lead, of those that told.",
        f"""
        SELECT count(*) FILTER (accountable_lead = 'Y') AS with_lead, count(accountable_lead) AS of_organisations,
            {share("count(*) FILTER (accountable_lead = 'Y')", "count(accountable_lead)")} AS share,
            sum(network_meetings_attended)::BIGINT AS meetings_attended, count(DISTINCT provider_code) AS providers
        FROM organisation {_ANSWERED}
        """,
    )  # fmt: skip


@answers(113)
def area_leads(connection: duckdb.DuckDBPyConnection) -> MapTable:
    """Organisations at work in each area with a named accountable lead, and the meetings of the network that they attended."""
    return table(
        connection, "area_leads", "Leads and network in each area",
        "Organisations with a named lead, of those that serve the area and told.",
        f"""
        WITH serving AS (
            SELECT DISTINCT area, provider_code, accountable_lead, network_meetings_attended, network_codes
            FROM offered JOIN (FROM organisation {_ANSWERED}) USING (provider_code)
        )
        SELECT area, area_name, count(*) FILTER (accountable_lead = 'Y') AS with_lead,
            count(accountable_lead) AS of_organisations,
            {share("count(*) FILTER (accountable_lead = 'Y')", "count(accountable_lead)")} AS share,
            count(network_codes) AS members_of_a_network, sum(network_meetings_attended)::BIGINT AS meetings_attended,
            count(DISTINCT provider_code) AS providers
        FROM area LEFT JOIN serving USING (area) GROUP BY area, area_name ORDER BY area
        """,
    )  # fmt: skip


ALL: tuple[Making, ...] = (
    directory_state, provider_types, levels, key_workers, footprints, criteria, refusals, transport, information, participation,
    joint_assessment, cover_at_the_end, kinds_of_short_break, short_breaks, beds, upper_ages, change,
    training_of_others, neonatal_training, frameworks, children_per_nurse, skill_mix, payers, modelled_costs,
    commissioning_levels, commissioned_functions, joint_contracts, partners, commissioners, leads, area_leads,
)  # fmt: skip
