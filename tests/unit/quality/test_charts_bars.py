"""Stacked bars, shades and sparklines."""

from quality.queries.charts.bars import (
    Part,
    bands_of,
    letter_of,
    shades,
    sparkline,
    stacked_bars,
)


def test_parts_of_a_bar_fill_it_one_after_the_other():
    bands = bands_of([("positive", 0), ("negative", 1), ("mixed", 2)])

    chart = stacked_bars(
        [("v1", [Part(1), Part(2), Part(1)])], title="", description="", label="", bands=bands
    )

    bar = chart.bars[0]
    assert bar.total == 4
    assert [(each.x, each.width, each.middle) for each in bar.segments] == [
        ("0", "25", "12.5"),
        ("25", "50", "50"),
        ("75", "25", "87.5"),
    ]


def test_narrow_part_has_no_letter_and_bar_of_nothing_is_empty():
    bands = bands_of([("a", None), ("b", None)])

    full, empty = stacked_bars(
        [("v1", [Part(99), Part(1)]), ("v2", [Part(0), Part(0)])],
        title="",
        description="",
        label="",
        bands=bands,
    ).bars

    assert [each.letter for each in full.segments] == ["A", ""]
    assert (empty.total, [each.width for each in empty.segments]) == (0, ["0", "0"])


def test_letters_go_on_after_z():
    assert [letter_of(number) for number in (0, 25, 26, 27)] == ["A", "Z", "AA", "AB"]


def test_shades_are_relative_to_the_largest_or_to_a_given_value():
    assert shades([None, 0, 5, 10]) == [0, 0, 5, 9]
    assert shades([0.5], most=1.0) == [5]
    assert shades([]) == []


def test_sparkline_of_one_value_is_none_and_of_two_goes_from_edge_to_edge():
    assert sparkline([3], "label") is None

    drawn = sparkline([0, 1], "label")

    assert [point.split(",")[0] for point in drawn.path.split()] == ["0", "100"]
    assert (drawn.dot_x, float(drawn.dot_y)) == ("100", 2.0)
