"""Which kinds of provider know a child together, who refers to each, why, and who pays. Numbers are weights."""

from __future__ import annotations

PATTERNS: dict[tuple[str, ...], float] = {
    ("CN",): 20, ("CH",): 13, ("CN", "CH"): 16, ("AC",): 12, ("AC", "CH"): 5, ("AC", "CN"): 8, ("CN", "SP"): 5,
    ("CN", "CH", "SP"): 4, ("VS",): 5, ("CH", "VS"): 5, ("AC", "CH", "SP"): 3, ("CN", "VS"): 4,
}  # fmt: skip
NEWBORN: dict[tuple[str, ...], float] = {
    ("NN", "SP"): 4, ("NN", "AC"): 2, ("NN", "CN"): 3, ("NN", "SP", "CH"): 2, ("NN", "CN", "CH"): 1, ("AC", "CN"): 2,
}  # fmt: skip
YOUNG_ADULT: dict[tuple[str, ...], float] = {("CH",): 4, ("CH", "VS"): 2, ("CH", "SP"): 2}
FIRST_ONLY: dict[tuple[str, ...], float] = {("CH",): 5, ("CN",): 3, ("SP",): 2}
SOURCES: dict[str, dict[str, float]] = {
    "CH": {"06": 3, "02": 3, "07": 2, "10": 2, "14": 2, "03": 1, "08": 1, "12": 1},
    "CN": {"02": 5, "01": 3, "08": 3, "03": 2, "07": 2, "09": 1},
    "AC": {"01": 4, "03": 2, "07": 2, "06": 2, "04": 1},
    "SP": {"02": 4, "03": 4, "09": 2, "06": 2, "11": 1},
    "NN": {"05": 6, "02": 1},
    "VS": {"14": 5, "12": 3, "06": 2, "13": 2, "08": 1},
}
REASONS: dict[str, tuple[str, ...]] = {
    "CH": ("03", "06", "02", "01"), "CN": ("11", "01", "04", "05"), "AC": ("01", "05", "04"),
    "SP": ("01", "07", "02"), "NN": ("08", "02"), "VS": ("06", "03"),
}  # fmt: skip
FUNDERS: dict[str, dict[str, float]] = {
    "CH": {"CHA": 5, "ICB": 3, "CHG": 2, "JNT": 1}, "CN": {"ICB": 8, "CHC": 2}, "AC": {"ICB": 6, "NHSE": 3},
    "SP": {"ICB": 5, "NHSE": 2}, "NN": {"NHSE": 1}, "VS": {"CHA": 4, "LA": 1},
}  # fmt: skip
LEADS = ("SP", "CN", "CH", "AC", "NN", "VS")
