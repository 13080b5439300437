"""What the readers share: a problem with its line, and limits that hold for every file."""

from collections.abc import Callable, Iterator
from typing import Any

from core.problems import Problem

MAX_FIELD = 1_000_000  # characters of one CSV field
MAX_LINE = 4_000_000  # bytes of one line
MAX_RECORD = 8_000_000  # characters of one CSV record, which may span lines
MAX_COLUMNS = 500
MAX_ANNOTATOR = 200  # characters of the name of who answered

ENCODINGS = ("utf-8", "cp949", "euc-kr", "shift_jis", "gb18030", "windows-1252")

Row = tuple[int, dict[str, Any]]
Rows = Iterator[Row]


class RowProblem(Problem):
    """A problem in a file: `line` counts from 1; `field` is a column name or a number as text."""

    def __init__(
        self,
        template: str,
        *,
        code: str,
        line: int,
        field: str = "",
        **params: Any,
    ) -> None:
        self.line = line
        super().__init__(template, code=code, field=field, **params)


Report = Callable[[RowProblem], None]


def refuse(problem: RowProblem) -> None:
    """The default way to report: stop at the first problem."""
    raise problem
