"""Lines with interval bands: where they stand, where they break, and their table."""

import pytest

from quality.queries.charts.line import Mark, Point, Series, line_chart
from quality.queries.charts.scale import Place, coordinate, nice_range, nice_step


def drawn(points, **more):
    return line_chart(
        [Series("Alpha", points)],
        title="Agreement over time",
        description="",
        x_label="Day",
        y_label="Alpha",
        **more,
    )


def test_line_chart_places_the_first_and_last_value_at_the_ends():
    chart = drawn([Point(10, 0.0), Point(20, 1.0)], y_range=(0.0, 1.0))

    assert chart.lines[0].paths == ["0,168 100,0"]


def test_line_chart_with_a_gap_breaks_line_and_band():
    points = [Point(0, 0.1, 0, 0.2), Point(1, 0.1, 0, 0.2), Point(2, None), Point(3, 0.3, 0.2, 0.4)]

    line = drawn(points).lines[0]

    assert [len(path.split()) for path in line.paths] == [2, 1]
    assert [len(band.split()) for band in line.bands] == [4, 4]
    assert len(line.dots) == 3


def test_line_chart_of_one_value_stands_in_the_middle():
    chart = drawn([Point(5, 0.5, name="today")], y_range=(0.0, 1.0))

    assert chart.lines[0].paths == ["50,84"]
    assert [(tick.at, tick.text) for tick in chart.x_ticks] == [("50", "today")]


def test_line_chart_without_values_is_drawn_empty():
    chart = drawn([])

    assert (chart.lines[0].paths, chart.rows, chart.has_intervals) == ([], [], False)


def test_line_chart_table_says_value_and_both_intervals():
    point = Point(1, 0.512, 0.4, 0.6, 0.1, 0.9, name="Monday", url="/rows/")

    name, (cell,), _beside = drawn([point, Point(2, None, name="Tuesday")]).rows[0]

    assert (name, cell.text, cell.interval, cell.wide, cell.url) == (
        "Monday",
        "0.51",
        "0.40 to 0.60",
        "0.10 to 0.90",
        "/rows/",
    )


def test_line_chart_table_has_one_cell_a_series_where_one_has_none():
    series = [Series("a", [Point(1, 1.0, name="x")]), Series("b", [Point(2, 2.0, name="y")])]

    chart = line_chart(series, title="", description="", x_label="", y_label="")

    assert [(name, [cell.text for cell in cells]) for name, cells, _beside in chart.rows] == [
        ("x", ["1.00", "–"]),
        ("y", ["–", "2.00"]),
    ]


def test_marks_outside_the_line_are_left_out_and_close_ones_take_turns():
    marks = [Mark(-1, "v1"), Mark(5, "v3"), Mark(4, "v2"), Mark(5, "v4"), Mark(99, "v9")]

    chart = drawn([Point(0, 0.0, name="a"), Point(10, 1.0, name="b")], marks=marks)

    assert [(mark.text, mark.row) for mark in chart.marks] == [("v2", 0), ("v3, v4", 1)]
    assert [name for name, _cells, _beside in chart.rows] == ["a", "b · v3 · v2 · v4"]


def test_axis_with_negative_values_draws_its_zero():
    chart = drawn([Point(0, -0.2), Point(1, 0.4)])

    assert chart.zero is not None
    assert [tick.text for tick in chart.y_ticks] == ["-0.2", "0.0", "0.2", "0.4"]


def test_many_points_keep_the_last_dot_and_few_ticks():
    chart = drawn([Point(n, n / 400, name=str(n)) for n in range(400)])

    assert len(chart.lines[0].dots) == 1
    assert len(chart.x_ticks) <= 5
    assert len(chart.rows) == 400


def test_values_outside_the_axis_stand_at_its_end():
    place = Place(0, 1, 0.0, 1.0, 2)

    assert (place.y(-3), place.y(7)) == (place.y(0), place.y(1))


@pytest.mark.parametrize(
    ("low", "high", "step"),
    [(0, 1, 0.25), (0, 4, 1), (0, 90, 25), (0, 1000, 250), (-0.2, 0.4, 0.2)],
)
def test_nice_step_is_round_and_needs_at_most_four(low, high, step):
    assert nice_step(low, high) == pytest.approx(step)


def test_nice_range_holds_all_values_and_zero():
    assert nice_range([3, 9]) == (0, 10)
    assert nice_range([]) == (0, 1)
    assert nice_range([1, 2], whole=True) == (0, 2)


def test_coordinates_have_no_comma_in_any_language():
    assert [coordinate(value) for value in (0.0, 12.5, 1234.567)] == ["0", "12.5", "1234.57"]


def test_columns_beside_the_values_are_told_by_place():
    chart = drawn([Point(1, 1.0), Point(2, 2.0)], beside=[("People", {2: "7"})])

    assert (chart.beside, [texts for _name, _cells, texts in chart.rows]) == (
        ["People"],
        [["–"], ["7"]],
    )
