"""All that a run of people's figures reads from the database."""

from collections import defaultdict
from typing import Any

from annotations.models import AnnotationKind, RepeatAnswer, Source
from annotations.queries.checks import gold_answers
from quality.models import AgreementRun, PairAgreement, PeopleRun
from quality.queries.labels import LabelColumns
from quality.queries.people_coaching import without_side
from quality.queries.people_groups import group_question, groups_of_people
from quality.queries.people_measuring import GoldSaid, GroupOf

ROWS_AT_ONCE = 2000


def gold_said(run: PeopleRun) -> tuple[list[GoldSaid], dict[str, list[int]]]:
    """Answers to gold items on the question, and by gold item [right, answered]."""
    key, is_choice = run.question.key, run.question.kind == "choice"
    found: list[GoldSaid] = []
    counts: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    for answer in gold_answers(run.project):
        if key not in answer.wanted:
            continue
        wanted, given = answer.wanted[key], answer.given.get(key)
        is_right = wanted == given
        counts[str(answer.gold)][0] += is_right
        counts[str(answer.gold)][1] += 1
        words = (str(wanted), str(given)) if is_choice else ("", "")
        found.append(GoldSaid(answer.source, *words, is_right))
    return found, dict(counts)


def repeats_said(run: PeopleRun) -> dict[int, list[tuple[str, str]]]:
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
    found: dict[int, list[tuple[str, str]]] = defaultdict(list)
    for row in rows.iterator(chunk_size=ROWS_AT_ONCE):
        before = {label.question.key: label.value for label in row.original.labels.all()}
        if key in before and key in row.values and row.person_id in sources:
            found[sources[row.person_id]].append((_text(before[key]), _text(row.values[key])))
    return dict(found)


def _text(value: dict[str, Any]) -> str:
    return repr(sorted(without_side(value).items(), key=lambda item: item[0]))


def similar_peers(run: PeopleRun) -> dict[int, tuple[float, int]]:
    """Mean similarity to others by source, from the last agreement run: for kinds whose answers
    are compared by a distance. Weighted by common items."""
    runs = AgreementRun.objects.filter(project=run.project, question=run.question).computed()
    newest = runs.filter(version=None).order_by("-pk").first()
    sums: dict[int, float] = defaultdict(float)
    counts: dict[int, int] = defaultdict(int)
    if newest is None:
        return {}
    for pair in PairAgreement.objects.filter(run=newest).iterator(chunk_size=ROWS_AT_ONCE):
        for source in (pair.source_a_id, pair.source_b_id):
            sums[source] += pair.percent * pair.n_items
            counts[source] += pair.n_items
    return {source: (sums[source] / n, n) for source, n in counts.items() if n}


def groups_in(run: PeopleRun, labels: LabelColumns) -> tuple[int, GroupOf] | None:
    """The question of now and who is in which group, among people with labels in the run."""
    question = group_question(run.project)
    if question is None:
        return None
    people = dict(
        Source.objects.filter(pk__in=labels.source_ids.tolist(), person__isnull=False).values_list(
            "person", "pk"
        )
    )
    said = groups_of_people(question)
    options = {people[person]: option for person, option in said.items() if person in people}
    n_people = int(labels.source_ids.size)
    return question.pk, GroupOf(options, n_people, max(5, run.project.group_size))
