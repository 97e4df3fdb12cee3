"""Rules on phases of illness (specification 4.7)."""

from __future__ import annotations

from mds_validators.rules.rule import Rule, Stage

_DEAD = """
    SELECT local_patient_id, death_date FROM sent_death
    UNION ALL SELECT local_patient_id, death_date FROM earlier_death
"""
"""Every child known to have died, also by an earlier return or by a row that fell out for another fault."""

_ASSESSED = """
    SELECT referral_id, phase_date, phase_code FROM sent_phase
    UNION ALL SELECT referral_id, phase_date, phase_code FROM previous_phase
"""
"""Assessments of this return and of the one before, so that a monthly return need not repeat what still holds."""

_OPEN = "episode_start <= ret.reference_date AND (episode_end IS NULL OR episode_end > ret.reference_date)"
"""Condition on a referral: its episode is open at the census date."""

RULES = (
    Rule(
        "CP202010",
        "record",
        Stage.XTAB,
        "phase",
        "This assessment belongs to a referral row that was not accepted ({parent}). Fix that row first.",
        "An assessment cannot be kept without the episode in which it was made.",
        at=("referral_id",),
        checked_by="cascade",
        bad={"referral": {"referral_source": ""}},
        good={"referral": [{}, {"referral_id": "RF002", "referral_source": ""}]},
    ),
    Rule(
        "CP202020",
        "record",
        Stage.FIELD,
        "phase",
        "Say which scheme the phase uses: {takes}.",
        "The same colour or number means different things in different schemes.",
        at=("phase_scheme",),
        checked_by="field",
        bad={"phase": {"phase_scheme": ""}},
        good={"phase": {"phase_scheme": "pcoc", "phase_submitted": "Stable"}},
    ),
    Rule(
        "CP202025",
        "record",
        Stage.REF,
        "phase",
        "This value is not part of the scheme of its row. Enter one that is, or correct the scheme; for a local "
        "scheme, send its list of values to your network.",
        "A value that its scheme does not hold cannot be counted as a phase of illness.",
        at=("phase_submitted", "phase_scheme"),
        where="phase_submitted IS NOT NULL AND phase_scheme IS NOT NULL AND phase_code IS NULL",
        bad={"phase": {"phase_scheme": "LUTON", "phase_submitted": "amber"}},
        good={"phase": {"phase_scheme": "GSFP", "phase_submitted": "Amber"}},
    ),
    # At stage FIELD and not XFIELD, because the blank scheme has by then taken the row out (CP202020).
    Rule(
        "CP202030",
        "record",
        Stage.FIELD,
        "phase",
        "A colour alone is not enough: green means different things in different schemes. Say which scheme it is from.",
        "A colour is never mapped without its scheme.",
        at=("phase_submitted", "phase_scheme"),
        where="phase_scheme IS NULL AND is_colour(phase_submitted)",
        source="S:S3, GSF-NW, ONC-RAG",
        bad={"phase": {"phase_scheme": "", "phase_submitted": "Green"}},
        good={"phase": {"phase_scheme": "", "phase_submitted": "stable"}},
    ),
    Rule(
        "CP202040",
        "record",
        Stage.XFIELD,
        "phase",
        "The assessment is dated before the episode starts, after it ends or after the period. Correct this date or "
        "those of the episode.",
        "A phase of illness describes the child during the episode that it belongs to.",
        at=("phase_date",),
        where="phase_date < referral.episode_start OR phase_date > coalesce(referral.episode_end, ret.rp_end)",
        bad={"phase": {"phase_date": "2026-07-01"}},
        good={
            "child": {"caseload_status": "D"},
            "referral": {"episode_end": "2026-06-10", "episode_end_reason": "04"},
            "phase": [{"phase_date": "2024-02-12"}, {"phase_date": "2026-06-10"}],
        },
    ),
    Rule(
        "CP202050",
        "record",
        Stage.XTAB,
        "phase",
        "A phase of illness is dated after the child's death. Correct one of the two dates, or record bereavement.",
        "After a death only the bereavement phase is possible.",
        at=("phase_date",),
        where="phase_code IN ('1', '2', '3', '4') AND phase_date > death.death_date",
        bad={"death": {"death_date": "2026-06-09"}},
        good={"death": {"death_date": "2026-06-10"}},
    ),
    # A death that an earlier return reported is as good as a row of this one: the family is in bereavement for longer.
    Rule(
        "CP202055",
        "record",
        Stage.XTAB,
        "phase",
        "The bereavement phase needs a death on or before its date. Add the death, or correct the phase or its date.",
        "The bereavement phase begins with the child's death.",
        at=("phase_submitted", "phase_date"),
        where=f"""
            phase_code = '5' AND referral.referral_id IS NOT NULL AND (
                phase_date < death.death_date
                OR referral.local_patient_id NOT IN (
                    SELECT local_patient_id FROM ({_DEAD}) WHERE local_patient_id IS NOT NULL))
        """,
        bad={"phase": {"phase_submitted": "navy"}},
        good={"phase": {"phase_submitted": "navy"}, "death": {"death_date": "2026-06-10"}},
    ),
    # Rows with the same phase but other details are CP202920; a colour and a number that mean one phase do not differ.
    Rule(
        "CP202060",
        "record",
        Stage.XREC,
        "phase",
        "This row and {others} give different phases for one referral on the same day. Keep the one that was agreed.",
        "A child is in one phase of illness at a time.",
        at=("phase_submitted", "phase_date"),
        query="""
            WITH clash AS (
                SELECT referral_id, phase_date, min(row_id, 6) AS rows_of_day FROM phase
                WHERE referral_id IS NOT NULL AND phase_date IS NOT NULL
                GROUP BY referral_id, phase_date
                HAVING count(DISTINCT coalesce(phase_code, lower(phase_submitted))) > 1
            )
            SELECT row_id, list_filter(rows_of_day, lambda other: other <> phase.row_id)[:5] AS others
            FROM phase JOIN clash USING (referral_id, phase_date)
        """,
        bad={"phase": [{}, {"phase_submitted": "green"}]},
        good={"phase": [{}, {"phase_submitted": "1"}, {"phase_submitted": "green", "phase_date": "2026-06-11"}]},
    ),
    # Marks the referral, since it may have no assessment at all. A child who died is left to CP201115Q, and a row that
    # was sent but fell out counts as a review.
    Rule(
        "CP202070Q",
        "warning",
        Stage.XTAB,
        "referral",
        "The phase of illness has not been reviewed for {days} days while this episode is open. Add the latest "
        "assessment, or end the episode.",
        "The phase is reviewed monthly, and once a quarter when the child is stable, so that care follows the need.",
        at=("referral_id", "episode_start"),
        query=f"""
            WITH latest AS (
                SELECT referral_id, phase_date, phase_code FROM ({_ASSESSED})
                QUALIFY row_number() OVER (PARTITION BY referral_id ORDER BY phase_date DESC, phase_code) = 1
            ), opened AS (
                SELECT referral.row_id, phase_date, phase_code,
                    ret.reference_date - coalesce(phase_date, episode_start) AS days
                FROM referral CROSS JOIN ret LEFT JOIN latest ON latest.referral_id = referral.referral_id
                WHERE {_OPEN} AND NOT EXISTS (
                    SELECT 1 FROM ({_DEAD}) AS dead WHERE dead.local_patient_id = referral.local_patient_id)
            )
            SELECT row_id, days FROM opened
            WHERE phase_date IS NULL OR days > CASE WHEN phase_code IN ('2', '3', '4') THEN 31 ELSE 92 END
        """,
        source="monthly review S:S3 6.2; intervals P",
        bad={"phase": {"phase_submitted": "green", "phase_date": "2026-05-29"}},
        good={
            "referral": [{}, {"referral_id": "RF002", "service_id": "S2"}],
            "phase": [
                {"phase_submitted": "green", "phase_date": "2026-05-30"},
                {"referral_id": "RF002", "phase_submitted": "blue", "phase_date": "2026-03-30"},
            ],
        },
    ),
    # The phase lasts until the next one, the death, the end of the episode or the census date, whichever is first.
    Rule(
        "CP202080Q",
        "warning",
        Stage.XREC,
        "phase",
        "The terminal phase has lasted {days} days without a change. Confirm it, or add the later assessment.",
        "The terminal phase is a matter of days, so a long one is often a review that was not recorded.",
        at=("phase_date", "phase_submitted"),
        query=f"""
            WITH assessed AS (
                SELECT row_id, referral_id, phase_date, phase_code FROM phase
                UNION ALL SELECT NULL, referral_id, phase_date, phase_code FROM previous_phase
            ), spell AS (
                SELECT row_id, referral_id, phase_date, phase_code,
                    count(*) FILTER (phase_code <> '4') OVER (PARTITION BY referral_id ORDER BY phase_date) AS number,
                    min(phase_date) FILTER (phase_code <> '4') OVER (
                        PARTITION BY referral_id ORDER BY phase_date ROWS BETWEEN CURRENT ROW AND UNBOUNDED FOLLOWING
                    ) AS changed
                FROM assessed WHERE phase_code BETWEEN '1' AND '5'
            ), terminal AS (
                SELECT referral_id, min(row_id) AS row_id, min(phase_date) AS since, min(changed) AS changed
                FROM spell WHERE phase_code = '4' GROUP BY referral_id, number
            ), episode AS (
                SELECT referral_id, min(local_patient_id) AS local_patient_id, min(episode_end) AS episode_end
                FROM sent_referral GROUP BY referral_id
            ), dead AS (
                SELECT local_patient_id, min(death_date) AS death_date FROM ({_DEAD}) GROUP BY local_patient_id
            )
            SELECT terminal.row_id, least(changed, death_date, episode_end, ret.reference_date) - since AS days
            FROM terminal CROSS JOIN ret LEFT JOIN episode USING (referral_id) LEFT JOIN dead USING (local_patient_id)
            WHERE terminal.row_id IS NOT NULL AND days > 30
        """,
        bad={"phase": [{"phase_submitted": "red", "phase_date": "2026-05-30"}, {"phase_submitted": "red"}]},
        good={
            "phase": [
                {"phase_submitted": "red", "phase_date": "2026-04-10"},
                {"phase_submitted": "yellow", "phase_date": "2026-05-10"},
                {"phase_submitted": "red", "phase_date": "2026-05-31"},
            ]
        },
    ),
    Rule(
        "CP202100Q",
        "warning",
        Stage.FIELD,
        "phase",
        "This column has colours and no words, and a colour cannot be read. Write the phase, or the name of the colour, into "
        "the cells.",
        "A colour says something only to those who know the key, and no file carries it.",
        checked_by="intake",
    ),
    # A child counts once under each phase of its open episodes, so that two services which disagree show up too.
    Rule(
        "CP202090Q",
        "warning",
        Stage.XREC,
        "phase",
        "Children by phase add to {sum}, but {n} are on the caseload. Check which children have no phase of illness, "
        "or two.",
        "The table of children by phase is only of use when it adds up to the caseload.",
        query=f"""
            WITH latest AS (
                SELECT referral_id, phase_code FROM ({_ASSESSED}) CROSS JOIN ret WHERE phase_date <= ret.reference_date
                QUALIFY row_number() OVER (PARTITION BY referral_id ORDER BY phase_date DESC, phase_code) = 1
            ), placed AS (
                SELECT DISTINCT local_patient_id, phase_code
                FROM latest JOIN sent_referral USING (referral_id) CROSS JOIN ret
                WHERE {_OPEN} AND phase_code IS DISTINCT FROM '5'
                    AND local_patient_id IN (SELECT local_patient_id FROM child)
            )
            SELECT NULL AS row_id, (SELECT count(*) FROM placed) AS sum,
                (SELECT count(DISTINCT local_patient_id) FROM child WHERE caseload_status = 'A') AS n
            WHERE sum <> n
        """,
        source="S:S3 6.2 shows this slip",
        bad={"child": [{}, {"local_patient_id": "SB002", "nhs_number": "", "nhs_number_status": "07"}]},
        good={
            "referral": [{}, {"referral_id": "RF002", "service_id": "S2"}],
            "phase": [{"phase_submitted": "green", "phase_date": "2026-06-01"}, {}, {"referral_id": "RF002"}],
        },
    ),
)
