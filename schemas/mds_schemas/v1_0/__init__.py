"""Data set version 1.0: children from before birth to their 20th birthday (specification 6.2)."""

from mds_schemas.table import Table
from mds_schemas.v1_0.tables import AggregateCaseload, Child, Contact, Phase, Referral
from mds_schemas.v2_0 import (
    Bereavement,
    Capacity,
    Condition,
    Cover,
    Death,
    Expenditure,
    Funding,
    Header,
    Organisation,
    Service,
    ShortBreak,
    UserExperience,
    Workforce,
)

OF_CHILDREN = (Child, Condition, Referral, Phase, Contact, ShortBreak, Death, Bereavement)
OF_SERVICES = (
    Organisation, Service, Cover, Capacity, Workforce, Funding, Expenditure, AggregateCaseload, UserExperience,
)  # fmt: skip

TABLES: tuple[type[Table], ...] = (Header, *OF_CHILDREN, *OF_SERVICES)
