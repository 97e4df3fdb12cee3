"""How services are set up: levels, footprints, criteria, ages and cover."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mds.figures.sharing import by_size
from mds.figures.statistics import share as share_of
from mds.figures.table import FigureTable, Making, Shape, answers, table
from mds.services.followup import STALE_AFTER
from mds.services.indicators.sql import CASELOAD, OPEN, OWNED, share

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
        "a caseload of whom it is known. Families who declined one are counted apart: it is for those who "
        "want one.",
        f"""
        SELECT count(*) FILTER (has) AS with_key_worker, count(has) AS children,
            count(*) FILTER (has IS NULL AND NOT declined) AS not_known, count(*) FILTER (has IS NULL AND declined) AS declined,
            (SELECT count(DISTINCT provider_code) FROM {CASELOAD}) AS providers
        FROM (
            SELECT person_key, bool_or(key_worker = 'Y') FILTER (key_worker NOT IN ('X', 'D')) AS has,
                bool_or(key_worker = 'D') AS declined
            FROM {CASELOAD} GROUP BY person_key
        )
        """,
        Shape(
            counts=("with_key_worker", "children", "not_known", "declined"),
            derived={"share": share_of("with_key_worker", "children")},
        ),
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
            sum(count(*)) OVER ()::BIGINT AS of_refusals,
            count(DISTINCT provider_code) AS providers
        FROM referral AS r JOIN period AS p ON p.rp_start = r.rp_start WHERE referral_outcome = 'R'
        GROUP BY reason ORDER BY {by_size("referrals")}, reason
        """,
        Shape(counts=("referrals", "of_refusals"), derived={"share": share_of("referrals", "of_refusals")}),
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
)
