"""What each label of a sample became."""

import pytest

from campaigns.tallies import confusion_of, paired_labels, rate_of, tally

BECAME = {1: frozenset({10, 11}), 2: frozenset()}


def test_tally_groups_slots_by_label_and_tells_skips_from_waiting():
    first, second, third = tally(
        [
            (1, 1, 0.5, "done", "answer", 10),
            (1, 1, 0.5, "done", "answer", 99),
            (2, 1, 0.5, "done", "skip", None),
            (3, 1, 0.5, "reserved", None, None),
        ],
    )

    assert (first.n_answers, first.flips(BECAME[1])) == (2, 0.5)
    assert (second.n_answers, second.skipped) == (0, 1)
    assert (third.n_answers, third.waiting) == (0, 1)


def test_rate_of_split_parts_is_no_flip_but_another_choice_is():
    labels = tally(
        [
            (1, 1, 1.0, "done", "answer", 10),
            (2, 1, 1.0, "done", "answer", 11),
            (3, 1, 1.0, "done", "answer", 12),
            (4, 1, 1.0, "leased", None, None),
        ],
    )

    rate = rate_of(labels, BECAME)

    assert (rate.flips, rate.answered) == (1, 3)
    assert rate.value == pytest.approx(1 / 3)


def test_rate_of_a_retired_choice_is_always_a_flip():
    assert rate_of(tally([(1, 2, 1.0, "done", "answer", 10)]), BECAME).value == 1


def test_answer_without_this_question_is_no_answer_and_no_confusion():
    labels = tally([(1, 1, 1.0, "done", "answer", None)])

    assert rate_of(labels, BECAME).answered == 0
    assert not confusion_of(labels)


def test_confusion_counts_every_new_answer():
    labels = tally([(1, 1, 1.0, "done", "answer", 10), (1, 1, 1.0, "done", "answer", 10)])

    assert confusion_of(labels) == {(1, 10): 2}


def test_paired_labels_keep_who_was_asked_again_and_whose_label_stands():
    before = [(1, 7, 1), (1, 8, 3), (1, 9, 1)]
    after = [(1, 7, 10)]

    kept, now = paired_labels(before, after, {(1, 7)}, {3: 30})

    # Rater 9's label needs people and was not made again: it counts on neither side.
    assert kept == [(1, 7, 1), (1, 8, 3)]
    assert now == [(1, 7, 10), (1, 8, 30)]


def test_paired_labels_count_a_rater_once_though_their_old_label_stands():
    kept, now = paired_labels([(1, 8, 3)], [(1, 8, 10)], set(), {3: 30})

    assert (kept, now) == ([], [(1, 8, 10)])


def test_paired_labels_keep_the_old_answer_that_somebody_else_made_again():
    kept, now = paired_labels([(1, 7, 1)], [(1, 99, 10)], {(1, 7)}, {})

    assert (kept, now) == ([(1, 7, 1)], [(1, 99, 10)])
