"""The pages about enough labels, each as one answer."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q

from annotations.models import Annotation, AssignmentState
from annotations.queries.blindness import blind_to
from core.pages import Page, keyset_page
from projects.models import Membership, Project
from quality.models import (
    RoutedSlot,
    RoutingMove,
    RoutingPolicy,
    RoutingState,
    RoutingStep,
    RoutingStudy,
    SlotChange,
)
from quality.queries.naming import QuestionNames, Vocabulary, vocabulary
from quality.queries.routing.figures import ReplayView, Standing, replay_view, standing_view
from quality.queries.routing.policies import policies, slots_of, steps_of, studies

LOGGED = 25
SLOTS_PER_PAGE = 50
MOST_SINCE = 1000
MOST_COUNTED = 10_000


@dataclass(frozen=True)
class LogEntry:
    """One line of what a policy did: a move of a person, or a step that changed something."""

    at: datetime
    move: RoutingMove | None = None
    step: RoutingStep | None = None


@dataclass(frozen=True)
class PolicyView:
    """A policy, its last step with figures, the step at work, and its log, newest first."""

    policy: RoutingPolicy
    state: str
    state_name: str
    step: RoutingStep | None
    waiting: RoutingStep | None
    failed: RoutingStep | None
    log: list[LogEntry]

    @property
    def is_ended(self) -> bool:
        return self.state == RoutingState.ENDED

    @property
    def percent(self) -> float:
        """The target in per cent."""
        return 100 * self.policy.target

    @property
    def forecast(self) -> dict[str, Any] | None:
        """Labels to the target from where the items stand."""
        return self.step.forecast if self.step else None


@dataclass(frozen=True)
class RoutingPage:
    """`standing` and `replay` are None until a study is computed; `at` is when it was.

    `policy` is the last one; `since`: answers that came after the figures, at most `MOST_SINCE`.
    """

    known: Vocabulary
    question: QuestionNames | None
    study: RoutingStudy | None
    waiting: RoutingStudy | None
    failed: RoutingStudy | None
    policy: PolicyView | None
    standing: Standing | None
    replay: ReplayView | None
    at: datetime | None
    since: int

    @property
    def is_choice(self) -> bool:
        """Whether the question is of the kind whose overlap can be adapted."""
        return self.question is not None and self.question.kind == "choice"

    @property
    def is_running(self) -> bool:
        """Whether a policy has not ended."""
        return self.policy is not None and not self.policy.is_ended


def routing_page(project: Project, language: str, key: str | None) -> RoutingPage:
    """All of it from stored rows; 404 for a question that is not there."""
    known = vocabulary(project, language)
    question = known.question(key) if key else _first_choice(known)
    if question is None or question.kind != "choice":
        return RoutingPage(known, question, None, None, None, None, None, None, None, 0)
    of_question = studies(project).filter(question=question.id).order_by("-pk")
    newest = of_question.first()
    study = of_question.filter(computed_at__isnull=False).first()
    policy = policies(project).filter(question=question.id).order_by("-number").first()
    seen = policy_view(policy) if policy else None
    source = _latest(study, seen.step if seen else None)
    return RoutingPage(
        known=known,
        question=question,
        study=study,
        waiting=newest if newest and not newest.job.is_finished else None,
        failed=newest if newest and newest.job.state == "failed" else None,
        policy=seen,
        standing=standing_view(source.standing, _target(seen)) if source else None,
        replay=replay_view(study.replay) if study else None,
        at=source.computed_at if source else None,
        since=_since(source),
    )


def _first_choice(known: Vocabulary) -> QuestionNames | None:
    """The first question whose overlap can be adapted, else the first one."""
    choices = [each for each in known.questions if each.kind == "choice"]
    return next(iter([*choices, *known.questions]), None)


def _latest(study: RoutingStudy | None, step: RoutingStep | None) -> Any:
    """Whichever was computed last."""
    found = [run for run in (study, step) if run is not None and run.computed_at is not None]
    return max(found, key=lambda run: run.computed_at or run.created_at, default=None)


def _target(seen: PolicyView | None) -> float | None:
    return seen.policy.target if seen and not seen.is_ended else None


def _since(run: Any) -> int:
    if run is None or run.latest_annotation_at is None:
        return 0
    later = Annotation.objects.filter(
        project=run.project_id, created_at__gt=run.latest_annotation_at
    )
    return later[:MOST_SINCE].count()


def policy_view(policy: RoutingPolicy) -> PolicyView:
    """A policy with its state and what it did last; six statements, however long it runs."""
    state = RoutingState(policy.state)  # type: ignore[attr-defined]
    steps = steps_of(policy).order_by("-number")
    newest = steps.first()
    return PolicyView(
        policy=policy,
        state=state.value,
        state_name=str(state.label),
        step=steps.filter(computed_at__isnull=False).first(),
        waiting=newest if newest and not newest.job.is_finished else None,
        failed=newest if newest and newest.job.state == "failed" else None,
        log=_log(policy),
    )


def _log(policy: RoutingPolicy) -> list[LogEntry]:
    """Moves, and steps that changed something, newest first."""
    acted = steps_of(policy).filter(Q(n_opened__gt=0) | Q(n_closed__gt=0))
    steps = acted.filter(computed_at__isnull=False).order_by("-number")[:LOGGED]
    moves = RoutingMove.objects.filter(policy=policy).select_related("by").order_by("-number")
    entries = [LogEntry(step.computed_at or step.created_at, step=step) for step in steps]
    entries += [LogEntry(move.at, move=move) for move in moves[:LOGGED]]
    return sorted(entries, key=lambda entry: entry.at, reverse=True)[:LOGGED]


@dataclass(frozen=True)
class SlotList:
    """Slots of a policy, newest first. `blind`: items the viewer may still be asked about."""

    policy: RoutingPolicy
    page: Page[RoutedSlot]
    blind: set[int]


def slot_list(
    policy: RoutingPolicy,
    *,
    viewer: Membership,
    after: str | None,
    size: int = SLOTS_PER_PAGE,
    item: int | None = None,
) -> SlotList:
    """A page of the slots that a policy opened or closed, each with its reason; of one item."""
    rows = slots_of(policy) if item is None else slots_of(policy).filter(item=item)
    page = keyset_page(rows, after=after, size=size, newest_first=True)
    shown = RoutedSlot.objects.filter(pk__in=[row.pk for row in page.rows])
    blind = set(shown.filter(blind_to(viewer)).values_list("item", flat=True))
    return SlotList(policy, page, blind)


@dataclass(frozen=True)
class Ending:
    """What ending a policy means: slots of it that wait, and labels that it brought."""

    view: PolicyView
    waiting: int
    on_screen: int
    answered: int
    held_back: int


def ending_of(policy: RoutingPolicy) -> Ending:
    """Counted up to `MOST_COUNTED` each, so that the page costs the same for any project."""
    opened = RoutedSlot.objects.filter(policy=policy, change=SlotChange.OPENED)
    counts = {
        state: opened.filter(assignment__state__in=states)[:MOST_COUNTED].count()
        for state, states in (
            ("waiting", [AssignmentState.OPEN, AssignmentState.RESERVED]),
            ("on_screen", [AssignmentState.LEASED]),
            ("answered", [AssignmentState.DONE]),
        )
    }
    closed = RoutedSlot.objects.filter(
        policy=policy, change=SlotChange.CLOSED, assignment__state=AssignmentState.CLOSED
    )
    return Ending(policy_view(policy), **counts, held_back=closed[:MOST_COUNTED].count())
