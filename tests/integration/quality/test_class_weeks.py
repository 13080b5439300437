"""The balance of classes over time, for kinds whose answers name several."""

from datetime import timedelta

import pytest
from django.urls import reverse

from annotations.models import SourceKind
from tests.factories.overview import counted, days_ago
from tests.factories.quality import AnswerLedger

pytestmark = pytest.mark.django_db


def mark(choice, start=0):
    return {"part": "text", "start": start, "end": start + 3, "choice": choice, "quote": "..."}


def box(choice):
    return {"part": "image", "x": 1, "y": 5, "width": 20, "height": 10, "choice": choice}


# An early answer, a late one, and how often each class is named in them.
SAID = {
    "choices": (["cat", "dog"], ["dog"], {"cat": 1}, {"dog": 1}),
    "spans": ([mark("cat"), mark("cat", 4)], [mark("dog")], {"cat": 2}, {"dog": 1}),
    "boxes": ([box("cat")], [box("elk"), box("dog")], {"cat": 1}, {"elk": 1, "dog": 1}),
    "soft_choice": ({"dog": 0.5, "cat": 0.5}, {"elk": 0.9, "cat": 0.1}, {"cat": 1}, {"elk": 1}),
}
EARLY_MORE = {"choices": {"dog": 1}}
every_kind = pytest.mark.parametrize("kind", sorted(SAID))


def value(kind, said):
    return {"kind": kind, "shares" if kind == "soft_choice" else kind: said}


def ledger_of(project, kind):
    """One answer four weeks ago, one now; a changed, a withdrawn and a foreign one count not."""
    ledger = AnswerLedger(project, kind)
    early, late, _early, _late = SAID[kind]
    ledger.source("Ann", SourceKind.HUMAN, person=project.created_by)
    ledger.now = days_ago(28)
    ledger.say("a", "Ann", value(kind, early))
    ledger.say("b", "Ann", value(kind, early))
    ledger.say("gone", "Ann", value(kind, early))
    ledger.source("shown", SourceKind.DEMO)
    ledger.say("a", "shown", value(kind, early))
    ledger.now = days_ago(0) - timedelta(hours=12)
    ledger.say("b", "Ann", value(kind, late))
    ledger.withdraw("gone")
    return ledger


def by_week(run, ledger):
    """Per week, of people: {choice key: n}."""
    found = {}
    keys = {choice.pk: choice.key for choice in ledger.question.choices.all()}
    for week, version, kind, choice, n in run.figures["answers"]["classes"]:
        if kind == "human":
            assert version == ledger.version.pk
            found.setdefault(week, {})[keys[choice]] = n
    return [found[week] for week in sorted(found)]


@every_kind
def test_classes_are_counted_by_week_as_they_stand(kind, project, lead):
    ledger = ledger_of(project, kind)
    _said, _again, early, late = SAID[kind]

    run = counted(project, ledger.question, lead)

    assert by_week(run, ledger) == [{**early, **EARLY_MORE.get(kind, {})}, late]


@every_kind
def test_overview_shows_the_balance_over_time_and_as_a_file(kind, project, lead, client_of, api_of):
    ledger = ledger_of(project, kind)
    counted(project, ledger.question, lead)

    page = client_of(lead).get(f"{reverse('quality:overview', args=['support'])}?question={kind}")

    balance = page.context["page"].figures.balance
    assert [name for name, _chart in balance.charts] == ["weeks"]
    assert balance.total == sum(each.n for each in balance.classes)
    assert "Classes by week" in page.text
    path = f"/api/v1/projects/{project.pk}/quality/tables/balance/?question={kind}"
    rows = api_of(lead).get(path).json()["results"]
    assert sum(row["n_labels"] for row in rows) == balance.total
    assert len({row["week"] for row in rows}) == 2


@pytest.mark.parametrize(
    ("kind", "items"),
    [
        ("choices", {"cat": ["a"], "dog": ["a", "b"]}),
        ("spans", {"cat": ["a"], "dog": ["b"]}),
        ("boxes", {"cat": ["a"], "dog": ["b"], "elk": ["b"]}),
    ],
)
def test_every_class_leads_to_the_items_whose_answers_name_it(
    kind, items, project, lead, client_of
):
    ledger = ledger_of(project, kind)
    counted(project, ledger.question, lead)
    client = client_of(lead)
    page = client.get(f"{reverse('quality:overview', args=['support'])}?question={kind}")

    classes = page.context["page"].figures.balance.classes

    def listed(url):
        return sorted(row.item.external_id for row in client.get(url).context["page"].rows)

    found = {each.choice.key: listed(each.url) for each in classes}
    assert found == {"cat": [], "dog": [], "elk": []} | items
    ((_name, chart),) = page.context["page"].figures.balance.charts
    early, late = (
        {item for part in bar.segments if part.part.n for item in listed(part.part.url)}
        for bar in chart.bars
    )
    assert (early, late) == ({"a"}, {"b"})


def test_first_week_leads_to_all_before_it(project, lead, client_of):
    ledger = AnswerLedger(project, "spans")
    ledger.source("Ann", SourceKind.HUMAN, person=project.created_by)
    ledger.now = days_ago(2000)
    ledger.say("old", "Ann", value("spans", [mark("cat")]))
    ledger.now = days_ago(0) - timedelta(hours=12)
    ledger.say("new", "Ann", value("spans", [mark("cat")]))
    counted(project, ledger.question, lead)
    client = client_of(lead)
    page = client.get(f"{reverse('quality:overview', args=['support'])}?question=spans")

    ((_name, chart),) = page.context["page"].figures.balance.charts
    (url,) = (part.part.url for part in chart.bars[0].segments if part.part.n)
    listed = client.get(url).context["page"].rows

    assert [row.item.external_id for row in listed] == ["old"]


def test_kinds_without_classes_have_no_balance(project, lead, client_of):
    ledger = AnswerLedger(project, "rating")
    ledger.say("a", "Ann", {"kind": "rating", "number": 3})

    run = counted(project, ledger.question, lead)

    assert run.figures["answers"]["classes"] == []
    page = client_of(lead).get(f"{reverse('quality:overview', args=['support'])}?question=rating")
    assert "have no classes to count" in page.text
