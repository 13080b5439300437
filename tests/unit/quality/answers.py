"""Random canonical answers of every question kind, for property tests."""

from hypothesis import strategies as st

TEXT = "the cat sat on it all"
CLASSES = ["cat", "dog", "elk"]
classes = st.sampled_from(CLASSES)
part = st.just("text")


def by(*names):
    """The key that canonical answers are sorted by; corners as tuples, for they are compared."""
    return lambda element: tuple(
        tuple(map(tuple, element[n])) if n == "points" else element[n] for n in names
    )


def listed(kind, elements, identity):
    """A canonical list: distinct and sorted."""
    lists = st.lists(elements, max_size=3, unique_by=identity)
    return lists.map(lambda found: {"kind": kind, kind: sorted(found, key=identity)})


@st.composite
def span(draw):
    start = draw(st.integers(0, 12))
    end = start + draw(st.integers(1, 6))
    return {
        "part": "text", "start": start, "end": end, "choice": draw(classes),
        "quote": TEXT[start:end],
    }  # fmt: skip


@st.composite
def end_of_relation(draw):
    found = draw(span())
    return {key: found[key] for key in ("part", "start", "end", "choice")}


@st.composite
def box(draw):
    size, place = st.integers(1, 10), st.integers(0, 12)
    return {
        "part": "image", "x": draw(place), "y": draw(place), "width": draw(size),
        "height": draw(size), "choice": draw(classes),
    }  # fmt: skip


@st.composite
def polygon(draw):
    x, y, w, h = (draw(st.integers(1, 9)) for _ in range(4))
    points = [[x, y], [x + w, y], [x + w, y + h], [x, y + draw(st.integers(1, 9))]]
    return {"part": "image", "choice": draw(classes), "points": points}


@st.composite
def segment(draw):
    start = draw(st.integers(0, 20)) / 2
    return {
        "part": "audio", "start": start, "end": start + draw(st.integers(1, 8)) / 2,
        "choice": draw(classes), "text": draw(st.sampled_from(["", "hello", "hello there"])),
    }  # fmt: skip


shares = st.sampled_from(
    [
        {"cat": 1},
        {"dog": 0.5, "elk": 0.5},
        {"cat": 0.1, "dog": 0.2, "elk": 0.7},
        {"cat": 0.25, "elk": 0.75},
    ]
)
winners = st.tuples(st.sampled_from(["a", "b", "tie", "both_bad"]), st.sampled_from("ab"))
points = st.builds(
    lambda x, y, choice: {"part": "image", "choice": choice, "x": x, "y": y},
    st.integers(0, 40), st.integers(0, 40), classes,
)  # fmt: skip
relation = st.builds(
    lambda choice, one, other: {"choice": choice, "from": one, "to": other},
    classes, end_of_relation(), end_of_relation(),
)  # fmt: skip

ANSWERS = {
    "choices": st.sets(classes).map(lambda found: {"kind": "choices", "choices": sorted(found)}),
    "soft_choice": shares.map(lambda found: {"kind": "soft_choice", "shares": found}),
    "rating": st.integers(1, 5).map(lambda n: {"kind": "rating", "number": n}),
    "number": st.integers(-8, 8).map(lambda n: {"kind": "number", "number": n / 2}),
    "text": st.lists(
        st.sampled_from(["the", "a", "cat", "sat", "한국어"]), min_size=1, max_size=5
    ).map(lambda words: {"kind": "text", "text": " ".join(words)}),
    "spans": listed("spans", span(), lambda s: (s["part"], s["start"], s["end"], s["choice"])),
    "relations": listed("relations", relation, repr),
    "pairwise": winners.map(lambda said: {"kind": "pairwise", "winner": said[0], "left": said[1]}),
    "ranking": st.permutations(["a", "b", "c", "d"]).map(
        lambda order: {"kind": "ranking", "order": list(order)}
    ),
    "boxes": listed("boxes", box(), by("x", "y", "width", "height", "choice")),
    "polygons": listed("polygons", polygon(), by("points", "choice")),
    "points": listed("points", points, by("x", "y", "choice")),
    "segments": listed("segments", segment(), by("start", "end", "choice", "text")),
}


@st.composite
def answers(draw, kind, *, max_items=4, max_annotators=4):
    """Rows (item, annotator, value), ragged."""
    found = []
    for item in range(draw(st.integers(1, max_items))):
        people = draw(st.sets(st.integers(0, max_annotators - 1), min_size=1))
        found += [(item, person, draw(ANSWERS[kind])) for person in sorted(people)]
    return found
