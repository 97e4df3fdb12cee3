"""What the questionnaires in force tell of each service, as far as rows about children can speak against it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from mds.services.week import Line

if TYPE_CHECKING:
    import duckdb

LEAST = 3
"""Contacts, referrals, children or nights that have to speak against an answer before it is asked about: one or two are a
slip of the pen, an exception made for a family or the edge of a period, and would bury what matters."""

Say = Callable[[int], str]
"""How a count is told: as it is, or as others may see it."""

Key = tuple[str, str]
"""Provider and number of a service."""


@dataclass(frozen=True)
class Told:
    """One service by its questionnaire. A list that was left blank is empty: it says nothing."""

    age_from: int
    age_to: int
    areas: dict[str, str]
    """Code of an area served → its name, or the code again where no name is loaded."""
    act_categories: tuple[str, ...]
    routes: tuple[str, ...]
    """Kinds of referrer (CL12)."""
    self_referral: str | None
    opened_on: date | None
    closed_on: date | None
    lines: tuple[Line, ...]
    """Its hours of cover."""


@dataclass(frozen=True)
class Against:
    """One contradiction: what a questionnaire says, and what the rows show against it."""

    provider_code: str
    service_id: str | None
    what: str
    said: str
    shown: str
    found: int
    """Contacts, referrals, children or nights that speak against it."""


def some(count: int, one: str, many: str, say: Say) -> str:
    """ "1 child", "12 children", "about 10 children"."""
    return f"{say(count)} {one if count == 1 and say(1) == '1' else many}"


def services(connection: duckdb.DuckDBPyConnection) -> dict[Key, Told]:
    """Every service of the questionnaires that `in_force.prepare` found."""
    lines = _lines(connection)
    names = dict(connection.execute("SELECT area, area_name FROM area WHERE area_name <> ''").fetchall())
    rows = connection.execute(
        """
        SELECT s.provider_code, service_id, age_from, age_to, areas_served, act_categories, referral_routes, self_referral,
            opened_on, closed_on
        FROM service AS s JOIN questionnaire USING (receipt_id, provider_code)
        """
    ).fetchall()
    return {
        (provider, service): Told(
            youngest, oldest, {area: names.get(area, area) for area in _several(areas)}, _several(categories),
            _several(routes), may_refer, opened, closed, lines.get((provider, service), ()),
        )
        for provider, service, youngest, oldest, areas, categories, routes, may_refer, opened, closed in rows
    }  # fmt: skip


def _several(codes: str | None) -> tuple[str, ...]:
    return tuple(codes.split(";")) if codes else ()


def _lines(connection: duckdb.DuckDBPyConnection) -> dict[Key, tuple[Line, ...]]:
    found: dict[Key, tuple[Line, ...]] = {}
    for provider, service, *line in connection.execute(
        """
        SELECT DISTINCT c.provider_code, service_id, day_type, mode, cover_scope, from_time, to_time
        FROM cover AS c JOIN questionnaire USING (receipt_id, provider_code) ORDER BY ALL
        """
    ).fetchall():
        found[provider, service] = (*found.get((provider, service), ()), Line(*line))
    return found
