"""Tables of data set version 2.0: deaths, bereavement, perinatal (specification 2.3)."""

from datetime import date
from typing import Annotated

from mds_schemas.table import Table, TableInfo, item
from mds_schemas.types import Coded, CodedList, Day, LocalId, Whole


class Death(Table):
    """One row per child who died."""

    info = TableInfo("M501", "death", "Deaths", ("local_patient_id",), "child", "local_patient_id")
    local_patient_id: Annotated[str, LocalId()] = item(
        "Local number",
        "child who died",
        "mandatory",
        identifying="D",
        national="key",
        region="key",
        example="SB001",
        source="P",
    )
    death_date: Annotated[date, Day()] = item(
        "Date of death",
        "day of death",
        "mandatory",
        identifying="D",
        national="derive: month, age band, age in days under 1 year",
        region="month and ages at death",
        example="2026-05-29",
        source="S:CSDS-COLS",
        rules={"*": "CP501030", "blank": "CP501030"},
    )
    death_place: Annotated[str, Coded("CL25", leave_out=("98", "99"))] = item(
        "Actual place",
        "kind of place where the child died",
        "mandatory",
        identifying="S",
        example="21",
        source="S:DD-DLT",
        rules={"*": "CP501040", "blank": "CP501040"},
    )
    not_preferred_reason: Annotated[str | None, Coded("CL26")] = item(
        "Why not in the preferred place",
        "main reason for the difference",
        "conditional",
        identifying="S",
        condition="the child died elsewhere than preferred",
        source="item S:CSDS-COLS",
    )
    expected: Annotated[str | None, Coded("CL34")] = item(
        "Death expected",
        "death was foreseen by the team",
        "required",
        identifying="S",
        example="Y",
        source="S:CDOP-REG (concept)",
    )
    plan_at_death: Annotated[str | None, Coded("CL34")] = item(
        "Plan in place", "an end of life or advance care plan was active", "required", example="Y", source="S:S3 9.4 d"
    )
    plan_followed: Annotated[str | None, Coded("CL39")] = item(
        "Plan followed",
        "how far its recommendations were kept",
        "conditional",
        example="1",
        condition="a plan was in place",
        source="S:S3 9.4 g",
    )
    peaceful: Annotated[str | None, Coded("CL39")] = item(
        "Peaceful death", "the death was peaceful", "required", identifying="S", example="1", source="S:S3 9.4 a"
    )
    peaceful_judged_by: Annotated[str | None, Coded("judged_by")] = item(
        "Judged by",
        "whose judgement the last answer is",
        "conditional",
        example="B",
        condition="peaceful is answered",
        source="P",
    )
    pain_controlled: Annotated[str | None, Coded("CL39")] = item(
        "Free of pain or controlled, last 48 h",
        "child was not in pain",
        "required",
        identifying="S",
        example="1",
        source="S:S3 9.4 b",
    )
    care_after_death_place: Annotated[str | None, Coded("resting_place")] = item(
        "Where the child rested",
        "care of the body before the funeral",
        "optional",
        identifying="S",
        national="drop",
        example="C",
        source="P; suite S:S3 5.4",
    )
    cdop_notified: Annotated[str | None, Coded("CL34")] = item(
        "Child death review notified", "statutory notice was given", "required", example="Y", source="S:NCMD (process)"
    )
    review_category: Annotated[str | None, Coded("CL41")] = item(
        "Review category",
        "category given by the death review panel, once known",
        "optional",
        identifying="S",
        source="M",
    )


class Bereavement(Table):
    """One row per person or family offered support."""

    info = TableInfo("M502", "bereavement", "Bereavement", ("bereavement_id",), "child", "local_patient_id")
    bereavement_id: Annotated[str, LocalId()] = item(
        "Number",
        "identifies the offer",
        "mandatory",
        identifying="D",
        national="key",
        region="key",
        example="BV001",
        source="P",
    )
    local_patient_id: Annotated[str | None, LocalId()] = item(
        "Local number of the child",
        "blank when the child was not known",
        "conditional",
        identifying="D",
        national="key",
        region="key",
        example="SB001",
        condition="the child was known",
        source="P",
    )
    relation: Annotated[str, Coded("relation")] = item(
        "Relation", "who the support is for", "mandatory", identifying="Q", example="M", source="P"
    )
    child_known_before: Annotated[str | None, Coded("CL34")] = item(
        "Child known to the service before death",
        "shows families new to the service",
        "required",
        example="Y",
        source="S:S3 5.4",
    )
    offered_date: Annotated[date, Day()] = item(
        "Offered",
        "day support was offered",
        "mandatory",
        identifying="Q",
        national="derive: days",
        region="days after death",
        example="2026-06-01",
        source="P",
    )
    accepted: Annotated[str | None, Coded("CL34")] = item(
        "Accepted", "offer was taken up", "required", example="Y", source="P"
    )
    start_date: Annotated[date | None, Day()] = item(
        "Started",
        "first session",
        "conditional",
        identifying="Q",
        national="derive",
        example="2026-06-10",
        condition="support has begun",
        source="P",
    )
    end_date: Annotated[date | None, Day()] = item(
        "Ended",
        "support closed",
        "conditional",
        identifying="Q",
        national="derive",
        condition="support has ended",
        source="P",
    )
    sessions: Annotated[int | None, Whole(0, 999)] = item(
        "Sessions in period", "number of sessions given", "required", example="2", source="P"
    )
    kind: Annotated[tuple[str, ...] | None, CodedList("bereavement_kind")] = item(
        "Kind", "form of support", "required", example="1", source="P"
    )


class Perinatal(Table):
    """One row per pregnancy or baby on the perinatal pathway."""

    info = TableInfo("M601", "perinatal", "Perinatal", ("local_patient_id",), "child", "local_patient_id")
    local_patient_id: Annotated[str, LocalId()] = item(
        "Local number",
        "mother-side or baby record",
        "mandatory",
        identifying="D",
        national="key",
        region="key",
        example="SB001",
        source="P",
    )
    route: Annotated[str, Coded("CL37")] = item(
        "Entry route",
        "how the family came to the pathway",
        "mandatory",
        identifying="S",
        example="R2",
        source="S:S3 appendix A",
    )
    antenatal_recognised_date: Annotated[date | None, Day()] = item(
        "Recognised before birth",
        "day the condition was recognised in pregnancy",
        "conditional",
        identifying="Q",
        national="derive: gestation",
        condition="the entry route is R1",
        source="S:S3 appendix A",
    )
    gestation_recognised: Annotated[int | None, Whole(0, 99, "of weeks")] = item(
        "Weeks at recognition",
        "completed weeks then",
        "conditional",
        identifying="Q",
        condition="the entry route is R1",
        source="P",
    )
    gestation_birth: Annotated[int | None, Whole(0, 99, "of weeks")] = item(
        "Weeks at birth",
        "completed weeks at birth",
        "required",
        identifying="Q",
        national="band",
        example="38",
        source="P",
    )
    birth_weight_g: Annotated[int | None, Whole(200, 6500, "of grams")] = item(
        "Birth weight", "weight in grams", "optional", identifying="Q", national="band", example="2950", source="P"
    )
    offered_date: Annotated[date | None, Day()] = item(
        "Support offered",
        "day palliative support was first offered",
        "required",
        identifying="Q",
        national="derive",
        example="2018-05-16",
        source="S:S3 appendix A",
    )
    family_response: Annotated[str | None, Coded("family_response")] = item(
        "Family response", "answer to the offer", "required", example="A", source="S:S3 appendix A"
    )
    reoffered_date: Annotated[date | None, Day()] = item(
        "Offered again",
        "day it was offered again after a refusal",
        "conditional",
        national="derive",
        condition="the family declined",
        source="S:S3 appendix A",
    )
    mdt_date: Annotated[date | None, Day()] = item(
        "Early intervention meeting",
        "step one",
        "required",
        identifying="Q",
        national="derive",
        example="2018-05-18",
        source="S:S3 appendix B",
    )
    discharge_plan_date: Annotated[date | None, Day()] = item(
        "Discharge papers agreed",
        "step three",
        "optional",
        identifying="Q",
        national="derive",
        example="2018-05-22",
        source="S:S3 appendix B",
    )
    transfer_date: Annotated[date | None, Day()] = item(
        "Moved to chosen place",
        "step three",
        "optional",
        identifying="Q",
        national="derive",
        example="2018-05-23",
        source="S:S3 appendix B",
    )
    outcome: Annotated[str, Coded("CL38")] = item(
        "Outcome at period end",
        "where mother or baby is on the pathway",
        "mandatory",
        identifying="S",
        example="HOM",
        source="S:S3 appendix A",
    )
    mother_postnatal_care: Annotated[str | None, Coded("CL34")] = item(
        "Post-natal care of mother arranged",
        "mother's own care after birth is arranged",
        "optional",
        example="Y",
        source="S:S3 appendix B",
    )
