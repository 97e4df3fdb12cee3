"""Published rates of life-limiting conditions in England, per 10,000 people aged 0 to 19 (specification 7.2)."""

from __future__ import annotations

from mds_validators.expectations.limits import RATE

FULL = RATE
"""2017/18, all conditions on the list."""

RESTRICTED = 61.1
"""2017/18, a narrower definition."""

OLD = 32.0
"""2009/10, for comparison with old reports."""

DEFINITIONS = (
    ("all conditions, 2017/18", FULL),
    ("narrower definition, 2017/18", RESTRICTED),
    ("all conditions, 2009/10", OLD),
)

FIRST_OF_TREND = 26.7
"""2001/02, the first year of the series that ends with FULL."""

LOWEST_2030, HIGHEST_2030 = 67.0, 84.22
"""The lowest and the highest of the published projections for 2030."""

BY_ETHNIC_GROUP = {"South Asian": 48.0, "Black": 42.0, "Chinese, mixed or other": 31.0, "White": 27.0}
"""2009/10. They belong to OLD and are never mixed with the rates of 2017/18."""
