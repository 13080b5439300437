"""Count what a publication touches: the handler of its job. It reads, and writes nothing."""

from dataclasses import asdict
from typing import Any

from django.utils.translation import gettext as _

from campaigns.actions.job_language import in_language_of
from campaigns.impact import Count, CurrentLabels, count, impact_counts, with_choices
from campaigns.models import Impact
from campaigns.queries.current_labels import current_labels, median_pace
from campaigns.queries.publication import Publication, publication_of
from core.jobs import Progress

_MS_PER_HOUR = 3_600_000


def compute_impact(*, progress: Progress) -> dict[str, Any]:
    """The figures of the job's preview, per choice and rule and altogether."""
    impacts = Impact.objects.select_related(
        "version__based_on", "version__guideline__project", "requested_by"
    )
    impact = impacts.get(job=progress.job_id)
    with in_language_of(impact.requested_by):
        progress.report(0, message=_("Reading labels"))
        publication = publication_of(impact.version)
        project = impact.version.guideline.project
        labels = current_labels(
            project, before_number=impact.version.number, report=progress.report
        )
        progress.report(len(labels), len(labels), _("Counting"))
        median_ms, timed = median_pace(project)
        figures = _figures(publication, labels, median_ms)
        progress.report(len(labels), message="")
    return {**figures, "revision": impact.version.revision, "timed_answers": timed}


def _figures(
    publication: Publication, labels: CurrentLabels, median_ms: float | None
) -> dict[str, Any]:
    ids = publication.choice_ids
    outcomes = {ids[key]: each.outcome for key, each in publication.touched.items() if key in ids}
    counts = impact_counts(labels, outcomes)
    hours = None
    if median_ms is not None:
        hours = counts.answers_for_people * median_ms / _MS_PER_HOUR
    return {
        "total": {**asdict(counts.total), "answers": counts.total_answers},
        "needs_people": {
            **asdict(counts.for_people),
            "answers": counts.answers_for_people,
            "hours": hours,
        },
        "carries_over": {**asdict(counts.carried), "answers": counts.carried_answers},
        "held_back_answers": counts.held_back,
        "median_ms": median_ms,
        "choices": [
            {
                "reference": key,
                "outcome": each.outcome.value,
                "into": list(each.into),
                "why": list(each.why),
                "rules": list(each.rules),
                **asdict(counts.by_choice.get(ids.get(key, 0), Count(0, 0, 0))),
            }
            for key, each in publication.touched.items()
        ],
        "rules": [
            {
                "number": number,
                "change_class": change_class,
                **asdict(count(labels, with_choices(labels, publication.ids_of_rule(number)))),
            }
            for number, change_class in publication.changed_rules.items()
        ],
    }
