"""Shapes of REST bodies about people, checks and groups."""

from typing import Any

from rest_framework import serializers

from projects.api.base import StrictSerializer
from quality.actions.people.groups import LONGEST_NAME, MOST_OPTIONS
from quality.api.serializers import PageInput, RunOutput

BIGGEST_ID = 2**63 - 1


class QuestionInput(StrictSerializer):
    """Which question; the first one when none is named."""

    question = serializers.CharField(max_length=60, required=False, default="")


class PeoplePageInput(PageInput):
    """A page of one question."""

    question = serializers.CharField(max_length=60, required=False, default="")


class PeopleStartInput(StrictSerializer):
    """The question to compute."""

    question = serializers.CharField(max_length=60)


class PeopleRunOutput(RunOutput):
    """A computation of people's figures."""


class WarningOutput(serializers.Serializer[Any]):
    """A reason to look, in words with its numbers. It excludes nobody."""

    code = serializers.CharField()
    sentence = serializers.CharField()


class ShareOutput(serializers.Serializer[Any]):
    """`right` of `n`; value and interval in per cent, null without evidence."""

    right = serializers.IntegerField()
    n = serializers.IntegerField()
    value = serializers.FloatField(allow_null=True)
    low = serializers.FloatField(allow_null=True)
    high = serializers.FloatField(allow_null=True)


class NearOutput(serializers.Serializer[Any]):
    """A mean likeness of `n` pairs of answers with its interval, in per cent."""

    value = serializers.FloatField()
    low = serializers.FloatField()
    high = serializers.FloatField()
    n = serializers.IntegerField()


class PersonOutput(serializers.Serializer[Any]):
    """One annotator in the last run; `peers` in per cent of `peers_n` pairs of answers.

    For other kinds than choice `peers`, `gold_likeness` and `repeats_likeness` are mean likenesses
    of answers (1 - distance of the kind), and `spam` says how much nearer the answers are to those
    of others to the same item than to those to other items: 1 the same, 0 no nearer. For single
    choices the two likenesses are null, and `spam` is 1 for perfect answers and 0 for chance.
    """

    source = serializers.IntegerField()  # type: ignore[assignment]
    name = serializers.CharField()
    n_labels = serializers.IntegerField(source="figures.n_labels")
    gold = ShareOutput()
    repeats = ShareOutput()
    gold_likeness = NearOutput(source="gold_near", allow_null=True)
    repeats_likeness = NearOutput(source="repeats_near", allow_null=True)
    peers = serializers.FloatField(allow_null=True)
    peers_n = serializers.IntegerField(source="figures.peers_n")
    alpha = serializers.FloatField(source="figures.alpha", allow_null=True)
    alpha_without = serializers.FloatField(source="figures.alpha_without", allow_null=True)
    spam = serializers.FloatField(source="figures.spam", allow_null=True)
    spam_low = serializers.FloatField(source="figures.spam_low", allow_null=True)
    spam_high = serializers.FloatField(source="figures.spam_high", allow_null=True)
    seconds = serializers.FloatField(source="figures.seconds", allow_null=True)
    seconds_n = serializers.IntegerField(source="figures.seconds_n")
    warnings = WarningOutput(many=True)
    is_paused = serializers.BooleanField()


class PeopleOutput(serializers.Serializer[Any]):
    """`run` is the last one with results, null before the first."""

    run = PeopleRunOutput(allow_null=True)
    results = PersonOutput(many=True)
    next_after = serializers.CharField(allow_null=True)


class PauseOutput(serializers.Serializer[Any]):
    """One decision; `by` null is the rule, which tells its figures."""

    state = serializers.CharField()
    reason = serializers.CharField()
    figures = serializers.DictField(allow_null=True)
    by = serializers.CharField(source="by.name", allow_null=True, default=None)
    created_at = serializers.DateTimeField()


class PersonDetailOutput(serializers.Serializer[Any]):
    """`details`: classes, gold_confusion, pace, drift, bursts, copying; times in milliseconds
    since 1970. `consensus`: {decided class: {given class: probability}} of the last resolution."""

    figures = PersonOutput(source="row", allow_null=True)
    details = serializers.DictField()
    consensus = serializers.DictField()
    pauses = PauseOutput(many=True)


class PauseInput(StrictSerializer):
    """Why; the person reads it."""

    reason = serializers.CharField(max_length=2000)


class ResumeInput(StrictSerializer):
    """A note for the record."""

    reason = serializers.CharField(max_length=2000, required=False, default="", allow_blank=True)


class ChecksInput(StrictSerializer):
    """Any of the settings; rates in per cent of what a person is served, 0 for none."""

    gold_rate = serializers.IntegerField(min_value=0, max_value=50, required=False)
    repeat_rate = serializers.IntegerField(min_value=0, max_value=50, required=False)
    repeat_after_items = serializers.IntegerField(min_value=10, max_value=5000, required=False)
    repeat_after_days = serializers.IntegerField(min_value=0, max_value=365, required=False)
    pause_mark = serializers.IntegerField(min_value=0, max_value=100, required=False)
    pause_after = serializers.IntegerField(min_value=10, max_value=1000, required=False)
    coaching_after = serializers.IntegerField(min_value=5, max_value=1000, required=False)
    group_size = serializers.IntegerField(min_value=5, max_value=1000, required=False)


class GoldUseOutput(serializers.Serializer[Any]):
    """A gold item and its use; `right` of `n` by the last run of people's figures."""

    gold = serializers.IntegerField(source="gold.pk")
    item = serializers.IntegerField(source="gold.item_id")
    external_id = serializers.CharField(source="gold.item.external_id")
    waiting = serializers.IntegerField(source="use.waiting")
    served = serializers.IntegerField(source="use.served")
    answered = serializers.IntegerField(source="use.answered")
    in_training = serializers.IntegerField(source="use.in_training")
    right = serializers.IntegerField(allow_null=True)
    n = serializers.IntegerField(allow_null=True)


class ChecksOutput(serializers.Serializer[Any]):
    """The settings, and a page of gold items."""

    settings = serializers.DictField(child=serializers.IntegerField())
    results = GoldUseOutput(many=True)
    next_after = serializers.CharField(allow_null=True)


class PromoteInput(StrictSerializer):
    """A decision; without `explanation` or `rule_number` its own are taken."""

    decision = serializers.IntegerField(min_value=1, max_value=BIGGEST_ID)
    explanation = serializers.CharField(
        max_length=5000, required=False, default=None, allow_null=True, allow_blank=True
    )
    rule_number = serializers.IntegerField(
        min_value=1, max_value=9999, required=False, default=None, allow_null=True
    )


class ChoiceKeyOutput(serializers.Serializer[Any]):
    """A choice by key and name."""

    key = serializers.CharField()
    name = serializers.CharField()


class MixedOutput(serializers.Serializer[Any]):
    """`said` where it is `right`: `n` times in checks, or in `chance` per cent of such items."""

    right = ChoiceKeyOutput()
    said = ChoiceKeyOutput()
    n = serializers.IntegerField()
    chance = serializers.FloatField(allow_null=True)
    rules = serializers.SerializerMethodField()

    def get_rules(self, row: Any) -> list[int]:
        return [rule.number for rule in row.rules]


class DayOutput(serializers.Serializer[Any]):
    """One day of work."""

    day = serializers.DateField()
    n = serializers.IntegerField()
    seconds = serializers.FloatField(allow_null=True)


class CoachingOutput(serializers.Serializer[Any]):
    """Own figures; those of checks move in whole blocks of `block_size`."""

    checks = ShareOutput()
    blocks = ShareOutput(many=True)
    repeats = ShareOutput()
    mixed = MixedOutput(many=True)
    days = DayOutput(many=True)
    block_size = serializers.IntegerField()


class GroupOptionOutput(serializers.Serializer[Any]):
    """One answer one can give."""

    key = serializers.CharField()
    name = serializers.CharField()


class GroupQuestionOutput(serializers.Serializer[Any]):
    """What annotators are asked about themselves."""

    text = serializers.CharField()
    purpose = serializers.CharField()
    options = GroupOptionOutput(many=True)
    created_at = serializers.DateTimeField()


class GroupFiguresOutput(serializers.Serializer[Any]):
    """One group of many people; shares in labels by choice key. `agreement` in per cent: equal
    answers to single choices, the mean likeness of other answers."""

    name = serializers.CharField()
    option = serializers.CharField(source="figures.option")
    n_people = serializers.IntegerField(source="figures.n_people")
    n_labels = serializers.IntegerField(source="figures.n_labels")
    agreement = serializers.FloatField(allow_null=True)
    low = serializers.FloatField(allow_null=True)
    high = serializers.FloatField(allow_null=True)
    n_pairs = serializers.IntegerField(source="figures.n_pairs")
    shares = serializers.DictField(source="figures.shares", child=serializers.IntegerField())


class GroupsOutput(serializers.Serializer[Any]):
    """The question of now, null when nothing is asked, and the groups that are large enough."""

    question = GroupQuestionOutput(allow_null=True)
    results = GroupFiguresOutput(many=True)


class GroupQuestionInput(StrictSerializer):
    """`options` are names. A new question forgets the answers to the one before."""

    text = serializers.CharField(max_length=300)
    purpose = serializers.CharField(max_length=2000)
    options = serializers.ListField(
        child=serializers.CharField(max_length=LONGEST_NAME), max_length=MOST_OPTIONS
    )


class OwnGroupInput(StrictSerializer):
    """`option` is a key; null declines."""

    option = serializers.CharField(max_length=30, allow_null=True)


class OwnGroupOutput(serializers.Serializer[Any]):
    """One's own word: `consent` is given, declined, or null when nothing was said."""

    question = GroupQuestionOutput(allow_null=True)
    consent = serializers.CharField(allow_null=True)
    option = serializers.CharField(allow_null=True)
