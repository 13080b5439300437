"""The secret part of an invitation link. Only its digest is stored."""

import hashlib
import secrets


def new_link_secret() -> str:
    """256 random bits, URL-safe."""
    return secrets.token_urlsafe(32)


def secret_digest(secret: str) -> str:
    """Hexadecimal SHA-256: what the database knows of the link."""
    return hashlib.sha256(secret.encode()).hexdigest()
