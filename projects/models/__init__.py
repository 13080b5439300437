"""Projects and who works in them."""

from projects.models.invitation import Invitation
from projects.models.membership import Membership
from projects.models.project import Layout, Project, ProjectState, ReviewMode

__all__ = ["Invitation", "Layout", "Membership", "Project", "ProjectState", "ReviewMode"]
