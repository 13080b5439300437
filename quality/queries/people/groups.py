"""Groups by consent: the question, one's own answer, and figures of groups that are large enough.

No query here gives one person's answer to another, and none names who is in a group.
"""

from dataclasses import dataclass

from accounts.models import User
from projects.models import Project
from quality.models import Consent, GroupAnswer, GroupFigures, GroupQuestion, PeopleRun
from quality.queries.charts.intervals import percent
from quality.queries.naming import ChoiceName, QuestionNames


def group_question(project: Project) -> GroupQuestion | None:
    """What annotators are asked about themselves now, if anything."""
    return GroupQuestion.objects.filter(project=project, retired_at=None).first()


def own_answer(question: GroupQuestion, person: User) -> GroupAnswer | None:
    """The person's own word, for their own eyes."""
    return GroupAnswer.objects.filter(question=question, person=person).first()


def groups_of_people(question: GroupQuestion) -> dict[int, str]:
    """Option by id of the person, for computing figures; never shown."""
    given = GroupAnswer.objects.filter(question=question, consent=Consent.GIVEN)
    return dict(given.values_list("person", "option"))


def large_enough(sizes: dict[str, int], n_people: int, least: int) -> set[str]:
    """The groups that may be shown: each of at least `least` people, and so that nobody can be
    told by subtraction.

    `n_people` is how many people the figures of all are about. Everybody who is in no shown group
    is a remainder that follows from the total; when that is some, but fewer than `least`, the
    smallest shown group is hidden with it.
    """
    shown = {option: size for option, size in sizes.items() if size >= least}
    while shown and 0 < n_people - sum(shown.values()) < least:
        smallest = min(shown, key=lambda option: (shown[option], option))
        del shown[smallest]
    return set(shown)


@dataclass(frozen=True)
class GroupRow:
    """One group: agreement inside it and the shares of its classes, in per cent."""

    name: str
    figures: GroupFigures
    agreement: float | None
    low: float | None
    high: float | None
    shares: list[tuple[ChoiceName, float, int]]


def group_rows(run: PeopleRun, names: QuestionNames) -> list[GroupRow]:
    """The groups of a run in the order of their question; empty while none is large enough."""
    found = GroupFigures.objects.filter(run=run, question__retired_at=None)
    rows = {row.option: row for row in found.select_related("question")}
    options = next(iter(rows.values())).question.options if rows else []
    return [
        _group(option["name"], rows[option["key"]], names)
        for option in options
        if option["key"] in rows
    ]


def _group(name: str, figures: GroupFigures, names: QuestionNames) -> GroupRow:
    def scaled(value: float | None) -> float | None:
        return None if value is None else 100 * value

    # Of marked places an answer names several classes, or none: their sum is the whole.
    total = sum(figures.shares.values())
    return GroupRow(
        name=name,
        figures=figures,
        agreement=scaled(figures.agreement),
        low=scaled(figures.agreement_low),
        high=scaled(figures.agreement_high),
        shares=[
            (choice, percent(n, total), n)
            for choice in names.choices.values()
            if (n := figures.shares.get(choice.key, 0))
        ],
    )
