"""Who has read which version, and how they did in its quiz. Append-only."""

from django.conf import settings
from django.db import models

from guidelines.models.guideline import GuidelineVersion


class QuizAttempt(models.Model):
    """One try at the quiz of a version.

    `answers` = [{"rule": 7, "example": "examples[0]", "question": "intent", "given": "refund",
    "right": "exchange"}], in the order they were asked; `pass_mark` is the per cent that were
    needed.
    """

    version = models.ForeignKey(GuidelineVersion, on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    answers = models.JSONField()
    n_right = models.PositiveSmallIntegerField()
    pass_mark = models.PositiveSmallIntegerField()
    passed = models.BooleanField()
    created_at = models.DateTimeField()

    class Meta:
        indexes = (models.Index(fields=["version", "person"], name="quiz_attempt_of_person"),)

    def __str__(self) -> str:
        return f"{self.person}: {self.n_right} right"


class Acknowledgement(models.Model):
    """A person said that they have read what the version changes, and passed its quiz if any."""

    version = models.ForeignKey(GuidelineVersion, on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    attempt = models.OneToOneField(
        QuizAttempt, on_delete=models.PROTECT, null=True, related_name="acknowledgement"
    )
    created_at = models.DateTimeField()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["person", "version"], name="acknowledgement_once_per_person_and_version"
            ),
        )

    def __str__(self) -> str:
        return f"{self.person} read {self.version}"
