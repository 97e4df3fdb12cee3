"""What looks like a person, or a way to reach one, in a text that is made public. The patterns mean the same in Python and in
DuckDB."""

from __future__ import annotations

import re

CONTACT_DETAILS = r"[^\s@]+@[^\s@]+\.[^\s@]+|\+?(?:[0-9][ ()./_–-]{0,2}){9,}[0-9]"
"""An address of e-mail, or a telephone number of ten digits or more, however it is parted."""
PERSON = r"\b(?:Dr|Mr|Mrs|Ms|Miss|Mx|Prof|Professor)\.? +[A-Z]|\b(?:[Aa]sk for|[Ss]peak to|[Bb]leep) +[A-Z0-9]"
"""A name behind a title, or behind words that lead to it."""
MOBILE = r"^(?:(?:00)?44)?0?7[0-9]{9}"
"""The digits of a mobile number of the United Kingdom, at home and from abroad, and with the zero that a spreadsheet ate:
somebody's own number, and no line of an organisation."""

LEFT_OUT = "[left out]"


def leads_to_a_person(text: str) -> bool:
    """Whether a text names a person, as far as that can be told, or how to reach one."""
    return re.search(f"{CONTACT_DETAILS}|{PERSON}", text) is not None


def is_mobile(number: str) -> bool:
    """Whether a telephone number is a mobile one."""
    return re.match(MOBILE, re.sub(r"[^0-9]", "", number)) is not None
