"""Whose answers are whose: a person's own, and those carried over from them (ADR 0019)."""

from django.db.models import Q, QuerySet

from accounts.models import User
from annotations.models import Source
from projects.models import Project


def sources_of(project: Project, person: User) -> QuerySet[Source]:
    """The person's source in the project, and the carrying-over on their behalf."""
    mine = Q(person=person) | Q(on_behalf_of__person=person)
    return Source.objects.filter(mine, project=project)
