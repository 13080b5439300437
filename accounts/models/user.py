"""The user: an e-mail address, a name, a password. People retire, they are never deleted."""

from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone


class UserManager(BaseUserManager["User"]):
    """Look-up by e-mail address whatever its case."""

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.by_email(username or "").get()

    def by_email(self, email: str) -> models.QuerySet["User"]:
        """The account of an address, through the unique index on the lower-case address."""
        lowered: Any = Lower(models.Value(email))
        return self.alias(email_lower=Lower("email")).filter(email_lower=lowered)


class User(AbstractBaseUser):
    """A person. Roles are per project; `is_owner` may create projects and invite to the server."""

    email = models.EmailField(max_length=254, unique=True)
    name = models.CharField(max_length=100)
    language = models.CharField(max_length=8, blank=True)
    is_owner = models.BooleanField(default=False)
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField(default=timezone.now)

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    class Meta:
        constraints = (models.UniqueConstraint(Lower("email"), name="user_one_account_per_email"),)

    def __str__(self) -> str:
        return self.name

    def get_full_name(self) -> str:
        return self.name
