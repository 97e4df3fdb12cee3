"""Tables of data set version 2.0: care plans, transition, equipment (specification 2.3)."""

from datetime import date
from typing import Annotated

from mds_schemas.table import Table, TableInfo, item
from mds_schemas.types import ORG_CODE, Coded, CodedList, Day, LocalId


class CarePlan(Table):
    """One row per version of a plan."""

    info = TableInfo("M401", "care_plan", "Care plans", ("plan_id",), "child", "local_patient_id")
    plan_id: Annotated[str, LocalId()] = item(
        "Plan number",
        "identifies the plan version",
        "mandatory",
        identifying="D",
        national="key",
        region="key",
        example="PL001",
        source="S:CSDS-COLS",
    )
    local_patient_id: Annotated[str, LocalId()] = item(
        "Local number",
        "child the plan is for",
        "mandatory",
        identifying="D",
        national="key",
        region="key",
        example="SB001",
        source="P",
    )
    plan_type: Annotated[str, Coded("CL24")] = item(
        "Kind of plan", "what the plan covers", "mandatory", identifying="S", example="ACP", source="S:CYPACP"
    )
    created_date: Annotated[date, Day()] = item(
        "Made on",
        "day this version was written",
        "mandatory",
        identifying="Q",
        national="derive: month",
        example="2025-11-03",
        source="S:CSDS-COLS",
    )
    agreed_date: Annotated[date | None, Day()] = item(
        "Agreed on",
        "day family and team agreed it",
        "required",
        identifying="Q",
        national="derive: month",
        example="2025-11-10",
        source="S:CSDS-COLS",
    )
    agreed_with: Annotated[tuple[str, ...] | None, CodedList("agreed_with")] = item(
        "Agreed with", "by ;", "required", example="P;T", source="item S:CSDS-COLS; codes P"
    )
    last_review_date: Annotated[date | None, Day()] = item(
        "Last review",
        "latest day it was looked at again",
        "required",
        identifying="Q",
        national="derive: days",
        example="2026-05-04",
        source="P",
    )
    next_review_date: Annotated[date | None, Day()] = item(
        "Next review due",
        "day it is due again",
        "optional",
        national="drop",
        region="keep",
        example="2026-11-04",
        source="P",
    )
    superseded_date: Annotated[date | None, Day()] = item(
        "Replaced or ended",
        "day a newer version replaced it",
        "conditional",
        national="derive",
        region="month when died then",
        condition="a newer version has replaced it",
        source="P",
    )
    preferred_care_place: Annotated[str | None, Coded("CL25")] = item(
        "Preferred place of care",
        "where the family wants care in the last phase",
        "required",
        identifying="S",
        example="21",
        source="S:S1",
    )
    death_place_discussed: Annotated[str | None, Coded("CL34")] = item(
        "Preferred place of death discussed",
        "the talk has taken place",
        "required",
        identifying="S",
        example="Y",
        source="S:CSDS-COLS",
    )
    preferred_death_place: Annotated[str | None, Coded("CL25")] = item(
        "Preferred place of death",
        "first choice recorded in the plan",
        "conditional",
        identifying="S",
        example="21",
        condition="the talk has taken place",
        source="S:DD-DLT",
    )
    preference_by: Annotated[str | None, Coded("preference_by")] = item(
        "Whose preference", "voice behind the choice", "required", example="P", source="P"
    )
    resus_decision_recorded: Annotated[str | None, Coded("CL34")] = item(
        "Resuscitation wishes recorded",
        "wishes for resuscitation are written down",
        "optional",
        identifying="S",
        example="Y",
        source="S:CYPACP",
    )
    eol_recognised_date: Annotated[date | None, Day()] = item(
        "End of life recognised",
        "day the team agreed death is approaching",
        "conditional",
        identifying="Q",
        national="derive: days",
        condition="the plan is an end of life plan",
        source="S:S3 8.10",
    )
    eol_meeting_date: Annotated[date | None, Day()] = item(
        "End of life planning meeting",
        "day the end of life planning meeting was held",
        "conditional",
        identifying="Q",
        national="derive: days",
        condition="the plan is an end of life plan",
        source="S:S3 8.10",
    )
    shared_with: Annotated[tuple[str, ...] | None, CodedList("shared_with")] = item(
        "Shared with", "by ;", "required", example="GP;OOH;CCN", source="S:S1 goal 5; codes P"
    )
    symptom_plan_given: Annotated[str | None, Coded("CL34")] = item(
        "Written symptom plan given",
        "family and services hold a written plan",
        "required",
        example="Y",
        source="S:S1 goal 5",
    )
    joint_assessment: Annotated[str | None, Coded("CL34")] = item(
        "Joint health and social assessment",
        "one assessment shared by health and social care",
        "required",
        example="Y",
        source="S:S1 vision",
    )
    parents_invited_mdt: Annotated[str | None, Coded("CL34")] = item(
        "Parents in meetings", "parents are part of planning meetings", "required", example="Y", source="S:S3 9.4 e"
    )


class Transition(Table):
    """One row per young person moving to adult services."""

    info = TableInfo("M402", "transition", "Transition", ("local_patient_id",), "child", "local_patient_id")
    local_patient_id: Annotated[str, LocalId()] = item(
        "Local number",
        "young person",
        "mandatory",
        identifying="D",
        national="key",
        region="key",
        example="SB001",
        source="P",
    )
    started_date: Annotated[date | None, Day()] = item(
        "Preparation started",
        "first planned talk about adult services",
        "required",
        identifying="Q",
        national="derive: age in months",
        example="2024-06-03",
        source="S:S3 8.10",
    )
    key_worker_date: Annotated[date | None, Day()] = item(
        "Key worker for the move named on",
        "day the transition key worker was named",
        "required",
        identifying="Q",
        national="derive: age",
        example="2024-06-10",
        source="S:S3 8.10 std 2",
    )
    plan_date: Annotated[date | None, Day()] = item(
        "Multi-agency plan agreed",
        "day the shared plan was agreed",
        "required",
        identifying="Q",
        national="derive: age",
        example="2025-01-20",
        source="S:S3 8.10 std 4",
    )
    adult_key_worker: Annotated[str | None, Coded("CL34")] = item(
        "Adult counterpart named", "a named person in adult services", "required", example="Y", source="S:S3 8.10 std 4"
    )
    adult_service_code: Annotated[str | None, ORG_CODE] = item(
        "Receiving adult service", "service that will take over", "optional", source="P"
    )
    parallel_plan: Annotated[str | None, Coded("CL34")] = item(
        "Parallel plan in place",
        "planning for adult life and for end of life side by side",
        "required",
        example="Y",
        source="S:S1 goal 7",
    )
    transfer_date: Annotated[date | None, Day()] = item(
        "Transferred",
        "day responsibility moved",
        "conditional",
        identifying="Q",
        national="derive: age",
        condition="responsibility has moved",
        source="P",
    )
    settled_review_date: Annotated[date | None, Day()] = item(
        "Settled-in review",
        "within 6 months",
        "optional",
        identifying="Q",
        national="derive",
        source="S:S3 8.10 std 5; 6 months P",
    )
    returned: Annotated[str | None, Coded("CL34")] = item(
        "Came back to children's service",
        "adult care failed and the young person came back",
        "optional",
        example="N",
        source="P",
    )


class EquipmentRequest(Table):
    """One row per request for equipment or adaptation."""

    info = TableInfo("M403", "equipment_request", "Equipment", ("request_id",), "child", "local_patient_id")
    request_id: Annotated[str, LocalId()] = item(
        "Number",
        "identifies the request",
        "mandatory",
        identifying="D",
        national="key",
        region="key",
        example="EQ001",
        source="P",
    )
    local_patient_id: Annotated[str, LocalId()] = item(
        "Local number",
        "child it is for",
        "mandatory",
        identifying="D",
        national="key",
        region="key",
        example="SB001",
        source="P",
    )
    item_kind: Annotated[str, Coded("equipment_kind")] = item(
        "Kind", "sort of equipment or adaptation", "mandatory", example="WC", source="P; need S:S1, S3"
    )
    requested_date: Annotated[date, Day()] = item(
        "Asked",
        "day of the request",
        "mandatory",
        identifying="Q",
        national="derive: days",
        example="2026-04-02",
        source="P",
    )
    delivered_date: Annotated[date | None, Day()] = item(
        "Delivered",
        "day it was ready for use",
        "conditional",
        identifying="Q",
        national="derive: days",
        example="2026-05-20",
        condition="it has been delivered",
        source="P",
    )
    outcome: Annotated[str | None, Coded("equipment_outcome")] = item(
        "Result",
        "what became of the request",
        "required",
        identifying="S",
        example="D",
        source='S:S1 ("my life would be easier"); codes P',
    )
