import pytest
from django.utils import translation

from guidelines.places import place_of

DOCUMENT = {
    "questions": [
        {
            "key": "tone",
            "title": {"en": "Tone", "ko": "말투"},
            "choices": [{"key": "calm", "name": {"en": "", "ko": "차분함"}}, {"key": "loud"}, {}],
        },
        {},
    ],
    "rules": [{"number": 7, "examples": ["a", "b"]}, {}],
}


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("title", "Title"),
        ("questions", ""),
        ("questions[0].title.ko", "“Tone” › Title"),
        ("questions[0].choices", "“Tone” › Choices"),
        ("questions[0].choices[0].color", "“Tone” › “차분함” › Colour"),
        ("questions[0].choices[1].key", "“Tone” › “loud” › Key"),
        ("questions[0].choices[2].key", "“Tone” › Choice 3 › Key"),
        ("questions[1].key", "Question 2 › Key"),
        ("questions[9].key", "Question 10 › Key"),
        ("rules[0].condition", "R7 › When"),
        ("rules[0].examples[1].en", "R7 › Example 2"),
        ("rules[1].number", "R? › Number"),
        ("__all__", ""),
        ("changes.classes[rule:12]", "R12"),
        ("changes.fates[tone.calm].into[0]", "“tone.calm”"),
        ("changes.quiz", ""),
    ],
)
def test_place_is_told_in_words(path, words):
    with translation.override("en"):
        assert place_of(DOCUMENT, path) == words


def test_place_uses_the_names_of_the_language():
    with translation.override("ko"):
        assert place_of(DOCUMENT, "questions[0]") == "“말투”"
