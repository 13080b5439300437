"""How much of each answer to a gold item counts as right: the same for the rule that pauses and for
the figures of people (ADR 0036)."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from annotations.models import Label
from annotations.queries.checks import GoldAnswer, same_answer
from guidelines.models import Question
from projects.models import Project
from quality.agreement.values import ValueTable
from quality.kinds import KIND_QUALITY
from quality.queries.people.gold_values import gold_values

Pair = tuple[dict[str, Any], dict[str, Any]]


def gold_credits(project: Project, answers: Sequence[GoldAnswer]) -> list[float]:
    """Of each answer the mean over its questions, between 0 and 1.

    A single choice is right or wrong. Other answers count by how near they are to the gold answer:
    of two boxes no corner is ever the same. Numbers and ratings are near by the range of all these
    answers. No answer at all is a 0; gold that cannot be read any more is compared as it stands.
    """
    keys = sorted({key for answer in answers for key in answer.wanted})
    questions = Question.objects.filter(guideline__project=project, key__in=keys)
    credits: dict[UUID, list[float]] = {answer.annotation: [] for answer in answers}
    for question in questions:
        asked = [answer for answer in answers if question.key in answer.wanted]
        near = _likeness(question, asked) if question.kind in KIND_QUALITY else {}
        for answer in asked:
            said, wanted = answer.given.get(question.key), answer.wanted[question.key]
            plain = float(same_answer(said, wanted))
            credits[answer.annotation].append(near.get(answer.annotation, plain))
    return [
        sum(credits[answer.annotation]) / max(1, len(credits[answer.annotation]))
        for answer in answers
    ]


def _likeness(question: Question, answers: Sequence[GoldAnswer]) -> dict[UUID, float]:
    """1 - distance to the gold answer, by annotation, of answers that can be compared."""
    golds = gold_values(question.key, {answer.gold for answer in answers})
    labels = Label.objects.filter(
        annotation__in=[answer.annotation for answer in answers], question=question
    )
    said = dict(labels.values_list("annotation", "value"))
    pairs: dict[UUID, Pair] = {
        answer.annotation: (said[answer.annotation], golds[answer.gold])
        for answer in answers
        if answer.annotation in said and answer.gold in golds
    }
    rows = [
        (place, side, value)
        for place, pair in enumerate(pairs.values())
        for side, value in enumerate(pair)
    ]
    distance = KIND_QUALITY[question.kind].distance(ValueTable.from_rows(rows))
    return {
        annotation: min(1.0, max(0.0, 1.0 - distance(one, other)))
        for annotation, (one, other) in pairs.items()
    }
