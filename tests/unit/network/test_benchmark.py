"""A provider's figures beside the network's, and what it could subtract from them."""

from __future__ import annotations

from typing import Any

from mds.figures.statistics import share
from mds.figures.table import HIDDEN, FigureTable, Shape, with_derived
from mds.network.benchmark import beside

SHAPE = Shape(counts=("children", "of_children"), derived={"share": share("children", "of_children")})


def drawn(*rows: tuple[Any, ...]) -> FigureTable:
    return with_derived(
        FigureTable("t", "T", "", ["band", "children", "of_children", "providers"], list(rows), shape=SHAPE)
    )


def compared(own: tuple[Any, ...] | None, network: tuple[Any, ...]) -> tuple[Any, ...]:
    made = beside(drawn(*([own] if own else [])), drawn(network))
    assert made is not None
    assert made.columns == ["band", "your_children", "your_of_children", "your_share", "network_share"]
    return made.rows[0][1:]


def test_your_own_figures_are_exact_and_the_networks_rounded() -> None:
    assert compared(("a", 3, 20, 1), ("a", 33, 102, 4)) == (3, 20, 15.0, 35.0)  # 35 of 100


def test_what_few_children_of_others_would_make_is_hidden() -> None:
    assert compared(("a", 30, 60, 1), ("a", 33, 102, 4)) == (30, 60, 50.0, HIDDEN)
    assert compared(("a", 30, 98, 1), ("a", 43, 102, 4)) == (30, 98, 30.6, HIDDEN)


def test_what_one_other_provider_would_be_left_with_is_hidden() -> None:
    assert compared(("a", 10, 20, 1), ("a", 33, 102, 2)) == (10, 20, 50.0, HIDDEN)
    assert compared(None, ("a", 33, 102, 2)) == (None, None, None, 35.0)
    assert compared(None, ("a", 33, 102, 1)) == (None, None, None, HIDDEN)


def test_a_row_that_you_do_not_have_stands_beside_blanks() -> None:
    assert compared(None, ("a", 33, 102, 3)) == (None, None, None, 35.0)


def test_a_table_without_shares_is_not_compared() -> None:
    plain = FigureTable("t", "T", "", ["band", "children"], [("a", 30)], shape=Shape(counts=("children",)))
    assert beside(plain, plain) is None
