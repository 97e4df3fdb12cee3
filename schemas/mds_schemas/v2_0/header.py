"""Tables of data set version 2.0: header (specification 2.3)."""

from datetime import date, datetime
from typing import Annotated

from mds_schemas.table import Table, TableInfo, item
from mds_schemas.types import ORG_CODE, Coded, Day, Moment, Text, Whole


class Header(Table):
    """One row per return."""

    info = TableInfo("M000", "header", "Header", ("provider_code",))
    schema_version: Annotated[str, Coded("schema_version")] = item(
        "Data set version",
        "which version of this specification",
        "mandatory",
        example="2.0",
        source="P; idea S:CSDS-COLS",
        rules={"list": "CP000030", "blank": "CP000030"},
    )
    return_type: Annotated[str, Coded("return_type")] = item(
        "Return type", "child data, service data or both", "mandatory", example="MDS", source="P"
    )
    provider_code: Annotated[str, ORG_CODE] = item(
        "Provider code", "organisation giving the care", "mandatory", example="8HX01", source="S:DD-ORG"
    )
    provider_name: Annotated[str | None, Text(100)] = item(
        "Provider name", "for the eye only; code wins", "required", example="Sunny Bank Hospice", source="P"
    )
    submitter_code: Annotated[str | None, ORG_CODE] = item(
        "Submitting organisation", "physical sender, may differ", "required", example="8HX01", source="S:DD-ORG"
    )
    network_code: Annotated[str, Coded("CL36")] = item(
        "Network", "collation point", "mandatory", example="EE", source="P"
    )
    rp_start: Annotated[date, Day()] = item(
        "Period start", "first day", "mandatory", example="2026-04-01", source="S:CSDS-COLS; format S:DD-DATE"
    )
    rp_end: Annotated[date, Day()] = item(
        "Period end", "last day", "mandatory", example="2026-06-30", source="S:CSDS-COLS"
    )
    reference_date: Annotated[date | None, Day()] = item(
        "Census date",
        "day the caseload is counted; the last day of the period where it is blank",
        "required",
        example="2026-06-30",
        source="P",
    )
    created_at: Annotated[datetime | None, Moment()] = item(
        "Created", "when the file was made", "required", example="2026-07-02 09:00", source="S:CSDS-COLS"
    )
    primary_system: Annotated[str | None, Text(60)] = item(
        "Source system", "name and version", "optional", example="Caseload 4", source="S:CSDS-COLS"
    )
    nil_return: Annotated[str | None, Coded("yes_no")] = item(
        "Nil return", "no children this period", "required", example="N", source="P"
    )
    declared_child_count: Annotated[int | None, Whole(0, 999_999)] = item(
        "Children stated", "control total by the sender", "required", source="P, see rule CP000170Q"
    )
    declared_contact_count: Annotated[int | None, Whole(0, 99_999_999)] = item(
        "Contacts stated", "control total", "optional", source="P"
    )
    sharing_agreement_ref: Annotated[str | None, Text(40)] = item(
        "Sharing agreement",
        "reference of the agreement that covers this flow",
        "required",
        example="ISA-2026-1",
        source="S:S3 9.3 (need)",
    )
    live_or_test: Annotated[str, Coded("live_or_test")] = item(
        "Live or test",
        "test returns never reach counts",
        "mandatory",
        national="drop",
        region="keep",
        example="T",
        source="P",
    )
