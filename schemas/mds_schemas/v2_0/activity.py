"""Tables of data set version 2.0: contacts, short breaks, admissions (specification 2.3)."""

from datetime import date, datetime, time
from decimal import Decimal
from typing import Annotated

from mds_schemas.table import Table, TableInfo, item
from mds_schemas.types import Clock, Coded, Day, LocalId, Moment, Number, Whole


class Contact(Table):
    """One row per contact or care activity."""

    info = TableInfo("M301", "contact", "Contacts", ("contact_id",), "referral", "referral_id")
    contact_id: Annotated[str, LocalId()] = item(
        "Contact number",
        "identifies the contact",
        "mandatory",
        identifying="D",
        national="key",
        region="key",
        example="CT0001",
        source="S:CSDS-COLS",
        rules={"blank": "CP301020"},
    )
    referral_id: Annotated[str, LocalId()] = item(
        "Referral number",
        "episode it belongs to",
        "mandatory",
        identifying="D",
        national="key",
        region="key",
        example="RF001",
        source="S:CSDS-COLS",
    )
    contact_date: Annotated[date, Day()] = item(
        "Date",
        "day of the contact",
        "mandatory",
        identifying="Q",
        national="derive: week",
        example="2026-05-11",
        source="S:CSDS-COLS",
    )
    contact_time: Annotated[time | None, Clock()] = item(
        "Start time",
        "clock time it began",
        "optional",
        national="derive: hour band",
        example="10:30",
        source="S:CSDS-COLS",
    )
    contact_type: Annotated[str, Coded("CL18")] = item(
        "Type",
        "main purpose",
        "mandatory",
        identifying="S",
        example="01",
        source="P",
        rules={"*": "CP301070", "blank": "CP301070", "padded": "CP301075Q"},
    )
    subject: Annotated[str | None, Coded("contact_subject")] = item(
        "Who", "person the contact was with or about", "required", example="C", source="item S:CSDS-COLS; codes P"
    )
    mechanism: Annotated[str, Coded("CL19")] = item(
        "How",
        "means of communication",
        "mandatory",
        example="01",
        source="S:DD-MECH",
        rules={"*": "CP301070", "blank": "CP301070", "padded": "CP301075Q"},
    )
    location: Annotated[str | None, Coded("CL20")] = item(
        "Where", "place of the child or family during it", "required", example="HM", source="S:DD-ALT"
    )
    attendance: Annotated[str | None, Coded("CL21")] = item(
        "Attended", "whether it took place", "required", example="5", source="S:DD-ATT", rules={"*": "CP301070"}
    )
    duration_min: Annotated[int | None, Whole(0, 9999, "of minutes")] = item(
        "Minutes", "patient-facing", "required", example="60", source="item S:CSDS-COLS"
    )
    staff_group: Annotated[str | None, Coded("CL31")] = item(
        "By whom", "lead", "required", example="NHO", source="item S:CSDS-COLS"
    )
    staff_count: Annotated[int | None, Whole(0, 9)] = item(
        "Staff present", "number of staff who took part", "optional", example="1", source="P"
    )
    out_of_hours: Annotated[str | None, Coded("yes_no")] = item(
        "Out of hours", "outside 08:00-18:00 Mon-Fri or a bank holiday", "required", example="N", source="P"
    )
    parent_present: Annotated[str | None, Coded("CL34")] = item(
        "Parent present",
        "for meetings",
        "conditional",
        example="Y",
        condition="the contact is a meeting (type 13)",
        source="S:S3 9.4 e",
    )


class ShortBreak(Table):
    """One row per short break or stay."""

    info = TableInfo("M302", "short_break", "Short breaks", ("short_break_id",), "referral", "referral_id")
    short_break_id: Annotated[str, LocalId()] = item(
        "Number",
        "identifies the stay or session",
        "mandatory",
        identifying="D",
        national="key",
        region="key",
        example="ST001",
        source="P",
    )
    referral_id: Annotated[str, LocalId()] = item(
        "Referral number",
        "episode it belongs to",
        "mandatory",
        identifying="D",
        national="key",
        region="key",
        example="RF001",
        source="P",
    )
    break_type: Annotated[str, Coded("CL22")] = item(
        "Type", "form of short break", "mandatory", example="HB", source="S:S1 goal 4"
    )
    stay_reason: Annotated[str, Coded("CL23")] = item(
        "Reason", "why the child stayed", "mandatory", identifying="S", example="P", source="S:S3 5.3"
    )
    start_date: Annotated[date, Day()] = item(
        "From", "first day", "mandatory", identifying="Q", national="derive: month", example="2026-05-15", source="P"
    )
    end_date: Annotated[date, Day()] = item(
        "To",
        "equals start for a session",
        "mandatory",
        identifying="Q",
        national="derive: month",
        example="2026-05-17",
        source="P",
    )
    nights: Annotated[int | None, Whole(0, 366, "of nights")] = item(
        "Nights delivered",
        "midnights in the bed",
        "conditional",
        example="2",
        condition="the stay is overnight",
        source="P",
    )
    hours: Annotated[Decimal | None, Number(9_999, "hours")] = item(
        "Hours delivered",
        "length when there is no overnight stay",
        "conditional",
        condition="there is no overnight stay",
        source="P",
    )
    offered_units: Annotated[Decimal | None, Number(9_999, "nights or hours")] = item(
        "Offered", "nights or hours", "required", example="2", source="P"
    )
    cancelled_by: Annotated[str | None, Coded("cancelled_by")] = item(
        "If not delivered, who cancelled",
        "why the break offered did not happen",
        "optional",
        source="S:S4 (need); codes P",
    )
    whole_family: Annotated[str | None, Coded("CL34")] = item(
        "Whole family stayed", "family stayed with the child", "optional", example="N", source="S:S1 Annex B"
    )
    distance_band: Annotated[str | None, Coded("distance_band")] = item(
        "Distance from home", "derived from postcodes", "derived", identifying="Q", source="P"
    )
    funder: Annotated[str | None, Coded("CL30")] = item(
        "Paid by", "who paid for the stay", "required", example="CHA", source="S:S1 St Oswald's"
    )


class Admission(Table):
    """One row per hospital stay."""

    info = TableInfo("M303", "admission", "Admissions", ("admission_id",), "child", "local_patient_id")
    admission_id: Annotated[str, LocalId()] = item(
        "Number",
        "identifies the hospital stay",
        "mandatory",
        identifying="D",
        national="key",
        region="key",
        example="AD001",
        source="P",
    )
    local_patient_id: Annotated[str, LocalId()] = item(
        "Local number",
        "child admitted",
        "mandatory",
        identifying="D",
        national="key",
        region="key",
        example="SB001",
        source="P",
    )
    admitted_at: Annotated[datetime, Moment()] = item(
        "Admitted",
        "time of admission",
        "mandatory",
        identifying="Q",
        national="derive: month, hour band",
        region="month when born then",
        example="2026-04-20 11:15",
        source="P",
    )
    method: Annotated[str, Coded("admission_method")] = item(
        "Method", "planned or not", "mandatory", example="E", source="P"
    )
    ward_kind: Annotated[str | None, Coded("ward_kind")] = item(
        "Kind of bed", "highest level of care in the stay", "required", example="W", source="P"
    )
    ready_date: Annotated[date | None, Day()] = item(
        "Medically ready to leave",
        "day the child could have gone home",
        "optional",
        identifying="Q",
        national="derive: delay days",
        example="2026-04-23",
        source="S:S1 goal 4 (need)",
    )
    discharged_at: Annotated[datetime | None, Moment()] = item(
        "Discharged",
        "time of leaving",
        "conditional",
        identifying="Q",
        national="derive: length",
        region="month when died then",
        example="2026-04-24 15:00",
        condition="the child has left",
        source="P",
    )
    rapid_discharge: Annotated[str | None, Coded("CL34")] = item(
        "Rapid discharge asked",
        "family asked to leave quickly for end of life care",
        "required",
        example="N",
        source="S:S1 goal 5",
    )
    rapid_discharge_asked_at: Annotated[datetime | None, Moment()] = item(
        "Asked at",
        "time of that request",
        "conditional",
        identifying="Q",
        national="derive: hours",
        condition="rapid_discharge is Y",
        source="S:S1 goal 5",
    )
    discharged_to: Annotated[str | None, Coded("CL25", leave_out=("98", "99"))] = item(
        "Went to",
        "place the child went to",
        "conditional",
        example="21",
        condition="the child has left",
        source="S:DD-DLT",
    )
