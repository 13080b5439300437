"""The Korean catalogue is complete, well formed, and what people really get to read."""

import ast
import gettext
import io
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import write_po
from django.template import Context, Template
from django.utils import translation

from tools import messages

# Rooms that name a sentence in a `Problem`; the door translates it.
PURE = ["guidelines/document_reader.py", "guidelines/label_schema.py"]
PURE += ["guidelines/question_options.py", "annotations/parts.py"]
PURE += ["annotations/values/*.py", "datasets/formats/*.py", "datasets/formats/foreign/*.py"]


@pytest.mark.parametrize("language", messages.LANGUAGES)
def test_catalogue_has_no_faults(language: str) -> None:
    assert list(messages.faults(language)) == []


@pytest.mark.parametrize("language", messages.LANGUAGES)
def test_catalogue_compiled_speaks_every_sentence(language: str) -> None:
    catalogue = messages.load(language)
    file = io.BytesIO()
    write_mo(file, catalogue)
    file.seek(0)
    spoken = gettext.GNUTranslations(file)

    assert len(catalogue) > 900
    for message in catalogue:
        if not message.id:
            continue
        if isinstance(message.id, str):
            said = spoken.pgettext(message.context, message.id) if message.context else None
            assert (said or spoken.gettext(message.id)) == message.string
        else:
            assert [spoken.ngettext(*message.id, n) for n in (1, 2)] == [message.string[0]] * 2


@pytest.fixture
def compiled(tmp_path: Path, settings: object) -> Path:
    """Django reads a catalogue that was compiled just now."""
    for language in messages.LANGUAGES:
        path = tmp_path / language / "LC_MESSAGES" / "django.mo"
        path.parent.mkdir(parents=True)
        with path.open("wb") as file:
            write_mo(file, messages.load(language))
    settings.LOCALE_PATHS = [tmp_path]
    return tmp_path


@pytest.mark.parametrize(
    ("source", "korean"),
    [
        ("{% translate 'Guideline' %}", "가이드라인"),
        (
            "{% blocktranslate %}{{ share }}% of all labels{% endblocktranslate %}",
            "전체 라벨의 5%",
        ),
        (
            "{% blocktranslate count count=n %}{{ count }} row in all{% plural %}"
            "{{ count }} rows in all{% endblocktranslate %}",
            "총 3행",
        ),
        (
            "{% blocktranslate %}{{ done }} of {{ total }}{% endblocktranslate %}",
            "9개 중 3개",
        ),
    ],
)
def test_page_in_korean_reads_the_catalogue(compiled: Path, source: str, korean: str) -> None:
    values = Context({"share": 5, "n": 3, "done": 3, "total": 9})

    with translation.override("ko"):
        assert Template("{% load i18n %}" + source).render(values) == korean


def sentences(path: Path) -> Iterator[str]:
    """Literals that end like a sentence and are no docstring."""
    tree = ast.parse(path.read_text())
    docstrings = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef)
        and node.body
        and isinstance(node.body[0], ast.Expr)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            is_sentence = " " in node.value and node.value.rstrip()[-1:] in {".", "?", "!"}
            if is_sentence and id(node) not in docstrings:
                yield node.value


def test_sentences_of_pure_rooms_are_all_extracted() -> None:
    known = {message.id for message in messages.extracted("ko")}
    found = {
        (str(path.relative_to(messages.ROOT)), sentence)
        for pattern in PURE
        for path in messages.ROOT.glob(pattern)
        for sentence in sentences(path)
    }

    assert len(found) > 50
    assert [each for each in found if each[1] not in known] == []


@pytest.mark.parametrize(
    ("original", "text"),
    [
        ("%(name)s is gone.", "사라졌습니다."),
        ("%(name)s is gone.", "%(nome)s 사라짐"),
        ("Saved {time}", "저장됨"),
        ("Gone.", "%(name)s 사라짐"),
        ("%(share)s %% of all", "전체의 %(share)s%"),
        ("Open<span> %(id)s</span>", "%(id)s 열기"),
        ("Saved.", "저장했습니다. "),
        ("%(name)s is gone.", "%(name)s은 사라졌습니다."),
        ("“%(name)s” is no time.", "“%(name)s”은(는) 시각이 아닙니다."),
        ("Saved {name}", "{name}를 저장했습니다."),
    ],
)
def test_check_finds_a_broken_translation(original: str, text: str) -> None:
    assert list(messages.broken([original], text)) != []


@pytest.mark.parametrize(
    ("original", "text"),
    [
        ("%(name)s is gone.", "%(name)s 님이 사라졌습니다."),
        ("%(share)s %% of all", "전체의 %(share)s%%"),
        ("At random 50 %.", "무작위로도 50%."),
        ("Until %(date)s, %(count)d rows", "%(date)s까지 %(count)d행"),
        ("Open<span> %(id)s</span>", "<span>%(id)s </span>열기"),
    ],
)
def test_check_accepts_a_sound_translation(original: str, text: str) -> None:
    assert list(messages.broken([original], text)) == []


def test_extract_keeps_translations_and_drops_what_is_no_longer_used(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(messages, "LOCALE", tmp_path)
    stored = Catalog(locale="ko")
    stored.add("Guideline", "가이드라인")
    stored.add("A sentence that no page says.", "아무 페이지에도 없는 문장입니다.")
    path = messages.catalogue_path("ko")
    path.parent.mkdir(parents=True)
    with path.open("wb") as file:
        write_po(file, stored)

    messages.write("ko")

    kept = messages.load("ko")
    assert kept.get("Guideline").string == "가이드라인"
    assert kept.get("A sentence that no page says.") is None
    assert "A sentence that no page says." not in path.read_text()
    assert any("not translated" in fault for fault in messages.faults("ko"))


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ('raise Conflict(_("It is " "closed."))', [("It is closed.", None)]),
        ('ngettext("%(n)s row", "%(n)s rows", n)', [(("%(n)s row", "%(n)s rows"), None)]),
        ('pgettext("rule", "When")', [("When", "rule")]),
        ('text = "It is long."\nraise RowProblem(text, code="long")', [("It is long.", None)]),
        ('Problem("Too few." if few else "Too many.")', [("Too few.", None), ("Too many.", None)]),
        ('self.fail(path, "bad_flag", "It must be true.")', [("It must be true.", None)]),
        ('_(problem.template); log("It is done.")', []),
    ],
)
def test_extraction_reads_calls(tmp_path: Path, source: str, found: list[object]) -> None:
    path = tmp_path / "room.py"
    path.write_text(source)

    assert list(messages.python_messages(path)) == found
