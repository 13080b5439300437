"""An open project with a published version, and items that wait."""

import pytest

from tests.factories.annotations import open_items
from tests.factories.guidelines import publish_version


@pytest.fixture
def version(project):
    return publish_version(project)


@pytest.fixture
def queue(project, version):
    """Three items with two slots each."""
    return open_items(project, 3, overlap=2)
