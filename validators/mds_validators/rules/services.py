"""Rules on organisations, services, their hours of cover and their places (specification 4.12)."""

from __future__ import annotations

from mds_schemas.contact_details import CONTACT_DETAILS, MOBILE, PERSON
from mds_validators.rules.rule import Rule, Stage

_MINUTE = "(60 * hour({0}) + minute({0}))"
_LENGTH = f"((({_MINUTE.format('to_time')} - {_MINUTE.format('from_time')} + 1439) % 1440) + 1)"
"""Minutes of a line of cover. One that ends when it begins holds for the whole day."""

_ALWAYS_OPEN = (
    r"'(?i)\b24 ?[/x-] ?7\b|\b24[- ]?h(?:(?:ou)?rs?)?\b|\b(?:round|around)[- ]the[- ]clock\b"
    r"|\btwenty[- ]four[- ]hours?\b'"
)
"""SQL: the ways in which the name of a service says that it never closes."""
_EVERY_WEEKDAY = [{"day_type": day, "from_time": "00:00", "to_time": "24:00"} for day in ("WD", "SA", "SU")]


def _week_of_cover(lines: str = "true") -> str:
    """SQL: the relation `week`, minutes of an ordinary week in which a service has some lines of cover, each counted once."""
    return f"""
    line AS (
        SELECT service_id, day * 1440 + {_MINUTE.format("from_time")} AS begins, {_LENGTH} AS length
        FROM cover JOIN (
            VALUES ('WD', 0), ('WD', 1), ('WD', 2), ('WD', 3), ('WD', 4), ('SA', 5), ('SU', 6)
        ) AS days(day_type, day) USING (day_type)
        WHERE from_time IS NOT NULL AND to_time IS NOT NULL AND {lines}
    ), piece AS (
        SELECT service_id, begins, least(begins + length, 10080) AS ends FROM line
        UNION ALL SELECT service_id, 0, begins + length - 10080 FROM line WHERE begins + length > 10080
    ), told AS (
        SELECT service_id, begins, ends, max(ends) OVER (
            PARTITION BY service_id ORDER BY begins, ends ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS before
        FROM piece
    ), week AS (
        SELECT service_id, sum(greatest(ends - greatest(begins, coalesce(before, 0)), 0)) AS minutes FROM told GROUP BY service_id
    )
"""


def of_the_sender(code: str, table: str) -> Rule:
    """The rule that a row is the sender's own."""
    return Rule(
        code,
        "record",
        Stage.REF,
        table,
        "This is not the organisation in the header of the return. Correct one of the two codes.",
        "What a return says counts for the organisation that sends it.",
        at=("provider_code",),
        where=f"{table}.provider_code <> ret.provider_code",
        bad={table: {"provider_code": "RX101"}},
        good={table: {}},
    )


def _no_contact_details(code: str, table: str, *fields: str) -> Rule:
    """The rule that public texts of a table hold no way to reach a person."""
    found = " UNION ALL ".join(
        f"SELECT row_id, '{field}' AS field FROM {table} WHERE regexp_matches({field}, '{CONTACT_DETAILS}|{PERSON}')"
        for field in fields
    )
    return Rule(
        code,
        "warning",
        Stage.XFIELD,
        table,
        "This text is for the public and seems to hold a telephone number, an e-mail address or a person's name, so that the "
        "directory leaves all of it out. Take that out of it.",
        "Nobody's own number or name belongs in a public directory.",
        at=fields,
        query=found,
        bad={table: {fields[0]: "Fir House, jo@fir.example"}},
        good={table: {fields[0]: "Fir House, open since 2010 (charity 1234567)"}},
    )


RULES = (
    _no_contact_details("CPQ10120Q", "organisation", "legal_name"),
    Rule(
        "CPQ10130Q",
        "warning",
        Stage.XFIELD,
        "organisation",
        "This is a mobile number, which the directory leaves out. Give a switchboard or service line.",
        "A mobile number is somebody's own, and no line of an organisation.",
        at=("public_phone",),
        where=f"regexp_matches(regexp_replace(public_phone, '[^0-9]', '', 'g'), '{MOBILE}')",
        bad={"organisation": {"public_phone": "07700 900123"}},
        good={"organisation": {"public_phone": "01632 960001"}},
    ),
    _no_contact_details("CPQ10260Q", "service", "service_name", "diagnosis_excluded"),
    Rule(
        "CPQ10110",
        "record",
        Stage.REF,
        "organisation",
        "This is not the organisation in the header of the return. Correct one of the two codes.",
        "A questionnaire counts for the organisation that sends it.",
        at=("provider_code",),
        where="organisation.provider_code <> ret.provider_code",
        bad={"organisation": {"provider_code": "RX101"}},
        good={"organisation": {}},
    ),
    Rule(
        "CPQ10115Q",
        "warning",
        Stage.XFIELD,
        "organisation",
        "A voluntary organisation has a charity number. Enter it.",
        "The number tells organisations of the same name apart.",
        at=("charity_number",),
        where="sector = 'VOL' AND charity_number IS NULL",
        bad={"organisation": {"sector": "VOL", "charity_number": ""}},
        good={"organisation": {"sector": "NHS", "charity_number": ""}},
    ),
    of_the_sender("CPQ10205", "service"),
    # A blank number is found by the reader of the field; copies of a row are left out by CPQ102925Q.
    Rule(
        "CPQ10210",
        "record",
        Stage.XREC,
        "service",
        "The service number is missing, or another row with different details has it too. Give each service its own.",
        "Cover, staff and money find their service by this number.",
        at=("service_id",),
        query="""
            SELECT row_id FROM service SEMI JOIN (
                SELECT service_id FROM (SELECT DISTINCT * EXCLUDE (row_id, src, line) FROM service)
                WHERE service_id IS NOT NULL GROUP BY service_id HAVING count(*) > 1
            ) USING (service_id)
        """,
        bad={"service": [{}, {"service_name": "Another"}]},
        good={"service": [{}, {"service_id": "S2"}]},
    ),
    Rule(
        "CPQ10220",
        "record",
        Stage.XFIELD,
        "service",
        "The age from which children are taken on is above the age to which they are served. Correct one of the two.",
        "The map shows who can be served at which age.",
        at=("age_from", "age_to"),
        where="age_from > age_to",
        bad={"service": {"age_from": "19", "age_to": "18"}},
        good={"service": {"age_from": "18", "age_to": "18"}},
    ),
    Rule(
        "CPQ10230",
        "record",
        Stage.REF,
        "service",
        "One of the areas is not the code of a local authority of today. Look it up, and enter E and 8 digits.",
        "The map finds gaps and overlaps by local authority.",
        at=("areas_served",),
        where="NOT list_has_all((SELECT list(DISTINCT lad_code) FROM postcodes), areas_served)",
        needs=("postcodes",),
        bad={"service": {"areas_served": "E09999901;E09999999"}},
        good={"service": {"areas_served": "E09999902"}},
    ),
    Rule(
        "CPQ10240Q",
        "warning",
        Stage.XFIELD,
        "service",
        "This entry was last confirmed {days} days ago. Check that it still holds, and enter today as the day of confirmation.",
        "Families rely on the directory, so each entry is confirmed every six months.",
        at=("confirmed_on",),
        query="""
            SELECT row_id, (ret.received_on - confirmed_on)::BIGINT AS days FROM service CROSS JOIN ret
            WHERE ret.received_on - confirmed_on > 183
        """,
        bad={"service": {"confirmed_on": "2026-01-03"}},
        good={"service": {"confirmed_on": "2026-01-04"}},
    ),
    Rule(
        "CPQ10245Q",
        "warning",
        Stage.XFIELD,
        "service",
        "The day of confirmation has not come yet. Enter the day on which the entry was last confirmed.",
        "The directory shows it beside the entry.",
        at=("confirmed_on",),
        where="confirmed_on > ret.received_on",
        bad={"service": {"confirmed_on": "2026-07-07"}},
        good={"service": {"confirmed_on": "2026-07-06"}},
    ),
    Rule(
        "CPQ10255",
        "record",
        Stage.XFIELD,
        "service",
        "The last day of the service is before its first. Correct one of the two.",
        "A service is on the map from its first day to its last.",
        at=("opened_on", "closed_on"),
        where="closed_on < opened_on",
        bad={"service": {"opened_on": "2026-02-01", "closed_on": "2026-01-31"}},
        good={"service": {"opened_on": "2026-02-01", "closed_on": "2026-02-01"}},
    ),
    Rule(
        "CPQ10250Q",
        "warning",
        Stage.PREV,
        "service",
        "Services of your last questionnaire are missing from this one (how many: {n}). Add them, or enter the day they closed.",
        "A service that closed leaves a gap that the network has to know of.",
        at=("service_id",),
        query="""
            SELECT NULL AS row_id, count(*) AS n FROM previous_service ANTI JOIN sent_service USING (service_id)
            WHERE closed_on IS NULL HAVING count(*) > 0
        """,
        needs=("previous",),
        bad={"service": {"service_id": "S2"}, "previous": {"service": {}}},
        good={"service": {"service_id": "S2"}, "previous": {"service": {"closed_on": "2026-03-31"}}},
    ),
    Rule(
        "CPQ10310",
        "record",
        Stage.FIELD,
        "cover",
        "{label}: this is not a time of day. Enter {takes}.",
        "The map shows for every hour of the week who can be reached.",
        at=("from_time", "to_time"),
        checked_by="field",
        bad={"cover": {"to_time": "25:00"}},
        good={"cover": {"to_time": "24:00"}},
    ),
    # On weekdays what reaches past midnight meets the next weekday's lines; elsewhere the next day has lines of its own.
    Rule(
        "CPQ10320",
        "record",
        Stage.XREC,
        "cover",
        "These hours overlap with {others} for the same service, days, kind of cover and children. Correct the times.",
        "Hours that are told twice would be counted twice.",
        at=("from_time", "to_time"),
        query=f"""
            WITH line AS (
                SELECT row_id, service_id, day_type, mode, cover_scope, {_MINUTE.format("from_time")} AS begins,
                    {_MINUTE.format("from_time")} + {_LENGTH} AS ends
                FROM (SELECT *, hash(*COLUMNS(* EXCLUDE (row_id, src, line))) AS content FROM cover)
                WHERE from_time IS NOT NULL AND to_time IS NOT NULL
                QUALIFY row_id = min(row_id) OVER (PARTITION BY content)
            )
            SELECT a.row_id, list(DISTINCT b.row_id ORDER BY b.row_id)[:10] AS others
            FROM line AS a JOIN line AS b USING (service_id, day_type, mode, cover_scope)
            WHERE a.row_id <> b.row_id AND (
                (a.begins < b.ends AND b.begins < a.ends)
                OR (day_type = 'WD' AND (a.begins + 1440 < b.ends OR b.begins + 1440 < a.ends))
            )
            GROUP BY a.row_id
        """,
        bad={"cover": [{"from_time": "17:00", "to_time": "09:00"}, {}]},
        good={"cover": [{"from_time": "18:00", "to_time": "08:00"}, {}, {}]},  # a copy is left out by CPQ103925Q
    ),
    Rule(
        "CPQ10330Q",
        "warning",
        Stage.XREC,
        "service",
        "This is called a 24-hour service, but its hours of cover add to {hours} a week and not to 168. Correct the hours "
        "of cover, or the function or name of the service.",
        "Round-the-clock access is what families ask for first, so it must not be claimed by mistake.",
        at=("service_function",),
        query=f"""
            WITH {_week_of_cover()}
            SELECT row_id, floor(coalesce(minutes, 0) / 60)::BIGINT AS hours
            FROM service LEFT JOIN week USING (service_id)
            WHERE (service_function IN ('FAM', 'ADV') OR regexp_matches(service_name, {_ALWAYS_OPEN}))
                AND coalesce(minutes, 0) < 10080
        """,
        source="S:S1 goal 4",
        bad={"service": {"service_function": "FAM"}, "cover": [*_EVERY_WEEKDAY[:2], {"day_type": "SU"}]},
        good={"service": {"service_name": "24/7 line"}, "cover": _EVERY_WEEKDAY},
    ),
    Rule(
        "CPQ10335Q",
        "warning",
        Stage.XREC,
        "service",
        "Hospice at home means nursing at home at any hour, but the hours of visits add to {hours} a week and not to 168. "
        "Correct the hours of cover, or the function.",
        "The word must mean the same everywhere, or the map shows nights that nobody covers.",
        at=("service_function",),
        query=f"""
            WITH {_week_of_cover("mode = 'VIS'")}
            SELECT row_id, floor(coalesce(minutes, 0) / 60)::BIGINT AS hours
            FROM service LEFT JOIN week USING (service_id) WHERE service_function = 'HAH' AND coalesce(minutes, 0) < 10080
        """,
        source="S:S1 Annex B",
        bad={"service": {"service_function": "HAH"}, "cover": [*_EVERY_WEEKDAY[:2], {"day_type": "SU", "mode": "TEL"}]},
        good={"service": {"service_function": "HAH"}, "cover": _EVERY_WEEKDAY},
    ),
    Rule(
        "CPQ10340Q",
        "warning",
        Stage.XFIELD,
        "cover",
        "These hours depend on goodwill. Nothing is wrong with the row; tell your network, which may find money for them.",
        "Cover that nobody pays for ends when the person who gives it leaves.",
        at=("commissioned",),
        where="commissioned = 'G'",
        bad={"cover": {"commissioned": "goodwill"}},
        good={"cover": {"commissioned": "N"}},
    ),
    Rule(
        "CPQ10410",
        "record",
        Stage.XFIELD,
        "capacity",
        "More bed nights were used than were available. Correct one of the two.",
        "A bed that is not available cannot be slept in.",
        at=("bed_nights_used", "bed_nights_available"),
        where="bed_nights_used > bed_nights_available",
        bad={"capacity": {"bed_nights_used": "591"}},
        good={"capacity": {"bed_nights_used": "590"}},
    ),
    Rule(
        "CPQ10420Q",
        "warning",
        Stage.XFIELD,
        "capacity",
        "More bed nights are given than the beds and the days of the period allow. Check the three numbers.",
        "A bed gives one night a day.",
        at=("bed_nights_available", "beds_registered"),
        where="bed_nights_available > beds_registered * (ret.rp_end - ret.rp_start + 1)",
        bad={"capacity": {"bed_nights_available": "729"}},
        good={"capacity": {"bed_nights_available": "728"}},
    ),
)
