"""What starting any run has in common."""

from collections.abc import Sequence

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from annotations.models import SourceKind
from guidelines.models import GuidelineVersion, Question
from projects.models import Project
from quality.kinds import COMPUTED_KINDS
from quality.models.run import PEOPLE


def chosen_kinds(source_kinds: Sequence[str] | None) -> list[str]:
    """The kinds in one order, so that equal choices compare equal; all people by default."""
    kinds = sorted(set(source_kinds or PEOPLE))
    unknown = [kind for kind in kinds if kind not in SourceKind.values]
    if unknown:
        message = _("There is no kind of source “%(kind)s”.") % {"kind": unknown[0]}
        raise ValidationError({"source_kinds": ValidationError(message, code="unknown_kind")})
    return [str(kind) for kind in kinds]


def check_question(*, project: Project, question: Question) -> None:
    """ValidationError unless it is a question of this project of a kind that can be computed."""
    if question.guideline.project_id != project.pk:
        message = _("This question is not part of the project.")
        raise ValidationError({"question": ValidationError(message, code="foreign_question")})
    if question.kind not in COMPUTED_KINDS:
        message = _("Questions of the kind “%(kind)s” cannot be computed yet.") % {
            "kind": question.kind
        }
        raise ValidationError({"question": ValidationError(message, code="wrong_kind")})


def check_version(*, project: Project, version: GuidelineVersion | None) -> None:
    """ValidationError unless it is a published version of this project, or none."""
    if version is None:
        return
    if version.guideline.project_id != project.pk or not version.is_published:
        message = _("This guideline version is not a published one of the project.")
        raise ValidationError({"version": ValidationError(message, code="foreign_version")})
