"""How probabilities become decisions in a run: by costs, with a threshold, as of which run."""

from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from guidelines.models import GuidelineVersion, Question
from quality.actions.resolution.methods import COSTS, THRESHOLD
from quality.models import CostMatrix, ResolutionRun
from quality.queries.labels import scale_for
from quality.queries.resolution.costs import latest_costs


@dataclass(frozen=True)
class Deciding:
    """`by_costs`: least expected cost by the question's cost matrix, instead of the most probable
    class; by `matrix` where one is named, else by the newest. `abstain_below`: items whose most
    probable class is less probable stay undecided, for people; of other kinds than choice, items
    of less confidence."""

    by_costs: bool = False
    abstain_below: float = 0.0
    matrix: CostMatrix | None = None


MOST_PROBABLE = Deciding()
INCOMPLETE_COSTS = gettext_lazy(
    "The cost matrix does not say what “%(choice)s” costs. Edit it first."
)


def moment_chosen(
    question: Question, version: GuidelineVersion | None, as_of: ResolutionRun | None
) -> ResolutionRun | None:
    """The run that has read the ledger itself. ValidationError unless `as_of` is a finished run of
    this question and guideline version, or none."""
    if as_of is None:
        return None
    slice_ = (question.pk, version.pk if version else None)
    if (as_of.question_id, as_of.version_id) != slice_ or as_of.computed_at is None:
        message = _(
            "The run whose labels are to be used is not a finished one of this question and"
            " guideline version."
        )
        raise ValidationError({"as_of": ValidationError(message, code="foreign_run")})
    return as_of.as_of or as_of


def costs_for(
    question: Question,
    version: GuidelineVersion | None,
    deciding: Deciding,
    as_of: ResolutionRun | None,
) -> CostMatrix | None:
    """The cost matrix of a run, if it is to have one. ValidationError when the question has none,
    or when it does not know a class that the run may have to decide on."""
    if not deciding.by_costs:
        return None
    matrix = deciding.matrix or latest_costs(question.pk)
    if matrix is None:
        message = _("This question has no cost matrix yet.")
        raise ValidationError({"by_costs": ValidationError(message, code="no_costs")})
    if as_of is None:
        missing = sorted(set(scale_for(question, version).values()) - set(matrix.costs))
        if missing:
            message = INCOMPLETE_COSTS % {"choice": missing[0]}
            raise ValidationError({"by_costs": ValidationError(message, code="incomplete_costs")})
    return matrix


def deciding_parameters(kind: str, deciding: Deciding, matrix: CostMatrix | None) -> dict[str, Any]:
    """What a run stores of it: nothing where the most probable class is taken as it is."""
    found: dict[str, Any] = {}
    if matrix is not None:
        found[COSTS] = matrix.costs
    threshold = deciding.abstain_below
    if not 0 <= threshold <= 1:  # also refuses NaN
        message = _("The threshold is a probability from 0 to 1.")
        raise ValidationError({"abstain_below": ValidationError(message, code="bad_threshold")})
    if threshold > 0:
        found[THRESHOLD] = threshold
    if matrix is not None and kind != "choice":
        message = _("Costs are for questions with a single choice.")
        raise ValidationError({"question": ValidationError(message, code="not_a_choice")})
    return found
