"""Django's registration of the app."""

from django.apps import AppConfig


class ProjectsConfig(AppConfig):
    """Projects, memberships, permissions."""

    name = "projects"
