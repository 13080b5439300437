"""What an annotator is told about their own work, and only that (ADR 0031).

Checks show up in whole blocks: figures stand still until a block is full, so nobody can tell which
of their answers moved them, or which item was a check. Confusions are counted from two on. Nothing
here names another person, or an item.
"""

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import connection

from accounts.models import User
from annotations.models import RepeatAnswer
from annotations.queries.checks import GoldAnswer, gold_answers
from guidelines.queries import current_version
from guidelines.rendering import RuleView, rendered_guideline
from projects.models import Project
from quality.agreement.proportion import wilson
from quality.models import ResolutionRun, SourceReliability
from quality.queries.naming import ChoiceName, QuestionNames
from quality.queries.people.pages import Share, share_of

FEWEST_ALIKE = 2
MOST_CONFUSIONS = 6
# A class that others see is taken for this one at least so often before it is worth a word.
LEAST_CHANCE = 0.1
PACE_DAYS = 28
MOST_ANSWERS = 5000

_PACE = """
SELECT day, count(*), percentile_cont(0.5) WITHIN GROUP (ORDER BY active_ms) / 1000
FROM (
    SELECT (submitted_at AT TIME ZONE %(zone)s)::date AS day, active_ms FROM (
        (
            SELECT submitted_at, active_ms FROM annotations_annotation
            WHERE source_id = (
                SELECT id FROM annotations_source
                WHERE project_id = %(project)s AND person_id = %(person)s
            ) AND created_at > %(since)s
            ORDER BY created_at DESC LIMIT %(most)s
        ) UNION ALL (
            SELECT submitted_at, active_ms FROM annotations_repeatanswer
            WHERE project_id = %(project)s AND person_id = %(person)s AND created_at > %(since)s
            ORDER BY created_at DESC LIMIT %(most)s
        )
    ) AS answer
) AS said
GROUP BY day ORDER BY day
"""


@dataclass(frozen=True)
class Mixed:
    """Two classes that the person mixes up: `said` where `right` was right, or others saw it.

    `n` is how often in checks (0: from the comparison with others), `chance` how often others'
    `right` is `said` here, in per cent.
    """

    right: ChoiceName
    said: ChoiceName
    n: int
    chance: float | None
    rules: list[RuleView]


@dataclass(frozen=True)
class Day:
    """One day of work: answers, and median seconds per answer where that was measured."""

    day: date
    n: int
    seconds: float | None


@dataclass(frozen=True)
class Coaching:
    """Own figures; `blocks` are the finished ones, `waiting` how large the next one is."""

    checks: Share
    blocks: list[Share]
    repeats: Share
    mixed: list[Mixed]
    days: list[Day]
    block_size: int


def coaching(
    project: Project,
    person: User,
    names: list[QuestionNames],
    *,
    language: str,
    since: datetime,
    zone: str,
) -> Coaching:
    """The person's page: work bounded by the number of gold items and of their recent answers."""
    size = project.coaching_after
    answers = list(gold_answers(project, person=person))
    finished = answers[: len(answers) - len(answers) % size]
    blocks = [_share(finished[start : start + size]) for start in range(0, len(finished), size)]
    return Coaching(
        checks=_share(finished),
        blocks=blocks,
        repeats=_repeats(project, person, size),
        mixed=_mixed(project, person, finished, names, language),
        days=_days(project, person, since, zone),
        block_size=size,
    )


def _share(answers: list[GoldAnswer]) -> Share:
    right = sum(answer.is_right for answer in answers)
    return _with_interval(right, len(answers))


def _with_interval(right: int, n: int) -> Share:
    found = wilson(right, n)
    return share_of(right, n, found.low, found.high)


def _repeats(project: Project, person: User, size: int) -> Share:
    """First answers to repeats against what stood then, in whole blocks as well."""
    rows = RepeatAnswer.objects.filter(
        project=project, person=person, supersedes=None, kind="answer"
    )
    ordered = rows.prefetch_related("original__labels__question").order_by("created_at")
    found = [same_again(row) for row in ordered[:MOST_ANSWERS]]
    finished = found[: len(found) - len(found) % size]
    return _with_interval(sum(finished), len(finished))


def same_again(repeat: RepeatAnswer) -> bool:
    """Whether every question was answered as before. Needs `original__labels__question`."""
    before = {label.question.key: label.value for label in repeat.original.labels.all()}
    return all(
        without_side(before[key]) == without_side(value)
        for key, value in repeat.values.items()
        if key in before
    ) and set(before) == set(repeat.values)


def without_side(value: dict[str, object]) -> dict[str, object]:
    """Which side stood on the left does not make another answer."""
    return {name: each for name, each in value.items() if name != "left"}


def _mixed(
    project: Project,
    person: User,
    answers: list[GoldAnswer],
    names: list[QuestionNames],
    language: str,
) -> list[Mixed]:
    version = current_version(project)
    rules = rendered_guideline(version.pk, language).rules if version else ()
    found: list[Mixed] = []
    for question in names:
        if question.kind != "choice":
            continue
        counts = Counter(
            (str(answer.wanted[question.key]), str(answer.given.get(question.key)))
            for answer in answers
            if question.key in answer.wanted
        )
        chances = _chances(project, person, question)
        found += _pairs(question, counts, chances, rules)
    return sorted(found, key=lambda each: (-each.n, -(each.chance or 0)))[:MOST_CONFUSIONS]


def _pairs(
    question: QuestionNames,
    counts: Counter[tuple[str, str]],
    chances: dict[tuple[str, str], float],
    rules: tuple[RuleView, ...],
) -> list[Mixed]:
    pairs = {pair for pair, n in counts.items() if n >= FEWEST_ALIKE} | set(chances)
    known = question.by_key
    return [
        Mixed(
            right=known[right],
            said=known[said],
            n=counts[right, said] if counts[right, said] >= FEWEST_ALIKE else 0,
            chance=100 * chances[right, said] if (right, said) in chances else None,
            rules=_deciding(rules, question.key, right, said),
        )
        for right, said in sorted(pairs)
        if right != said and right in known and said in known
    ]


def _deciding(rules: tuple[RuleView, ...], question: str, right: str, said: str) -> list[RuleView]:
    """Rules that speak of both classes, else those that speak of the right one."""
    wanted = {f"{question}.{right}", f"{question}.{said}"}
    both = [rule for rule in rules if wanted <= set(rule.choices)]
    return both or [rule for rule in rules if f"{question}.{right}" in rule.choices]


def _chances(
    project: Project, person: User, question: QuestionNames
) -> dict[tuple[str, str], float]:
    """(seen by others, said here) to its chance, from the last resolution run."""
    runs = ResolutionRun.objects.filter(project=project, question=question.id).computed()
    newest = runs.order_by("-pk").first()
    if newest is None:
        return {}
    own = SourceReliability.objects.filter(run=newest, source__person=person).first()
    if own is None or own.n_labels < project.coaching_after:
        return {}
    return {
        (right, said): share
        for right, row in own.confusion.items()
        for said, share in row.items()
        if right != said and share >= LEAST_CHANCE
    }


def _days(project: Project, person: User, since: datetime, zone: str) -> list[Day]:
    keys: dict[str, Any] = {
        "project": project.pk,
        "person": person.pk,
        "since": since,
        "zone": zone,
        "most": MOST_ANSWERS,
    }
    with connection.cursor() as cursor:
        cursor.execute(_PACE, keys)
        return [Day(*row) for row in cursor.fetchall()]
