"""Live figures for REST: named by keys and numbers instead of ids."""

from typing import Any

from guidelines.models import Choice
from projects.models import Project
from quality.models import AgreementResult
from quality.queries.agreement.left_out import left_out_table
from quality.queries.naming import Vocabulary, vocabulary
from quality.queries.overview.dashboard import Choosing, chosen_slice, numbers_of


def live_details(project: Project, language: str, choosing: Choosing) -> dict[str, Any] | None:
    """What REST says of a slice that is followed live; None where it is not."""
    known = vocabulary(project, language)
    chosen = chosen_slice(project, known, choosing)
    if chosen is None:
        return None
    names = chosen.question
    numbers = numbers_of(chosen)
    if numbers is None:
        return None
    state = numbers.state
    keys = {choice.id: choice.key for choice in names.choices.values()}
    results = _with_keys(numbers.results, known)
    return {
        "question": names.key,
        "version": chosen.version.number if chosen.version else None,
        "is_current": state.is_current,
        "is_catching_up": state.is_catching_up,
        "changed_at": state.changed_at,
        "intervals_at": state.intervals_at,
        "proved_at": state.proof.proved_at if state.proof else None,
        "proved_equal": state.proof.is_equal if state.proof else None,
        "n_items": numbers.n_items,
        "n_labels": numbers.n_labels,
        "results": results,
        "class_counts": [
            {"choice": names.choices[choice], "n_labels": n}
            for (choice, version), n in numbers.class_counts.items()
            if version is None
        ],
        "confusion": [
            {"a": keys[first], "b": keys[second], "count": n}
            for (first, second), n in numbers.confusion.items()
        ],
        "annotators": left_out_table(numbers.annotators, results, most=None).rows,
    }


def _with_keys(results: list[AgreementResult], known: Vocabulary) -> list[AgreementResult]:
    """The choices and versions behind the ids, which REST names by key and number."""
    choices = Choice.objects.in_bulk({each.choice_id for each in results if each.choice_id})
    versions = {version.pk: version for version in known.versions}
    for each in results:
        each.choice = choices.get(each.choice_id or 0)
        each.version = versions.get(each.version_id or 0)
    return results
