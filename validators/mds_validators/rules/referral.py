"""The rules of table 201: referrals and the episodes of care that follow."""

from __future__ import annotations

from mds_validators.rules.rule import Rule, Stage

_ENDED = {"episode_end": "2025-05-01", "episode_end_reason": "02"}
_NOT_ACCEPTED = {"referral_outcome": "R", "rejection_reason": "01", "episode_start": ""}
_NO_ACTIVITY: dict[str, list[dict[str, str]]] = {"contact": [], "short_break": [], "admission": [], "care_plan": []}

RULES = (
    Rule(
        "CP201010",
        "record",
        Stage.XTAB,
        "referral",
        "This referral belongs to a child row that was not accepted ({parent}). Fix that row first.",
        "A referral cannot be counted without the child who was referred.",
        at=("local_patient_id",),
        checked_by="cascade",
        bad={"child": {"caseload_status": ""}},
        good={"child": {"postcode": ""}},
    ),
    Rule(
        "CP201020",
        "record",
        Stage.XREC,
        "referral",
        "The referral number is missing or stands in another row too. Give each referral its own number, in one row.",
        "Contacts, stays and phases find their referral by this number.",
        at=("referral_id",),
        # Of exact copies the first stays, so that what belongs to the referral is not lost with it. The message names
        # no rows, for the field reader gives it to blanks as well.
        query="""
            WITH repeated AS (
                SELECT referral_id FROM referral WHERE referral_id IS NOT NULL GROUP BY referral_id HAVING count(*) > 1
            ), numbered AS (
                SELECT row_id, referral_id, row(*COLUMNS(* EXCLUDE (row_id, src, line))) AS content
                FROM referral SEMI JOIN repeated USING (referral_id)
            )
            SELECT row_id FROM numbered
            WINDOW same AS (PARTITION BY referral_id)
            QUALIFY count(DISTINCT content) OVER same > 1 OR row_id > min(row_id) OVER same
        """,
        bad={"referral": [{}, {"service_id": "S2"}]},
        good={"referral": [{}, {"referral_id": "RF002", "service_id": "S2"}]},
    ),
    Rule(
        "CP201030",
        "record",
        Stage.FIELD,
        "referral",
        "The date of referral is missing or cannot be read. Enter {takes}.",
        "Waiting times run from the day the service received the request.",
        at=("referral_date",),
        checked_by="field",
        source="as S:CIN-VAL 8600",
        bad={"referral": {"referral_date": "30/02/2024"}},
        good={"referral": {"referral_date": "05/02/2024"}},
    ),
    Rule(
        "CP201035",
        "record",
        Stage.XFIELD,
        "referral",
        "The referral is dated after the period. Correct the date, or send the referral with the next return.",
        "A return tells what happened up to the last day of its period.",
        at=("referral_date",),
        where="referral_date > ret.rp_end",
        bad={"referral": {"referral_date": "2026-07-01", "episode_start": "2026-07-01"}},
        good={"referral": {"referral_date": "2026-06-30", "episode_start": "2026-06-30"}},
    ),
    Rule(
        "CP201040",
        "record",
        Stage.XFIELD,
        "referral",
        "The referral is more than 40 weeks before birth. Check the date of referral and the date of birth.",
        "A child can be referred before birth, but not before the pregnancy.",
        at=("referral_date",),
        where="referral_date < coalesce(child.person_birth_date, child.expected_delivery_date) - 280",
        source="S:CIN-VAL 8606",
        bad={"referral": {"referral_date": "2017-08-06"}},
        good={"referral": {"referral_date": "2017-08-07"}},
    ),
    Rule(
        "CP201050",
        "record",
        Stage.FIELD,
        "referral",
        "{label}: this is missing or not on the list. Enter {takes}.",
        "Who refers, and why, can be compared only when all providers use one list.",
        at=("referral_source", "referral_reasons"),
        checked_by="field",
        source="as S:CIN-VAL 8866",
        bad={"referral": {"referral_reasons": "01;77"}},
        good={"referral": {"referral_reasons": "01;98"}},
    ),
    Rule(
        "CP201060",
        "record",
        Stage.XFIELD,
        "referral",
        "The referral was accepted: enter the day care started. If it has not been decided yet, change the outcome.",
        "The caseload is counted from the first day the service is responsible for the child.",
        at=("episode_start", "referral_outcome"),
        where="referral_outcome = 'A' AND episode_start IS NULL",
        bad={"referral": {"episode_start": ""}},
        good={"referral": {"referral_outcome": "W", "episode_start": ""}, "contact": []},
    ),
    Rule(
        "CP201065",
        "record",
        Stage.XFIELD,
        "referral",
        "The referral was not accepted, but a start of care or a contact was recorded. Correct the outcome, or remove "
        "the care.",
        "Care that was given belongs to an accepted referral.",
        at=("referral_outcome", "episode_start"),
        where="""
            referral_outcome <> 'A'
            AND (episode_start IS NOT NULL OR referral_id IN (SELECT referral_id FROM contact))
        """,
        source="as S:CIN-VAL 8831",
        bad={"referral": _NOT_ACCEPTED},
        good={"referral": [{}, {**_NOT_ACCEPTED, "referral_id": "RF002"}]},
    ),
    Rule(
        "CP201070",
        "record",
        Stage.XFIELD,
        "referral",
        "Care started before the referral was received. Correct one of the two dates.",
        "The wait from referral to care cannot be negative.",
        at=("episode_start", "referral_date"),
        where="episode_start < referral_date",
        bad={"referral": {"episode_start": "2024-02-04"}},
        good={"referral": {"episode_start": "2024-02-05"}},
    ),
    Rule(
        "CP201080",
        "record",
        Stage.XFIELD,
        "referral",
        "Care ended before it started. Correct one of the two dates.",
        "The length of an episode cannot be negative.",
        at=("episode_end", "episode_start"),
        where="episode_end < episode_start",
        source="as S:CIN-VAL 8630",
        bad={"referral": {"episode_end": "2024-02-11", "episode_end_reason": "02"}},
        good={"referral": {"episode_end": "2024-02-12", "episode_end_reason": "02"}},
    ),
    Rule(
        "CP201090",
        "record",
        Stage.XFIELD,
        "referral",
        "Say why the care ended, or remove the date it ended.",
        "The reason tells a child who got better from one who moved, died or was lost.",
        at=("episode_end_reason", "episode_end"),
        where="episode_end IS NOT NULL AND episode_end_reason IS NULL",
        source="S:CIN-VAL 8805",
        bad={"referral": {"episode_end": "2026-05-31"}},
        good={"referral": {"episode_end": "2026-05-31", "episode_end_reason": "98"}},
    ),
    Rule(
        "CP201095",
        "record",
        Stage.XFIELD,
        "referral",
        "Enter the date the care ended, or remove the reason.",
        "An episode with a reason for its end but no date would stay on the caseload.",
        at=("episode_end", "episode_end_reason"),
        where="episode_end_reason IS NOT NULL AND episode_end IS NULL",
        source="S:CIN-VAL 8810",
        bad={"referral": {"episode_end_reason": "04"}},
        good={"referral": {"episode_end_reason": "04", "episode_end": "2026-05-31"}},
    ),
    Rule(
        "CP201100",
        "record",
        Stage.XFIELD,
        "referral",
        "Say why the referral was not accepted.",
        "The reasons show where children cannot get the service they were referred to.",
        at=("rejection_reason",),
        where="referral_outcome = 'R' AND rejection_reason IS NULL",
        bad={"referral": {**_NOT_ACCEPTED, "rejection_reason": ""}, "contact": []},
        good={"referral": {**_NOT_ACCEPTED, "referral_outcome": "D", "rejection_reason": ""}, "contact": []},
    ),
    Rule(
        "CP201110",
        "record",
        Stage.XTAB,
        "referral",
        "The care ended because the child died, but no death details were sent. Add a row to the Deaths sheet, or "
        "correct the reason.",
        "Place of death and care at the end of life can be reported only with the details of the death.",
        at=("episode_end_reason",),
        # A death that came with an earlier return need not be sent again.
        where="""
            episode_end_reason = '01' AND referral.local_patient_id NOT IN (
                SELECT local_patient_id FROM sent_death WHERE local_patient_id IS NOT NULL
                UNION ALL SELECT local_patient_id FROM earlier_death WHERE local_patient_id IS NOT NULL
            )
        """,
        source="as S:CIN-VAL 8585Q",
        bad={"referral": {"episode_end": "2026-05-29", "episode_end_reason": "01"}},
        good={"referral": {"episode_end": "2026-05-29", "episode_end_reason": "01"}, "death": {"death_place": ""}},
    ),
    Rule(
        "CP201115Q",
        "warning",
        Stage.XTAB,
        "referral",
        "The child has died, but the episode is still open. End it, or record the bereavement phase.",
        "An open episode keeps a child on the caseload, unless the family is being supported in bereavement.",
        at=("episode_end",),
        where="""
            episode_start IS NOT NULL AND episode_end IS NULL AND death.death_date IS NOT NULL
            AND referral_id NOT IN (
                SELECT referral_id FROM sent_phase WHERE phase_code = '5' AND referral_id IS NOT NULL
            )
        """,
        bad={"death": {}},
        good={"death": {}, "phase": [{}, {"phase_date": "2026-06-11", "phase_submitted": "navy"}]},
    ),
    Rule(
        "CP201120",
        "record",
        Stage.XREC,
        "referral",
        "The child has another episode at this service at the same time ({others}). Correct the dates so that one ends "
        "before the next starts.",
        "Days of care would be counted twice.",
        at=("episode_start", "episode_end"),
        # One may end on the day the next starts. Each row is paired with the longest lasting of those that started
        # before it, which finds every row that overlaps without comparing each with each. Two open ones are CP201125.
        query="""
            WITH episode AS (
                SELECT row_id, local_patient_id, service_id, episode_start,
                    coalesce(episode_end, DATE '9999-12-31') AS last_day
                FROM referral WHERE referral_id IS NOT NULL AND episode_start IS NOT NULL
                QUALIFY row_number() OVER (PARTITION BY referral_id ORDER BY row_id) = 1
            ), paired AS (
                SELECT row_id, arg_max(row_id, last_day) OVER earlier AS other
                FROM episode
                WINDOW earlier AS (
                    PARTITION BY local_patient_id, service_id ORDER BY episode_start, last_day, row_id
                    ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
                )
                QUALIFY max(last_day) OVER earlier > episode_start
                    AND (max(last_day) OVER earlier < DATE '9999-12-31' OR last_day < DATE '9999-12-31')
            )
            SELECT row_id, list(DISTINCT other ORDER BY other)[1:3] AS others
            FROM (SELECT row_id, other FROM paired UNION ALL SELECT other, row_id FROM paired)
            GROUP BY row_id
        """,
        versions=("2.0",),
        source="S:CIN-VAL 8820",
        bad={"referral": [_ENDED, {"referral_id": "RF002", "episode_start": "2025-04-30"}]},
        good={"referral": [_ENDED, {"referral_id": "RF002", "episode_start": "2025-05-01"}]},
    ),
    Rule(
        "CP201125",
        "record",
        Stage.XREC,
        "referral",
        "The child has another open episode at this service ({others}). End one, or send only one of them.",
        "The child would be on the caseload of the service twice.",
        at=("episode_end",),
        query="""
            WITH open_episode AS (
                SELECT row_id, local_patient_id, service_id
                FROM referral WHERE referral_id IS NOT NULL AND episode_start IS NOT NULL AND episode_end IS NULL
                QUALIFY row_number() OVER (PARTITION BY referral_id ORDER BY row_id) = 1
            )
            SELECT row_id, list_filter([min(row_id) OVER same, max(row_id) OVER same], lambda o: o <> row_id) AS others
            FROM open_episode
            WINDOW same AS (PARTITION BY local_patient_id, service_id)
            QUALIFY count(*) OVER same > 1
        """,
        versions=("2.0",),
        source="S:CIN-VAL 8815",
        bad={"referral": [{}, {"referral_id": "RF002"}]},
        good={"referral": [{}, {"referral_id": "RF002", "service_id": "S2"}]},
    ),
    Rule(
        "CP201130Q",
        "warning",
        Stage.XTAB,
        "referral",
        "This service is not in your service questionnaire. Correct its number, or add the service there.",
        "Activity can be set against the offer of a service only when both name it alike.",
        at=("service_id",),
        where="service_id NOT IN (SELECT service_id FROM known_service WHERE service_id IS NOT NULL)",
        needs=("questionnaire",),
        versions=("2.0",),
        bad={"referral": {"service_id": "S2"}},
        good={
            "referral": {"service_id": "S2"},
            "questionnaire": {"service": [("S1", ["E09999901"], 0, 25), ("S2", ["E09999901"], 0, 25)]},
        },
    ),
    Rule(
        "CP201140Q",
        "warning",
        Stage.XTAB,
        "referral",
        "At referral the child was outside the age range of this service. Check the dates, the service, or the ages in "
        "your questionnaire.",
        "A child outside the stated ages points to a slip or to a directory entry that is out of date.",
        at=("referral_date", "service_id"),
        # Before birth a child counts as aged 0; `age_to` is the last birthday served.
        query="""
            SELECT referral.row_id FROM referral
            JOIN child ON child.local_patient_id = referral.local_patient_id
            SEMI JOIN known_service AS service ON service.service_id = referral.service_id
                AND greatest(age_years(child.person_birth_date, referral.referral_date), 0)
                    NOT BETWEEN service.age_from AND service.age_to
            WHERE child.person_birth_date IS NOT NULL
        """,
        needs=("questionnaire",),
        versions=("2.0",),
        bad={"questionnaire": {"service": [("S1", ["E09999901"], 0, 4)]}},
        good={"questionnaire": {"service": [("S1", ["E09999901"], 5, 5)]}},
    ),
    Rule(
        "CP201150Q",
        "warning",
        Stage.XFIELD,
        "referral",
        "The first contact came {days} days after this referral, later than its urgency asks for. Check the dates and "
        "the urgency, or tell us why.",
        "An emergency should be seen within a day and an urgent referral within a week.",
        at=("referral_date", "urgency"),
        # Only referrals of the period: the first contacts of earlier ones may stand in an earlier return.
        query="""
            SELECT referral.row_id, first_contact.day - referral_date AS days
            FROM referral
            JOIN (SELECT referral_id, min(contact_date) AS day FROM contact GROUP BY referral_id) AS first_contact
                ON first_contact.referral_id = referral.referral_id
            CROSS JOIN ret
            WHERE referral_date >= ret.rp_start
                AND first_contact.day - referral_date > CASE urgency WHEN 'E' THEN 1 WHEN 'U' THEN 7 END
        """,
        bad={"referral": {"referral_date": "2026-05-09", "episode_start": "2026-05-09", "urgency": "E"}},
        good={"referral": {"referral_date": "2026-05-10", "episode_start": "2026-05-10", "urgency": "E"}},
    ),
    Rule(
        "CP201160Q",
        "warning",
        Stage.XREC,
        "referral",
        "The source of {n} referrals ({pct}%) is other or not known. Enter who referred, as far as it is recorded.",
        "Above one in ten, it can no longer be told who refers and who does not.",
        at=("referral_source",),
        query="""
            SELECT NULL::BIGINT AS row_id, count_if(referral_source IN ('98', '99')) AS n,
                round(100 * n / count(*))::INTEGER AS pct
            FROM referral HAVING n > 0.1 * count(*)
        """,
        source="real feeds map only about two thirds [S:NCL-MESSY]",
        bad={"referral": [{}, {"referral_id": "RF002", "service_id": "S2", "referral_source": "98"}]},
        good={
            "referral": [
                {"referral_id": f"RF{number:03}", "service_id": f"S{number}", "referral_source": source}
                for number, source in enumerate(["99"] + ["02"] * 9, 1)
            ]
        },
    ),
    Rule(
        "CP201170Q",
        "warning",
        Stage.XTAB,
        "referral",
        "The latest contact, stay or review we can see was {days} days before the period ended. End the episode, or "
        "tell us why it is still open.",
        "Episodes that were never closed swell the caseload.",
        at=("episode_end",),
        # The start of care counts too, and so does what the last return held. `all_` stands for `sent_` where version
        # 1.0 lacks the table, so that the rule runs there as well.
        query="""
            WITH seen AS (
                SELECT referral_id, max(contact_date) AS day FROM sent_contact GROUP BY referral_id
                UNION ALL SELECT referral_id, max(contact_date) FROM previous_contact GROUP BY referral_id
                UNION ALL SELECT referral_id, greatest(start_date, end_date) FROM sent_short_break
                UNION ALL SELECT referral_id, greatest(start_date, end_date) FROM previous_short_break
                UNION ALL SELECT referral_id, phase_date FROM sent_phase
                UNION ALL SELECT referral_id, phase_date FROM previous_phase
            ), seen_of_child AS (
                SELECT local_patient_id, greatest(admitted_at, discharged_at)::DATE AS day FROM all_admission
                UNION ALL SELECT local_patient_id, greatest(admitted_at, discharged_at)::DATE FROM previous_admission
                UNION ALL SELECT local_patient_id, greatest(created_date, agreed_date, last_review_date)
                    FROM all_care_plan
                UNION ALL SELECT local_patient_id, greatest(created_date, agreed_date, last_review_date)
                    FROM previous_care_plan
            ), latest AS (
                SELECT referral_id, max(day) AS day FROM seen GROUP BY referral_id
            ), latest_of_child AS (
                SELECT local_patient_id, max(day) AS day FROM seen_of_child GROUP BY local_patient_id
            )
            SELECT referral.row_id, ret.rp_end - greatest(episode_start, latest.day, latest_of_child.day) AS days
            FROM referral
            LEFT JOIN latest ON latest.referral_id = referral.referral_id
            LEFT JOIN latest_of_child ON latest_of_child.local_patient_id = referral.local_patient_id
            CROSS JOIN ret
            WHERE episode_start IS NOT NULL AND episode_end IS NULL
                AND ret.rp_end - greatest(episode_start, latest.day, latest_of_child.day) > 365
        """,
        bad={**_NO_ACTIVITY, "phase": {"phase_date": "2025-06-29"}},
        good={**_NO_ACTIVITY, "phase": {"phase_date": "2025-06-30"}},
    ),
    Rule(
        "CP201180Q",
        "warning",
        Stage.PREV,
        "child",
        "{n} of this child's referrals, open in your last return, are missing now. Send them again, with an end date "
        "if care has ended.",
        "An episode that disappears without an end leaves the caseload unexplained.",
        at=("local_patient_id",),
        # The missing row cannot be marked, so its child is; a child who is missing too is CP101240Q.
        query="""
            WITH missing AS (
                SELECT local_patient_id, count(*) AS n FROM previous_referral
                WHERE episode_end IS NULL AND referral_outcome IN ('A', 'W')
                    AND referral_id NOT IN (SELECT referral_id FROM sent_referral WHERE referral_id IS NOT NULL)
                GROUP BY local_patient_id
            )
            SELECT child.row_id, missing.n FROM child JOIN missing ON missing.local_patient_id = child.local_patient_id
        """,
        needs=("previous",),
        bad={"previous": {"referral": {"referral_id": "RF000"}}},
        good={"previous": {"referral": {"referral_id": "RF000", **_ENDED}}},
    ),
    Rule(
        "CP201185Q",
        "warning",
        Stage.PREV,
        "referral",
        "The date of referral or the start of care was different in your last return. Correct it, or tell us why it "
        "changed.",
        "These days do not change once they have happened.",
        at=("referral_date", "episode_start"),
        query="""
            SELECT DISTINCT row_id, CASE WHEN earlier.referral_date <> referral.referral_date THEN 'referral_date'
                ELSE 'episode_start' END AS field
            FROM referral JOIN previous_referral AS earlier ON earlier.referral_id = referral.referral_id AND (
                earlier.referral_date <> referral.referral_date OR earlier.episode_start <> referral.episode_start
            )
        """,
        needs=("previous",),
        bad={"previous": {"referral": {"episode_start": "2024-02-13"}}},
        good={"previous": {"referral": {"referral_outcome": "W", "episode_start": ""}}},
    ),
)
