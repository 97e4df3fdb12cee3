"""Data set version 1.0: children from before birth to their 20th birthday (specification 6.2)."""

from mds_schemas.table import Table
from mds_schemas.v1_0.tables import Child, Contact, Phase, Referral
from mds_schemas.v2_0 import Bereavement, Condition, Death, Header, ShortBreak

TABLES: tuple[type[Table], ...] = (Header, Child, Condition, Referral, Phase, Contact, ShortBreak, Death, Bereavement)
