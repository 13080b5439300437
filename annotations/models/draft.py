"""Unfinished answers, and answers that could not be stored: mutable, never labels."""

from django.conf import settings
from django.db import models

from annotations.models.assignment import Assignment


class Draft(models.Model):
    """What an annotator has entered so far; gone when the answer is stored.

    `refused_id` is set when the annotator submitted it under this id and the ledger had no place
    for it (another body under the same id, a lost lease, an answer from another tab): the words
    of a person are kept, even where they do not count.
    """

    assignment = models.ForeignKey(Assignment, on_delete=models.PROTECT, related_name="+")
    annotator = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    values = models.JSONField(default=dict)
    comment = models.TextField(blank=True)
    refused_id = models.UUIDField(null=True)
    refused_code = models.CharField(max_length=30, blank=True)
    body_hash = models.CharField(max_length=64, blank=True)
    saved_at = models.DateTimeField()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["assignment", "annotator"],
                condition=models.Q(refused_id__isnull=True),
                name="draft_one_per_assignment_and_annotator",
            ),
            models.UniqueConstraint(
                fields=["annotator", "refused_id", "body_hash"],
                condition=models.Q(refused_id__isnull=False),
                name="draft_refused_once_per_body",
            ),
        )

    def __str__(self) -> str:
        return f"draft for {self.assignment_id}"
