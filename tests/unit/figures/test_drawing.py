"""What stands where on a chart."""

from __future__ import annotations

from datetime import date

from mds.figures.charts import Chart
from mds.figures.drawing import HEIGHT, drawing
from mds.figures.table import HIDDEN, FigureTable, Shape


def drawn(chart: Chart, columns: list[str], *rows: tuple[object, ...]) -> FigureTable:
    return FigureTable("t", "T", "", columns, list(rows), shape=Shape(chart=chart))


def test_bars_are_measured_by_the_longest() -> None:
    made = drawing(
        drawn(Chart("bars", "band", "children"), ["band", "children"], ("a", 20), ("b", 5), ("c", HIDDEN), ("d", None))
    )

    assert made is not None
    assert [(bar.label, bar.text, bar.at, bar.hidden) for bar in made.panels[0].bars] == [
        ("a", "20", 100.0, False), ("b", "5", 25.0, False), ("c", HIDDEN, None, True), ("d", "", None, False)
    ]  # fmt: skip


def test_dots_share_one_scale_with_their_ranges_and_what_they_are_compared_with() -> None:
    chart = Chart("dots", "area", "ratio", low="low", high="high", beside="network")
    rows = (("a", 0.2, 0.1, 0.4, 0.3), ("b", None, None, None, 0.3))
    made = drawing(drawn(chart, ["area", "ratio", "low", "high", "network"], *rows))

    assert made is not None
    bar, blank = made.panels[0].bars
    assert blank.text == "none | 0.3"
    assert (bar.at, bar.low, bar.high, bar.beside) == (50.0, 25.0, 100.0, 75.0)
    assert bar.text == "0.2 (0.1 to 0.4) | 0.3"


def test_a_run_goes_through_its_periods_and_leaves_a_hidden_one_out() -> None:
    chart = Chart("run", "rp_start", "children")
    rows = ((date(2026, 1, 1), 10), (date(2026, 4, 1), HIDDEN), (date(2026, 7, 1), 20))
    made = drawing(drawn(chart, ["rp_start", "children"], *rows))

    assert made is not None
    panel = made.panels[0]
    assert panel.title == "dashed: median over time 15"
    assert panel.run is not None
    assert [(point.label, point.text, point.y is None) for point in panel.run.points] == [
        ("Jan 2026", "10", False), ("Apr 2026", HIDDEN, True), ("Jul 2026", "20", False)
    ]  # fmt: skip
    assert len(panel.run.line.split()) == 2
    assert panel.run.points[2].y == 28 and panel.run.base == HEIGHT - 24


def test_small_multiples_stand_on_one_scale() -> None:
    chart = Chart("bars", "band", "children", by="area")
    made = drawing(drawn(chart, ["area", "band", "children"], ("East", "a", 10), ("East", "b", 20), ("West", "a", 5)))

    assert made is not None
    assert [(panel.title, [bar.at for bar in panel.bars]) for panel in made.panels] == [
        ("East", [50.0, 100.0]), ("West", [25.0])
    ]  # fmt: skip


def test_a_heat_map_has_a_cell_for_each_pair() -> None:
    chart = Chart("heat", "provider", "per_cent", by="tbl")
    made = drawing(
        drawn(chart, ["provider", "tbl", "per_cent"], ("A", "child", 100), ("A", "death", 39.9), ("B", "child", 0))
    )

    assert made is not None
    assert made.headings == ["Child", "Death"]
    assert [(label, [(cell.text, cell.step) for cell in cells]) for label, cells in made.cells] == [
        ("A", [("100", 4), ("39.9", 1)]), ("B", [("0", 0), ("", None)])
    ]  # fmt: skip


def test_a_table_without_a_figure_has_no_chart() -> None:
    chart = Chart("bars", "band", "children")
    assert drawing(drawn(chart, ["band", "children"], ("a", HIDDEN))) is None
    assert drawing(FigureTable("t", "T", "", ["a"], [(1,)])) is None
