"""Reads of cost matrices."""

from django.db.models import QuerySet

from guidelines.models import Question
from quality.models import CostMatrix
from quality.queries.labels import scale_for


def cost_matrices(question_id: int) -> QuerySet[CostMatrix]:
    """All versions of a question's costs, newest first."""
    rows = CostMatrix.objects.filter(question=question_id).select_related("created_by")
    return rows.order_by("-number")


def latest_costs(question_id: int) -> CostMatrix | None:
    """The costs that stand; None when nobody has given any."""
    return cost_matrices(question_id).first()


def plain_costs(question: Question) -> dict[str, dict[str, float]]:
    """What costs are without a matrix: every mistake costs 1."""
    keys = list(scale_for(question, None).values())
    return {true: {said: float(true != said) for said in keys} for true in keys}
