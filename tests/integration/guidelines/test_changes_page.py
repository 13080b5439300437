"""The page on which a lead decides what changes mean, autosave, and rebasing."""

import pytest
from django.urls import reverse
from django.utils import timezone

from core.problems import Problems
from guidelines.actions.open_draft import open_draft
from guidelines.actions.save_draft import save_draft
from guidelines.document_fields import document_from_fields
from guidelines.label_schema import parse_document, to_document
from guidelines.models import GuidelineVersion
from tests.factories.guidelines import a_document, publish_version
from tests.integration.guidelines.test_editor import form_of

pytestmark = pytest.mark.django_db


def url_of(name, project):
    return reverse(f"guidelines:{name}", args=[project.slug])


@pytest.fixture
def browser(client_of, lead):
    return client_of(lead)


@pytest.fixture
def split(project, version, lead):
    """A draft in which "mixed" is gone and two choices are new."""
    document = a_document()
    choices = document["questions"][0]["choices"]
    choices[2:] = [
        {"key": "both", "name": {"en": "Both"}},
        {"key": "unclear", "name": {"en": "Unclear"}},
    ]
    rule = document["rules"][0]
    rule["choices"] = ["sentiment.both"]
    rule["examples"] = [{"text": "fast but torn", "choice": "sentiment.both"}]
    draft = open_draft(project=project, by=lead, now=timezone.now())
    return save_draft(
        version=draft,
        title=draft.title,
        prose=draft.prose,
        document=document,
        expected_revision=draft.revision,
        by=lead,
        now=timezone.now(),
    )


def stored(draft):
    return GuidelineVersion.objects.get(pk=draft.pk)


def test_changes_page_shows_each_change_with_a_proposal(browser, project, split):
    page = browser.get(url_of("changes", project)).text

    for shown in ("Mixed", "Both", "Unclear", "please decide", "Breaking", "R1"):
        assert shown in page
    assert "1 example whose right answer is named" in page


def test_decisions_are_stored_with_the_draft_and_published(browser, project, split):
    body = {
        "revision": split.revision,
        "class:rule:1": "clarifying",
        "fate:sentiment.mixed": "split",
        "into:sentiment.mixed": ["sentiment.both", "sentiment.unclear"],
        "quiz": "yes",
        "quiz_questions": "1",
        "quiz_pass_mark": "100",
        "do": "publish",
    }

    response = browser.post(url_of("changes", project), body)

    assert response.url == url_of("publish", project)
    changes = stored(split).changes
    assert changes["classes"]["rule:1"] == "clarifying"
    assert changes["fates"]["sentiment.mixed"]["into"] == ["sentiment.both", "sentiment.unclear"]
    assert changes["quiz"] == {"questions": 1, "pass_mark": 100}
    page = browser.get(response.url).text
    assert "right answers needed: 100%" in page
    browser.post(response.url, {"revision": stored(split).revision})
    assert (stored(split).state, stored(split).change_class) == ("published", "breaking")


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"class:rule:1": "awful"}, "awful"),
        ({"quiz": "yes", "quiz_questions": "x", "quiz_pass_mark": "100"}, ""),
        ({"quiz": "yes", "quiz_questions": "1", "quiz_pass_mark": "900"}, ""),
    ],
)
def test_wrong_decision_is_422_and_stores_nothing(browser, project, split, wrong, message):
    response = browser.post(url_of("changes", project), {"revision": split.revision, **wrong})

    assert response.status_code == 422
    assert message in response.text
    assert stored(split).changes == split.changes
    assert stored(split).revision == split.revision


def test_decisions_about_a_draft_that_moved_are_a_conflict(browser, project, split):
    body = {"revision": split.revision - 1, "class:rule:1": "editorial"}

    assert browser.post(url_of("changes", project), body).status_code == 409
    assert stored(split).changes == split.changes


def test_publishing_without_a_fate_says_which_choice(browser, project, split):
    response = browser.post(url_of("publish", project), {"revision": split.revision})

    assert response.status_code == 422
    assert "mixed" in response.text.lower()
    assert not stored(split).is_published


def test_split_with_one_target_waits_in_the_draft_and_is_not_published(browser, project, split):
    half = {"fate:sentiment.mixed": "split", "into:sentiment.mixed": "sentiment.both"}
    browser.post(url_of("changes", project), {"revision": split.revision, **half})

    response = browser.post(url_of("publish", project), {"revision": stored(split).revision})

    assert "at least two choices" in response.text
    assert not stored(split).is_published


def test_draft_that_was_made_from_an_old_version_is_put_on_top(browser, project, split, version):
    GuidelineVersion.objects.filter(pk=split.pk).update(number=3)
    newer = GuidelineVersion.objects.get(pk=version.pk)
    newer.pk, newer.number, newer.content_hash = None, 2, "0" * 64
    newer.save()

    page = browser.get(url_of("publish", project)).text
    assert "Another version was published meanwhile." in page
    refused = browser.post(url_of("publish", project), {"revision": split.revision})
    assert (refused.status_code, stored(split).is_published) == (422, False)
    browser.post(url_of("rebase", project), {"revision": split.revision})

    assert stored(split).based_on == newer


def test_autosave_stores_and_says_the_next_revision(browser, project, split):
    reply = browser.post(url_of("edit", project), form_of(split, title="T", do="autosave"))

    assert reply.json()["revision"] == split.revision + 1
    assert stored(split).title == "T"
    assert stored(split).document == split.document


def test_autosave_over_somebody_elses_text_is_409_and_stores_nothing(browser, project, split):
    late = form_of(split, title="Mine", do="autosave", revision=split.revision - 1)

    reply = browser.post(url_of("edit", project), late)

    assert (reply.status_code, reply.json()["code"]) == (409, "stale_revision")
    assert stored(split).title == split.title


def test_autosave_of_a_broken_text_is_422_and_stores_nothing(browser, project, split):
    reply = browser.post(url_of("edit", project), form_of(split, title="", do="autosave"))

    assert reply.status_code == 422
    assert stored(split).revision == split.revision


def test_editor_keeps_hierarchy_conditions_and_right_answers(browser, project, version, lead):
    document = a_document()
    first = document["questions"][0]
    first["choices"].append({"key": "both", "name": {"en": "Both"}, "parent": "mixed"})
    document["questions"].append(
        {
            "key": "why",
            "kind": "choice",
            "title": {"en": "Why?"},
            "show_when": {"question": "sentiment", "choices": ["negative", "mixed"]},
            "choices": [{"key": "price", "name": {"en": "Price"}}],
        }
    )
    rule = document["rules"][0]
    rule["examples"] = [{"text": {"en": "torn"}, "choice": "sentiment.negative"}]
    draft = publish_version(project, by=lead, document=document)
    open_draft(project=project, by=lead, now=timezone.now())
    page = browser.get(url_of("edit", project)).text
    fields = [
        ("questions[0].choices[3].parent", ["mixed"]),
        ("questions[1].after", ["sentiment.negative", "sentiment.mixed"]),
        ("rules[0].examples[0].choice", ["sentiment.negative"]),
    ]

    for name, _values in fields:
        assert f'name="{name}"' in page
    assert page.count('value="sentiment.negative" selected') == 1
    assert page.count('value="mixed" selected') == 1
    posted = document_from_fields(posted_fields(draft.document, fields))
    assert to_document(parse_document(posted)) == draft.document


def posted_fields(document, more):
    """The texts of the editor's form, and its newer fields."""
    for at, question in enumerate(document["questions"]):
        own = f"questions[{at}]"
        yield f"{own}.key", [question["key"]]
        yield f"{own}.required", ["yes"]
        yield from texts(question["title"], f"{own}.title")
        for index, choice in enumerate(question["choices"]):
            yield f"{own}.choices[{index}].key", [choice["key"]]
            yield f"{own}.choices[{index}].hotkey", [choice["hotkey"]]
            yield f"{own}.choices[{index}].color", [str(choice["color"])]
            yield f"{own}.choices[{index}].parent", [""]
            yield from texts(choice["name"], f"{own}.choices[{index}].name")
    for at, rule in enumerate(document["rules"]):
        yield f"rules[{at}].number", [str(rule["number"])]
        yield f"rules[{at}].choices", rule["choices"]
        for name in ("title", "condition", "decision"):
            yield from texts(rule[name], f"rules[{at}].{name}")
        for name in ("examples", "counter_examples"):
            for index, example in enumerate(rule[name]):
                yield from texts(example.get("text", example), f"rules[{at}].{name}[{index}]")
                yield f"rules[{at}].{name}[{index}].choice", [""]
    yield from more


def texts(found, path):
    return [(f"{path}.{language}", [text]) for language, text in found.items()]


def test_condition_on_two_questions_is_named():
    document = {
        "questions": [
            {"key": key, "title": key, "choices": [{"key": "a", "name": "A"}]} for key in ("p", "q")
        ],
        "rules": [],
    }
    fields = [*posted_fields(to_document(parse_document(document)), [])]
    third = [
        ("questions[2].key", ["r"]),
        ("questions[2].title.en", ["R"]),
        ("questions[2].choices[0].key", ["a"]),
        ("questions[2].choices[0].name.en", ["A"]),
        ("questions[2].after", ["p.a", "q.a"]),
    ]

    with pytest.raises(Problems) as raised:
        parse_document(document_from_fields([*fields, *third]))

    assert "show_when" in str(raised.value.problems[0].field)
