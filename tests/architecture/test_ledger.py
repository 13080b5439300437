"""What is kept is kept on every path: in the graph of the models, and in the database itself."""

import pytest
from django.apps import apps
from django.db import connection, models

from accounts.models import User
from annotations.models import Annotation, Assignment, Item, Label, Source
from core.models import AuditEntry
from guidelines.models import GuidelineVersion

KEPT = (Annotation, Assignment, AuditEntry, GuidelineVersion, Item, Label, Source, User)
OURS = {config.label for config in apps.get_app_configs() if "site-packages" not in config.path}
APPEND_ONLY = {
    "annotations_annotation",
    "annotations_batch",
    "annotations_comment",
    "annotations_flag",
    "annotations_flaganswer",
    "annotations_golditem",
    "annotations_item",
    "annotations_label",
    "annotations_namesshown",
    "annotations_pause",
    "annotations_repeatanswer",
    "annotations_source",
    "annotations_traininganswer",
    "annotations_trainingresult",
    "core_auditentry",
    "guidelines_acknowledgement",
    "guidelines_choice",
    "guidelines_guidelineversion",
    "guidelines_question",
    "guidelines_quizattempt",
    "quality_groupfigures",
    "quality_groupquestion",
    "quality_peoplerun",
    "quality_personfigures",
    "quality_adjudication",
    "quality_compareditem",
    "quality_review",
    "quality_runcomparison",
}

TRIGGERS = """
SELECT relation.relname, trigger.tgname
FROM pg_trigger AS trigger JOIN pg_class AS relation ON relation.oid = trigger.tgrelid
WHERE NOT trigger.tgisinternal AND trigger.tgenabled = 'O'
"""
RULES = """
SELECT relation.relname, link.conname
FROM pg_constraint AS link JOIN pg_class AS relation ON relation.oid = link.conrelid
WHERE link.contype = 'f'
  AND (link.confdeltype NOT IN ('a', 'r') OR link.confupdtype NOT IN ('a', 'r'))
"""


def links(model):
    """Foreign keys of our models, and those of others that point at what is kept."""
    return [
        field
        for field in model._meta.get_fields()
        if isinstance(field, models.ForeignKey)
        and (model._meta.app_label in OURS or field.related_model in KEPT)
    ]


@pytest.mark.parametrize("model", apps.get_models(), ids=lambda model: model._meta.label)
def test_no_foreign_key_deletes_or_empties_what_is_kept(model):
    for field in links(model):
        assert field.remote_field.on_delete in (models.PROTECT, models.RESTRICT), field


@pytest.mark.django_db
def test_no_foreign_key_of_the_database_acts_on_its_own():
    with connection.cursor() as cursor:
        cursor.execute(RULES)
        assert cursor.fetchall() == []


@pytest.mark.django_db
@pytest.mark.parametrize("table", sorted(APPEND_ONLY))
def test_append_only_table_has_both_of_its_triggers(table):
    with connection.cursor() as cursor:
        cursor.execute(TRIGGERS)
        found = {name for relation, name in cursor.fetchall() if relation == table}

    assert {f"{table}_refuse_change", f"{table}_refuse_truncate"} <= found
