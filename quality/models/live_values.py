"""Live agreement on answers that are more than a class: sums of whole numbers (ADR 0035).

As with the counts of classes (`quality.models.live`), everything here is derived from the ledger,
proved against it every day, and has no constraints to what is kept for ever.
"""

from django.db import models

from annotations.models import Item, Source
from guidelines.models import Question


class ItemValues(models.Model):
    """What was counted of the answers to an item for a question, in slices where they are the same.

    `slices`: names of the slices (`quality.queries.live.values_records`). `answers`: JSON rows
    (rater, label, what stands for its value). `whole` and `without`: what the item added to
    `ValueSum`, in all and for each rater, so that it can be taken back exactly. `mark`: a hash of
    the item, in whose order samples are drawn. `least` and `most`: of numbers.
    """

    question = models.ForeignKey(
        Question, on_delete=models.PROTECT, related_name="+", db_index=False, db_constraint=False
    )
    item = models.ForeignKey(
        Item, on_delete=models.PROTECT, related_name="+", db_index=False, db_constraint=False
    )
    slices = models.TextField()
    mark = models.BigIntegerField()
    n_answers = models.IntegerField()
    answers = models.TextField()
    whole = models.TextField()
    without = models.TextField()
    least = models.FloatField(null=True)
    most = models.FloatField(null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["item", "question", "slices"], name="itemvalues_once"),
        )
        indexes = (
            models.Index(
                fields=["question", "slices", "mark"],
                name="itemvalues_sample",
                condition=models.Q(n_answers__gte=2),
            ),
            models.Index(
                fields=["question", "slices", "least"],
                name="itemvalues_least",
                condition=models.Q(least__isnull=False),
            ),
            models.Index(
                fields=["question", "slices", "most"],
                name="itemvalues_most",
                condition=models.Q(most__isnull=False),
            ),
        )

    def __str__(self) -> str:
        return f"{self.n_answers} answers to item {self.item_id}"


class SumPart(models.IntegerChoices):
    """What a sum is of, so that each reader reads no more than it needs."""

    WHOLE = 0, "all items"
    PEOPLE = 1, "how much each rater gave"
    WITHOUT = 2, "what changes without each rater"
    VALUES = 3, "how often each answer was given"
    JUDGES = 4, "numbers of each rater, and of each two"


class ValueSum(models.Model):
    """One whole number added up over the items of a question, in slices that share them.

    `name`: of the number, by `quality.agreement.value_amounts` and `number_amounts`. `text`: the
    answer itself, of `VALUES`. Rows that come to 0 are removed.
    """

    question = models.ForeignKey(
        Question, on_delete=models.PROTECT, related_name="+", db_index=False, db_constraint=False
    )
    part = models.SmallIntegerField(choices=SumPart.choices)
    slices = models.TextField()
    rater = models.ForeignKey(
        Source,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        db_index=False,
        db_constraint=False,
    )
    name = models.TextField()
    amount = models.DecimalField(max_digits=1000, decimal_places=0)
    text = models.TextField(blank=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["question", "part", "slices", "rater", "name"],
                name="valuesum_once",
                nulls_distinct=False,
            ),
        )

    def __str__(self) -> str:
        return f"{self.name}: {self.amount}"
