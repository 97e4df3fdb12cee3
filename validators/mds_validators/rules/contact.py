"""Rules on contacts (specification 4.8). The table may hold a million rows, so each query groups before it compares."""

from __future__ import annotations

from mds_validators.rules.rule import Rule, Stage

_CLASH = """
    SELECT contact_id FROM (SELECT DISTINCT * EXCLUDE (row_id, src, line) FROM contact SEMI JOIN {} USING (contact_id))
    GROUP BY contact_id HAVING count(*) > 1
"""
"""Of the contact numbers in a table, those that stand on rows with different content."""

_CONTENT = "hash(referral_id, contact_date, contact_time, contact_type, staff_group, number)"
"""To find the few candidates among many rows; what only shares its hash is told apart afterwards."""

_TEN_CHILDREN = [{"local_patient_id": f"SB{n:03}", "nhs_number": "", "nhs_number_status": "07"} for n in range(1, 11)]
_TEN_REFERRALS = [{"referral_id": f"RF{n:03}", "local_patient_id": f"SB{n:03}"} for n in range(1, 11)]
_TEN_CONDITIONS = [{"local_patient_id": f"SB{n:03}"} for n in range(1, 11)]
_TEN_PHASES = [{"referral_id": f"RF{n:03}"} for n in range(1, 11)]
_TEN = {"child": _TEN_CHILDREN, "referral": _TEN_REFERRALS, "condition": _TEN_CONDITIONS, "phase": _TEN_PHASES}


def _contacts(count: int) -> list[dict[str, str]]:
    """Contacts that differ, one a day."""
    return [{"contact_id": f"CT{n:04}", "contact_date": f"2026-05-{n:02}"} for n in range(1, count + 1)]


RULES = (
    Rule(
        "CP301010",
        "record",
        Stage.XTAB,
        "contact",
        "This contact belongs to a referral row that was not accepted ({parent}). Fix that row first.",
        "A contact cannot be kept without the episode that it belongs to.",
        at=("referral_id",),
        checked_by="cascade",
        bad={"referral": {"referral_source": ""}},
        good={"referral": [{}, {"referral_id": "RF002", "referral_source": ""}]},
    ),
    # A blank number is found by the reader of the field.
    Rule(
        "CP301020",
        "record",
        Stage.XREC,
        "contact",
        "The contact number is missing, or another row with different details has it too. Give each contact its own.",
        "Two rows that claim to be the same contact cannot both be right.",
        at=("contact_id",),
        query=f"""
            WITH repeated AS (
                SELECT contact_id FROM contact WHERE contact_id IS NOT NULL GROUP BY contact_id HAVING count(*) > 1
            )
            SELECT row_id FROM contact SEMI JOIN ({_CLASH.format("repeated")}) USING (contact_id)
        """,
        bad={"contact": [{}, {"duration_min": "30"}]},
        good={"contact": [{}, {}, {"contact_id": "CT0002", "contact_time": "11:30"}]},
    ),
    # Without a time or a staff group two rows are copies only when they share their number: otherwise two visits on one
    # day would become one. Rows that CP301020 rejects are not copies, because none of them is kept.
    Rule(
        "CP301025Q",
        "warning",
        Stage.XREC,
        "contact",
        "This contact looks like a copy of {others}: same referral, date, time, type and staff. One was kept.",
        "Contacts that are pasted twice would be counted twice.",
        at=("contact_id",),
        query=f"""
            WITH told_apart AS NOT MATERIALIZED (
                SELECT row_id, contact_id, referral_id, contact_date, contact_time, contact_type, staff_group,
                    CASE WHEN contact_time IS NULL OR staff_group IS NULL THEN contact_id END AS number
                FROM contact WHERE contact_id IS NOT NULL AND referral_id IS NOT NULL
            ), twice AS (
                SELECT {_CONTENT} AS content FROM told_apart GROUP BY content HAVING count(*) > 1
            ), alike AS (
                SELECT * FROM told_apart
                WHERE {_CONTENT} IN (SELECT content FROM twice)
                    AND contact_date IS NOT NULL AND contact_type IS NOT NULL
            )
            SELECT row_id, [min(row_id) OVER same] AS others
            FROM alike ANTI JOIN ({_CLASH.format("alike")}) USING (contact_id)
            WINDOW same AS (
                PARTITION BY referral_id, contact_date, contact_time, contact_type, staff_group, number)
            QUALIFY row_id > min(row_id) OVER same
        """,
        keeps_first=True,
        bad={"contact": [{}, {"contact_id": "CT0002", "duration_min": "30"}]},
        good={
            "contact": [
                {"contact_time": ""},
                {"contact_id": "CT0002", "contact_time": ""},
                {"contact_id": "CT0003", "contact_time": "10:30"},
                {"contact_id": "CT0004", "contact_time": "10:31"},
                {"contact_id": "CT0005", "contact_time": "10:31", "staff_group": "NCN"},
            ]
        },
    ),
    Rule(
        "CP301030",
        "record",
        Stage.XFIELD,
        "contact",
        "The contact is dated outside the period of the return. Correct the date, or send it with the period it is in.",
        "Each contact is counted once, in the period in which it took place.",
        at=("contact_date",),
        where="contact_date < ret.rp_start OR contact_date > ret.rp_end",
        bad={"contact": {"contact_date": "2026-03-31"}},
        good={
            "contact": [{"contact_date": "2026-04-01"}, {"contact_id": "CT0002", "contact_date": "2026-06-30"}],
        },
    ),
    Rule(
        "CP301040",
        "record",
        Stage.XTAB,
        "contact",
        "The contact is before the referral was received. Correct the date of one of them, or the referral number.",
        "Care follows a referral, so one of the two dates, or the link between them, is wrong.",
        at=("contact_date", "referral_id"),
        where="contact_date < referral.referral_date",
        bad={
            "referral": {"referral_date": "2026-05-12", "outcome_date": "2026-05-12", "episode_start": "2026-05-12"},
        },
        good={
            "referral": {"referral_date": "2026-05-11", "outcome_date": "2026-05-12", "episode_start": "2026-05-12"},
        },
    ),
    Rule(
        "CP301050",
        "record",
        Stage.XTAB,
        "contact",
        "The contact is after the care ended. Correct one of the dates, or use a type that can follow the end of "
        "care: bereavement support or care after death.",
        "After the end of an episode only bereavement support and care after death belong to it.",
        at=("contact_date", "contact_type"),
        where="contact_date > referral.episode_end AND contact_type NOT IN ('16', '20')",
        source="S:CIN-VAL 8565",
        bad={
            "child": {"caseload_status": "D"},
            "referral": {"episode_end": "2026-05-10", "episode_end_reason": "04"},
        },
        good={
            "child": {"caseload_status": "D"},
            "referral": {"episode_end": "2026-05-10", "episode_end_reason": "04"},
            "contact": [
                {"contact_date": "2026-05-10", "out_of_hours": "Y"},
                {"contact_id": "CT0002", "contact_type": "16"},
                {"contact_id": "CT0003", "contact_type": "20"},
            ],
        },
    ),
    Rule(
        "CP301060",
        "record",
        Stage.XTAB,
        "contact",
        "The contact with the child is after the recorded date of death. Correct the date, who it was with, or the "
        "type: only care after death can follow.",
        "A contact with a child who had died by then is dated wrongly, or was with somebody else.",
        at=("contact_date", "subject", "contact_type"),
        where="contact_date > death.death_date AND subject = 'C' AND contact_type <> '20'",
        bad={"death": {"death_date": "2026-05-10"}},
        good={
            "death": {"death_date": "2026-05-10"},
            "contact": [
                {"contact_date": "2026-05-10", "out_of_hours": "Y"},
                {"contact_id": "CT0002", "contact_type": "20"},
                {"contact_id": "CT0003", "contact_date": "2026-05-12", "subject": "P"},
                {"contact_id": "CT0004", "contact_date": "2026-05-13", "subject": ""},
            ],
        },
    ),
    Rule(
        "CP301070",
        "record",
        Stage.FIELD,
        "contact",
        "{label}: this is missing or not on the list. Enter {takes}.",
        "Type, means and attendance say what a contact counts as.",
        at=("contact_type", "mechanism", "attendance"),
        checked_by="field",
        bad={"contact": {"contact_type": "21"}},
        good={"contact": {"contact_type": "20", "attendance": ""}},
    ),
    Rule(
        "CP301075Q",
        "warning",
        Stage.FIELD,
        "contact",
        "{label}: a leading zero was missing and was added. Format the column as text, so that spreadsheets keep it.",
        "Spreadsheets drop the zero of a two-digit code, and the next program may not put it back.",
        at=("contact_type", "mechanism"),
        checked_by="field",
        source="S:GECKO, NFI, NCL-MESSY",
        bad={"contact": {"contact_type": "1"}},
        good={"contact": {"contact_type": "01", "attendance": "6"}},
    ),
    Rule(
        "CP301080Q",
        "warning",
        Stage.FIELD,
        "contact",
        "{label}: a contact usually lasts 1 to 1,440 minutes. Check the number, or leave it blank if the contact did "
        "not take place.",
        "A contact of no time or of more than a day is usually a slip, such as hours for minutes.",
        at=("duration_min",),
        where="duration_min < 1 OR duration_min > 1440",
        bad={"contact": {"duration_min": "1441"}},
        good={
            "contact": [
                {"duration_min": "1"},
                {"contact_id": "CT0002", "contact_date": "2026-05-12", "duration_min": "1440"},
                {"contact_id": "CT0003", "contact_date": "2026-05-13", "duration_min": ""},
            ]
        },
    ),
    Rule(
        "CP301085",
        "record",
        Stage.XFIELD,
        "contact",
        "The contact did not take place but has minutes. Remove the minutes, or correct whether it was attended.",
        "Minutes of contacts that did not take place would count as care given.",
        at=("duration_min", "attendance"),
        where="attendance IN ('2', '3', '4', '7', '0') AND duration_min > 0",
        bad={"contact": {"attendance": "3"}},
        good={
            "contact": [
                {"attendance": "3", "duration_min": "0"},
                {"contact_id": "CT0002", "contact_date": "2026-05-12", "attendance": "2", "duration_min": ""},
                {"contact_id": "CT0003", "contact_date": "2026-05-13", "attendance": "6"},
                {"contact_id": "CT0004", "contact_date": "2026-05-14", "attendance": ""},
            ]
        },
    ),
    Rule(
        "CP301090Q",
        "warning",
        Stage.XFIELD,
        "contact",
        "How and where the contact took place do not fit. Check both.",
        "Nobody is met face to face at a virtual place, and a child on a ward or unit is rarely reached by telephone "
        "or video.",
        at=("mechanism", "location"),
        where="""
            mechanism = '01' AND location = 'VI' OR mechanism IN ('02', '11') AND location IN ('WD', 'NU', 'PI')
        """,
        versions=("2.0",),
        bad={"contact": {"mechanism": "11", "location": "PI"}},
        good={
            "contact": [
                {"mechanism": "11", "location": "VI"},
                {"contact_id": "CT0002", "contact_date": "2026-05-12", "mechanism": "01", "location": "WD"},
                {"contact_id": "CT0003", "contact_date": "2026-05-13", "mechanism": "02", "location": "ED"},
            ]
        },
    ),
    # A contact that starts at 18:00 sharp may be marked either way.
    Rule(
        "CP301100Q",
        "warning",
        Stage.XFIELD,
        "contact",
        "The out-of-hours mark does not fit the date and time. Out of hours is before 08:00, after 18:00, at a weekend "
        "or on a bank holiday.",
        "Care out of hours is counted from this mark, so it has to agree with the clock.",
        at=("out_of_hours", "contact_date", "contact_time"),
        where="""
            contact_time IS NOT NULL AND out_of_hours = CASE
                WHEN isodow(contact_date) > 5 OR contact_time < TIME '08:00' OR contact_time > TIME '18:00'
                    OR contact_date IN (SELECT day FROM bank_holidays) THEN 'N'
                WHEN contact_time < TIME '18:00' THEN 'Y' END
        """,
        bad={"contact": {"contact_date": "2026-05-25", "out_of_hours": "N"}},
        good={
            "contact": [
                {"contact_time": "08:00", "out_of_hours": "N"},
                {"contact_id": "CT0002", "contact_time": "18:00", "out_of_hours": "N"},
                {"contact_id": "CT0003", "contact_time": "18:00", "out_of_hours": "Y", "staff_group": "NCN"},
                {"contact_id": "CT0004", "contact_time": "07:59", "out_of_hours": "Y"},
                {"contact_id": "CT0005", "contact_date": "2026-05-25", "out_of_hours": "Y"},
                {"contact_id": "CT0006", "contact_date": "2026-05-16", "contact_time": "", "out_of_hours": "N"},
            ]
        },
    ),
    # Blank or no staff counts as one. Marks the first row of the child and day.
    Rule(
        "CP301110Q",
        "warning",
        Stage.XREC,
        "contact",
        "The contacts of this child on this day add to {hours} hours, more than a day for the staff present. Check the "
        "minutes, or the number of staff.",
        "More care than a day holds points to minutes in the wrong unit or rows sent twice.",
        at=("duration_min", "staff_count", "contact_date"),
        query="""
            WITH owner AS (
                SELECT referral_id, min(row_id) OVER (PARTITION BY local_patient_id) AS child_row
                FROM referral QUALIFY row_number() OVER (PARTITION BY referral_id ORDER BY local_patient_id) = 1
            )
            SELECT min(row_id) AS row_id, round(sum(duration_min) / 60)::BIGINT AS hours
            FROM contact JOIN owner USING (referral_id)
            GROUP BY child_row, contact_date
            HAVING sum(duration_min) > 1440 * greatest(max(staff_count), 1)
        """,
        bad={
            "contact": [
                {"duration_min": "1440"},
                {"contact_id": "CT0002", "contact_time": "11:30", "duration_min": "30", "staff_count": ""},
            ]
        },
        good={
            "contact": [
                {"duration_min": "1440", "staff_count": "2"},
                {"contact_id": "CT0002", "contact_time": "11:30", "duration_min": "1440"},
                {"contact_id": "CT0003", "contact_date": "2026-05-12", "duration_min": "1440"},
            ]
        },
    ),
    # Cover that reaches into the night by any of its means counts. One finding, since the answer is the provider's.
    Rule(
        "CP301120Q",
        "warning",
        Stage.XTAB,
        "contact",
        "{n} contacts between 22:00 and 06:00 were recorded, but your questionnaire says there is no night cover. "
        "Correct the times, or the questionnaire.",
        "Families rely on the cover that the directory shows, so contacts and questionnaire have to agree.",
        at=("contact_time",),
        query="""
            SELECT NULL AS row_id, count(*) AS n FROM contact
            WHERE (contact_time >= TIME '22:00' OR contact_time < TIME '06:00')
                AND EXISTS (SELECT 1 FROM known_cover)
                AND NOT EXISTS (
                    SELECT 1 FROM known_cover
                    WHERE to_time <= from_time OR from_time < TIME '06:00' OR to_time > TIME '22:00')
            HAVING count(*) > 0
        """,
        needs=("questionnaire",),
        bad={
            "contact": {"contact_time": "22:00", "out_of_hours": "Y"},
            "questionnaire": {"cover": [("S1", "WD", "VIS", "06:00", "22:00")]},
        },
        good={
            "contact": {"contact_time": "22:00", "out_of_hours": "Y"},
            "questionnaire": {"cover": [("S1", "WD", "VIS", "06:00", "22:00"), ("S1", "WD", "TEL", "17:00", "09:00")]},
        },
    ),
    # n is the number of children on the caseload now, as elsewhere in the specification.
    Rule(
        "CP301130Q",
        "warning",
        Stage.PREV,
        "contact",
        "Contacts per child on the caseload went from {old} to {new} since your last return. Check that all contacts "
        "were sent once.",
        "A sudden change usually means that a team's contacts are missing or were sent twice.",
        query="""
            WITH rate AS (
                SELECT (SELECT contacts FROM previous_ret)
                        / (SELECT nullif(count(*), 0) FROM previous_child WHERE caseload_status = 'A') AS before,
                    (SELECT count(*) FROM contact) / nullif(active.n, 0) AS now, active.n AS n
                FROM (SELECT count(*) AS n FROM child WHERE caseload_status = 'A') AS active
            )
            SELECT NULL AS row_id, round(before, 1) AS old, round(now, 1) AS new FROM rate
            WHERE n >= 10 AND abs(now - before) > before / 2
        """,
        needs=("previous",),
        bad={**_TEN, "contact": _contacts(16), "previous": {**_TEN, "contact": _contacts(10)}},
        good={**_TEN, "contact": _contacts(15), "previous": {**_TEN, "contact": _contacts(10)}},
    ),
    Rule(
        "CP301140",
        "record",
        Stage.XFIELD,
        "contact",
        "{label}: say whether a parent was at the meeting. Enter {takes}.",
        "Whether parents take part in the meetings about their child is a standard that is reported on.",
        at=("parent_present",),
        where="contact_type = '13' AND parent_present IS NULL",
        source="S:S3 9.4 e",
        bad={"contact": {"contact_type": "13", "parent_present": ""}},
        good={
            "contact": [
                {"contact_type": "13", "parent_present": "X"},
                {"contact_id": "CT0002", "contact_type": "12", "parent_present": ""},
            ]
        },
    ),
)
