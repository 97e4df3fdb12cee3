"""Tables of data set version 2.0: children, conditions, registers (specification 2.3)."""

from datetime import date
from typing import Annotated

from mds_schemas.table import Table, TableInfo, item
from mds_schemas.types import (
    AREA_CODE,
    ORG_CODE,
    Coded,
    CodedList,
    Day,
    Icd10,
    LocalId,
    NhsNumber,
    Postcode,
    Shaped,
    Text,
    Whole,
)


class Child(Table):
    """One row per child per return; state at the census date."""

    info = TableInfo("M101", "child", "Children", ("local_patient_id",))
    local_patient_id: Annotated[str, LocalId()] = item(
        "Local number",
        "provider's own number",
        "mandatory",
        identifying="D",
        national="key",
        region="key",
        example="SB001",
        source="S:CSDS-COLS",
        rules={"blank": "CP101010"},
    )
    nhs_number: Annotated[str | None, NhsNumber()] = item(
        "NHS number",
        "national number used to link providers; key for the pseudonym",
        "required",
        identifying="D",
        national="key",
        region="person key",
        example="9990000018",
        source="S:DD-NHSNO, NHSN-STD",
        rules={"digits": "CP101030", "shortened": "CP101035", "check_digit": "CP101040", "filler": "CP101045"},
    )
    nhs_number_status: Annotated[str, Coded("CL02")] = item(
        "NHS number status",
        "trace state",
        "mandatory",
        example="01",
        source="S:DD-NNSI",
        rules={"*": "CP101060", "blank": "CP101060", "padded": "CP101062Q"},
    )
    given_name: Annotated[str | None, Text(60)] = item(
        "Forename",
        "makes match-keys on the provider side when numbers are missing or wrong; never leaves it",
        "optional",
        identifying="D",
        national="drop",
        example="Robin",
        source="P",
    )
    family_name: Annotated[str | None, Text(60)] = item(
        "Surname",
        "makes match-keys on the provider side when numbers are missing or wrong; never leaves it",
        "optional",
        identifying="D",
        national="drop",
        example="Example",
        source="P",
    )
    person_birth_date: Annotated[date | None, Day()] = item(
        "Date of birth",
        "day the child was born; sets age and scope",
        "conditional",
        identifying="D",
        national="derive: year and month; age at reference; age in days at death under 1 year",
        region="birth month and ages",
        example="2018-05-14",
        condition="a date of birth or an expected date of delivery, exactly one",
        source="S:CSDS-COLS; either/or as S:CIN-VAL 8525",
        rules={"*": "CP101110", "ambiguous": "CP101115Q"},
    )
    expected_delivery_date: Annotated[date | None, Day()] = item(
        "Expected date of delivery",
        "unborn baby on the perinatal pathway",
        "conditional",
        identifying="D",
        national="derive: month",
        region="month",
        condition="a date of birth or an expected date of delivery, exactly one",
        source="S:CIN-VAL 8525, 8530",
    )
    sex: Annotated[str, Coded("CL04")] = item(
        "Sex",
        "v1 stated gender; v2 phenotypic sex",
        "mandatory",
        identifying="Q",
        example="1",
        source="see lists",
        rules={"*": "CP101140", "blank": "CP101140"},
    )
    gender_identity: Annotated[str | None, Coded("CL05")] = item(
        "Gender identity",
        "v2, self-stated, age 13 or over",
        "optional",
        identifying="S",
        national="drop below age 16; else keep suppressed",
        region="drop below age 16",
        source="S:DD-GIC; age limit P",
    )
    ethnic_category: Annotated[str, Coded("CL07", older="CL06")] = item(
        "Ethnic category",
        "group stated by the child or family",
        "mandatory",
        identifying="S",
        example="APAK",
        source="S:DD-ETH",
        rules={"*": "CP101150", "blank": "CP101150", "older": "CP101152Q"},
    )
    postcode: Annotated[str | None, Postcode()] = item(
        "Postcode of usual address",
        "usual home; used only to find the area",
        "required",
        identifying="D",
        national="derive: LAD, region, LSOA decile; then drop",
        region="area",
        example="ZX1 1AA",
        source="S:DD-PC",
        rules={"*": "CP101160", "pseudo": "CP101167Q"},
    )
    lad_code: Annotated[str | None, AREA_CODE] = item(
        "Local authority",
        "derived, or sent when no postcode",
        "optional",
        identifying="Q",
        example="E09999901",
        source="P",
    )
    imd_decile: Annotated[str | None, Coded("imd_decile")] = item(
        "Deprivation decile", "derived from LSOA", "derived", identifying="Q", source="P"
    )
    gp_practice_code: Annotated[str | None, Shaped(r"[A-Z][0-9]{5}", "a GP practice code: a letter and 5 digits")] = (
        item(
            "GP practice",
            "registered practice",
            "required",
            identifying="Q",
            national="derive: sub-ICB, ICB",
            example="Y99001",
            source="S:DD-ORG; shape S:NCL-MESSY",
            rules={"*": "CP101180Q"},
        )
    )
    main_language: Annotated[
        str | None, Shaped(r"[A-Z]{3}", "a language code of 3 letters (ISO 639-3), such as eng", lower=True)
    ] = item(
        "Main language",
        "language the family prefers to use",
        "optional",
        identifying="Q",
        national="derive: English / other",
        example="eng",
        source="P; item S:CSDS-COLS (language)",
    )
    interpreter_needed: Annotated[str | None, Coded("CL34")] = item(
        "Interpreter needed", "an interpreter is needed for meetings", "required", example="N", source="P"
    )
    disability_codes: Annotated[tuple[str, ...] | None, CodedList("CL27", most=10)] = item(
        "Disabilities", "up to 10, separated by ;", "required", identifying="S", example="04;05", source="S:DD-DIS"
    )
    technology_codes: Annotated[tuple[str, ...] | None, CodedList("CL28", most=6)] = item(
        "Technology needs", "up to 6", "optional", identifying="S", example="ENT", source="P"
    )
    looked_after: Annotated[str | None, Coded("CL34")] = item(
        "Looked-after child",
        "in the care of a local authority",
        "optional",
        identifying="S",
        national="keep, suppressed",
        example="N",
        source="S:CSDS-COLS",
    )
    ehc_plan: Annotated[str | None, Coded("CL34")] = item(
        "EHC plan", "education, health and care plan", "required", identifying="S", example="Y", source="S:S2"
    )
    continuing_care: Annotated[str | None, Coded("CL34")] = item(
        "Continuing care package",
        "has a continuing care package agreed",
        "required",
        identifying="S",
        example="Y",
        source="S:S1",
    )
    school_urn: Annotated[str | None, Shaped(r"[0-9]{6}", "a school number of 6 digits")] = item(
        "School",
        "establishment number",
        "optional",
        identifying="Q",
        national="drop",
        example="999001",
        source="P; item S:CSDS-COLS",
    )
    key_worker: Annotated[str | None, Coded("key_worker")] = item(
        "Key worker named",
        "one named person co-ordinates the child's care",
        "required",
        example="Y",
        source="S:S1 Annex B",
    )
    key_worker_org: Annotated[str | None, ORG_CODE] = item(
        "Key worker's organisation", "organisation that employs the key worker", "optional", example="8HX01", source="P"
    )
    passport: Annotated[str | None, Coded("CL34")] = item(
        "Paediatric passport", "gives quick primary care access", "optional", example="Y", source="S:S3 5.1"
    )
    siblings_count: Annotated[int | None, Whole(0, 30)] = item(
        "Brothers and sisters in household",
        "children at home who may need sibling support",
        "optional",
        identifying="Q",
        national="band 0, 1, 2, 3+",
        example="1",
        source="P",
    )
    other_affected_siblings: Annotated[int | None, Whole(0, 9)] = item(
        "Others in family with the condition",
        "genetic conditions affect several children",
        "optional",
        identifying="S",
        national="drop",
        example="0",
        source="S:S3 4",
    )
    first_known_date: Annotated[date | None, Day()] = item(
        "First known to any palliative service",
        "earliest date any palliative service knew the child",
        "required",
        identifying="Q",
        national="derive: month",
        example="2024-02-05",
        source="P",
    )
    caseload_status: Annotated[str, Coded("caseload_status")] = item(
        "Status at census date",
        "whether the child counts in the caseload on the census date",
        "mandatory",
        example="A",
        source="P",
    )
    national_opt_out: Annotated[str | None, Coded("CL34")] = item(
        "National data opt-out",
        "held locally; the row stays at the provider when it applies",
        "required",
        identifying="S",
        national="drop",
        example="N",
        source="S:NDOO",
    )


class Condition(Table):
    """One or more rows per child; exactly one is the main condition."""

    info = TableInfo(
        "M102", "condition", "Conditions", ("local_patient_id", "condition_seq"), "child", "local_patient_id"
    )
    local_patient_id: Annotated[str, LocalId()] = item(
        "Local number",
        "links to child",
        "mandatory",
        identifying="D",
        national="key",
        region="key",
        example="SB001",
        source="P",
    )
    condition_seq: Annotated[int, Whole(1, 99)] = item("Order", "1, 2, 3 ...", "mandatory", example="1", source="P")
    is_primary: Annotated[str, Coded("yes_no")] = item(
        "Main life-limiting condition",
        "the condition that brings the child into scope",
        "mandatory",
        example="Y",
        source="P",
    )
    act_category: Annotated[str, Coded("CL08")] = item(
        "ACT/RCPCH category",
        "of the child's journey; may change",
        "mandatory",
        identifying="S",
        example="3",
        source="S:S3; may change S:BROOK-DELPHI",
        rules={"*": "CP102080", "blank": "CP102080"},
    )
    act_category_date: Annotated[date | None, Day()] = item(
        "Category decided on",
        "date the present category was agreed",
        "optional",
        national="derive: month",
        example="2024-02-12",
        source="P",
    )
    icd10_code: Annotated[str | None, Icd10()] = item(
        "ICD-10",
        "dot optional; stored without dot; 3 to 5 characters",
        "required",
        identifying="S",
        national="keep 4 chars, 3 when suppressed",
        example="E75.2",
        source="S:FRASER-LIST (shape)",
        rules={"*": "CP102020"},
    )
    snomed_code: Annotated[str | None, Shaped(r"[0-9]{6,18}", "a SNOMED CT code of 6 to 18 digits")] = item(
        "SNOMED CT", "finer clinical code, when the system has one", "optional", identifying="S", source="M"
    )
    condition_text: Annotated[str | None, Text(120)] = item(
        "Condition in words",
        "only when no code",
        "conditional",
        identifying="S",
        national="drop",
        condition="there is neither an ICD-10 nor a SNOMED CT code",
        source="P",
    )
    diagnostic_group: Annotated[str | None, Coded("CL09")] = item(
        "Diagnostic group",
        "derived from ICD-10; sent value only compared",
        "optional",
        identifying="S",
        example="MET",
        region="derived first",
        source="S:FRASER-2012",
    )
    recognition_date: Annotated[date | None, Day()] = item(
        "Diagnosed or recognised",
        "when the condition was diagnosed or first recognised as life-limiting",
        "required",
        identifying="Q",
        national="derive: month",
        example="2021-09-01",
        source="P",
    )
    certainty: Annotated[str | None, Coded("certainty")] = item(
        "Certainty",
        "how sure the diagnosis is; includes children without a name for their condition",
        "required",
        identifying="S",
        example="C",
        source="P",
    )
    ll_or_lt: Annotated[str | None, Coded("ll_or_lt")] = item(
        "Life-limiting or life-threatening",
        "no hope of cure (LL), or cure possible but may fail (LT)",
        "required",
        identifying="S",
        example="LL",
        source="S:S1 Annex B",
    )
    remission: Annotated[str | None, Coded("CL34")] = item(
        "In remission or cured",
        "long-term remission or cured, so out of the need count",
        "required",
        identifying="S",
        example="N",
        source="S:S1 Annex B",
    )
    remission_date: Annotated[date | None, Day()] = item(
        "Since",
        "date remission or cure was agreed",
        "conditional",
        identifying="Q",
        national="derive: month",
        condition="remission is Y",
        source="P",
    )


class RegisterMembership(Table):
    """One row per child per outside register checked."""

    info = TableInfo(
        "M103",
        "register_membership",
        "Registers",
        ("local_patient_id", "register_type", "as_of_date"),
        "child",
        "local_patient_id",
    )
    local_patient_id: Annotated[str, LocalId()] = item(
        "Local number",
        "child who was looked up",
        "mandatory",
        identifying="D",
        national="key",
        region="key",
        example="SB001",
        source="P",
    )
    register_type: Annotated[str, Coded("CL29")] = item(
        "Register",
        "outside list that was checked",
        "mandatory",
        identifying="S",
        example="CIN",
        source="S:S1, S3",
        rules={"*": "CP103010", "blank": "CP103010"},
    )
    as_of_date: Annotated[date, Day()] = item(
        "Checked as at",
        "state of that list on this date",
        "mandatory",
        national="derive: month",
        example="2026-06-15",
        source="P",
    )
    found: Annotated[str, Coded("CL34")] = item(
        "Found there", "child is on that list", "mandatory", identifying="S", example="Y", source="P"
    )
    match_method: Annotated[str | None, Coded("match_method")] = item(
        "How matched", "what the match rests on", "required", example="N", source="P"
    )
    register_row_ref: Annotated[str | None, LocalId()] = item(
        "Their reference",
        "kept by the provider",
        "optional",
        identifying="D",
        national="drop",
        region="drop",
        example="R77",
        source="P",
    )
