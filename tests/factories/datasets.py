"""Uploaded files, and imports that were started and run in the test's own process."""

import io
import uuid

import factory
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.utils import timezone

from core.jobs import Progress
from datasets.actions.bring_file import bring_file
from datasets.actions.run_import import run_import
from datasets.models import Import
from tests.factories.accounts import UserFactory
from tests.factories.projects import ProjectFactory


class ImportFactory(factory.django.DjangoModelFactory):
    """A file that waits for its mapping; `content=` gives its bytes."""

    class Meta:
        model = Import

    class Params:
        content = b"id,text\n1,Hello\n"

    project = factory.SubFactory(ProjectFactory)
    original_name = "messages.csv"
    file = factory.LazyAttribute(lambda each: SimpleUploadedFile("messages.csv", each.content))
    size = factory.LazyAttribute(lambda each: len(each.content))
    sha256 = "0" * 64
    format = "csv"
    overlap = 2
    uploaded_by = factory.SubFactory(UserFactory)
    uploaded_at = factory.LazyFunction(timezone.now)


def an_upload(content, name="messages.csv"):
    """Text or bytes as a browser sends them."""
    return SimpleUploadedFile(name, content.encode() if isinstance(content, str) else content)


def bring(project, content, name="messages.csv", *, by=None, **options):
    """Upload and start; the job waits."""
    return bring_file(
        project=project,
        file=an_upload(content, name),
        by=by or project.created_by,
        now=timezone.now(),
        **options,
    )


def run(file_import):
    """What the worker does: the handler, in one transaction; returns the fresh row."""
    progress = Progress(job_id=uuid.uuid4(), attempt=1)
    with transaction.atomic():
        run_import(progress, {"import": file_import.pk})
    file_import.refresh_from_db()
    return file_import


def import_file(project, content, name="messages.csv", **options):
    """Upload, start and run."""
    return run(bring(project, content, name, **options))


def read_all(chunks):
    """The bytes of a streamed answer."""
    return io.BytesIO(b"".join(chunks)).getvalue()
