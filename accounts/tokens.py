"""The text of an API token: `lh_<prefix>_<secret>`. Only the digest of the secret is stored."""

import hashlib
import hmac
import re
import secrets
import string
from dataclasses import dataclass

PREFIX_LENGTH = 10
SECRET_BYTES = 32
_ALPHABET = string.ascii_lowercase + string.digits
_SHAPE = re.compile(r"lh_([a-z0-9]{10})_([A-Za-z0-9_-]{43})", re.ASCII)


@dataclass(frozen=True)
class TokenText:
    """What the person keeps; the secret never reaches the database or a log."""

    prefix: str
    secret: str

    def __str__(self) -> str:
        return f"lh_{self.prefix}_{self.secret}"

    def __repr__(self) -> str:
        return f"TokenText(prefix={self.prefix!r})"

    @property
    def digest(self) -> str:
        """Hexadecimal SHA-256. The secret has 256 random bits, so that no slow hash is needed."""
        return hashlib.sha256(self.secret.encode()).hexdigest()

    def matches(self, digest: str) -> bool:
        """Compare in constant time."""
        return hmac.compare_digest(self.digest, digest)


def new_token_text() -> TokenText:
    """Fresh from the system's randomness."""
    prefix = "".join(secrets.choice(_ALPHABET) for _ in range(PREFIX_LENGTH))
    return TokenText(prefix=prefix, secret=secrets.token_urlsafe(SECRET_BYTES))


def parse_token_text(text: str) -> TokenText | None:
    """The parts of a token, or None when the text has another shape."""
    match = _SHAPE.fullmatch(text)
    return TokenText(prefix=match[1], secret=match[2]) if match else None
