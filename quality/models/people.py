"""How people do: figures of each annotator, and of groups that annotators put themselves into."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from annotations.models import Source
from projects.models import Project
from quality.models.run import Run


class PeopleRun(Run):
    """One computation of the figures of all annotators on one question.

    `parameters`: confidence and seed. `gold_counts`: by id of the gold item, how many answered it
    in the stream and how many of them were right on this question.
    """

    gold_counts = models.JSONField(default=dict)

    class Meta:
        indexes = (models.Index(fields=["project", "question", "-id"], name="peoplerun_latest"),)

    def __str__(self) -> str:
        return f"people {self.pk} on {self.question_id}"


class PersonFigures(models.Model):
    """One annotator in one run. A figure without evidence is null; every share has its number.

    Gold: right answers to gold items in the stream, with the interval of the share. Peers: share
    of equal answers among pairs with another annotator on the same item. Self: share of equal
    answers among silent repeats. `alpha_without`: Krippendorff's alpha when this annotator is left
    out, against `alpha` of all. `spam`: how much the answers tell about the truth, from 0 (no more
    than chance) to 1. `seconds`: median active seconds per answer.
    Of other kinds than choice: `gold_similarity` and `self_similarity` are mean likenesses (1 -
    distance of the kind) to gold answers and to one's own, `peers` is that to others, and `spam` is
    how much nearer answers are to those of others to the item than to those to other items.
    `warnings`: [{code, and the numbers it goes by}]; `details`: classes, confusion, pace, drift,
    bursts, copying, as `quality/queries/people/measuring.py` writes them.
    """

    run = models.ForeignKey(
        PeopleRun, on_delete=models.PROTECT, related_name="figures", db_index=False
    )
    source = models.ForeignKey(Source, on_delete=models.PROTECT, related_name="+", db_index=False)
    n_labels = models.BigIntegerField()
    gold_right = models.IntegerField(default=0)
    gold_n = models.IntegerField(default=0)
    gold_low = models.FloatField(null=True)
    gold_high = models.FloatField(null=True)
    gold_similarity = models.FloatField(null=True)
    gold_similarity_low = models.FloatField(null=True)
    gold_similarity_high = models.FloatField(null=True)
    gold_similarity_n = models.IntegerField(default=0)
    peers = models.FloatField(null=True)
    peers_n = models.BigIntegerField(default=0)
    self_equal = models.IntegerField(default=0)
    self_n = models.IntegerField(default=0)
    self_low = models.FloatField(null=True)
    self_high = models.FloatField(null=True)
    self_similarity = models.FloatField(null=True)
    self_similarity_low = models.FloatField(null=True)
    self_similarity_high = models.FloatField(null=True)
    alpha = models.FloatField(null=True)
    alpha_without = models.FloatField(null=True)
    spam = models.FloatField(null=True)
    spam_low = models.FloatField(null=True)
    spam_high = models.FloatField(null=True)
    seconds = models.FloatField(null=True)
    seconds_n = models.BigIntegerField(default=0)
    n_warnings = models.IntegerField(default=0)
    warnings = models.JSONField(default=list)
    details = models.JSONField(default=dict)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["run", "source"], name="personfigures_once_per_run"),
            models.CheckConstraint(
                condition=models.Q(gold_right__lte=models.F("gold_n"))
                & models.Q(self_equal__lte=models.F("self_n")),
                name="personfigures_no_more_right_than_answered",
            ),
        )

    def __str__(self) -> str:
        return f"source {self.source_id}: {self.n_labels} labels"


class GroupQuestion(models.Model):
    """What annotators may say about themselves, if they want: asked by the lead, optional.

    `options`: [{key, name}]. Frozen but for `retired_at`; another wording is another question, so
    that nobody's answer ever stands under words they have not read.
    """

    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="+")
    text = models.CharField(max_length=300)
    purpose = models.TextField(help_text="What it is used for; the person reads it first.")
    options = models.JSONField()
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    created_at = models.DateTimeField()
    retired_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["project"],
                condition=models.Q(retired_at__isnull=True),
                name="groupquestion_one_active_per_project",
            ),
        )

    def __str__(self) -> str:
        return self.text


class Consent(models.TextChoices):
    """What a person said to the question about their group."""

    GIVEN = "given", _("Answered")
    DECLINED = "declined", _("Declined")


class GroupAnswer(models.Model):
    """A person's own word about themselves. The one table here whose rows may go: consent that is
    withdrawn leaves nothing behind. No page and no export ever shows it for one person to another.
    """

    question = models.ForeignKey(GroupQuestion, on_delete=models.PROTECT, related_name="answers")
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    consent = models.CharField(max_length=8, choices=Consent.choices)
    option = models.CharField(max_length=30, blank=True)
    updated_at = models.DateTimeField()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["person", "question"], name="groupanswer_one_per_person"
            ),
            models.CheckConstraint(
                condition=models.Q(consent="declined", option="")
                | (models.Q(consent="given") & ~models.Q(option="")),
                name="groupanswer_has_an_option_only_when_given",
            ),
        )

    def __str__(self) -> str:
        return f"{self.get_consent_display()}"


class GroupFigures(models.Model):
    """One group in one run, only ever of many people: who is in it is not stored.

    `agreement`: share of equal answers among pairs of two people of the group on the same item, of
    other kinds than choice their mean likeness; `shares`: how often the group gave each class, by
    choice key.
    """

    run = models.ForeignKey(
        PeopleRun, on_delete=models.PROTECT, related_name="groups", db_index=False
    )
    question = models.ForeignKey(
        GroupQuestion, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    option = models.CharField(max_length=30)
    n_people = models.IntegerField()
    n_labels = models.BigIntegerField()
    agreement = models.FloatField(null=True)
    agreement_low = models.FloatField(null=True)
    agreement_high = models.FloatField(null=True)
    n_pairs = models.BigIntegerField(default=0)
    shares = models.JSONField(default=dict)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["run", "option"], name="groupfigures_once_per_run"),
            models.CheckConstraint(
                condition=models.Q(n_people__gte=5), name="groupfigures_of_many_people"
            ),
        )

    def __str__(self) -> str:
        return f"{self.option}: {self.n_people} people"
