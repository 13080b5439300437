"""The atomic value: one answer to one question within an annotation."""

from django.db import models

from annotations.models.annotation import Annotation
from annotations.models.item import Item
from guidelines.models import Choice, Question


class Label(models.Model):
    """`value` is the canonical JSON of the question's kind; `choice` and `number` repeat what SQL
    must filter and group by. `item` repeats the annotation's (a trigger checks it).
    """

    annotation = models.ForeignKey(
        Annotation, on_delete=models.PROTECT, related_name="labels", db_index=False
    )
    item = models.ForeignKey(Item, on_delete=models.PROTECT, related_name="+", db_index=False)
    question = models.ForeignKey(
        Question, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    choice = models.ForeignKey(
        Choice, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    number = models.FloatField(null=True)
    value = models.JSONField()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["annotation", "question"], name="label_one_per_annotation_and_question"
            ),
            models.CheckConstraint(
                condition=models.Q(value__has_key="kind"), name="label_value_names_its_kind"
            ),
        )
        indexes = (models.Index(fields=["question", "item"], name="label_by_question"),)

    def __str__(self) -> str:
        return f"{self.question_id}: {self.value}"
