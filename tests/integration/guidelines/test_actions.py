import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from core.errors import Conflict, Gone
from core.models import AuditEntry
from guidelines import queries
from guidelines.actions.create_guideline import create_guideline
from guidelines.actions.discard_draft import discard_draft
from guidelines.actions.open_draft import open_draft
from guidelines.actions.publish import publish
from guidelines.actions.save_draft import save_draft
from guidelines.content import MAX_PROSE, Content
from guidelines.models import Choice, Guideline, GuidelineVersion, Question
from projects.models import ProjectState
from tests.factories.guidelines import a_document, publish_version, retiring
from tests.together import at_once

pytestmark = pytest.mark.django_db


def save(draft, by, *, revision=None, **changes):
    content = {"title": draft.title, "prose": draft.prose, "document": draft.document} | changes
    return save_draft(
        version=draft,
        expected_revision=draft.revision if revision is None else revision,
        by=by,
        now=timezone.now(),
        **content,
    )


def publish_draft(draft, by, *, revision=None, note=""):
    return publish(
        version=draft,
        change_note=note,
        expected_revision=draft.revision if revision is None else revision,
        by=by,
        now=timezone.now(),
    )


def faults_of(call, *args, **kwargs):
    with pytest.raises(ValidationError) as raised:
        call(*args, **kwargs)
    return raised.value.message_dict


def test_create_guideline_twice_is_one(project, lead):
    first = create_guideline(project=project, by=lead, now=timezone.now())

    assert create_guideline(project=project, by=lead, now=timezone.now()) == first
    assert AuditEntry.objects.filter(action="guideline.create").count() == 1


def test_first_draft_is_empty_and_named_like_the_project(project, lead):
    draft = open_draft(project=project, by=lead, now=timezone.now())

    assert (draft.number, draft.title, draft.based_on) == (1, project.name, None)
    assert draft.document == {"questions": [], "rules": []}


def test_next_draft_copies_the_current_version(version, draft):
    assert (draft.number, draft.based_on) == (2, version)
    assert (draft.title, draft.prose) == (version.title, version.prose)
    assert draft.document == version.document


def test_open_draft_again_is_the_same_draft(project, draft, owner):
    assert open_draft(project=project, by=owner, now=timezone.now()) == draft


def test_draft_from_content_is_refused_while_one_is_at_work(project, draft, lead):
    content = Content("Other", "", a_document("a"))

    with pytest.raises(Conflict) as raised:
        open_draft(project=project, by=lead, now=timezone.now(), content=content)

    assert raised.value.code == "draft_exists"
    assert raised.value.detail == {"number": 2, "revision": 1}


def test_save_stores_the_normalised_text(draft, lead):
    saved = save(draft, lead, title="  New \r\n", prose="a\r\nb\n", document=a_document("a", "b"))

    stored = GuidelineVersion.objects.get(pk=draft.pk)
    assert (stored.title, stored.prose) == ("New", "a\nb")
    assert stored.document["questions"][0]["choices"][1]["hotkey"] == "2"
    assert (stored.revision, stored.edited_by) == (2, lead)
    assert saved.revision == 2


def test_save_over_somebody_elses_is_a_conflict_with_both_texts(draft, lead, owner):
    save(draft, lead, prose="by Alice")

    with pytest.raises(Conflict) as raised:
        save(draft, owner, prose="by Olga", revision=1)

    assert raised.value.code == "stale_revision"
    assert raised.value.detail["prose"] == "by Alice"
    assert raised.value.detail["revision"] == 2
    assert GuidelineVersion.objects.get(pk=draft.pk).prose == "by Alice"


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"title": "  "}, "title"),
        ({"title": "x" * 201}, "title"),
        ({"title": "a\x00"}, "title"),
        ({"prose": "x" * (MAX_PROSE + 1)}, "prose"),
        ({"prose": "a\ud800"}, "prose"),
        ({"document": {"questions": 1}}, "questions"),
        ({"document": a_document("a", "a")}, "questions[0].choices[1].key"),
        ({"document": {"rules": [], "other": 1}}, "other"),
    ],
)
def test_save_of_broken_content_changes_nothing(draft, lead, changes, field):
    assert list(faults_of(save, draft, lead, **changes)) == [field]
    assert GuidelineVersion.objects.get(pk=draft.pk).revision == 1


def test_save_of_a_document_beyond_the_limit_is_refused(draft, lead):
    rules = [
        {"number": number, "condition": "x" * 4900, "decision": "y"} for number in range(1, 300)
    ]

    assert "questions" in faults_of(save, draft, lead, document={"rules": rules})


def test_published_version_cannot_be_saved_or_discarded(version, lead):
    with pytest.raises(Conflict, match="published"):
        save(version, lead)
    with pytest.raises(Conflict, match="published"):
        discard_draft(version=version, by=lead, now=timezone.now())


def test_publish_freezes_hashes_and_makes_identities(draft, lead):
    document = a_document("positive", "neutral")
    draft = save(draft, lead, document=document, changes=retiring(draft.document, document))

    version = publish_draft(draft, lead, note=" Neutral added ")

    assert version.is_published
    assert (version.published_by, version.change_note) == (lead, "Neutral added")
    assert len(version.content_hash) == 64
    assert Question.objects.count() == 1
    assert {choice.key for choice in Choice.objects.all()} == {
        "positive", "negative", "mixed", "neutral",
    }  # fmt: skip
    entry = AuditEntry.objects.filter(action="guideline.publish").last()
    assert entry.detail == {
        "number": 2,
        "content_hash": version.content_hash,
        "change_class": "breaking",
        "changes": {"breaking": 4, "clarifying": 2},
    }
    assert entry.actor_name == "Alice"


def test_publish_without_questions_is_refused(project, lead):
    draft = open_draft(project=project, by=lead, now=timezone.now())

    assert "questions" in faults_of(publish_draft, draft, lead)


def test_publish_of_unfinished_draft_names_what_is_missing(draft, lead):
    document = a_document()
    document["rules"][0]["choices"] = ["sentiment.gone"]
    document["questions"].append({"key": "empty"})
    draft = save(draft, lead, document=document)

    assert set(faults_of(publish_draft, draft, lead)) == {
        "questions[1].title", "questions[1].choices", "rules[0].choices[0]",
    }  # fmt: skip
    assert not GuidelineVersion.objects.get(pk=draft.pk).is_published
    assert Question.objects.count() == 1


def test_publish_of_an_equal_version_is_refused(draft, lead):
    with pytest.raises(ValidationError, match="nothing to publish"):
        publish_draft(draft, lead)


def test_publish_with_another_kind_for_a_key_is_refused(draft, lead):
    Question.objects.create(guideline=draft.guideline, key="spans", kind="spans")
    draft = save(draft, lead, document=a_document("a", "b", question="spans"))

    assert "questions[0].kind" in faults_of(publish_draft, draft, lead)


@pytest.mark.parametrize("note", ["x" * 5001, "a\x00b"])
def test_publish_with_a_note_that_cannot_be_stored_is_refused(draft, lead, note):
    draft = save(draft, lead, prose="more")

    assert "change_note" in faults_of(publish_draft, draft, lead, note=note)
    assert not GuidelineVersion.objects.get(pk=draft.pk).is_published


def test_publish_of_a_draft_that_moved_is_a_conflict(draft, lead, owner):
    save(draft, owner, prose="more")

    with pytest.raises(Conflict, match="in the meantime"):
        publish_draft(draft, lead, revision=1)


def test_publish_twice_is_a_conflict(draft, lead):
    draft = save(draft, lead, prose="more")
    publish_draft(draft, lead)

    with pytest.raises(Conflict, match="published"):
        publish_draft(draft, lead)


def test_discarded_draft_is_gone_for_everybody(draft, lead):
    discard_draft(version=draft, by=lead, now=timezone.now())

    assert queries.draft_of(draft.guideline.project) is None
    assert not queries.versions(draft.guideline.project).filter(number=draft.number).exists()
    with pytest.raises(Gone):
        save(draft, lead)
    assert AuditEntry.objects.filter(action="guideline.discard").count() == 1


def test_discard_of_a_draft_that_moved_is_a_conflict(draft, lead, owner):
    save(draft, owner, prose="more")

    with pytest.raises(Conflict, match="in the meantime"):
        discard_draft(version=draft, expected_revision=1, by=lead, now=timezone.now())


def test_closed_project_keeps_its_guideline(project, draft, lead):
    project.state = ProjectState.CLOSED
    project.save()

    for change in (
        lambda: open_draft(project=project, by=lead, now=timezone.now()),
        lambda: save(draft, lead),
        lambda: publish_draft(draft, lead),
        lambda: discard_draft(version=draft, by=lead, now=timezone.now()),
    ):
        with pytest.raises(Conflict) as raised:
            change()
        assert raised.value.code == "project_closed"


def test_retired_choice_keeps_its_identity_when_it_comes_back(project, version, lead):
    before = set(Choice.objects.values_list("id", "key"))
    publish_version(project, by=lead, document=a_document("positive", "negative"))
    publish_version(project, by=lead, document=a_document("positive", "negative", "mixed"))

    assert set(Choice.objects.values_list("id", "key")) == before


@pytest.mark.django_db(transaction=True)
def test_open_draft_in_parallel_is_one_draft(project, lead, owner):
    drafts = at_once(
        *(lambda by=by: open_draft(project=project, by=by, now=timezone.now()) for by in
          (lead, owner, lead, owner)),
    )  # fmt: skip

    assert len({draft.pk for draft in drafts}) == 1
    assert Guideline.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_save_in_parallel_stores_one_and_tells_the_other(draft, lead, owner):
    results = at_once(
        lambda: save(draft, lead, prose="by Alice"),
        lambda: save(draft, owner, prose="by Olga"),
    )

    conflicts = [each for each in results if isinstance(each, Conflict)]
    (saved,) = [each for each in results if isinstance(each, GuidelineVersion)]
    assert [each.code for each in conflicts] == ["stale_revision"]
    assert GuidelineVersion.objects.get(pk=draft.pk).prose == saved.prose


@pytest.mark.django_db(transaction=True)
def test_publish_in_parallel_publishes_once(draft, lead, owner):
    draft = save(draft, lead, prose="more")

    results = at_once(lambda: publish_draft(draft, lead), lambda: publish_draft(draft, owner))

    assert sum(isinstance(each, Conflict) for each in results) == 1
    assert AuditEntry.objects.filter(action="guideline.publish").count() == 2
