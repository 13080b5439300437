"""The project's guideline: published once, or a draft at work."""

import pytest
from django.utils import timezone

from guidelines.actions.open_draft import open_draft
from tests.factories.guidelines import publish_version


@pytest.fixture
def version(project, lead):
    """Version 1, published."""
    return publish_version(project, by=lead)


@pytest.fixture
def draft(project, version, lead):
    """The draft of version 2, a copy of version 1."""
    return open_draft(project=project, by=lead, now=timezone.now())
