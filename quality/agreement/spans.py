"""Agreement on spans of text, and on relations between them."""

from typing import Any

from quality.agreement.values import Value

Span = dict[str, Any]
Place = tuple[str, int, int]


def exact_f1(one: list[Span], other: list[Span]) -> tuple[float, float]:
    """2 * spans that both marked with the same borders and class, and spans of both.

    Their ratio over all pairs of people is the pairwise F1, which approaches kappa as the text
    nobody marks grows (Hripcsak and Rothschild, JAMIA 2005).
    """
    first, second = {_identity(each) for each in one}, {_identity(each) for each in other}
    return 2.0 * len(first & second), float(len(first) + len(second))


def relaxed_f1(one: list[Span], other: list[Span]) -> tuple[float, float]:
    """As `exact_f1`, but a span is found when it overlaps one of the same class."""
    found = _overlapped(one, other) + _overlapped(other, one)
    return float(found), float(len(one) + len(other))


def span_dice(one: list[Span], other: list[Span]) -> float:
    """Characters that both marked with the same class, as a share of what either marked: Dice.

    A character that one person marked twice with a class counts once. 1 for two empty answers.
    """
    first, second = _covered(one), _covered(other)
    size = _length(first) + _length(second)
    if not size:
        return 1.0
    both = sum(_common(ranges, second[key]) for key, ranges in first.items() if key in second)
    return 2.0 * both / size


def spans_distance(one: Value, other: Value) -> float:
    """1 - Dice of the marked characters, in [0, 1]."""
    return 1.0 - span_dice(one["spans"], other["spans"])


def spans_exact(one: Value, other: Value) -> tuple[float, float]:
    """`exact_f1` of two canonical answers."""
    return exact_f1(one["spans"], other["spans"])


def spans_relaxed(one: Value, other: Value) -> tuple[float, float]:
    """`relaxed_f1` of two canonical answers."""
    return relaxed_f1(one["spans"], other["spans"])


def relations_exact(one: Value, other: Value) -> tuple[float, float]:
    """2 * relations of the same type between the same spans, and relations of both."""
    first = {relation_identity(each) for each in one["relations"]}
    second = {relation_identity(each) for each in other["relations"]}
    return 2.0 * len(first & second), float(len(first) + len(second))


def relations_relaxed(one: Value, other: Value) -> tuple[float, float]:
    """Relations of the same type whose ends overlap, in the same direction."""
    first, second = one["relations"], other["relations"]
    found = sum(any(_related(mine, theirs) for theirs in second) for mine in first)
    found += sum(any(_related(mine, theirs) for theirs in first) for mine in second)
    return float(found), float(len(first) + len(second))


def relations_distance(one: Value, other: Value) -> float:
    """1 - the mean of exact and relaxed F1, in [0, 1]; 0 for two empty answers."""
    exact, size = relations_exact(one, other)
    relaxed, both = relations_relaxed(one, other)
    return 1.0 - (exact / size + relaxed / both) / 2.0 if size and both else 0.0


def relation_identity(relation: dict[str, Any]) -> tuple[Any, ...]:
    """What makes two relations the same: type, direction and both ends."""
    return relation["choice"], _identity(relation["from"]), _identity(relation["to"])


def overlap(one: Span, other: Span) -> int:
    """Characters in both spans, whatever their class; 0 in different parts."""
    if one["part"] != other["part"]:
        return 0
    return max(0, min(one["end"], other["end"]) - max(one["start"], other["start"]))


def _identity(span: Span) -> tuple[str, int, int, str]:
    return span["part"], span["start"], span["end"], span.get("choice", "")


def _same_place(one: Span, other: Span) -> bool:
    return one.get("choice") == other.get("choice") and overlap(one, other) > 0


def _overlapped(spans: list[Span], others: list[Span]) -> int:
    return sum(any(_same_place(span, other) for other in others) for span in spans)


def _related(one: dict[str, Any], other: dict[str, Any]) -> bool:
    return (
        one["choice"] == other["choice"]
        and _same_place(one["from"], other["from"])
        and _same_place(one["to"], other["to"])
    )


def _covered(spans: list[Span]) -> dict[tuple[str, str], list[tuple[int, int]]]:
    """Disjoint ranges, ascending, by part and class."""
    merged: dict[tuple[str, str], list[tuple[int, int]]] = {}
    for span in sorted(spans, key=lambda each: (each["start"], each["end"])):
        ranges = merged.setdefault((span["part"], span["choice"]), [])
        if ranges and span["start"] <= ranges[-1][1]:
            ranges[-1] = (ranges[-1][0], max(ranges[-1][1], span["end"]))
        else:
            ranges.append((span["start"], span["end"]))
    return merged


def _length(covered: dict[tuple[str, str], list[tuple[int, int]]]) -> int:
    return sum(end - start for ranges in covered.values() for start, end in ranges)


def _common(one: list[tuple[int, int]], other: list[tuple[int, int]]) -> int:
    common, left, right = 0, 0, 0
    while left < len(one) and right < len(other):
        start = max(one[left][0], other[right][0])
        end = min(one[left][1], other[right][1])
        common += max(0, end - start)
        if one[left][1] <= other[right][1]:
            left += 1
        else:
            right += 1
    return common
