"""Compute a campaign's report: the handler of its job, in the job's transaction."""

from collections.abc import Iterable
from dataclasses import asdict
from datetime import datetime
from typing import Any

import numpy as np
from django.utils.translation import gettext as _

from campaigns.actions.job_language import in_language_of
from campaigns.before_after import Comparison, compare_agreement
from campaigns.models import Campaign, CampaignReport, Who
from campaigns.queries.publication import Publication, publication_of
from campaigns.queries.relabeled import (
    answers_of,
    effort_of,
    labels_after,
    labels_before,
    relabeled_pairs,
    slot_counts,
)
from campaigns.tallies import LabelTally, Said, confusion_of, paired_labels, rate_of, tally
from core.jobs import Progress
from guidelines.models import Question
from quality.agreement.coefficient import Coefficient
from quality.agreement.table import ReliabilityTable

CONFIDENCE = 0.95
# The seed is fixed, so that the same labels always give the same interval.
RESAMPLES, SEED = 1000, 1
_MS_PER_HOUR = 3_600_000
_STEPS = 3


def compute_report(*, progress: Progress, now: datetime) -> dict[str, Any]:
    """Flips, cost and agreement as they stand; then the database keeps the report as it is."""
    reports = CampaignReport.objects.select_related(
        "campaign__project",
        "campaign__version__based_on",
        "campaign__version__guideline",
        "requested_by",
    )
    report = reports.get(job=progress.job_id)
    campaign = report.campaign
    with in_language_of(report.requested_by):
        progress.report(0, _STEPS, _("Comparing new answers with old labels"))
        publication = publication_of(campaign.version)
        figures = _flip_figures(campaign, publication)
        progress.report(1, message=_("Adding up what it took"))
        figures["cost"] = _cost(campaign)
        progress.report(2, message=_("Agreement before and after"))
        figures["agreement"] = [
            _agreement(campaign, publication, key, question)
            for key, question in _questions(publication).items()
        ]
        progress.report(_STEPS, message="")
    CampaignReport.objects.filter(pk=report.pk).update(figures=figures, computed_at=now)
    return {"report": report.pk}


def _questions(publication: Publication) -> dict[str, int]:
    """The questions of labels that people made again, where the new version still asks them."""
    keys = {key.partition(".")[0] for key in publication.for_people}
    asked = [
        question.key for question in publication.schema_after.questions if question.key in keys
    ]
    rows = Question.objects.filter(guideline=publication.version.guideline_id, key__in=asked)
    return dict(rows.order_by("pk").values_list("key", "pk"))


def _flip_figures(campaign: Campaign, publication: Publication) -> dict[str, Any]:
    ids = publication.choice_ids
    names = {pk: key for key, pk in ids.items()}
    for_people = {key: each for key, each in publication.for_people.items() if key in ids}
    became = {ids[key]: frozenset(ids[into] for into in each.into if into in ids)
              for key, each in for_people.items()}  # fmt: skip
    labels = tally(answers_of(campaign, **_asked_now(publication)))
    by_choice: dict[int, list[LabelTally]] = {ids[key]: [] for key in for_people}
    for label in labels:
        by_choice[label.choice].append(label)
    return {
        "labels": _label_counts(campaign, labels),
        "overall": asdict(rate_of(labels, became, confidence=CONFIDENCE)),
        "classes": [
            {
                "reference": key,
                "into": list(each.into),
                "why": list(each.why),
                "rules": list(each.rules),
                "sampled": len(by_choice[ids[key]]),
                **asdict(rate_of(by_choice[ids[key]], became, confidence=CONFIDENCE)),
            }
            for key, each in for_people.items()
            if by_choice[ids[key]]
        ],
        "rules": list(_rules(publication, by_choice, became)),
        "confusion": [
            {"before": names[old], "after": names[new], "answers": n}
            for (old, new), n in sorted(confusion_of(labels).items())
        ],
        "confidence": CONFIDENCE,
    }


def _asked_now(publication: Publication) -> dict[str, list[int]]:
    """For each old choice the question under which the new version asks it."""
    rows = dict(
        Question.objects.filter(guideline=publication.version.guideline_id).values_list("key", "pk")
    )
    pairs = [
        (publication.choice_ids[key], rows[(each.into[0] if each.into else key).partition(".")[0]])
        for key, each in publication.for_people.items()
        if key in publication.choice_ids
    ]
    return {
        "choices": [choice for choice, _question in pairs],
        "questions": [question for _choice, question in pairs],
    }


def _label_counts(campaign: Campaign, labels: list[LabelTally]) -> dict[str, Any]:
    answered = sum(1 for each in labels if each.n_answers)
    return {
        "touched": campaign.n_touched,
        "sampled": campaign.n_labels,
        "answered": answered,
        "skipped": sum(1 for each in labels if not each.n_answers and each.skipped),
        "waiting": sum(
            1 for each in labels if not each.n_answers and not each.skipped and each.waiting
        ),
        "handed_on": campaign.n_handed_on,
    }


def _rules(
    publication: Publication,
    by_choice: dict[int, list[LabelTally]],
    became: dict[int, frozenset[int]],
) -> Iterable[dict[str, Any]]:
    """Every changed rule with the labels of the choices it speaks of."""
    for number, change_class in publication.changed_rules.items():
        labels = [
            label
            for choice in publication.ids_of_rule(number)
            for label in by_choice.get(choice, [])
        ]
        if labels:
            rate = rate_of(labels, became, confidence=CONFIDENCE)
            yield {
                "number": number,
                "change_class": change_class,
                "sampled": len(labels),
                **asdict(rate),
            }


def _cost(campaign: Campaign) -> dict[str, Any]:
    effort, slots = effort_of(campaign), slot_counts(campaign)
    return {
        "answered": effort.answered,
        "skipped": effort.skipped,
        "timed": effort.timed,
        "active_ms": effort.active_ms,
        "hours": effort.active_ms / _MS_PER_HOUR,
        "slots": slots.total,
        "slots_done": slots.done,
    }


def _agreement(
    campaign: Campaign, publication: Publication, key: str, question: int
) -> dict[str, Any]:
    after = labels_after(campaign, question)
    items = {item for item, _rater, _choice in after}
    before = [each for each in labels_before(campaign, question) if each[0] in items]
    if campaign.who == Who.SAME:
        stands = {
            publication.choice_ids[reference]: publication.choice_ids[each.into[0]]
            for reference, each in publication.touched.items()
            if not each.needs_people
        }
        before, after = paired_labels(before, after, relabeled_pairs(campaign), stands)
    choices = sorted({choice for _item, _rater, choice in (*before, *after)})
    compared = compare_agreement(
        _table(before, sorted(items), choices),
        _table(after, sorted(items), choices),
        confidence=CONFIDENCE,
        resamples=RESAMPLES,
        seed=SEED,
    )
    return {"question": key, **_comparison(compared)}


def _table(said: Said, items: list[int], choices: list[int]) -> ReliabilityTable:
    """Both versions in one coding of items and choices, so that they can be compared."""
    item_codes = {item: code for code, item in enumerate(items)}
    choice_codes = {choice: code for code, choice in enumerate(choices)}
    raters = sorted({rater for _item, rater, _choice in said})
    rater_codes = {rater: code for code, rater in enumerate(raters)}
    return ReliabilityTable(
        items=np.array([item_codes[item] for item, _rater, _choice in said], np.int64),
        annotators=np.array([rater_codes[rater] for _item, rater, _choice in said], np.int64),
        labels=np.array([choice_codes[choice] for _item, _rater, choice in said], np.int64),
        n_items=len(items),
        n_annotators=len(raters),
        n_labels=len(choices),
    )


def _comparison(compared: Comparison) -> dict[str, Any]:
    return {
        "n_items": compared.n_items,
        "before": _coefficient(compared.before),
        "after": _coefficient(compared.after),
        "difference": compared.difference,
        "low": compared.low,
        "high": compared.high,
        "verdict": compared.verdict.value,
    }


def _coefficient(found: Coefficient) -> dict[str, Any]:
    return {
        "value": found.value,
        "low": found.low,
        "high": found.high,
        "n_items": found.n_items,
        "n_annotators": found.n_annotators,
        "n_labels": found.n_labels,
        "undefined": str(found.undefined or ""),
    }
