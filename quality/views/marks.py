"""Page marks come from links that we made; any other one leads nowhere."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.core.exceptions import ValidationError
from django.http import Http404


@contextmanager
def invalid_is_missing() -> Iterator[None]:
    """A page that is asked for by a mark that cannot be is not found."""
    try:
        yield
    except ValidationError as error:
        raise Http404(" ".join(error.messages)) from error
