"""What a person must do before new items are handed out; the lease asks the same in its SQL."""

from accounts.models import User
from annotations.models import TrainingResult
from annotations.queries.checks import pause_of
from guidelines.queries import is_due
from projects.models import Project

READING, TRAINING, PAUSED = "reading", "training", "paused"


def gate_of(project: Project, by: User) -> str:
    """ "paused", "reading" what the guideline has changed, "training", or "" for nothing."""
    if pause_of(project, by) is not None:
        return PAUSED
    if is_due(by, project):
        return READING
    if project.training_items and not has_passed_training(project, by):
        return TRAINING
    return ""


def has_passed_training(project: Project, by: User) -> bool:
    """Whether one attempt was good enough."""
    return TrainingResult.objects.filter(project=project, person=by, passed=True).exists()
