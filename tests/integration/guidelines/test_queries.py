import pytest
from django.http import Http404
from django.utils import timezone

from guidelines import queries
from guidelines.actions.save_draft import save_draft
from guidelines.models import Choice, GuidelineVersion, Question
from guidelines.rendering import rendered_guideline
from tests.factories.guidelines import DraftFactory, a_document, publish_version
from tests.factories.projects import ProjectFactory

pytestmark = pytest.mark.django_db


def test_current_version_is_the_latest_published(project, version, draft):
    assert queries.current_version(project) == version
    assert queries.draft_of(project) == draft
    assert queries.current_version(ProjectFactory()) is None


def test_versions_are_newest_first(project, version, draft):
    assert list(queries.versions(project)) == [draft, version]
    assert list(queries.published_versions(project)) == [version]


def test_version_by_number_hides_drafts(project, version, draft):
    assert queries.version_by_number(project, 1) == version
    assert queries.version_by_number(project, 2, with_drafts=True) == draft
    for number in (2, 3):
        with pytest.raises(Http404):
            queries.version_by_number(project, number)


def test_served_schema_costs_nothing_once_read(version, django_assert_num_queries):
    first = queries.served_schema(version.pk)

    with django_assert_num_queries(0):
        assert queries.served_schema(version.pk) is first
    question = Question.objects.get()
    assert (first.id, first.number, first.title) == (version.pk, 1, version.title)
    assert first.questions == {"sentiment": question.pk}
    assert first.choices == {
        ("sentiment", choice.key): choice.pk for choice in Choice.objects.all()
    }


def test_served_schema_has_only_what_the_version_asks(project, version, lead):
    second = publish_version(project, by=lead, document=a_document("positive", "neutral"))

    served = queries.served_schema(second.pk)

    assert set(served.choices) == {("sentiment", "positive"), ("sentiment", "neutral")}
    assert len(queries.served_schema(version.pk).choices) == 3


def test_served_schema_of_a_draft_is_refused(draft):
    with pytest.raises(GuidelineVersion.DoesNotExist):
        queries.served_schema(draft.pk)


def test_rule_numbers_are_never_used_again(project, version, draft, lead):
    document = a_document()
    document["rules"][0]["number"] = 5
    draft = save_draft(
        version=draft, title="x", prose="", document=document, expected_revision=1,
        by=lead, now=timezone.now(),
    )  # fmt: skip

    assert queries.next_rule_number(draft, []) == 6
    assert queries.next_rule_number(draft, [9]) == 10
    assert queries.next_rule_number(DraftFactory(document={}), []) == 1


def test_rendered_guideline_speaks_the_language_and_costs_nothing_once_read(
    version,
    django_assert_num_queries,
):
    korean = rendered_guideline(version.pk, "ko")

    with django_assert_num_queries(0):
        assert rendered_guideline(version.pk, "ko") is korean
    assert korean.questions[0]["choices"][2]["name"] == "혼합"
    assert korean.rules[0].title == "대상이 둘"
    assert rendered_guideline(version.pk, "en").rules[0].title == "Two targets"
    assert 'href="#R1"' in korean.html
    assert "포장이 찢어져" in rendered_guideline(version.pk, "en").rules[0].html
