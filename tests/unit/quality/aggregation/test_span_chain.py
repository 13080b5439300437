"""Spans by a chain over words: the chain against all its paths, and what is decided from it."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quality.aggregation import bio_chain, tokens
from quality.aggregation.bio_chain import BEGIN, INSIDE, OUTSIDE, Texts, best_tags, smooth
from quality.aggregation.span_chain import SpanChain
from quality.aggregation.word_evidence import word_evidence
from quality.agreement.values import ValueTable

WORDS = "one two three four five six"


def spans(*places, choice="cat", part="text", text=WORDS):
    return {
        "kind": "spans",
        "spans": [
            {"part": part, "start": a, "end": b, "choice": choice, "quote": text[a:b]}
            for a, b in places
        ],
    }


def table_of(*answers_of_items):
    return ValueTable.from_rows(
        (item, person, value)
        for item, answers in enumerate(answers_of_items)
        for person, value in enumerate(answers)
    )


def places(value):
    return [(span["start"], span["end"]) for span in value["spans"]]


def chain(seed):
    generator = np.random.default_rng(seed)
    transition = generator.dirichlet(np.ones(3), 3)
    return generator, generator.dirichlet(np.ones(3)), transition


@pytest.mark.parametrize("cells", [1, 500_000])
def test_chain_equals_the_sum_over_all_paths(cells, monkeypatch):
    monkeypatch.setattr(bio_chain, "_CELLS", cells)
    generator, first, transition = chain(3)
    lengths = [2, 4, 1, 4, 3]
    evidence = generator.normal(size=(sum(lengths), 3)) * 2
    texts = Texts(np.concatenate([[0], np.cumsum(lengths)]))
    found = smooth(texts, evidence, first, transition)
    firsts, pairs = np.zeros(3), np.zeros((3, 3))
    for start, n in zip(texts.starts.tolist(), lengths, strict=False):
        chances, total = np.zeros((n, 3)), 0.0
        own_pairs = np.zeros((3, 3))
        for path in itertools.product(range(3), repeat=n):
            weight = first[path[0]] * np.exp(
                sum(evidence[start + t, z] for t, z in enumerate(path))
            )
            weight *= np.prod([transition[a, b] for a, b in itertools.pairwise(path)])
            total += weight
            for t, z in enumerate(path):
                chances[t, z] += weight
            for pair in itertools.pairwise(path):
                own_pairs[pair] += weight
        assert found.tags[start : start + n] == pytest.approx(chances / total)
        firsts, pairs = firsts + chances[0] / total, pairs + own_pairs / total
    assert found.firsts == pytest.approx(firsts)
    assert found.pairs == pytest.approx(pairs)


def test_chain_of_ten_thousand_words_stays_finite():
    _generator, first, transition = chain(4)
    evidence = np.tile([[-2000.0, -1000.0, -3000.0]], (10_000, 1))
    found = smooth(Texts(np.array([0, 10_000])), evidence, first, transition)
    assert found.tags.sum(axis=1) == pytest.approx(np.ones(10_000))
    assert found.tags[:, BEGIN].min() > 0.999


@pytest.mark.parametrize("seed", range(8))
def test_best_tags_gain_the_most_of_all_paths(seed, monkeypatch):
    monkeypatch.setattr(bio_chain, "_CELLS", 8)
    generator = np.random.default_rng(seed)
    lengths = [5, 1, 3]
    gains = generator.normal(size=(3, sum(lengths)))
    texts = Texts(np.concatenate([[0], np.cumsum(lengths)]))
    found = best_tags(texts, *gains)

    def gain(tags, start):
        total = 0.0
        for t, tag in enumerate(tags):
            last = t + 1 == len(tags) or tags[t + 1] != INSIDE
            total += (tag != OUTSIDE) * gains[0, start + t] + (tag == BEGIN) * gains[1, start + t]
            total += (tag != OUTSIDE and last) * gains[2, start + t]
        return total

    for start, n in zip(texts.starts.tolist(), lengths, strict=False):
        legal = [
            path
            for path in itertools.product(range(3), repeat=n)
            if path[0] != INSIDE and (OUTSIDE, INSIDE) not in itertools.pairwise(path)
        ]
        mine = tuple(found[start : start + n].tolist())
        assert mine in legal
        assert gain(mine, start) == pytest.approx(max(gain(path, start) for path in legal))


def test_words_of_an_item_never_confirm_themselves():
    texts = Texts(np.array([0, 3, 6]))
    words = ["red", "fox", "runs", "red", "fox", "sleeps"]
    items = np.array([0, 0, 0, 1, 1, 1])
    one_sided = word_evidence(texts, words, items, np.array([0.0, 1.0, 0.0, 0.0, 0.0, 0.0]))
    assert one_sided[4] > 0 > one_sided[1]
    alone = word_evidence(Texts(np.array([0, 3])), words[:3], items[:3], np.array([0.1, 0.9, 0.1]))
    assert alone == pytest.approx(np.zeros(3), abs=1e-6)


def test_words_without_any_doubt_say_nothing():
    texts = Texts(np.array([0, 2]))
    nothing = word_evidence(texts, ["a", "b"], np.zeros(2, int), np.zeros(2))
    assert nothing.tolist() == [0.0, 0.0]


def test_chain_decides_what_all_said_even_where_spans_touch():
    said = spans((0, 3), (4, 7), (14, 23))
    fitted = SpanChain().fit(table_of(*([said] * 3 for _item in range(4))), [{"text": WORDS}] * 4)
    assert [places(value) for value in fitted.labels_] == [[(0, 3), (4, 7), (14, 23)]] * 4
    assert fitted.labels_[0]["spans"][2]["quote"] == "four five"
    assert set(fitted.posteriors_[0]) == {"1", "2", "3"}
    assert fitted.confidences_ == pytest.approx(np.ones(4), abs=1e-3)


def test_chain_takes_the_borders_that_most_set():
    late, right = spans((4, 13)), spans((0, 13))
    items = [
        [right, right, late],
        [right, late, right],
        [right, right, right],
        [right, right, late],
    ]
    fitted = SpanChain().fit(table_of(*items), [{"text": WORDS}] * 4)
    assert [places(value) for value in fitted.labels_] == [[(0, 13)]] * 4


def test_chain_outvotes_who_marks_everything_and_says_so_of_empty_items():
    everything = spans((0, 27))
    items = [[spans((4, 7)), spans((4, 7)), everything] for _item in range(5)]
    items.append([spans(), spans(), everything])
    fitted = SpanChain().fit(table_of(*items), [{"text": WORDS}] * 6)
    assert [places(value) for value in fitted.labels_] == [[(4, 7)]] * 5 + [[]]


def test_chain_decides_each_class_and_part_by_itself():
    said = spans((0, 3), choice="cat")
    said["spans"] += spans((0, 7), choice="dog")["spans"]
    said["spans"] += spans((0, 3), part="title", text="one")["spans"]
    texts = [{"text": WORDS, "title": "one two"}] * 3
    fitted = SpanChain().fit(table_of(*([said] * 3 for _item in range(3))), texts)
    found = {(s["part"], s["choice"], s["start"], s["end"]) for s in fitted.labels_[1]["spans"]}
    assert found == {("text", "cat", 0, 3), ("text", "dog", 0, 7), ("title", "cat", 0, 3)}
    assert set(fitted.priors_) == {"cat", "dog"}


def test_chain_without_any_span_decides_that_there_is_none():
    fitted = SpanChain().fit(table_of([spans(), spans()]), [{"text": WORDS}])
    assert fitted.labels_ == [{"kind": "spans", "spans": []}]
    assert (fitted.confidences_.tolist(), fitted.posteriors_) == ([1.0], [{}])


def test_chain_of_an_unanswered_item_is_undecided():
    rows = [(0, 0, spans((0, 3))), (0, 1, spans((0, 3))), (2, 0, spans((0, 3)))]
    table = ValueTable.from_rows(rows)
    codes = table.codes
    wider = type(codes)(codes.items * 2, codes.annotators, codes.labels, 4, 2, codes.n_labels)
    fitted = SpanChain().fit(ValueTable(wider, table.values), [{"text": WORDS}] * 4)
    assert [value is None for value in fitted.labels_] == [False, True, False, True]
    assert fitted.confidences_[1] == 0.0


@settings(max_examples=25, deadline=None)
@given(st.data())
def test_chain_of_any_answers_gives_spans_that_do_not_overlap(data):
    place = st.tuples(st.integers(0, 26), st.integers(1, 9)).map(
        lambda each: (each[0], min(27, each[0] + each[1]))
    )
    answers = [
        [spans(*data.draw(st.lists(place, max_size=3))) for _person in range(3)]
        for _item in range(3)
    ]
    texts = [{"text": WORDS}] * 3
    fitted = SpanChain().fit(table_of(*answers), texts)
    again = SpanChain().fit(table_of(*answers), texts)
    assert fitted.labels_ == again.labels_
    for value in fitted.labels_:
        found = places(value)
        assert all(one[1] <= other[0] for one, other in itertools.pairwise(found))
        assert all(0.0 <= chance <= 1.0 for each in fitted.posteriors_ for chance in each.values())


def test_chain_of_too_many_words_is_refused(monkeypatch):
    monkeypatch.setattr(tokens, "MOST_TOKEN_LABELS", 11)
    with pytest.raises(ValueError, match="12 labels of tokens are more than 11"):
        SpanChain().fit(table_of([spans((0, 3)), spans()]), [{"text": WORDS}])


@pytest.mark.parametrize(
    ("parameters", "complaint"),
    [({"n_iter": 0}, "n_iter must be"), ({"prior": -1.0}, "prior must be")],
)
def test_chain_of_impossible_parameters_is_refused(parameters, complaint):
    with pytest.raises(ValueError, match=complaint):
        SpanChain(**parameters).fit(table_of([spans()]))
