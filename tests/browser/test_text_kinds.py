"""Each kind of question about texts, by keyboard alone: what is pressed is what is stored."""

import pytest

from tests.browser.kinds import CLASSES, asked, open_kind, serve, stored_values
from tests.browser.labeling import external_id, focused, open_screen, stored_by, wait_for_item

pytestmark = pytest.mark.django_db(transaction=True)

TEXT = "민수가 서울에서 👩‍👩‍👧 Ada를 만났다.\nThey left at noon."
ITEM = {"text": TEXT}
PAIR = {
    "parts": [
        {"key": "prompt", "kind": "text", "text": "왜 하늘은 파란가요?", "title": "Prompt"},
        {"key": "a", "kind": "text", "text": "Because of Rayleigh scattering."},
        {"key": "b", "kind": "text", "text": "It just is."},
    ]
}


@pytest.fixture
def ask(page, live_server, project, annotator):
    """Opens the screen with questions about items; returns the page."""

    def opened(questions, *payloads):
        open_kind(page, live_server, project, annotator, questions, *(payloads or (ITEM, ITEM)))
        return page

    return opened


def submit(page, key="Enter"):
    before = external_id(page)
    page.keyboard.press(key)
    page.wait_for_function(
        "previous => document.querySelector('#item-form')?.dataset.external !== previous",
        arg=before,
    )


def test_choices_are_toggled_by_their_keys(ask, annotator):
    page = ask([asked("choices", choices=CLASSES)])
    for key in ("1", "3", "2", "2"):
        page.keyboard.press(key)
    submit(page)

    assert stored_values(page, annotator) == [
        {"q": {"kind": "choices", "choices": ["person", "time"]}}
    ]


def test_choices_say_none_of_these_by_zero(ask, annotator):
    page = ask([asked("choices", choices=CLASSES, options={"least": 0})])
    page.keyboard.press("0")
    submit(page)

    assert stored_values(page, annotator) == [{"q": {"kind": "choices", "choices": []}}]


def test_long_list_of_classes_is_searched(ask, annotator):
    many = [{"key": f"c{n}", "name": f"Class number {n}"} for n in range(40)]
    page = ask([asked("choice", choices=many)])
    before = external_id(page)
    page.get_by_label("Find a class").fill("number 37")
    assert page.locator(".choice:visible").count() == 1
    page.keyboard.press("Enter")
    wait_for_item(page, other_than=before)

    assert stored_values(page, annotator) == [{"q": {"kind": "choice", "choice": "c37"}}]


def test_rating_is_one_key(ask, annotator):
    page = ask([asked("rating", options={"most_label": {"en": "excellent"}})])
    submit(page, "4")

    assert stored_values(page, annotator) == [{"q": {"kind": "rating", "number": 4}}]


def test_number_is_typed_and_enter_submits(ask, annotator):
    page = ask([asked("number", options={"least": 0, "most": 10, "unit": "km"})])
    assert focused(page) == "INPUT"
    page.keyboard.type("2,5")
    submit(page)

    assert stored_values(page, annotator) == [{"q": {"kind": "number", "number": 2.5}}]


def test_number_out_of_range_comes_back_with_the_reason(ask, annotator):
    page = ask([asked("number", options={"most": 10})])
    page.keyboard.type("12")
    submit(page)
    page.wait_for_selector("#refused:not([hidden])")

    assert "at most 10" in page.inner_text("#refused")
    assert stored_by(annotator) == []


def test_text_is_typed_and_control_enter_submits(ask, annotator):
    page = ask([asked("text")])
    page.keyboard.type("Two people\nmet 1 time, skip")
    submit(page, "Control+Enter")

    assert stored_values(page, annotator) == [
        {"q": {"kind": "text", "text": "Two people\nmet 1 time, skip"}}
    ]


def test_shares_are_added_by_key_and_sum_up_to_one(ask, annotator):
    page = ask([asked("soft_choice", choices=CLASSES)])
    for key in "11123":
        page.keyboard.press(key)
    assert "60 %" in page.inner_text(".shares")
    submit(page)

    shares = {"person": 0.6, "place": 0.2, "time": 0.2}
    assert stored_values(page, annotator) == [{"q": {"kind": "soft_choice", "shares": shares}}]


def test_spans_by_keyboard_snap_to_graphemes_and_count_code_points(ask, annotator):
    page = ask([asked("spans", choices=CLASSES)])
    keyboard = page.keyboard
    keyboard.press("ArrowRight")  # the caret appears at the start
    for _ in range(2):
        keyboard.press("Shift+ArrowRight")
    keyboard.press("1")
    for _ in range(7):
        keyboard.press("ArrowRight")
    keyboard.press("Shift+ArrowRight")  # the family is one grapheme
    keyboard.press("3")
    submit(page)

    family = TEXT.index("👩")
    assert stored_values(page, annotator)[0]["q"]["spans"] == [
        {"part": "text", "start": 0, "end": 2, "choice": "person", "quote": "민수"},
        {"part": "text", "start": family, "end": family + 5, "choice": "time", "quote": "👩‍👩‍👧"},
    ]


def test_spans_are_walked_moved_changed_undone_and_removed_by_keys(ask, annotator):
    page = ask([asked("spans", choices=CLASSES)])
    keyboard = page.keyboard
    keyboard.press("ArrowRight")
    for _ in range(3):
        keyboard.press("Shift+ArrowRight")
    keyboard.press("1")
    keyboard.press("]")
    keyboard.press("Alt+Shift+ArrowLeft")  # the end, one grapheme back
    keyboard.press("2")  # another class
    assert page.inner_text(".mark") == "Place 민수"
    keyboard.press("Delete")
    assert page.locator(".mark").count() == 0
    keyboard.press("Control+z")
    assert page.inner_text(".mark") == "Place 민수"
    keyboard.press("Control+z")
    keyboard.press("Control+Shift+z")
    submit(page)

    assert stored_values(page, annotator)[0]["q"]["spans"] == [
        {"part": "text", "start": 0, "end": 2, "choice": "place", "quote": "민수"}
    ]


def test_span_is_selected_by_pointer_and_labeled_by_a_click(ask, annotator):
    page = ask([asked("spans", choices=CLASSES)])
    page.dblclick(".text-body", position={"x": 12, "y": 22})
    page.get_by_role("button", name="Person", exact=False).click()
    assert page.locator(".mark").count() == 1
    submit(page)

    (span,) = stored_values(page, annotator)[0]["q"]["spans"]
    assert (span["start"], span["choice"]) == (0, "person")


def test_nothing_to_mark_is_an_answer_and_silence_is_not(ask, annotator):
    page = ask([asked("spans", choices=CLASSES)])
    page.keyboard.press("Enter")
    assert "Please answer" in page.inner_text("[data-error]")
    page.keyboard.press("0")
    submit(page)

    assert stored_values(page, annotator) == [{"q": {"kind": "spans", "spans": []}}]


def test_reopened_spans_are_where_they_were(ask, annotator):
    page = ask([asked("spans", choices=CLASSES)])
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Shift+ArrowRight")
    page.keyboard.press("1")
    submit(page)
    before = external_id(page)
    page.keyboard.press("u")
    wait_for_item(page, other_than=before)
    assert page.inner_text(".mark") == "Person 민"
    page.keyboard.press("]")
    page.keyboard.press("Alt+Shift+ArrowRight")
    submit(page)

    first, second = stored_values(page, annotator)
    assert [span["quote"] for span in first["q"]["spans"]] == ["민"]
    assert [span["quote"] for span in second["q"]["spans"]] == ["민수"]


def test_draft_of_spans_survives_a_reload(ask, annotator):
    page = ask([asked("spans", choices=CLASSES)])
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Shift+ArrowRight")
    with page.expect_response(lambda reply: "/drafts/" in reply.url and reply.ok):
        page.keyboard.press("1")
    page.reload()
    page.wait_for_selector(".mark")

    assert page.inner_text(".mark") == "Person 민"


def test_relations_join_two_spans(ask, annotator):
    page = ask(
        [
            asked("spans", choices=CLASSES, key="who"),
            asked(
                "relations",
                key="links",
                options={"spans": "who"},
                choices=[{"key": "is-in", "name": "is in"}, {"key": "meets", "name": "meets"}],
            ),
        ]
    )
    keyboard = page.keyboard
    keyboard.press("ArrowRight")
    keyboard.press("Shift+ArrowRight")
    keyboard.press("1")
    for _ in range(3):
        keyboard.press("ArrowRight")
    keyboard.press("Shift+ArrowRight")
    keyboard.press("2")
    page.get_by_label("From").select_option(index=1)
    page.get_by_label("To", exact=True).select_option(index=2)
    page.locator("[data-kind=relations]").focus()
    keyboard.press("1")
    submit(page)

    (relation,) = stored_values(page, annotator)[0]["links"]["relations"]
    assert relation["choice"] == "is-in"
    assert (relation["from"]["choice"], relation["to"]["choice"]) == ("person", "place")


def test_comparison_hides_which_side_is_which_and_stores_the_left_one(ask, annotator):
    page = ask([asked("pairwise")], PAIR, PAIR, PAIR, PAIR)
    for key in ("1", "ArrowRight", "3"):
        submit(page, key)

    values = [each["q"] for each in stored_values(page, annotator)]
    assert values[0]["winner"] == values[0]["left"]
    assert values[1]["winner"] == {"a": "b", "b": "a"}[values[1]["left"]]
    assert values[2]["winner"] == "tie"
    assert {value["left"] for value in values} <= {"a", "b"}


def test_ranking_is_pressed_from_best_to_worst(ask, annotator):
    page = ask([asked("ranking", choices=CLASSES)])
    names = page.locator("[data-entry]").evaluate_all("rows => rows.map(row => row.dataset.entry)")
    page.keyboard.press("3")
    page.keyboard.press("1")  # the second one is placed by itself
    assert page.locator("[data-ranked]").count() == 3
    submit(page)

    order = [names[2], names[0], names[1]]
    assert stored_values(page, annotator) == [{"q": {"kind": "ranking", "order": order}}]


def test_second_question_appears_after_one_of_several_choices(ask, annotator):
    page = ask(
        [
            asked("choices", choices=CLASSES, key="what"),
            asked("text", key="where", show_when={"question": "what", "choices": ["place"]}),
        ]
    )
    assert not page.locator("#item-form textarea").is_visible()
    page.keyboard.press("1")
    page.keyboard.press("2")
    page.locator("#item-form textarea").fill("Seoul")
    submit(page, "Control+Enter")

    assert stored_values(page, annotator)[0]["where"] == {"kind": "text", "text": "Seoul"}


@pytest.mark.parametrize("width", [390, 1280])
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("language", ["en", "ko"])
def test_every_text_kind_is_accessible_and_fits(
    new_page, live_server, project, annotator, axe, language, scheme, width
):
    long_conversation = {
        "key": "talk",
        "kind": "turns",
        "turns": [{"speaker": "A", "text": "안녕"}],
    }
    facts = {"key": "facts", "kind": "facts", "facts": {"price": 12000, "가게": "온라인"}}
    serve(
        project,
        [
            asked("spans", choices=CLASSES, key="who"),
            asked("relations", choices=CLASSES, key="links", options={"spans": "who"}),
            asked("choices", choices=CLASSES, key="several", options={"least": 0}),
            asked("soft_choice", choices=CLASSES, key="soft"),
            asked("rating", key="stars", options={"least_label": "poor", "most_label": "great"}),
            asked("number", key="price", options={"unit": "₩"}),
            asked("text", key="words"),
            asked("pairwise", key="better", options={"both_bad": True}),
            asked("ranking", key="order", choices=CLASSES),
        ],
        {
            "parts": [
                {"key": "text", "kind": "text", "text": TEXT},
                *PAIR["parts"],
                long_conversation,
                facts,
            ]
        },
    )
    page = new_page(locale=language, color_scheme=scheme, viewport={"width": width, "height": 900})
    open_screen(page, live_server, annotator)
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Shift+ArrowRight")
    page.keyboard.press("1")
    page.wait_for_selector(".mark")

    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    axe(page)
