"""The labeling screen as a preview for who writes the guideline."""

import pytest
from django.urls import reverse

from annotations.models import Annotation
from tests.factories.annotations import ItemFactory
from tests.factories.guidelines import publish_version
from tests.unit.annotations.values.cases import CHOICES

pytestmark = pytest.mark.django_db


def address(project):
    return reverse("annotations:preview", args=[project.slug])


def test_preview_shows_the_draft_on_an_item_and_keeps_nothing(client_of, project, lead):
    publish_version(project)
    client = client_of(lead)
    client.post(reverse("guidelines:start_draft", args=[project.slug]))
    first, second = ItemFactory(project=project), ItemFactory(project=project)

    page = client.get(address(project))
    assert page.status_code == 200
    assert first.payload["text"] in page.content.decode()
    assert "draft of version 2" in page.content.decode()
    following = client.get(f"{address(project)}?item={first.pk}&layout=side_by_side")
    assert second.payload["text"] in following.content.decode()
    assert "item-parts side_by_side" in following.content.decode()
    assert not Annotation.objects.exists()


def test_preview_has_a_sample_text_before_the_first_item(client_of, project, lead):
    question = {"key": "q", "kind": "spans", "title": "Who?", "choices": CHOICES}
    publish_version(project, document={"questions": [question], "rules": []})

    page = client_of(lead).get(f"{address(project)}?item=x&layout=odd")

    assert "A sample text" in page.content.decode()
    assert 'data-kind="spans"' in page.content.decode()


def test_preview_is_for_who_writes_the_guideline(client_of, project, annotator, outsider):
    publish_version(project)

    assert client_of(annotator).get(address(project)).status_code == 403
    assert client_of(outsider).get(address(project)).status_code == 404
