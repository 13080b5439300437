"""`manage.py password_link <e-mail>`: for an owner who is locked out and has the machine."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts.links import set_password_link
from accounts.models import User


class Command(BaseCommand):
    """Prints a one-time link."""

    help = "Print a one-time link with which a person sets a new password."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email")

    def handle(self, *args: Any, **options: Any) -> None:
        user = User.objects.by_email(options["email"]).filter(is_active=True).first()
        if user is None:
            raise CommandError(f"There is no active account with the address {options['email']}.")
        self.stdout.write(settings.PUBLIC_URL.rstrip("/") + set_password_link(user))
