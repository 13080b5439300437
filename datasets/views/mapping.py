"""The page between upload and import: the first rows, and which column means what."""

from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.forms import add_errors
from core.errors import validation_error
from core.problems import Problem, Problems
from datasets.actions.start_import import start_import
from datasets.describing import described
from datasets.formats.mapping import Mapping
from datasets.formats.mapping_reader import parse_mapping
from datasets.forms.foreign import ForeignForm
from datasets.forms.importing import ImportForm, MappingForm, ReadingForm
from datasets.models import Import, ItemOrder
from datasets.queries.imports import import_of
from datasets.queries.preview import (
    Preview,
    chosen_version,
    guessed_columns,
    preview,
    question_keys,
    shape_problems,
    unknown_answers,
)
from datasets.queries.recognised import controls_in
from guidelines.models import GuidelineVersion
from guidelines.queries import published_versions, schema_of, served_schema
from projects.access import ProjectRequest, project_view
from projects.roles import Permission


@dataclass
class Desk:
    """What lies on the table while somebody maps the columns."""

    file_import: Import
    found: Preview
    version: GuidelineVersion | None
    reading: ReadingForm
    options: ImportForm
    columns: MappingForm | ForeignForm
    problems: list[Problem] = field(default_factory=list)

    @property
    def described_problems(self) -> list[dict[str, Any]]:
        return [described(problem) for problem in self.problems]

    @property
    def is_valid(self) -> bool:
        return self.options.is_valid() and self.columns.is_valid()


@project_view(Permission.IMPORT)
@require_http_methods(("GET", "HEAD", "POST"))
def import_mapping(request: ProjectRequest, import_id: int) -> HttpResponse:
    """Shows problems beside the rows; the import starts when the first rows have none."""
    file_import = import_of(request.project, import_id)
    if file_import.is_started:
        return redirect("datasets:import_detail", slug=request.project.slug, import_id=import_id)
    desk = _desk(request, file_import)
    if request.method == "POST" and desk.is_valid and _is_sound(desk):
        try:
            _start(request, desk)
        except ValidationError as error:
            add_errors(desk.options, error)
        else:
            return redirect(
                "datasets:import_detail",
                slug=request.project.slug,
                import_id=import_id,
            )
    status = 422 if request.method == "POST" else 200
    context = {"desk": desk, "file_import": file_import, "found": desk.found}
    return render(request, "datasets/import_mapping.html", context, status=status)


def _desk(request: ProjectRequest, file_import: Import) -> Desk:
    data = request.POST if request.method == "POST" else None
    reading = ReadingForm(request.POST if data else request.GET)
    if reading.is_valid():  # of this page only: looking at a file changes nothing
        file_import.format = reading.cleaned_data["format"]
        file_import.encoding = reading.cleaned_data["encoding"]
    else:
        reading = ReadingForm(
            initial={"format": file_import.format, "encoding": file_import.encoding},
        )
    found = preview(file_import)
    versions = list(published_versions(request.project))
    numbers = [(version.number, str(version)) for version in versions]
    options = ImportForm(data, versions=numbers, initial=_initial(file_import))
    wanted = options.cleaned_data.get("version") if data and options.is_valid() else None
    version = chosen_version(file_import, wanted)
    desk = Desk(
        file_import=file_import,
        found=found,
        version=version,
        reading=reading,
        options=options,
        columns=_mapping_form(data, file_import, found, version, {}),
    )
    _judge(desk, data)
    return desk


def _judge(desk: Desk, data: Any) -> None:
    """What the reader and the mapping make of the first rows."""
    desk.problems = list(desk.found.problems)
    mapping = _parsed(desk)
    if mapping is None:
        return
    if unknown := unknown_answers(desk.found, mapping, desk.version):
        desk.columns = _mapping_form(data, desk.file_import, desk.found, desk.version, unknown)
        mapping = _parsed(desk) or mapping
    desk.problems += shape_problems(desk.found, mapping, desk.version, desk.file_import)


def _is_sound(desk: Desk) -> bool:
    if desk.problems:
        desk.options.add_error(None, _("The first rows have problems; they are listed below."))
    return not desk.problems


def _parsed(desk: Desk) -> Mapping | None:
    """The mapping of the forms, or of the guess while nothing was sent; None if it has faults."""
    if desk.columns.is_bound:
        if not desk.columns.is_valid():
            return None
        raw = desk.columns.mapping()
    else:
        raw = desk.columns.proposal
    try:
        return _read_mapping(raw, desk.file_import, desk.found, desk.version)
    except Problems as problems:
        if desk.columns.is_bound and desk.options.is_bound:
            desk.options.add_error(None, validation_error(problems).messages)
        return None


def _mapping_form(
    data: Any,
    file_import: Import,
    found: Preview,
    version: GuidelineVersion | None,
    unknown: dict[str, list[str]],
) -> MappingForm | ForeignForm:
    before = file_import.mapping.get("columns", {})
    guess = guessed_columns(file_import, found, question_keys(version)) | before
    if found.is_foreign:
        return _foreign_form(data, file_import, found, version, guess, unknown)
    return MappingForm(
        data,
        columns=found.columns,
        guess={name: role for name, role in guess.items() if name in found.columns},
        schema=schema_of(version) if version else None,
        file_format=file_import.format,
        language=get_language() or "en",
        unknown=unknown,
    )


def _foreign_form(
    data: Any,
    file_import: Import,
    found: Preview,
    version: GuidelineVersion | None,
    guess: dict[str, str],
    unknown: dict[str, list[str]],
) -> ForeignForm:
    proposal = {**file_import.mapping, "columns": guess}
    schema = served_schema(version.pk).schema if version else None
    mapping = _read_mapping(proposal, file_import, found, version)
    return ForeignForm(
        data,
        controls=controls_in(found.rows, mapping, schema),
        schema=schema,
        language=get_language() or "en",
        unknown=unknown,
        proposal=proposal,
        initial={"answers": mapping.holds_answers, "annotator": mapping.annotator},
    )


def _read_mapping(
    raw: dict[str, Any], file_import: Import, found: Preview, version: GuidelineVersion | None
) -> Mapping:
    return parse_mapping(
        raw,
        question_keys=question_keys(version),
        file_format=file_import.format,
        columns=found.columns,
    )


def _initial(file_import: Import) -> dict[str, Any]:
    return {
        "format": file_import.format,
        "encoding": file_import.encoding,
        "overlap": file_import.overlap,
        "order": file_import.order or ItemOrder.FILE,
    }


def _start(request: ProjectRequest, desk: Desk) -> None:
    start_import(
        file_import=desk.file_import,
        mapping=desk.columns.mapping(),
        columns=desk.found.columns,
        by=request.user,
        now=timezone.now(),
        **desk.options.cleaned_data,
    )
