"""Random label tables for property tests."""

from hypothesis import strategies as st

from quality.agreement.table import ReliabilityTable

LABELS = "abcd"


@st.composite
def rows(draw, *, min_labels_per_item=1, max_items=8, max_annotators=5):
    """Rows (item, annotator, label), ragged: every annotator may have skipped any item."""
    n_items = draw(st.integers(1, max_items))
    n_annotators = draw(st.integers(max(2, min_labels_per_item), max_annotators))
    result = []
    for item in range(n_items):
        people = draw(
            st.lists(
                st.integers(0, n_annotators - 1),
                unique=True,
                min_size=min_labels_per_item,
                max_size=n_annotators,
            ),
        )
        result += [(item, person, draw(st.sampled_from(LABELS))) for person in people]
    return result


def table_of(rows):
    """A table whose label codes are the same whichever labels occur."""
    return ReliabilityTable.from_rows(rows, labels=LABELS)
