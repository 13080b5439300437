import pytest

from guidelines.change_classes import same_words
from guidelines.changes import EMPTY, Fate, gravest, proposed_changes
from guidelines.diff import VersionContent
from guidelines.label_schema import parse_document
from tests.factories.guidelines import a_document


def content(document=None, title="Sentiment", prose="One.\nTwo."):
    return VersionContent(title, prose, parse_document(document or a_document(), complete=False))


def rule(**changes):
    document = a_document()
    document["rules"][0].update(changes)
    return document


def choice(**changes):
    document = a_document()
    document["questions"][0]["choices"][0].update(changes)
    return document


def question(**changes):
    document = a_document()
    document["questions"][0].update(changes)
    return document


def classes_of(before, after, fates=None):
    return {each.target: each.proposed for each in proposed_changes(before, after, fates)}


GONE = a_document()
GONE["questions"][0]["choices"][2:] = [
    {"key": "both", "name": "Both", "color": 4, "hotkey": "3"},
    {"key": "neither", "name": "Neither", "color": 5, "hotkey": "4"},
]
GONE["rules"] = []
MIXED = "sentiment.mixed"


@pytest.mark.parametrize(
    ("after", "target", "proposed"),
    [
        (rule(title={"en": "Two things", "ko": "대상이 둘"}), "rule:1", "editorial"),
        (rule(decision={"en": "choose  mixed"}), "rule:1", "editorial"),
        (rule(decision={"en": "Choose Negative."}), "rule:1", "breaking"),
        (rule(decision={"en": "Choose Mixed.", "ko": "혼합을 고른다."}), "rule:1", "clarifying"),
        (rule(condition={"en": "The writer judges two things."}), "rule:1", "clarifying"),
        (rule(examples=[]), "rule:1", "clarifying"),
        (rule(choices=[]), "rule:1", "breaking"),
        (rule(number=2), "rule:1", "breaking"),
        (rule(number=2), "rule:2", "clarifying"),
        (choice(color=9), "choice:sentiment.positive", "editorial"),
        (choice(hotkey="q"), "choice:sentiment.positive", "editorial"),
        (choice(help="Praise"), "choice:sentiment.positive", "clarifying"),
        (choice(name={"en": "Praise", "ko": "긍정"}), "choice:sentiment.positive", "clarifying"),
        (choice(parent="mixed"), "choice:sentiment.positive", "clarifying"),
        (choice(key="praise"), "choice:sentiment.praise", "breaking"),
        (choice(key="praise"), "choice:sentiment.positive", "breaking"),
        (question(title="Which feeling?"), "question:sentiment", "clarifying"),
        (question(required=False), "question:sentiment", "clarifying"),
        (question(key="tone"), "question:sentiment", "breaking"),
        (question(key="tone"), "question:tone", "breaking"),
    ],
)
def test_change_has_a_proposed_class_and_a_reason(after, target, proposed):
    (found,) = [e for e in proposed_changes(content(), content(after)) if e.target == target]

    assert found.proposed == proposed
    assert found.reason.endswith(".")


def test_question_that_must_be_answered_from_now_on_breaks():
    before = content(question(required=False))

    assert classes_of(before, content()) == {"question:sentiment": "breaking"}


@pytest.mark.parametrize(
    ("changed", "proposed"),
    [
        ({"prose": "One. Two."}, "editorial"),
        ({"prose": "One.\nThree."}, "clarifying"),
        ({"title": "Other"}, "editorial"),
    ],
)
def test_prose_and_title_are_one_change(changed, proposed):
    assert classes_of(content(), content(**changed)) == {"prose": proposed}


@pytest.mark.parametrize(
    ("before", "after", "same"),
    [
        ("Choose A, then B.", "choose a then b", True),
        ("못 하다", "못하다", True),
        ("1.5 points", "15 points", False),
        ("below -5", "below 5", False),
        ("< 5", "> 5", False),
        ("a + b", "a b", False),
        ("more than 5%", "more than 5", False),
        ("혼합", "부정", False),
    ],
)
def test_only_what_means_nothing_is_the_same(before, after, same):
    assert same_words(before, after) is same


def test_equal_versions_have_no_changes():
    assert proposed_changes(content(), content()) == ()
    assert gravest([]) == "editorial"


def test_other_right_answer_of_a_case_breaks():
    before, after = (
        content(rule(examples=[{"text": "x", "choice": f"sentiment.{key}"}]))
        for key in ("mixed", "negative")
    )

    assert classes_of(before, after) == {"rule:1": "breaking"}


def test_choice_gone_wants_a_fate_that_softens_the_proposal():
    (gone,) = [each for each in proposed_changes(content(), content(GONE)) if each.wants_fate]
    renamed = {MIXED: Fate("renamed", ("sentiment.both",))}

    assert gone.target == "choice:sentiment.mixed"
    assert classes_of(content(), content(GONE))["choice:sentiment.both"] == "breaking"
    softer = classes_of(content(), content(GONE), renamed)
    assert softer["choice:sentiment.mixed"] == "clarifying"
    assert softer["choice:sentiment.both"] == "clarifying"
    assert softer["choice:sentiment.neither"] == "breaking"


def test_first_version_is_compared_with_nothing():
    assert classes_of(EMPTY, content()) == {
        "rule:1": "clarifying",
        "question:sentiment": "breaking",
        "prose": "clarifying",
    }


def test_rule_and_condition_that_follow_a_renamed_choice_are_editorial():
    def version(key):
        document = choice(key=key, name="Praise")
        document["questions"].append(
            {
                "key": "why",
                "title": "Why?",
                "choices": [{"key": "a", "name": "A"}],
                "show_when": {"question": "sentiment", "choices": [key]},
            }
        )
        document["rules"][0]["choices"] = [f"sentiment.{key}"]
        document["rules"][0]["examples"] = [{"text": "x", "choice": f"sentiment.{key}"}]
        return content(document)

    before, after = version("positive"), version("praise")
    renamed = {"sentiment.positive": Fate("renamed", ("sentiment.praise",))}

    assert classes_of(before, after)["rule:1"] == "breaking"
    assert classes_of(before, after)["question:why"] == "breaking"
    assert classes_of(before, after, renamed)["rule:1"] == "clarifying"  # its examples name it
    assert classes_of(before, after, renamed)["question:why"] == "editorial"


def test_order_of_the_choices_of_a_rule_means_nothing():
    before, after = (
        content(rule(choices=[f"sentiment.{key}" for key in keys]))
        for keys in (("mixed", "positive"), ("positive", "mixed"))
    )

    assert classes_of(before, after) == {"rule:1": "editorial"}
