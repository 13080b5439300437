"""Fixtures of the datasets tests."""

import pytest

from tests.factories.guidelines import a_document, publish_version


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    """Uploads of a test vanish with it."""
    settings.STORAGES = {
        **settings.STORAGES,
        "default": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": tmp_path / "media"},
        },
    }
    return tmp_path / "media"


@pytest.fixture
def version(project):
    return publish_version(project, document=a_document("positive", "negative", "mixed"))
