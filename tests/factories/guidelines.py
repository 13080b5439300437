"""Guidelines: drafts, and versions published through the actions."""

from copy import deepcopy

import factory
from django.utils import timezone

from guidelines.actions.open_draft import open_draft
from guidelines.actions.publish import publish
from guidelines.actions.save_draft import save_draft
from guidelines.label_schema import parse_document
from guidelines.models import Guideline, GuidelineVersion
from tests.factories.accounts import UserFactory
from tests.factories.projects import ProjectFactory

PROSE = "# Sentiment\n\nRead the whole message. When in doubt, see R1.\n"
DOCUMENT = {
    "questions": [
        {
            "key": "sentiment",
            "kind": "choice",
            "title": {"en": "Which sentiment does the writer express?", "ko": "글쓴이의 감정은?"},
            "choices": [
                {"key": "positive", "name": {"en": "Positive", "ko": "긍정"}, "color": 2},
                {"key": "negative", "name": {"en": "Negative", "ko": "부정"}, "color": 7},
                {"key": "mixed", "name": {"en": "Mixed", "ko": "혼합"}, "color": 4},
            ],
        },
    ],
    "rules": [
        {
            "number": 1,
            "title": {"en": "Two targets", "ko": "대상이 둘"},
            "condition": {"en": "The writer judges two things differently."},
            "decision": {"en": "Choose Mixed."},
            "examples": [{"ko": "배송은 빨랐는데 포장이 찢어져 있었어요."}],
            "counter_examples": ["Fast, and I like it."],
            "choices": ["sentiment.mixed"],
        },
    ],
}


def a_document(*choices, question="sentiment"):
    """One choice question with these keys, and no rules; without arguments DOCUMENT."""
    if not choices:
        return deepcopy(DOCUMENT)
    return {
        "questions": [
            {
                "key": question,
                "kind": "choice",
                "title": question.capitalize(),
                "choices": [{"key": key, "name": key.capitalize()} for key in choices],
            },
        ],
        "rules": [],
    }


class GuidelineFactory(factory.django.DjangoModelFactory):
    """The rules of one project, without a version."""

    class Meta:
        model = Guideline

    project = factory.SubFactory(ProjectFactory)
    created_at = factory.LazyFunction(timezone.now)


class DraftFactory(factory.django.DjangoModelFactory):
    """Version 1, a draft."""

    class Meta:
        model = GuidelineVersion

    guideline = factory.SubFactory(GuidelineFactory)
    number = 1
    title = "Sentiment of messages"
    prose = PROSE
    document = factory.LazyFunction(a_document)
    created_by = factory.SubFactory(UserFactory)
    created_at = factory.LazyFunction(timezone.now)


def retiring(before, after):
    """Decisions that retire every choice of the document `before` that is gone."""
    old, new = (parse_document(each).references() for each in (before, after))
    return {"fates": {reference: {"how": "retired"} for reference in sorted(old - new)}}


def publish_version(
    project,
    *,
    by=None,
    document=None,
    title=None,
    prose=None,
    note="",
    changes=None,
):
    """The project's next version, published through the actions; DOCUMENT for the first one.

    Choices that are gone are retired, unless `changes` has decisions.
    """
    by = by or project.created_by
    now = timezone.now()
    draft = open_draft(project=project, by=by, now=now)
    first = draft.based_on is None
    document = (a_document() if first else draft.document) if document is None else document
    if changes is None and not first:
        changes = retiring(draft.based_on.document, document)
    draft = save_draft(
        version=draft,
        title=title or ("Sentiment of messages" if first else f"{draft.title} {draft.number}"),
        prose=(PROSE if first else draft.prose) if prose is None else prose,
        document=document,
        changes=changes,
        expected_revision=draft.revision,
        by=by,
        now=now,
    )
    return publish(
        version=draft,
        change_note=note,
        expected_revision=draft.revision,
        by=by,
        now=now,
    )
