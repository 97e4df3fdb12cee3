"""Options that stand in for the header of a return."""

from __future__ import annotations

import pytest

from mds.commands.options import header_options
from mds.failures import UsageFailure

GIVEN = ("8HX01", "2026-04-01", "30/06/2026", "2.0")
OPTIONS = ("--provider", "--from", "--to", "--version")


def test_what_the_header_takes_may_be_given_or_not() -> None:
    assert tuple(header_options(*GIVEN).values()) == GIVEN
    assert set(header_options("", "", "", "").values()) == {""}


@pytest.mark.parametrize(
    ("place", "text"),
    [(0, "nonsense!"), (0, "n/k"), (1, "2026-13-01"), (1, "n/k"), (2, "soon"), (3, "nonsense"), (3, "7")],
)
def test_nonsense_is_refused_before_the_file_is_read(place: int, text: str) -> None:
    given = [*GIVEN]
    given[place] = text
    with pytest.raises(UsageFailure, match=f"^{OPTIONS[place]} takes ") as refused:
        header_options(*given)
    assert text not in str(refused.value) or text == "7"
