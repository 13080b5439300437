"""The one exception of pure rooms: what is wrong, where, and a code. No Django here."""

from typing import Any


class Problem(ValueError):
    """A value that breaks a rule.

    `template` is an English sentence with `%(name)s` places, so that the door that shows it can
    translate it; `code` is stable and machine readable; `field` is a path such as
    `questions[0].choices[2].key` or the key of a question.
    """

    def __init__(self, template: str, *, code: str, field: str = "", **params: Any) -> None:
        self.template = template
        self.code = code
        self.field = field
        self.params = params
        super().__init__(template % params if params else template)


class Problems(ValueError):
    """Several problems found in one pass."""

    def __init__(self, problems: list[Problem]) -> None:
        self.problems = problems
        super().__init__("; ".join(str(problem) for problem in problems))
