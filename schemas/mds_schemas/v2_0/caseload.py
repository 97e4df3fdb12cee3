"""Table Q109: counts of children, for providers that cannot yet send rows (specification 3)."""

from typing import Annotated, Any

from pydantic import create_model

from mds_schemas.codes import load, mapping
from mds_schemas.table import Table, TableInfo, item
from mds_schemas.types import LocalId, Whole
from mds_schemas.v2_0.services import MANY


class _Counts(Table):
    """One row per service: counts of children where rows are not sent yet, or beside them.

    The breakdowns are one column a count, where the specification has one field for each: a count in a column of its
    own needs no separator, and its label says what it counts.
    """

    info = TableInfo("Q109", "aggregate_caseload", "Counts of children", ("service_id",), "service", "service_id")
    service_id: Annotated[str, LocalId()] = item(
        "Service", "number of the service", "mandatory", example="S1", source="P"
    )
    new_children: Annotated[int, Whole(0, MANY)] = item(
        "New in period", "first taken on in the period", "mandatory", example="3", source="S:NCPC-MDS (4.1a)"
    )
    continuing_children: Annotated[int, Whole(0, MANY)] = item(
        "Continuing from before",
        "on the caseload when the period began",
        "mandatory",
        example="8",
        source="S:NCPC-MDS (4.1b)",
    )
    rereferred_children: Annotated[int, Whole(0, MANY)] = item(
        "Re-referred", "taken on again in the period", "mandatory", example="1", source="S:NCPC-MDS (4.1c)"
    )
    total_children: Annotated[int, Whole(0, MANY)] = item(
        "Total children", "the three before this added", "mandatory", example="12", source="S:NCPC-MDS (4.1d)"
    )
    deaths: Annotated[int, Whole(0, MANY)] = item("Deaths", "in the period", "mandatory", example="1", source="P")
    age_under_1: Annotated[int, Whole(0, MANY)] = item(
        "Aged under 1", "at census date", "mandatory", example="2", source="age bands S:FRASER-2012"
    )
    age_1_5: Annotated[int, Whole(0, MANY)] = item(
        "Aged 1 to 5", "at census date", "mandatory", example="4", source="S:FRASER-2012"
    )
    age_6_10: Annotated[int, Whole(0, MANY)] = item(
        "Aged 6 to 10", "at census date", "mandatory", example="3", source="S:FRASER-2012"
    )
    age_11_15: Annotated[int, Whole(0, MANY)] = item(
        "Aged 11 to 15", "at census date", "mandatory", example="2", source="S:FRASER-2012"
    )
    age_16_19: Annotated[int, Whole(0, MANY)] = item(
        "Aged 16 to 19", "at census date", "mandatory", example="1", source="S:FRASER-2012"
    )
    age_20_25: Annotated[int, Whole(0, MANY)] = item(
        "Aged 20 to 25", "at census date", "mandatory", example="0", source="S:FRASER-2012"
    )
    age_not_recorded: Annotated[int, Whole(0, MANY)] = item(
        "Age not recorded", "", "mandatory", example="0", source="P"
    )
    sex_female: Annotated[int, Whole(0, MANY)] = item("Female", "", "mandatory", example="5", source="P")
    sex_male: Annotated[int, Whole(0, MANY)] = item("Male", "", "mandatory", example="7", source="P")
    sex_other: Annotated[int, Whole(0, MANY)] = item("Other sex", "", "mandatory", example="0", source="P")
    sex_not_recorded: Annotated[int, Whole(0, MANY)] = item(
        "Sex not recorded", "", "mandatory", example="0", source="P"
    )
    act_1: Annotated[int, Whole(0, MANY)] = item("ACT category 1", "", "mandatory", example="4", source="S:S3")
    act_2: Annotated[int, Whole(0, MANY)] = item("ACT category 2", "", "mandatory", example="2", source="S:S3")
    act_3: Annotated[int, Whole(0, MANY)] = item("ACT category 3", "", "mandatory", example="3", source="S:S3")
    act_4: Annotated[int, Whole(0, MANY)] = item("ACT category 4", "", "mandatory", example="3", source="S:S3")
    act_not_decided: Annotated[int, Whole(0, MANY)] = item(
        "ACT category not decided", "", "mandatory", example="0", source="S:S3"
    )
    phase_stable: Annotated[int | None, Whole(0, MANY)] = item("Stable", "", "required", example="6", source="S:S3 6.2")
    phase_unstable: Annotated[int | None, Whole(0, MANY)] = item(
        "Unstable", "", "required", example="2", source="S:S3 6.2"
    )
    phase_deteriorating: Annotated[int | None, Whole(0, MANY)] = item(
        "Deteriorating", "", "required", example="2", source="S:S3 6.2"
    )
    phase_terminal: Annotated[int | None, Whole(0, MANY)] = item(
        "Terminal", "", "required", example="1", source="S:S3 6.2"
    )
    phase_not_assessed: Annotated[int | None, Whole(0, MANY)] = item(
        "Phase not assessed", "", "required", example="0", source="S:S3 6.2"
    )
    bereaved_families: Annotated[int | None, Whole(0, MANY)] = item(
        "Bereaved families supported", "counted apart from the children", "required", example="4", source="S:S3 6.2"
    )


_EXAMPLES = {"WBRI": "8", "MWBC": "1", "APAK": "2", "BAFR": "1"}
"""Children of the example by ethnic category, as many as its total."""


def aggregate_caseload(ethnic_categories: str) -> type[Table]:
    """The table with a count for each code of a list of ethnic categories, which a version brings with it."""
    latest = mapping("CL06_to_CL07")
    counts: dict[str, Any] = {
        f"ethnic_{code.lower()}": (
            Annotated[int | None, Whole(0, MANY)],
            item(
                f"Ethnic category: {label}", "", "required", example=_EXAMPLES.get(latest.get(code, code), "0"),
                source="S:DD-ETH",
            ),
        )
        for code, label in load(ethnic_categories).labels.items()
    }  # fmt: skip
    return create_model("AggregateCaseload", __base__=_Counts, __module__=__name__, __doc__=_Counts.__doc__, **counts)


AggregateCaseload = aggregate_caseload("CL07")
