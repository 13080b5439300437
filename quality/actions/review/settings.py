"""Whether and how much of the work of annotators is reviewed."""

from datetime import datetime

from accounts.models import User
from projects.actions.projects import change_project
from projects.models import Project, ReviewMode


def set_review(
    *, project: Project, mode: ReviewMode, share: int, newcomers: int, by: User, now: datetime
) -> Project:
    """Holds for answers from now on; what was drawn already stays in the queue.

    ValidationError for a share over 100 per cent or more than 1,000 first answers.
    """
    return change_project(
        project=project,
        by=by,
        now=now,
        review=mode.value,
        review_share=share,
        review_newcomers=newcomers,
    )
