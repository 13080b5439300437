"""Permanent identities: a question and a choice keep their key, whatever later versions call them.

Labels point here, versions say how an identity reads (names, help, order). Both tables only grow.
"""

from django.db import models

from guidelines.models.guideline import Guideline


class Question(models.Model):
    """One thing asked about an item; `kind` never changes for a key."""

    guideline = models.ForeignKey(Guideline, on_delete=models.PROTECT, related_name="questions")
    key = models.CharField(max_length=60)
    kind = models.CharField(max_length=20)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["guideline", "key"], name="question_key_unique_in_guideline"
            ),
        )

    def __str__(self) -> str:
        return self.key


class Choice(models.Model):
    """One class of a choice question."""

    question = models.ForeignKey(Question, on_delete=models.PROTECT, related_name="choices")
    key = models.CharField(max_length=60)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["question", "key"], name="choice_key_unique_in_question"
            ),
        )

    def __str__(self) -> str:
        return self.key
