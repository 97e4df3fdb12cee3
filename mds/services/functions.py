"""What the map asks of which functions of a service (list CL33)."""

from __future__ import annotations

ROUND_THE_CLOCK = ("CCN", "HIP", "HAH", "SPC", "EOL", "ADV", "FAM")
"""The functions that families and professionals look for at night and at weekends."""

AGES_OF = {"NEO": (0, 0), "TRN": (14, 25), "YAS": (16, 25)}
"""Functions that are there for some ages only, and for which; nobody else misses them."""

VISITING = ("CCN", "HAH", "SPC", "EOL")
"""The functions whose staff visit as nurses and doctors. A psychologist who calls is no answer to pain at night, and a telephone
is no visit."""

ADVISING = ("ADV", "SPC", "EOL", "HIP", "HAH", "SYM", "NEO")
"""The functions whose staff can give a professional tertiary advice on palliative care: the advice line, the specialist and the
perinatal team, hospices, end of life care, the symptom clinic. Community nurses ask for it, and an equipment store has none."""
