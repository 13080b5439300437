"""Which questions an export holds, and whether a format of another program can."""

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from datasets.formats.foreign.exported import HOLDS, Asked, formats_for
from datasets.formats.foreign.written_doccano import doccano_fields
from guidelines.label_schema import LabelSchema
from guidelines.models import Question
from guidelines.queries import current_version, served_schema
from projects.models import Project


def questions_named(project: Project, keys: str) -> list[Question]:
    """The questions with these keys, separated by commas, in their order; all for none.

    ValidationError for a key that the project does not have.
    """
    questions = Question.objects.filter(guideline__project=project).order_by("id")
    wanted = [key.strip() for key in keys.split(",") if key.strip()]
    if not wanted:
        return list(questions)
    known = {question.key: question for question in questions}
    if not set(wanted) <= known.keys():
        raise _refused(_("This project has no question with this key."))
    return [known[key] for key in dict.fromkeys(wanted)]


def questions_held(project: Project, keys: str, file_format: str) -> list[tuple[Question, Asked]]:
    """The questions of an export in the format of another program.

    ValidationError when the format cannot hold one of them, naming those that can; when it holds
    only one of them at a time; or when there is none.
    """
    questions = questions_named(project, keys)
    for question in questions:
        if question.kind not in HOLDS[file_format]:
            message = _(
                "“%(question)s” is of the kind %(kind)s, which %(format)s cannot hold. These "
                "formats can: %(formats)s. Name the questions that you want, separated by commas."
            )
            raise _refused(
                message,
                question=question.key,
                kind=question.kind,
                format=file_format,
                formats=", ".join(formats_for(question.kind)),
            )
    if not questions:
        raise _refused(_("This project has no question with this key."))
    _check_room(questions, file_format)
    version = current_version(project)
    schema = served_schema(version.pk).schema if version else None
    return [(question, _asked(question, schema)) for question in questions]


def _check_room(questions: list[Question], file_format: str) -> None:
    """CoNLL has one column of tags; doccano one field per kind."""
    kinds = {question.key: question.kind for question in questions}
    fields = {"conll": dict.fromkeys(kinds, "tags")}.get(file_format, {})
    if file_format == "doccano":
        fields = doccano_fields(kinds)
    taken = list(fields.values())
    crowded = [key for key, name in fields.items() if taken.count(name) > 1]
    if crowded:
        message = _(
            "%(format)s holds one question of this kind at a time. Name one of these: "
            "%(questions)s."
        )
        raise _refused(message, format=file_format, questions=", ".join(crowded))


def _asked(question: Question, schema: LabelSchema | None) -> Asked:
    spec = schema.question(question.key) if schema else None
    return Asked(
        key=question.key,
        kind=question.kind,
        choices=tuple(question.choices.order_by("id").values_list("key", flat=True)),
        sides=tuple((spec.option("sides") if spec else None) or ("a", "b")),
    )


def _refused(message: str, **params: str) -> ValidationError:
    return ValidationError({"question": ValidationError(message, code="invalid", params=params)})
