"""Tables of the service questionnaires: organisation, service, cover, capacity (specification 3)."""

from datetime import date, time
from decimal import Decimal
from typing import Annotated

from mds_schemas.table import Table, TableInfo, item
from mds_schemas.types import (
    AREA_CODE,
    ORG_CODE,
    Clock,
    Coded,
    CodedList,
    Day,
    LocalId,
    Number,
    Several,
    Shaped,
    Text,
    Whole,
)

MANY = 99_999


class Organisation(Table):
    """One row per provider organisation."""

    info = TableInfo("Q101", "organisation", "Organisation", ("provider_code",))
    provider_code: Annotated[str, ORG_CODE] = item(
        "Provider code", "code of your organisation", "mandatory", region="drop", example="8HX01", source="S:DD-ORG"
    )
    legal_name: Annotated[str, Text(120)] = item(
        "Legal name",
        "name in the register of companies or charities",
        "mandatory",
        example="Sunny Bank Hospice",
        source="P",
        public=True,
    )
    provider_type: Annotated[str, Coded("CL01")] = item(
        "Type", "what kind of organisation it is", "mandatory", example="CH", source="P", public=True
    )
    sector: Annotated[str, Coded("sector")] = item(
        "Sector",
        "who owns the organisation",
        "mandatory",
        example="VOL",
        source="P; NHS/independent split S:NCPC-MDS",
        public=True,
    )
    charity_number: Annotated[str | None, Shaped(r"\d{6,7}(?:-\d{1,2})?", "a charity number of 6 or 7 digits")] = item(
        "Charity number",
        "number in the register of charities",
        "conditional",
        condition="the organisation is voluntary (sector VOL)",
        example="1234567",
        source="M",
        public=True,
    )
    cqc_provider_id: Annotated[str | None, Shaped(r"1-\d{6,12}", "1- and the digits of the regulator's number")] = item(
        "Regulator provider id",
        "number that the care regulator gave you",
        "optional",
        example="1-101234567",
        source="M",
        public=True,
    )
    network_codes: Annotated[tuple[str, ...], CodedList("CL36")] = item(
        "Networks it belongs to", "by ;", "mandatory", example="EE", source="P", public=True
    )
    accountable_lead: Annotated[str | None, Coded("yes_no")] = item(
        "Named accountable lead in post",
        "somebody is named as accountable for children's palliative care",
        "required",
        example="Y",
        source="S:S1 goal 3",
    )
    network_meetings_attended: Annotated[int | None, Whole(0, 99)] = item(
        "Network meetings attended in period", "how many", "optional", example="2", source="S:S1 goal 3"
    )
    directory_consent: Annotated[str, Coded("yes_no")] = item(
        "Agrees to publication in the directory",
        "your services may be shown in the public directory",
        "mandatory",
        example="Y",
        source="P",
    )
    website: Annotated[
        str | None, Shaped(r"(?:HTTPS?://)?[A-Z0-9.-]{3,100}\.[A-Z]{2,}(?:/[!-~]*)?", "a web address", lower=True)
    ] = item(
        "Public web address",
        "where families can read about you",
        "optional",
        example="www.sunnybank.example",
        source="P",
        public=True,
    )
    public_phone: Annotated[str | None, Shaped(r"\+?[0-9()-]{7,20}", "a telephone number")] = item(
        "Public switchboard or service line",
        "never a person's own number",
        "optional",
        identifying="N",
        example="01632960001",
        source="P",
        public=True,
    )


class Service(Table):
    """One row per service offered by an organisation."""

    info = TableInfo("Q102", "service", "Services", ("service_id",))
    service_id: Annotated[str, LocalId()] = item(
        "Service number",
        "your own number for the service, the same each time",
        "mandatory",
        example="S1",
        source="P",
        rules={"*": "CPQ10210", "blank": "CPQ10210"},
    )
    provider_code: Annotated[str, ORG_CODE] = item(
        "Provider", "code of your organisation", "mandatory", region="drop", example="8HX01", source="P"
    )
    service_name: Annotated[str, Text(100)] = item(
        "Public name", "what families know it as", "mandatory", example="Sunny Bank at home", source="P", public=True
    )
    service_function: Annotated[str, Coded("CL33")] = item(
        "Function", "what the service is for", "mandatory", example="HAH", source="P", public=True
    )
    service_level: Annotated[str, Coded("CL32")] = item(
        "Level", "universal, core or specialist", "mandatory", example="S", source="S:S1 goal 2", public=True
    )
    settings: Annotated[tuple[str, ...] | None, CodedList("CL20")] = item(
        "Where given", "by ;", "required", example="HM;HO", source="P", public=True
    )
    areas_served: Annotated[tuple[str, ...], Several(AREA_CODE)] = item(
        "Areas", "local authorities served, by ;", "mandatory", example="E09999901;E09999902", source="P", public=True
    )
    age_from: Annotated[int, Whole(0, 25, "years")] = item(
        "From age", "youngest child taken on", "mandatory", example="0", source="P", public=True
    )
    age_to: Annotated[int, Whole(0, 40, "years")] = item(
        "To age",
        "last birthday served",
        "mandatory",
        example="25",
        source="S: survey abstract on volunteers in hospices",
        public=True,
    )
    act_categories: Annotated[tuple[str, ...] | None, CodedList("CL08")] = item(
        "ACT categories accepted", "by ;", "required", example="1;2;3;4", source="P", public=True
    )
    diagnosis_excluded: Annotated[str | None, Text(200)] = item(
        "Conditions excluded", "in words", "optional", source="P", public=True
    )
    eligibility_published: Annotated[str | None, Coded("yes_no")] = item(
        "Criteria published",
        "families can read who is taken on",
        "required",
        example="Y",
        source="S:S1 PSA 12",
        public=True,
    )
    referral_routes: Annotated[tuple[str, ...] | None, CodedList("CL12")] = item(
        "Who may refer", "by ;", "required", example="01;04", source="P", public=True
    )
    self_referral: Annotated[str | None, Coded("yes_no")] = item(
        "Families may self-refer", "without a professional", "required", example="Y", source="P", public=True
    )
    self_service_ooh: Annotated[str | None, Coded("yes_no")] = item(
        "Out-of-hours admission possible",
        "at night or at the weekend",
        "optional",
        example="N",
        source="P",
        public=True,
    )
    opened_on: Annotated[date | None, Day()] = item(
        "Opened", "first day of the service", "optional", example="2015-04-01", source="P"
    )
    closed_on: Annotated[date | None, Day(ahead=2)] = item(
        "Closed", "last day of the service", "conditional", condition="the service has closed", source="P"
    )
    confirmed_on: Annotated[date | None, Day()] = item(
        "Entry confirmed by owner",
        "day on which somebody last checked this row",
        "required",
        example="2026-06-15",
        source="P (directory freshness)",
        public=True,
    )
    participation: Annotated[tuple[str, ...] | None, CodedList("participation")] = item(
        "Users take part in", "by ;", "required", example="DES;INF", source="S:S1, S3 8.8; codes P"
    )
    information_formats: Annotated[tuple[str, ...] | None, CodedList("information_formats")] = item(
        "Information formats", "by ;", "required", example="PRT;WEB", source="S:S3 8.5; codes P", public=True
    )
    transport: Annotated[str | None, Coded("transport")] = item(
        "Transport",
        "whether families get help with it",
        "required",
        example="F",
        source="S:S3 8.11; codes P",
        public=True,
    )


class Cover(Table):
    """One row per service, day type and mode."""

    info = TableInfo(
        "Q103",
        "cover",
        "Cover",
        ("service_id", "day_type", "mode", "cover_scope", "from_time"),
        "service",
        "service_id",
    )
    service_id: Annotated[str, LocalId()] = item(
        "Service", "number of the service", "mandatory", example="S1", source="P"
    )
    day_type: Annotated[str, Coded("day_type")] = item(
        "Days", "days on which these hours hold", "mandatory", example="WD", source="P", public=True
    )
    mode: Annotated[str, Coded("cover_mode")] = item(
        "Kind of cover",
        "what can be had in these hours",
        "mandatory",
        example="VIS",
        source="S:S1 goal 4 (two kinds of 24-hour access); codes P",
        public=True,
    )
    cover_scope: Annotated[str, Coded("cover_scope")] = item(
        "For whom", "which children", "mandatory", example="ALL", source="S:S3 5.3, 8.1", public=True
    )
    from_time: Annotated[time, Clock()] = item(
        "From",
        "when these hours begin",
        "mandatory",
        example="08:00",
        source="S:S3 5.3",
        rules={"*": "CPQ10310", "blank": "CPQ10310"},
        public=True,
    )
    to_time: Annotated[time, Clock(may_end_the_day=True)] = item(
        "To",
        "when they end; earlier than the beginning means past midnight, and the same means the whole day",
        "mandatory",
        example="18:00",
        source="S:S3 5.3",
        rules={"*": "CPQ10310", "blank": "CPQ10310"},
        public=True,
    )
    staffed_by: Annotated[tuple[str, ...] | None, CodedList("CL31")] = item(
        "Who answers", "by ;", "required", example="NCN;NHO", source="P"
    )
    known_to_family: Annotated[str | None, Coded("yes_no")] = item(
        "Staff the family knows", "as a rule", "required", example="Y", source="S:S1 goal 4"
    )
    commissioned: Annotated[str | None, Coded("commissioned")] = item(
        "Formally commissioned", "or given out of goodwill", "required", example="Y", source="S:TFSL-COM"
    )
    days_not_covered: Annotated[int | None, Whole(0, 92, "days")] = item(
        "Days in period not covered as stated", "how many", "required", example="0", source="P"
    )


class Capacity(Table):
    """One row per service."""

    info = TableInfo("Q104", "capacity", "Capacity", ("service_id",), "service", "service_id")
    service_id: Annotated[str, LocalId()] = item(
        "Service", "number of the service", "mandatory", example="S1", source="P"
    )
    beds_registered: Annotated[int | None, Whole(0, 200, "beds")] = item(
        "Beds registered",
        "with the regulator",
        "conditional",
        condition="the service has beds",
        example="8",
        source="P",
    )
    beds_staffed: Annotated[Decimal | None, Number(200, "beds")] = item(
        "Beds staffed on average",
        "in the period",
        "conditional",
        condition="the service has beds",
        example="6.5",
        source="P",
    )
    bed_nights_available: Annotated[int | None, Whole(0, MANY, "nights")] = item(
        "Bed nights available",
        "in the period",
        "conditional",
        condition="the service has beds",
        example="590",
        source="P",
    )
    bed_nights_used: Annotated[int | None, Whole(0, MANY, "nights")] = item(
        "Bed nights used", "in the period", "conditional", condition="the service has beds", example="430", source="P"
    )
    bed_nights_closed_staffing: Annotated[int | None, Whole(0, MANY, "nights")] = item(
        "Bed nights closed for lack of staff", "in the period", "required", example="40", source="S:TFSL-WF"
    )
    caseload_limit: Annotated[int | None, Whole(0, MANY)] = item(
        "Caseload limit", "most children at a time, where there is a limit", "optional", example="120", source="P"
    )
    waiting_now: Annotated[int | None, Whole(0, MANY)] = item(
        "Waiting at census date", "children accepted and not yet seen", "required", example="3", source="P"
    )
    longest_wait_days: Annotated[int | None, Whole(0, 3_650, "days")] = item(
        "Longest wait", "of those waiting", "required", example="21", source="P"
    )
    homevisits_possible_week: Annotated[int | None, Whole(0, MANY)] = item(
        "Home visits possible per week", "with the staff in post", "optional", example="60", source="P"
    )
