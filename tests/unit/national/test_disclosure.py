"""What a reader can work out of printed tables, and that it never comes close to a small count.

A second solver looks at the same tables: SciPy's, with the equations written down anew.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from scipy.optimize import Bounds, LinearConstraint, linprog, milp

from mds.national.disclosure.bounds import intervals, too_narrow
from mds.national.disclosure.printed import NO_LIMIT, Interval, Printed, is_protected, meant, printed
from mds.national.disclosure.protect import protect, shown
from mds.national.disclosure.reader import Reader, outsider, provider, region
from mds.national.disclosure.system import ALL, Counts, System, system_of

NORTH_SMALL = ("all", "north", "sex", "f")


def _two_by_two(small: int = 3) -> System:
    """North: few girls and 20 boys; south: 20 and 30."""
    return system_of(
        [Counts("all", "sex", {("north", "f"): small, ("north", "m"): 20, ("south", "f"): 20, ("south", "m"): 30})]
    )


# --- by hand ---------------------------------------------------------------------------------------------------------


def test_a_star_alone_is_no_protection() -> None:
    """23 in the north, 20 of them boys."""
    system = _two_by_two()
    place = system.places[NORTH_SMALL]
    assert intervals(system, shown(system, {place}), outsider(), [place], exact=True) == {place: (3, 3)}


def test_as_many_cells_are_hidden_as_it_takes() -> None:
    """Four inner cells, of which none can be told from the others; the margins stay."""
    system = _two_by_two()
    hidden = protect(system, [outsider()])
    assert {system.cells[place] for place in hidden} == {
        ("all", where, "sex", who) for where in ("north", "south") for who in "fm"
    }
    found = intervals(system, shown(system, hidden), outsider(), [system.places[NORTH_SMALL]], exact=True)
    assert found == {system.places[NORTH_SMALL]: (0, 23)}


def test_a_region_that_knows_its_own_children_needs_more_to_be_hidden() -> None:
    """The south knows its own 20 girls, so that girls in all less its own would be those of the north."""
    system = _two_by_two()
    place, south = system.places[NORTH_SMALL], region(system, "south")
    told = shown(system, protect(system, [outsider()]))
    assert intervals(system, told, south, [place], exact=True) == {place: (3, 3)}

    hidden = protect(system, [outsider(), south])
    low, high = intervals(system, shown(system, hidden), south, [place], exact=True)[place]
    assert high - low >= south.width


def test_a_provider_knows_that_its_own_children_are_there() -> None:
    system = _two_by_two(small=7)
    place = system.places[NORTH_SMALL]
    own = provider("ZXH01", {place: 6, system.places["all", "north", ALL, ALL]: 6})
    hidden = protect(system, [outsider(), own])
    low, high = intervals(system, shown(system, hidden), own, [place], exact=True)[place]
    assert (low, high - low >= own.width) == (6, True)


def test_what_was_hidden_before_stays_hidden() -> None:
    system = _two_by_two(small=30)
    everybody = system.places["all", ALL, ALL, ALL]
    assert protect(system, [outsider()]) == set()
    assert everybody in protect(system, [outsider()], frozen=[everybody])


def test_tables_about_the_same_children_share_their_margins() -> None:
    system = system_of([Counts("all", "sex", {("north", "f"): 9}), Counts("all", "age", {("north", "1-5"): 9})])
    assert system.cells.count(("all", "north", ALL, ALL)) == 1
    with pytest.raises(ValueError, match="count .* differently"):
        system_of([Counts("all", "sex", {("north", "f"): 9}), Counts("all", "age", {("north", "1-5"): 8})])


@pytest.mark.parametrize(("interval", "narrow"), [
    ((0, 5), False), ((0, 4), True), ((3, 3), True), ((1, 2), True), ((0, NO_LIMIT), False), ((8, 13), False),
])  # fmt: skip
def test_an_interval_is_too_narrow_below_its_width(interval: Interval, narrow: bool) -> None:
    assert too_narrow(interval, 5) == narrow


@given(st.integers(0, 10_000), st.booleans())
def test_a_count_lies_among_those_that_its_print_may_mean(count: int, hidden: bool) -> None:
    told = printed(count, hidden or is_protected(count))
    low, high = meant(told)
    assert low <= count <= high
    assert told is None or told == 0 or told >= 10


# --- thousands of drawn tables ---------------------------------------------------------------------------------------


@st.composite
def systems(draw: st.DrawFn) -> System:
    """Up to three tables about the same children, by two to four regions."""
    regions = [f"r{n}" for n in range(draw(st.integers(2, 4)))]
    values = [draw(st.integers(2, 4)) for _ in range(draw(st.integers(1, 3)))]
    kinds = draw(
        st.lists(st.tuples(st.sampled_from(regions), *(st.integers(0, n - 1) for n in values), st.integers(1, 25)), min_size=2,
                 max_size=14)
    )  # fmt: skip
    counts: list[Counter[tuple[str, str]]] = [Counter() for _ in values]
    for where, *kind, children in kinds:
        for table, value in zip(counts, kind, strict=True):
            table[where, str(value)] += children
    return system_of(Counts("all", f"d{place}", table) for place, table in enumerate(counts))


def _readers(system: System) -> list[Reader]:
    regions = sorted({cell[1] for cell in system.cells if cell[1]})
    return [outsider(), *(region(system, one) for one in regions)]


def _second_look(system: System, told: Sequence[Printed], reader: Reader, place: int, whole: bool) -> Interval:
    """The interval of a cell by SciPy, over all numbers or whole ones alone."""
    bounds = [(system.truth[n],) * 2 if n in reader.knows else meant(one) for n, one in enumerate(told)]
    matrix = np.zeros((len(system.equations), len(told)))
    for row, equation in enumerate(system.equations):
        matrix[row, equation.whole] = -1
        matrix[row, list(equation.parts)] = 1
    ends = []
    for sign in (1, -1):
        cost = np.zeros(len(told))
        cost[place] = sign
        if whole:
            lower, upper = zip(*bounds, strict=True)
            found = milp(cost, constraints=LinearConstraint(matrix, 0, 0), bounds=Bounds(lower, upper), integrality=1)
        else:
            found = linprog(cost, A_eq=matrix, b_eq=np.zeros(len(matrix)), bounds=bounds)
        ends.append(sign * found.fun if found.status == 0 else -sign * NO_LIMIT)
    return (ends[0], ends[1])


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(system=systems())
def test_nobody_comes_close_to_a_small_count(system: System) -> None:
    readers = _readers(system)
    hidden = protect(system, readers)
    told = shown(system, hidden)
    assert not any(is_protected(one or 0) for one in told)
    for reader in readers:
        asked = reader.to_protect(system)
        for exact in (True, False):
            found = intervals(system, told, reader, asked, exact=exact)
            assert not any(too_narrow(interval, reader.width) for interval in found.values())


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(system=systems(), data=st.data())
def test_another_solver_finds_the_same_and_whole_numbers_are_no_narrower(system: System, data: st.DataObject) -> None:
    readers = _readers(system)
    told = shown(system, protect(system, readers))
    reader = data.draw(st.sampled_from(readers))
    for place in reader.to_protect(system)[:3]:
        found = intervals(system, told, reader, [place])[place]
        assert _second_look(system, told, reader, place, whole=False) == pytest.approx(found, abs=1e-5)
        assert not too_narrow(_second_look(system, told, reader, place, whole=True), reader.width)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(system=systems(), data=st.data())
def test_hiding_more_never_narrows_an_interval(system: System, data: st.DataObject) -> None:
    hidden = protect(system, [outsider()])
    more = hidden | data.draw(st.sets(st.sampled_from(range(len(system.truth)))))
    asked = outsider().to_protect(system)
    before = intervals(system, shown(system, hidden), outsider(), asked)
    after = intervals(system, shown(system, more), outsider(), asked)
    for place in asked:
        assert after[place][0] <= before[place][0] + 1e-6
        assert after[place][1] >= before[place][1] - 1e-6


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(system=systems())
def test_a_release_without_its_second_stars_is_seen_through(system: System) -> None:
    """Where more than the small cells had to be hidden, the small ones alone are too few."""
    hidden = protect(system, [outsider()])
    small = {place for place, count in enumerate(system.truth) if is_protected(count)}
    if hidden != small:
        found = intervals(system, shown(system, small), outsider(), sorted(small), exact=True)
        assert any(too_narrow(interval, outsider().width) for interval in found.values())
