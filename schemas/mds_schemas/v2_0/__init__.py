"""Data set version 2.0: children from before birth to their 26th birthday."""

from mds_schemas.table import Table
from mds_schemas.v2_0.activity import Admission, Contact, ShortBreak
from mds_schemas.v2_0.child import Child, Condition, RegisterMembership
from mds_schemas.v2_0.end_of_life import Bereavement, Death, Perinatal
from mds_schemas.v2_0.header import Header
from mds_schemas.v2_0.planning import CarePlan, EquipmentRequest, Transition
from mds_schemas.v2_0.referral import Phase, Referral

TABLES: tuple[type[Table], ...] = (
    Header,
    Child,
    Condition,
    RegisterMembership,
    Referral,
    Phase,
    Contact,
    ShortBreak,
    Admission,
    CarePlan,
    Transition,
    EquipmentRequest,
    Death,
    Bereavement,
    Perinatal,
)

__all__ = [
    "TABLES",
    "Admission",
    "Bereavement",
    "CarePlan",
    "Child",
    "Condition",
    "Contact",
    "Death",
    "EquipmentRequest",
    "Header",
    "Perinatal",
    "Phase",
    "Referral",
    "RegisterMembership",
    "ShortBreak",
    "Transition",
]
