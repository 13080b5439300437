"""What the database itself refuses, attacked with SQL that Python would never send."""

from uuid import uuid4

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from annotations.models import Annotation, Assignment, Flag, Item, Label
from guidelines.models import Choice, GuidelineVersion, Question
from tests.factories.annotations import (
    ItemFactory,
    SourceFactory,
    answered,
    human_source,
    leased,
    open_items,
)
from tests.factories.guidelines import a_document, publish_version
from tests.factories.projects import ProjectFactory

LEDGER = [
    "annotations_annotation",
    "annotations_batch",
    "annotations_flag",
    "annotations_item",
    "annotations_label",
    "annotations_source",
]
CHANGES = {
    "annotations_annotation": "comment = 'changed'",
    "annotations_batch": "name = 'changed'",
    "annotations_flag": "comment = 'changed'",
    "annotations_item": "payload = '{}'",
    "annotations_label": 'value = \'{"kind": "choice"}\'',
    "annotations_source": "name = 'changed'",
}


def refused(sql, *parameters, match):
    """The database says no, and says why."""
    with pytest.raises(IntegrityError, match=match):
        execute(sql, parameters)


@transaction.atomic
def execute(sql, parameters):
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(sql, parameters)


@pytest.fixture
def annotation(project, queue, annotator):
    answered(project, annotator)
    Flag.objects.create(
        project=project,
        item=queue[0],
        version=GuidelineVersion.objects.get(),
        by=annotator,
        comment="?",
        created_at=timezone.now(),
    )
    return Annotation.objects.get()


@pytest.fixture
def elsewhere(owner):
    """Another project with a version, an item and a source."""
    project = ProjectFactory(created_by=owner)
    publish_version(project, document=a_document("positive", "other", question="mood"))
    (item,) = open_items(project, 1)
    return {"project": project, "item": item, "source": SourceFactory(project=project)}


@pytest.mark.parametrize("table", LEDGER)
def test_ledger_row_cannot_be_changed(annotation, table):
    refused(f"UPDATE {table} SET {CHANGES[table]}", match="kept for ever")


@pytest.mark.parametrize("table", LEDGER)
def test_ledger_row_cannot_be_deleted(annotation, table):
    refused(f"DELETE FROM {table}", match="kept for ever")


@pytest.mark.parametrize("table", LEDGER)
def test_ledger_table_cannot_be_emptied(annotation, table):
    refused(f"TRUNCATE {table} CASCADE", match=f"TRUNCATE on {table} is refused")


def test_item_can_be_withdrawn_and_nothing_else(annotation):
    Item.objects.update(withdrawn_at=timezone.now())

    refused(
        "UPDATE annotations_item SET withdrawn_at = NULL, external_id = 'x'",
        match="kept for ever",
    )


def insert_annotation(annotation, **change):
    """A row like this one, changed."""
    row = {
        field.column: field.value_from_object(annotation) for field in Annotation._meta.fields
    } | {"id": uuid4(), **change}
    row["id"] = str(row["id"])
    row["supersedes_id"] = row["supersedes_id"] and str(row["supersedes_id"])
    names = ", ".join(row)
    places = ", ".join(["%s"] * len(row))
    return f"INSERT INTO annotations_annotation ({names}) VALUES ({places})", *row.values()


def test_annotation_second_first_answer_of_a_source_is_refused(annotation):
    refused(*insert_annotation(annotation), match="annotation_one_first_answer")


def test_annotation_second_successor_is_refused(annotation):
    with connection.cursor() as cursor:
        sql, *row = insert_annotation(annotation, supersedes_id=annotation.pk)
        cursor.execute(sql, row)

    refused(*insert_annotation(annotation, supersedes_id=annotation.pk), match="supersedes_id")


def test_annotation_successor_on_another_item_is_refused(annotation, queue):
    change = {"supersedes_id": annotation.pk, "item_id": queue[1].pk, "assignment_id": None}

    refused(*insert_annotation(annotation, **change), match="another item or source")


def test_annotation_successor_of_another_source_is_refused(annotation, project):
    other = SourceFactory(project=project)
    change = {"supersedes_id": annotation.pk, "source_id": other.pk, "assignment_id": None}

    refused(*insert_annotation(annotation, **change), match="another item or source")


@pytest.mark.parametrize("part", ["project", "item", "source", "version"])
def test_annotation_parts_of_two_projects_are_refused(annotation, elsewhere, part):
    elsewhere["version"] = GuidelineVersion.objects.get(guideline__project=elsewhere["project"])
    change = {f"{part}_id": elsewhere[part].pk, "assignment_id": None}

    refused(*insert_annotation(annotation, **change), match="of another project")


def test_annotation_under_a_draft_is_refused(annotation, project, owner):
    draft = GuidelineVersion.objects.create(
        guideline=project.guideline,
        number=9,
        title="x",
        created_by=owner,
        created_at=timezone.now(),
    )
    source = SourceFactory(project=project)
    change = {"version_id": draft.pk, "source_id": source.pk, "assignment_id": None}

    refused(*insert_annotation(annotation, **change), match="not published")


def test_annotation_under_another_version_than_the_served_one_is_refused(
    annotation,
    project,
    second_annotator,
):
    newer = publish_version(project)
    source = human_source(project, second_annotator)
    Assignment.objects.filter(pk=annotation.assignment_id).update(annotator=second_annotator)

    refused(
        *insert_annotation(annotation, version_id=newer.pk, source_id=source.pk),
        match="another guideline version than the one that was served",
    )


def test_annotation_in_the_slot_of_another_item_is_refused(annotation, project, annotator):
    (other,) = leased(project, annotator)

    change = {"item_id": annotation.item_id, "assignment_id": other.assignment}
    refused(*insert_annotation(annotation, **change), match="of another item")


def test_annotation_in_the_slot_of_another_person_is_refused(annotation, project, second_annotator):
    source = human_source(project, second_annotator)

    refused(*insert_annotation(annotation, source_id=source.pk), match="of another person")


def test_annotation_retraction_of_nothing_is_refused(annotation, project):
    source = SourceFactory(project=project)
    change = {"kind": "retraction", "source_id": source.pk, "assignment_id": None}

    refused(*insert_annotation(annotation, **change), match="annotation_retraction_supersedes")


def test_annotation_skip_without_a_reason_is_refused(annotation, project):
    source = SourceFactory(project=project)
    change = {"kind": "skip", "source_id": source.pk, "assignment_id": None}

    refused(*insert_annotation(annotation, **change), match="annotation_skip_has_a_reason")


def insert_label(annotation, **change):
    label = Label.objects.get(annotation=annotation)
    row = {
        "annotation_id": str(annotation.pk),
        "item_id": label.item_id,
        "question_id": label.question_id,
        "choice_id": label.choice_id,
        "value": '{"kind": "choice", "choice": "positive"}',
    } | change
    names = ", ".join(row)
    places = ", ".join(["%s"] * len(row))
    return f"INSERT INTO annotations_label ({names}) VALUES ({places})", *row.values()


def test_label_second_answer_to_a_question_is_refused(annotation):
    refused(*insert_label(annotation), match="label_one_per_annotation_and_question")


def test_label_of_another_item_is_refused(annotation, queue):
    refused(*insert_label(annotation, item_id=queue[1].pk), match="not that of its annotation")


def test_label_on_a_question_of_another_guideline_is_refused(annotation, elsewhere):
    question = Question.objects.get(guideline__project=elsewhere["project"])

    refused(*insert_label(annotation, question_id=question.pk), match="of another guideline")


def test_label_with_a_choice_of_another_question_is_refused(annotation, elsewhere):
    choice = Choice.objects.get(question__key="mood", key="positive")

    refused(*insert_label(annotation, choice_id=choice.pk), match="of another question")


def test_label_with_a_choice_that_is_not_the_one_of_its_value_is_refused(annotation):
    choice = Choice.objects.get(question__key="sentiment", key="mixed")

    refused(*insert_label(annotation, choice_id=choice.pk), match="not the one of its value")


def test_label_of_another_kind_than_its_question_is_refused(annotation):
    refused(*insert_label(annotation, value='{"kind": "text"}'), match="not of the kind")


def test_label_whose_value_names_no_kind_is_refused(annotation):
    refused(*insert_label(annotation, value="{}"), match="kind")


def test_label_of_a_skip_is_refused(annotation, project, second_annotator):
    answered(project, second_annotator, {}, reason="unclear")
    skip = Annotation.objects.get(kind="skip")

    refused(
        *insert_label(annotation, annotation_id=str(skip.pk), item_id=skip.item_id),
        match="only answers carry labels",
    )


def test_flag_on_an_item_of_another_project_is_refused(annotation, elsewhere):
    refused(
        "INSERT INTO annotations_flag (project_id, item_id, version_id, by_id, comment, created_at)"
        " SELECT project_id, %s, version_id, by_id, comment, created_at FROM annotations_flag",
        elsewhere["item"].pk,
        match="of another project",
    )


def test_flag_without_words_is_refused(annotation):
    refused(
        "INSERT INTO annotations_flag (project_id, item_id, version_id, by_id, comment, created_at)"
        " SELECT project_id, item_id, version_id, by_id, '', created_at FROM annotations_flag",
        match="flag_says_something",
    )


def test_item_external_id_twice_in_a_project_is_refused(queue):
    with pytest.raises(IntegrityError, match="item_external_id_unique"), transaction.atomic():
        ItemFactory(project=queue[0].project, external_id=queue[0].external_id)


def test_assignment_two_slots_of_an_item_for_one_person_are_refused(project, queue, annotator):
    (served,) = leased(project, annotator)

    refused(
        "UPDATE annotations_assignment SET state = 'leased', annotator_id = %s,"
        " version_id = (SELECT min(id) FROM guidelines_guidelineversion), lease_until = now()"
        " WHERE item_id = %s",
        annotator.pk,
        served.item_id,
        match="assignment_one_per_item_annotator_and_round",
    )


def test_assignment_same_slot_twice_is_refused(queue):
    refused("UPDATE annotations_assignment SET slot = 1", match="assignment_slot_unique_in_item")


@pytest.mark.parametrize(
    "change",
    [
        "state = 'leased'",
        "state = 'done'",
        "lease_until = now()",
        "annotator_id = project_id",
        "state = 'lost'",
    ],
)
def test_assignment_state_that_contradicts_its_fields_is_refused(queue, change):
    refused(
        f"UPDATE annotations_assignment SET {change}",
        match="assignment_state_matches_its_fields",
    )


def test_draft_second_one_of_a_person_for_a_slot_is_refused(project, queue, annotator):
    (served,) = leased(project, annotator)
    insert = (
        "INSERT INTO annotations_draft (assignment_id, annotator_id, values, comment, refused_code,"
        " body_hash, saved_at) SELECT %s, %s, '{}', '', '', '', now() FROM generate_series(1, 2)"
    )

    refused(insert, served.assignment, annotator.pk, match="draft_one_per_assignment")


def test_draft_refused_answer_is_kept_once_per_body(project, queue, annotator):
    (served,) = leased(project, annotator)
    insert = (
        "INSERT INTO annotations_draft (assignment_id, annotator_id, values, comment, refused_code,"
        " refused_id, body_hash, saved_at)"
        " SELECT %s, %s, '{}', '', 'id_taken', %s, 'x', now() FROM generate_series(1, 2)"
    )

    refused(insert, served.assignment, annotator.pk, str(uuid4()), match="draft_refused_once")


@pytest.mark.parametrize(
    ("change", "match"),
    [
        ("('human', 'x', '', NULL)", "source_human_has_a_person"),
        ("('import', 'x', '', %(person)s)", "source_human_has_a_person"),
        ("('import', 'known', '', NULL)", "source_unique_in_project"),
        ("('human', 'y', '', %(known)s)", "source_one_per_person_and_project"),
    ],
)
def test_source_that_is_nobody_or_twice_is_refused(
    project,
    annotator,
    second_annotator,
    change,
    match,
):
    SourceFactory(project=project, name="known")
    human_source(project, annotator)
    values = change % {"person": second_annotator.pk, "known": annotator.pk}
    sql = (
        "INSERT INTO annotations_source (kind, name, version, person_id, project_id, created_at)"
        f" SELECT *, {project.pk}, now() FROM (VALUES {values.replace('NULL', 'NULL::bigint')})"
        " AS row"
    )

    refused(sql, match=match)
