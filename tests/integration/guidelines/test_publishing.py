"""What a publication means: classes, fates, the version that must be read, and what it refuses."""

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from core.errors import Conflict, Gone
from core.models import AuditEntry
from guidelines import queries
from guidelines.actions.discard_draft import discard_draft
from guidelines.actions.open_draft import open_draft
from guidelines.actions.publish import publish
from guidelines.actions.rebase_draft import rebase_draft
from guidelines.actions.save_draft import save_draft
from guidelines.change_board import change_board
from guidelines.content import Content
from guidelines.models import GuidelineVersion
from tests.factories.guidelines import a_document, publish_version, retiring

pytestmark = pytest.mark.django_db
NOW = timezone.now


def save(draft, by, **changes):
    content = {"title": draft.title, "prose": draft.prose, "document": draft.document} | changes
    return save_draft(version=draft, expected_revision=draft.revision, by=by, now=NOW(), **content)


def publish_draft(draft, by, *, revision=None):
    return publish(
        version=draft,
        change_note="",
        expected_revision=revision or draft.revision,
        by=by,
        now=NOW(),
    )


def faults_of(call, *args, **kwargs):
    with pytest.raises(ValidationError) as raised:
        call(*args, **kwargs)
    return set(raised.value.message_dict)


def with_decision(text):
    document = a_document()
    document["rules"][0]["decision"] = text
    return document


def test_first_version_needs_no_changes(version):
    assert (version.changes, version.change_class, version.reading_number) == ({}, "", 0)


def test_publish_stores_decided_and_proposed_classes(draft, lead):
    document = a_document("positive", "negative")
    decided = {**retiring(draft.document, document), "classes": {"rule:1": "clarifying"}}
    draft = save(draft, lead, document=document, changes=decided)
    assert draft.changes["classes"] == {"rule:1": "clarifying"}

    version = publish_draft(draft, lead)

    stored = GuidelineVersion.objects.get(pk=version.pk)
    assert stored.changes["fates"] == {"sentiment.mixed": {"how": "retired", "into": []}}
    assert stored.changes["classes"]["rule:1"] == "clarifying"
    assert stored.changes["classes"]["choice:sentiment.mixed"] == "breaking"
    assert (stored.change_class, stored.reading_number) == ("breaking", 2)


@pytest.mark.parametrize(
    ("changed", "change_class", "reading_number"),
    [
        ({"title": "Other"}, "editorial", 0),
        ({"prose": "Other"}, "clarifying", 2),
        ({"document": with_decision("Choose Negative.")}, "breaking", 2),
    ],
)
def test_publication_is_as_grave_as_its_gravest_change(
    draft, lead, changed, change_class, reading_number
):
    version = publish_draft(save(draft, lead, **changed), lead)

    assert (version.change_class, version.reading_number) == (change_class, reading_number)
    entry = AuditEntry.objects.filter(action="guideline.publish").last()
    assert entry.detail["change_class"] == change_class
    assert entry.detail["changes"] == {change_class: 1}


def test_editorial_publication_keeps_what_must_be_read(project, version, lead):
    publish_version(project, by=lead, prose="Second")
    third = publish_version(project, by=lead, prose="second!")

    assert (third.change_class, third.reading_number) == ("editorial", 2)


def test_lead_may_lower_a_class(draft, lead):
    changes = {"classes": {"rule:1": "editorial"}}
    draft = save(draft, lead, document=with_decision("Take Mixed."), changes=changes)

    assert publish_draft(draft, lead).change_class == "editorial"


def test_publish_with_a_choice_gone_and_no_fate_is_refused(draft, lead):
    draft = save(draft, lead, document=a_document("positive", "negative"))

    assert "changes.fates[sentiment.mixed]" in queries.unfinished(draft)
    assert faults_of(publish_draft, draft, lead) == {"changes.fates[sentiment.mixed]"}
    assert not GuidelineVersion.objects.get(pk=draft.pk).is_published


def test_publish_with_a_split_without_targets_is_refused(draft, lead):
    changes = {"fates": {"sentiment.mixed": {"how": "split", "into": ["sentiment.mixed"]}}}
    draft = save(draft, lead, prose="More", changes=changes)

    assert faults_of(publish_draft, draft, lead) == {"changes.fates[sentiment.mixed].into"}


def test_publish_with_a_quiz_without_questions_is_refused(draft, lead):
    changes = {"quiz": {"questions": 2, "pass_mark": 50}}
    draft = save(draft, lead, document=with_decision("Choose Negative."), changes=changes)

    assert faults_of(publish_draft, draft, lead) == {"changes.quiz"}


def test_save_without_changes_keeps_the_decisions_that_still_mean_something(draft, lead):
    document = a_document()
    document["rules"].append({"number": 2, "condition": "x", "decision": "y"})
    classes = {"rule:1": "breaking", "rule:2": "breaking"}
    draft = save(draft, lead, document=document, changes={"classes": classes})

    draft = save(draft, lead, document=a_document())

    assert draft.changes["classes"] == {"rule:1": "breaking"}


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"classes": {"rule:7": "breaking"}}, "changes.classes[rule:7]"),
        ({"classes": {"rule:1": "fatal"}}, "changes.classes[rule:1]"),
        ({"fates": {"sentiment.mixed": {"how": "retired"}}}, "changes.fates[sentiment.mixed].how"),
        ({"quiz": {"questions": 99}}, "changes.quiz.questions"),
        ("all", "changes"),
    ],
)
def test_save_of_bad_decisions_changes_nothing(draft, lead, changes, field):
    assert faults_of(save, draft, lead, prose="More", changes=changes) == {field}
    stored = GuidelineVersion.objects.get(pk=draft.pk)
    assert (stored.revision, stored.changes) == (1, {})


@pytest.fixture
def old_draft(project, version, lead):
    """A draft pushed from version 1 while version 2 holds."""
    publish_version(project, by=lead, prose="Second")
    content = Content("Mine", "Mine", with_decision("Choose Negative."))
    return open_draft(
        project=project, by=lead, now=NOW(), content=content, based_on=1,
        changes={"classes": {"rule:1": "clarifying"}},
    )  # fmt: skip


def test_publish_over_a_version_that_came_meanwhile_is_a_conflict(old_draft, lead):
    with pytest.raises(Conflict) as raised:
        publish_draft(old_draft, lead)

    assert raised.value.code == "based_on_old"
    assert raised.value.detail == {"number": 2, "based_on": 1}
    assert not GuidelineVersion.objects.get(pk=old_draft.pk).is_published


def test_rebased_draft_keeps_its_text_and_is_published(old_draft, lead):
    draft = rebase_draft(version=old_draft, expected_revision=1, by=lead, now=NOW())

    assert (draft.based_on.number, draft.revision, draft.prose) == (2, 2, "Mine")
    assert draft.changes["classes"] == {"rule:1": "clarifying"}
    assert publish_draft(draft, lead).number == 3
    assert AuditEntry.objects.filter(action="guideline.rebase").count() == 1


def test_rebase_of_what_is_on_top_changes_nothing(draft, lead):
    assert rebase_draft(version=draft, expected_revision=1, by=lead, now=NOW()).revision == 1
    with pytest.raises(Conflict, match="in the meantime"):
        rebase_draft(version=draft, expected_revision=7, by=lead, now=NOW())


def test_draft_based_on_what_is_not_published_is_refused(project, version, lead):
    content = Content("Mine", "", a_document())

    assert faults_of(
        open_draft, project=project, by=lead, now=NOW(), content=content, based_on=9
    ) == {"based_on"}  # fmt: skip


def test_number_taken_again_goes_on_with_its_revisions(project, draft, lead):
    discard_draft(version=draft, by=lead, now=NOW())
    again = open_draft(project=project, by=lead, now=NOW())

    assert (again.number, again.revision) == (2, 2)
    with pytest.raises(Conflict, match="in the meantime"):
        publish_draft(again, lead, revision=1)
    with pytest.raises(Gone):
        publish_draft(draft, lead)


def test_board_tells_what_is_decided_and_what_is_open(draft, lead):
    document = a_document("positive", "negative")
    draft = save(draft, lead, document=document, changes={"classes": {"rule:1": "clarifying"}})

    board = change_board(draft)

    found = {each.change.target: each for each in board.changes}
    assert (board.version, board.based_on, board.quiz, board.quiz_questions) == (2, 1, None, 0)
    assert (found["rule:1"].decided, found["rule:1"].change_class) == ("clarifying",) * 2
    assert found["choice:sentiment.mixed"].decided == ""
    assert found["choice:sentiment.mixed"].change.wants_fate
    assert set(board.missing) == {"changes.fates[sentiment.mixed]"}


def test_board_of_a_first_version_is_empty(version):
    assert change_board(version).changes == ()
