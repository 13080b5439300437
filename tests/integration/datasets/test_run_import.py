"""The import job: what is stored, what is refused, and that nothing is stored by halves."""

import gzip
import json

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.utils import timezone

from annotations.models import Annotation, Assignment, Batch, Item, Label, Source
from core.errors import Conflict
from core.jobs import JobFailed
from core.models import AuditEntry, Job
from datasets.actions.start_import import start_import
from projects.models import ProjectState
from tests.factories.datasets import bring, import_file, run

pytestmark = pytest.mark.django_db


def jsonl(*rows):
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)


def errors_of(file_import):
    with pytest.raises(JobFailed) as failure:
        run(file_import)
    assert not Item.objects.exists()
    assert not Batch.objects.exists()
    assert not Source.objects.exists()
    return failure.value.errors


def lines_of(item):
    """(annotator, choice) of each current answer."""
    return sorted(
        (label.annotation.source.name, label.choice.key)
        for label in Label.objects.filter(item=item, annotation__successor=None)
    )


def test_run_import_csv_stores_items_with_open_slots(project):
    done = import_file(project, "id,text,meta.lang\n1,Hello,en\n2,안녕,ko\n", overlap=3)
    items = list(Item.objects.order_by("id"))
    assert [(item.external_id, item.payload, item.metadata) for item in items] == [
        ("1", {"text": "Hello"}, {"lang": "en"}),
        ("2", {"text": "안녕"}, {"lang": "ko"}),
    ]
    assert (done.items_added, done.items_known) == (2, 0)
    assert done.batch.digest == done.sha256
    assert {item.batch_id for item in items} == {done.batch_id}
    slots = Assignment.objects.order_by("id").values_list("item", "slot", "state")
    assert list(slots) == [(item.pk, slot, "open") for item in items for slot in (1, 2, 3)]
    positions = list(
        Assignment.objects.order_by("position").values_list("item", "position").distinct(),
    )
    assert [item for item, _position in positions] == [item.pk for item in items]


def test_run_import_records_who_what_and_how_much(project, lead):
    done = import_file(project, "id,text\n1,Hello\n", by=lead)
    entry = AuditEntry.objects.get(action="import.done")
    assert (entry.actor, entry.subject) == (f"user:{lead.pk}", f"import:{done.pk}")
    assert entry.detail["items_added"] == 1


def test_run_import_shuffled_changes_the_order_and_loses_nothing(project):
    content = "id,text\n" + "".join(f"{n},Text {n}\n" for n in range(200))
    import_file(project, content, order="shuffled", overlap=2)
    slots = Assignment.objects.order_by("position", "slot").values_list("item__external_id", "slot")
    assert sorted(slots) == sorted((str(n), slot) for n in range(200) for slot in (1, 2))
    assert [item for item, slot in slots if slot == 1] != [str(n) for n in range(200)]
    assert [item for item, slot in slots if slot == 1] == [
        item for item, slot in slots if slot == 2
    ]


def test_run_import_html_is_stored_verbatim(project):
    text = "<script>alert(1)</script> &amp; \\N \t tab"
    import_file(project, jsonl({"id": "x", "text": text}), "a.jsonl")
    assert Item.objects.get().payload == {"text": text}


def test_run_import_backslashes_and_line_ends_survive_the_copy(project):
    metadata = {"path": "C:\\new\\table", "lines": "a\nb\tc\r\nd", "end": "\\."}
    row = {"id": "\\.", "text": "one\r\ntwo\rthree", "metadata": metadata}
    import_file(project, jsonl(row), "a.jsonl")
    item = Item.objects.get()
    assert (item.external_id, item.payload) == ("\\.", {"text": "one\ntwo\nthree"})
    assert item.metadata == metadata


def test_run_import_same_file_again_adds_nothing(project):
    content = "id,text\n1,Hello\n2,Bye\n"
    import_file(project, content)
    again = import_file(project, content)
    assert (again.items_added, again.items_known) == (0, 2)
    assert (Item.objects.count(), Assignment.objects.count()) == (2, 4)


def test_run_import_changed_item_is_an_error_and_nothing_is_stored(project):
    import_file(project, "id,text\n1,Hello\n")
    changed = bring(project, "id,text\n9,New\n1,Hello!\n")
    with pytest.raises(JobFailed) as failure:
        run(changed)
    (error,) = failure.value.errors
    assert (error["code"], error["line"]) == ("item_differs", 3)
    assert "“1”" in error["message"]
    assert Item.objects.count() == 1


def test_run_import_without_text_column_knows_items_by_their_id(project, version):
    import_file(project, "id,text\n1,Hello\n")
    done = import_file(project, "id,annotator,label\n1,ann,positive\n")
    assert (done.items_added, done.items_known, done.annotations_added) == (0, 1, 1)
    assert Item.objects.get().payload == {"text": "Hello"}


def test_run_import_without_text_column_shows_the_id(project, version):
    import_file(project, "item,annotator,label\nbox>boxes,w1,positive\n")
    assert Item.objects.get().payload == {"text": "box>boxes"}


def test_run_import_without_ids_recognises_items_by_their_text(project):
    import_file(project, "text\nHello\nBye\n")
    again = import_file(project, "text\nBye\nHello\nNew\n")
    assert (again.items_added, again.items_known) == (1, 2)


def test_run_import_duplicate_id_names_both_lines(project):
    errors = errors_of(bring(project, "id,text\n1,a\n2,b\n1,a\n"))
    assert [(each["code"], each["line"]) for each in errors] == [("external_id_twice", 4)]
    assert "lines 2 and 4" in errors[0]["message"]


def test_run_import_same_id_with_another_text_names_both_lines(project, version):
    content = "id,text,annotator,label\n1,a,x,positive\n2,b,x,mixed\n1,A,y,positive\n"
    errors = errors_of(bring(project, content))
    assert [each["code"] for each in errors] == ["item_differs_within_file"]
    assert "lines 2 and 4" in errors[0]["message"]


def test_run_import_one_broken_line_deep_in_the_file_leaves_no_row(project):
    rows = [{"id": n, "text": f"Text {n}"} for n in range(12_000)]
    content = jsonl(*rows) + '{"id": 12000, "text": "cut\n' + jsonl({"id": "z", "text": "z"})
    (error,) = errors_of(bring(project, content, "a.jsonl"))
    assert (error["code"], error["line"]) == ("invalid_json", 12_001)
    assert not Assignment.objects.exists()


def test_run_import_collects_the_first_hundred_faults(project):
    content = "id,text\n" + "".join(f"{n}\n" for n in range(150))
    file_import = bring(project, "id,text\n1,a\n" + content.partition("\n")[2])
    errors = errors_of(file_import)
    assert len(errors) == 100
    assert errors[0]["line"] == 3
    assert {each["code"] for each in errors} == {"wrong_number_of_fields"}


def test_run_import_wrong_encoding_names_byte_and_line_and_suggests(project):
    content = b"id,text\n1,Hello\n" + "2,환불해 주세요\n".encode("cp949")
    (error,) = errors_of(bring(project, content))
    assert (error["code"], error["line"]) == ("wrong_encoding", 3)
    assert "cp949" in error["message"]
    assert "Byte 20 " in error["message"]


def test_run_import_told_encoding_is_used(project):
    import_file(project, "id,text\n2,환불해 주세요\n".encode("cp949"), encoding="cp949")
    assert Item.objects.get().payload == {"text": "환불해 주세요"}


def test_run_import_unknown_choice_names_line_column_question_and_keys(project, version):
    content = "id,text,annotator,label\n1,a,x,positive\n2,b,x,happy\n"
    (error,) = errors_of(bring(project, content))
    assert (error["code"], error["line"], error["column"]) == ("unknown_choice", 3, "label")
    for part in ("happy", "sentiment", "positive, negative, mixed"):
        assert part in error["message"]


def test_run_import_unknown_column_in_a_later_row_is_an_error(project):
    rows = [{"id": n, "text": "x"} for n in range(600)] + [{"id": "a", "text": "x", "lang": "ko"}]
    (error,) = errors_of(bring(project, jsonl(*rows), "a.jsonl"))
    assert (error["code"], error["line"], error["column"]) == ("unknown_columns", 601, "lang")
    assert "ignore" in error["message"]


def test_bring_file_unknown_columns_are_refused_before_a_job(project):
    with pytest.raises(ValidationError) as refused:
        bring(project, "id,text,colour\n1,a,red\n")
    assert "colour" in refused.value.message_dict["mapping"][0]
    assert not AuditEntry.objects.filter(action__startswith="import").exists()


def test_bring_file_empty_file_is_refused(project):
    with pytest.raises(ValidationError) as refused:
        bring(project, b"")
    assert refused.value.message_dict == {"file": ["The file is empty."]}


def test_run_import_header_only_is_an_error(project):
    mapping = {"columns": {"id": "id", "text": "text"}}
    (error,) = errors_of(bring(project, "id,text\n", mapping=mapping))
    assert error["code"] == "no_rows"


def test_bring_file_closed_project_is_a_conflict(project):
    project.state = ProjectState.CLOSED
    project.save()
    with pytest.raises(Conflict) as refused:
        bring(project, "id,text\n1,a\n")
    assert refused.value.code == "project_closed"


def test_run_import_project_closed_meanwhile_stores_nothing(project):
    file_import = bring(project, "id,text\n1,a\n")
    project.state = ProjectState.CLOSED
    project.save()
    (error,) = errors_of(file_import)
    assert error["code"] == "project_closed"


def test_bring_file_answers_without_a_published_version_are_refused(project):
    mapping = {"columns": {"id": "id", "who": "annotator", "annotations": "annotations"}}
    with pytest.raises(ValidationError) as refused:
        bring(project, jsonl({"id": 1, "who": "a", "annotations": []}), "a.jsonl", mapping=mapping)
    assert "version" in refused.value.message_dict


def test_run_import_answers_become_annotations_of_source_import(project, version):
    content = (
        "id,text,annotator,labeled_at,label,comment\n"
        "1,Great,ann,2024-05-01T10:00:00+09:00,positive,sure\n"
        "1,Great,ben,,negative,\n"
        "2,Meh,ann,2024-05-02,mixed,\n"
    )
    done = import_file(project, content, overlap=3)
    assert (done.items_added, done.annotations_added, done.revisions_added) == (2, 3, 0)
    assert lines_of(Item.objects.get(external_id="1")) == [("ann", "positive"), ("ben", "negative")]
    first = Annotation.objects.get(comment="sure")
    assert (first.source.kind, first.version_id, first.tool) == ("import", version.pk, "import")
    assert first.submitted_at.isoformat() == "2024-05-01T01:00:00+00:00"
    slots = Assignment.objects.values_list("item__external_id", "slot").order_by("id")
    assert list(slots) == [("1", 1), ("2", 1), ("2", 2)]


def test_run_import_same_answers_again_add_nothing(project, version):
    content = "id,text,annotator,label\n1,a,x,positive\n1,a,y,mixed\n"
    import_file(project, content)
    again = import_file(project, content)
    assert (again.annotations_added, again.annotations_known) == (0, 2)
    assert (Annotation.objects.count(), Label.objects.count()) == (2, 2)


def test_run_import_second_answer_supersedes_in_the_order_of_time(project, version):
    content = (
        "id,text,annotator,labeled_at,label\n"
        "1,a,x,2024-05-03,mixed\n"
        "1,a,x,2024-05-01,positive\n"
        "1,a,x,2024-05-02,negative\n"
    )
    done = import_file(project, content)
    assert (done.annotations_added, done.revisions_added) == (3, 2)
    last = Annotation.objects.current().get()
    assert last.labels.get().choice.key == "mixed"
    assert last.supersedes.labels.get().choice.key == "negative"
    assert last.supersedes.supersedes.supersedes is None


def test_run_import_later_answer_of_a_second_file_supersedes_the_stored_one(project, version):
    head = "id,text,annotator,labeled_at,label\n"
    import_file(project, head + "1,a,x,2024-05-01,positive\n")
    import_file(project, head + "1,a,x,2024-05-02,mixed\n")
    assert Annotation.objects.current().get().labels.get().choice.key == "mixed"
    with pytest.raises(JobFailed) as failure:
        import_file(project, head + "1,a,x,2024-04-01,negative\n")
    assert failure.value.errors[0]["code"] == "answer_out_of_order"
    assert Annotation.objects.count() == 2


def test_run_import_nested_annotations_with_skip(project, version):
    row = {
        "id": "1",
        "payload": {"text": "a", "title": "t"},
        "annotations": [
            {"annotator": "x", "answers": {"sentiment": "positive"}, "comment": "hm"},
            {"annotator": "y", "skip": "unclear"},
        ],
    }
    done = import_file(project, jsonl(row), "a.jsonl", overlap=2)
    assert done.annotations_added == 2
    skip = Annotation.objects.get(kind="skip")
    assert (skip.reason, skip.labels.count()) == ("unclear", 0)
    assert not Assignment.objects.exists()


def test_run_import_values_translate_what_the_file_says(project, version):
    content = "item,annotator,label\nw1,ann,1\nw1,ben,0\n"
    values = {"sentiment": {"1": "positive", "0": "negative"}}
    columns = {"item": "id", "annotator": "annotator", "label": "answer:sentiment"}
    import_file(project, content, mapping={"columns": columns, "values": values})
    assert lines_of(Item.objects.get()) == [("ann", "positive"), ("ben", "negative")]


def test_run_import_gzip_is_recognised_by_its_content(project):
    done = import_file(project, gzip.compress(b"id,text\n1,Hello\n"), "messages.bin")
    assert done.is_gzipped
    assert Item.objects.get().payload == {"text": "Hello"}


def test_start_import_twice_is_a_conflict(project, lead):
    file_import = bring(project, "id,text\n1,Hello\n")
    with pytest.raises(Conflict) as refused:
        start_import(file_import=file_import, mapping={}, by=lead, now=timezone.now())
    assert refused.value.code == "import_started"


def test_run_import_new_rows_before_known_ones_are_all_told_apart(project):
    import_file(project, "id,text\n1,a\n2,b\n")
    done = import_file(project, "id,text\n3,c\n1,a\n4,d\n2,b\n", overlap=3)
    assert (done.items_added, done.items_known) == (2, 2)
    slots = Assignment.objects.filter(item__batch=done.batch).values_list("item__external_id")
    assert sorted(slots) == [("3",)] * 3 + [("4",)] * 3


def test_run_import_duplicate_far_apart_names_both_lines_and_opens_no_slot(project):
    content = "id,text\n" + "".join(f"{n},Text {n}\n" for n in range(11_000)) + "17,Text 17\n"
    (error,) = errors_of(bring(project, content))
    assert (error["code"], error["line"]) == ("external_id_twice", 11_002)
    assert "lines 19 and 11002" in error["message"]
    assert not Assignment.objects.exists()


def test_run_import_positions_follow_the_file_across_chunks(project):
    content = "id,text\n" + "".join(f"{n},Text {n}\n" for n in range(11_000))
    import_file(project, content, overlap=1)
    order = Assignment.objects.order_by("position").values_list("item__external_id", flat=True)
    assert list(order) == [str(n) for n in range(11_000)]


def test_start_import_again_after_a_failure_with_another_mapping(project, version, lead):
    columns = {"id": "id", "text": "text", "who": "annotator", "label": "answer:sentiment"}
    content = "id,text,who,label\n1,a,x,happy\n"
    file_import = bring(project, content, mapping={"columns": columns})
    errors_of(file_import)
    Job.objects.filter(pk=file_import.job_id).update(state="failed")
    without = {**columns, "who": "ignore", "label": "ignore"}
    again = start_import(
        file_import=file_import, mapping={"columns": without}, by=lead, now=timezone.now()
    )
    assert again.version is None
    done = run(again)
    assert (done.items_added, done.annotations_added) == (1, 0)
    assert Assignment.objects.count() == 2


def with_the_worst_plan(execute, sql, parameters, many, context):
    """The planner knows nothing of rows of its own transaction, and may take any plan for them."""
    if "INSERT INTO annotations_assignment" in sql:
        settings = "enable_hashjoin = off; SET LOCAL enable_mergejoin = off"
        context["cursor"].cursor.execute(
            f"SET LOCAL {settings}; SET LOCAL statement_timeout = '30s'"
        )
    return execute(sql, parameters, many, context)


def test_run_import_of_answers_does_not_depend_on_statistics(project, version):
    rows = "".join(f"{n},Text,ann,negative\n" for n in range(16_000))
    with connection.execute_wrapper(with_the_worst_plan):
        import_file(project, "id,text,annotator,label\n" + rows, overlap=2)
    assert Assignment.objects.filter(state="open").count() == 16_000
