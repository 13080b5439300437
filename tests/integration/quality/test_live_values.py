"""Live figures of answers that are values, against what a full run computes."""

import pytest

from quality.models import AgreementResult, AnnotatorAgreement, ClassCount
from quality.queries.live_values_ledger import VALUE_KINDS
from tests.factories.quality import AnswerLedger
from tests.integration.quality.live import count, figures, waiting
from tests.integration.quality.test_agreement_runs import computed
from tests.integration.quality.values import fill

pytestmark = pytest.mark.django_db
every_kind = pytest.mark.parametrize("kind", sorted(VALUE_KINDS))


@every_kind
def test_live_figures_of_a_kind_are_those_of_a_full_run(kind, project):
    ledger = fill(AnswerLedger(project, kind), items=40)
    run = computed(ledger)

    count(ledger)

    assert not waiting(ledger)
    live = figures(ledger)
    known = {(row["coefficient"], row["choice"]): row for row in live["results"]}
    stored = list(
        AgreementResult.objects.filter(run=run, version=None, scope__in=["overall", "choice"])
    )
    for each in stored:
        if (
            each.scope == "choice"
            and each.coefficient == "krippendorff_alpha"
            and kind != "choices"
        ):
            continue
        row = known.pop((each.coefficient, each.choice_id))
        for name in ("value", "observed", "expected", "annotator_low", "annotator_high"):
            wanted = pytest.approx(getattr(each, name), abs=1e-6)
            assert row[name] == wanted, (each.coefficient, each.choice_id, name)
        for name in ("n_items", "n_annotators", "n_labels", "undefined"):
            assert row[name] == getattr(each, name), (each.coefficient, name)
        if each.value is not None:
            width = each.high - each.low
            assert abs(row["low"] - each.low) < 0.2 * width + 1e-9, each.coefficient
            assert abs(row["high"] - each.high) < 0.2 * width + 1e-9, each.coefficient
    assert known == {}
    for each in AnnotatorAgreement.objects.filter(run=run):
        (row,) = (row for row in live["annotators"] if row["source_id"] == each.source_id)
        assert (row["n_labels"], row["n_items"], row["n_pairs"]) == (
            each.n_labels, each.n_items, each.n_pairs,
        )  # fmt: skip
        assert row["percent"] == pytest.approx(each.percent, abs=1e-6)
        assert row["alpha_without"] == pytest.approx(each.alpha_without, abs=1e-6)
    counts = ClassCount.objects.filter(run=run, version=None).values_list("choice_id", "n_labels")
    assert dict(live["class_counts"]) == dict(counts)
