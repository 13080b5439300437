"""A password hash that costs less than the tests."""

import pytest


@pytest.fixture(autouse=True)
def quick_hashing(request, settings):
    """Timing is a matter of the real one."""
    if not request.node.get_closest_marker("slow"):
        settings.PASSWORD_HASHERS = ["tests.factories.accounts.QuickHasher"]
