"""What a publication means for labels, choice by choice."""

from hypothesis import given
from hypothesis import strategies as st

from campaigns.touched import Outcome, choices_of_rule, touched
from guidelines.changes import Decisions, Fate
from guidelines.label_schema import parse_document

OLD = ("refund", "hello", "greeting", "other")
NEW = ("exchange", "money_back", "greeting", "other")


def schema(*keys, rules=()):
    return parse_document(
        {
            "questions": [
                {
                    "key": "intent",
                    "kind": "choice",
                    "title": "Intent",
                    "choices": [{"key": key, "name": key} for key in keys],
                },
            ],
            "rules": [
                {
                    "number": number,
                    "title": f"Rule {number}",
                    "condition": "When",
                    "decision": "Then",
                    "choices": [f"intent.{key}" for key in choices],
                }
                for number, choices in rules
            ],
        },
    )


def outcomes(fates=None, classes=None, old=OLD, new=NEW, rules=()):
    decisions = Decisions(classes or {}, fates or {})
    found = touched(decisions, schema(*old), schema(*new, rules=rules))
    return {key.removeprefix("intent."): each for key, each in found.items()}


FATES = {
    "intent.refund": Fate("split", ("intent.exchange", "intent.money_back")),
    "intent.hello": Fate("merged", ("intent.greeting",)),
}


def test_touched_split_merge_and_kept_choice_tells_them_apart():
    found = outcomes(FATES)

    assert found["refund"].outcome is Outcome.NEEDS_PEOPLE
    assert found["refund"].why == ("split",)
    assert found["refund"].into == ("intent.exchange", "intent.money_back")
    assert found["hello"].outcome is Outcome.CARRIES_OVER
    assert found["hello"].into == ("intent.greeting",)
    assert found["greeting"].outcome is Outcome.UNTOUCHED
    assert found["other"].outcome is Outcome.UNTOUCHED


def test_touched_retired_choice_needs_people_and_became_nothing():
    found = outcomes({"intent.hello": Fate("retired")}, old=("hello", "other"), new=("other",))

    assert (found["hello"].outcome, found["hello"].into) == (Outcome.NEEDS_PEOPLE, ())
    assert found["hello"].why == ("retired",)


def test_touched_choice_gone_without_a_fate_needs_people():
    assert outcomes(old=("hello", "other"), new=("other",))["hello"].why == ("gone",)


def test_touched_breaking_choice_needs_people_though_it_is_kept():
    found = outcomes(
        FATES, {"choice:intent.other": "breaking", "choice:intent.greeting": "clarifying"}
    )

    assert found["other"].why == ("breaking",)
    assert found["greeting"].outcome is Outcome.UNTOUCHED


def test_touched_merged_choice_that_is_breaking_needs_people():
    found = outcomes(FATES, {"choice:intent.hello": "breaking"})

    assert found["hello"].outcome is Outcome.NEEDS_PEOPLE


def test_touched_breaking_question_sends_all_its_labels_to_people():
    found = outcomes(FATES, {"question:intent": "breaking"})

    assert all(each.needs_people for each in found.values())


def test_touched_breaking_rule_reaches_the_choices_it_names_and_what_became_of_them():
    found = outcomes(FATES, {"rule:3": "breaking"}, rules=[(3, ["greeting"])])

    assert found["greeting"].rules == (3,)
    assert found["hello"].rules == (3,)
    assert found["other"].outcome is Outcome.UNTOUCHED


def test_touched_clarifying_rule_sends_nothing_to_people():
    found = outcomes(FATES, {"rule:3": "clarifying"}, rules=[(3, ["greeting"])])

    assert found["greeting"].outcome is Outcome.UNTOUCHED


def test_touched_breaking_rule_without_choices_concerns_every_label():
    found = outcomes(FATES, {"rule:3": "breaking"}, rules=[(3, [])])

    assert all(each.rules == (3,) for each in found.values())


def test_choices_of_rule_that_neither_version_has_are_none():
    targets = {"intent.other": ("intent.other",)}

    assert choices_of_rule(9, schema("other"), schema("other"), targets) == ()


CLASSES = st.sampled_from(["editorial", "clarifying", "breaking"])
KEYS = st.lists(st.sampled_from("abcdefgh"), unique=True, min_size=1)


@given(old=KEYS, new=KEYS, classes=st.dictionaries(st.sampled_from("abcdefgh"), CLASSES))
def test_touched_always_decides_every_old_choice_exactly_once(old, new, classes):
    decided = {f"choice:intent.{key}": value for key, value in classes.items()}
    found = touched(Decisions(decided, {}), schema(*old), schema(*new))

    assert list(found) == [f"intent.{key}" for key in old]
    for key, each in found.items():
        assert set(each.into) <= {f"intent.{name}" for name in new}
        assert each.needs_people == bool(each.why or each.rules)
        assert (each.outcome is Outcome.UNTOUCHED) == (not each.why and each.into == (key,))
