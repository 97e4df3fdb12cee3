"""What a drop-down shows for each code, in a form that the intake reads back as that code."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

from mds_schemas.reading import Fault, ReadContext, plain
from mds_schemas.types import Coded, CodedList, Kind

_FORMS: tuple[Callable[[str, str], str], ...] = (
    lambda code, label: f"{code} - {label}",
    lambda code, label: label[:1].upper() + label[1:],
    lambda code, label: code,
)


def coded(kind: Kind) -> Coded | None:
    """The kind of one code, for a field that takes a code or several; None for any other field."""
    if isinstance(kind, CodedList):
        return kind.one
    return kind if isinstance(kind, Coded) else None


@cache
def choices(kind: Coded) -> dict[str, str]:
    """Code → what the drop-down shows: the fullest form that comes back as the same code for every code of the list.

    The form is one for a whole list, so that its choices look alike.
    """
    for form in _FORMS:
        shown = {code: form(code, label) for code, label in kind.code_list.labels.items()}
        if all(_comes_back(kind, code, text) for code, text in shown.items() if code not in kind.leave_out):
            return shown
    raise ValueError(f"no form of the codes of list {kind.list_name} can be read back")


def _comes_back(kind: Coded, code: str, text: str) -> bool:
    context = ReadContext()
    try:
        return not kind.is_blank(text) and kind.read(plain(text), context) == code and not context.notes
    except Fault:
        return False
