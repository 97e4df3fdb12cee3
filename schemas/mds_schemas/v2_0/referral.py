"""Tables of data set version 2.0: referrals, phases (specification 2.3)."""

from datetime import date
from decimal import Decimal
from typing import Annotated

from mds_schemas.table import Table, TableInfo, item
from mds_schemas.types import Coded, CodedList, Day, LocalId, Number, Severity, Shaped, Text, Whole


class Referral(Table):
    """One row per referral to a service; carries the episode that follows."""

    info = TableInfo("M201", "referral", "Referrals", ("referral_id",), "child", "local_patient_id")
    referral_id: Annotated[str, LocalId()] = item(
        "Referral number",
        "identifies the request for service",
        "mandatory",
        identifying="D",
        national="key",
        region="key",
        example="RF001",
        source="S:CSDS-COLS (service request)",
        rules={"blank": "CP201020"},
    )
    local_patient_id: Annotated[str, LocalId()] = item(
        "Local number",
        "child referred",
        "mandatory",
        identifying="D",
        national="key",
        region="key",
        example="SB001",
        source="P",
    )
    service_id: Annotated[str, LocalId()] = item(
        "Service", "links to questionnaire table Q102", "mandatory", example="S1", source="P"
    )
    referral_date: Annotated[date, Day()] = item(
        "Referral received",
        "day the service received the request",
        "mandatory",
        identifying="Q",
        national="derive: week",
        example="2024-02-05",
        source="S:CSDS-COLS",
        rules={"*": "CP201030", "blank": "CP201030"},
    )
    referral_source: Annotated[str, Coded("CL12")] = item(
        "Who referred",
        "kind of person or service that asked",
        "mandatory",
        example="02",
        source="item S:CSDS-COLS",
        rules={"*": "CP201050", "blank": "CP201050"},
    )
    referral_reasons: Annotated[tuple[str, ...], CodedList("CL13", most=3)] = item(
        "Why",
        "up to 3, by ;",
        "mandatory",
        identifying="S",
        example="01;03",
        source="item S:CSDS-COLS",
        rules={"*": "CP201050", "blank": "CP201050"},
    )
    urgency: Annotated[str | None, Coded("CL14")] = item(
        "Urgency", "speed asked for by the referrer", "required", example="R", source="item S:CSDS-COLS"
    )
    referral_outcome: Annotated[str, Coded("CL15")] = item(
        "Outcome", "decision on the request", "mandatory", example="A", source="P"
    )
    outcome_date: Annotated[date | None, Day()] = item(
        "Outcome date",
        "day of that decision",
        "conditional",
        identifying="Q",
        national="derive: days from referral",
        example="2024-02-07",
        condition="the outcome is not W",
        source="P",
    )
    rejection_reason: Annotated[str | None, Coded("CL16")] = item(
        "Why not accepted",
        "main reason for a refusal",
        "conditional",
        condition="the outcome is R",
        source="item S:CSDS-COLS",
    )
    episode_start: Annotated[date | None, Day()] = item(
        "Care started",
        "first day the service is responsible for the child",
        "conditional",
        identifying="Q",
        national="derive: month",
        example="2024-02-12",
        condition="the outcome is A",
        source="P",
    )
    episode_end: Annotated[date | None, Day()] = item(
        "Care ended",
        "last day of responsibility",
        "conditional",
        identifying="Q",
        national="derive: month",
        region="month when the child died",
        condition="an end reason is given",
        source="S:CSDS-COLS (discharge, closure)",
    )
    episode_end_reason: Annotated[str | None, Coded("CL17")] = item(
        "Why ended",
        "main reason the episode closed",
        "conditional",
        identifying="S",
        condition="an end date is given",
        source="item S:CSDS-COLS",
    )
    lead_service: Annotated[str | None, Coded("yes_no")] = item(
        "Lead service for this child", "this service leads and wins ties at merge", "required", example="Y", source="P"
    )
    commissioner_code: Annotated[
        str | None, Shaped(r"[A-Z0-9]{3,5}", "a commissioner code of 3 to 5 letters and numbers", register=True)
    ] = item(
        "Commissioner",
        "who pays for this service for this child",
        "required",
        national="keep, mapped",
        example="QHG",
        source="item S:CSDS-COLS",
    )
    funder: Annotated[str | None, Coded("CL30")] = item(
        "Funding route", "who pays for this child's episode", "required", example="ICB", source="P"
    )
    assessed_hours_week: Annotated[Decimal | None, Number(168, "hours")] = item(
        "Assessed hours per week", "package agreed", "optional", example="10", source="S:S4 (need)"
    )
    delivered_hours_week: Annotated[Decimal | None, Number(168, "hours")] = item(
        "Delivered hours per week", "average in period", "optional", example="9.5", source="S:S4 (need)"
    )
    cc_application_date: Annotated[date | None, Day()] = item(
        "Continuing care application",
        "day continuing care was applied for",
        "optional",
        identifying="Q",
        national="derive: days to package",
        example="2024-03-01",
        source="S:S1 goal 6 (need)",
    )
    cc_package_date: Annotated[date | None, Day()] = item(
        "Package started",
        "day the package began",
        "optional",
        identifying="Q",
        national="derive",
        example="2024-04-15",
        source="S:S1 goal 6 (need)",
    )


class Phase(Table):
    """One row per assessment of phase of illness."""

    info = TableInfo("M202", "phase", "Phases", ("referral_id", "phase_date"), "referral", "referral_id")
    referral_id: Annotated[str, LocalId()] = item(
        "Referral number",
        "episode in which the assessment was made",
        "mandatory",
        identifying="D",
        national="key",
        region="key",
        example="RF001",
        source="P",
    )
    phase_date: Annotated[date, Day()] = item(
        "Assessed on",
        "day of the assessment",
        "mandatory",
        identifying="Q",
        national="derive: week",
        example="2026-06-10",
        source="S:PCOC (item)",
    )
    phase_scheme: Annotated[str, Coded("CL11")] = item(
        "Scheme",
        "says how to read the submitted value",
        "mandatory",
        example="LUTON",
        source="P",
        rules={"*": "CP202020", "blank": "CP202020"},
    )
    phase_submitted: Annotated[str, Text(20)] = item(
        "Value as recorded",
        "colour, word or number",
        "mandatory",
        identifying="S",
        national="drop",
        example="blue",
        source="P",
    )
    phase_code: Annotated[str | None, Coded("CL10")] = item(
        "Phase", "derived", "derived", identifying="S", source="S:PCOC, S3"
    )
    mdt_review: Annotated[str | None, Coded("CL34")] = item(
        "Decided at multi-agency meeting",
        "the multi-agency meeting made or confirmed it",
        "required",
        example="Y",
        source="S:S3 6.2",
    )
    problem_severity: Annotated[str | None, Severity()] = item(
        "Problem severity",
        "4 digits: pain, other symptoms, psychological/spiritual, family; each 0-3",
        "optional",
        identifying="S",
        example="1101",
        source="tool named S:PCOC; scale M",
    )
    function_score: Annotated[int | None, Whole(0, 100, step=10)] = item(
        "Play-performance score", "0-100 in tens", "optional", identifying="S", example="50", source="M"
    )
