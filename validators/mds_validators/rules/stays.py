"""Rules on short breaks and on hospital admissions (specification 4.9)."""

from __future__ import annotations

from mds_validators.rules.rule import Rule, Stage

_OVERNIGHT = """
    end_date > start_date AND (nights > 0 OR nights IS NULL AND hours IS NULL AND break_type = 'HB')
"""
"""Condition on a short break: the child slept there. A stay that was cancelled has 0 nights."""

RULES = (
    Rule(
        "CP302010",
        "record",
        Stage.XTAB,
        "short_break",
        "This stay belongs to a referral row that was not accepted ({parent}). Fix that row first.",
        "A stay cannot be kept without the episode that it belongs to.",
        at=("referral_id",),
        checked_by="cascade",
        bad={"referral": {"referral_source": ""}},
        good={"referral": [{}, {"referral_id": "RF002", "referral_source": ""}]},
    ),
    Rule(
        "CP302020",
        "record",
        Stage.XFIELD,
        "short_break",
        "The stay ends before it starts. Correct one of the dates.",
        "The length of a stay is worked out from its dates.",
        at=("end_date", "start_date"),
        where="end_date < start_date",
        bad={"short_break": {"end_date": "2026-05-14"}},
        good={"short_break": {"end_date": "2026-05-15", "nights": "0"}},
    ),
    Rule(
        "CP302025",
        "record",
        Stage.XFIELD,
        "short_break",
        "No day of the stay is in the period of the return. Correct the dates, or send it with the period it is in.",
        "Nights and hours are counted in the period in which they were given.",
        at=("start_date", "end_date"),
        where="end_date < ret.rp_start OR start_date > ret.rp_end",
        bad={"short_break": {"start_date": "2026-03-29", "end_date": "2026-03-31"}},
        good={
            "short_break": [
                {"start_date": "2026-03-30", "end_date": "2026-04-01"},
                {"short_break_id": "ST002", "start_date": "2026-06-30", "end_date": "2026-07-02"},
            ]
        },
    ),
    # A stay that was cancelled keeps the dates that were planned, with 0 nights. Dates in the wrong order are CP302020.
    Rule(
        "CP302030Q",
        "warning",
        Stage.XFIELD,
        "short_break",
        "The nights do not fit the dates of the stay: a child who leaves the next day stays 1 night. Correct either.",
        "Nights are counted as midnights in the bed, and the dates say how many there were.",
        at=("nights", "start_date", "end_date"),
        where="""
            break_type = 'HB' AND nights <> end_date - start_date AND end_date >= start_date
            AND NOT (nights = 0 AND cancelled_by IS NOT NULL)
        """,
        bad={"short_break": {"nights": "3"}},
        good={
            "short_break": [
                {"nights": ""},
                {"short_break_id": "ST002", "start_date": "2026-05-20", "end_date": "2026-05-21", "nights": "1"},
                {"short_break_id": "ST003", "break_type": "HD", "end_date": "2026-05-16", "nights": "0"},
                {
                    "short_break_id": "ST004",
                    "start_date": "2026-06-01",
                    "end_date": "2026-06-03",
                    "nights": "0",
                    "cancelled_by": "F",
                },
            ]
        },
    ),
    # A return is of one provider. Rows with one number are copies or a fault of their own (CP302920, CP302925Q).
    Rule(
        "CP302040",
        "record",
        Stage.XREC,
        "short_break",
        "This overnight stay overlaps with {others} of the same child. Correct the dates, or remove the one that did "
        "not happen.",
        "A child cannot be in two beds on the same night.",
        at=("start_date", "end_date"),
        query=f"""
            WITH owner AS (
                SELECT referral_id, min(local_patient_id) AS local_patient_id FROM referral GROUP BY referral_id
            ), stay AS (
                SELECT row_id, short_break_id, local_patient_id, start_date, end_date
                FROM short_break JOIN owner USING (referral_id) WHERE {_OVERNIGHT}
                QUALIFY row_number() OVER (PARTITION BY short_break_id ORDER BY row_id) = 1
            ), neighbours AS (
                SELECT row_id,
                    CASE WHEN max(end_date) OVER earlier > start_date
                        THEN arg_max(row_id, end_date) OVER earlier END AS one,
                    CASE WHEN lead(start_date) OVER ordered < end_date THEN lead(row_id) OVER ordered END AS two
                FROM stay
                WINDOW ordered AS (PARTITION BY local_patient_id ORDER BY start_date, end_date, row_id),
                    earlier AS (
                        PARTITION BY local_patient_id ORDER BY start_date, end_date, row_id
                        ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)
            )
            SELECT row_id, list_sort(list_filter([one, two], lambda other: other IS NOT NULL)) AS others
            FROM neighbours WHERE one IS NOT NULL OR two IS NOT NULL
        """,
        bad={
            "short_break": [{}, {"short_break_id": "ST002", "start_date": "2026-05-16", "end_date": "2026-05-18"}],
        },
        good={
            "short_break": [
                {},
                {"short_break_id": "ST002", "start_date": "2026-05-17", "end_date": "2026-05-19"},
                {
                    "short_break_id": "ST003",
                    "break_type": "HD",
                    "start_date": "2026-05-16",
                    "end_date": "2026-05-16",
                    "nights": "",
                    "hours": "6",
                    "offered_units": "6",
                },
                {"short_break_id": "ST004", "nights": "0", "cancelled_by": "C"},
            ]
        },
    ),
    # A break that was cancelled because the child died may well have been planned for later.
    Rule(
        "CP302050",
        "record",
        Stage.XTAB,
        "short_break",
        "The stay starts after the child died. Correct one of the dates; for a stay cancelled by the death, enter no "
        "nights or hours and say so.",
        "A stay of a child who had died by then is dated wrongly or belongs to another child.",
        at=("start_date",),
        where="""
            start_date > death.death_date
            AND NOT (coalesce(cancelled_by = 'D', false) AND coalesce(nights, 0) = 0 AND coalesce(hours, 0) = 0)
        """,
        bad={"death": {"death_date": "2026-05-14"}},
        good={
            "death": {"death_date": "2026-05-15"},
            "short_break": [
                {},
                {
                    "short_break_id": "ST002",
                    "start_date": "2026-06-01",
                    "end_date": "2026-06-03",
                    "nights": "0",
                    "cancelled_by": "D",
                },
            ],
        },
    ),
    # Counts nights inside the period, of all kinds of break that use a bed of the provider's.
    Rule(
        "CP302060Q",
        "warning",
        Stage.XTAB,
        "short_break",
        "{sum} nights were used in the period, but your questionnaire gives {n} bed nights. Check the stays, or the "
        "questionnaire.",
        "The use of beds is compared with what is there, so the two have to agree.",
        at=("nights",),
        query="""
            WITH used AS (
                SELECT sum(greatest(nights - greatest(ret.rp_start - start_date, 0)
                    - greatest(end_date - ret.rp_end - 1, 0), 0))::BIGINT AS sum
                FROM short_break CROSS JOIN ret WHERE break_type NOT IN ('HH', 'SI', 'BF', 'FO', 'DC')
            ), available AS (
                SELECT sum(bed_nights_available)::BIGINT AS n FROM known_capacity
            )
            SELECT NULL AS row_id, used.sum, available.n FROM used CROSS JOIN available WHERE used.sum > available.n
        """,
        needs=("questionnaire",),
        bad={"questionnaire": {"capacity": [("S1", 1), ("S2", None)]}},
        good={
            "short_break": [
                {},
                {
                    "short_break_id": "ST002",
                    "start_date": "2026-03-25",
                    "end_date": "2026-04-01",
                    "nights": "7",
                    "offered_units": "7",
                },
                {"short_break_id": "ST003", "break_type": "FO", "start_date": "2026-05-20", "end_date": "2026-05-22"},
            ],
            "questionnaire": {"capacity": [("S1", 1), ("S2", 1)]},
        },
    ),
    Rule(
        "CP302070Q",
        "warning",
        Stage.XFIELD,
        "short_break",
        "More was delivered than was offered. Check the nights or hours, and whether both are in the same unit.",
        "What was delivered is reported as a share of what was offered, which cannot be more than all of it.",
        at=("offered_units", "nights", "hours"),
        where="offered_units < CASE WHEN nights > 0 THEN nights ELSE hours END",
        bad={"short_break": {"offered_units": "1"}},
        good={
            "short_break": [
                {"offered_units": "2"},
                {"short_break_id": "ST002", "start_date": "2026-05-20", "end_date": "2026-05-22", "offered_units": ""},
                {
                    "short_break_id": "ST003",
                    "break_type": "HD",
                    "start_date": "2026-05-25",
                    "end_date": "2026-05-25",
                    "nights": "",
                    "hours": "6",
                    "offered_units": "6",
                },
            ]
        },
    ),
    # A day without a time is midnight, so a discharge at midnight sharp is compared by its day.
    Rule(
        "CP303010",
        "record",
        Stage.XFIELD,
        "admission",
        "The dates are out of order. Correct them: admission comes first, then the day of being ready, then discharge.",
        "The length of the stay and the days of delay are worked out from these dates.",
        at=("discharged_at", "admitted_at", "ready_date"),
        where="""
            discharged_at::DATE < admitted_at::DATE
            OR discharged_at < admitted_at AND discharged_at::TIME > TIME '00:00'
            OR ready_date < admitted_at::DATE OR ready_date > discharged_at::DATE
        """,
        bad={"admission": {"discharged_at": "2026-04-20 11:14", "ready_date": ""}},
        good={
            "admission": [
                {"ready_date": "2026-04-20", "discharged_at": "2026-04-20"},
                {"admission_id": "AD002", "ready_date": "2026-04-24"},
                {"admission_id": "AD003", "ready_date": "2026-06-20", "discharged_at": "", "discharged_to": ""},
            ]
        },
    ),
    Rule(
        "CP303020Q",
        "warning",
        Stage.XFIELD,
        "admission",
        "The rapid discharge took more than 24 hours from when it was asked for. Check both times, or say why.",
        "A family that asks to go home for end of life care should be able to leave within a day.",
        at=("discharged_at", "rapid_discharge_asked_at"),
        where="rapid_discharge = 'Y' AND hours_between(rapid_discharge_asked_at, discharged_at) > 24",
        source="S:S1 goal 5",
        bad={"admission": {"rapid_discharge": "Y", "rapid_discharge_asked_at": "2026-04-23 14:59"}},
        good={
            "admission": [
                {"rapid_discharge": "Y", "rapid_discharge_asked_at": "2026-04-23 15:00"},
                {"admission_id": "AD002", "rapid_discharge": "N", "rapid_discharge_asked_at": "2026-04-21 15:00"},
                {"admission_id": "AD003", "rapid_discharge": "Y", "rapid_discharge_asked_at": ""},
            ]
        },
    ),
    # Any night in both places, not only a stay wholly inside the other: that is what the message says. A child without
    # a discharge is taken to be in hospital until the period ends.
    Rule(
        "CP303030Q",
        "warning",
        Stage.XTAB,
        "admission",
        "The child was in hospital and in the hospice on the same night. Check the dates of this admission and of the "
        "overnight short break.",
        "A child in two beds on one night is usually a stay that was broken off and not closed.",
        at=("admitted_at", "discharged_at"),
        query=f"""
            WITH owner AS (
                SELECT referral_id, min(local_patient_id) AS local_patient_id FROM referral GROUP BY referral_id
            ), stay AS (
                SELECT local_patient_id, start_date, end_date FROM short_break JOIN owner USING (referral_id)
                WHERE break_type = 'HB' AND {_OVERNIGHT}
            )
            SELECT DISTINCT admission.row_id
            FROM admission CROSS JOIN ret JOIN stay ON stay.local_patient_id = admission.local_patient_id
                AND greatest(stay.start_date, admission.admitted_at::DATE)
                    < least(stay.end_date, coalesce(admission.discharged_at::DATE, ret.rp_end + 1))
        """,
        bad={
            "admission": {"admitted_at": "2026-05-16 09:00", "ready_date": "", "discharged_at": "2026-05-17 10:00"},
        },
        good={
            "admission": [
                {"admitted_at": "2026-05-10 11:15", "ready_date": "", "discharged_at": "2026-05-15 10:00"},
                {
                    "admission_id": "AD002",
                    "admitted_at": "2026-05-17 20:00",
                    "ready_date": "",
                    "discharged_at": "2026-05-19 10:00",
                },
            ]
        },
    ),
)
