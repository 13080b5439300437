"""What is wrong with a file, said by rooms that do not know what people call it. PURE."""

from typing import Any

from core.problems import Problem


class FileProblem(Problem):
    """A Problem whose template names the file as `%(name)s`; `named` fills it in."""

    def __init__(self, template: str, *, code: str, name: str = "", **params: Any) -> None:
        super().__init__(template, code=code, name=name, **params)


def named(problem: Problem, name: str) -> FileProblem:
    """The same with the name of the file, unless it names one already."""
    params = {**problem.params, "name": problem.params.get("name") or name}
    return FileProblem(problem.template, code=problem.code, **params)
