"""The limits from which the checks ask, each a number that a network may want to see changed for all."""

FEW = 10
"""Fewer rows or children than these tell nothing of a share, and are no change worth asking about (specification 4.13)."""

MOVED = 0.25
"""Share by which a number may differ from that of former periods (specification 4.13)."""

SHIFTED = 0.15
"""Share of the rows that may stand under other codes than in former periods."""

MOST_BLANK = 0.2
"""Share of the rows in which a field that is to be sent where it is known may be blank."""

MOST_BLANK_DATES = 0.99
"""The same for a date: of what has not happened yet there is none, but a column without any was not exported."""

RATE = 66.4
"""Children with a life-limiting or life-threatening condition among 10,000 aged 0 to 19 (specification 7.4, the full list)."""
