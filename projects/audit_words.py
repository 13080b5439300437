"""What the audit log says, in words. A code without words is shown as it is."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.models import AuditEntry
from projects.roles import Role

ACTIONS = {
    "campaign.carry_over": gettext_lazy("Had labels carried over to a new version"),
    "campaign.carry_over_cancelled": gettext_lazy("Cancelled carrying labels over"),
    "campaign.ended": gettext_lazy("Ended a relabel campaign"),
    "campaign.paused": gettext_lazy("Paused a relabel campaign"),
    "campaign.report": gettext_lazy("Had a campaign report computed"),
    "campaign.running": gettext_lazy("Resumed a relabel campaign"),
    "campaign.start": gettext_lazy("Started a relabel campaign"),
    "export.opened": gettext_lazy("Exported"),
    "gold.marked": gettext_lazy("Marked a gold item"),
    "gold.retired": gettext_lazy("Retired a gold item"),
    "group.asked": gettext_lazy("Asked annotators for their group"),
    "group.retired": gettext_lazy("Stopped asking annotators for their group"),
    "guideline.acknowledge": gettext_lazy("Read a version of the guideline"),
    "guideline.create": gettext_lazy("Began the guideline"),
    "guideline.discard": gettext_lazy("Discarded a draft of the guideline"),
    "guideline.draft": gettext_lazy("Began a draft of the guideline"),
    "guideline.publish": gettext_lazy("Published a version of the guideline"),
    "guideline.quiz": gettext_lazy("Answered the quiz of a version"),
    "guideline.rebase": gettext_lazy("Put a draft on top of a newer version"),
    "import.cancelled": gettext_lazy("Cancelled an import"),
    "import.done": gettext_lazy("Imported a file"),
    "import.started": gettext_lazy("Started an import"),
    "import.uploaded": gettext_lazy("Uploaded a file"),
    "invitation.accepted": gettext_lazy("Accepted an invitation"),
    "invitation.created": gettext_lazy("Invited somebody"),
    "invitation.revoked": gettext_lazy("Took an invitation back"),
    "items.add": gettext_lazy("Added items"),
    "media.arrived": gettext_lazy("Added files"),
    "media.cancelled": gettext_lazy("Stopped adding files"),
    "media.started": gettext_lazy("Started adding files"),
    "item.adjudicated": gettext_lazy("Decided a disputed item"),
    "item.decision_undone": gettext_lazy("Undid a decision"),
    "item.names_shown": gettext_lazy("Asked who had said what"),
    "review.done": gettext_lazy("Reviewed an answer"),
    "media.uploaded": gettext_lazy("Uploaded media files"),
    "media.withdrawn": gettext_lazy("Withdrew a media file"),
    "member.added_again": gettext_lazy("Added a former member again"),
    "member.left": gettext_lazy("Left the project"),
    "member.removed": gettext_lazy("Removed a member"),
    "member.roles_changed": gettext_lazy("Changed the roles of a member"),
    "person.paused": gettext_lazy("Paused an annotator"),
    "person.resumed": gettext_lazy("Let an annotator go on"),
    "project.changed": gettext_lazy("Changed the settings"),
    "project.closed": gettext_lazy("Closed the project"),
    "project.created": gettext_lazy("Created the project"),
    "project.reopened": gettext_lazy("Reopened the project"),
    "project.retired": gettext_lazy("Retired the project"),
    "question.answered": gettext_lazy("Answered a question"),
    "routing.ended": gettext_lazy("Ended adaptive overlap"),
    "routing.paused": gettext_lazy("Paused adaptive overlap"),
    "routing.running": gettext_lazy("Started or resumed adaptive overlap"),
    "training.finished": gettext_lazy("Finished a training"),
    "quality.costs_changed": gettext_lazy("Changed the costs of wrong decisions"),
    "quality.start_agreement": gettext_lazy("Had agreement computed"),
    "quality.start_check": gettext_lazy("Had a resolution checked"),
    "quality.start_people": gettext_lazy("Had figures of annotators computed"),
    "quality.start_resolution": gettext_lazy("Had labels resolved"),
    "quality.start_study": gettext_lazy("Had the number of labels looked at"),
}


def action_in_words(entry: AuditEntry) -> str:
    """`guideline.publish` as "Published a version of the guideline"."""
    return str(ACTIONS.get(entry.action, entry.action))


def details_in_words(entry: AuditEntry) -> list[tuple[str, str]]:
    """What an entry says beside who and what, as (name, text)."""
    lines: list[tuple[str, str]] = []
    for name, value in entry.detail.items():
        if name == "changed" and isinstance(value, dict):
            lines += [
                (field, f"{_words(change['from'])} → {_words(change['to'])}")
                for field, change in value.items()
            ]
        elif isinstance(value, dict):
            lines += [(f"{name}.{part}", _words(each)) for part, each in value.items()]
        else:
            lines.append((name, _words(value)))
    return lines


def _words(value: Any) -> str:
    if value is None or value == "":
        return "–"
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, list):
        return ", ".join(map(_words, value)) or "–"
    if isinstance(value, dict):
        return ", ".join(f"{name}: {_words(each)}" for name, each in value.items()) or "–"
    return str(Role(value).label) if value in Role.values else str(value)
