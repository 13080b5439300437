"""People and their tokens."""

from accounts.models.token import ApiToken, Scope
from accounts.models.user import User

__all__ = ["ApiToken", "Scope", "User"]
