"""How services are set up: levels, footprints, criteria, ages, cover, short breaks, beds, and how that changed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mds.figures.table import FigureTable, Making, answers, table
from mds.services.followup import STALE_AFTER
from mds.services.indicators.sql import CASELOAD, OF_SERVICES, OPEN, OWNED, share

if TYPE_CHECKING:
    import duckdb


@answers(28)
def directory_state(connection: duckdb.DuckDBPyConnection) -> FigureTable:
    """Services that the public directory shows, and of how many the entry is confirmed."""
    return table(
        connection, "directory", "The public directory",
        f"Shown: the owner agrees. Confirmed: by the owner in the {STALE_AFTER} days before the end of the period.",
        f"""
        SELECT count(*) FILTER (directory_consent = 'Y') AS shown, count(*) AS services,
            {share("count(*) FILTER (directory_consent = 'Y')", "count(*)")} AS share,
            count(*) FILTER (directory_consent = 'Y' AND p.rp_end - confirmed_on <= {STALE_AFTER}) AS confirmed,
            count(DISTINCT s.provider_code) AS providers
        FROM {OPEN} AS s CROSS JOIN period AS p LEFT JOIN organisation USING (receipt_id, provider_code)
        """,
    )  # fmt: skip


@answers(24)
def provider_types(connection: duckdb.DuckDBPyConnection) -> FigureTable:
    """Services by the type of their provider, who owns it, and level."""
    return table(
        connection, "provider_types", "Services by type of provider", "Services of each type, owner and level, of all services.",
        f"""
        SELECT provider_type, {OWNED} AS owned, service_level AS level, count(*) AS services,
            sum(count(*)) OVER ()::BIGINT AS of_services, {share("count(*)", "sum(count(*)) OVER ()")} AS share,
            count(DISTINCT s.provider_code) AS providers
        FROM {OPEN} AS s LEFT JOIN organisation USING (receipt_id, provider_code) GROUP BY ALL ORDER BY ALL
        """,
    )  # fmt: skip


@answers(29)
def levels(connection: duckdb.DuckDBPyConnection) -> FigureTable:
    """Services by level: universal, core and specialist."""
    return table(
        connection, "levels", "Levels of service", "Services of each level, of all services.",
        f"""
        SELECT service_level AS level, count(*) AS services, sum(count(*)) OVER ()::BIGINT AS of_services,
            {share("count(*)", "sum(count(*)) OVER ()")} AS share, count(DISTINCT provider_code) AS providers
        FROM {OPEN} GROUP BY service_level ORDER BY service_level
        """,
    )  # fmt: skip


@answers(29)
def key_workers(connection: duckdb.DuckDBPyConnection) -> FigureTable:
    """Share of the children on a caseload who have a key worker anywhere."""
    return table(
        connection, "key_workers", "Key workers", "Children with a key worker at any provider, of the children on "
        "a caseload of whom it is known.",
        f"""
        SELECT count(*) FILTER (has) AS with_key_worker, count(has) AS children,
            {share("count(*) FILTER (has)", "count(has)")} AS share, count(*) - count(has) AS not_known,
            (SELECT count(DISTINCT provider_code) FROM {CASELOAD}) AS providers
        FROM (
            SELECT person_key, bool_or(key_worker = 'Y') FILTER (key_worker <> 'X') AS has FROM {CASELOAD} GROUP BY person_key
        )
        """,
    )  # fmt: skip


@answers(30)
def footprints(connection: duckdb.DuckDBPyConnection) -> FigureTable:
    """How many areas and networks each provider serves."""
    return table(
        connection, "footprints", "Footprints", "Areas of all services of a provider, and the networks it belongs to.",
        f"""
        SELECT s.provider_code, any_value(legal_name) AS provider_name, count(DISTINCT service_id) AS services,
            (SELECT count(DISTINCT area) FROM offered AS o WHERE o.provider_code = s.provider_code) AS areas,
            any_value(len(string_split(network_codes, ';'))) AS networks, count(DISTINCT s.provider_code) AS providers
        FROM {OPEN} AS s LEFT JOIN organisation USING (receipt_id, provider_code) GROUP BY s.provider_code ORDER BY 1
        """,
    )  # fmt: skip


@answers(31)
def criteria(connection: duckdb.DuckDBPyConnection) -> FigureTable:
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
        f" FROM {OPEN} WHERE {told}"
        for place, (what, (condition, told)) in enumerate(asked.items())
    )
    return table(
        connection, "criteria", "Criteria",
        "Services for which it holds, of those that told. Where no excluded condition is stated there is none.",
        f"SELECT * EXCLUDE (place) FROM ({rows}) ORDER BY place",
    )  # fmt: skip


@answers(31)
def refusals(connection: duckdb.DuckDBPyConnection) -> FigureTable:
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


@answers(31, 79)
def upper_ages(connection: duckdb.DuckDBPyConnection) -> FigureTable:
    """Services by function and the age up to which they care."""
    return table(
        connection, "upper_ages", "Up to which age", "Services of each function that care beyond a birthday, of all of it.",
        f"""
        SELECT service_function AS function, min(age_to) AS lowest_limit, max(age_to) AS highest_limit,
            count(*) FILTER (age_to >= 18) AS beyond_18, count(*) FILTER (age_to >= 25) AS beyond_25, count(*) AS of_services,
            count(DISTINCT provider_code) AS providers
        FROM {OPEN} GROUP BY service_function ORDER BY service_function
        """,
    )  # fmt: skip


@answers(49)
def cover_at_the_end(connection: duckdb.DuckDBPyConnection) -> FigureTable:
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
            FROM covered JOIN {OPEN} USING (provider_code, service_id) GROUP BY ALL
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
def kinds_of_short_break(connection: duckdb.DuckDBPyConnection) -> FigureTable:
    """Short breaks of the period by kind, with nights and hours for each child who had one."""
    return table(
        connection, "kinds_of_short_break", "Kinds of short break",
        "Short breaks that children had in the period. Nights and hours are for each child who had any.",
        """
        SELECT break_type AS kind_of_break, count(*) AS breaks, count(DISTINCT person_key) AS children,
            sum(nights)::BIGINT AS nights,
            count(DISTINCT person_key) FILTER (nights > 0) AS children_with_nights,
            round(sum(nights) / nullif(count(DISTINCT person_key) FILTER (nights > 0), 0), 1) AS nights_a_child,
            sum(hours) AS hours, count(DISTINCT person_key) FILTER (hours > 0) AS children_with_hours,
            round(sum(hours) / nullif(count(DISTINCT person_key) FILTER (hours > 0), 0), 1) AS hours_a_child,
            count(DISTINCT provider_code) AS providers
        FROM short_break AS b JOIN period AS p ON p.rp_start = b.rp_start
        JOIN referral USING (receipt_id, provider_code, referral_id) JOIN link USING (provider_code, local_patient_id)
        WHERE nights > 0 OR hours > 0 GROUP BY break_type ORDER BY break_type
        """,
    )  # fmt: skip


@answers(52)
def short_breaks(connection: duckdb.DuckDBPyConnection) -> FigureTable:
    """In which places short breaks and day care are on offer in each area."""
    return table(
        connection, "short_breaks", "Short breaks on offer",
        "Services for short breaks, day care and stays in each area, by the places in which they give care.",
        f"""
        WITH given AS (
            SELECT provider_code, service_id, unnest(string_split(coalesce(settings, 'not stated'), ';')) AS setting
            FROM {OPEN} WHERE service_function IN ('SBK', 'HDC', 'HIP')
        )
        SELECT area, area_name, setting, count(DISTINCT (g.provider_code, g.service_id)) AS services,
            count(DISTINCT g.provider_code) AS providers
        FROM given AS g JOIN offered USING (provider_code, service_id) JOIN area USING (area)
        GROUP BY area, area_name, setting ORDER BY area, setting
        """,
    )  # fmt: skip


@answers(54)
def beds(connection: duckdb.DuckDBPyConnection) -> FigureTable:
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
        FROM capacity {OF_SERVICES} WHERE {used} OR {closed}
        """,
    )  # fmt: skip


_MINUTES = """
    (CASE day_type WHEN 'WD' THEN 5 WHEN 'BH' THEN 0 ELSE 1 END
        * ((60 * (hour(to_time) - hour(from_time)) + minute(to_time) - minute(from_time) + 1439) % 1440 + 1))
"""
"""Minutes of a line of cover in an ordinary week. One that ends when it begins holds for the whole day."""


@answers(110)
def change(connection: duckdb.DuckDBPyConnection) -> FigureTable:
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


ALL: tuple[Making, ...] = (
   
    directory_state,
    provider_types,
    levels,
    key_workers,
    footprints,
    criteria,
    refusals,
    upper_ages,
    cover_at_the_end,
    kinds_of_short_break,
    short_breaks,
    beds,
    change,
)  # fmt: skip
