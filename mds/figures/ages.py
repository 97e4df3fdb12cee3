"""The age bands of the figures: those of the counts of children (Q109), which the 2012 prevalence study used too."""

BANDS = (("under 1", 0, 0), ("1-5", 1, 5), ("6-10", 6, 10), ("11-15", 11, 15), ("16-19", 16, 19), ("20-25", 20, 25))
"""(name, first and last year of age)."""
