"""Who uses the services: referrals, children with contacts and short breaks, and who they are."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mds.figures.charts import Chart
from mds.figures.statistics import share
from mds.figures.table import FigureTable, Making, Shape, answers, table
from mds.network.picture.caseload import LANGUAGE, PROVIDERS

if TYPE_CHECKING:
    import duckdb

WITH_FAMILY = "attendance IN ('5', '6') AND coalesce(subject, 'C') <> 'R'"
"""SQL: a contact with the child or its family, not with professionals, that took place."""

REACHED = f"""
    met AS (
        SELECT receipt_id, referral_id, bool_or(mechanism = '01') AS face_to_face
        FROM contact SEMI JOIN arrived USING (receipt_id) WHERE {WITH_FAMILY} GROUP BY ALL
    ), breaks AS (
        SELECT DISTINCT receipt_id, referral_id FROM short_break SEMI JOIN arrived USING (receipt_id)
        WHERE nights > 0 OR hours > 0
    ), reached AS (
        SELECT person_key, bool_or(met.referral_id IS NOT NULL) AS contact,
            bool_or(coalesce(met.face_to_face, false)) AS face_to_face, bool_or(breaks.referral_id IS NOT NULL) AS short_break
        FROM referral AS f SEMI JOIN arrived USING (receipt_id) LEFT JOIN met USING (receipt_id, referral_id)
        LEFT JOIN breaks USING (receipt_id, referral_id)
        JOIN link USING (provider_code, local_patient_id)
        GROUP BY person_key
    )
"""
"""SQL: of each child, whether it or its family had a contact or a short break in the period."""

RECEIVED = """
    received AS (
        SELECT person_key, r.* FROM referral AS r JOIN arrived AS n USING (receipt_id, provider_code)
        JOIN link USING (provider_code, local_patient_id)
        WHERE r.referral_date BETWEEN n.rp_start AND n.rp_end
    )
"""
"""SQL: the referrals that providers received in the period."""


@answers(39)
def referrals(connection: duckdb.DuckDBPyConnection) -> FigureTable:
    """Referrals of the period by what became of them."""
    return table(
        connection, "referrals", "Referrals",
        "Referrals that providers received in the period, by the decision told with the return. A child may be referred to "
        "several services.",
        f"""
        WITH {RECEIVED}
        SELECT referral_outcome, count(*) AS referrals, sum(count(*)) OVER ()::BIGINT AS of_referrals,
            count(DISTINCT person_key) AS children, {PROVIDERS}
        FROM received GROUP BY referral_outcome
        ORDER BY list_position(['A', 'R', 'D', 'W', 'X'], referral_outcome)
        """,
        Shape(("referrals", "of_referrals", "children"), {"share": share("referrals", "of_referrals")},
              fields=("referral.referral_outcome",),
              chart=Chart("bars", "referral_outcome", "referrals", unit="referrals")),
    )  # fmt: skip


@answers(39)
def reach(connection: duckdb.DuckDBPyConnection) -> FigureTable:
    """Children on the caseload who, or whose families, had a contact or a short break in the period."""
    kinds = {"contact": "contact with child or family", "face_to_face": "seen face to face", "short_break": "short break",
             "contact OR short_break": "any of these"}  # fmt: skip
    listed = ", ".join(
        f"{{'place': {place}, 'kind': '{kind}', 'had': {had}}}" for place, (had, kind) in enumerate(kinds.items())
    )
    return table(
        connection, "reach", "Children reached",
        "Children on the caseload at the census date who, or whose family, had it with any provider in the period. Contacts that "
        "did not take place, and those between professionals, do not count.",
        f"""
        WITH {REACHED}
        SELECT kind.kind AS reached_by, count(DISTINCT person_key) FILTER (kind.had) AS children,
            count(DISTINCT person_key) AS of_children, {PROVIDERS}
        FROM (
            SELECT person_key, provider_code, unnest([{listed}]) AS kind
            FROM caseload JOIN known_at USING (person_key) LEFT JOIN reached USING (person_key)
        ) GROUP BY kind.kind ORDER BY any_value(kind.place)
        """,
        Shape(("children", "of_children"), {"share": share("children", "of_children")},
              fields=("contact.attendance", "contact.subject")),
    )  # fmt: skip


_GROUPS = {
    "ethnic group": "ethnic_group",
    "language": LANGUAGE,
    "interpreter": "CASE interpreter_needed WHEN 'Y' THEN 'needed' WHEN 'N' THEN 'not needed' END",
    "deprivation": "'fifth ' || ceil(TRY_CAST(imd_decile AS INTEGER) / 2)::INTEGER",
    "sex": "CASE sex WHEN '1' THEN 'male' WHEN '2' THEN 'female' WHEN '9' THEN 'indeterminate' END",
    "age": "band",
}
"""What families are compared by → SQL on `described`."""


@answers(40, 82)
def reach_by_group(connection: duckdb.DuckDBPyConnection) -> FigureTable:
    """Children reached, and referrals accepted, by ethnic group, language, deprivation, sex and age."""
    listed = ", ".join(
        f"{{'place': {place}, 'axis': '{axis}', 'who': coalesce({value}, 'not known')}}"
        for place, (axis, value) in enumerate(_GROUPS.items())
    )
    return table(
        connection, "reach_by_group", "Who is reached",
        "Children on the caseload with a contact or short break in the period, as above, and referrals of the period that were "
        "accepted, of those decided, for children of each group. Fifth 1 of deprivation is the most deprived one. Religion and "
        "belief are not in the children's rows.",
        f"""
        WITH {REACHED}, {RECEIVED}, decided AS (
            SELECT person_key, count(*) AS decided, count(*) FILTER (referral_outcome = 'A') AS accepted
            FROM received WHERE referral_outcome IN ('A', 'R', 'D') GROUP BY person_key
        ), child_of AS (
            SELECT person_key, unnest([{listed}]) AS groups, on_caseload, first_age, list_sort(who) AS who,
                coalesce(contact, false) AS contact, coalesce(short_break, false) AS short_break,
                coalesce(decided, 0) AS decided, coalesce(accepted, 0) AS accepted
            FROM described JOIN period USING (rp_start) LEFT JOIN reached USING (person_key)
            LEFT JOIN decided USING (person_key) LEFT JOIN (
                SELECT person_key, list(DISTINCT provider_code) AS who FROM known_at GROUP BY person_key
            ) USING (person_key)
            WHERE on_caseload OR decided > 0
        )
        SELECT groups.axis AS compared_by, groups.who AS who, count(*) FILTER (on_caseload AND contact) AS with_contact,
            count(*) FILTER (on_caseload AND short_break) AS with_short_break, count(*) FILTER (on_caseload) AS of_children,
            sum(accepted)::BIGINT AS accepted, sum(decided)::BIGINT AS of_referrals,
            len(list_distinct(flatten(list(coalesce(child_of.who, []))))) AS providers
        FROM child_of GROUP BY groups.axis, groups.who
        ORDER BY any_value(groups.place), groups.who = 'not known',
            CASE WHEN groups.axis = 'age' THEN any_value(first_age) END, groups.who
        """,
        Shape(("with_contact", "with_short_break", "of_children", "accepted", "of_referrals"),
              {"share_with_contact": share("with_contact", "of_children"),
               "share_with_short_break": share("with_short_break", "of_children"),
               "share_accepted": share("accepted", "of_referrals")},
              fields=("child.ethnic_category", "child.main_language", "child.interpreter_needed", "child.imd_decile"),
              chart=Chart("bars", "who", "share_with_contact", by="compared_by", unit="% with a contact")),
    )  # fmt: skip


ALL: tuple[Making, ...] = (referrals, reach, reach_by_group)
