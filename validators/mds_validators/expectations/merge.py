"""What providers of a network say differently of one child (specification 4.13, MERGE), among the returns for the period.

The fields hold no LSOA, so two children are alike (CP900060Q) when they are of one local authority and one deprivation decile.
A death is known by its month: an episode that ended within it is no contradiction.
"""

from __future__ import annotations

from mds_validators.expectations.check import Check

_PAIR = "a.provider_code || ' and ' || b.provider_code AS provider_code"

_NOW = """
    now AS (FROM seen SEMI JOIN period USING (rp_start)),
    shared AS (
        FROM now QUALIFY min(provider_code) OVER (PARTITION BY person_key) <> max(provider_code) OVER (PARTITION BY person_key)
    )
"""
"""SQL: the child rows of the period, and those of children whom several providers sent."""


def _differing(said: str) -> str:
    """SQL: two providers, a field, and of how many children they say different things. `said` is a query of (person_key,
    provider_code, field, value), without what says that nothing is known."""
    return f"""
        WITH {_NOW}, said AS ({said})
        SELECT {_PAIR}, field, count(DISTINCT person_key) AS rows
        FROM said AS a JOIN said AS b USING (person_key, field)
        WHERE a.provider_code < b.provider_code AND a.value <> b.value
        GROUP BY ALL
    """


_ATTRIBUTES = """
    FROM (UNPIVOT (
        SELECT person_key, provider_code, birth_month::VARCHAR AS birth_month, nullif(sex, 'X') AS sex FROM shared
    ) ON birth_month, sex INTO NAME field VALUE value)
"""

_ETHNIC = """
    SELECT person_key, provider_code, 'ethnic_category' AS field, ethnic_category AS value
    FROM shared WHERE ethnic_category NOT IN ('Z', '99')
"""

_KEY_WORKERS = """
    SELECT person_key, provider_code, 'key_worker' AS field, coalesce(key_worker_org, provider_code) AS value
    FROM shared WHERE key_worker = 'Y' AND caseload_status = 'A'
"""

_PREFERRED_PLACES = """
    SELECT person_key, provider_code, 'preferred_death_place' AS field,
        arg_max(preferred_death_place, coalesce(agreed_date, created_date)) AS value
    FROM care_plan JOIN shared USING (receipt_id, provider_code, local_patient_id)
    WHERE superseded_date IS NULL AND preferred_death_place NOT IN ('98', '99')
    GROUP BY ALL
"""

_CATEGORIES = """
    SELECT row(person_key, reference_date) AS person_key, provider_code, 'act_category' AS field, act_category AS value
    FROM shared WHERE act_category <> '9'
"""

_DEAD_AND_ACTIVE = f"""
    WITH {_NOW}, died AS (
        SELECT person_key, provider_code, last_day(min(death_month)) AS by_day
        FROM death JOIN counted USING (receipt_id, provider_code) JOIN link USING (provider_code, local_patient_id)
        GROUP BY ALL
    ), active AS (
        SELECT person_key, provider_code, max(coalesce(episode_end, 'infinity'::DATE)) AS until
        FROM referral JOIN now USING (receipt_id, provider_code, local_patient_id)
        WHERE episode_start IS NOT NULL AND caseload_status IN ('A', 'P')
        GROUP BY ALL
    )
    SELECT {_PAIR}, 'episode_end' AS field, count(*) AS rows
    FROM died AS a JOIN active AS b USING (person_key)
    WHERE a.provider_code <> b.provider_code AND until > by_day
    GROUP BY ALL
"""

_ALIKE = f"""
    WITH {_NOW}, alike AS (
        SELECT person_key, provider_code, identity_class, birth_month, sex, lad_code, coalesce(imd_decile, '') AS imd_decile,
            diagnostic_group
        FROM now JOIN link USING (person_key, provider_code, local_patient_id)
        WHERE sex <> 'X'
    )
    SELECT least(a.provider_code, b.provider_code) || ' and ' || greatest(a.provider_code, b.provider_code) AS provider_code,
        'nhs_number_status' AS field, count(DISTINCT a.person_key) AS rows
    FROM alike AS a JOIN alike AS b USING (birth_month, sex, lad_code, imd_decile, diagnostic_group)
    WHERE a.identity_class = 'single' AND a.person_key <> b.person_key AND a.provider_code <> b.provider_code
    GROUP BY ALL
"""

_KEYS = """
    SELECT provider_code, 'person_token' AS field, count(*) AS rows
    FROM child SEMI JOIN counted USING (receipt_id)
    WHERE split_part(person_token, ':', 1) <> (SELECT value FROM setting WHERE name = 'stage2_key')
    GROUP BY ALL
    UNION ALL
    SELECT provider_code, 'person_key', count(*) FROM link
    WHERE split_part(person_key, ':', 1) <> (SELECT value FROM setting WHERE name = 'stage2_key')
    GROUP BY ALL
    UNION ALL
    SELECT provider_code, name, count(*)
    FROM receipt SEMI JOIN counted USING (receipt_id) CROSS JOIN setting
    JOIN (VALUES ('stage1_key', 'stage1'), ('stage2_key', 'stage2'), ('normalisation', 'norm')) AS keys(name, told) USING (name)
    WHERE document ->> ('$.keys.' || told) IS DISTINCT FROM value
    GROUP BY ALL
    UNION ALL
    SELECT provider_code, 'local_patient_id', sum(children)::BIGINT FROM (
        SELECT provider_code, receipt_id, person_token, count(*) AS children
        FROM child SEMI JOIN counted USING (receipt_id) WHERE person_token IS NOT NULL GROUP BY ALL HAVING count(*) > 1
    ) GROUP BY ALL
"""
"""Tokens and persons of another key than the store's, receipts made under other keys, and one token for two children."""

_NIGHTS = f"""
    WITH {_NOW}, stay AS (
        SELECT receipt_id, provider_code, local_patient_id, start_date AS begins, end_date AS ends
        FROM short_break JOIN referral USING (receipt_id, provider_code, referral_id) WHERE nights > 0
        UNION ALL
        SELECT receipt_id, provider_code, local_patient_id, admitted_at::DATE, coalesce(discharged_at::DATE, rp_end + 1)
        FROM admission
    ), night AS (
        SELECT person_key, provider_code, begins, ends FROM stay JOIN shared USING (receipt_id, provider_code, local_patient_id)
    )
    SELECT {_PAIR}, 'nights' AS field, count(DISTINCT person_key) AS rows
    FROM night AS a JOIN night AS b USING (person_key)
    WHERE a.provider_code < b.provider_code AND a.begins < b.ends AND b.begins < a.ends
    GROUP BY ALL
"""

_MISSING = """
    SELECT provider_code, NULL::VARCHAR AS field, 1 AS rows
    FROM commissioned ANTI JOIN (FROM counted SEMI JOIN period USING (rp_start)) USING (provider_code)
"""

CHECKS = (
    Check(
        "CP900010Q", "warning", "Birth month or sex differs between providers",
        "Two providers say different things of one child. Ask both which is right, and whether it is the same child.",
        _differing(_ATTRIBUTES),
    ),
    Check(
        "CP900020Q", "warning", "Ethnic group differs between providers",
        "Two providers state different ethnic groups of one child. Ask both which one the family gave last.",
        _differing(_ETHNIC),
    ),
    Check(
        "CP900030Q", "warning", "Died at one provider, active at another",
        "The first provider reports a death, the second has an open episode. Tell the second with care, or correct the first.",
        _DEAD_AND_ACTIVE,
    ),
    Check(
        "CP900040Q", "warning", "Two key workers",
        "Two providers name a key worker of different organisations for one child. Let them agree on one.",
        _differing(_KEY_WORKERS),
    ),
    Check(
        "CP900050Q", "warning", "Preferred place of death differs between plans",
        "Active plans of two providers name different preferred places of death. Let them share the one that was agreed last.",
        _differing(_PREFERRED_PLACES),
    ),
    Check(
        "CP900060Q", "warning", "Possibly the same child, without NHS number",
        "A child without NHS number is like one of another provider in birth month, sex, area and diagnostic group. Trace it.",
        _ALIKE,
    ),
    Check(
        "CP900070", "error", "Pseudonyms of different keys",
        "Pseudonyms were made with different keys, or one stands for two children, so that children cannot be counted. "
        "Restore the store and the keys from one backup.",
        _KEYS,
    ),
    Check(
        "CP900080Q", "warning", "ACT category differs between providers",
        "Two providers put one child into different categories on the same census date. Let them agree on one.",
        _differing(_CATEGORIES),
    ),
    Check(
        "CP900090Q", "warning", "In two beds on one night",
        "Overnight stays of one child at two providers overlap. Ask both for the dates.",
        _NIGHTS,
    ),
    Check(
        "CP900100Q", "warning", "No return",
        "No return of this provider counts for the period, so the figures of its area are incomplete. Ask for it.",
        _MISSING,
    ),
)  # fmt: skip
