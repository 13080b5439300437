"""What upper apps say on the overview of a project and on the list of projects.

They register functions in `AppConfig.ready`; each may cost one cheap statement and must never
count what grows without bound.
"""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, NotRequired, TypedDict

if TYPE_CHECKING:  # the modules of apps import this one before there are models
    from accounts.models import User
    from projects.models import Membership, Project


class Card(TypedDict):
    """One figure: what it is, how much, what to know about it, and the rows behind it."""

    title: str
    value: str
    note: NotRequired[str]
    url: NotRequired[str]


CardFunction = Callable[["Membership"], Card | None]
ProgressFunction = Callable[["User", "Sequence[Project]"], dict[int, str]]

_CARDS: list[CardFunction] = []
_PROGRESS: list[ProgressFunction] = []


def register(function: CardFunction) -> None:
    """`function(membership)` gives a card, or None when it has nothing to say to this person."""
    if function not in _CARDS:
        _CARDS.append(function)


def register_progress(function: ProgressFunction) -> None:
    """`function(person, projects)` gives, by project id, a sentence about the person's own work."""
    if function not in _PROGRESS:
        _PROGRESS.append(function)


def cards_for(membership: "Membership") -> list[Card]:
    """In the order of registration."""
    cards = (function(membership) for function in _CARDS)
    return [card for card in cards if card is not None]


def progress_of(person: "User", projects: "Sequence[Project]") -> dict[int, list[str]]:
    """The sentences about each project."""
    sentences: dict[int, list[str]] = {project.pk: [] for project in projects}
    for function in _PROGRESS if projects else []:
        for project_id, sentence in function(person, projects).items():
            sentences[project_id].append(sentence)
    return sentences
