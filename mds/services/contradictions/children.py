"""The children whom a service cares for, and who sent them, against whom it says it takes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from mds.reports.wording import day, listed
from mds.services.contradictions.told import Against, Key, Say, Told, some
from mds_schemas import codes

if TYPE_CHECKING:
    import duckdb

AFTER_DEATH = ("16", "20")
"""Types of contact at which the child has no age any more."""
FAMILY, UNKNOWN = "14", ("98", "99")
"""Kinds of referrer (CL12): families themselves, and those of whom nothing is known."""
_MOST_NAMED = 4


@dataclass(frozen=True)
class Check:
    """One thing that a service says of the children whom it takes."""

    what: str
    counts: str
    """SQL: provider, service, a value, and how many children or referrals have it."""
    fits: Callable[[Told, Any], bool]
    said: Callable[[Told], str]
    shown: Callable[[Any], str]
    """What is said of them behind their number."""
    of: tuple[str, str] = ("child", "children")


def prepare(connection: duckdb.DuckDBPyConnection) -> None:
    """Make `running`: the episodes of care that touch the period, of the providers whose questionnaire is in force."""
    connection.execute(
        """
        CREATE OR REPLACE TEMP TABLE running AS
        SELECT f.*, p.rp_start AS first_day FROM referral AS f JOIN period AS p ON p.rp_start = f.rp_start
        WHERE episode_start <= p.rp_end AND coalesce(episode_end >= p.rp_start, true) AND service_id IS NOT NULL
            AND f.provider_code IN (SELECT provider_code FROM questionnaire)
        """
    )


def _ages(extreme: str, day_of_birth: str) -> str:
    """SQL: children by their age in whole years, on their first day of care in the period and at each contact, whichever is
    most extreme. Of the birth only the month is known: the day is the one that speaks for the questionnaire."""
    age = f"date_sub('year', {day_of_birth}, day)"
    return f"""
        SELECT provider_code, service_id, age, count(*) FROM (
            SELECT provider_code, service_id, local_patient_id, {extreme}({age}) AS age
            FROM (
                SELECT receipt_id, provider_code, service_id, local_patient_id, greatest(episode_start, first_day) AS day
                FROM running
                UNION ALL
                SELECT receipt_id, provider_code, service_id, local_patient_id, contact_date
                FROM running JOIN contact USING (receipt_id, provider_code, referral_id)
                WHERE attendance IN ('5', '6') AND contact_type NOT IN {AFTER_DEATH}
            ) JOIN child USING (receipt_id, provider_code, local_patient_id)
            WHERE birth_month <= day GROUP BY ALL
        ) GROUP BY ALL
    """


def _ages_told(told: Told) -> str:
    return f"ages {told.age_from} to {told.age_to}"


def _aged(age: int) -> str:
    return f"aged {age}"


def _open_to(told: Told, source: str) -> bool:
    """Whether a kind of referrer may refer, by what is told. A blank says nothing."""
    if source in UNKNOWN:
        return True
    if source == FAMILY and told.self_referral:
        return told.self_referral == "Y"
    return not told.routes or source in told.routes


def _routes_told(told: Told) -> str:
    said = [f"referrals by {'; '.join(map(_source, told.routes))}"] if told.routes else []
    families = {"Y": ["families may refer themselves"], "N": ["families may not refer themselves"]}
    return "; ".join([*said, *families.get(told.self_referral or "", [])])


def _source(code: str) -> str:
    return codes.load("CL12").labels[code]


CHECKS = (
    Check(
        "children younger than the service takes",
        _ages("min", "birth_month"),
        lambda told, age: age >= told.age_from,
        _ages_told,
        _aged,
    ),
    Check(
        "children older than the service takes",
        _ages("max", "last_day(birth_month)"),
        lambda told, age: age <= told.age_to,
        _ages_told,
        _aged,
    ),
    Check(
        "children from areas that the service does not serve",
        """
        SELECT provider_code, service_id, [lad_code, coalesce(nullif(area_name, ''), lad_code)] AS place,
            count(DISTINCT local_patient_id)
        FROM running JOIN child USING (receipt_id, provider_code, local_patient_id) LEFT JOIN area ON area = lad_code
        WHERE lad_code IS NOT NULL GROUP BY ALL
        """,
        lambda told, place: place[0] in told.areas,
        lambda told: listed([*told.areas.values()]),
        lambda place: f"from {place[1]}",
    ),
    Check(
        "children of ACT categories that the service does not take",
        """
        SELECT provider_code, service_id, categories, count(DISTINCT local_patient_id)
        FROM running JOIN (
            SELECT receipt_id, local_patient_id, list_sort(list(DISTINCT act_category)) AS categories
            FROM condition WHERE act_category <> '9' GROUP BY ALL
        ) USING (receipt_id, local_patient_id)
        GROUP BY ALL
        """,
        lambda told, categories: not told.act_categories or bool({*categories} & {*told.act_categories}),
        lambda told: f"ACT categories {', '.join(told.act_categories)}",
        lambda categories: f"of category {listed(categories)}",
    ),
    Check(
        "referrals by those who may not refer",
        "SELECT provider_code, service_id, referral_source, count(*) FROM running GROUP BY ALL",
        _open_to,
        _routes_told,
        lambda source: f"by {_source(source)}",
        ("referral", "referrals"),
    ),
)


def against(connection: duckdb.DuckDBPyConnection, told: Mapping[Key, Told], say: Say) -> Iterator[Against]:
    """Services whose children are not those whom they say they take, that are not listed, or that were not open."""
    for check in CHECKS:
        found: dict[Key, list[tuple[Any, int]]] = defaultdict(list)
        for provider, service, value, count in connection.execute(f"{check.counts} ORDER BY 4 DESC, 3").fetchall():
            key = (provider, service)
            if key in told and not check.fits(told[key], value):
                found[key].append((value, count))
        for key, counts in found.items():
            shown = listed(
                [f"{some(count, *check.of, say)} {check.shown(value)}" for value, count in counts], _MOST_NAMED
            )
            yield Against(*key, check.what, check.said(told[key]), shown, sum(count for _, count in counts))
    yield from _unlisted(connection, told, say)
    yield from _not_open(connection, told, say)


def _unlisted(connection: duckdb.DuckDBPyConnection, told: Mapping[Key, Told], say: Say) -> Iterator[Against]:
    rows = connection.execute(
        "SELECT provider_code, service_id, count(DISTINCT local_patient_id) FROM running GROUP BY ALL ORDER BY ALL"
    ).fetchall()
    for provider, service, children in rows:
        if (provider, service) not in told:
            own = [number for sender, number in told if sender == provider]
            said = f"services {listed(own, _MOST_NAMED)}" if own else "no services"
            what = "children of a service that is not listed"
            yield Against(provider, service, what, said, some(children, "child", "children", say), children)


def _not_open(connection: duckdb.DuckDBPyConnection, told: Mapping[Key, Told], say: Say) -> Iterator[Against]:
    rows = connection.execute(
        """
        SELECT f.provider_code, f.service_id, count(*) FILTER (contact_date < opened_on) AS before,
            count(*) FILTER (contact_date > closed_on) AS after
        FROM contact AS c JOIN period AS p ON p.rp_start = c.rp_start
        JOIN referral AS f USING (receipt_id, provider_code, referral_id)
        JOIN (FROM service JOIN questionnaire USING (receipt_id, provider_code)) AS s USING (provider_code, service_id)
        WHERE attendance IN ('5', '6') GROUP BY ALL HAVING before + after > 0 ORDER BY ALL
        """
    ).fetchall()
    for provider, service, before, after in rows:
        own = told[provider, service]
        days = {"opened": own.opened_on, "closed": own.closed_on}
        said = [f"{word} on {day(then)}" for word, then in days.items() if then]
        shown = [
            f"{some(n, 'contact', 'contacts', say)} {word}" for n, word in ((before, "before"), (after, "after")) if n
        ]
        what = "contacts while the service was not open"
        yield Against(provider, service, what, ", ".join(said), " and ".join(shown), before + after)
