"""What a report on a period asks of the store, as relations of a read-only connection.

A child is counted once, however many providers know it, with the attributes that count (specification 2.4, point 4) among
what they sent for the period. A child whose death any provider has told of by then is on no caseload.

    period(rp_start, rp_end)
    counted(receipt_id, provider_code, rp_start, rp_end, reference_date)    the returns about children that count, so far
    arrived(as counted)                                                     those of them that are for this period
    due(rp_start, rp_end, provider_code, … as commissioned)                 who was to send, from the first return on
    sent(rp_start, rp_end, commissioned, returned)                          how many that were, and how many did
    seen(person_key, … the fields of a child and of its main condition)     a row a child, provider and period of these
    ended(person_key, death_month, told_by, … the fields of a death)        the children who died, as far as told
    member(person_key, rp_start, rp_end, provider_code)                     who was on a caseload, in this period and those before
    described(person_key, rp_start, on_caseload, age, band, … attributes)   a row a child told of in this period, or the last one
    caseload(as described)                                                  those on a caseload at the census date
    in_need(as described)                                                   the caseload without those in remission or cured
    caseload_before(as described)                                           those on one at the census before
    known_at(person_key, provider_code)                                     which providers have it on their caseload
    commissioned(provider_code, provider_name, provider_type)               the providers open in the period, which all must send
    area(area, area_name)                                                   those of [map], else those with a population
    population(area, area_name, people, … by age)                           of these areas, where populations are loaded
    projected, ethnic_population, registered_death, practice                what other snapshots hold, see SNAPSHOTS
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from mds.failures import UsageFailure
from mds.figures.period import make_period
from mds.figures.table import MADE_OF
from mds.network.children import make_children
from mds.reference import shipped

if TYPE_CHECKING:
    import duckdb

    from mds.home import Home

MADE_OF |= {
    "caseload": ("child", "condition", "referral", "phase"),
    "in_need": ("child", "condition", "referral", "phase"),
    "caseload_before": ("child", "condition", "referral", "phase"),
    "described": ("child", "condition", "referral", "phase"),
    "member": ("child",),
    "seen": ("child", "condition"),
    "known_at": ("child",),
    "ended": ("death",),
}

_BANDS = {"under_1": "under_1", "aged_1_5": "age_1_5", "aged_6_10": "age_6_10", "aged_11_15": "age_11_15",
          "aged_16_19": "age_16_19"}  # fmt: skip
_AREA = {"area": "area_code"}

SNAPSHOTS: dict[str, tuple[str, dict[str, str]]] = {
    "population": ("populations", {**_AREA, "area_name": "area_name", "people": "age_0_19", "people_0_17": "age_0_17",
                                   "people_0_25": "age_0_25", **_BANDS}),
    "projected": ("projections", {**_AREA, "year": "year", "people": "age_0_19", "people_0_25": "age_0_25", **_BANDS}),
    "ethnic_population": ("ethnic_populations", {**_AREA, "ethnic_category": "ethnic_category", "people": "age_0_19"}),
    "registered_death": ("registered_deaths", {**_AREA, "year": "year", "deaths": "age_0_17"}),
    "practice": ("practices", {"practice_code": "practice_code", "icb": "icb", "open_to": "open_to"}),
}  # fmt: skip
"""Relation → the kind of snapshot that it is made of, and its columns with those of the snapshot."""


def prepare(connection: duckdb.DuckDBPyConnection, home: Home, rp_start: date, provider: str = "") -> None:
    """Make the relations for the period that begins on `rp_start`, of the whole network or as one provider alone sees it.

    Raises UsageFailure when it is no period of the network, or when nothing was received for it or before.
    """
    make_period(connection, home, rp_start)
    connection.execute(
        """
        CREATE OR REPLACE TEMP TABLE counted AS
        SELECT receipt_id, provider_code, rp_start, rp_end, reference_date FROM receipt
        WHERE list_contains(string_split(counts_for, ';'), 'MDS') AND rp_start <= ? AND ? IN ('', provider_code)
        """,
        [rp_start, provider],
    )
    connection.execute(
        "CREATE OR REPLACE TEMP VIEW arrived AS FROM temp.counted SEMI JOIN temp.period USING (rp_start)"
    )
    if connection.execute("SELECT 1 FROM temp.counted LIMIT 1").fetchone() is None:
        raise UsageFailure("No return about children was received for this period or before. See mds status.")
    _commissioned(connection, home, provider)
    _reference(connection, home)
    make_children(connection)


def _commissioned(connection: duckdb.DuckDBPyConnection, home: Home, provider: str) -> None:
    """Who was to send from the first return on. A provider that is open must send, so it counts where it did not."""
    row = connection.execute("SELECT min(n.rp_start), any_value(p.rp_start) FROM counted AS n, period AS p").fetchone()
    first, now = row or (date.max, date.min)
    named = ("provider_code", "provider_name", "provider_type", "sector")
    open_then = [
        [start, end, *(known[name] for name in named)] for start, end in home.periods(now) if start >= first
        for known in home.providers_open(start, end) if provider in ("", known["provider_code"])
    ]  # fmt: skip
    columns = ", ".join(f"{name} VARCHAR" for name in named)
    connection.execute(f"CREATE OR REPLACE TEMP TABLE due (rp_start DATE, rp_end DATE, {columns})")
    if open_then:
        connection.executemany("INSERT INTO temp.due VALUES (?, ?, ?, ?, ?, ?)", open_then)
    connection.execute(
        f"CREATE OR REPLACE TEMP TABLE commissioned AS SELECT {', '.join(named)} FROM temp.due SEMI JOIN temp.period"
        " USING (rp_start)"
    )
    connection.execute(
        """
        CREATE OR REPLACE TEMP TABLE sent AS
        SELECT d.rp_start, d.rp_end, count(*) AS commissioned, count(n.provider_code) AS returned
        FROM temp.due AS d LEFT JOIN temp.counted AS n USING (rp_start, provider_code) GROUP BY ALL
        """
    )


def _reference(connection: duckdb.DuckDBPyConnection, home: Home) -> None:
    """What is known of the areas from elsewhere. Each relation is empty where its snapshot is not loaded."""
    for name in ("ethnic_group", "icd10_block", "bank_holidays"):
        connection.register(f"shipped_{name}", shipped(name))
    own = ", ".join(f"('{area}')" for area, *_ in home.tiles)
    for name, (kind, columns) in SNAPSHOTS.items():
        home.reference.copy(connection, "loaded", kind, *columns.values())
        within = f"WHERE area_code IN (VALUES {own})" if own and "area" in columns else ""
        chosen = ", ".join(f"{column} AS {name}" for name, column in columns.items())
        connection.execute(f"CREATE OR REPLACE TEMP TABLE {name} AS SELECT {chosen} FROM temp.loaded {within}")
    listed = f"(VALUES {own}) AS own(area)" if own else "temp.population"
    connection.execute(
        f"CREATE OR REPLACE TEMP TABLE area AS SELECT area, coalesce(any_value(p.area_name), '') AS area_name"
        f" FROM (SELECT area FROM {listed}) LEFT JOIN temp.population AS p USING (area) GROUP BY area ORDER BY area"
    )
