from guidelines.changes import Decisions, Fate, QuizSettings
from guidelines.diff import VersionContent
from guidelines.label_schema import parse_document
from guidelines.reading import all_decisions, changes_to_read, quiz_of
from tests.factories.guidelines import a_document


def content(decision="Choose Mixed.", prose="One.", choice=""):
    document = a_document()
    document["rules"][0]["decision"] = decision
    document["rules"][0]["examples"] = [{"text": "x", "choice": choice}]
    return VersionContent("T", prose, parse_document(document))


def decided(quiz=None, **classes):
    return Decisions({name.replace("_", ":"): each for name, each in classes.items()}, {}, quiz)


def test_several_versions_have_their_gravest_classes_and_last_fates():
    first = Decisions(
        {"rule:1": "breaking", "prose": "editorial"},
        {"a.b": Fate("retired")},
        QuizSettings(2, 100),
    )
    second = Decisions(
        {"rule:1": "editorial", "prose": "clarifying"},
        {"a.c": Fate("renamed", ("a.d",))},
        QuizSettings(5, 50),
    )

    together = all_decisions([first, second])

    assert together.classes == {"rule:1": "breaking", "prose": "clarifying"}
    assert set(together.fates) == {"a.b", "a.c"}
    assert together.quiz == QuizSettings(5, 100)
    assert all_decisions([]) == Decisions({}, {}, None)


def test_editorial_changes_are_not_read():
    found = changes_to_read(
        content(), content("Choose Negative.", "Two."), decided(rule_1="clarifying"),
    )  # fmt: skip
    (rule, prose) = found

    assert (rule.change.target, rule.change_class) == ("rule:1", "clarifying")
    assert (prose.change.target, prose.change_class) == ("prose", "clarifying")  # as proposed
    quiet = Decisions({"rule:1": "editorial", "prose": "editorial"}, {}, None)
    assert changes_to_read(content(), content("Choose Negative.", "Two."), quiet) == ()


def test_what_was_taken_back_is_not_read():
    assert changes_to_read(content(), content(), decided(rule_1="breaking")) == ()


def test_quiz_is_about_the_versions_that_asked_for_one():
    schema = content(choice="sentiment.mixed").schema
    asks = decided(QuizSettings(3, 80), rule_1="breaking")
    options = {"seed": "s", "attempt": 2, "passed": False}

    quiz = quiz_of(schema, [decided(), asks], **options)

    assert [each.key for each in quiz.questions] == ["1.examples[0]"]
    assert (quiz.pass_mark, quiz.attempt, quiz.passed) == (80, 2, False)
    assert quiz_of(schema, [decided(rule_1="breaking")], **options) is None
    assert quiz_of(schema, [decided(QuizSettings(3, 80), rule_1="editorial")], **options) is None
    assert quiz_of(content().schema, [asks], **options) is None  # the answers were taken out
