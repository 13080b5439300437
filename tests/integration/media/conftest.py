"""Fixtures of the media tests."""

import uuid

import pytest
from django.db import transaction
from django.utils import timezone

from core.jobs import Progress
from media.actions.run_arrival import run_arrival
from tests.factories.guidelines import publish_version


@pytest.fixture(autouse=True)
def storage(settings, tmp_path):
    """Files of a test vanish with it."""
    folder = tmp_path / "storage"
    settings.STORAGES = {
        **settings.STORAGES,
        "media": {"BACKEND": "media.storage.LocalMedia", "OPTIONS": {"location": folder}},
    }
    return folder


@pytest.fixture
def inbox(settings, tmp_path):
    """The folder of the server from which files are taken."""
    folder = tmp_path / "inbox"
    folder.mkdir()
    settings.STORAGES = {
        **settings.STORAGES,
        "inbox": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": folder},
        },
    }
    return folder


@pytest.fixture
def version(project):
    return publish_version(project)


@pytest.fixture
def who(project, lead):
    """What every action asks."""
    return {"project": project, "by": lead, "now": timezone.now()}


@pytest.fixture
def run(django_capture_on_commit_callbacks):
    """What the worker does: the handler, in one transaction; returns the fresh row."""

    def done(arrival):
        with django_capture_on_commit_callbacks(execute=True), transaction.atomic():
            run_arrival(Progress(job_id=uuid.uuid4(), attempt=1), {"arrival": arrival.pk})
        arrival.refresh_from_db()
        return arrival

    return done
