"""A problem of a pure room in the words of the moment's language, with its place in the file."""

from typing import Any

from django.utils.translation import gettext as _

from core.problems import Problem
from datasets.formats.base import RowProblem


def described(problem: Problem) -> dict[str, Any]:
    """{message, code, line, column}: as a job row keeps it and as pages show it."""
    message = _(problem.template)
    line = problem.line if isinstance(problem, RowProblem) else problem.params.get("line")
    return {
        "message": message % problem.params if problem.params else message,
        "code": problem.code,
        "line": line,
        "column": problem.field,
    }
