"""Round-the-clock access of both kinds: for families to people they know, and for professionals to advice."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mds.figures.table import FigureTable, answers, table
from mds.services.functions import ADVISING, VISITING

if TYPE_CHECKING:
    import duckdb

KINDS = {
    "known_visits": "Visits by staff whom the family knows",
    "visits_at_end_of_life": "The same, also only at the end of life",
    "family_telephone": "Telephone line for families",
    "professional_advice": "Clinical advice for professionals",
}
"""The kinds of access of the table of that name, in words."""

_VISITS = f"mode = 'VIS' AND known_to_family = 'Y' AND service_function IN {VISITING}"
_ACCESS = {
    "known_visits": f"{_VISITS} AND cover_scope = 'ALL'",
    "visits_at_end_of_life": f"{_VISITS} AND cover_scope IN ('ALL', 'EOL')",
    "family_telephone": "mode = 'TEL' AND cover_scope = 'ALL'",
    "professional_advice": f"mode = 'PRO' AND cover_scope = 'ALL' AND service_function IN {ADVISING}",
}


@answers(47, 48, 49, 50)
def access(connection: duckdb.DuckDBPyConnection) -> FigureTable:
    """Hours of the week in which families and professionals can reach somebody, by area."""
    counted = ", ".join(f"count(DISTINCT hour) FILTER ({condition}) AS {kind}" for kind, condition in _ACCESS.items())
    return table(
        connection, "access", "Access round the clock",
        "Hours of the 168 of an ordinary week in which any service of the area has the kind of cover, for children of some age: "
        f"visits by nurses or doctors whom the family knows (functions {', '.join(VISITING)}), the same or only at the end of "
        "life, a telephone line for families, clinical advice for professionals from those who can give it (functions "
        f"{', '.join(ADVISING)}).",
        f"""
        SELECT area, area_name, {counted}
        FROM area LEFT JOIN offered USING (area) LEFT JOIN covered USING (provider_code, service_id)
        GROUP BY area, area_name ORDER BY area
        """,
    )  # fmt: skip


@answers(47, 48)
def round_the_clock(connection: duckdb.DuckDBPyConnection) -> FigureTable:
    """The share of people under 20 who live where a kind of access is there in all 168 hours of the week."""
    shares = " UNION ALL ".join(
        f"""
        SELECT {place} AS place, '{words}' AS access, coalesce(sum(people) FILTER (hours = 168), 0)::BIGINT AS people_0_19,
            sum(people)::BIGINT AS of_people_0_19,
            round(100 * coalesce(sum(people) FILTER (hours = 168), 0) / nullif(sum(people), 0), 1) AS share,
            (SELECT count(DISTINCT provider_code) FROM offered JOIN covered USING (provider_code, service_id)
             WHERE {_ACCESS[kind]}) AS providers
        FROM (SELECT area, people, count(DISTINCT hour) FILTER ({_ACCESS[kind]}) AS hours
            FROM named LEFT JOIN offered USING (area) LEFT JOIN covered USING (provider_code, service_id) GROUP BY ALL)
        """
        for place, (kind, words) in enumerate(KINDS.items())
    )
    return table(
        connection, "round_the_clock", "People whose area has it day and night",
        "Of the people under 20 in the areas whose population is loaded. What counts as access is told above.",
        f"SELECT * EXCLUDE (place) FROM ({shares}) ORDER BY place",
    )  # fmt: skip


def access_hours(connection: duckdb.DuckDBPyConnection) -> dict[tuple[str, str], list[int]]:
    """(area, kind of access) → the hours of the week in which there is somebody, from Monday at midnight."""
    found: dict[tuple[str, str], list[int]] = {}
    for kind, condition in _ACCESS.items():
        rows = connection.execute(
            f"SELECT area, list_sort(list(DISTINCT hour)) FROM offered JOIN covered USING (provider_code, service_id)"
            f" WHERE {condition} GROUP BY area"
        ).fetchall()
        found |= {(area, kind): hours for area, hours in rows}
    return found
