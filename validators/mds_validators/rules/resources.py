"""Rules on staff, training and money (specification 4.12)."""

from __future__ import annotations

from mds_validators.rules.rule import Rule, Stage


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


RULES = (
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
    _one_year("CPQ10705", "funding"),
    _one_year("CPQ10805", "expenditure_activity"),
    # Compared where both were sent. The first line of the service and year is marked.
    Rule(
        "CPQ10710",
        "record",
        Stage.XREC,
        "funding",
        "The funding lines of this service and year do not add to its income total. Correct a line, or the total.",
        "What a service costs and who pays for it can be compared only when the two agree.",
        at=("amount_gbp",),
        query="""
            SELECT funding.row_id FROM (
                SELECT service_id, financial_year, sum(amount_gbp) AS total FROM funding GROUP BY ALL
            ) AS f JOIN expenditure_activity AS e USING (service_id, financial_year)
            JOIN funding USING (service_id, financial_year)  -- a part of the lines would give wrong shares
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
)
