"""What Django can say about the code, in one process: starting one costs more than the checks.

python -m tools.django_checks   # system checks, missing migrations, the OpenAPI schema
"""

import os
import warnings

import django
from django.core.management import call_command

# Checks need settings, but neither a server nor a key of their own.
KEY = "only-for-checks-nothing-is-signed-with-it"


def main() -> None:
    """Raise or exit with the first problem; a check that passes says so itself or says nothing."""
    os.environ["SECRET_KEY"] = KEY
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "labelhub.settings")
    # makemigrations would like to compare with a database, which there is none of.
    warnings.simplefilter("ignore", RuntimeWarning)
    django.setup()
    call_command("check", fail_level="WARNING")
    call_command("makemigrations", check_changes=True, dry_run=True)
    call_command("spectacular", validate=True, fail_on_warn=True, file=os.devnull)


if __name__ == "__main__":
    main()
