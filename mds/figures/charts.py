"""The forms in which a table can be drawn. A template draws them as SVG; here is what stands where.

A chart names columns of its table and holds no figures of its own, so that it cannot show more than the table does: what is
hidden there is drawn as a hatched mark.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Form = Literal["bars", "dots", "run", "heat"]


@dataclass(frozen=True)
class Chart:
    """How a table is drawn.

    bars: a bar a row. dots: a dot a row with its range from `low` to `high`. run: a line over the periods in `label`, with the
    middle and limits. heat: a cell for each pair of `label` and `by`. With `by`, bars, dots and runs become small multiples, one
    a value of that column.
    """

    form: Form
    label: str
    value: str
    by: str = ""
    low: str = ""
    high: str = ""
    beside: str = ""
    """Of bars and dots: what the value is compared with, drawn as a line across."""
    unit: str = ""
    """What the values are, in words: "children", "% of the caseload"."""
