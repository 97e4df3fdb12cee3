"""The kinds of value that stand in a field.

Each kind is a marker for `Annotated`: it gives pydantic the validator, names the column type in DuckDB, and says in
words what it takes. A value that does not fit raises a pydantic error whose *type* is the kind of fault (`list`,
`digits`, `date` …); the field's own metadata turns that kind into a rule code. No message carries the value.
"""

from mds_schemas.types.clinical import Icd10, Severity
from mds_schemas.types.coded import Coded, CodedList, EthnicV1
from mds_schemas.types.identity import NhsNumber, Postcode, check_digit_agrees
from mds_schemas.types.kind import Kind
from mds_schemas.types.numbers import Number, Pounds, Whole
from mds_schemas.types.text import (
    ANY_BODY,
    AREA_CODE,
    ORG_CODE,
    FinancialYear,
    LocalId,
    Several,
    Shaped,
    Text,
    as_number,
)
from mds_schemas.types.times import Clock, Day, Moment, month_number

__all__ = [
    "ANY_BODY",
    "AREA_CODE",
    "ORG_CODE",
    "Clock",
    "Coded",
    "CodedList",
    "Day",
    "EthnicV1",
    "FinancialYear",
    "Icd10",
    "Kind",
    "LocalId",
    "Moment",
    "NhsNumber",
    "Number",
    "Postcode",
    "Pounds",
    "Several",
    "Severity",
    "Shaped",
    "Text",
    "Whole",
    "as_number",
    "check_digit_agrees",
    "month_number",
]
