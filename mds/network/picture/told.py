"""What the indicators share: the rows of the period with their children, plans in force, deaths and their plans, as SQL."""

from __future__ import annotations

from collections.abc import Mapping

from mds_schemas import codes

_OF_THE_PERIOD = "JOIN counted AS n USING (receipt_id) JOIN period AS p ON p.rp_start = n.rp_start"
_LINKED = "JOIN link AS l ON l.provider_code = {0}.provider_code AND l.local_patient_id = {0}.local_patient_id"


def sent(name: str) -> str:
    """A table's rows in the returns of the period, each with its child and the census date."""
    return f"(SELECT l.person_key, n.reference_date, x.* FROM {name} AS x {_OF_THE_PERIOD} {_LINKED.format('x')})"


def sent_under_referrals(name: str) -> str:
    """The same of a table whose rows belong to a referral."""
    return f"""(
        SELECT l.person_key, n.reference_date, x.* FROM {name} AS x {_OF_THE_PERIOD} AND p.rp_start = x.rp_start
        JOIN referral AS f ON f.receipt_id = x.receipt_id AND f.referral_id = x.referral_id {_LINKED.format("f")}
    )"""


def each_code(name: str) -> str:
    """A value that is a row for each code of a list."""
    return f"unnest(string_split('{';'.join(codes.load(name))}', ';'))"


def high_level(place: str) -> str:
    """The kind of place of a place: hospital, private residence, hospice, care home, other. 98 and 99 stay as they are."""
    return f"CASE WHEN {place} < '98' THEN left({place}, 1) || '0' ELSE {place} END"


def measured(relation: str, measures: Mapping[str, tuple[str, str]], counted: str, of: str) -> str:
    """A row a measure, in their order: of how many rows of a relation it holds, of those among which it is asked. Each measure
    is two conditions."""
    rows = (
        f"SELECT {place} AS place, $${what}$$ AS what, count(*) FILTER ({holds}) AS {counted},"
        f" count(*) AS {of}, {TOLD_BY} AS providers FROM {relation} WHERE {among}"
        for place, (what, (holds, among)) in enumerate(measures.items())
    )
    return f"SELECT * EXCLUDE (place) FROM ({' UNION ALL '.join(rows)}) ORDER BY place"


ADVANCE = "('ACP', 'ANT', 'EOL')"
"""The kinds of plan that are advance care plans, as rule CP401060Q has it."""

IN_FORCE = f"""(
    FROM {sent("care_plan")}
    WHERE created_date <= reference_date AND coalesce(superseded_date > reference_date, true)
)"""
"""The plans that hold at the census date. A child's plans count wherever in the network they are held."""

ALL_PROVIDERS = "(SELECT count(DISTINCT provider_code) FROM known_at)"
"""On how many providers a figure about the whole caseload rests."""

DIED = "(SELECT e.* FROM ended AS e JOIN period AS p ON e.death_month BETWEEN p.rp_end - INTERVAL 1 YEAR AND p.rp_end)"
"""The children who died in the year to the end of the period: so few die in a quarter that nothing could be told of them."""

TOLD_BY = "coalesce(len(list_distinct(flatten(list(told_by)))), 0)"
"""How many providers told of these deaths."""

PLANS_OF_THE_DEAD = f"""(
    SELECT e.person_key, e.death_month, c.* FROM care_plan AS c JOIN counted USING (receipt_id) {_LINKED.format("c")}
    JOIN {DIED} AS e USING (person_key) WHERE c.created_date < e.death_month + INTERVAL 1 MONTH
    QUALIFY row_number() OVER (PARTITION BY c.provider_code, c.plan_id ORDER BY c.rp_start DESC) = 1
)"""
"""Their plans, as last told, that were made before the death or in its month: the day of death is not known to the region."""
