"""Tables of the service questionnaires: experience, standards, commissioners (specification 3)."""

from datetime import date
from typing import Annotated

from mds_schemas.table import Table, TableInfo
from mds_schemas.table import item as told
from mds_schemas.types import ANY_BODY, ORG_CODE, Coded, CodedList, Day, LocalId, Pounds, Several, Text, Whole

MANY = 99_999


class UserExperience(Table):
    """One row per service, item and respondent group; never one row per person."""

    info = TableInfo(
        "Q110",
        "user_experience",
        "Experience of families",
        ("service_id", "item", "respondent"),
        "service",
        "service_id",
    )
    service_id: Annotated[str, LocalId()] = told(
        "Service", "number of the service", "mandatory", example="S1", source="P"
    )
    item: Annotated[str, Coded("experience_item")] = told(
        "Item", "what was asked about", "mandatory", example="INF", source="S:S1 PSA 12, S3 9.4; codes P"
    )
    respondent: Annotated[str, Coded("respondent")] = told(
        "Respondent", "who answered", "mandatory", example="PA", source="P"
    )
    invited: Annotated[int | None, Whole(0, MANY)] = told(
        "Invited", "how many were asked", "required", example="30", source="P"
    )
    responses: Annotated[int, Whole(0, MANY)] = told("Answered", "how many", "mandatory", example="12", source="P")
    n1: Annotated[int, Whole(0, MANY)] = told("Strongly agree", "how many", "mandatory", example="6", source="P")
    n2: Annotated[int, Whole(0, MANY)] = told("Agree", "how many", "mandatory", example="5", source="P")
    n3: Annotated[int, Whole(0, MANY)] = told("Neither", "how many", "mandatory", example="1", source="P")
    n4: Annotated[int, Whole(0, MANY)] = told("Disagree", "how many", "mandatory", example="0", source="P")
    n5: Annotated[int, Whole(0, MANY)] = told("Strongly disagree", "how many", "mandatory", example="0", source="P")
    n8: Annotated[int, Whole(0, MANY)] = told("Not applicable", "how many", "mandatory", example="0", source="P")
    method: Annotated[str | None, Coded("survey_method")] = told(
        "Method", "how they were asked", "required", example="W", source="P"
    )
    collected_from: Annotated[date | None, Day()] = told(
        "Fieldwork from", "first day", "required", example="2026-04-01", source="P"
    )
    collected_to: Annotated[date | None, Day()] = told(
        "Fieldwork to", "last day", "required", example="2026-06-30", source="P"
    )


class StaffExperience(Table):
    """As for families, for professionals: one row per service and item."""

    info = TableInfo("Q111", "staff_experience", "Experience of staff", ("service_id", "item"), "service", "service_id")
    service_id: Annotated[str, LocalId()] = told(
        "Service", "number of the service", "mandatory", example="S1", source="P"
    )
    item: Annotated[str, Coded("staff_item")] = told(
        "Item", "what was asked about", "mandatory", example="A", source="S:S3 9.4"
    )
    responses: Annotated[int, Whole(0, MANY)] = told("Answered", "how many", "mandatory", example="12", source="P")
    n1: Annotated[int, Whole(0, MANY)] = told("Strongly agree", "how many", "mandatory", example="6", source="P")
    n2: Annotated[int, Whole(0, MANY)] = told("Agree", "how many", "mandatory", example="5", source="P")
    n3: Annotated[int, Whole(0, MANY)] = told("Neither", "how many", "mandatory", example="1", source="P")
    n4: Annotated[int, Whole(0, MANY)] = told("Disagree", "how many", "mandatory", example="0", source="P")
    n5: Annotated[int, Whole(0, MANY)] = told("Strongly disagree", "how many", "mandatory", example="0", source="P")
    n8: Annotated[int, Whole(0, MANY)] = told("Not applicable", "how many", "mandatory", example="0", source="P")
    method: Annotated[str | None, Coded("survey_method")] = told(
        "Method", "how they were asked", "optional", example="W", source="P; as for families"
    )


class Standard(Table):
    """One row per organisation, framework and standard."""

    info = TableInfo("Q112", "standards", "Standards", ("framework", "standard_no"))
    provider_code: Annotated[str, ORG_CODE] = told(
        "Provider", "code of your organisation", "mandatory", region="drop", example="8HX01", source="P"
    )
    framework: Annotated[str, Coded("framework")] = told(
        "Framework", "whose standards", "mandatory", example="CORE", source="S:S3, NICE-QS"
    )
    standard_no: Annotated[int, Whole(1, 6)] = told(
        "Number",
        "of the standard",
        "mandatory",
        example="1",
        source="S:S3",
        rules={"*": "CPQ11210", "blank": "CPQ11210"},
    )
    self_rating: Annotated[str, Coded("self_rating")] = told(
        "Rating", "your own", "mandatory", example="2", source="P; audit tools exist S:TFSL-COM"
    )
    evidence: Annotated[str | None, Text(200)] = told(
        "Evidence", "what shows it; stays with you", "optional", region="drop", example="audit", source="P"
    )
    assessed_on: Annotated[date, Day()] = told("Date", "of the rating", "mandatory", example="2026-05-20", source="P")


class Commissioner(Table):
    """One row per commissioner and year, filled in by the commissioner."""

    info = TableInfo("Q113", "commissioner", "Commissioner", ("commissioner_code",))
    commissioner_code: Annotated[str, ANY_BODY] = told(
        "Commissioner", "its organisation or area code", "mandatory", example="QHG", source="P"
    )
    need_estimate: Annotated[int | None, Whole(0, 9_999_999)] = told(
        "Own estimate of children in need",
        "in its area",
        "required",
        example="900",
        source="S:TFSL-COM (asked in 2022/23)",
    )
    accessed_hospice: Annotated[int | None, Whole(0, 9_999_999)] = told(
        "Children who used hospice care", "in the year", "required", example="210", source="S:TFSL-COM"
    )
    hospice_spend_gbp: Annotated[int | None, Pounds()] = told(
        "Spend on hospice care", "whole pounds", "required", example="250000", source="S:TFSL-COM"
    )
    in_strategy: Annotated[str | None, Coded("yes_no")] = told(
        "Children's palliative care in published plan", "named in it", "required", example="Y", source="S:S2"
    )
    functions_commissioned: Annotated[tuple[str, ...], CodedList("CL33")] = told(
        "Functions commissioned", "by ;", "mandatory", example="CCN;HAH", source="P"
    )
    joint_with: Annotated[tuple[str, ...] | None, Several(ANY_BODY)] = told(
        "Partners", "their codes, by ;", "required", example="E09999901", source="S:S2"
    )
