"""Rules on the service questionnaires (specification 4.12)."""

from __future__ import annotations

from mds_schemas.versions import LATEST
from mds_validators.rules.rule import Rule, Stage

_MINUTE = "(60 * hour({0}) + minute({0}))"
_LENGTH = f"((({_MINUTE.format('to_time')} - {_MINUTE.format('from_time')} + 1439) % 1440) + 1)"
"""Minutes of a line of cover. One that ends when it begins holds for the whole day."""

_ALWAYS_OPEN = (
    r"'(?i)\b24 ?[/x-] ?7\b|\b24[- ]?h(?:(?:ou)?rs?)?\b|\b(?:round|around)[- ]the[- ]clock\b"
    r"|\btwenty[- ]four[- ]hours?\b'"
)
"""SQL: the ways in which the name of a service says that it never closes."""
_ANSWERS = "n1 + n2 + n3 + n4 + n5 + n8"
_EVERY_WEEKDAY = [{"day_type": day, "from_time": "00:00", "to_time": "24:00"} for day in ("WD", "SA", "SU")]


def _one_year(code: str, table: str) -> Rule:
    return Rule(
        code,
        "record",
        Stage.FIELD,
        table,
        "A financial year ends in the year after it begins, such as 2025/26. Correct it.",
        "Money is compared year by year.",
        at=("financial_year",),
        where="(left(financial_year, 4)::INTEGER + 1) % 100 <> right(financial_year, 2)::INTEGER",
        bad={table: {"financial_year": "2025/27"}},
        good={table: {"financial_year": "2099/00"}},
    )


def _all_in_the_first(breakdown: str, total: str) -> dict[str, str]:
    columns = LATEST.tables["aggregate_caseload"].columns()
    first, *others = (name for name in columns if name.startswith(f"{breakdown}_"))
    return {first: total, **dict.fromkeys(others, "0")}


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


def _of_the_sender(code: str, table: str) -> Rule:
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


RULES = (
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
    _of_the_sender("CPQ10205", "service"),
    _of_the_sender("CPQ11205", "standards"),
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
    Rule(
        "CPQ10510",
        "record",
        Stage.FIELD,
        "workforce",
        "{label}: this must be a number. Enter {takes}.",
        "Whole-time equivalents are added up across providers.",
        at=("headcount", "wte_funded", "wte_in_post", "wte_vacant", "wte_vacant_3m"),
        checked_by="field",
        bad={"workforce": {"wte_in_post": "-1"}},
        good={"workforce": {"wte_in_post": "4,0"}},
    ),
    Rule(
        "CPQ10520",
        "record",
        Stage.XFIELD,
        "workforce",
        "There is more whole-time equivalent in post than people. Correct one of the two.",
        "Nobody works more than one whole-time post.",
        at=("wte_in_post", "headcount"),
        where="wte_in_post > headcount AND staff_group <> 'VOL'",
        bad={"workforce": {"headcount": "3"}},
        good={"workforce": {"headcount": "4"}},
    ),
    Rule(
        "CPQ10530",
        "record",
        Stage.XFIELD,
        "workforce",
        "The vacancies are not the funded posts less those in post. Correct one of the three numbers.",
        "Vacancy rates are compared between networks, so they must be worked out in the same way.",
        at=("wte_vacant", "wte_funded", "wte_in_post"),
        where="abs(wte_vacant - greatest(0, wte_funded - wte_in_post)) > 0.05",
        bad={"workforce": {"wte_vacant": "0.5"}},
        good={"workforce": {"wte_vacant": "0.65"}},
    ),
    Rule(
        "CPQ10540",
        "record",
        Stage.XFIELD,
        "workforce",
        "More posts have been vacant for over three months than are vacant at all. Correct one of the two.",
        "Long vacancies are part of all vacancies.",
        at=("wte_vacant_3m", "wte_vacant"),
        where="wte_vacant_3m > wte_vacant",
        bad={"workforce": {"wte_vacant_3m": "0.7"}},
        good={"workforce": {"wte_vacant_3m": "0.6"}},
    ),
    Rule(
        "CPQ10550Q",
        "warning",
        Stage.REF,
        "workforce",
        "Over half of these posts are vacant. Check the numbers; if they are right, answer this warning.",
        "The sector's average was 18.6 % in 2022, so half is rare.",
        at=("wte_vacant", "wte_funded"),
        where="wte_funded >= 2 AND (wte_funded - wte_in_post) / wte_funded > 0.5",
        source="sector average 18.6% in 2022 S:TFSL-WF",
        bad={"workforce": {"wte_funded": "2.0", "wte_in_post": "0.9", "wte_vacant": "1.1"}},
        good={"workforce": {"wte_funded": "2.0", "wte_in_post": "1.0", "wte_vacant": "1.0"}},
    ),
    Rule(
        "CPQ10560Q",
        "warning",
        Stage.FIELD,
        "workforce",
        "This looks like weekly hours and not like whole-time equivalents. Divide by the hours of a full week (37.5).",
        "Hours in place of posts make a small team look like a hospital.",
        at=("wte_in_post", "wte_funded"),
        where="headcount <= 3 AND greatest(wte_funded, wte_in_post) > 20",
        bad={"workforce": {"headcount": "3", "wte_in_post": "22.5", "wte_funded": "22.5"}},
        good={"workforce": {"headcount": "4", "wte_in_post": "22.5", "wte_funded": "22.5"}},
    ),
    Rule(
        "CPQ10570Q",
        "warning",
        Stage.PREV,
        "workforce",
        "The posts in post changed by {pct} per cent since your last questionnaire. Check the number, or answer this warning.",
        "A jump is more often a slip than a change of staff.",
        at=("wte_in_post",),
        query="""
            SELECT row_id, round(100 * abs(w.wte_in_post - p.wte_in_post) / greatest(p.wte_in_post, 0.01))::BIGINT AS pct
            FROM workforce AS w JOIN previous_workforce AS p
            ON p.service_id = w.service_id AND p.staff_group = w.staff_group AND p.band IS NOT DISTINCT FROM w.band
            WHERE abs(w.wte_in_post - p.wte_in_post) > 2 AND abs(w.wte_in_post - p.wte_in_post) > 0.3 * p.wte_in_post
        """,
        needs=("previous",),
        bad={"previous": {"workforce": {"wte_in_post": "1.9"}}, "workforce": {}},
        good={"previous": {"workforce": {"wte_in_post": "2.0"}}, "workforce": {}},
    ),
    Rule(
        "CPQ10605Q",
        "warning",
        Stage.XFIELD,
        "training",
        "Enter how many of your own staff should have this training; without it no share can be worked out.",
        "Ten trained of ten and ten of a hundred are not the same.",
        at=("eligible",),
        where="audience = 'OWN' AND eligible IS NULL AND trained_current IS NOT NULL",
        bad={"training": {"audience": "OWN", "eligible": ""}},
        good={"training": {"audience": "SCH", "eligible": ""}},
    ),
    Rule(
        "CPQ10610",
        "record",
        Stage.XFIELD,
        "training",
        "More staff are trained than should be. Correct one of the two numbers.",
        "Those who hold the training are part of those who should.",
        at=("trained_current", "eligible"),
        where="audience = 'OWN' AND trained_current > eligible",
        bad={"training": {"trained_current": "21"}},
        good={"training": [{"trained_current": "20"}, {"audience": "FAM", "trained_current": "21"}]},
    ),
    # Compared where both were sent. The first line of the service and year is marked.
    _one_year("CPQ10705", "funding"),
    _one_year("CPQ10805", "expenditure_activity"),
    Rule(
        "CPQ10710",
        "record",
        Stage.XREC,
        "funding",
        "The funding lines of this service and year do not add to its income total. Correct a line, or the total.",
        "What a service costs and who pays for it can be compared only when the two agree.",
        at=("amount_gbp",),
        query="""
            SELECT f.row_id FROM (
                SELECT service_id, financial_year, min(row_id) AS row_id, sum(amount_gbp) AS total
                FROM funding GROUP BY service_id, financial_year
            ) AS f JOIN expenditure_activity AS e USING (service_id, financial_year)
            WHERE abs(total - income_total_gbp) > greatest(100, 0.005 * income_total_gbp)
        """,
        bad={"funding": {"amount_gbp": "248749"}, "expenditure_activity": {}},
        good={"funding": {"amount_gbp": "£248,750"}, "expenditure_activity": {}},
    ),
    Rule(
        "CPQ10720Q",
        "warning",
        Stage.REF,
        "funding",
        "The amounts look as if they were entered in thousands. Enter whole pounds.",
        "Amounts are added up across providers.",
        at=("amount_gbp",),
        query="""
            SELECT NULL AS row_id FROM (SELECT max(amount_gbp) AS most FROM funding)
            WHERE most < 2000 AND EXISTS (SELECT 1 FROM sent_expenditure_activity WHERE spend_total_gbp > 100000)
        """,
        bad={"funding": {"amount_gbp": "250"}, "expenditure_activity": {"income_total_gbp": "250"}},
        good={"funding": {"amount_gbp": "2000"}, "expenditure_activity": {"income_total_gbp": "2000"}},
    ),
    Rule(
        "CPQ10810",
        "record",
        Stage.XFIELD,
        "expenditure_activity",
        "Pay, non-pay and overheads do not add to the total spending. Correct one of the four.",
        "The cost of a child, a contact or a night is worked out from the total.",
        at=("spend_total_gbp",),
        where="abs(spend_total_gbp - spend_pay_gbp - spend_nonpay_gbp - coalesce(spend_overhead_gbp, 0)) > 1",
        bad={"expenditure_activity": {"spend_total_gbp": "400002"}},
        good={"expenditure_activity": {"spend_total_gbp": "400001"}},
    ),
    Rule(
        "CPQ10820Q",
        "warning",
        Stage.REF,
        "expenditure_activity",
        "The cost of each child is unusual: it is below 100 or above 250,000 pounds. Check the spending and the children.",
        "A misplaced digit moves the average of a whole network.",
        at=("spend_total_gbp", "children_supported"),
        where="spend_total_gbp > 250000 * children_supported OR spend_total_gbp < 100 * children_supported",
        bad={"expenditure_activity": {"children_supported": "1"}},
        good={"expenditure_activity": {"children_supported": "2"}},
    ),
    Rule(
        "CPQ10910",
        "record",
        Stage.XFIELD,
        "aggregate_caseload",
        "New, continuing and re-referred children do not add to the total. Correct one of the four.",
        "The total is what other figures are compared with.",
        at=("total_children",),
        where="total_children <> new_children + continuing_children + rereferred_children",
        source="S:NCPC-MDS 4.1",
        bad={"aggregate_caseload": {"new_children": "4"}},
        good={"aggregate_caseload": {"new_children": "4", "continuing_children": "7"}},
    ),
    Rule(
        "CPQ10915",
        "record",
        Stage.XFIELD,
        "aggregate_caseload",
        "A breakdown (by age, sex, ACT category or ethnic group) does not add to the total. Correct it, with those not known.",
        "Parts that do not make the whole cannot be compared.",
        at=("total_children",),
        # The columns are found by their names, because those by ethnic category differ between versions. A breakdown
        # that was sent in part is wrong only where it is more than the total.
        query="""
            SELECT DISTINCT row_id FROM (
                SELECT row_id, total_children, unnest([by_age, by_sex, by_act, by_ethnic]) AS sent FROM (
                    SELECT row_id, total_children, [*COLUMNS('^age_')] AS by_age, [*COLUMNS('^sex_')] AS by_sex,
                        [*COLUMNS('^act_')] AS by_act, [*COLUMNS('^ethnic_')] AS by_ethnic
                    FROM aggregate_caseload
                )
            )
            WHERE total_children < list_sum(sent)
                OR total_children <> list_sum(sent) AND list_count(sent) = len(sent)
        """,
        source="S:NCPC-MDS (totals must equal)",
        bad={"aggregate_caseload": {"ethnic_99": "1"}},
        good={"aggregate_caseload": {"ethnic_99": "", "ethnic_wbri": ""}},
    ),
    Rule(
        "CPQ10920Q",
        "warning",
        Stage.XTAB,
        "aggregate_caseload",
        "The total differs from the children whose rows you sent for this service (rows for {n} children). Check both.",
        "The two ways of counting should meet, so that either can be trusted.",
        at=("total_children",),
        query="""
            SELECT a.row_id, n FROM aggregate_caseload AS a JOIN (
                SELECT service_id, count(DISTINCT local_patient_id) AS n FROM referral CROSS JOIN ret
                WHERE episode_start <= ret.rp_end AND coalesce(episode_end >= ret.rp_start, true) GROUP BY service_id
            ) USING (service_id)
            WHERE abs(total_children - n) > 2 AND abs(total_children - n) > 0.05 * n
        """,
        versions=("2.0",),
        bad={"aggregate_caseload": {}},
        good={
            "aggregate_caseload": {
                "new_children": "3",
                "continuing_children": "0",
                "rereferred_children": "0",
                "total_children": "3",
                **_all_in_the_first("age", "3"),
                **_all_in_the_first("sex", "3"),
                **_all_in_the_first("act", "3"),
                **_all_in_the_first("ethnic", "3"),
            }
        },
    ),
    Rule(
        "CPQ11010",
        "record",
        Stage.XFIELD,
        "user_experience",
        "The answers do not add to the number who answered. Correct one of them.",
        "Shares are worked out of those who answered.",
        at=("responses",),
        where=f"responses <> {_ANSWERS}",
        bad={"user_experience": {"n8": "1"}},
        good={"user_experience": {"n8": "1", "n1": "5"}},
    ),
    Rule(
        "CPQ11020",
        "record",
        Stage.XFIELD,
        "user_experience",
        "More people answered than were asked. Correct one of the two numbers.",
        "The share of those asked who answered says how far the result can be trusted.",
        at=("responses", "invited"),
        where="responses > invited",
        bad={"user_experience": {"invited": "11"}},
        good={"user_experience": {"invited": "12"}},
    ),
    Rule(
        "CPQ11030Q",
        "warning",
        Stage.XFIELD,
        "user_experience",
        "Fewer than 10 people answered, so this result is not shown on its own. Nothing has to be done.",
        "Few answers can tell who gave them.",
        at=("responses",),
        where="responses < 10",
        bad={"user_experience": {"responses": "9", "n1": "3"}},
        good={"user_experience": {"responses": "10", "n1": "4"}},
    ),
    Rule(
        "CPQ11110",
        "record",
        Stage.XFIELD,
        "staff_experience",
        "The answers do not add to the number who answered. Correct one of them.",
        "As for families: shares are worked out of those who answered.",
        at=("responses",),
        where=f"responses <> {_ANSWERS}",
        versions=("2.0",),
        bad={"staff_experience": {"n8": "1"}},
        good={"staff_experience": {"n8": "1", "n1": "5"}},
    ),
    Rule(
        "CPQ11210",
        "record",
        Stage.FIELD,
        "standards",
        "There is no standard of this number. Enter {takes}.",
        "Each of the frameworks has six standards.",
        at=("standard_no",),
        checked_by="field",
        bad={"standards": {"standard_no": "7"}},
        good={"standards": {"standard_no": "6"}},
    ),
    Rule(
        "CPQ11310Q",
        "warning",
        Stage.XTAB,
        "commissioner",
        "The spending differs by more than a tenth from what the providers of the network say they received. Ask them.",
        "Two sides of one payment should agree.",
        at=("hospice_spend_gbp",),
        query="""
            SELECT row_id FROM commissioner JOIN network_income USING (commissioner_code)
            WHERE abs(hospice_spend_gbp - amount_gbp) > 0.1 * amount_gbp
        """,
        needs=("network",),
        versions=("2.0",),
        bad={"commissioner": {}, "network_income": [("QHG", 278000)]},
        good={"commissioner": {}, "network_income": [("QHG", 275000)]},
    ),
)
