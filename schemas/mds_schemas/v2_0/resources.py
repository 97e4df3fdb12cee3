"""Tables of the service questionnaires: staff, training, money (specification 3)."""

from datetime import date
from decimal import Decimal
from typing import Annotated

from mds_schemas.table import Table, TableInfo, item
from mds_schemas.types import ANY_BODY, Coded, Day, FinancialYear, LocalId, Number, Pounds, Several, Text, Whole

MANY = 99_999
WHOLE_ORGANISATION = "ORG"
"""Stands in place of a service's number for what all services of an organisation share."""

YEAR = FinancialYear()


class Workforce(Table):
    """One row per service, staff group and pay band, at the census date."""

    info = TableInfo(
        "Q105",
        "workforce",
        "Workforce",
        ("service_id", "staff_group", "band"),
        "service",
        "service_id",
        WHOLE_ORGANISATION,
    )
    service_id: Annotated[str, LocalId()] = item(
        "Service (or ORG)", "number of the service, ORG for shared staff", "mandatory", example="S1", source="P"
    )
    staff_group: Annotated[str, Coded("CL31")] = item(
        "Staff group", "by profession", "mandatory", example="NCN", source="S:S1, S4"
    )
    band: Annotated[str | None, Coded("pay_band")] = item(
        "Pay band or equivalent",
        "of the posts in this row",
        "required",
        example="6",
        source="bands in use S:TFSL-WF; codes M",
    )
    headcount: Annotated[int, Whole(0, MANY, "people")] = item(
        "People in post",
        "at the census date",
        "mandatory",
        example="5",
        source="P",
        rules={"*": "CPQ10510", "blank": "CPQ10510"},
    )
    wte_funded: Annotated[Decimal, Number(5_000, "WTE")] = item(
        "Funded WTE",
        "whole-time equivalent of the posts paid for",
        "mandatory",
        example="4.6",
        source="P",
        rules={"*": "CPQ10510", "blank": "CPQ10510"},
    )
    wte_in_post: Annotated[Decimal, Number(5_000, "WTE")] = item(
        "WTE in post",
        "whole-time equivalent of the people in post",
        "mandatory",
        example="4.0",
        source="P",
        rules={"*": "CPQ10510", "blank": "CPQ10510"},
    )
    wte_vacant: Annotated[Decimal | None, Number(5_000, "WTE")] = item(
        "Vacant WTE", "funded less in post", "required", example="0.6", source="P", rules={"*": "CPQ10510"}
    )
    wte_vacant_3m: Annotated[Decimal | None, Number(5_000, "WTE")] = item(
        "Vacant over 3 months",
        "of the vacant WTE",
        "required",
        example="0.6",
        source="S:TFSL-WF",
        rules={"*": "CPQ10510"},
    )
    wte_bank_agency: Annotated[Decimal | None, Number(5_000, "WTE")] = item(
        "Bank and agency WTE", "in the period", "optional", example="0.2", source="P"
    )
    wte_absent: Annotated[Decimal | None, Number(5_000, "WTE")] = item(
        "Long-term absence WTE", "of those in post", "optional", example="0.0", source="P"
    )
    wte_over_55: Annotated[Decimal | None, Number(5_000, "WTE")] = item(
        "Aged over 55, WTE", "of those in post", "optional", example="1.0", source="P"
    )
    leavers_12m: Annotated[int | None, Whole(0, MANY, "people")] = item(
        "Leavers in 12 months", "headcount", "required", example="1", source="P"
    )
    joiners_12m: Annotated[int | None, Whole(0, MANY, "people")] = item(
        "Joiners in 12 months", "headcount", "required", example="1", source="P"
    )
    training_posts: Annotated[int | None, Whole(0, MANY)] = item(
        "Training posts held",
        "for example a trainee in special interest training",
        "optional",
        example="0",
        source="S:S4",
    )
    volunteer_hours: Annotated[int | None, Whole(0, 9_999_999, "hours")] = item(
        "Volunteer hours in period",
        "given by all volunteers",
        "conditional",
        condition="the staff group is VOL",
        source="P",
    )


class Training(Table):
    """One row per service, subject and audience."""

    info = TableInfo(
        "Q106", "training", "Training", ("service_id", "subject", "audience", "level"), "service", "service_id",
        WHOLE_ORGANISATION,
    )  # fmt: skip
    service_id: Annotated[str, LocalId()] = item(
        "Service (or ORG)", "number of the service, ORG for all", "mandatory", example="S1", source="P"
    )
    subject: Annotated[str, Coded("training_subject")] = item(
        "Subject", "what was taught", "mandatory", example="ACP", source="S:S0, S3 8.9, S4; codes P"
    )
    level: Annotated[str | None, Coded("training_level")] = item(
        "Level", "for whom it is meant", "required", example="3", source="P"
    )
    audience: Annotated[str, Coded("audience")] = item(
        "Audience", "who was taught", "mandatory", example="OWN", source="S:S0, S3; codes P"
    )
    eligible: Annotated[int | None, Whole(0, MANY, "people")] = item(
        "Should have it", "people", "conditional", condition="the audience is own staff (OWN)", example="20", source="P"
    )
    trained_current: Annotated[int, Whole(0, MANY, "people")] = item(
        "Hold it and in date", "people", "mandatory", example="17", source="P"
    )
    sessions: Annotated[int | None, Whole(0, MANY)] = item(
        "Sessions given in period", "how many", "optional", example="2", source="P"
    )
    mode: Annotated[str | None, Coded("training_mode")] = item(
        "Given", "face to face, online or both", "optional", example="M", source="S:S0"
    )
    framework: Annotated[str | None, Text(60)] = item(
        "Framework used", "its name", "optional", example="All-age framework", source="S:S4"
    )


class Funding(Table):
    """One row per service, funder and contract, for a financial year."""

    info = TableInfo(
        "Q107", "funding", "Funding", ("service_id", "financial_year", "funder", "funder_code", "contract_form"),
        "service", "service_id", WHOLE_ORGANISATION,
    )  # fmt: skip
    service_id: Annotated[str, LocalId()] = item(
        "Service (or ORG)", "number of the service, ORG for all", "mandatory", example="S1", source="P"
    )
    financial_year: Annotated[str, YEAR] = item(
        "Financial year", "April to March", "mandatory", example="2025/26", source="P"
    )
    funder: Annotated[str, Coded("CL30")] = item("Funder kind", "who pays", "mandatory", example="ICB", source="P")
    funder_code: Annotated[str | None, ANY_BODY] = item(
        "Funder's code", "its organisation or area code", "required", example="QHG", source="P"
    )
    contract_form: Annotated[str | None, Coded("contract_form")] = item(
        "Form of contract", "how the money is agreed", "required", example="B", source="S:S1 goal 6; codes P"
    )
    amount_gbp: Annotated[int, Pounds()] = item(
        "Income, whole pounds", "in the year", "mandatory", example="250000", source="P"
    )
    lead_commissioner: Annotated[str | None, Coded("yes_no")] = item(
        "Lead for others", "the funder pays for others too", "optional", example="N", source="S:S2"
    )
    associates: Annotated[tuple[str, ...] | None, Several(ANY_BODY)] = item(
        "Associate commissioners", "their codes, by ;", "optional", source="P"
    )
    term_end: Annotated[date | None, Day(ahead=20)] = item(
        "Agreement ends", "last day of the agreement", "optional", example="2027-03-31", source="P"
    )


class Expenditure(Table):
    """One row per service, for a financial year."""

    info = TableInfo(
        "Q108", "expenditure_activity", "Spending and activity", ("service_id", "financial_year"), "service", "service_id",
        WHOLE_ORGANISATION,
    )  # fmt: skip
    service_id: Annotated[str, LocalId()] = item(
        "Service (or ORG)", "number of the service, ORG for all", "mandatory", example="S1", source="P"
    )
    financial_year: Annotated[str, YEAR] = item(
        "Financial year", "April to March", "mandatory", example="2025/26", source="P"
    )
    spend_pay_gbp: Annotated[int, Pounds()] = item("Pay", "whole pounds", "mandatory", example="300000", source="P")
    spend_nonpay_gbp: Annotated[int, Pounds()] = item(
        "Non-pay", "whole pounds", "mandatory", example="60000", source="P"
    )
    spend_overhead_gbp: Annotated[int | None, Pounds()] = item(
        "Overheads", "whole pounds", "required", example="40000", source="P"
    )
    spend_total_gbp: Annotated[int, Pounds()] = item(
        "Total spending", "the three before this added", "mandatory", example="400000", source="P"
    )
    income_total_gbp: Annotated[int | None, Pounds()] = item(
        "Income total", "the funding of the service added", "required", example="250000", source="P"
    )
    children_supported: Annotated[int, Whole(0, MANY)] = item(
        "Children supported", "in the year", "mandatory", example="40", source="P"
    )
    contacts: Annotated[int | None, Whole(0, 9_999_999)] = item(
        "Contacts", "in the year", "required", example="1200", source="P"
    )
    bed_nights: Annotated[int | None, Whole(0, MANY, "nights")] = item(
        "Bed nights", "in the year", "conditional", condition="the service has beds", example="430", source="P"
    )
