"""All that a run of people's figures reads from the database."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from typing import Any
from uuid import UUID

from annotations.models import AnnotationKind, Label, RepeatAnswer, Source
from annotations.queries.checks import GoldAnswer, gold_answers, same_answer
from quality.models import PeopleRun
from quality.people.likeness import answer_key
from quality.queries.labels import IdArray
from quality.queries.people.gold_values import GoldValue, gold_values
from quality.queries.people.group_figures import GroupOf
from quality.queries.people.groups import group_question, groups_of_people
from quality.queries.people.measuring import GoldSaid, Repeated

ROWS_AT_ONCE = 2000

# How alike each pair of canonical answers is, between 0 and 1; None for single choices.
Similarities = Callable[[Iterable[tuple[dict[str, Any], dict[str, Any]]]], list[float]]


def gold_said(
    run: PeopleRun, similarities: Similarities | None
) -> tuple[list[GoldSaid], dict[str, list[int]]]:
    """Answers to gold items on the question, and by gold item [right, answered]."""
    key = run.question.key
    answers = [answer for answer in gold_answers(run.project) if key in answer.wanted]
    counts: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    for answer in answers:
        counts[str(answer.gold)][0] += same_answer(answer.given.get(key), answer.wanted[key])
        counts[str(answer.gold)][1] += 1
    near = {} if similarities is None else _near_gold(run, answers, similarities)
    is_choice = run.question.kind == "choice"
    found = []
    for answer in answers:
        wanted, given = answer.wanted[key], answer.given.get(key)
        words = (str(wanted), str(given)) if is_choice else ("", "")
        is_right = same_answer(given, wanted)
        found.append(GoldSaid(answer.source, *words, is_right, near.get(answer.annotation)))
    return found, dict(counts)


def _near_gold(
    run: PeopleRun, answers: list[GoldAnswer], similarities: Similarities
) -> dict[UUID, float]:
    """How alike an answer and the gold answer are, by annotation; no answer at all is a 0."""
    golds: dict[int, GoldValue] = gold_values(run.question.key, {answer.gold for answer in answers})
    known = [answer for answer in answers if answer.gold in golds]
    labels = Label.objects.filter(
        annotation__in=[answer.annotation for answer in known], question=run.question
    )
    said = dict(labels.values_list("annotation", "value"))
    compared = [answer for answer in known if answer.annotation in said]
    found = similarities((said[each.annotation], golds[each.gold]) for each in compared)
    near = {answer.annotation: 0.0 for answer in known}
    return near | {answer.annotation: value for answer, value in zip(compared, found, strict=True)}


def repeats_said(run: PeopleRun, similarities: Similarities | None) -> dict[int, list[Repeated]]:
    """What people said before and again to the question, as comparable texts, by source."""
    key = run.question.key
    sources = dict(
        Source.objects.filter(project=run.project, person__isnull=False).values_list("person", "pk")
    )
    rows = (
        RepeatAnswer.objects.filter(
            project=run.project, supersedes=None, kind=AnnotationKind.ANSWER
        )
        .prefetch_related("original__labels__question")
        .order_by("created_at", "pk")
    )
    found: dict[int, list[Repeated]] = defaultdict(list)
    for row in rows.iterator(chunk_size=ROWS_AT_ONCE):
        said = {label.question.key: label.value for label in row.original.labels.all()}
        if key not in said or key not in row.values or row.person_id not in sources:
            continue
        before, again = said[key], row.values[key]
        near = None if similarities is None else similarities([(before, again)])[0]
        pair = Repeated(answer_key(before), answer_key(again), near)
        found[sources[row.person_id]].append(pair)
    return dict(found)


def groups_in(run: PeopleRun, source_ids: IdArray) -> tuple[int, GroupOf] | None:
    """The question of now and who is in which group, among people with labels in the run."""
    question = group_question(run.project)
    if question is None:
        return None
    people = dict(
        Source.objects.filter(pk__in=source_ids.tolist(), person__isnull=False).values_list(
            "person", "pk"
        )
    )
    said = groups_of_people(question)
    options = {people[person]: option for person, option in said.items() if person in people}
    n_people = int(source_ids.size)
    return question.pk, GroupOf(options, n_people, max(5, run.project.group_size))
