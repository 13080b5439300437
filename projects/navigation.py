"""The way around a project: one list of pages, shown to those who may open them."""

from dataclasses import dataclass
from typing import Any

from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from projects.models import Membership
from projects.roles import Permission


@dataclass(frozen=True)
class Entry:
    """One page of a project: who may open it, its name, its URL name and its icon.

    `count`: the URL name of a fragment that says how much is new there.
    """

    permission: Permission
    label: str | Promise
    url_name: str
    icon: str
    count: str = ""


ENTRIES = (
    Entry(Permission.VIEW_PROJECT, _("Overview"), "projects:overview", "layout-dashboard"),
    Entry(Permission.LABEL, _("Label"), "annotations:label", "tag"),
    Entry(Permission.LABEL, _("Your figures"), "quality:coaching", "trending-up"),
    Entry(Permission.VIEW_ITEMS, _("Items"), "annotations:items", "list"),
    Entry(Permission.VIEW_GUIDELINE, _("Guideline"), "guidelines:current", "book-open"),
    Entry(
        Permission.VIEW_GUIDELINE,
        _("Threads"),
        "annotations:threads",
        "message-circle-question-mark",
        count="annotations:unread_threads",
    ),
    Entry(Permission.EDIT_GUIDELINE, _("Training"), "annotations:trainees", "graduation-cap"),
    Entry(Permission.VIEW_QUALITY, _("Quality"), "quality:overview", "chart-column"),
    Entry(Permission.VIEW_QUALITY, _("Campaigns"), "campaigns:list", "repeat"),
    Entry(Permission.IMPORT, _("Import"), "datasets:imports", "upload"),
    Entry(Permission.IMPORT, _("Media"), "media:files", "images"),
    Entry(Permission.EXPORT, _("Export"), "datasets:export", "download"),
    Entry(Permission.MANAGE_PEOPLE, _("People"), "projects:people", "users"),
    Entry(Permission.EDIT_PROJECT, _("Settings"), "projects:settings", "settings"),
    Entry(Permission.VIEW_AUDIT, _("Audit log"), "projects:audit", "scroll-text"),
)

# What a person most likely came for, the most urgent first.
STEPS = (
    Entry(Permission.LABEL, _("Label items"), "annotations:label", "tag"),
    Entry(Permission.ADJUDICATE, _("See where annotators disagree"), "quality:dashboard", "scale"),
    Entry(Permission.EDIT_GUIDELINE, _("Work on the guideline"), "guidelines:current", "book-open"),
    Entry(Permission.IMPORT, _("Import items"), "datasets:imports", "upload"),
    Entry(Permission.EXPORT, _("Export labels"), "datasets:export", "download"),
    Entry(Permission.MANAGE_PEOPLE, _("Invite people"), "projects:people", "user-plus"),
)


def links(entries: tuple[Entry, ...], membership: Membership, *, path: str = "") -> list[Any]:
    """The entries this person may open, with their URLs; the one that holds `path` is current."""
    permissions, slug = membership.permissions, membership.project.slug
    found = [
        {
            "label": entry.label,
            "url": url,
            "icon": entry.icon,
            "count": _url(entry.count, slug) if entry.count else "",
            "current": False,
        }
        for entry in entries
        if entry.permission in permissions and (url := _url(entry.url_name, slug))
    ]
    holding = [link for link in found if path.startswith(str(link["url"]))]
    if holding:
        max(holding, key=lambda link: len(str(link["url"])))["current"] = True
    return found


def next_steps(membership: Membership) -> list[Any]:
    """Work waits only in an open project; what is read or exported stays."""
    steps = STEPS if membership.project.is_open else STEPS[4:5]
    return links(steps, membership)


def _url(name: str, slug: str) -> str:
    """Empty for a page that is not part of this installation."""
    try:
        return reverse(name, kwargs={"slug": slug})
    except NoReverseMatch:
        return ""
