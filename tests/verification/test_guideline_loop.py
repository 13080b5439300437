"""Real labels under version 1, a split class in version 2, and whether it helped.

VariErr NLI comes in through REST as its four annotators' labels. Version 2 splits one class,
renames another and breaks with nothing else; the renamed one is carried over, a sample of the
split one is labeled again in the browser by two people, and the report says what came of it. The
people here follow a rule of thumb, so the figures say that the loop works, not how well people do.
"""

import csv
import json
import re

import pytest

from annotations.models import Annotation
from tests.browser.labeling import external_id, sign_in
from tests.factories.accounts import UserFactory
from tests.factories.projects import MembershipFactory
from tests.verification.datasets import FOLDER
from tests.verification.test_published_results import Door

SET = FOLDER / "varierr_nli"
pytestmark = [
    pytest.mark.slow,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(
        not SET.is_dir(), reason="VERIFICATION SKIPPED: the reference data folder is absent"
    ),
]

LABELS = ("entailment", "neutral", "contradiction")
SHARE = "0.0600"


def table(name):
    with (SET / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def lines():
    """Items with each annotator's first label: several labels of one person are several kinds of
    question, which come later."""
    answers = {}
    for row in table("answers"):
        answers.setdefault(row["item"], {}).setdefault(row["annotator"], row["label"])
    for row in table("items"):
        given = [
            {"annotator": person, "answers": {"nli": label}}
            for person, label in answers[row["item"]].items()
        ]
        text = f"{row['context']}\n→ {row['statement']}"
        yield {"id": row["item"], "text": text, "annotations": given}


def document(*choices, rules=()):
    named = [{"key": key, "name": {"en": key.capitalize()}} for key in choices]
    question = {"key": "nli", "kind": "choice", "title": {"en": "Does it follow?"}}
    return {"questions": [question | {"choices": named}], "rules": list(rules)}


def publish(project, body):
    draft = project.post("/guideline/versions/", body, expect=201)
    path = f"/guideline/versions/{draft['number']}/publish/"
    return project.post(path, {"revision": draft["revision"]}, expect=200)


def first_version(door):
    project = Door(door.client, door.post("/projects/", {"name": "NLI"}, expect=201)["id"])
    publish(project, {"title": "NLI", "document": document(*LABELS)})
    return project


def second_version(project):
    rule = {
        "number": 1,
        "title": {"en": "Related or not"},
        "condition": {"en": "The statement neither follows nor is denied."},
        "decision": {"en": "Related when most of its words stand in the context, else unrelated."},
        "choices": ["nli.related", "nli.unrelated"],
    }
    fates = {
        "nli.neutral": {"how": "split", "into": ["nli.related", "nli.unrelated"]},
        "nli.contradiction": {"how": "renamed", "into": ["nli.denial"]},
    }
    body = {
        "title": "NLI",
        "document": document("entailment", "related", "unrelated", "denial", rules=[rule]),
        "changes": {"fates": fates},
    }
    return publish(project, body)


def bring(project, path):
    path.write_text("".join(json.dumps(line) + "\n" for line in lines()), encoding="utf-8")
    columns = {"id": "id", "text": "text", "annotations": "annotations"}
    with path.open("rb") as file:
        body = {"file": file, "mapping": json.dumps({"columns": columns}), "version": 1}
        started = project.post("/imports/", body, expect=202, format="multipart")
    return project.until_done(f"/imports/{started['id']}/")


def started(project, path, body):
    made = project.post(path, body, expect=202)
    return project.until_done(f"{path}{made['id']}/")


def judge(text, threshold):
    """The digit to press: how many words of the statement stand in the context."""
    context, _arrow, statement = text.partition("→")
    said, known = (set(re.findall(r"\w+", part.lower())) for part in (statement, context))
    return "2" if len(said & known) >= threshold * max(1, len(said)) else "3"


def label_by_keys(page, live_server, slug, person, threshold):
    """Read what changed, then press a digit for every item there is."""
    page.goto("about:blank")  # the screen of the person before asks for items by itself
    page.context.clear_cookies()
    sign_in(page, live_server, person)
    page.goto(f"/w/{slug}/")
    page.get_by_role("button", name="I have read this").press("Enter")
    page.locator("#item-form").wait_for()
    pressed = 0
    while (item := external_id(page)) is not None:
        page.keyboard.press(judge(page.locator("#item-text").inner_text(), threshold))
        page.wait_for_function(
            "item => document.querySelector('#item-form')?.dataset.external !== item", arg=item
        )
        pressed += 1
        if external_id(page) is None:
            page.wait_for_timeout(1500)  # the last lease may still be on its way
    page.wait_for_selector("#saved-state[data-state=saved]")
    return pressed


def test_split_class_is_relabeled_in_the_browser_and_reported(
    owner, api_of, live_worker, live_server, page, tmp_path
):
    project = first_version(Door(api_of(owner)))
    brought = bring(project, tmp_path / "varierr.jsonl")
    assert (brought["items_added"], brought["annotations_added"]) == (488, 1816)
    version = second_version(project)
    assert version["change_class"] == "breaking"

    impact = started(project, "/impacts/", {"version": 2})["figures"]
    carried = started(project, "/carry-overs/", {"version": 2})
    body = {"version": 2, "name": "Split", "share": SHARE, "who": "others", "overlap": 2}
    campaign = project.post("/campaigns/", body, expect=202)["number"]
    project.until_prepared(f"/campaigns/{campaign}/")
    details = project.get("/")
    slug = details["slug"]
    keys = 0
    for threshold in (0.5, 0.55):
        person = UserFactory()
        MembershipFactory(project_id=details["id"], user=person, roles=["annotator"])
        keys += label_by_keys(page, live_server, slug, person, threshold)
    report = started(project, f"/campaigns/{campaign}/reports/", {})["figures"]

    print(json.dumps({"impact": impact, "carried": carried, "report": report}))
    by_label = dict.fromkeys(LABELS, 0)
    for line in lines():
        for answer in line["annotations"]:
            by_label[answer["answers"]["nli"]] += 1
    assert carried["n_labels"] == by_label["contradiction"]
    assert impact["needs_people"]["labels"] == by_label["neutral"]
    assert impact["carries_over"]["labels"] == by_label["contradiction"]
    progress = project.get(f"/campaigns/{campaign}/")["slots"]
    assert progress["done"] == progress["total"] > 40
    # Three items came with one answer only: a second slot of the first round waits for each.
    assert 0 <= keys - progress["done"] <= 3
    assert report["overall"]["answered"] == report["labels"]["sampled"] > 40
    assert report["agreement"][0]["after"]["value"] > report["agreement"][0]["before"]["value"]
    assert Annotation.objects.filter(source__kind="migration").count() == by_label["contradiction"]
    assert Annotation.objects.filter(version__number=2, source__kind="human").count() == keys
