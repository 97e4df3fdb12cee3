"""The tables in which version 1.0 differs from 2.0, told by their differences."""

from typing import Annotated

from mds_schemas.table import item, without
from mds_schemas.types import Coded, EthnicV1, Text
from mds_schemas.v2_0 import activity, child, referral
from mds_schemas.v2_0.caseload import aggregate_caseload


class Child(without(child.Child, "sex", "gender_identity", "ethnic_category")):  # type: ignore[misc]
    """One row per child per return; state at the census date."""

    info = child.Child.info
    sex: Annotated[str, Coded("CL03")] = item(
        "Sex",
        "stated gender",
        "mandatory",
        identifying="Q",
        example="1",
        source="S:SACT-SEX",
        rules={"*": "CP101140", "blank": "CP101140"},
    )
    ethnic_category: Annotated[str, EthnicV1()] = item(
        "Ethnic category",
        "group stated by the child or family",
        "mandatory",
        identifying="S",
        example="J",
        source="S:DD-ETH",
        rules={"*": "CP101150", "blank": "CP101150"},
    )
    acp_flag: Annotated[str | None, Coded("CL34")] = item(
        "Advance care plan", "an advance care plan is in place", "optional", identifying="S", example="Y", source="P"
    )
    phase_colour: Annotated[str | None, Text(20)] = item(
        "Phase colour",
        "the network's colour for the phase of illness",
        "optional",
        identifying="S",
        national="drop",
        example="blue",
        source="S:S3 6.2",
    )


class Referral(without(referral.Referral, "service_id")):  # type: ignore[misc]
    """One row per referral to a service; carries the episode that follows."""

    info = referral.Referral.info


class Contact(without(activity.Contact, "mechanism")):  # type: ignore[misc]
    """One row per contact or care activity."""

    info = activity.Contact.info
    medium: Annotated[str, Coded("CL19_v1")] = item(
        "How",
        "means of communication",
        "mandatory",
        example="01",
        source="S:DD-MECH",
        rules={"*": "CP301070", "blank": "CP301070", "padded": "CP301075Q"},
    )


class Phase(without(referral.Phase, "phase_scheme")):  # type: ignore[misc]
    """One row per assessment of phase of illness."""

    info = referral.Phase.info
    phase_scheme: Annotated[str | None, Coded("CL11")] = item(
        "Scheme", "says how to read the submitted value; the network's own where it is blank", "required",
        example="LUTON", source="P",
    )  # fmt: skip


AggregateCaseload = aggregate_caseload("CL06")
