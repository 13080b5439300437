"""Bodies that are refused before anything of them is read."""

FORM_BYTES = 1_000_000  # the other fields of an upload, and the boundaries


def is_too_large(content_length: str | None, limit: int) -> bool:
    """Whether a body of this announced length cannot hold an acceptable file."""
    if content_length is None or not content_length.isdigit():
        return False
    return int(content_length) > limit + FORM_BYTES
