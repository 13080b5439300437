"""What a wrong decision costs: a table per question, kept in every version."""

from django.conf import settings
from django.db import models

from guidelines.models import Question
from projects.models import Project


class CostMatrix(models.Model):
    """What it costs to say one class of an item that is truly another. Append-only.

    `costs`: {true choice key: {said choice key: cost}}, all numbers of 0 or more, 0 where both are
    the same; in any unit, since only ratios matter. `number` counts the versions of a question
    from 1; a change is a new version, so a run can always be understood.
    """

    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="+", db_index=False)
    question = models.ForeignKey(
        Question, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    number = models.PositiveIntegerField()
    costs = models.JSONField()
    comment = models.TextField(blank=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    created_at = models.DateTimeField()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["question", "number"], name="costmatrix_number_unique_in_question"
            ),
            models.CheckConstraint(
                condition=models.Q(number__gte=1), name="costmatrix_counts_from_one"
            ),
        )

    def __str__(self) -> str:
        return f"costs {self.number} of question {self.question_id}"
