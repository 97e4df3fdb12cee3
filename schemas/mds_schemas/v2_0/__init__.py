"""Data set version 2.0: children from before birth to their 26th birthday."""

from mds_schemas.table import Table
from mds_schemas.v2_0.activity import Admission, Contact, ShortBreak
from mds_schemas.v2_0.caseload import AggregateCaseload
from mds_schemas.v2_0.child import Child, Condition, RegisterMembership
from mds_schemas.v2_0.end_of_life import Bereavement, Death, Perinatal
from mds_schemas.v2_0.experience import Commissioner, StaffExperience, Standard, UserExperience
from mds_schemas.v2_0.header import Header
from mds_schemas.v2_0.planning import CarePlan, EquipmentRequest, Transition
from mds_schemas.v2_0.referral import Phase, Referral
from mds_schemas.v2_0.resources import Expenditure, Funding, Training, Workforce
from mds_schemas.v2_0.services import Capacity, Cover, Organisation, Service

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
    Organisation,
    Service,
    Cover,
    Capacity,
    Workforce,
    Training,
    Funding,
    Expenditure,
    AggregateCaseload,
    UserExperience,
    StaffExperience,
    Standard,
    Commissioner,
)

__all__ = [
    "TABLES",
    "Admission",
    "AggregateCaseload",
    "Bereavement",
    "Capacity",
    "CarePlan",
    "Child",
    "Commissioner",
    "Condition",
    "Contact",
    "Cover",
    "Death",
    "EquipmentRequest",
    "Expenditure",
    "Funding",
    "Header",
    "Organisation",
    "Perinatal",
    "Phase",
    "Referral",
    "RegisterMembership",
    "Service",
    "ShortBreak",
    "StaffExperience",
    "Standard",
    "Training",
    "Transition",
    "UserExperience",
    "Workforce",
]
