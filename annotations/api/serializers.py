"""Shapes of REST bodies. Answers are read one by one: a bad one does not sink the others."""

from typing import Any

from rest_framework import serializers

from annotations.actions.receive_items import MOST_ITEMS
from annotations.forms.answers import BIGGEST_ID, MOST_ANSWERS, MOST_HAVE, is_storable
from annotations.models import Annotation, AnnotationKind, Flag
from annotations.queries.serving import raw_values
from annotations.tickets import ticket_of
from projects.api.base import StrictSerializer

LONGEST_TEXT = 1_000_000
MOST_ROWS = 200


class PageInput(StrictSerializer):
    """Where the page begins (`next_after` of the page before), and how long it is."""

    after = serializers.CharField(required=False, default="", allow_blank=True, max_length=100)
    limit = serializers.IntegerField(required=False, default=50, min_value=1, max_value=MOST_ROWS)


class ItemPageInput(PageInput):
    """The mark of items is a number."""

    after = serializers.IntegerField(  # type: ignore[assignment]
        required=False, default=None, min_value=0, max_value=BIGGEST_ID
    )


class AnnotationPageInput(PageInput):
    """`mine=true`: only one's own, also for those who may see all."""

    mine = serializers.BooleanField(required=False, default=False)


class NewItemInput(StrictSerializer):
    """`text` is short for `payload = {"text": ...}`."""

    id = serializers.CharField(max_length=255)
    text = serializers.CharField(
        required=False, allow_blank=True, trim_whitespace=False, max_length=LONGEST_TEXT
    )
    payload = serializers.DictField(required=False)
    metadata = serializers.DictField(required=False, default=dict)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """One of `text` and `payload`, and nothing that cannot be kept."""
        if ("text" in attrs) == ("payload" in attrs):
            raise serializers.ValidationError(
                {"text": [serializers.Field.default_error_messages["required"]]}
            )
        payload = attrs["payload"] if "payload" in attrs else {"text": attrs["text"]}
        for name, value in (("payload", payload), ("metadata", attrs["metadata"])):
            if not is_storable(value):
                raise serializers.ValidationError(
                    {name: [serializers.CharField.default_error_messages["invalid"]]}
                )
        return {"external_id": attrs["id"], "payload": payload, "metadata": attrs["metadata"]}


class NewItemsInput(StrictSerializer):
    """All are stored, or none."""

    items = NewItemInput(many=True, allow_empty=False, max_length=MOST_ITEMS)  # type: ignore[call-arg]


class NewItemsOutput(serializers.Serializer[Any]):
    """`known`: items that were there already with the same content."""

    added = serializers.IntegerField()
    known = serializers.IntegerField()


class ItemOutput(serializers.Serializer[Any]):
    """One item."""

    id = serializers.IntegerField(source="pk")
    external_id = serializers.CharField()
    payload = serializers.DictField()
    metadata = serializers.DictField()
    batch = serializers.IntegerField(source="batch_id")
    created_at = serializers.DateTimeField()
    withdrawn_at = serializers.DateTimeField(allow_null=True)


class ItemsOutput(serializers.Serializer[Any]):
    """A page of items in the order of their ids."""

    results = ItemOutput(many=True)
    next_after = serializers.CharField(allow_null=True)


class NextInput(StrictSerializer):
    """How many items, beside the assignments that the client has already."""

    n = serializers.IntegerField(required=False, default=1, min_value=1, max_value=20)
    have = serializers.ListField(
        child=serializers.IntegerField(min_value=0, max_value=BIGGEST_ID),
        required=False,
        default=list,
        max_length=MOST_HAVE,
    )


class ServedItemOutput(serializers.Serializer[Any]):
    """What an annotator sees of an item."""

    id = serializers.IntegerField(source="item_id")
    external_id = serializers.CharField()
    payload = serializers.DictField()


class ServingOutput(serializers.Serializer[Any]):
    """One leased slot: answer it before `lease_until`, naming `version`."""

    assignment = serializers.IntegerField()
    item = ServedItemOutput(source="*")
    version = serializers.IntegerField()
    lease_until = serializers.DateTimeField()
    round = serializers.IntegerField(help_text="0, or the campaign that asks again")
    draft = serializers.DictField(allow_null=True)


class ServingsOutput(serializers.Serializer[Any]):
    """Empty when nothing is open for this annotator, or when `gate` keeps it back."""

    items = ServingOutput(many=True)
    gate = serializers.ChoiceField(choices=["", "paused", "reading", "training"])


class ReturnedOutput(serializers.Serializer[Any]):
    """How many slots were open again: 0 when it was not on this person's screen."""

    returned = serializers.IntegerField()


class AnswerInput(StrictSerializer):
    """One answer. `id` is made by the client: sent again it is stored once."""

    id = serializers.UUIDField()
    kind = serializers.ChoiceField(choices=AnnotationKind.choices, required=False)
    assignment = serializers.IntegerField(
        required=False, help_text="Needed for the first answer to an item."
    )
    supersedes = serializers.UUIDField(
        required=False, allow_null=True, help_text="The own answer that this one changes."
    )
    version = serializers.IntegerField(
        required=False, help_text="Number of the guideline version that was shown."
    )
    values = serializers.DictField(required=False, help_text="Raw values by question key.")
    reason = serializers.CharField(required=False, help_text="Why it is skipped.")
    comment = serializers.CharField(required=False)
    started_at = serializers.DateTimeField(required=False)
    submitted_at = serializers.DateTimeField(required=False)
    active_ms = serializers.IntegerField(required=False)
    screen = serializers.CharField(required=False, help_text="Name and version of the client.")


class AnswersInput(StrictSerializer):
    """At most 20 answers, each judged on its own."""

    answers = AnswerInput(many=True, max_length=MOST_ANSWERS)  # type: ignore[call-arg]


class OutcomeOutput(serializers.Serializer[Any]):
    """201 stored, 200 stored before, 409 conflict, 410 lease lost, 422 not valid."""

    id = serializers.CharField()
    status = serializers.IntegerField()
    code = serializers.CharField()
    message = serializers.CharField()
    errors = serializers.DictField(  # type: ignore[assignment]
        child=serializers.ListField(child=serializers.CharField())
    )
    summary = serializers.CharField()
    head = serializers.CharField(allow_null=True)


class OutcomesOutput(serializers.Serializer[Any]):
    """One result per answer, in their order."""

    results = OutcomeOutput(many=True)


class AnnotationOutput(serializers.Serializer[Any]):
    """One row of the ledger. Of who is hidden from the caller, `source_name` is a letter of the
    item and `annotator` null: names are asked for at `items/<id>/names/`.

    Needs `names` (annotations.queries.names.Names) in its context.
    """

    id = serializers.UUIDField()
    item = serializers.IntegerField(source="item_id")
    external_id = serializers.CharField(source="item.external_id")
    kind = serializers.ChoiceField(choices=AnnotationKind.choices)
    values = serializers.SerializerMethodField()
    source_kind = serializers.CharField(source="source.kind")
    source_name = serializers.SerializerMethodField()
    annotator = serializers.SerializerMethodField()
    version = serializers.IntegerField(source="version.number")
    assignment = serializers.SerializerMethodField()
    supersedes = serializers.UUIDField(source="supersedes_id", allow_null=True)
    is_current = serializers.SerializerMethodField()
    reason = serializers.CharField()
    comment = serializers.CharField()
    served_at = serializers.DateTimeField(
        source="assignment.leased_at", default=None, allow_null=True
    )
    started_at = serializers.DateTimeField(allow_null=True)
    submitted_at = serializers.DateTimeField()
    created_at = serializers.DateTimeField()
    active_ms = serializers.IntegerField(allow_null=True)
    tool = serializers.CharField()

    def get_values(self, annotation: Annotation) -> dict[str, Any]:
        """Raw values by question key."""
        return raw_values(annotation)

    def get_assignment(self, annotation: Annotation) -> int | None:
        """The ticket of its slot."""
        slot = annotation.assignment_id
        return None if slot is None else ticket_of(slot)

    def get_source_name(self, annotation: Annotation) -> str:
        """The name of the source, or its letter."""
        source, names = annotation.source, self.context["names"]
        rater = source.on_behalf_of_id or source.pk
        return str(names.rater(annotation.item_id, rater, source.person_id, source.name))

    def get_annotator(self, annotation: Annotation) -> int | None:
        """The id of the person, unless they are hidden."""
        person = annotation.source.person_id
        return None if self.context["names"].is_hidden(annotation.item_id, person) else person

    def get_is_current(self, annotation: Annotation) -> bool:
        """Nothing supersedes it."""
        return not hasattr(annotation, "successor")


class AnnotationsOutput(serializers.Serializer[Any]):
    """A page in the order in which they were stored."""

    results = AnnotationOutput(many=True)
    next_after = serializers.CharField(allow_null=True)


class FlagOutput(serializers.Serializer[Any]):
    """A comment on an item. Needs `names` in its context, as `AnnotationOutput` does."""

    id = serializers.IntegerField(source="pk")
    item = serializers.IntegerField(source="item_id")
    external_id = serializers.CharField(source="item.external_id")
    version = serializers.IntegerField(source="version.number")
    by = serializers.SerializerMethodField()
    comment = serializers.CharField()
    created_at = serializers.DateTimeField()

    def get_by(self, flag: Flag) -> str:
        """As the caller may call them."""
        return str(self.context["names"].person(flag.item_id, flag.by_id, flag.by.name))


class FlagsOutput(serializers.Serializer[Any]):
    """A page of flags, newest first."""

    results = FlagOutput(many=True)
    next_after = serializers.CharField(allow_null=True)


class NamedOutput(serializers.Serializer[Any]):
    """Who is behind a letter of an item."""

    letter = serializers.CharField()
    source = serializers.IntegerField()  # type: ignore[assignment]
    name = serializers.CharField()


class NamesOutput(serializers.Serializer[Any]):
    """All who have said something about an item."""

    results = NamedOutput(many=True)
