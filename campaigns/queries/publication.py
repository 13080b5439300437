"""What a version changes, as the labels made before it see it."""

from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from campaigns.touched import Touched, choices_of_rule, touched
from guidelines.change_classes import EDITORIAL
from guidelines.changes import Decisions, read_changes
from guidelines.label_schema import LabelSchema
from guidelines.models import Choice, GuidelineVersion
from guidelines.queries import changes_of, schema_of


@dataclass(frozen=True)
class Publication:
    """A version against the one it is based on. `choice_ids` has every choice that exists."""

    version: GuidelineVersion
    before: GuidelineVersion
    schema_before: LabelSchema
    schema_after: LabelSchema
    decisions: Decisions
    touched: dict[str, Touched]
    choice_ids: dict[str, int]

    @property
    def for_people(self) -> dict[str, Touched]:
        """The choices whose labels need people."""
        return {key: each for key, each in self.touched.items() if each.needs_people}

    @property
    def ids_for_people(self) -> list[int]:
        """The same choices as rows."""
        return sorted(self.choice_ids[key] for key in self.for_people if key in self.choice_ids)

    def ids_of_rule(self, number: int) -> list[int]:
        """The old choices that a changed rule speaks of, as rows."""
        targets = {key: each.into for key, each in self.touched.items()}
        named = choices_of_rule(number, self.schema_before, self.schema_after, targets)
        return [self.choice_ids[key] for key in named if key in self.choice_ids]

    @property
    def changed_rules(self) -> dict[int, str]:
        """The class of every changed rule that is more than editorial, by number."""
        return {
            int(target.removeprefix("rule:")): change_class
            for target, change_class in sorted(self.decisions.classes.items())
            if target.startswith("rule:") and change_class != EDITORIAL
        }


def publication_of(version: GuidelineVersion) -> Publication:
    """What the version changes; of a draft as it stands, with the proposed classes where the lead
    has not decided. ValidationError for a first version: there is nothing before it.
    """
    if version.based_on is None:
        message = _("This is the first version: no label was made before it.")
        raise ValidationError({"version": ValidationError(message, code="first_version")})
    before, after = schema_of(version.based_on), schema_of(version)
    decisions = Decisions(
        classes={each.change.target: each.change_class for each in changes_of(version)},
        fates=read_changes(version.changes).fates,
    )
    return Publication(
        version=version,
        before=version.based_on,
        schema_before=before,
        schema_after=after,
        decisions=decisions,
        touched=touched(decisions, before, after),
        choice_ids=choice_ids(version),
    )


def choice_ids(version: GuidelineVersion) -> dict[str, int]:
    """Every choice of the guideline by "question.choice"."""
    rows = Choice.objects.filter(question__guideline=version.guideline_id)
    return {
        f"{question}.{choice}": pk
        for question, choice, pk in rows.values_list("question__key", "key", "pk")
    }
