"""The export: what its rows say, that it is one snapshot, and who may have it."""

import csv
import io
import json
import uuid
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.utils import timezone

from annotations.models import Annotation, Item
from core.jobs import Progress
from core.models import AuditEntry
from datasets.formats.mapping import EXPORTED
from datasets.queries.export_columns import EVERY_NAME
from quality.actions.resolution.compute import compute_resolution
from tests.factories.annotations import answered, open_items
from tests.factories.datasets import import_file
from tests.factories.guidelines import a_document, publish_version
from tests.factories.projects import ProjectFactory
from tests.factories.quality import resolution_run, small_ledger

pytestmark = pytest.mark.django_db

FILE = (
    "id,text,meta.lang,annotator,labeled_at,label,comment\n"
    '1,"Hello, ""you""",en,ann,2024-05-01T10:00:00Z,positive,=1+1\n'
    '1,"Hello, ""you""",en,ben,2024-05-01T11:00:00Z,negative,\n'
    "2,안녕,ko,ann,2024-05-01T12:00:00Z,mixed,\n"
    "2,안녕,ko,ann,2024-05-02T12:00:00Z,positive,\n"
)


@pytest.fixture
def filled(project, version):
    import_file(project, FILE)
    return project


def url(project):
    return f"/api/v1/projects/{project.pk}/export"


def rows_of(answer):
    assert answer.status_code == 200, answer.json()
    return [json.loads(line) for line in answer.getvalue().decode().splitlines()]


def test_export_jsonl_carries_the_whole_lineage(api_of, filled, admin, version):
    answer = api_of(admin, scopes=["export"]).get(url(filled))
    rows = rows_of(answer)
    assert answer["Content-Type"].startswith("application/jsonl")
    assert answer["Content-Disposition"].startswith('attachment; filename="support-labels-')
    assert answer["X-Labelhub-Snapshot"]
    assert sorted((row["external_id"], row["annotator"], row["choice"]) for row in rows) == [
        ("1", "ann", "positive"),
        ("1", "ben", "negative"),
        ("2", "ann", "mixed"),
        ("2", "ann", "positive"),
    ]
    first = next(row for row in rows if row["annotator"] == "ben")
    assert first["value"] == {"kind": "choice", "choice": "negative"}
    assert (first["source_kind"], first["kind"], first["is_current"]) == ("import", "answer", True)
    assert (first["guideline_version"], first["guideline_hash"]) == (1, version.content_hash)
    assert first["submitted_at"] == "2024-05-01T11:00:00+00:00"
    revised = {row["choice"]: row for row in rows if row["external_id"] == "2"}
    assert revised["positive"]["supersedes"] == revised["mixed"]["annotation_id"]
    assert (revised["mixed"]["is_current"], revised["positive"]["is_current"]) == (False, True)
    assert "payload" not in first


def test_export_order_is_by_item_and_equal_twice(api_of, filled, admin):
    client = api_of(admin)
    first, second = client.get(url(filled)), client.get(url(filled))
    content = first.getvalue()
    assert content == second.getvalue()
    ids = [json.loads(line)["item_id"] for line in content.splitlines()]
    assert ids == sorted(ids)
    assert len(ids) == 4


def test_export_csv_is_lossless(api_of, filled, admin):
    answer = api_of(admin).get(url(filled), {"format": "csv", "include": "payload"})
    rows = list(csv.DictReader(io.StringIO(answer.getvalue().decode(), newline="")))
    ann = next(row for row in rows if row["annotator"] == "ann" and row["external_id"] == "1")
    assert ann["text"] == 'Hello, "you"'
    assert json.loads(ann["metadata"]) == {"lang": "en"}
    assert ann["comment"] == "=1+1"
    assert ann["submitted_at"] == "2024-05-01T10:00:00+00:00"


def test_export_spreadsheet_has_no_live_formula(api_of, filled, admin):
    answer = api_of(admin).get(url(filled), {"format": "csv", "spreadsheet": "true"})
    assert "-spreadsheet.csv" in answer["Content-Disposition"]
    text = answer.getvalue().decode("utf-8-sig")
    cells = [cell for row in csv.reader(io.StringIO(text, newline="")) for cell in row]
    assert "'=1+1" in cells
    assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@", "\t", "\r"))]


def test_export_skips_and_retractions_are_rows_without_a_value(api_of, filled, admin):
    head = Annotation.objects.get(source__name="ben")
    Annotation.objects.create(
        id=uuid.uuid4(), project=filled, item=head.item, source=head.source, version=head.version,
        kind="retraction", supersedes=head, submitted_at=timezone.now(), created_at=timezone.now(),
        tool="test", body_hash="0" * 64,
    )  # fmt: skip
    rows = rows_of(api_of(admin).get(url(filled), {"question": "sentiment"}))
    (retraction,) = [row for row in rows if row["kind"] == "retraction"]
    assert (retraction["value"], retraction["supersedes"]) == (None, str(head.pk))
    current = rows_of(api_of(admin).get(url(filled), {"current": "true"}))
    assert sorted((row["annotator"], row["choice"]) for row in current) == [
        ("ann", "positive"), ("ann", "positive"), ("ben", None),
    ]  # fmt: skip


def test_export_since_leaves_out_what_was_stored_before(api_of, filled, admin):
    later = (timezone.now() + timedelta(minutes=1)).isoformat()
    assert rows_of(api_of(admin).get(url(filled), {"since": later})) == []
    earlier = (timezone.now() - timedelta(minutes=1)).isoformat()
    assert len(rows_of(api_of(admin).get(url(filled), {"since": earlier}))) == 4


def test_export_trailer_counts_the_rows(api_of, filled, admin):
    rows = rows_of(api_of(admin).get(url(filled), {"trailer": "true"}))
    assert rows[-1] == {"_end": {"rows": 4}}


def test_export_withdrawn_item_keeps_its_content_back(api_of, filled, admin):
    Item.objects.filter(external_id="1").update(withdrawn_at=timezone.now())
    rows = rows_of(api_of(admin).get(url(filled), {"include": "payload"}))
    assert {row["external_id"]: row["payload"] for row in rows} == {
        "1": None,
        "2": {"text": "안녕"},
    }
    assert all(row["item_withdrawn_at"] for row in rows if row["external_id"] == "1")


@pytest.mark.parametrize("file_format", ["jsonl", "csv"])
def test_export_then_import_elsewhere_gives_the_same_labels(api_of, filled, admin, file_format):
    other = ProjectFactory()
    publish_version(other, document=a_document("positive", "negative", "mixed"))
    answer = api_of(admin).get(
        url(filled),
        {"format": file_format, "include": "payload", "current": "true"},
    )
    done = import_file(other, answer.getvalue(), f"labels.{file_format}")
    assert (done.items_added, done.annotations_added) == (2, 3)
    for project in (filled, other):
        assert labels_of(project) == [
            ("1", 'Hello, "you"', "ann", "positive", "2024-05-01T10:00:00+00:00"),
            ("1", 'Hello, "you"', "ben", "negative", "2024-05-01T11:00:00+00:00"),
            ("2", "안녕", "ann", "positive", "2024-05-02T12:00:00+00:00"),
        ]
    again = Item.objects.get(project=other, external_id="1")
    assert again.metadata == {"lang": "en"}


def labels_of(project):
    return sorted(
        (
            each.item.external_id,
            each.item.payload["text"],
            each.source.name,
            each.labels.get().choice.key,
            each.submitted_at.isoformat(),
        )
        for each in Annotation.objects.current().filter(project=project)
    )


def test_export_is_noted_in_the_audit_log(api_of, filled, admin):
    api_of(admin).get(url(filled), {"format": "csv", "question": "sentiment"})
    entry = AuditEntry.objects.get(action="export.opened")
    assert (entry.actor, entry.scope) == (f"user:{admin.pk}", filled.scope)
    assert (entry.detail["file_format"], entry.detail["question"]) == ("csv", "sentiment")


def test_export_is_one_statement_whatever_its_size(
    api_of,
    filled,
    admin,
    django_assert_max_num_queries,
):
    client = api_of(admin)
    with django_assert_max_num_queries(8):
        assert len(rows_of(client.get(url(filled)))) == 4


def test_export_resolved_gives_one_row_per_item_with_posterior_and_run(api_of, project, admin):
    ledger = small_ledger(project)
    runs = [resolved(ledger, method) for method in ("majority_vote", "dawid_skene")]
    client = api_of(admin)
    rows = rows_of(client.get(url(project), {"what": "resolved", "run": runs[0].pk}))
    assert [row["external_id"] for row in rows] == list("abcdefgh")
    assert {row["run"] for row in rows} == {runs[0].pk}
    first = rows[0]
    assert (first["choice"], first["method"], first["n_labels"]) == ("positive", "majority_vote", 3)
    assert first["posterior"] == {"positive": 1.0}
    assert (first["margin"], first["undecided"], first["seed"]) == (1.0, None, 0)
    assert len(first["inputs_digest"]) == 64
    tie = next(row for row in rows if row["external_id"] == "f")
    assert (tie["choice"], tie["undecided"], len(tie["posterior"])) == (None, "tie", 3)
    latest = rows_of(client.get(url(project), {"what": "resolved", "question": "sentiment"}))
    assert {row["method"] for row in latest} == {"dawid_skene"}
    as_csv = client.get(url(project), {"what": "resolved", "format": "csv"}).getvalue()
    assert len(as_csv.decode().splitlines()) == 9


def test_what_a_person_decided_outranks_the_run_and_both_are_told(api_of, project, admin, reviewer):
    ledger = small_ledger(project)
    run = resolved(ledger, "majority_vote")
    api = api_of(admin, scopes=["export"])
    before = {
        row["external_id"]: row
        for row in rows_of(api.get(url(project), {"what": "resolved", "run": run.pk}))
    }
    name, item = next(iter(ledger.items.items()))
    body = {"item": item.pk, "question": "sentiment", "value": "mixed"}
    decide = f"/api/v1/projects/{project.pk}/quality/adjudications/"
    first = api_of(reviewer).post(decide, {**body, "verdict": "excluded"}, format="json").json()
    api_of(reviewer).post(decide, {**body, "supersedes": first["id"]}, format="json")

    rows = rows_of(api.get(url(project), {"what": "resolved", "run": run.pk}))

    assert len(rows) == len(before)
    decided = next(row for row in rows if row["external_id"] == str(name))
    assert (decided["choice"], decided["value"]["choice"]) == ("mixed", "mixed")
    assert decided["run_value"] == before[str(name)]["value"]
    assert (decided["verdict"], decided["adjudicated_by"]) == ("decided", reviewer.name)
    others = [row for row in rows if row["external_id"] != str(name)]
    assert all(row == before[row["external_id"]] for row in others)
    labels = rows_of(api.get(url(project), {"run": run.pk}))
    assert {row["resolution"] for row in labels if row["external_id"] == str(name)} == {"mixed"}


def test_export_labels_beside_the_decision_of_a_run(api_of, project, admin):
    ledger = small_ledger(project)
    run = resolved(ledger, "majority_vote")
    rows = rows_of(api_of(admin).get(url(project), {"run": run.pk}))
    assert len(rows) == 21
    decided = {(row["external_id"], row["resolution"]) for row in rows}
    assert ("d", "negative") in decided
    soft = next(row["resolution_posterior"] for row in rows if row["external_id"] == "d")
    assert soft == {"negative": 0.666666667, "positive": 0.333333333}
    assert {row["resolution_run"] for row in rows} == {run.pk}


def test_export_run_of_another_project_is_refused(api_of, project, admin):
    foreign = resolved(small_ledger(ProjectFactory()), "majority_vote")
    answer = api_of(admin).get(url(project), {"run": foreign.pk})
    assert answer.status_code == 400
    assert "run" in answer.json()["errors"]


def resolved(ledger, method):
    """A finished run, computed here and now."""
    run = resolution_run(ledger, method)
    progress = Progress(job_id=run.job_id, attempt=1)
    with transaction.atomic():
        compute_resolution(progress=progress, now=timezone.now())
    return run


def test_export_empty_project_is_an_empty_file(api_of, project, admin):
    assert api_of(admin).get(url(project)).getvalue() == b""


@pytest.mark.parametrize(
    ("parameters", "field"),
    [
        ({"format": "xml"}, "format"),
        ({"what": "everything"}, "what"),
        ({"question": "colour"}, "question"),
        ({"run": "1"}, "run"),
        ({"run": "x"}, "run"),
        ({"what": "resolved"}, "run"),
        ({"since": "yesterday"}, "since"),
        ({"include": "secrets"}, "include"),
        ({"spreadsheet": "true"}, "spreadsheet"),
        ({"trailer": "true", "format": "csv"}, "trailer"),
        ({"questoin": "x"}, "questoin"),
    ],
)
def test_export_bad_parameters_are_400_and_not_audited(api_of, filled, admin, parameters, field):
    answer = api_of(admin).get(url(filled), parameters)
    assert answer.status_code == 400
    assert field in answer.json()["errors"]
    assert not AuditEntry.objects.filter(action="export.opened").exists()


def test_export_access(api_of, filled, admin, lead, annotator, outsider, client):
    assert api_of(admin, scopes=["read", "write"]).get(url(filled)).status_code == 403
    assert api_of(lead).get(url(filled)).status_code == 403
    assert api_of(annotator).get(url(filled)).status_code == 403
    assert api_of(outsider).get(url(filled)).status_code == 404
    assert client.get(url(filled)).status_code == 401


def test_export_columns_are_known_to_the_guess():
    taken = {"external_id", "payload", "metadata", "text", "annotator", "submitted_at"}
    assert EVERY_NAME - taken - {"comment", "skip_reason"} == EXPORTED


def test_export_times_do_not_depend_on_the_session(api_of, filled, admin):
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL TimeZone = 'Asia/Seoul'")
    answer = api_of(admin).get(url(filled), {"format": "csv"})
    assert "2024-05-01T10:00:00+00:00" in answer.getvalue().decode()


def test_labels_carry_how_they_were_reviewed(api_of, project, version, annotator, reviewer, admin):
    open_items(project, 2, overlap=1)
    first, second = (answered(project, annotator) for _turn in range(2))
    url_of_reviews = f"/api/v1/projects/{project.pk}/quality/reviews/"
    fix = {"annotation": first.id, "verdict": "fixed", "values": {"sentiment": "mixed"}}
    made = api_of(reviewer).post(url_of_reviews, fix, format="json").json()
    accept = {"annotation": first.id, "verdict": "accepted", "supersedes": made["id"]}

    rows = {row["annotation_id"]: row for row in rows_of(api_of(admin).get(url(project)))}

    fixed = rows[first.id]
    assert (fixed["review"], fixed["choice"]) == ("fixed", "positive")
    assert fixed["reviewed_value"] == {"kind": "choice", "choice": "mixed"}
    assert (fixed["reviewed_by"], bool(fixed["reviewed_at"])) == (reviewer.name, True)
    assert rows[second.id]["review"] is None
    assert api_of(reviewer).post(url_of_reviews, accept, format="json").status_code == 201
    rows = rows_of(api_of(admin).get(url(project)))
    assert [row["review"] for row in rows] == ["accepted", None]


def test_decision_that_was_undone_does_not_outrank_the_run(api_of, project, reviewer, admin):
    ledger = small_ledger(project)
    run = resolution_run(ledger)
    compute_resolution(progress=Progress(job_id=run.job_id, attempt=1), now=timezone.now())
    decide = f"/api/v1/projects/{project.pk}/quality/adjudications/"
    body = {"item": ledger.item("a").pk, "question": "sentiment", "value": "mixed"}
    made = api_of(reviewer).post(decide, body, format="json").json()
    asked = {"what": "resolved", "run": run.pk}

    def stands():
        rows = rows_of(api_of(admin).get(url(project), asked))
        (row,) = [row for row in rows if row["external_id"] == "a"]
        return row["choice"], row["verdict"], row["run_value"] is None

    assert stands() == ("mixed", "decided", False)
    api_of(reviewer).post(f"{decide}{made['id']}/undo/")
    assert stands() == ("positive", None, True)
