"""A look at where the items of a question stand."""

from django.db import models

from quality.models.run import Run


class RoutingStudy(Run):
    """Where the items of a question stand, and what adaptive overlap would have saved so far.

    `standing`: histogram of confidence, items by labels. `sample`: posteriors of a bounded random
    sample, from which forecasts are played. `replay`: accuracy against labels per item by both
    rules; empty with `replay_refused` when there is nothing to choose. `pace`: what people need.
    """

    standing = models.JSONField(default=dict)
    sample = models.JSONField(default=dict)
    replay = models.JSONField(default=dict)
    pace = models.JSONField(default=dict)

    class Meta:
        indexes = (models.Index(fields=["question", "-id"], name="routingstudy_latest"),)

    def __str__(self) -> str:
        return f"study {self.pk} of {self.question_id}"
