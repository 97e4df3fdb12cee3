"""What of a table may leave the analyst's machine, and how its statistics are worked out."""

from __future__ import annotations

import re
from pathlib import Path

import duckdb
from hypothesis import given
from hypothesis import strategies as st

import mds
from mds.figures.sharing import by_size, for_sharing, rounded
from mds.figures.statistics import byar_high, byar_low, rate, share
from mds.figures.table import HIDDEN, FigureTable, Shape, with_derived

SHAPE = Shape(
    counts=("children", "of_children"),
    derived={"share": share("children", "of_children")},
    resting={"days": "children"},
)


def drawn(*rows: tuple[object, ...]) -> FigureTable:
    return with_derived(FigureTable("t", "T", "", ["band", "children", "of_children", "days"], list(rows), shape=SHAPE))


def test_small_counts_are_hidden_and_the_others_rounded_to_five() -> None:
    shared = for_sharing(drawn(("a", 7, 60, 3), ("b", 8, 60, 4), ("c", 0, 60, None), ("d", 53, 60, 9)))

    assert shared.columns == ["band", "children", "of_children", "days", "share"]
    assert shared.rows == [
        ("a", HIDDEN, 60, HIDDEN, HIDDEN), ("b", 10, 60, 4, 16.7), ("c", 0, 60, None, 0.0), ("d", 55, 60, 9, 91.7)
    ]  # fmt: skip


def test_a_share_of_few_is_hidden_whatever_it_is() -> None:
    assert for_sharing(drawn(("a", 0, 5, None))).rows == [("a", 0, HIDDEN, None, HIDDEN)]


def test_a_share_of_fewer_than_fifty_is_not_given_as_rounding_would_change_it() -> None:
    shared = for_sharing(drawn(("a", 17, 18, 3), ("b", 30, 47, 3), ("c", 30, 48, 3)))

    assert shared.column("share") == [HIDDEN, HIDDEN, 60.0]
    assert shared.column("children") == [15, 30, 30]


def test_a_table_without_counts_of_children_stays_as_it_is() -> None:
    services = FigureTable("t", "T", "", ["services"], [(3,)])
    assert for_sharing(services) is services


@given(st.integers(0, 10_000))
def test_a_shared_count_tells_at_least_five_possible_counts(count: int) -> None:
    same = [other for other in range(max(0, count - 10), count + 11) if rounded(other) == rounded(count)]
    assert count == 0 or len(same) >= 5


def test_byars_limits_of_the_worked_example_7_4() -> None:
    expected = 62_883 * 66.4 / 10_000  # Luton's people under 20, at the rate of 2017/18
    assert [round(figure / expected, 3) for figure in (69, byar_low(69), byar_high(69))] == [0.165, 0.129, 0.209]


def test_no_children_have_a_lower_limit_of_nought() -> None:
    assert byar_low(0) == 0.0
    assert round(byar_high(0), 2) == 3.67  # the exact Poisson limit is 3.69


def test_a_rate_of_nobody_is_no_figure() -> None:
    assert rate("a", "b", 10_000).work_out(3, 0) is None
    assert rate("a", "b", 10_000).work_out(3, 2_000) == 15.0


def test_lines_in_the_order_of_their_size_do_not_tell_what_is_hidden() -> None:
    lines = [("d", 9), ("c", 7), ("b", 1), ("a", 3), ("e", 0), ("f", 11), ("g", 14)]
    values = ", ".join(map(str, lines))
    ordered = duckdb.sql(f"FROM (VALUES {values}) AS t(name, n) ORDER BY {by_size('n')}, name").fetchall()
    assert [name for name, _ in ordered] == ["g", "d", "f", "a", "b", "c", "e"]


def test_no_table_about_children_is_in_the_exact_order_of_its_counts() -> None:
    """Money and staff may be: they count no children. Known and practice_list are words."""
    package = Path(mds.__file__).parent
    files = [*package.glob("network/**/*.py"), *package.glob("services/**/*.py")]
    found = {
        (path.stem, name)
        for path in files
        for name in re.findall(r"GROUP BY [^\n]*ORDER BY [^\n]*?(\w+) DESC", path.read_text(encoding="utf-8"))
    }
    assert {name for _, name in found} <= {"pounds", "present", "known", "practice_list", "now", "1"}, found


def test_figures_of_single_providers_are_rounded_and_blanks_stay() -> None:
    lowest = FigureTable(
        "t", "T", "", ["dimension", "lowest"], [("a", 85.7), ("b", None)], shape=Shape(rough=("lowest",))
    )
    assert for_sharing(lowest).rows == [("a", 85), ("b", None)]
