"""What looks like a way to reach a person, in a text that is made public. The patterns mean the same in Python and in DuckDB."""

from __future__ import annotations

import re

CONTACT_DETAILS = r"[^\s@]+@[^\s@]+\.[^\s@]+|\+?(?:[0-9][ ()-]{0,2}){9,}[0-9]"
"""An address of e-mail, or a telephone number of ten digits or more."""
MOBILE = r"^(?:(?:00)?44)?0?7[0-9]{9}"
"""The digits of a mobile number of the United Kingdom, at home and from abroad, and with the zero that a spreadsheet ate:
somebody's own number, and no line of an organisation."""

_FOUND = re.compile(CONTACT_DETAILS)
LEFT_OUT = "[left out]"


def without_contact_details(text: str) -> str:
    """The text with what is no part of a public one left out."""
    return _FOUND.sub(LEFT_OUT, text)


def is_mobile(number: str) -> bool:
    """Whether a telephone number is a mobile one."""
    return re.match(MOBILE, re.sub(r"[^0-9]", "", number)) is not None
