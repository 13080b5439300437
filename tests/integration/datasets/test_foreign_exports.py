"""Labels in the formats of other programs: into a second project and back to the same values."""

import json

import pytest
from django.db import transaction
from django.utils import timezone

from annotations.models import Annotation, Item
from core.jobs import Progress
from core.models import AuditEntry
from quality.actions.resolution.compute import compute_resolution
from tests.factories import media as files
from tests.factories.datasets import import_file
from tests.factories.guidelines import publish_version
from tests.factories.projects import ProjectFactory
from tests.factories.quality import resolution_run, small_ledger

pytestmark = pytest.mark.django_db

CLASSES = [{"key": "person", "name": "Person"}, {"key": "place", "name": "Place"}]
TEXT = "민수가 👩‍👩‍👧 서울에서\nmet Ann, twice."


def question(key, kind, **more):
    without = ("rating", "number", "text", "pairwise")
    classes = {} if kind in without else {"choices": CLASSES}
    return {"key": key, "kind": kind, "title": key, "required": False, **classes, **more}


ON_TEXTS = [
    question("names", "spans"),
    question("links", "relations", options={"spans": "names"}),
    question("topic", "choice"),
    question("tags", "choices", options={"least": 0}),
    question("stars", "rating"),
    question("count", "number"),
    question("words", "text"),
    question("order", "ranking"),
]
ON_MEDIA = [
    question("marks", "boxes"),
    question("lines", "polygons"),
    question("spots", "points"),
    question("stretches", "segments", options={"transcript": True}),
]
PAIR = [question("better", "pairwise", options={"both_bad": True})]

SPANS = [
    {"start": 0, "end": 2, "choice": "person"},
    {"start": 10, "end": 12, "choice": "place"},
    {"start": 19, "end": 22, "choice": "person"},
]
ENDS = [{"part": "text", **SPANS[0]}, {"part": "text", **SPANS[1]}]
LINKS = [{"choice": "place", "from": ENDS[0], "to": ENDS[1]}]
BOX = {"x": 1.5, "y": 2, "width": 7.25, "height": 20, "choice": "place"}
POLYGON = {"points": [[0, 0], [33.33, 1], [5, 29.5]], "choice": "person"}
POINT = {"x": 3.07, "y": 4, "choice": "person"}


def jsonl(*rows):
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)


def said(who, answers=None, **more):
    moment = "2024-05-01T10:00:00+00:00"
    body = {"annotations": [{"annotator": who, "labeled_at": moment, **more}]}
    if answers is not None:
        body["annotations"][0]["answers"] = answers
    return body


def text_rows(*answers):
    """One text, answered by annotators w1, w2 and so on."""
    head = {"id": "a", "text": TEXT, "metadata": {"lang": "ko"}}
    return [{**head, **said(f"w{n}", each)} for n, each in enumerate(answers, start=1)]


def picture_rows(*answers):
    part = {"key": "image", "kind": "image", "file": "a.png"}
    head = {"id": "p", "payload": {"parts": [part]}}
    return [{**head, **said(f"w{n}", each)} for n, each in enumerate(answers, start=1)]


def ask(project, *questions):
    publish_version(project, document={"questions": list(questions), "rules": []})
    files.stored(project, files.image(), "a.png")
    files.stored(project, files.wav(2), "b.wav")
    return project


def export(api_of, admin, project, file_format, **parameters):
    answer = api_of(admin).get(
        f"/api/v1/projects/{project.pk}/export", {"format": file_format, **parameters}
    )
    assert answer.status_code == 200, answer.json()
    return answer


def stored(project):
    """What a project knows, without what it numbered itself."""
    annotations = Annotation.objects.current().filter(project=project).select_related("source")
    return sorted(
        (
            each.item.external_id,
            json.dumps(each.item.metadata),
            each.source.name,
            each.submitted_at.isoformat(),
            each.kind,
            each.reason,
            json.dumps(
                {label.question.key: label.value for label in each.labels.all()},
                sort_keys=True,
                ensure_ascii=False,
            ),
        )
        for each in annotations
    )


def payloads(project):
    return [
        [(part.get("key"), part.get("file"), part.get("text")) for part in payload["parts"]]
        if "parts" in payload
        else payload
        for payload in Item.objects.filter(project=project)
        .order_by("external_id")
        .values_list("payload", flat=True)
    ]


TEXT_ANSWERS = {
    "names": SPANS,
    "links": LINKS,
    "topic": "place",
    "tags": ["person", "place"],
    "stars": 4,
    "count": 2.5,
    "words": "하나\n둘",
    "order": ["place", "person"],
}
CASES = {
    "label_studio": [
        (ON_TEXTS, text_rows(TEXT_ANSWERS, {"names": [], "tags": [], "links": []}), {}),
        (ON_TEXTS, [{"id": "a", "text": TEXT, **said("w1", skip="unclear")}], {}),
        (ON_MEDIA, picture_rows({"marks": [BOX], "lines": [POLYGON], "spots": [POINT]}), {}),
        (
            ON_MEDIA,
            [
                {
                    "id": "s",
                    "payload": {"parts": [{"key": "call", "kind": "audio", "file": "b.wav"}]},
                    **said(
                        "w1",
                        {
                            "stretches": [
                                {"start": 0.5, "end": 1.25, "choice": "person", "text": "안녕"},
                                {"start": 1.25, "end": 2, "choice": "", "text": "hm"},
                                {"start": 0, "end": 0.5, "choice": "place", "text": ""},
                            ]
                        },
                    ),
                }
            ],
            {},
        ),
        (
            PAIR,
            [
                {
                    "id": f"{winner}{left}",
                    "payload": {
                        "parts": [
                            {"key": "prompt", "kind": "turns", "turns": [{"text": "Q?"}]},
                            {"key": "a", "kind": "text", "text": "one"},
                            {"key": "b", "kind": "text", "text": "two", "title": "B"},
                        ]
                    },
                    **said("w1", {"better": {"winner": winner, "left": left}}),
                }
                for winner in ("a", "b", "tie", "both_bad")
                for left in ("a", "b", "")
            ],
            {},
        ),
    ],
    "coco": [
        (
            ON_MEDIA[:3],
            picture_rows(
                {"marks": [BOX, {**BOX, "choice": "person"}], "lines": [POLYGON]},
                {"spots": [POINT], "lines": []},
            ),
            {},
        ),
    ],
    "conll": [
        (ON_TEXTS, text_rows({"names": SPANS}, {"names": []}), {"question": "names"}),
    ],
    "doccano": [
        (ON_TEXTS[:2], text_rows({"names": SPANS, "links": LINKS}, {"names": []}), {}),
        (ON_TEXTS[:1], text_rows({"names": SPANS}), {}),
        ([ON_TEXTS[0], ON_TEXTS[2]], text_rows({"names": SPANS, "topic": "place"}), {}),
        ([ON_TEXTS[3]], text_rows({"tags": ["person"]}, {"tags": []}), {}),
        ([ON_TEXTS[6]], text_rows({"words": "둘"}), {}),
        (ON_MEDIA[:2], picture_rows({"marks": [BOX], "lines": [POLYGON]}), {}),
    ],
}


@pytest.mark.parametrize(
    ("file_format", "asked", "rows", "parameters"),
    [(name, *case) for name, cases in CASES.items() for case in cases],
)
def test_export_then_import_elsewhere_gives_the_same_values(
    api_of, admin, project, file_format, asked, rows, parameters
):
    import_file(ask(project, *asked), jsonl(*rows), "rows.jsonl")
    answer = export(api_of, admin, project, file_format, **parameters)
    other = ask(ProjectFactory(), *asked)

    done = import_file(other, answer.getvalue(), "export.json")

    assert done.format == file_format
    assert stored(other) == stored(project)
    assert stored(other)
    assert payloads(other) == payloads(project)


def test_label_studio_shapes_are_per_cent_with_the_size(api_of, admin, project):
    import_file(ask(project, ON_MEDIA[0]), jsonl(*picture_rows({"marks": [BOX]})), "a.jsonl")
    answer = export(api_of, admin, project, "label_studio")
    assert answer["Content-Type"].startswith("application/json")
    assert answer["Content-Disposition"].endswith('.label-studio.json"')
    (task,) = json.loads(answer.getvalue())
    (result,) = task["annotations"][0]["result"]
    assert task["data"] == {"image": "a.png"}
    assert (result["type"], result["original_width"], result["original_height"]) == (
        "rectanglelabels",
        40,
        30,
    )
    assert (result["value"]["x"], result["value"]["rectanglelabels"]) == (3.75, ["place"])
    about = task["annotations"][0]["labelhub"]
    assert (about["guideline_version"], about["source_kind"]) == (1, "import")


def test_coco_is_whole_with_categories_of_all_choices(api_of, admin, project):
    rows = picture_rows({"marks": [BOX], "lines": [POLYGON]})
    import_file(ask(project, *ON_MEDIA[:2]), jsonl(*rows), "a.jsonl")
    content = json.loads(export(api_of, admin, project, "coco").getvalue())
    assert [each["name"] for each in content["categories"]] == ["person", "place"]
    assert content["images"][0]["file_name"] == "a.png"
    boxes = {each["labelhub"]["kind"]: each for each in content["annotations"]}
    assert boxes["boxes"]["bbox"] == [1.5, 2, 7.25, 20]
    assert boxes["polygons"]["segmentation"] == [[0, 0, 33.33, 1, 5, 29.5]]
    assert boxes["polygons"]["area"] == pytest.approx(489.1175)
    assert {each["image_id"] for each in content["annotations"]} == {1}


def test_conll_keeps_the_longest_of_overlapping_spans_and_counts_the_others(api_of, admin, project):
    spans = [
        {"start": 0, "end": 3, "choice": "person"},
        {"start": 0, "end": 2, "choice": "place"},
        {"start": 2, "end": 9, "choice": "place"},
    ]
    rows = text_rows({"names": spans})
    import_file(ask(project, ON_TEXTS[0]), jsonl(*rows), "a.jsonl")
    lines = export(api_of, admin, project, "conll").getvalue().decode().splitlines()
    assert "# left_out = 1" in lines
    assert lines[-1] == "# left_out_in_all = 1"
    tagged = [line.split("\t") for line in lines if "\t" in line]
    assert tagged[:2] == [["민수", "B-place"], ["가", "B-place"]]
    assert {tag for _token, tag in tagged[2:5]} == {"I-place"}


def test_export_of_one_annotator(api_of, admin, project):
    rows = text_rows({"topic": "place"}, {"topic": "person"})
    import_file(ask(project, ON_TEXTS[2]), jsonl(*rows), "a.jsonl")
    answer = export(api_of, admin, project, "doccano", annotator="w2")
    (line,) = answer.getvalue().decode().splitlines()
    assert json.loads(line)["label"] == ["person"]
    plain = export(api_of, admin, project, "jsonl", annotator="w1").getvalue().decode()
    assert [json.loads(row)["annotator"] for row in plain.splitlines()] == ["w1"]


def test_revised_answer_is_exported_once(api_of, admin, project):
    import_file(ask(project, ON_TEXTS[2]), jsonl(*text_rows({"topic": "place"})), "a.jsonl")
    later = {"id": "a", "text": TEXT, "metadata": {"lang": "ko"}, **said("w1", {"topic": "person"})}
    later["annotations"][0]["labeled_at"] = "2024-06-01T10:00:00Z"
    import_file(project, jsonl(later), "b.jsonl")
    (task,) = json.loads(export(api_of, admin, project, "label_studio").getvalue())
    results = [each["result"][0]["value"] for each in task["annotations"]]
    assert results == [{"choices": ["person"]}]


def test_withdrawn_item_keeps_its_content_back(api_of, admin, project):
    import_file(ask(project, ON_MEDIA[0]), jsonl(*picture_rows({"marks": [BOX]})), "a.jsonl")
    item = Item.objects.get()
    Item.objects.filter(pk=item.pk).update(withdrawn_at=item.created_at)
    content = json.loads(export(api_of, admin, project, "coco").getvalue())
    assert (content["images"], content["annotations"]) == ([], [])
    assert content["labelhub"] == {"left_out_items": 1}


@pytest.mark.parametrize(
    ("file_format", "parameters", "field", "words"),
    [
        ("coco", {"question": "topic"}, "question", "label_studio, doccano, jsonl, csv"),
        ("coco", {}, "question", "which coco cannot hold"),
        ("conll", {"question": "nothing"}, "question", "no question"),
        ("doccano", {"question": "topic,tags"}, "question", "topic, tags"),
        ("label_studio", {"spreadsheet": "true"}, "spreadsheet", "Only CSV"),
        ("label_studio", {"trailer": "true"}, "trailer", "Only JSONL"),
        ("jsonl", {"what": "resolved", "annotator": "w1"}, "annotator", "not by one"),
    ],
)
def test_export_that_a_format_cannot_hold_is_400_and_not_audited(
    api_of, admin, project, file_format, parameters, field, words
):
    ask(project, *ON_TEXTS)
    answer = api_of(admin).get(
        f"/api/v1/projects/{project.pk}/export", {"format": file_format, **parameters}
    )
    assert answer.status_code == 400
    assert words in json.dumps(answer.json()["errors"][field], ensure_ascii=False)
    assert not AuditEntry.objects.filter(action="export.opened").exists()


@pytest.mark.parametrize("file_format", ["label_studio", "coco", "conll", "doccano"])
def test_export_of_a_project_without_answers_is_a_whole_file(api_of, admin, project, file_format):
    ask(project, *(ON_MEDIA[:1] if file_format == "coco" else ON_TEXTS[:1]))
    content = export(api_of, admin, project, file_format).getvalue()
    if file_format in ("label_studio", "coco"):
        json.loads(content)
    else:
        assert content.decode().strip() in ("", "# left_out_in_all = 0")


def test_resolved_items_carry_the_run_that_decided_them(api_of, admin, project):
    run = resolution_run(small_ledger(project), "majority_vote")
    with transaction.atomic():
        compute_resolution(progress=Progress(job_id=run.job_id, attempt=1), now=timezone.now())
    tasks = json.loads(
        export(api_of, admin, project, "label_studio", what="resolved", run=run.pk).getvalue()
    )
    decided = {
        task["labelhub"]["external_id"]: task["annotations"][0]["result"][0]["value"]["choices"]
        for task in tasks
        if task["annotations"]
    }
    assert decided["a"] == ["positive"]
    assert (len(decided), len(tasks)) == (7, 8)  # one could not be decided
    annotation = tasks[0]["annotations"][0]
    assert annotation["ground_truth"] is True
    runs = annotation["labelhub"]["runs"]["sentiment"]
    assert (runs["run"], runs["method"], runs["n_labels"]) == (run.pk, "majority_vote", 3)


def test_export_of_a_foreign_format_is_one_statement_whatever_its_size(
    api_of, admin, project, django_assert_max_num_queries
):
    ask(project, ON_TEXTS[2])
    rows = [{"id": str(n), "text": f"t{n}", **said("w1", {"topic": "place"})} for n in range(50)]
    import_file(project, jsonl(*rows), "rows.jsonl")
    client = api_of(admin)
    with django_assert_max_num_queries(12):
        answer = client.get(f"/api/v1/projects/{project.pk}/export", {"format": "doccano"})
        assert len(answer.getvalue().splitlines()) == 50
