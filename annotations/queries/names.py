"""What the people behind answers are called to a viewer: by their names, or "Annotator A".

One rule for every page, REST answer and file on which a label stands beside a person (ADR 0038):
who may see names (`Permission.VIEW_NAMES`) sees them; who judges answers sees letters until they
have asked for the names of an item, which is kept on record; where answers are judged everybody
does. Nobody is hidden from themselves.

Letters are of an item: in the order of the first answers, and for answers of the same moment (an
import) in an order that differs from item to item, so that a letter says nothing about the next
item.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from django.db import connection
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from annotations.models import NamesShown, Source
from projects.access import has_permission
from projects.models import Membership
from projects.queries import present_members
from projects.roles import ROLE_PERMISSIONS, Permission

WATCHERS = [
    role.value
    for role, permissions in ROLE_PERMISSIONS.items()
    if Permission.VIEW_ITEMS in permissions
]

NAMES_ARE_HIDDEN = gettext_lazy(
    "What one person said is listed for those who lead the project. Ask for the names of an item"
    " instead: that is kept on record."
)

_RATERS = """
SELECT annotation.item_id, rater.id, rater.person_id, min(annotation.created_at)
  FROM annotations_annotation AS annotation
  JOIN annotations_source AS source ON source.id = annotation.source_id
  JOIN annotations_source AS rater ON rater.id = coalesce(source.on_behalf_of_id, source.id)
 WHERE annotation.item_id = ANY(%s)
 GROUP BY 1, 2, 3
"""


@dataclass(frozen=True)
class Letters:
    """Of one item: a letter for each rater (by id of the source), and for those who are people by
    id of the user."""

    by_source: Mapping[int, str] = field(default_factory=dict)
    by_person: Mapping[int, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Names:
    """What people are called on some items. `shown`: items with names; None for all items.

    `team`: people who watch the project, and so are no secret where they have not labeled.
    """

    viewer: int
    shown: frozenset[int] | None
    letters: Mapping[int, Letters] = field(default_factory=dict)
    team: frozenset[int] = frozenset()

    def are_shown(self, item: int) -> bool:
        """Whether names stand beside the answers to this item."""
        return self.shown is None or item in self.shown

    def letter(self, item: int, source: int) -> str:
        """The letter of a rater of an item; "?" for one who has said nothing about it."""
        return self.letters.get(item, Letters()).by_source.get(source, "?")

    def is_hidden(self, item: int, person: int | None) -> bool:
        """Whether this rater (a person, or None) is called by a letter on this item."""
        return not self.are_shown(item) and (person is None or person != self.viewer)

    def rater(self, item: int, source: int, person: int | None, name: str) -> str:
        """What to call who gave an answer."""
        if not self.is_hidden(item, person):
            return name
        return _("Annotator %(letter)s") % {"letter": self.letter(item, source)}

    def person(self, item: int, person: int | None, name: str) -> str:
        """What to call somebody who is named beside the answers to an item, for whatever reason."""
        if person is None or not self.is_hidden(item, person):
            return name
        letter = self.letters.get(item, Letters()).by_person.get(person)
        if letter is not None:
            return _("Annotator %(letter)s") % {"letter": letter}
        return name if person in self.team else _("An annotator")


def names_for(viewer: Membership, items: Iterable[int], *, judging: bool = False) -> Names:
    """What the viewer calls people on these items; no statement for who sees all names anyway.

    `judging`: on pages where answers are judged, which hide names from everybody at first.
    """
    if not judging and sees_names(viewer):
        return Names(viewer.user_id, None)
    ids = sorted(set(items))
    if not ids:
        return Names(viewer.user_id, frozenset())
    asked = NamesShown.objects.filter(item__in=ids, by=viewer.user_id)
    shown = frozenset(asked.values_list("item_id", flat=True))
    team = present_members(viewer.project).filter(roles__overlap=WATCHERS)
    return Names(
        viewer.user_id,
        shown,
        _letters([item for item in ids if item not in shown]),
        frozenset(team.values_list("user_id", flat=True)),
    )


def sees_names(viewer: Membership) -> bool:
    """Whether the viewer sees names everywhere without asking.

    Annotators do: all they see are their own answers, and who wrote to them.
    """
    watches = has_permission(viewer, Permission.VIEW_ITEMS)
    return not watches or has_permission(viewer, Permission.VIEW_NAMES)


@dataclass(frozen=True)
class Named:
    """Who is behind a letter of an item; `source` is the id of the rater."""

    letter: str
    source: int
    name: str


def raters_by_letter(item: int) -> list[Named]:
    """All who have said something about an item, in the order of their letters."""
    by_source = _letters([item]).get(item, Letters()).by_source
    sources = Source.objects.filter(pk__in=by_source).select_related("person").in_bulk()
    return [Named(letter, pk, _own_name(sources[pk])) for pk, letter in by_source.items()]


def _own_name(source: Source) -> str:
    return source.person.name if source.person else source.name


def letter_of(place: int) -> str:
    """A, B, ... Z, AA: the name of the rater at this place, from 0."""
    letters = ""
    place += 1
    while place:
        place, rest = divmod(place - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def _letters(items: list[int]) -> dict[int, Letters]:
    if not items:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(_RATERS, [items])
        rows = cursor.fetchall()
    raters: dict[int, list[tuple[datetime, str, int, int | None]]] = {}
    for item, source, person, first in rows:
        raters.setdefault(item, []).append((first, _lot(item, source), source, person))
    return {item: _ordered(found) for item, found in raters.items()}


def _ordered(raters: list[tuple[datetime, str, int, int | None]]) -> Letters:
    by_source, by_person = {}, {}
    for place, (_first, _key, source, person) in enumerate(sorted(raters, key=lambda row: row[:3])):
        by_source[source] = letter_of(place)
        if person is not None:
            by_person[person] = by_source[source]
    return Letters(by_source, by_person)


def _lot(item: int, source: int) -> str:
    """What nobody without the server's key can compute; the same for ever."""
    return salted_hmac("annotations.names", f"{item}:{source}", algorithm="sha256").hexdigest()
